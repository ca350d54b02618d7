"""What a map made of an export, in lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from hangtime.formats.mapping.accounts import Kind, Tally
from hangtime.formats.mapping.spec import FieldSpec, MapSpec

_HEADINGS: dict[Kind, str] = {
    "unusable": "Rows set aside because they cannot be used",
    "dropped": "Rows set aside because the map says so",
    "merged": "Rows that repeat an earlier one, counted once",
    "left_out": "Fields left out of rows that are coded",
    "marked": "Rows with letters that cannot be read; is the map's encoding right?",
    "assumed": "Fields read as the map says, though nothing or an unlisted word was charted",
}
_MOST_WORDS = 50  # a column with more unlisted words is no vocabulary, and may be about patients


def lines(files: Sequence[Path], spec: MapSpec, tally: Tally, problems: int) -> Iterator[str]:
    """The report of `hangtime map check`; `problems` is the most to show of each kind."""
    yield f"{', '.join(path.name for path in files)} by {spec.name}"
    yield ""
    yield from _account(tally)
    yield ""
    yield from _fields(spec, tally)
    yield from _side_files(tally)
    for kind in _HEADINGS:
        yield from _faults(kind, tally, problems)
    yield from _words(tally, problems)
    if tally.unused:
        yield ""
        yield f"Columns not used: {', '.join(tally.unused)}"


def _account(tally: Tally) -> Iterator[str]:
    share = tally.set_aside / tally.rows if tally.rows else 0
    yield f"{tally.rows:>9,} rows read"
    yield f"{tally.coded:>9,} to code, as administrations of {tally.encounters:,} encounters"
    yield f"{tally.merged:>9,} merged into one of them"
    yield f"{tally.set_aside:>9,} set aside ({share:.1%})"


def _fields(spec: MapSpec, tally: Tally) -> Iterator[str]:
    yield f"{'Field':<20}{'rows':>12}   from"
    for each in spec.fields:
        yield f"{each.name:<20}{tally.filled[each.name]:>12,}   {_source(each)}"
    if spec.events is not None:
        yield f"{'start, stop, …':<20}{tally.filled['start']:>12,}   {_source(spec.events.at)}"


def _source(spec: FieldSpec) -> str:
    if spec.constant is not None:
        return f"always {spec.constant}"
    source = ", else ".join(spec.sources)
    return f"{source} (by choice)" if spec.choose and source else source or "by choice"


def _side_files(tally: Tally) -> Iterator[str]:
    if tally.matched:
        yield ""
        yield f"{'Side file':<20}{'rows found':>12}   of"
    for name, (file, found, asked) in tally.matched.items():
        yield f"{name:<20}{found:>12,}   {asked:,} in {file}"


def _faults(kind: Kind, tally: Tally, problems: int) -> Iterator[str]:
    found = [(count, key) for key, count in tally.faults.most_common() if key[0] == kind]
    if not found:
        return
    yield ""
    yield f"{_HEADINGS[kind]}: {sum(count for count, _ in found):,}"
    for count, key in found[:problems]:
        first = tally.first[key]
        field = f"{key[1]}: " if key[1] else ""
        where = f"{Path(first.file).name}, line {first.line}"
        yield f"{count:>9,}  {field}{key[2]} (first: {where})"
    if len(found) > problems:
        yield f"           and {len(found) - problems} more kinds; --problems shows more"


def _words(tally: Tally, problems: int) -> Iterator[str]:
    for field, words in tally.unlisted.items():
        yield ""
        if len(words) > _MOST_WORDS or any(len(word) > _MOST_WORDS for word in words):
            yield f"Words for {field} that the map does not list: {len(words):,}, too many to show."
            yield "  A vocabulary has few words. Is this the right column?"
            continue
        yield f"Words for {field} that the map does not list: {len(words):,}"
        for word, count in words.most_common(problems):
            yield f"{count:>9,}  {word or '(nothing, and no choice applies)'}"
