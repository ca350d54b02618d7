"""One value at a time: from what a file holds to what the model wants, strictly.

Each reader takes a value as JSON or Parquet gives it and returns it in the model's type, or raises
`Unreadable` with the id of the fault.  Nothing is guessed: text is no number, a date is no time,
1 is not true.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

Reader = Callable[[object], object]

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*", re.ASCII)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # what bytes that are no UTF-8 were read as
_LARGEST = Decimal(10) ** 9
_FINEST = -18  # the decimal places of the Parquet form
_FARTHEST = timedelta(hours=14)


class Unreadable(Exception):
    """A value is not what its field needs; caught by the record readers, never by users."""

    def __init__(self, fault: str, field: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.field = field


def read_text(value: object) -> str | None:
    """Any text; text of spaces alone says nothing."""
    if not isinstance(value, str) or _has_surrogate(value):
        raise Unreadable("INPUT-BAD-TEXT")
    return value if value.strip() else None


def read_id(value: object) -> str | None:
    """Text that names something: no spaces at its ends, nothing that cannot be read or printed."""
    text = read_text(value)
    if text is None:
        return None
    if text != text.strip() or _REPLACEMENT in text or not text.isprintable():
        raise Unreadable("INPUT-BAD-ID")
    return text


def read_time(value: object) -> datetime:
    """An ISO 8601 date-time, aware where it has an offset.

    Of two times by the same clock Python compares what the clock shows, also in the hour that it
    shows twice: what has a zone has its offset from here on.
    """
    moment = value if isinstance(value, datetime) else _time_of(value)
    if not 1900 <= moment.year <= 2400:
        raise Unreadable("INPUT-TIME-OUT-OF-RANGE")
    offset = moment.utcoffset()
    if offset is None:
        return moment
    if abs(offset) > _FARTHEST:
        raise Unreadable("INPUT-BAD-OFFSET")
    return moment.replace(tzinfo=timezone(offset), fold=0)


def _time_of(value: object) -> datetime:
    if isinstance(value, date) or (isinstance(value, str) and _DATE.fullmatch(value)):
        raise Unreadable("INPUT-DATE-WITHOUT-CLOCK")
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Unreadable("INPUT-BAD-TIME")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise Unreadable("INPUT-BAD-TIME") from None


def read_date(value: object) -> date:
    """An ISO 8601 calendar date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Unreadable("INPUT-BAD-DATE")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unreadable("INPUT-BAD-DATE") from None


def read_number(value: object) -> Decimal:
    """A finite number from 0 up, exactly as written."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable("INPUT-BAD-NUMBER")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise Unreadable("INPUT-BAD-NUMBER")
    if number < 0:
        raise Unreadable("INPUT-NEGATIVE-NUMBER")
    if number >= _LARGEST:
        raise Unreadable("INPUT-NUMBER-TOO-LARGE")
    if int(number.as_tuple().exponent) < _FINEST:
        raise Unreadable("INPUT-NUMBER-TOO-FINE")
    return number.copy_abs()  # -0 is 0; exact, where abs() would round


def read_whole(value: object) -> int:
    """A whole number from 1 up."""
    number = read_number(value)
    if number < 1 or number != int(number):
        raise Unreadable("INPUT-NOT-WHOLE")
    return int(number)


def read_yes_no(value: object) -> bool:
    """Either of JSON's true and false."""
    if not isinstance(value, bool):
        raise Unreadable("INPUT-BAD-YES-NO")
    return value


def read_zone(value: object) -> str | None:
    """The name of an IANA time zone that exists."""
    text = read_text(value)
    if text is not None and not _is_zone(text):
        raise Unreadable("INPUT-BAD-ZONE")
    return text


@lru_cache(maxsize=256)
def _is_zone(name: str) -> bool:
    if not _ZONE.fullmatch(name):
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def word_reader(words: tuple[str, ...], fault: str = "INPUT-BAD-WORD") -> Reader:
    """A reader of one of `words`, exactly as the contract spells them."""
    known = frozenset(words)

    def read(value: object) -> str | None:
        if value == "":
            return None
        if not isinstance(value, str) or value not in known:
            raise Unreadable(fault)
        return value

    return read


def form_reader(pattern: str, fault: str) -> Reader:
    """A reader of text that has the form of a code."""
    form = re.compile(pattern, re.ASCII)

    def read(value: object) -> str | None:
        text = read_text(value)
        if text is not None and not form.fullmatch(text):
            raise Unreadable(fault)
        return text

    return read


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text)


# The form of each kind of code, as a regular expression for the whole text.
FORMS = {
    "code": r"[A-Z][0-9]{4}|[0-9]{4}[0-9A-Z]",
    "modifier": r"[A-Z0-9]{2}",
    "ndc": r"[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}|[0-9]{10,11}",
    "rxnorm": r"[0-9]{1,8}",
    "diagnosis": r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?",
    "place": r"[0-9]{2}",
}
TIME_FORM = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)

read_code = form_reader(FORMS["code"], "INPUT-BAD-CODE")
read_modifier = form_reader(FORMS["modifier"], "INPUT-BAD-MODIFIER")
read_ndc = form_reader(FORMS["ndc"], "INPUT-BAD-NDC")
read_rxnorm = form_reader(FORMS["rxnorm"], "INPUT-BAD-RXNORM")
read_diagnosis = form_reader(FORMS["diagnosis"], "INPUT-BAD-DIAGNOSIS")
read_place = form_reader(FORMS["place"], "INPUT-BAD-PLACE")
_TIME = re.compile(TIME_FORM)
