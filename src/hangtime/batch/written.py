"""Results as Arrow tables: the published tables of ids and facts, column for column.

Texts that repeat (rules, codes) stay numbers beside a dictionary until they are
written; in the file they are plain text.
"""

# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hangtime.batch.arrays import Array, combined
from hangtime.batch.catalogue import Catalogue
from hangtime.batch.compiled import loops
from hangtime.batch.layout import Chunk
from hangtime.batch.left import CODED
from hangtime.batch.reading import coded
from hangtime.batch.results import Results, in_bytes
from hangtime.batch.worded import NDC_UNITS, Findings, quantities
from hangtime.clock import EPOCH
from hangtime.decode import NEEDS, SEVERITIES, rules_digest
from hangtime.drug_lines import narrative
from hangtime.formats._plain import json_text
from hangtime.formats.outcomes import TABLES, _rows
from hangtime.normalise import DAY_ONE
from hangtime.product_facts import tables_used
from hangtime.rules._card import CARDS
from hangtime.rules.records import MISSING, NOWHERE

Tables = dict[str, Any]  # an Arrow table by the name of the published one

_WORD = pa.dictionary(pa.int32(), pa.string())
_NUMBER = pa.decimal128(38, 18)
_REPEATING = {
    "code",
    "rule",
    "severity",
    "profile",
    "edition",
    "tables",
    "file",
    "field",
}
_NEEDS = {int(fact): need for fact, need in NEEDS.items()}
_FACTS = max(NEEDS) + 1
_DAY = 86400 // 60  # in minutes
_DATED, _MINUTES = 1 << 40, 1 << 50  # marks of keys: a time with its date, a number of minutes
_SETTINGS = ("facility", "professional")


def _type(name: str, kind: str) -> Any:
    if kind == "texts":
        return pa.list_(pa.string() if name == "administrations" else _WORD)
    if kind == "text":
        return _WORD if name in _REPEATING else pa.string()
    return {"whole": pa.int32(), "units": pa.int64(), "date": pa.date32(), "number": _NUMBER}[kind]


def schema(table: str) -> Any:
    """The Arrow schema in which a table is made."""
    return pa.schema([(name, _type(name, kind)) for name, kind in TABLES[table].items()])


def compiled_tables(chunk: Chunk, made: Iterable[Results], catalogue: Catalogue) -> list[Tables]:
    """The tables of what the compiled loop made of a chunk, one set for each time it ran."""
    writing = _Writing(chunk, catalogue)
    return [writing.tables(each) for each in made]


class _Writing:
    """What the tables of one chunk have in common."""

    def __init__(self, chunk: Chunk, catalogue: Catalogue) -> None:
        self.chunk, self.catalogue = chunk, catalogue
        starts = pa.array(chunk.visits.offsets[:-1])
        ids = _plain(chunk.table.column("encounter_id")).take(starts)
        self.ids = ids
        self.given = _plain(chunk.table.column("administration_id"))
        with catalogue.lock:
            self.texts = pa.array(list(catalogue.texts), pa.string())
        self.findings = Findings(chunk, catalogue)
        self.rules = pa.array([each.id for each in CARDS], pa.string())

    def tables(self, made: Results) -> Tables:
        used = made.used[0]
        return {
            "lines": self.lines(made, used),
            "not_reported": self.left(made, used),
            "possible": self.possible(made.possible[: used["possible"]]),
            "findings": self.found(made, used),
            "policy": self.policy(made),
        }

    def lines(self, made: Results, used: Any) -> Any:
        lines = made.lines[: used["lines"]]
        return _table(
            "lines",
            {
                "encounter_id": self.encounters(lines),
                "line": pa.array(_copy(lines, "number")),
                "code": _words(_copy(lines, "code"), self.texts),
                "units": pa.array(_copy(lines, "units")),
                "modifiers": _lists(
                    lines, "mods_to", _words(made.line_mods[: used["line_mods"]], self.texts)
                ),
                "date_of_service": _dates(_copy(lines, "day")),
                "administrations": self.administrations(
                    lines, made.line_given[: used["line_given"]]
                ),
                "rules": _lists(
                    lines, "rules_to", _words(made.line_rules[: used["line_rules"]], self.rules)
                ),
                "facts": _texts(lines, made.line_facts, int(used["line_facts"])),
                **self.products(lines),
            },
        )

    def products(self, lines: Array) -> dict[str, Any]:
        """NDC, its unit and its quantity of the drug lines, and what unlisted codes stand for."""
        ndc = self.texts.take(_or_null(_copy(lines, "ndc")))
        has_unit = lines["ndc_unit"].any()
        return {
            "ndc": ndc,
            "ndc_unit": pa.array(NDC_UNITS, pa.string()).take(pa.array(_copy(lines, "ndc_unit"))),
            "ndc_quantity": pa.array(quantities(lines), _NUMBER)
            if has_unit
            else pa.nulls(len(lines), _NUMBER),
            "narrative": self.narratives(_copy(lines, "unlisted"), ndc),
        }

    def narratives(self, rows: Array, ndc: Any) -> Any:
        """What unlisted codes stand for; `rows` of the chunk, NOWHERE for other lines."""
        at = np.flatnonzero(rows != NOWHERE)
        if not len(at):
            return pa.nulls(len(rows), pa.string())
        table, drugs = self.chunk.table, self.chunk.rows.drug[rows[at]]
        charted = [
            _single(table.column(name).take(pa.array(rows[at])))
            if name in table.column_names
            else pa.nulls(len(at), pa.string())
            for name in ("dose", "dose_unit", "route")
        ]
        told = [coded(each) for each in (*charted, ndc.take(pa.array(at)))]
        firsts, of_each = combined(
            [(drugs, len(self.catalogue.charted)), *((codes, len(of)) for codes, of in told)]
        )
        said = [
            _narrative(
                self.catalogue.charted[drugs[n]][0],
                *(of[codes[n]] if codes[n] >= 0 else None for codes, of in told),
            )
            for n in firsts.tolist()
        ]
        places = np.full(len(rows), NOWHERE)
        places[at] = of_each
        return pa.array(said, pa.string()).take(_or_null(places))

    def left(self, made: Results, used: Any) -> Any:
        left = made.left[: used["left"]]
        return _table(
            "not_reported",
            {
                "encounter_id": self.encounters(left),
                "what": self.what(_copy(left, "what")),
                "administrations": self.administrations(
                    left, made.left_given[: used["left_given"]]
                ),
                "rule": _words(_copy(left, "rule"), self.rules),
                "facts": _texts(left, made.left_facts, int(used["left_facts"])),
            },
        )

    def possible(self, gains: Array) -> Any:
        modifiers = _copy(gains, "modifier")
        ends = np.concatenate([[0], np.cumsum(modifiers != NOWHERE)]).astype("i4")
        named = _words(modifiers[modifiers != NOWHERE], self.texts)
        facts = _copy(gains, "fact")
        fields = pa.array([_NEEDS.get(fact, ("", ""))[0] for fact in range(_FACTS)])
        return _table(
            "possible",
            {
                "encounter_id": self.encounters(gains),
                "code": _words(_copy(gains, "code"), self.texts),
                "units": pa.array(_copy(gains, "units").astype("i8")),
                "modifiers": pa.ListArray.from_arrays(pa.array(ends), named),
                "administration": self.given.take(_or_null(_copy(gains, "row"))),
                "field": _words(facts, fields),
                "value": self.values(gains, facts),
            },
        )

    def values(self, gains: Array, facts: Array) -> Any:
        """Least values as texts: clock times, minutes, the access, or what stands for the fact."""
        fixed = pa.array([_NEEDS.get(fact, ("", ""))[1] for fact in range(_FACTS)])
        at, beside = gains["at"] // 60, gains["beside"] // 60
        is_clock = gains["beside"] != MISSING
        is_minutes = (gains["at"] != MISSING) & ~is_clock
        is_same_day = at // _DAY == beside // _DAY
        key = np.where(is_clock, np.where(is_same_day, at % _DAY, at + _DATED), -1)
        key = np.where(is_minutes, gains["at"] + _MINUTES, key)
        distinct = pa.array(key).dictionary_encode()
        texts = pa.array(
            [_need_text(each) for each in distinct.dictionary.to_pylist()], pa.string()
        )
        said = texts.take(distinct.indices)
        if "access" in self.chunk.table.column_names:
            through = _plain(self.chunk.table.column("access"))
            said = pc.coalesce(through.take(_or_null(_copy(gains, "entry_row"))), said)
        return pc.coalesce(said, fixed.take(pa.array(facts)))

    def found(self, made: Results, used: Any) -> Any:
        found = made.found[: used["found"]]
        severities = [SEVERITIES.get(n, "") for n in range(max(SEVERITIES) + 1)]  # pyright: ignore[reportArgumentType, reportCallIssue]
        return _table(
            "findings",
            {
                "encounter_id": self.encounters(found),
                "severity": _words(_copy(found, "severity"), pa.array(severities)),
                "rule": _words(_copy(found, "rule"), self.rules),
                "administrations": self.administrations(
                    found, made.found_given[: used["found_given"]]
                ),
                "facts": self.findings.facts(
                    found, _texts(found, made.found_facts, int(used["found_facts"]))
                ),
            },
        )

    def policy(self, made: Results) -> Any:
        visits = self.chunk.visits
        at = np.flatnonzero(made.fates == CODED).astype("i4")
        with self.catalogue.lock:
            profiles = pa.array([each.name for each in self.catalogue.profiles], pa.string())
        editions = pa.array(
            [self.catalogue.edition_name(n) for n in range(len(self.catalogue.known().limits))]
        )
        in_force = made.days[at].astype("i8") * 2 + self.chunk.billed[at]
        distinct = pa.array(in_force).dictionary_encode()
        tables = [_tables_in_force(each) for each in distinct.dictionary.to_pylist()]
        return _table(
            "policy",
            {
                "encounter_id": _taken(self.ids, at),
                "profile": _words(visits.profile[at], profiles),
                "rules": pa.array([rules_digest()], pa.string()).take(pa.array(at * 0)),
                "edition": _words(made.editions[at], editions),
                "tables": _words(distinct.indices.to_numpy(), pa.array(tables, pa.string())),
            },
        )

    def encounters(self, rows: Array) -> Any:
        return _taken(self.ids, _copy(rows, "encounter"))

    def administrations(self, rows: Array, given: Array) -> Any:
        return _lists(rows, "given_to", _taken(self.given, given))

    def what(self, what: Array) -> Any:
        """Ids of rows, or texts of codes."""
        every = pa.concat_arrays([self.texts, self.given])
        return every.take(pa.array(np.where(what < 0, -1 - what, what + len(self.texts))))


def _taken(values: Any, rows: Array) -> Any:
    return pc.take(values, pa.array(rows), boundscheck=False)


def _or_null(rows: Array) -> Any:
    return pa.array(rows, mask=rows == NOWHERE)


def _need_text(key: int) -> str | None:
    """The text of a key of `values`: minutes, a date and time, a time, or none."""
    if key < 0:
        return None
    if key >= _MINUTES:
        return str(key - _MINUTES)
    if key >= _DATED:
        return f"{EPOCH + timedelta(minutes=key - _DATED):%Y-%m-%d %H:%M}"
    return f"{key // 60:02}:{key % 60:02}"


def _single(column: Any) -> Any:
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column


def _plain(column: Any) -> Any:
    array = _single(column)
    return array if pa.types.is_string(array.type) else array.cast(pa.string())


def _copy(rows: Array, name: str) -> Array:
    return np.ascontiguousarray(rows[name])


def _words(numbers: Array, words: Any) -> Any:
    return pa.DictionaryArray.from_arrays(
        pa.array(np.ascontiguousarray(numbers, "i4")), words, safe=False
    )


def _begins(rows: Array, name: str) -> Any:
    ends = np.zeros(len(rows) + 1, "i4")
    ends[1:] = rows[name]
    return ends


def _lists(rows: Array, name: str, values: Any) -> Any:
    return pa.ListArray.from_arrays(pa.array(_begins(rows, name)), values)


def _texts(rows: Array, text: Array, used: int) -> Any:
    """A copy of texts that the loop wrote one behind the other: it writes over them again."""
    held = pa.allocate_buffer(used)
    np.frombuffer(held, "u1")[:] = in_bytes(text, used)
    return pa.StringArray.from_buffers(len(rows), pa.py_buffer(_begins(rows, "facts_to")), held)


def _dates(days: Array) -> Any:
    return pa.array(days, mask=days == NOWHERE).cast(pa.date32())


def _table(name: str, columns: Mapping[str, Any]) -> Any:
    made = schema(name)
    length = len(columns["encounter_id"])
    arrays = [
        _settled(columns[each.name]) if each.name in columns else pa.nulls(length, each.type)
        for each in made
    ]
    return pa.Table.from_arrays(arrays, schema=made)


def _settled(array: Any) -> Any:
    """The array with its words in the order of their first use, each once, whatever was met before.

    Of a dictionary that holds a word twice the writer of Parquet also writes what lay in memory.
    """
    if pa.types.is_list(array.type):
        return pa.ListArray.from_arrays(array.offsets, _settled(array.values))
    if not pa.types.is_dictionary(array.type):
        return array
    numbers, size = array.indices.to_numpy(), len(array.dictionary)
    assert not len(numbers) or 0 <= numbers.min() <= numbers.max() < size
    indices, used = np.empty_like(numbers), np.empty(size, "i4")
    count = loops().first_uses(numbers, indices, np.full(size, -1, "i4"), used)
    words = array.dictionary.take(pa.array(used[:count])).dictionary_encode()
    if len(words.dictionary) < count:
        indices = words.indices.take(pa.array(indices))
    return pa.DictionaryArray.from_arrays(indices, words.dictionary)


@lru_cache(maxsize=65536)
def _narrative(drug: str, dose: Any, unit: str | None, route: str, ndc: str | None) -> str:
    return narrative(drug, Decimal(str(dose)), unit, route, ndc)


@lru_cache(maxsize=65536)
def _tables_in_force(key: int) -> str:
    day: date = DAY_ONE + timedelta(days=key // 2)
    return json_text(tables_used(day, _SETTINGS[key % 2]))


def interpreted_tables(coded: list[Any]) -> Tables:
    """The same tables from outcomes of the interpreted engine."""
    outcomes = [each.outcome for each in coded]
    return {name: _interpreted(name, list(_rows(name, outcomes, False))) for name in TABLES}


def _interpreted(name: str, rows: list[dict[str, Any]]) -> Any:
    columns = {
        each.name: _column(each.type, [row.get(each.name) for row in rows]) for each in schema(name)
    }
    return pa.Table.from_arrays(list(columns.values()), schema=schema(name))


def _column(kind: Any, values: list[Any]) -> Any:
    if pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type):
        flat = pa.array([each for value in values for each in value or ()], pa.string())
        sizes = [len(value or ()) for value in values]
        ends = np.concatenate([[0], np.cumsum(np.array(sizes, "i8"))]).astype("i4")
        return pa.ListArray.from_arrays(pa.array(ends), flat.dictionary_encode())
    if pa.types.is_dictionary(kind):
        return pa.array(values, pa.string()).dictionary_encode()
    if pa.types.is_floating(kind):
        return pa.array([None if v is None else float(v) for v in values], kind)
    return pa.array([list(v) if isinstance(v, tuple) else v for v in values], kind)
