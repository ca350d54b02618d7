"""What a chart may say of a dose: amounts, units, containers, waste and the product's codes."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from hangtime.formulary.products import products_of
from hangtime.formulary.substances import find
from hangtime.model import Container

UNITS = ("mg",) * 14 + ("g", "mcg", "units", "mEq", "mL", "mg/kg", "drops")
SIZES = (10, 20, 30, 40, 50, 100, 150, 200, 250, 400, 500, 600, 1000)
UNLISTED = ("J3490", "J3590", "J9999", "C9399")


def dose_facts(random: Random, drug: str) -> dict[str, Any]:
    """The dose as charted, at times with its containers, its waste and a code."""
    unit = random.choice(UNITS)
    dose = Decimal(random.randint(1, 1000))
    if random.random() < 0.1:
        dose = (dose / 8).quantize(Decimal("0.001"))
    facts: dict[str, Any] = {"dose": dose, "dose_unit": unit if random.random() < 0.95 else None}
    if random.random() < 0.15:
        facts |= _opened(random, dose, unit)
    if random.random() < 0.05:
        facts["hcpcs"] = _code(random, drug)
    if random.random() < 0.02:
        facts["supplied_by"] = random.choice(("patient", "pharmacy", "facility"))
    return facts


def _opened(random: Random, dose: Decimal, unit: str) -> dict[str, Any]:
    """Vials of one size, most often enough of them, and what was thrown away of them."""
    size = Decimal(random.choice(SIZES))
    count = max(1, int(-(-dose // size)) + random.choice((0, 0, 0, 0, 1, -1)))
    if random.random() < 0.3:
        size, count = dose + random.choice((0, 0, 1, 3)), 1  # a vial that holds just about the dose
    single = random.choice((True, True, True, True, False, None))
    facts: dict[str, Any] = {
        "containers": (Container(size=size, size_unit=unit, count=count, single_dose=single),)
    }
    if random.random() < 0.6:
        left = max(Decimal(0), size * count - dose)
        facts |= {
            "discarded": random.choice((left, left, left, Decimal(0), left / 2, left + 5)),
            "discarded_unit": unit,
        }
    return facts


def _code(random: Random, drug: str) -> str | None:
    """A product code of the drug, perhaps one no longer in force, or an unlisted one."""
    if random.random() < 0.1:
        return random.choice(UNLISTED)
    found = find(drug)
    listed = products_of(found.name) if found else ()
    return random.choice(listed).hcpcs if listed else None
