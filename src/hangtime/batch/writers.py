"""The published tables into one folder, chunk after chunk."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

import pyarrow.parquet as pq

from hangtime.batch.written import schema
from hangtime.errors import UserError
from hangtime.formats.outcomes import TABLES, _CsvWriter

COMPRESSION: dict[str, Any] = {"compression": "zstd", "compression_level": 1}


class Writers:
    """One writer for each published table; without a folder what is written is dropped."""

    def __init__(self, folder: Path | None, form: Literal["csv", "parquet"]) -> None:
        self.folder, self.form = folder, form
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        if self.folder is None:
            return self
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"{self.folder}: tables cannot be written there ({error.strerror})."
                " Name another folder."
            ) from None
        self._writers = {name: self._writer(name) for name in TABLES}
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._writers.values():
            each.close()

    def _writer(self, name: str) -> Any:
        assert self.folder is not None
        path = self.folder / f"{name}.{self.form}"
        if self.form == "csv":
            return _CsvWriter(path, TABLES[name])
        return pq.ParquetWriter(path, schema(name), store_schema=False, **COMPRESSION)

    def write(self, tables: dict[str, Any]) -> None:
        """Add one set of tables."""
        for name, table in tables.items():
            writer = self._writers.get(name)
            if writer is None or not len(table):
                continue
            if self.form == "csv":
                writer.write(table.to_pylist())
            else:
                writer.write_table(table)
