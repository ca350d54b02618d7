"""The infusion clinic: biologics, iron, immune globulin, antibiotics, blood, needles, ports."""

from __future__ import annotations

import numpy as np

from hangtime.simulate.scenarios.parts import (
    fluid,
    flush,
    owe_fluid_alone,
    owe_run,
    premedicate,
    two_bags,
)
from hangtime.simulate.visits import Visits


def sit(visits: Visits) -> None:
    """A port, a long line or a short catheter."""
    for some, kind in zip(
        visits.parted(0.5, 0.3, 0.2), ("peripheral", "port", "picc"), strict=True
    ):
        some.mark("accesses", [{"access_id": "line 1", "kind": kind}])


def biologic(visits: Visits) -> None:
    """A complex biologic after premedication; in one bag or two; some brought by the patient."""
    sit(visits)
    visits.mark("diagnoses", ["K50.90"])
    premedicate(visits, "antihistamine", "steroid_single")
    visits.wait(5, 25)
    one, two, brought = visits.parted(0.75, 0.15, 0.10)
    owe_run(one, one.infuse("biologic", 28, 260, pausing=0.12, **one.main()), "COMPLEX_")
    owe_run(two, two_bags(two, two.drug("biologic"), 20, 125), "COMPLEX_")
    own = brought.infuse("biologic", 28, 200, supplied_by="patient", **brought.main())
    owe_run(brought, own, "COMPLEX_")
    flush(visits.some(0.5))


def iron(visits: Visits) -> None:
    """Iron, over a quarter of an hour or longer."""
    sit(visits)
    visits.mark("diagnoses", ["D50.9"])
    owe_run(visits, visits.infuse("iron", 10, 70, **visits.main()))
    flush(visits.some(0.4))


def immune_globulin(visits: Visits) -> None:
    """Hours of immune globulin, with interruptions, after premedication."""
    sit(visits)
    visits.mark("diagnoses", ["D80.1"])
    premedicate(visits, "antihistamine")
    slow = 1000 * visits.whole(25, 60)
    faster = {"rate_changed_at": visits.at + 60 * visits.whole(20, 45), "rate_changed_to": 3 * slow}
    run = visits.infuse("immunoglobulin", 150, 340, pausing=0.2, rate_ml_per_h=slow, **faster,
                        **visits.main())  # fmt: skip
    owe_run(visits, run)


def antibiotic(visits: Visits) -> None:
    """The daily dose; the line may have to be opened first, or it is the second visit that day."""
    sit(visits)
    visits.mark("diagnoses", ["M86.9"])
    again = visits.chance(0.12)
    second, first = visits.where(again), visits.where(~again)
    run = first.infuse("antibiotic", 10, 75, **first.main())
    owe_run(first, run)
    clotted = first.some(0.06).mark("other_services", "declot")
    clotted.owe("DECLOT", run)
    second.mark("attendance_of_day", 2)
    dose = second.infuse("antibiotic", second.shortest, 60, **second.main())
    second.owe("INFUSION_INITIAL", dose, modifier=second.distinct("XE"))


def hydration(visits: Visits) -> None:
    """An hour or two of fluid and nothing else."""
    sit(visits)
    visits.mark("diagnoses", ["O21.1"])
    run = fluid(visits, 25, 190)
    owe_fluid_alone(visits, run)


def bone(visits: Visits) -> None:
    """A bisphosphonate: a quarter of an hour makes it a push."""
    sit(visits)
    visits.mark("diagnoses", ["M81.0"])
    owe_run(visits, visits.infuse("bisphosphonate", 13, 32, **visits.main()))


def blood(visits: Visits) -> None:
    """One or two bags, a diuretic between them, a line kept open; one transfusion that day."""
    visits.in_hospital()
    sit(visits)
    visits.mark("diagnoses", ["D64.9"])
    premedicated = visits.chance(0.5)
    before, without = visits.where(premedicated), visits.where(~premedicated)
    before.owe("PUSH_INITIAL", before.push("antihistamine"))
    bag = visits.infuse("blood", 95, 230, is_dosed=False)
    visits.owe("TRANSFUSION", bag)
    between = np.zeros(visits.block.count, bool)
    more = visits.some(0.4)
    between[more.some(0.5).who] = True
    for some, name in ((before, "PUSH_NEW_DRUG"), (without, "PUSH_INITIAL")):
        wet = some.where(between[some.who])
        wet.owe(name, wet.push("diuretic"))
    more.give("fluid", "iv_infusion", seconds=60 * more.whole(5, 14), is_dosed=False,
              purpose="keep_open")  # fmt: skip
    more.wait(14, 20).infuse("blood", 95, 200, is_dosed=False)


def under_the_skin(visits: Visits) -> None:
    """Immune globulin by pump, at one site or by two set-ups at once; their minutes add up."""
    first = {"access_id": "line 1", "kind": "subcutaneous"}
    second = {"access_id": "line 2", "kind": "subcutaneous", "reason_code": "protocol"}
    visits.mark("accesses", [first]).mark("diagnoses", ["D83.9"])
    run = visits.infuse(
        "subcutaneous_infused", 45, 200, route="sc_infusion", access="line 1", is_waited=False,
        **visits.main(),
    )  # fmt: skip
    visits.owe("SC_INFUSION_INITIAL", run)
    minutes = np.zeros(visits.block.count, np.int64)
    minutes[run.who] = run.stop - run.start
    both = visits.some(0.25).mark("accesses", [first, second])
    other = both.infuse("subcutaneous_infused", 45, 200, route="sc_infusion", access="line 2")
    both.owe("SC_INFUSION_SITE", other)
    minutes[both.who] += other.stop - other.start
    hours = visits.block.limits.further_hours(minutes[visits.who] // 60)
    visits.owe_hours("SC_INFUSION_HOUR", run, hours)


def needles(visits: Visits) -> None:
    """One injection or two."""
    visits.mark("diagnoses", ["J45.50"])
    biologic, vitamin, heparin = visits.parted(0.55, 0.3, 0.15)
    biologic.owe_injection(biologic.give("injected_biologic", "sc"))
    vitamin.owe_injection(vitamin.give("vitamin", "im"))
    heparin.owe_injection(heparin.give("subcutaneous", "sc"))
    both = biologic.some(0.1).wait(2, 10)
    both.owe_injection(both.give("vitamin", "im"))


def port_care(visits: Visits) -> None:
    """A port is flushed and locked, and nothing else is done."""
    visits.mark("accesses", [{"access_id": "line 1", "kind": "port"}])
    visits.mark("diagnoses", ["Z45.2"])
    first = visits.push("flush", is_dosed=False, purpose="flush")
    visits.some(0.5).push("lock", is_dosed=False, purpose="flush")
    visits.owe("DEVICE_FLUSH", first)


def two_lines(visits: Visits) -> None:
    """Two drugs that must not meet, through two lines, for a reason that is charted."""
    visits.in_hospital()
    reason = "incompatible_drugs"
    visits.mark("accesses", [
        {"access_id": "line 1", "kind": "picc"},
        {"access_id": "line 2", "kind": "peripheral", "reason_code": reason},
    ])  # fmt: skip
    visits.mark("diagnoses", ["I33.0"])
    one = visits.infuse("long", 60, 130, is_waited=False)
    other = visits.wait(0, 14).infuse("timed", 20, 58, access="line 2")
    visits.until(np.maximum(one.stop, other.stop))
    owe_run(visits, one)
    visits.owe("INFUSION_INITIAL", other, modifier=visits.distinct("XS"))


KINDS = (
    (biologic, 0.26), (iron, 0.12), (immune_globulin, 0.08), (antibiotic, 0.18), (hydration, 0.06),
    (bone, 0.05), (blood, 0.07), (under_the_skin, 0.03), (needles, 0.08), (port_care, 0.05),
    (two_lines, 0.02),
)  # fmt: skip
