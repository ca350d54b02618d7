"""What a charted drug is, how surely, and what it could be: never a silent guess."""

import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hangtime.formulary import _spelling, _tables, substances
from hangtime.formulary.described import describe
from hangtime.formulary.resolve import NDC_TABLE, Certainty, resolve

SURE, UNSURE, NONE = Certainty.SURE, Certainty.UNSURE, Certainty.NONE
NAMES = {
    row["key"]: row["ingredient"]
    for row in _tables.rows("names.csv")
    if row["key"].isalpha() and len(row["key"]) > 3
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CEFTRIAXONE = {"00409733201": ("J0696",), "04097332001": ("J0690",)}


@pytest.mark.parametrize(
    ("charted", "ingredient", "how"),
    [
        ("cefTRIAXone 1 g IVPB", "ceftriaxone", "exact"),
        ("infliximab-dyyb", "infliximab", "exact"),
        ("ceftriaxone sodium", "ceftriaxone", "salt"),
        ("adrenaline", "epinephrine", "synonym"),
        ("Rocephin", "ceftriaxone", "brand"),
        ("5-FU", "fluorouracil", "abbreviation"),
        ("dexamethasone/ondansetron", "dexamethasone with ondansetron", "parts"),
        ("ceftriaxon", "ceftriaxone", "spelling"),
        ("vancomycn 1 g in NS 250 mL", "vancomycin", "spelling"),
        ("vancomycn (Fresenius Kabi)", "vancomycin", "spelling"),
        ("fulvestrant (Teva)", "fulvestrant", "exact"),
        ("piperacilin/tazobactam", "piperacillin and tazobactam", "spelling"),
        ("pembrolizumba", "pembrolizumab", "spelling"),
    ],
)
def test_a_sure_name_says_by_what_it_was_known(charted, ingredient, how):
    found = resolve(charted)

    assert found.substance is not None
    assert (found.substance.name, found.certainty, found.how) == (ingredient, SURE, how)
    assert describe(charted, None, None, None).name == ingredient


@pytest.mark.parametrize(
    ("charted", "could_be"),
    [
        ("dopmine", ("dopamine", "dobutamine")),
        ("vinblstine", ("vinblastine", "vincristine", "vinorelbine")),
        ("hydromorphon", ("hydromorphone", "morphine")),
        ("cefotetn", ("cefotetan", "cefazolin", "cefoxitin")),
        ("rocefin", ("ceftriaxone",)),
        ("vancomycin trough level", ("vancomycin",)),
    ],
)
def test_a_name_that_is_not_sure_comes_with_what_it_could_be(charted, could_be):
    found = resolve(charted)

    assert (found.substance, found.certainty) == (None, UNSURE)
    assert set(could_be) <= set(found.candidates)
    assert found.candidates[0] == could_be[0] and len(found.candidates) <= 5


@pytest.mark.parametrize("charted", ["", "bag", "unspecified antibiotic", "drug 1", "chemotherapy"])
def test_a_text_that_is_like_no_drug_has_no_candidates(charted):
    assert resolve(charted).certainty is NONE
    assert resolve(charted).candidates == ()


def edited(word, at, letter, change):
    before, after = word[: at % len(word)], word[at % len(word) :]
    return {
        "left out": before + after[1:],
        "put in": before + letter + after,
        "changed": before + letter + after[1:],
        "swapped": before + after[1:2] + after[:1] + after[2:],
    }[change]


EDITS = st.tuples(
    st.integers(0, 40),
    st.sampled_from(LETTERS),
    st.sampled_from(["left out", "put in", "changed", "swapped"]),
)


@given(st.sampled_from(sorted(NAMES)), st.lists(EDITS, min_size=1, max_size=2))
def test_one_mistake_or_two_never_make_one_drug_surely_another(name, mistakes):
    typed = name
    for mistake in mistakes:
        typed = edited(typed, *mistake)
        assume(typed)
    assume(substances.find(typed) is None)

    found = resolve(typed).substance

    assert found is None or found.name == NAMES[name]


def test_no_drug_would_surely_be_read_as_another_if_the_formulary_lacked_it():
    """The formulary will lack some drug: one that it has stands in for it, its own names hidden."""
    vocabulary = _spelling._vocabulary()
    for word, ingredient in NAMES.items():
        near = _spelling._near(word)
        others = tuple(each for each in near if each.drugs and each.drugs != vocabulary[word])
        meant = _spelling._meant(word, others)
        assert meant == "" or vocabulary[meant] == {ingredient}, (word, meant)


def test_no_misspelling_of_a_look_alike_is_read_as_it():
    for pair in _tables.rows("lookalikes.csv"):
        for name in pair.values():
            for at in range(1, len(name)):
                typed = name[:at] + name[at + 1 :]
                found = resolve(typed)
                assert found.how != "spelling" or found.certainty is not SURE, typed


def test_the_product_code_decides_where_the_name_is_not_known():
    assert resolve("unspecified drug A", hcpcs="Q5103").how == "hcpcs"
    assert resolve("dopmine", hcpcs="J1250").substance == substances.find("dobutamine")
    assert resolve("cefazolin", hcpcs="J0696").substance == substances.find("cefazolin")


def test_a_misspelled_name_and_a_code_of_another_drug_are_not_sure_of_either():
    found = resolve("ceftriaxon", hcpcs="J0690")

    assert (found.certainty, found.candidates) == (UNSURE, ("ceftriaxone", "cefazolin"))


def test_originator_biosimilars_and_codes_of_one_maker_are_one_substance():
    codes = ("J1745", "Q5103", "Q5104", "Q5121", "J1748")

    assert {resolve("", hcpcs=code).substance for code in codes} == {substances.find("Remicade")}


def test_an_ndc_needs_a_table_and_says_which():
    found = resolve("unspecified drug A", ndc="0409-7332-01")

    assert (found.certainty, found.table) == (NONE, NDC_TABLE)


@pytest.mark.parametrize(
    ("ndc", "certainty", "candidates"),
    [
        ("0409-7332-01", SURE, ()),
        ("00409733201", SURE, ()),
        ("0409733201", UNSURE, ("ceftriaxone", "cefazolin")),  # two readings of it are known
        ("55555-555-55", NONE, ()),
        ("not a code", NONE, ()),
    ],
)
def test_an_ndc_is_the_one_drug_of_its_readings_that_the_table_has(ndc, certainty, candidates):
    found = resolve(
        "unspecified drug A", ndc=ndc, codes_of_ndc=lambda code: CEFTRIAXONE.get(code, ())
    )

    assert (found.certainty, found.candidates) == (certainty, candidates)
    assert found.how == ("" if certainty is NONE else "ndc")


def test_a_known_name_needs_no_spelling_library():
    code = (
        "import sys; from hangtime.formulary.resolve import resolve; resolve('Rocephin 1 g');"
        "sys.exit('rapidfuzz' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
