"""What stands around every page: where one is, who one is, and where one may go from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from hangtime.accounts.person import Person, may

Density = Literal["chair", "desk"]


class Place(NamedTuple):
    """A way to a part of the service: its name, its address, and the permission that shows it."""

    name: str
    path: str
    permission: str


# In the order of the work: charting, coding, letting people in, looking back.
PLACES = (
    Place("Chairs", "/board", "read_board"),
    Place("Questions", "/queries", "answer_query"),
    Place("Worklist", "/worklist", "read_worklist"),
    Place("Analytics", "/analytics", "read_analytics"),
    Place("People", "/people", "manage_accounts"),
    Place("Oversight", "/oversight", "verify_ledger"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The header of one page.

    `density`: "chair" for large targets and few words, "desk" for many rows.  `here`: the path of
    the place one is at.  `is_simulated`: no patient of this site is real, and every page says so.
    `time_zone`: whose clock the times of the page are by.
    `idle_seconds`: after how long unused the session ends, which the page tells a minute before.
    Without a `person` nobody is signed in and there is nothing to go to.
    """

    site: str = ""
    person: str = ""
    role: str = ""
    density: Density = "desk"
    places: tuple[Place, ...] = ()
    here: str = ""
    is_simulated: bool = False
    idle_seconds: int = 0
    time_zone: str = ""

    @property
    def initials(self) -> str:
        """Up to two letters of the person's name, where there is no room for more."""
        named = self.person.partition(",")[0].split()
        words = [word for word in named if word[0].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def framed(
    person: Person,
    path: str,
    *,
    site_id: str | None = None,
    site: str = "",
    density: Density = "desk",
    is_simulated: bool = False,
    idle_seconds: int = 0,
    time_zone: str = "",
) -> Frame:
    """The frame of a page at `path` for someone who is signed in."""
    roles = person.roles_at(site_id) if site_id else frozenset[str]()
    roles = roles or frozenset(role for held in person.roles_by_site.values() for role in held)
    places = tuple(each for each in PLACES if may(person, each.permission, site_id))
    here = max((each.path for each in places if _is_at(path, each)), key=len, default="")
    return Frame(
        site=site,
        person=f"{person.name}, {person.credential}" if person.credential else person.name,
        role=" · ".join(sorted(role.replace("_", " ") for role in roles)),
        density=density,
        places=places,
        here=here,
        is_simulated=is_simulated,
        idle_seconds=idle_seconds,
        time_zone=time_zone,
    )


def _is_at(path: str, place: Place) -> bool:
    return path == place.path or path.startswith(f"{place.path}/")
