"""The form of what a line carries: units, NPI, NDC with its unit and quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from hangtime.edits._cards import card
from hangtime.edits._sources import CLAIM_FORM_837, NPI_STANDARD
from hangtime.edits.claim import ClaimFinding, ClaimLine
from hangtime.edits.reference import is_known, limits
from hangtime.formulary.ndc import MalformedNdc, ndc11
from hangtime.rules import sources

ZERO = card("SCR-UNITS-ZERO", "error", "The line has no units.", CLAIM_FORM_837)
DECIMALS = card(
    "SCR-UNITS-DECIMALS", "error",
    "Units have more than {most} decimal places.",
    CLAIM_FORM_837,
)  # fmt: skip
WHOLE = card(
    "SCR-UNITS-WHOLE", "error",
    "Units of {code} are whole: a part of one counts as one.",
    sources.CGS_WASTE, spec=("R-DRG-01",),
)  # fmt: skip
NPI = card(
    "SCR-NPI", "error",
    "{field} is not ten digits with a right check digit.",
    NPI_STANDARD,
)  # fmt: skip
NDC_FORM = card(
    "SCR-NDC-FORM", "error",
    "The NDC is not eleven digits in one piece: {remedy}.",
    sources.RESDAC_NDC, spec=("R-DRG-10",),
)  # fmt: skip
NDC_UNIT = card(
    "SCR-NDC-UNIT", "error",
    "The unit of the NDC is {what}; it is one of {units}.",
    sources.RESDAC_NDC, spec=("R-DRG-10",),
)  # fmt: skip
NDC_QUANTITY = card(
    "SCR-NDC-QUANTITY", "error",
    "The quantity of the NDC is {what}.",
    sources.RESDAC_NDC, CLAIM_FORM_837, spec=("R-DRG-10",),
)  # fmt: skip
NDC_ABSENT = card(
    "SCR-NDC-ABSENT", "error",
    "The line has a unit or quantity of an NDC and no NDC.",
    CLAIM_FORM_837, spec=("R-DRG-10",),
)  # fmt: skip

_ELEVEN = re.compile(r"[0-9]{11}", re.ASCII)
_TEN = re.compile(r"[12][0-9]{9}", re.ASCII)


def check_form(line: ClaimLine) -> Iterator[ClaimFinding]:
    """Units, NPI and NDC of one line."""
    if line.units != 1:
        yield from _units(line)
    if line.rendering_npi is not None and not is_npi(line.rendering_npi):
        yield NPI.found(line, field="rendering_npi")
    if line.ndc or line.ndc_unit or line.ndc_quantity is not None:
        yield from _ndc(line)


def check_billing(line: ClaimLine) -> Iterator[ClaimFinding]:
    """The NPI of who bills, which all lines of a claim repeat."""
    if line.billing_npi is not None and not is_npi(line.billing_npi):
        yield NPI.found(line, field="billing_npi")._replace(code=None)


def _units(line: ClaimLine) -> Iterator[ClaimFinding]:
    if line.units == 0:
        yield ZERO.found(line)
    elif line.units != line.units.to_integral_value():
        if _places(line.units) > limits()["decimals"]:
            yield DECIMALS.found(line, most=limits()["decimals"])
        if is_known(line.code):
            yield WHOLE.found(line, code=line.code)


def _places(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


@lru_cache(maxsize=65_536)
def is_npi(number: str) -> bool:
    """Ten digits whose last is right by the Luhn formula, with the issuer's number before them."""
    if not _TEN.fullmatch(number):
        return False
    digits = [int(each) for each in reversed(limits()["npi_prefix"] + number)]
    doubled = (sum(divmod(2 * each, 10)) for each in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _ndc(line: ClaimLine) -> Iterator[ClaimFinding]:
    if not line.ndc:
        yield NDC_ABSENT.found(line)
        return
    if not _ELEVEN.fullmatch(line.ndc):
        yield NDC_FORM.found(line, remedy=_remedy(line.ndc))
    units = limits()["ndc_units"]
    if line.ndc_unit not in units:
        what = "not known" if line.ndc_unit else "missing"
        yield NDC_UNIT.found(line, what=what, units=", ".join(units))
    what = _quantity(line.ndc_quantity)
    if what:
        yield NDC_QUANTITY.found(line, what=what)


def _quantity(quantity: Decimal | None) -> str:
    if quantity is None:
        return "missing"
    if quantity == 0:
        return "zero"
    most = limits()["decimals"]
    return f"finer than {most} decimal places" if _places(quantity) > most else ""


def _remedy(charted: str) -> str:
    """What to do about an NDC in another form."""
    try:
        readings = ndc11(charted)
    except MalformedNdc:
        return "take the number from the package"
    if len(readings) == 1:
        return f"write {readings[0]}"
    return "ten digits without hyphens have three readings, so the package has to say which part is short"
