"""Oncology: agents infused and pushed, what goes before and beside them, pumps to go home with."""

from __future__ import annotations

from hangtime.simulate.scenarios.parts import (
    fluid,
    flush,
    joined,
    owe_fluid_beside,
    owe_one_after_another,
    owe_run,
    premedicate,
)
from hangtime.simulate.visits import Visits


def seat(visits: Visits) -> None:
    """A port as a rule."""
    port, line = visits.parted(0.8, 0.2)
    port.mark("accesses", [{"access_id": "line 1", "kind": "port", "lumens": 1}])
    line.mark("accesses", [{"access_id": "line 1", "kind": "peripheral"}])


def checkpoint(visits: Visits) -> None:
    """An antibody in half an hour."""
    seat(visits)
    visits.mark("diagnoses", ["C34.90"])
    owe_run(visits, visits.infuse("checkpoint", 28, 65, **visits.main()), "COMPLEX_")
    flush(visits.some(0.5))


def antibody(visits: Visits) -> None:
    """An antibody over hours, interrupted at times."""
    seat(visits)
    visits.mark("diagnoses", ["C83.30"])
    premedicate(visits, "antihistamine", "steroid_single")
    run = visits.wait(5, 20).infuse("oncology_antibody", 28, 320, pausing=0.15, **visits.main())
    owe_run(visits, run, "COMPLEX_")


def antiemetics(visits: Visits) -> None:
    """Before an agent: one infused, two mixed in a bag, or one pushed."""
    infused, mixed, pushed = visits.parted(0.35, 0.3, 0.35)
    owe_run(infused, infused.infuse("antiemetic_infused", infused.shortest, 35), is_initial=False)
    steroid = mixed.infuse("steroid", mixed.shortest, 29, bag="bag 1", is_waited=False)
    seconds = steroid.stop - steroid.start
    mixed.give("antiemetic", "iv_infusion", seconds=seconds, bag="bag 1")
    mixed.until(steroid.stop)
    owe_run(mixed, steroid, is_initial=False)
    pushed.owe("PUSH_NEW_DRUG", pushed.push("antiemetic"))
    visits.wait(3, 14)


def doublet(visits: Visits) -> None:
    """Two agents, one after the other."""
    seat(visits)
    visits.mark("diagnoses", ["C34.90"])
    antiemetics(visits)
    one = visits.infuse("platinum", 20, 80, **visits.main())
    other = visits.wait(0, 12).infuse("agent", 25, 110, pausing=0.05)
    is_main = visits.block.setting[visits.who] == 1
    practitioner, hospital = visits.where(is_main), visits.where(~is_main)
    owe_run(practitioner, one, "COMPLEX_")
    owe_run(practitioner, other, "COMPLEX_", is_initial=False)
    owe_one_after_another(hospital, one, other, "COMPLEX_")
    flush(visits.some(0.5))


def pump_regimen(visits: Visits) -> None:
    """An agent with leucovorin beside it, another pushed, and a pump with it to go home on."""
    seat(visits)
    visits.mark("diagnoses", ["C18.9"])
    antiemetics(visits)
    owe_run(
        visits, run := visits.infuse("oxaliplatin", 100, 140, is_waited=False, **visits.main()),
        "COMPLEX_",
    )  # fmt: skip
    beside = visits.wait(0, 3).infuse("leucovorin", 45, 95)
    visits.owe("INFUSION_CONCURRENT", beside)
    visits.until(run.stop)
    visits.owe("COMPLEX_PUSH", visits.push("fluorouracil"))
    home = visits.some(0.85)
    pump = home.give("fluorouracil_pump", "iv_infusion", pump="portable", continues_off_site=1)
    home.owe("COMPLEX_PUMP", pump)


def with_fluid(visits: Visits) -> None:
    """An agent that is hard on the kidneys: fluid before and after, as one service."""
    seat(visits)
    visits.mark("diagnoses", ["C67.9"])
    before = fluid(visits, 35, 130)
    antiemetics(visits)
    owe_run(visits, visits.infuse("cisplatin", 55, 160, **visits.main()), "COMPLEX_")
    after = fluid(visits, 20, 130)
    owe_fluid_beside(visits, joined(before, after), [])


def pushed(visits: Visits) -> None:
    """Agents pushed; antiemetics and fluid beside them; an injector fixed for the day after."""
    seat(visits)
    visits.mark("diagnoses", ["C50.919"])
    antiemetics(visits)
    first = visits.push("agent_pushed", **visits.main())
    visits.owe("COMPLEX_PUSH_INITIAL", first)
    more, wet, patched = visits.some(0.5), visits.some(0.3), visits.some(0.2)
    more.owe("COMPLEX_PUSH", more.push("second_pushed"))
    owe_fluid_beside(wet, fluid(wet, 25, 100), [])
    patched.owe("ON_BODY", patched.give("growth_factor", "on_body"))


def into_the_artery(visits: Visits) -> None:
    """An agent into the artery that feeds the tumour; the way in is part of it."""
    visits.in_hospital().mark("accesses", [{"access_id": "line 1", "kind": "arterial"}])
    visits.mark("diagnoses", ["C22.0"])
    run = visits.infuse("cisplatin", 20, 130, route="ia_infusion")
    visits.owe("ARTERIAL_COMPLEX_INITIAL", run)
    hours = visits.block.limits.further_hours(run.minutes)
    visits.owe_hours("ARTERIAL_COMPLEX_HOUR", run, hours)


def injected(visits: Visits) -> None:
    """An agent under the skin."""
    visits.mark("diagnoses", ["C90.00"])
    visits.owe("COMPLEX_INJECTION", visits.give("injected_agent", "sc", **visits.main()))


def hormone(visits: Visits) -> None:
    """A hormonal agent: one dose in two syringes, or one; and something for the bones."""
    visits.mark("diagnoses", ["C50.919"])
    two, one = visits.parted(0.6, 0.4)
    first = two.give("hormone", "im")
    two.owe("HORMONAL_INJECTION", first)
    two.wait(1, 3).give("hormone", "im", order=first)
    one.owe("HORMONAL_INJECTION", one.give("hormone_single", "sc"))
    bones = visits.some(0.25).wait(1, 5)
    bones.owe_injection(bones.give("injected_biologic", "sc"))


KINDS = (
    (checkpoint, 0.20), (antibody, 0.16), (doublet, 0.18), (pump_regimen, 0.13), (with_fluid, 0.08),
    (pushed, 0.10), (into_the_artery, 0.01), (injected, 0.08), (hormone, 0.06),
)  # fmt: skip
