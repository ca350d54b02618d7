"""The JSON Schema of the contract: what is read and what is written, from the model itself.

Input is the schema at the top; output is `#/$defs/Outcome`.  The published copy is
`docs/reference/encounter.schema.json`; `hangtime schema` prints it.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import Any, get_args

from hangtime import model
from hangtime.formats._fields import RECORDS, ROWS, TEXTS, Field, fields_of
from hangtime.formats._values import FORMS, TIME_FORM
from hangtime.formats.descriptions import DESCRIPTIONS, OUTPUT

_RECORDS = (
    model.Encounter,
    model.Administration,
    model.Access,
    model.OtherService,
    model.Interruption,
    model.RateChange,
    model.Container,
)

_KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "time": {"type": "string", "pattern": f"^{TIME_FORM}$"},
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "number": {"type": "number", "minimum": 0, "exclusiveMaximum": 1_000_000_000},
    "whole": {"type": "integer", "minimum": 1},
    "yes_no": {"type": "boolean"},
}
_FORM_OF = {
    "code": "code",
    "hcpcs": "code",
    "ndc": "ndc",
    "rxnorm": "rxnorm",
    "diagnoses": "diagnosis",
    "modifiers": "modifier",
    "place_of_service": "place",
}

_TEXT: dict[str, Any] = {"type": "string"}
_TEXT_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
_LIST: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_UNITS: dict[str, Any] = {"type": "integer", "minimum": 1}

_DOLLARS: dict[str, Any] = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}
_ALLOWED: dict[str, dict[str, Any]] = {
    "amount": _DOLLARS | {"type": ["string", "null"]},
    "standing": {"enum": list(get_args(model.Standing))},
    "tables": {"type": "array", "items": {"$ref": "#/$defs/TableUsed"}},
    "arithmetic": _TEXT,
    "missing": _TEXT,
    "coinsurance": _DOLLARS,
    "medicare": _DOLLARS,
}

# What is written is made of sentences that the model does not hold; so its types stand here.
_OUTPUT: dict[str, dict[str, dict[str, Any]]] = {
    "Outcome": {
        "encounter_id": _TEXT_OR_NULL,
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
        "not_reported": {"type": "array", "items": {"$ref": "#/$defs/NotReported"}},
        "possible": {"type": "array", "items": {"$ref": "#/$defs/Possible"}},
        "findings": {"type": "array", "items": {"$ref": "#/$defs/Finding"}},
        "policy": {"anyOf": [{"$ref": "#/$defs/Basis"}, {"type": "null"}]},
        "total": _DOLLARS,
        "unknown_lines": {"type": "integer", "minimum": 0},
    },
    "Line": {
        "code": _TEXT,
        "units": _UNITS,
        "modifiers": _LIST,
        "date_of_service": {"type": ["string", "null"], "format": "date"},
        "administrations": _LIST,
        "rules": _LIST,
        "citations": _LIST,
        "explanation": _TEXT,
        "ndc": {"type": "string", "pattern": "^[0-9]{11}$"},
        "ndc_unit": {"enum": ["UN", "ML", "GR", "F2"]},
        "ndc_quantity": {"type": "number", "minimum": 0},
        "narrative": _TEXT,
        "certificate": {"type": "object"},
        **_ALLOWED,
    },
    "Allowed": _ALLOWED,
    "TableUsed": {
        "name": _TEXT,
        "from": {"type": "string", "format": "date"},
        "until": {"type": "string", "format": "date"},
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "origin": {"enum": ["imported", "shipped"]},
    },
    "NotReported": {
        "what": _TEXT,
        "administrations": _LIST,
        "rule": _TEXT,
        "citations": _LIST,
        "explanation": _TEXT,
    },
    "Possible": {
        "code": _TEXT,
        "units": _UNITS,
        "modifiers": _LIST,
        "needs": _TEXT,
        "administration": _TEXT_OR_NULL,
        "field": _TEXT,
        "value": _TEXT,
        "explanation": _TEXT,
        "worth": {"$ref": "#/$defs/Allowed"},
    },
    "Finding": {
        "severity": {"enum": list(get_args(model.Severity))},
        "rule": _TEXT,
        "message": _TEXT,
        "administrations": _LIST,
        "file": _TEXT,
        "line": {"type": "integer", "minimum": 1},
        "field": _TEXT,
    },
    "Basis": {
        "profile": _TEXT,
        "rules": _TEXT,
        "edition": _TEXT,
        "tables": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_PRODUCT = {"ndc", "ndc_unit", "ndc_quantity", "narrative"}
_NOT_ALWAYS: dict[str, set[str]] = {
    "Outcome": {"total", "unknown_lines"},
    "Line": _PRODUCT | {"certificate"} | _ALLOWED.keys(),
    "Allowed": {"missing", "coinsurance", "medicare"},
    "Possible": {"worth"},
    "Finding": {"file", "line", "field"},
    "Basis": {"tables"},
}


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an encounter, with that of an outcome among its definitions."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:hangtime:encounter",
        "title": "A charted infusion encounter, and what it supports",
        "$ref": "#/$defs/Encounter",
        "$defs": {each.__name__: _input(each) for each in _RECORDS}
        | {name: _output(name, properties) for name, properties in _OUTPUT.items()},
    }


def schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _input(record: type[Any]) -> dict[str, Any]:
    properties = {name: _property(record, each) for name, each in fields_of(record).items()}
    if record is model.Encounter:
        properties[ROWS] = {
            "type": ["array", "null"],
            "items": {"$ref": "#/$defs/Administration"},
            "description": DESCRIPTIONS["Encounter"][ROWS],
        }
    return {
        "type": "object",
        "description": (record.__doc__ or "").split("\n\n")[0],
        "properties": properties,
        "required": [each.name for each in fields(record) if each.default is MISSING],
        "additionalProperties": False,
    }


def _property(record: type[Any], each: Field) -> dict[str, Any]:
    made = _type(each)
    if not each.is_required:
        made = _or_null(made)
    return made | {"description": DESCRIPTIONS[record.__name__][each.name]}


def _type(each: Field) -> dict[str, Any]:
    if each.kind == "word":
        return {"enum": list(each.words)}
    if each.kind == RECORDS:
        assert each.record is not None
        return {"type": "array", "items": {"$ref": f"#/$defs/{each.record.__name__}"}}
    text = {"type": "string"}
    if each.name in _FORM_OF:
        text["pattern"] = f"^({FORMS[_FORM_OF[each.name]]})$"
    elif each.is_required and each.kind == "text":
        text["pattern"] = r"\S"
    if each.kind == TEXTS:
        return {"type": "array", "items": text}
    return text if each.kind == "text" else dict(_KINDS[each.kind])


def _or_null(made: dict[str, Any]) -> dict[str, Any]:
    if "enum" in made:
        return {"enum": [*made["enum"], None]}
    return made | {"type": [made["type"], "null"]}


def _output(name: str, properties: dict[str, dict[str, Any]]) -> dict[str, Any]:
    record = getattr(model, name)
    return {
        "type": "object",
        "description": (record.__doc__ or "").split("\n\n")[0],
        "properties": {
            field: each | {"description": OUTPUT[name][field]} for field, each in properties.items()
        },
        "required": [each for each in properties if each not in _NOT_ALWAYS.get(name, ())],
    }
