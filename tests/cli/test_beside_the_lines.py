"""`hangtime code` with prices, medical necessity and certificates, alone and together."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from hangtime.cli import code, hangtime
from hangtime.formats.schema import schema

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHARTS = EXAMPLES / "encounters.jsonl"
ALL = ("--certify", "--prices", "--sequestration", "--necessity")
OUT = jsonschema.Draft202012Validator(schema() | {"$ref": "#/$defs/Outcome"})
BLOCKING = """extends = ["medicare"]

[switches]
necessity.not_listed = "block"

[necessity]
list = "acme.csv"
"""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(hangtime, [str(word) for word in words], env={"COLUMNS": "100"})


def outcomes(ran: Result) -> list[dict[str, Any]]:
    assert ran.exception is None or ran.exit_code < 2, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


def chart(**facts: object) -> dict[str, Any]:
    """A hospital's infusion of infliximab and a push of morphine."""
    infused = {
        "administration_id": "a1", "drug": "infliximab", "route": "iv_infusion", "dose": 400,
        "dose_unit": "mg", "start": "2026-05-04T09:00", "stop": "2026-05-04T11:31",
    }  # fmt: skip
    pushed = {
        "administration_id": "a2", "drug": "morphine", "route": "iv_push", "dose": 2,
        "dose_unit": "mg", "start": "2026-05-04T09:10",
    }  # fmt: skip
    return {
        "encounter_id": "E-1", "setting": "facility", "payer": "medicare", "diagnoses": ["K50.90"],
        "administrations": [infused, pushed],
    } | facts  # fmt: skip


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A payer that holds back what is not listed, with a list of its own for infliximab."""
    (tmp_path / "acme.toml").write_text(BLOCKING)
    (tmp_path / "acme.csv").write_text("drug,first,role,source\ninfliximab,M05,supports,policy 7\n")
    (tmp_path / "chart.json").write_text(json.dumps(chart(payer="acme")))
    return tmp_path


def test_all_of_it_together_keeps_to_the_schema_and_every_line_has_its_part() -> None:
    coded = outcomes(run("code", CHARTS, "--json", *ALL))

    for each in coded:
        OUT.validate(each)
        amounts = [line["amount"] for line in each["lines"]]
        known = [Decimal(amount) for amount in amounts if amount is not None]
        assert Decimal(each["total"]) == sum(known)
        assert each["unknown_lines"] == amounts.count(None)
        assert all(line["certificate"] and line["arithmetic"] for line in each["lines"])
        assert all(fact["worth"]["arithmetic"] for fact in each["possible"])
        assert any(found["rule"].startswith("NEC-") for found in each["findings"])
    assert len(coded) == 3


def test_nothing_stands_beside_a_line_that_was_not_asked_for() -> None:
    plain, full = (outcomes(run("code", CHARTS, "--json", *words)) for words in ((), ALL))

    for bare, each in zip(plain, full, strict=True):
        assert "total" not in bare
        for line, with_all in zip(bare["lines"], each["lines"], strict=True):
            assert {name: with_all[name] for name in line} == line
            assert not {"amount", "standing", "certificate"} & line.keys()
        assert all("worth" not in fact for fact in bare["possible"])


def test_amounts_are_those_of_hangtime_price_by_locality_too(tmp_path: Path) -> None:
    office = tmp_path / "office.json"
    given = {"administration_id": "b", "drug": "vancomycin", "route": "iv_infusion"}
    given |= {"start": "2024-08-14T09:00"}
    timed = given | {"administration_id": "a", "drug": "ceftriaxone", "stop": "2024-08-14T10:00"}
    office.write_text(json.dumps(chart(setting="professional", administrations=[timed, given])))
    by = "--locality", "0111205", "--sequestration"

    (coded,) = outcomes(run("code", office, "--json", "--prices", *by))
    (national,) = outcomes(run("code", office, "--json", "--prices"))
    (priced,) = outcomes(run("price", office, "--json", *by))

    names = ("code", "amount", "arithmetic", "medicare")
    assert [[line.get(name) for name in names] for line in coded["lines"]] == [
        [line.get(name) for name in names] for line in priced["lines"]
    ]
    worths = [fact["worth"]["amount"] for fact in coded["possible"]]
    assert worths == [fact["amount"] for fact in priced["possible"]]
    assert worths != [fact["worth"]["amount"] for fact in national["possible"]]
    assert coded["total"] == priced["total"] != national["total"]


def test_a_terminal_shows_amount_sum_table_total_worth_and_what_is_unknown_for_want_of_what(
    tmp_path: Path,
) -> None:
    late = json.dumps(chart()).replace("2026-05-04", "2026-08-03")
    (tmp_path / "late.json").write_text(late)

    shown = run("code", EXAMPLES / "first-encounter.json", "--prices").stdout
    unknown = run("code", tmp_path / "late.json", "--prices").stdout

    assert "  96413 × 1 on 2026-03-02 (infliximab): 337.46\n" in shown
    assert "(methylprednisolone): 0.00, packaged\n" in shown
    assert "  Medicare would allow in all: 1,803.62\n" in shown
    assert "adds 96361 (saline): worth 47.84\n" in shown
    assert "] opps-2026-01, 2026-01-01 to 2026-03-31, shipped, digest " in shown
    assert "(a1): unknown; missing: opps 2026Q3\n" in unknown
    assert "  Medicare would allow in all: unknown (5 lines)\n" in unknown


def test_many_encounters_have_amounts_by_code_and_name_the_tables_that_are_missing(
    tmp_path: Path,
) -> None:
    charts = [chart(encounter_id=f"E-{n}") for n in range(24)]
    text = "\n".join(json.dumps(each) for each in charts)
    late = json.dumps(chart(encounter_id="L")).replace("2026-05-04", "2026-08-03")
    (tmp_path / "many.jsonl").write_text(f"{text}\n{late}\n")

    coded = outcomes(run("code", tmp_path / "many.jsonl", "--json", "--prices"))
    shown = run("code", tmp_path / "many.jsonl", "--prices").stdout

    total = sum(Decimal(each["total"]) for each in coded)
    assert "amount  unknown" in shown
    assert f"Medicare would allow in all: {total:,.2f}, and 5 lines unknown" in shown
    assert "missing: opps 2026Q3 (5)" in shown


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_have_columns_of_amounts_only_where_prices_are_asked_for(
    tmp_path: Path, form: str
) -> None:
    coded = outcomes(run("code", CHARTS, "--json", "--prices"))
    run("code", CHARTS, "--prices", "--out", tmp_path / "priced", "--format", form)
    run("code", CHARTS, "--out", tmp_path / "plain", "--format", form)

    lines, possible = (
        rows(tmp_path / "priced" / f"{name}.{form}") for name in ("lines", "possible")
    )

    assert [money(row["amount"]) for row in lines] == [
        money(line["amount"]) for each in coded for line in each["lines"]
    ]
    assert [money(row["worth"]) for row in possible] == [
        money(fact["worth"]["amount"]) for each in coded for fact in each["possible"]
    ]
    assert "opps-" in str(lines[0]["price_tables"])
    assert "amount" not in rows(tmp_path / "plain" / f"lines.{form}")[0]


def money(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value)).quantize(Decimal("0.01"))


def rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path).to_pylist()
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_processes_write_what_one_writes() -> None:
    one, two = (run("code", CHARTS, "--json", *ALL, "--jobs", n).stdout for n in ("1", "2"))

    assert one == two != ""


def test_a_large_table_is_priced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "is_for_batch", lambda *_: True)

    assert (
        "Medicare would allow in all" in run("code", EXAMPLES / "encounters.csv", "--prices").stdout
    )


def test_a_payer_that_blocks_has_lines_not_listed_held_back_with_the_reason_and_unpriced(
    acme: Path,
) -> None:
    policy = "--policy", acme / "acme.toml"

    (before,) = outcomes(run("code", acme / "chart.json", "--json", *policy, "--prices"))
    (after,) = outcomes(run("code", acme / "chart.json", "--json", *policy, *ALL))

    held = [each for each in after["not_reported"] if each["rule"] == "NEC-HELD-BACK"]
    assert [line["administrations"] for line in after["lines"]] == [["a2"], ["a2"]]
    assert {each["what"] for each in held} == {"96413", "96415", "J1745"}
    assert "K50.90 is on no list for infliximab" in held[0]["explanation"]
    assert any("Social Security Act" in each for each in held[0]["citations"])
    assert Decimal(after["total"]) < Decimal(before["total"])


def test_what_a_payer_blocks_is_not_left_out_to_the_checker_and_else_it_is(acme: Path) -> None:
    chart_file, policy = acme / "chart.json", ("--policy", acme / "acme.toml")
    coded = acme / "coded.jsonl"
    coded.write_text(run("code", chart_file, "--json", *ALL, *policy).stdout)

    lenient = acme / "lenient" / "acme.toml"
    lenient.parent.mkdir()
    lenient.write_text('extends = ["medicare"]\n')

    accepted = run("check", chart_file, coded, *policy)
    refused = run("check", chart_file, coded, "--policy", lenient)

    assert "2 lines accepted, 0 refused, 0 left out" in accepted.output
    assert "96413 of a1 is supported and left out" in refused.output


def test_priced_and_certified_lines_are_accepted_by_the_checker(tmp_path: Path) -> None:
    coded = tmp_path / "coded.jsonl"
    coded.write_text(run("code", CHARTS, "--json", *ALL).stdout)

    assert "0 refused, 0 left out" in run("check", CHARTS, coded).output


def test_the_necessity_command_judges_by_the_list_of_the_profile_and_a_named_one_over_it(
    acme: Path,
) -> None:
    over = acme / "over.csv"
    over.write_text("drug,first,role,source\ninfliximab,K50,supports,policy 8\n")
    words = ("necessity", acme / "chart.json", "--json", "--policy", acme / "acme.toml")

    by_profile, by_name = (
        {each["drug"]: (each["verdict"], each["source"]) for each in outcomes(run(*words, *more))}
        for more in ((), ("--list", over))
    )

    assert by_profile["infliximab"] == ("not_listed", "policy 7")
    assert by_name["infliximab"] == ("supported", "policy 8")


def test_a_fault_in_any_payers_list_is_named_before_anything_is_coded(acme: Path) -> None:
    (acme / "acme.csv").write_text("drug,first,role\ninfliximab,bone,supports\n")

    ran = run("code", CHARTS, "--json", "--necessity", "--policy", acme)

    assert "acme.csv, line 2, column first or last" in str(ran.exception)
    assert ran.stdout == ""


def test_several_processes_refuse_an_unknown_payer_once() -> None:
    words = ("-m", "hangtime.cli", "code", CHARTS, "--json", "--jobs", "2", "--payer", "nobody")

    ran = subprocess.run(
        [sys.executable, *words], check=False, capture_output=True, text=True, timeout=30
    )

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.count("no profile has the payer's name") == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--certify",), "give both"),
        (("--locality", "0111205"), "go with --prices"),
        (("--sequestration",), "go with --prices"),
        (("--list", "own.csv"), "goes with --necessity"),
        (("--necessity", "--list", "not-there.csv"), "not-there.csv: cannot be read"),
    ],
)
def test_an_option_of_no_use_is_refused(words: tuple[str, ...], complaint: str) -> None:
    ran = run("code", CHARTS, *words)

    assert complaint in f"{ran.output}{ran.exception}"
    assert ran.exit_code
