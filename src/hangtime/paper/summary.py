"""The coding summary on paper: what is reported and why, what is not, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple

from hangtime import explain
from hangtime.clock import zone
from hangtime.model import Allowed, Encounter, Finding, Line, Outcome, Reason
from hangtime.paper.given import lines
from hangtime.paper.moments import NOTHING, day_of
from hangtime.paper.printed_svg import picture
from hangtime.paper.sheet import (
    Block,
    Bullets,
    Column,
    Facts,
    Heading,
    Paragraph,
    Sheet,
    Size,
    Table,
)
from hangtime.paper.typesetting import typeset
from hangtime.payment.in_words import amount_in_words, table_in_words, total_in_words
from hangtime.pictures import captions

__all__ = ["Decision", "summary_pdf"]

_SEVERITIES = {"error": "Error", "warning": "Warning", "info": "Note"}


class Decision(NamedTuple):
    """What a person decided about a line, all of it in words; `line` is its code or number."""

    line: str
    what: str
    reason: str
    by: str
    when: str


def summary_pdf(
    encounter: Encounter,
    outcome: Outcome,
    *,
    size: Size = "letter",
    is_simulated: bool = False,
    facts: Sequence[tuple[str, str]] = (),
    decisions: Sequence[Decision] = (),
) -> bytes:
    """The summary of one coded encounter as PDF/UA-1; the same outcome gives the same bytes.

    `facts` are further labels with their values for its head, such as who released it.  Its date is
    the last time in the chart.  NotPrinted where the typesetter is not installed.
    """
    sources = _Sources()
    patient = f"Patient {encounter.patient_id}" if encounter.patient_id else "Patient not charted"
    sheet = Sheet(
        title=f"Coding summary, encounter {encounter.encounter_id}",
        running=f"{patient}, encounter {encounter.encounter_id}",
        foot="Coding summary: what the chart supports, by published rules",
        size=size,
        is_simulated=is_simulated,
        blocks=(
            Heading(text="Encounter"),
            Facts(facts=(*_facts(encounter, outcome), *facts)),
            *_reported(outcome),
            *_drawn(outcome),
            *_decided(decisions),
            *_why(outcome, sources),
            *_left_off(outcome, sources),
            *_possible(outcome),
            *_findings(outcome, sources),
            *_rests_on(outcome),
            *sources.listed(),
        ),
    )
    return typeset(sheet, _dated(encounter))


def _dated(encounter: Encounter) -> datetime | None:
    """The last time in the chart; naive ones are read in its zone."""
    place = (zone(encounter.time_zone) if encounter.time_zone else None) or UTC
    given = encounter.administrations
    found = [encounter.ended_at, *(each.recorded_at for each in given)]
    found += [at for each in given for at in (each.start, each.stop)]
    if encounter.date_of_service:
        found.append(datetime.combine(encounter.date_of_service, time()))
    aware = (at if at.tzinfo else at.replace(tzinfo=place) for at in found if at)
    return max(aware, default=None)


class _Sources:
    """Each source once, numbered in the order it is first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cited(self, reason: Reason) -> str:
        """The numbers of a reason's sources, "[1] [4]"."""
        found = explain.citations(reason)
        return " ".join(
            f"[{self._numbers.setdefault(each, len(self._numbers) + 1)}]" for each in found
        )

    def listed(self) -> Iterator[Block]:
        yield Heading(text="Sources")
        yield Table(
            columns=(Column("No.", 0.4), Column("Document, section, date", 8)),
            rows=tuple((f"[{number}]", words) for words, number in self._numbers.items()),
            empty="No rule was used that has one.",
        )


def _facts(encounter: Encounter, outcome: Outcome) -> Iterator[tuple[str, str]]:
    born, day = encounter.birth_date, encounter.date_of_service
    yield "Encounter", encounter.encounter_id
    yield "Patient", encounter.patient_id or "not charted"
    yield "Born", day_of(born) if born else "not charted"
    yield "Date of service", day_of(day) if day else captions.days(outcome) or "not charted"
    yield "Setting", encounter.setting
    yield "Payer", encounter.payer or "not charted"
    yield "Place of service", encounter.place_of_service or "not charted"
    yield "Diagnoses", ", ".join(encounter.diagnoses) or "not charted"
    yield "Times", encounter.time_zone or "as charted, no zone"


def _reported(outcome: Outcome) -> Iterator[Block]:
    """The claim lines."""
    yield Heading(text="Lines")
    columns = [
        Column("Line", 0.5), Column("Code", 0.7), Column("Modifiers", 0.9), Column("Units", 0.6),
        Column("Date", 1.1), Column("For", 2.4),
    ]  # fmt: skip
    products = [explain.product_in_words(line) for line in outcome.lines]
    amounts = [amount_in_words(line.allowed) if line.allowed else "" for line in outcome.lines]
    rows = [_line(number, line, outcome) for number, line in enumerate(outcome.lines, 1)]
    for column, cells in ((Column("Product", 2), products), (Column("Estimate, $", 1.4), amounts)):
        if any(cells):
            columns.append(column)
            rows = [(*row, cell or NOTHING) for row, cell in zip(rows, cells, strict=True)]
    yield Table(columns=tuple(columns), rows=tuple(rows), empty="The chart supports no line.")
    if outcome.total is not None:
        yield Paragraph(
            text=f"Estimate of what Medicare would allow, before deductibles, in dollars:"
            f" {total_in_words(outcome.total)}."
        )


def _line(number: int, line: Line, outcome: Outcome) -> tuple[str, ...]:
    return (
        str(number),
        line.code,
        ", ".join(line.modifiers) or NOTHING,
        str(line.units),
        day_of(line.date_of_service) if line.date_of_service else NOTHING,
        captions.named(line.administrations, outcome.timeline) or NOTHING,
    )


def _drawn(outcome: Outcome) -> Iterator[Block]:
    yield Heading(text="Timeline")
    if outcome.timeline:
        yield picture(outcome)
    else:
        yield Paragraph(text="Nothing was given.")


def _decided(decisions: Sequence[Decision]) -> Iterator[Block]:
    if decisions:
        yield Heading(text="Decided by people")
        yield Table(
            columns=(
                Column("Line"), Column("Decision", 1.6), Column("Reason", 2.4), Column("By", 1.4),
                Column("When", 1.4),
            ),
            rows=tuple(decisions),
        )  # fmt: skip


def _why(outcome: Outcome, sources: _Sources) -> Iterator[Block]:
    """Each line's reasons in the order they were used."""
    yield Heading(text="Why each line")
    for number, line in enumerate(outcome.lines, 1):
        given = captions.named(line.administrations, outcome.timeline)
        whose = f", for {given}" if given else ""
        yield Heading(text=f"Line {number}: {captions.line_code(line)}{whose}", level=3)
        yield Table(
            columns=(Column("Reason", 5), Column("Rule", 1.6), Column("Sources", 0.9)),
            rows=tuple(_reasons(line.rules, sources)),
            empty="No rule is named.",
        )
        if line.allowed is not None:
            yield Paragraph(text=_sum(line.allowed))
    if not outcome.lines:
        yield Paragraph(text="There is no line.")


def _reasons(reasons: Iterable[Reason], sources: _Sources) -> Iterator[tuple[str, ...]]:
    for reason in dict.fromkeys(_Once(each) for each in reasons):
        found = reason.reason
        yield explain.sentence(found), found.rule, sources.cited(found) or NOTHING


class _Once:
    """A reason that is the same as another by what it says."""

    def __init__(self, reason: Reason) -> None:
        self.reason, self._words = reason, (reason.rule, explain.sentence(reason))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and self._words == other._words

    def __hash__(self) -> int:
        return hash(self._words)


def _sum(allowed: Allowed) -> str:
    tables = "; ".join(table_in_words(each) for each in allowed.tables)
    return f"Estimate: {allowed.arithmetic}" + (f" Table: {tables}." if tables else "")


def _left_off(outcome: Outcome, sources: _Sources) -> Iterator[Block]:
    yield Heading(text="Considered and not reported")
    yield Table(
        columns=(Column("What", 1.8), Column("Why", 4.4), Column("Rule", 1.4), Column("Sources", 0.9)),
        rows=tuple(
            (
                lines(each.what, _beside(each.what, each.administrations, outcome)),
                explain.sentence(each.reason),
                each.reason.rule,
                sources.cited(each.reason) or NOTHING,
            )
            for each in outcome.not_reported
        ),
        empty="Nothing was left off.",
    )  # fmt: skip


def _beside(what: str, administrations: tuple[str, ...], outcome: Outcome) -> str:
    """Whose it is, where what was left off does not say so itself."""
    named = captions.named(administrations or (what,), outcome.timeline)
    return "" if named == what else named


def _possible(outcome: Outcome) -> Iterator[Block]:
    yield Heading(text="What one more fact in the chart would add")
    worth = any(each.worth for each in outcome.possible)
    columns = [Column("Fact, if it is true", 4.2), Column("Adds", 1.4)]
    if worth:
        columns.append(Column("Worth, $", 1.4))
    yield Table(
        columns=tuple(columns),
        rows=tuple(
            (
                _fact(each.need.administration, explain.need_in_words(each.need), outcome),
                explain.code_in_words(each.code, each.units, each.modifiers),
                *((amount_in_words(each.worth) if each.worth else NOTHING,) if worth else ()),
            )
            for each in outcome.possible
        ),
        empty="No single fact would.",
    )


def _fact(administration: str | None, words: str, outcome: Outcome) -> str:
    about = captions.one_named(administration, outcome.timeline)
    return f"{words} ({about})" if about else words


def _findings(outcome: Outcome, sources: _Sources) -> Iterator[Block]:
    yield Heading(text="Findings")
    yield Table(
        columns=(Column("Kind", 0.8), Column("Finding", 4.2), Column("About", 1.8), Column("Sources", 0.9)),
        rows=tuple(_finding(each, outcome, sources) for each in outcome.findings),
        empty="There is none.",
    )  # fmt: skip


def _finding(each: Finding, outcome: Outcome, sources: _Sources) -> tuple[str, ...]:
    return (
        _SEVERITIES[each.severity],
        explain.explain_finding(each),
        captions.named(each.administrations, outcome.timeline) or NOTHING,
        sources.cited(each.reason) or NOTHING,
    )


def _rests_on(outcome: Outcome) -> Iterator[Block]:
    """Profile, edition, tables and digests, so that the same answer can be had again."""
    yield Heading(text="What this rests on")
    basis = outcome.policy
    if basis is None:
        yield Paragraph(text="Nothing was coded.")
        return
    yield Bullets(
        items=(
            f"Profile: {basis.profile}",
            f"Edition: {basis.edition}",
            f"Rules: {basis.rules}",
            *(f"{captions.table_name(key)}: {version}" for key, version in basis.tables.items()),
        )
    )
