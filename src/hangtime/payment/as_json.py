"""A price as plain values, for the contract's output: amounts are texts, so that no cent is lost."""

from __future__ import annotations

from typing import Any

from hangtime.model import Allowed, TableUsed, Total
from hangtime.payment.records import Price


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


def amount_as_json(allowed: Allowed) -> dict[str, Any]:
    """What a line of the contract carries: `amount`, null where unknown, and what it rests on."""
    optional = {"coinsurance": allowed.coinsurance, "medicare": allowed.medicare}
    return {
        "amount": None if allowed.amount is None else str(allowed.amount),
        "standing": allowed.standing,
        "tables": [_table(each) for each in allowed.tables],
        "arithmetic": allowed.arithmetic,
        **({"missing": allowed.missing} if allowed.missing else {}),
        **{name: str(value) for name, value in optional.items() if value is not None},
    }


def total_as_json(total: Total) -> dict[str, Any]:
    """The known amounts together, and the number of lines without one."""
    return {"total": str(total.amount), "unknown_lines": total.unknown}


def _table(table: TableUsed) -> dict[str, str]:
    return {
        "name": table.name,
        "from": table.first.isoformat(),
        "until": table.last.isoformat(),
        "digest": table.digest,
        "origin": table.origin,
    }
