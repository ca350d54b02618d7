"""Charted names as people and systems write them, and the ingredient each of them is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.formulary import _names, _tables, substances
from hangtime.formulary.products import all_products
from hangtime.rules.words import Category

READS_AS = """
Rocephin                                        | ceftriaxone | therapeutic
ceftriaxone sodium 1 g IVPB                     | ceftriaxone | therapeutic
cefTRIAXone                                     | ceftriaxone | therapeutic
CEFTRIAXone 1 gram in D5W 50 mL                 | ceftriaxone | therapeutic
ceftriaxone 1 g with lidocaine 1% IM            | ceftriaxone | therapeutic
1 ML ondansetron 2 MG/ML Injection [Zofran]     | ondansetron | therapeutic
ondansetron HCl                                 | ondansetron | therapeutic
PIP/TAZO                                        | piperacillin and tazobactam | therapeutic
Zosyn                                           | piperacillin and tazobactam | therapeutic
piperacillin-tazobactam 3.375 g in dextrose 50 mL   | piperacillin and tazobactam | therapeutic
ampicillin sodium 2 g/sulbactam sodium 1 g      | ampicillin and sulbactam | therapeutic
vancomycin in NS 250 mL                         | vancomycin | therapeutic
methylPREDNISolone sod succ (PF) 125 mg/2 mL    | methylprednisolone | therapeutic
vitamin B-12 1000 mcg                           | cyanocobalamin | therapeutic
ibandronate (Boniva)                            | ibandronate | therapeutic
immune globulin (Privigen)                      | immune globulin | therapeutic
IVIG (Gammagard) 10%                            | immune globulin | therapeutic
albumin 25%                                     | albumin human | therapeutic
heparin 25,000 units/250 mL D5W                 | heparin | therapeutic
magnesium sulfate 2 g in 50 mL NS               | magnesium sulfate | therapeutic
KCl 10 mEq/100 mL IVPB                          | potassium chloride | therapeutic
hypertonic saline                               | sodium chloride hypertonic | therapeutic
sodium chloride 3%                              | sodium chloride hypertonic | therapeutic
NS with thiamine 100 mg                         | thiamine | therapeutic
banana bag                                      | banana bag | therapeutic
trastuzumab-anns                                | trastuzumab | biologic
infliximab-dyyb                                 | infliximab | biologic
Remicade                                        | infliximab | biologic
Rituxan Hycela (rituximab)                      | rituximab and hyaluronidase | biologic
pegfilgrastim-cbqv                              | pegfilgrastim | therapeutic
palivizumab                                     | palivizumab | therapeutic
nirsevimab-alip                                 | nirsevimab | antibody
Evusheld                                        | tixagevimab and cilgavimab | covid_antibody
5-FU                                            | fluorouracil | chemotherapy
fluorouracil                                    | fluorouracil | chemotherapy
Doxil (doxorubicin)                             | doxorubicin liposome | chemotherapy
nab-paclitaxel                                  | paclitaxel protein-bound | chemotherapy
ado-trastuzumab emtansine (Kadcyla)             | ado-trastuzumab emtansine | chemotherapy
cisplatin with mannitol 12.5 g in NS 1000 mL    | cisplatin | chemotherapy
methotrexate IM                                 | methotrexate | chemotherapy
High-Dose Methotrexate                          | methotrexate high dose | chemotherapy
NS                                              | sodium chloride 0.9% | hydration
NaCl 0.9%                                       | sodium chloride 0.9% | hydration
0.9% sodium chloride                            | sodium chloride 0.9% | hydration
SODIUM CHLORIDE 0.9 % IV SOLN                   | sodium chloride 0.9% | hydration
sodium chloride 9 MG/ML Injectable Solution     | sodium chloride 0.9% | hydration
LR                                              | lactated ringers | hydration
Lactated Ringer's 1,000 mL bolus                | lactated ringers | hydration
D51/2NS                                         | dextrose 5% in sodium chloride 0.45% | hydration
dextrose 5 % and 0.45 % sodium chloride 1,000 mL| dextrose 5% in sodium chloride 0.45% | hydration
D5 1/2NS with 20 mEq KCl                        | potassium chloride in fluid | electrolyte
KCl 20 mEq in D5W 1000 mL                       | potassium chloride in fluid | electrolyte
potassium chloride in IV fluid                  | potassium chloride in fluid | electrolyte
NS 1000 mL with magnesium sulfate 2 g           | magnesium sulfate in fluid | electrolyte
red cells                                       | red blood cells | blood
PRBC                                            | red blood cells | blood
FFP                                             | plasma | blood
saline/heparin flush                            | heparin flush | flush
heparin lock flush                              | heparin flush | flush
NS (0.9% NaCl) flush 10 mL                      | saline flush | flush
sterile water                                   | sterile water | diluent
NS for blood transfusion                        | carrier solution | diluent
lidocaine 1% with epinephrine 1:100,000         | lidocaine and epinephrine | anesthetic
flu shot                                        | influenza vaccine | vaccine
Prevnar 20                                      | pneumococcal vaccine | vaccine
Omnipaque 350                                   | iohexol | contrast
fulvestrant (Teva)                              | fulvestrant | chemotherapy
bortezomib (Dr. Reddy's) 3.5 mg                 | bortezomib | chemotherapy
pemetrexed (Hospira)                            | pemetrexed | chemotherapy
cyclophosphamide Sandoz Inc. 1 g                | cyclophosphamide | chemotherapy
acetaminophen (B. Braun) 1,000 mg               | acetaminophen | therapeutic
0.9% sodium chloride (Baxter Healthcare)        | sodium chloride 0.9% | hydration
fluphenazine decanoate 25 mg                    | fluphenazine decanoate | therapeutic
fluphenazine HCl 1.25 mg                        | fluphenazine | therapeutic
triamcinolone hexacetonide                      | triamcinolone hexacetonide | therapeutic
triamcinolone acetonide 40 mg/mL                | triamcinolone | therapeutic
triamcinolone diacetate                         | triamcinolone diacetate | therapeutic
olanzapine pamoate (Zyprexa Relprevv)           | olanzapine pamoate | therapeutic
factor VIII (antihemophilic factor, human)      | factor viii | therapeutic
onasemnogene abeparvovec-xioi (Zolgensma)       | onasemnogene abeparvovec | therapeutic
Hemgenix                                        | etranacogene dezaparvovec | therapeutic
HyperRAB S/D                                    | rabies immune globulin | therapeutic
risperidone ER (Perseris)                       | risperidone | therapeutic
Jevity 1.5 (Full)                               | enteral feeding | oral
docusate sodium                                 | docusate | oral
"""
CASES = [[cell.strip() for cell in row.split("|")] for row in READS_AS.strip().splitlines()]

NOT_KNOWN = (
    "unspecified drug A", "drug 1", "unspecified antibiotic", "antibiotic (unnamed)",
    "chemotherapy agent 1", "non-chemotherapy drug", "chemotherapy", "medication", "infusion",
    "bag", "1 g", "250 mL", "", "   ", "ceftriaxon", "sodium chloride 1.2%", "dextrose 12.5%",
    "NS with phosphate", "(Teva)", "Sandoz 1 g", "vancomycin trough level", "iron", "see comment",
)  # fmt: skip


@pytest.mark.parametrize(("charted", "ingredient", "category"), CASES)
def test_a_charted_name_is_one_ingredient_of_one_class(charted, ingredient, category):
    found = substances.find(charted)

    assert found is not None
    assert (found.name, found.category.name.lower()) == (ingredient, category)


@pytest.mark.parametrize("charted", NOT_KNOWN)
def test_a_name_with_a_word_that_no_table_knows_is_unknown(charted):
    assert substances.find(charted) is None


def test_a_maker_beside_a_drug_says_nothing_of_the_drug():
    made = [each for each in all_products() if each.maker and each.ingredient]

    assert len(made) > 50
    for each in made:
        alone = substances.find(each.ingredient)
        for charted in (f"{each.ingredient} ({each.maker})", f"{each.maker.title()} {alone.name}"):
            assert substances.find(charted) == alone, charted


def test_a_stored_name_that_has_a_maker_is_of_the_same_drug_without_it():
    for name in _tables.names():
        bare = " ".join(_names.without_makers(name.key.split()))
        found = substances.find(bare)
        assert bare == name.key or (found and found.name == name.ingredient), name


@pytest.mark.parametrize("written", [str.upper, str.lower, str.title, "  {}  ".format])
def test_the_way_a_name_is_typed_does_not_matter(written):
    for charted, ingredient, _ in CASES:
        found = substances.find(written(charted))
        assert found is not None and found.name == ingredient, written(charted)


def test_several_drugs_in_one_bag_are_one_mixture_however_they_are_listed():
    one = substances.find("dexamethasone 10 mg/ondansetron 8 mg in NS 50 mL")
    other = substances.find("Zofran 8 mg + Decadron 10 mg IVPB")
    regimen = substances.find("etoposide 50 mg/doxorubicin 10 mg/vincristine 0.4 mg in NS 500 mL")

    assert one == other and one is not None
    assert (one.name, one.category.name) == ("dexamethasone with ondansetron", "THERAPEUTIC")
    assert regimen is not None and regimen.category.name == "CHEMOTHERAPY"


def test_the_product_code_stands_in_for_an_unknown_name_and_never_outvotes_a_known_one():
    by_code = substances.find("unspecified drug A", hcpcs="j0696")
    by_name = substances.find("cefazolin", hcpcs="J0696")

    assert by_code is not None and by_code.name == "ceftriaxone"
    assert by_name is not None and by_name.name == "cefazolin"
    assert substances.find("unspecified drug A", hcpcs="Z0000") is None


@pytest.mark.parametrize(
    ("drug", "hcpcs", "expected"),
    [
        ("ceftriaxone", "J0696", False),
        ("cefazolin", "J0696", True),
        ("doxorubicin", "Q2050", True),
        ("trastuzumab", "J9356", True),
        ("triamcinolone hexacetonide", "J3301", True),
        ("Omnipaque 350", "Q9967", False),
        ("fulvestrant (Teva)", "J9393", False),
        ("infliximab-dyyb", "Q5103", False),
        ("D5 1/2NS with 20 mEq KCl", "J3480", False),
        ("dexamethasone/ondansetron", "J2405", False),
        ("dexamethasone/ondansetron", "J0696", True),
        ("unspecified drug A", "J0696", False),
        ("ceftriaxone", None, False),
    ],
)
def test_name_and_code_conflict_only_where_both_are_known_and_differ(drug, hcpcs, expected):
    assert substances.conflict(drug, hcpcs) is expected


def test_every_drug_given_in_a_diluent_is_the_drug():
    given_by_vein = (Category.THERAPEUTIC, Category.CHEMOTHERAPY, Category.BIOLOGIC)
    for each in substances.ingredients():
        if each.category in given_by_vein and not each.in_fluid:
            charted = f"{each.name.upper()} 100 mg/10 mL in D5W 50 mL IVPB"
            assert substances.find(charted) == each


WORDS = """
    NS D5W 1/2NS KCl heparin flush cisplatin Rocephin 0.9% 3% 20 mEq mg/mL in with - / ( ) % . 1/2
    drug -abcd water citrate sodium [ ]
"""


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS.split())).map(" ".join)))
def test_any_text_has_an_answer_and_the_same_one_each_time(text):
    first = substances.find(text)
    substances._by_name.cache_clear()

    assert substances.find(text) == first
