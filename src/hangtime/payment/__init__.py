"""What Medicare would allow for each line, by its own tables: an estimate that shows its sums.

    from hangtime.payment import Pricer

    outcome = Pricer(Coder()).code(encounter)
    print(outcome.total, [line.allowed for line in outcome.lines])

Every amount names its table and its arithmetic.  An amount that no table at hand gives is unknown,
with the table that is missing; it is never nothing.
"""

from hangtime.model import TableUsed, Total
from hangtime.payment.as_json import amount_as_json, price_as_json, total_as_json
from hangtime.payment.gains import worth
from hangtime.payment.in_words import amount_in_words, table_in_words, total_in_words
from hangtime.payment.pricer import Pricer
from hangtime.payment.pricing import billed_of_claim, price_claim, price_outcome, total
from hangtime.payment.rates import Rates
from hangtime.payment.records import Billed, Options, Price

__all__ = [
    "Billed",
    "Options",
    "Price",
    "Pricer",
    "Rates",
    "TableUsed",
    "Total",
    "amount_as_json",
    "amount_in_words",
    "billed_of_claim",
    "price_as_json",
    "price_claim",
    "price_outcome",
    "table_in_words",
    "total",
    "total_as_json",
    "total_in_words",
    "worth",
]
