"""The price of every line of a claim, and what a missing fact of the chart is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from hangtime.codesets.places import setting_of
from hangtime.model import Encounter, Line, Outcome, Possible
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


class Total(NamedTuple):
    """The known amounts of some lines together, and how many lines have none that is known."""

    amount: Decimal
    unknown: int


def price_outcome(
    encounter: Encounter, outcome: Outcome, rates: Rates, options: Options = NATIONAL
) -> list[Price]:
    """The price of each line of an outcome, in its order."""
    return price_claim([billed(encounter, line) for line in outcome.lines], rates, options)


def price_claim(lines: Sequence[Billed], rates: Rates, options: Options = NATIONAL) -> list[Price]:
    """The price of each line of one claim, in the order given: packaging looks at all of them."""
    prices: dict[int, Price] = {}
    by_setting: dict[str, list[int]] = {}
    for n, each in enumerate(lines):
        line = each._replace(locality=_locality(options.locality or each.locality))
        if line.day is None:
            prices[n] = unknown(line, "The line has no date of service.")
        elif any(word in terms()["denied"] for word in line.modifiers):
            prices[n] = not_paid(line, "Billed for a denial (GY, GZ): 0.00.")
        else:
            by_setting.setdefault(line.setting, []).append(n)
    for setting, places in by_setting.items():
        asked = [
            lines[n]._replace(locality=_locality(options.locality or lines[n].locality))
            for n in places
        ]
        price_of = hospital_prices if setting == "facility" else practitioner_prices
        prices.update(zip(places, price_of(asked, rates), strict=True))
    ordered = [prices[n] for n in range(len(lines))]
    return [_sequestered(each) for each in ordered] if options.is_sequestered else ordered


def worth(
    possible: Possible, encounter: Encounter, outcome: Outcome, rates: Rates,
    options: Options = NATIONAL,
) -> Price:  # fmt: skip
    """What a missing fact is worth: the claim with its line, less the claim without it.

    The line is dated by the first line it would stand beside.  Lines that the fact would displace
    are not known here; what the new line packages is taken off.
    """
    days = [line.date_of_service for line in outcome.lines if line.date_of_service]
    day = min(days, default=encounter.date_of_service or _first_day(encounter))
    added = Line(
        code=possible.code, units=possible.units, date_of_service=day, modifiers=possible.modifiers
    )
    before = price_outcome(encounter, outcome, rates, options)
    with_it = replace(outcome, lines=(*outcome.lines, added))
    *after, gained = price_outcome(encounter, with_it, rates, options)
    changes = [
        (new.line.code, new.amount - old.amount)
        for old, new in zip(before, after, strict=True)
        if old.amount is not None and new.amount is not None and old.amount != new.amount
    ]
    if gained.amount is None or not changes:
        return gained
    amount = gained.amount + sum((change for _, change in changes), NOTHING)
    words = ", ".join(f"{code} {change:+,.2f}" for code, change in changes)
    says = f"{gained.arithmetic} Beside it {words}: {dollars(amount)} in all."
    return replace(gained, amount=amount, arithmetic=says)


def total(prices: Iterable[Price]) -> Total:
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
        modifiers=line.modifiers,
        is_in_facility=is_in_facility(line.setting, line.place_of_service),
    )


def is_in_facility(setting: str, place_of_service: str | None) -> bool:
    """Whether a practitioner's service was given in somebody else's facility."""
    return setting_of(setting, place_of_service) == Setting.PROFESSIONAL_IN_FACILITY


def _locality(text: str | None) -> str | None:
    """Contractor and locality as the tables write them: `01112-05` is `0111205`."""
    digits = "".join(char for char in text or "" if char.isalnum())
    return digits.zfill(LOCALITY_DIGITS) if digits else None


def _first_day(encounter: Encounter) -> date | None:
    starts = [given.start for given in encounter.administrations if given.start]
    return min(starts).date() if starts else None


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
