"""The visit drawn over its clock: what ran when, what was seen, and what went wrong, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hangtime.chart.bodies import Observed, PostObservation
from hangtime.chart.flow import end_of
from hangtime.chart.tables import reaction_kinds
from hangtime.chart.visit import Administration, ReactionCourse
from hangtime.paper.moments import day_of
from hangtime.paper.reading import Reading
from hangtime.paper.sheet import Bar, Block, Heading, Mark, Paragraph, Row, Tick, Timeline
from hangtime.pictures.axis import Clock, Span, fractions, ticks_of, window_of

__all__ = ["timeline"]

_MOST_TICKS = 12
_ROWS = 22  # of one picture; the rest goes on in another, so that none is taller than a page


def timeline(reading: Reading) -> Iterator[Block]:
    """The picture of the visit, in as many parts as it needs."""
    yield Heading(text="Timeline")
    rows = list(_lines(reading))
    if not rows:
        yield Paragraph(text="Nothing was given or observed.")
        return
    clock = Clock(reading.times.place)
    minutes = [clock.minutes(at) for each in rows for at in each.moments()]
    step, window = window_of(clock, (min(minutes), max(minutes)), _MOST_TICKS)
    ticks = tuple(
        Tick(at=each.at, label=each.label, day=day_of(each.day) if each.day else "")
        for each in ticks_of(clock, window, step)
    )
    parts = [rows[at : at + _ROWS] for at in range(0, len(rows), _ROWS)]
    for part in parts:
        yield Timeline(
            alt=_spoken(reading, part),
            ticks=ticks,
            rows=tuple(each.drawn(clock, window) for each in part),
        )
    yield Paragraph(
        text="A bar is an infusion; broken where it was paused, outlined where no end was charted."
        " Notch: rate changed. Diamond: dose given at once. Dot: observation. Square: reaction noted,"
        " action or practitioner told."
    )


def _spoken(reading: Reading, part: list[_Line]) -> str:
    """The picture in words."""
    moments = [at for each in part for at in each.moments()]
    first, last = reading.times.when(min(moments)), reading.times.when(max(moments))
    rows = " ".join(f"{each.spoken[:1].upper()}{each.spoken[1:]}." for each in part)
    return f"The visit drawn over the clock from {first} to {last}. {rows}"


class _Line:
    """One row before it is placed; moments are UTC."""

    def __init__(self, name: str, words: str, spoken: str) -> None:
        self.name, self.words, self.spoken = name, words, spoken
        self.runs: list[tuple[datetime, datetime, datetime | None]] = []  # from, to, doubt from
        self.gaps: list[tuple[datetime, datetime]] = []
        self.marks: list[tuple[datetime, str]] = []

    def moments(self) -> list[datetime]:
        return [at for run in self.runs for at in run[:2]] + [at for at, _ in self.marks]

    def drawn(self, clock: Clock, window: Span) -> Row:
        def place(at: datetime) -> float:
            return round(fractions((clock.minutes(at), clock.minutes(at)), window)[0], 5)

        return Row(
            name=self.name,
            words=self.words,
            bars=tuple(
                Bar(
                    left=place(begin),
                    right=place(end),
                    doubt=place(doubt) if doubt else None,
                    gaps=tuple((place(a), place(b)) for a, b in self.gaps),
                )
                for begin, end, doubt in self.runs
            ),
            marks=tuple(Mark(at=place(at), kind=kind) for at, kind in self.marks),  # pyright: ignore[reportArgumentType]
        )


def _lines(reading: Reading) -> Iterator[_Line]:
    given = [each for each in reading.visit.administrations if each.started]
    for each in sorted(given, key=lambda one: (one.started.at, one.administration_id)):  # type: ignore[union-attr]
        yield _dose(reading, each)
    yield from _observations(reading)
    for course in reading.visit.reactions:
        yield _reaction(reading, course)


def _dose(reading: Reading, given: Administration) -> _Line:
    began, times = given.started, reading.times
    assert began is not None
    name = reading.drug(given.administration_id)
    if given.infusion is None:
        line = _Line(
            name, times.when(began.at), f"{name} was given at once at {times.when(began.at)}"
        )
        line.marks.append((began.at, "dose"))
        return line
    end = end_of(given)
    until = f"stopped at {times.when(end)}" if end else "has no charted stop"
    spoken = f"{name} was started at {times.when(began.at)} and {until}"
    for pause in given.breaks:
        resumed = f"until {times.when(pause.stop.at)}" if pause.stop else "and not resumed"
        spoken += f", paused at {times.when(pause.start.at)} {resumed}"
    line = _Line(name, f"{times.when(began.at)}–{times.when(end) if end else '?'}", spoken)
    line.runs.append(_run(reading, given, began.at, end))
    last = line.runs[0][1]
    line.gaps += [(each.start.at, each.stop.at if each.stop else last) for each in given.breaks]
    line.marks += [(at, "rate") for at, _ in given.rates if at > began.at]
    return line


def _run(
    reading: Reading, given: Administration, began: datetime, end: datetime | None
) -> tuple[datetime, datetime, datetime | None]:
    """Where nobody charted the end, the bar goes on as far as the record does, in doubt."""
    if end is not None and end >= began:
        return began, end, None
    seen = max(began, given.last_seen.at) if given.last_seen else began
    latest = max((each.at for each in reading.visit.facts), default=seen)
    return began, max(seen, latest), seen


def _observations(reading: Reading) -> Iterator[_Line]:
    seen = [f.at for f in reading.visit.facts if isinstance(f.body, Observed | PostObservation)]
    if not seen:
        return
    often = f"{len(seen)} times" if len(seen) != 1 else "once"
    spoken = f"the patient was observed {often}, first at {reading.times.when(seen[0])}"
    if len(seen) > 1:
        spoken += f" and last at {reading.times.when(seen[-1])}"
    line = _Line("Observed", often, spoken)
    line.marks += [(at, "seen") for at in seen]
    yield line


def _reaction(reading: Reading, course: ReactionCourse) -> _Line:
    times = reading.times
    name = reaction_kinds()[course.body.reaction].words
    since = course.notes[0].at
    until = times.when(course.ended.at) if course.ended else "no end charted"
    spoken = f"a reaction, {name}, was noted at {times.when(since)}; it has no charted end"
    if course.ended:
        spoken = f"a reaction, {name}, was noted at {times.when(since)} and ended at {until}"
    line = _Line(name, f"{times.when(since)}–{until}", spoken)
    latest = max(each.at for each in reading.visit.facts)
    end = max(course.ended.at, since) if course.ended else latest
    line.runs.append((since, end, None if course.ended else since))
    steps = (*course.notes, *course.actions, *course.notified)
    line.marks += [(each.at, "sign") for each in steps]
    return line
