"""What one billing unit is, by code and date; how descriptors are read; what the table may hold."""

import csv
import re
from datetime import date
from decimal import Decimal
from itertools import product as product_of
from pathlib import Path

import pytest

from hangtime.codesets import drug_ceilings, facts, statuses
from hangtime.codesets.importers import asp_sizes, drug_tables, hcpcs_drugs
from hangtime.codesets.importers.descriptors import read
from hangtime.formulary import products, substances
from hangtime.formulary.products import Scope, all_products, in_force, product, products_of
from hangtime.rules.words import Category

FORMULARY = Path(products.__file__).with_name("data")
MEASURES = {"mg", "ug", "g", "ng", "[iU]", "meq", "mmol", "mL", "L", "mCi", "uCi", "cm2", "{each}"}
ROUTES = set(
    re.findall(
        r"\S+",
        """
    iv im sc oral inhalation topical implant nasal otic ophthalmic rectal vaginal urethral enteral
    intrathecal intraventricular epidural intravitreal intravesical intra-articular intracameral
    intraocular intracavernosal intralesional intradermal intrauterine infiltration irrigation
    pyelocalyceal subretinal suprachoroidal transdermal dialysate catheter
""",
    )
)
NAMES = {"mg": "mg", "mcg": "ug", "g": "g", "ml": "mL", "unit": "[iU]", "meq": "meq"}

# Descriptors of drugs that do not exist, in the shapes the published file has.
AWKWARD = [
    ("Injection, examplimab, 10 mg", "10 mg"),
    ("Injection, examplin sodium, per 750 mg", "750 mg"),
    ("Injection examplin, 200 mg", "200 mg"),
    ("Injection, examplin, per gm", "1 g"),
    ("Injection, examplin, up to 80 mg", "up to 80 mg"),
    ("Injection, examplin, 1mg", "1 mg"),
    ("Injection, examplin, 5 micrograms", "5 ug"),
    ("Injection, examplin, 20 mcg", "20 ug"),
    ("Injection, examplin alfa, 3 million units", "3000000 [iU]"),
    ("Injection, examplin, 100,000 units", "100000 [iU]"),
    ("Injection, examplin, per 1000 usp units", "1000 [iU]"),
    ("Factor xx (exemplary factor, human) per i.u.", "1 [iU]"),
    ("Examplin, inhalation solution, compounded product, unit dose form, per milligram", "1 mg"),
    ("Infusion, example solution, 250 cc", "250 mL"),
    ("Infusion, example (human), 5%, 50 ml", "50 mL"),
    ("Example lactate infusion, up to 1000 cc", "up to 1000 mL"),
    ("Injection, example chloride, per 2 meq", "2 meq"),
    ("Example contrast material, 300-399 mg/ml iodine concentration, per ml", "1 mL"),
    ("Example tc-99m, diagnostic, per study dose, up to 30 millicuries", "1 {each}, up to 30 mCi"),
    ("Example tc-99m, diagnostic, per millicurie", "1 mCi"),
    ("Example cells, leukocytes reduced, each unit", "1 {each}"),
    ("Examplaparvovec, per therapeutic dose", "1 {each}"),
    ("Injection, examplase, per single dose vial", "1 {each}"),
    ("Example patch, per square centimeter", "1 cm2"),
    ("Injection, examplin (acme), not therapeutically equivalent to x0001, per 1 mg", "1 mg"),
    ("Injection, examplin (acme) not therapeutically equivalent to x0001, 25 mg", "25 mg"),
    ("Injection, examplin, 30 mg (for esrd on dialysis)", "30 mg"),
]
NOT_PLAIN = [
    "Injection, examplin 10 mg and otherin 3 mg",
    "Injection, examplin/otherin, 1 gram/0.125 grams (1.125 grams)",
    "Injection, examplimab, 10 mg and hyaluronidase-abcd",
    "Injection, examplin, less than or equal to 100 mg",
    "Injection, examplin globulin, intramuscular, over 10 cc",
    "Example solution, sterile (500 ml = 1 unit)",
    "Injection, examplin, 10 mg/ml",
    "Unclassified examples",
]


def said(reading):
    second = f", {reading.second}" if reading.second else ""
    upper = "up to " if reading.is_up_to else ""
    return f"{upper}{reading.quantity:f} {reading.measure}{second}"


@pytest.mark.parametrize(("descriptor", "unit"), AWKWARD, ids=[each[0][:60] for each in AWKWARD])
def test_a_plain_descriptor_gives_its_unit(descriptor, unit):
    reading = read(descriptor)

    assert said(reading) == unit
    assert reading.is_plain


@pytest.mark.parametrize("descriptor", NOT_PLAIN)
def test_a_descriptor_with_two_readings_is_for_a_person(descriptor):
    assert not read(descriptor).is_plain


def test_a_descriptor_gives_brand_suffix_route_and_kind():
    reading = read("Injection, examplimab-abcd, biosimilar, (brandex/brandivy), intravenous, 10 mg")

    assert reading.suffixed == ("examplimab-abcd",)
    assert reading.labels == ("brandex/brandivy",)
    assert reading.routes == ("iv",)
    assert reading.is_biosimilar
    assert not read("Injection, examplimab, excludes biosimilar, 10 mg").is_biosimilar


def test_a_descriptor_nobody_has_checked_stops_the_build(tmp_path, require):
    for library in ("openpyxl", "pyarrow"):
        require(library)
    source = made_up_tables(tmp_path, "Injection, examplin 10 mg and otherin 3 mg")

    with pytest.raises(ValueError, match=r"LONG DESCRIPTION: not plain, nor checked: \['J9998'\]"):
        hcpcs_drugs.build(source, tmp_path)


def test_a_code_that_later_quarters_lack_ended_with_the_last_that_had_it(tmp_path, require):
    for library in ("openpyxl", "pyarrow"):
        require(library)
    source = made_up_tables(tmp_path, "Injection, examplin, 10 mg")

    hcpcs_drugs.build(source, tmp_path)

    row = next(line for line in (tmp_path / "products.csv").open() if line.startswith("J9998"))
    assert row.strip() == "J9998,,brandex,10,mg,,,2020-01-01,2025-12-31,iv,,,,plain,,"


def made_up_tables(folder, descriptor):
    """The three tables in their published layout, with one drug of our own."""
    import openpyxl
    import pyarrow as pa
    from pyarrow import parquet

    for part in (hcpcs_drugs.WORKBOOK, hcpcs_drugs.CROSSWALK, drug_tables.HISTORY):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.active.append(["HCPC", "RECID", "LONG DESCRIPTION", "ADD DT", "TERM DT"])
    book.active.append(["J9998", "3", descriptor, "20200101", ""])
    book.save(folder / hcpcs_drugs.WORKBOOK)
    (folder / hcpcs_drugs.CROSSWALK).write_text("hcpcs,drug\nJ9998,Brandex\nJ9998,Examplin HCl\n")
    quarters = ["2025-10", "2025-10", "2026-02", "2026-04"]
    codes = ["J9998", "J9997", "J9997", "J9997"]
    table = {"quarter": quarters, "hcpcs": codes, "status_indicator": ["K"] * 4}
    parquet.write_table(pa.table(table), folder / drug_tables.HISTORY)
    return folder


def test_the_tables_rebuild_from_the_published_files_byte_for_byte(shared, tmp_path, require):
    for library in ("openpyxl", "pyarrow"):
        require(library)
    hcpcs_drugs.build(shared, tmp_path)
    asp_sizes.build(shared, tmp_path)
    drug_tables.build(shared, tmp_path)

    for name in ("products.csv", "sizes.csv"):
        assert (tmp_path / name).read_bytes() == (FORMULARY / name).read_bytes(), name
    for name in ("drug_status.csv", "status_tables.csv", "drug_ceilings.csv"):
        assert (tmp_path / name).read_bytes() == (facts.FOLDER / name).read_bytes(), name


def test_every_unit_of_the_specification_is_ours(shared):
    compared = 0
    with (shared / "rules" / "drugs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            quantity, measure = row["unit_quantity"], NAMES.get(row["unit_measure"].lower())
            if row["hcpcs"] not in TOLD_BETTER and measure and quantity.replace(".", "").isdigit():
                ours = product(row["hcpcs"])[-1]
                assert (ours.quantity, ours.measure) == (Decimal(quantity), measure), row["hcpcs"]
                compared += 1

    assert compared > 600


# The specification's table is a start: one part of two, or a range read as an amount.
TOLD_BETTER = {"J1560", "J2865", "Q9992"}


def test_there_are_enough_codes_and_each_row_is_one_that_may_be():
    known = {each.name for each in substances.ingredients()}

    assert len({each.hcpcs for each in all_products() if each.measure != "cm2"}) >= 850
    for each in all_products():
        assert each.quantity > 0 and each.measure in MEASURES, each
        assert each.ingredient in known | {""}, each
        assert set(each.routes) <= ROUTES, each
        assert each.last is None or each.first <= each.last, each


def test_every_drug_but_an_unlisted_one_has_a_route():
    routeless = {each.hcpcs for each in all_products() if not each.routes and each.measure != "cm2"}

    assert routeless <= {
        code
        for code, row in hcpcs_drugs.by_hand("drug_routes.csv").items()
        if row["routes"] == "none"
    } | {each.hcpcs for each in all_products() if each.hcpcs.startswith("Q4")}


def test_codes_that_share_a_brand_on_one_day_by_one_route_are_of_one_drug():
    for day in (date(2022, 8, 12), date(2024, 5, 12), date(2025, 10, 1), date(2026, 4, 1)):
        meant: dict[tuple[str, str], set[str]] = {}
        for each in in_force(all_products(), day):
            for brand, route in product_of(each.brands, each.routes):
                meant.setdefault((brand, route), set()).add(each.ingredient)
        assert {each: drugs for each, drugs in meant.items() if len(drugs) > 1} == {}


@pytest.mark.parametrize(
    ("brand", "codes"),
    [
        ("retacrit", {"Q5105", "Q5106"}),
        ("epoetin alfa-epbx", {"Q5105", "Q5106"}),
        ("fiasp", {"J1811", "J1812"}),
        ("lyumjev", {"J1813", "J1814"}),
        ("feraheme", {"Q0138", "Q0139"}),
        ("emend", {"J1453", "J8501"}),
        ("zyprexa relprevv", {"J2358"}),
        ("supprelin la", {"J9226"}),
        ("vantas", {"J9225"}),
        ("zoladex", {"J9202"}),
        ("eylea", {"J0178"}),
        ("activase", {"J2997"}),
        ("avonex", {"Q3027"}),
        ("rebif", {"Q3028"}),
        ("gammagard s/d", {"J1566"}),
        ("acthar", {"J0801"}),
        ("antihemophilic factor, human", {"J7190"}),
        ("antihemophilic factor recombinant", {"J7192"}),
    ],
)
def test_a_brand_stands_on_every_code_of_it(brand, codes):
    held = in_force(all_products(), date(2025, 10, 1))

    assert {each.hcpcs for each in held if brand in each.brands} == codes
    for code in codes:
        found = substances.find(brand)
        assert found is not None and product(code)[-1].ingredient in {found.name, "aprepitant"}


def test_a_drug_that_has_a_code_by_injection_is_not_an_oral_one():
    injected = {
        each.ingredient
        for each in all_products()
        if {"iv", "im", "sc", "intrathecal"}.intersection(each.routes)
    }

    oral = {each.name for each in substances.ingredients() if each.category is Category.ORAL}
    assert injected & oral == set()


@pytest.mark.parametrize(
    ("hcpcs", "scope", "only"),
    [
        ("J9305", Scope.OPEN, ""),
        ("J9304", Scope.ONE, ""),
        ("J0134", Scope.ONE, ""),
        ("J1745", Scope.PLAIN, ""),
        ("Q5103", Scope.ONE, ""),
        ("J0882", Scope.PLAIN, "dialysis"),
        ("J0881", Scope.PLAIN, "not dialysis"),
        ("Q0249", Scope.PLAIN, "covid-19"),
    ],
)
def test_a_code_says_which_products_and_which_use_it_is_for(hcpcs, scope, only):
    assert (product(hcpcs)[0].scope, product(hcpcs)[0].only) == (scope, only)


@pytest.mark.parametrize(
    ("ingredient", "day", "codes"),
    [
        ("methylprednisolone", date(2024, 3, 31), ("J2920", "J2930")),
        ("methylprednisolone", date(2024, 4, 1), ("J2919",)),
        ("calcium gluconate", date(2023, 3, 31), ("J0610", "J0611")),
        ("calcium gluconate", date(2023, 4, 1), ("J0612", "J0613")),
        ("eculizumab", date(2025, 3, 31), ("J1300", "Q5139")),
        ("nipocalimab", date(2025, 12, 31), ("C9305",)),
        ("nipocalimab", date(2026, 1, 1), ("J9256",)),
    ],
)
def test_the_date_of_service_picks_the_code(ingredient, day, codes):
    given = in_force(products_of(ingredient), day)

    assert tuple(each.hcpcs for each in given if "oral" not in each.routes) == codes


def test_an_ended_code_has_the_sizes_of_the_one_that_followed_in_its_own_measure():
    assert products.sizes("J1745") == (Decimal(100),)
    assert products.sizes("J9035") == (Decimal(100), Decimal(400))
    assert products.sizes("J1300") == (Decimal(300),) == products.sizes("J1299")
    assert products.sizes("J2930") == products.sizes("J2919")
    assert products.sizes("J3490") == ()


def test_vials_that_no_dose_by_vein_is_drawn_from_are_no_sizes():
    assert products.sizes("J2997") == (Decimal(50), Decimal(100))
    assert products.sizes("A9578") == ()


def test_a_code_of_one_maker_says_whose_and_one_of_two_routes_says_so():
    assert product("J0134")[0].maker == "fresenius kabi"
    assert product("J0131")[0].maker == ""
    assert product("J0129")[0].takes_route_modifier
    assert not product("J1745")[0].takes_route_modifier
    assert product("Q5103")[0].is_biosimilar and "inflectra" in product("Q5103")[0].brands
    assert product(" q5103 ") == product("Q5103")
    assert product("J0000") == ()


def test_a_status_holds_until_the_next_quarter_there_is():
    assert statuses.status("J2930", date(2024, 3, 31)) == "N"
    assert statuses.status("J2930", date(2024, 4, 1)) is None
    assert statuses.status("J1745", date(2022, 2, 1)) == "K"
    assert statuses.table(date(2022, 2, 1)) == "opps-2021-10"
    assert statuses.table(date(2024, 8, 1)) == "opps-2024-07"
    assert statuses.table(date(2019, 12, 31)) is None
    assert statuses.status("J1745", date(2027, 1, 1)) is None


def test_a_drug_has_the_ceiling_of_the_table_asked():
    assert drug_ceilings.ceiling("mue-practitioner-2024Q3", "J1642").units == 100
    assert drug_ceilings.ceiling("mue-hospital-2024Q3", "J1642").units == 150
    assert drug_ceilings.ceiling("mue-hospital-2024Q3", "X0000") is None
    tables = {name for name, *_ in facts.rows("drug_ceilings.csv")}
    assert tables <= {cover.name for cover in facts.covers()}
