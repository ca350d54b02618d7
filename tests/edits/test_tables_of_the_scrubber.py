"""The scrubber's own tables say where they come from and rebuild from the published files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hangtime.codesets.facts import rows_digest
from hangtime.edits import importing
from hangtime.edits.form import is_npi
from hangtime.edits.reference import FOLDER, rows

BUILT = ("addons.csv", "drug_pairs.csv", "modifiers.csv")


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_every_table_opens_with_where_it_comes_from(path: Path) -> None:
    head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]

    assert any(line.startswith("# source: ") for line in head)


@pytest.mark.parametrize("name", BUILT)
def test_built_tables_state_the_digest_of_their_rows(name: str) -> None:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    own = [line for line in lines if not line.startswith("#")][1:]

    assert f"# rows: {len(own)}, sha256 {rows_digest(own)}" in lines


def test_built_tables_rebuild_byte_for_byte(shared: Path, tmp_path: Path, require: Any) -> None:
    require("openpyxl")
    require("pyarrow")
    importing.build(shared, tmp_path)

    for name in BUILT:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_no_table_holds_a_descriptor() -> None:
    """Codes, numbers, dates and words of our own: no cell is longer than a table's name."""
    assert (
        max(len(cell) for name in (*BUILT, "ages.csv") for row in rows(name) for cell in row) < 25
    )


def test_the_check_digit_of_an_npi_is_the_published_one() -> None:
    """1234567893 is the example of the standard; one digit changed or two exchanged is wrong."""
    good = "1234567893"
    assert is_npi(good)
    for at in range(10):
        for digit in "0123456789":
            changed = good[:at] + digit + good[at + 1 :]
            assert is_npi(changed) == (changed == good)
    assert not is_npi("2134567893")
    assert not is_npi("123456789")
    assert not is_npi("１２３４５６７８９３")
