"""What holds of any entries at all, in any order, however odd."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chart.strategies_of_entries import BODY, MOMENTS, entries, records
from hangtime import code_encounter
from hangtime.chart import (
    Entry,
    NotOpened,
    decode,
    demo_site,
    encode,
    encounter,
    fold,
    pack,
    refusals,
    status,
    unpack,
)
from hangtime.chart.bodies import Corrected, Note

LATER = datetime.fromisoformat("2026-03-09T12:00+00:00")


@given(records(), st.randoms(use_true_random=False))
def test_the_same_entries_are_the_same_visit_in_whatever_order_they_arrive(
    record: list[Entry], shuffler: random.Random
) -> None:
    visit = fold(record)
    shuffled = list(record)
    shuffler.shuffle(shuffled)

    assert fold(shuffled) == visit


def test_one_id_used_by_two_people_is_told_whichever_came_first() -> None:
    entry = Entry(
        entry_id="e", visit_id="V-1", happened_at=LATER, recorded_at=LATER, author="n1",
        author_name="A. Nurse", body=Note(text="seen"),
    )  # fmt: skip
    other = msgspec.structs.replace(entry, author="n2")

    visit = fold([entry, other])

    assert visit == fold([other, entry])
    assert "same_id" in {each.kind for each in visit.conflicts}


@given(records())
def test_every_entry_stands_in_the_history_once(record: list[Entry]) -> None:
    visit = fold(record)

    assert sorted(pack(each.entry) for each in visit.history) == sorted(map(pack, record))
    said = [e.entry.entry_id for e in visit.history if e.standing in {"stands", "replaced"}]
    assert sorted(said) == sorted(fact.entry_id for fact in visit.facts)


@given(records(), MOMENTS)
def test_whatever_is_charted_has_a_status_and_an_encounter_that_can_be_coded(
    record: list[Entry], now: datetime
) -> None:
    visit = fold(record)

    told = status(visit, now, demo_site())
    assert [each.number for each in told.steps] == list(range(1, 11))
    assert msgspec.json.decode(msgspec.json.encode(told))["visit_id"] == visit.visit_id
    try:
        made = encounter(visit)
    except NotOpened:
        assert visit.opening is None
    else:
        assert len(made.administrations) == len({a.administration_id for a in made.administrations})
        code_encounter(made)


@given(BODY)
def test_what_is_written_is_read_back_and_has_one_spelling(body) -> None:
    written = encode(body)

    assert decode(written) == body
    assert encode(decode(written)) == written


@given(entries())
def test_an_entry_is_put_together_again_from_its_bytes_and_the_ledgers_columns(
    entry: Entry,
) -> None:
    columns = {
        "entry_id": entry.entry_id,
        "visit_id": entry.visit_id,
        "recorded_at": entry.recorded_at,
        "author": entry.author,
    }

    assert unpack(pack(entry), **columns) == entry


def correction(of: str, entry_id: str, minute: int) -> Entry:
    at = LATER + timedelta(minutes=minute)
    return Entry(
        entry_id=entry_id,
        visit_id="V-1",
        happened_at=at,
        recorded_at=at,
        author="n1",
        author_name="A. Nurse",
        body=Corrected(corrects=of, reason="wrong"),
    )


@given(records(), st.data())
def test_a_correction_takes_nothing_away_and_undoing_it_brings_everything_back(
    record: list[Entry], data: st.DataObject
) -> None:
    record = [msgspec.structs.replace(each, visit_id="V-1") for each in record]
    ids = sorted({each.entry_id for each in record}) or ["e0"]
    struck = correction(data.draw(st.sampled_from(ids)), "x1", 0)
    undone = correction("x1", "x2", 1)

    corrected = fold([*record, struck])
    restored = fold([*record, struck, undone])

    kept = {pack(each.entry) for each in corrected.history}
    assert {pack(each) for each in record} <= kept
    assert restored.facts == fold(record).facts


@given(records(), BODY, MOMENTS, MOMENTS)
def test_whatever_is_to_be_charted_is_accepted_or_refused_by_a_field(
    record: list[Entry], body, happened_at: datetime, now: datetime
) -> None:
    for refusal in refusals(fold(record), body, happened_at, now):
        assert refusal.field
        assert refusal.message
