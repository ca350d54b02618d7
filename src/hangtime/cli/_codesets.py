"""What `hangtime codesets` prints: imports, tables, what is known of a code, differences."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hangtime.codesets.store.differences import Difference
    from hangtime.codesets.store.importing import Imported, Step
    from hangtime.codesets.store.inquiry import Known
    from hangtime.codesets.store.records import StoredTable

_FEW = 5  # names shown of many
_WORDS = ("added", "ended", "changed")


def imported_lines(done: Imported, limit: int) -> Iterable[str]:
    if done.refused:
        yield f"refused: {done.refused}"
        return
    sources = [source for table in (*done.tables, *done.known) for source in table.sources]
    for file in dict.fromkeys(source.file for source in sources):
        rows = sum(source.rows for source in sources if source.file == file)
        aside = sum(source.set_aside for source in sources if source.file == file)
        yield f"{file}: {rows:,} rows in = {rows - aside:,} stored + {aside:,} set aside"
    yield from (f"  {named(table)}, dates by {table.dated_by}" for table in done.tables)
    yield from (f"  {named(table)}: the store had it" for table in done.known)
    yield from (f"  passed over: {said}" for said in done.passed_over)
    yield from _aside_lines(done, limit)


def _aside_lines(done: Imported, limit: int) -> Iterable[str]:
    """The rows set aside, counted by reason where they are several, then the first of them."""
    rows = sorted(done.set_aside)
    reasons = Counter(row.reason for row in rows) if len(rows) > 1 else Counter[str]()
    yield from (f"  set aside: {count:,} × {said}" for said, count in reasons.most_common())
    for row in rows[:limit]:
        file = f"{row.file}, " if len(done.files) > 1 else ""
        yield f"  set aside: {file}line {row.line}, {row.field}: {row.reason}"
    if len(rows) > limit:
        yield f"  … {len(rows) - limit:,} more set aside: --limit"


def step_line(step: Step) -> str:
    """What `undo` is about to take back: when it came, how many tables, of which files."""
    tables = [table.name for table in step.added]
    return (
        f"the import of {step.at:%Y-%m-%d %H:%M} UTC: {_counted(tables, 'table')} from"
        f" {_counted(list(step.files), 'file')}"
    )


def _counted(names: list[str], what: str) -> str:
    shown = ", ".join(names[:_FEW]) + (", …" if len(names) > _FEW else "")
    return f"{len(names)} {what}{'' if len(names) == 1 else 's'} ({shown})"


def named(table: StoredTable) -> str:
    return f"{table.name} ({table.first} to {table.last}, digest {table.digest[:12]})"


def table_row(table: StoredTable) -> tuple[str, ...]:
    return (
        table.name,
        str(table.first),
        str(table.last),
        f"{table.rows:,}",
        f"{table.set_aside:,}",
        table.digest[:12],
        ", ".join(source.file for source in table.sources),
    )


def known_lines(known: Known, limit: int) -> Iterable[str]:
    title = f"{known.kind} {known.setting}".strip()
    if known.answer.table is None:
        yield f"{title}: no table for that date"
        return
    rows = known.answer.rows
    yield f"{named(known.answer.table)}: {f'{len(rows):,} rows' if rows else 'not in the table'}"
    for row in rows[:limit]:
        yield "  " + "; ".join(f"{name} {cell}" for name, cell in row.items() if cell is not None)
    if len(rows) > limit:
        yield f"  … {len(rows) - limit:,} more: --limit"


def difference_lines(found: Difference, limit: int) -> Iterable[str]:
    counts = ", ".join(f"{len(getattr(found, word)):,} {word}" for word in _WORDS)
    yield f"{found.before.name} to {found.after.name}: {counts}"
    columns = Counter(column for _, column, _, _ in found.changed)
    if columns:
        yield "  changes: " + ", ".join(f"{column} {n:,}" for column, n in columns.most_common())
    for word, entries in (("added", found.added), ("ended", found.ended)):
        yield from (f"  {word} {entry}" for entry in entries[:limit])
        if len(entries) > limit:
            yield f"  … {len(entries) - limit:,} more {word}: --limit"
    for entry, column, before, after in found.changed[:limit]:
        yield f"  changed {entry}: {column} {before} to {after}"
    if len(found.changed) > limit:
        yield f"  … {len(found.changed) - limit:,} more changed: --limit"


def plain(table: StoredTable) -> dict[str, Any]:
    import msgspec

    return msgspec.to_builtins(table)


def known_plain(known: Known) -> dict[str, Any]:
    table = known.answer.table
    return {
        "kind": known.kind,
        "setting": known.setting,
        "table": table and plain(table),
        "rows": list(known.answer.rows),
    }


def difference_plain(found: Difference) -> dict[str, Any]:
    return {
        "before": found.before.name,
        "after": found.after.name,
        **{word: getattr(found, word) for word in _WORDS},
    }


def echo_json(plain: Any) -> None:
    click.echo(json.dumps(plain, indent=2, default=str))


def aligned(rows: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
