"""The record everything flows through: an encounter as charted, and what it supports.

An `Encounter` holds what was charted, in the words of the chart.  An `Outcome` holds what the
rules made of it: lines, things left off, what one more fact would add, and findings.  Both are
frozen and have no behaviour; the same two records serve the command line, the API, the batch and
the tests.  Field names are those of the published contract.

Times are `datetime` values exactly as charted: aware where the chart gave an offset, naive where
it did not.  A naive time is read in the encounter's `time_zone` by the engine, never here.
Quantities are `Decimal`; minutes may have a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Setting = Literal["facility", "professional"]
Route = Literal[
    "iv_infusion",
    "iv_push",
    "im",
    "sc",
    "sc_infusion",
    "ia_push",
    "ia_infusion",
    "intrathecal",
    "on_body",
    "oral",
    "other",
]
Category = Literal[
    "therapeutic",
    "hydration",
    "chemotherapy",
    "biologic",
    "blood",
    "vaccine",
    "flush",
    "anesthetic",
    "contrast",
    "diluent",
    "oral",
]
Purpose = Literal["treatment", "hydration", "keep_open", "carrier", "flush"]
Pump = Literal["stationary", "portable", "implanted"]
AccessKind = Literal["peripheral", "midline", "picc", "cvc", "port", "subcutaneous", "arterial"]
AccessReason = Literal[
    "incompatible_drugs",
    "protocol",
    "simultaneous_necessity",
    "restart",
    "infiltration",
    "rate",
    "convenience",
]
SuppliedBy = Literal["facility", "patient", "pharmacy"]
Department = Literal["on_campus", "off_campus_excepted", "off_campus_nonexcepted"]
Severity = Literal["error", "warning", "info"]
Standing = Literal["paid", "packaged", "not_paid", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """Time within an administration that does not count; no `stop` means it was not resumed."""

    start: datetime
    stop: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """From `at` the fluid ran at `rate_ml_per_h` millilitres an hour."""

    at: datetime
    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """`count` vials or bags of `size` `size_unit` (UCUM) that were opened."""

    size: Decimal
    size_unit: str
    count: int = 1
    single_dose: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One vascular entry; several lumens of one catheter are one access."""

    access_id: str
    kind: AccessKind | None = None
    reason: str | None = None
    reason_code: AccessReason | None = None
    lumens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherService:
    """Something done at the encounter that is not an administration, by its CPT or HCPCS code."""

    code: str
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """One charted administration of one product; see the encounter contract for each field."""

    administration_id: str
    drug: str
    route: Route
    hcpcs: str | None = None
    ndc: str | None = None
    rxnorm: str | None = None
    category: Category | None = None
    access: str | None = None
    bag: str | None = None
    start: datetime | None = None
    stop: datetime | None = None
    minutes: Decimal | None = None
    interruptions: tuple[Interruption, ...] = ()
    dose: Decimal | None = None
    dose_unit: str | None = None
    hand_push: bool | None = None
    pump: Pump | None = None
    pump_channel: str | None = None
    rate_changes: tuple[RateChange, ...] = ()
    counselling: bool | None = None
    continues_off_site: bool | None = None
    running_on_arrival: bool | None = None
    last_observed_infusing: datetime | None = None
    disconnected_at: datetime | None = None
    purpose: Purpose | None = None
    supplied_by: SuppliedBy | None = None
    volume_ml: Decimal | None = None
    rate_ml_per_h: Decimal | None = None
    volume_infused_ml: Decimal | None = None
    discarded: Decimal | None = None
    discarded_unit: str | None = None
    containers: tuple[Container, ...] = ()
    order_id: str | None = None
    order_signed: bool | None = None
    ordered_at: datetime | None = None
    indication: str | None = None
    primary_reason: bool | None = None
    recorded_at: datetime | None = None
    performer: str | None = None
    performer_credential: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """One outpatient registration and all that was given during it, in charted order."""

    encounter_id: str
    setting: Setting
    administrations: tuple[Administration, ...] = ()
    patient_id: str | None = None
    payer: str | None = None
    time_zone: str | None = None
    date_of_service: date | None = None
    diagnoses: tuple[str, ...] = ()
    place_of_service: str | None = None
    attendance_of_day: int | None = None
    ended_at: datetime | None = None
    inpatient_order_at: datetime | None = None
    birth_date: date | None = None
    weight_kg: Decimal | None = None
    department: Department | None = None
    drug_discount_340b: bool | None = None
    locality: str | None = None
    accesses: tuple[Access, ...] = ()
    other_services: tuple[OtherService, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that was used, with the named facts its sentence is made of (ints, ids, clock texts)."""

    rule: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


class TableUsed(NamedTuple):
    """A table an amount comes from: the dates of service it covers, and the sha256 of its rows.

    `origin` is "imported" for a table of the user's store, "shipped" for facts of the package.
    """

    name: str
    first: date
    last: date
    digest: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What Medicare would allow, in dollars, before deductibles: an estimate that shows its sums.

    `amount` is None where it is unknown; `missing` then names the table that would tell, where one
    would.  `arithmetic` says in a sentence how the amount, or that there is none, comes about.
    `coinsurance` is the patient's part where the table states it.  `medicare` is Medicare's own
    payment after sequestration, where that was asked for.
    """

    standing: Standing
    amount: Decimal | None
    arithmetic: str
    tables: tuple[TableUsed, ...] = ()
    missing: str = ""
    coinsurance: Decimal | None = None
    medicare: Decimal | None = None


class Total(NamedTuple):
    """The known amounts of some lines together, and how many lines have none that is known."""

    amount: Decimal
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One claim line the chart supports.  `rules` stand in the order they were used.

    Four are of drug lines: the NDC as eleven digits, its unit (UN, ML, GR, F2) and quantity of that
    unit, and what an unlisted code is for.  Where asked for: `certificate`, what the line rests on,
    and `allowed`, its estimated payment.
    """

    code: str
    units: int
    date_of_service: date | None
    modifiers: tuple[str, ...] = ()
    administrations: tuple[str, ...] = ()
    rules: tuple[Reason, ...] = ()
    ndc: str | None = None
    ndc_unit: str | None = None
    ndc_quantity: Decimal | None = None
    narrative: str | None = None
    certificate: dict[str, Any] | None = None
    allowed: Allowed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReported:
    """Something considered and left off: `what` is a code or an administration id."""

    what: str
    reason: Reason
    administrations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One documentation fact: this `field` of this administration (or access), at `value`."""

    field: str
    value: str
    administration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """What one named missing fact would add to the lines.

    `worth`, where asked for: the claim with the fact, less the claim without it.
    """

    code: str
    units: int
    need: Need
    modifiers: tuple[str, ...] = ()
    worth: Allowed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A gap, a doubt, an edit that will hit, or input that was set aside.

    For set-aside input `reason.facts` holds `file`, `line` and `field`; never the value.
    """

    severity: Severity
    reason: Reason
    administrations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One run on the timeline: what ran from when to when, and what it became.

    `start`, `stop` are local times (naive where the chart had no zone), None without clock times.
    `end` says how the stop is known: stop, pause, minutes, volume, observed, disconnected, none.
    `gaps` are times within the bar that did not count.  `lane` is the access it counts under.
    """

    administrations: tuple[str, ...]
    drug: str
    lane: str
    route: str
    start: datetime | None
    stop: datetime | None
    minutes: int | None
    end: str
    codes: tuple[str, ...] = ()
    concurrent_with: tuple[int, ...] = ()
    gaps: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an outcome rests on: profile, rules digest, edition and the tables used, by name."""

    profile: str
    rules: str
    edition: str
    tables: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one encounter supports, with every reason; `total` of its lines where they are priced."""

    encounter_id: str
    lines: tuple[Line, ...] = ()
    not_reported: tuple[NotReported, ...] = ()
    possible: tuple[Possible, ...] = ()
    findings: tuple[Finding, ...] = ()
    timeline: tuple[Bar, ...] = ()
    policy: Basis | None = None
    total: Total | None = None
