"""The fields of the contract, taken from the model: how each is read and how it stands in a table.

The model is the only list of fields.  Its types say the kind of each; the few whose text has a
form of its own (codes, ids, zones) are named here.
"""

from __future__ import annotations

import types
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hangtime import model
from hangtime.formats import _values
from hangtime.formats._values import Reader

RECORDS = "records"  # a list of objects
TEXTS = "texts"  # a list of texts


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: its kind, its reader, and its own fields where it is a list."""

    name: str
    kind: str
    reader: Reader
    is_required: bool = False
    missing: str = "INPUT-MISSING-FIELD"
    record: type[Any] | None = None
    words: tuple[str, ...] = ()
    is_list: bool = False  # nested in Parquet, JSON text in a CSV cell


_PLAIN: dict[Any, tuple[str, Reader]] = {
    str: ("text", _values.read_text),
    datetime: ("time", _values.read_time),
    date: ("date", _values.read_date),
    Decimal: ("number", _values.read_number),
    int: ("whole", _values.read_whole),
    bool: ("yes_no", _values.read_yes_no),
}

_OF_A_FORM: dict[str, Reader] = {
    "encounter_id": _values.read_id,
    "patient_id": _values.read_id,
    "administration_id": _values.read_id,
    "access_id": _values.read_id,
    "access": _values.read_id,
    "bag": _values.read_id,
    "order_id": _values.read_id,
    "pump_channel": _values.read_id,
    "payer": _values.read_id,
    "time_zone": _values.read_zone,
    "place_of_service": _values.read_place,
    "code": _values.read_code,
    "hcpcs": _values.read_code,
    "ndc": _values.read_ndc,
    "rxnorm": _values.read_rxnorm,
    "diagnoses": _values.read_diagnosis,
    "modifiers": _values.read_modifier,
}

_OF_A_WORD = {"setting": "INPUT-BAD-SETTING", "route": "INPUT-BAD-ROUTE"}

_MISSING = {
    "encounter_id": "INPUT-MISSING-ENCOUNTER-ID",
    "setting": "INPUT-MISSING-SETTING",
    "administration_id": "INPUT-MISSING-ID",
    "drug": "INPUT-MISSING-DRUG",
    "route": "INPUT-MISSING-ROUTE",
}

# No rule of coding rests on these: unreadable, they are left out and the rest is coded.
BESIDE = frozenset(
    {
        "patient_id", "birth_date", "diagnoses", "locality", "drug_discount_340b", "department",
        "hcpcs", "ndc", "rxnorm", "discarded", "discarded_unit", "containers", "recorded_at",
        "performer", "performer_credential",
    }
)  # fmt: skip

ROWS = "administrations"


@cache
def fields_of(record: type[Any]) -> dict[str, Field]:
    """The fields of a record of the model by name, without the list of administrations."""
    hints = get_type_hints(record)
    return {
        each.name: _field(each.name, hints[each.name], each.default is NO_DEFAULT)
        for each in fields(record)
        if each.name != ROWS
    }


def encounter_fields() -> dict[str, Field]:
    """The fields of an encounter by name."""
    return fields_of(model.Encounter)


def administration_fields() -> dict[str, Field]:
    """The fields of an administration by name."""
    return fields_of(model.Administration)


def _field(name: str, hint: Any, is_required: bool) -> Field:
    kind, reader, record = _kind(name, _without_none(hint))
    return Field(
        name=name,
        kind=kind,
        reader=_OF_A_FORM.get(name, reader),
        is_required=is_required,
        missing=_MISSING.get(name, "INPUT-MISSING-FIELD"),
        record=record,
        words=get_args(_without_none(hint)) if kind == "word" else (),
        is_list=kind in (RECORDS, TEXTS),
    )


def _kind(name: str, hint: Any) -> tuple[str, Reader, type[Any] | None]:
    if get_origin(hint) is Literal:
        fault = _OF_A_WORD.get(name, "INPUT-BAD-WORD")
        return "word", _values.word_reader(get_args(hint), fault), None
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if inner is str:
            return TEXTS, _values.read_text, None
        return RECORDS, _values.read_text, inner
    return *_PLAIN[hint], None


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(each for each in get_args(hint) if each is not types.NoneType)
    return hint
