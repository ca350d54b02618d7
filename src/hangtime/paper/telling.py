"""One entry of the record in words: what it is, and each thing it says with its unit.

Total: a field that nobody worded is written by its name, so that nothing an entry says is left out.
A field at its default was not said, and is not printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from hangtime.chart import kind_of
from hangtime.chart.bodies import Body, Corrected
from hangtime.chart.bodies.delivery import Vitals
from hangtime.chart.bodies.preparation import Vials
from hangtime.chart.bodies.words import Part, Said
from hangtime.chart.tables import reaction_kinds, signs
from hangtime.paper.moments import Times, day_of

__all__ = ["Teller", "amount", "coded", "number", "pressure", "signs_in_words", "title_of"]

_LABELS = {
    "patient_id": "record number", "gtin": "GTIN", "ndc": "NDC", "hcpcs": "HCPCS",
    "rxnorm": "RxNorm", "minutes": "over", "access_id": "access", "order_id": "order",
    "reaction_id": "which reaction", "still_infusing": "seen running", "site_id": "site id",
    "was_continuous": "somebody stayed throughout", "is_free_of_symptoms": "free of symptoms",
    "drug_discount_340b": "bought under 340B", "is_simulated": "simulated", "unit_id": "unit",
}  # fmt: skip
# Where the words of an entry's kind are not those that who charts and who codes says.
_TITLES = {
    "observed": "Vital signs and site", "reaction_action": "Done for the reaction",
    "reaction_noted": "Reaction", "provider_notified": "Provider notified",
    "post_observation": "Post-infusion observation", "infusion_left_running": "Went home running",
    "infusion_resumed": "Infusion resumed", "access_attempt_failed": "Failed attempt",
    "second_check_done": "Second check", "waste_charted": "Drug discarded",
    "diagnoses_charted": "Diagnoses", "other_service_charted": "Another service",
    "inpatient_ordered": "Became an inpatient",
}  # fmt: skip
_UNITS = {
    "_ml_per_h": "mL/h", "_per_ml": "per mL", "_ml": "mL", "_minutes": "min", "_kg": "kg",
    "_c": "°C",
}  # fmt: skip
_UNIT_BESIDE = {"dose": "dose_unit", "size": "size_unit", "discarded": "discarded_unit"}
_BESIDE = frozenset(_UNIT_BESIDE.values())
_VITALS = {
    "pulse": "", "respirations": "", "oxygen_saturation": " %", "temperature_c": " °C",
    "pain": " of 10",
}  # fmt: skip
_ABBREVIATED = frozenset({"iv", "im", "sc", "ia", "picc", "cvc", "vip", "ins"})


class Teller:
    """Tells entries of one record: `drugs` are its administrations by id, in words, `accesses` its accesses."""

    def __init__(
        self, times: Times, drugs: Mapping[str, str], accesses: Mapping[str, str] | None = None
    ) -> None:
        self.times, self.drugs, self.accesses = times, drugs, accesses or {}

    def title(self, body: Body) -> str:
        """What kind of entry it is."""
        if isinstance(body, Corrected):
            return "Correction"
        return title_of(kind_of(body))

    def said(self, body: Body, without: frozenset[str] = frozenset()) -> str:
        """What it says, without its kind: "infliximab; access: left arm; rate: 125 mL/h"."""
        if isinstance(body, Corrected):
            return f"{self._corrected(body)}; reason: {body.reason}"
        return "; ".join(self._fields(body, without))

    def _corrected(self, body: Corrected) -> str:
        if body.replacement is None:
            return "struck out"
        at = f" at {self.times.when(body.happened_at)}" if body.happened_at else ""
        return f"now{at} {self.told(body.replacement)}"

    def told(self, body: Body) -> str:
        """Kind and what it says."""
        said = self.said(body)
        return f"{self.title(body)}: {said}" if said else self.title(body)

    def _fields(self, part: Part, without: frozenset[str] = frozenset()) -> Iterator[str]:
        given = getattr(part, "administration_id", None)
        for field in msgspec.structs.fields(type(part)):
            value = getattr(part, field.name)
            if value == field.default or field.name in _BESIDE | without:
                continue
            if field.name == "administration_id":
                drug = self.drugs.get(value, value)
                yield drug if type(part).__struct_fields__[0] == field.name else f"drug: {drug}"
            elif value is True:
                yield _label(field.name)
            elif field.name == "text":
                yield value
            elif field.name != "drug" or value != self.drugs.get(given or "", None):
                yield f"{_label(field.name)}: {self._value(part, field.name, value)}"

    def _value(self, part: Part, name: str, value: Any) -> str:
        if name == "still_infusing":
            return ", ".join(self.drugs.get(each, each) for each in value)
        if name in {"access_id", "return_access_id"}:
            return self.accesses[value] if value in self.accesses else str(value)
        if isinstance(value, Vitals):
            return ", ".join(_vitals(value))
        if name in _UNIT_BESIDE:
            return amount(value, getattr(part, _UNIT_BESIDE[name]))
        if name in _worded_fields(type(part)):
            return _worded(name, value)
        words = self._plain(value)
        unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), "")
        unit = "min" if name == "minutes" else unit
        return f"{words} {unit}" if unit else words

    def _plain(self, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return self.times.full(value)
        if isinstance(value, date):
            return day_of(value)
        if isinstance(value, Decimal):
            return number(value)
        if isinstance(value, Vials):
            return _vials(value)
        if isinstance(value, Part):
            return f"({'; '.join(self._fields(value))})"
        if isinstance(value, tuple):
            return ", ".join(self._plain(each) for each in value)  # pyright: ignore[reportUnknownVariableType]
        return str(value)


def title_of(kind: str) -> str:
    """What a kind of entry is called: "Vital signs and site"."""
    return _TITLES[kind] if kind in _TITLES else kind.replace("_", " ").capitalize()


def number(value: Decimal | float) -> str:
    """A quantity without needless zeros."""
    return f"{Decimal(str(value)).normalize():f}"


def amount(value: Decimal | float | None, unit: str | None) -> str:
    """A quantity with its unit; empty where it is not charted."""
    return "" if value is None else f"{number(value)} {unit or ''}".strip()


def coded(word: str) -> str:
    """A word of a closed list as it is read: "IV infusion", "on body"."""
    parts = word.split("_")
    return " ".join(each.upper() if each in _ABBREVIATED else each for each in parts)


def pressure(systolic: int | None, diastolic: int | None) -> str:
    """Blood pressure in mmHg, "124/70"; an unknown half is a dash."""
    if systolic is None and diastolic is None:
        return ""
    return "/".join("—" if each is None else str(each) for each in (systolic, diastolic))


def _vitals(seen: Vitals) -> Iterator[str]:
    """As they are read out: "blood pressure 124/76", "pulse 72"."""
    if found := pressure(seen.systolic, seen.diastolic):
        yield f"blood pressure {found}"
    for name, unit in _VITALS.items():
        value = getattr(seen, name)
        if value is not None:
            yield f"{_label(name)} {number(value)}{unit}"


def _vials(opened: Vials) -> str:
    """What was opened: "4 × 100 mg, single dose"."""
    words = f"{opened.count} × {amount(opened.size, opened.size_unit)}"
    dose = {None: "", True: ", single dose", False: ", for several doses"}[opened.is_single_dose]
    return words + dose


def signs_in_words(names: tuple[str, ...]) -> str:
    """Signs and symptoms in words."""
    return ", ".join(signs()[name].words if name in signs() else coded(name) for name in names)


def _worded(name: str, value: str | tuple[str, ...]) -> str:
    words = (value,) if isinstance(value, str) else value
    if name == "signs":
        return signs_in_words(words)
    if name == "reaction":
        return ", ".join(reaction_kinds()[each].words for each in words)
    return ", ".join(coded(each) for each in words)


def _label(name: str) -> str:
    if name in _LABELS:
        return _LABELS[name]
    short = name.removeprefix("is_").removeprefix("has_")
    end = next((end for end in _UNITS if short.endswith(end)), "")
    return short.removesuffix(end).replace("_", " ")


@cache
def _worded_fields(kind: type[Said | Part]) -> frozenset[str]:
    """Fields of a body whose values are words of a closed list."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if _is_closed(hint))


def _is_closed(hint: Any) -> bool:
    return get_origin(hint) is Literal or any(_is_closed(each) for each in get_args(hint))
