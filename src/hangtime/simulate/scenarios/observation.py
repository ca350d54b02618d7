"""Observation: doses through a night, and what the midnight in it does to the dates."""

from __future__ import annotations

from hangtime.simulate.scenarios.emergency import arrive
from hangtime.simulate.scenarios.parts import (
    fluid,
    owe_fluid_alone,
    owe_fluid_beside,
    owe_repeat,
    owe_run,
    push_again,
)
from hangtime.simulate.visits import Given, Visits


def antibiotic_by_the_clock(visits: Visits) -> None:
    """The same antibiotic every six to eight hours, with or without fluid all along.

    No later dose runs longer than the first, so that the first is initial by length and by clock.
    """
    arrive(visits)
    visits.mark("diagnoses", ["J18.9"])
    wet = visits.some(0.5)
    bag = fluid(wet, 245, 900, is_waited=False)
    visits.wait(5, 40)
    began = visits.at
    minutes = visits.minutes(20, 70)
    first = visits.run("timed", minutes)
    owe_run(visits, first)
    doses: list[Given] = [first]
    for dose in range(1, 4):
        visits.until(began + dose * 60 * visits.whole(355, 490))
        shorter = minutes - visits.whole(0, 4)
        again = visits.run(first.drugs, shorter, is_stamped=False)
        owe_repeat(visits, again)
        doses.append(again)
    some = visits.some(0.4)
    some.owe("PUSH_NEW_DRUG", some.push("pushed"))
    owe_fluid_beside(wet, bag, doses)


def pain_through_the_night(visits: Visits) -> None:
    """An opioid as it is asked for, fluid beside it, from one day into the next."""
    arrive(visits)
    visits.mark("diagnoses", ["K85.90"])
    bag = fluid(visits, 125, 840, is_waited=False)
    visits.wait(5, 25)
    visits.owe("PUSH_INITIAL", first := visits.push("opioid"))
    some = visits.some(0.5)
    some.owe("PUSH_NEW_DRUG", some.push("antiemetic"))
    push_again(visits, first, 6, 25, 235, share=0.8)
    owe_fluid_beside(visits, bag, [])


def fluid_overnight(visits: Visits) -> None:
    """Nothing but fluid, for hours."""
    arrive(visits)
    visits.mark("diagnoses", ["E86.0"])
    owe_fluid_alone(visits, fluid(visits, 180, 780))


def magnesium(visits: Visits) -> None:
    """A long infusion with an interruption at times, over midnight for those who come late."""
    arrive(visits)
    visits.mark("diagnoses", ["E83.42"])
    owe_run(visits, visits.infuse("magnesium", 110, 470, pausing=0.3))


def long_pump(visits: Visits) -> None:
    """More than eight hours on a portable pump."""
    visits.mark("accesses", [{"access_id": "line 1", "kind": "cvc"}])
    visits.mark("diagnoses", ["I27.0"])
    low = visits.block.limits.prolonged_after + 2
    run = visits.infuse("pump", low, low + 200, pump="portable")
    visits.owe("PROLONGED_PUMP", run)


KINDS = (
    (antibiotic_by_the_clock, 0.36), (pain_through_the_night, 0.30), (fluid_overnight, 0.16),
    (magnesium, 0.15), (long_pump, 0.03),
)  # fmt: skip
