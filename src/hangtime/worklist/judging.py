"""How sure a coding result is, and how much money hangs on what is not sure.

Confidence is a reading order, not a probability.  It comes from what the coding itself says:

- **gap**: the record lacks something.  A named fact would add or change a line (`possible`), or a
  finding is an error.
- **look**: nothing is known to be missing, but a finding warns, or nothing at all came out as a line.
- **sure**: neither.  The lines follow from what is charted.

Money at stake is what those gaps and doubts could change: the worth of each missing fact, counted
once, and the amount of each line that an error or a warning is about.  An amount that no table
gives makes the whole unknown, with the table named; it is never nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple

__all__ = ["UNKNOWN", "Confidence", "Judged", "doubted_lines", "in_cents", "judge"]

Confidence = Literal["sure", "look", "gap"]
UNKNOWN = -1  # of an amount in cents that no table gives
_CENTS = 100
_DOUBTS = ("error", "warning")
Json = Mapping[str, Any]


class Judged(NamedTuple):
    """`stake` and `amount` in cents, `UNKNOWN` where a table is missing; `missing` names it.

    `amount` is of all coded lines together.
    """

    confidence: Confidence
    stake: int
    amount: int
    missing: str


def judge(outcome: Json, prices: Json | None) -> Judged:
    """What a coding result is worth a coder's look.

    `outcome` is the contract's output; `prices` has an amount for each of its `lines`, and for each
    of its `possible` the worth of its fact, in their order.  None: nothing was priced.
    """
    confidence = _confidence(outcome)
    if prices is None:
        return Judged(confidence, _unless_sure(confidence), UNKNOWN, "")
    at_stake = list(_at_stake(outcome, prices))
    stake, lacking = _together(at_stake)
    amount, lacking_of_all = _together(prices["lines"])
    return Judged(confidence, stake, amount, lacking or lacking_of_all)


def doubted_lines(outcome: Json) -> frozenset[int]:
    """Numbers from 1 of the lines that an error or a warning is about."""
    doubted = {
        given
        for finding in outcome["findings"]
        if finding["severity"] in _DOUBTS
        for given in finding["administrations"]
    }
    lines = enumerate(outcome["lines"], 1)
    return frozenset(n for n, line in lines if doubted.intersection(line["administrations"]))


def in_cents(amount: str | Decimal | None) -> int:
    """Dollars as whole cents; None is `UNKNOWN`."""
    return UNKNOWN if amount is None else abs(int((Decimal(amount) * _CENTS).to_integral_value()))


def _confidence(outcome: Json) -> Confidence:
    severities = {each["severity"] for each in outcome["findings"]}
    if outcome["possible"] or "error" in severities:
        return "gap"
    if "warning" in severities or not outcome["lines"]:
        return "look"
    return "sure"


def _unless_sure(confidence: Confidence) -> int:
    return 0 if confidence == "sure" else UNKNOWN


def _at_stake(outcome: Json, prices: Json) -> Iterator[Json]:
    """The price of each missing fact once, and of each line in doubt."""
    seen: set[tuple[Any, ...]] = set()
    for fact, price in zip(outcome["possible"], prices["possible"], strict=True):
        named = fact["administration"], fact["field"], fact["value"]
        if named not in seen:
            seen.add(named)
            yield price
    doubted = doubted_lines(outcome)
    yield from (price for n, price in enumerate(prices["lines"], 1) if n in doubted)


def _together(prices: Iterable[Json]) -> tuple[int, str]:
    """The sum in cents, and the table that is missing for it."""
    found = list(prices)
    unknown = [each for each in found if each["amount"] is None]
    if unknown:
        return UNKNOWN, next((each["missing"] for each in unknown if each.get("missing")), "")
    return sum(in_cents(each["amount"]) for each in found), ""
