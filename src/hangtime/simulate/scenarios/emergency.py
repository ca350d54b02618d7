"""The emergency department: fluids, antibiotics, pain and nausea, needles."""

from __future__ import annotations

from hangtime.simulate.scenarios.parts import (
    fluid,
    owe_fluid_alone,
    owe_fluid_beside,
    owe_one_after_another,
    owe_run,
    push_again,
)
from hangtime.simulate.visits import Given, Visits


def arrive(visits: Visits) -> None:
    """A short catheter in a vein."""
    visits.mark("accesses", [{"access_id": "line 1", "kind": "peripheral"}])


def dehydration(visits: Visits) -> None:
    """Fluid alone, at times too short; with an injection; or beside a push."""
    arrive(visits)
    visits.mark("diagnoses", ["E86.0"])
    alone, pushed = visits.parted(0.45, 0.55)
    run = fluid(alone, 20, 260)
    owe_fluid_alone(alone, run)
    needled = alone.some(0.3)
    shot = needled.give("intramuscular", "im")
    is_long = run.among(needled).minutes >= alone.block.limits.hydration_from
    needled.where(is_long).owe_injection(shot, beside=run)
    needled.where(~is_long).owe_injection(shot)
    sick(pushed)


def sick(visits: Visits) -> None:
    """An antiemetic first, which makes the fluid a further service."""
    visits.owe("PUSH_INITIAL", first := visits.push("pushed"))
    run = fluid(visits, 20, 235, is_waited=False)
    visits.wait(12, 50)
    push_again(visits, first, 2, 5, 70, share=0.35)
    visits.until(run.stop)
    owe_fluid_beside(visits, run, [])


def infection(visits: Visits) -> None:
    """An antibiotic through the middle of a bag of fluid, with pushes and needles beside it."""
    arrive(visits)
    visits.mark("diagnoses", ["A41.9"])
    wet, dry = visits.parted(0.5, 0.5)
    bag = fluid(wet, 40, 260, is_waited=False)
    wet.wait(5, 60)
    drug = visits.infuse("antibiotic", 8, 100)
    owe_run(visits, drug)
    owe_fluid_beside(wet, bag, [drug])
    some = visits.some(0.5).wait(0, 20)
    some.owe("PUSH_NEW_DRUG", pushed := some.push("pushed"))
    push_again(some, pushed, 3, 10, 85)
    needled = dry.some(0.2)
    needled.owe_injection(needled.give("vitamin", "im"), beside=drug)


def two_antibiotics(visits: Visits) -> None:
    """Two drugs through one line: one after the other, beside each other, or hardly overlapping."""
    arrive(visits)
    visits.mark("diagnoses", ["L03.115"])
    visits.some(0.3).mark("other_services", "vein_access")  # which is part of what goes through it
    apart, beside, brief = visits.parted(0.4, 0.4, 0.2)
    one = apart.infuse("long", 60, 170)
    other = apart.wait(0, 25).infuse("timed", apart.shortest, 125)
    owe_one_after_another(apart, one, other)
    owe_run(beside, long := beside.infuse("long", 75, 200, is_waited=False))
    short = beside.wait(2, 20).infuse("timed", beside.shortest, 45)
    beside.owe("INFUSION_CONCURRENT", short)
    beside.until(long.stop)
    one = brief.infuse("long", 60, 125)
    brief.until(one.stop - 60 * brief.whole(3, 12))
    owe_one_after_another(brief, one, brief.infuse("timed", 28, 75))
    visits.some(0.15).push("flush", is_dosed=False, purpose="flush")


def pain(visits: Visits) -> None:
    """An opioid that is repeated, an antiemetic, a needle now and then; some are admitted.

    What is given after the order to admit is no outpatient service.
    """
    arrive(visits)
    visits.mark("diagnoses", ["N20.0"])
    visits.owe("PUSH_INITIAL", first := visits.push("opioid"))
    some = visits.some(0.6)
    some.owe("PUSH_NEW_DRUG", some.push("pushed"))
    push_again(visits, first, 4, 12, 75)
    needled = visits.some(0.15)
    needled.owe_injection(needled.give("vitamin", "im"), beside=first)
    admitted = visits.some(0.08).wait(5, 60)
    admitted.mark("inpatient_order_at", admitted.at).wait(5, 60)
    admitted.infuse("antibiotic", 20, 60, is_inpatient=1)


def low_potassium(visits: Visits) -> None:
    """A bag that is to correct potassium is a drug; plain fluid after it is not."""
    arrive(visits)
    visits.mark("diagnoses", ["E87.6"])
    bag: Given = visits.infuse("potassium", 55, 260, is_dosed=False, indication="E87.6")
    owe_run(visits, bag)
    after = visits.some(0.4).wait(0, 20)
    owe_fluid_beside(after, fluid(after, 25, 130), [])


def needle_only(visits: Visits) -> None:
    """An injection, and nothing by vein."""
    visits.mark("diagnoses", ["M54.50"])
    visits.owe_injection(visits.give("intramuscular", "im"))
    more = visits.some(0.2).wait(20, 60)
    more.owe_injection(more.give("vitamin", "im"))


KINDS = (
    (dehydration, 0.24), (infection, 0.26), (two_antibiotics, 0.12), (pain, 0.22),
    (low_potassium, 0.06), (needle_only, 0.10),
)  # fmt: skip
