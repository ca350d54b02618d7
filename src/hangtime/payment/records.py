"""A line to be priced, its price, and the table and arithmetic behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from hangtime.model import Allowed, Setting, TableUsed

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


class Options(NamedTuple):
    """`locality`: contractor and locality in seven digits; None: the encounter's, else national.

    `is_sequestered`: also say what Medicare itself pays, less the reduction in force on the day.
    """

    locality: str | None = None
    is_sequestered: bool = False


NATIONAL = Options()


class Billed(NamedTuple):
    """One line of a claim, wherever it came from.

    `is_in_facility`: a practitioner's service in somebody else's facility.  `bill_type`: of a
    hospital's claim, where it is known; OPPS pays some only.
    """

    code: str
    units: Decimal
    day: date | None
    setting: Setting
    modifiers: tuple[str, ...] = ()
    is_in_facility: bool = False
    locality: str | None = None
    bill_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Allowed):
    """What Medicare would allow for one line, with the line as it was priced."""

    line: Billed


def paid(
    line: Billed, amount: Decimal, arithmetic: str, *tables: TableUsed, coinsurance: Decimal | None
) -> Price:
    return Price(
        line=line, standing="paid", amount=amount, arithmetic=arithmetic, tables=tables,
        coinsurance=coinsurance,
    )  # fmt: skip


def packaged(line: Billed, arithmetic: str, *tables: TableUsed) -> Price:
    """Nothing of its own: the payment of another line includes it."""
    return Price(
        line=line, standing="packaged", amount=NOTHING, arithmetic=arithmetic, tables=tables
    )


def not_paid(line: Billed, arithmetic: str, *tables: TableUsed) -> Price:
    return Price(
        line=line, standing="not_paid", amount=NOTHING, arithmetic=arithmetic, tables=tables
    )


def unknown(line: Billed, arithmetic: str, *tables: TableUsed, missing: str = "") -> Price:
    return Price(
        line=line, standing="unknown", amount=None, arithmetic=arithmetic, tables=tables,
        missing=missing,
    )  # fmt: skip


def cents(amount: Decimal) -> Decimal:
    """To the cent, half a cent up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def dollars(amount: Decimal) -> str:
    """An amount as it is read.

    >>> dollars(Decimal("1243.6"))
    '1,243.60'
    """
    return f"{amount:,.2f}"


def number(amount: Decimal) -> str:
    """A factor or a quantity, without zeros that say nothing.

    >>> number(Decimal("2.000"))
    '2'
    """
    return f"{amount.normalize():f}"
