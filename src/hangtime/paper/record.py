"""The infusion record on paper: who, the ten steps, what ran, what is missing, and every entry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hangtime.chart import Site, Visit
from hangtime.chart.bodies import DiagnosesCharted, Screening
from hangtime.chart.steps import StepStatus
from hangtime.paper.drawing import timeline
from hangtime.paper.given import given, lines
from hangtime.paper.history import corrections, every_entry, who_charted
from hangtime.paper.moments import day_of
from hangtime.paper.reading import Reading, last_recorded, person
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
from hangtime.paper.telling import amount, coded
from hangtime.paper.typesetting import NotPrinted, typeset
from hangtime.paper.watched import reactions, watched

__all__ = ["record_pdf"]

_STATES = {
    "done": "done",
    "partly": "PARTLY",
    "missing": "MISSING",
    "skipped": "skipped",
    "waiting": "not yet due",
    "not_needed": "not needed",
}


def record_pdf(
    visit: Visit, site: Site, *, size: Size = "letter", at: datetime | None = None
) -> bytes:
    """The record of a visit as PDF/UA-1, as it stood at `at` (aware).

    Without `at` it is as of its last entry, so that the same record gives the same bytes.
    NotPrinted where there is no entry, or the typesetter is not installed.
    """
    at = at or last_recorded(visit)
    if at is None:
        raise NotPrinted("there is no entry to print.")
    return typeset(_sheet(Reading(visit, site, at), size), at)


def _sheet(reading: Reading, size: Size) -> Sheet:
    visit, opening = reading.visit, reading.visit.opening
    patient = opening.patient if opening else None
    who = (
        f"{patient.name}, record number {patient.patient_id}" if patient else "Patient not charted"
    )
    born = f", born {day_of(patient.birth_date)}" if patient and patient.birth_date else ""
    return Sheet(
        title=f"Infusion record, visit {visit.visit_id}",
        running=f"{who}{born}",
        foot=f"{reading.site.name} · as of {reading.times.full(reading.at)}",
        size=size,
        is_simulated=(opening.is_simulated if opening else False) or reading.site.is_simulated,
        blocks=(
            *_header(reading),
            *_attention(reading),
            *_steps(reading),
            *timeline(reading),
            *given(reading),
            *watched(reading),
            *reactions(reading),
            *corrections(reading),
            *who_charted(reading),
            *every_entry(reading),
            *_texts(reading),
        ),
    )


def _header(reading: Reading) -> Iterator[Block]:
    opening, times, site = reading.visit.opening, reading.times, reading.site
    opened, closed = reading.visit.opened, reading.visit.closed
    diagnoses = reading.visit.last(DiagnosesCharted)
    yield Heading(text="Patient and visit")
    if opening is None:
        yield Paragraph(text="The visit was never opened.", is_warning=True)
        return
    patient = opening.patient
    unit = next((each.name for each in site.units if each.unit_id == opening.unit_id), None)
    screening = reading.visit.screening or Screening()
    yield Facts(
        facts=(
            ("Patient", patient.name),
            ("Record number", patient.patient_id),
            ("Born", day_of(patient.birth_date) if patient.birth_date else "not charted"),
            ("Sex", patient.sex or "not charted"),
            ("Weight", amount(screening.weight_kg, "kg") or "not charted"),
            ("Allergies", _allergies(screening)),
            ("Consent", coded(screening.consent) if screening.consent else "not charted"),
            ("Diagnoses", ", ".join(diagnoses.codes) if diagnoses else "not charted"),
            ("Site", site.name if site.site_id == opening.site_id else opening.site_id),
            ("Unit and chair", ", ".join(filter(None, (unit or opening.unit_id, opening.chair)))),
            ("Setting and payer", f"{opening.setting}, {opening.payer or 'payer not charted'}"),
            ("Opened", times.full(opened.at if opened else None)),
            ("Left", times.full(closed.at) if closed else "still here"),
            ("Times", f"{reading.zone}, 24-hour clock"),
        )
    )


def _allergies(screening: Screening) -> str:
    if screening.allergies:
        return "; ".join(
            f"{each.substance} ({each.reaction})" if each.reaction else each.substance
            for each in screening.allergies
        )
    return "asked, none" if screening.is_allergy_reviewed else "NOT ASKED"


def _attention(reading: Reading) -> Iterator[Block]:
    """What is missing or doubtful, before everything else."""
    yield Heading(text="Missing or doubtful")
    found = tuple(_doubts(reading))
    if not found:
        yield Paragraph(text="Nothing is missing, and nothing contradicts itself.")
        return
    yield Bullets(items=found)


def _doubts(reading: Reading) -> Iterator[str]:
    told, times = reading.status, reading.times
    if told.emergency:
        signs = ", ".join(told.emergency.signs) or "as charted"
        yield f"ANAPHYLAXIS PATTERN since {times.when(told.emergency.raised_at)}: {signs}."
    for each in told.steps:
        if each.missing:
            yield f"Step {each.number}, {each.title.lower()}: {'; '.join(each.missing)}."
    for conflict in told.conflicts:
        yield f"{conflict.message} {_about(reading, conflict.about, conflict.entries)}".strip()
    for gap in told.gaps:
        yield (
            f"No observation of {reading.drug(gap.administration_id)} from {times.when(gap.start)} to"
            f" {times.when(gap.stop)}; at most {gap.allowed} min between two."
        )
    for reaction in told.open_reactions:
        yield f"Reaction without an end: {reaction.words}, since {times.when(reaction.since)}."
    if told.late:
        yield f"{len(told.late)} of {len(reading.visit.facts)} entries were recorded late."


def _about(reading: Reading, about: str | None, entries: tuple[str, ...]) -> str:
    """What a conflict concerns: the drug or access, and when its entries happened."""
    facts = [reading.facts[each] for each in entries if each in reading.facts]
    parts = [reading.drug(about) if about else "", ", ".join(reading.when(each) for each in facts)]
    words = ", ".join(each for each in parts if each)
    return f"({words})" if words else ""


def _steps(reading: Reading) -> Iterator[Block]:
    yield Heading(text="The ten steps")
    yield Table(
        columns=(
            Column("Step", 2.2), Column("State", 0.9), Column("When", 1.3), Column("By", 1.2),
            Column("Missing, or why skipped", 2.6),
        ),
        rows=tuple(_step(reading, each) for each in reading.status.steps),
    )  # fmt: skip


def _step(reading: Reading, each: StepStatus) -> tuple[str, ...]:
    facts = [reading.facts[name] for name in each.entries if name in reading.facts]
    facts.sort(key=lambda fact: fact.at)
    span = [reading.times.when(fact.at) for fact in (facts[:1] + facts[1:][-1:])]
    late = sum(fact.is_late for fact in facts)
    return (
        f"{each.number}. {each.title}",
        _STATES[each.state],
        lines("–".join(dict.fromkeys(span)), f"{late} late" if late else None),
        lines(*dict.fromkeys(person(fact) for fact in facts)),
        lines(*each.missing, f"skipped: {each.reason}" if each.reason else None),
    )


def _texts(reading: Reading) -> Iterator[Block]:
    """Whose texts and schedules the record was judged by."""
    yield Heading(text="The site's texts in force")
    yield Table(
        columns=(Column("Text", 2), Column("Answers for it", 2), Column("Dated")),
        rows=tuple((each.title, each.owner, day_of(each.dated)) for each in reading.site.protocols),
        empty=f"{reading.site.name} has none; the schedules are those shipped.",
    )
