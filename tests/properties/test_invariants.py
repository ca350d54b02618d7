"""What does not change an outcome, what may only change it one way, and what every outcome keeps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated import PAYERS, PLANS, encounters
from hangtime import whatif
from hangtime.drug_lines import AMOUNTS
from hangtime.engine import Coder
from hangtime.formats.outcomes import outcome_as_json
from hangtime.model import Administration, Encounter, Outcome
from properties.charts import (
    NOON,
    SHIPPED,
    charted_end,
    days,
    moved,
    renamed,
    split,
    with_rows,
)
from properties.promises import SAID, broken, claim, reasons
from strategies import encounters as any_encounters

CODER = Coder(policies=(PLANS,))
every_payer = st.sampled_from([payer for payer in PAYERS if payer])
seeds = st.integers(0, 2**32 - 1)
MARK = "Zebedee Quillfeather 4711"  # nobody's name; a value that would be a patient's


def whole(outcome: Outcome) -> tuple[Counter[object], ...]:
    """Lines, things left off and findings, without the order they are listed in."""
    return (
        Counter(claim(outcome.lines)),
        Counter(
            (each.reason.rule, frozenset(each.administrations)) for each in outcome.not_reported
        ),
        Counter((each.reason.rule, frozenset(each.administrations)) for each in outcome.findings),
    )


def supported(encounter: Encounter) -> Counter[tuple[object, ...]]:
    return claim(CODER.code(encounter).lines)


# -- What is tried -------------------------------------------------------------------------------


def test_no_reason_of_a_visit_that_is_not_tried_would_have_added_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Trying every administration as the reason finds the same as trying those that may decide."""
    answers: Counter[bool] = Counter()
    may_become_initial = whatif.may_become_initial

    def counted(*asked: Any) -> bool:
        answers[may := may_become_initial(*asked)] += 1
        return may

    visits = [_without_reason(each) for each in encounters(2_000, 7)]
    monkeypatch.setattr(whatif, "may_become_initial", counted)
    some = [outcome_as_json(CODER.code(each)) for each in visits]
    monkeypatch.setattr(whatif, "may_become_initial", lambda *_: True)

    assert some == [outcome_as_json(CODER.code(each)) for each in visits]
    assert min(answers[True], answers[False]) > 100
    assert any(gain["field"] == "primary_reason" for each in some for gain in each["possible"])


def _without_reason(each: Encounter) -> Encounter:
    rows = (replace(row, primary_reason=None) for row in each.administrations)
    return replace(each, setting="professional", place_of_service="11", administrations=tuple(rows))


# -- What every outcome keeps ---------------------------------------------------------------------


@given(days(payer=every_payer))
def test_every_promise_is_kept_for_a_day_under_any_payer(day: Encounter) -> None:
    assert broken(day, CODER.code(day)) == []


@given(any_encounters(most=4))
def test_every_promise_is_kept_for_any_chart_a_reader_accepts(encounter: Encounter) -> None:
    assert broken(encounter, CODER.code(encounter)) == []


@pytest.mark.parametrize(
    ("count", "seed"), [(2_000, 1), pytest.param(100_000, 2, marks=pytest.mark.slow)]
)
def test_every_promise_is_kept_for_charts_as_hospitals_have_them(count: int, seed: int) -> None:
    failures = [
        (encounter.encounter_id, words)
        for encounter in encounters(count, seed)
        for words in broken(encounter, CODER.code(encounter))
    ]
    assert failures == []


@given(seeds)
def test_running_twice_gives_the_same_whatever_was_coded_between(seed: int) -> None:
    first, *others = encounters(6, seed)
    fresh = Coder(policies=(PLANS,)).code(first)
    used = Coder(policies=(PLANS,))
    for each in others:
        used.code(each)

    assert used.code(first) == fresh == used.code(first)
    assert outcome_as_json(fresh) == outcome_as_json(used.code(first))


@given(
    st.datetimes(datetime(2025, 6, 11), datetime(2025, 6, 12)), st.sampled_from((-10, -6, 0, 5, 13))
)
def test_a_moment_written_with_another_offset_before_it_does_not_matter(
    moment: datetime, hours: int
) -> None:
    """Each line is dated by the offset its own chart gives, whatever was coded before."""
    zone = timezone(timedelta(hours=hours))
    (here,), (there,) = (
        CODER.code(_injected_at(moment.replace(tzinfo=UTC).astimezone(place))).lines
        for place in (UTC, zone)
    )
    assert here.date_of_service == moment.date()
    assert there.date_of_service == moment.replace(tzinfo=UTC).astimezone(zone).date()


def _injected_at(at: datetime) -> Encounter:
    row = Administration(administration_id="a1", drug="ketorolac", route="im", start=at)
    return Encounter(encounter_id="e", setting="facility", payer="medicare", administrations=(row,))


@given(days())
def test_no_value_of_a_patient_gets_into_a_reason(day: Encounter) -> None:
    rows = tuple(
        replace(
            each, drug=f"{MARK} {each.drug}", indication=MARK, performer=MARK, bag=MARK,
            order_id=MARK, pump_channel=MARK, dose=Decimal("4711.4711"),
        )
        for each in day.administrations
    )  # fmt: skip
    outcome = CODER.code(replace(day, administrations=rows, patient_id=MARK, diagnoses=(MARK,)))

    facts = [item for reason in reasons(outcome) for item in reason.facts.items()]
    assert all(isinstance(value, int) or name in SAID for name, value in facts)
    assert all("4711.4711" not in str(value) for name, value in facts if name not in AMOUNTS)
    assert "Zebedee" not in str([(reason.rule, reason.facts) for reason in reasons(outcome)])


# -- What does not matter --------------------------------------------------------------------------


@given(days(payer=every_payer), st.randoms(use_true_random=False))
def test_the_order_of_rows_with_clock_times_does_not_matter(day: Encounter, random: Random) -> None:
    """No two rows begin in one minute: the charted order settles ties, and there are none."""
    rows = list(day.administrations)
    random.shuffle(rows)

    assert whole(CODER.code(with_rows(day, rows))) == whole(CODER.code(day))


@given(days(payer=every_payer), st.integers(-150, 150))
def test_some_days_earlier_or_later_does_not_matter(day: Encounter, count: int) -> None:
    """Within the edition and away from tables of edits, which hold for a quarter."""
    later = CODER.code(moved(day, timedelta(days=count)))
    as_before = [
        replace(line, date_of_service=line.date_of_service - timedelta(days=count))
        for line in later.lines
        if line.date_of_service
    ]

    assert claim(as_before) == supported(day)


@given(days(payer=every_payer), st.integers(-300, 300))
def test_some_minutes_earlier_or_later_on_the_day_does_not_matter(
    day: Encounter, minutes: int
) -> None:
    later = moved(day, timedelta(minutes=minutes))
    ends = {charted_end(each).date() for each in (day, later)}
    if ends == {NOON.date()}:
        assert whole(CODER.code(later)) == whole(CODER.code(day))


@given(days(payer=every_payer), st.data())
def test_a_run_charted_as_two_touching_parts_of_its_order_is_one_run(
    day: Encounter, data: st.DataObject
) -> None:
    """Of a row with start and stop, cut outside its pauses; an order written in between is not meant."""
    whole_rows = [
        index
        for index, row in enumerate(day.administrations)
        if row.start and row.stop and row.stop - row.start >= timedelta(minutes=2)
    ]
    if not whole_rows:
        return
    index = data.draw(st.sampled_from(whole_rows))
    row = day.administrations[index]
    row = replace(row, order_id=row.order_id or "an order of its own")
    length = int((row.stop - row.start).total_seconds())
    at = row.start + timedelta(seconds=data.draw(st.integers(1, length - 1)))
    if any(each.start <= at <= (each.stop or at) for each in row.interruptions):
        return
    before, after = day.administrations[:index], day.administrations[index + 1 :]

    assert supported(with_rows(day, [*before, *split(row, at), *after])) == supported(
        with_rows(day, [*before, row, *after])
    )


@given(days(payer=every_payer), st.sampled_from(("America/Chicago", "Asia/Kolkata")))
def test_a_chart_in_a_zone_and_the_same_with_offsets_say_the_same(
    day: Encounter, zone: str
) -> None:
    in_zone = replace(day, time_zone=zone)
    with_offsets = moved(day, timedelta(0), ZoneInfo(zone))

    assert supported(in_zone) == supported(day)
    assert supported(with_offsets) == supported(day)
    assert supported(replace(with_offsets, time_zone=zone)) == supported(day)


@given(days(payer=every_payer))
def test_names_of_accesses_bags_orders_and_rows_do_not_matter(day: Encounter) -> None:
    assert supported(renamed(day)) == supported(day)


@given(days(payer=every_payer), st.data())
def test_the_same_row_twice_counts_once(day: Encounter, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(day.administrations))

    assert supported(with_rows(day, [*day.administrations, row])) == supported(day)


INERT = {
    "a tablet": {"route": "oral", "drug": "acetaminophen"},
    "a flush": {"route": "iv_push", "drug": "saline flush"},
    "contrast": {"route": "iv_push", "drug": "iohexol"},
    "a carrier": {"drug": "normal saline", "purpose": "carrier", "stop": NOON + timedelta(hours=9)},
    "a vein kept open": {"drug": "D5W", "purpose": "keep_open", "stop": NOON + timedelta(hours=9)},
    "a row set aside": {"drug": "cefepime", "stop": NOON - timedelta(minutes=5)},
}


@given(days(payer=every_payer), st.sampled_from(sorted(INERT)))
def test_what_only_serves_or_is_set_aside_changes_no_line(day: Encounter, what: str) -> None:
    facts = {"administration_id": "x", "route": "iv_infusion", "start": NOON} | INERT[what]
    row = Administration(**facts)

    assert supported(with_rows(day, [*day.administrations, row])) == supported(day)


# -- What may only change one way ------------------------------------------------------------------


@given(
    st.sampled_from(
        [
            ("vancomycin", "iv_infusion"), ("oxaliplatin", "iv_infusion"),
            ("normal saline", "iv_infusion"), ("immune globulin", "sc_infusion"),
            ("floxuridine", "ia_infusion"),
        ]
    ),
    st.sampled_from(("facility", "professional")),
    st.sampled_from(SHIPPED),
    st.integers(1, 1499),
    st.integers(1, 600),
)  # fmt: skip
def test_a_longer_infusion_never_loses_units(
    given_: tuple[str, str], setting: str, payer: str, minutes: int, more: int
) -> None:
    """Units of all lines of an encounter with this one run, not on a pump (whose one code replaces
    the hours), never fall as its stop moves on: a push or an injection counts as one.
    """
    units = [
        sum(line.units for line in _alone(*given_, setting, payer, length).lines)
        for length in (minutes, minutes + more)
    ]
    assert units[0] <= units[1]


def _alone(drug: str, route: str, setting: str, payer: str, minutes: int) -> Outcome:
    start = datetime(2025, 6, 11, 7, 0)
    row = Administration(
        administration_id="a1", drug=drug, route=route, start=start,
        stop=start + timedelta(minutes=minutes),
    )  # fmt: skip
    return CODER.code(
        Encounter(encounter_id="e", setting=setting, payer=payer, administrations=(row,))
    )


def test_the_clock_comes_before_a_charted_date_of_service_for_the_edition() -> None:
    """The date of service is for rows without a clock; it chooses no edition beside one."""
    given = Administration(
        administration_id="a",
        drug="ceftriaxone",
        route="iv_infusion",
        start=datetime(2024, 8, 12, 10),
        stop=datetime(2024, 8, 12, 11),
    )
    chart = Encounter(
        encounter_id="e",
        setting="facility",
        administrations=(given,),
        date_of_service=date(2008, 1, 1),
    )

    assert [line.code for line in Coder().code(chart).lines] == ["96365"]
