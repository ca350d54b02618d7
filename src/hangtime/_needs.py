"""One missing fact in words, for every field of the encounter contract.

A phrase says what the chart would have to show.  `{value}` stands where the size of the fact
matters (a clock time, minutes, a volume); where it does not, or where naming it would put a reason
into the writer's mouth, it is left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from hangtime.model import AccessReason, Need

# Clock times and amounts, with the side of the value on which the fact lies.
_MEASURED = {
    "stop": "a stop at or after {value}",
    "start": "a start at or before {value}",
    "minutes": "a charted duration of at least {value} minutes",
    "last_observed_infusing": "a charted sight of it still infusing at or after {value}",
    "disconnected_at": "a charted disconnection at or after {value}",
    "ordered_at": "an order dated at or before {value}",
    "recorded_at": "an entry saved at {value}",
    "ended_at": "a charted end of the encounter at or after {value}",
    "inpatient_order_at": "an inpatient order at or after {value}",
    "volume_infused_ml": "a charted infused volume of at least {value} mL",
    "volume_ml": "a charted volume hung of at least {value} mL",
    "rate_ml_per_h": "a charted rate of {value} mL/h",
    "dose": "a charted dose of {value}",
    "date_of_service": "a date of service of {value}",
    "attendance_of_day": "a charted attendance of the day (number {value})",
    "lumens": "a charted number of lumens ({value})",
    "discarded": "a charted amount discarded of {value}",
}

# Words from a closed list: the value is named, because the code turns on it.
_NAMED = {
    "category": "a charted category of {value}",
    "purpose": "a charted purpose of {value}",
    "route": "a charted route of {value}",
    "pump": "a charted {value} pump",
    "kind": "a charted kind of access of {value}",
    "setting": "the {value} setting",
    "supplied_by": "a drug charted as supplied by the {value}",
    "payer": "the payer {value}",
    "department": "a department of {value}",
    "place_of_service": "place of service {value}",
}

# Facts that count by being charted at all.
_CHARTED = {
    "reason": "a charted reason for the second access",
    "reason_code": "a charted reason for the second access",
    "indication": "a charted indication",
    "order_id": "the order it belongs to",
    "order_signed": "a signed order",
    "access": "the access it ran through",
    "access_id": "a listed access",
    "accesses": "a list of the accesses used",
    "bag": "the bag it was mixed in",
    "drug": "a drug name that is known",
    "hcpcs": "the product's HCPCS code",
    "ndc": "the product's NDC",
    "rxnorm": "the product's RxNorm code",
    "dose_unit": "the unit of the dose",
    "discarded_unit": "the unit of the amount discarded",
    "containers": "the vials or bags opened",
    "interruptions": "the end of the interruption",
    "rate_changes": "the charted changes of rate",
    "pump_channel": "the pump channel it ran on",
    "performer": "the name of who gave it",
    "performer_credential": "the credential of who gave it",
    "diagnoses": "a charted diagnosis",
    "other_services": "a charted service beside the administrations",
    "time_zone": "the time zone of the charted times",
    "offset": "the offset of the charted times from universal time",
    "locality": "the Medicare locality",
    "birth_date": "the date of birth",
    "weight_kg": "the body weight",
    "administrations": "a charted administration",
    "administration_id": "an id of the administration",
    "encounter_id": "an id of the encounter",
    "patient_id": "an id of the patient",
}

# Yes-or-no facts: (charted as true, charted as false).
_YES_NO = {
    "hand_push": (
        "a charted push by hand with the clinician present",
        "a charted drip, not a push by hand",
    ),
    "counselling": (
        "charted counselling by the practitioner",
        "a record that no counselling was given",
    ),
    "continues_off_site": (
        "a record that it was left running when the patient went home",
        "a record that it ended before the patient went home",
    ),
    "running_on_arrival": (
        "a record that it was already running on arrival",
        "a record that it was started here",
    ),
    "primary_reason": (
        "a record that it was the main reason for the visit",
        "a record that it was not the main reason for the visit",
    ),
    "order_signed": ("a signed order", "an unsigned order"),
    "drug_discount_340b": ("a record of 340B purchase", "a record of purchase outside 340B"),
}

# Aims that an indication may show, where the code turns on the aim.
_AIMS = {
    "volume": "a charted indication that asks for volume",
    "electrolyte": "a charted indication that asks for the electrolyte",
}

_ALIASES = {"access_kind": "kind", "access_reason": "reason", "accesses_reason": "reason"}
_NO = {"false", "no", "0"}


def need_in_words(need: Need) -> str:
    """What the chart would have to show, as a phrase that a verb can follow."""
    field = _field(need.field)
    if field in _YES_NO:
        yes, no = _YES_NO[field]
        return no if need.value.strip().lower() in _NO else yes
    if field == "indication":
        return _AIMS.get(need.value, _CHARTED[field])
    if field == "start" and not any(char.isdigit() for char in need.value):
        return f"start times {need.value}".strip()
    if field in _CHARTED:
        return _CHARTED[field]
    if field in _NAMED:
        return _NAMED[field].format(value=need.value.replace("_", " ")).strip()
    template = _MEASURED.get(field, f"a charted {field.replace('_', ' ')} of {{value}}")
    return template.format(value=_clock(need.value))


def place_in_words(need: Need) -> str:
    """Where the fact belongs: an administration, or the access whose reason is missing."""
    if need.administration or _field(need.field) not in ("reason", "reason_code"):
        return need.administration or ""
    return "" if need.value in get_args(AccessReason) else need.value


def is_worded(field: str) -> bool:
    """Whether the contract field has wording of its own."""
    tables = (_MEASURED, _NAMED, _CHARTED, _YES_NO)
    return any(_field(field) in table for table in tables)


def _field(name: str) -> str:
    """The contract field of a name that may carry its record: `accesses.reason` is `reason`."""
    short = name.strip().replace(" ", "_").rsplit(".", 1)[-1]
    return _ALIASES.get(short, short)


def _clock(value: str) -> str:
    """A whole date-time as date and clock; a clock time, a date or an amount as it stands."""
    if "T" not in value:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    return f"{clock} on {moment:%Y-%m-%d}"
