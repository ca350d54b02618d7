"""From what was typed on a sheet to the entries of the record, and back for a correction.

A part of an entry of which nothing was said is not there; so is an entry of a sheet's second kind.
What cannot be read is named by its field and never repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

import msgspec

from hangtime import chart
from hangtime.web.chairside import barcode
from hangtime.web.chairside.sheets import Field, Sheet, fields_of, kind_of

__all__ = ["Typed", "Unreadable", "bodies", "typed_of"]

Typed = Mapping[str, Sequence[str]]  # by the name of the field; several where several can be chosen
SCANNED = "drug_prepared.barcode"


class Unreadable(ValueError):
    """Fields that cannot be read: name of the field, what is wrong with it."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__(", ".join(name for name, _ in self.errors))


def bodies(sheet: Sheet, typed: Typed) -> tuple[chart.Body, ...]:
    """The entries of a sheet.  Raises Unreadable."""
    typed = _with_barcode(typed)
    found: list[chart.Body] = []
    errors: list[tuple[str, str]] = []
    for number, kind in enumerate(sheet.kinds):
        fields = [each for each in sheet.fields if each.kind == kind]
        if number and not any(_is_said(each, typed) for each in fields):
            continue
        missing = [
            (each.name, f"{each.label}: is needed")
            for each in fields
            if each.need == "yes" and each.how != "hidden" and not _is_said(each, typed)
        ]
        errors += missing
        if not missing:
            try:
                found.append(_body(kind, fields, typed))
            except Unreadable as wrong:
                errors += wrong.errors
    if errors:
        raise Unreadable(errors)
    return tuple(found)


def typed_of(body: Any) -> dict[str, list[str]]:
    """What would have been typed to chart a body."""
    found: dict[str, list[str]] = {}
    for field in fields_of(kind_of(body)):
        value = _at(body, field.path)
        is_empty = value is None or value == () or (value is False and field.how != "yes_no")
        if not is_empty:
            found[field.name] = _text(field, value)
    return found


def _with_barcode(typed: Typed) -> Typed:
    """What a scanned text says, where the fields it fills were left empty."""
    text = "".join(typed.get(SCANNED, ())).strip()
    if not text:
        return typed
    try:
        said = barcode.read(text).fields
    except barcode.UnreadableBarcode as wrong:
        raise Unreadable([(SCANNED, f"Barcode: {wrong}")]) from None
    prefix = SCANNED.rpartition(".")[0]
    filled = {f"{prefix}.{name}": [value] for name, value in said.items()}
    own = {name: values for name, values in typed.items() if any(values)}
    return {**filled, **own}


def _body(kind: str, fields: list[Field], typed: Typed) -> chart.Body:
    said: dict[str, Any] = {"kind": kind}
    spoken = {each.group for each in fields if _tells(each) and _is_said(each, typed)}
    errors: list[tuple[str, str]] = []
    for each in fields:
        if not _is_said(each, typed) or (each.group and each.group not in spoken):
            continue
        try:
            _put(said, each.path.split("."), _value(each, typed))
        except ValueError:
            errors.append((each.name, f"{each.label}: is not a number"))
    if errors:
        raise Unreadable(errors)
    try:
        return chart.decode(msgspec.json.encode(_lists(said)))
    except chart.UnreadableEntry as wrong:
        raise Unreadable([_named(wrong, fields)]) from None


def _tells(field: Field) -> bool:
    """Whether a field by itself says something: a unit that was filled in beforehand does not."""
    return field.how != "hidden" and not field.path.endswith("_unit")


def _named(wrong: chart.UnreadableEntry, fields: list[Field]) -> tuple[str, str]:
    path = wrong.field.replace("[", ".").replace("]", "")
    exact = next((each for each in fields if each.path == path), None)
    near = next((each for each in fields if path.startswith(f"{each.path}.")), None)
    field = exact or near
    if field is None:
        return "", f"{path.replace('_', ' ')}: {wrong.message}"
    return field.name, f"{field.label or field.path}: {wrong.message}"


def _is_said(field: Field, typed: Typed) -> bool:
    return field.how != "barcode" and any(each.strip() for each in typed.get(field.name, ()))


def _value(field: Field, typed: Typed) -> Any:
    values = [each.strip() for each in typed[field.name] if each.strip()]
    if field.how == "many":
        return values
    if field.how == "words":
        return [each.strip() for value in values for each in value.split(",") if each.strip()]
    text = values[-1]
    if field.how == "tick":
        return True
    if field.how == "yes_no":
        return text == "yes"
    if field.how == "count" or field.path == "grade":
        return int(text)
    if field.how == "hidden":
        return {"true": True, "false": False}.get(text, _whole(field, text))
    return text


_HIDDEN_COUNTS = frozenset({"attendance_of_day", "late_after_minutes"})


def _whole(field: Field, text: str) -> str | int:
    return int(text) if field.path in _HIDDEN_COUNTS else text


def _put(said: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        said = said.setdefault(part, {})
    said[path[-1]] = value


def _lists(said: Any) -> Any:
    """The same with what is counted as a list."""
    if not isinstance(said, dict):
        return said
    known = {name: _lists(each) for name, each in cast("dict[str, Any]", said).items()}
    if known and all(name.isdecimal() for name in known):
        return [known[name] for name in sorted(known)]
    return known


def _at(body: Any, path: str) -> Any:
    found = body
    for part in path.split("."):
        if found is None:
            return None
        if part.isdecimal():
            found = found[int(part)] if int(part) < len(found) else None
        else:
            found = getattr(found, part, None)
    return found


def _text(field: Field, value: Any) -> list[str]:
    if field.how == "many":
        return [str(each) for each in value]
    if field.how == "words":
        return [", ".join(str(each) for each in value)]
    if isinstance(value, bool):
        return [("yes" if value else "no") if field.how == "yes_no" else str(value).lower()]
    if isinstance(value, Decimal):
        return [f"{value.normalize():f}"]
    return [value.isoformat() if isinstance(value, date) else str(value)]
