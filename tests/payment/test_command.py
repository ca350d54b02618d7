"""`hangtime price` and `hangtime necessity`, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from hangtime.cli import hangtime

CLAIMS = """claim_id,line_number,setting,date_of_service,code,modifiers,units,diagnoses
C-1,1,facility,2026-05-04,96413,,1,K50.90
C-1,2,facility,2026-05-04,J1745,JZ,40,K50.90
C-2,1,facility,2026-08-03,96365,,1,A41.9
C-2,2,facility,2026-08-03,J0696,,eight,A41.9
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(hangtime, words)


def test_each_amount_is_written_with_its_table_and_its_sum_and_a_bad_row_is_counted(
    tmp_path: Path,
) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(CLAIMS)

    done = run("price", "--claims", "--json", str(claims))

    first, second = (json.loads(line) for line in done.stdout.splitlines())
    infusion, drug = first["lines"]
    assert done.exit_code == 1
    assert "4 rows read = 3 priced + 1 set aside" in done.stderr
    assert (infusion["amount"], infusion["standing"]) == ("337.46", "paid")
    assert infusion["tables"][0]["name"] == "opps-2026-04"
    assert len(infusion["tables"][0]["digest"]) == 64
    assert drug["arithmetic"].startswith("OPPS status K")
    assert first["total"] == f"{sum(float(each['amount']) for each in first['lines']):.2f}"
    assert (second["total"], second["unknown_lines"]) == ("0.00", 1)
    assert second["lines"][0]["missing"] == "opps 2026Q3"


def test_a_chart_is_priced_with_the_worth_of_each_missing_fact(checkout: Path) -> None:
    done = run("price", "--json", str(checkout / "examples" / "encounters.jsonl"))

    charts = {each["encounter_id"]: each for each in map(json.loads, done.stdout.splitlines())}
    worths = {each["code"]: each["amount"] for each in charts["SIM-GAPS-1"]["possible"]}
    assert done.exit_code == 0
    assert worths == {"96361": "117.31", "96367": "117.31", "96374": "164.55"}


def test_the_drugs_of_claims_are_judged_and_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    claims, none = tmp_path / "claims.csv", tmp_path / "none.csv"
    claims.write_text(CLAIMS)

    done = run("necessity", "--claims", "--json", str(claims), str(none))

    (judged,) = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1
    assert "none.csv" in done.stderr
    assert "4 rows read = 3 judged + 1 set aside\n1 drug: 1 supported" in done.stderr
    assert (judged["of"], judged["verdict"]) == ("C-1 line 2", "supported")
    assert judged["edition"] == "icd10cm-2026-04"


def test_the_exit_status_of_each_tells_rows_set_aside_from_nothing_read(tmp_path: Path) -> None:
    some, nothing = tmp_path / "some.csv", tmp_path / "nothing.csv"
    some.write_text(CLAIMS)
    nothing.write_text(CLAIMS.splitlines()[0] + "\n,1,facility,2026-05-04,96413,,1,K50.90\n")

    for command in (["price", "--claims"], ["necessity", "--claims"], ["scrub"]):
        assert [run(*command, str(file)).exit_code for file in (some, nothing)] == [1, 2]
        assert "(without a readable id)" in run(*command, str(nothing)).output


def test_a_claim_of_which_nothing_is_known_has_no_amount_and_one_without_lines_none_to_have(
    tmp_path: Path,
) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(CLAIMS + "C-3,one,facility,2026-05-04,96413,,1,K50.90\n")

    said = run("price", "--claims", str(claims)).stdout.splitlines()

    assert "Claim C-2: unknown (1 line)" in said
    assert said[-1].startswith("Claim") and said[-1].endswith(": no line to price")


def test_a_locality_that_is_none_is_refused_and_one_without_its_zero_is_meant(
    tmp_path: Path,
) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(CLAIMS.replace("facility", "professional"))
    asked = ("price", "--claims", "--json", str(claims), "--locality")

    assert run(*asked, "California").exit_code == 2
    assert "seven digits" in run(*asked, "05").stderr
    written = [run(*asked, text).stdout for text in ("0111205", "111205", "01112-05")]
    assert len({*written}) == 1
    assert "1.41" in written[0]


def test_a_cell_that_a_terminal_would_obey_is_only_shown(tmp_path: Path) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(CLAIMS.replace("96413", "\x1b[2J9"))

    for command in (["price", "--claims"], ["scrub"]):
        shown = run(*command, str(claims)).stdout
        assert "\x1b" not in shown
        assert "\N{REPLACEMENT CHARACTER}[2J9" in shown
