"""What a missing fact of the chart is worth: the claim coded with it, less the claim without it.

The encounter is coded again with the fact filled in, so that a line the fact displaces is taken off.
A fact that cannot be filled in (an aim, a time zone) is worth the line it adds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from hangtime.engine import Coding
from hangtime.model import Administration, Encounter, Line, Need, Outcome, Possible
from hangtime.payment.pricing import billed, price_outcome
from hangtime.payment.rates import Rates
from hangtime.payment.records import NATIONAL, NOTHING, Options, Price, dollars, unknown

A_VALID_REASON = "simultaneous_necessity"
_TRUE, _FALSE = ("order_signed", "primary_reason", "counselling"), ("running_on_arrival",)
_CLOCKS = ("stop", "start", "ordered_at")


def worth(
    possible: Possible, encounter: Encounter, outcome: Outcome, rates: Rates, coder: Coding,
    options: Options = NATIONAL,
) -> Price:  # fmt: skip
    """What the fact that `possible` needs is worth to the claim, as the price of the line it adds.

    `coder` is the one that gave the outcome.
    The worth is the fact's: entries of one fact have the same, and it counts once.  Unknown where a
    line that changes has no known amount.
    """
    before = price_outcome(encounter, outcome, rates, options)
    filled = with_fact(encounter, possible.need)
    if filled is None:
        added = Line(
            code=possible.code, units=possible.units, modifiers=possible.modifiers,
            date_of_service=_day(encounter, outcome),
        )  # fmt: skip
        after = price_outcome(
            encounter, replace(outcome, lines=(*outcome.lines, added)), rates, options
        )
    else:
        after = price_outcome(filled, coder.code(filled), rates, options)
        found = (each.line for each in after if each.line.code == possible.code)
        day = next((line.day for line in found), _day(encounter, outcome))
        added = Line(
            code=possible.code, units=possible.units, modifiers=possible.modifiers,
            date_of_service=day,
        )  # fmt: skip
    return _difference(before, after, encounter, added)


def with_fact(encounter: Encounter, need: Need) -> Encounter | None:
    """The encounter with the fact charted; None for a fact that has no one value."""
    if need.administration is None:
        return _with_reason(encounter, need) if need.field == "reason_code" else None
    given = encounter.administrations
    changed: list[Administration] = []
    for each in given:
        value = _value(each, need) if each.administration_id == need.administration else None
        changed.append(each if value is None else replace(each, **{need.field: value}))
    return None if tuple(changed) == given else replace(encounter, administrations=tuple(changed))


def _with_reason(encounter: Encounter, need: Need) -> Encounter | None:
    accesses = tuple(
        replace(each, reason_code=A_VALID_REASON) if each.access_id == need.value else each
        for each in encounter.accesses
    )
    return None if accesses == encounter.accesses else replace(encounter, accesses=accesses)


def _value(given: Administration, need: Need) -> Any:
    """The value the fact would have in the chart; None where its words name none."""
    if need.field in _TRUE or need.field in _FALSE:
        return need.field in _TRUE
    if need.field == "purpose":
        return need.value
    if need.field == "minutes":
        return Decimal(need.value)
    beside = given.stop if need.field == "start" else given.start
    return _moment(need.value, beside) if need.field in _CLOCKS and beside else None


def _moment(text: str, beside: datetime) -> datetime | None:
    """A clock time, with a date or on the day of the time beside it; its seconds are that one's, as
    the words leave them out.
    """
    try:
        if len(text) > len("10:31:00"):
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.combine(beside.date(), time.fromisoformat(text))
    except ValueError:
        return None
    return moment.replace(second=beside.second, tzinfo=beside.tzinfo)


def _difference(
    before: list[Price], after: list[Price], encounter: Encounter, added: Line
) -> Price:
    """The amounts that come, less those that go; lines that stay the same are left out of both."""
    stay = Counter(map(_key, before)) & Counter(map(_key, after))
    gone, come = _without(before, stay), _without(after, stay)
    line = billed(encounter, added)
    tables = tuple(dict.fromkeys(table for each in (*come, *gone) for table in each.tables))
    if unpriced := next((each for each in (*come, *gone) if each.amount is None), None):
        says = f"{unpriced.line.code}: {unpriced.arithmetic}"
        return unknown(line, says, *tables, missing=unpriced.missing)
    parts = [(each, 1) for each in come] + [(each, -1) for each in gone]
    amounts = [(each.amount or NOTHING) * sign for each, sign in parts]
    amount = sum(amounts, NOTHING)
    terms = [
        f"{'less' if sign < 0 else 'plus'} {each.line.code} {dollars(each.amount or NOTHING)}"
        for each, sign in parts
    ]
    says = " ".join(each.arithmetic for each in come)
    if len(parts) > 1:
        says = f"{', '.join(terms)} = {dollars(amount)}. {says}"
    return Price(
        line=line, standing="paid", amount=amount, arithmetic=says.removeprefix("plus ").strip(),
        tables=tables, medicare=_together([(each.medicare, sign) for each, sign in parts]),
    )  # fmt: skip


def _together(parts: list[tuple[Decimal | None, int]]) -> Decimal | None:
    """Amounts that come less those that go; None where one is not stated."""
    known = [amount * sign for amount, sign in parts if amount is not None]
    return sum(known, NOTHING) if known and len(known) == len(parts) else None


def _key(price: Price) -> tuple[Any, ...]:
    return price.line, price.amount, price.standing


def _without(prices: list[Price], stay: Counter[tuple[Any, ...]]) -> list[Price]:
    left = stay.copy()
    found: list[Price] = []
    for each in prices:
        if left[_key(each)] > 0:
            left[_key(each)] -= 1
        else:
            found.append(each)
    return found


def _day(encounter: Encounter, outcome: Outcome) -> date | None:
    """The day of the first line, or of the first row, that an added line would stand beside."""
    days = [line.date_of_service for line in outcome.lines if line.date_of_service]
    days += [given.start.date() for given in encounter.administrations if given.start]
    return min(days, default=encounter.date_of_service)
