"""One field of a row: from the cells that a map names to a value of the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hangtime.formats.mapping.accounts import Kind, Tally
from hangtime.formats.mapping.columns import Cells, Columns, Text
from hangtime.formats.mapping.fields import FIELDS, Unreadable
from hangtime.formats.mapping.spec import FieldSpec

NEEDED = {
    "setting": "INPUT-MISSING-SETTING",
    "drug": "INPUT-MISSING-DRUG",
    "route": "INPUT-MISSING-ROUTE",
}
DECISIVE = frozenset({*NEEDED, "start", "stop", "interruption.start", "interruption.stop"})

Note = Callable[[str, str, str, Kind], None]  # id, field, problem, kind


class SetAside(Exception):
    """The row cannot be used, because of this field."""

    def __init__(self, id: str, name: str, problem: str, kind: Kind = "unusable") -> None:
        super().__init__(problem)
        self.fault: tuple[str, str, str, Kind] = (id, name, problem, kind)


class Value(NamedTuple):
    """A bound field: its name, and its value in a row; None where nothing was charted."""

    name: str
    read: Callable[[Cells, Note], Any]


def bind(spec: FieldSpec, columns: Columns, tally: Tally) -> Value:
    """The function that reads one field of a row."""
    text_of = _text(spec, columns)
    word_of = _word(spec, columns, tally, text_of)
    parse: Callable[[str], Any] = str
    if spec.name in FIELDS:
        parse = FIELDS[spec.name].parser(spec)
    decides = spec.name in DECISIVE or spec.key in ("events.at", "events.event")
    asks = columns.test(f"{spec.key}.only_when", spec.only_when) if spec.only_when else None
    column = " / ".join(spec.sources) or spec.key

    def read(cells: Cells, note: Note) -> Any:
        if asks is not None and not asks(cells):
            return None
        text = word_of(cells, note)
        if not text:
            return None
        try:
            value: Any = parse(text)
        except Unreadable as unreadable:
            problem = f"{column} {unreadable.problem}"
            if decides:
                raise SetAside(unreadable.fault, spec.name, problem) from None
            note(unreadable.fault, spec.name, problem, "left_out")
            return None
        tally.filled[spec.name] += 1
        return value if spec.scale is None else value * spec.scale

    return Value(spec.name, read)


def _text(spec: FieldSpec, columns: Columns) -> Text:
    """The first source that is not empty."""
    if spec.constant is not None:
        constant = spec.constant
        return lambda _: constant
    texts = [columns.text(spec.key, source) for source in spec.sources]
    if len(texts) == 1:
        return texts[0]

    def first(cells: Cells) -> str:
        for text in texts:
            if found := text(cells):
                return found
        return ""

    return first


def _word(
    spec: FieldSpec, columns: Columns, tally: Tally, text_of: Text
) -> Callable[[Cells, Note], str]:
    """The text after `choose`, the vocabulary and the map's defaults."""
    if not spec.choose and spec.words is None and spec.if_empty is None and spec.default is None:
        return lambda cells, _: text_of(cells)
    choose = columns.choice(f"{spec.key}.choose", spec.choose) if spec.choose else None
    words = None if spec.words is None else {_fold(w): ours for w, ours in spec.words.items()}

    def read(cells: Cells, note: Note) -> str:
        if choose is not None and (chosen := choose(cells)) is not None:
            return chosen
        text = text_of(cells)
        if not text and (spec.if_empty is not None or choose is None):
            if spec.if_empty is not None:
                note("MAP-NOT-CHARTED", spec.name, "is not charted", "assumed")
            return spec.if_empty or ""
        if words is None and (text or choose is None):
            return text
        word = words.get(_fold(text)) if words is not None and text else None
        if word is not None:
            return word
        if not text and spec.unmapped == "empty":
            return ""  # nothing charted, and no choice applies: the map says that this is all right
        tally.unlisted[spec.name][text] += 1
        return _unlisted(spec, note)

    return read


def _unlisted(spec: FieldSpec, note: Note) -> str:
    """What the map says of a word its vocabulary does not list."""
    column = " / ".join(spec.sources)
    problem = f"{column} holds a word the map does not list" if column else "no choice applies"
    if spec.unmapped == "set_aside":
        raise SetAside("MAP-UNLISTED-WORD", spec.name, problem)
    kind: Kind = "left_out" if spec.unmapped == "empty" else "assumed"
    note("MAP-UNLISTED-WORD", spec.name, problem, kind)
    return spec.default or "" if spec.unmapped == "default" else ""


def _fold(word: str) -> str:
    return " ".join(word.split()).casefold()
