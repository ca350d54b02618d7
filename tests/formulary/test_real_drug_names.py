"""Names in real exports: how many of them the formulary knows."""

import csv
import gzip
import importlib.util
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from hangtime.formulary import substances
from hangtime.formulary.classes import class_of
from hangtime.policies.policy import profile
from hangtime.rules.words import Category

SHARED = Path(__file__).resolve().parents[3] / "shared"
MIMIC = SHARED / "data" / "mimic-iv-demo"


def _rows(file):
    path = MIMIC / file
    if not path.exists():
        pytest.skip(f"{path.name}: not beside this checkout (../shared)")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _share_known(names):
    known = sum(count for name, count in names.items() if substances.find(name))
    return known / sum(names.values())


def test_at_least_nine_in_ten_rows_of_the_intensive_care_intake_are_known(capsys):
    labels = {row["itemid"]: row["label"] for row in _rows("icu/d_items.csv.gz")}
    share = _share_known(Counter(labels[row["itemid"]] for row in _rows("icu/inputevents.csv.gz")))

    with capsys.disabled():
        print(f"\n  icu/inputevents: {share:.1%} of rows have a known drug")
    assert share >= 0.9


def test_at_least_nine_in_ten_named_rows_of_the_medication_record_are_known(capsys):
    names = Counter(row["medication"] for row in _rows("hosp/emar.csv.gz") if row["medication"])
    share = _share_known(names)

    with capsys.disabled():
        print(f"\n  hosp/emar: {share:.1%} of named rows have a known drug")
    assert share >= 0.9


def test_every_infusion_drug_of_the_indications_table_is_known_and_of_its_class():
    path = SHARED / "rules" / "indications.csv"
    if not path.exists():
        pytest.skip(f"{path.name}: not beside this checkout (../shared)")
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    named = {row["drug"]: substances.find(row["drug"]) for row in rows if "(" not in row["drug"]}
    unknown = {drug for drug, found in named.items() if found is None}

    assert unknown <= {"phosphate salts", "hypertonic saline for low sodium"}  # not names of drugs
    for row in rows:
        found = named.get(row["drug"])
        if found and row["admin_class"].startswith(("complex biologic", "therapeutic")):
            expected = "BIOLOGIC" if row["admin_class"].startswith("complex") else "THERAPEUTIC"
            assert found.category.name == expected, row["drug"]


def _benchmark(checkout):
    path = checkout / "benchmarks" / "names.py"
    spec = importlib.util.spec_from_file_location("names_benchmark", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("asked", ["indication_drugs", "frequent_drugs"])
def test_every_infusion_drug_in_use_has_a_class_with_its_source(checkout, shared, asked):
    drugs = getattr(_benchmark(checkout), asked)(shared)
    used = profile("facility", "medicare")

    assert len(drugs) > 40
    for each in drugs:
        found = class_of(each, used, date(2025, 3, 12))
        assert found.category is not Category.UNKNOWN and found.source, each.name


def test_the_infusion_drugs_of_the_indications_have_their_minutes_and_whether_they_are_watched(
    checkout, shared
):
    for each in _benchmark(checkout).indication_drugs(shared):
        assert each.minutes and each.monitoring, each.name
