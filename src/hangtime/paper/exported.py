"""A record that left the service, read back: a packet of the ledger, or the entries the API gives.

What is read is printed, not judged: a packet is proved with the verifier that goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from hangtime.chart import Entry, UnreadableEntry, decode, unpack
from hangtime.errors import UnreadableInput

__all__ = ["entries_of"]

_VISIT = "visit"  # the ledger's stream of charted entries


class _Packed(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the ledger, as a packet holds it."""

    stream: str
    subject: str
    entry_id: str
    recorded_at: datetime
    author: str
    body: str


class _Packet(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    subject: str
    entries: tuple[_Packed, ...]


class _Plain(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with its body still as JSON, so that what is wrong in it is named without its value."""

    entry_id: str
    visit_id: str
    happened_at: datetime
    recorded_at: datetime
    author: str
    author_name: str
    body: msgspec.Raw
    credential: str | None = None


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    entry: _Plain


class _Entries(msgspec.Struct, frozen=True, kw_only=True):
    visit_id: str
    entries: tuple[_Given, ...]


def entries_of(data: bytes, name: str) -> list[Entry]:
    """The charted entries of one visit, from a packet or from the API's list of entries.

    `name` is how an error calls the file.  UnreadableInput says what is wrong and in which field;
    the value is not repeated.
    """
    try:
        found = list(_read(data))
    except UnreadableEntry as fault:
        raise UnreadableInput(f"{name}: {fault}") from None
    except msgspec.ValidationError as fault:
        raise UnreadableInput(f"{name}: neither a packet nor a visit's entries: {fault}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UnreadableInput(f"{name}: not JSON.") from None
    except ValueError as fault:  # an entry's own check, which names the field
        raise UnreadableInput(f"{name}: {fault}") from None
    if not found:
        raise UnreadableInput(f"{name}: no charted entry is in it.")
    return found


def _read(data: bytes) -> Iterator[Entry]:
    kept = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    if "format" in kept:
        packet = msgspec.json.decode(data, type=_Packet)
        yield from (_unpacked(each) for each in packet.entries if each.stream == _VISIT)
        return
    for each in msgspec.json.decode(data, type=_Entries).entries:
        plain = each.entry
        yield Entry(
            entry_id=plain.entry_id,
            visit_id=plain.visit_id,
            happened_at=plain.happened_at,
            recorded_at=plain.recorded_at,
            author=plain.author,
            author_name=plain.author_name,
            credential=plain.credential,
            body=decode(bytes(plain.body)),
        )


def _unpacked(row: _Packed) -> Entry:
    return unpack(
        row.body,
        entry_id=row.entry_id,
        visit_id=row.subject,
        recorded_at=row.recorded_at,
        author=row.author,
    )
