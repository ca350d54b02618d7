"""A price as plain values, for the contract's output: amounts are texts, so that no cent is lost."""

from __future__ import annotations

from typing import Any

from hangtime.payment.records import Price, TableUsed


def price_as_json(price: Price) -> dict[str, Any]:
    """The line's code, units, modifiers and date, its `amount` with its tables, and the sums."""
    line = price.line
    return {
        "code": line.code,
        "units": f"{line.units.normalize():f}",
        "modifiers": list(line.modifiers),
        "date_of_service": line.day and line.day.isoformat(),
        **amount_as_json(price),
    }


def amount_as_json(price: Price) -> dict[str, Any]:
    """What a line of the contract carries: `amount`, null where unknown, and what it rests on."""
    optional = {"coinsurance": price.coinsurance, "medicare": price.medicare}
    return {
        "amount": None if price.amount is None else str(price.amount),
        "standing": price.standing,
        "tables": [_table(each) for each in price.tables],
        "arithmetic": price.arithmetic,
        **({"missing": price.missing} if price.missing else {}),
        **{name: str(value) for name, value in optional.items() if value is not None},
    }


def _table(table: TableUsed) -> dict[str, str]:
    return {
        "name": table.name,
        "from": table.first.isoformat(),
        "until": table.last.isoformat(),
        "digest": table.digest,
        "origin": table.origin,
    }
