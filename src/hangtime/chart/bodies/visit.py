"""What is charted of the visit as a whole: opening and closing, diagnoses, skipped steps, notes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from hangtime.chart.bodies.words import Count, Id, Line, Part, Said, Step, Text
from hangtime.model import Department, Setting


class Patient(Part, frozen=True, kw_only=True):
    """Who sits in the chair.  `patient_id` is the record number at the site."""

    patient_id: Id
    name: Line
    birth_date: date | None = None
    sex: Literal["female", "male", "other", "unknown"] | None = None


class VisitOpened(Said, frozen=True, kw_only=True, tag="visit_opened"):
    """A patient is given a chair.

    What later decides the claim (setting, payer, zone) and the site's limit for late entries are
    written down as they were on this day.  `is_simulated`: no real patient.
    """

    site_id: Id
    unit_id: Id
    patient: Patient
    setting: Setting
    time_zone: Line
    chair: Line | None = None
    payer: Line | None = None
    place_of_service: Line | None = None
    attendance_of_day: Count | None = None
    department: Department | None = None
    drug_discount_340b: bool | None = None
    locality: Line | None = None
    late_after_minutes: Count | None = None
    is_simulated: bool = False


class VisitClosed(Said, frozen=True, kw_only=True, tag="visit_closed"):
    """The patient left."""

    destination: Literal["home", "admitted", "emergency", "transferred", "died", "other"] = "home"
    remark: Text | None = None


class DiagnosesCharted(Said, frozen=True, kw_only=True, tag="diagnoses_charted"):
    """The visit's diagnoses in ICD-10-CM, the first listed first; a later list replaces it."""

    codes: tuple[Line, ...]


class OtherServiceCharted(Said, frozen=True, kw_only=True, tag="other_service_charted"):
    """Something else done at the visit, by its CPT or HCPCS code."""

    code: Line
    modifiers: tuple[Line, ...] = ()


class InpatientOrdered(Said, frozen=True, kw_only=True, tag="inpatient_ordered"):
    """The patient became an inpatient; nothing of the outpatient service is reported from here on."""


class StepSkipped(Said, frozen=True, kw_only=True, tag="step_skipped"):
    """One of the ten steps was left out, and why."""

    step: Step
    reason: Text


class Note(Said, frozen=True, kw_only=True, tag="note"):
    """Free words, about the visit or about one entry, drug, access or reaction."""

    text: Text
    about: Id | None = None
