"""An entry's bytes, a site's file, and the chart's own tables."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from hangtime.chart import (
    BODIES,
    Entry,
    Site,
    UnreadableEntry,
    UnusableSite,
    decode,
    demo_site,
    encode,
    encounter,
    fold,
    load_site,
    pack,
    status,
    templates,
    unpack,
)
from hangtime.chart.bodies import Note, kind_of, words
from hangtime.chart.refusing import limits
from hangtime.chart.tables import reaction_kinds, signs
from hangtime.chart.templates import schedules

STARTED = b'{"kind":"infusion_started","administration_id":"a1"'

FAULTS = [
    (b"", "", "not JSON"),
    (b"\xff", "", "not JSON"),
    (b"{}", "kind", "is needed"),
    (b'{"kind":"Smith"}', "kind", "not one of the values allowed"),
    (b'{"kind":"infusion_started"}', "administration_id", "is needed"),
    (STARTED + b',"dosage":1}', "dosage", "no such field"),
    (STARTED + b',"route":"Smith"}', "route", "not one of the values allowed"),
    (STARTED + b',"volume_ml":"Smith"}', "volume_ml", "not one of the values allowed"),
    (STARTED + b',"volume_ml":"NaN"}', "volume_ml", "not a number that can be measured"),
    (STARTED + b',"volume_ml":-1}', "volume_ml", "below zero"),
    (STARTED + b',"access_id":7}', "access_id", "should be str | null, not int"),
    (b'{"kind":"note","text":""}', "text", "should be str of length >= 1"),
    (b'{"kind":"step_skipped","step":"flush","reason":"  "}', "reason", "should not be blank"),
    (b'{"kind":"observed","signs":["Smith"]}', "signs[0]", "not one of the values allowed"),
    (
        b'{"kind":"observed","vitals":{"temperature_c":"Infinity"}}',
        "vitals.temperature_c",
        "not a number that can be measured",
    ),
    (
        b'{"kind":"corrected","corrects":"e1","reason":"typo","happened_at":"2026-03-02T09:00"}',
        "happened_at",
        "not one of the values allowed",
    ),
    (
        b'{"kind":"corrected","corrects":"e1","reason":"t","replacement":{"kind":"note","txt":"Smith"}}',
        "replacement.txt",
        "no such field",
    ),
]


@pytest.mark.parametrize(("data", "field", "message"), FAULTS, ids=range(len(FAULTS)))
def test_what_is_no_entry_is_refused_by_its_field_and_never_by_its_value(
    data: bytes, field: str, message: str
) -> None:
    with pytest.raises(UnreadableEntry) as refused:
        decode(data)

    assert (refused.value.field, refused.value.message) == (field, message)
    assert "Smith" not in str(refused.value)


def test_bytes_are_sorted_and_hold_nothing_that_was_not_said() -> None:
    body = decode(STARTED + b',"volume_ml":250.50,"pump":null,"rate_ml_per_h":"125"}')

    assert encode(body) == (
        b'{"administration_id":"a1","kind":"infusion_started","rate_ml_per_h":"125","volume_ml":"250.50"}'
    )


def test_every_kind_has_a_word_of_its_own_and_says_what_it_is() -> None:
    kinds = [str(each.__struct_config__.tag) for each in BODIES]

    assert len(set(kinds)) == len(kinds)
    assert kind_of(Note(text="x")) == "note"
    assert [each.__name__ for each in BODIES if not (each.__doc__ or "").strip()] == []


def entry(entry_id: str, at: str, body: bytes) -> Entry:
    place = ZoneInfo("America/Chicago")
    happened = datetime.fromisoformat(at).astimezone(place)
    return Entry(
        entry_id=entry_id,
        visit_id="V-1",
        happened_at=happened,
        recorded_at=happened,
        author="n1",
        author_name="A. Nurse",
        body=decode(body),
    )


def test_minutes_are_counted_across_the_night_the_clocks_go_back() -> None:
    """Two times of one zone, subtracted as they stand, would lose the hour."""
    opened = (
        b'{"kind":"visit_opened","site_id":"demo","unit_id":"north","setting":"facility",'
        b'"time_zone":"America/Chicago","patient":{"patient_id":"P-1","name":"Simulated"}}'
    )
    visit = fold(
        [
            entry("e1", "2026-10-31T23:00-05:00", opened),
            entry("e2", "2026-10-31T23:05-05:00", STARTED + b',"drug":"vancomycin"}'),
        ]
    )

    told = status(visit, datetime.fromisoformat("2026-11-01T02:20-06:00"), demo_site())

    assert told.running[0].elapsed_minutes == 4 * 60 + 15
    start = encounter(visit).administrations[0].start
    assert start is not None
    assert start.isoformat() == "2026-10-31T23:05:00-05:00"


def test_a_time_without_an_offset_is_no_entry() -> None:
    naive = datetime(2026, 3, 2, 9)
    aware = naive.astimezone(ZoneInfo("UTC"))
    made = entry("e1", "2026-03-02T09:00-06:00", b'{"kind":"note","text":"x"}')

    with pytest.raises(ValueError, match="happened_at: a time without its offset"):
        Entry(**{n: getattr(made, n) for n in made.__struct_fields__} | {"happened_at": naive})
    with pytest.raises(UnreadableEntry):
        unpack(
            pack(made).replace(b"-06:00", b""),
            entry_id="e1",
            visit_id="V-1",
            recorded_at=aware,
            author="n1",
        )


def test_the_tables_know_every_word_an_entry_may_use() -> None:
    assert set(signs()) == set(get_args(words.Sign))
    assert set(reaction_kinds()) == set(get_args(words.Reaction))
    assert {each.group for each in signs().values()} == {
        "", "skin", "respiratory", "bronchospasm", "larynx", "circulation", "organ", "gut"
    }  # fmt: skip


def test_every_limit_limits_a_field_that_an_entry_has() -> None:
    fields = {name for each in BODIES for name in each.__struct_fields__}
    parts = {"systolic", "diastolic", "pulse", "respirations", "oxygen_saturation", "temperature_c"}

    assert set(limits()) - fields - parts - {"pain", "size", "size_unit", "count"} == set()


def test_every_usual_drug_of_the_eight_indications_has_a_template_with_its_source(
    shared: Path,
) -> None:
    with (shared / "rules" / "indications.csv").open(encoding="utf-8", newline="") as file:
        named = {
            (row["indication_no"], row["drug"].split("(")[0].strip())
            for row in csv.DictReader(file)
        }
    site = demo_site()

    unknown = []
    for number, drug in sorted(named):
        words_of = {"phosphate salts": "potassium phosphates", "plain isotonic fluid": "sodium chloride 0.9 %",
                    "hypertonic saline for low sodium": "sodium chloride 3 %", "denosumab": "denosumab",
                    "immune globulin IV": "immune globulin", "aprepitant injectable": "aprepitant"}  # fmt: skip
        words_said = words_of.get(drug, drug.removesuffix(" IV").removesuffix(" succinate"))
        found = [each for each in templates().values() if each.drug == words_said]
        if not any(str(each.indication) == number for each in found):
            unknown.append((number, drug))
        elif site.template(words_said) is None:
            unknown.append((number, drug))

    assert unknown == []
    assert [each.template for each in templates().values() if not each.source] == []
    assert {each.schedule for each in templates().values()} <= set(schedules())


@pytest.mark.parametrize(
    ("charted", "template"),
    [
        ("Remicade", "infliximab"),
        ("infliximab-dyyb", "infliximab"),
        ("Injectafer", "ferric-carboxymaltose"),
        ("vancomycin 1 g", "vancomycin"),
        ("Entyvio", "vedolizumab"),
    ],
)
def test_a_template_is_found_by_brand_and_biosimilar(charted: str, template: str) -> None:
    found = demo_site().template(charted)

    assert found is not None
    assert found.template == template


def test_saline_for_low_sodium_is_not_the_saline_for_volume() -> None:
    site = demo_site()

    assert site.is_high_alert("sodium chloride 3 %")
    assert not site.is_high_alert("sodium chloride 0.9 %")


def test_the_first_fifteen_minutes_of_every_infusion_are_watched_without_a_break() -> None:
    infused = {each.schedule for each in templates().values() if "infusion" in each.method}

    assert {schedules()[name].continuous for name in infused if name != "push"} == {15}


def test_a_site_lays_its_own_schedule_texts_and_high_alert_drugs_over_the_shipped_ones() -> None:
    site = demo_site()
    shipped = templates()["infliximab"]
    own = site.template("infliximab")

    assert own is not None
    assert (shipped.schedule, own.schedule) == ("titrated", "infliximab-steps")
    assert site.is_simulated
    assert site.is_high_alert("heparin")
    for each in site.protocols:
        assert each.owner
        assert each.dated
        assert "SIMULATED" in each.steps[0]


SITE = """
site_id = "s"
name = "A site"
time_zone = "America/Chicago"
setting = "facility"
units = [{ unit_id = "u", name = "U", chairs = ["1"] }]
"""
SCHEDULE = (
    '\n[[schedules]]\nschedule = "x"\nwords = "x"\ncontinuous = 15\nafter = 0\nsource = "s"\n'
)
TEMPLATE = '\n[[templates]]\ntemplate = "t"\ndrug = "d"\nmethod = "m"\nsource = "s"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SITE.replace("America/Chicago", "America/Nowhere"), "site.toml: time_zone"),
        (SITE.replace('site_id = "s"', ""), "site_id"),
        (SITE.replace("facility", "hospital"), "$.setting"),
        (SITE + "colour = 1\n", "colour"),
        (SITE.replace('[{ unit_id = "u", name = "U", chairs = ["1"] }]', "[]"), "site.toml: units"),
        (SITE + SCHEDULE + "every = []\n", "schedules[0].every"),
        (SITE + TEMPLATE + 'schedule = "nowhere"\n', "templates[0].schedule"),
        (SITE + "late_after_minutes = -1\n", "late_after_minutes"),
        ("site_id = ", "not TOML"),
    ],
)
def test_a_sites_file_that_cannot_be_used_says_which_field(
    text: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "site.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(UnusableSite) as refused:
        load_site(file)

    assert told in str(refused.value)


def test_the_least_site_has_what_is_shipped(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE, "utf-8")

    site = load_site(file)

    assert isinstance(site, Site)
    assert site.late_after_minutes == 60
    assert site.template("vancomycin") == templates()["vancomycin"]
    assert site.protocol("anaphylaxis") is None


def test_a_site_without_a_protocol_says_so_when_its_emergency_is_raised(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE, "utf-8")
    noted = b'{"kind":"reaction_noted","reaction_id":"r1","reaction":"anaphylaxis","grade":4}'
    visit = fold([entry("e1", "2026-03-02T09:00-06:00", noted)])

    told = status(visit, datetime.fromisoformat("2026-03-02T09:01-06:00"), load_site(file))

    assert told.emergency is not None
    assert told.emergency.protocol is None
