"""Opening a file: its bytes, unpacked, as text, with the lines that are not UTF-8."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from hangtime.errors import UnreadableInput

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


def content_of(path: Path) -> bytes:
    """The bytes of a file, unpacked where it is gzip.  Raises UnreadableInput."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableInput(f"{path}: there is no such file. Check the name.") from None
    except IsADirectoryError:
        raise UnreadableInput(f"{path}: is a folder. Name the files in it.") from None
    except OSError as error:
        raise UnreadableInput(
            f"{path}: cannot be opened ({error.strerror}). Check its permissions."
        ) from None
    return unpacked(content, str(path))


def unpacked(content: bytes, file: str) -> bytes:
    """The content, unpacked where it is gzip."""
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise UnreadableInput(
            f"{file}: the gzip archive is damaged or cut short. Export it again."
        ) from None


def text_of(content: bytes, file: str) -> tuple[str, frozenset[int]]:
    """The text, and the lines (from 1) in which bytes that are not UTF-8 were replaced."""
    if content.startswith(_WIDE_BOMS):
        raise UnreadableInput(f"{file}: is UTF-16. Save it as UTF-8.")
    body = content.removeprefix(_BOM)
    if not body.strip():
        raise UnreadableInput(f"{file}: is empty. There is nothing to code.")
    try:
        return body.decode("utf-8"), frozenset()
    except UnicodeDecodeError:
        return body.decode("utf-8", errors="replace"), _undecodable(body)


def _undecodable(body: bytes) -> frozenset[int]:
    bad: set[int] = set()
    for number, line in enumerate(body.split(b"\n"), 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            bad.add(number)
    return frozenset(bad)
