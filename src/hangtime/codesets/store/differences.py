"""How the tables of two quarters differ: entries that came, entries that went, what changed.

A quarter's table is the one in force on its first day.  Entries that had ended before the quarter,
though the file still lists them, count as gone.
"""

# pyarrow has no type stubs; plain rows leave this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from hangtime.codesets.store.layouts import BESIDE_THE_KEY, KEYS
from hangtime.codesets.store.lookup import Store, shortened
from hangtime.codesets.store.records import StoredTable

_JOINED = " "
_OWN_DATES = ("effective", "deletion", "terminates")
Change = tuple[str, str, Any, Any]


class Difference(NamedTuple):
    """Two tables of one kind: entries only in the later, only in the earlier, and changed cells.

    An entry is named by its key and what tells it from others with the same; a change is the
    entry, the column, the cell before and the cell after.
    """

    before: StoredTable
    after: StoredTable
    added: list[str]
    ended: list[str]
    changed: list[Change]


def differences(store: Store, before: date, after: date) -> list[Difference]:
    """For each kind and setting with a table on both days, how they differ."""
    kinds = {(table.kind, table.setting): None for table in store.tables()}
    found: list[Difference] = []
    for kind, setting in kinds:
        a, b = store.table(kind, before, setting), store.table(kind, after, setting)
        if a and b and a.folder != b.folder:
            found.append(_difference(store, a, b, before, after))
    return found


def skipped(store: Store, before: date, after: date) -> list[tuple[str, str]]:
    """Kinds that are in the store and cannot be compared, each with the reason."""
    kinds = {(table.kind, table.setting): None for table in store.tables()}
    found: list[tuple[str, str]] = []
    for kind, setting in kinds:
        a, b = store.table(kind, before, setting), store.table(kind, after, setting)
        missing = [str(day) for day, table in ((before, a), (after, b)) if table is None]
        title = f"{kind} {setting}".strip()
        if missing:
            found.append((title, f"no table for {' or '.join(missing)}"))
        elif a and b and a.folder == b.folder:
            found.append((title, f"{a.name} is in force on both days"))
    return found


def _difference(
    store: Store, a: StoredTable, b: StoredTable, before: date, after: date
) -> Difference:
    old, new = _entries(store, a, before), _entries(store, b, after)
    came = old.join(new, "entry", join_type="right anti")
    went = old.join(new, "entry", join_type="left anti")
    return Difference(
        a,
        b,
        sorted(came["entry"].to_pylist()),
        sorted(went["entry"].to_pylist()),
        sorted(_changes(old, new), key=lambda change: change[:2]),
    )


def _entries(store: Store, table: StoredTable, day: date) -> Any:
    """The table's rows in force on a day, named by `entry`, each once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = store.opened(table).all
    if "effective" in rows.column_names:
        rows = rows.filter(pc.fill_null(pc.less_equal(rows["effective"], day), True))
    for name in ("deletion", "terminates"):
        if name in rows.column_names:
            rows = rows.filter(pc.fill_null(pc.greater_equal(rows[name], day), True))
    keys = [KEYS[table.kind], *BESIDE_THE_KEY.get(table.kind, ())]
    cells = [pc.fill_null(rows[key], "") for key in keys if key in rows.column_names]
    entry = pc.utf8_rtrim_whitespace(pc.binary_join_element_wise(*cells, _JOINED))
    kept = [name for name in rows.column_names if name not in (*keys, *_OWN_DATES)]
    once = rows.select(kept).append_column("entry", entry)
    together = once.append_column("row", pa.array(range(len(once)), pa.int64()))
    first = together.group_by("entry").aggregate([("row", "min")])["row_min"]
    return once.take(pc.sort_indices(first) if not len(first) else first)


def _changes(old: Any, new: Any) -> list[Change]:
    import pyarrow.compute as pc

    common = [name for name in old.column_names if name in new.column_names and name != "entry"]
    both = old.select(["entry", *common]).join(
        new.select(["entry", *common]), "entry", right_suffix=".after", join_type="inner"
    )
    found: list[Change] = []
    for name in common:
        a, b = both[name], both[f"{name}.after"]
        alike = pc.or_(pc.fill_null(pc.equal(a, b), False), pc.and_(pc.is_null(a), pc.is_null(b)))
        unlike = both.filter(pc.invert(alike))
        found += [
            (entry, name, shortened(x), shortened(y))
            for entry, x, y in zip(
                unlike["entry"].to_pylist(),
                unlike[name].to_pylist(),
                unlike[f"{name}.after"].to_pylist(),
                strict=True,
            )
        ]
    return found
