"""How a site does, by unit and week of service: stops charted, questions, lag, money held.

Sums of the worklist's rows, so that a figure and the list it counts are never of two minds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hangtime.store import reading
from hangtime.worklist.items import week_of, work_item

__all__ = ["Figures", "figures", "together", "weeks_until"]

_RELEASED = "released"
_HOUR = 3_600


class Figures(NamedTuple):
    """Of the visits of one unit and week; `unit_id` or `week` is empty where it is of all.

    `stops`: infusions with a charted stop.  `lag_seconds`: from coming to the desk until release, of
    the `released` together.  `held`: cents of coded lines that are not released; `unpriced` visits
    have lines whose amount no table gives, and are not in it.
    """

    unit_id: str = ""
    week: str = ""
    visits: int = 0
    infusions: int = 0
    stops: int = 0
    queries: int = 0
    open_queries: int = 0
    answers: int = 0
    answer_seconds: int = 0
    released: int = 0
    lag_seconds: int = 0
    held: int = 0
    unpriced: int = 0

    @property
    def stop_percent(self) -> float | None:
        """Infusions with a charted stop, in percent; None where there was none."""
        return 100 * self.stops / self.infusions if self.infusions else None

    @property
    def queries_per_hundred(self) -> float | None:
        """Questions for a hundred visits."""
        return 100 * self.queries / self.visits if self.visits else None

    @property
    def answer_hours(self) -> float | None:
        """Mean hours from a question to its first answer."""
        return self.answer_seconds / self.answers / _HOUR if self.answers else None

    @property
    def lag_hours(self) -> float | None:
        """Mean hours from coming to the desk until release."""
        return self.lag_seconds / self.released / _HOUR if self.released else None


def figures(
    engine: Engine, site_ids: Collection[str], since: str, unit_id: str = ""
) -> tuple[Figures, ...]:
    """Figures by week and unit, from the week `since` on."""
    item = work_item.c
    is_held = item.state != _RELEASED
    keys = item.week, item.unit_id  # as the index has them, so that nothing is sorted
    query = (
        sa.select(
            *keys,
            sa.func.count().label("visits"),
            *(
                sa.func.sum(item[name]).label(name)
                for name in ("infusions", "stops", "queries", "open_queries", "answers",
                             "answer_seconds")
            ),
            _sum(item.state == _RELEASED, 1).label("released"),
            sa.func.sum(item.lag_seconds).label("lag_seconds"),
            _sum(sa.and_(is_held, item.amount >= 0), item.amount).label("held"),
            _sum(sa.and_(is_held, item.amount < 0), 1).label("unpriced"),
        )
        .where(item.site_id.in_(site_ids), item.week >= since)
        .group_by(*keys)
        .order_by(*keys)
    )  # fmt: skip
    if unit_id:
        query = query.where(item.unit_id == unit_id)
    with reading(engine) as connection:
        rows: list[tuple[Any, ...]] = [tuple(row) for row in connection.execute(query)]
    return tuple(Figures(row[1], row[0], *(int(value or 0) for value in row[2:])) for row in rows)


def together(found: Iterable[Figures], week: str = "") -> Figures:
    """The sum of some figures."""
    rows = [each[2:] for each in found]
    return Figures("", week, *(sum(column) for column in zip(*rows, strict=True)))


def weeks_until(day: date, count: int) -> tuple[str, ...]:
    """The last weeks, that of the day included, in their order."""
    return tuple(week_of(day - timedelta(weeks=back)) for back in reversed(range(count)))


def _sum(condition: sa.ColumnElement[bool], value: sa.ColumnElement[int] | int) -> sa.Function[int]:
    return sa.func.sum(sa.case((condition, value), else_=0))
