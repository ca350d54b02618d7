"""From the names a map uses to cells of a row: columns, templates, conditions.

A row is a list of texts: the export's cells, then the columns of each side file that matched,
known as `name.column`.  Everything here is bound to positions once, before the first row.
"""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from hangtime.errors import UnusableMapping
from hangtime.formats.mapping.spec import Anyof

Cells = list[str]
Text = Callable[[Cells], str]
Test = Callable[[Cells], bool]

_HOLE = re.compile(r"\{([^{}:]+)(?::(\d+))?\}")
_REMEMBERED = 20_000


class Columns:
    """The columns a row has by now, and which of them the map uses."""

    def __init__(
        self, names: Iterable[str], missing: frozenset[str], map_path: str, of: str
    ) -> None:
        self.of = of
        self.names = list(names)
        self.missing = missing
        self.map_path = map_path
        self.used: set[str] = set()

    def fail(self, key: str, problem: str) -> NoReturn:
        raise UnusableMapping(f"{self.map_path}: {key}: {problem}")

    def index(self, key: str, name: str) -> int:
        """The position of a column; `UnusableMapping` names the nearest one there is."""
        if name not in self.names:
            close = difflib.get_close_matches(name, self.names, n=1)
            hint = f" Did you mean {close[0]}?" if close else f" It has: {', '.join(self.names)}."
            self.fail(key, f"{self.of} has no column {name}.{hint}")
        self.used.add(name)
        return self.names.index(name)

    def text(self, key: str, source: str) -> Text:
        """A column's text without outer blanks, or a template: `{date} {time}`, `{time:10}`.

        A template is empty when one of its columns is.
        """
        missing = self.missing
        if "{" in source:
            return self._template(key, source)
        at = self.index(key, source)

        def read(cells: Cells) -> str:
            text = cells[at].strip()
            return "" if text in missing else text

        return read

    def _template(self, key: str, source: str) -> Text:
        holes = [
            (self.text(key, each[1]), int(each[2]) if each[2] else None)
            for each in _HOLE.finditer(source)
        ]
        form = _HOLE.sub("\0", source).split("\0")

        def read(cells: Cells) -> str:
            parts = [form[0]]
            for (hole, length), after in zip(holes, form[1:], strict=True):
                text = hole(cells)
                if not text:
                    return ""
                parts += (text[:length], after)
            return "".join(parts)

        return read

    def test(self, key: str, condition: Anyof) -> Test:
        """Whether a row meets a condition."""
        if not condition:
            return lambda _: False
        choose = self.choice(key, (("yes", condition),))
        return lambda cells: choose(cells) is not None

    def choice(
        self, key: str, choices: Sequence[tuple[str, Anyof]]
    ) -> Callable[[Cells], str | None]:
        """The word of the first condition a row meets, or None.

        Answers are remembered by the cells asked about, which are mostly codes and few.
        """
        asked_for = sorted({name for _, when in choices for each in when for name, _ in each})
        texts = [self.text(key, name) for name in asked_for]
        checks = [
            (word, [(asked_for.index(name), _matcher(words)) for name, words in each])
            for word, when in choices
            for each in when
        ]
        seen: dict[tuple[str, ...], str | None] = {}

        def choose(cells: Cells) -> str | None:
            asked = tuple([text(cells) for text in texts])
            if asked in seen:
                return seen[asked]
            answer = next((word for word, each in checks if _holds(each, asked)), None)
            if len(seen) < _REMEMBERED:
                seen[asked] = answer
            return answer

        return choose


def _holds(checks: Sequence[tuple[int, Callable[[str], bool]]], asked: tuple[str, ...]) -> bool:
    return all(is_met(asked[at]) for at, is_met in checks)


def _matcher(words: tuple[str, ...]) -> Callable[[str], bool]:
    """Any of the words, in any case; `*` and `?` stand for letters, a leading `!` turns it."""
    turned = tuple(word[1:] for word in words if word.startswith("!"))
    plain = [fnmatch.translate(word.strip()) for word in words if not word.startswith("!")]
    pattern = re.compile("|".join(plain) or r"(?s:.*)\Z", re.IGNORECASE)
    if not turned:
        return lambda text: pattern.match(text) is not None
    refused = _matcher(turned)
    return lambda text: pattern.match(text) is not None and not refused(text)
