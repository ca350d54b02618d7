"""The edit tables in force for a setting on a date of service.

Each answer comes with the table that gave it.  Shipped tables answer for the family and its drug
codes; a store of imported ones for every other code, and for dates that no shipped table covers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from hangtime.codesets import facts
from hangtime.codesets.facts import Cover
from hangtime.edits.reference import is_formed, is_known, rows

if TYPE_CHECKING:
    from hangtime.codesets.store import Store, StoredTable

NO_EDIT, NEVER, WITH_MODIFIER = -1, 0, 1  # modifier indicators; 9 is an edit that was deleted
Pairs = Mapping[str, Mapping[str, int]]  # indicator by column 2, by column 1


class Pair(NamedTuple):
    """An edit of two codes: column 2 is the one that is not paid."""

    column_1: str
    column_2: str
    indicator: int
    table: Cover


class Ceiling(NamedTuple):
    """Units allowed: `mai` 1 a line, 2 a date and absolute, 3 a date and appealable."""

    units: int
    mai: int


class Primaries(NamedTuple):
    """The codes one of which an add-on needs.  `type` 1: these, 2: the contractor's, 3: these and more."""

    codes: frozenset[str]
    type: int


class InForce:
    """The tables of one setting on one date; answers are kept, so ask the same object again.

    `missing` are the kinds (`ptp`, `mue`, `addon`) of which no table is about the family's codes.
    """

    def __init__(self, setting: str, day: date, store: Store | None) -> None:
        self.setting, self.day, self._store = setting, day, store
        self.pair_table = shipped("ptp", setting, day)
        self.ceiling_table = shipped("mue", setting, day)
        self.addon_table = shipped("addon", setting, day)
        self._pairs = shipped_pairs(_name(self.pair_table))
        self._ceilings = shipped_ceilings(_name(self.ceiling_table))
        self._stored = {kind: self._of_store(kind) for kind in ("ptp", "mue", "addon")}
        own = {"ptp": self.pair_table, "mue": self.ceiling_table, "addon": self.addon_table}
        self.missing = tuple(kind for kind in own if not (own[kind] or self._stored[kind]))
        self._asked: dict[tuple[str, str], int] = {}
        self._allowed: dict[str, tuple[Ceiling | None, Cover | None]] = {}
        self._needed: dict[str, tuple[Primaries | None, Cover | None]] = {}

    def is_looked_up(self, code: str) -> bool:
        """Whether a table of pairs in force, if any is, would be about the code."""
        return is_known(code) or self._stored["ptp"] is not None

    def pairs(self, codes: Iterable[str]) -> Iterator[Pair]:
        """The edits between any two of the codes, in either order, that are in force."""
        wanted = tuple(codes)
        table, stored = self.pair_table, self._stored["ptp"]
        if table is not None:
            for column_1 in wanted:
                if beside := self._pairs.get(column_1):
                    for column_2 in wanted:
                        if column_2 in beside:
                            yield Pair(column_1, column_2, beside[column_2], table)
        if stored is not None:
            yield from self._stored_pairs(wanted, stored)

    def ceiling(self, code: str) -> tuple[Ceiling | None, Cover | None]:
        """The ceiling of a code and the table asked; no table: unknown; no ceiling: none."""
        if code not in self._allowed:
            self._allowed[code] = self._ceiling(code)
        return self._allowed[code]

    def primaries(self, code: str) -> tuple[Primaries | None, Cover | None]:
        """What an add-on needs beside it and the table asked; None for a code that is no add-on."""
        if code not in self._needed:
            self._needed[code] = self._primaries(code)
        return self._needed[code]

    def _ceiling(self, code: str) -> tuple[Ceiling | None, Cover | None]:
        if self.ceiling_table is not None and is_known(code):
            return self._ceilings.get(code), self.ceiling_table
        table = self._stored["mue"]
        if table is None or self._store is None:
            return None, None
        found = self._store.ceiling(self.setting, code, self.day).rows
        listed = Ceiling(int(found[0]["units"]), int(found[0]["mai"])) if found else None
        return listed, table

    def _primaries(self, code: str) -> tuple[Primaries | None, Cover | None]:
        if self.addon_table is not None and is_known(code):
            listed = shipped_primaries(self.addon_table.name, self.setting, self.day)
            return listed.get(code), self.addon_table
        table = self._stored["addon"]
        if table is None or self._store is None:
            return None, None
        found = self._store.primaries(code, self.day).rows
        codes = frozenset(str(row["primary"]) for row in found)
        return Primaries(codes, int(found[0]["type"])) if found else None, table

    def _stored_pairs(self, codes: tuple[str, ...], table: Cover) -> Iterator[Pair]:
        formed = [code for code in codes if is_formed(code)]
        for column_1 in formed:
            for column_2 in formed:
                is_shipped = self.pair_table and is_known(column_1) and is_known(column_2)
                if column_1 != column_2 and not is_shipped:
                    indicator = self._indicator(column_1, column_2)
                    if indicator != NO_EDIT:
                        yield Pair(column_1, column_2, indicator, table)

    def _indicator(self, column_1: str, column_2: str) -> int:
        asked = column_1, column_2
        if asked not in self._asked:
            assert self._store is not None
            found = self._store.pair(self.setting, column_1, column_2, self.day).rows
            self._asked[asked] = int(found[0]["indicator"]) if found else NO_EDIT
        return self._asked[asked]

    def _of_store(self, kind: str) -> Cover | None:
        if self._store is None:
            return None
        setting = "" if kind == "addon" else self.setting
        found = self._store.table(kind, self.day, setting)
        return as_cover(found) if found else None


def _name(table: Cover | None) -> str:
    return table.name if table else ""


def as_cover(table: StoredTable) -> Cover:
    """A stored table as findings name it."""
    file = "; ".join(source.file for source in table.sources)
    return Cover(table.name, table.kind, table.setting, table.first, table.last, file)


@cache
def shipped_tables() -> tuple[Cover, ...]:
    """The published tables that the fact files were cut from."""
    return tuple(
        Cover(t["name"], t["kind"], t.get("setting", ""), t["from"], t["until"], t["source"])
        for t in facts.settings("tables.toml")["table"]
    )


def shipped(kind: str, setting: str, day: date) -> Cover | None:
    """The shipped table of a kind that covers a date of service for a setting."""
    for each in shipped_tables():
        if each.kind == kind and each.setting in ("", setting) and each.first <= day <= each.last:
            return each
    return None


@cache
def shipped_pairs(table: str) -> Pairs:
    """The pairs of one table, of the family and its drugs."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    both = (*facts.rows("pairs.csv"), *rows("drug_pairs.csv"))
    for name, column_1, column_2, indicator in both:
        if name == table:
            found[column_1][column_2] = int(indicator)
    return dict(found)


@cache
def shipped_ceilings(table: str) -> Mapping[str, Ceiling]:
    """The ceilings of one table, of the family and its drugs."""
    both = (*facts.rows("ceilings.csv"), *facts.rows("drug_ceilings.csv"))
    return {code: Ceiling(int(units), int(mai)) for name, code, units, mai in both if name == table}


@cache
def shipped_primaries(table: str, setting: str, day: date) -> Mapping[str, Primaries]:
    """What each add-on of the family needs by one table, for a setting, on a date."""
    found: dict[str, Primaries] = {}
    both = (*facts.rows("addons.csv"), *rows("addons.csv"))
    for name, addon, primary, type_, edit_from, claim in both:
        if name != table or (claim == "practitioner" and setting != "professional"):
            continue
        if edit_from and edit_from > day.isoformat():
            continue
        before = found.get(addon, Primaries(frozenset(), int(type_)))
        found[addon] = Primaries(before.codes | {primary}, int(type_))
    return found
