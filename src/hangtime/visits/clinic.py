"""One installation at work: its database, its sites, its clock, and the records last used."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hangtime.chart import Site, TwoPeople
from hangtime.errors import UserError
from hangtime.store import Ledger, reading
from hangtime.store.tables import ledger_entry
from hangtime.visits.records import Records


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

    `sites` by their id.  `two_people`: when the one who decided may not also release, where a site
    does not say so itself.
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
        self._turn = Lock()

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction to append in.

        The ledger lets one writer in at a time.  Those of this process wait here for their turn: a
        database would make them look again and again, each with a connection of its own.
        """
        with self.engine.connect() as connection, self._turn, connection.begin():
            yield connection

    def touched(self, after: int, limit: int) -> Sequence[tuple[int, str, str]]:
        """Number, stream and subject of the entries after one, in their order."""
        entry = ledger_entry.c
        query = sa.select(entry.seq, entry.stream, entry.subject).where(entry.seq > after)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(entry.seq).limit(limit)).all()
        return [(row.seq, row.stream, row.subject) for row in rows]

    def two_people_at(self, site_id: str) -> TwoPeople:
        """When the one who decided may not also release, at a site."""
        site = self.sites.get(site_id)
        return self.two_people if site is None or site.two_people is None else site.two_people

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
