"""The tables of one edition, in the records that rules read.

Codes are indexed by their id.  A pair or a ceiling belongs to the slice of its edit table and is
ascending there, so that rules can halve their way to it.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from hangtime.codesets.facts import (
    FOREVER,
    LONG_AGO,
    Cover,
    covers,
    day_number,
    rows,
    table_rows,
)
from hangtime.rules.published import Ceiling, EditTable, PairEdit
from hangtime.rules.records import CodeFacts, Limits
from hangtime.rules.words import Setting

PAIR = 4096  # a pair is column 1 * PAIR + column 2
LOW = 63  # codes from here on are in the second bit set
HIGH = 126
SETTINGS = {"facility": Setting.FACILITY, "professional": Setting.PROFESSIONAL}


class Edition(NamedTuple):
    """What rules know of numbers and codes; lists of records, each a table.

    `limits` has one element.  `codes` is indexed by code id and has an empty row where no code has
    the id.  `pair_tables` and `ceiling_tables` say which slice of `pairs` and `ceilings` holds for
    which setting and dates: rows `first` up to, not including, `last`.
    """

    limits: list[Limits]
    codes: list[CodeFacts]
    pair_tables: list[EditTable]
    pairs: list[PairEdit]
    ceiling_tables: list[EditTable]
    ceilings: list[Ceiling]


class CodeRow(NamedTuple):
    """One row of `codes.csv`."""

    id: int
    name: str
    number: str
    family: str
    first: str
    last: str
    claim_order: int
    label: str


@cache
def code_rows() -> dict[int, CodeRow]:
    """Every known code by its id."""
    return {
        int(id): CodeRow(int(id), name, number, family, first, last, int(order), label)
        for id, name, number, family, first, last, order, label in rows("codes.csv")
    }


@cache
def ids() -> dict[str, int]:
    """Code ids by code number."""
    return {row.number: row.id for row in code_rows().values()}


def build(edition: dict[str, Any]) -> Edition:
    """The tables of one entry of `limits.toml`."""
    pair_tables, pairs = _sliced("ptp", "pairs.csv", _pair)
    ceiling_tables, ceilings = _sliced("mue", "ceilings.csv", _ceiling)
    return Edition(
        [limits(edition)],
        _codes(edition["addons"]),
        pair_tables,
        [PairEdit(*key_and_value) for key_and_value in pairs],
        ceiling_tables,
        [Ceiling(*row) for row in ceilings],
    )


def limits(edition: dict[str, Any]) -> Limits:
    minutes = {name: value for name, value in edition.items() if isinstance(value, int)}
    days = {name: day_number(edition[name]) for name in ("jw_from", "jz_from", "jz_due")}
    from_day, until_day = day_number(edition["from"]), day_number(edition["until"])
    return Limits(**minutes, **days, from_day=from_day, until_day=until_day)


def _codes(addon_table: str) -> list[CodeFacts]:
    known = code_rows()
    facts = [CodeFacts() for _ in range(max(known) + 1)]
    for id, row in known.items():
        facts[id] = CodeFacts(
            from_day=_day(row.first, LONG_AGO),
            until_day=_day(row.last, FOREVER),
            claim_order=row.claim_order,
            is_visit=int(row.family == "visit"),
        )
    for table, addon, primary, *_ in rows("addons.csv"):
        if table == addon_table and ids().get(primary, HIGH) < HIGH:
            _allow(facts[ids()[addon]], ids()[primary])
    return facts


def _allow(addon: CodeFacts, primary: int) -> None:
    """Set the bit of a primary; ids beyond the sets are codes that rules never give."""
    if primary < LOW:
        addon.primaries_low |= 1 << primary
    else:
        addon.primaries_high |= 1 << (primary - LOW)


def _day(text: str, absent: int) -> int:
    return day_number(date.fromisoformat(text)) if text else absent


def _pair(row: list[str]) -> tuple[int, ...]:
    _, column1, column2, indicator = row
    return ids()[column1] * PAIR + ids()[column2], int(indicator)


def _ceiling(row: list[str]) -> tuple[int, ...]:
    _, code, units, mai = row
    return ids()[code], int(units), int(mai)


def _sliced(
    kind: str, file: str, read: Callable[[list[str]], tuple[int, ...]]
) -> tuple[list[EditTable], list[tuple[int, ...]]]:
    """Each table of the kind with its slice of the facts, ascending by their first number."""
    each = groupby(table_rows(file), key=lambda row: row[0])
    by_table = {name: list(group) for name, group in each}
    tables: list[EditTable] = []
    facts: list[tuple[int, ...]] = []
    for cover in covers():
        if cover.kind == kind:
            first = len(facts)
            facts += sorted(read(row) for row in by_table.get(cover.name, ()))
            tables.append(_table(cover, first, len(facts)))
    return tables, facts


def _table(cover: Cover, first: int, last: int) -> EditTable:
    return EditTable(
        setting=int(SETTINGS[cover.setting]),
        from_day=day_number(cover.first),
        until_day=day_number(cover.last),
        first=first,
        last=last,
    )
