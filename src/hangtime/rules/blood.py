"""Transfusions: once a date however many bags."""

from hangtime.rules import sources
from hangtime.rules._card import rule
from hangtime.rules.emit import charge
from hangtime.rules.hours import day_of_row
from hangtime.rules.records import NOWHERE
from hangtime.rules.runs import absorb
from hangtime.rules.words import Code, Family, Role

TRANSFUSION = rule(
    "BLD-TRANSFUSION",
    says="A transfusion: once a date however many bags.",
    cites=(sources.CMS_TRANSFUSION,),
    spec=("R-CLS-13",),
)


def place_transfusions(rows, runs, charges, tally, visit):
    """Charge one transfusion for each date on which one was begun."""
    for r in range(tally.runs):
        if runs[r].family != Family.TRANSFUSION:
            continue
        day = day_of_row(rows[runs[r].first], visit)
        earlier = NOWHERE
        for k in range(tally.charges):
            if charges[k].code == Code.TRANSFUSION and charges[k].day == day:
                earlier = charges[k].run
        if earlier != NOWHERE:
            absorb(rows, runs, earlier, r)
            continue
        runs[r].role = Role.STANDALONE
        runs[r].why_role = TRANSFUSION
        runs[r].why_family = NOWHERE
        runs[r].is_reported = 1
        charge(charges, tally, Code.TRANSFUSION, 1, day, r, runs[r].group)
