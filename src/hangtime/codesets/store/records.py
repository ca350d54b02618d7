"""What the store keeps about each table, and what it answers with.

A table is one published file, for the dates of one quarter or year: which dates of service it covers, what it was read
from, and digests of both.  The manifest is the list of them; it is the store's only memory.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import msgspec

from hangtime.errors import UserError


class Refused(UserError):
    """A file or a command that the store does not take; the message says why and what to do."""


class Unrecognised(Refused):
    """A sheet that is no table known; beside others in one file it is passed over."""


class Period(NamedTuple):
    """First and last date of service of a table."""

    first: date
    last: date


class Source(msgspec.Struct, frozen=True):
    """One file a table was read from: its name, the sha256 of its bytes, its rows."""

    file: str
    sha256: str
    rows: int
    set_aside: int


class StoredTable(msgspec.Struct, frozen=True, kw_only=True):
    """One published table, for the dates it covers.

    `setting` is "" where it concerns everybody.  `digest` is the sha256 of its rows as sorted CSV;
    `files` has the sha256 of each file in its folder, by name.
    """

    name: str
    kind: str
    setting: str = ""
    variant: str = ""  # "" as published; else the third-party layout it came in
    first: date
    last: date
    dated_by: str  # content, file name or option
    revision: int = 0
    published: date | None = None
    rows: int
    set_aside: int
    digest: str
    folder: str
    files: dict[str, str]
    sources: tuple[Source, ...]
    importer: str

    @property
    def identity(self) -> tuple[str, str, str, date, date]:
        """What makes two tables the same thing for the same dates."""
        return self.kind, self.setting, self.variant, self.first, self.last

    def is_in_force(self, day: date) -> bool:
        return self.first <= day <= self.last


class Import(msgspec.Struct, frozen=True):
    """One command's worth of change: folders of the tables it added, and tables they replaced."""

    at: str
    added: tuple[str, ...]
    replaced: tuple[StoredTable, ...]


class Manifest(msgspec.Struct, frozen=True):
    """The tables in force and, oldest first, the imports that made them."""

    tables: tuple[StoredTable, ...] = ()
    imports: tuple[Import, ...] = ()
    format: int = 1


class SetAside(NamedTuple):
    """A row that was not stored: file, line, field and why.  No cell of it is repeated."""

    file: str
    line: int
    field: str
    reason: str


class Answer(NamedTuple):
    """What a table says.  No table: none covers the date.  No rows: the table has no such entry."""

    table: StoredTable | None
    rows: tuple[dict[str, Any], ...] = ()

    @property
    def is_covered(self) -> bool:
        return self.table is not None
