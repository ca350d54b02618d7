"""What the payment tables say of a code on a day: imported tables first, else the shipped facts.

Each answer is a table with what it says.  No table: none covers the day.  Nothing said: the table
has no such entry, which is not the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from hangtime.codesets.imported import MANIFEST, place
from hangtime.model import TableUsed
from hangtime.payment import shipped

if TYPE_CHECKING:
    from hangtime.codesets.store import Answer, Store

Entry = TypeVar("Entry")
IMPORTED, SHIPPED = "imported", "shipped"
_QUARTER = 3  # months


class Hospital(NamedTuple):
    """A code under OPPS; `rate` of a unit is None where the table states none."""

    status: str
    rate: Decimal | None
    copayment: Decimal | None = None


class Values(NamedTuple):
    """A code in the physician fee schedule.

    `inside` and `outside` are practice expense in and outside a facility; `factor` is None where
    the table states only the `national` amount.
    """

    status: str
    work: Decimal
    outside: Decimal
    inside: Decimal | None
    malpractice: Decimal
    factor: Decimal | None
    is_factor_worked_out: bool = False
    national: Decimal | None = None
    component: str = ""
    multiple: str = ""
    has_no_inside: bool = False


class Indices(NamedTuple):
    """Geographic indices of a locality."""

    work: Decimal
    expense: Decimal
    malpractice: Decimal


class Limit(NamedTuple):
    """Payment limit of a drug's billing unit, and coinsurance in percent where stated."""

    limit: Decimal
    coinsurance_percent: Decimal | None


class Said(NamedTuple, Generic[Entry]):
    """A table, and what it says of the code; without a table, `missing` names the one needed."""

    table: TableUsed | None
    entry: Entry | None
    missing: str = ""


class Rates:
    """Payment tables by date of service.  `store`: imported tables; None: the usual place.

    The store is looked for once; where there is none, only shipped facts are read.
    """

    def __init__(self, store: Store | None = None) -> None:
        self._given = store

    @cached_property
    def _store(self) -> Store | None:
        if self._given is not None or not (place() / MANIFEST).is_file():
            return self._given
        from hangtime.codesets.store import Store

        return Store()

    def hospital(self, code: str, day: date) -> Said[Hospital]:
        """Status and rate under OPPS."""
        answer = self._store.status(code, day) if self._store else None
        if answer is not None and answer.table is not None:
            return _imported(answer, _hospital)
        quarter = shipped.quarter(day)
        if quarter is None:
            return Said(None, None, f"opps {quarter_of(day)}")
        row = shipped.service(code, day) or shipped.drug(code, day, quarter[0])
        file = "opps_drugs.csv" if row and "from" not in row else "opps_services.csv"
        table = TableUsed(*quarter, shipped.digest(file), SHIPPED)
        return Said(table, Hospital(row["status"], _decimal(row["rate"])) if row else None)

    def values(self, code: str, modifier: str, day: date) -> Said[Values]:
        """Relative values; `modifier` is 26 or TC for a part of the service, else ""."""
        found = self._imported_values(code, modifier, day)
        if found and (found.entry is None or found.entry.factor is not None):
            return found
        for release in shipped.releases():
            if release.first <= day <= release.last:
                row = shipped.values(code, modifier, release.name)
                table = TableUsed(*release[:3], shipped.digest("mpfs_values.csv"), SHIPPED)
                said = Said(table, _shipped_values(row, release) if row else None)
                return found if found and row is None else said
        return found or Said(None, None, f"pprrvu {quarter_of(day)}")

    def indices(self, locality: str, day: date) -> Said[Indices]:
        """Geographic indices of a locality in seven digits."""
        answer = self._store.gpci(locality, day) if self._store else None
        if answer is not None and answer.table is not None:
            return _imported(answer, _indices)
        name = f"gpci-{day.year}"
        if name not in shipped.tables_of("gpci.csv"):
            return Said(None, None, f"gpci {day.year}")
        row = shipped.indices(name, locality)
        table = TableUsed(name, *_dates(str(day.year)), shipped.digest("gpci.csv"), SHIPPED)
        return Said(table, _shipped_indices(row) if row else None)

    def limit(self, code: str, day: date) -> Said[Limit]:
        """Payment limit of a drug in an office."""
        answer = self._store.price(code, day) if self._store else None
        if answer is not None and answer.table is not None:
            return _imported(answer, _limit)
        name = f"asp-{quarter_of(day)}"
        if name not in shipped.tables_of("asp_limits.csv"):
            return Said(None, None, f"asp {quarter_of(day)}")
        row = shipped.limit(name, code)
        table = TableUsed(name, *_dates(quarter_of(day)), shipped.digest("asp_limits.csv"), SHIPPED)
        return Said(table, _shipped_limit(row) if row else None)

    def _imported_values(self, code: str, modifier: str, day: date) -> Said[Values] | None:
        answer = self._store.rvu(code, day, modifier or None) if self._store else None
        if answer is None or answer.table is None:
            return None
        return _imported(answer, _values)


def quarter_of(day: date) -> str:
    """The quarter a day is in.

    >>> quarter_of(date(2024, 8, 14))
    '2024Q3'
    """
    return f"{day.year}Q{(day.month + 2) // _QUARTER}"


def _dates(named: str) -> tuple[date, date]:
    """First and last day of a quarter or a year, named as 2024Q3 or 2024."""
    from hangtime.codesets.store.periods import quarter

    found = quarter(named)
    return found.first, found.last


def _imported(answer: Answer, read: Callable[[dict[str, Any]], Entry]) -> Said[Entry]:
    stored = answer.table
    assert stored is not None
    table = TableUsed(stored.name, stored.first, stored.last, stored.digest, IMPORTED)
    return Said(table, next((read(row) for row in _known(answer.rows)), None))


def _known(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Rows with an amount where the kind has one: a limit may be left empty in the file."""
    return (row for row in rows if "limit" not in row or row["limit"] is not None)


def _hospital(row: dict[str, Any]) -> Hospital:
    return Hospital(row["status"], row["rate"], row.get("copayment"))


def _limit(row: dict[str, Any]) -> Limit:
    return Limit(row["limit"], row.get("coinsurance_percent"))


def _indices(row: dict[str, Any]) -> Indices:
    return Indices(row["work"], row["expense"], row["malpractice"])


def _values(row: dict[str, Any]) -> Values:
    zero = Decimal(0)
    return Values(
        status=row["status"],
        work=row["work"] or zero,
        outside=row["nonfacility_expense"] or zero,
        inside=row.get("facility_expense"),
        malpractice=row["malpractice"] or zero,
        factor=row.get("conversion_factor"),
        national=row.get("national_amount"),
        component=_whole(row.get("component_indicator")),
        multiple=_whole(row.get("multiple_procedure")),
        has_no_inside=row.get("facility_indicator") == shipped.terms()["no_value"],
    )


def _shipped_values(row: dict[str, str], release: shipped.Release) -> Values:
    return Values(
        status=row["status"],
        work=Decimal(row["work"]),
        outside=Decimal(row["nonfacility_expense"]),
        inside=_decimal(row["facility_expense"]),
        malpractice=Decimal(row["malpractice"]),
        factor=release.factor,
        is_factor_worked_out=release.is_worked_out,
        component=row["component_indicator"],
        multiple=row["multiple_procedure"],
        has_no_inside=row["facility_indicator"] == shipped.terms()["no_value"],
    )


def _shipped_indices(row: dict[str, str]) -> Indices:
    return Indices(*(Decimal(row[name]) for name in Indices._fields))


def _shipped_limit(row: dict[str, str]) -> Limit:
    return Limit(Decimal(row["limit"]), _decimal(row["coinsurance_percent"]))


def _whole(cell: Any) -> str:
    return "" if cell is None else str(cell).removesuffix(".0")


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
