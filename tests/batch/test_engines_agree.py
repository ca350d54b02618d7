"""The compiled batch gives what the interpreted engine gives, table for table, in any row order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numba")
pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from hangtime.batch.left import REASONS
from hangtime.batch.local import Interpreting, Way, code_files
from hangtime.cli._coding import Account, code_read, code_reads
from hangtime.engine import Coder
from hangtime.formats import read
from hangtime.formats.outcomes import TABLES, write_tables
from hangtime.formats.tabular import write_encounters
from hangtime.model import (
    Access,
    Administration,
    Container,
    Encounter,
    Interruption,
    OtherService,
    RateChange,
)

DRUGS = [
    ("Sodium Chloride 0.9% 1,000 mL", "iv_infusion"), ("infliximab 100 mg", "iv_infusion"),
    ("ondansetron 4 mg/2 mL", "iv_push"), ("vancomycin 1 g", "iv_infusion"),
    ("rituximab", "iv_infusion"), ("methotrexate 25 mg/mL", "im"), ("denosumab", "sc"),
    ("potassium chloride 20 mEq in NS", "iv_infusion"), ("no such drug", "iv_infusion"),
    ("alteplase", "iv_infusion"), ("packed red cells", "iv_infusion"), ("PACLitaxel", "iv_infusion"),
]  # fmt: skip
ZONES = [None, "America/Chicago", "America/New_York", "Europe/Berlin"]


def encounters(seed: int, count: int) -> list[Encounter]:
    """Made-up encounters in which nearly every field of the contract is charted somewhere."""
    chance = random.Random(seed)
    return [_encounter(chance, f"E{number:06}") for number in range(count)]


def _encounter(chance: random.Random, id: str) -> Encounter:
    setting = chance.choice(["facility", "professional"])
    day = datetime(2024, 1, 1) + timedelta(days=chance.randrange(900))
    morning = day + timedelta(minutes=chance.randrange(0, 1440, 5))
    listed = chance.random() < 0.3
    given = [_given(chance, number, morning) for number in range(chance.choice([1, 1, 2, 3, 4, 7]))]
    return Encounter(
        encounter_id=id,
        setting=setting,
        payer=chance.choice([None, "medicare", "commercial", "medicaid", "no such payer"][:4]),
        time_zone=chance.choice(ZONES),
        place_of_service=chance.choice([None, "11", "22", "12"])
        if setting == "professional"
        else None,
        date_of_service=None if chance.random() < 0.8 else day.date(),
        attendance_of_day=chance.choice([None, None, None, 2]),
        ended_at=morning + timedelta(hours=9) if chance.random() < 0.1 else None,
        inpatient_order_at=morning + timedelta(hours=3) if chance.random() < 0.05 else None,
        weight_kg=chance.choice([None, Decimal(70), Decimal("81.3")]),
        birth_date=date(1960, 5, 4) if chance.random() < 0.2 else None,
        diagnoses=("C18.9",) if chance.random() < 0.2 else (),
        accesses=_accesses() if listed else (),
        other_services=_others(chance) if chance.random() < 0.2 else (),
        administrations=tuple(given),
    )


def _accesses() -> tuple[Access, ...]:
    return (
        Access(access_id="left arm", kind="peripheral"),
        Access(access_id="port", kind="port", reason="vancomycin incompatible", lumens=2),
    )


def _others(chance: random.Random) -> tuple[OtherService, ...]:
    return (
        OtherService(code=chance.choice(["99213", "36410", "96523", "J1745"]), modifiers=("25",)),
        OtherService(code=chance.choice(["36000", "0001A", "36430"])),
    )[: chance.randint(1, 2)]


def _given(chance: random.Random, number: int, morning: datetime) -> Administration:
    drug, route = chance.choice(DRUGS)
    start = morning + timedelta(minutes=chance.randrange(0, 400))
    length = chance.choice([5, 15, 16, 30, 31, 60, 90, 91, 150, 240])
    has_stop = route == "iv_infusion" and chance.random() < 0.9
    zone = timezone(timedelta(hours=-6)) if chance.random() < 0.05 else None
    infused = chance.random() < 0.1
    return Administration(
        administration_id=f"M{number}",
        drug=drug,
        route=route,
        category=chance.choice([None, None, None, "biologic", "therapeutic"]),
        access=chance.choice([None, "left arm", "port"]),
        bag=chance.choice([None, None, "bag 1"]),
        start=start.replace(tzinfo=zone) if chance.random() < 0.95 else None,
        stop=(start + timedelta(minutes=length)).replace(tzinfo=zone) if has_stop else None,
        minutes=Decimal(length) if chance.random() < 0.1 else None,
        interruptions=_pauses(chance, start) if chance.random() < 0.2 else (),
        rate_changes=_changes(chance, start) if chance.random() < 0.2 else (),
        **(_amounts(chance) if chance.random() < 0.6 else {}),
        hand_push=chance.choice([None, None, True, False]),
        purpose=chance.choice([None, None, "hydration", "keep_open"]),
        volume_ml=Decimal("250.125") if chance.random() < 0.4 else None,
        volume_infused_ml=Decimal(100) if infused else None,
        rate_ml_per_h=Decimal(125) if infused else None,
        order_id=chance.choice([None, "O1", "O2"]),
        order_signed=chance.choice([None, None, None, True, False]),
        ordered_at=start + timedelta(minutes=chance.choice([-30, 5]))
        if chance.random() < 0.1 and zone is None
        else None,
        indication=chance.choice(
            [None, "K50.90", "hypokalemia", "acute ischemic stroke", "dehydration"]
        ),
        primary_reason=chance.choice([None, None, None, True]),
        running_on_arrival=chance.choice([None, None, None, None, True]),
        continues_off_site=chance.choice([None, None, None, None, True]),
        last_observed_infusing=start + timedelta(minutes=20)
        if not has_stop and chance.random() < 0.3 and zone is None
        else None,
    )


def _minutes(chance: random.Random, at: datetime) -> datetime:
    """A time of the visit, on the clock of the place or, at times, with an offset."""
    zone = timezone(timedelta(hours=-6)) if chance.random() < 0.02 else None
    return (at + timedelta(minutes=chance.randrange(0, 120, 5))).replace(tzinfo=zone)


def _pauses(chance: random.Random, start: datetime) -> tuple[Interruption, ...]:
    """Up to three pauses in any order: they overlap, touch, end at once, or were not resumed."""
    found = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        at = _minutes(chance, start)
        stop = at + timedelta(minutes=chance.choice([0, 2, 5, 30]))
        found.append(Interruption(start=at, stop=stop if chance.random() < 0.8 else None))
    return tuple(found)


def _changes(chance: random.Random, start: datetime) -> tuple[RateChange, ...]:
    """Up to four changes of rate in any order, some of them stops."""
    return tuple(
        RateChange(at=_minutes(chance, start), rate_ml_per_h=Decimal(chance.choice(["0", "62.5", "125", "250"])))
        for _ in range(chance.choice([1, 2, 4]))
    )  # fmt: skip


def _amounts(chance: random.Random) -> dict[str, Any]:
    """A dose in any unit, at times with what was opened, what was thrown away and an NDC."""
    unit = chance.choice(
        ["mg", "mg", "mg", "g", "mL", "mcg", "mEq", "mg/kg", "vials", "drops", None]
    )
    usual = ["12.5", "1", "400", "0.0000005", "305", "100", "100", "2", "0"]
    dose = Decimal(
        chance.choice([*usual, f"{chance.uniform(0.001, 3000):.{chance.randrange(7)}f}"])
    )
    opened = tuple(
        Container(
            size=Decimal(chance.choice(["100", "100", "50", "12.5", "0.0000001"])),
            size_unit=chance.choice([unit or "mg", unit or "mg", "mg", "mL"]),
            count=chance.choice([1, 1, 2, 4]),
            single_dose=chance.choice([True, True, True, False, None]),
        )
        for _ in range(chance.choice([0, 0, 1, 1, 2]))
    )
    has_waste = chance.random() < 0.4
    return {
        "dose": dose,
        "dose_unit": unit,
        "containers": opened,
        "discarded": Decimal(chance.choice(["0", "95", "50", "7.5"])) if has_waste else None,
        "discarded_unit": chance.choice([unit, "mg", None]) if has_waste else None,
        "ndc": chance.choice([None, None, "57894-030-01", "57894003001", "5789403001"]),
    }


def both_ways(path: Path, folder: Path) -> tuple[dict, dict, Account, Account]:
    """Tables and accounts of a file, interpreted and compiled."""
    plain, fast = Account(), Account()
    coded = code_reads(read(path), Coder())
    for _ in write_tables(_counted(coded, plain), folder / "interpreted", "parquet"):
        pass
    summary = code_files(
        [path], folder / "compiled", "parquet", fast, Interpreting(Coder, code_read, read)
    )
    assert not summary.unreadable
    return _tables(folder / "interpreted"), _tables(folder / "compiled"), plain, fast


def _counted(coded, account):
    for each in coded:
        account.add(each)
        yield each.outcome


def _tables(folder: Path) -> dict:
    return {name: _sorted(pq.read_table(folder / f"{name}.parquet")) for name in TABLES}


def _sorted(table) -> list:
    """Rows by encounter, in each as they stand."""
    return sorted(table.to_pylist(), key=lambda row: row["encounter_id"])


def test_quantities_in_floating_point_are_the_numbers_they_are_printed_as(tmp_path):
    path = tmp_path / "charted.parquet"
    write_encounters(encounters(19, 1500), path)
    table = pq.read_table(path)
    for name in ("dose", "discarded", "weight_kg", "volume_ml"):
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast("float64"))
    pq.write_table(table, path)
    plain, fast, counted, fast_counted = both_ways(path, tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    assert fast_counted == counted


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_compiled_and_interpreted_write_the_same_tables(suffix, tmp_path):
    path = tmp_path / f"charted.{suffix}"
    write_encounters(encounters(7, 1500), path)
    plain, fast, counted, fast_counted = both_ways(path, tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    assert fast_counted == counted


def test_tables_in_force_and_months_are_those_of_the_first_charted_day_on_every_way(tmp_path):
    """A date of service of its own, the day before a quarter begins, changes neither."""
    path = tmp_path / "charted.parquet"
    pushed = Administration(
        administration_id="M1", drug="ondansetron", route="iv_push",
        start=datetime(2024, 4, 1, 9), dose=Decimal(4), dose_unit="mg",
    )  # fmt: skip
    charted = Encounter(
        encounter_id="E1", setting="facility", payer="medicare",
        date_of_service=date(2024, 3, 31), administrations=(pushed,),
    )  # fmt: skip
    write_encounters([charted], path)
    plain, fast, _, counted = both_ways(path, tmp_path)
    assert counted.encounters == 1
    for name in TABLES:
        assert fast[name] == plain[name], name

    by_month = tmp_path / "by-month"
    interpreting = Interpreting(Coder, code_read, read)
    summary = code_files(
        [path], by_month, "parquet", Account(), interpreting, way=Way(by_month=True)
    )
    assert summary.compiled == 1
    assert [each.name for each in (by_month / "lines.parquet").iterdir()] == ["month=2024-04"]


def test_most_encounters_take_the_compiled_way(tmp_path):
    path = tmp_path / "charted.parquet"
    write_encounters(encounters(11, 400), path)
    account = Account()
    summary = code_files([path], None, "parquet", account, Interpreting(Coder, code_read, read))
    assert summary.compiled > 350
    assert summary.compiled + summary.interpreted == account.encounters == 400
    assert summary.left.total() == summary.interpreted
    assert set(summary.left) <= set(REASONS.values())


def test_the_order_of_rows_across_encounters_does_not_matter(tmp_path):
    path, shuffled = tmp_path / "charted.parquet", tmp_path / "shuffled.parquet"
    write_encounters(encounters(13, 300), path)
    table = pq.read_table(path)
    order = list(range(len(table)))
    chance = random.Random(1)
    keys = {row: chance.random() for row in set(table["encounter_id"].to_pylist())}
    # Two encounters at a time are dealt like cards: each keeps the order of its own rows.
    order.sort(key=lambda n: (keys[table["encounter_id"][n].as_py()] * 150 // 1, n % 3))
    pq.write_table(table.take(order), shuffled)
    plain, fast, counted, fast_counted = both_ways(shuffled, tmp_path)
    for name in TABLES:
        assert fast[name] == plain[name], name
    # Scattered encounters are coded in the order of their ids, so faults are met in another order.
    assert _lines_of_faults(fast_counted) == _lines_of_faults(counted)
    assert replace(fast_counted, faults={}) == replace(counted, faults={})


def _lines_of_faults(account: Account) -> dict:
    return {what: sorted(faults.lines) for what, faults in account.faults.items()}
