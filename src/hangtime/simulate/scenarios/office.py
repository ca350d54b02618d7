"""A practitioner's office: needles, vaccines, an infusion now and then."""

from __future__ import annotations

from hangtime.simulate.scenarios.infusion import sit
from hangtime.simulate.scenarios.parts import owe_run, premedicate
from hangtime.simulate.visits import Visits


def needle(visits: Visits) -> None:
    """An injection, after a visit at times."""
    visits.mark("diagnoses", ["E53.8"])
    shot = visits.give("vitamin", "im")
    visits.owe_injection(shot)
    seen = visits.some(0.3).mark("other_services", "office_visit")
    seen.owe("", shot, other="office_visit")


def vaccines(visits: Visits) -> None:
    """One vaccine or two; Medicare has a code of its own for influenza."""
    visits.mark("diagnoses", ["Z23"])
    flu, tetanus = visits.parted(0.7, 0.3)
    shot = flu.give("influenza", "im", is_dosed=False)
    both = flu.some(0.35).wait(1, 4)
    other = both.give("tetanus", "im", is_dosed=False)
    flu.paid_by("medicare").owe("VACCINE_INFLUENZA", shot)
    both.paid_by("medicare").owe("VACCINE_FIRST", other)
    flu.not_paid_by("medicare").owe("VACCINE_FIRST", shot)
    both.not_paid_by("medicare").owe("VACCINE_NEXT", other)
    tetanus.owe("VACCINE_FIRST", tetanus.give("tetanus", "im", is_dosed=False))


def drip(visits: Visits) -> None:
    """Iron or an antibiotic; a nurse's visit beside it is part of it."""
    sit(visits)
    visits.mark("diagnoses", ["D50.9"])
    iron, antibiotic = visits.parted(0.6, 0.4)
    owe_run(iron, iron.infuse("iron", 10, 70, **iron.main()))
    owe_run(antibiotic, antibiotic.infuse("antibiotic", 10, 75, **antibiotic.main()))
    visits.some(0.15).mark("other_services", "nurse_visit")


def biologic(visits: Visits) -> None:
    """A complex biologic after premedication; the visit is for it, whatever came first."""
    sit(visits)
    visits.mark("diagnoses", ["M05.79"])
    premedicate(visits, "antihistamine", "steroid_single", share=0.4)
    run = visits.wait(5, 20).infuse("biologic", 28, 235, pausing=0.1, **visits.main())
    owe_run(visits, run, "COMPLEX_")


KINDS = ((needle, 0.40), (vaccines, 0.25), (drip, 0.20), (biologic, 0.15))
