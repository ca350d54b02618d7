"""An access as a nurse points at it, "left forearm, peripheral", instead of its name in the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hangtime.chart import Visit
from hangtime.chart.visit import Access
from hangtime.web.chairside.sheets import value_words

__all__ = ["MOST_NAMED", "access_words", "first_of", "pointed_at"]


MOST_NAMED = 3  # of what is missing, where it stands among other things


def access_words(visit: Visit, access_id: str) -> str:
    """Where it is and what it is; with its name where two look alike, and its name alone if unknown."""
    told = {each.access_id: _place(each) for each in visit.accesses}
    words = told.get(access_id, "")
    is_one = bool(words) and list(told.values()).count(words) == 1
    return words if is_one else ", ".join(filter(None, (words, access_id)))


def pointed_at(visit: Visit, missing: Iterable[str]) -> tuple[str, ...]:
    """What is missing, "access 1: gauge", with the access in words."""
    found: list[str] = []
    for each in missing:
        name, colon, what = each.partition(": ")
        is_access = bool(colon) and visit.access(name) is not None
        found.append(f"{access_words(visit, name)}: {what}" if is_access else each)
    return tuple(found)


def first_of(missing: Sequence[str], most: int = MOST_NAMED) -> str:
    """The first of what is missing, and how much more there is: "gauge; arm; and 4 more"."""
    rest = len(missing) - most
    return "; ".join([*missing[:most], *([f"and {rest} more"] if rest > 0 else [])])


def _place(access: Access) -> str:
    where = " ".join(filter(None, (access.body.side, access.body.site)))
    return ", ".join(filter(None, (where, value_words(access.body.device))))
