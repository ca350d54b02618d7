"""The records rules read and write: ints only, so that the compiler can take them as they are.

Interpreted, a table is a list of these objects.  Compiled, it is one structured array of the same
field names, and `rows[i].start` means the same thing.  Fields in `WIDE` need 64 bits, all others
32.  Times are seconds since a moment of the encounter's own choosing; `MISSING`: there is none.
Ids are small numbers into lists that the engine keeps.
"""

from dataclasses import dataclass

MISSING = -(2**62)
NOWHERE = -1  # no such index, id or number

WIDE = frozenset(
    {
        "start", "stop", "begin", "end", "last_observed", "disconnected", "ordered_at", "at",
        "ended_at", "inpatient_at", "shift_at", "primaries_low", "primaries_high", "pair",
        "volume", "rate", "volume_hung", "content", "uncertain_from",
        "dose", "per", "scale", "opened", "least", "discarded", "billed", "wasted",
        "units", "waste_units",
    }
)  # fmt: skip


@dataclass(slots=True)
class Given:
    """One administration as charted, in numbers.

    `start` ... `ordered_at` are seconds or MISSING; `charted` is the charted duration in seconds
    or NOWHERE.  `volume` is microlitres infused, `volume_hung` microlitres hung, `rate` microlitres
    an hour; NOWHERE where not charted.  `offset` is local time minus universal time, in seconds, at
    the start; from `shift_at` on it is `offset_after` (a change of clocks).
    `pauses_from`/`pauses_to`, `rates_from`/`rates_to` index the encounter's tables of those.
    """

    seq: int = 0  # charted order
    ident: int = NOWHERE  # number of an administration id that stands twice, else NOWHERE
    content: int = 0  # digest of the whole charted row, so that a true duplicate can be told
    route: int = 0
    category: int = 0  # charted, else the formulary's; the rules settle what is open
    category_given: int = 0  # the same before they do
    substance: int = NOWHERE
    access: int = NOWHERE  # index into the encounter's accesses; NOWHERE: not charted
    bag: int = NOWHERE
    mate: int = NOWHERE  # the next row of its bag, and from the last one the first; NOWHERE: alone
    order: int = NOWHERE
    channel: int = NOWHERE
    start: int = MISSING
    stop: int = MISSING
    charted: int = NOWHERE
    last_observed: int = MISSING
    disconnected: int = MISSING
    ordered_at: int = MISSING
    volume: int = NOWHERE
    volume_hung: int = NOWHERE
    rate: int = NOWHERE
    pauses_from: int = 0
    pauses_to: int = 0
    rates_from: int = 0
    rates_to: int = 0
    offset: int = 0
    shift_at: int = MISSING
    offset_after: int = 0
    has_dose: int = 0
    hand_push: int = 0  # Known
    pump: int = 0
    counselling: int = 0  # Known
    off_site: int = 0  # Known
    on_arrival: int = 0  # Known
    order_signed: int = 0  # Known
    primary_reason: int = 0  # Known
    purpose: int = 0
    supplied_by: int = 0
    indication: int = NOWHERE  # interned indication text; NOWHERE: not charted
    intent: int = 0  # what the indication says of a fluid with electrolytes
    is_known_drug: int = 0  # Known: a source knows the drug, or a category was charted
    is_charted_category: int = 0  # Known
    is_hormonal: int = 0
    is_pushable: int = 0  # Known
    is_toxic: int = 0  # its labelling asks for hydration
    is_complex: int = 0  # Known: what the payer's list or the formulary says of a biologic
    is_stroke_lysis: int = 0  # a thrombolytic charted for a stroke
    vaccine: int = 0
    own_code: int = NOWHERE  # code of a product whose administration has its own
    is_set_aside: int = 0  # number of the rule, plus one, for which nothing is coded of it
    dose: int = NOWHERE  # the amount given, in millionths of its measure; NOWHERE: not readable
    measure: int = 0  # words.Measure of `dose`, `opened`, `least` and `discarded`
    products_from: int = (
        0  # the products its name, code and route may mean, in the table of products
    )
    products_to: int = 0
    opened: int = NOWHERE  # the contents of its containers together; NOWHERE: none charted
    least: int = NOWHERE  # the smallest mix of marketed sizes that holds the dose; NOWHERE: unknown
    is_single_dose: int = 0  # Known, of all its containers together
    discarded: int = NOWHERE  # charted waste
    unread: int = 0  # containers or waste are charted in a unit that cannot be read
    ndc: int = NOWHERE  # number of its NDC; rows of different ones are different lines
    dose_fault: int = 0  # words.DoseFault
    ndc_form: int = 0  # words.NdcForm
    is_respelled: int = 0  # its name was read as a near one
    family: int = 0  # from here on filled in by the rules
    run: int = NOWHERE
    group: int = NOWHERE  # the access it counts under
    infusate: int = NOWHERE  # equal numbers hold the same drugs
    evidence: int = 0
    begin: int = MISSING
    end: int = MISSING
    lasted: int = NOWHERE  # charted seconds less its pauses, where there is no clock
    next: int = NOWHERE  # the next row of its run
    taken_as_push: int = 0  # an infusion that is a push because nothing shows how long it ran
    joins: int = 0  # 1: follows on and the gap counts; 2: taken up again after a stop
    left_off: int = NOWHERE  # number of the rule that left it off
    supply: int = NOWHERE  # the supply its drug is billed in


@dataclass(slots=True)
class Pause:
    """Time that does not count; `stop` MISSING: not resumed."""

    start: int = MISSING
    stop: int = MISSING


@dataclass(slots=True)
class RateStep:
    """From `at` on, `rate` microlitres an hour."""

    at: int = MISSING
    rate: int = NOWHERE


@dataclass(slots=True)
class Entry:
    """One access, in the order listed or first used.  `group` is filled in by the rules."""

    kind: int = 0
    reason: int = 0  # AccessReason
    lumens: int = 0
    is_reason_text: int = 0  # the reason was read from free text
    is_listed: int = 0
    group: int = NOWHERE
    uses: int = 0


@dataclass(slots=True)
class Other:
    """One service charted beside the administrations."""

    code: int = 0
    is_visit: int = 0
    mods: int = 0  # charted modifiers as a bit set: bit n for Modifier n
    is_access_procedure: int = 0
    is_known: int = 0
    substance: int = NOWHERE  # of a drug's product code; NOWHERE: it is none


@dataclass(slots=True)
class Visit:
    """The encounter itself.  `day` is its date of service as a day number, for rows without clock."""

    setting: int = 0
    attendance: int = 1
    day: int = NOWHERE
    ended_at: int = MISSING
    inpatient_at: int = MISSING
    zone_known: int = 0
    intent: int = 0  # what its diagnoses say of a fluid with electrolytes, where they agree
    clock_doubt: int = 0  # its own end or inpatient order is a local time that is not one moment
    discount: int = 0  # Known: drugs were bought under 340B


@dataclass(slots=True)
class Run:
    """Contiguous delivery of one infusate, or one push or injection.

    `minutes` are whole delivered minutes, floored once; `begin` and `end` frame them.  `since` is
    minutes since the last reported push of the drug, `overlap` minutes together with `beside`.
    The rules behind it, `why_*`, stand last, in the order in which a line gives them.
    """

    first: int = NOWHERE  # its first row, whose access, dose and offset stand for the run
    last: int = NOWHERE
    rows: int = 0
    spans_from: int = 0
    spans_to: int = 0
    family: int = 0
    role: int = 0
    group: int = NOWHERE
    infusate: int = NOWHERE
    order: int = NOWHERE  # the one order its rows carry
    begin: int = MISSING
    end: int = MISSING
    seconds: int = 0
    minutes: int = 0
    evidence: int = 0
    has_clock: int = 0
    on_arrival: int = 0
    is_primary: int = 0
    is_again: int = 0  # an earlier run of the same infusate stands at its access
    is_placed: int = 0
    is_reported: int = 0
    seq: int = 0
    units: int = 0  # of its further hours
    resumed: int = 0  # a later row was taken as going on with its dose, on no order's word
    since: int = NOWHERE
    overlap: int = 0
    beside: int = NOWHERE
    why_family: int = NOWHERE
    why_end: int = NOWHERE
    why_rows: int = NOWHERE
    why_minutes: int = NOWHERE
    why_role: int = NOWHERE


@dataclass(slots=True)
class Span:
    """Time in which a run was being delivered, without its pauses."""

    begin: int = MISSING
    end: int = MISSING


@dataclass(slots=True)
class Tally:
    """How much of each table is in use, and what was settled about the encounter as a whole.

    `overflow` says that a table was too small: the encounter must be coded again with larger ones.
    """

    rows: int = 0
    entries: int = 0
    others: int = 0
    runs: int = 0
    spans: int = 0
    charges: int = 0
    notes: int = 0
    lines: int = 0
    supplies: int = 0
    possible: int = 0
    candidates: int = 0
    overflow: int = 0
    first_group: int = NOWHERE
    hydration: int = NOWHERE  # the run all hydration fluids were made into
    hydration_longest: int = 0  # minutes of its longest part
    uncertain_from: int = MISSING  # a drug without evidence of its end ran from here


@dataclass(slots=True)
class Charge:
    """One line in the making; equal code, day and modifiers become one line at the end."""

    code: int = 0
    units: int = 0
    day: int = NOWHERE
    mod_a: int = 0
    mod_b: int = 0
    run: int = NOWHERE
    other: int = NOWHERE  # index of the other service it echoes
    group: int = NOWHERE
    why_a: int = NOWHERE
    why_b: int = NOWHERE
    why_c: int = NOWHERE
    why_d: int = NOWHERE
    line: int = NOWHERE  # the charge it is one line with
    is_dropped: int = 0


@dataclass(slots=True)
class Note:
    """Something left off or found: which rule, about which row, run, code or other service."""

    kind: int = 0  # 0 left off, 1 finding
    severity: int = 0
    rule: int = NOWHERE
    row: int = NOWHERE
    run: int = NOWHERE
    code: int = 0
    other_code: int = 0
    value: int = 0


@dataclass(slots=True)
class Possibility:
    """One missing fact and what it would add.

    `fact` is a words.Fact about `row` or `entry`; `at` its least value in seconds (a moment, or a
    duration).  `code`, `units`, `modifier` are what it adds; a candidate not yet tried has code 0.
    """

    fact: int = 0
    row: int = NOWHERE
    entry: int = NOWHERE
    at: int = MISSING
    code: int = 0
    units: int = 0
    modifier: int = 0


@dataclass(slots=True)
class Limits:
    """Thresholds of one edition, in minutes unless said otherwise."""

    infusion_from: int = 0  # 16: shorter is a push
    hydration_from: int = 0  # 31
    hour: int = 0  # 60
    hour_after: int = 0  # 31: a further hour counts from this minute past the last
    repeat_push_after: int = 0  # 31
    prolonged_after: int = 0  # 480: a pump run is prolonged when longer
    home_visit: int = 0  # 120
    jw_from: int = 0  # day from which waste of a single-dose container is a line of its own
    jz_from: int = 0  # day from which JZ may say that there was none
    jz_due: int = 0  # day from which it must
    overfill_percent: int = 0  # a container holds no more than this beyond its label
    home_unit: int = 15  # a visit is reported in units of this length, rounded
    split_dose_within: int = 15  # syringes of one dose follow the first within this
    longest_run: int = 44640  # 31 days: a longer infusion is a slip of the pen
    hydration_small_ml: int = 500  # less hydration than this is worth a look
    from_day: int = 0
    until_day: int = 0


@dataclass(slots=True)
class CodeFacts:
    """One code of an edition.  `primaries_*` are bit sets of Code numbers 0-62 and 63-125."""

    from_day: int = 0
    until_day: int = 0
    primaries_low: int = 0
    primaries_high: int = 0
    claim_order: int = 0
    is_visit: int = 0


@dataclass(slots=True)
class Policy:
    """Positions of the switches, one field each; the catalogue is `policies/switches.toml`."""

    missing_stop_therapeutic: int = 0
    missing_stop_hydration: int = 0
    stop_last_observed_infusing: int = 0
    same_drug_repeat_method: int = 0
    same_drug_repeat_min_minutes: int = 16
    initial_scope: int = 0
    hydration_noncontiguous: int = 0
    midnight_line_date: int = 0
    concurrent_min_overlap_minutes: int = 16
    concurrent_partial_overlap: int = 0
    hydration_with_toxic_drug: int = 0
    electrolyte_intent_rule: int = 0
    hydration_min_volume_ml: int = 0
    complex_class_source: int = 0
    bolus_same_drug: int = 0
    injection_split_dose: int = 0
    initial_restart_same_encounter: int = 0
    push_repeat_min_gap_minutes: int = 31
    hydration_min_minutes: int = 31
    modifier_distinct: int = 0
    push_over_15_min: int = 0
    arrival_running: int = 0
    time_residual_flush: int = 0
    modifier_distinct_96372: int = 0
    hydration_second_site: int = 0
    mue_mai3_over: int = 0
    aoc_cross_date: int = 0
    initial_professional_tiebreak: int = 0
    modifier_second_access_lines: int = 0
    bag_change_max_gap_minutes: int = 5
    resume_max_gap_minutes: int = 120
    ncci_follows: int = 0
    complex_concurrent: int = 0
    pump_community: int = 0
    home_family: int = 0
    vaccine_codes: int = 0
    drug_round_scope: int = 0
    waste_modifiers: int = 0
    waste_sub_unit_modifier: int = 0
    waste_jz_voluntary: int = 0
    drug_route_modifiers: int = 0
