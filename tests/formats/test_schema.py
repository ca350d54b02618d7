"""The published schema is the model's, and it takes what the readers take."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from hangtime import model
from hangtime.formats import contract
from hangtime.formats.descriptions import DESCRIPTIONS, OUTPUT
from hangtime.formats.outcomes import outcome_as_json
from hangtime.formats.schema import schema, schema_text
from hangtime.model import Basis, Finding, Line, Need, NotReported, Outcome, Possible, Reason
from strategies import encounters

CHECKOUT = Path(__file__).parents[2]
INPUT = jsonschema.Draft202012Validator(schema())
OUT = jsonschema.Draft202012Validator(schema() | {"$ref": "#/$defs/Outcome"})


def test_the_published_schema_is_current():
    published = CHECKOUT / "docs" / "reference" / "encounter.schema.json"
    assert published.read_text() == schema_text()


def test_the_schema_is_one_and_describes_every_field_of_the_model_and_no_other():
    jsonschema.Draft202012Validator.check_schema(schema())
    definitions = schema()["$defs"]
    for name, described in DESCRIPTIONS.items():
        fields = set(getattr(model, name).__dataclass_fields__)
        assert set(described) == fields == set(definitions[name]["properties"])
    for name, described in OUTPUT.items():
        assert set(described) == set(definitions[name]["properties"])


@settings(max_examples=60, deadline=None)
@given(encounter=encounters())
def test_whatever_a_reader_takes_validates(encounter):
    stream = io.StringIO()
    contract.write_encounters([encounter], stream)
    INPUT.validate(json.loads(stream.getvalue()))


@pytest.mark.parametrize(
    "changed",
    [
        {"setting": "hospital"},
        {"encounter_id": None},
        {"place_of_service": "2"},
        {"ended_at": "2025-03-12"},
        {"attendance_of_day": 0},
        {"colour": "red"},
        {"administrations": [{"administration_id": "a", "drug": "x"}]},
        {"administrations": [{"administration_id": "a", "drug": "x", "route": "im", "dose": -1}]},
    ],
)
def test_what_a_reader_sets_aside_or_leaves_out_does_not_validate(changed):
    whole = {"encounter_id": "e", "setting": "facility"}
    assert INPUT.is_valid(whole)
    assert not INPUT.is_valid(whole | changed)
    (read,) = contract.read_bytes(json.dumps(whole | changed).encode(), "x.json")
    assert read.findings


def test_the_examples_validate():
    found = sorted((CHECKOUT / "examples").glob("*.json*"))
    assert found
    for path in found:
        text = path.read_text()
        documents = (
            [json.loads(text)] if path.suffix == ".json" else map(json.loads, text.splitlines())
        )
        for document in documents:
            INPUT.validate(document)


def test_an_outcome_is_written_as_the_contract_says():
    reason = Reason(
        "INPUT-BAD-TIME", {"file": "f.csv", "line": 3, "field": "start", "effect": "So"}
    )
    outcome = Outcome(
        encounter_id="e",
        lines=(Line(code="96365", units=1, date_of_service=None, administrations=("a1",)),),
        not_reported=(NotReported(what="a2", reason=reason),),
        possible=(
            Possible(
                code="96366",
                units=1,
                need=Need(field="stop", value="10:31", administration="a1"),
            ),
        ),
        findings=(Finding(severity="error", reason=reason, administrations=("a2",)),),
        policy=Basis(profile="facility-medicare", rules="0", edition="2025"),
    )
    written = outcome_as_json(outcome)
    OUT.validate(written)
    assert written["possible"][0]["needs"] == "a stop at or after 10:31"
    assert written["findings"][0] == {
        "severity": "error",
        "rule": "INPUT-BAD-TIME",
        "message": "f.csv, line 3: start is not an ISO 8601 date-time (2025-03-12T09:05). So.",
        "administrations": ["a2"],
        "file": "f.csv",
        "line": 3,
        "field": "start",
    }
    assert OUT.is_valid(outcome_as_json(Outcome(encounter_id="")))
