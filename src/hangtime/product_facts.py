"""Product codes as rules read them: each choice of a charted drug with its status and its ceiling.

A record holds for dates on which nothing about it changes: the code, its unit, how OPPS pays it and
what the payment edits allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache

from hangtime.codesets import drug_ceilings, statuses
from hangtime.codesets.editions import NO_TABLE, digest, tables_for
from hangtime.codesets.facts import Cover, covers, day_number
from hangtime.formulary.choice import Charted, Choice, choices, unlisted_codes
from hangtime.formulary.products import Product as Listed
from hangtime.formulary.products import all_products
from hangtime.formulary.units import WORDS, Unit, amount, unit
from hangtime.rules.records import NOWHERE
from hangtime.rules.supplies import Product
from hangtime.rules.words import Known

__all__ = ["product_codes", "products_of_chart", "tables_used", "unit_of"]

PRODUCTS = "hcpcs-2025-10"  # the file the product codes were read from
NOT_ASKED = "not asked"  # a practice's drugs have no OPPS status
PACKAGED = "N"  # OPPS status indicator: paid within another service


@cache
def product_codes() -> tuple[str, ...]:
    """The text of every product code, by the number records give."""
    listed = (each.hcpcs for each in all_products())
    return tuple(dict.fromkeys((*listed, *unlisted_codes())))


@cache
def _numbers() -> dict[str, int]:
    return {code: number for number, code in enumerate(product_codes())}


@lru_cache(maxsize=65_536)
def products_of_chart(charted: Charted) -> tuple[Product, ...]:
    """Records for every date of service, earliest first; shared, so not to be changed."""
    return tuple(record for choice in choices(charted) for record in _records(choice))


def _records(choice: Choice) -> Iterator[Product]:
    if not choice.products:
        code = _numbers()[choice.unlisted] if choice.unlisted else NOWHERE
        yield Product(
            code=code,
            from_day=day_number(choice.first),
            until_day=day_number(choice.last),
            per=1,
            doubt=choice.doubt,
            is_unlisted=int(bool(choice.unlisted)),
            why=choice.why,
        )
    for listed in choice.products:
        for first, last in _stretches(listed.hcpcs, choice.first, choice.last):
            yield _record(choice, listed, first, last)


def _record(choice: Choice, listed: Listed, first: date, last: date) -> Product:
    counted = unit_of(listed)
    per = amount(listed.quantity, listed.measure)
    assert per is not None, "products.csv is held to units that the table of units has"
    return Product(
        code=_numbers()[listed.hcpcs],
        from_day=day_number(first),
        until_day=day_number(last),
        per=per.value,
        scale=counted.scale,
        word=WORDS.index(counted.word),
        measure=counted.measure,
        is_packaged=_packaged(listed.hcpcs, first),
        takes_route=int(listed.takes_route_modifier),
        ceiling_facility=_ceiling("facility", listed.hcpcs, first),
        ceiling_professional=_ceiling("professional", listed.hcpcs, first),
        why=choice.why,
    )


def tables_used(day: date, setting: str) -> dict[str, str]:
    """Names of all tables that decide on a date of service, `none` where there is none."""
    return {
        **tables_for(day, setting),
        "products": PRODUCTS,
        "status": (statuses.table(day) or NO_TABLE) if setting == "facility" else NOT_ASKED,
        "facts": digest()[:12],
    }


def unit_of(listed: Listed) -> Unit:
    """The unit in which a product's code counts."""
    known = unit(listed.measure)
    assert known is not None, "products.csv is held to units that the table of units has"
    return known


def _packaged(hcpcs: str, day: date) -> Known:
    status = statuses.status(hcpcs, day)
    if status is None:
        return Known.UNKNOWN
    return Known.YES if status == PACKAGED else Known.NO


def _ceiling(setting: str, hcpcs: str, day: date) -> int:
    """Units a date of service may have by the table in force; NOWHERE where none says."""
    for table in _ceiling_tables():
        if table.setting == setting and table.first <= day <= table.last:
            found = drug_ceilings.ceiling(table.name, hcpcs)
            return found.units if found else NOWHERE
    return NOWHERE


@cache
def _ceiling_tables() -> tuple[Cover, ...]:
    return tuple(each for each in covers() if each.kind == "mue")


@lru_cache(maxsize=8192)
def _stretches(hcpcs: str, first: date, last: date) -> tuple[tuple[date, date], ...]:
    """Dates between which neither the status nor a ceiling of the code changes."""
    spans = [*statuses.spans(hcpcs), *((each.first, each.last) for each in _ceiling_tables())]
    changes = {day for begin, end in spans for day in (begin, end + timedelta(1))}
    starts = sorted({first, *(day for day in changes if first < day <= last)})
    ends = [*(day - timedelta(1) for day in starts[1:]), last]
    return tuple(zip(starts, ends, strict=True))
