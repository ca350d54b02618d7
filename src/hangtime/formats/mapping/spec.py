"""What a mapping file says, as frozen records; `load` makes them, `rows` binds them to columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Condition = tuple[tuple[str, tuple[str, ...]], ...]
Anyof = tuple[Condition, ...]

ROLES = ("give", "start", "resume", "pause", "stop", "rate", "observe")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """Where one contract field comes from.

    The first source that is not empty wins; `choose` goes before the sources.  `default` is for a
    word the vocabulary does not list, `if_empty` for an empty cell.
    """

    key: str
    name: str
    sources: tuple[str, ...] = ()
    constant: str | None = None
    words: Mapping[str, str] | None = None
    choose: tuple[tuple[str, Anyof], ...] = ()
    default: str | None = None
    if_empty: str | None = None
    unmapped: str = "set_aside"
    only_when: Anyof = ()
    scale: Decimal | None = None
    time_formats: tuple[str, ...] = ()
    split: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSpec:
    """A side file whose columns are known as `name.column` once its `key` matches."""

    key: str
    name: str
    file: str
    on: tuple[tuple[str, str], ...]
    where: Anyof = ()
    add_up: tuple[tuple[str, str], ...] = ()
    count_rows: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DropSpec:
    """Rows that are set aside on purpose, for a reason the map gives in words."""

    key: str
    reason: str
    when: Anyof


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSpec:
    """Rows of one order that are one administration, cut at rate changes and pauses."""

    by: tuple[str, ...]
    pause: Anyof = ()
    join_gaps_up_to: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpec:
    """Rows that are the start, the stop or another moment of an administration."""

    by: tuple[str, ...]
    at: FieldSpec
    word: FieldSpec
    order: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpec:
    """One mapping file."""

    path: str
    name: str
    fields: tuple[FieldSpec, ...]
    lookups: tuple[LookupSpec, ...] = ()
    drops: tuple[DropSpec, ...] = ()
    segments: SegmentSpec | None = None
    events: EventSpec | None = None
    missing: frozenset[str] = frozenset({""})
    time_formats: tuple[str, ...] = ("iso",)
    delimiter: str | None = None
    encoding: str = "utf-8-sig"
    edition_on: date | None = None
    inpatient: Anyof = ()
    treat_as_outpatient: bool = False
    sorted_by_encounter: bool = False
