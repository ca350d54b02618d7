"""Where in a JSON text each field stands, worked out only when a finding has to say so."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property

from hangtime.formats.reads import Place

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,\n]|[^\s"{}\[\]:,]+')


@dataclass(frozen=True)
class Located:
    """A JSON value in a file: `text` of it alone, which begins on `line`."""

    file: str
    line: int
    text: str

    def at(self, field: str) -> Place:
        """The place of the field, or of the innermost thing around it that is there."""
        if not field or "\n" not in self.text:
            return Place(self.file, self.line)
        path = field
        while path and path not in self._lines:
            path = re.sub(r"(^|\.|\[)[^.\[]*$", "", path)
        return Place(self.file, self.line + self._lines.get(path, 0))

    @cached_property
    def _lines(self) -> dict[str, int]:
        return lines_of(self.text)


@dataclass(slots=True)
class _Level:
    is_object: bool
    key: str = ""
    index: int = 0
    is_value: bool = False  # the next token belongs to the value, not the name


def lines_of(text: str) -> dict[str, int]:
    """The line, from 0, on which each path of a JSON text begins: `administrations[2].start`."""
    found: dict[str, int] = {}
    levels: list[_Level] = []
    line = 0
    for token in _TOKEN.findall(text):
        if token == "\n":
            line += 1
        elif token in "]}":
            levels.pop()
        elif token in ":,":
            _step(levels[-1], token)
        elif levels and levels[-1].is_object and not levels[-1].is_value:
            levels[-1].key = json.loads(token)
        else:
            found.setdefault(_path(levels), line)
            if token in "{[":
                levels.append(_Level(is_object=token == "{"))
    return found


def _step(level: _Level, token: str) -> None:
    level.is_value = token == ":"
    if token == ",":
        level.index += 1


def _path(levels: list[_Level]) -> str:
    path = ""
    for level in levels:
        if level.is_object:
            path += f".{level.key}" if path else level.key
        else:
            path += f"[{level.index}]"
    return path
