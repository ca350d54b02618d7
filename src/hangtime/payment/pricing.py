"""The price of every line of a claim or of a coded encounter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from hangtime.codesets.places import setting_of
from hangtime.model import Allowed, Encounter, Line, Outcome, Total
from hangtime.payment.hospital import hospital_prices
from hangtime.payment.practitioner import practitioner_prices
from hangtime.payment.rates import Rates
from hangtime.payment.records import (
    NATIONAL,
    NOTHING,
    Billed,
    Options,
    Price,
    cents,
    dollars,
    not_paid,
    number,
    unknown,
)
from hangtime.payment.shipped import terms
from hangtime.rules.words import Setting

if TYPE_CHECKING:
    from hangtime.edits.claim import ClaimLine

LOCALITY_DIGITS = 7
CODE_LENGTH = 5


def price_outcome(
    encounter: Encounter, outcome: Outcome, rates: Rates, options: Options = NATIONAL
) -> list[Price]:
    """The price of each line of an outcome, in its order."""
    return price_claim([billed(encounter, line) for line in outcome.lines], rates, options)


def price_claim(lines: Sequence[Billed], rates: Rates, options: Options = NATIONAL) -> list[Price]:
    """The price of each line of one claim, in the order given: packaging looks at all of them."""
    placed = [
        each._replace(locality=_locality(options.locality or each.locality)) for each in lines
    ]
    prices: dict[int, Price] = {}
    by_setting: dict[str, list[int]] = {}
    for n, line in enumerate(placed):
        if line.day is None:
            prices[n] = unknown(line, "The line has no date of service.")
        elif not _is_formed(line.code):
            prices[n] = unknown(line, "The code does not have the form of CPT or HCPCS.")
        elif line.units % 1:
            prices[n] = unknown(
                line, "Units are whole: what a part of one would be paid, nobody says."
            )
        elif any(word in terms()["denied"] for word in line.modifiers):
            prices[n] = not_paid(line, "Billed for a denial (GY, GZ): 0.00.")
        else:
            by_setting.setdefault(line.setting, []).append(n)
    for setting, places in by_setting.items():
        price_of = hospital_prices if setting == "facility" else practitioner_prices
        prices.update(zip(places, price_of([placed[n] for n in places], rates), strict=True))
    ordered = [prices[n] for n in range(len(lines))]
    return [_sequestered(each) for each in ordered] if options.is_sequestered else ordered


def total(prices: Iterable[Allowed]) -> Total:
    """The amounts together; a line of unknown amount is counted, never taken for nothing."""
    amounts = [each.amount for each in prices]
    return Total(
        sum((amount for amount in amounts if amount is not None), NOTHING), amounts.count(None)
    )


def billed(encounter: Encounter, line: Line) -> Billed:
    """A coded line as it would stand on the claim of its encounter."""
    return Billed(
        code=line.code,
        units=Decimal(line.units),
        day=line.date_of_service,
        setting=encounter.setting,
        modifiers=line.modifiers,
        is_in_facility=is_in_facility(encounter.setting, encounter.place_of_service),
        locality=encounter.locality,
    )


def billed_of_claim(line: ClaimLine) -> Billed:
    """A line of a claim-line table."""
    return Billed(
        code=line.code.strip().upper(),
        units=line.units,
        day=line.date_of_service,
        setting=line.setting,
        modifiers=tuple(each.upper() for each in line.modifiers),
        is_in_facility=is_in_facility(line.setting, line.place_of_service),
        bill_type=line.bill_type,
    )


def is_in_facility(setting: str, place_of_service: str | None) -> bool:
    """Whether a practitioner's service was given in somebody else's facility."""
    return setting_of(setting, place_of_service) == Setting.PROFESSIONAL_IN_FACILITY


def _is_formed(code: str) -> bool:
    """Five letters or digits: what else stands in the cell is not repeated in a sentence."""
    return len(code) == CODE_LENGTH and code.isascii() and code.isalnum()


def _locality(text: str | None) -> str | None:
    """Contractor and locality as the tables write them: `01112-05` is `0111205`."""
    digits = "".join(char for char in text or "" if char.isalnum())
    return digits.zfill(LOCALITY_DIGITS) if digits else None


def _sequestered(price: Price) -> Price:
    """The price with Medicare's own payment: its share, less the reduction of the day."""
    if price.amount is None or price.line.day is None:
        return price
    share = price.coinsurance
    by = "the table"
    if share is None:
        share = cents(price.amount * Decimal(terms()["coinsurance_percent"]) / 100)
        by = f"the statutory {terms()['coinsurance_percent']} %"
    percent = next(
        (each["percent"] for each in terms()["sequestration"]
         if each["from"] <= price.line.day <= each["until"]), 0,
    )  # fmt: skip
    own = price.amount - share
    medicare = own - cents(own * percent / 100)
    if not price.amount:
        return replace(price, medicare=medicare)
    says = (
        f"{price.arithmetic} Less the patient's {dollars(share)} (by {by}) = {dollars(own)}; less"
        f" sequestration of {number(Decimal(percent))} % = {dollars(medicare)} from Medicare."
    )
    return replace(price, arithmetic=says, medicare=medicare)
