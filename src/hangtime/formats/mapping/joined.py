"""One administration and the rows of an export it is put together from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hangtime.formats.mapping.rows import Charted
from hangtime.model import Container, Interruption


@dataclass(slots=True)
class Joined:
    """One administration: its values and the rows it was put together from, first row first.

    `doubts` are fields of it on which its rows do not agree.
    """

    rows: list[Charted]
    values: dict[str, Any]
    doubts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def alone(row: Charted) -> Joined:
    """A row that is an administration by itself."""
    return Joined([row], with_lists(row.values, [row]))


def filled(rows: Sequence[Charted]) -> dict[str, Any]:
    """The first value that any of the rows has, field by field."""
    values: dict[str, Any] = {}
    for row in rows:
        for name, value in row.values.items():
            values.setdefault(name, value)
    return values


def with_lists(values: dict[str, Any], rows: Sequence[Charted]) -> dict[str, Any]:
    """Values with the interruptions and containers that the rows name by dotted fields."""
    if not any("." in name for name in values):
        return values
    pauses = [
        Interruption(start=row["interruption.start"], stop=row["interruption.stop"])
        for row in rows
        if row["interruption.start"] is not None
    ]
    opened = [
        Container(**nested(row, "container."))
        for row in rows
        if row["container.size"] is not None and row["container.size_unit"] is not None
    ]
    found = dict(values)
    if pauses:
        found["interruptions"] = (*found.get("interruptions", ()), *pauses)
    if opened:
        found["containers"] = tuple(opened)
    return found


def nested(row: Charted, prefix: str) -> dict[str, Any]:
    """The fields of a record within the row, by their names after the dot."""
    return {
        name.removeprefix(prefix): value
        for name, value in row.values.items()
        if name.startswith(prefix)
    }


def instant(at: datetime) -> datetime:
    """A time to sort by: aware ones by the instant, naive ones as they stand."""
    return at if at.tzinfo is None else at.astimezone(UTC)
