"""Steps one to five: the order, the patient, the site, the access, the drug."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from hangtime.chart.bodies.words import (
    Antiseptic,
    Consent,
    Count,
    Id,
    Identifier,
    Line,
    Moment,
    Part,
    Said,
    Side,
    Text,
)
from hangtime.model import (
    AccessKind,
    AccessReason,
    Category,
    Pump,
    Purpose,
    Route,
    SuppliedBy,
)


class OrderVerified(Said, frozen=True, kw_only=True, tag="order_verified"):
    """Step 1.  The order as it was read; verified again, the later reading stands.

    Dose in `dose_unit` (UCUM), rate in mL/h, volume in mL, duration in minutes.  `indication` is an
    ICD-10-CM code or words.  `template` names the drug's template where it is not found by the drug.
    """

    order_id: Id
    drug: Line
    dose: Decimal | None = None
    dose_unit: Line | None = None
    route: Route | None = None
    rate_ml_per_h: Decimal | None = None
    volume_ml: Decimal | None = None
    duration_minutes: Decimal | None = None
    indication: Line | None = None
    prescriber: Line | None = None
    is_signed: bool | None = None
    ordered_at: Moment | None = None
    supervising_practitioner: Line | None = None
    category: Category | None = None
    purpose: Purpose | None = None
    is_primary_reason: bool | None = None
    template: Id | None = None


class PatientIdentified(Said, frozen=True, kw_only=True, tag="patient_identified"):
    """Step 2.  By which identifiers the patient was known; two are needed."""

    identifiers: tuple[Identifier, ...]


class Allergy(Part, frozen=True, kw_only=True):
    """What the patient does not tolerate, and what happened."""

    substance: Line
    reaction: Line | None = None


class Screening(Said, frozen=True, kw_only=True, tag="screening"):
    """Step 2.  None is "not asked"; an empty list beside a True answer is "asked, none"."""

    is_allergy_reviewed: bool | None = None
    allergies: tuple[Allergy, ...] = ()
    is_contraindication_reviewed: bool | None = None
    contraindications: tuple[Line, ...] = ()
    is_history_reviewed: bool | None = None
    consent: Consent | None = None
    weight_kg: Decimal | None = None


class SitePrepared(Said, frozen=True, kw_only=True, tag="site_prepared"):
    """Step 3.  The place on the skin, made aseptic."""

    antiseptic: Antiseptic
    site: Line | None = None
    side: Side | None = None
    is_hand_hygiene_done: bool | None = None
    is_left_to_dry: bool | None = None


class AccessEstablished(Said, frozen=True, kw_only=True, tag="access_established"):
    """Step 4.  A catheter put in, or a device accessed.  Lumens of one catheter are one access.

    `reason` and `reason_code` say why a second access was needed.
    """

    access_id: Id
    device: AccessKind
    site: Line | None = None
    side: Side | None = None
    gauge: Count | None = None
    lumens: Count | None = None
    attempts: Count | None = None
    has_blood_return: bool | None = None
    is_already_in_place: bool = False
    reason: Text | None = None
    reason_code: AccessReason | None = None


class AccessAttemptFailed(Said, frozen=True, kw_only=True, tag="access_attempt_failed"):
    """Step 4.  A puncture that gave no access."""

    site: Line | None = None
    side: Side | None = None
    gauge: Count | None = None
    reason: Text | None = None


class Vials(Part, frozen=True, kw_only=True):
    """`count` containers of `size` `size_unit` (UCUM) that were opened."""

    size: Decimal
    size_unit: Line
    count: Count = 1
    is_single_dose: bool | None = None


class DrugPrepared(Said, frozen=True, kw_only=True, tag="drug_prepared"):
    """Step 5.  One dose made ready: from here on it is an administration of its own.

    `gtin`, `ndc`, `lot`, `expiry` are what the barcode says (`is_scanned`) or what was typed.
    `second_check_by` names the other person who checked a high-alert drug, where that person does
    not chart it (`second_check_done`).
    """

    administration_id: Id
    drug: Line
    order_id: Id | None = None
    dose: Decimal | None = None
    dose_unit: Line | None = None
    volume_ml: Decimal | None = None
    bag: Id | None = None
    diluent: Line | None = None
    gtin: Line | None = None
    ndc: Line | None = None
    hcpcs: Line | None = None
    rxnorm: Line | None = None
    lot: Line | None = None
    expiry: date | None = None
    is_scanned: bool | None = None
    containers: tuple[Vials, ...] = ()
    discarded: Decimal | None = None
    discarded_unit: Line | None = None
    second_check_by: Line | None = None
    supplied_by: SuppliedBy | None = None
    made_by: Literal["pharmacy", "nurse", "manufacturer"] | None = None


class SecondCheckDone(Said, frozen=True, kw_only=True, tag="second_check_done"):
    """Step 5.  Whoever charts this checked a high-alert drug that somebody else prepared."""

    administration_id: Id
    remark: Text | None = None


class WasteCharted(Said, frozen=True, kw_only=True, tag="waste_charted"):
    """What of an opened single-dose container was thrown away, where it was not said before."""

    administration_id: Id
    discarded: Decimal
    discarded_unit: Line
    witnessed_by: Line | None = None


class LinePrimed(Said, frozen=True, kw_only=True, tag="line_primed"):
    """Step 5.  The tubing is filled, free of air, and in the pump."""

    administration_id: Id | None = None
    solution: Line | None = None
    filter: Line | None = None
    pump: Pump | None = None
    pump_channel: Line | None = None
