"""Encounters as JSON: one object, an array of them, or one a line; read strictly, written exactly.

Reading names what is wrong by file, line and field, and goes on with the rest.  A document that is
no JSON at all is unreadable; a line of JSON Lines that is none is set aside.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO, cast

from hangtime.errors import UnreadableInput
from hangtime.formats._decoder import DECODER
from hangtime.formats._encounters import Piece, gather, id_of, unreadable
from hangtime.formats._faults import READ_WITH_MARKS, finding
from hangtime.formats._fields import ROWS
from hangtime.formats._lines import Located
from hangtime.formats._opening import content_of, text_of, unpacked
from hangtime.formats._plain import json_text, plain
from hangtime.formats._rows import Row
from hangtime.formats.reads import Place, Read
from hangtime.model import Encounter, Finding

_ENCOUNTER_ID = re.compile(r'"encounter_id"\s*:\s*"([^"\\]*)"')
_SPACE = re.compile(r"[ \t\r\n]*")


def read(path: Path) -> Iterator[Read]:
    """Read a file of one encounter, an array of encounters or JSON Lines; gzip is unpacked.

    Raises `errors.UnreadableInput` where the file is absent or holds no JSON object at all.
    """
    return read_bytes(content_of(path), str(path))


def read_bytes(content: bytes, file: str) -> Iterator[Read]:
    """Read the content of such a file; `file` is the name findings give it."""
    text, undecodable = text_of(unpacked(content, file), file)
    values = _values_of(text, file)
    times = Counter(_ENCOUNTER_ID.findall(text))
    return gather((_piece(each, file, undecodable) for each in values), times)


def write_encounters(encounters: Iterable[Encounter], stream: TextIO) -> None:
    """Write encounters as JSON Lines in contract form."""
    stream.writelines(f"{json_text(plain(each))}\n" for each in encounters)


@dataclass(frozen=True, slots=True)
class _Value:
    """One JSON value of a file, or the fault of being none."""

    value: object
    line: int
    text: str
    fault: str = ""


def _values_of(text: str, file: str) -> Iterable[_Value]:
    """The encounters of the text, whichever of the three forms it has."""
    start = _after_space(text, 0)
    if text[start] == "[":
        return _array(text, start, file)
    lines = _lines(text)
    first = next(iter(lines))
    if not first.fault and "\n" in text[start:].strip():
        return _lines(text)
    if not first.fault:
        return [first]
    whole = _parsed(text, start, len(text))
    if not whole.fault:
        return [whole]
    if any(not each.fault for each in lines):
        return _lines(text)
    raise UnreadableInput(
        f"{file}: is not JSON; reading stopped in line {_stopping_line(text)}. "
        "Give one encounter as an object, an array of encounters, or one object a line."
    )


def _lines(text: str) -> Iterable[_Value]:
    start, line = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            yield _parsed(text, start, end, line)
        start, line = end + 1, line + 1


def _parsed(text: str, start: int, end: int, line: int | None = None) -> _Value:
    """The one value that stands in text[start:end], or what is wrong with it."""
    line = text.count("\n", 0, start) + 1 if line is None else line
    piece = text[start:end].strip()
    try:
        value, stop = DECODER.raw_decode(piece)
    except (ValueError, RecursionError):
        return _Value(None, line, piece, "INPUT-NOT-JSON")
    fault = "INPUT-NOT-JSON" if piece[stop:].strip() else ""
    return _Value(value, line, piece, fault)


def _array(text: str, start: int, file: str) -> list[_Value]:
    found: list[_Value] = []
    at, line, counted = _after_space(text, start + 1), 1, 0
    try:
        while text[at] != "]":
            value, end = DECODER.raw_decode(text, at)
            line, counted = line + text.count("\n", counted, at), at
            found.append(_Value(value, line, text[at:end]))
            at = _after_space(text, end)
            if text[at] == ",":
                at = _after_space(text, at + 1)
                if text[at] == "]":
                    raise ValueError
            elif text[at] != "]":
                raise ValueError
        if text[at + 1 :].strip():
            raise ValueError
    except (ValueError, IndexError, RecursionError):
        line = text.count("\n", 0, at) + 1
        raise UnreadableInput(
            f"{file}: the array is not JSON from line {line} on. "
            "Mend it there, or give one object a line."
        ) from None
    return found


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()


def _stopping_line(text: str) -> int:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, RecursionError):
        pass
    return 1


def _piece(each: _Value, file: str, undecodable: frozenset[int]) -> Piece | Read:
    where = Located(file, each.line, each.text)
    if each.fault:
        return unreadable(each.fault, Place(file, each.line))
    value = each.value
    if not isinstance(value, dict):
        return unreadable("INPUT-NOT-OBJECT", Place(file, each.line), "the encounter")
    fields = cast("dict[str, object]", value)
    rows = fields.pop(ROWS, None)
    notes = tuple(_undecodable_notes(each, file, undecodable))
    if rows is None:
        return Piece(where, fields, notes=notes)
    if not isinstance(rows, list):
        return replace(
            unreadable("INPUT-BAD-LIST", where.at(ROWS), ROWS), encounter_id=id_of(fields)
        )
    entries = cast("list[object]", rows)
    return Piece(
        where,
        fields,
        tuple(Row(where, entry, f"{ROWS}[{number}]") for number, entry in enumerate(entries)),
        notes,
    )


def _undecodable_notes(each: _Value, file: str, undecodable: frozenset[int]) -> Iterator[Finding]:
    if undecodable:
        for line in range(each.line, each.line + each.text.count("\n") + 1):
            if line in undecodable:
                yield finding("INPUT-NOT-UTF8", Place(file, line), "", READ_WITH_MARKS)
