"""An export and its map to encounters, each with an account of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hangtime.errors import UnreadableInput
from hangtime.formats.mapping.accounts import Fault, Kind, Tally
from hangtime.formats.mapping.columns import Columns
from hangtime.formats.mapping.encounters import Assembled, assemble, details_aside
from hangtime.formats.mapping.load import load
from hangtime.formats.mapping.lookups import Lookup, open_lookups
from hangtime.formats.mapping.rows import Charted, RowMap
from hangtime.formats.mapping.source import Row, Source, open_source
from hangtime.formats.mapping.spec import MapSpec
from hangtime.formats.reads import Place, Read
from hangtime.model import Finding, Reason


def read(
    files: Sequence[Path], map_file: Path | str, *, tally: Tally | None = None
) -> Iterator[Read]:
    """Read exports through a map, encounter by encounter in the order of their first rows.

    Rows whose encounter is not known come last, in a `Read` without one.  Raises
    `UnusableMapping` or `UnreadableInput` at once, before the first encounter.
    """
    return _Reading(files, load(map_file), Tally() if tally is None else tally).encounters()


def survey(files: Sequence[Path], spec: MapSpec) -> Tally:
    """Read everything through a map and count, for `hangtime map check`."""
    tally = Tally()
    for _ in _Reading(files, spec, tally).encounters():
        pass
    return tally


@dataclass(slots=True)
class _Gathered:
    """The rows of one encounter so far: those to assemble, and what is decided of the others."""

    charted: list[Charted] = field(default_factory=list[Charted])
    faults: list[Fault] = field(default_factory=list[Fault])
    seen: dict[int, Charted] = field(default_factory=dict[int, Charted])
    rows: int = 0
    place: Place | None = None


class _Reading:
    """One pass over the exports."""

    def __init__(self, files: Sequence[Path], spec: MapSpec, tally: Tally) -> None:
        if not files:
            raise UnreadableInput("There is no file to read.")
        self.spec = spec
        self.tally = tally
        self.sources = [open_source(path, spec.delimiter, spec.encoding) for path in files]
        first = self.sources[0]
        for source in self.sources[1:]:
            if source.columns != first.columns:
                raise UnreadableInput(f"{source.path}: its columns are not those of {first.path}.")
        columns = Columns(first.columns, spec.missing, spec.path, first.path.name)
        self.width = len(first.columns)
        self.lookups = open_lookups(spec, files, columns)
        self.row_map = RowMap(spec, columns, self.lookups, tally)
        tally.unused = tuple(name for name in first.columns if name not in columns.used)
        self.gathered: dict[str | None, _Gathered] = {None: _Gathered()}

    def encounters(self) -> Iterator[Read]:
        for source in self.sources:
            yield from self._sorted(source) if self.spec.sorted_by_encounter else self._all(source)
        for lookup in self.lookups:
            found = (lookup.path.name, lookup.found, lookup.asked)
            self.tally.matched[lookup.spec.name] = found
        nowhere = self.gathered.pop(None)
        for encounter_id in list(self.gathered):
            yield self._encounter(str(encounter_id), self.gathered.pop(encounter_id))
        for fault in _unclaimed(self.lookups):
            nowhere.rows += 1
            nowhere.faults.append(fault)
        if nowhere.rows:
            yield self._account(None, nowhere, Assembled())

    def _all(self, source: Source) -> Iterator[Read]:
        """Gather every row; nothing can be said of an encounter before the last."""
        for row in source.rows:
            self._take(row, str(source.path))
        yield from ()

    def _sorted(self, source: Source) -> Iterator[Read]:
        """Hand out each encounter as soon as the next begins, so that memory stays small."""
        done: set[str] = set()
        last: str | None = None
        for row in source.rows:
            encounter_id = self._take(row, str(source.path))
            if encounter_id is None or encounter_id == last:
                continue
            if encounter_id in done:
                raise UnreadableInput(
                    f"{source.path}, line {row.line}: an encounter goes on here after others, "
                    "but the map says sorted_by_encounter. Sort the export or take that line out."
                )
            if last is not None:
                done.add(last)
                yield self._encounter(last, self.gathered.pop(last))
            last = encounter_id

    def _take(self, row: Row, file: str) -> str | None:
        """Put a row with its encounter, and return the encounter's id."""
        same = hash(tuple(row.cells))
        encounter_id, charted, faults = self.row_map.read(row, file)
        into = self.gathered.get(encounter_id)
        if into is None:
            into = self.gathered[encounter_id] = _Gathered(place=Place(file, row.line))
        details = self.row_map.details(row) if encounter_id is not None else []
        into.rows += 1 + len(details)
        if same in into.seen:
            into.seen[same].copies.append((file, row.line))
            return encounter_id
        into.faults += faults
        if charted is None:
            kind: Kind = "dropped" if faults[-1].kind == "dropped" else "unusable"
            into.faults += details_aside(details, kind)
        else:
            charted.details = details
            into.seen[same] = charted
            into.charted.append(charted)
        return encounter_id

    def _encounter(self, encounter_id: str, gathered: _Gathered) -> Read:
        return self._account(
            encounter_id, gathered, assemble(encounter_id, gathered.charted, self.spec)
        )

    def _account(self, encounter_id: str | None, gathered: _Gathered, made: Assembled) -> Read:
        """The rows of one encounter, each in one of the three places."""
        faults = gathered.faults + made.faults
        for fault in faults:
            self.tally.note(fault)
        set_aside = sum(fault.sets_aside for fault in faults)
        self.tally.rows += gathered.rows
        self.tally.encounters += made.encounter is not None
        self.tally.coded += made.coded
        self.tally.merged += made.merged
        self.tally.set_aside += set_aside
        return Read(
            encounter=made.encounter,
            rows=gathered.rows,
            findings=(*_about(made, self.spec), *(fault.finding() for fault in faults)),
            merged=made.merged,
            set_aside=set_aside,
            encounter_id=encounter_id,
            place=gathered.place,
        )


def _about(made: Assembled, spec: MapSpec) -> Iterator[Finding]:
    """What was done to the encounter as a whole, and has to be known of its codes."""
    if made.days is not None and spec.edition_on is not None:
        facts = {"day": spec.edition_on.isoformat(), "days": made.days}
        yield Finding(severity="info", reason=Reason("MAP-DATES-MOVED", facts))
    if made.as_outpatient:
        yield Finding(severity="warning", reason=Reason("MAP-AS-OUTPATIENT"))


def _unclaimed(lookups: list[Lookup]) -> Iterator[Fault]:
    """Detail rows that belong to no row of the export, and those that cannot be read."""
    problem = "no row of the export has this detail"
    for lookup in lookups:
        file = str(lookup.path)
        if not lookup.spec.count_rows:
            continue
        for line in lookup.unclaimed():
            yield Fault(file, line, "", "MAP-DETAIL-OF-NONE", problem, "unusable")
        for row in lookup.broken:
            yield Fault(file, row.line, "", row.problem, "cannot be read as a row", "unusable")
