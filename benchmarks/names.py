"""How many of the drug names in real records resolve, and how full the formulary is.

    .venv/bin/python benchmarks/names.py [FOLDER]    # default ../shared

Reads the MIMIC-IV demo and the table of indications beside the checkout; prints, keeps nothing.
The stored names were compiled with the labels of `emar` and `inputevents` in view, so their shares
say that the tables are complete for them; those of orders and of product labels say more of others.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from hangtime.formulary import _tables
from hangtime.formulary.classes import class_of
from hangtime.formulary.products import all_products
from hangtime.formulary.resolve import Certainty, resolve
from hangtime.formulary.substances import Substance, find, ingredients
from hangtime.policies.policy import profile
from hangtime.rules.words import Category, Known

SHARED = Path(__file__).resolve().parents[2] / "shared"
MIMIC = Path("data") / "mimic-iv-demo"
BY_VEIN = {"IV", "IV BOLUS", "IV DRIP", "IVPCA"}  # routes of an order
MOST_FREQUENT = 200
SHOWN = 50
SHORTEST = 6  # letters of a name that is misspelled for the figures
INFUSED = {
    Category.THERAPEUTIC, Category.CHEMOTHERAPY, Category.BIOLOGIC, Category.BLOOD,
    Category.ANTIBODY, Category.COVID_ANTIBODY,
}  # fmt: skip
DAY = date(2025, 3, 12)


def main() -> None:
    """Print every figure."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    for title, names in charted_names(folder).items():
        print_shares(title, names)
    print_misspelled()
    print_fill_rates()
    print_checked("infusion drugs of indications.csv", indication_drugs(folder))
    print_checked("drugs most often given by vein in the records", frequent_drugs(folder))


def charted_names(folder: Path) -> dict[str, Counter[str]]:
    """Drug names and their rows, by where they were charted."""
    labels = {row["itemid"]: row["label"] for row in rows(folder, "icu/d_items")}
    return {
        "hosp/emar, medication": count(row["medication"] for row in rows(folder, "hosp/emar")),
        "icu/inputevents, label": count(
            labels[row["itemid"]] for row in rows(folder, "icu/inputevents")
        ),
        "hosp/prescriptions, drug": count(
            row["drug"] for row in rows(folder, "hosp/prescriptions")
        ),
        "hosp/emar_detail, product": count(
            row["product_description"] for row in rows(folder, "hosp/emar_detail")
        ),
    }


def rows(folder: Path, table: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / MIMIC / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def count(names: Iterable[str]) -> Counter[str]:
    return Counter(name for name in names if name.strip(" _"))


def print_shares(title: str, names: Counter[str]) -> None:
    print(f"\n{title}: {len(names):,} distinct names in {sum(names.values()):,} rows")
    answers = {name: resolve(name) for name in names}
    for certainty in reversed(Certainty):
        found = [name for name in names if answers[name].certainty is certainty]
        by_rows = sum(names[name] for name in found)
        print(
            f"  {certainty.name.lower():<8}{len(found):>6} {len(found) / len(names):>7.1%} of names"
            f"{by_rows:>9,} {by_rows / sum(names.values()):>7.1%} of rows"
        )
    kinds = Counter(answer.how for answer in answers.values() if answer.substance)
    print("  by " + ", ".join(f"{how} {number}" for how, number in kinds.most_common()))
    open_names = [(name, n) for name, n in names.most_common() if not answers[name].substance]
    for name, number in open_names[:SHOWN]:
        print(f"    {number:>5}  {name}  {'? ' if answers[name].candidates else ''}"
              f"{', '.join(answers[name].candidates)}")  # fmt: skip


def print_misspelled() -> None:
    """Every stored name of one word with one letter left out, or two that stand together swapped."""
    answers: Counter[str] = Counter()
    for key, ingredient, _ in _tables.names():
        for typed in misspelled(key) if key.isalpha() and len(key) >= SHORTEST else ():
            answers[answer(typed, ingredient)] += 1
    total = sum(answers.values())
    print(f"\nmisspelled: {total:,} names with one mistake")
    for said, number in sorted(answers.items()):
        print(f"  {said:<40}{number:>7,} {number / total:>7.1%}")


def misspelled(name: str) -> set[str]:
    left_out = {name[:at] + name[at + 1 :] for at in range(len(name))}
    swapped = {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(len(name) - 1)}
    return (left_out | swapped) - {name}


def answer(typed: str, ingredient: str) -> str:
    """What is made of a misspelled name of this ingredient."""
    found = resolve(typed)
    if found.substance is not None and found.how != "spelling":
        return "is another stored name"
    if found.substance is not None:
        return "sure, right" if found.substance.name == ingredient else "sure, WRONG"
    if ingredient in found.candidates:
        return "unsure, the drug among the candidates"
    return "unsure, other candidates" if found.candidates else "none"


def print_fill_rates() -> None:
    drugs = infusion_drugs()
    print(f"\nformulary: {len(ingredients())} ingredients, {len(drugs)} of them infusion drugs")
    for field, filled in fields(drugs).items():
        print(f"  {field:<26}{filled:>5} {filled / len(drugs):>7.1%}")


def infusion_drugs() -> list[Substance]:
    """Drugs and blood products with a product given by vein, or with minutes of an infusion."""
    by_vein = {each.ingredient for each in all_products() if "iv" in each.routes}
    return [
        each
        for each in ingredients()
        if each.category in INFUSED and (each.name in by_vein or each.minutes)
    ]


def fields(drugs: list[Substance]) -> dict[str, int]:
    """How many of these have each field."""
    return {
        "class": sum(each.category is not Category.UNKNOWN for each in drugs),
        "source of the class": sum(bool(each.source) for each in drugs),
        "product code": sum(bool(each.hcpcs) for each in drugs),
        "may be pushed": sum(each.is_pushable is not Known.UNKNOWN for each in drugs),
        "usual minutes": sum(bool(each.minutes) for each in drugs),
        "minutes from labelling": sum(each.minutes_source == "label" for each in drugs),
        "monitoring expected": sum(each.monitoring is not Known.UNKNOWN for each in drugs),
        "monitoring from labelling": sum(each.monitoring_source == "label" for each in drugs),
    }


def print_checked(title: str, drugs: list[Substance]) -> None:
    used = profile("facility", "medicare")
    facts = {each.name: class_of(each, used, DAY) for each in drugs}
    full = [
        name
        for name, fact in facts.items()
        if fact.category is not Category.UNKNOWN and fact.source
    ]
    print(f"\n{title}: {len(full)} of {len(drugs)} have a class and its source")
    for each in drugs:
        fact = facts[each.name]
        print(f"  {each.name:<40}{fact.category.name.lower():<14}{fact.source:<22}"
              f"push {each.is_pushable.name.lower():<9}{each.minutes:<12}"
              f"watched {each.monitoring.name.lower()}")  # fmt: skip


def indication_drugs(folder: Path) -> list[Substance]:
    """The ingredients of the indications table; rows that only contrast name no one drug."""
    path = folder / "rules" / "indications.csv"
    with path.open(encoding="utf-8", newline="") as text:
        names = [row["drug"] for row in csv.DictReader(text)]
    found = {drug.name: drug for name in names if (drug := find(name)) is not None}
    return [found[name] for name in sorted(found)]


def frequent_drugs(folder: Path) -> list[Substance]:
    """At most 200 ingredients, those with most rows of orders, records and intake by vein."""
    orders = [row for row in rows(folder, "hosp/prescriptions") if row["route"] in BY_VEIN]
    by_vein = {row["pharmacy_id"] for row in orders}
    given = (row for row in rows(folder, "hosp/emar") if row["pharmacy_id"] in by_vein)
    labels = {row["itemid"]: row["label"] for row in rows(folder, "icu/d_items")}
    names = Counter(row["drug"] for row in orders)
    names.update(row["medication"] for row in given)
    names.update(labels[row["itemid"]] for row in rows(folder, "icu/inputevents"))
    drugs: Counter[Substance] = Counter()
    for name, number in names.items():
        drug = find(name)
        if drug is not None:
            drugs[drug] += number
    return [drug for drug, _ in drugs.most_common(MOST_FREQUENT)]


if __name__ == "__main__":
    main()
