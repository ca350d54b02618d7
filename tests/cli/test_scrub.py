"""`hangtime scrub`: claim-line tables in, findings out, every row accounted for."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hangtime.cli import hangtime
from hangtime.errors import UserError

TITLES = "claim_id,line_number,setting,payer,date_of_service,code,modifiers,units,diagnoses"
FINDING = {
    "claim_id", "line_number", "severity", "rule", "message", "code", "other_line", "table",
    "table_date",
}  # fmt: skip


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(hangtime, ["scrub", *map(str, words)])


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(
        f"{TITLES}\n"
        "A,1,facility,medicare,2024-08-14,96413,,1,K5090\n"
        "B,1,facility,medicare,2024-08-14,96366,,1,K5090\n"
        "A,2,facility,medicare,2024-08-14,96365,,1,K5090\n",
        encoding="utf-8",
    )
    return path


def test_findings_are_the_contracts_objects_one_a_line(claims: Path) -> None:
    done = run(claims, "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.exit_code == 0
    assert all(set(each) == FINDING for each in found)
    assert [(each["claim_id"], each["rule"], each["other_line"]) for each in found] == [
        ("B", "SCR-ADDON-ALONE", None),
        ("A", "SCR-PAIR-MODIFIER", 1),
    ]
    assert (found[1]["table"], found[1]["table_date"]) == ("ptp-hospital-2024Q3", "2024-07-01")
    assert "3 rows read = 3 scrubbed + 0 set aside\n2 claims, 0 without a finding" in done.stderr


def test_a_row_that_cannot_be_read_is_set_aside_by_file_line_and_field(tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_text(
        f"{TITLES}\n"
        "A,1,facility,medicare,2024-08-14,96365,,1,\n"
        "A,2,facility,medicare,14.8.2024,96366,,1,\n"
        "A,x,facility,medicare,2024-08-14,96366,,1,\n"
        "A,4,clinic,medicare,2024-08-14,96366,,1,\n"
        "A,5,facility,medicare,2024-08-14,,,1,\n"
        "A,6,facility,medicare,2024-08-14,96366,,-1,\n"
        "A,7,facility,medicare,2024-08-14,96366\n"
        ",8,facility,medicare,2024-08-14,96366,,1,\n",
        encoding="utf-8",
    )
    done = run(path, "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    faults = {each["rule"]: each["message"] for each in found if each["rule"].startswith("INPUT")}

    assert done.exit_code == 1
    assert "8 rows read = 1 scrubbed + 7 set aside" in done.stderr
    assert set(faults) == {
        "INPUT-BAD-DATE", "INPUT-BAD-NUMBER", "INPUT-BAD-SETTING", "INPUT-MISSING-FIELD",
        "INPUT-NEGATIVE-NUMBER", "INPUT-RAGGED-ROW",
    }  # fmt: skip
    assert f"{path}, line 3: date_of_service is not an ISO 8601 date" in faults["INPUT-BAD-DATE"]
    assert not any("14.8.2024" in message or "clinic" in message for message in faults.values())
    assert "SCR-CLAIM-INCOMPLETE" in {each["rule"] for each in found}


def test_what_is_beside_the_line_is_left_out_and_the_rest_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    row = "A,1,facility,medicare,2024-08-14,96366,,1,,yesterday"
    path.write_text(f"{TITLES},birth_date\n{row}\n", encoding="utf-8")
    done = run(path, "--json")

    assert done.exit_code == 0
    rules = [json.loads(line)["rule"] for line in done.stdout.splitlines()]
    assert rules == ["INPUT-BAD-DATE", "SCR-ADDON-ALONE"]


def test_a_table_without_the_columns_needed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("claim,code\nA,96365\n", encoding="utf-8")
    done = run(path)

    assert done.exit_code == 2
    assert "has no column claim_id. A claim-line table needs claim_id, line_number" in done.stderr


def test_parquet_gives_the_findings_of_csv(claims: Path, tmp_path: Path, require: Any) -> None:
    require("pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    with claims.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        row["line_number"] = int(row["line_number"])
        row["units"] = Decimal(row["units"])
        row["date_of_service"] = date.fromisoformat(row["date_of_service"])
        row["modifiers"], row["diagnoses"] = [], row["diagnoses"].split()
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, tmp_path / "claims.parquet")

    assert run(tmp_path / "claims.parquet", "--json").stdout == run(claims, "--json").stdout


def test_lists_in_csv_are_separated_by_spaces_or_json(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        f"{TITLES},diagnosis_pointers\n"
        'A,1,professional,medicare,2024-08-14,96365,"[""59"", ""XS""]",1,"[""K5090"",""D509""]",1 3\n',
        encoding="utf-8",
    )
    rules = {json.loads(line)["rule"] for line in run(path, "--json").stdout.splitlines()}

    assert rules == {"SCR-59-WITH-X", "SCR-POINTER"}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_findings_are_written_as_a_table(
    claims: Path, tmp_path: Path, form: str, require: Any
) -> None:
    require("pyarrow")
    done = run(claims, "--out", tmp_path / "out", "--format", form)
    path = tmp_path / "out" / f"findings.{form}"

    assert done.exit_code == 0
    if form == "csv":
        with path.open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
    else:
        import pyarrow.parquet as pq

        found = pq.read_table(path).to_pylist()
    assert [each["rule"] for each in found] == ["SCR-ADDON-ALONE", "SCR-PAIR-MODIFIER"]
    assert set(found[0]) == FINDING


def test_the_payer_given_decides_and_one_without_a_profile_is_refused(claims: Path) -> None:
    assert "SCR-PAIR-MODIFIER" not in run(claims, "--json", "--payer", "commercial").stdout
    refused = CliRunner().invoke(hangtime, ["scrub", str(claims), "--payer", "nobody"])
    assert refused.exit_code != 0


def test_a_chart_is_held_against_the_claim_of_its_encounter(checkout: Path, tmp_path: Path) -> None:
    chart = {
        "encounter_id": "visit-500", "setting": "facility", "payer": "medicare",
        "administrations": [
            {
                "administration_id": "a", "drug": "infliximab", "hcpcs": "J1745",
                "route": "iv_infusion", "dose": 500, "dose_unit": "mg",
                "start": "2024-08-14T09:00", "stop": "2024-08-14T10:00",
            }
        ],
    }  # fmt: skip
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(chart), encoding="utf-8")
    done = run(checkout / "examples" / "claims.csv", "--chart", path, "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]

    assert [each["code"] for each in found if each["rule"] == "SCR-CHART-DOSE"] == ["J1745"]
    assert "1 charts; 0 of their 1 rows set aside" in done.stderr


def test_a_folder_named_as_the_store_has_to_be_one(claims: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no imported code sets"):
        CliRunner().invoke(
            hangtime, ["scrub", str(claims), "--store", str(tmp_path)], catch_exceptions=False
        )


def test_many_claims_are_counted_by_rule(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    rows = [f"C{n},1,facility,medicare,2024-08-14,96366,,1," for n in range(40)]
    path.write_text("\n".join((TITLES, *rows)) + "\n", encoding="utf-8")

    assert run(path).stdout == "SCR-ADDON-ALONE  error           40\n"
