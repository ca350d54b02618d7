"""The arrays that go into the compiled loop and come out of it.

Named tuples of arrays, each with one fixed element type, so that exactly one version of the loop
is compiled.  `R` rows and `E` encounters stand side by side in one chunk; encounter `e` has the
rows `offsets[e]` up to, not including, `offsets[e + 1]`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hangtime.batch.arrays import Array, table, word_of, words_of
from hangtime.rules.records import (
    Charge,
    Entry,
    Given,
    Note,
    Pause,
    Possibility,
    RateStep,
    Run,
    Span,
    Tally,
    Visit,
)
from hangtime.rules.supplies import Supply

MOST_LISTED = 4096  # pauses and changes of rate of such an encounter
WIDEST = 512  # rows of an encounter that the compiled loop takes; wider ones are interpreted

ABSENT, NAIVE, AWARE = 0, 1, 2  # what a charted time is


class Rows(NamedTuple):
    """What is charted of each row, in numbers: R long, or one long where all rows say the same.

    Never so are `drug`, `supply` and `amounts`.
    Words are the numbers of `rules.words`.  `drug` and `indication` are rows of the tables of what
    is known; ids are hashes of 64 bits, 0 where none is charted.  Times are seconds, local where
    the kind is NAIVE, universal where it is AWARE; `own` is the offset charted with one.
    """

    drug: Array  # i4
    route: Array  # i4
    category: Array  # i4
    purpose: Array  # i4
    pump: Array  # i4
    supplied_by: Array  # i4
    access: Array  # i8
    bag: Array  # i8
    order: Array  # i8
    channel: Array  # i8
    indication: Array  # i4
    hand_push: Array  # i4, Known
    counselling: Array  # i4
    off_site: Array  # i4
    on_arrival: Array  # i4
    order_signed: Array  # i4
    primary_reason: Array  # i4
    amounts: Array  # i4, row of the table of amounts, -1 where no dose is charted
    supply: Array  # i4, row of the table of product slices
    ndc: Array  # i8, hash
    charted: Array  # i4, seconds
    volume: Array  # i8, microlitres
    volume_hung: Array  # i8
    rate: Array  # i8
    start: Array  # i8
    start_kind: Array  # u1
    start_own: Array  # i4
    stop: Array  # i8
    stop_kind: Array  # u1
    stop_own: Array  # i4
    last_observed: Array  # i8
    last_observed_kind: Array  # u1
    disconnected: Array  # i8
    disconnected_kind: Array  # u1
    ordered_at: Array  # i8
    ordered_at_kind: Array  # u1
    listed: Listed


class Listed(NamedTuple):
    """What rows list, one after the other; row `i` has from `*_at[i]` up to, not with, the next.

    Where no row lists anything, `*_at` is one long.
    """

    pauses_at: Array  # i4, R + 1
    pause_start: Array  # i8
    pause_start_kind: Array  # u1
    pause_stop: Array  # i8
    pause_stop_kind: Array  # u1
    rates_at: Array  # i4, R + 1
    rate_from: Array  # i8
    rate_from_kind: Array  # u1
    rate: Array  # i8, microlitres an hour
    amounts: Array  # AMOUNTS records: what is charted of doses, phase after phase of the product


class Visits(NamedTuple):
    """What is charted of each encounter: E long, but `offsets`, `entries_at`, `others_at` E + 1.

    One long where all encounters say the same may be `discount`, `attendance`, `intent`, `day`, and
    what tells `ended` and `inpatient`.
    """

    offsets: Array  # i8
    good: Array  # u1: nothing about it needs the interpreted reader
    setting: Array  # i4
    profile: Array  # i4: row of the tables of policies
    is_assumed: Array  # u1: no payer is charted
    discount: Array  # i4, Known: drugs were bought under 340B
    attendance: Array  # i4
    intent: Array  # i4: what the diagnoses say of a fluid with electrolytes
    zone: Array  # i4: row of the table of zones, or -1
    day: Array  # i4: charted date of service as a day number, or -1
    ended: Array  # i8
    ended_kind: Array  # u1
    inpatient: Array  # i8
    inpatient_kind: Array  # u1
    entries: Array  # Entry records of all listed accesses
    entry_ids: Array  # i8: hashes of their ids
    entries_at: Array  # i4
    others: Array  # Other records of all other services
    other_texts: Array  # i4: the text of the code of each
    other_mods_at: Array  # i4: one longer
    other_mods: Array  # i4: texts of their modifiers
    others_at: Array  # i4


class Drugs(NamedTuple):
    """What is known of charted drugs: one row for each distinct way of charting one."""

    substance: Array  # i4
    category: Array  # i4
    is_known: Array  # i4
    is_hormonal: Array  # i4
    is_pushable: Array  # i4
    is_toxic: Array  # i4
    is_thrombolytic: Array  # i4
    vaccine: Array  # i4
    own_code: Array  # i4
    is_keep_open: Array  # i4
    is_respelled: Array  # i4
    is_listed: Array  # i4: a crosswalk has its NDC, and so says how the line counts it
    ndc_form: Array  # i4
    ndc: Array  # i4, text of the eleven digits, -1 where they cannot be told
    complexity: Array  # i4, [drug, profile, injected, payer's list in force]


class Zones(NamedTuple):
    """Changes of the clocks of all zones."""

    zone_at: Array  # i4: first change of each zone, one longer
    near: Array  # i4, [zone, stretch of time]: its last change before the stretch; see `moments`
    change_at: Array  # i8: moment from which an offset holds
    change_to: Array  # i4: that offset


class Known(NamedTuple):
    """Everything that does not change from encounter to encounter."""

    drugs: Drugs
    products: Array  # Product records
    products_at: Array  # i4: first product of each slice, one longer
    product_texts: Array  # i4: the text of each product code
    phases_at: Array  # i4: first stretch of days of each slice, one longer
    phase_from: Array  # i4: its first day
    phase: Array  # i4: the phase it belongs to, counted from 0 within the slice
    units: Array  # i8: names as they stand after a number, with the quotation mark behind
    unit_width: Array  # i4: bytes of each
    indications: Array  # i4, number of the text as compared
    intents: Array  # i4
    strokes: Array  # i4
    zones: Zones
    policies: Array  # Policy records
    policy_words: Array  # the same as 32-bit words
    therapeutic_from: Array  # i4: day from which a profile's list of products holds
    limits: Array  # Limits records, one an edition
    limit_words: Array
    codes: Array  # CodeFacts, [edition, code]
    pair_tables: Array
    pairs: Array
    ceiling_tables: Array
    ceilings: Array
    fact_at: Array  # i4: first fact of each rule, one longer
    fact_kind: Array  # i4
    fact_place: Array  # i4
    names: Array  # i8, [fact, word]: its name as it stands before a number, with all marks
    name_width: Array  # i4: bytes of each
    is_aside: Array  # u1: what a finding of the rule is about is set aside
    modifier_texts: Array  # i4: the text of each Modifier
    no_payer: int
    info: int


class Scratch(NamedTuple):
    """Tables that one encounter is coded in; as wide as the widest."""

    visit: Array
    first_day: Array  # i4, one: first charted day of the encounter, else its date of service
    rows: Array
    entries: Array
    entry_ids: Array
    order: Array
    runs: Array
    run_words: Array
    run_wide: Array
    spans: Array
    pauses: Array
    rates: Array
    placing: Array
    charges: Array
    charge_words: Array
    ranking: Array
    notes: Array
    supplies: Array
    supply_words: Array
    supply_wide: Array
    tally: Array
    members: Array
    amounts: Array
    possible: Array
    keep: Array
    before: Array
    after: Array
    reason_rules: Array
    reason_facts: Array


# In the order of their use, and no longer than a line of the processor's cache: they are read at random.
AMOUNTS = np.dtype(
    [(n, "i8") for n in ("dose", "opened", "least", "discarded")]  # as in Given
    + [(n, "i2") for n in ("measure", "dose_fault")]
    + [(n, "i1") for n in ("is_single_dose", "unread", "is_exact")]
    # Of the dose and of the containers, where they are volumes; containers.
    + [(n, "i8") for n in ("volume", "held_volume", "held")],
    align=True,
)
FACTS_OF_A_RULE = 6  # no sentence names more
REASONS_OF_A_RUN = 5
REASONS_OF_A_CHARGE = REASONS_OF_A_RUN + 4
# The words of a record in which its first rule stands; the others follow.
WHY_OF_A_RUN = word_of(Run, "why_family")
WHY_OF_A_CHARGE = word_of(Charge, "why_a")
assert word_of(Run, "why_role") == WHY_OF_A_RUN + REASONS_OF_A_RUN - 1
assert word_of(Charge, "why_d") == WHY_OF_A_CHARGE + REASONS_OF_A_CHARGE - REASONS_OF_A_RUN - 1
MODS_OF_A_LINE = 8  # two from the rules and as many charted as `layout` lets through
WORDS_OF_A_NAME = 4  # of eight bytes: no fact of a sentence has a longer name
BYTES_OF_A_REASON = 300
BYTES_OF_A_NOTE = 320


def scratch(widest: int, others: int, listed: int, codes: int) -> Scratch:
    """Tables for encounters of up to `widest` rows, `others` services and accesses, of `codes`.

    `listed` are their pauses and changes of rate; a change to no rate is a pause as well.
    """
    rows = widest + 1
    charges = 4 * rows + others + 8
    runs, given, supplies = table(Run, rows), table(Charge, charges), table(Supply, rows)
    return Scratch(
        visit=table(Visit, 1),
        first_day=np.zeros(1, "i4"),
        rows=table(Given, rows),
        entries=table(Entry, rows + others),
        entry_ids=np.zeros(rows + others, "i8"),
        order=np.zeros(rows, "i8"),
        runs=runs,
        run_words=words_of(runs, np.int32),
        run_wide=words_of(runs, np.int64),
        spans=table(Span, 4 * rows),
        pauses=table(Pause, listed + 1),
        rates=table(RateStep, listed + 1),
        placing=np.zeros(rows, "i8"),
        charges=given,
        charge_words=words_of(given, np.int32),
        ranking=np.zeros(charges, "i8"),
        notes=table(Note, 8 * rows + 2 * others + 16),
        supplies=supplies,
        supply_words=words_of(supplies, np.int32),
        supply_wide=words_of(supplies, np.int64),
        tally=table(Tally, 1),
        members=np.zeros(rows, "i4"),
        amounts=np.zeros(rows, "i4"),
        possible=table(Possibility, 2 * (8 * (rows + 1) + rows + others)),
        keep=table(Given, rows),
        before=np.zeros(codes, "i8"),
        after=np.zeros(codes, "i8"),
        reason_rules=np.zeros(REASONS_OF_A_CHARGE * charges, "i4"),
        reason_facts=np.zeros((REASONS_OF_A_CHARGE * charges, FACTS_OF_A_RULE), "i8"),
    )
