"""When each row ran, by what the chart shows of its end."""

from __future__ import annotations

from hangtime.check.case import Case, Row
from hangtime.check.rows import DRIPS, PUMPS

MOMENTS = frozenset(
    {"push", "complex_push", "injection", "complex_injection", "hormonal_injection",
     "arterial_injection", "arterial_complex_push", "on_body", "antibody", "vaccine", "cns_complex",
     "covid_antibody"}
)  # fmt: skip
MIXED = (DRIPS | MOMENTS) - {"on_body", "antibody", "vaccine", "cns_complex", "covid_antibody"}
RAN_ALL_THE_SAME = frozenset({"stroke", "aim", "anesthetic", "contrast", "disconnect"})
SHOWN = ("stop", "pause", "minutes", "volume", "observed", "disconnected", "off_site")  # best first
WEEK = 7 * 86400  # a pump that went home is taken to run for longer than any visit


def settle_ends(case: Case) -> None:
    """When each row ran, by the best evidence; an infusion whose end nothing shows is left off."""
    rows = [row for row in case.rows if not row.is_aside]
    rows = [row for row in rows if row.kind or ran_all_the_same(row)]
    for row in rows:
        row.begin = row.start
        if row.kind in MOMENTS:
            row.end, row.how = row.start, "instant"
        else:
            _settle_end(case, row)
    for row in rows:
        if row.bag and not row.how:
            _borrow_end(row, [each for each in rows if each is not row])
    for row in rows:
        if row.how != "instant" and row.kind:
            _cut_at_admission(case, row)
            if not row.how and row.kind != "transfusion":
                _take_as_push(case, row)
    if case.is_at("time.residual_flush", "include_if_ordered"):
        _chase(case)


def ran_all_the_same(row: Row) -> bool:
    """Left off for what it is, but a drug that ran: no fluid beside it is hydration."""
    return row.off in RAN_ALL_THE_SAME and row.given.route in ("iv_infusion", "ia_infusion")


def _settle_end(case: Case, row: Row) -> None:
    given, start = row.given, row.start
    charted = None if given.minutes is None else int(given.minutes * 60)
    open_pause = next((begin for begin, end in row.pauses if end is None), None)
    if start is not None and row.stop is not None:
        row.end, row.how = row.stop, "stop"
    elif start is not None and open_pause is not None and open_pause > start:
        row.end, row.how = open_pause, "pause"
    elif charted is not None and charted >= 0:
        closed = sum(end - begin for begin, end in row.pauses if end is not None)
        row.how, row.lasted = "minutes", max(0, charted - closed)
        if start is not None:
            row.end = start + charted
        elif row.stop is not None:
            row.begin, row.end = row.stop - charted, row.stop
    elif _goes_home(case, row):
        row.how, row.end = "off_site", None if start is None else start + WEEK
    elif _may_compute(case, row):
        _settle_weakly(case, row)


def _goes_home(case: Case, row: Row) -> bool:
    """A pump left running, of a kind that has a code for it."""
    if not row.given.continues_off_site or row.given.pump not in PUMPS:
        return False
    has_code = row.kind in ("complex_infusion", "arterial_complex_infusion")
    return has_code or (row.kind == "infusion" and case.is_facility)


def _may_compute(case: Case, row: Row) -> bool:
    switch = "missing_stop.hydration" if row.kind == "hydration" else "missing_stop.therapeutic"
    return case.at[switch].startswith("compute")


def _settle_weakly(case: Case, row: Row) -> None:
    """Volume at its rate, last seen running, disconnected."""
    given, longest = row.given, case.limits.longest_run * 60
    volume = given.volume_infused_ml
    if volume is None and not given.continues_off_site:
        volume = given.volume_ml
    left, rate = int((volume or 0) * 1000), int((given.rate_ml_per_h or 0) * 1000)
    if row.start is None:
        lasted = left * 3600 // rate if left > 0 and rate > 0 else longest + 1
        if lasted <= longest:
            row.lasted, row.how = lasted, "volume"
            row.begin, row.end = (None, None) if row.stop is None else (row.stop - lasted, row.stop)
        return
    end = _run_in(row, left, rate) if left > 0 else None
    reads_notes = case.is_at("stop.last_observed_infusing", "lower_bound_flagged")
    if end is not None and end - row.start <= longest:
        row.end, row.how = end, "volume"
    elif reads_notes and row.seen is not None and row.seen > row.start:
        row.end, row.how = row.seen, "observed"
    elif row.disconnected is not None and row.disconnected > row.start:
        row.end, row.how = row.disconnected, "disconnected"


def _run_in(row: Row, left: int, rate: int) -> int | None:
    """When the volume had run in at the charted rates, closed pauses added."""
    at = row.start or 0
    closed = [(begin, end) for begin, end in row.pauses if end is not None]
    for step, next_rate in row.rates:
        if step > at:
            if rate <= 0:
                return None
            held = sum(max(0, min(end, step) - max(begin, at)) for begin, end in closed)
            given = rate * (step - at - held) // 3600
            if given >= left:
                break
            left, at = left - given, step
        rate = next_rate
    if rate <= 0:
        return None
    end = at + left * 3600 // rate
    for begin, stop in closed:
        if begin < end and stop > at:
            end += stop - max(begin, at)
    return end


def shares_bag(row: Row, other: Row) -> bool:
    """Two rows are ingredients of one bag or syringe."""
    if not row.bag or row.bag != other.bag or row.group != other.group:
        return False
    if not (row.takes_part and other.takes_part) or not {row.kind, other.kind} <= MIXED:
        return False
    is_drip = row.kind in DRIPS
    same_manner = is_drip or row.given.route == other.given.route
    return is_drip == (other.kind in DRIPS) and same_manner


def _borrow_end(row: Row, others: list[Row]) -> None:
    """A row of unknown end ends with the best shown of its bag, the latest of equals."""
    mates = [each for each in others if shares_bag(row, each) and each.how in SHOWN]
    best = min(
        mates,
        key=lambda each: (
            SHOWN.index(each.how),
            -(each.end or 0),
            (each.n < row.n, each.n),
        ),
        default=None,
    )
    if best is None or best.end is None:
        return
    if row.start is not None and best.end <= row.start:
        return
    row.begin = best.begin if row.begin is None else row.begin
    row.end, row.lasted, row.how = best.end, best.lasted, best.how


def _cut_at_admission(case: Case, row: Row) -> None:
    at = case.inpatient
    if at is None or row.begin is None:
        return
    if row.begin >= at:
        row.off = row.off or "inpatient"
    elif row.end is not None and row.end > at:
        row.end, row.how = at, "inpatient"


def _take_as_push(case: Case, row: Row) -> None:
    """An infusion whose end nothing shows: a push where the payer says so, else nothing."""
    position = case.at["missing_stop.therapeutic"]
    pushable = position == "push" or (
        position == "compute_then_push" and row.drug.is_pushable.name == "YES"
    )
    if pushable and row.kind in ("infusion", "complex_infusion"):
        row.kind = row.kind.replace("infusion", "push")
        row.end, row.how = row.start, "instant"
    else:
        row.off = row.off or "no end"


def _chase(case: Case) -> None:
    """A flush of the drug's own order that follows it completes the dose, for this payer."""
    most = case.count("bag_change.max_gap_minutes") * 60
    for flush in case.rows:
        if flush.off != "flush" or flush.given.order_id is None or flush.stop is None:
            continue
        for row in case.rows:
            if row.given.order_id == flush.given.order_id and row.kind and row.end is not None:
                gap = (flush.start or 0) - row.end
                if flush.start is not None and 0 <= gap <= most and flush.stop > row.end:
                    row.end = flush.stop
