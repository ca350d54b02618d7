"""What to do now at one chair: the one thing that stands on top of the page.

The order of the steps is guided and never forced: this chooses what is shown first, and every other
act stays within reach.  What may harm comes first, then what is due, then the next step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hangtime.chart import Visit, VisitStatus
from hangtime.chart.bodies import (
    DischargeTeaching,
    DrugPrepared,
    InfusionStopped,
    LinePrimed,
    PatientIdentified,
)
from hangtime.chart.flow import Running
from hangtime.chart.steps import StepStatus, is_cut_short
from hangtime.chart.visit import Administration
from hangtime.web.chairside.acts import Act
from hangtime.web.chairside.places import first_of, pointed_at
from hangtime.web.shown import clock

__all__ = ["Now", "now_at", "way_on"]

_SOON = timedelta(minutes=3)
_ACTIONABLE = {"missing", "partly"}
_STEPS_BEFORE_START = 6
_MOST_NAMED = (
    5  # of what one thing lacks: the card stays where the page scrolls, and is not to fill it
)
_OF_REACTION = {"action": "what was done", "provider notified": "who was notified"}


class Now(NamedTuple):
    """The thing to do: its step, what it is, in words.

    `acts`: the ids of what charts it, the likeliest first.  `fix`: the entry that lacks something,
    where that is what is to be done.
    """

    number: int
    step: str
    title: str
    words: str
    acts: tuple[str, ...]
    fix: str = ""


def now_at(visit: Visit, status: VisitStatus, acts: Mapping[str, Act], zone: ZoneInfo) -> Now:
    """What stands on top at the moment of a status."""
    return next(_candidates(_Looked(visit, status, acts, zone)))


class _Looked(NamedTuple):
    visit: Visit
    status: VisitStatus
    acts: Mapping[str, Act]
    zone: ZoneInfo

    def of(self, sheet: str, subject: str) -> str:
        """The id of the act of a sheet about a subject, "" where there is none."""
        found = (a.id for a in self.acts.values() if a.sheet.sheet == sheet)
        own = (id for id in found if self.acts[id].subject == subject)
        return next(own, "")

    def shown(self, *names: str) -> tuple[str, ...]:
        """Ids of acts of these sheets that can be charted now, further doses left out."""
        return tuple(
            each.id
            for name in names
            for each in self.acts.values()
            if each.sheet.sheet == name and each.is_shown and not each.is_further
        )

    def step(self, number: int) -> StepStatus:
        return self.status.steps[number - 1]


def _candidates(seen: _Looked) -> Iterator[Now]:
    status = seen.status
    if status.state == "closed":
        yield _closed(seen)
    yield from _of_reactions(seen)
    for each in status.running:
        if each.is_past_end:
            yield _should_have_ended(seen, each)
    yield from _due(seen)
    if not seen.visit.administrations or not any(a.started for a in seen.visit.administrations):
        yield from _before_the_start(seen)
    elif status.running:
        yield _running(seen)
    yield from _after_the_stop(seen)
    yield _close(seen)


def _of_reactions(seen: _Looked) -> Iterator[Now]:
    for each in seen.status.open_reactions:
        acts = tuple(seen.of(name, each.reaction_id) for name in ("action", "notify"))
        ends = seen.of("reaction_end", each.reaction_id)
        lacks = [_OF_REACTION.get(m, m) for m in each.missing if m != "outcome"]
        words = _listed("Not charted yet", lacks)
        title = f"Reaction: {each.words}" + (f", grade {each.grade}" if each.grade else "")
        since = f"Since {clock(each.since, seen.zone)}. {words}".strip()
        yield Now(7, "Reaction", title, since, (*acts, ends))


def _should_have_ended(seen: _Looked, each: Running) -> Now:
    end = clock(each.should_have_ended, seen.zone)
    words = (
        f"By its rate and volume it should have ended at {end}."
        " If it has, stop it now. If it still runs, chart its rate."
    )
    stop, rate = (seen.of(name, each.administration_id) for name in ("stop", "rate"))
    return Now(8, "Stop", f"{each.drug}: has it ended?", words, (stop, rate))


def _due(seen: _Looked) -> Iterator[Now]:
    """An observation whose time has come, or comes in a moment."""
    due = seen.status.next_due
    if due is None or due.at > seen.status.at + _SOON:
        return
    late = " It is overdue." if due.is_overdue else ""
    at = clock(due.at, seen.zone)
    name = "after" if due.kind == "after" else "observe"
    title = "Post-infusion observation" if due.kind == "after" else "Vital signs, site, symptoms"
    yield Now(7, "Watch", title, f"{due.drug}: {due.words}, due {at}.{late}", seen.shown(name))


def _before_the_start(seen: _Looked) -> Iterator[Now]:
    """The first step of which nothing is charted, then those of which something is missing."""
    first = [each for each in seen.status.steps[:_STEPS_BEFORE_START] if each.state == "missing"]
    rest = [each for each in seen.status.steps[: _STEPS_BEFORE_START - 1] if _is_worth(seen, each)]
    for step in (*first[:1], *rest):
        if step.step != "start" or not rest:
            yield _of_step(seen, step)
    yield from (_of_step(seen, each) for each in first[:1])


def _is_worth(seen: _Looked, step: StepStatus) -> bool:
    """Whether a step that is partly done is gone back to before the start: its other half is missing."""
    if step.state != "partly":
        return False
    if step.step == "identify_and_screen":
        return not seen.visit.of(PatientIdentified)
    is_ready = bool(seen.visit.of(DrugPrepared) and seen.visit.of(LinePrimed))
    return step.step == "prepare_drug" and not (is_ready and not _is_to_check(step))


def _of_step(seen: _Looked, step: StepStatus) -> Now:
    words = _listed("Missing", pointed_at(seen.visit, step.missing))
    acts, fix = _ways(seen, step)
    return Now(step.number, "Now", step.title, words, acts, fix)


def _running(seen: _Looked) -> Now:
    due = seen.status.next_due
    drugs = ", ".join(each.drug for each in seen.status.running)
    paused = [each for each in seen.status.running if each.is_paused]
    if paused:
        acts = tuple(seen.of("resume", each.administration_id) for each in paused)
        stops = tuple(seen.of("stop", each.administration_id) for each in paused)
        title = f"{paused[0].drug} is paused"
        return Now(7, "Paused", title, "Nothing runs until it is resumed.", (*acts[:1], *stops[:1]))
    words = f"Next: {due.words}, {clock(due.at, seen.zone)}." if due else "Nothing is due."
    return Now(7, "Running", drugs, words, seen.shown("observe"))


def _after_the_stop(seen: _Looked) -> Iterator[Now]:
    for number in (8, 9, 10):
        if seen.step(number).state in _ACTIONABLE:
            step, watch, until = seen.step(number), *_watch(seen)
            acts, fix = _ways(seen, step)
            drug = _without_volume(seen.visit, fix)
            said = {watch, f"{drug}: volume infused"}  # elsewhere on the card
            missing = tuple(each for each in step.missing if each not in said)
            found = _of_step(seen, msgspec.structs.replace(step, missing=missing))
            yield found._replace(
                title=f"{drug}: how much went in?" if drug else found.title,
                words=f"{found.words} {until}".strip(),
                acts=(*acts, *_beside(seen, number)),
                fix=fix,
            )


def _without_volume(visit: Visit, stop: str) -> str:
    """The drug of a stop of which no volume is charted, which the card asks for; "" of any other."""
    found = (each for each in visit.administrations if each.stopped)
    given = next((e for e in found if e.stopped and e.stopped.entry_id == stop), None)
    body = given.stopped.body if given and given.stopped else None
    is_bare = isinstance(body, InfusionStopped) and body.volume_infused_ml is None
    return given.drug if given and is_bare else ""


def _beside(seen: _Looked, number: int) -> tuple[str, ...]:
    """What may come before a step is whole: the line is flushed, or somebody leaves while watched."""
    if number == 8 and seen.step(9).state in _ACTIONABLE:
        return seen.shown("flush")[:1]
    is_out = all(each.ended for each in seen.visit.accesses)
    return seen.shown("close") if number == 10 and is_out else ()


def _watch(seen: _Looked) -> tuple[str, str]:
    """The watch after the drug as it is missing, and until when it goes: sooner it is not whole."""
    due = seen.status.next_due
    if due is None or due.kind != "after":
        return "", ""
    until = f"{due.drug}: watch until {clock(due.at, seen.zone)}."
    return f"{due.drug}: {due.words}", until


def _close(seen: _Looked) -> Now:
    missing = [f"step {each.number}" for each in seen.status.steps if each.state in _ACTIONABLE]
    words = (
        f"Something is missing in {', '.join(missing)}." if missing else "All steps are charted."
    )
    return Now(10, "Now", "The patient can leave", words, seen.shown("close"))


def _closed(seen: _Looked) -> Now:
    """What was left out is charted late, the likeliest first; a note always can be."""
    first = next((each for each in seen.status.steps if each.state in _ACTIONABLE), None)
    acts, fix = _ways(seen, first) if first else ((), "")
    missing = pointed_at(seen.visit, (what for _, what in seen.status.missing))
    late = "What is charted now is a late entry: say when it was."
    words = f"Missing: {first_of(missing)}. {late}" if missing else "All that is needed is charted."
    return Now(10, "Closed", "The visit is closed", words, (*acts[:2], *seen.shown("note")), fix)


def way_on(
    visit: Visit, status: VisitStatus, acts: Mapping[str, Act], number: int
) -> tuple[str, str]:
    """How one goes on with a step: the id of an act, or else of an entry that lacks something."""
    found, fix = _ways(_Looked(visit, status, acts, ZoneInfo("UTC")), status.steps[number - 1])
    return next(iter(found), ""), fix


def _ways(seen: _Looked, step: StepStatus) -> tuple[tuple[str, ...], str]:
    """What charts a step; where all of it is charted and something lacks, the entry that lacks it."""
    if step.state == "partly" and (fix := _lacking(seen, step)):
        return (), fix
    return acts_for_step(seen, step), ""


def _lacking(seen: _Looked, step: StepStatus) -> str:
    """The entry of a step that is there and not whole; "" where another has to be charted."""
    last = step.entries[-1] if step.entries else ""
    if step.step == "stop":
        stopped = [each for each in seen.visit.administrations if not each.is_running]
        return next((e.stopped.entry_id for e in stopped if e.stopped and _is_bare(e)), "")
    if step.step == "identify_and_screen":
        return "" if seen.visit.screening is None else last
    if step.step == "prepare_drug":
        bags = [fact.entry_id for fact, _ in seen.visit.of(DrugPrepared)]
        is_whole = not _is_to_prepare(step) and not _is_to_check(step)
        return bags[-1] if bags and is_whole else ""
    if step.step == "finish":
        ends = [each.ended.entry_id for each in seen.visit.accesses if each.ended]
        is_dressing = any("dressing" in each for each in step.missing)
        return ends[-1] if ends and is_dressing and len(step.missing) == 1 else ""
    return last if step.step in _WHOLE_BY_CORRECTION else ""


_WHOLE_BY_CORRECTION = {"verify_order", "prepare_site", "establish_access"}


def _is_bare(given: Administration) -> bool:
    stop = given.stopped.body if given.stopped else None
    if not isinstance(stop, InfusionStopped):
        return False
    return stop.volume_infused_ml is None or (stop.dose_given is None and is_cut_short(given))


def _is_to_check(step: StepStatus) -> bool:
    """A second person has to look at a high-alert drug, and to chart it."""
    return any("second check" in each for each in step.missing)


def _is_to_prepare(step: StepStatus) -> bool:
    return any("prepar" in each or "primed" in each for each in step.missing)


def acts_for_step(seen: _Looked, step: StepStatus) -> tuple[str, ...]:
    """Ids of what charts a step, the likeliest first."""
    wanted: dict[str, tuple[str, ...]] = {
        "verify_order": ("order",),
        "identify_and_screen": ("identify",),
        "prepare_site": ("site",),
        "establish_access": ("access", "failed_access"),
        "prepare_drug": _preparing(step),
        "start": ("start", "push", "injection"),
        "monitor": ("observe",),
        "stop": ("stop",),
        "flush": ("flush",),
        "finish": _finishing(seen, step),
    }
    return seen.shown(*wanted[step.step])[:3]


def _preparing(step: StepStatus) -> tuple[str, ...]:
    if any("prepar" in each for each in step.missing):
        return ("drug", "prime")
    return ("check", "prime") if _is_to_check(step) else ("prime", "drug")


def _finishing(seen: _Looked, step: StepStatus) -> tuple[str, ...]:
    names: list[str] = []
    if any("removed or left in" in each for each in step.missing):
        names += ["remove", "leave"]
    if not seen.visit.of(DischargeTeaching):
        names.append("teach")
    return (*names, "after")


def _listed(lead: str, words: Sequence[str]) -> str:
    return f"{lead}: {first_of(words, _MOST_NAMED)}." if words else ""
