"""Files of a simulated year: Parquet, CSV and JSON Lines, each whole under its name or not there."""

# pyarrow has no type stubs; nothing untyped leaves the package.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false
# pyright: reportUnknownLambdaType=false
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from hangtime.errors import UserError
from hangtime.simulate.columns import NUMBER
from hangtime.simulate.year import ZONE

Form = Literal["parquet", "csv", "jsonl"]
_LOCAL = "%Y-%m-%dT%H:%M:%S%Ez"
_PART = ".part"
_CHART, _ROWS = "encounters", "administrations"


class Files:
    """The files of a folder, written a table at a time; they get their names when all are whole."""

    def __init__(self, folder: Path, forms: Iterable[Form]) -> None:
        self.folder = folder
        forms = tuple(forms)
        # The chart has all the forms; JSON Lines is a form of charts only, tables are tables.
        self._tables = tuple(form for form in forms if form != "jsonl") or ("csv",)
        self._forms = forms
        self._open: dict[tuple[str, str], _File] = {}

    def write(self, name: str, table: Any) -> None:
        """Add the rows of a table; its file is opened with the first of them."""
        for form in self._forms if name == _CHART else self._tables:
            file = self._open.get((name, form))
            if file is None:
                file = self._open[name, form] = _WRITERS[form](self._path(name, form), table.schema)
            file.write(table)

    def _path(self, name: str, form: str) -> Path:
        path = self.folder / f"{name}.{form}{_PART}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"{self.folder}: nothing can be written there ({error.strerror}). Name another."
            ) from None
        return path

    def finish(self) -> list[Path]:
        """Close all and give them their names."""
        finished: list[Path] = []
        for file in self._open.values():
            file.close()
        for file in self._open.values():
            finished.append(file.path.with_suffix(""))
            file.path.replace(finished[-1])
        return finished

    def abandon(self) -> None:
        """Close all and leave none."""
        for file in self._open.values():
            file.close()
            file.path.unlink(missing_ok=True)


class _File(ABC):
    """One file being written."""

    def __init__(self, path: Path, schema: Any) -> None:
        self.path = path
        self.schema = schema

    @abstractmethod
    def write(self, table: Any) -> None:
        """Add the rows of a table."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


class _Parquet(_File):
    def __init__(self, path: Path, schema: Any) -> None:
        super().__init__(path, schema)
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, table: Any) -> None:
        self._writer.write_table(table.cast(self.schema))

    def close(self) -> None:
        self._writer.close()


class _Csv(_File):
    """Lists are JSON in a cell of a chart, and words with spaces between them in other tables."""

    def __init__(self, path: Path, schema: Any) -> None:
        super().__init__(path, schema)
        self._as_json = path.name.startswith(_CHART)
        names = [pa.field(name, pa.string()) for name in schema.names]
        self._writer = pa_csv.CSVWriter(path, pa.schema(names))

    def write(self, table: Any) -> None:
        cells = [_cells(column.combine_chunks(), as_json=self._as_json) for column in table.columns]
        self._writer.write_table(pa.table(dict(zip(table.column_names, cells, strict=True))))

    def close(self) -> None:
        self._writer.close()


class _JsonLines(_File):
    def __init__(self, path: Path, schema: Any) -> None:
        super().__init__(path, schema)
        first = schema.names.index("administration_id")
        self._shared, self._own = schema.names[:first], schema.names[first:]
        self._stream = path.open("wb")

    def write(self, table: Any) -> None:
        local = pa.table({
            name: _local(column.combine_chunks()) for name, column in zip(
                table.column_names, table.columns, strict=True)
        })  # fmt: skip
        for _, rows in groupby(local.to_pylist(), key=lambda row: row["encounter_id"]):
            self._stream.write(_ENCODER.encode(self._encounter(list(rows))) + b"\n")

    def _encounter(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        shared = _said({name: rows[0][name] for name in self._shared})
        own = [_said({name: row[name] for name in self._own}) for row in rows]
        return shared | {_ROWS: own}

    def close(self) -> None:
        self._stream.close()


_WRITERS: dict[str, Callable[[Path, Any], _File]] = {
    "parquet": _Parquet, "csv": _Csv, "jsonl": _JsonLines,
}  # fmt: skip


def _local(column: Any) -> Any:
    """Moments as the hospital's clocks showed them, with their offset."""
    if not pa.types.is_timestamp(column.type):
        return column
    seconds = column.cast(pa.timestamp("s", "UTC")).cast(pa.timestamp("s", ZONE))
    return pc.strftime(seconds, format=_LOCAL)


def _cells(column: Any, *, as_json: bool) -> Any:
    """A column as the texts of its cells; nothing is an empty cell."""
    kind = column.type
    if pa.types.is_list(kind):
        return _list_cells(column, as_json=as_json)
    if pa.types.is_timestamp(kind):
        return _local(column)
    if kind == NUMBER:
        return pa.array([None if each is None else _plain(each) for each in column.to_pylist()])
    return column.cast(pa.string())


def _list_cells(column: Any, *, as_json: bool) -> Any:
    if not as_json:
        return pa.array([None if each is None else " ".join(each) for each in column.to_pylist()])
    return pa.array(
        [_json_cell(each) if each else None for each in column.to_pylist()], pa.string()
    )


def _json_cell(entries: list[Any]) -> str:
    said = [_said(each) if isinstance(each, dict) else each for each in entries]
    return _ENCODER.encode(said).decode()


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something; what is within them likewise."""
    return {
        name: [_said(each) if isinstance(each, dict) else each for each in value]
        if isinstance(value, list)
        else value
        for name, value in fields.items()
        if value is not None and value != []
    }


def _plain(number: Any) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_ENCODER = msgspec.json.Encoder(decimal_format="number")
