"""A record as tables: the chart, the claims, and the truth beside them."""

# pyarrow has no type stubs; nothing untyped leaves the package.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false
from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from hangtime.simulate import billing, gaps
from hangtime.simulate.arrays import NO_WORD, NONE, Ints, Words, place_in_group
from hangtime.simulate.billing import DIRECTIONS, Errors
from hangtime.simulate.block import PAYERS, SETTINGS, Block
from hangtime.simulate.columns import (
    MOMENT,
    NUMBER,
    chosen,
    dates,
    decimals,
    flags,
    lists,
    moments,
    named,
    texts,
    wholes,
    words_apart,
)
from hangtime.simulate.facts import services
from hangtime.simulate.gaps import Gaps, misspelled
from hangtime.simulate.record import Record
from hangtime.simulate.year import DEPARTMENTS, ZONE

_ID_WIDTH = 9
_BILL_TYPE = "131"  # hospital outpatient, admit through discharge
_ACCESS = pa.list_(pa.struct([
    ("access_id", pa.string()), ("kind", pa.string()), ("reason_code", pa.string()),
    ("lumens", pa.int32()),
]))  # fmt: skip
_SERVICE = pa.list_(pa.struct([("code", pa.string()), ("modifiers", pa.list_(pa.string()))]))
_CONTAINER = pa.struct([
    ("size", NUMBER), ("size_unit", pa.string()), ("count", pa.int32()), ("single_dose", pa.bool_()),
])  # fmt: skip


def tables_of(
    record: Record, charted: dict[str, Ints], found: Gaps, billed: dict[str, Ints], errors: Errors
) -> dict[str, Any]:
    """The tables of a block by name: the visits as charted, the claims as sent, and the truth."""
    block = record.block
    return {
        "encounters": _encounters(block, charted),
        "claims": _claims(block, billed),
        "truth/given": _given(record),
        "truth/lines": _lines(record),
        "truth/gaps": pa.table({
            "encounter_id": _ids(block, found.who),
            "administration_id": _row_ids(record.rows["number"][found.row]),
            "gap": texts(found.kind, [each.name for each in gaps.KINDS]),
        }),
        "truth/errors": pa.table({
            "claim_id": _ids(block, errors.who, "C"),
            "encounter_id": _ids(block, errors.who),
            "error": texts(errors.kind, [each.name for each in billing.KINDS]),
            "direction": texts(errors.direction, DIRECTIONS),
            **_line_columns(block, errors._asdict()),
        }),
    }  # fmt: skip


def _ids(block: Block, who: Ints, letter: str = "E") -> Any:
    return named(letter, block.first + who + 1, _ID_WIDTH)


def _row_ids(numbers: Ints) -> Any:
    most = int(numbers.max(initial=0)) + 1
    return texts(numbers, [f"a{number + 1}" for number in range(most)])


def _words(block: Block, column: str) -> list[str]:
    return block.texts.setdefault(column, Words()).texts


def _encounters(block: Block, rows: dict[str, Ints]) -> Any:
    """The tabular form of the encounter contract: a row an administration."""
    columns = _visit_columns(block, rows) | _row_columns(block, rows)
    return pa.table(columns)


def _visit_columns(block: Block, rows: dict[str, Ints]) -> dict[str, Any]:
    who = rows["who"]
    visits = {name: column[who] for name, column in block.visits.items()}
    is_timeless = np.zeros(block.count, bool)
    is_timeless[who[rows["start"] == NONE]] = True
    days = np.where(is_timeless, block.year.day(block.arrived), NONE)
    return {
        "encounter_id": _ids(block, who),
        "patient_id": named("P", block.patient[who] + 1, _ID_WIDTH),
        "setting": texts(block.setting[who], SETTINGS),
        "payer": texts(block.payer[who], PAYERS),
        "time_zone": texts(np.zeros(len(who), np.int64), [ZONE]),
        "date_of_service": dates(days[who]),
        "diagnoses": chosen(
            visits["diagnoses"], _listed(block, "diagnoses", pa.list_(pa.string()))
        ),
        "place_of_service": texts(visits["place_of_service"], _words(block, "place_of_service")),
        "attendance_of_day": wholes(visits["attendance_of_day"]),
        "inpatient_order_at": moments(visits["inpatient_order_at"]),
        "accesses": chosen(visits["accesses"], _listed(block, "accesses", _ACCESS)),
        "other_services": chosen(visits["other_services"], _other_services(block)),
    }


def _listed(block: Block, column: str, kind: Any) -> Any:
    return pa.array([*block.lists[column], None], kind)


def _undotted(block: Block) -> Any:
    """Diagnoses as a claim has them."""
    plain = ([code.replace(".", "") for code in codes] for codes in block.lists["diagnoses"])
    return pa.array([*plain, None], pa.list_(pa.string()))


def _other_services(block: Block) -> Any:
    known = [services()[name] for name in block.lists["other_services"]]
    entries = [[{"code": code, "modifiers": [mark] if mark else []}] for code, mark in known]
    return pa.array([*entries, None], _SERVICE)


def _row_columns(block: Block, rows: dict[str, Ints]) -> dict[str, Any]:
    drugs = block.formulary.drugs
    names = [each.name for each in drugs]
    units = _unit_numbers(block)[rows["drug"]]
    has_dose = rows["dose"] != NONE
    return {
        "administration_id": _row_ids(rows["number"]),
        "drug": texts(rows["name"], [*names, *map(misspelled, names), "(not legible)"]),
        "route": texts(rows["route"], _words(block, "route")),
        "access": texts(rows["access"], _words(block, "access")),
        "bag": texts(rows["bag"], _words(block, "bag")),
        "start": moments(rows["start"]),
        "stop": moments(rows["stop"]),
        "interruptions": _interruptions(rows),
        "dose": decimals(rows["dose"]),
        "dose_unit": texts(np.where(has_dose, units, NO_WORD), _words(block, "unit")),
        "pump": texts(rows["pump"], _words(block, "pump")),
        "continues_off_site": flags(rows["continues_off_site"]),
        "last_observed_infusing": moments(rows["last_observed_infusing"]),
        "purpose": texts(rows["purpose"], _words(block, "purpose")),
        "supplied_by": texts(rows["supplied_by"], _words(block, "supplied_by")),
        "volume_ml": decimals(rows["volume_ml"]),
        "rate_ml_per_h": decimals(rows["rate_ml_per_h"]),
        "rate_changes": _rate_changes(rows),
        "volume_infused_ml": decimals(rows["volume_infused_ml"]),
        "discarded": decimals(rows["discarded"]),
        "discarded_unit": texts(
            np.where(rows["discarded"] == NONE, NO_WORD, units), _words(block, "unit")
        ),
        "containers": _containers(block, rows),
        "order_id": _order_ids(rows),
        "order_signed": flags(rows["is_signed"]),
        "ordered_at": moments(rows["ordered_at"]),
        "indication": texts(rows["indication"], _words(block, "indication")),
        "primary_reason": flags(rows["primary_reason"]),
        "recorded_at": moments(rows["recorded_at"]),
        "performer_credential": texts(np.zeros(len(units), np.int64), ["RN"]),
    }


def _unit_numbers(block: Block) -> Ints:
    return np.array([block.word("unit", each.unit) for each in block.formulary.drugs])


def _order_ids(rows: dict[str, Ints]) -> Any:
    """An order is named for the first row that was given on it."""
    numbers = rows["number"][rows["order"]]
    return texts(numbers, [f"o{each + 1}" for each in range(int(numbers.max(initial=0)) + 1)])


def _interruptions(rows: dict[str, Ints]) -> Any:
    is_paused = rows["paused_for"] > 0
    starts, lengths = rows["pause"][is_paused], rows["paused_for"][is_paused]
    kind = [("start", MOMENT), ("stop", MOMENT)]
    pauses = pa.StructArray.from_arrays(
        [moments(starts), moments(starts + lengths)], fields=[pa.field(*each) for each in kind]
    )
    return lists(pauses, np.append(0, np.cumsum(is_paused)))


def _rate_changes(rows: dict[str, Ints]) -> Any:
    is_changed = rows["rate_changed_at"] != NONE
    kind = [("at", MOMENT), ("rate_ml_per_h", NUMBER)]
    changes = pa.StructArray.from_arrays(
        [
            moments(rows["rate_changed_at"][is_changed]),
            decimals(rows["rate_changed_to"][is_changed]),
        ],
        fields=[pa.field(*each) for each in kind],
    )
    return lists(changes, np.append(0, np.cumsum(is_changed)))


def _containers(block: Block, rows: dict[str, Ints]) -> Any:
    """The vials of each dose: one size, so many of it."""
    most = int(rows["vials"].max(initial=0)) + 1
    distinct, places = np.unique(rows["drug"] * most + rows["vials"], return_inverse=True)
    entries: list[list[dict[str, Any]]] = []
    for key in distinct:
        drug, count = block.formulary.drugs[int(key) // most], int(key) % most
        size = decimals(np.array([drug.vial]))[0].as_py()
        vial = {"size": size, "size_unit": drug.unit, "count": count,
                "single_dose": drug.is_single_dose}  # fmt: skip
        entries.append([vial] if count else [])
    return pa.array(entries, pa.list_(_CONTAINER)).take(pa.array(places))


def _given(record: Record) -> Any:
    """What was really given, and when."""
    block, rows = record.block, record.rows
    units = np.where(rows["dose"] == NONE, NO_WORD, _unit_numbers(block)[rows["drug"]])
    return pa.table({
        "encounter_id": _ids(block, rows["who"]),
        "administration_id": _row_ids(rows["number"]),
        "department": texts(block.department[rows["who"]], DEPARTMENTS),
        "drug": texts(rows["drug"], [each.name for each in block.formulary.drugs]),
        "route": texts(rows["route"], _words(block, "route")),
        "access": texts(rows["access"], _words(block, "access")),
        "start": moments(rows["start"]),
        "stop": moments(rows["stop"]),
        "interrupted_minutes": wholes(np.maximum(rows["paused_for"], 0) // 60),
        "dose": decimals(rows["dose"]),
        "dose_unit": texts(units, _words(block, "unit")),
    })  # fmt: skip


def _line_columns(block: Block, lines: dict[str, Ints]) -> dict[str, Any]:
    return {
        "code": texts(lines["code"], _words(block, "code")),
        "units": wholes(lines["units"]),
        "modifiers": words_apart(lines["modifier"], _words(block, "modifier")),
        "date_of_service": dates(lines["day"]),
    }


def _lines(record: Record) -> Any:
    """What was earned, line by line, with the administrations it rests on."""
    block, lines = record.block, record.lines
    return pa.table({
        "encounter_id": _ids(block, lines["who"]),
        "line_number": wholes(lines["number"] + 1),
        **_line_columns(block, lines),
        "administrations": lists(_row_ids(record.rows["number"][record.resting]), record.line_from),
    })  # fmt: skip


def _claims(block: Block, lines: dict[str, Ints]) -> Any:
    """The claim-line table."""
    who = lines["who"]
    bill_type = np.where(block.setting[who] == SETTINGS.index("facility"), 0, NO_WORD)
    place = block.visits["place_of_service"][who]
    revenue = billing.revenue_codes(block, lines)
    return pa.table({
        "claim_id": _ids(block, who, "C"),
        "line_number": wholes(place_in_group(who) + 1),
        "encounter_id": _ids(block, who),
        "patient_id": named("P", block.patient[who] + 1, _ID_WIDTH),
        "setting": texts(block.setting[who], SETTINGS),
        "payer": texts(block.payer[who], PAYERS),
        "place_of_service": texts(place, _words(block, "place_of_service")),
        "bill_type": texts(bill_type, [_BILL_TYPE]),
        **_line_columns(block, lines),
        "revenue_code": texts(revenue, _words(block, "revenue_code")),
        "diagnoses": chosen(block.visits["diagnoses"][who], _undotted(block)),
    })  # fmt: skip
