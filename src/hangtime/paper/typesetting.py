"""A sheet as PDF/UA-1, set by typst.

Data goes in as JSON beside the template, never into its source.  Fonts are those that come with the
typesetter, so that the bytes are the same on every machine; only a script they lack asks for the
machine's own, and a character that no font has is printed as its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec

from hangtime.errors import UserError
from hangtime.paper.sheet import Picture, Sheet

__all__ = ["NotPrinted", "typeset"]

_TEMPLATES = Path(__file__).parent / "templates"
_LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_ATTEMPTS = 8
_UNBROKEN = re.compile(r"[^\s\-‐–—]{19,}")  # longer than the names of most drugs
_PIECE = 6  # characters between two breaks of such a word
_KEPT = "\n\u200c\u200d"  # lines of a text, and the joiners that some scripts are written with
_BREAK = "\u200b"  # a place where a line may break, of no width


class NotPrinted(UserError):
    """A document that could not be set, or the typesetter is not installed."""


def typeset(sheet: Sheet, dated: datetime | None) -> bytes:
    """The PDF.  `dated` (aware) is the document's date; the clock is not read.

    NotPrinted where the typesetter is missing or gives up; its words are not repeated, since they
    hold what was to be printed.
    """
    data = _map(msgspec.to_builtins(sheet), _printable)
    for given, made in zip(sheet.blocks, data["blocks"], strict=True):
        if isinstance(given, Picture):
            made["svg"] = given.svg  # whole already
    fonts = "own"
    for _ in range(_ATTEMPTS):
        made, lacking = _compile(data, dated, fonts)
        if made is not None:
            return made
        if fonts == "own":
            fonts = "machine"
        else:
            data = _map(data, partial(_numbered, lacking=lacking))
    raise NotPrinted("the document could not be set: fonts for its characters are missing.")


def _compile(data: Any, dated: datetime | None, fonts: str) -> tuple[bytes | None, frozenset[str]]:
    """The document, or the characters that the fonts lack."""
    typst = _typst()
    inputs = {
        "data": msgspec.json.encode(data).decode(),
        "dated": _parts(dated),
    }
    compiler = typst.Compiler(
        _TEMPLATES / "sheet.typ",
        root=_TEMPLATES,
        font_paths=_fonts(fonts),
        sys_inputs=inputs,
    )
    seconds = int(dated.timestamp()) if dated else 0
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=seconds)
    except typst.TypstError as fault:
        lacking = frozenset("".join(_LACKING.findall(_unescaped(fault.diagnostic))))
        lacking -= {char for char in lacking if char.isascii()}
        if not lacking:
            raise NotPrinted("the document could not be set by the typesetter.") from None
        return None, lacking
    assert isinstance(made, bytes)
    return made, frozenset()


def _parts(dated: datetime | None) -> str:
    """Year to second in UTC, as JSON; null where the document has no date."""
    if dated is None:
        return "null"
    return msgspec.json.encode(list(dated.astimezone(UTC).timetuple()[:6])).decode()


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise NotPrinted("printing needs the paper extra: pip install 'hangtime[paper]'.") from None
    return typst


@cache
def _fonts(which: str) -> Any:
    return _typst().Fonts(include_system_fonts=which == "machine")


def _unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(f"0x{found[1]}", 0)), words)


def _numbered(text: str, lacking: frozenset[str]) -> str:
    """The text with each lacking character as its number, [U+4E2D]."""
    return "".join(f"[U+{ord(char):04X}]" if char in lacking else char for char in text)


def _printable(text: str) -> str:
    """Charted text with breaks in what is too long for a line, and what has no shape as its number."""
    shown = "".join(_shown(char) for char in text)
    return _UNBROKEN.sub(lambda found: _broken(found[0]), shown)


def _shown(char: str) -> str:
    if char.isprintable() or char in _KEPT:
        return char
    return " " if char.isspace() else f"[U+{ord(char):04X}]"


def _broken(word: str) -> str:
    """A long word with places to break it."""
    pieces = (word[at : at + _PIECE] for at in range(0, len(word), _PIECE))
    return _BREAK.join(pieces)


def _map(value: Any, change: Callable[[str], str]) -> Any:
    """A plain value with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _map(each, change) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, (list, tuple)):
        return [_map(each, change) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value
