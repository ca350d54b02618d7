"""What the stored tables say of one code on one day."""

# pyarrow has no type stubs; plain rows leave this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from hangtime.codesets.facts import EPOCH, day_number
from hangtime.codesets.imported import TABLES, place
from hangtime.codesets.store.layouts import KEYS
from hangtime.codesets.store.pairs import ALWAYS, Pairs
from hangtime.codesets.store.records import Answer, Manifest, Refused, StoredTable
from hangtime.codesets.tables import SETTINGS
from hangtime.formulary.ndc import MalformedNdc, ndc11

ROWS = "rows.parquet"
Row = dict[str, Any]
_BETWEEN = re.compile(r"[\s.]+")
_LAST = ("deletion", "terminates")


class Store:
    """The store in a folder, by default where `HANGTIME_STORE` says or the platform keeps data.

    It sees the store as it was when first asked; open another to see later imports.  A day is a
    date of service.  `setting` is "facility" or "professional"; another is a ValueError.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or place()
        self._opened: dict[str, Opened] = {}
        self._pairs: dict[str, Pairs] = {}
        self._chosen: dict[tuple[str, str, date], tuple[StoredTable, ...]] = {}

    @cached_property
    def _manifest(self) -> Manifest:
        from hangtime.codesets.store.folder import read

        return read(self.path)

    def tables(self) -> tuple[StoredTable, ...]:
        """Every table in the store, by kind, setting and date."""
        return self._manifest.tables

    def table(self, kind: str, day: date, setting: str = "") -> StoredTable | None:
        """The table of a kind that answers for a day; see `in_force` for which comes first."""
        return next(iter(self.in_force(kind, day, setting)), None)

    def in_force(self, kind: str, day: date, setting: str = "") -> tuple[StoredTable, ...]:
        """All tables of a kind for a day: as published before re-packed, the latest beginning first."""
        asked = kind, setting, day
        if asked not in self._chosen:
            found = (
                table
                for table in self.tables()
                if (table.kind, table.setting) == (kind, setting) and table.is_in_force(day)
            )
            self._chosen[asked] = tuple(in_order(found))
        return self._chosen[asked]

    def pair(self, setting: str, column1: str, column2: str, day: date) -> Answer:
        """The edit of two codes in the order given: `indicator`, and its dates where it has any."""
        table = self._of_a_setting("ptp", day, setting)
        if table is None:
            return Answer(None)
        found = self.pairs(table).on(column1, column2, day_number(day))
        if found is None:
            return Answer(table)
        row = {
            "column1": column1,
            "column2": column2,
            "indicator": found.indicator,
            "effective": _day(found.first),
            "deletion": _day(found.last),
        }
        return Answer(table, (row,))

    def ceiling(self, setting: str, code: str, day: date) -> Answer:
        """Units above which a code is rejected: `units`, `mai`, `rationale`."""
        return self._answer(self._of_a_setting("mue", day, setting), code, day)

    def primaries(self, addon: str, day: date) -> Answer:
        """The codes one of which must stand beside an add-on: `primary`, `type`, `note`."""
        return self._found("addon", addon, day)

    def status(self, hcpcs: str, day: date) -> Answer:
        """How the outpatient payment system treats a code: `status`, `rate` in dollars."""
        return self._found("opps", hcpcs, day)

    def price(self, hcpcs: str, day: date) -> Answer:
        """The payment limit of a billing unit: `limit` in dollars, `dosage`."""
        return self._found("asp", hcpcs, day)

    def ndc(self, ndc: str, day: date) -> Answer:
        """The codes of a product: `code`, `dosage`, package sizes, billing units per package.

        `ndc` in any spelling, or a maker's own number; of ten digits in one piece, every reading.
        """
        table = self.table("ndc", day)
        found = [self._answer(table, reading, day) for reading in readings(ndc)]
        return Answer(table, tuple(row for each in found for row in each.rows))

    def hcpcs(self, code: str, day: date) -> Answer:
        """A HCPCS Level II code that is in force on the day: its dates and descriptions."""
        return self._found("hcpcs", code, day)

    def rvu(self, code: str, day: date, modifier: str | None = None) -> Answer:
        """Relative values and indicators of a code with a modifier, or of the whole service."""
        found = self._found("pprrvu", code, day)
        rows = tuple(row for row in found.rows if row.get("modifier") == modifier)
        return Answer(found.table, rows)

    def gpci(self, locality: str, day: date) -> Answer:
        """Indices of a locality, named by contractor and locality in seven digits."""
        return self._found("gpci", locality, day)

    def icd10cm(self, code: str, day: date) -> Answer:
        """A diagnosis code, with or without its dot: `is_billable`, `title` where known."""
        return self._found("icd10cm", code.upper().replace(".", ""), day)

    def descriptor(self, code: str, day: date | None = None) -> Answer:
        """The licensed description of a code, from the user's own file; the latest without a day."""
        stored = [table for table in self.tables() if table.kind == "cpt"]
        if day is None and stored:
            latest = max(stored, key=lambda table: table.first)
            return Answer(latest, self.rows(latest, code))
        return self._found("cpt", code, day or date.max)

    def rows(self, table: StoredTable, key: str) -> tuple[Row, ...]:
        """All rows of a table with a key (`layouts.KEYS`), whatever their own dates."""
        return self.opened(table).rows(key)

    def opened(self, table: StoredTable) -> Opened:
        """The rows of a table, which are read now if they were not."""
        if table.folder not in self._opened:
            with _as_stored(table):
                self._opened[table.folder] = Opened(self.path / TABLES / table.folder, table.kind)
        return self._opened[table.folder]

    def pairs(self, table: StoredTable) -> Pairs:
        """The packed pairs of a table, which are mapped now if they were not."""
        if table.folder not in self._pairs:
            with _as_stored(table):
                self._pairs[table.folder] = Pairs(self.path / TABLES / table.folder)
        return self._pairs[table.folder]

    def _of_a_setting(self, kind: str, day: date, setting: str) -> StoredTable | None:
        if setting not in SETTINGS:
            raise ValueError(f"setting is one of {', '.join(SETTINGS)}, not {setting!r}")
        return self.table(kind, day, setting)

    def _found(self, kind: str, key: str, day: date) -> Answer:
        return self._answer(self.table(kind, day), key, day)

    def _answer(self, table: StoredTable | None, key: str, day: date) -> Answer:
        if table is None:
            return Answer(None)
        return Answer(table, tuple(r for r in self.rows(table, key) if is_in_force(r, day)))


class Opened:
    """The rows of one table, sorted by its key, as a pyarrow table in `all`."""

    def __init__(self, folder: Path, kind: str) -> None:
        import pyarrow.parquet as pq

        self.all: Any = pq.read_table(folder / ROWS)
        self._key = KEYS[kind]

    @cached_property
    def _keys(self) -> list[str]:
        return self.all[self._key].to_pylist()

    def rows(self, key: str) -> tuple[Row, ...]:
        """The rows with a key."""
        first, last = bisect_left(self._keys, key), bisect_right(self._keys, key)
        return plain(self.all.slice(first, last - first))

    def rows_where(self, column: str, cell: str) -> tuple[Row, ...]:
        """The rows with a cell in any column of text."""
        import pyarrow.compute as pc

        return plain(self.all.filter(pc.equal(self.all[column], cell)))


@contextmanager
def _as_stored(table: StoredTable) -> Generator[None]:
    """A table's files are there and whole, or Refused says how to find out which is not."""
    try:
        yield
    except (OSError, ValueError):  # what pyarrow raises for a file that is not Parquet is one
        raise Refused(
            f"{table.name}: its files are not as they were stored: `hangtime codesets verify`."
        ) from None


def in_order(tables: Iterable[StoredTable]) -> list[StoredTable]:
    """Tables of a kind, that first which answers first where several cover a day."""
    return sorted(tables, key=lambda table: (table.variant, -table.first.toordinal()))


def readings(ndc: str) -> tuple[str, ...]:
    """How a product's number may stand in a table; one that is no NDC stands as it is.

    >>> readings("57894.030.01")
    ('57894003001',)
    """
    try:
        return ndc_readings(ndc)
    except MalformedNdc:
        return (ndc.strip().upper(),)


def ndc_readings(ndc: str) -> tuple[str, ...]:
    """The eleven digits, with hyphens, spaces or dots between the parts.  Raises MalformedNdc."""
    return ndc11(_BETWEEN.sub("-", ndc.strip()))


def plain(rows: Any) -> tuple[Row, ...]:
    """Rows of a pyarrow table as dictionaries; decimals without the zeros that say nothing."""
    return tuple({name: shortened(cell) for name, cell in row.items()} for row in rows.to_pylist())


def is_in_force(row: Row, day: date) -> bool:
    """Whether the row's own dates, where it has any, hold on the day."""
    first: date | None = row.get("effective")
    last: date | None = next((row[name] for name in _LAST if row.get(name)), None)
    return (first is None or first <= day) and (last is None or day <= last)


def shortened(cell: Any) -> Any:
    """A decimal without trailing zeros; anything else as it is."""
    if not isinstance(cell, Decimal):
        return cell
    return cell.quantize(Decimal(1)) if cell == cell.to_integral_value() else cell.normalize()


def _day(number: int) -> date | None:
    return None if number in ALWAYS else date.fromordinal(number + EPOCH)
