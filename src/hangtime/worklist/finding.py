"""Pages of the worklist by state, confidence, unit and payer, in order of age or of money at stake.

A page is told by where the last one ended, so that it costs the same however long the list is.  The
items of one site, state and confidence stand in the order of an index; a page that spans several is
merged from the head of each, and only what it shows is read whole.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any, Literal, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hangtime.store import reading
from hangtime.worklist.items import CONFIDENCES, STATES, Item, work_item

__all__ = [
    "Counted",
    "Order",
    "Page",
    "UnknownCursor",
    "Wanted",
    "after",
    "count_items",
    "find_item",
    "find_items",
    "items_asked_about",
    "items_with_queries",
    "page_query",
    "payers",
]

Order = Literal["age", "-age", "stake", "-stake"]
MOST = 200
_MOST_CENTS = 2**53
_COLUMNS = tuple(work_item.c[name] for name in Item._fields)


class UnknownCursor(ValueError):
    """A cursor that no page gave."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which items; what is empty does not matter.

    `is_answered`: a question was answered, and the coder has not closed it.
    """

    site_ids: Collection[str]
    states: Collection[str] = ()
    confidences: Collection[str] = ()
    unit_id: str = ""
    payer: str = ""
    is_answered: bool = False


class Page(NamedTuple):
    """Some items, and from where the next page goes on; None where this is the last."""

    items: tuple[Item, ...]
    next: str | None


class Counted(NamedTuple):
    """How many items there are of each state and confidence."""

    by: dict[tuple[str, str], int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by.values())

    def of(self, state: str = "", confidence: str = "") -> int:
        """Those of a state, of a confidence, or of both."""
        return sum(
            count
            for (each, sure), count in self.by.items()
            if state in ("", each) and confidence in ("", sure)
        )


def find_items(
    engine: Engine, wanted: Wanted, *, by: Order = "age", limit: int = 50, cursor: str | None = None
) -> Page:
    """A page; `by`: "age" is the oldest first, "-stake" the most money first.  Raises UnknownCursor.

    What is unknown of money stands below what is known.
    """
    ordering = _Ordering(by)
    ended = ordering.read(cursor) if cursor else None
    most = min(limit, MOST)
    with reading(engine) as connection:
        heads = partial(_head, connection, wanted, ordering, ended, most + 1)
        found = [place for apart in _parts(wanted) for place in heads(apart)]
        found.sort(reverse=ordering.is_falling)
        shown = _items(connection, [visit_id for _, visit_id in found[:most]])
    return Page(shown, ordering.cursor(shown[-1]) if len(found) > most else None)


def after(item: Item, by: Order = "age") -> str:
    """The cursor of the page that begins after an item."""
    return _Ordering(by).cursor(item)


def find_item(engine: Engine, visit_id: str) -> Item | None:
    """The item of one visit."""
    query = sa.select(*_COLUMNS).where(work_item.c.visit_id == visit_id)
    with reading(engine) as connection:
        row = connection.execute(query).first()
    return Item(*row) if row else None


def items_with_queries(
    engine: Engine, site_ids: Collection[str], limit: int = MOST
) -> tuple[Item, ...]:
    """Visits about which a question waits for its answer, the longest at the desk first."""
    query = sa.select(*_COLUMNS).where(
        work_item.c.site_id.in_(site_ids), work_item.c.open_queries > 0
    )
    ordered = query.order_by(work_item.c.since, work_item.c.visit_id).limit(limit)
    with reading(engine) as connection:
        return tuple(Item(*row) for row in connection.execute(ordered))


def items_asked_about(
    engine: Engine, site_ids: Collection[str], since: str, unit_id: str = ""
) -> tuple[Item, ...]:
    """Visits of the week `since` and later that a question was asked about, by week."""
    query = sa.select(*_COLUMNS).where(
        work_item.c.site_id.in_(site_ids), work_item.c.week >= since, work_item.c.queries > 0
    )
    if unit_id:
        query = query.where(work_item.c.unit_id == unit_id)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(work_item.c.week, work_item.c.visit_id))
        return tuple(Item(*row) for row in rows)


def payers(engine: Engine, site_ids: Collection[str]) -> tuple[str, ...]:
    """The payers there are, by name; each is one step through an index."""
    found: list[str] = []
    with reading(engine) as connection:
        while True:
            query = sa.select(sa.func.min(work_item.c.payer)).where(
                work_item.c.site_id.in_(site_ids), work_item.c.payer > (found[-1] if found else "")
            )
            name = connection.scalar(query)
            if name is None:
                return tuple(found)
            found.append(name)


def count_items(engine: Engine, wanted: Wanted) -> Counted:
    """How many there are, by state and confidence; read from an index alone."""
    keys = work_item.c.state, work_item.c.confidence
    where = [work_item.c.site_id.in_(wanted.site_ids), *_narrowing(wanted)]
    if wanted.states:
        where.append(work_item.c.state.in_(wanted.states))
    if wanted.confidences:
        where.append(work_item.c.confidence.in_(wanted.confidences))
    query = sa.select(*keys, sa.func.count().label("items")).where(*where).group_by(*keys)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return Counted({(row.state, row.confidence): int(row.items) for row in rows})


class _Ordering:
    """The order of a list, and the cursor that says where in it one is."""

    def __init__(self, by: Order) -> None:
        self.is_falling = by.startswith("-")
        self.column = work_item.c.since if by.removeprefix("-") == "age" else work_item.c.stake
        self.is_time = self.column is work_item.c.since

    def place(self, item: Item) -> tuple[Any, str]:
        return (item.since if self.is_time else item.stake), item.visit_id

    def cursor(self, item: Item) -> str:
        value, visit_id = self.place(item)
        text = f"{value.isoformat() if self.is_time else value} {visit_id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, cursor: str) -> tuple[Any, str]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            text = base64.b64decode(padded, b"-_", validate=True).decode()
            told, _, visit_id = text.partition(" ")
            value = _moment(told) if self.is_time else _cents(told)
        except (binascii.Error, ValueError, OverflowError):
            raise UnknownCursor("cursor") from None
        if not visit_id or not visit_id.isprintable():
            raise UnknownCursor("cursor")
        return value, visit_id

    def beyond(self, after: tuple[Any, str]) -> sa.ColumnElement[bool]:
        here = sa.tuple_(self.column, work_item.c.visit_id)
        there = sa.tuple_(sa.literal(after[0], self.column.type), sa.literal(after[1]))
        return here < there if self.is_falling else here > there

    def apply(self, query: sa.Select[Any, Any]) -> sa.Select[Any, Any]:
        columns = self.column, work_item.c.visit_id
        return query.order_by(*(each.desc() if self.is_falling else each for each in columns))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("without an offset")
    return moment.astimezone(UTC)


def _cents(text: str) -> int:
    cents = int(text)
    if abs(cents) > _MOST_CENTS:
        raise ValueError("more than there is")
    return cents


_Part = tuple[str, str, str]


def _parts(wanted: Wanted) -> Iterator[_Part]:
    """Site, state and confidence, each combination that is wanted."""
    states = [each for each in STATES if not wanted.states or each in wanted.states]
    sure = [each for each in CONFIDENCES if not wanted.confidences or each in wanted.confidences]
    return product(sorted(wanted.site_ids), states, sure)


def page_query(
    wanted: Wanted, part: _Part, by: Order, limit: int, after: tuple[Any, str] | None = None
) -> sa.Select[Any, Any]:
    """What is asked of the database for the head of one part."""
    return _query(wanted, _Ordering(by), after, limit, part)


def _query(
    wanted: Wanted, ordering: _Ordering, after: tuple[Any, str] | None, limit: int, part: _Part
) -> sa.Select[Any, Any]:
    site_id, state, confidence = part
    query = sa.select(ordering.column, work_item.c.visit_id).where(
        work_item.c.site_id == site_id,
        work_item.c.state == state,
        work_item.c.confidence == confidence,
    )
    if after is not None:
        query = query.where(ordering.beyond(after))
    return ordering.apply(query.where(*_narrowing(wanted))).limit(limit)


def _head(
    connection: Connection,
    wanted: Wanted,
    ordering: _Ordering,
    after: tuple[Any, str] | None,
    limit: int,
    part: _Part,
) -> list[tuple[Any, str]]:
    """Where the first items of a part stand in the order: read from the index alone."""
    rows = connection.execute(_query(wanted, ordering, after, limit, part))
    return [tuple(row) for row in rows]


def _items(connection: Connection, visit_ids: list[str]) -> tuple[Item, ...]:
    """The items of some visits, in the order of the ids."""
    query = sa.select(*_COLUMNS).where(work_item.c.visit_id.in_(visit_ids))
    found = {row.visit_id: Item(*row) for row in connection.execute(query)}
    return tuple(found[each] for each in visit_ids)


def _narrowing(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.unit_id:
        found.append(work_item.c.unit_id == wanted.unit_id)
    if wanted.payer:
        found.append(work_item.c.payer == wanted.payer)
    if wanted.is_answered:
        found.append(work_item.c.answered > 0)
    return found
