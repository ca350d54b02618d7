"""An answer names its table, and says no table apart from not in the table."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hangtime.codesets.facts import day_number
from hangtime.codesets.store import Store
from hangtime.codesets.store.differences import differences
from hangtime.codesets.store.importing import import_files
from hangtime.codesets.store.inquiry import known_of
from hangtime.codesets.store.pairs import Pairs, write
from hangtime.codesets.store.periods import quarter
from hangtime.codesets.store.reading import Told

PAIRS = "ccipra-v302r0.txt"
CEILINGS = "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv"
HCPCS = "HCPC2025_OCT_ANWEB.csv"
AUGUST = date(2024, 8, 1)
CODES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=5)
DAYS = st.one_of(st.none(), st.dates(date(1996, 1, 1), date(2030, 12, 31)))


@given(
    st.dictionaries(
        st.tuples(CODES, CODES), st.tuples(st.sampled_from([0, 1, 9]), DAYS, DAYS), max_size=30
    ),
    st.lists(st.tuples(CODES, CODES), max_size=5),
    st.dates(date(1996, 1, 1), date(2030, 12, 31)),
)
@settings(max_examples=60)
def test_a_pair_is_found_as_in_a_dictionary(tmp_path_factory, edits, others, day) -> None:
    folder = tmp_path_factory.mktemp("pairs")
    rows = [(*pair, *edit) for pair, edit in sorted(edits.items())]
    columns = list(zip(*rows, strict=True)) or [()] * 5
    types = (pa.string(), pa.string(), pa.uint8(), pa.date32(), pa.date32())
    names = ("column1", "column2", "indicator", "effective", "deletion")
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    write(folder, pa.table(dict(zip(names, arrays, strict=True))))
    packed = Pairs(folder)

    for pair in [*edits, *others]:
        indicator, first, last = edits.get(pair, (None, None, None))
        holds = pair in edits and (first or day) <= day <= (last or day)
        found = packed.on(*pair, day_number(day))
        assert (found.indicator if found else None) == (indicator if holds else None)


def test_a_pair_has_a_direction_and_its_own_dates(published, store: Path) -> None:
    import_files([published(PAIRS)], store)
    known = Store(store)

    def indicator(column1: str, column2: str, day: date) -> int | None:
        rows = known.pair("professional", column1, column2, day).rows
        return rows[0]["indicator"] if rows else None

    assert indicator("96365", "36000", AUGUST) == 1
    assert indicator("36000", "96365", AUGUST) is None
    assert indicator("96365", "36410", date(2024, 8, 31)) == 1
    assert indicator("96365", "36410", date(2024, 9, 1)) is None
    assert indicator("96365", "36411", date(2024, 8, 14)) is None
    assert indicator("96365", "36411", date(2024, 8, 15)) == 0


def test_no_table_for_the_date_is_not_the_same_as_not_in_the_table(published, store: Path) -> None:
    import_files([published(PAIRS), published(CEILINGS)], store)
    known = Store(store)
    absent = known.pair("professional", "96365", "99999", AUGUST)

    assert absent.is_covered
    assert not absent.rows
    assert absent.table is not None
    assert absent.table.name == "ptp-practitioner-2024Q3"
    assert not known.pair("professional", "96365", "36000", date(2024, 10, 1)).is_covered
    assert not known.pair("facility", "96365", "36000", AUGUST).is_covered
    assert not known.ceiling("professional", "96365", AUGUST).is_covered
    assert known.ceiling("facility", "96365", AUGUST).rows[0]["units"] == 2
    with pytest.raises(ValueError, match="facility, professional"):
        known.ceiling("home", "96365", AUGUST)


def test_a_store_that_is_not_there_answers_that_it_has_no_table(tmp_path: Path) -> None:
    known = Store(tmp_path / "nowhere")

    assert known.tables() == ()
    assert not known.price("J9001", AUGUST).is_covered
    assert not known.descriptor("96365").is_covered
    assert not (tmp_path / "nowhere").exists()


def test_a_code_is_in_force_from_its_first_day_to_its_last(published, store: Path) -> None:
    import_files([published(HCPCS)], store)
    known = Store(store)

    assert known.hcpcs("J9002", date(2025, 10, 31)).rows
    ended = known.hcpcs("J9002", date(2025, 11, 1))
    assert ended.is_covered
    assert not ended.rows


def test_everything_known_of_a_code_is_asked_of_each_kind_of_table(published, store: Path) -> None:
    import_files([published(PAIRS), published(CEILINGS), published(HCPCS)], store)
    found = known_of(Store(store), "36410", AUGUST)
    said = {(each.kind, each.setting): each.answer for each in found}

    assert [row["column1"] for row in said["ptp", "professional"].rows] == ["96365"]
    assert said["mue", "facility"].is_covered
    assert not said["mue", "facility"].rows
    assert not said["hcpcs", ""].is_covered
    assert ("ndc", "") in said
    assert ("icd10cm", "") not in said


def test_quarters_are_compared_entry_by_entry(published, store: Path) -> None:
    import_files([published(PAIRS), published(CEILINGS)], store)
    later = published(
        CEILINGS,
        lambda rows: [
            *rows[:2],
            rows[2].replace("96365,2", "96365,3"),
            "J9009,1,3 x,Clinical: Data",
        ],
    )
    pairs = published(PAIRS, lambda rows: [*rows, "96374\t36000\t\t20240901\t*\t1\tx"])
    done = import_files([later, pairs], store, Told(quarter("2024Q4"), "facility"))
    assert [each.refused for each in done] == ["", ""]
    import_files([pairs], store, Told(quarter("2024Q4"), "professional"))
    found = {each.after.kind: each for each in differences(Store(store), AUGUST, date(2024, 10, 1))}

    assert (found["mue"].added, found["mue"].ended) == (["J9009"], ["J9001"])
    assert found["mue"].changed == [("96365", "units", 2, 3)]
    assert found["ptp"].added == ["96365 36411", "96374 36000"], "in force on the first day"
    assert found["ptp"].ended == ["96365 36410"]


def test_looking_up_pairs_loads_no_library_that_reads_tables(published, store: Path) -> None:
    import_files([published(PAIRS)], store)
    program = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from hangtime.codesets.store import Store\n"
        f"found = Store(Path({str(store)!r})).pair('professional', '96365', '36000', date(2024, 8, 1))\n"
        "assert found.rows, found\n"
        "print(sorted({'numpy', 'pyarrow', 'duckdb', 'openpyxl'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout

    assert said == "[]\n"


def test_every_day_of_a_quarter_and_no_other_has_its_table(published, store: Path) -> None:
    import_files([published(CEILINGS)], store)
    known = Store(store)
    first = date(2024, 6, 25)
    covered = [
        day
        for n in range(110)
        if known.ceiling("facility", "96365", day := first + timedelta(n)).is_covered
    ]

    assert (covered[0], covered[-1], len(covered)) == (date(2024, 7, 1), date(2024, 9, 30), 92)
