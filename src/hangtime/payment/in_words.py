"""Amounts as they are read on a terminal."""

from __future__ import annotations

from hangtime.model import Allowed, TableUsed, Total
from hangtime.payment.records import dollars

__all__ = ["amount_in_words", "table_in_words", "total_in_words"]


def amount_in_words(allowed: Allowed) -> str:
    """The amount and how it stands: "0.00, packaged", or "unknown; missing: opps 2026Q3"."""
    if allowed.amount is None:
        return f"unknown; missing: {allowed.missing}" if allowed.missing else "unknown"
    said = dollars(allowed.amount)
    if allowed.standing in ("packaged", "not_paid"):
        said = f"{said}, {allowed.standing.replace('_', ' ')}"
    if allowed.coinsurance is not None:
        said = f"{said}, of it {dollars(allowed.coinsurance)} by the patient"
    return said


def table_in_words(table: TableUsed) -> str:
    """Which table, the dates of service it covers, where it is from and what identifies it."""
    dates = f"{table.first} to {table.last}"
    return f"{table.name}, {dates}, {table.origin}, digest {table.digest[:12]}"


def total_in_words(total: Total) -> str:
    """The known amounts together, and how many lines have none: "337.46, and 1 line unknown".

    Nothing known is no amount: "unknown (2 lines)".
    """
    if not total.unknown:
        return dollars(total.amount)
    lines = f"{total.unknown} line{'s' * (total.unknown != 1)}"
    return f"{dollars(total.amount)}, and {lines} unknown" if total.amount else f"unknown ({lines})"
