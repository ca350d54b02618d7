"""The usual drugs of the eight indications, and how each is watched.

A template holds facts of the drug's labeling and names a schedule.  It orders nothing: the order
does.  A site lays its own schedules and templates over the shipped ones (`Site`).
"""

from __future__ import annotations

from functools import cache

import msgspec

from hangtime.chart.tables import rows

__all__ = ["Band", "Schedule", "Template", "schedules", "substance", "templates"]


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From this minute of an infusion on, never longer than `minutes` between two observations."""

    from_minute: int
    minutes: int


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a drug is watched: `continuous` minutes with somebody there, then by bands, then `after`."""

    schedule: str
    words: str
    continuous: int
    every: tuple[Band, ...]
    after: int
    source: str

    def interval(self, minute: float) -> int:
        """The longest time to the next observation, in minutes, at a minute of the infusion."""
        bands = [each for each in self.every if each.from_minute <= minute]
        return (bands or list(self.every))[-1 if bands else 0].minutes


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of one drug: minutes of infusion by its labeling, and what it asks of who gives it.

    `indication` is its number among the eight, `filter` in micrometres, `after` minutes of watch,
    `vein` "vesicant" or "irritant", `source` where the facts stand.
    """

    template: str
    drug: str
    method: str
    schedule: str
    source: str
    indication: int | None = None
    least_minutes: int | None = None
    most_minutes: int | None = None
    after: int = 0
    steps: str | None = None
    filter: str | None = None
    vein: str | None = None
    is_sensitizing: bool = False
    is_high_alert: bool = False
    remark: str | None = None


@cache
def schedules() -> dict[str, Schedule]:
    """The shipped schedules by name."""
    return {row["schedule"]: _schedule(row) for row in rows("schedules.csv")}


def _schedule(row: dict[str, str]) -> Schedule:
    bands = (each.partition(":") for each in row["every"].split())
    return Schedule(
        schedule=row["schedule"],
        words=row["words"],
        continuous=int(row["continuous"]),
        every=tuple(Band(from_minute=int(a), minutes=int(b)) for a, _, b in bands),
        after=int(row["after"]),
        source=row["source"],
    )


@cache
def templates() -> dict[str, Template]:
    """The shipped templates by name."""
    return {row["template"]: _template(row) for row in rows("templates.csv")}


def _template(row: dict[str, str]) -> Template:
    return Template(
        template=row["template"],
        indication=int(row["indication"]),
        drug=row["drug"],
        method=row["method"],
        least_minutes=int(row["least"]) if row["least"] else None,
        most_minutes=int(row["most"]) if row["most"] else None,
        schedule=row["schedule"],
        after=int(row["after"] or 0),
        steps=row["steps"] or None,
        filter=row["filter"] or None,
        vein=row["vein"] or None,
        is_sensitizing=row["sensitizing"] == "yes",
        is_high_alert=row["high_alert"] == "yes",
        remark=row["remark"] or None,
        source=row["source"],
    )


@cache
def substance(drug: str) -> str:
    """The substance behind a drug's words, brand or biosimilar; the words themselves where unknown."""
    from hangtime.formulary.described import describe, plain

    found = describe(drug, None, None, None)
    return found.name if found.is_known else plain(drug)
