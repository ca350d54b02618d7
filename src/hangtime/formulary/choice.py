"""Which product code a charted drug has on each date of service, and how the chart tells.

The charted code wins while it is in force; then the NDC; then a brand or suffixed name that only one
code has; then the one code that lists the substance, whoever makes it.  Where several would do and
nothing says which, none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache

from hangtime.codesets.packages import Crosswalk
from hangtime.formulary import _names, _tables
from hangtime.formulary._spelling import corrected
from hangtime.formulary._substance import Substance
from hangtime.formulary.products import Product, Scope, in_force, product, products_of
from hangtime.formulary.resolve import Certainty, resolve
from hangtime.formulary.substances import conflict, find
from hangtime.rules import product as rules
from hangtime.rules.words import Category, CodeUse, ProductDoubt, Route, Setting

__all__ = ["Charted", "Choice", "choices", "unlisted_codes"]

FIRST, LAST = date(1960, 1, 1), date(9999, 12, 31)
_ROUTES: dict[Route, frozenset[str]] = {
    Route.IV_INFUSION: frozenset({"iv"}),
    Route.IV_PUSH: frozenset({"iv"}),
    Route.IM: frozenset({"im"}),
    Route.SC: frozenset({"sc", "implant"}),  # a needle puts the implant there
    Route.SC_INFUSION: frozenset({"sc"}),
    Route.ON_BODY: frozenset({"sc"}),
    Route.IA_PUSH: frozenset({"ia", "iv"}),
    Route.IA_INFUSION: frozenset({"ia", "iv"}),
    Route.INTRATHECAL: frozenset({"intrathecal", "epidural"}),
}
_NOT_INJECTED = frozenset(
    {"oral", "inhalation", "nasal", "topical", "ophthalmic", "rectal", "dental", "intravitreal",
     "buccal", "sublingual", "transdermal"}
)  # fmt: skip
_UNDER_THE_SKIN = (Route.SC, Route.SC_INFUSION, Route.ON_BODY)
_FORMS_DIFFER = (Category.BIOLOGIC, Category.CHEMOTHERAPY)
_SUFFIXED = re.compile(r"[a-z]+-[a-z]{4}")
WITH_HYALURONIDASE = " and hyaluronidase"
USUAL = frozenset({"not dialysis"})  # a restriction that nearly every chart meets
_UNCODED = (Category.HYDRATION, Category.BLOOD, Category.VACCINE, Category.ELECTROLYTE)


@dataclass(frozen=True, slots=True)
class Charted:
    """What a chart says of one drug, and who bills it."""

    drug: str
    hcpcs: str | None
    ndc: str | None
    rxnorm: str | None
    route: Route
    setting: Setting


@dataclass(frozen=True, slots=True)
class Choice:
    """The product codes a chart means alike from `first` to `last`, both within.

    Several are sizes of one thing, of which the dose decides.  `unlisted` is the unlisted code of
    its kind where no code lists it; `why` the number of the rule, `doubt` why there is no code.
    """

    first: date
    last: date
    products: tuple[Product, ...] = ()
    unlisted: str = ""
    why: int = -1
    doubt: ProductDoubt = ProductDoubt.NONE
    code_use: CodeUse = CodeUse.USED


@lru_cache(maxsize=16_384)
def choices(charted: Charted, crosswalk: Crosswalk | None = None) -> tuple[Choice, ...]:
    """The choice for every date of service, earliest first, without gaps.

    A charted NDC decides on the dates that a `crosswalk` covers, and nowhere without one.
    """
    code = (charted.hcpcs or "").strip().upper()
    may_bill = not _is_closed_to(code, charted.setting)
    if _conflicts(charted.drug, charted.hcpcs):
        return (Choice(FIRST, LAST, doubt=ProductDoubt.CONFLICT),)
    codes = crosswalk.codes if crosswalk else None
    found = resolve(charted.drug, hcpcs=charted.hcpcs, ndc=charted.ndc, codes_of_ndc=codes)
    unlisted = code if may_bill and code in unlisted_codes() else ""
    own = product(code) if may_bill and not unlisted else ()
    if unlisted in _standing() or (unlisted and found.substance is None):
        return (Choice(FIRST, LAST, unlisted=unlisted, why=rules.UNLISTED_CHARTED),)
    if found.certainty is Certainty.UNSURE and not own:
        return (Choice(FIRST, LAST, doubt=ProductDoubt.UNSURE_NAME),)
    read = corrected(charted.drug).name if found.how == "spelling" else charted.drug
    choosing = _Choosing(charted, found.substance, own, crosswalk, read)
    use = _use_of(code, own, unlisted)
    return tuple(_joined(_with_code(each, unlisted, use) for each in choosing.on_dates()))


def _use_of(code: str, own: tuple[Product, ...], unlisted: str) -> CodeUse:
    """What becomes of the charted code where another is taken."""
    if not code or own:
        return CodeUse.NOT_IN_FORCE if own else CodeUse.USED
    return CodeUse.OVERRULED if unlisted else CodeUse.UNKNOWN


def _with_code(choice: Choice, unlisted: str, use: CodeUse) -> Choice:
    """The choice with what it makes of a charted code; an unlisted one stands where none is."""
    if choice.why == rules.BY_CODE or choice.doubt is not ProductDoubt.NONE:
        return choice
    if unlisted and choice.unlisted:
        return replace(choice, unlisted=unlisted, why=rules.UNLISTED_CHARTED)
    return replace(choice, code_use=use)


class _Choosing:
    """The candidates of one charted drug."""

    def __init__(
        self, charted: Charted, substance: Substance | None, own: tuple[Product, ...],
        crosswalk: Crosswalk | None, read: str,
    ) -> None:  # fmt: skip
        self.charted, self.substance, self.own = charted, substance, own
        self.by_ndc = tuple(self.suited(_of_ndc(charted.ndc, crosswalk)))
        every = (*products_of(substance.name), *self._under_the_skin()) if substance else ()
        self.named = tuple(self.billable(_named(read, every)))
        self.listed = tuple(self.suited(every))
        self.preferred = tuple(self.suited(_preferred(substance)))
        self.is_other = _has_unknown_suffix(read, every)

    def _under_the_skin(self) -> tuple[Product, ...]:
        """Products of the form made to be given under the skin, which is a substance of its own."""
        if self.substance is None or self.charted.route not in _UNDER_THE_SKIN:
            return ()
        return products_of(f"{self.substance.name}{WITH_HYALURONIDASE}")

    def billable(self, candidates: Iterable[Product]) -> Iterator[Product]:
        """Candidates that this biller may use; an S code is some payers' own, taken as charted only."""
        for each in candidates:
            if not _is_closed_to(each.hcpcs, self.charted.setting) and each.hcpcs[0] != "S":
                yield each

    def suited(self, candidates: Iterable[Product]) -> Iterator[Product]:
        """Candidates that this biller may use by this route, or by another where none is for it."""
        given = [
            each for each in self.billable(candidates)
            if self.charted.route is Route.OTHER or not _NOT_INJECTED.issuperset(each.routes or "?")
        ]  # fmt: skip
        wanted = _ROUTES.get(self.charted.route, frozenset[str]())
        fitting = [each for each in given if not each.routes or wanted.intersection(each.routes)]
        yield from fitting or given

    def on_dates(self) -> Iterator[Choice]:
        """The choice for each stretch of dates on which the candidates stay the same."""
        every = (*self.own, *self.by_ndc, *self.named, *self.listed, *self.preferred)
        starts = {FIRST, *(each.first for each in every if each.first > FIRST)}
        starts |= {each.last + timedelta(1) for each in every if each.last}
        ordered = sorted(starts)
        for first, after in zip(ordered, [*ordered[1:], None], strict=True):
            yield self.on(first, after - timedelta(1) if after else LAST)

    def on(self, first: date, last: date) -> Choice:
        """The choice for dates on which no candidate begins or ends."""
        own, named = in_force(self.own, first), self.by_name(first)
        if own and named and {each.hcpcs for each in own}.isdisjoint(self.codes_named(first)):
            return Choice(first, last, doubt=ProductDoubt.CONFLICT)
        if own:
            return Choice(first, last, own, why=rules.BY_CODE)
        of_ndc = self.of_ndc(first)
        if of_ndc and all(_conflicts(self.charted.drug, each.hcpcs) for each in of_ndc):
            return Choice(first, last, doubt=ProductDoubt.CONFLICT)
        if of_ndc:
            return self.taken(first, last, of_ndc, rules.BY_NDC)
        if named:
            return self.taken(first, last, named, rules.BY_BRAND)
        if self.is_other or any(each.is_biosimilar for each in self.named):
            return self.without_code(first, last)  # never under the code of the reference product
        preferred = in_force(self.preferred, first)
        if preferred:
            return self.taken(first, last, preferred, rules.BY_SUBSTANCE)
        return self.by_substance(first, last)

    def taken(self, first: date, last: date, held: tuple[Product, ...], why: int) -> Choice:
        """These products, for the reason given, or because the charted code is not in force."""
        return Choice(first, last, held, why=rules.REPLACED if self.own else why)

    def codes_named(self, day: date) -> set[str]:
        """Every code in force that the charted name may mean by its brand."""
        return {each.hcpcs for each in in_force(self.named, day)}

    def by_name(self, day: date) -> tuple[Product, ...]:
        """The products of the charted brand: those for this route, and for any use, if there are."""
        held = in_force(self.named, day)
        fitting = tuple(each for each in self.suited(held)) or held
        return _without(fitting, _is_of_one_use) or fitting

    def of_ndc(self, day: date) -> tuple[Product, ...]:
        """The products of the charted NDC on a day.

        Codes for one use, such as dialysis or a pump, only where no code for every use is left.
        """
        found = _without(in_force(self.by_ndc, day), _is_of_one_payer)
        for_any = _without(found, _is_of_one_use)
        if for_any or _without(in_force(self.listed, day), _is_of_one_use):
            return for_any
        return found

    def by_substance(self, first: date, last: date) -> Choice:
        """The one code that lists the substance, or the unlisted code, or the doubt."""
        listed = in_force(self.listed, first)
        plain = _unrestricted(listed)
        if plain and self.is_of_another_route(plain):
            return Choice(first, last, doubt=ProductDoubt.OTHER_ROUTE)
        if len(plain) == 1:
            return self.taken(first, last, plain, rules.BY_SUBSTANCE)
        if plain:
            return Choice(first, last, doubt=ProductDoubt.SEVERAL_CODES)
        if self.substance is None:
            return Choice(first, last, doubt=ProductDoubt.UNKNOWN_NAME)
        return self.without_code(first, last)

    def is_of_another_route(self, held: tuple[Product, ...]) -> bool:
        """Antibodies and antineoplastics for the vein have other products for the skin."""
        if self.substance is None or self.substance.category not in _FORMS_DIFFER:
            return False
        wanted = _ROUTES.get(self.charted.route, frozenset[str]())
        is_skin = self.charted.route in _UNDER_THE_SKIN
        return is_skin and all(
            each.routes and not wanted.intersection(each.routes) for each in held
        )

    def without_code(self, first: date, last: date) -> Choice:
        """The unlisted code of its kind, or none for what has no line of its own."""
        if self.substance is None or self.substance.category in _UNCODED:
            return Choice(first, last, doubt=ProductDoubt.NO_CODE)
        code = _unlisted_by_category().get(self.substance.category.name.lower(), "")
        if not code:
            return Choice(first, last, doubt=ProductDoubt.NO_CODE)
        return Choice(first, last, unlisted=code, why=rules.UNLISTED)


def _conflicts(drug: str, hcpcs: str | None) -> bool:
    """Name and code are different drugs; a form made for the skin is named after its drug."""
    listed = product(hcpcs) if hcpcs else ()
    if not conflict(drug, hcpcs):
        return False
    named = find(drug)
    return not (
        named and any(each.ingredient == f"{named.name}{WITH_HYALURONIDASE}" for each in listed)
    )


def _has_unknown_suffix(drug: str, candidates: Iterable[Product]) -> bool:
    """A biosimilar suffix that none of the products of the substance has.

    Only where there are biosimilars: elsewhere the suffix is part of the one product's name.
    """
    every = tuple(candidates)
    suffixed = [word for word in _spoken(drug) if _SUFFIXED.fullmatch(word)]
    if not suffixed or not any(each.is_biosimilar for each in every):
        return False
    known = {word for each in every for brand in each.brands for word in _spoken(brand)}
    return not any(word in known for word in suffixed)


def _is_closed_to(code: str, setting: Setting) -> bool:
    """A C code is for hospitals alone."""
    return code.startswith("C") and setting is not Setting.FACILITY


def _unrestricted(candidates: tuple[Product, ...]) -> tuple[Product, ...]:
    """Of several codes those open to any maker and any use, as far as any is left."""
    for is_out in _NARROWER:
        candidates = _without(candidates, is_out) or candidates
    return candidates


def _is_of_one_payer(each: Product) -> bool:
    return each.hcpcs.startswith("S")


def _is_of_one_maker(each: Product) -> bool:
    return each.scope is Scope.ONE


def _is_of_one_use(each: Product) -> bool:
    return bool(each.only) and each.only not in USUAL


def _is_of_hospitals(each: Product) -> bool:
    return each.hcpcs.startswith("C")


def _is_not_open(each: Product) -> bool:
    return each.scope is not Scope.OPEN


# Why a code may be passed over while another is left, the strongest reason first.
_NARROWER = (_is_of_one_maker, _is_of_one_use, _is_of_hospitals, _is_not_open)


def _without(
    candidates: tuple[Product, ...], is_out: Callable[[Product], bool]
) -> tuple[Product, ...]:
    return tuple(each for each in candidates if not is_out(each))


def _of_ndc(ndc: str | None, crosswalk: Crosswalk | None) -> Iterator[Product]:
    """The products of a charted NDC, each on the dates on which a crosswalk lists it."""
    if ndc is None or crosswalk is None:
        return
    for each in crosswalk.packages(ndc):
        for listed in product(each.code):
            first, last = max(listed.first, each.first), min(listed.last or LAST, each.last)
            if first <= last:
                yield replace(listed, first=first, last=last)


def _named(drug: str, candidates: tuple[Product, ...]) -> Iterator[Product]:
    """Candidates of which the charted name has a brand, the name with its suffix, or the maker."""
    text, key = f" {' '.join(_spoken(drug))} ", f" {_names.key_of(drug)} "
    for each in candidates:
        is_branded = any(f" {' '.join(_spoken(brand))} " in text for brand in each.brands if brand)
        if is_branded or (each.maker and f" {_names.key_of(each.maker)} " in key):
            yield each


@lru_cache(maxsize=16_384)
def _spoken(text: str) -> tuple[str, ...]:
    """The words of a name with hyphens kept: a suffix tells one product from another."""
    return tuple(
        word for word in text.casefold().replace("(", " ").replace(")", " ").split() if word
    )


def _preferred(substance: Substance | None) -> Iterator[Product]:
    """Products that the table of preferences names for the substance, by code."""
    for code in sorted(_preferences().get(substance.name, ())) if substance else ():
        yield from product(code)


def _joined(found: Iterable[Choice]) -> Iterator[Choice]:
    """Stretches of dates with the same choice as one."""
    held: Choice | None = None
    for each in found:
        if held and held == replace(each, first=held.first, last=held.last):
            held = replace(held, last=each.last)
            continue
        if held:
            yield held
        held = each
    if held:
        yield held


@cache
def _preferences() -> dict[str, frozenset[str]]:
    return {
        row["ingredient"]: frozenset(row["hcpcs"].split()) for row in _tables.rows("preferred.csv")
    }


@cache
def _unlisted_by_category() -> dict[str, str]:
    return {
        row["category"]: row["hcpcs"] for row in _tables.rows("unlisted.csv") if row["category"]
    }


@cache
def _standing() -> frozenset[str]:
    """Unlisted codes that a listed one does not overrule, as of a new or a compounded drug."""
    return frozenset(row["hcpcs"] for row in _tables.rows("unlisted.csv") if row["stands"])


@cache
def unlisted_codes() -> tuple[str, ...]:
    """Codes for drugs that no code lists."""
    return tuple(row["hcpcs"] for row in _tables.rows("unlisted.csv"))
