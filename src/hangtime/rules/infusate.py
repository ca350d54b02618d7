"""Infusates: what is in the bag.

All drugs mixed in one bag are one infusate, given together and classed by the highest of them.  Two
bags with the same drugs are the same infusate; base fluids make no difference.
"""

from hangtime.rules import sources
from hangtime.rules._card import rule
from hangtime.rules.category import is_complex
from hangtime.rules.records import NOWHERE
from hangtime.rules.words import Category, Family

ONE_BAG = rule(
    "RUN-ONE-BAG",
    says="Drugs mixed in one bag are one infusion.",
    cites=(sources.ASCO_CONCURRENT,),
    spec=("R-SEQ-05", "C24"),
)

MIXTURES = 0x40000000  # numbers of infusates of several drugs begin here


def rank_in_bag(row):
    """Order of classes within one bag: the highest decides."""
    if is_complex(row):
        return 0
    if row.category == Category.HYDRATION:
        return 2
    return 1


def takes_part(row):
    """A row that is still in: classified, with times, not left off."""
    return row.family != Family.NONE and row.left_off == NOWHERE


def is_drip(family):
    """Families that run for a time into a vein, skin or artery."""
    return (
        family == Family.INFUSION
        or family == Family.COMPLEX_INFUSION
        or family == Family.HYDRATION
        or family == Family.SC_INFUSION
        or family == Family.ARTERIAL_COMPLEX_INFUSION
        or family == Family.ARTERIAL_UNLISTED
    )


def is_mixed(family):
    """Families whose drugs may share a bag or a syringe."""
    return (
        is_drip(family)
        or family == Family.PUSH
        or family == Family.COMPLEX_PUSH
        or family == Family.INJECTION
        or family == Family.COMPLEX_INJECTION
        or family == Family.HORMONAL_INJECTION
        or family == Family.ARTERIAL_INJECTION
        or family == Family.ARTERIAL_COMPLEX_PUSH
    )


def share_a_bag(a, b):
    """Two rows are ingredients of one bag or syringe."""
    if a.bag == NOWHERE or a.bag != b.bag or a.group != b.group:
        return False
    if not takes_part(a) or not takes_part(b):
        return False
    if is_drip(a.family) != is_drip(b.family) or not is_mixed(a.family):
        return False
    return is_mixed(b.family) and (is_drip(a.family) or a.route == b.route)


def join_bags(rows, tally):
    """Give the rows of one bag the highest family among them, and every row its infusate."""
    for i in range(tally.rows):
        rows[i].infusate = rows[i].substance
        highest = rank_in_bag(rows[i])
        j = rows[i].mate
        while j != NOWHERE and j != i:
            if share_a_bag(rows[i], rows[j]) and rank_in_bag(rows[j]) < highest:
                highest = rank_in_bag(rows[j])
                rows[i].family = rows[j].family
            j = rows[j].mate
    for i in range(tally.rows):
        if rows[i].mate != NOWHERE and takes_part(rows[i]):
            name_infusate(rows, i)


def is_drug_of(row, other):
    """A drug, not a base fluid, in the bag of another row."""
    return share_a_bag(other, row) and row.category != Category.HYDRATION


def name_infusate(rows, i):
    """Number the infusate of a bag: its only drug, or the first bag with the same drugs."""
    only = NOWHERE
    several = False
    j = rows[i].mate
    if is_drug_of(rows[i], rows[i]):
        only = rows[i].substance
    while j != i:
        if is_drug_of(rows[j], rows[i]):
            several = several or (only != NOWHERE and rows[j].substance != only)
            only = rows[j].substance
        j = rows[j].mate
    if not several:
        if only != NOWHERE:
            rows[i].infusate = only
        return
    rows[i].infusate = MIXTURES + i
    for k in range(i):
        if rows[k].infusate >= MIXTURES and has_same_drugs(rows, i, k):
            rows[i].infusate = rows[k].infusate
            return


def has_same_drugs(rows, i, j):
    """Two bags hold the same set of drugs."""
    if rows[i].bag == rows[j].bag:
        return share_a_bag(rows[i], rows[j])
    return holds_all_of(rows, i, j) and holds_all_of(rows, j, i)


def holds_all_of(rows, i, j):
    """Every drug in the bag of row j is in the bag of row i."""
    k = j
    while True:
        if is_drug_of(rows[k], rows[j]) and not holds(rows, i, rows[k].substance):
            return False
        k = rows[k].mate
        if k == j:
            return True


def holds(rows, i, substance):
    """A drug of the bag of row i is the substance."""
    k = i
    while True:
        if is_drug_of(rows[k], rows[i]) and rows[k].substance == substance:
            return True
        k = rows[k].mate
        if k == i:
            return False


def has_ingredient(rows, run, substance):
    """A row of the run is of the substance."""
    i = run.first
    while i != NOWHERE:
        if rows[i].substance == substance:
            return True
        i = rows[i].next
    return False
