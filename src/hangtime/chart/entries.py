"""One entry of the record, and the bytes it is kept as.

The bytes are canonical JSON: keys sorted, nothing that was not said, times in RFC 3339 with their
offset, quantities as texts.  The same entry always has the same bytes, so that they can be hashed.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from hangtime.chart.bodies import Body, Corrected
from hangtime.chart.bodies.words import Id, Line, Moment, check
from hangtime.errors import UserError

__all__ = ["Entry", "UnreadableEntry", "decode", "encode", "pack", "unpack"]

_FIELD = re.compile(r"at `(?:key in )?\$\.?([^`]*)`")
_UNKNOWN = re.compile(r"unknown field `([a-z0-9_]{1,40})`")
_MISSING = re.compile(r"missing required field `([a-z0-9_]{1,40})`")
_OWN_WORDS = re.compile(r"^([a-z0-9_]{1,40}): (.*?)(?: - at `|$)")
_KIND = re.compile(r"Expected `([^`]+)`( of length [<>=]+ \d+| [<>=]+ \d+)?(?:, got `([^`]+)`)?")


class UnreadableEntry(UserError):
    """Bytes that are no entry.  `field` is the path of what is wrong; the value is not repeated."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field, self.message = field, message


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who said what about a visit, when it happened and when it was recorded.

    `author` is the account, `author_name` and `credential` (such as "RN") what the account was
    called on that day.  Both times are aware.
    """

    entry_id: Id
    visit_id: Id
    happened_at: Moment
    recorded_at: Moment
    author: Id
    author_name: Line
    body: Body
    credential: Line | None = None

    def __post_init__(self) -> None:
        check("happened_at", self.happened_at)
        check("recorded_at", self.recorded_at)

    @property
    def corrects(self) -> str | None:
        """The entry this one corrects, if it does."""
        return self.body.corrects if isinstance(self.body, Corrected) else None


class _Packed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry without what the ledger holds in columns of its own."""

    happened_at: Moment
    author_name: Line
    body: Body
    credential: Line | None = None

    def __post_init__(self) -> None:
        check("happened_at", self.happened_at)


_encoder = msgspec.json.Encoder(order="sorted")
_bodies: msgspec.json.Decoder[Body] = msgspec.json.Decoder(Body)
_packed = msgspec.json.Decoder(_Packed)


def encode(body: Body) -> bytes:
    """A body as canonical JSON."""
    return _encoder.encode(body)


def decode(data: bytes | str) -> Body:
    """The body some JSON holds; UnreadableEntry names the field that is wrong."""
    return _read(_bodies, data)


def pack(entry: Entry) -> bytes:
    """An entry as canonical JSON, but for the ids, the author and the time it was recorded."""
    packed = _Packed(
        happened_at=entry.happened_at,
        author_name=entry.author_name,
        credential=entry.credential,
        body=entry.body,
    )
    return _encoder.encode(packed)


def unpack(
    data: bytes | str, *, entry_id: str, visit_id: str, recorded_at: datetime, author: str
) -> Entry:
    """The entry that was packed, with what the ledger holds of it."""
    packed = _read(_packed, data)
    return Entry(
        entry_id=entry_id,
        visit_id=visit_id,
        recorded_at=recorded_at,
        author=author,
        happened_at=packed.happened_at,
        author_name=packed.author_name,
        credential=packed.credential,
        body=packed.body,
    )


def _read(decoder: msgspec.json.Decoder[Any], data: bytes | str) -> Any:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as fault:
        raise _unreadable(str(fault)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UnreadableEntry("", "not JSON") from None


def _unreadable(told: str) -> UnreadableEntry:
    """The library's words without the value they may repeat."""
    found = _FIELD.search(told)
    path = found[1] if found else ""
    for pattern, words in ((_UNKNOWN, "no such field"), (_MISSING, "is needed")):
        if name := pattern.search(told):
            return UnreadableEntry(f"{path}.{name[1]}".lstrip("."), words)
    if own := _OWN_WORDS.match(told):
        return UnreadableEntry(f"{path}.{own[1]}".lstrip("."), own[2])
    if "matching regex" in told:
        return UnreadableEntry(path, "should not be blank")
    if kind := _KIND.search(told):
        got = f", not {kind[3]}" if kind[3] else ""
        return UnreadableEntry(path, f"should be {kind[1]}{kind[2] or ''}{got}")
    return UnreadableEntry(path, "not one of the values allowed")
