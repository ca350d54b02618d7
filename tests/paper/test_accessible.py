"""What is printed can be read aloud: PDF/UA-1, told by its structure and by an independent checker."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf.generic import NameObject

from paper.printed import children, faults, of_document, reader, tags


@pytest.fixture(params=["record", "summary"])
def pdf(request: pytest.FixtureRequest) -> bytes:
    return request.getfixturevalue(request.param)


def test_a_document_is_tagged_as_pdf_ua_asks(pdf: bytes) -> None:
    assert faults(reader(pdf)) == []


def test_the_title_comes_first_and_every_table_has_a_head(pdf: bytes) -> None:
    found = [tag for tag, _ in tags(reader(pdf))]
    heads = [element for tag, element in tags(reader(pdf)) if tag == "THead"]

    assert found[:2] == ["Document", "H1"]
    assert found.count("H1") == 1
    assert found.count("Table") == len(heads) > 5
    assert all(children(each) == ["TR"] for each in heads)


def test_the_timeline_is_told_in_words(record: bytes, summary: bytes) -> None:
    told = [str(e["/Alt"]) for tag, e in tags(reader(record)) if tag == "Figure"]
    coded = [str(e["/Alt"]) for tag, e in tags(reader(summary)) if tag == "Figure"]

    assert told == [
        (
            "The visit drawn over the clock from 08:40 to 11:35."
            " Diphenhydramine was given at once at 08:45."
            " Infliximab was started at 09:00 and stopped at 11:35, paused at 09:16 until 09:41."
            " The patient was observed 3 times, first at 08:40 and last at 10:00."
            " A reaction, infusion-related reaction, was noted at 09:16 and ended at 09:40."
        )
    ]
    assert len(coded) == 1
    assert "Gentamicin, iv infusion, access right hand, from 2025-03-13 03:00 to 04:05" in coded[0]


@pytest.mark.parametrize(
    ("lost", "fault"),
    [
        ("/Lang", "no language"),
        ("/MarkInfo", "not marked as tagged"),
        ("/StructTreeRoot", "no tags"),
        ("/ViewerPreferences", "the title is not displayed"),
        ("/Metadata", "the metadata do not name PDF/UA-1"),
    ],
)
def test_the_check_finds_what_is_taken_away(record: bytes, lost: str, fault: str) -> None:
    document = reader(record)
    del document.root_object[lost]

    assert next(of_document(document)) == fault


def test_the_check_finds_what_nobody_tagged(record: bytes) -> None:
    document = reader(record)
    content = document.pages[0].get_contents()
    content.set_data(content.get_data() + b" 0 0 9 9 re f")
    document.pages[0][NameObject("/Contents")] = content

    assert faults(document) == ["page 1: something is neither tagged nor an artifact"]


def test_an_independent_checker_passes_both(
    record: bytes, summary: bytes, tmp_path: Path, require: Callable[[str], None]
) -> None:
    """`outloud` checks PDF/UA-1 and what a reader would hear; any warning would fail."""
    require("outloud")
    for name, pdf in (("record", record), ("summary", summary)):
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    beside = Path(sys.executable).with_name("outloud")
    program = str(beside) if beside.exists() else shutil.which("outloud")
    assert program is not None
    done = subprocess.run(
        [program, "--fail-on", "warning", *map(str, sorted(tmp_path.glob("*.pdf")))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASS ") == 2
