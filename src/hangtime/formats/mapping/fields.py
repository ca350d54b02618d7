"""The contract's fields as a mapping sees them: their names, and how a text becomes a value.

Names and strict readers are those of the contract form (`formats._fields`); here stands only what
comes before: a text in the hospital's own way of writing times, numbers and yes or no.  Fields of
nested records are written with a dot: `access.kind`, `interruption.start`, `container.size`; a row
gives at most one of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, get_args, get_type_hints

from hangtime.formats import _fields, _values
from hangtime.formats._faults import FAULTS
from hangtime.formats._fields import RECORDS, TEXTS, fields_of
from hangtime.model import Access, Administration, Container, Encounter, Interruption, OtherService

YES = frozenset({"true", "yes", "y", "1", "t"})
NO = frozenset({"false", "no", "n", "0", "f"})
_CLOCK = len("2026-03-12T09:05")  # shorter is a date alone, and midnight would be a guess
_THOUSAND = 3  # digits of a group
_PLACES = -18  # decimal places of the contract
_FINEST = Decimal(1).scaleb(_PLACES)


class Unreadable(ValueError):
    """A text that is not what its field expects; says so without the text."""

    def __init__(self, problem: str, fault: str = "MAP-BAD-VALUE") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fault = fault


class HasForm(Protocol):
    """How the texts of one field are written in this export."""

    @property
    def time_formats(self) -> tuple[str, ...]: ...
    @property
    def split(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One field that can be mapped; `words` are those of its vocabulary, if it has one."""

    name: str
    of_encounter: bool
    contract: _fields.Field
    words: tuple[str, ...] = ()

    def parser(self, form: HasForm) -> Callable[[str], Any]:
        """The function from a text that is not empty to a value; it raises `Unreadable`."""
        prepare = _preparation(self.contract.kind, form)
        reader = self.contract.reader
        if self.contract.kind == TEXTS:
            return lambda text: tuple(_strict(reader, each) for each in prepare(text))
        return lambda text: _strict(reader, prepare(text))

    def problem_of(self, text: str, form: HasForm) -> str:
        """Why a text that the map itself gives is no value of the field; empty if it is one."""
        try:
            self.parser(form)(text)
        except Unreadable as unreadable:
            return unreadable.problem
        return ""


def _strict(reader: _values.Reader, value: object) -> Any:
    """The value as the contract form reads it; its faults without the field's name."""
    try:
        return reader(value)
    except _values.Unreadable as unreadable:
        says = FAULTS[unreadable.fault].says.removeprefix("{field} ").rstrip(".")
        raise Unreadable(says, unreadable.fault) from None


def _preparation(kind: str, form: HasForm) -> Callable[[str], Any]:
    """What a text of this kind is before the strict reader sees it."""
    if kind in ("number", "whole"):
        return number
    if kind == "yes_no":
        return _yes_no
    if kind == "time":
        return _time(form.time_formats)
    if kind == "date":
        return lambda text: _moment(text, form.time_formats).date()
    if kind == TEXTS:
        split = form.split or ";"
        return lambda text: [part.strip() for part in text.split(split) if part.strip()]
    return str


def number(text: str) -> Decimal:
    """A plain number; a range, a comparison or a number with its unit is none."""
    try:
        value = Decimal(text.replace(",", "") if _has_thousands(text) else text)
    except InvalidOperation:
        raise Unreadable("does not hold a number") from None
    if not value.is_finite():
        raise Unreadable("does not hold a number")
    if int(value.as_tuple().exponent) < _PLACES:
        value = value.quantize(_FINEST)  # the tail of a binary fraction, not a measurement
    return value


def _has_thousands(text: str) -> bool:
    """`1,250` and `1,250.5` have thousands; `0,5` is a decimal comma and stays unreadable."""
    head, *groups = text.partition(".")[0].split(",")
    return head.isdigit() and head != "0" and all(len(group) == _THOUSAND for group in groups)


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word not in YES | NO:
        raise Unreadable("holds neither yes nor no")
    return word in YES


def _time(formats: tuple[str, ...]) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        moment = _moment(text, formats)
        if len(text) < _CLOCK and "iso" in formats and _is_iso(text):
            raise Unreadable("holds a date without a clock time")
        return moment

    return read


def _moment(text: str, formats: tuple[str, ...]) -> datetime:
    for each in formats:
        try:
            if each == "iso":
                return datetime.fromisoformat(text)
            return datetime.strptime(text, each)
        except ValueError:
            continue
    raise Unreadable(f"does not hold a time as {' or '.join(formats)}")


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _of(record: type[Any], prefix: str = "", skip: Iterable[str] = ()) -> Iterable[Field]:
    hints = get_type_hints(record)
    for name, field in fields_of(record).items():
        if field.kind != RECORDS and name not in skip:
            words = _words(hints[name]) if field.kind == "word" else ()
            yield Field(prefix + name, record is Encounter, field, words)


def _words(hint: Any) -> tuple[str, ...]:
    """The words of a Literal, also of one that may be None."""
    words: list[str] = []
    for each in get_args(hint):
        words += [each] if isinstance(each, str) else _words(each)
    return tuple(words)


FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        *_of(Encounter),
        *_of(Administration),
        *_of(Access, "access.", skip=("access_id",)),
        *_of(Interruption, "interruption."),
        *_of(Container, "container."),
        *_of(OtherService, "other_service."),
    )
}
