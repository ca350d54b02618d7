"""Hypothesis strategies for entries: whatever a decoder lets in, with ids that meet each other.

A body is drawn from its own types, so that a kind added to the record is drawn too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from hangtime.chart import BODIES, Entry, decode
from hangtime.chart.bodies import (
    AccessEstablished,
    Corrected,
    DrugPrepared,
    InfusionPaused,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    Observed,
    OrderVerified,
    RateChanged,
    ReactionEnded,
    ReactionNoted,
    VisitOpened,
)

ENTRY_IDS = st.sampled_from([f"e{number}" for number in range(20)])
IDS = {
    "administration_id": st.sampled_from(["a1", "a1", "a2"]),
    "access_id": st.sampled_from(["arm", "port"]),
    "order_id": st.sampled_from(["o1", "o2"]),
    "reaction_id": st.sampled_from(["r1", "r2"]),
    "corrects": ENTRY_IDS,
}
OPENING = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)  # the night the clocks of Chicago go forward
OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=-6)), timezone(timedelta(hours=-5))])
MOMENTS = st.builds(
    lambda minutes, offset: (OPENING + timedelta(minutes=minutes)).astimezone(offset),
    st.integers(-30, 400),
    OFFSETS,
)


def drawn(kind: Any) -> st.SearchStrategy[Any]:
    """Values of one type, as msgspec describes it."""
    if isinstance(kind, inspect.StructType):
        fields = {each.name: field(each) for each in kind.fields}
        return st.fixed_dictionaries(fields).map(lambda said: _made(kind.cls, said))
    if isinstance(kind, inspect.UnionType):
        return st.one_of([drawn(each) for each in kind.types])
    if isinstance(kind, inspect.VarTupleType):
        return st.lists(drawn(kind.item_type), max_size=2).map(tuple)
    if isinstance(kind, inspect.LiteralType):
        return st.sampled_from(kind.values)
    return _plain(kind)


def _made(cls: type, said: dict[str, Any]) -> Any:
    return cls(**{name: value for name, value in said.items() if value is not msgspec.UNSET})


def field(each: inspect.Field) -> st.SearchStrategy[Any]:
    if each.name == "still_infusing":
        return st.lists(IDS["administration_id"], max_size=2).map(tuple)
    if each.name in IDS:
        return IDS[each.name] if each.required else st.just(msgspec.UNSET) | IDS[each.name]
    values = drawn(each.type)
    return values if each.required else st.just(msgspec.UNSET) | values


def _plain(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, inspect.StrType):
        least, most = kind.min_length or 0, min(kind.max_length or 12, 12)
        texts = st.text(
            st.characters(exclude_categories=["Cs", "Cc"]), min_size=least, max_size=most
        )
        return texts.filter(lambda text: text.strip() != "")
    if isinstance(kind, inspect.BoolType):
        return st.booleans()
    if isinstance(kind, inspect.IntType):
        return st.integers(kind.ge or 0, kind.le if kind.le is not None else 400)
    if isinstance(kind, inspect.DecimalType):
        return st.decimals(0, 100_000, places=3) | st.just(Decimal("1E-12"))
    if isinstance(kind, inspect.DateTimeType):
        return MOMENTS
    if isinstance(kind, inspect.DateType):
        return st.dates(date(1930, 1, 1), date(2026, 12, 31))
    assert isinstance(kind, inspect.NoneType), kind
    return st.none()


BUSY = (
    OrderVerified, AccessEstablished, DrugPrepared, InfusionStarted, InfusionStarted, RateChanged,
    InfusionPaused, InfusionResumed, InfusionStopped, Observed, ReactionNoted, ReactionEnded, Corrected,
)  # fmt: skip
BODY = st.one_of([drawn(inspect.type_info(each)) for each in (*BODIES, *BUSY, *BUSY)])
OPENINGS = drawn(inspect.type_info(VisitOpened))


def entries(body: st.SearchStrategy[Any] = BODY) -> st.SearchStrategy[Entry]:
    """Any entry of a visit, or now and then of another."""
    return st.builds(
        Entry,
        entry_id=ENTRY_IDS,
        visit_id=st.sampled_from(["V-1"] * 29 + ["V-2"]),
        happened_at=MOMENTS,
        recorded_at=MOMENTS,
        author=st.sampled_from(["n1", "n2"]),
        author_name=st.just("A. Nurse"),
        credential=st.sampled_from([None, "RN"]),
        body=body,
    )


def records(most: int = 14) -> st.SearchStrategy[list[Entry]]:
    """The entries of a visit in the order they arrive: half of them a visit that began as it should."""
    opened = st.lists(entries(OPENINGS), min_size=0, max_size=1)
    rest = st.lists(entries(), min_size=most // 2, max_size=most) | st.lists(entries(), max_size=3)
    begun = st.sampled_from([[], begun_visit()])
    return st.tuples(begun, opened, rest).map(lambda parts: parts[0] + parts[1] + parts[2])


def begun_visit() -> list[Entry]:
    """Opened, ordered, prepared and started, as e0 to e4."""
    said = [
        {"kind": "visit_opened", "site_id": "demo", "unit_id": "north", "setting": "facility",
         "time_zone": "America/Chicago", "patient": {"patient_id": "P-1", "name": "Simulated"}},
        {"kind": "order_verified", "order_id": "o1", "drug": "infliximab"},
        {"kind": "access_established", "access_id": "arm", "device": "peripheral"},
        {"kind": "drug_prepared", "administration_id": "a1", "order_id": "o1", "drug": "infliximab"},
        {"kind": "infusion_started", "administration_id": "a1", "access_id": "arm",
         "rate_ml_per_h": "125", "volume_ml": "250"},
    ]  # fmt: skip
    return [
        Entry(
            entry_id=f"e{number}",
            visit_id="V-1",
            happened_at=OPENING + timedelta(minutes=10 * number),
            recorded_at=OPENING + timedelta(minutes=10 * number),
            author="n1",
            author_name="A. Nurse",
            body=decode(msgspec.json.encode(body)),
        )
        for number, body in enumerate(said)
    ]
