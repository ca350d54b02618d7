"""From what was typed to entries and back, and what is said of a record at the chair."""

from __future__ import annotations

import contextlib
import csv
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime import chart
from hangtime.certify import Certifier
from hangtime.chart.bodies import InfusionStopped, Patient, VisitOpened
from hangtime.chart.bodies.words import SiteScale
from hangtime.visits.demo import _script
from hangtime.web.chairside.acts import acts_of
from hangtime.web.chairside.charting import happened_at
from hangtime.web.chairside.history import history
from hangtime.web.chairside.now import now_at, way_on
from hangtime.web.chairside.places import pointed_at
from hangtime.web.chairside.reading import Unreadable, bodies, typed_of
from hangtime.web.chairside.sheets import body_type, fields_of, kind_of, sheet_of_kind, sheets
from hangtime.web.chairside.supported import all_words, supported

SCRIPTS = ("infliximab", "iron_without_stop", "ceftriaxone", "magnesium_and_fluid")
CODER = Certifier()
CHICAGO = ZoneInfo("America/Chicago")
BEGAN = datetime(2026, 3, 2, 15, tzinfo=UTC)
# What would push somebody to run an infusion on, or to chart what was not.
NUDGES = (
    "longer",
    "at least",
    "or after",
    "minute",
    "continue",
    "keep ",
    "extend",
    "more time",
    "paid",
    "$",
)


def entries(name: str, until: int = 10_000, without: tuple[str, ...] = ()) -> list[chart.Entry]:
    opening = VisitOpened(
        site_id="demo", unit_id="north", chair="N1", patient=Patient(patient_id="P-1", name="A B"),
        setting="facility", payer="medicare", time_zone="America/Chicago",
    )  # fmt: skip
    said = [(0, opening), *((m, b) for m, b in _script(name) if m <= until)]
    return [
        chart.Entry(
            entry_id=f"e{n}", visit_id="v", happened_at=at, recorded_at=at, author="n",
            author_name="Nurse", body=body,
        )
        for n, (minute, body) in enumerate(said)
        if kind_of(body) not in without
        for at in [BEGAN + timedelta(minutes=minute)]
    ]  # fmt: skip


def test_every_kind_of_entry_but_the_correction_has_a_sheet() -> None:
    on_sheets = {kind for each in sheets().values() for kind in each.kinds}

    assert {each.__struct_config__.tag for each in chart.BODIES} - on_sheets == {"corrected"}


@pytest.mark.parametrize("kind", sorted({k for s in sheets().values() for k in s.kinds}))
def test_every_field_of_a_kind_is_asked_or_left_to_its_part(kind: str) -> None:
    """What no sheet asks could be lost when an entry is corrected."""
    asked = {each.path.partition(".")[0] for each in fields_of(kind)}

    left = set(body_type(kind).__struct_fields__) - asked

    assert left <= {"bag", "rxnorm", "ordered_at"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_entry_that_is_corrected_without_a_change_stays_what_it_was(name: str) -> None:
    for _, body in _script(name):
        assert bodies(sheet_of_kind(kind_of(body)), typed_of(body)) == (body,)


def test_a_part_of_which_nothing_was_said_is_not_there() -> None:
    typed = {
        "observed.vitals.pulse": ["72"],
        "observed.sites.0.access_id": ["access 1"],
        "observed.sites.0.scale": ["vip"],
        "observed.sites.0.score": [""],
    }

    (body,) = bodies(sheets()["observe"], typed)

    assert json.loads(chart.encode(body)) == {"kind": "observed", "vitals": {"pulse": 72}}


def test_a_second_kind_on_a_sheet_is_charted_only_if_something_was_said_of_it() -> None:
    known = {"patient_identified.identifiers": ["name", "birth_date"]}

    alone = bodies(sheets()["identify"], known)
    both = bodies(sheets()["identify"], {**known, "screening.weight_kg": ["78.5"]})

    assert [kind_of(each) for each in alone] == ["patient_identified"]
    assert [kind_of(each) for each in both] == ["patient_identified", "screening"]


@pytest.mark.parametrize(
    ("sheet", "field", "typed", "words"),
    [
        ("rate", "rate_changed.rate_ml_per_h", "fast-SECRET", "New rate"),
        ("rate", "rate_changed.rate_ml_per_h", "", "New rate: is needed"),
        ("observe", "observed.vitals.pulse", "7x-SECRET", "Pulse: is not a number"),
        ("reaction", "reaction_noted.reaction", "SECRET", "Type of reaction"),
        ("close", "visit_closed.destination", "SECRET", "Discharged to"),
        ("drug", "drug_prepared.expiry", "SECRET", "Expiry"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_field_and_never_repeated(
    sheet: str, field: str, typed: str, words: str
) -> None:
    given_ids = {each.name: ["x"] for each in sheets()[sheet].fields if each.how == "hidden"}
    with pytest.raises(Unreadable) as refused:
        bodies(sheets()[sheet], {**given_ids, "drug_prepared.drug": ["x"], field: [typed]})

    told = dict(refused.value.errors)
    assert words in told[field]
    assert "SECRET" not in str(refused.value.errors)


@given(
    sheet=st.sampled_from(sorted(set(sheets()) - {"opening"})),
    typed=st.dictionaries(
        st.integers(0, 30), st.lists(st.text(max_size=20), max_size=3), max_size=8
    ),
)
def test_whatever_is_typed_becomes_entries_or_errors(
    sheet: str, typed: dict[int, list[str]]
) -> None:
    fields = sheets()[sheet].fields
    said = {fields[n % len(fields)].name: texts for n, texts in typed.items() if fields}

    with contextlib.suppress(Unreadable):
        found = bodies(sheets()[sheet], said)
        assert found
        assert all(kind_of(each) in sheets()[sheet].kinds for each in found)


TIMES = """
when    | stamped                   | at               | fold | is
now     |                           |                  |      | 2026-11-01T18:00:00+00:00
now     | 2026-10-31T23:05:00-05:00 |                  |      | 2026-11-01T04:05:00+00:00
earlier | 2026-10-31T23:05:00-05:00 | 2026-10-31T22:00 |      | 2026-11-01T03:00:00+00:00
earlier |                           | 2026-11-01T01:30 |      | it came twice
earlier |                           | 2026-11-01T01:30 | 0    | 2026-11-01T06:30:00+00:00
earlier |                           | 2026-11-01T01:30 | 1    | 2026-11-01T07:30:00+00:00
earlier |                           | 2026-03-08T02:30 |      | it never was
earlier |                           |                  |      | choose the day
now     | 2026-10-31T23:05:00       |                  |      | needs its offset
now     | yesterday                 |                  |      | is not a time
"""


@pytest.mark.parametrize("row", TIMES.strip().splitlines()[1:])
def test_when_it_happened_is_typed_or_stamped_or_now_and_never_guessed(row: str) -> None:
    when, stamped, at, fold, wanted = (each.strip() for each in row.split("|"))
    typed = {"when": [when], "happened_at": [stamped], "at": [at], "fold": [fold]}
    now = datetime(2026, 11, 1, 18, tzinfo=UTC)

    try:
        told = happened_at(typed, CHICAGO, now).astimezone(UTC).isoformat()
    except Unreadable as wrong:
        told = wrong.errors[0][1]

    assert wanted in told


# --- what is on top ---------------------------------------------------------------------------------

TOP = """
script     | minute | step | title
infliximab | -1     | 1    | Verify the order
infliximab | 2      | 2    | Identify the patient and screen
infliximab | 5      | 3    | Choose and prepare the site
infliximab | 7      | 4    | Establish the access
infliximab | 9      | 5    | Prepare the drug and prime the line
infliximab | 11     | 5    | Prepare the drug and prime the line
infliximab | 14     | 6    | Connect and start
infliximab | 20     | 7    | infliximab-dyyb
infliximab | 52     | 7    | Reaction: infusion-related reaction, grade 1
infliximab | 80     | 7    | infliximab-dyyb
infliximab | 176    | 7    | Vital signs, site, symptoms
infliximab | 177    | 9    | Flush
infliximab | 208    | 10   | Remove or leave in, teach, watch on
infliximab | 211    | 10   | The patient can leave
infliximab | 300    | 10   | The visit is closed
"""


@pytest.mark.parametrize("row", TOP.strip().splitlines()[1:])
def test_what_to_do_now_stands_on_top(row: str) -> None:
    script, minute, step, title = (each.strip() for each in row.split("|"))
    visit = chart.fold(entries(script, int(minute)))
    site = chart.demo_site()
    standing = chart.status(visit, BEGAN + timedelta(minutes=max(int(minute), 0)), site)

    found = now_at(visit, standing, acts_of(visit, standing, site), CHICAGO)

    assert (found.number, found.title) == (int(step), title)


def test_an_infusion_that_should_have_ended_is_asked_about_before_anything_else_is() -> None:
    visit, site = chart.fold(entries("infliximab", 130)), chart.demo_site()
    standing = chart.status(visit, BEGAN + timedelta(minutes=400), site)

    found = now_at(visit, standing, acts_of(visit, standing, site), CHICAGO)

    assert found.title == "infliximab-dyyb: has it ended?"
    assert found.acts[0].startswith("stop-")


def test_a_high_alert_drug_waits_on_top_for_the_second_person() -> None:
    made = [
        {"kind": "order_verified", "order_id": "o1", "drug": "potassium chloride",
         "route": "iv_infusion"},
        {"kind": "patient_identified", "identifiers": ["name", "birth_date"]},
        {"kind": "site_prepared", "antiseptic": "alcohol"},
        {"kind": "access_established", "access_id": "access 1", "device": "peripheral"},
        {"kind": "drug_prepared", "administration_id": "o1.1", "order_id": "o1",
         "drug": "potassium chloride"},
        {"kind": "line_primed", "administration_id": "o1.1"},
    ]  # fmt: skip
    opening = entries("infliximab", -1)[0]
    said = [
        msgspec.structs.replace(opening, entry_id=f"x{n}", body=chart.decode(json.dumps(each)))
        for n, each in enumerate(made)
    ]
    visit, site = chart.fold([opening, *said]), chart.demo_site()
    standing = chart.status(visit, BEGAN, site)

    found = now_at(visit, standing, acts_of(visit, standing, site), CHICAGO)

    assert (found.number, found.acts[0]) == (5, "check-o1-1")


def test_the_watch_after_the_drug_is_told_with_its_end() -> None:
    stop = next(m for m, body in _script("infliximab") if kind_of(body) == "infusion_stopped")
    visit, site = chart.fold(entries("infliximab", stop + 1)), chart.demo_site()
    standing = chart.status(visit, BEGAN + timedelta(minutes=stop + 2), site)
    due = standing.next_due
    assert due is not None
    assert due.kind == "after"

    found = now_at(visit, standing, acts_of(visit, standing, site), CHICAGO)

    assert found.words.endswith(f"watch until {due.at.astimezone(CHICAGO):%H:%M}.")


def test_a_stop_without_its_volume_asks_for_it_and_the_flush_can_come_first() -> None:
    bare = [
        msgspec.structs.replace(
            each, body=msgspec.structs.replace(each.body, volume_infused_ml=None)
        )
        if isinstance(each.body, InfusionStopped)
        else each
        for each in entries("infliximab", 177)
    ]
    visit, site = chart.fold(bare), chart.demo_site()
    standing = chart.status(visit, BEGAN + timedelta(minutes=177), site)
    acts = acts_of(visit, standing, site)

    found = now_at(visit, standing, acts, CHICAGO)

    assert found.title == "infliximab-dyyb: how much went in?"
    assert [acts[each].sheet.sheet for each in found.acts] == ["flush"]
    assert found.fix == next(e.entry_id for e in bare if isinstance(e.body, InfusionStopped))


def test_a_stop_that_was_cut_short_leads_to_where_its_dose_is_added() -> None:
    found = [each for each in entries("infliximab") if kind_of(each.body) != "reaction_noted"]
    short = [
        msgspec.structs.replace(
            each, body=msgspec.structs.replace(each.body, volume_infused_ml=Decimal(12))
        )
        if isinstance(each.body, InfusionStopped)
        else each
        for each in found
    ]
    stop = next(e for e in short if isinstance(e.body, InfusionStopped))
    visit, site = chart.fold(short), chart.demo_site()
    standing = chart.status(visit, BEGAN + timedelta(minutes=400), site)
    assert any("the dose that went in" in each for each in standing.steps[7].missing)

    assert way_on(visit, standing, acts_of(visit, standing, site), 8) == ("", stop.entry_id)


# --- what the record shows ---------------------------------------------------------------------------


def words_of(name: str, until: int = 10_000, without: tuple[str, ...] = ()) -> Any:
    visit = chart.fold(entries(name, until, without))
    return supported(visit, CODER.code(chart.encounter(visit)), CHICAGO)


def test_the_record_is_told_in_times_and_drugs() -> None:
    found = words_of("infliximab")

    assert found.shown[0] == (
        "infliximab-dyyb: 09:15 to 11:56, 2 h 21 min without the pause; its stop is charted."
    )


def test_what_runs_is_told_by_the_clock_of_the_site() -> None:
    assert words_of("infliximab", 20).shown == ("infliximab-dyyb: running since 09:15.",)


def test_a_bag_of_which_no_vial_is_known_is_charted_beside_the_units_filled_in() -> None:
    """As where a pharmacy made it: the sheet comes with the order's unit in every unit."""
    typed = {"administration_id": "o1.1", "drug": "infliximab", "dose": "400", "lot": "L1"}
    typed |= {"dose_unit": "mg", "discarded_unit": "mg", "containers.0.size_unit": "mg"}

    (body,) = bodies(
        sheets()["drug"], {f"drug_prepared.{name}": [words] for name, words in typed.items()}
    )

    assert (body.lot, body.dose_unit, body.containers) == ("L1", "mg", ())


def test_what_is_paused_is_not_said_to_run() -> None:
    paused = next(m for m, body in _script("infliximab") if kind_of(body) == "infusion_paused")
    began, at = "09:15", f"{(BEGAN + timedelta(minutes=paused)).astimezone(CHICAGO):%H:%M}"

    assert words_of("infliximab", paused).shown[0] == (
        f"infliximab-dyyb: started at {began}, paused since {at}."
    )


def test_what_came_in_one_second_is_told_in_the_order_it_happened() -> None:
    """As when two devices send what waited: the later recorded need not be the later that happened."""
    came = BEGAN + timedelta(hours=9)
    first, *rest = entries("infliximab")
    last = msgspec.structs.replace(rest.pop(), recorded_at=came + timedelta(seconds=5))
    queued = [
        msgspec.structs.replace(each, recorded_at=came + timedelta(microseconds=len(rest) - n))
        for n, each in enumerate(rest)
    ]

    told = history(chart.fold([first, *queued, last]))

    assert told[0].entry_id == last.entry_id
    happened = [each.happened_at for each in told[1:]]
    assert happened == sorted(happened, reverse=True)


def test_an_access_is_told_by_its_place_and_a_date_as_it_is_read() -> None:
    told = {each.kind: each.words for each in reversed(history(chart.fold(entries("infliximab"))))}

    assert told["infusion_started"].startswith("Through left forearm, peripheral · ")
    assert "Expiry 31 Jan 2030" in told["drug_prepared"]


def standing_at(
    name: str, until: int, at: int, without: tuple[str, ...] = ()
) -> tuple[chart.Visit, chart.VisitStatus, chart.Site]:
    """A visit charted until a minute, as it stands at another."""
    visit, site = chart.fold(entries(name, until, without)), chart.demo_site()
    return visit, chart.status(visit, BEGAN + timedelta(minutes=at), site), site


def test_a_stop_of_two_taps_says_it_was_completed_only_past_the_end_that_was_reckoned() -> None:
    said = [
        acts_of(*standing_at("infliximab", 175, at))["stop-d1"].filled.get(
            "infusion_stopped.reason"
        )
        for at in (100, 240)
    ]

    assert said == [None, ["completed"]]


def test_who_is_still_watched_after_the_drug_can_be_let_go_from_the_card_on_top() -> None:
    without = ("post_observation", "visit_closed")
    visit, standing, site = standing_at("infliximab", 300, 190, without)
    acts = acts_of(visit, standing, site)

    found = now_at(visit, standing, acts, CHICAGO)

    assert [acts[each].sheet.sheet for each in found.acts] == ["after", "close"]


def test_a_preparation_that_was_left_out_can_be_charted_after_the_drug_was_given() -> None:
    found = acts_of(*standing_at("infliximab", 100, 100, ("drug_prepared",)))["drug-d1"]

    assert found.is_shown
    assert found.becomes is None


def test_an_infusion_that_runs_on_is_not_missing_its_stop_because_another_was_stopped() -> None:
    stop = {at: standing_at("magnesium_and_fluid", 100, at)[1].steps[7] for at in (100, 300)}

    assert (stop[100].state, stop[100].missing) == ("waiting", ())
    assert (stop[300].state, stop[300].missing) == ("partly", ("sodium chloride 0.9 %: stop",))


def test_what_is_missing_of_an_access_names_its_place() -> None:
    visit = chart.fold(entries("infliximab", 177))

    told = pointed_at(visit, ("a1: flush", "infliximab-dyyb: volume infused"))

    assert told == ("left forearm, peripheral: flush", "infliximab-dyyb: volume infused")


def test_what_one_more_fact_would_add_is_the_fact_and_not_what_would_be_enough() -> None:
    found = words_of("iron_without_stop")

    assert [(each.about, each.words) for each in found.lacks] == [
        ("iron sucrose", "Chart when it really stopped.")
    ]


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_is_said_of_more_time_while_something_runs(name: str) -> None:
    last = max(minute for minute, _ in _script(name))
    running = 0
    for until in range(0, last, 7):
        visit = chart.fold(entries(name, until))
        found = supported(visit, CODER.code(chart.encounter(visit)), CHICAGO)
        is_in = {each.access_id for each in visit.accesses if each.ended is None}
        drugs = {
            each.drug
            for each in visit.administrations
            if each.is_running and each.last_access_id in is_in
        }
        running += bool(drugs)

        assert not [each for each in found.lacks if each.about in drugs]
        for words in (each.words for each in found.lacks):
            assert words in all_words()
    assert running


def test_no_sentence_pushes_to_run_longer_and_none_names_an_amount() -> None:
    for words in all_words():
        assert not [each for each in NUDGES if each in words.lower()], words
        assert not any(letter.isdigit() for letter in words), words


def test_the_tables_name_what_there_is() -> None:
    text = files("hangtime.web.chairside").joinpath("data", "words.csv").read_text("utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    options = {value for s in sheets().values() for f in s.fields for value, _ in f.options}

    assert {row["value"] for row in rows} - options <= set(SiteScale.__args__)
