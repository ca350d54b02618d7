"""One encounter from its pieces: the same steps, and the same findings, for every format.

A `Piece` is one part of an encounter as it stands in a file: a JSON object with its list of
administrations, or one row of a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hangtime.formats._faults import (
    ENCOUNTER_SET_ASIDE,
    FIELD_LEFT_OUT,
    IN_THEIR_ORDER,
    ROW_SET_ASIDE,
    finding,
)
from hangtime.formats._records import Fields, Problem, Repeated, read_fields, say_the_same
from hangtime.formats._rows import Row, Rows, Where, read_rows, unknown_accesses
from hangtime.formats._values import Unreadable, read_id
from hangtime.formats.reads import Place, Read
from hangtime.model import Encounter, Finding

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of one encounter: its fields as given, its rows, and what was noted while reading."""

    where: Where
    fields: Mapping[str, object]
    rows: Sequence[Row] = ()
    notes: tuple[Finding, ...] = ()
    merged: int = 0  # rows that name no administration
    is_continued: bool = False  # the piece before stands in another file or before other encounters


def id_of(fields: Mapping[str, object]) -> str | None:
    """The encounter id, None where it is missing or unreadable."""
    try:
        return read_id(fields.get("encounter_id", ""))
    except Unreadable:
        return None


def unreadable(fault: str, place: Place, field: str = "", *, is_row: bool = False) -> Read:
    """What nothing can be made of: one row, set aside."""
    effect = ROW_SET_ASIDE if is_row else ENCOUNTER_SET_ASIDE
    found = finding(fault, place, field, effect)
    return Read(encounter=None, rows=1, set_aside=1, findings=(found,), place=place)


def gather(
    pieces: Iterable[Piece | Read],
    times: Mapping[str, int],
    *,
    is_damaged: Callable[[], bool] = bool,
) -> Iterator[Read]:
    """Bring the pieces of each encounter together; `times` says how many an id is to have.

    An encounter is passed on with its last piece, so that only those in several pieces wait.  `is_damaged`
    is asked at the end whether files turned out to be damaged: what then lacks pieces is set aside.
    """
    waiting: dict[str, list[Piece]] = {}
    done: set[str] = set()
    before: str | None = None
    for piece in pieces:
        if isinstance(piece, Read):
            yield piece
            continue
        ident = id_of(piece.fields)
        if ident is None:
            yield assemble([piece])
        elif ident in done:
            yield _again(piece)
        else:
            held = waiting.setdefault(ident, [])
            if held and (before != ident or _is_of_another_file(piece, held[-1])):
                piece = replace(piece, is_continued=True)
            held.append(piece)
            if len(held) >= times.get(ident, 1):
                done.add(ident)
                yield assemble(waiting.pop(ident))
        before = ident
    rest = cut_short if is_damaged() else assemble
    yield from (rest(held) for held in waiting.values())


def _is_of_another_file(piece: Piece, before: Piece) -> bool:
    return piece.where.at("").file != before.where.at("").file


def _again(piece: Piece) -> Read:
    """A piece that `times` did not foresee, after its encounter was passed on."""
    place = piece.where.at("encounter_id")
    found = finding("INPUT-ENCOUNTER-AGAIN", place, "encounter_id", ENCOUNTER_SET_ASIDE)
    return _set_aside([piece], [*piece.notes, found])


def assemble(pieces: Sequence[Piece]) -> Read:
    """One `Read` of the pieces of one encounter, which share its id, in the order of the file."""
    given, disagreeing = _agreed(pieces)
    fields = read_fields(Encounter, given)
    fields.problems += _repeated_accesses(fields)
    rows = read_rows(row for piece in pieces for row in piece.rows)
    findings = [each for piece in pieces for each in piece.notes]
    findings += disagreeing
    findings += _continued(pieces)
    findings += _encounter_findings(fields, pieces)
    if disagreeing or not fields.is_readable:
        return _set_aside(pieces, (*findings, *rows.findings))
    encounter = Encounter(administrations=tuple(rows.kept), **fields.values)
    notes = (*findings, *rows.findings, *unknown_accesses(encounter, rows))
    return _coded(pieces, encounter, rows, notes)


def cut_short(pieces: Sequence[Piece]) -> Read:
    """The encounter set aside: where other pieces of it stand, or may stand, the file is damaged."""
    place = pieces[-1].where.at("encounter_id")
    found = finding("INPUT-CUT-SHORT", place, "encounter_id", ENCOUNTER_SET_ASIDE)
    return _set_aside(pieces, [*(note for piece in pieces for note in piece.notes), found])


def _coded(
    pieces: Sequence[Piece], encounter: Encounter, rows: Rows, findings: Iterable[Finding]
) -> Read:
    return Read(
        encounter=encounter,
        rows=_count(pieces),
        merged=rows.merged + sum(piece.merged for piece in pieces),
        set_aside=rows.set_aside,
        findings=tuple(_each_name_once(findings)),
        encounter_id=encounter.encounter_id,
        place=pieces[0].where.at(""),
        places=tuple(row.where.at(row.path) for row in rows.places),
    )


def _set_aside(pieces: Sequence[Piece], findings: Iterable[Finding]) -> Read:
    """Nothing of the encounter is coded; it counts at least one row, so that it is not lost."""
    rows = max(_count(pieces), 1)
    return Read(
        encounter=None,
        rows=rows,
        set_aside=rows,
        findings=tuple(_each_name_once(findings)),
        encounter_id=id_of(pieces[0].fields),
        place=pieces[0].where.at(""),
    )


def _count(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.rows) + piece.merged for piece in pieces)


def _agreed(pieces: Sequence[Piece]) -> tuple[Mapping[str, object], list[Finding]]:
    """The encounter's fields over all its pieces; a field that is empty in a piece says nothing."""
    if len(pieces) == 1:
        return pieces[0].fields, []
    agreed: dict[str, object] = {}
    differing: dict[str, Finding] = {}
    for piece in pieces:
        for name, value in piece.fields.items():
            if value is None or value in ("", []):
                continue
            known = agreed.setdefault(name, value)
            if name not in differing and not say_the_same(Encounter, name, known, value):
                place = piece.where.at(name)
                differing[name] = finding("INPUT-ROWS-DISAGREE", place, name, ENCOUNTER_SET_ASIDE)
    repeated = next((piece.fields for piece in pieces if isinstance(piece.fields, Repeated)), None)
    return _as_repeated(agreed, repeated), list(differing.values())


def _as_repeated(agreed: dict[str, object], repeated: Repeated | None) -> Mapping[str, object]:
    if repeated is None:
        return agreed
    marked = Repeated(agreed)
    marked.name = repeated.name
    return marked


def _repeated_accesses(fields: Fields) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, access in enumerate(fields.values.get("accesses", ())):
        if access.access_id in seen:
            path = f"accesses[{number}].access_id"
            yield Problem("INPUT-DUPLICATE-ACCESS", path, is_decisive=True)
        seen.add(access.access_id)


def _continued(pieces: Sequence[Piece]) -> Iterator[Finding]:
    for piece in pieces:
        if piece.is_continued:
            yield finding(
                "INPUT-ENCOUNTER-SPLIT",
                piece.where.at("encounter_id"),
                "encounter_id",
                IN_THEIR_ORDER,
                severity="info",
            )
            return


def _encounter_findings(fields: Fields, pieces: Sequence[Piece]) -> Iterator[Finding]:
    for problem in fields.problems:
        effect = ENCOUNTER_SET_ASIDE if problem.is_decisive else FIELD_LEFT_OUT
        yield finding(problem.fault, _place(pieces, problem.field), problem.field, effect)


def _place(pieces: Sequence[Piece], path: str) -> Place:
    """The first piece that says something of the field, else the first piece."""
    name = re.split(r"[.\[]", path, maxsplit=1)[0]
    for piece in pieces:
        if piece.fields.get(name) not in (None, ""):
            return piece.where.at(path)
    return pieces[0].where.at(path)


def _each_name_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """An unknown field is named once an encounter, not once a row."""
    told: set[str] = set()
    for each in findings:
        if each.reason.rule == "INPUT-UNKNOWN-FIELD":
            name = _INDEX.sub("", str(each.reason.facts["field"]))
            if name in told:
                continue
            told.add(name)
        yield each
