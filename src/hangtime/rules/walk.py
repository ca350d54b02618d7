"""The order of the passes, and the loop over an encounter that applies them.

Each pass only narrows: screen, classify, check orders, find the times, form runs, choose the
initial services, relate the rest, add what stands alone, echo other services, and meet the edits.
"""

from typing import Any

from hangtime.rules.access import settle_accesses
from hangtime.rules.blood import place_transfusions
from hangtime.rules.bundling import echo_others, place_flush_visit
from hangtime.rules.category import classify
from hangtime.rules.complex import place_complex
from hangtime.rules.documentation import (
    check_orders,
    doubt_clocks,
    screen,
    warn_of_missing_rows,
)
from hangtime.rules.drug import supply_drugs
from hangtime.rules.edits import drop_orphans, meet_ceilings, predict_pairs, settle_dates
from hangtime.rules.force import drop_lapsed
from hangtime.rules.home import place_home
from hangtime.rules.hydration import gather_hydration, judge_hydration, place_hydration
from hangtime.rules.infusate import join_bags
from hangtime.rules.initial import choose_initials
from hangtime.rules.injection import place_injections, place_sc_infusion
from hangtime.rules.lines import draw_lines
from hangtime.rules.modifiers import mark_accesses, mark_injections
from hangtime.rules.push import place_pushes
from hangtime.rules.records import MISSING, NOWHERE
from hangtime.rules.runs import form_runs, lay_spans, settle_family
from hangtime.rules.sequence import add_repeats, doubt_order, mark_repeats, place_infusions
from hangtime.rules.time import chase_doses, settle_times
from hangtime.rules.words import Setting


def reset_tally(tally):
    """Forget an earlier encounter; rows, entries and others stay as the driver set them."""
    tally.runs = 0
    tally.spans = 0
    tally.charges = 0
    tally.notes = 0
    tally.lines = 0
    tally.overflow = 0
    tally.first_group = 0
    tally.hydration = NOWHERE
    tally.hydration_longest = 0
    tally.uncertain_from = MISSING


def reset_rows(rows, tally):
    """Forget what the rules wrote into the rows."""
    for i in range(tally.rows):
        row = rows[i]
        row.category = row.category_given
        row.family = 0
        row.run = NOWHERE
        row.group = 0
        row.evidence = 0
        row.begin = MISSING
        row.end = MISSING
        row.lasted = NOWHERE
        row.next = NOWHERE
        row.joins = 0
        row.taken_as_push = 0
        row.infusate = NOWHERE
        row.left_off = NOWHERE


def sort_rows(rows, order, scratch, tally):
    """List the rows by begin, those without a clock last, ties in charted order (merge sort)."""
    count = tally.rows
    is_sorted = True
    for i in range(count):
        order[i] = i
        if i > 0 and comes_earlier(rows[i], rows[i - 1]):
            is_sorted = False
    if is_sorted:
        return
    width = 1
    while width < count:
        for low in range(0, count, 2 * width):
            merge_rows(
                rows, order, scratch, low, min(low + width, count), min(low + 2 * width, count)
            )
        for i in range(count):
            order[i] = scratch[i]
        width *= 2


def merge_rows(rows, order, scratch, low, middle, high):
    """Merge two sorted stretches of `order` into `scratch`."""
    a = low
    b = middle
    for k in range(low, high):
        if b >= high or (a < middle and not comes_earlier(rows[order[b]], rows[order[a]])):
            scratch[k] = order[a]
            a += 1
        else:
            scratch[k] = order[b]
            b += 1


def comes_earlier(a, b):
    """Row a stands before row b."""
    if (a.begin == MISSING) != (b.begin == MISSING):
        return b.begin == MISSING
    if a.begin != b.begin:
        return a.begin < b.begin
    return a.seq < b.seq


def code_encounter(
    visit: Any, rows: Any, entries: Any, pauses: Any, rates: Any, others: Any,
    order: Any, runs: Any, spans: Any, placing: Any, charges: Any, ranking: Any, notes: Any, tally: Any,
    codes: Any, limits: Any, pair_tables: Any, pairs: Any, ceiling_tables: Any, ceilings: Any, policy: Any,
) -> None:  # fmt: skip
    """Code one encounter: fill `charges`, `ranking` and `notes`, and count them in `tally`.

    `rows`, `entries` and `others` are the encounter's own; `pauses` and `rates` the tables its rows
    index.  `order`, `runs`, `spans`, `placing` are scratch.  `tally.overflow` asks for larger ones.
    """
    reset_tally(tally)
    reset_rows(rows, tally)
    screen(rows, tally, limits)
    classify(rows, notes, tally, visit, policy, limits)
    check_orders(rows, notes, tally)
    settle_accesses(rows, entries, notes, tally, policy)
    settle_times(rows, pauses, rates, notes, tally, visit, policy, limits)
    chase_doses(rows, notes, tally, policy)
    join_bags(rows, tally)
    sort_rows(rows, order, placing, tally)
    doubt_clocks(rows, order, notes, tally, visit)
    form_runs(rows, order, runs, entries, pauses, tally, policy)
    lay_spans(rows, runs, spans, pauses, tally)
    if tally.overflow:
        return
    settle_family(rows, runs, notes, tally, visit, limits)
    if visit.setting == Setting.HOME:
        place_home(rows, runs, charges, notes, tally, visit, policy, limits)
        place_injections(rows, runs, charges, notes, tally, visit, policy, limits, codes)
    else:
        place_services(
            visit, rows, entries, pauses, runs, spans, placing, charges, notes, tally,
            codes, limits, policy,
        )  # fmt: skip
    place_flush_visit(rows, runs, entries, others, charges, notes, tally, visit)
    echo_others(rows, others, charges, notes, tally, visit, policy)
    warn_of_missing_rows(rows, notes, tally)
    drop_lapsed(runs, charges, notes, tally, codes)
    drop_orphans(runs, charges, notes, tally, codes, visit, policy)
    settle_dates(runs, charges, notes, tally, codes, visit, policy)
    mark_accesses(charges, tally, visit, policy)
    mark_injections(charges, tally, policy)
    predict_pairs(
        rows, runs, charges, notes, tally, visit, policy,
        pair_tables, pairs, len(pair_tables),
    )  # fmt: skip
    meet_ceilings(
        runs, charges, notes, tally, visit, policy,
        ceiling_tables, ceilings, len(ceiling_tables),
    )  # fmt: skip
    if not tally.overflow:
        draw_lines(charges, ranking, codes, tally)


def supply_encounter(
    visit: Any, rows: Any, runs: Any, others: Any, products: Any, supplies: Any, notes: Any,
    tally: Any, limits: Any, policy: Any,
) -> None:  # fmt: skip
    """Fill `supplies`, the drug lines, once `code_encounter` has coded the encounter.

    `products` is the table that its rows index.  Apart from the administrations, so that trying what
    a missing fact would add does not work out the drugs again.
    """
    supply_drugs(visit, rows, runs, others, products, supplies, notes, tally, policy, limits)


def place_services(
    visit, rows, entries, pauses, runs, spans, placing, charges, notes, tally,
    codes, limits, policy,
):  # fmt: skip
    """Choose the initial services and relate everything else to them."""
    gather_hydration(rows, runs, spans, pauses, notes, tally, policy)
    judge_hydration(rows, runs, notes, tally, policy, limits)
    doubt_order(runs, notes, tally)
    choose_initials(rows, runs, notes, tally, visit, policy)
    mark_repeats(runs, tally)
    add_repeats(runs, tally, policy)
    place_infusions(rows, runs, spans, placing, charges, notes, tally, visit, policy, limits)
    place_pushes(rows, runs, placing, charges, notes, tally, visit, policy)
    place_hydration(rows, runs, spans, charges, tally, visit, policy, limits)
    place_complex(rows, runs, spans, charges, notes, tally, visit, policy, limits)
    place_injections(rows, runs, charges, notes, tally, visit, policy, limits, codes)
    place_sc_infusion(rows, runs, spans, entries, charges, notes, tally, visit, policy, limits)
    place_transfusions(rows, runs, charges, tally, visit)
