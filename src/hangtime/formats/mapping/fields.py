"""The contract's fields as a mapping sees them: their names and how a text becomes a value.

The names and types are read off the records of `hangtime.model`, so that a field added to the
contract can be mapped at once.  Fields of nested records are written with a dot: `access.kind`,
`interruption.start`, `container.size`; a row gives at most one of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import NoneType
from typing import Any, Literal, Protocol, get_args, get_origin, get_type_hints

from hangtime.model import (
    Access,
    Administration,
    Container,
    Encounter,
    Interruption,
    OtherService,
)

YES = frozenset({"true", "yes", "y", "1", "t"})
NO = frozenset({"false", "no", "n", "0", "f"})


class Unreadable(ValueError):
    """A cell that is not what its field expects; the text says what was expected, not the cell."""


class HasForm(Protocol):
    """How the texts of one field are written in this export."""

    @property
    def time_formats(self) -> tuple[str, ...]: ...
    @property
    def split(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One contract field: `kind` names its type, `words` lists the words of a vocabulary."""

    name: str
    kind: str
    of_encounter: bool
    words: tuple[str, ...] = ()

    @property
    def expects(self) -> str:
        """What a value has to be, for messages."""
        return {
            "word": f"a word of the contract for {self.name}",
            "time": f"a time for {self.name}",
            "date": f"a date for {self.name}",
            "number": f"a number for {self.name}",
            "whole": f"a whole number for {self.name}",
            "flag": f"yes or no for {self.name}",
        }.get(self.kind, f"a text for {self.name}")

    def parser(self, form: HasForm) -> Callable[[str], Any]:
        """The function from a text that is not empty to a value; it raises `Unreadable`."""
        match self.kind:
            case "word":
                return _word(self.words)
            case "time":
                return _time(form.time_formats)
            case "date":
                return _date(form.time_formats)
            case "number":
                return number
            case "whole":
                return _whole
            case "flag":
                return _flag
            case "texts":
                return _texts(form.split or ";")
            case _:
                return str

    def accepts(self, text: str, form: HasForm) -> bool:
        """Whether this text is a value of the field."""
        try:
            self.parser(form)(text)
        except Unreadable:
            return False
        return True


def field_named(name: str) -> Field | None:
    return FIELDS.get(name)


def number(text: str) -> Decimal:
    """A plain number; a range, a comparison or a number with its unit is refused."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        try:
            value = Decimal(text.replace(",", "")) if _has_thousands(text) else None
        except InvalidOperation:
            value = None
        if value is None:
            raise Unreadable("a number") from None
    if not value.is_finite():
        raise Unreadable("a number")
    return value


def _has_thousands(text: str) -> bool:
    """`1,250` and `1,250.5` have thousands; `0,5` is a decimal comma and stays unreadable."""
    head, *groups = text.partition(".")[0].split(",")
    return bool(groups) and head.isdigit() and head != "0" and all(len(g) == 3 for g in groups)


def _whole(text: str) -> int:
    value = number(text)
    if value != value.to_integral_value():
        raise Unreadable("a whole number")
    return int(value)


def _flag(text: str) -> bool:
    word = text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unreadable("yes or no")


def _word(words: tuple[str, ...]) -> Callable[[str], str]:
    known = frozenset(words)

    def read(text: str) -> str:
        if text not in known:
            raise Unreadable(f"one of {', '.join(words)}")
        return text

    return read


def _texts(split: str) -> Callable[[str], tuple[str, ...]]:
    return lambda text: tuple(part.strip() for part in text.split(split) if part.strip())


def _time(formats: tuple[str, ...]) -> Callable[[str], datetime]:
    if formats == ("iso",):
        return _iso_time

    def read(text: str) -> datetime:
        for each in formats:
            try:
                return datetime.fromisoformat(text) if each == "iso" else _strptime(text, each)
            except ValueError:
                continue
        raise Unreadable("a date and time in the map's time_format")

    return read


def _strptime(text: str, form: str) -> datetime:
    return datetime.strptime(text, form)  # noqa: DTZ007 - zones are the encounter's business


def _iso_time(text: str) -> datetime:
    if len(text) < 16:  # a date alone is no clock time, and midnight would be a guess
        raise Unreadable("a date and time")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("a date and time in ISO 8601") from None


def _date(formats: tuple[str, ...]) -> Callable[[str], date]:
    def read(text: str) -> date:
        for each in formats:
            try:
                found = datetime.fromisoformat(text) if each == "iso" else _strptime(text, each)
            except ValueError:
                continue
            return found.date()
        raise Unreadable("a date in the map's time_format")

    return read


def _kind(hint: Any) -> tuple[str, tuple[str, ...]] | None:
    """The kind of a type hint and its words; None for lists of records."""
    options = [each for each in get_args(hint) if each is not NoneType]
    if get_origin(hint) is Literal:
        return "word", get_args(hint)
    if NoneType in get_args(hint) and len(options) == 1:
        return _kind(options[0])
    if hint == tuple[str, ...]:
        return "texts", ()
    plain = {str: "text", Decimal: "number", int: "whole", bool: "flag"}
    plain |= {datetime: "time", date: "date"}
    return (plain[hint], ()) if hint in plain else None


def _fields_of(record: type, prefix: str = "", skip: Iterable[str] = ()) -> Iterable[Field]:
    hints: dict[str, Any] = get_type_hints(record)
    for name, hint in hints.items():
        kind = _kind(hint)
        if kind is not None and name not in skip:
            yield Field(prefix + name, kind[0], record is Encounter, kind[1])


FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        *_fields_of(Encounter),
        *_fields_of(Administration),
        *_fields_of(Access, "access.", skip=("access_id",)),
        *_fields_of(Interruption, "interruption."),
        *_fields_of(Container, "container."),
        *_fields_of(OtherService, "other_service."),
    )
}
