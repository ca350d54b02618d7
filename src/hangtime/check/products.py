"""Which product code a charted dose has on its date, and how much was given in what it counts."""

from __future__ import annotations

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
from hangtime.formulary.substances import conflict
from hangtime.formulary.units import Amount, amount, concentration, in_measure, per_weight, unit

ROUTES = {
    "iv_infusion": {"iv"}, "iv_push": {"iv"}, "im": {"im"}, "sc": {"sc"}, "sc_infusion": {"sc"},
    "on_body": {"sc"}, "ia_push": {"ia", "iv"}, "ia_infusion": {"ia", "iv"},
    "intrathecal": {"intrathecal", "epidural"},
}  # fmt: skip
NEVER_INJECTED = {
    "oral", "inhalation", "nasal", "topical", "ophthalmic", "rectal", "dental", "implant",
    "intravitreal", "buccal", "sublingual", "transdermal",
}  # fmt: skip
WITHOUT_CODE = ("HYDRATION", "BLOOD", "VACCINE", "ELECTROLYTE")
ITEMS = {
    "vial", "vials", "{vial}", "bag", "bags", "{bag}", "syringe", "{syringe}", "amp", "ampule",
    "ampul",
}  # fmt: skip
MILLION = 1_000_000
MOST_STEPS = 20_000  # of the sizes' common part; a dose of more is not held to a mix


@cache
def unlisted() -> dict[str, str]:
    """Unlisted codes, each with the kind of drug it stands for ("": as charted only)."""
    return {row["hcpcs"]: row["category"] for row in _tables.rows("unlisted.csv")}


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
    if code in unlisted():
        return [], code
    if conflict(given.drug, given.hcpcs):
        return [], ""
    if own := [each for each in product(code) if each.holds_on(day)]:
        return own, ""
    listed = _suited(products_of(drug.name) if drug.is_known else (), given.route, in_hospital)
    listed = [each for each in listed if each.holds_on(day)]
    of_ndc = _suited([of for _, of in listed_under(given.ndc, day)], given.route, in_hospital)
    if of_ndc := _for_any_use(of_ndc, listed):
        is_other = all(conflict(given.drug, each.hcpcs) for each in of_ndc)
        return ([], "") if is_other else (of_ndc, "")
    read = corrected(given.drug).name if drug.is_respelled else given.drug
    name = f" {' '.join(_said(read))} "
    branded = [
        each for each in listed
        if any(f" {' '.join(_said(brand))} " in name for brand in each.brands if brand)
    ]  # fmt: skip
    codes = sorted(preferred().get(drug.name, ())) if drug.is_known else ()
    chosen = _suited([each for code in codes for each in product(code)], given.route, in_hospital)
    chosen = [each for each in chosen if each.holds_on(day)]
    if branded or chosen:
        return branded or chosen, ""
    open_to_all = _least_narrow(listed)
    if open_to_all:
        return (open_to_all, "") if len(open_to_all) == 1 else ([], "")
    if not drug.is_known or drug.category.name in WITHOUT_CODE:
        return [], ""
    kind = drug.category.name.lower()
    return [], next((code for code, of in unlisted().items() if of and of == kind), "")


def _for_any_use(of_ndc: list[Product], listed: list[Product]) -> list[Product]:
    """Products of the NDC; codes for one use only where no code for every use is left."""
    open_to_all = [each for each in of_ndc if not _narrow(each)[1]]
    others = [each for each in listed if not _narrow(each)[1]]
    return open_to_all if open_to_all or others else of_ndc


def _suited(listed: Iterable[Product], route: str, in_hospital: bool) -> list[Product]:
    """Products of this route that this biller may use."""
    injected = [each for each in listed if not each.routes or set(each.routes) - NEVER_INJECTED]
    wanted = ROUTES.get(route, set[str]())
    fitting = [each for each in injected if not each.routes or wanted & set(each.routes)]
    closed = "S" if in_hospital else "SC"
    return [each for each in fitting or injected if each.hcpcs[0] not in closed]


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
