"""Mapping files that cannot be used say so, with the file and the key; `map init` begins one."""

from __future__ import annotations

import tomllib
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from hangtime.cli.map import command
from hangtime.errors import UnreadableInput, UnusableMapping, UserError
from hangtime.formats import mapping
from hangtime.formats.mapping.guess import guess_columns, starting_map

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

GOOD = """
    [fields]
    encounter_id = "visit"
    setting = { constant = "facility" }
    drug = "drug"
    route = { constant = "iv_push" }
"""


def read(folder: Path, map_text: str, rows: str = "visit,drug,dose\nV1,Ketorolac,30\n") -> None:
    (folder / "export.csv").write_text(rows, encoding="utf-8")
    (folder / "map.toml").write_text(dedent(map_text), encoding="utf-8")
    list(mapping.read([folder / "export.csv"], folder / "map.toml"))


@pytest.mark.parametrize(
    ("map_text", "says"),
    [
        ("[fields\n", r"map\.toml: this is not a TOML file"),
        (GOOD + '    dosage = "dose"\n', r"fields\.dosage: the contract has no field dosage"),
        (GOOD + '    dose_units = "dose"\n', r"Did you mean dose_unit\?"),
        (GOOD + '    dose = "dosis"\n', r"fields\.dose: export\.csv has no column dosis\. Did you"),
        (GOOD.replace('"iv_push"', '"iv-push"'), r"fields\.route: 'iv-push': .*Did you mean iv_push"),
        (GOOD.replace('    drug = "drug"\n', ""), r"fields: nothing says where drug comes from"),
        (GOOD + "    dose = { colum = 'dose' }\n", r"fields\.dose: colum is not known here"),
        (GOOD + "    dose = { split = ';' }\n", r"fields\.dose: say column = "),
        (GOOD + "    dose = 5\n", r"fields\.dose: is a table"),
        (GOOD + "    dose = { constant = 'many' }\n", r"fields\.dose: 'many': does not hold a number"),
        (GOOD + "    dose = { column = 'dose', scale = 'k' }\n", r"fields\.dose\.scale: is not a number"),
        (
            GOOD + "    purpose = { column = 'dose', words = { x = 'flushing' } }\n",
            r"fields\.purpose: 'flushing': .* Did you mean flush\?",
        ),
        (
            GOOD + "    purpose = { column = 'dose', unmapped = 'default' }\n",
            r"fields\.purpose\.unmapped: there is no default",
        ),
        (GOOD + "    [filter]\n", r"the file: filter is not known here"),
        (GOOD + "    [export]\n    edition_on = '1 March'\n", r"export\.edition_on: write the date"),
        (GOOD + "    [export]\n    time_zone = 'Chicago'\n", r"export\.time_zone: 'Chicago'"),
        (GOOD + "    [[drop]]\n    when = { dose = '' }\n", r"drop 1: needs a reason"),
        (
            GOOD + "    [[drop]]\n    reason = 'r'\n    when = { dosis = '' }\n",
            r"drop 1: export\.csv has no column dosis",
        ),
        (GOOD + "    [segments]\n    by = []\n", r"segments\.by: name the columns"),
        (
            GOOD + "    [events]\n    by = ['drug']\n    at = 'dose'\n"
            "    event = { column = 'dose', words = { a = 'begin' } }\n",
            r"events\.event: 'begin' is not one of give, start",
        ),
        (
            GOOD + "    start = 'dose'\n    [events]\n    by = ['drug']\n    at = 'dose'\n"
            "    event = 'dose'\n",
            r"fields\.start: with \[events\] the clock times come from events\.at",
        ),
        (
            GOOD + "    [lookup.item]\n    file = 'items.csv'\n    on = { code = 'drug' }\n",
            r"lookup\.item\.file: there is no items\.csv beside the export",
        ),
    ],
)  # fmt: skip
def test_a_map_that_cannot_be_used_names_its_file_and_key(
    tmp_path: Path, map_text: str, says: str
) -> None:
    with pytest.raises(UnusableMapping, match=says) as error:
        read(tmp_path, map_text)
    assert str(tmp_path / "map.toml") in str(error.value)


def test_an_unknown_map_name_lists_the_shipped_ones() -> None:
    with pytest.raises(UnusableMapping, match="mimic-iv-emar, mimic-iv-inputevents"):
        mapping.load("epic")


def test_every_shipped_map_and_example_loads() -> None:
    shipped = mapping.find("mimic-iv-emar").parent
    for path in [*shipped.glob("*.toml"), EXAMPLES / "hospital_export.toml"]:
        assert mapping.load(path).fields


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("", "the file is empty"),
        ("visit,drug,visit\n", "names more than one column visit"),
        ("\xff\xfe", "is not a text file"),
    ],
)
def test_an_export_that_cannot_be_read_at_all_says_why(
    tmp_path: Path, rows: str, says: str
) -> None:
    (tmp_path / "map.toml").write_text(dedent(GOOD), encoding="utf-8")
    path = tmp_path / "export.csv"
    path.write_bytes(rows.encode("latin-1"))
    with pytest.raises(UnreadableInput, match=says):
        mapping.read([path], tmp_path / "map.toml")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "PAT_ENC_CSN_ID,PAT_MRN_ID,ORDER_MED_ID,DISP_NAME,ROUTE_NAME,TAKEN_TIME,MAR_ACTION,INFUSION_RATE",
            {"encounter_id": "PAT_ENC_CSN_ID", "drug": "DISP_NAME", "start": "TAKEN_TIME", "order_id": "ORDER_MED_ID", "rate_ml_per_h": "INFUSION_RATE"},
        ),
        (
            "ENCNTR_ID,PERSON_ID,ORDER_MNEMONIC,ADMIN_ROUTE,BEG_DT_TM,END_DT_TM,ADMIN_DOSE,DOSE_UNIT",
            {"encounter_id": "ENCNTR_ID", "patient_id": "PERSON_ID", "drug": "ORDER_MNEMONIC", "start": "BEG_DT_TM", "stop": "END_DT_TM", "dose": "ADMIN_DOSE"},
        ),
        (
            "AccountNumber,UnitNumber,RxNumber,MedicationDescription,Route,AdminDateTime",
            {"encounter_id": "AccountNumber", "patient_id": "UnitNumber", "order_id": "RxNumber", "drug": "MedicationDescription"},
        ),
    ],
)  # fmt: skip
def test_the_columns_of_common_systems_are_recognised(
    header: str, expected: dict[str, str]
) -> None:
    guessed = guess_columns(header.split(","))
    assert {field: guessed.get(field) for field in expected} == expected


def test_map_init_gives_a_file_that_is_toml_and_lists_the_words_of_routes_only(
    tmp_path: Path,
) -> None:
    document = tomllib.loads(starting_map(EXAMPLES / "hospital_export.csv"))

    assert document["export"]["time_format"] == "%m/%d/%Y %H:%M"
    assert document["events"]["at"] == "{ACTION DATE} {ACTION TIME}"
    assert document["fields"]["route"]["words"]["IVPB"] == "iv_infusion"
    text = starting_map(EXAMPLES / "hospital_export.csv")
    assert "M-501" not in text
    assert "Infliximab" not in text


def test_map_check_reports_rows_words_and_first_problems_without_a_patients_value() -> None:
    arguments = ["check", str(EXAMPLES / "hospital_export.csv")]
    arguments += ["--map", str(EXAMPLES / "hospital_export.toml")]
    result = CliRunner().invoke(command, arguments)

    assert result.exit_code == 1
    assert "16 rows read" in result.output
    assert "(first: hospital_export.csv, line 15)" in result.output
    assert "XYZ" in result.output
    assert not any(value in result.output for value in ("M-501", "H-2201", "Infliximab", "5-10"))


def test_map_check_of_an_unknown_map_is_the_users_error(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("a,b\n", encoding="utf-8")
    result = CliRunner().invoke(command, ["check", str(tmp_path / "export.csv"), "--map", "none"])
    assert isinstance(result.exception, UserError)


def test_the_how_to_shows_the_example_and_its_report_as_they_are() -> None:
    page = (EXAMPLES.parent / "docs/how-to/map-an-export.md").read_text(encoding="utf-8")
    map_text = (EXAMPLES / "hospital_export.toml").read_text(encoding="utf-8")
    arguments = ["check", str(EXAMPLES / "hospital_export.csv")]
    arguments += ["--map", str(EXAMPLES / "hospital_export.toml")]

    assert map_text[map_text.index("[map]") :].strip() in page
    assert CliRunner().invoke(command, arguments).output.strip() in page
