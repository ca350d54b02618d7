"""Practitioners' lines: relative values, geographic indices, conversion factor; drugs by their limit.

    amount of a unit = (work × index + expense × index + malpractice × index) × factor, to the cent

Without a locality every index is 1 and the amount is national.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from hangtime.formulary.products import product
from hangtime.model import TableUsed
from hangtime.payment.rates import Indices, Limit, Rates, Said, Values
from hangtime.payment.records import (
    Billed,
    Price,
    cents,
    dollars,
    not_paid,
    number,
    paid,
    unknown,
)
from hangtime.payment.shipped import terms, treatments

STATUSES = "mpfs_statuses.csv"
NATIONAL = Indices(Decimal(1), Decimal(1), Decimal(1))


class Unit(NamedTuple):
    """The amount of one unit and the sentence about it."""

    amount: Decimal
    says: str
    tables: tuple[TableUsed, ...]


def practitioner_prices(lines: Sequence[Billed], rates: Rates) -> list[Price]:
    """The price of each line of one claim; every line has a day."""
    found = [_drug(line, rates) if is_drug(line.code) else None for line in lines]
    said = [_values(line, rates) for line in lines]
    prices = [drug or _service(at, lines, said, rates) for at, drug in enumerate(found)]
    return _reduced(
        prices, [None if drug else each.entry for drug, each in zip(found, said, strict=True)]
    )


def is_drug(code: str) -> bool:
    """Whether drug prices, not the fee schedule, are where the code is looked for."""
    return bool(product(code)) or code[:1] == "J"


def _drug(line: Billed, rates: Rates) -> Price:
    assert line.day is not None
    if line.is_in_facility:
        return not_paid(line, "The facility, not the practitioner, is paid for the drug: 0.00.")
    said: Said[Limit] = rates.limit(line.code, line.day)
    if said.table is None:
        return unknown(line, f"No ASP table covers {line.day}.", missing=said.missing)
    if said.entry is None:
        return unknown(
            line, f"{said.table.name} has no payment limit of {line.code}: the contractor's price.",
            said.table, missing=f"{said.table.name} with {line.code}",
        )  # fmt: skip
    amount = cents(said.entry.limit * line.units)
    waste = " (thrown away, and paid)" if "JW" in line.modifiers else ""
    says = (
        f"ASP payment limit {number(said.entry.limit)} a unit × {number(line.units)}{waste}"
        f" = {dollars(amount)}."
    )
    percent = said.entry.coinsurance_percent
    share = None if percent is None else cents(amount * percent / 100)
    return paid(line, amount, says, said.table, coinsurance=share)


def _values(line: Billed, rates: Rates) -> Said[Values]:
    assert line.day is not None
    part = next((each for each in line.modifiers if each in terms()["components"]), "")
    return rates.values(line.code, part, line.day)


def _service(at: int, lines: Sequence[Billed], said: list[Said[Values]], rates: Rates) -> Price:
    line, table, values = lines[at], said[at].table, said[at].entry
    if table is None:
        return unknown(line, f"No fee schedule covers {line.day}.", missing=said[at].missing)
    if values is None:
        return unknown(
            line, f"{table.name} has no entry of {line.code}.", table,
            missing=f"{table.name} with {line.code}",
        )  # fmt: skip
    how, words = treatments(STATUSES).get(values.status, ("elsewhere", "of a kind not known here"))
    status = f"Fee schedule status {values.status} ({words})"
    if how == "no":
        return not_paid(line, f"{status}: 0.00.", table)
    if how == "elsewhere":
        return unknown(line, f"{status}: its amount is not in the table.", table)
    if how == "alone" and (other := _beside(at, lines, said)):
        return not_paid(line, f"{status}: 0.00, as {other} is of the same day.", table)
    if any(each in terms()["by_report"] for each in line.modifiers):
        return unknown(line, f"{status}: a modifier of the line changes the amount.", table)
    unit = _unit(line, values, table, rates)
    if isinstance(unit, Price):
        return unit
    amount = cents(unit.amount * line.units)
    says = f"{unit.says} × {number(line.units)} = {dollars(amount)}."
    return paid(line, amount, says, *unit.tables, coinsurance=None)


def _beside(at: int, lines: Sequence[Billed], said: list[Said[Values]]) -> str:
    """A service of the same day that is paid by its values, "" if there is none."""
    for n, each in enumerate(said):
        is_other = n != at and lines[n].day == lines[at].day
        if is_other and each.entry and treatments(STATUSES)[each.entry.status][0] == "values":
            return lines[n].code
    return ""


def _unit(line: Billed, values: Values, table: TableUsed, rates: Rates) -> Unit | Price:
    """The amount of one unit, or the price where there is none to reckon."""
    expense, place = values.outside, "outside a facility"
    if line.is_in_facility:
        if values.has_no_inside or values.component == terms()["facility_only_indicator"]:
            return not_paid(line, "A practitioner is not paid for it in a facility: 0.00.", table)
        if values.inside is None:
            return unknown(
                line, f"{table.name} has no values in a facility.", table,
                missing=f"pprrvu of {line.day}",
            )  # fmt: skip
        expense, place = values.inside, "in a facility"
    indices, where, tables = NATIONAL, "national", (table,)
    if line.locality is not None:
        assert line.day is not None
        local: Said[Indices] = rates.indices(line.locality, line.day)
        if local.table is None or local.entry is None:
            why = (
                f"No table of geographic indices covers {line.day}."
                if local.table is None
                else f"{local.table.name} has no such locality."
            )
            return unknown(line, why, table, missing=local.missing or local.table.name)  # type: ignore[union-attr]
        indices, where, tables = local.entry, "of the locality", (table, local.table)
    return _reckoned(line, values, expense, indices, f"{where}, {place}", tables)


def _reckoned(
    line: Billed, values: Values, expense: Decimal, indices: Indices, where: str,
    tables: tuple[TableUsed, ...],
) -> Unit | Price:  # fmt: skip
    if values.factor is None:
        if values.national is None or indices != NATIONAL:
            return unknown(
                line, f"{tables[0].name} states no conversion factor.", *tables,
                missing="a conversion factor",
            )  # fmt: skip
        says = f"National amount {dollars(values.national)} a unit, as the table states it,"
        return Unit(values.national, says, tables)
    total = (
        values.work * indices.work
        + expense * indices.expense
        + values.malpractice * indices.malpractice
    )
    amount = cents(total * values.factor)
    parts = (("work", values.work, indices.work), ("expense", expense, indices.expense),
             ("malpractice", values.malpractice, indices.malpractice))  # fmt: skip
    terms_of_sum = " + ".join(
        f"{name} {number(value)}" + ("" if index == 1 else f" × {number(index)}")
        for name, value, index in parts
    )
    factor = f"{number(values.factor)}{' (worked out)' if values.is_factor_worked_out else ''}"
    says = f"({terms_of_sum}) = {number(total)}; × factor {factor} = {dollars(amount)} a unit ({where});"
    return Unit(amount, says, tables)


def _reduced(prices: list[Price], entries: list[Values | None]) -> list[Price]:
    """Procedures of one day under multiple-procedure reduction: the dearest whole, others half."""
    days = {price.line.day for price in prices}
    for day in days:
        alike = [
            n
            for n, price in enumerate(prices)
            if price.line.day == day and price.amount and _is_reduced(entries[n])
        ]
        alike.sort(key=lambda n: -(prices[n].amount or 0) / prices[n].line.units)
        for n in alike[1:]:
            prices[n] = _half(prices[n])
    return prices


def _is_reduced(values: Values | None) -> bool:
    return values is not None and values.multiple == terms()["discounted_indicator"]


def _half(price: Price) -> Price:
    share = Decimal(terms()["further_share"])
    assert price.amount is not None
    amount = cents(price.amount * share)
    says = (
        f"{price.arithmetic} Beside a dearer procedure of the day × {number(share)}"
        f" = {dollars(amount)}."
    )
    return replace(price, amount=amount, arithmetic=says)
