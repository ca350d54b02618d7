"""Mapping files: found by path or name, read, and refused where they say what nobody understands.

Every refusal is an `UnusableMapping` that names the file and the key.  Whether the columns exist
is only known once an export is open: `columns` and `lookups` check that.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn, cast

from hangtime.errors import UnusableMapping
from hangtime.formats.mapping.fields import FIELDS
from hangtime.formats.mapping.spec import (
    ROLES,
    Anyof,
    DropSpec,
    EventSpec,
    FieldSpec,
    LookupSpec,
    MapSpec,
    SegmentSpec,
)

SECTIONS = ("map", "export", "lookup", "drop", "fields", "segments", "events")


def find(name: str | Path) -> Path:
    """The mapping file of this path, or the shipped one of this name."""
    path = Path(name)
    if path.is_file():
        return path
    shipped = Path(str(files("hangtime.formats").joinpath("maps")))
    for candidate in (shipped / str(name), shipped / f"{name}.toml"):
        if candidate.is_file():
            return candidate
    names = ", ".join(sorted(each.stem for each in shipped.glob("*.toml")))
    raise UnusableMapping(
        f"{name}: there is no mapping file of this name. "
        f"Give the path of one, or one of those that are shipped: {names}."
    )


def load(name: str | Path) -> MapSpec:
    """Read and check a mapping file; `UnusableMapping` names the file and the key."""
    path = find(name)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnusableMapping(f"{path}: this is not a TOML file: {error}") from error
    return _Reader(str(path)).mapping(document)


class _Reader:
    """Reads one document; every method takes the key it stands at, for the message."""

    def __init__(self, path: str) -> None:
        self.path = path

    def fail(self, key: str, problem: str) -> NoReturn:
        raise UnusableMapping(f"{self.path}: {key}: {problem}")

    def mapping(self, document: dict[str, Any]) -> MapSpec:
        self._known("the file", document, SECTIONS)
        about = self._table("map", document.get("map", {}))
        self._known("map", about, ("name", "about"))
        export = self._table("export", document.get("export", {}))
        formats = self._words("export.time_format", export.get("time_format", "iso"))
        events = document.get("events")
        segments = document.get("segments")
        if events is not None and segments is not None:
            self.fail("events", "a map has either [events] or [segments], not both")
        fields = self._fields(document.get("fields"), formats, export)
        spec = MapSpec(
            path=self.path,
            name=str(about.get("name", Path(self.path).stem)),
            fields=fields,
            lookups=self._lookups(document.get("lookup", {})),
            drops=self._drops(document.get("drop", [])),
            segments=None if segments is None else self._segments(segments),
            events=None if events is None else self._events(events, formats),
            time_formats=formats,
            **self._export(export),
        )
        self._required(spec)
        return spec

    def _export(self, export: dict[str, Any]) -> dict[str, Any]:
        known = ("time_format", "time_zone", "missing", "delimiter", "encoding", "edition_on")
        known += ("inpatient_when", "treat_as_outpatient", "sorted_by_encounter")
        self._known("export", export, known)
        edition_on = export.get("edition_on")
        if isinstance(edition_on, str):
            try:
                edition_on = date.fromisoformat(edition_on)
            except ValueError:
                self.fail("export.edition_on", "write the date as 2026-01-15")
        if edition_on is not None and not isinstance(edition_on, date):
            self.fail("export.edition_on", "write the date as 2026-01-15")
        return {
            "missing": frozenset({"", *self._words("export.missing", export.get("missing", []))}),
            "delimiter": export.get("delimiter"),
            "encoding": str(export.get("encoding", "utf-8-sig")),
            "edition_on": edition_on,
            "inpatient": self.condition("export.inpatient_when", export.get("inpatient_when", [])),
            "treat_as_outpatient": self._flag("export", export, "treat_as_outpatient"),
            "sorted_by_encounter": self._flag("export", export, "sorted_by_encounter"),
        }

    def _required(self, spec: MapSpec) -> None:
        names = [each.name for each in spec.fields]
        for needed in ("encounter_id", "setting", "drug", "route"):
            if needed not in names:
                self.fail("fields", f"nothing says where {needed} comes from; add {needed} = …")
        if spec.events is not None:
            for name in ("start", "stop", "interruption.start", "interruption.stop"):
                if name in names:
                    self.fail(f"fields.{name}", "with [events] the clock times come from events.at")

    def _fields(
        self, table: object, formats: tuple[str, ...], export: dict[str, Any]
    ) -> tuple[FieldSpec, ...]:
        found = [
            self._field(f"fields.{name}", name, value, formats)
            for name, value in self._flatten(self._table("fields", table))
        ]
        if "time_zone" in export:
            zone = {"constant": str(export["time_zone"])}
            found.append(self._field("export.time_zone", "time_zone", zone, formats))
        return tuple(found)

    def _flatten(self, table: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """`access.kind` may be written quoted or as a dotted key: both are the same field."""
        for name, value in table.items():
            inner = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
            dotted = [f"{name}.{each}" for each in inner]
            if dotted and all(each in FIELDS for each in dotted):
                yield from ((f"{name}.{each}", inner[each]) for each in inner)
            else:
                yield name, value

    def _field(self, key: str, name: str, value: object, formats: tuple[str, ...]) -> FieldSpec:
        field = FIELDS.get(name)
        if field is None:
            self.fail(key, f"the contract has no field {name}.{_nearest(name, FIELDS)}")
        spec = self.source(key, name, value, formats)
        if spec.scale is not None and field.contract.kind != "number":
            self.fail(f"{key}.scale", "is for numbers only")
        for word in self._fixed(spec):
            if problem := field.problem_of(word, spec):
                self.fail(key, f"{word!r}: {problem}.{_nearest(word, field.words)}")
        return spec

    def source(self, key: str, name: str, value: object, formats: tuple[str, ...]) -> FieldSpec:
        """A column name, or a table that says more."""
        if isinstance(value, str):
            return FieldSpec(key=key, name=name, sources=(value,), time_formats=formats)
        table = self._table(key, value)
        known = ("column", "first_of", "constant", "words", "choose", "default", "if_empty")
        known += ("unmapped", "only_when", "scale", "time_format", "split")
        self._known(key, table, known)
        sources = self._words(f"{key}.column", table.get("column", []))
        sources += self._words(f"{key}.first_of", table.get("first_of", []))
        if not sources and "constant" not in table and "choose" not in table:
            self.fail(key, "say column = …, first_of = […], constant = … or choose = […]")
        unmapped = table.get("unmapped", "default" if "default" in table else "set_aside")
        if unmapped not in ("set_aside", "empty", "default"):
            self.fail(f"{key}.unmapped", 'is "set_aside" or "empty" (or give a default)')
        if unmapped == "default" and "default" not in table:
            self.fail(f"{key}.unmapped", "there is no default to use")
        return FieldSpec(
            key=key,
            name=name,
            sources=sources,
            constant=self._text(table.get("constant")),
            words=self._vocabulary(key, table.get("words")),
            choose=self._choose(key, table.get("choose", [])),
            default=self._text(table.get("default")),
            if_empty=self._text(table.get("if_empty")),
            unmapped=str(unmapped),
            only_when=self.condition(f"{key}.only_when", table.get("only_when", [])),
            scale=self._number(f"{key}.scale", table.get("scale")),
            time_formats=self._words(f"{key}.time_format", table.get("time_format", formats)),
            split=self._text(table.get("split")),
        )

    def _fixed(self, spec: FieldSpec) -> Iterable[str]:
        """Every value that the map itself gives, which must be one the contract knows."""
        yield from (each for each in (spec.constant, spec.default, spec.if_empty) if each)
        yield from (spec.words or {}).values()
        yield from (word for word, _ in spec.choose)

    def _choose(self, key: str, value: object) -> tuple[tuple[str, Anyof], ...]:
        found: list[tuple[str, Anyof]] = []
        for number, item in enumerate(self._list(f"{key}.choose", value), start=1):
            at = f"{key}.choose {number}"
            table = self._table(at, item)
            self._known(at, table, ("is", "when"))
            if "is" not in table or "when" not in table:
                self.fail(at, 'write { is = "…", when = { column = "…" } }')
            found.append((str(table["is"]), self.condition(at, table["when"])))
        return tuple(found)

    def _lookups(self, table: object) -> tuple[LookupSpec, ...]:
        return tuple(
            self._lookup(f"lookup.{name}", name, self._table(f"lookup.{name}", value))
            for name, value in self._table("lookup", table).items()
        )

    def _lookup(self, key: str, name: str, table: dict[str, Any]) -> LookupSpec:
        self._known(key, table, ("file", "on", "where", "add_up", "count_rows", "optional"))
        if "file" not in table or "on" not in table:
            self.fail(key, 'needs file = "…" and on = { side_column = "export_column" }')
        on = self._table(f"{key}.on", table["on"])
        return LookupSpec(
            key=key,
            name=name,
            file=str(table["file"]),
            on=tuple((side, str(column)) for side, column in on.items()),
            where=self.condition(f"{key}.where", table.get("where", [])),
            add_up=tuple(
                (amount, str(unit))
                for amount, unit in self._table(f"{key}.add_up", table.get("add_up", {})).items()
            ),
            count_rows=self._flag(key, table, "count_rows"),
            optional=self._flag(key, table, "optional"),
        )

    def _drops(self, value: object) -> tuple[DropSpec, ...]:
        found: list[DropSpec] = []
        for number, item in enumerate(self._list("drop", value), start=1):
            key = f"drop {number}"
            table = self._table(key, item)
            self._known(key, table, ("reason", "when"))
            if not table.get("reason") or "when" not in table:
                self.fail(key, "needs a reason = … in words and when = { column = … }")
            when = self.condition(f"{key}.when", table["when"])
            found.append(DropSpec(key=key, reason=str(table["reason"]), when=when))
        return tuple(found)

    def _segments(self, value: object) -> SegmentSpec:
        table = self._table("segments", value)
        self._known("segments", table, ("by", "pause_when", "join_gaps_up_to"))
        gap = self._number("segments.join_gaps_up_to", table.get("join_gaps_up_to", 0))
        return SegmentSpec(
            by=self._by("segments", table),
            pause=self.condition("segments.pause_when", table.get("pause_when", [])),
            join_gaps_up_to=gap or Decimal(0),
        )

    def _events(self, value: object, formats: tuple[str, ...]) -> EventSpec:
        table = self._table("events", value)
        self._known("events", table, ("by", "at", "order", "event"))
        if "at" not in table or "event" not in table:
            self.fail("events", "needs at = (the time column) and event = { column, words }")
        word = self.source("events.event", "event", table["event"], formats)
        for role in self._fixed(word):
            if role not in ROLES:
                self.fail("events.event", f"{role!r} is not one of {', '.join(ROLES)}")
        return EventSpec(
            by=self._by("events", table),
            at=self.source("events.at", "start", table["at"], formats),
            word=word,
            order=self._text(table.get("order")),
        )

    def _by(self, key: str, table: dict[str, Any]) -> tuple[str, ...]:
        by = self._words(f"{key}.by", table.get("by", []))
        if not by:
            self.fail(f"{key}.by", "name the columns whose values make rows one administration")
        return by

    def condition(self, key: str, value: object) -> Anyof:
        """`{ column = word }`: all hold; a list of such tables: any holds; none: never asked."""
        tables: list[object] = [value]
        if isinstance(value, list):
            tables = cast("list[object]", value)
        return tuple(
            tuple(
                (column, self._words(f"{key}.{column}", words))
                for column, words in self._table(key, table).items()
            )
            for table in tables
        )

    def _vocabulary(self, key: str, value: object) -> Mapping[str, str] | None:
        if value is None:
            return None
        return {word: str(ours) for word, ours in self._table(f"{key}.words", value).items()}

    def _number(self, key: str, value: object) -> Decimal | None:
        try:
            return None if value is None else Decimal(str(value))
        except InvalidOperation:
            self.fail(key, "is not a number")

    def _text(self, value: object) -> str | None:
        if isinstance(value, bool):
            return "true" if value else "false"
        return None if value is None else str(value)

    def _flag(self, key: str, table: dict[str, Any], name: str) -> bool:
        value = table.get(name, False)
        if not isinstance(value, bool):
            self.fail(f"{key}.{name}", "is true or false")
        return value

    def _words(self, key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list | tuple):
            return tuple(str(each) for each in cast("Sequence[object]", value))
        if isinstance(value, dict) or value is None:
            self.fail(key, "is a word or a list of words")
        return (str(value),)

    def _list(self, key: str, value: object) -> list[object]:
        if not isinstance(value, list):
            self.fail(key, "is a list of tables")
        return cast("list[object]", value)

    def _table(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fail(key, "is a table, such as { column = … }")
        return cast("dict[str, Any]", value)

    def _known(self, key: str, table: Mapping[str, object], known: Sequence[str]) -> None:
        for name in table:
            if name not in known:
                self.fail(key, f"{name} is not known here.{_nearest(name, known)}")


def _nearest(word: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f" Did you mean {close[0]}?"
    return f" Known: {', '.join(names)}." if 0 < len(names) <= 15 else ""
