"""Coding one encounter: the rules over its records, and the records back into words.

`Coder.code` is pure and total: the same encounter gives the same outcome, and any encounter gives
one.  What cannot be coded comes back as findings that say so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from hangtime import clock
from hangtime.codesets.editions import code_number, digest, edition_for, edition_name, tables_for
from hangtime.codesets.tables import Edition
from hangtime.errors import UncoveredDate, UnknownPolicy
from hangtime.model import (
    Bar,
    Basis,
    Encounter,
    Finding,
    Line,
    Need,
    NotReported,
    Outcome,
    Possible,
    Reason,
)
from hangtime.normalise import DAY_ONE, Charted, normalise
from hangtime.policies.policy import Profile, profile
from hangtime.rules import sources
from hangtime.rules._card import FINDING, card, rule
from hangtime.rules.records import (
    MISSING,
    NOWHERE,
    Charge,
    Given,
    Note,
    Possibility,
    Run,
    Span,
    Tally,
)
from hangtime.rules.walk import code_encounter as walk
from hangtime.rules.words import Evidence, Fact, Modifier, Role, Severity
from hangtime.whatif import find_possible, is_open

NO_DATE = rule(
    "ENC-SET-ASIDE-NO-DATE",
    says="Neither a clock time nor a date of service is charted: the encounter is set aside.",
    cites=(sources.HANGTIME,),
    spec=("C71",),
    kind=FINDING,
    topic="edits",
)
NO_EDITION = rule(
    "ENC-SET-ASIDE-NO-EDITION",
    says="No edition of thresholds and codes covers its date of service: the encounter is set aside.",
    cites=(sources.HANGTIME,),
    spec=("C71",),
    kind=FINDING,
    topic="edits",
)
NO_PROFILE = rule(
    "ENC-SET-ASIDE-NO-PROFILE",
    says="No profile has the charted payer's name: the encounter is set aside.",
    cites=(sources.HANGTIME,),
    spec=("C66",),
    kind=FINDING,
    topic="edits",
)
NO_PAYER = rule(
    "ENC-NO-PAYER",
    says="No payer is charted: the Medicare profile of the setting was used.",
    cites=(sources.HANGTIME,),
    spec=("C34",),
    kind=FINDING,
    topic="edits",
)

ENDS = {
    Evidence.NONE: "none",
    Evidence.STOP: "stop",
    Evidence.PAUSE: "pause",
    Evidence.MINUTES: "minutes",
    Evidence.VOLUME: "volume",
    Evidence.OBSERVED: "observed",
    Evidence.DISCONNECTED: "disconnected",
    Evidence.OFF_SITE: "off_site",
    Evidence.INPATIENT: "inpatient",
    Evidence.INSTANT: "instant",
}
NEEDS = {
    Fact.STOP: ("stop", ""),
    Fact.START: ("start", "more than thirty minutes apart"),
    Fact.MINUTES: ("minutes", ""),
    Fact.ORDER_SIGNED: ("order_signed", "true"),
    Fact.ORDERED_AT: ("ordered_at", ""),
    Fact.REASON_CODE: ("reason_code", ""),
    Fact.INDICATION_VOLUME: ("indication", "volume"),
    Fact.INDICATION_ELECTROLYTE: ("indication", "electrolyte"),
    Fact.PRIMARY_REASON: ("primary_reason", "true"),
    Fact.COUNSELLING: ("counselling", "true"),
    Fact.RUNNING_ON_ARRIVAL: ("running_on_arrival", "false"),
    Fact.PURPOSE: ("purpose", "hydration"),
    Fact.TIME_ZONE: ("time_zone", "an offset"),
}
SEVERITIES = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.ERROR: "error"}
MODIFIERS = {Modifier.M59: "59", Modifier.M25: "25"}


@dataclass(slots=True)
class Tables:
    """Scratch tables of one coder, grown to the widest encounter it has met."""

    order: list[int] = field(default_factory=list[int])
    placing: list[int] = field(default_factory=list[int])
    ranking: list[int] = field(default_factory=list[int])
    runs: list[Run] = field(default_factory=list[Run])
    spans: list[Span] = field(default_factory=list[Span])
    charges: list[Charge] = field(default_factory=list[Charge])
    notes: list[Note] = field(default_factory=list[Note])
    tally: Tally = field(default_factory=Tally)
    possible: list[Possibility] = field(default_factory=list[Possibility])
    keep: list[Given] = field(default_factory=list[Given])

    def may_gain(self, charted: Charted) -> bool:
        """Whether any fact about the encounter is missing that could add a line."""
        return len(charted.entries) > 1 or any(
            is_open(row, charted.visit) for row in charted.rows
        )

    def grow(self, charted: Charted, factor: int = 1) -> None:
        """Make room for the encounter; `factor` doubles after an overflow."""
        rows = len(charted.rows) + 1
        _lengthen(self.order, rows, int)
        _lengthen(self.runs, rows, Run)
        _lengthen(self.placing, rows, int)
        _lengthen(self.spans, 4 * (rows + len(charted.pauses)), Span)
        room = factor * (4 * rows + len(charted.others) + 8)
        _lengthen(self.charges, room, Charge)
        _lengthen(self.ranking, len(self.charges), int)
        _lengthen(self.notes, factor * (6 * rows + len(charted.others) + 16), Note)


def _lengthen(table: list[Any], length: int, kind: type) -> None:
    while len(table) < length:
        table.append(kind())


class Coder:
    """Codes encounters by a payer's profile; `payer` overrides the one charted.

    `policies` are a user's own profile files.  One coder may be used for any number of
    encounters, from one thread.
    """

    def __init__(self, policies: tuple[Path, ...] = (), payer: str | None = None) -> None:
        self.policies = policies
        self.payer = payer
        self._tables = Tables()
        self._profiles: dict[tuple[str, str | None], Profile | None] = {}

    def profile_of(self, encounter: Encounter) -> Profile | None:
        """The profile an encounter is coded by; None where its payer names none."""
        key = (encounter.setting, self.payer or encounter.payer)
        if key not in self._profiles:
            try:
                self._profiles[key] = profile(*key, self.policies)
            except UnknownPolicy:
                if self.payer is not None:
                    raise
                self._profiles[key] = None
        return self._profiles[key]

    def code(self, encounter: Encounter) -> Outcome:
        """What the encounter supports, with every reason."""
        used = self.profile_of(encounter)
        if used is None:
            return _set_aside(encounter, "none", NO_PROFILE)
        charted = normalise(encounter, used)
        day = _day(charted.visit.day)
        if day is None:
            return _set_aside(encounter, used.name, NO_DATE)
        try:
            edition = edition_for(day)
        except UncoveredDate:
            return _set_aside(encounter, used.name, NO_EDITION)
        tables = self.run(charted, edition, used)
        decoder = _Decoder(charted, tables, edition, used, day, self._is_assumed(encounter))
        outcome = decoder.outcome()
        self.run_what_if(charted, edition, used)
        return replace(outcome, possible=tuple(decoder.possible()))

    def _is_assumed(self, encounter: Encounter) -> bool:
        return self.payer is None and encounter.payer is None

    def run(self, charted: Charted, edition: Edition, used: Profile) -> Tables:
        """Apply the rules; tables grow until the encounter fits."""
        tables, factor = self._tables, 1
        tally = tables.tally
        tally.rows, tally.entries = len(charted.rows), len(charted.entries)
        tally.others = len(charted.others)
        while True:
            tables.grow(charted, factor)
            walk(
                charted.visit, charted.rows, charted.entries, charted.pauses, charted.rates,
                charted.others, tables.order, tables.runs, tables.spans, tables.placing,
                tables.charges, tables.ranking, tables.notes, tally,
                edition.codes, edition.limits[0], edition.pair_tables, edition.pairs,
                edition.ceiling_tables, edition.ceilings, used.switches,
            )  # fmt: skip
            if not tally.overflow:
                return tables
            factor *= 2


    def run_what_if(self, charted: Charted, edition: Edition, used: Profile) -> None:
        """Find what each missing fact would add; the coded tables are written over."""
        tables = self._tables
        _lengthen(tables.keep, len(charted.rows), Given)
        room = 2 * (8 * (len(charted.rows) + 1) + len(charted.entries))
        possible = [Possibility() for _ in range(room)] if tables.may_gain(charted) else []
        tables.possible = possible
        if not possible:
            tables.tally.possible = 0
            return
        before, after = [0] * len(edition.codes), [0] * len(edition.codes)
        find_possible(
            charted.visit, charted.rows, charted.entries, charted.pauses, charted.rates,
            charted.others, tables.order, tables.runs, tables.spans, tables.placing,
            tables.charges, tables.ranking, tables.notes, tables.tally,
            edition.codes, edition.limits[0], edition.pair_tables, edition.pairs,
            edition.ceiling_tables, edition.ceilings, used.switches,
            possible, before, after, tables.keep,
        )  # fmt: skip


def _day(number: int) -> date | None:
    return None if number == NOWHERE else DAY_ONE + timedelta(days=number)


def _set_aside(encounter: Encounter, profile_name: str, number: int) -> Outcome:
    """The outcome of an encounter that no edition can code; all its rows are set aside."""
    ids = tuple(given.administration_id for given in encounter.administrations)
    reason = Reason(card(number).id, {"set_aside": True})
    finding = Finding(severity="error", reason=reason, administrations=ids)
    basis = Basis(profile=profile_name, rules=rules_digest(), edition="none")
    return Outcome(encounter_id=encounter.encounter_id, findings=(finding,), policy=basis)


@lru_cache(maxsize=1)
def rules_digest() -> str:
    """sha256 over the source of the rules, first twelve digits: the version of the rule set."""
    folder = Path(sources.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


class _Decoder:
    """Turns one encounter's tables back into words."""

    def __init__(
        self, charted: Charted, tables: Tables, edition: Edition, used: Profile, day: date,
        is_assumed: bool,
    ) -> None:  # fmt: skip
        self.charted, self.tables, self.used, self.day = charted, tables, used, day
        self.limits = edition.limits[0]
        self.ids = [given.administration_id for given in charted.encounter.administrations]
        self.is_assumed = is_assumed

    def outcome(self) -> Outcome:
        notes = self.tables.notes[: self.tables.tally.notes]
        setting = self.charted.encounter.setting
        basis = Basis(
            profile=self.used.name,
            rules=rules_digest(),
            edition=edition_name(self.day),
            tables={**tables_for(self.day, setting), "facts": digest()[:12]},
        )
        findings = [self.finding(note) for note in notes if note.kind == 1]
        if self.is_assumed:
            findings.append(Finding(severity="info", reason=Reason(card(NO_PAYER).id)))
        return Outcome(
            encounter_id=self.charted.encounter.encounter_id,
            lines=tuple(self.lines()),
            not_reported=tuple(self.not_reported(note) for note in notes if note.kind == 0),
            findings=tuple(findings),
            timeline=tuple(self.bars()),
            policy=basis,
        )

    def lines(self) -> Iterator[Line]:
        tables = self.tables
        for n in range(tables.tally.lines):
            lead = tables.ranking[n]
            parts = [
                each for each in tables.charges[: tables.tally.charges] if each.line == lead
            ]
            first = tables.charges[lead]
            yield Line(
                code=self.code_of(first.code, first.other),
                units=sum(part.units for part in parts),
                date_of_service=_day(first.day),
                modifiers=self.modifiers(first),
                administrations=tuple(
                    dict.fromkeys(id for part in parts for id in self.of_run(part.run))
                ),
                rules=tuple(_once(reason for part in parts for reason in self.reasons(part))),
            )

    def code_of(self, code: int, other: int) -> str:
        if other != NOWHERE:
            return self.charted.encounter.other_services[other].code
        return code_number(code)

    def modifiers(self, charge: Charge) -> tuple[str, ...]:
        given = [charge.mod_a, charge.mod_b]
        words = [MODIFIERS.get(each, Modifier(each).name) for each in given if each]  # pyright: ignore[reportArgumentType]
        if charge.other != NOWHERE:
            words += self.charted.encounter.other_services[charge.other].modifiers
        return tuple(dict.fromkeys(words))

    def of_run(self, r: int) -> list[str]:
        """Ids of a run's administrations, in charted order."""
        if r == NOWHERE:
            return []
        rows, i, members = self.charted.rows, self.tables.runs[r].first, []
        while i != NOWHERE:
            members.append(i)
            i = rows[i].next
        return [self.ids[i] for i in sorted(members)]

    def reasons(self, charge: Charge) -> Iterator[Reason]:
        run = self.tables.runs[charge.run] if charge.run != NOWHERE else None
        numbers = [charge.why_a, charge.why_b, charge.why_c, charge.why_d]
        if run is not None:
            of_run = [run.why_family, run.why_end, run.why_rows, run.why_minutes, run.why_role]
            numbers = of_run + numbers
        for number in numbers:
            if number != NOWHERE:
                yield self.reason(number, run, charge.units)

    def reason(self, number: int, run: Run | None, units: int = 0, value: int = 0) -> Reason:
        """The card with the facts its sentence names."""
        found = card(number)
        facts: dict[str, Any] = {}
        for name in found.facts:
            if name == "value":
                facts[name] = value
            elif name == "units" and units:
                facts[name] = units
            else:
                facts[name] = self.fact(name, run)
        return Reason(found.id, facts)

    def fact(self, name: str, run: Run | None) -> Any:
        for holder in (run, self.limits, self.used.switches):
            if holder is not None and hasattr(holder, name):
                return int(getattr(holder, name))
        raise LookupError(f"no fact {name}")

    def of_note(self, note: Note) -> tuple[str, ...]:
        if note.run != NOWHERE:
            return tuple(self.of_run(note.run))
        return (self.ids[note.row],) if note.row != NOWHERE else ()

    def note_reason(self, note: Note) -> Reason:
        run = self.tables.runs[note.run] if note.run != NOWHERE else None
        return self.reason(note.rule, run, value=note.value)

    def finding(self, note: Note) -> Finding:
        reason = self.note_reason(note)
        if "SET-ASIDE" in reason.rule:
            reason.facts["set_aside"] = True
        return Finding(
            severity=SEVERITIES[Severity(note.severity)],  # pyright: ignore[reportArgumentType]
            reason=reason,
            administrations=self.of_note(note),
        )

    def not_reported(self, note: Note) -> NotReported:
        members = self.of_note(note)
        if note.row == NOWHERE and note.run == NOWHERE:
            what = self.code_of(note.code, note.value)
        elif note.code:
            what = code_number(note.code)
        else:
            first = self.tables.runs[note.run].first if note.run != NOWHERE else note.row
            what = self.ids[first]
        return NotReported(what=what, reason=self.note_reason(note), administrations=members)

    def possible(self) -> Iterator[Possible]:
        """What each missing fact would add; call after `find_possible`."""
        tables = self.tables
        half = len(tables.possible) // 2
        for each in tables.possible[half : half + tables.tally.possible]:
            modifiers = (MODIFIERS.get(each.modifier, Modifier(each.modifier).name),)  # pyright: ignore[reportArgumentType, reportCallIssue]
            yield Possible(
                code=code_number(each.code),
                units=each.units,
                modifiers=modifiers if each.modifier else (),
                need=self.need(each),
            )

    def need(self, each: Possibility) -> Need:
        """The fact in the contract's words: its field, the least value, where it belongs."""
        field_name, value = NEEDS[Fact(each.fact)]  # pyright: ignore[reportArgumentType]
        if each.entry != NOWHERE:
            return Need(field=field_name, value=self.charted.access_ids[each.entry])
        row = self.charted.rows[each.row]
        if each.fact == Fact.STOP:
            value = _clock_time(self.local(row.start + each.at, each.row), self.local(row.start, each.row))
        elif each.fact == Fact.MINUTES:
            value = str(each.at // 60)
        elif each.fact == Fact.START and each.at != MISSING:
            value = _clock_time(self.local(row.stop - each.at, each.row), self.local(row.stop, each.row))
        elif each.fact == Fact.ORDERED_AT:
            value = _clock_time(self.local(row.start, each.row), self.local(row.start, each.row))
        return Need(field=field_name, value=value, administration=self.ids[each.row])

    def bars(self) -> Iterator[Bar]:
        """The timeline: one bar a run, and one for each row with a time that made no run."""
        tables = self.tables
        shown = [
            r for r in range(tables.tally.runs)
            if tables.runs[r].family or tables.runs[r].role != Role.DROPPED
            or self.charted.rows[tables.runs[r].first].run == r
        ]  # fmt: skip
        place = {r: n for n, r in enumerate(shown)}
        for r in shown:
            yield self.bar(r, place)
        for i, row in enumerate(self.charted.rows):
            if row.run == NOWHERE and row.start != MISSING:
                yield self.bar_of_row(i)

    def bar(self, r: int, place: dict[int, int]) -> Bar:
        tables, run = self.tables, self.tables.runs[r]
        row = self.charted.rows[run.first]
        spans = tables.spans[run.spans_from : run.spans_to]
        gaps = [
            (self.local(a.end, run.first), self.local(b.begin, run.first))
            for a, b in zip(spans, spans[1:], strict=False)
            if b.begin > a.end
        ]
        off_site = run.evidence == Evidence.OFF_SITE
        stop = MISSING if off_site or run.evidence == Evidence.INSTANT else run.end
        beside = place.get(run.beside)
        return Bar(
            administrations=tuple(self.of_run(r)),
            drug=self.drug(r),
            lane=self.lane(row.access),
            route=self.charted.encounter.administrations[run.first].route,
            start=self.local_or_none(run.begin, run.first),
            stop=self.local_or_none(stop, run.first),
            minutes=None if run.evidence == Evidence.INSTANT or off_site else run.minutes,
            end=ENDS[Evidence(run.evidence)],  # pyright: ignore[reportArgumentType]
            codes=self.codes_of(r),
            concurrent_with=() if beside is None else (beside,),
            gaps=tuple(gaps),
        )

    def bar_of_row(self, i: int) -> Bar:
        row, given = self.charted.rows[i], self.charted.encounter.administrations[i]
        instant = row.evidence == Evidence.INSTANT
        stop = row.end if row.end != MISSING else row.stop
        stop = MISSING if instant else stop
        minutes = (stop - row.start) // 60 if stop != MISSING else None
        evidence = Evidence(row.evidence)
        if evidence == Evidence.NONE and row.stop != MISSING:
            evidence = Evidence.STOP
        return Bar(
            administrations=(self.ids[i],),
            drug=given.drug,
            lane=self.lane(row.access),
            route=given.route,
            start=self.local(row.start, i),
            stop=self.local_or_none(stop, i),
            minutes=minutes,
            end=ENDS[evidence],
        )

    def codes_of(self, r: int) -> tuple[str, ...]:
        charges = self.tables.charges[: self.tables.tally.charges]
        codes = [code_number(each.code) for each in charges if each.run == r and not each.is_dropped]
        return tuple(dict.fromkeys(codes))

    def drug(self, r: int) -> str:
        by_id = {given.administration_id: given.drug for given in self.charted.encounter.administrations}
        return " + ".join(dict.fromkeys(by_id[id] for id in self.of_run(r)))

    def lane(self, access: int) -> str:
        return self.charted.access_ids[access] if access != NOWHERE else ""

    def local(self, at: int, i: int) -> Any:
        row = self.charted.rows[i]
        offset = row.offset
        if row.shift_at != MISSING and at >= row.shift_at:
            offset = row.offset_after
        return clock.local(at, offset, is_aware=self.charted.is_aware)

    def local_or_none(self, at: int, i: int) -> Any:
        return None if at == MISSING else self.local(at, i)


def _clock_time(at: datetime, beside: datetime) -> str:
    """A clock time, with its date where that is not the date of what it belongs to."""
    return f"{at:%H:%M}" if at.date() == beside.date() else f"{at:%Y-%m-%d %H:%M}"


def _once(reasons: Iterator[Reason]) -> Iterator[Reason]:
    """Each reason once, in order: same rule and same facts."""
    seen: set[tuple[str, tuple[tuple[str, Any], ...]]] = set()
    for reason in reasons:
        key = (reason.rule, tuple(reason.facts.items()))
        if key not in seen:
            seen.add(key)
            yield reason


def code_encounter(encounter: Encounter, *, payer: str | None = None) -> Outcome:
    """Code one encounter by the shipped profiles; see `Coder` for many, or for own profiles."""
    return Coder(payer=payer).code(encounter)
