"""What is written is read back equal, in every form, with no row lost and none invented."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from hangtime.formats import contract, read, tabular
from strategies import encounter_lists


def _through_json(encounters, folder: Path):
    stream = io.StringIO()
    contract.write_encounters(encounters, stream)
    path = folder / "encounters.jsonl"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="\n")
    return path


def _through_table(suffix: str):
    def write(encounters, folder: Path):
        path = folder / f"encounters{suffix}"
        tabular.write_encounters(encounters, path)
        return path

    return write


FORMS = {
    "jsonl": _through_json,
    "csv": _through_table(".csv"),
    "csv.gz": _through_table(".csv.gz"),
    "parquet": _through_table(".parquet"),
}


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30, deadline=None)
@given(encounters=encounter_lists())
def test_encounters_come_back_as_they_were_written(form, encounters):
    if not encounters and form == "jsonl":
        return  # an empty file holds nothing to read, and says so
    with tempfile.TemporaryDirectory() as folder:
        reads = list(read(FORMS[form](encounters, Path(folder))))
    assert [each.encounter for each in reads] == encounters
    assert all(each.set_aside == 0 for each in reads)
    losses = [f.reason for each in reads for f in each.findings if f.severity != "info"]
    assert losses == []


def test_digits_are_kept_as_charted_not_as_the_nearest_binary_number():
    row = '{"administration_id":"a","drug":"x","route":"im","dose":0.100000000000000006}'
    line = f'{{"encounter_id":"e","setting":"facility","administrations":[{row}]}}'
    (one,) = contract.read_bytes(line.encode(), "one.json")
    stream = io.StringIO()
    contract.write_encounters([one.encounter], stream)
    assert stream.getvalue().strip() == line


def test_one_object_an_array_and_lines_say_the_same():
    first = '{"encounter_id":"e1","setting":"facility"}'
    second = '{"encounter_id":"e2","setting":"professional"}'
    lines = f"{first}\n\n{second}\n"
    array = f" [ {first} ,\n {second} ]\n"
    pretty = first.replace(",", ",\n  ")
    read_all = [
        [each.encounter for each in contract.read_bytes(text.encode(), "x.json")]
        for text in (lines, array, lines.replace("\n", "\r\n"), "\ufeff" + lines)
    ]
    assert read_all[0] == read_all[1] == read_all[2] == read_all[3]
    (one,) = contract.read_bytes(pretty.encode(), "x.json")
    assert one.encounter == read_all[0][0]
