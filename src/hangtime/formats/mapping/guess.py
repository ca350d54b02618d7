"""A first mapping file for an export nobody has mapped yet, guessed from its header.

Every guess stands in the file with what it rests on; whoever knows the export corrects it.  Words
are listed only for columns that look like a vocabulary (few different short words, by name a route
or an action): those are codes of the hospital, not facts about a patient.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from hangtime.formats.mapping.source import open_source
from hangtime.formats.mapping.spellings import ACTIONS, EVENTS, NAMES, ROUTES, TIME_FORMATS

SAMPLE = 50_000
NEARLY_ALL = 0.9  # a column may have its broken cells
LONG = 6  # letters of a name that may be part of a longer one
VAGUE = frozenset({"description", "product", "amount", "method", "reason", "account", "number"})
VOCABULARY = 60  # more different words than this, or longer ones, are no vocabulary


@dataclass(frozen=True, slots=True)
class _Export:
    """What the sample shows."""

    path: Path
    columns: tuple[str, ...]
    cells: dict[str, list[str]]

    def words(self, column: str) -> Counter[str] | None:
        """The words of a column that looks like a vocabulary, else None."""
        found = Counter(cell.strip() for cell in self.cells[column] if cell.strip())
        is_short = all(len(word) <= VOCABULARY for word in found)
        return found if 0 < len(found) <= VOCABULARY and is_short else None

    def date_of(self, column: str) -> str | None:
        """The column of dates beside a column of clock times: ADMIN_DATE beside ADMIN_TIME."""
        plain = _plain(column)
        if not plain.endswith("time") or "date" in plain:
            return None
        wanted = plain.removesuffix("time") + "date"
        return next((name for name in self.columns if _plain(name) == wanted), None)

    def source(self, column: str) -> str:
        """What the map says to read a time from."""
        day = self.date_of(column)
        return f"{{{day}}} {{{column}}}" if day else column

    def times(self, column: str) -> list[str]:
        """The samples as that source gives them."""
        day = self.date_of(column)
        if day is None:
            return self.cells[column]
        pairs = zip(self.cells[day], self.cells[column], strict=True)
        return [f"{each} {time}" if each and time else "" for each, time in pairs]


def starting_map(path: Path) -> str:
    """The text of a mapping file for this export, to be corrected by whoever knows it."""
    source = open_source(path)
    rows = [row.cells for row in islice(source.rows, SAMPLE) if not row.problem]
    cells = {name: [row[at] for row in rows] for at, name in enumerate(source.columns)}
    export = _Export(path, source.columns, cells)
    guessed = guess_columns(source.columns)
    return "\n".join(
        [*_head(export, guessed), *_fields(export, guessed), *_moments(export, guessed)]
    )


def guess_columns(columns: Sequence[str]) -> dict[str, str]:
    """Contract field to column, each column used once; the best name of a field wins."""
    plain = {column: _plain(column) for column in columns}
    guessed: dict[str, str] = {}
    for is_match in (_is_same, _is_within):
        for field, names in NAMES.items():
            taken = set(guessed.values())
            if field not in guessed:
                free = {column: name for column, name in plain.items() if column not in taken}
                found = _first(free, names.split(), is_match)
                if found is not None:
                    guessed[field] = found
    return guessed


def _first(
    free: dict[str, str], names: list[str], is_match: Callable[[str, str], bool]
) -> str | None:
    for name in names:
        for column, plain in free.items():
            if is_match(plain, name):
                return column
    return None


def _is_same(column: str, name: str) -> bool:
    return column == name


def _is_within(column: str, name: str) -> bool:
    """A long name inside a longer one: `marinfusionstarttime`."""
    return (
        len(name) >= LONG
        and name not in VAGUE
        and (column.endswith(name) or column.startswith(name))
    )


def _plain(column: str) -> str:
    return re.sub(r"[^a-z0-9]", "", column.casefold())


def guess_time_formats(texts: Sequence[str]) -> list[str]:
    """Every known format that reads nearly all texts; more than one is an ambiguity to tell."""
    found = [text.strip() for text in texts if text.strip()][:500]
    return [
        form
        for form in TIME_FORMATS
        if found and sum(_is_time(text, form) for text in found) >= NEARLY_ALL * len(found)
    ]


def _is_time(text: str, form: str) -> bool:
    try:
        if form == "iso":
            datetime.fromisoformat(text)
            return len(text) >= 16
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _head(export: _Export, guessed: dict[str, str]) -> Iterator[str]:
    yield f"# A mapping for {export.path.name}, guessed from its header and first {SAMPLE:,} rows."
    yield "# Every guess wants a look.  Then:  hangtime map check EXPORT --map THIS-FILE"
    yield "# What a map can say: docs/how-to/map-an-export.md"
    yield ""
    yield "[map]"
    yield f"name = {_quoted(export.path.name.split('.')[0])}"
    yield 'about = ""'
    yield ""
    yield "[export]"
    names = [name for name in ("start", "stop") if name in guessed]
    formats = guess_time_formats([text for name in names for text in export.times(guessed[name])])
    if not formats:
        yield "# No format I know reads the start and stop times.  Write it as %m/%d/%Y %H:%M."
        yield 'time_format = "iso"'
    else:
        yield f"time_format = {_quoted(formats[0])}"
    if len(formats) > 1:
        yield f"# These samples can be read as {' and as '.join(formats)}: make sure."
    if "time_zone" not in guessed:
        yield '# time_zone = "America/Chicago"      # whose clock the local times are of'
    yield 'missing = ["NULL"]                    # cells that mean that nothing was charted'
    yield '# inpatient_when = { patient_class = ["Inpatient"] }   # these rows are set aside'
    yield ""
    yield "# Rows that say that nothing was given are set aside with your reason:"
    yield "# [[drop]]"
    yield '# reason = "charted as not given"'
    yield '# when = { status = ["Held*", "Not given", "Refused*"] }'
    yield ""


def _fields(export: _Export, guessed: dict[str, str]) -> Iterator[str]:
    yield "[fields]"
    if "setting" not in guessed:
        yield 'setting = { constant = "facility" }    # or "professional"'
    event = _event_column(export, guessed)
    if "drug" in guessed and _is_code(export.cells[guessed["drug"]]):
        yield f"# {guessed['drug']} holds codes. Their names are in a side file:  [lookup.item]"
    for field in NAMES:
        column = guessed.get(field)
        if column is None and field in ("encounter_id", "drug", "route"):
            yield f'{field} = "?"    # needed, and no column is called so'
        if column is None or field == "route" or (event and field in ("start", "stop")):
            continue
        name = _quoted(field) if "." in field else field
        yield f"{name} = {_quoted(export.source(column))}"
    dates = {export.date_of(column) for column in guessed.values()}
    unused = [c for c in export.columns if c not in {*guessed.values(), *dates, event}]
    if unused:
        yield f"# Columns not used: {', '.join(unused)}"
    if "route" in guessed:
        yield from _route(export, guessed["route"])


def _route(export: _Export, column: str) -> Iterator[str]:
    yield ""
    yield "[fields.route]"
    yield f"column = {_quoted(column)}"
    yield 'unmapped = "set_aside"                 # a word not listed; or default = "other"'
    yield ""
    yield "[fields.route.words]                   # yours = ours"
    words = export.words(column)
    if words is None:
        yield "# This column holds too many different words to be listed here."
        return
    for word, rows in words.most_common():
        ours = _meaning(word, ROUTES, "")
        line = f"{_quoted(word)} = {_quoted(ours or '?')}    # {rows:,} rows in the sample"
        yield line if ours else f"# {line}; which route?"


def _moments(export: _Export, guessed: dict[str, str]) -> Iterator[str]:
    """The sections for rows that are parts of one administration."""
    by = guessed.get("order_id", "order_id")
    event = _event_column(export, guessed)
    yield ""
    if event is None:
        yield "# Where a change of rate or a pause begins a new row of the same order:"
        yield "# [segments]"
        yield f"# by = [{_quoted(by)}]"
        yield '# pause_when = { status = "Paused" }'
        yield ""
        return
    yield "# Rows are moments of an administration: each word is give, start, resume, pause, stop,"
    yield "# rate or observe.  Words for nothing given belong into a [[drop]] above."
    yield "[events]"
    yield f"by = [{_quoted(by)}]"
    at = guessed.get("start", "?")
    yield f"at = {_quoted(export.source(at) if at in export.columns else at)}"
    yield ""
    yield "[events.event]"
    yield f"column = {_quoted(event)}"
    yield ""
    yield "[events.event.words]"
    for word, rows in (export.words(event) or Counter[str]()).most_common():
        role = _meaning(word, EVENTS, "give")
        line = f"{_quoted(word)} = {_quoted(role or 'give')}    # {rows:,} rows in the sample"
        yield line if role else f"# {line}; nothing given?"
    yield ""


def _event_column(export: _Export, guessed: dict[str, str]) -> str | None:
    """A column of actions among which is a start or a stop; then rows are moments."""
    taken = set(guessed.values())
    for name in ACTIONS.split():
        for column in export.columns:
            words = export.words(column) if _plain(column) == name and column not in taken else None
            roles = {_meaning(word, EVENTS, "") for word in words or ()}
            if "stop" not in guessed and roles & {"start", "stop"}:
                return column
    return None


def _is_code(cells: Sequence[str]) -> bool:
    return bool(cells) and all(cell.isdigit() for cell in cells[:500])


def _meaning(word: str, patterns: Sequence[tuple[str, str]], otherwise: str) -> str:
    low = word.casefold()
    return next((ours for pattern, ours in patterns if re.search(pattern, low)), otherwise)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
