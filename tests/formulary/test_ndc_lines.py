"""Drug lines by an imported crosswalk: the NDC's code on its date, its items, its quantity."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from hangtime.codesets.imported import FOLDER
from hangtime.codesets.store.importing import import_files
from hangtime.engine import code_encounter
from hangtime.model import Administration, Container, Encounter, Line, Outcome

TITLES = (
    "_2025_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,"
    "BILLUNITS,BILLUNITSPKG,,"
)
# Of our own making, in the official layout; codes and units are real, products are not.
ROWS = (
    ("J0701", "99999-0001-01", "500 MG", "100", "12", "4", "48"),  # cefepime of one maker
    ("J0696", "99999-0002-01", "250 MG", "1", "10", "4", "40"),  # ceftriaxone, powder of 1 g
    ("J1171", "99999-0003-01", "0.1 MG", "1", "10", "20", "200"),  # hydromorphone, 2 mg in 1 mL
    ("J1171", "99999-0003-02", "0.1 MG", "20", "1", "400", "400"),  # the same liquid in 20 mL
    ("J2550", "99999-0004-01", "50 MG", "1", "25", "0.5", "13"),  # 25 mg: a millilitre or a vial
    ("J2560", "99999-0005-01", "120 MG", "1", "25", "0.54", "14"),  # 65 mg, rounded as printed
    ("J0885", "99999-0006-01", "1000 UNITS", "1", "10", "4", "40"),
    ("Q4081", "99999-0006-01", "100 UNITS", "1", "10", "40", "400"),  # for dialysis
    ("J1817", "99999-0007-01", "50 UNITS", "10", "1", "20", "20"),  # insulin for pumps
)
IN_FORCE, BEFORE = date(2025, 11, 3), date(2025, 3, 12)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crosswalk")
    file = folder / "crosswalk.csv"
    lines = [
        "October 2025 ASP NDC - HCPCS Crosswalk for Medicare Part B Drugs,,,,,,,,,,,",
        '"     Effective October 1, 2025 through December 31, 2025",,,,,,,,,,,',
        TITLES,
    ]
    for code, ndc, dosage, *sizes in ROWS:
        lines.append(",".join((code, "Invented", "Maker", ndc, "Inventum", dosage, *sizes, "", "")))
    file.write_text("\n".join([*lines, ""]), encoding="latin-1")
    (done,) = import_files([file], folder / "store")
    assert not done.refused
    return folder / "store"


@pytest.fixture
def _imported(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(store))


def coded(
    drug: str, ndc: str, dose: str, unit: str, day: date = IN_FORCE,
    containers: tuple[Container, ...] = (),
) -> Outcome:  # fmt: skip
    start = datetime(day.year, day.month, day.day, 9)
    given = Administration(
        administration_id="1", drug=drug, route="iv_infusion", ndc=ndc, dose=Decimal(dose),
        dose_unit=unit, start=start, stop=start.replace(hour=10), containers=containers,
    )  # fmt: skip
    encounter = Encounter(encounter_id="1", setting="facility", administrations=(given,))
    return code_encounter(encounter)


def line_of(outcome: Outcome) -> Line:
    (line,) = (line for line in outcome.lines if line.code[0] in "JQ")
    return line


def why(outcome: Outcome) -> str:
    return line_of(outcome).rules[0].rule


pytestmark = pytest.mark.usefixtures("_imported")


def test_a_listed_ndc_decides_the_code_on_the_dates_of_its_crosswalk_and_the_name_on_others():
    now, earlier = (coded("cefepime", "99999-0001-01", "1", "g", day) for day in (IN_FORCE, BEFORE))

    assert (line_of(now).code, why(now)) == ("J0701", "DRG-CODE-BY-NDC")
    assert (line_of(earlier).code, why(earlier)) == ("J0692", "DRG-CODE-BY-SUBSTANCE")


def test_an_outcome_names_the_crosswalk_in_force_or_says_there_is_none():
    now, earlier = (coded("cefepime", "99999-0001-01", "1", "g", day) for day in (IN_FORCE, BEFORE))

    assert now.policy.tables["ndc"].startswith("ndc-2025Q4@")
    assert earlier.policy.tables["ndc"] == "none"


def test_ten_digits_without_hyphens_are_the_one_reading_that_is_listed():
    outcome = coded("cefepime", "9999900101", "1", "g")
    unlisted = coded("cefepime", "9999988801", "1", "g")

    assert line_of(outcome).ndc == "99999000101"
    assert not any("NDC" in each.reason.rule for each in outcome.findings)
    assert line_of(unlisted).ndc is None
    assert "DRG-NDC-AMBIGUOUS" in {each.reason.rule for each in unlisted.findings}


def test_a_name_that_no_table_knows_is_the_drug_of_its_ndc():
    assert line_of(coded("house blend no. 7", "99999-0002-01", "1", "g")).code == "J0696"


def test_a_name_that_is_surely_another_drug_than_its_ndc_has_a_finding_and_no_line():
    outcome = coded("vancomycin", "99999-0002-01", "1", "g")

    assert not [line for line in outcome.lines if line.code.startswith("J")]
    assert "DRG-NAME-AGAINST-CODE" in {each.reason.rule for each in outcome.findings}


@pytest.mark.parametrize(
    ("drug", "ndc", "code", "units"),
    [("epoetin alfa", "99999-0006-01", "J0885", 1), ("insulin", "99999-0007-01", "J1815", 20)],
    ids=["dialysis", "pump"],
)
def test_a_code_for_one_use_yields_to_one_for_every_use(drug, ndc, code, units):
    line = line_of(coded(drug, ndc, "100", "units"))

    assert (line.code, line.units) == (code, units)


@pytest.mark.parametrize(
    ("drug", "ndc", "dose", "unit", "quantity"),
    [
        ("cefepime", "99999-0001-01", "1", "g", ("ML", Decimal(50))),
        ("hydromorphone", "99999-0003-01", "0.5", "mg", ("ML", Decimal("0.25"))),
        ("ceftriaxone", "99999-0002-01", "1500", "mg", ("UN", Decimal(2))),
        ("insulin", "99999-0007-01", "100", "units", ("ML", Decimal(1))),
        ("promethazine", "99999-0004-01", "25", "mg", (None, None)),
    ],
    ids=["bag", "1 mL of a liquid sold by volume", "powder", "other code", "cannot be told"],
)
def test_a_liquid_counts_in_millilitres_a_powder_in_vials_and_what_is_neither_surely_not_at_all(
    drug, ndc, dose, unit, quantity
):
    line = line_of(coded(drug, ndc, dose, unit))

    assert (line.ndc_unit, line.ndc_quantity) == quantity


@pytest.mark.parametrize(
    ("drug", "ndc", "dose", "unit", "units"),
    [
        ("hydromorphone", "99999-0003-02", "0.5", "mL", 10),
        ("hydromorphone 10 mg/mL", "99999-0003-02", "0.5", "mL", 50),
        ("ceftriaxone", "99999-0002-01", "2", "vials", 8),
        ("ceftriaxone", "99999-0002-01", "2", "doses", None),
        ("phenobarbital", "99999-0005-01", "37", "vials", 21),
    ],
    ids=["mL", "the name's own strength first", "vials", "a dose is no vial", "65 mg, not 64.8"],
)
def test_millilitres_and_vials_of_a_listed_product_are_amounts_of_its_drug(
    drug, ndc, dose, unit, units
):
    outcome = coded(drug, ndc, dose, unit)
    lines = [line for line in outcome.lines if line.code.startswith("J")]

    assert [line.units for line in lines] == ([units] if units else [])


def test_containers_that_were_charted_say_the_quantity_before_the_crosswalk():
    opened = (Container(size=Decimal(1), size_unit="g", count=2),)
    line = line_of(coded("cefepime", "99999-0001-01", "1", "g", containers=opened))

    assert (line.ndc_unit, line.ndc_quantity) == ("UN", 2)


ASKS = """
import sys
from hangtime.codesets.packages import crosswalk
assert crosswalk() is None
from datetime import date
from decimal import Decimal
from hangtime.engine import code_encounter
from hangtime.model import Administration, Encounter
given = Administration(
    administration_id="1", drug="ceftriaxone", route="iv_push", ndc="99999-0002-01",
    dose=Decimal(1), dose_unit="g",
)
encounter = Encounter(
    encounter_id="1", setting="facility", administrations=(given,),
    date_of_service=date(2025, 11, 3),
)
outcome = code_encounter(encounter)
assert "ndc" not in outcome.policy.tables
assert [line.ndc_unit for line in outcome.lines if line.ndc] == [None]
print(*(name for name in ("pyarrow", "numpy", "msgspec") if name in sys.modules))
"""


def test_without_a_store_nothing_is_read_nothing_heavy_loaded_and_nothing_said(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", ASKS], check=False, capture_output=True, text=True,
        env={**os.environ, FOLDER: str(tmp_path / "none")},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
