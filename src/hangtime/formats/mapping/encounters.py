"""Administrations of one encounter, put together from its rows, with every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from hangtime.formats.mapping.accounts import Fault, Kind
from hangtime.formats.mapping.fields import FIELDS
from hangtime.formats.mapping.joined import Joined, nested
from hangtime.formats.mapping.rows import Charted
from hangtime.formats.mapping.spec import MapSpec
from hangtime.formats.mapping.together import together
from hangtime.formats.mapping.values import NEEDED
from hangtime.model import (
    Access,
    Administration,
    Encounter,
    Interruption,
    OtherService,
    RateChange,
)

INFUSIONS = frozenset({"iv_infusion", "sc_infusion", "ia_infusion"})


@dataclass(slots=True)
class Assembled:
    """One encounter with its account: coded + merged + rows set aside = rows given.

    `days` is by how much all times were moved (`edition_on`), `as_outpatient` whether rows of an
    inpatient were read as an outpatient's.
    """

    encounter: Encounter | None = None
    coded: int = 0
    merged: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    days: int | None = None
    as_outpatient: bool = False


def assemble(encounter_id: str, rows: list[Charted], spec: MapSpec) -> Assembled:
    """The encounter of these rows, which are all its rows, in charted order."""
    made = Assembled()
    joined = _usable(together(_forwards(rows, made), spec), made)
    if not joined:
        return made
    made.as_outpatient = any(row.inpatient for each in joined for row in each.rows)
    common = _common([row for each in joined for row in each.rows], made)
    if spec.edition_on is not None:
        made.days = _days_until(spec.edition_on, joined)
        if made.days is not None:
            _move(joined, common, timedelta(days=made.days))
    made.encounter = Encounter(
        encounter_id=encounter_id,
        **common,
        administrations=tuple(_administration(each) for each in joined),
        accesses=tuple(_accesses(joined)),
        other_services=tuple(_other_services(joined)),
    )
    return made


def _forwards(rows: list[Charted], made: Assembled) -> list[Charted]:
    """Rows whose times do not run backwards; the others are set aside before they are merged."""
    kept: list[Charted] = []
    for row in rows:
        if _is_backwards(row["start"], row["stop"]):
            made.faults += _aside(row, "INPUT-STOP-BEFORE-START", "stop", "is before the start")
        elif _is_backwards(row["interruption.start"], row["interruption.stop"]):
            problem = "is before the interruption's start"
            made.faults += _aside(row, "INPUT-PAUSE-BACKWARDS", "interruption.stop", problem)
        else:
            kept.append(row)
    return kept


def _is_backwards(start: datetime | None, stop: datetime | None) -> bool:
    """Where only one of the two has an offset, the engine has to say what it makes of them."""
    if start is None or stop is None or (start.tzinfo is None) != (stop.tzinfo is None):
        return False
    return stop < start


def _usable(joined: list[Joined], made: Assembled) -> list[Joined]:
    """Administrations that have what they need; the rows of the others are set aside."""
    usable: list[Joined] = []
    ids: set[str] = set()
    for each in joined:
        first = each.rows[0]
        id = each.values.setdefault("administration_id", _id_of(first, ids))
        lacks = _lack(each, id in ids)
        if lacks is not None:
            made.faults += (fault for row in each.rows for fault in _aside(row, *lacks))
            continue
        ids.add(id)
        usable.append(each)
        made.coded += 1
        made.merged += len(each.rows) - 1
        for row in each.rows:
            made.merged += len(row.details) + len(row.copies)
            made.faults += _copies(row, "merged")
        made.faults += (
            Fault(first.file, first.line, name, "MAP-ROWS-DISAGREE", problem, "left_out")
            for name, problem in each.doubts
        )
    return usable


def _id_of(row: Charted, taken: set[str]) -> str:
    """An id for an administration that the export gives none: where its first row stands."""
    id = f"row-{row.line}"
    return f"{Path(row.file).name}-{id}" if id in taken else id


def _lack(joined: Joined, is_known: bool) -> tuple[str, str, str] | None:
    """Why an administration cannot be used: fault, field and problem; None if it can."""
    values = joined.values
    for name, fault in NEEDED.items():
        if name not in values:
            return fault, name, "is not charted"
    if is_known:
        return "INPUT-DUPLICATE-ID", "administration_id", "is not unique"
    start, stop = values.get("start"), values.get("stop")
    if values["route"] in INFUSIONS and start is not None and start == stop:
        return "INPUT-STOP-BEFORE-START", "stop", "is not after the start"
    return None


def _aside(row: Charted, id: str, name: str, problem: str) -> Iterator[Fault]:
    """A fault for the row and one for each of its detail rows, which share its fate."""
    yield Fault(row.file, row.line, name, id, problem, "unusable")
    yield from details_aside(row.details, "unusable")
    yield from _copies(row, "unusable")


def _copies(row: Charted, kind: Kind) -> Iterator[Fault]:
    """A fault for each row that says the same in every cell."""
    for file, line in row.copies:
        yield Fault(file, line, "", "INPUT-DUPLICATE-ROW", "says the same as an earlier row", kind)


def details_aside(details: list[tuple[str, int]], kind: Kind) -> Iterator[Fault]:
    """A fault for each detail row of a row that is set aside."""
    problem = "the row it belongs to is set aside"
    for file, line in details:
        yield Fault(file, line, "", "MAP-DETAIL-SET-ASIDE", problem, kind)


def _administration(joined: Joined) -> Administration:
    values = {
        name: value
        for name, value in joined.values.items()
        if "." not in name and (name not in FIELDS or not FIELDS[name].of_encounter)
    }
    if "dose" not in values:  # left out, or of no row of a run: a unit alone says nothing
        values.pop("dose_unit", None)
    return Administration(**values)


def _common(rows: list[Charted], made: Assembled) -> dict[str, Any]:
    """Encounter fields: the first row's word, and a fault where a later row says otherwise."""
    common: dict[str, Any] = {}
    for row in rows:
        for name, value in row.values.items():
            if name not in FIELDS or not FIELDS[name].of_encounter or name == "encounter_id":
                continue
            if common.setdefault(name, value) != value:
                problem = "is not the same in all rows of the encounter; the first is used"
                fault = Fault(row.file, row.line, name, "MAP-ROWS-DISAGREE", problem, "left_out")
                made.faults.append(fault)
    return common


def _accesses(joined: list[Joined]) -> Iterator[Access]:
    """One access for each id that a row describes by `access.…` fields, as first described."""
    seen: set[str] = set()
    for row in (row for each in joined for row in each.rows):
        access_id = row["access"]
        described = nested(row, "access.")
        if access_id is not None and described and access_id not in seen:
            seen.add(access_id)
            yield Access(access_id=access_id, **described)


def _other_services(joined: list[Joined]) -> Iterator[OtherService]:
    """Each other service once, however many rows repeat it."""
    found = (
        OtherService(**nested(row, "other_service."))
        for each in joined
        for row in each.rows
        if row["other_service.code"] is not None
    )
    yield from dict.fromkeys(found)


# -- Moving an encounter to a date that the editions cover -----------------------------------------


def _days_until(day: date, joined: list[Joined]) -> int | None:
    """Whole days from the encounter's first clock time to `day`; None without clock times."""
    times = [
        at.date()
        for each in joined
        for at in (each.values.get(name) for name in ("start", "stop", "last_observed_infusing"))
        if isinstance(at, datetime)
    ]
    return (day - min(times)).days if times else None


def _move(joined: list[Joined], common: dict[str, Any], by: timedelta) -> None:
    """Move every time by whole days: times of day, intervals and their order stay."""
    for values in (common, *(each.values for each in joined)):
        for name, value in values.items():
            if name != "birth_date":
                values[name] = _moved(value, by)


def _moved(value: Any, by: timedelta) -> Any:
    match value:
        case date():  # a datetime is one too
            return value + by
        case tuple():
            return tuple(_moved(each, by) for each in cast("tuple[object, ...]", value))
        case Interruption():
            return Interruption(start=_moved(value.start, by), stop=_moved(value.stop, by))
        case RateChange():
            return RateChange(at=_moved(value.at, by), rate_ml_per_h=value.rate_ml_per_h)
        case _:
            return value
