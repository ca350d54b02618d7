"""One substance in several measures: what labels print, to three digits, and never a guess."""

from datetime import date
from decimal import Decimal

import pytest

from hangtime.engine import code_encounter
from hangtime.formulary import _tables
from hangtime.formulary.equivalents import equivalent
from hangtime.formulary.substances import find
from hangtime.formulary.units import amount, unit
from hangtime.model import Administration, Encounter

MEASURES = ("mg", "meq", "mmol", "units")
PRINTED = [  # both sides as the product's labelling prints them
    ("potassium chloride", "40 meq", "2980 mg"),
    ("potassium chloride", "20 mmol", "20 meq"),
    ("magnesium sulfate", "1 g", "8.11 meq"),
    ("magnesium sulfate", "4.06 mmol", "1000 mg"),
    ("magnesium sulfate", "16.25 meq", "2 g"),
    ("calcium gluconate", "4.65 meq", "1 g"),
    ("calcium chloride", "1 g", "13.6 meq"),
    ("sodium bicarbonate", "50 meq", "4.2 g"),
    ("sodium acetate", "2 meq", "164 mg"),
    ("potassium acetate", "2 meq", "196 mg"),
    ("sodium phosphate", "15 mmol", "20 meq"),
    ("alteplase", "50 mg", "29000000 units"),
    ("glucagon", "1 unit", "1 mg"),
    ("desmopressin", "4 mcg", "16 units"),
]


def told(text: str):
    number, charted = text.split(" ", 1)
    return amount(Decimal(number), charted)


@pytest.mark.parametrize(("substance", "one", "other"), PRINTED)
def test_the_equivalents_that_labels_print_are_told(substance, one, other):
    expected = told(other)
    found = equivalent(substance, told(one), expected.measure)

    assert abs(found.value - expected.value) <= expected.value * Decimal("0.001")


@pytest.mark.parametrize(
    ("substance", "charted", "measure"),
    [
        ("potassium phosphate", "15 mmol", "meq"),
        ("potassium phosphate", "15 mmol", "mg"),
        ("ceftriaxone", "1 g", "meq"),
        ("magnesium sulfate", "2 mL", "mg"),
        ("", "1 g", "meq"),
    ],
    ids=["labels differ", "no such column", "no such row", "a volume", "no substance"],
)
def test_what_the_table_does_not_relate_or_tells_in_two_ways_is_not_told(
    substance, charted, measure
):
    assert equivalent(substance, told(charted), unit(measure).measure) is None


def test_each_row_is_of_a_known_substance_has_two_measures_and_a_source():
    for row in _tables.rows("equivalents.csv"):
        known = find(row["ingredient"])
        assert known is not None and known.name == row["ingredient"]
        assert sum(bool(row[name]) for name in MEASURES) >= 2, row["ingredient"]
        assert row["source"].startswith(("molar mass ", "label: ")), row["ingredient"]


@pytest.mark.parametrize(
    ("drug", "dose", "charted", "code", "units"),
    [
        ("potassium chloride", "1490", "mg", "J3480", 10),
        ("potassium chloride", "20", "mmol", "J3480", 10),
        ("magnesium sulfate", "16.25", "mEq", "J3475", 4),
        ("magnesium sulfate 4.06 mEq/mL", "4", "mL", "J3475", 4),
        ("calcium gluconate", "4.65", "mEq", "J0612", 100),
    ],
)
def test_an_electrolyte_has_the_same_units_in_whatever_measure_it_was_charted(
    drug, dose, charted, code, units
):
    given = Administration(
        administration_id="1", drug=drug, route="iv_infusion", dose=Decimal(dose),
        dose_unit=charted,
    )  # fmt: skip
    encounter = Encounter(
        encounter_id="1", setting="facility", administrations=(given,),
        date_of_service=date(2025, 3, 12),
    )  # fmt: skip

    lines = {line.code: line.units for line in code_encounter(encounter).lines}
    assert lines.get(code) == units
