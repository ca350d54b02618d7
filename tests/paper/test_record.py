"""The infusion record on paper: all that was charted, marked as it stands, and nothing run as markup."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chart.drawing import cases, play
from hangtime.chart import Entry, demo_site, fold
from hangtime.chart.bodies import Note, Observed
from hangtime.chart.bodies.delivery import Vitals
from hangtime.paper import NotPrinted, record_pdf
from paper.printed import bare, drawn_blocks, reader, tags, words

DRAWN = [(section, body) for kind, section, body in drawn_blocks() if kind == "paper"]
SPEC = Path(__file__).parents[1] / "chart" / "spec"
HOSTILE = (
    '#read("/etc/passwd") #panic() $x^2$ *b* _i_ @ref <lab> // c /* d */ `raw` = h \\ ~ -- ...'
)


SHOWN_OTHERWISE = {"kind", "administration_id", "still_infusing"}  # by words, by the drug


def printed(entries: list[Entry] | tuple[Entry, ...]) -> bytes:
    return record_pdf(fold(entries), demo_site())


@pytest.mark.parametrize(("section", "lines"), DRAWN, ids=[section for section, _ in DRAWN])
def test_each_section_says_what_is_drawn(record: bytes, section: str, lines: str) -> None:
    text = words(record)
    headings = re.findall("|".join(re.escape(bare(each)) for each, _ in DRAWN), text)
    _, _, below = text.partition(bare(section))
    for line in lines.splitlines():
        assert bare(line) in below
    assert headings.index(bare(section)) <= headings.index(bare(DRAWN[-1][0]))


def said(value: Any) -> list[str]:
    """Every free text in a body."""
    if isinstance(value, dict):
        return [
            each
            for name, part in value.items()
            if name not in SHOWN_OTHERWISE
            for each in said(part)
        ]
    if isinstance(value, list):
        return [each for part in value for each in said(part)]
    is_coded = not isinstance(value, str) or re.fullmatch(r"[a-z_]+|[\d.]+|\d{4}-\d\d.*", value)
    return [] if is_coded else [value]


@pytest.mark.parametrize("page", sorted(SPEC.glob("*.md")), ids=lambda page: page.stem)
def test_no_text_of_any_entry_is_left_out(page: Path) -> None:
    """The last case of each page of drawn visits."""
    entries = play([*cases(page)][-1]).entries
    text = words(printed(entries))

    for entry in entries:
        for each in said(msgspec.to_builtins(entry.body)):
            assert bare(each) in text


def test_a_struck_entry_is_drawn_with_a_line_through_it(record: bytes) -> None:
    lines = [
        str(e.get("/A")) for tag, e in tags(reader(record)) if "LineThrough" in str(e.get("/A"))
    ]

    assert len(lines) >= 4  # two entries, each in the corrections and in the history


def test_the_same_record_is_the_same_bytes(entries: tuple[Entry, ...], record: bytes) -> None:
    assert printed(tuple(reversed(entries))) == record
    assert b"2026" in reader(record).metadata["/CreationDate"].encode()  # the record's, not today's


def test_text_is_never_markup(entries: tuple[Entry, ...]) -> None:
    notes = [_note(entries[-1], HOSTILE, 1), _note(entries[-1], "two\nlines", 2)]
    opening = entries[0]
    patient = msgspec.structs.replace(opening.body.patient, name=HOSTILE)
    body = msgspec.structs.replace(opening.body, patient=patient)
    text = words(printed([msgspec.structs.replace(opening, body=body), *entries[1:], *notes]))

    assert text.count(bare(HOSTILE)) >= 4  # head, facts, and two entries
    assert "root:" not in text


@settings(max_examples=6)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=300))
def test_any_text_can_be_printed(text: str) -> None:
    first = play(next(cases(SPEC / "01_ten_steps.md"))).entries[0]
    pdf = printed([first, _note(first, text, 1)])

    assert reader(pdf).pages


def test_what_no_font_has_is_printed_as_its_number(entries: tuple[Entry, ...]) -> None:
    text = words(printed([*entries, _note(entries[-1], "private \U00100000 use", 1)]))

    assert "private[U+100000]use" in text


def test_a_long_record_numbers_its_pages_and_repeats_its_heads(entries: tuple[Entry, ...]) -> None:
    seen = [
        msgspec.structs.replace(
            entries[0],
            entry_id=f"seen-{number}",
            happened_at=entries[0].happened_at + timedelta(minutes=number),
            recorded_at=entries[-1].recorded_at,
            body=Observed(vitals=Vitals(systolic=100 + number % 40)),
        )
        for number in range(100)
    ]
    pages = reader(record_pdf(fold([*entries, *seen]), demo_site(), size="a4")).pages
    texts = [page.extract_text() for page in pages]
    continued = [text for text in texts if "Vital signs and site: vitals" in text]

    assert round(float(pages[0].mediabox.height)) == 842  # points, of A4
    assert all(f"Page {n} of {len(pages)}" in text for n, text in enumerate(texts, 1))
    assert all("Ada Simulated" in text and "SIMULATED" in text for text in texts)
    assert len(continued) > 3
    assert all("Standing" in text for text in continued)


def test_a_record_without_an_opening_says_so(entries: tuple[Entry, ...]) -> None:
    assert "Thevisitwasneveropened." in words(printed(entries[1:]))


def test_nothing_is_no_record() -> None:
    with pytest.raises(NotPrinted, match="no entry"):
        printed([])


def _note(after: Entry, text: str, minutes: int) -> Entry:
    return msgspec.structs.replace(
        after,
        entry_id=f"note-{minutes}",
        happened_at=after.happened_at + timedelta(minutes=minutes),
        recorded_at=after.recorded_at + timedelta(minutes=minutes),
        body=Note(text=text),
    )
