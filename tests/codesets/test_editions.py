"""The date of service picks the edition and nothing else does."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.codesets.editions import (
    code_id,
    code_number,
    digest,
    edition_for,
    edition_name,
    editions,
    label,
    tables_for,
)
from hangtime.codesets.facts import day_number
from hangtime.codesets.tables import LOW, code_rows
from hangtime.errors import UncoveredDate
from hangtime.rules.words import Code, Setting

AUGUST_2024 = date(2024, 8, 1)


@pytest.mark.parametrize("day", [date(2009, 1, 1), AUGUST_2024, date(2026, 12, 31)])
def test_every_date_of_the_cover_has_thresholds_that_say_so(day: date) -> None:
    (limits,) = edition_for(day).limits
    assert limits.from_day <= day_number(day) <= limits.until_day
    assert edition_name(day) == "CPT 2009-2026"


@pytest.mark.parametrize("day", [date(2008, 12, 31), date(2027, 1, 1), date(2180, 7, 23)])
def test_a_date_outside_the_cover_is_an_error_that_names_the_cover(day: date) -> None:
    with pytest.raises(UncoveredDate, match=f"{day}.*2009-01-01 to 2026-12-31"):
        edition_for(day)


def test_a_quarters_table_covers_exactly_its_quarter() -> None:
    at = {
        day: tables_for(day, "professional")["ptp"]
        for day in (
            date(2024, 6, 30),
            date(2024, 7, 1),
            date(2024, 9, 30),
            date(2024, 10, 1),
            date(2026, 7, 1),
            date(2026, 10, 1),
        )
    }
    assert list(at.values()) == [
        "none",
        "ptp-practitioner-2024Q3",
        "ptp-practitioner-2024Q3",
        "none",
        "ptp-practitioner-2026Q3",
        "none",
    ]


def test_ceilings_and_pairs_have_their_own_quarters_and_settings() -> None:
    assert tables_for(date(2026, 5, 1), "professional") == {
        "ptp": "none",
        "mue": "mue-practitioner-2026Q2",
        "addon": "addon-2026Q3",
    }
    assert tables_for(AUGUST_2024, "facility") == {
        "ptp": "ptp-hospital-2024Q3",
        "mue": "mue-hospital-2024Q3",
        "addon": "addon-2026Q3",
    }
    assert tables_for(date(2027, 1, 1), "facility") == dict.fromkeys(
        ("ptp", "mue", "addon"), "none"
    )
    with pytest.raises(ValueError, match="facility, professional"):
        tables_for(AUGUST_2024, "home")


@given(st.dates(date(2009, 1, 1), date(2026, 12, 31)))
def test_the_tables_that_rules_read_are_the_tables_that_are_named(day: date) -> None:
    edition = edition_for(day)
    for name, setting in (("facility", Setting.FACILITY), ("professional", Setting.PROFESSIONAL)):
        named = tables_for(day, name)
        for kind, tables in (("ptp", edition.pair_tables), ("mue", edition.ceiling_tables)):
            in_force = [
                table
                for table in tables
                if table.setting == setting and table.from_day <= day_number(day) <= table.until_day
            ]
            assert len(in_force) == (named[kind] != "none")


def test_every_table_is_a_slice_in_ascending_order() -> None:
    edition = edition_for(AUGUST_2024)
    for tables, keys in (
        (edition.pair_tables, [edit.pair for edit in edition.pairs]),
        (edition.ceiling_tables, [ceiling.code for ceiling in edition.ceilings]),
    ):
        assert [table.first for table in tables] == [0, *(table.last for table in tables)][:-1]
        assert tables[-1].last == len(keys)
        for table in tables:
            part = keys[table.first : table.last]
            assert part == sorted(set(part))


def test_every_code_the_rules_name_is_known_by_that_name_and_id() -> None:
    named = {row.id: row.name for row in code_rows().values() if row.name}
    assert named == {int(code): code.name for code in Code if code != Code.NONE}
    assert all(id == 125 or id >= 128 for id in code_rows() if id not in named)


def test_ids_and_numbers_translate_both_ways_and_a_strange_number_is_minus_one() -> None:
    assert all(code_id(code_number(id)) == id for id in code_rows())
    assert code_id(" c8957 ") == Code.PROLONGED_PUMP
    assert code_id("00000") == -1
    assert len({row.claim_order for row in code_rows().values()}) == len(code_rows())
    assert all(label(id) for id in code_rows())


def test_codes_live_from_their_first_date_to_their_last() -> None:
    facts = edition_for(AUGUST_2024).codes
    antibody = facts[Code.ANTIBODY]
    assert antibody.from_day == day_number(date(2023, 10, 6))
    assert antibody.until_day > day_number(date(2100, 1, 1))
    ended = facts[code_id("M0243")]
    assert ended.until_day == day_number(date(2024, 12, 12))
    assert facts[127].until_day == 0, "an id without a code is valid on no date"


def test_visits_are_marked_and_administrations_are_not() -> None:
    facts = edition_for(AUGUST_2024).codes
    assert all(facts[code_id(number)].is_visit for number in ("99211", "99213", "99285", "G0463"))
    assert not any(facts[code_id(number)].is_visit for number in ("96365", "36430", "G0378"))


def test_primaries_are_bits_of_the_codes_one_of_which_must_stand_beside() -> None:
    facts = edition_for(AUGUST_2024).codes

    def primaries(code: Code) -> set[str]:
        both = facts[code].primaries_low | facts[code].primaries_high << LOW
        return {code_number(id) for id in code_rows() if id < 126 and both >> id & 1}

    assert primaries(Code.PUSH_REPEAT) == {"96365", "96374", "96409", "96413"}
    assert "C8957" in primaries(Code.INFUSION_CONCURRENT)
    assert primaries(Code.VACCINE_NEXT) == {"90460", "90471", "90473", "G0008", "G0009", "G0010"}
    assert primaries(Code.HOME_HOUR) == {"99601"}
    assert primaries(Code.INFUSION_INITIAL) == set()


def test_everything_chosen_by_date_is_listed_with_dates_digest_and_source() -> None:
    listed = editions()
    assert [info.kind for info in listed] == ["edition"] + ["ptp"] * 3 + ["mue"] * 3 + ["addon"] * 2
    assert len({info.name for info in listed}) == len(listed)
    assert all(info.first <= info.last and info.source for info in listed)
    assert {len(info.digest) for info in listed} == {64}
    assert listed[0].digest == digest()
    quarters = [info for info in listed if info.kind != "edition"]
    assert all((info.last - info.first + timedelta(days=1)).days in (91, 92) for info in quarters)
