"""A table of results as CSV is the text that Python's csv module makes of its rows."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

import pyarrow as pa

from hangtime.batch import csv_text
from hangtime.batch.csv_text import header
from hangtime.formats._cells import to_cell

KINDS = {
    "id": "text",
    "word": "text",
    "given": "texts",
    "rules": "texts",
    "units": "units",
    "day": "date",
    "quantity": "number",
}
WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("word", WORD),
        ("given", pa.list_(pa.string())),
        ("rules", pa.list_(WORD)),
        ("units", pa.int64()),
        ("day", pa.date32()),
        ("quantity", pa.decimal128(38, 18)),
    ]
)
texts = st.text(st.sampled_from('ab ,"\\\r\n\t\x7fé€𝄞[]'), max_size=6) | st.text(max_size=4)
rows = st.fixed_dictionaries(
    {
        "id": st.none() | texts,
        "word": st.none() | texts,
        "given": st.none() | st.lists(texts, max_size=3),
        "rules": st.lists(texts, max_size=3),
        "units": st.none() | st.integers(-(2**63), 2**63 - 1),
        "day": st.none() | st.dates(),
        "quantity": st.none()
        | st.decimals(-(10**19), 10**19, places=18).map(
            lambda n: Decimal(f"{n:f}".rstrip("0").rstrip("."))
        ),
    }
)


def table(found: list[dict[str, Any]]) -> pa.Table:
    """Rows as the compiled rules hold them."""
    plain = [field.with_type(_plain(field.type)) for field in SCHEMA]
    made = pa.Table.from_pylist(found, pa.schema(plain))
    columns = [_typed(made.column(field.name).combine_chunks(), field.type) for field in SCHEMA]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _plain(kind: pa.DataType) -> pa.DataType:
    return (
        pa.string() if kind == WORD else pa.list_(pa.string()) if kind == pa.list_(WORD) else kind
    )


def _typed(array: Any, kind: pa.DataType) -> Any:
    if kind == pa.list_(WORD):
        return pa.ListArray.from_arrays(array.offsets, array.values.dictionary_encode())
    return array.dictionary_encode() if kind == WORD else array


def by_rows(found: list[dict[str, Any]]) -> bytes:
    """The same, row by row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(KINDS)
    for row in found:
        writer.writerow([to_cell(kind, row[name]) for name, kind in KINDS.items()])
    return text.getvalue().encode()


@given(st.lists(rows, max_size=8), st.integers(0, 3))
def test_it_is_the_text_of_the_rows_one_by_one(found: list[dict[str, Any]], first: int) -> None:
    whole = table(found).slice(first)
    assert header(KINDS) + b"".join(csv_text.csv_text(whole, KINDS)) == by_rows(found[first:])


def test_many_rows_are_made_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"id": "a,b", "word": "x", "given": ["1", '"2"'], "rules": [], "units": 3}
    found = [row | {"day": date(2025, 3, n + 1), "quantity": Decimal(n)} for n in range(10)]
    monkeypatch.setattr(csv_text, "_ROWS", 4)
    parts = [bytes(each) for each in csv_text.csv_text(table(found), KINDS)]
    assert len(parts) == 3
    assert header(KINDS) + b"".join(parts) == by_rows(found)
