"""JSON as charts need it: numbers keep their digits, and a name that stands twice is noticed."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from hangtime.formats._records import Repeated


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    repeated = Repeated(fields)
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            repeated.name = name
        seen.add(name)
    return repeated


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of more digits than a number can have
        return Decimal("NaN")


def _no_number(_: str) -> Decimal:
    return Decimal("NaN")


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_no_number
)
