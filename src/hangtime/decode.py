"""From the tables the rules filled back into words: lines, reasons, findings, the timeline.

The numbers become ids, codes, dates and clock times again; a card's sentence gets the facts it
names.  Nothing is decided here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from hangtime import clock
from hangtime.claim_words import day_of, modifier_word
from hangtime.codesets.editions import code_number, edition_name
from hangtime.codesets.tables import Edition
from hangtime.drug_lines import WORDED, drug_lines, words_of_note
from hangtime.model import (
    Bar,
    Basis,
    Finding,
    Line,
    Need,
    NotReported,
    Outcome,
    Possible,
    Reason,
)
from hangtime.normalise import Charted
from hangtime.policies.policy import Profile
from hangtime.product_facts import tables_used
from hangtime.rules import sources
from hangtime.rules._card import FINDING, card, rule
from hangtime.rules.records import MISSING, NOWHERE, Charge, Note, Possibility, Run
from hangtime.rules.words import Evidence, Fact, Modifier, Role, Severity
from hangtime.scratch import Tables

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
SEVERITIES: dict[Severity, Literal["info", "warning", "error"]] = {
    Severity.INFO: "info",
    Severity.WARNING: "warning",
    Severity.ERROR: "error",
}


class Decoder:
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
            tables=tables_used(self.day, setting),
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
        """Administrations in claim order, then drugs in the order charted."""
        yield from self.administration_lines()
        yield from drug_lines(self.charted, self.tables)

    def administration_lines(self) -> Iterator[Line]:
        tables = self.tables
        for n in range(tables.tally.lines):
            lead = tables.ranking[n]
            parts = [each for each in tables.charges[: tables.tally.charges] if each.line == lead]
            first = tables.charges[lead]
            yield Line(
                code=self.code_of(first.code, first.other),
                units=sum(part.units for part in parts),
                date_of_service=day_of(first.day),
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
        words = [modifier_word(Modifier(each)) for each in given if each]
        if charge.other != NOWHERE:
            words += self.charted.encounter.other_services[charge.other].modifiers
        return tuple(dict.fromkeys(words))

    def of_run(self, r: int) -> list[str]:
        """Ids of a run's administrations, in charted order."""
        if r == NOWHERE:
            return []
        rows, i = self.charted.rows, self.tables.runs[r].first
        members: list[int] = []
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
            elif name in WORDED:
                continue
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
        reason.facts.update(words_of_note(self.charted, self.tables, note))
        if "SET-ASIDE" in reason.rule:
            reason.facts["set_aside"] = True
        return Finding(
            severity=SEVERITIES[Severity(note.severity)],
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
            modifier = Modifier(each.modifier)
            yield Possible(
                code=code_number(each.code),
                units=each.units,
                modifiers=(modifier_word(modifier),) if modifier else (),
                need=self.need(each),
            )

    def need(self, each: Possibility) -> Need:
        """The fact in the contract's words: its field, the least value, where it belongs."""
        field_name, value = NEEDS[Fact(each.fact)]
        if each.entry != NOWHERE:
            return Need(field=field_name, value=self.charted.access_ids[each.entry])
        row = self.charted.rows[each.row]
        if each.fact == Fact.STOP:
            at = self.local(row.start + each.at, each.row)
            at += timedelta(seconds=-at.second % 60)  # a minute shown is never too early
            value = _clock_time(at, self.local(row.start, each.row))
        elif each.fact == Fact.MINUTES:
            value = str(each.at // 60)
        elif each.fact == Fact.START and each.at != MISSING:
            value = _clock_time(
                self.local(row.stop - each.at, each.row), self.local(row.stop, each.row)
            )
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
        spans = [
            each for each in tables.spans[run.spans_from : run.spans_to] if each.end > each.begin
        ]
        edges = [run.begin, *(at for each in spans for at in (each.begin, each.end)), run.end]
        gaps = [
            (self.local(end, run.first), self.local(begin, run.first))
            for end, begin in zip(edges[::2], edges[1::2], strict=True)
            if spans and begin > end and run.evidence != Evidence.OFF_SITE
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
            minutes=self.minutes_of(run),
            end=ENDS[Evidence(run.evidence)],
            codes=self.codes_of(r),
            concurrent_with=() if beside is None else (beside,),
            gaps=tuple(gaps),
        )

    def minutes_of(self, run: Run) -> int | None:
        """Delivered minutes; of a transfusion, which is not timed, from start to stop."""
        if run.evidence in {Evidence.INSTANT, Evidence.OFF_SITE}:
            return None
        if run.spans_to > run.spans_from or not run.has_clock:
            return run.minutes
        return (run.end - run.begin) // 60 if run.end != MISSING else None

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
        codes = [
            code_number(each.code) for each in charges if each.run == r and not each.is_dropped
        ]
        return tuple(dict.fromkeys(codes))

    def drug(self, r: int) -> str:
        by_id = {
            given.administration_id: given.drug for given in self.charted.encounter.administrations
        }
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


@lru_cache(maxsize=1)
def rules_digest() -> str:
    """sha256 over the source of the rules, first twelve digits: the version of the rule set."""
    folder = Path(sources.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]
