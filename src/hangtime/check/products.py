"""Which product code a charted dose has on its date, and how much was given in what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from math import gcd

from hangtime.check.case import Case, Row
from hangtime.check.items import item_of, listed_under
from hangtime.formulary import _tables
from hangtime.formulary._spelling import corrected
from hangtime.formulary.equivalents import equivalent
from hangtime.formulary.products import Product, Scope, product, products_of, sizes
from hangtime.formulary.substances import conflict, find
from hangtime.formulary.units import (
    MILLION,
    Amount,
    amount,
    concentration,
    in_measure,
    per_weight,
    unit,
)

ROUTES = {
    "iv_infusion": {"iv"}, "iv_push": {"iv"}, "im": {"im"}, "sc": {"sc", "implant"}, "sc_infusion": {"sc"},
    "on_body": {"sc"}, "ia_push": {"ia", "iv"}, "ia_infusion": {"ia", "iv"},
    "intrathecal": {"intrathecal", "epidural"},
}  # fmt: skip
NEVER_INJECTED = {
    "oral", "inhalation", "nasal", "topical", "ophthalmic", "rectal", "dental",
    "intravitreal", "buccal", "sublingual", "transdermal",
}  # fmt: skip
SKIN = ("sc", "sc_infusion", "on_body")
FOR_THE_SKIN = " and hyaluronidase"  # the form made to be given there
SUFFIXED = re.compile(r"[a-z]+-[a-z]{4}")
WITHOUT_CODE = ("HYDRATION", "BLOOD", "VACCINE", "ELECTROLYTE")
ITEMS = {
    "vial", "vials", "{vial}", "bag", "bags", "{bag}", "syringe", "{syringe}", "amp", "ampule",
    "ampul",
}  # fmt: skip
MOST_STEPS = 20_000  # of the sizes' common part; a dose of more is not held to a mix


@cache
def unlisted() -> dict[str, str]:
    """Unlisted codes, each with the kind of drug it stands for ("": as charted only)."""
    return {row["hcpcs"]: row["category"] for row in _tables.rows("unlisted.csv")}


@cache
def standing() -> frozenset[str]:
    """Unlisted codes that stand where charted, though a code lists the drug."""
    return frozenset(row["hcpcs"] for row in _tables.rows("unlisted.csv") if row["stands"])


@cache
def preferred() -> dict[str, list[str]]:
    """Codes taken for a substance charted by its own name."""
    return {row["ingredient"]: row["hcpcs"].split() for row in _tables.rows("preferred.csv")}


def codes_of(case: Case, row: Row, day: date) -> tuple[list[Product], str]:
    """Products the chart means alike on the day, or the unlisted code; nothing where it does not say."""
    given, drug = row.given, row.drug
    in_hospital = case.encounter.setting == "facility"
    code = (given.hcpcs or "").strip().upper()
    if code.startswith("C") and not in_hospital:
        code = ""
    if _is_conflict(given.drug, given.hcpcs):
        return [], ""
    if code in standing() or (code in unlisted() and not drug.is_known):
        return [], code
    names = [drug.name, f"{drug.name}{FOR_THE_SKIN}"] if drug.is_known else []
    every = [each for name in names[: 1 + (given.route in SKIN)] for each in products_of(name)]
    read = corrected(given.drug).name if drug.is_respelled else given.drug
    branded = _billable([each for each in every if _is_named(each, read)], in_hospital)
    named = [each for each in branded if each.holds_on(day)]
    meant = _suited(named, given.route, in_hospital) or named
    meant = [each for each in meant if not _narrow(each)[1]] or meant
    own = [each for each in product(code) if code not in unlisted() and each.holds_on(day)]
    if own:
        is_other = meant and {each.hcpcs for each in own}.isdisjoint(each.hcpcs for each in named)
        return ([], "") if is_other else (own, "")
    listed = _suited(every, given.route, in_hospital)
    listed = [each for each in listed if each.holds_on(day)]
    of_ndc = _suited([of for _, of in listed_under(given.ndc, day)], given.route, in_hospital)
    if of_ndc := _for_any_use(of_ndc, listed):
        is_other = all(_is_conflict(given.drug, each.hcpcs) for each in of_ndc)
        return ([], "") if is_other else (of_ndc, "")
    if meant:
        return meant, ""
    if not any(each.is_biosimilar for each in branded) and not _has_strange_suffix(read, every):
        codes = sorted(preferred().get(drug.name, ())) if drug.is_known else ()
        chosen = [each for code in codes for each in product(code)]
        chosen = _suited(chosen, given.route, in_hospital)
        if chosen := [each for each in chosen if each.holds_on(day)]:
            return chosen, ""
        if open_to_all := _least_narrow(listed):
            is_one = len(open_to_all) == 1 and not _is_of_another_route(row, open_to_all)
            return (open_to_all, "") if is_one else ([], "")
    if not drug.is_known or drug.category.name in WITHOUT_CODE:
        return [], ""
    kind = drug.category.name.lower()
    of_kind = next((code for code, of in unlisted().items() if of and of == kind), "")
    return [], code if of_kind and code in unlisted() else of_kind


def _is_named(each: Product, drug: str) -> bool:
    """The charted name has one of the product's brands, or its name with the suffix."""
    name = f" {' '.join(_said(drug))} "
    return any(f" {' '.join(_said(brand))} " in name for brand in each.brands if brand)


def _is_conflict(drug: str, hcpcs: str | None) -> bool:
    """Name and code are different drugs; a form made for the skin is named after its drug."""
    named = find(drug)
    skin = f"{named.name}{FOR_THE_SKIN}" if named else None
    listed = product(hcpcs) if hcpcs else ()
    return conflict(drug, hcpcs) and not any(each.ingredient == skin for each in listed)


def _has_strange_suffix(drug: str, every: list[Product]) -> bool:
    """A biosimilar's suffix that no product of the substance has, where it has biosimilars."""
    suffixed = {word for word in _said(drug) if SUFFIXED.fullmatch(word)}
    known = {word for each in every for brand in each.brands for word in _said(brand)}
    has_any = any(each.is_biosimilar for each in every)
    return bool(suffixed) and has_any and suffixed.isdisjoint(known)


def _is_of_another_route(row: Row, listed: list[Product]) -> bool:
    """Antibodies and antineoplastics for the vein have other products for the skin."""
    if row.drug.category.name not in ("BIOLOGIC", "CHEMOTHERAPY") or row.given.route not in SKIN:
        return False
    wanted = ROUTES.get(row.given.route, set[str]())
    return all(each.routes and not wanted & set(each.routes) for each in listed)


def _billable(listed: Iterable[Product], in_hospital: bool) -> list[Product]:
    """Products this biller may use; an S code is some payers' own, taken as charted only."""
    closed = "S" if in_hospital else "SC"
    return [each for each in listed if each.hcpcs[0] not in closed]


def _for_any_use(of_ndc: list[Product], listed: list[Product]) -> list[Product]:
    """Products of the NDC; codes for one use only where no code for every use is left."""
    open_to_all = [each for each in of_ndc if not _narrow(each)[1]]
    others = [each for each in listed if not _narrow(each)[1]]
    return open_to_all if open_to_all or others else of_ndc


def _suited(listed: Iterable[Product], route: str, in_hospital: bool) -> list[Product]:
    """Products of this route that this biller may use, or of another where none is for it."""
    given = [
        each for each in _billable(listed, in_hospital)
        if route == "other" or not each.routes or set(each.routes) - NEVER_INJECTED
    ]  # fmt: skip
    wanted = ROUTES.get(route, set[str]())
    return [each for each in given if not each.routes or wanted & set(each.routes)] or given


def _said(text: str) -> list[str]:
    return text.casefold().replace("(", " ").replace(")", " ").split()


def _least_narrow(listed: list[Product]) -> list[Product]:
    """Those of no one maker, no one use, not for hospitals alone, open to all, as any are left."""
    for n in range(len(_narrow(listed[0])) if listed else 0):
        listed = [each for each in listed if not _narrow(each)[n]] or listed
    return listed


def _narrow(each: Product) -> tuple[bool, bool, bool, bool]:
    """Why a product is passed over while another is left, the strongest reason first."""
    is_of_one_use = each.only not in ("", "not dialysis")
    is_of_one_maker, is_open = each.scope is Scope.ONE, each.scope is Scope.OPEN
    return is_of_one_maker, is_of_one_use, each.hcpcs[0] == "C", not is_open


def of_dose(found: list[Product], dose: int | None) -> Product:
    """Of several sizes of one thing the smallest that holds the dose, else the largest."""
    pers = [per_unit(each) for each in found]
    holding = [per for per in pers if per >= (dose or 0)]
    return found[pers.index(min(holding) if holding else max(pers))]


def per_unit(listed: Product) -> int:
    """Millionths of the product's measure in one billing unit."""
    found = amount(listed.quantity, listed.measure)
    assert found is not None, "products.csv is held to units that the table of units has"
    return found.value


def dose_of(case: Case, row: Row, listed: Product, day: date) -> int | None:
    """The dose in what the product counts; None where it cannot be told."""
    value, charted = row.given.dose, row.given.dose_unit
    if value is None or charted is None:
        return None
    known = unit(listed.measure)
    if row.category == "vaccine" and known is not None and known.measure.name == "COUNT":
        return MILLION if amount(value, charted) is not None else None
    of_weight = per_weight(charted)
    if of_weight is not None:
        weight = case.encounter.weight_kg
        return None if weight is None else counted(row, listed, day, value * weight, of_weight)
    return counted(row, listed, day, value, charted)


def counted(row: Row, listed: Product, day: date, value: Decimal, charted: str) -> int | None:
    """A charted amount in millionths of the product's measure, by the strength of name or NDC."""
    known, held = unit(listed.measure), amount(value, charted)
    if held is None or known is None:
        return None
    item = item_of(row.given.ndc, listed, day)
    if charted.strip().lower() in ITEMS and known.measure.name != "COUNT":
        return None if item is None else held.value * item.content // MILLION
    strength = concentration(row.given.drug) or (item and item.strength)
    found = in_measure(held, known.measure, strength)
    if found is None:
        of = strength.amount.measure if strength else held.measure
        stated: Amount | None = in_measure(held, of, strength)
        found = equivalent(listed.ingredient, stated, known.measure) if stated else None
    return None if found is None else found.value


def smallest_mix(listed: Product, dose: int) -> int | None:
    """The least that vials of the marketed sizes hold together of at least the dose."""
    known = unit(listed.measure)
    scale = known.scale if known else 1
    marketed = [int(size * scale) for size in sizes(listed.hcpcs) if size > 0]
    if not marketed or dose <= 0:
        return None
    part = gcd(*marketed)
    least = -(-dose // part)
    if least > MOST_STEPS:
        return None
    reached = 1  # bit n: n parts can be put together
    for size in marketed:
        step = size // part
        while step <= least + max(marketed) // part:
            reached |= reached << step
            step *= 2
    above = reached >> least
    return (least + (above & -above).bit_length() - 1) * part
