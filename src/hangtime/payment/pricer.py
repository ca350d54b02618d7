"""Coding with prices: each line with its estimated payment, each missing fact with its worth."""

from __future__ import annotations

from dataclasses import replace

from hangtime.engine import Coding
from hangtime.model import Encounter, Outcome
from hangtime.payment.gains import worth
from hangtime.payment.pricing import price_outcome, total
from hangtime.payment.rates import Rates
from hangtime.payment.records import NATIONAL, Options

__all__ = ["Pricer"]


class Pricer:
    """Codes encounters as `coder` does, and says what Medicare would allow for what it finds."""

    def __init__(
        self, coder: Coding, rates: Rates | None = None, options: Options = NATIONAL
    ) -> None:
        self.coder = coder
        self.rates = rates or Rates()
        self.options = options

    def code(self, encounter: Encounter) -> Outcome:
        """What the encounter supports, priced; without a line there is no total."""
        outcome = self.coder.code(encounter)
        prices = price_outcome(encounter, outcome, self.rates, self.options)
        priced = zip(outcome.lines, prices, strict=True)
        possible = (
            replace(
                each,
                worth=worth(each, encounter, outcome, self.rates, self.coder, self.options),
            )
            for each in outcome.possible
        )
        return replace(
            outcome,
            lines=tuple(replace(line, allowed=price) for line, price in priced),
            possible=tuple(possible),
            total=total(prices) if prices else None,
        )
