"""What Medicare would allow for each line, by its own tables: an estimate that shows its sums.

    from hangtime.payment import Rates, price_outcome

    prices = price_outcome(encounter, Coder().code(encounter), Rates())

Every amount names its table and its arithmetic.  An amount that no table at hand gives is unknown,
with the table that is missing; it is never nothing.
"""

from hangtime.payment.as_json import amount_as_json, price_as_json
from hangtime.payment.gains import worth
from hangtime.payment.pricing import (
    Total,
    billed_of_claim,
    price_claim,
    price_outcome,
    total,
)
from hangtime.payment.rates import Rates
from hangtime.payment.records import Billed, Options, Price, TableUsed

__all__ = [
    "Billed",
    "Options",
    "Price",
    "Rates",
    "TableUsed",
    "Total",
    "amount_as_json",
    "billed_of_claim",
    "price_as_json",
    "price_claim",
    "price_outcome",
    "total",
    "worth",
]
