"""Exports of made-up hospitals, read by mapping files: every layout, every row accounted for."""

from __future__ import annotations

import gzip
import itertools
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.errors import UnreadableInput
from hangtime.explain import sentence
from hangtime.formats import mapping
from hangtime.formats.reads import Read
from hangtime.model import Access, Administration, Interruption, RateChange

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

WIDE = """
    [export]
    time_format = "%d.%m.%Y %H:%M"
    time_zone = "America/Chicago"
    missing = ["n/a"]

    [fields]
    encounter_id = "visit"
    setting = { constant = "facility" }
    drug = "drug"
    route = { column = "how", words = { drip = "iv_infusion", push = "iv_push" } }
    start = "from"
    stop = "to"
    dose = "dose"
    volume_infused_ml = { column = "litres", scale = 1000 }
    hand_push = "by hand"
"""

SEGMENTS = """
    [fields]
    encounter_id = "visit"
    setting = { constant = "facility" }
    drug = "drug"
    route = { constant = "iv_infusion" }
    start = "from"
    stop = "to"
    dose = "dose"
    dose_unit = "unit"
    volume_infused_ml = "ml"
    rate_ml_per_h = "rate"
    order_id = "order"

    [segments]
    by = ["order"]
    pause_when = { status = "Paused*" }
"""

EVENTS = """
    [[drop]]
    reason = "charted as not given"
    when = { what = ["Held", "Not *"] }

    [fields]
    encounter_id = "visit"
    setting = { constant = "facility" }
    drug = "drug"
    route = { column = "how", words = { drip = "iv_infusion", push = "iv_push" } }
    order_id = "order"
    rate_ml_per_h = "rate"

    [events]
    by = ["order"]
    at = "at"

    [events.event]
    column = "what"
    words = { Given = "give", Started = "start", Stopped = "stop", Restarted = "resume", Rate = "rate", Seen = "observe" }
"""


class Export:
    """A folder with an export and its map."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(dedent(text).lstrip(), encoding="utf-8")
        return path

    def read(self, rows: str, map_text: str) -> list[Read]:
        export = self.file("export.csv", rows)
        return list(mapping.read([export], self.file("map.toml", map_text)))


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path)


def administrations(reads: list[Read]) -> list[Administration]:
    return [each for read in reads if read.encounter for each in read.encounter.administrations]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}")


def ids(reads: list[Read]) -> list[tuple[str, int, str]]:
    """Id, line and field of every finding about a row."""
    found = [each.reason for read in reads for each in read.findings if "line" in each.reason.facts]
    return [(each.rule, each.facts["line"], each.facts["field"]) for each in found]


def test_a_row_with_start_and_stop_is_one_administration(export: Export) -> None:
    reads = export.read(
        """
        visit;drug;how;from;to;dose;litres;by hand
        V1;Ceftriaxone;drip;12.03.2026 09:00;12.03.2026 09:40;2;0.1;no
        V1;Ketorolac;Push ;12.03.2026 09:45;n/a;30;;yes
        """,
        WIDE,
    )

    assert [read.encounter.time_zone for read in reads if read.encounter] == ["America/Chicago"]
    assert administrations(reads) == [
        Administration(
            administration_id="row-2",
            drug="Ceftriaxone",
            route="iv_infusion",
            start=at("12T09:00"),
            stop=at("12T09:40"),
            dose=Decimal(2),
            volume_infused_ml=Decimal("100.0"),
            hand_push=False,
        ),
        Administration(
            administration_id="row-3",
            drug="Ketorolac",
            route="iv_push",
            start=at("12T09:45"),
            dose=Decimal(30),
            hand_push=True,
        ),
    ]


def test_segments_of_one_order_are_one_infusion_with_its_pauses_and_rates(export: Export) -> None:
    reads = export.read(
        """
        visit,order,drug,from,to,dose,unit,ml,rate,status
        V1,7,Rituximab,2026-03-12 10:00,2026-03-12 10:30,40,mg,25,50,Rate change
        V1,8,Saline,2026-03-12 10:00,2026-03-12 13:00,,,300,100,Done
        V1,7,Rituximab,2026-03-12 11:15,2026-03-12 12:00,60,mg,75,100,Done
        V1,7,Rituximab,2026-03-12 10:30,2026-03-12 11:00,50,mg,50,100,Paused (reaction)
        """,
        SEGMENTS,
    )

    rituximab, saline = administrations(reads)
    assert (rituximab.start, rituximab.stop) == (at("12T10:00"), at("12T12:00"))
    assert rituximab.interruptions == (Interruption(start=at("12T11:00"), stop=at("12T11:15")),)
    assert rituximab.rate_changes == (RateChange(at=at("12T10:30"), rate_ml_per_h=Decimal(100)),)
    assert (rituximab.dose, rituximab.volume_infused_ml) == (Decimal(150), Decimal(150))
    assert saline.order_id == "8"
    assert [(read.rows, read.merged, read.set_aside) for read in reads] == [(4, 2, 0)]


def test_a_gap_that_no_pause_explains_begins_another_administration(export: Export) -> None:
    rows = """
        visit,order,drug,from,to,dose,unit,ml,rate,status
        V1,7,Cefazolin,2026-03-12 10:00,2026-03-12 10:30,1,g,50,100,Done
        V1,7,Cefazolin,2026-03-12 10:40,2026-03-12 11:10,1,g,50,100,Done
        """

    assert len(administrations(export.read(rows, SEGMENTS))) == 2
    joined = administrations(export.read(rows, SEGMENTS + "    join_gaps_up_to = 10\n"))
    assert [each.interruptions for each in joined] == [
        (Interruption(start=at("12T10:30"), stop=at("12T10:40")),)
    ]


def test_a_last_segment_without_a_stop_leaves_the_infusion_without_one(export: Export) -> None:
    reads = export.read(
        """
        visit,order,drug,from,to,dose,unit,ml,rate,status
        V1,7,Heparin,2026-03-12 10:00,2026-03-12 10:30,1,u,5,10,Rate change
        V1,7,Heparin,2026-03-12 10:30,,,,,12,Running
        """,
        SEGMENTS,
    )

    (heparin,) = administrations(reads)
    assert (heparin.start, heparin.stop) == (at("12T10:00"), None)
    assert heparin.volume_infused_ml is None  # a sum over some of the segments would be wrong
    assert ("MAP-ROWS-DISAGREE", 2, "volume_infused_ml") in ids(reads)


def test_starts_and_stops_that_are_rows_become_one_administration(export: Export) -> None:
    reads = export.read(
        """
        visit,order,drug,how,what,at,rate
        V1,7,,drip,Stopped,2026-03-12 11:00,
        V1,7,Heparin,drip,Started,2026-03-12 09:00,10
        V1,7,Heparin,drip,Rate,2026-03-12 09:30,12
        V1,7,,drip,Stopped,2026-03-12 10:00,
        V1,7,,drip,Restarted,2026-03-12 10:20,
        V1,8,Ketorolac,push,Given,2026-03-12 09:10,
        V1,8,Ketorolac,push,Given,2026-03-12 15:10,
        V1,8,Ketorolac,push,Not given,2026-03-12 21:10,
        V1,9,Saline,drip,Seen,2026-03-12 09:15,
        """,
        EVENTS,
    )

    heparin, first, second, saline = administrations(reads)
    assert (heparin.start, heparin.stop) == (at("12T09:00"), at("12T11:00"))
    assert heparin.interruptions == (Interruption(start=at("12T10:00"), stop=at("12T10:20")),)
    assert heparin.rate_changes == (RateChange(at=at("12T09:30"), rate_ml_per_h=Decimal(12)),)
    assert (first.start, second.start) == (at("12T09:10"), at("12T15:10"))
    assert (saline.start, saline.last_observed_infusing) == (None, at("12T09:15"))
    assert ids(reads) == [("MAP-DROPPED", 9, "what")]
    assert [(read.rows, read.to_code, read.merged, read.set_aside) for read in reads] == [
        (9, 4, 4, 1)
    ]


def test_a_second_start_without_a_stop_is_a_new_bag_whose_first_has_no_stop(export: Export) -> None:
    reads = export.read(
        """
        visit,order,drug,how,what,at,rate
        V1,7,Saline,drip,Started,2026-03-12 09:00,
        V1,7,Saline,drip,Started,2026-03-12 13:00,
        V1,7,Saline,drip,Stopped,2026-03-12 17:00,
        V1,7,Saline,drip,Stopped,2026-03-12 18:00,
        """,
        EVENTS,
    )

    assert [each.stop for each in administrations(reads)] == [None, at("12T17:00")]
    assert ids(reads) == [("MAP-ROWS-DISAGREE", 3, "stop")]


def test_a_row_that_cannot_be_used_is_named_and_the_rest_is_read(export: Export) -> None:
    reads = export.read(
        """
        visit,drug,how,from,to,dose,litres,by hand
        V1,Ceftriaxone,drip,12.03.2026 09:00,12.03.2026 09:40,2,0.1,no
        ,Ceftriaxone,drip,12.03.2026 09:00,12.03.2026 09:40,2,0.1,no
        V1,,drip,12.03.2026 09:00,12.03.2026 09:40,2,0.1,no
        V1,Ceftriaxone,sneeze,12.03.2026 09:00,12.03.2026 09:40,2,0.1,no
        V1,Ceftriaxone,drip,2026-03-12T09:00,12.03.2026 09:40,2,0.1,no
        V1,Ceftriaxone,drip,12.03.2026 09:40,12.03.2026 09:00,2,0.1,no
        V1,Ceftriaxone,drip,12.03.2026 10:00
        V1,Ketorolac,push,12.03.2026 10:00,,15-30,-1,perhaps
        V1,Ceftriaxone,drip,12.03.2026 09:00,12.03.2026 09:40,2,0.1,no
        V1,,drip,12.03.2026 09:00,12.03.2026 09:40,2,0.1,no
        """,
        WIDE,
    )

    assert sorted(ids(reads), key=lambda each: each[1:]) == [
        ("INPUT-MISSING-ENCOUNTER-ID", 3, "encounter_id"),
        ("INPUT-MISSING-DRUG", 4, "drug"),
        ("MAP-UNLISTED-WORD", 5, "route"),
        ("MAP-BAD-VALUE", 6, "start"),
        ("INPUT-STOP-BEFORE-START", 7, "stop"),
        ("INPUT-RAGGED-ROW", 8, ""),
        ("MAP-BAD-VALUE", 9, "dose"),
        ("MAP-BAD-VALUE", 9, "hand_push"),
        ("INPUT-NEGATIVE-NUMBER", 9, "volume_infused_ml"),
        ("INPUT-DUPLICATE-ROW", 10, ""),  # counted once
        ("INPUT-DUPLICATE-ROW", 11, ""),  # of a row that is set aside, and so is this
    ]
    assert [each.drug for each in administrations(reads)] == ["Ceftriaxone", "Ketorolac"]
    assert sum(read.rows for read in reads) == 10
    assert sum(read.set_aside for read in reads) == 7
    assert sum(read.merged for read in reads) == 1


def test_a_file_that_breaks_off_gives_what_stands_before_the_break(export: Export) -> None:
    rows = "visit,drug,how,from,to,dose,litres,by hand\n" + "".join(
        f"V{n},Ceftriaxone,drip,12.03.2026 09:00,12.03.2026 09:{n % 60:02},2,{n},no\n"
        for n in range(1, 2000)
    )
    path = export.folder / "export.csv.gz"
    whole = gzip.compress(rows.encode())
    path.write_bytes(whole[: len(whole) // 2])

    reads = list(mapping.read([path], export.file("map.toml", WIDE)))

    assert 100 < sum(read.to_code for read in reads) < 1999
    assert [each[0] for each in ids(reads)][-1] == "MAP-BROKEN-FILE"


def test_parquet_reads_as_the_same_rows_do_in_csv(export: Export) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    rows = """
        visit,order,drug,from,to,dose,unit,ml,rate,status
        V1,7,Rituximab,2026-03-12 10:00:00,2026-03-12 10:30:00,40,mg,25,50,Rate change
        V1,7,Rituximab,2026-03-12 10:30:00,,50,mg,50,100,Running
        """
    from_csv = export.read(rows, SEGMENTS)
    table = pa.table(
        {
            "visit": ["V1", "V1"],
            "order": [7, 7],
            "drug": ["Rituximab", "Rituximab"],
            "from": [at("12T10:00"), at("12T10:30")],
            "to": [at("12T10:30"), None],
            "dose": [Decimal(40), Decimal(50)],
            "unit": ["mg", "mg"],
            "ml": [25, 50],
            "rate": [50, 100],
            "status": ["Rate change", "Running"],
        }
    )
    pq.write_table(table, export.folder / "export.parquet")

    from_parquet = list(
        mapping.read([export.folder / "export.parquet"], export.folder / "map.toml")
    )

    (one,), (other,) = administrations(from_csv), administrations(from_parquet)
    assert (one.start, one.stop, one.dose) == (other.start, other.stop, other.dose)
    assert other.volume_infused_ml == Decimal(75)


def test_side_files_name_codes_and_their_detail_rows_are_accounted_for(export: Export) -> None:
    export.file("items.csv", "code,name\n10,Ceftriaxone\n11,Ketorolac\n")
    export.file(
        "details.csv",
        """
        event,given,unit
        e1,1,g
        e1,0.5,g
        e2,10,mg
        e9,5,mg
        """,
    )

    reads = export.read(
        """
        visit,event,item,at
        V1,e1,10,2026-03-12 09:00
        V1,e2,12,2026-03-12 10:00
        """,
        """
        [lookup.item]
        file = "items.csv"
        on = { code = "item" }

        [lookup.detail]
        file = "details.csv"
        on = { event = "event" }
        add_up = { given = "unit" }
        count_rows = true

        [fields]
        encounter_id = "visit"
        setting = { constant = "facility" }
        administration_id = "event"
        drug = "item.name"
        route = { constant = "iv_push" }
        start = "at"
        dose = "detail.given"
        dose_unit = "detail.unit"
        """,
    )

    assert [(each.drug, each.dose, each.dose_unit) for each in administrations(reads)] == [
        ("Ceftriaxone", Decimal("1.5"), "g")
    ]
    assert sorted(ids(reads)) == [
        ("INPUT-MISSING-DRUG", 3, "drug"),
        ("MAP-DETAIL-OF-NONE", 5, ""),
        ("MAP-DETAIL-SET-ASIDE", 4, ""),
    ]
    assert sum(read.rows for read in reads) == 2 + 4
    assert sum(read.merged for read in reads) == 2


def test_edition_on_moves_every_time_of_an_encounter_by_the_same_whole_days(export: Export) -> None:
    reads = export.read(
        """
        visit,order,drug,how,what,at,rate
        V1,7,Saline,drip,Started,2187-11-30 22:15,
        V1,7,Saline,drip,Stopped,2187-12-02 01:10,
        V2,8,Saline,drip,Started,2150-02-28 07:00,
        """,
        EVENTS.replace(
            "    [[drop]]", "    [export]\n    edition_on = 2026-03-12\n\n    [[drop]]", 1
        ),
    )

    assert [(each.start, each.stop) for each in administrations(reads)] == [
        (at("12T22:15"), at("14T01:10")),
        (at("12T07:00"), None),
    ]
    said = [sentence(each.reason) for read in reads for each in read.findings]
    assert len(said) == 2
    assert all("2026-03-12" in each and "2187" not in each for each in said)


def test_an_inpatient_is_set_aside_unless_the_map_says_to_study_it(export: Export) -> None:
    rows = """
        visit,order,drug,how,what,at,rate
        V1,7,Saline,drip,Started,2026-03-12 22:15,
        V2,8,Ketorolac,push,Given,2026-03-12 22:15,
        """
    inpatient = '[export]\n    inpatient_when = { how = "drip" }\n'
    study = f"{inpatient}    treat_as_outpatient = true\n"

    aside = export.read(rows, f"    {inpatient}{EVENTS}")
    studied = export.read(rows, f"    {study}{EVENTS}")

    assert [each.drug for each in administrations(aside)] == ["Ketorolac"]
    assert ids(aside) == [("MAP-DROPPED", 2, "how")]
    assert [each.drug for each in administrations(studied)] == ["Saline", "Ketorolac"]
    assert [each.reason.rule for read in studied for each in read.findings] == ["MAP-AS-OUTPATIENT"]


def test_a_sorted_export_is_handed_out_while_it_is_read(export: Export) -> None:
    header = "visit,order,drug,how,what,at,rate\n"
    rows = [f"V{n},7,Saline,drip,Started,2026-03-12 10:00,\n" for n in (1, 2, 3)]
    sorted_map = f"    [export]\n    sorted_by_encounter = true\n{EVENTS}"

    reads = export.read(header + "".join(rows), sorted_map)
    assert [read.encounter_id for read in reads] == ["V1", "V2", "V3"]

    with pytest.raises(UnreadableInput, match=r"export\.csv, line 5: .*sorted_by_encounter"):
        export.read(
            header + "".join(rows) + "V1,9,Saline,drip,Started,2026-03-12 11:00,\n", sorted_map
        )


def test_the_example_of_the_documentation_reads_as_it_says() -> None:
    reads = list(
        mapping.read([EXAMPLES / "hospital_export.csv"], EXAMPLES / "hospital_export.toml")
    )

    infliximab = administrations(reads)[0]
    assert (infliximab.start, infliximab.stop) == (at("12T09:05"), at("12T11:35"))
    assert infliximab.interruptions == (Interruption(start=at("12T10:00"), stop=at("12T10:20")),)
    assert [read.encounter.accesses for read in reads if read.encounter][1] == (
        Access(access_id="Port", kind="port"),
    )
    assert [
        (sum(read.rows for read in reads)),
        (sum(read.to_code for read in reads)),
        (sum(read.merged for read in reads)),
        (sum(read.set_aside for read in reads)),
    ] == [16, 7, 5, 4]


def test_an_unclosed_quotation_mark_costs_one_row_and_a_line_break_in_a_cell_none(
    export: Export,
) -> None:
    reads = export.read(
        """
        visit,order,drug,how,what,at,rate
        V1,7,"Saline,drip,Started,2026-03-12 09:00,
        V1,8,"Saline
        0.9%",drip,Started,2026-03-12 10:00,
        V1,9,Saline,drip,Started,2026-03-12 11:00,
        """,
        EVENTS,
    )

    assert ids(reads) == [("INPUT-BAD-QUOTING", 2, "")]
    assert [each.order_id for each in administrations(reads)] == ["8", "9"]


def test_letters_in_another_encoding_are_marked_and_read_in_the_one_the_map_names(
    export: Export,
) -> None:
    rows = "visit,order,drug,how,what,at,rate\nV1,7,Natri\xfcm,drip,Started,2026-03-12 09:00,\n"
    path = export.folder / "export.csv"
    path.write_bytes(rows.encode("latin-1"))

    marked = list(mapping.read([path], export.file("map.toml", EVENTS)))
    latin = f"    [export]\n    encoding = 'latin-1'\n{EVENTS}"
    named = list(mapping.read([path], export.file("map.toml", latin)))

    assert ids(marked) == [("INPUT-NOT-UTF8", 2, "")]
    assert [each.drug for each in administrations(named)] == ["Natri\xfcm"]
    assert ids(named) == []


def test_rows_of_two_files_are_one_encounter_with_ids_of_its_own(export: Export) -> None:
    header = "visit,order,drug,how,what,at,rate\n"
    first = export.file("one.csv", f"{header}V1,7,Saline,drip,Started,2026-03-12 09:00,\n")
    second = export.file("two.csv", f"{header}V1,8,Ketorolac,push,Given,2026-03-12 09:10,\n")

    (read,) = mapping.read([first, second], export.file("map.toml", EVENTS))

    assert read.encounter is not None
    assert len({each.administration_id for each in read.encounter.administrations}) == 2


@given(
    cuts=st.lists(st.integers(1, 239), min_size=1, max_size=8, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_a_run_cut_anywhere_and_charted_in_any_order_is_the_whole_run(
    cuts: list[int], order: Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    export = Export(tmp_path_factory.mktemp("cut"))
    ends = [0, *sorted(cuts), 240]
    rows = [
        f"V1,7,Saline,{_minute(start)},{_minute(stop)},1,g,{stop - start},60,ok\n"
        for start, stop in itertools.pairwise(ends)
    ]
    order.shuffle(rows)

    reads = export.read(
        "visit,order,drug,from,to,dose,unit,ml,rate,status\n" + "".join(rows), SEGMENTS
    )

    (whole,) = administrations(reads)
    assert (whole.start, whole.stop) == (at("12T08:00"), at("12T12:00"))
    assert (whole.volume_infused_ml, whole.dose) == (240, len(rows))
    assert (whole.interruptions, whole.rate_changes) == ((), ())
    assert [(read.rows, read.merged) for read in reads] == [(len(rows), len(rows) - 1)]


def _minute(minute: int) -> str:
    return f"2026-03-12 {8 + minute // 60:02}:{minute % 60:02}"


SECRET = "Zw7q"
CELLS = st.sampled_from(
    ["", "V1", "V2", "7", "8", "drip", "push", "Given", "Started", "Stopped", "Restarted", "Seen",
     "Rate", "Held", "2026-03-12 09:00", "2026-03-12 10:00+02:00", "2026-03-13", "1.5", "-1", "1-2",
     f"{SECRET}é", f"{SECRET},x", f'{SECRET}"', "\0"]
)  # fmt: skip


ROWS = st.lists(CELLS, min_size=7, max_size=7) | st.lists(CELLS, min_size=6, max_size=8)


@given(rows=st.lists(ROWS, max_size=25))
def test_every_row_is_coded_merged_or_set_aside_by_a_finding_without_its_cells(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    export = Export(tmp_path_factory.mktemp("any"))
    text = "visit,order,drug,how,what,at,rate\n"
    for row in rows:
        text += ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
    path = export.folder / "export.csv"
    path.write_text(text, encoding="utf-8")

    reads = list(mapping.read([path], export.file("map.toml", EVENTS)))

    assert sum(read.rows for read in reads) == len(rows)
    assert sum(read.to_code + read.merged + read.set_aside for read in reads) == len(rows)
    aside = [
        each.reason.facts["line"]
        for read in reads
        for each in read.findings
        if each.reason.facts.get("effect") == "The row was set aside"
    ]
    assert len(aside) == len(set(aside)) == sum(read.set_aside for read in reads)
    assert not any(
        SECRET in f"{sentence(each.reason)}{each.reason.facts}"
        for read in reads
        for each in read.findings
    )
