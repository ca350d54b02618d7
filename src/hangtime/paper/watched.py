"""What was seen of the patient and of each site, and every reaction from its first sign to its end."""

from __future__ import annotations

from collections.abc import Iterator

from hangtime.chart.bodies import Observed, PostObservation, ReactionNoted
from hangtime.chart.bodies.delivery import Vitals
from hangtime.chart.tables import reaction_kinds
from hangtime.chart.visit import Fact, ReactionCourse
from hangtime.paper.given import lines
from hangtime.paper.moments import NOTHING
from hangtime.paper.reading import Reading, person
from hangtime.paper.sheet import Block, Column, Heading, Paragraph, Table
from hangtime.paper.telling import coded, number, pressure, signs_in_words

__all__ = ["reactions", "watched"]

_THE_REACTION = frozenset({"reaction_id"})
_HEADS = (
    Column("Time", 1.25), Column("Pressure mmHg", 1.05), Column("Pulse /min", 0.75),
    Column("Breaths /min", 0.85), Column("SpO₂ %", 0.7), Column("Temp. °C", 0.75),
    Column("Pain 0–10", 0.7), Column("Site score", 1.5), Column("Symptoms, remarks", 2.3),
    Column("By", 1.25),
)  # fmt: skip


def watched(reading: Reading) -> Iterator[Block]:
    """Vital signs, site scores and symptoms by time."""
    yield Heading(text="Observations")
    seen = [
        each for each in reading.visit.facts if isinstance(each.body, Observed | PostObservation)
    ]
    yield Table(
        columns=_HEADS,
        rows=tuple(_observed(reading, each) for each in seen),
        empty="No observation was charted.",
    )
    if any(isinstance(each.body, Observed) and each.body.sites for each in seen):
        yield Paragraph(
            text="Site scores: VIP is the visual infusion phlebitis score, 0 to 5; INS are the scales of"
            " the Infusion Nurses Society, 0 to 4. 0 is a site without a sign."
        )


def _observed(reading: Reading, fact: Fact) -> tuple[str, ...]:
    body = fact.body
    assert isinstance(body, Observed | PostObservation)
    vitals = body.vitals or Vitals()
    temperature = vitals.temperature_c
    counts = (vitals.pulse, vitals.respirations, vitals.oxygen_saturation)
    return (
        reading.when(fact),
        pressure(vitals.systolic, vitals.diastolic) or NOTHING,
        *(NOTHING if each is None else str(each) for each in counts),
        NOTHING if temperature is None else number(temperature),
        NOTHING if vitals.pain is None else str(vitals.pain),
        _scores(body) if isinstance(body, Observed) else NOTHING,
        _seen(reading, body),
        person(fact),
    )


def _scores(body: Observed) -> str:
    return lines(*(f"{each.access_id}: {coded(each.scale)} {each.score}" for each in body.sites))


def _seen(reading: Reading, body: Observed | PostObservation) -> str:
    is_watch = isinstance(body, PostObservation)
    running = () if is_watch else tuple(reading.drug(each) for each in body.still_infusing)
    return lines(
        "watch after the last drug" if is_watch else None,
        "somebody stayed throughout" if not is_watch and body.was_continuous else None,
        signs_in_words(body.signs),
        "free of symptoms" if body.is_free_of_symptoms else None,
        f"running: {', '.join(running)}" if running else None,
        body.remark,
    )


def reactions(reading: Reading) -> Iterator[Block]:
    """Each reaction with what was noted, done and said, by time."""
    yield Heading(text="Reactions")
    if not reading.visit.reactions:
        yield Paragraph(text="No reaction was charted.")
    for course in reading.visit.reactions:
        yield from _course(reading, course)


def _course(reading: Reading, course: ReactionCourse) -> Iterator[Block]:
    facts = reaction_kinds()[course.body.reaction]
    grade = f", CTCAE grade {course.body.grade}" if course.body.grade else ", grade not charted"
    yield Heading(text=f"{facts.words.capitalize()}{grade}", level=3)
    told = (
        *course.notes,
        *course.actions,
        *course.notified,
        *((course.ended,) if course.ended else ()),
    )
    yield Table(
        columns=(Column("Time"), Column("What"), Column("Details", 4), Column("By", 1.2)),
        rows=tuple(_step(reading, each) for each in sorted(told, key=lambda each: each.at)),
    )
    missing = next(
        (r.missing for r in reading.status.open_reactions if r.reaction_id == course.reaction_id),
        (),
    )
    if course.is_open:
        words = f" Not charted: {', '.join(missing)}." if missing else ""
        yield Paragraph(text=f"This reaction has no charted end.{words}", is_warning=True)


def _step(reading: Reading, fact: Fact) -> tuple[str, ...]:
    body = fact.body
    title = "Noted" if isinstance(body, ReactionNoted) else reading.teller.title(body)
    return (
        reading.when(fact),
        title,
        reading.teller.said(body, _THE_REACTION) or NOTHING,
        person(fact),
    )
