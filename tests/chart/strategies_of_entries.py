"""Hypothesis strategies for entries: whatever a decoder lets in, with ids that meet each other.

A body is drawn from its own types, so that a kind added to the record is drawn too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from hangtime.chart import BODIES, Entry
from hangtime.chart.bodies import VisitOpened

IDS = st.sampled_from(["a1", "a2", "arm", "e1", "e2", "e3", "e5", "e8", "o1"])
OPENING = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)  # the night the clocks of Chicago go forward
OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=-6)), timezone(timedelta(hours=-5))])
MOMENTS = st.builds(
    lambda minutes, offset: (OPENING + timedelta(minutes=minutes)).astimezone(offset),
    st.integers(-30, 400),
    OFFSETS,
)


def drawn(kind: Any) -> st.SearchStrategy[Any]:
    """Values of one type, as msgspec describes it."""
    if isinstance(kind, inspect.StructType):
        fields = {each.name: field(each) for each in kind.fields}
        return st.fixed_dictionaries(fields).map(lambda said: _made(kind.cls, said))
    if isinstance(kind, inspect.UnionType):
        return st.one_of([drawn(each) for each in kind.types])
    if isinstance(kind, inspect.VarTupleType):
        return st.lists(drawn(kind.item_type), max_size=2).map(tuple)
    if isinstance(kind, inspect.LiteralType):
        return st.sampled_from(kind.values)
    return _plain(kind)


def _made(cls: type, said: dict[str, Any]) -> Any:
    return cls(**{name: value for name, value in said.items() if value is not msgspec.UNSET})


def field(each: inspect.Field) -> st.SearchStrategy[Any]:
    if each.name.endswith("_id") or each.name in {"corrects", "still_infusing"}:
        known = st.lists(IDS, max_size=2).map(tuple) if each.name == "still_infusing" else IDS
        return known if each.required else st.just(msgspec.UNSET) | known
    values = drawn(each.type)
    return values if each.required else st.just(msgspec.UNSET) | values


def _plain(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, inspect.StrType):
        least, most = kind.min_length or 0, min(kind.max_length or 12, 12)
        return st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=most)
    if isinstance(kind, inspect.BoolType):
        return st.booleans()
    if isinstance(kind, inspect.IntType):
        return st.integers(kind.ge or 0, kind.le if kind.le is not None else 400)
    if isinstance(kind, inspect.DecimalType):
        return st.decimals(-5, 100_000, places=3) | st.just(Decimal("1E-12"))
    if isinstance(kind, inspect.DateTimeType):
        return MOMENTS
    if isinstance(kind, inspect.DateType):
        return st.dates(date(1930, 1, 1), date(2026, 12, 31))
    assert isinstance(kind, inspect.NoneType), kind
    return st.none()


BODY = st.one_of([drawn(inspect.type_info(each)) for each in BODIES])
OPENINGS = drawn(inspect.type_info(VisitOpened))


def entries(body: st.SearchStrategy[Any] = BODY) -> st.SearchStrategy[Entry]:
    """Any entry of a visit, or now and then of another."""
    return st.builds(
        Entry,
        entry_id=st.sampled_from([f"e{number}" for number in range(12)]),
        visit_id=st.sampled_from(["V-1"] * 9 + ["V-2"]),
        happened_at=MOMENTS,
        recorded_at=MOMENTS,
        author=st.sampled_from(["n1", "n2"]),
        author_name=st.just("A. Nurse"),
        credential=st.sampled_from([None, "RN"]),
        body=body,
    )


def records(most: int = 14) -> st.SearchStrategy[list[Entry]]:
    """The entries of a visit, opened more often than not, in the order they arrive."""
    opened = st.lists(entries(OPENINGS), min_size=0, max_size=1)
    rest = st.lists(entries(), max_size=most)
    return st.tuples(opened, rest).map(lambda pair: pair[0] + pair[1])
