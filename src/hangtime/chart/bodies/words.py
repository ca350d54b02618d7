"""The words an entry may use: routes, devices, steps, signs, reactions.

Each vocabulary is closed, so that a status can be computed from it; what does not fit goes into a
text beside it.  Words shared with the encounter contract are those of `hangtime.model`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

# An identifier chosen by the client (a UUID, or a short name such as "left arm"); never blank.
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"\S")]
# One line of words, and a paragraph; never blank.
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=r"\S")]
# A moment: always with an offset from UTC.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]

Step = Literal[
    "verify_order",
    "identify_and_screen",
    "prepare_site",
    "establish_access",
    "prepare_drug",
    "start",
    "monitor",
    "stop",
    "flush",
    "finish",
]
Side = Literal["left", "right", "midline"]
Identifier = Literal["name", "birth_date", "record_number", "wristband", "photo", "other"]
Consent = Literal["signed", "verbal", "not_needed", "refused"]
Antiseptic = Literal["chlorhexidine_alcohol", "alcohol", "povidone_iodine", "other"]
FlushSolution = Literal["saline", "heparin", "dextrose", "citrate", "other"]
# VIP: Jackson's visual infusion phlebitis score, 0 to 5.  INS: the Infusion Nurses Society's scales
# of phlebitis and of infiltration, each 0 to 4.
SiteScale = Literal["vip", "ins_phlebitis", "ins_infiltration"]
StopReason = Literal[
    "completed", "ordered", "reaction", "access_lost", "patient_request", "equipment", "other"
]
PauseReason = Literal[
    "reaction", "access", "observation", "other_drug", "patient_request", "equipment", "other"
]
Sign = Literal[
    "hives", "itching", "flushing", "rash", "angioedema", "swollen_lips_or_tongue",
    "dyspnea", "wheeze", "bronchospasm", "stridor", "hoarseness", "trouble_swallowing",
    "throat_tightness", "hypoxemia", "cough", "chest_tightness",
    "hypotension", "collapse", "syncope", "incontinence", "hypertension", "tachycardia",
    "bradycardia", "chest_pain", "dizziness", "confusion",
    "severe_abdominal_pain", "repeated_vomiting", "nausea", "diarrhea",
    "fever", "chills", "rigors", "headache", "back_pain", "joint_pain", "anxiety",
    "site_pain", "site_redness", "site_swelling", "site_coolness", "site_blanching",
    "site_leaking", "palpable_cord", "site_blistering", "site_drainage", "no_blood_return",
]  # fmt: skip
Reaction = Literal[
    "phlebitis",
    "infiltration",
    "extravasation",
    "hypotension",
    "hypertension",
    "arrhythmia",
    "infusion_related",
    "hypersensitivity",
    "anaphylaxis",
    "cytokine_release",
    "vasovagal",
    "fluid_overload",
    "air_embolism",
    "other",
]
Action = Literal[
    "infusion_paused",
    "infusion_stopped",
    "rate_reduced",
    "line_aspirated",
    "access_removed",
    "epinephrine",
    "antihistamine",
    "corticosteroid",
    "antipyretic",
    "bronchodilator",
    "vasopressor",
    "antidote",
    "fluid_bolus",
    "oxygen",
    "positioned",
    "warm_compress",
    "cold_compress",
    "limb_elevated",
    "area_marked",
    "emergency_called",
    "resuscitation",
    "other",
]
ReactionOutcome = Literal[
    "resolved", "improved", "ongoing", "transferred", "died", "not_a_reaction"
]
Afterwards = Literal["resumed", "resumed_slower", "stopped", "not_running"]


class Part(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A part of an entry.  A field left at its default was not said.

    Quantities are finite `Decimal`s, none below zero, moments have an offset, and texts can be shown;
    anything else is a ValueError that names the field and not its value.
    """

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            check(name, getattr(self, name))


# What moves a cursor or ends a text early; PostgreSQL keeps no NUL.  Tabs and line ends are words' own.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Said(Part, frozen=True, kw_only=True, tag_field="kind"):
    """The body of an entry: its `kind` in JSON says which."""


def check(name: str, value: Any) -> None:
    """ValueError where a value could not be reckoned with, kept or shown later."""
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > 12:
            raise ValueError(f"{name}: not a number that can be measured")
        if value < 0:
            raise ValueError(f"{name}: below zero")
    elif isinstance(value, datetime):
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"{name}: a time without its offset from UTC")
        if not can_be_meant(value):
            raise ValueError(f"{name}: a year that cannot be meant")
    elif isinstance(value, str):
        if not value.isprintable() and _CONTROL.search(value):
            raise ValueError(f"{name}: a character that cannot be shown")
    elif isinstance(value, tuple):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            check(name, each)


def can_be_meant(at: datetime) -> bool:
    """Whether a moment lies in years of which something may be charted."""
    return FIRST_YEAR <= at.year <= LAST_YEAR


def instant(at: datetime) -> datetime:
    """The same moment in UTC: two times of one zone are not subtracted across a change of clocks."""
    return at.astimezone(UTC)
