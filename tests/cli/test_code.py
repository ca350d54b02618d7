"""`hangtime code`: what it writes, what it counts, and the status it ends with."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from hangtime.cli import hangtime
from hangtime.cli._coding import Account, code_read
from hangtime.cli.code import exit_status
from hangtime.errors import UnknownPolicy
from hangtime.formats import Read
from hangtime.model import Bar, Finding, Outcome, Reason
from strategies import encounters

CHECKOUT = Path(__file__).parents[2]
EXAMPLES = CHECKOUT / "examples"


def run(*arguments: object):
    return CliRunner().invoke(hangtime, [str(each) for each in arguments])


def outcomes(result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_example_is_coded_with_a_reason_for_every_line():
    for name, count in (("infliximab.json", 1), ("encounters.jsonl", 3), ("encounters.csv", 3)):
        result = run("code", EXAMPLES / name, "--json")
        assert result.exit_code == 0, result.stderr
        written = outcomes(result)
        assert len(written) == count
        for line in (line for one in written for line in one["lines"]):
            assert line["rules"]
            assert line["citations"]
            assert line["explanation"]
    assert "0 set aside" in result.stderr


def test_the_same_encounters_as_lines_and_as_a_table_are_coded_alike():
    as_lines = outcomes(run("code", EXAMPLES / "encounters.jsonl", "--json"))
    assert outcomes(run("code", EXAMPLES / "encounters.csv", "--json")) == as_lines


WITHOUT_ROWS = "INPUT-LINES-WITHOUT-ROWS"


def test_lines_coded_beside_a_row_set_aside_say_once_that_they_may_change():
    warned = 0
    for one in outcomes(run("code", EXAMPLES / "broken.csv", "--json")):
        found = Counter(each["rule"] for each in one["findings"])
        is_aside = any(each["severity"] == "error" and "file" in each for each in one["findings"])
        assert found[WITHOUT_ROWS] == bool(is_aside and one["lines"])
        warned += found[WITHOUT_ROWS]
        told = [each["message"] for each in one["findings"] if each["rule"] == WITHOUT_ROWS]
        assert all(each.endswith(" The other rows were coded.") for each in told)
    assert warned > 10


def test_each_broken_row_is_named_where_the_readme_says_and_the_good_rows_are_coded():
    result = run("code", EXAMPLES / "broken.csv", "--json")
    assert result.exit_code == 1
    told = Counter(
        (each["line"], each["rule"])
        for one in outcomes(result)
        for each in one["findings"]
        if "file" in each and each["rule"] != WITHOUT_ROWS
    )
    readme = (EXAMPLES / "README.md").read_text()
    listed = re.findall(r"^\| (\d+) \| .* \| (`.*`) \|$", readme, re.MULTILINE)
    expected = [
        (int(line), rule.strip("`")) for line, rules in listed for rule in rules.split(", ")
    ]
    assert told == Counter(expected)
    assert len({rule for _, rule in expected}) >= 30
    rows, coded, merged, set_aside = map(int, re.findall(r"\d+", result.stderr))
    assert rows == coded + merged + set_aside == 58
    assert coded > 0


def test_the_tables_of_a_folder_say_what_the_json_says(tmp_path):
    source = EXAMPLES / "encounters.jsonl"
    written = outcomes(run("code", source, "--json"))
    for form in ("csv", "parquet"):
        result = run("code", source, "--out", tmp_path, "--format", form, "--sentences")
        assert result.exit_code == 0
        assert _table(tmp_path / f"lines.{form}", "code", "explanation") == [
            (line["code"], line["explanation"]) for one in written for line in one["lines"]
        ]
        assert _table(tmp_path / f"findings.{form}", "rule", "message") == [
            (each["rule"], each["message"]) for one in written for each in one["findings"]
        ]


def _table(path: Path, *columns: str) -> list[tuple]:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        rows = pq.read_table(path).to_pylist()
    else:
        with path.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
    return [tuple(row[column] for column in columns) for row in rows]


def test_a_few_encounters_are_shown_one_by_one_and_many_as_tables(tmp_path):
    few = run("code", EXAMPLES / "encounters.jsonl").stdout
    assert few.startswith("Encounter SIM-ED-1\n")
    assert "Sources" in few
    many = run("code", EXAMPLES / "broken.csv").stdout
    assert re.search(r"^96365 +\d+ +\d+$", many, re.MULTILINE)
    assert "line 10: route is none of iv_infusion, iv_push, im," in " ".join(many.split())


def test_the_status_says_whether_anything_was_set_aside_or_could_be_read(tmp_path):
    nothing = tmp_path / "nothing.json"
    nothing.write_text("{")
    no_setting = tmp_path / "no_setting.json"
    no_setting.write_text('{"encounter_id": "e"}')
    good = EXAMPLES / "infliximab.json"
    assert run("code", good).exit_code == 0
    assert run("code", nothing, good).exit_code == 1
    assert run("code", no_setting, good, "--json").exit_code == 1
    assert run("code", nothing).exit_code == 2
    assert run("code", tmp_path / "absent.csv").exit_code == 2
    assert run("code", no_setting, "--json").exit_code == 2


def test_standard_input_is_read_where_the_file_is_a_dash():
    text = (EXAMPLES / "infliximab.json").read_text()
    result = CliRunner().invoke(hangtime, ["code", "-", "--json"], input=text)
    assert outcomes(result)[0]["encounter_id"] == "SIM-CLINIC-1"


def test_a_payer_without_a_profile_is_refused_at_once_when_asked_for():
    result = run("code", EXAMPLES / "infliximab.json", "--payer", "nobody")
    assert isinstance(result.exception, UnknownPolicy)


def test_several_processes_give_what_one_gives_in_the_same_order():
    one = run("code", EXAMPLES / "encounters.jsonl", EXAMPLES / "broken.csv", "--json")
    two = run("code", EXAMPLES / "encounters.jsonl", EXAMPLES / "broken.csv", "--json", "--jobs", 2)
    assert two.stdout == one.stdout


class Stub:
    """Merges the rows whose numbers are even, sets aside those of `aside`, codes the others."""

    def __init__(self, aside: int) -> None:
        self.aside = aside

    def code(self, encounter) -> Outcome:
        ids = tuple(each.administration_id for each in encounter.administrations)
        reason = Reason("TIME-SET-ASIDE-REPEATED", {"set_aside": True})
        aside = ids[: self.aside]
        found = (Finding(severity="error", reason=reason, administrations=aside),) if aside else ()
        bar = Bar(
            administrations=ids, drug="", lane="", route="", start=None, stop=None,
            minutes=None, end="none",
        )  # fmt: skip
        return Outcome(encounter_id=encounter.encounter_id, timeline=(bar,), findings=found)


@settings(max_examples=60, deadline=None)
@given(encounter=encounters(most=5), aside=st.integers(0, 6), before=st.integers(0, 3))
def test_rows_read_are_rows_coded_merged_and_set_aside(encounter, aside, before):
    rows = len(encounter.administrations)
    read = Read(encounter=encounter, rows=rows + before, set_aside=before)
    account = Account()
    account.add(code_read(read, Stub(aside)))
    left = rows - min(aside, rows)
    assert (account.rows, account.set_aside) == (rows + before, before + min(aside, rows))
    assert account.merged == max(left - 1, 0)
    assert account.coded == min(left, 1)
    assert exit_status(account, 0) == int(account.set_aside > 0)


def test_what_the_engine_sets_aside_is_named_by_file_and_line(tmp_path):
    charts = tmp_path / "charts.jsonl"
    skipped = {"administration_id": "a", "drug": "x", "route": "im", "start": "2025-03-09T02:30"}
    whole = {"encounter_id": "e", "setting": "facility", "time_zone": "America/Chicago"}
    whole |= {"administrations": [skipped]}
    unknown_payer = {"encounter_id": "f", "setting": "facility", "payer": "Acme"}
    charts.write_text(f"{json.dumps(whole)}\n\n{json.dumps(whole | unknown_payer)}\n")
    result = run("code", charts, "--json")
    assert result.exit_code == 1
    told = [
        (each["rule"], each["file"], each["line"])
        for one in outcomes(result)
        for each in one["findings"]
        if each["severity"] == "error"
    ]
    assert told == [
        ("TIME-SET-ASIDE-SKIPPED", str(charts), 1),
        ("ENC-SET-ASIDE-NO-PROFILE", str(charts), 3),
    ]
    assert "Acme" not in result.stdout + result.stderr
    assert "2 rows read = 0 coded + 0 merged + 2 set aside" in result.stderr


@pytest.mark.parametrize(
    "arguments", [["code", str(EXAMPLES / "infliximab.json"), "--json"], ["--help"]]
)
def test_one_encounter_is_coded_without_loading_what_a_batch_needs(arguments):
    program = (
        "import sys\n"
        f"sys.argv = ['hangtime', *{arguments!r}]\n"
        "from hangtime.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pyarrow', 'numba', 'duckdb', 'polars', 'rich', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=CHECKOUT,
        env={"PYTHONPATH": str(CHECKOUT / "src")},
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == "[]"
    assert done.stdout
