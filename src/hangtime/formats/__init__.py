"""Formats: everything outside becomes an `Encounter` here, and every `Outcome` leaves from here.

Reading is strict and loses nothing silently: what cannot be read is named by file, line and field,
and the rest is coded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hangtime.formats.reads import Place, Read

__all__ = ["Place", "Read", "read"]

_TABLES = (".csv", ".csv.gz", ".parquet", ".pq")


def read(path: Path | str) -> Iterator[Read]:
    """Read a file of encounters in contract form: JSON, JSON Lines, CSV or Parquet, by its name.

    Raises `errors.UnreadableInput` where the file is absent or is not what its name says.
    """
    path = Path(path)
    if path.name.lower().endswith(_TABLES):
        from hangtime.formats import tabular

        return tabular.read(path)
    from hangtime.formats import contract

    return contract.read(path)
