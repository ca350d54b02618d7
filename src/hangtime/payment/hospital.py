"""Hospital outpatient lines: status indicator and rate of the quarter, packaging of the claim.

A rate is national: wage index, outliers and hospital adjustments are not in the table.  What only a
grouper of whole claims decides (composites, comprehensive services) stays unknown, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hangtime.codesets.tables import code_rows, ids
from hangtime.formulary.products import product
from hangtime.model import TableUsed
from hangtime.payment.rates import Hospital, Rates, Said
from hangtime.payment.records import (
    Billed,
    Price,
    cents,
    dollars,
    not_paid,
    number,
    packaged,
    paid,
    unknown,
)
from hangtime.payment.shipped import terms, treatments

STATUSES = "opps_statuses.csv"
_FAMILIES = {
    "visits": frozenset({"visit"}),
    "administrations": frozenset(
        {
            "hydration", "therapeutic", "subcutaneous", "injection", "push", "antibody", "complex",
            "unlisted",
        }
    ),
}  # fmt: skip


def hospital_prices(lines: Sequence[Billed], rates: Rates) -> list[Price]:
    """The price of each line of one claim; every line has a day."""
    said = [rates.hospital(line.code, line.day) for line in lines if line.day]
    claim = Claim(lines, said)
    return [claim.price(at) for at in range(len(lines))]


class Claim:
    """The lines of one claim with what the table says of each: packaging is decided among them."""

    def __init__(self, lines: Sequence[Billed], said: list[Said[Hospital]]) -> None:
        self.lines, self.said = lines, said
        self.statuses = [each.entry.status if each.entry else "" for each in said]
        self.unlisted = tuple(
            line.code
            for line, each in zip(lines, said, strict=True)
            if each.table and not each.entry and not product(line.code)
        )

    def price(self, at: int) -> Price:
        """The price of one line."""
        line, said = self.lines[at], self.said[at]
        if line.bill_type and line.bill_type.lstrip("0")[:2] not in terms()["opps_bills"]:
            return unknown(line, "The claim is of a type of bill that OPPS does not pay.")
        if said.table is None:
            return unknown(line, f"No OPPS table covers {line.day}.", missing=said.missing)
        if said.entry is None:
            return unknown(
                line, f"{said.table.name} has no entry of {line.code}.", said.table,
                missing=f"{said.table.name} with {line.code}",
            )  # fmt: skip
        entry, table = said.entry, said.table
        how, words = treatments(STATUSES).get(entry.status, ("claim", "of a kind not known here"))
        status = f"OPPS status {entry.status} ({words})"
        if how == "no":
            return not_paid(line, f"{status}: 0.00.", table)
        if how == "elsewhere":
            return unknown(line, f"{status}: its amount is not in OPPS.", table)
        if how == "packaged":
            return packaged(line, f"{status}: 0.00 of its own.", table)
        if doubt := self._doubt(line):
            return unknown(line, f"{status}: {doubt}", table)
        if how == "claim":
            return unknown(line, f"{status}: only the whole claim's grouping tells.", table)
        if how == "beside":
            return self._beside(at, entry, table, status)
        if entry.rate is None:
            return unknown(
                line, f"{status}: the rate of the quarter is not at hand.", table,
                missing=f"{table.name} (import Addendum B)",
            )  # fmt: skip
        if how == "discounted":
            return self._discounted(at, entry, entry.rate, table, status)
        return self._paid(line, entry, entry.rate, table, status)

    def _doubt(self, line: Billed) -> str:
        """Why rates alone do not price a separately paid line of this claim; "" if they do."""
        if terms()["comprehensive"] in self.statuses:
            return (
                "the claim has a comprehensive service, and what it takes in is not in the table."
            )
        if terms()["visit_of_observation"] in self.statuses and any(
            each.code in terms()["observation"] for each in self.lines
        ):
            return "a visit beside observation may be one comprehensive payment for the claim."
        if any(each in terms()["by_report"] for each in line.modifiers):
            return "a modifier of the line changes the rate by more than the table says."
        if _is_off_campus(line):
            return "an off-campus department is paid at a rate that is not in the table."
        return ""

    def _beside(self, at: int, entry: Hospital, table: TableUsed, status: str) -> Price:
        """Packaged beside a service of certain statuses, else paid; of several the dearest."""
        line = self.lines[at]
        beside = terms()["beside"].get(entry.status, ())
        for n, other in enumerate(self.statuses):
            if other in beside and n != at:
                named = f"{self.lines[n].code} (status {other})"
                return packaged(line, f"{status}: packaged, as {named} is on the claim.", table)
        if beside and self.unlisted:
            why = f"{self.unlisted[0]} is on the claim and not in the table, so its status is unknown."
            return unknown(line, f"{status}: {why}", table, missing=self._with_unlisted(table))
        if entry.rate is None:
            return unknown(line, f"{status}: no rate in the table.", table, missing=table.name)
        alike = [n for n, other in enumerate(self.statuses) if other == entry.status and beside]
        dearest = max(alike, key=self._rate, default=at)
        if dearest != at:
            dearer = self.lines[dearest].code
            return packaged(line, f"{status}: packaged beside {dearer} of that status.", table)
        if beside and line.units > 1:
            return unknown(
                line, f"{status}: how many units are paid, the claim editor says.", table
            )
        return self._paid(line, entry, entry.rate, table, status)

    def _discounted(
        self, at: int, entry: Hospital, rate: Decimal, table: TableUsed, status: str
    ) -> Price:
        """The dearest procedure of a day whole, each other one at half."""
        line = self.lines[at]
        alike = [
            n
            for n, other in enumerate(self.statuses)
            if other == entry.status and self.lines[n].day == line.day
        ]
        half = Decimal(terms()["further_share"])
        whole = Decimal(max(alike, key=self._rate) == at)
        count = whole + (line.units - whole) * half
        if count == line.units:
            return self._paid(line, entry, rate, table, status)
        amount = cents(rate * count)
        says = (
            f"{status}: {number(rate)} × {number(count)} (units: {number(line.units)}; further"
            f" procedures of the day at {number(half)}) = {dollars(amount)}, national."
        )
        return paid(line, amount, says, table, coinsurance=_share(entry, count))

    def _paid(
        self, line: Billed, entry: Hospital, rate: Decimal, table: TableUsed, status: str
    ) -> Price:
        amount = cents(rate * line.units)
        says = f"{status}: {number(rate)} a unit × {number(line.units)} = {dollars(amount)}"
        says += "." if product(line.code) else ", national, before the wage index."
        if self.unlisted:
            says += (
                f" {self.unlisted[0]} is not in the table: were it a comprehensive service, it would"
                " take this in."
            )
        return paid(line, amount, says, table, coinsurance=_share(entry, line.units))

    def _with_unlisted(self, table: TableUsed) -> str:
        return f"{table.name} with {', '.join(dict.fromkeys(self.unlisted))}"

    def _rate(self, at: int) -> Decimal:
        entry = self.said[at].entry
        return (entry and entry.rate) or Decimal(0)


def _share(entry: Hospital, units: Decimal) -> Decimal | None:
    return None if entry.copayment is None else cents(entry.copayment * units)


def _is_off_campus(line: Billed) -> bool:
    """Whether the department's modifier takes the line out of the table's rate on its day."""
    if product(line.code):
        return False
    known = code_rows().get(ids().get(line.code, -1))
    family = known.family if known else ""
    return any(
        each["modifier"] in line.modifiers
        and line.day is not None
        and each["from"] <= line.day
        and (each["what"] not in _FAMILIES or family in _FAMILIES[each["what"]])
        for each in terms()["off_campus"]
    )
