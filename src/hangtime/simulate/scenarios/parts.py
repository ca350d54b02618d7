"""What visits of several kinds have in common, each with what it earns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hangtime.simulate.arrays import Ints
from hangtime.simulate.visits import Given, Visits, with_pauses

DEHYDRATED = {"purpose": "hydration", "indication": "E86.0"}


def fluid(visits: Visits, low: int, high: int, *, is_waited: bool = True) -> Given:
    """A bag of fluid for a patient who is dry."""
    volume = 250_000 * (1 + visits.whole(1, 3))
    return visits.infuse(
        "fluid", low, high, is_waited=is_waited, is_dosed=False, volume_ml=volume, **DEHYDRATED
    )


def owe_fluid_alone(visits: Visits, run: Given) -> None:
    """Fluid where nothing else is given by vein; too short a time earns nothing."""
    limits = visits.block.limits
    minutes = run.among(visits).minutes
    long = visits.where(minutes >= limits.hydration_from)
    long.owe("HYDRATION_INITIAL", run)
    visits.owe_hours("HYDRATION_HOUR", run, limits.further_hours(minutes))


def owe_fluid_beside(visits: Visits, run: Given, under: list[Given]) -> None:
    """Fluid where another service is initial; time under other bags is not of it."""
    own = with_pauses(run, [each.among(visits) for each in under], visits)
    hours = visits.block.limits.hours_alone(own.minutes)
    visits.owe_hours("HYDRATION_HOUR", own, hours, first=0)


def owe_run(visits: Visits, run: Given, family: str = "", *, is_initial: bool = True) -> None:
    """An infusion with its hours; or a push, where it was no longer than one.

    `family` is COMPLEX_ or nothing; `is_initial` is false for one that follows or precedes another.
    """
    limits = visits.block.limits
    minutes = run.among(visits).minutes
    long, short = minutes >= limits.infusion_from, minutes < limits.infusion_from
    infusion = "INITIAL" if is_initial else "SEQUENTIAL"
    visits.where(long).owe(f"{family or 'INFUSION_'}{infusion}", run)
    visits.owe_hours(f"{family or 'INFUSION_'}HOUR", run, limits.further_hours(minutes))
    visits.where(short).owe(_push_name(family, is_initial=is_initial), run)


def _push_name(family: str, *, is_initial: bool) -> str:
    if family:
        return "COMPLEX_PUSH_INITIAL" if is_initial else "COMPLEX_PUSH"
    return "PUSH_INITIAL" if is_initial else "PUSH_NEW_DRUG"


def owe_one_after_another(visits: Visits, one: Given, other: Given, family: str = "") -> None:
    """Two infusions apart: the longer is initial, the earlier where they are equally long."""
    is_first = one.among(visits).seconds >= other.among(visits).seconds
    for chosen, initial, next_one in ((is_first, one, other), (~is_first, other, one)):
        some = visits.where(chosen)
        owe_run(some, initial, family)
        owe_run(some, next_one, family, is_initial=False)


def owe_repeat(visits: Visits, run: Given) -> None:
    """The same drug infused again: hours, the first for the dose itself."""
    limits = visits.block.limits
    minutes = run.among(visits).minutes
    short = minutes < limits.hour_after
    visits.where(short).owe("INFUSION_HOUR", run)
    hours = np.where(short, 0, 1 + limits.further_hours(minutes))
    visits.owe_hours("INFUSION_HOUR", run, hours, first=0)


def push_again(
    visits: Visits, first: Given, times: int, low: int, high: int, share: float = 0.6
) -> None:
    """Push the drug of `first` again, some visits so many times, `low` to `high` minutes apart.

    A hospital reports one that comes long enough after the last one reported; no one else does.
    """
    last = np.zeros(visits.block.count, np.int64)
    last[first.who] = first.start
    for _ in range(times):
        visits = visits.some(share).wait(low, high)
        again = visits.push(first.among(visits).drugs)
        waited = (again.start - last[visits.who]) // 60
        reported = visits.where(waited >= visits.block.limits.repeat_push_after).facility()
        reported.owe("PUSH_REPEAT", again)
        last[reported.who] = again.among(reported).start


def premedicate(visits: Visits, *groups: str, share: float = 0.6) -> None:
    """Something by mouth, which earns nothing, and drugs pushed beside what will be initial."""
    mouth = visits.some(0.4)
    mouth.give("oral", "oral", is_dosed=False)
    mouth.wait(1, 5)
    for group in groups:
        some = visits.some(share)
        some.owe("PUSH_NEW_DRUG", some.push(group))


def flush(visits: Visits) -> None:
    """The line is flushed at the end, which is part of the service."""
    visits.push("flush", is_dosed=False, purpose="flush")


def two_bags(visits: Visits, drug: Ints, low: int, high: int) -> Given:
    """One dose in two bags, charted with the first; the change between them counts."""
    first = visits.infuse(drug, low, high, **visits.main())
    visits.wait(0, 4)
    second = visits.infuse(drug, low, high, order=first, is_dosed=False, **visits.main())
    return replace(first, stop=second.stop)


def joined(one: Given, other: Given) -> Given:
    """Two bags of fluid as one service, without the time between them."""
    return replace(one, stop=other.stop, pauses=((one.stop, other.start - one.stop),))
