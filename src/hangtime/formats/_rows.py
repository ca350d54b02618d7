"""Rows: one administration each, as it stands in a file, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from hangtime.formats._faults import (
    COUNTED_ONCE,
    FIELD_LEFT_OUT,
    NOTHING_LOST,
    ROW_SET_ASIDE,
    finding,
)
from hangtime.formats._records import Fields, Problem, read_fields
from hangtime.formats.reads import Place
from hangtime.model import Administration, Encounter, Finding

_INFUSIONS = frozenset({"iv_infusion", "sc_infusion", "ia_infusion"})


class Where(Protocol):
    """Knows the place of a field by its path."""

    def at(self, field: str) -> Place:
        """The file and line of the field."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One administration as it stands in a file; `path` leads to it within its JSON object."""

    where: Where
    values: object  # a mapping of field names, or the fault of not being one
    path: str = ""


@dataclass(slots=True)
class Rows:
    """The administrations that can be coded and the findings of all rows, in order."""

    kept: list[Administration] = field(default_factory=list[Administration])
    places: list[Row] = field(default_factory=list[Row])
    findings: list[Finding] = field(default_factory=list[Finding])
    merged: int = 0
    set_aside: int = 0


def read_rows(rows: Iterable[Row]) -> Rows:
    """Read rows in order; a row is kept, merged with an equal one, or set aside."""
    found = Rows()
    by_id: dict[str, Administration] = {}
    for row in rows:
        fields = _read(row)
        found.findings += _problem_findings(row, fields)
        if not fields.is_readable:
            found.set_aside += 1
            continue
        _keep(row, Administration(**fields.values), by_id, found)
    return found


def _read(row: Row) -> Fields:
    prefix = f"{row.path}." if row.path else ""
    values = row.values
    if not isinstance(values, Mapping):
        return Fields(problems=[Problem("INPUT-NOT-OBJECT", row.path, is_decisive=True)])
    fields = read_fields(Administration, cast("Mapping[str, object]", values), prefix)
    fields.problems += _contradictions(fields, prefix)
    return fields


def unknown_accesses(encounter: Encounter, rows: Rows) -> Iterator[Finding]:
    """One note for each access that rows name and the encounter's list does not."""
    listed = {each.access_id for each in encounter.accesses}
    told: set[str] = set()
    for row, each in zip(rows.places, rows.kept, strict=True):
        if not listed or each.access is None or each.access in listed or each.access in told:
            continue
        told.add(each.access)
        path = _path(row, "access")
        yield finding(
            "INPUT-UNKNOWN-ACCESS",
            row.where.at(path),
            path,
            NOTHING_LOST,
            severity="info",
            administrations=(each.administration_id,),
        )


def _keep(row: Row, each: Administration, by_id: dict[str, Administration], found: Rows) -> None:
    earlier = by_id.setdefault(each.administration_id, each)
    if earlier is each:
        found.kept.append(each)
        found.places.append(row)
        return
    is_same = earlier == each
    path = _path(row, "administration_id")
    found.merged += is_same
    found.set_aside += not is_same
    found.findings.append(
        finding(
            "INPUT-DUPLICATE-ROW" if is_same else "INPUT-DUPLICATE-ID",
            row.where.at(path),
            path,
            COUNTED_ONCE if is_same else ROW_SET_ASIDE,
            administrations=(each.administration_id,),
        )
    )


def _path(row: Row, field: str) -> str:
    return f"{row.path}.{field}" if row.path else field


def _contradictions(fields: Fields, prefix: str) -> Iterator[Problem]:
    """Times that cannot both hold.  A time with an offset and one without are for the engine."""
    start, stop = fields.values.get("start"), fields.values.get("stop")
    if fields.values.get("route") in _INFUSIONS and start and stop:
        same_clock = (start.tzinfo is None) == (stop.tzinfo is None)
        if same_clock and stop <= start:
            yield Problem("INPUT-STOP-BEFORE-START", f"{prefix}stop", is_decisive=True)
    for number, pause in enumerate(fields.values.get("interruptions", ())):
        if pause.stop is None or (pause.start.tzinfo is None) != (pause.stop.tzinfo is None):
            continue
        if pause.stop < pause.start:
            field = f"{prefix}interruptions[{number}].stop"
            yield Problem("INPUT-PAUSE-BACKWARDS", field, is_decisive=True)


def _problem_findings(row: Row, fields: Fields) -> Iterator[Finding]:
    about = fields.values.get("administration_id")
    for problem in fields.problems:
        yield finding(
            problem.fault,
            row.where.at(problem.field),
            problem.field,
            ROW_SET_ASIDE if problem.is_decisive else FIELD_LEFT_OUT,
            administrations=(about,) if about else (),
        )
