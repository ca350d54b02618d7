"""What must hold of the formulary's tables, whatever is added to them."""

import csv
import re
from collections import Counter
from pathlib import Path

from hangtime.formulary import _names, _tables, substances
from hangtime.rules.words import Category, Known

DATA = Path(substances.__file__).with_name("data")
KNOWN = {each.name: each for each in substances.ingredients()}
SUPPORTIVE = """
ondansetron, granisetron, palonosetron, fosaprepitant, aprepitant, metoclopramide, famotidine,
prochlorperazine, dexamethasone, methylprednisolone, hydrocortisone, leucovorin, levoleucovorin,
mesna, dexrazoxane, amifostine, diphenhydramine, filgrastim, pegfilgrastim, plerixafor, rasburicase,
iron sucrose, iron dextran, ferric carboxymaltose, ferumoxytol, zoledronic acid, pamidronate,
immune globulin, albumin human
"""


def _of(category):
    return {name for name, each in KNOWN.items() if each.category is category}


def test_every_ingredient_has_a_source_that_the_table_explains():
    header = [line for line in (DATA / "substances.csv").read_text().splitlines() if line[0] == "#"]

    explained = {line.split()[1] for line in header if line.startswith("#   ")}
    for each in KNOWN.values():
        family = "-".join(each.source.split("-")[:2])
        is_rule = family in {"r-cls", "r-bnd"}
        assert is_rule or each.source in explained, each
        assert bool(each.minutes) == bool(each.minutes_source), each
        assert (each.monitoring is not Known.UNKNOWN) == bool(each.monitoring_source), each
        assert {each.minutes_source, each.monitoring_source} <= {"", "label", "practice"}, each


def test_usual_minutes_are_one_number_or_a_range_or_a_word_for_why_there_are_none():
    for each in KNOWN.values():
        assert re.fullmatch(r"|push|continuous|[1-9]\d*(-[1-9]\d*)?", each.minutes), each
        shortest, _, longest = each.minutes.partition("-")
        assert not longest or int(shortest) < int(longest), each
        assert each.minutes != "push" or each.is_pushable is not Known.NO, each


def test_no_name_maps_to_two_ingredients_and_each_is_stored_under_its_own_key():
    rows = list(_tables.rows("names.csv"))
    twice = [key for key, count in Counter(row["key"] for row in rows).items() if count > 1]

    assert twice == []
    for row in rows:
        assert row["key"] == _names.key_of(row["key"]), row
        assert row["ingredient"] in KNOWN, row
        assert row["kind"] in {"name", "brand", "abbreviation"}, row


def test_every_ingredient_is_found_by_its_own_name():
    for name, each in KNOWN.items():
        assert substances.find(name) == each


def test_no_key_is_an_amount_or_a_single_letter():
    for row in _tables.rows("names.csv"):
        assert len(row["key"]) > 1
        assert not all(_names.is_amount(word) for word in row["key"].split()), row


def test_no_product_code_belongs_to_two_ingredients():
    codes = Counter(code for each in KNOWN.values() for code in each.hcpcs)

    assert [code for code, count in codes.items() if count > 1] == []


def test_what_is_called_an_additive_exists_as_a_fluid():
    additives = {each.in_fluid for each in KNOWN.values() if each.in_fluid}

    assert additives <= _of(Category.ELECTROLYTE)


def test_supportive_drugs_are_not_chemotherapy():
    assert {KNOWN[name.strip()].category for name in SUPPORTIVE.split(",")} == {
        Category.THERAPEUTIC
    }


def test_an_antibody_with_its_own_injection_code_is_not_any_antibody():
    assert "nirsevimab" in _of(Category.ANTIBODY)
    assert KNOWN["palivizumab"].category is Category.THERAPEUTIC


def test_each_covid_antibody_names_its_own_administration():
    codes = [KNOWN[name].administration_code for name in _of(Category.COVID_ANTIBODY)]

    assert all(codes) and len(set(codes)) == len(codes)
    assert all(not each.administration_code for each in KNOWN.values()
               if each.category is not Category.COVID_ANTIBODY)  # fmt: skip


def test_properties_go_with_the_class_they_belong_to():
    hormonal = {name for name, each in KNOWN.items() if each.is_hormonal}
    toxic = {name for name, each in KNOWN.items() if each.is_toxic}
    lysis = {name for name, each in KNOWN.items() if each.is_thrombolytic}

    assert {"leuprolide", "fulvestrant", "goserelin", "degarelix", "triptorelin"} <= hormonal
    assert hormonal <= _of(Category.CHEMOTHERAPY)
    assert {"cisplatin", "amphotericin b", "cidofovir", "foscarnet", "ifosfamide"} <= toxic
    assert {"alteplase", "tenecteplase"} <= lysis
    assert KNOWN["morphine"].is_pushable is Known.YES
    for name in ("vancomycin", "potassium chloride", "carboplatin"):
        assert KNOWN[name].is_pushable is Known.NO


def test_a_biologic_under_the_skin_is_complex_only_where_no_list_says_otherwise():
    for name in ("omalizumab", "denosumab", "mepolizumab", "benralizumab", "dupilumab"):
        assert KNOWN[name].complex_when_injected is Known.NO
    assert KNOWN["tocilizumab"].complex_when_injected is Known.UNKNOWN
    assert KNOWN["rituximab and hyaluronidase"].complex_when_injected is Known.YES


def test_each_table_opens_with_its_provenance():
    for file in DATA.iterdir():
        assert file.read_text(encoding="utf-8").startswith("# "), file


def test_tables_are_sorted_and_plain_text():
    for file, column in (("substances.csv", "name"), ("names.csv", "key")):
        lines = [line for line in (DATA / file).read_text("utf-8").splitlines() if line[0] != "#"]
        values = [row[column] for row in csv.DictReader(lines)]
        assert values == sorted(values)
