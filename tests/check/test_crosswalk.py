"""With a crosswalk imported, lines by National Drug Code are accepted and held to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

from coded_charts import checked

from hangtime.codesets.imported import FOLDER
from hangtime.codesets.store.importing import import_files
from hangtime.model import Administration, Container, Encounter

TITLES = (
    "_2025_CODE,Short Description,LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,"
    "BILLUNITS,BILLUNITSPKG,,"
)
# Of our own making, in the official layout; codes and units are real, products are not.
ROWS = (
    ("J0701", "99999-0001-01", "500 MG", "100", "12", "4", "48"),
    ("J0696", "99999-0002-01", "250 MG", "1", "10", "4", "40"),
    ("J1171", "99999-0003-01", "0.1 MG", "1", "10", "20", "200"),
    ("J1171", "99999-0003-02", "0.1 MG", "20", "1", "400", "400"),
    ("J2560", "99999-0005-01", "120 MG", "1", "25", "0.54", "14"),
    ("J0885", "99999-0006-01", "1000 UNITS", "1", "10", "4", "40"),
    ("Q4081", "99999-0006-01", "100 UNITS", "1", "10", "40", "400"),
)
DRUGS = ("cefepime", "ceftriaxone", "hydromorphone", "hydromorphone", "phenobarbital",
         "epoetin alfa", "epoetin alfa")  # fmt: skip
DOSES = (("2", "g"), ("700", "mg"), ("3", "vial"), ("2.5", "mL"), ("4000", "units"), ("1.5", "mg"))
CHECKED_ELSEWHERE = """
import sys
sys.path[:0] = sys.argv[1:]
from test_crosswalk import charts
from coded_charts import checked
import json
total = checked(charts())
print(json.dumps([total.lines, total.refused, total.left_out]))
"""


def charts() -> list[Encounter]:
    """Each drug of the crosswalk in each dose, its NDC charted in eleven and in ten digits."""
    found: list[Encounter] = []
    two_vials = (Container(size=Decimal(1), size_unit="vial", count=2, single_dose=True),)
    for (drug, row), dose, vials in product(zip(DRUGS, ROWS, strict=True), DOSES, ((), two_vials)):
        bare = row[1].replace("-", "")
        for ndc in (row[1], bare, bare[:5] + bare[6:]):
            found.append(chart(f"e{len(found)}", drug, ndc, dose, vials))
    return found


def chart(
    id: str, drug: str, ndc: str, dose: tuple[str, str], vials: tuple[Container, ...]
) -> Encounter:
    start = datetime(2025, 11, 3, 9)
    given = Administration(
        administration_id="a1", drug=drug, route="iv_infusion", ndc=ndc, dose=Decimal(dose[0]),
        dose_unit=dose[1], start=start, stop=start + timedelta(hours=1), containers=vials,
    )  # fmt: skip
    return Encounter(encounter_id=id, setting="facility", administrations=(given,))


def test_lines_by_ndc_are_accepted_with_a_crosswalk_and_without(tmp_path: Path) -> None:
    file = tmp_path / "crosswalk.csv"
    lines = [
        "October 2025 ASP NDC - HCPCS Crosswalk for Medicare Part B Drugs,,,,,,,,,,,",
        '"     Effective October 1, 2025 through December 31, 2025",,,,,,,,,,,',
        TITLES,
    ]
    for code, ndc, dosage, *sizes in ROWS:
        lines.append(",".join((code, "Invented", "Maker", ndc, "Inventum", dosage, *sizes, "", "")))
    file.write_text("\n".join([*lines, ""]), encoding="latin-1")
    (done,) = import_files([file], tmp_path / "store")
    assert not done.refused

    here = Path(__file__).parent
    paths = [str(each) for each in (here, here.parent, here.parent / "spec")]
    ran = subprocess.run(
        [sys.executable, "-c", CHECKED_ELSEWHERE, *paths],
        env=os.environ | {FOLDER: str(tmp_path / "store")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    with_one, refused, left_out = json.loads(ran.stdout)
    without = checked(charts())

    assert (refused, left_out) == ([], [])
    assert (without.refused, without.left_out) == ([], [])
    assert with_one > without.lines > len(charts())
