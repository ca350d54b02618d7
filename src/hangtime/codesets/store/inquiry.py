"""Everything the store knows of one code on one day, table by table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from hangtime.codesets.store.layouts import KEYS
from hangtime.codesets.store.lookup import Row, Store, is_in_force, ndc_readings
from hangtime.codesets.store.records import Answer, Refused, StoredTable
from hangtime.codesets.tables import SETTINGS

# Columns of each kind in which a code may stand.
_COLUMNS = {
    "hcpcs": ("code",), "cpt": ("code",), "asp": ("code",), "ndc": ("code",), "opps": ("code",),
    "pprrvu": ("code",), "oppscap": ("code",), "mue": ("code",), "addon": ("addon", "primary"),
    "ptp": ("column1", "column2"),
}  # fmt: skip
_BY_SETTING = ("mue", "ptp")
_NUMBER = re.compile(r"(?:N4)?[-\s.0-9\u2010-\u2013\u2212]{10,}")  # meant as an NDC, right or not


class Known(NamedTuple):
    """One table, or a kind without one for the day, and what it says of the code."""

    kind: str
    setting: str
    answer: Answer


def known_of(store: Store, code: str, day: date) -> list[Known]:
    """What each table in force says of a code, a product number or a diagnosis on a day.

    Kinds are those in which such a code can stand, also where no table of the kind is there.
    Raises UserError for what has the form of none.
    """
    asked, spellings = list(_asked(code)), _spellings(code)
    if not asked:
        raise Refused(f"{code}: by its form neither HCPCS, CPT, a modifier, NDC nor ICD-10-CM.")
    return [
        Known(kind, setting, _answer(store, table, columns, spellings, day))
        for kind, columns in asked
        for setting in (tuple(SETTINGS) if kind in _BY_SETTING else ("",))
        for table in store.in_force(kind, day, setting) or (None,)
    ]


def _asked(code: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _NUMBER.fullmatch(code):
        yield from ((kind, (KEYS[kind],)) for kind in ("ndc", "noc-ndc"))
    elif re.fullmatch(r"[0-9A-Z]{2}|[0-9A-Z]{5}", code):
        yield from _COLUMNS.items()
    if re.fullmatch(r"[A-Z][0-9][0-9A-Z]\.?[0-9A-Z]{0,4}", code):
        yield "icd10cm", ("code",)


def _spellings(code: str) -> tuple[str, ...]:
    """How the code stands in the tables; ten digits of an NDC may stand in three ways."""
    if _NUMBER.fullmatch(code):
        return ndc_readings(code)
    return (code.replace("-", "").replace(".", ""),)


def _answer(
    store: Store,
    table: StoredTable | None,
    columns: tuple[str, ...],
    spellings: tuple[str, ...],
    day: date,
) -> Answer:
    if table is None:
        return Answer(None)
    opened = store.opened(table)
    rows: list[Row] = []
    for column in columns:
        for spelling in spellings:
            rows += opened.rows_where(column, spelling)
    return Answer(table, tuple(row for row in rows if is_in_force(row, day)))
