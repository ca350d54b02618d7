"""JSON Lines, a block of lines at a time: read strictly and coded by the interpreted engine.

An encounter mostly is one line.  Lines that share an id are found beforehand, eight bytes a line,
and brought together at the end.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hangtime.formats._encounters import Piece, assemble, gather
from hangtime.formats.contract import _parsed
from hangtime.formats.contract import _piece as _encounter_piece
from hangtime.formats.reads import Read

LINES = 1_000  # of a block
_ID = re.compile(rb'"encounter_id"\s*:\s*"([^"\\]*)"')
_FAULTS = (OSError, EOFError, zlib.error)


class Line(NamedTuple):
    """A line of a file, from 1, as it stands."""

    number: int
    text: bytes


class JsonLines:
    """A file of JSON Lines; NotLines where its first line is not an object of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        keys = array("Q")
        try:
            for line in self._all():
                if not keys and not _is_object(line.text):
                    raise NotLines
                keys.append(_key(line.text))
        except _FAULTS:
            raise NotLines from None
        if not keys:
            raise NotLines
        found, times = np.unique(np.frombuffer(keys, "u8"), return_counts=True)
        self._several = set(found[times > 1].tolist()) - {0}

    def blocks(self) -> Iterator[list[Line]]:
        """Lines of whole encounters; the last block has those of encounters in several lines."""
        held: list[Line] = []
        several: list[Line] = []
        for line in self._all():
            if self._several and _key(line.text) in self._several:
                several.append(line)
                continue
            held.append(line)
            if len(held) >= LINES:
                yield held
                held = []
        yield from (each for each in (held, several) if each)

    def _all(self) -> Iterator[Line]:
        """Lines that are not blank."""
        is_packed = self.path.suffix.lower() == ".gz"
        with gzip.open(self.path) if is_packed else self.path.open("rb") as stream:
            for number, text in enumerate(stream, 1):
                if number == 1:
                    text = text.removeprefix(codecs.BOM_UTF8)
                if text.strip():
                    yield Line(number, text)


class NotLines(Exception):
    """The file is another form of JSON, or cannot be read; the reader of whole files says which."""


def reads_of(lines: Iterable[Line], file: str) -> Iterator[Read]:
    """The encounters of a block, as the reader of whole files reads them."""
    pieces = [_piece(line, file) for line in lines]
    ids = Counter(
        str(each.fields.get("encounter_id")) for each in pieces if isinstance(each, Piece)
    )
    if max(ids.values(), default=0) > 1:
        yield from gather(pieces, ids)
        return
    for piece in pieces:
        yield assemble([piece]) if isinstance(piece, Piece) else piece


def _piece(line: Line, file: str) -> Piece | Read:
    text = line.text.decode("utf-8", errors="replace")
    is_sound = "\ufffd" not in text or text.encode() == line.text
    undecodable = frozenset[int]() if is_sound else frozenset({line.number})
    return _encounter_piece(
        _parsed(text, 0, len(text), line.number),
        file, undecodable,
    )  # fmt: skip


def _is_object(text: bytes) -> bool:
    try:
        return not _parsed(text.decode(), 0, len(text), 1).fault
    except UnicodeDecodeError:
        return False


def _key(text: bytes) -> int:
    """A number for the encounter id of a line, 0 where none is seen."""
    found = _ID.search(text)
    if found is None:
        return 0
    return int.from_bytes(hashlib.blake2b(found[1], digest_size=8).digest()) or 1
