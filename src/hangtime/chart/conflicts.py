"""What in a visit does not fit together.

A conflict never hides an entry: both stay, someone looks, and a correction settles it.  Its message
holds no value of the patient; the entries it names do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hangtime.chart.bodies import (
    AccessEstablished,
    AccessLeftIn,
    AccessRemoved,
    DrugPrepared,
    Flushed,
    InfusionPaused,
    InfusionResumed,
    InfusionStopped,
    Observed,
    ProviderNotified,
    RateChanged,
    ReactionAction,
    ReactionEnded,
    ReactionNoted,
    VisitOpened,
)
from hangtime.chart.tables import has_grade
from hangtime.chart.visit import Administration, Conflict, Fact, Visit

MESSAGES = {
    "no_opening": "The visit was never opened: site, patient and setting are not known.",
    "opened_again": "The visit was opened twice.",
    "after_closing": "It happened after the visit was closed.",
    "started_again": "One administration was started twice: the later start is counted from.",
    "stopped_again": "One infusion was stopped twice: the earlier stop is counted to.",
    "stop_before_start": "A stop lies before the start.",
    "never_started": "It was stopped, paused or changed, and never started.",
    "not_an_infusion": "It was given at once and cannot be stopped, paused or changed.",
    "after_stop": "It was changed, paused or resumed after its stop.",
    "before_start": "It was changed, paused or resumed before its start.",
    "paused_again": "It was paused while it was paused.",
    "resumed_unpaused": "It was resumed without a pause.",
    "not_prepared": "It was started and never prepared.",
    "not_verified": "It was started without a verified order.",
    "verified_late": "The order was verified after the start.",
    "unsigned": "It was started on an order that is not signed.",
    "prepared_late": "It was prepared after the start.",
    "expired": "What was given had expired.",
    "more_than_prepared": "More is charted as given than was prepared.",
    "allergy": "What was given is on the patient's list of allergies.",
    "unknown_order": "It was prepared for an order that is not there.",
    "unknown_access": "It names an access that is not there.",
    "access_again": "One access was established twice.",
    "before_access": "It ran before its access was established.",
    "after_access": "It ran into an access that had been removed.",
    "unknown_reaction": "It belongs to a reaction that nobody noted.",
    "still_running": "A reaction's action says that it was paused or stopped, and neither is charted: its minutes go on.",
    "no_such_grade": "The terminology of adverse events has no such grade for this reaction.",
    "same_channel": "Two infusions ran on one channel of a pump at one time.",
}


def conflicts_of(visit: Visit) -> Iterator[Conflict]:
    """Every conflict of a folded visit, those of the visit as a whole first."""
    yield from _of_visit(visit)
    for given in visit.administrations:
        yield from _of_times(given)
        yield from _of_changes(visit, given)
        yield from _of_preparation(visit, given)
        yield from _of_access(visit, given)
    yield from _of_accesses(visit)
    yield from _of_reactions(visit)
    yield from _of_actions(visit)
    yield from _of_channels(visit)


def _conflict(kind: str, facts: Iterable[Fact], about: str | None = None) -> Conflict:
    ids = tuple(dict.fromkeys(each.entry_id for each in facts))
    return Conflict(kind=kind, message=MESSAGES[kind], entries=ids, about=about)


def _of_visit(visit: Visit) -> Iterator[Conflict]:
    opened = [fact for fact, _ in visit.of(VisitOpened)]
    if not opened:
        yield _conflict("no_opening", ())
    if len(opened) > 1:
        yield _conflict("opened_again", opened)
    closed = visit.closed
    if closed is not None:
        late = [each for each in visit.facts if each.at > closed.at]
        if late:
            yield _conflict("after_closing", late)


def _of_times(given: Administration) -> Iterator[Conflict]:
    id = given.administration_id
    if len(given.starts) > 1:
        yield _conflict("started_again", given.starts, id)
    if len(given.stops) > 1:
        yield _conflict("stopped_again", given.stops, id)
    began = given.started
    early = [each for each in given.stops if began is not None and each.at <= began.at]
    if began is not None and early and given.infusion is not None:
        yield _conflict("stop_before_start", (began, *early), id)


def _changes(visit: Visit, given: Administration) -> list[Fact]:
    return [
        each
        for each in visit.facts
        if isinstance(each.body, RateChanged | InfusionPaused | InfusionResumed)
        and each.body.administration_id == given.administration_id
    ]


def _of_changes(visit: Visit, given: Administration) -> Iterator[Conflict]:
    id, began, ended = given.administration_id, given.started, given.stopped
    changes = _changes(visit, given)
    if began is None and (changes or ended):
        yield _conflict("never_started", (*changes, *given.stops), id)
    elif began is not None and given.infusion is None and (changes or ended):
        yield _conflict("not_an_infusion", (began, *changes, *given.stops), id)
    elif began is not None:
        if early := [each for each in changes if each.at < began.at]:
            yield _conflict("before_start", early, id)
        if ended and (late := [each for each in changes if each.at > ended.at]):
            yield _conflict("after_stop", late, id)
    yield from _of_pauses(changes, id)


def _of_pauses(changes: list[Fact], id: str) -> Iterator[Conflict]:
    paused: Fact | None = None
    for fact in changes:
        if isinstance(fact.body, InfusionPaused):
            if paused is not None:
                yield _conflict("paused_again", (paused, fact), id)
            paused = fact
        elif isinstance(fact.body, InfusionResumed):
            if paused is None:
                yield _conflict("resumed_unpaused", (fact,), id)
            paused = None


def _of_preparation(visit: Visit, given: Administration) -> Iterator[Conflict]:
    id, began, bag = given.administration_id, given.started, given.bag
    if began is None:
        return
    infusion = given.infusion
    if given.prepared is None or bag is None:
        if infusion is None or not infusion.is_running_on_arrival:
            yield _conflict("not_prepared", (began,), id)
        return
    if given.prepared.at > began.at:
        yield _conflict("prepared_late", (began, given.prepared), id)
    if bag.expiry is not None and bag.expiry < began.happened_at.date():
        yield _conflict("expired", (given.prepared, began), id)
    if is_more_than_prepared(given):
        yield _conflict("more_than_prepared", (given.prepared, *given.stops), id)
    if is_allergy(visit, bag):
        yield _conflict("allergy", (given.prepared, began), id)
    yield from _of_order(given, began, given.prepared)


def _of_order(given: Administration, began: Fact, prepared: Fact) -> Iterator[Conflict]:
    id = given.administration_id
    if given.ordered is None or given.order is None:
        named = given.bag is not None and given.bag.order_id is not None
        yield _conflict("unknown_order" if named else "not_verified", (prepared, began), id)
        return
    if given.order.is_signed is False:
        yield _conflict("unsigned", (given.ordered, began), id)
    if given.ordered.at > began.at:
        yield _conflict("verified_late", (given.ordered, began), id)


def is_more_than_prepared(given: Administration) -> bool:
    """Whether dose or volume went in that was not there; a new bag is a new administration."""
    bag, stopped = given.bag, given.stopped.body if given.stopped else None
    if bag is None or not isinstance(stopped, InfusionStopped):
        return False
    pairs = ((stopped.dose_given, bag.dose), (stopped.volume_infused_ml, bag.volume_ml))
    return any(
        went_in is not None and held is not None and went_in > held for went_in, held in pairs
    )


def is_allergy(visit: Visit, bag: DrugPrepared) -> bool:
    """Whether a drug's name and a charted allergy contain one another; spelling is not interpreted."""
    screening = visit.screening
    drug = bag.drug.casefold()
    named = [each.substance.casefold().strip() for each in screening.allergies] if screening else []
    return any(each and (each in drug or drug in each) for each in named)


def _of_access(visit: Visit, given: Administration) -> Iterator[Conflict]:
    """Through an access that is not there, not there yet, or there no more."""
    id, began, end = given.administration_id, given.started, given.stopped
    if began is None or given.access_id is None:
        return
    stretches = [(began.at, given.access_id), *given.moves]
    for number, (since, access_id) in enumerate(stretches):
        access = visit.access(access_id)
        if access is None:
            yield _conflict("unknown_access", (began,), id)
            continue
        if access.established.at > since and not access.body.is_already_in_place:
            yield _conflict("before_access", (access.established, began), id)
        is_last = number == len(stretches) - 1
        until = max(since, end.at) if is_last and end is not None else since
        if (
            access.ended
            and isinstance(access.ended.body, AccessRemoved)
            and until > access.ended.at
        ):
            yield _conflict("after_access", (access.ended, began, *([end] if end else [])), id)


def _of_accesses(visit: Visit) -> Iterator[Conflict]:
    known = {each.access_id for each in visit.accesses}
    seen: dict[str, list[Fact]] = {}
    for fact, body in visit.of(AccessEstablished):
        seen.setdefault(body.access_id, []).append(fact)
    for access_id, facts in seen.items():
        if len(facts) > 1:
            yield _conflict("access_again", facts, access_id)
    for fact in visit.facts:
        body = fact.body
        if isinstance(body, Flushed | AccessRemoved | AccessLeftIn) and body.access_id not in known:
            yield _conflict("unknown_access", (fact,), body.access_id)
        elif isinstance(body, Observed) and {each.access_id for each in body.sites} - known:
            yield _conflict("unknown_access", (fact,))


def _of_reactions(visit: Visit) -> Iterator[Conflict]:
    known = {each.reaction_id for each in visit.reactions}
    for fact in visit.facts:
        body = fact.body
        if isinstance(body, ReactionAction | ReactionEnded | ProviderNotified):
            if body.reaction_id is not None and body.reaction_id not in known:
                yield _conflict("unknown_reaction", (fact,), body.reaction_id)
        elif isinstance(body, ReactionNoted) and not has_grade(body.reaction, body.grade):
            yield _conflict("no_such_grade", (fact,), body.reaction_id)


def _of_actions(visit: Visit) -> Iterator[Conflict]:
    """An infusion that an action stopped, and that runs on by the record: it would be billed so."""
    for reaction in visit.reactions:
        last = reaction.notes[-1].body
        named = last.administration_id if isinstance(last, ReactionNoted) else None
        for fact in reaction.actions:
            body = fact.body
            if not isinstance(body, ReactionAction) or body.action not in _HALTS:
                continue
            id = body.administration_id or named
            given = visit.administration(id) if id is not None else None
            if (
                given is not None
                and given.infusion
                and not _is_halted(given, reaction.notes[0], fact)
            ):
                yield _conflict("still_running", (fact,), id)


_HALTS = ("infusion_paused", "infusion_stopped")


def _is_halted(given: Administration, noted: Fact, action: Fact) -> bool:
    """Whether a pause lasted into the reaction or came after, or a stop that was not its natural end."""
    for stop in given.stops:
        assert isinstance(stop.body, InfusionStopped)
        if stop.at <= action.at or stop.body.reason not in {None, "completed"}:
            return True
    return any(each.stop is None or each.stop.at >= noted.at for each in given.breaks)


def _of_channels(visit: Visit) -> Iterator[Conflict]:
    running = [(each, channel) for each in visit.administrations if (channel := channel_of(each))]
    for number, (one, channel) in enumerate(running):
        for other, its in running[number + 1 :]:
            if channel == its and _overlap(one, other):
                facts = [each for each in (one.started, other.started) if each is not None]
                facts.sort(key=lambda fact: fact.at)
                later = other if facts[-1] is other.started else one
                yield _conflict("same_channel", facts, later.administration_id)


def channel_of(given: Administration) -> str | None:
    """The channel of the pump an infusion runs on."""
    if given.infusion is None:
        return None
    own = given.line.pump_channel if given.line and given.line.administration_id else None
    return given.infusion.pump_channel or own


def _overlap(one: Administration, other: Administration) -> bool:
    """Whether both ran at one moment, as far as their stops tell."""
    assert one.started is not None
    assert other.started is not None
    return not (
        (one.stopped and one.stopped.at <= other.started.at)
        or (other.stopped and other.stopped.at <= one.started.at)
    )
