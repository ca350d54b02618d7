"""Records as plain JSON values: fields that say nothing are left out, numbers stay exact."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, cast

import msgspec

_encode = msgspec.json.Encoder(decimal_format="number").encode


def plain(value: Any) -> Any:
    """A record of the model as dicts, lists, texts and numbers, in the order of its fields."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: plain(inner)
            for each in fields(value)
            if (inner := getattr(value, each.name)) is not None and inner != ()
        }
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in cast("tuple[Any, ...]", value)]
    return value


def json_text(value: Any) -> str:
    """A plain value as JSON on one line, every digit of a number as it was charted."""
    return _encode(value).decode()
