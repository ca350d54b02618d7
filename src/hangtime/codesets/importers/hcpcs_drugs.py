"""The products of the formulary, cut out of the published HCPCS Level II file.

`build` chooses the drug codes, reads their descriptors, joins what was checked by hand (beside
this module, in `by_hand`) and writes `products.csv`.  Facts only: no descriptor is kept.  The same
input gives the same bytes.

    python -m hangtime.codesets.importers.hcpcs_drugs SOURCE [TARGET]

SOURCE is a folder with the published tables (`data/hcpcs/...`, `data/asp/...`); TARGET is the
folder of `products.csv`, by default the formulary's own.
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from hangtime.codesets.importers import descriptors
from hangtime.codesets.importers._writing import write_facts
from hangtime.codesets.importers.descriptors import Reading
from hangtime.codesets.importers.drug_tables import HISTORY, last_days
from hangtime.formulary import substances

BY_HAND = Path(__file__).with_name("by_hand")
FORMULARY = Path(substances.__file__).with_name("data")
WORKBOOK = Path("data", "hcpcs", "HCPC2025_OCT_ANWEB.xlsx")
CROSSWALK = Path("data", "asp", "asp_ndc_hcpcs_crosswalk_2025Q4_clean.csv")
UNKNOWN = "none"  # the route of an unlisted drug
VEIN = "iv"
HOSPITAL = "C"  # first letter of the codes for drugs new to the hospital outpatient system
LATER = "9999"  # as text, after every date
CODE_LINE = "3"  # RECID of a code's own line; a modifier has another
COLUMNS = (
    "hcpcs", "ingredient", "brands", "quantity", "measure", "second", "up_to", "from", "until",
    "routes", "maker", "biosimilar", "route_modifier", "read", "scope", "only",
)  # fmt: skip
HEADER = (
    "Drug products by HCPCS code: what one billing unit is, from when until when, and of what.",
    "",
    "source: CMS HCPCS Level II file, October 2025: codes, units, dates, makers",
    "later: first and last days after that file from CMS OPPS Addendum B, January and April 2026",
    "brands: names that mean no other drug, on every code that has them; that file, and the CMS ASP",
    "  crosswalk, October 2025; use, route or size tells codes that share one apart",
    "routes: the descriptor where it says, else labelling and practice, by hand",
    "route_modifier: one code serves vein and skin, so that JA or JB says which; labelling, by hand",
    "read: plain, the descriptor says one thing only; hand, checked one by one (importers/by_hand)",
    "measure: UCUM; {each} is one thing counted whole, and second then says what it is or holds",
    "scope: open, what no other code lists; one, the product that is named alone; else plain",
    "only: the one use that a code is for, where the descriptor says one",
    "built by hangtime.codesets.importers.hcpcs_drugs",
)


class Code(NamedTuple):
    """One code of the published file; dates as they stand there, `until` empty while in force."""

    code: str
    descriptor: str
    first: str
    until: str


def build(source: Path, target: Path) -> None:
    """Write `products.csv` to `target` from the tables in `source`.

    Raises ValueError naming the codes whose descriptor is not plain and that nobody has checked.
    """
    crosswalk = brands_of(source / CROSSWALK)
    ends = last_days(source / HISTORY)
    codes = [
        each if each.until else each._replace(until=ends.get(each.code, ""))
        for each in published(source / WORKBOOK)
        if _is_drug(each.code, crosswalk)
    ]
    codes += [Code(code, "", "", "") for code in crosswalk.keys() - {each.code for each in codes}]
    unchecked = [each.code for each in codes if each.descriptor and not is_checked(each)]
    if unchecked:
        raise ValueError(f"{WORKBOOK.name}, LONG DESCRIPTION: not plain, nor checked: {unchecked}")
    codes.sort()
    brands = held({each: brands_in(each, crosswalk.get(each.code, ())) for each in codes})
    rows = [row_of(each, brands[each]) for each in codes] + [*_later()]
    write_facts(target / "products.csv", HEADER, COLUMNS, sorted(rows))


def published(workbook: Path) -> Iterator[Code]:
    """The codes of the ANWEB workbook, with dates as ISO text."""
    openpyxl: Any = import_module("openpyxl")  # heavy
    sheet = openpyxl.load_workbook(workbook, read_only=True).worksheets[0]
    lines = sheet.iter_rows(values_only=True)
    names = {str(name).strip(): at for at, name in enumerate(next(lines))}
    for line in lines:
        cells = {name: str(line[at] or "").strip() for name, at in names.items()}
        if cells["RECID"] == CODE_LINE:
            first, until = _iso(cells["ADD DT"]), _iso(cells["TERM DT"])
            yield Code(cells["HCPC"], cells["LONG DESCRIPTION"], first, until)


def brands_of(crosswalk: Path) -> dict[str, tuple[str, ...]]:
    """The names under which each code of the ASP crosswalk is sold."""
    names: dict[str, set[str]] = {}
    with crosswalk.open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            name = re.sub(r"\s+", " ", row["drug"]).strip().lower()
            names.setdefault(row["hcpcs"], set()).add(name)
    return {code: tuple(sorted(found)) for code, found in names.items()}


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}" if day else ""


@cache
def by_hand(name: str) -> dict[str, dict[str, str]]:
    """One table of hand-checked facts by its first column."""
    with (BY_HAND / name).open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {next(iter(row.values())): row for row in table}


def _is_drug(code: str, crosswalk: dict[str, tuple[str, ...]]) -> bool:
    return code in crosswalk or is_of_a_chapter(code)


def is_of_a_chapter(code: str) -> bool:
    """Whether a code stands in a range of codes for drugs."""
    chapters = by_hand("drug_chapters.csv").values()
    return any(each["first"] <= code <= each["last"] for each in chapters)


def is_checked(code: Code) -> bool:
    """Whether the descriptor is plain, or is the very one that was checked by hand."""
    checked = by_hand("drug_units.csv").get(code.code)
    if checked:
        return checked["descriptor"] == descriptor_digest(code.descriptor)
    return descriptors.read(code.descriptor).is_plain


def descriptor_digest(descriptor: str) -> str:
    """The beginning of the sha256 of a descriptor in small letters, with single spaces."""
    plain = " ".join(descriptor.lower().split())
    return hashlib.sha256(plain.encode()).hexdigest()[:12] if plain else ""


def row_of(code: Code, brands: list[str]) -> tuple[str, ...]:
    """The row of `products.csv` of one code."""
    reading = descriptors.read(code.descriptor)
    ingredient = _ingredient(code.code, reading)
    quantity, measure, second, up_to = _unit(code.code, reading)
    return (
        code.code,
        ingredient,
        ";".join(brands),
        quantity,
        measure,
        second,
        up_to,
        code.first,
        code.until,
        " ".join(_routes(code.code, reading, ingredient)),
        " ".join(_makers(reading)),
        "yes" if reading.is_biosimilar else "",
        "yes" if code.code in by_hand("drug_two_routes.csv") else "",
        "hand" if code.code in by_hand("drug_units.csv") else "plain",
        _scope(reading),
        reading.only,
    )


def _scope(reading: Reading) -> str:
    """Whether a descriptor is for whatever else lists no code, or for one product alone."""
    if reading.is_open:
        return "open"
    is_named = bool(_labels(reading) or _makers(reading))
    return "one" if is_named or reading.is_biosimilar or not reading.is_equivalent else ""


def _later() -> Iterator[tuple[str, ...]]:
    """Codes that began after the published file."""
    for row in by_hand("drug_codes_later.csv").values():
        yield tuple({**row, "read": "hand"}.get(name, "") for name in COLUMNS)


def _unit(code: str, reading: Reading) -> tuple[str, str, str, str]:
    checked = by_hand("drug_units.csv").get(code, {})
    if checked.get("quantity"):
        return checked["quantity"], checked["measure"], checked["second"], checked["up_to"]
    second = checked.get("second") or reading.second
    up_to = "yes" if reading.is_up_to else ""
    return f"{reading.quantity.normalize():f}", reading.measure, second, up_to


@lru_cache(maxsize=4096)
def _ingredient(code: str, reading: Reading) -> str:
    """The formulary's word for the drug: by hand, by code where it lists the code, else by name."""
    checked = by_hand("drug_ingredients.csv").get(code)
    if checked:
        return checked["ingredient"]
    found = substances.find("", hcpcs=code)
    for name in (*reading.names, *_labels(reading)):
        found = found or substances.find(name)
    return found.name if found in _known() else ""  # not several in one


@cache
def _ingredient_names() -> frozenset[str]:
    return frozenset(each.name for each in _known())


@cache
def _known() -> frozenset[substances.Substance]:
    return frozenset(substances.ingredients())


def _labels(reading: Reading) -> list[str]:
    """What stands in brackets and is neither a maker nor a remark: brands."""
    return [label for label in reading.labels if label not in by_hand("drug_makers.csv")]


def _makers(reading: Reading) -> list[str]:
    kinds = by_hand("drug_makers.csv")
    return [label for label in reading.labels if kinds.get(label, {}).get("kind") == "maker"]


def brands_in(code: Code, sold: tuple[str, ...]) -> set[str]:
    """Names that mean this code: labels, suffixed names, trade names it is sold under."""
    reading = descriptors.read(code.descriptor)
    split = [
        part for label in _labels(reading) for part in re.split(r"[;/]|, (?:or )?| or ", label)
    ]
    ingredient = _ingredient(code.code, reading)
    generic = " ".join((ingredient, *(name.split(",")[0] for name in reading.names)))
    own = set(re.findall(r"[a-z]{4,}", generic))
    trade = [name for name in sold if own.isdisjoint(re.findall(r"[a-z]{4,}", name))]
    trade = [name for name in trade if re.fullmatch(r"[a-z][a-z0-9 '-]*", name)]
    trade = [name for name in trade if name not in _ingredient_names()]
    known = by_hand("drug_brands.csv").get(code.code, {}).get("brands", "").split(";")
    names = {name.strip() for name in (*split, *reading.suffixed, *trade)}
    names -= by_hand("drug_makers.csv").keys() | {ingredient}
    return {name for name in (*names, *known) if name}


def held(brands: dict[Code, set[str]]) -> dict[Code, list[str]]:
    """The brands of each code; those of one drug's several codes stand on each of them.

    A hospital's code for a new drug gives way to the code that follows it.
    """
    holders: dict[str, list[Code]] = {}
    for code, names in brands.items():
        for name in names:
            holders.setdefault(name, []).append(code)

    def gives_way(name: str, code: Code) -> bool:
        return code.code[0] == HOSPITAL and any(
            other.code[0] != HOSPITAL and _overlap(code, other) for other in holders[name]
        )

    return {
        code: sorted(name for name in names if not gives_way(name, code))
        for code, names in brands.items()
    }


def _overlap(code: Code, other: Code) -> bool:
    """Whether two codes are in force on one day and serve one route."""
    in_force = code.first <= (other.until or LATER) and other.first <= (code.until or LATER)
    return in_force and bool({*_routes_of(code)} & {*_routes_of(other)})


def _routes_of(code: Code) -> tuple[str, ...]:
    reading = descriptors.read(code.descriptor)
    return _routes(code.code, reading, _ingredient(code.code, reading))


def _routes(code: str, reading: Reading, ingredient: str) -> tuple[str, ...]:
    checked = by_hand("drug_routes.csv")
    if code not in checked and reading.routes:
        return reading.routes
    row = checked.get(code) or checked.get(ingredient)
    if row:
        return tuple(row["routes"].split()) if row["routes"] != UNKNOWN else ()
    return (VEIN,) if is_of_a_chapter(code) else ()  # a skin substitute is laid on, not given


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FORMULARY)
