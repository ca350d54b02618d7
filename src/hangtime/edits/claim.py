"""A billed line and a finding about one, with the names of the claim-line contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from hangtime.model import Setting, Severity

Texts = tuple[str, ...]


class ClaimLine(NamedTuple):
    """One row of the claim-line table.  Texts are as billed: the scrubber judges their form.

    `diagnoses` are the claim's, repeated on its lines; `diagnosis_pointers` count them from 1.
    """

    claim_id: str
    line_number: int
    setting: Setting
    date_of_service: date
    code: str
    units: Decimal
    modifiers: Texts = ()
    encounter_id: str | None = None
    patient_id: str | None = None
    payer: str | None = None
    place_of_service: str | None = None
    bill_type: str | None = None
    revenue_code: str | None = None
    diagnoses: Texts = ()
    diagnosis_pointers: tuple[int, ...] = ()
    ndc: str | None = None
    ndc_unit: str | None = None
    ndc_quantity: Decimal | None = None
    rendering_npi: str | None = None
    billing_npi: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    charge: Decimal | None = None
    allowed: Decimal | None = None
    paid: Decimal | None = None


class ClaimFinding(NamedTuple):
    """One finding.  `error`: denied or returned as it stands; `warning`: likely, or only a chart can
    tell; `info`: not known here.

    `other_line` is the line it collides with, `table` the published table that says so and
    `table_date` the first date of service that table covers.
    """

    claim_id: str
    line_number: int | None
    severity: Severity
    rule: str
    message: str
    code: str | None = None
    other_line: int | None = None
    table: str | None = None
    table_date: date | None = None
