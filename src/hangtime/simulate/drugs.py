"""The drugs of the simulated hospital: names, doses, vials, and the code of each by date."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import numpy as np

from hangtime.codesets.facts import FOREVER, day_number
from hangtime.simulate.arrays import Floats, Ints

MICRO = 1000  # amounts are whole thousandths of the charted unit, so that sums are exact


@dataclass(frozen=True, slots=True)
class Product:
    """One code of a drug, from and until which day, and the thousandths of one billing unit."""

    hcpcs: str
    first: int
    last: int
    per: int


@dataclass(frozen=True, slots=True)
class Drug:
    """One drug as the hospital charts it; amounts in thousandths of `unit`."""

    place: int
    name: str
    kind: str
    unit: str | None
    vial: int
    is_single_dose: bool
    doses: tuple[int, ...]
    is_by_route: bool
    products: tuple[Product, ...]


class Formulary:
    """All drugs, by place and by what they are drawn for."""

    def __init__(self, drugs: list[Drug], groups: dict[str, list[int]]) -> None:
        self.drugs = drugs
        self.groups = {name: np.array(places) for name, places in groups.items()}
        widest = max(len(each.doses) for each in drugs)
        self._doses = np.zeros((len(drugs), max(1, widest)), np.int64)
        for each in drugs:
            self._doses[each.place, : len(each.doses)] = each.doses
        self._counts = np.array([len(each.doses) for each in drugs], np.int64)

    def draw_doses(self, places: Ints, shares: Floats) -> Ints:
        """A dose for each drug, by a share from 0 up to 1; 0 where the drug is charted without."""
        return self._doses[places, (shares * self._counts[places]).astype(np.int64)]


@cache
def formulary() -> Formulary:
    """The drugs of `data/drugs.csv`."""
    text = (files("hangtime.simulate") / "data" / "drugs.csv").read_text("utf-8")
    drugs: list[Drug] = []
    groups: dict[str, list[int]] = {}
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines):
        if not row["groups"]:  # one more code of the drug above
            last = drugs[-1]
            assert last.name == row["name"]
            drugs[-1] = _with(last, _product(row))
            continue
        for group in row["groups"].split():
            groups.setdefault(group, []).append(len(drugs))
        drugs.append(_drug(len(drugs), row))
    return Formulary(drugs, groups)


def _drug(place: int, row: dict[str, str]) -> Drug:
    return Drug(
        place=place,
        name=row["name"],
        kind=row["kind"],
        unit=row["unit"] or None,
        vial=_thousandths(row["vial"]) if row["vial"] else 0,
        is_single_dose=row["single_dose"] == "yes",
        doses=_doses(row["doses"]),
        is_by_route=row["route_modifier"] == "yes",
        products=(_product(row),) if row["hcpcs"] else (),
    )


def _with(drug: Drug, product: Product) -> Drug:
    return replace(drug, products=(*drug.products, product))


def _product(row: dict[str, str]) -> Product:
    first = day_number(date.fromisoformat(row["from"])) if row["from"] else 0
    last = day_number(date.fromisoformat(row["until"])) if row["until"] else FOREVER
    return Product(row["hcpcs"], first, last, _thousandths(row["per"]))


def _doses(text: str) -> tuple[int, ...]:
    """`4 8`, or `250..700/5`: from the first to the last by steps."""
    if ".." not in text:
        return tuple(_thousandths(each) for each in text.split())
    first, _, rest = text.partition("..")
    last, _, step = rest.partition("/")
    return tuple(range(_thousandths(first), _thousandths(last) + 1, _thousandths(step)))


def _thousandths(text: str) -> int:
    return int(Decimal(text) * MICRO)
