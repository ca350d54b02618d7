"""Hypothesis strategies for encounters as the contract allows them, for any test that needs some.

`encounters()` draws any encounter a reader must accept, however odd.  `plausible_encounters()`
draws a day in an infusion clinic: infusions that stop after they start, on one or two accesses.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from hangtime import model
from hangtime.model import (
    Access,
    Administration,
    Container,
    Encounter,
    Interruption,
    OtherService,
    RateChange,
)

_INFUSIONS = ("iv_infusion", "sc_infusion", "ia_infusion")


def words(vocabulary: object) -> st.SearchStrategy:
    """One of the words of a vocabulary of the model, such as `model.Route`."""
    return st.sampled_from(get_args(vocabulary))


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """What is charted, or None where it is not."""
    return st.none() | strategy


ids = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 ._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() != ""
)
numbers = st.decimals(
    min_value=0, max_value=Decimal(99999), places=3, allow_nan=False, allow_infinity=False
)
offsets = st.sampled_from([None, UTC, timezone(timedelta(hours=-6))])
times = st.builds(
    lambda moment, offset: moment.replace(tzinfo=offset),
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)),
    offsets,
)
dates = st.dates(date(1930, 1, 1), date(2026, 12, 31))
codes = st.sampled_from(["36000", "36410", "96523", "99213", "J1745", "0001A"])
modifiers = st.sampled_from(["25", "59", "XS", "XE"])
diagnoses = st.sampled_from(["K50.90", "E86.0", "C18.9", "Z5111"])
zones = st.sampled_from(["America/Chicago", "Europe/Berlin", "UTC"])

interruptions = st.builds(
    lambda start, minutes: Interruption(
        start=start, stop=None if minutes is None else start + timedelta(minutes=minutes)
    ),
    times,
    maybe(st.integers(0, 300)),
)
rate_changes = st.builds(RateChange, at=times, rate_ml_per_h=numbers)
containers = st.builds(
    Container,
    size=numbers,
    size_unit=texts,
    count=st.integers(1, 9),
    single_dose=maybe(st.booleans()),
)
accesses = st.builds(
    Access,
    access_id=ids,
    kind=maybe(words(model.AccessKind)),
    reason=maybe(texts),
    reason_code=maybe(words(model.AccessReason)),
    lumens=maybe(st.integers(1, 3)),
)
other_services = st.builds(
    OtherService, code=codes, modifiers=st.lists(modifiers, max_size=2).map(tuple)
)


def lists(entries: st.SearchStrategy, most: int = 2) -> st.SearchStrategy:
    """A short tuple of entries."""
    return st.lists(entries, max_size=most).map(tuple)


def _in_order(each: Administration) -> Administration:
    """An infusion that stops after its start, as a reader demands."""
    if each.route not in _INFUSIONS or each.start is None or each.stop is None:
        return each
    if (each.start.tzinfo is None) != (each.stop.tzinfo is None) or each.start < each.stop:
        return each
    return replace(each, stop=each.start + timedelta(minutes=45))


administrations = st.builds(
    Administration,
    administration_id=ids,
    drug=texts,
    route=words(model.Route),
    hcpcs=maybe(st.sampled_from(["J1745", "Q5103", "96365"])),
    ndc=maybe(st.sampled_from(["57894-030-01", "57894003001"])),
    rxnorm=maybe(st.sampled_from(["191831", "2193"])),
    category=maybe(words(model.Category)),
    access=maybe(ids),
    bag=maybe(ids),
    start=maybe(times),
    stop=maybe(times),
    minutes=maybe(numbers),
    interruptions=lists(interruptions),
    dose=maybe(numbers),
    dose_unit=maybe(texts),
    hand_push=maybe(st.booleans()),
    pump=maybe(words(model.Pump)),
    pump_channel=maybe(ids),
    rate_changes=lists(rate_changes),
    counselling=maybe(st.booleans()),
    continues_off_site=maybe(st.booleans()),
    running_on_arrival=maybe(st.booleans()),
    last_observed_infusing=maybe(times),
    disconnected_at=maybe(times),
    purpose=maybe(words(model.Purpose)),
    supplied_by=maybe(words(model.SuppliedBy)),
    volume_ml=maybe(numbers),
    rate_ml_per_h=maybe(numbers),
    volume_infused_ml=maybe(numbers),
    discarded=maybe(numbers),
    discarded_unit=maybe(texts),
    containers=lists(containers),
    order_id=maybe(ids),
    order_signed=maybe(st.booleans()),
    ordered_at=maybe(times),
    indication=maybe(texts),
    primary_reason=maybe(st.booleans()),
    recorded_at=maybe(times),
    performer=maybe(texts),
    performer_credential=maybe(texts),
).map(_in_order)


def encounters(encounter_id: st.SearchStrategy = ids, most: int = 3) -> st.SearchStrategy:
    """Any encounter that a reader of the contract accepts without a finding that loses a row."""
    return st.builds(
        Encounter,
        encounter_id=encounter_id,
        setting=words(model.Setting),
        administrations=st.lists(
            administrations, max_size=most, unique_by=lambda each: each.administration_id
        ).map(tuple),
        patient_id=maybe(ids),
        payer=maybe(st.sampled_from(["medicare", "medicaid", "commercial"])),
        time_zone=maybe(zones),
        date_of_service=maybe(dates),
        diagnoses=lists(diagnoses),
        place_of_service=maybe(st.sampled_from(["11", "19", "22"])),
        attendance_of_day=maybe(st.integers(1, 3)),
        ended_at=maybe(times),
        inpatient_order_at=maybe(times),
        birth_date=maybe(dates),
        department=maybe(words(model.Department)),
        drug_discount_340b=maybe(st.booleans()),
        locality=maybe(texts),
        accesses=st.lists(accesses, max_size=2, unique_by=lambda each: each.access_id).map(tuple),
        other_services=lists(other_services),
    )


def encounter_lists(most: int = 4) -> st.SearchStrategy:
    """Several encounters with ids of their own."""
    return st.lists(encounters(), max_size=most, unique_by=lambda each: each.encounter_id)


_MORNING = datetime(2025, 3, 12, 8, 0)
_DRUGS = {
    "infliximab": ("iv_infusion", "biologic"),
    "ceftriaxone": ("iv_infusion", "therapeutic"),
    "vancomycin": ("iv_infusion", "therapeutic"),
    "sodium chloride 0.9 %": ("iv_infusion", "hydration"),
    "oxaliplatin": ("iv_infusion", "chemotherapy"),
    "ondansetron": ("iv_push", "therapeutic"),
    "morphine": ("iv_push", "therapeutic"),
    "ketorolac": ("im", "therapeutic"),
}


@st.composite
def plausible_encounters(draw: st.DrawFn, most: int = 6) -> Encounter:
    """A day in an infusion clinic or an emergency department, some stops missing."""
    given_ones = []
    for number in range(draw(st.integers(1, most))):
        drug = draw(st.sampled_from(sorted(_DRUGS)))
        route, category = _DRUGS[drug]
        start = _MORNING + timedelta(minutes=draw(st.integers(0, 600)))
        length = draw(maybe(st.integers(5, 300))) if route == "iv_infusion" else None
        given_ones.append(
            Administration(
                administration_id=f"a{number + 1}",
                drug=drug,
                route=route,
                category=category,
                access=draw(st.sampled_from(["left arm", "left arm", "port"])),
                start=start,
                stop=None if length is None else start + timedelta(minutes=length),
            )
        )
    return Encounter(
        encounter_id=draw(ids),
        setting=draw(words(model.Setting)),
        time_zone="America/Chicago",
        administrations=tuple(given_ones),
    )
