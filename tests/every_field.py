"""Made-up encounters in which nearly every field of the contract is charted somewhere."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

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
