"""Everything the store knows of one code on one day, table by table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from hangtime.codesets.store.layouts import KEYS
from hangtime.codesets.store.lookup import Row, Store, is_in_force
from hangtime.codesets.store.records import Answer, StoredTable
from hangtime.codesets.tables import SETTINGS

# Columns of each kind in which a code may stand.
_COLUMNS = {
    "hcpcs": ("code",), "cpt": ("code",), "asp": ("code",), "ndc": ("code",), "opps": ("code",),
    "pprrvu": ("code",), "oppscap": ("code",), "mue": ("code",), "addon": ("addon", "primary"),
    "ptp": ("column1", "column2"),
}  # fmt: skip
_BY_SETTING = ("mue", "ptp")
_NDC = re.compile(r"[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}|[0-9]{10,11}")


class Known(NamedTuple):
    """One table, or a kind without one for the day, and what it says of the code."""

    kind: str
    setting: str
    answer: Answer


def known_of(store: Store, code: str, day: date) -> list[Known]:
    """What each table in force says of a code, a product number or a diagnosis on a day.

    Kinds are those in which such a code can stand, also where no table of the kind is there.
    """
    return [
        Known(kind, setting, _answer(store, table, columns, code, day))
        for kind, columns in _asked(code)
        for setting in (tuple(SETTINGS) if kind in _BY_SETTING else ("",))
        for table in store.in_force(kind, day, setting) or (None,)
    ]


def _asked(code: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _NDC.fullmatch(code):
        yield from ((kind, (KEYS[kind],)) for kind in ("ndc", "noc-ndc"))
    elif re.fullmatch(r"[0-9A-Z]{2}|[0-9A-Z]{5}", code):
        yield from _COLUMNS.items()
    if re.fullmatch(r"[A-Z][0-9][0-9A-Z]\.?[0-9A-Z]{0,4}", code):
        yield "icd10cm", ("code",)


def _answer(
    store: Store, table: StoredTable | None, columns: tuple[str, ...], code: str, day: date
) -> Answer:
    if table is None:
        return Answer(None)
    plain = code.replace("-", "").replace(".", "")
    opened = store.opened(table)
    rows: list[Row] = []
    for column in columns:
        rows += opened.rows_where(column, plain)
    return Answer(table, tuple(row for row in rows if is_in_force(row, day)))
