"""Facts of this package, and what kind of service a code is.

The shipped tables are about the infusion family and drug codes.  Other codes are only known to a
store of imported code sets.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hangtime.codesets.facts import settings
from hangtime.codesets.imported import MANIFEST, place
from hangtime.codesets.tables import code_rows, ids
from hangtime.errors import UserError
from hangtime.formulary.products import product
from hangtime.rules.words import Code

if TYPE_CHECKING:
    from hangtime.codesets.store import Store

FOLDER = Path(__file__).parent / "data"
ADMINISTRATIONS = frozenset(
    {"hydration", "therapeutic", "subcutaneous", "injection", "push", "antibody", "complex"}
)
INITIALS = (
    Code.HYDRATION_INITIAL,
    Code.INFUSION_INITIAL,
    Code.PUSH_INITIAL,
    Code.COMPLEX_PUSH_INITIAL,
    Code.COMPLEX_INITIAL,
)


@cache
def limits() -> dict[str, Any]:
    """`limits.toml`."""
    return tomllib.loads((FOLDER / "limits.toml").read_text(encoding="utf-8"))


@cache
def rows(name: str) -> list[list[str]]:
    """The rows of a table of this package, without comments and column names."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(line for line in file if not line.startswith("#"))
        next(lines)
        return list(lines)


@cache
def number_of(code: Code) -> str:
    """The five characters of a code that rules name."""
    return code_rows()[int(code)].number


@cache
def initials() -> tuple[str, ...]:
    """The five codes of which one an access is initial, in claim order."""
    found = sorted((code_rows()[int(each)] for each in INITIALS), key=lambda row: row.claim_order)
    return tuple(row.number for row in found)


@cache
def kind(code: str) -> str:
    """The family word of a code in `codes.csv`, "drug" of a product's code, else ""."""
    known = ids().get(code)
    if known is not None:
        return code_rows()[known].family
    return "drug" if product(code) else ""


_FORM = re.compile(r"[A-Z][0-9]{4}|[0-9]{4}[0-9A-Z]", re.ASCII)


@cache
def is_formed(code: str) -> bool:
    """Whether it has the form of a CPT or HCPCS code."""
    return _FORM.fullmatch(code) is not None


def is_known(code: str) -> bool:
    """Whether the shipped tables are about this code."""
    return bool(kind(code))


@cache
def is_administration(code: str) -> bool:
    """Whether the code gives a drug or fluid, as opposed to a visit, a draw or the drug itself."""
    return kind(code) in ADMINISTRATIONS


@cache
def edition(day: date) -> Mapping[str, Any] | None:
    """The entry of `codesets/data/limits.toml` that covers a date of service."""
    listed = settings("limits.toml")["edition"]
    return next((each for each in listed if each["from"] <= day <= each["until"]), None)


def opened(path: Path | None) -> Store | None:
    """The store in a folder, by default the user's own; None where the user has none.

    UserError for a folder that was named and holds no store.
    """
    folder = path or place()
    if not (folder / MANIFEST).is_file():
        if path is not None:
            raise UserError(f"{path}: holds no imported code sets. See `hangtime codesets import`.")
        return None
    from hangtime.codesets.store import Store

    return Store(folder)
