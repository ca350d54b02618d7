"""Strategies for encounters of one plain day, and the ways to write the same day down differently."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from hangtime.model import Access, Administration, Encounter, Interruption

NOON = datetime(2025, 6, 11, 12, 0)  # a Wednesday far from any change of clocks or of tables
SHIPPED = ("medicare", "medicaid", "commercial")
DRIPS = (
    "ceftriaxone", "vancomycin", "pantoprazole", "infliximab", "oxaliplatin", "cisplatin",
    "sodium chloride 0.9 %", "lactated Ringer's", "NS with KCl 20 mEq/L", "red blood cells",
)  # fmt: skip
PUSHES = ("ondansetron", "morphine", "pantoprazole", "doxorubicin")
SHOTS = ("ketorolac", "leuprolide", "influenza vaccine", "nirsevimab")

LONGEST = 240  # minutes a drip runs
minutes_of_drip = st.integers(1, LONGEST) | st.sampled_from((15, 16, 30, 31, 90, 91, 150, 151))
own_settings = st.sampled_from(("facility", "professional"))
payers = st.sampled_from(SHIPPED)


@st.composite
def drips(draw: st.DrawFn, at: datetime) -> Administration:
    """An infusion by vein that began at `at`, its end shown somehow or not at all."""
    lasted = timedelta(minutes=draw(minutes_of_drip), seconds=draw(st.sampled_from((0, 0, 59))))
    minutes = Decimal(int(lasted.total_seconds()) // 60)
    facts: dict[str, Any] = draw(
        st.sampled_from(
            (
                {"stop": at + lasted}, {"stop": at + lasted}, {"stop": at + lasted},
                {"stop": at + lasted, "interruptions": (Interruption(start=at + lasted / 3, stop=at + lasted / 2),)},
                {"minutes": minutes},
                {"volume_infused_ml": minutes, "rate_ml_per_h": Decimal(60)},
                {"interruptions": (Interruption(start=at + lasted),)},
                {"last_observed_infusing": at + lasted},
                {"disconnected_at": at + lasted},
                {},
            )
        )
    )  # fmt: skip
    return Administration(
        administration_id="",
        drug=draw(st.sampled_from(DRIPS)),
        route="iv_infusion",
        start=at,
        order_id=draw(st.sampled_from((None, None, "o1", "o2"))),
        dose=draw(st.sampled_from((None, Decimal(1)))),
        bag=draw(st.sampled_from((None, None, None, "b1"))),
        purpose=draw(st.sampled_from((None, None, None, "hydration", "treatment"))),
        running_on_arrival=draw(st.sampled_from((None, None, None, True))),
        **facts,
    )


@st.composite
def moments(draw: st.DrawFn, at: datetime) -> Administration:
    """A push or an injection at `at`."""
    route = draw(st.sampled_from(("iv_push", "iv_push", "im", "sc")))
    drug = draw(st.sampled_from(PUSHES if route == "iv_push" else SHOTS))
    return Administration(administration_id="", drug=drug, route=route, start=at)


@st.composite
def days(draw: st.DrawFn, most: int = 6, *, payer: st.SearchStrategy = payers) -> Encounter:
    """One day at one or two accesses; no two administrations begin in the same minute."""
    starts = draw(st.lists(st.integers(-240, 240), min_size=1, max_size=most, unique=True))
    given = []
    for number, minute in enumerate(starts, 1):
        at = NOON + timedelta(minutes=minute)
        row = draw(drips(at) | drips(at) | moments(at))
        access = draw(st.sampled_from((None, "left", "left", "right")))
        row = replace(
            row,
            administration_id=f"a{number}",
            access=access,
            bag=row.bag and f"{row.bag} {access}",  # one bag hangs at one access
            indication=draw(st.sampled_from((None, None, "E86.0", "nausea"))),
            primary_reason=draw(st.sampled_from((None, None, None, True))),
        )
        given.append(row)
    reason = draw(st.sampled_from((None, "incompatible_drugs", "protocol", "infiltration", "rate")))
    return Encounter(
        encounter_id="day",
        setting=draw(own_settings),
        payer=draw(payer),
        accesses=(
            Access(access_id="left", kind="port"),
            Access(access_id="right", reason_code=reason),
        ),
        administrations=tuple(given),
    )


def with_rows(encounter: Encounter, rows: Iterable[Administration]) -> Encounter:
    return replace(encounter, administrations=tuple(rows))


def moved(encounter: Encounter, by: timedelta, place: ZoneInfo | None = None) -> Encounter:
    """The same chart with every clock time of its rows later by so much, with a place's offset."""

    def move(at: datetime) -> datetime:
        offset = place and (at + by).replace(tzinfo=place).utcoffset()
        return (at + by).replace(tzinfo=None if offset is None else timezone(offset))

    return with_rows(encounter, [_row_moved(each, move) for each in encounter.administrations])


def _row_moved(row: Administration, move: Callable[[datetime], datetime]) -> Administration:
    times = ("start", "stop", "last_observed_infusing", "disconnected_at")
    return replace(
        row,
        **{name: move(at) for name in times if (at := getattr(row, name)) is not None},
        interruptions=tuple(
            Interruption(start=move(each.start), stop=each.stop and move(each.stop))
            for each in row.interruptions
        ),
    )


def charted_end(encounter: Encounter) -> datetime:
    """A moment by which everything charted has ended, however its end is known."""
    begun = max(row.start for row in encounter.administrations if row.start)
    return begun + timedelta(minutes=LONGEST + 1)


def renamed(encounter: Encounter) -> Encounter:
    """The same chart with other names for its accesses, bags, orders and rows; drugs in capitals."""

    def other(name: str | None) -> str | None:
        return name and f"x-{name[::-1]}"

    rows = (
        replace(
            row, administration_id=other(row.administration_id), drug=row.drug.upper(),
            access=other(row.access), bag=other(row.bag), order_id=other(row.order_id),
        )
        for row in encounter.administrations
    )  # fmt: skip
    accesses = (replace(each, access_id=other(each.access_id)) for each in encounter.accesses)
    return replace(with_rows(encounter, rows), accesses=tuple(accesses))


def split(row: Administration, at: datetime) -> tuple[Administration, Administration]:
    """The run of a row as two rows that touch at `at`; the dose and each pause go with their part."""
    early = tuple(each for each in row.interruptions if each.start < at)
    late = tuple(each for each in row.interruptions if each.start >= at)
    again = f"{row.administration_id} again"
    return (
        replace(row, stop=at, interruptions=early),
        replace(row, administration_id=again, start=at, dose=None, interruptions=late),
    )
