"""One installation at work: its database, its sites, its clock, and the records last used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, Protocol

from sqlalchemy.engine import Engine

from hangtime.chart import Site
from hangtime.errors import UserError
from hangtime.store import Ledger
from hangtime.visits.records import Records

TwoPeople = Literal["never", "overrides", "always"]


class Author(Protocol):
    """Who says something: an account and what it is called today."""

    @property
    def account_id(self) -> str:
        """The account."""
        ...

    @property
    def name(self) -> str:
        """The person's name."""
        ...

    @property
    def credential(self) -> str | None:
        """Such as RN."""
        ...


class Clinic:
    """What every act on a visit needs.

    `sites` by their id.  `two_people`: when the one who decided may not also release.
    `is_demo`: every patient is made up, and every visit says so.
    """

    def __init__(
        self,
        engine: Engine,
        sites: Iterable[Site],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        two_people: TwoPeople = "overrides",
        is_demo: bool = False,
    ) -> None:
        self.engine = engine
        self.ledger = Ledger(engine, now)
        self.sites: Mapping[str, Site] = _by_id(sites)
        self.now = now
        self.records = Records(self.ledger)
        self.two_people: TwoPeople = two_people
        self.is_demo = is_demo

    def site_of(self, visit_id: str) -> str | None:
        """The site of a visit; None where there is none, or its site is not served here."""
        found = self.records.site_of(visit_id)
        return found if found in self.sites else None


def _by_id(sites: Iterable[Site]) -> dict[str, Site]:
    found: dict[str, Site] = {}
    for site in sites:
        if site.site_id in found:
            raise UserError(f"site {site.site_id}: two site files have this id; give each its own.")
        found[site.site_id] = site
    return found
