"""Which rows are one delivery, and how long it ran."""

from __future__ import annotations

from hangtime.check.case import Case, Row, Run
from hangtime.check.ends import MIXED, ran_all_the_same, shares_bag
from hangtime.check.moments import at_seconds, length, united, without
from hangtime.check.rows import DRIPS, PUMPS

# What shows an end; of rows that are one delivery the later in this list stands for the latest.
ENDS = (
    "", "stop", "pause", "minutes", "volume", "observed", "disconnected", "off_site", "inpatient",
    "instant",
)  # fmt: skip
SHORT = {
    "complex_infusion": "complex_push",
    "infusion": "push",
    "sc_infusion": "injection",
    "arterial_complex_infusion": "arterial_complex_push",
    "arterial_unlisted": "arterial_injection",
}
PROLONGED = {
    "infusion": "prolonged_pump",
    "complex_infusion": "complex_pump",
    "arterial_complex_infusion": "arterial_complex_pump",
}


def form_runs(case: Case) -> None:
    """Fill `case.runs` from the rows that take part, and let the clock say what each one is."""
    parts = [row for row in case.rows if row.takes_part]
    for row in parts:
        _join_bag(row, parts)
    for row in parts:
        row.kind = row.infused_as or row.kind
    for row in sorted(parts, key=lambda each: (each.begin is None, each.begin or 0, each.n)):
        run, how = _run_of(case, row)
        if run is None:
            case.runs.append(_begun(row))
        else:
            _extend(run, row, how)
    for run in case.runs:
        _lay_out(run)
        _settle_kind(case, run)


def _join_bag(row: Row, parts: list[Row]) -> None:
    """The drugs of a row's bag are one infusate, of the highest class among them."""
    mates = [each for each in parts if each is row or shares_bag(row, each)]
    drugs = frozenset(each.drug.name for each in mates if each.category != "hydration")
    is_bag = len(mates) > 1 and drugs
    row.drugs = drugs if is_bag else frozenset({row.drug.name})
    row.infused_as = min(mates, key=_rank_in_bag).kind if len(mates) > 1 else ""


def _rank_in_bag(row: Row) -> int:
    return 0 if row.is_complex else 2 if row.category == "hydration" else 1


def _run_of(case: Case, row: Row) -> tuple[Run | None, int]:
    """The latest run the row goes on with, and how: 1 counted through, 2 taken up again."""
    if row.kind in DRIPS or (row.bag and row.kind in MIXED):
        for run in reversed(case.runs):
            if run.first.drugs == row.drugs and (how := _goes_on(case, run, row)):
                return run, how
    return None, 0


def _goes_on(case: Case, run: Run, row: Row) -> int:
    last = run.rows[-1]
    if (run.kind, run.group) != (row.kind, row.group):
        return 0
    gap = None
    if run.is_timed and row.begin is not None:
        gap = row.begin - (run.end or 0)
    brief = case.count("bag_change.max_gap_minutes") * 60
    if row.bag and row.bag == last.bag:
        if gap is None:
            return 1
        if row.kind not in DRIPS:
            return int(row.begin == run.begin)
        if gap <= brief:
            return 1
    if row.kind not in DRIPS or (row.given.pump in PUMPS) != (last.given.pump in PUMPS):
        return 0
    if run.kind == "sc_infusion" and row.access != last.access:
        return 0
    if None not in (run.order, row.given.order_id) and run.order != row.given.order_id:
        return 0
    is_replaced = row.access != last.access and case.is_replacement(row.access)
    if gap is None:
        return 2 if is_replaced else 0
    if gap <= brief:
        return 2 if last.how == "pause" and gap > 0 else 1
    goes_on = is_replaced or row.given.dose is None or _is_paused_at_end(last)
    return 2 if gap <= case.count("resume.max_gap_minutes") * 60 and goes_on else 0


def _is_paused_at_end(row: Row) -> bool:
    """A pause is charted that lasts to the row's end or beyond."""
    end = row.end or 0
    lasting = any(begin <= end and (stop is None or stop >= end) for begin, stop in row.pauses)
    return row.how == "pause" or lasting


def _begun(row: Row) -> Run:
    run = Run([row], row.kind, order=row.given.order_id, begin=row.begin, end=row.end, how=row.how)
    run.group, run.is_timed = row.group, row.begin is not None
    run.seconds = (row.lasted or 0) if row.begin is None else 0
    run.on_arrival = row.given.running_on_arrival is True
    run.is_primary = row.given.primary_reason is True
    return run


def _extend(run: Run, row: Row, how: int) -> None:
    is_one_bag = row.bag is not None and row.bag == run.rows[-1].bag
    end = row.end if row.begin is not None else None
    ends_later = row.begin is None or (row.end or 0) > (run.end or 0)
    if ends_later or (row.end == run.end and ENDS.index(row.how) > ENDS.index(run.how)):
        run.how = row.how
    if end is not None and end > (run.end or 0):
        run.end = end
    if not run.is_timed and not is_one_bag:
        run.seconds += row.lasted or 0
    run.order = run.order if run.order is not None else row.given.order_id
    run.on_arrival &= row.given.running_on_arrival is True
    run.is_primary |= row.given.primary_reason is True
    run.rows.append(row)
    run.joins.append(how)


def _lay_out(run: Run) -> None:
    """When it was being delivered: from row to row, without the pauses of any."""
    if not run.is_timed or run.kind not in DRIPS:
        return
    spans: list[tuple[int, int]] = []
    for row, how in zip(run.rows, run.joins, strict=True):
        if row is run.first or how == 2:
            spans.append((row.begin or 0, row.end or 0))
        elif row.end is not None and row.end > spans[-1][1]:
            spans[-1] = (spans[-1][0], row.end)
    for row in run.rows:
        for begin, stop in row.pauses:
            end = row.end if stop is None else stop
            spans = without(spans, begin, begin if end is None else end)
    run.spans = [each for each in spans if each[0] < each[1]]
    run.seconds += length(spans)


def _settle_kind(case: Case, run: Run) -> None:
    """Infusion or push by its minutes, prolonged by its pump."""
    run.minutes = run.seconds // 60
    if run.kind not in DRIPS:
        return
    goes_home = run.how == "off_site" or run.rows[-1].given.continues_off_site is True
    is_prolonged = run.first.given.pump in PUMPS and (
        goes_home or run.minutes > case.limits.prolonged_after
    )
    if run.seconds == 0 and run.how != "off_site":
        run.kind, run.role, run.is_undelivered = "", "dropped", True
    elif run.kind == "hydration":
        return
    elif is_prolonged and run.kind in PROLONGED and (run.kind != "infusion" or case.is_facility):
        run.kind = PROLONGED[run.kind]
    elif run.minutes < case.limits.infusion_from:
        run.kind = SHORT[run.kind]


def absorb(run: Run, part: Run) -> None:
    """Make another run part of this one."""
    run.rows += part.rows
    run.joins += part.joins
    run.is_primary |= part.is_primary
    run.on_arrival &= part.on_arrival
    if ENDS.index(part.how) > ENDS.index(run.how):
        run.how = part.how
    begins = [each.begin for each in (run, part) if each.is_timed and each.begin is not None]
    run.begin = min(begins) if begins else run.begin
    ends = [each.end for each in (run, part) if each.end is not None]
    run.end = max(ends) if ends else None
    run.seconds += 0 if part.is_timed else part.seconds
    run.is_timed |= part.is_timed
    part.kind, part.role, part.into = "", "dropped", run


def settle_hydration(case: Case) -> None:
    """Make one run of all hydration fluids, without the time under drug bags and transfusions."""
    fluids = [run for run in case.runs if run.kind == "hydration"]
    for run in fluids:
        if _is_part_of_transfusion(case, run):
            run.kind, run.role = "", "dropped"
    fluids = [run for run in fluids if run.kind]
    if not fluids:
        return
    whole = case.hydration = fluids[0]
    clockless = [run.seconds for run in fluids if not run.is_timed]
    spans = united(span for run in fluids for span in run.spans)
    for run in fluids[1:]:
        absorb(whole, run)
    unsure: list[int] = []
    for row in case.rows:
        if row.begin is None or row.is_aside or not _blocks(case, row, whole.group):
            continue
        if row.how:
            end = row.begin if row.end is None else row.end
            delivered = [(row.begin, end)]
            for begin, stop in row.pauses:
                delivered = without(delivered, begin, end if stop is None else stop)
            for begin, stop in delivered:
                spans = without(spans, begin, stop)
        if row.how in ("", "observed"):
            unsure.append(row.end if row.how and row.end is not None else row.begin)
    if unsure and whole.end is not None:
        spans = without(spans, min(unsure), whole.end)
    _count(case, whole, [end - begin for begin, end in spans], clockless)
    whole.spans = spans
    if not _is_enough(case, whole):
        whole.kind, whole.role, case.hydration = "", "dropped", None


def _is_part_of_transfusion(case: Case, run: Run) -> bool:
    row = run.first
    if row.purpose in ("hydration", "treatment") or row.given.indication is not None:
        return False
    blood = [each for each in case.rows if each.kind == "transfusion" and not each.is_aside]
    if run.begin is None:
        return any(each.begin is None for each in blood)
    timed = [(each.begin, each.end) for each in blood if each.begin is not None]
    before = any(begin <= run.begin for begin, _ in timed)
    last = run.end or 0
    after = any(begin >= run.begin and max(begin, end or begin) >= last for begin, end in timed)
    return before and after


def _blocks(case: Case, row: Row, group: int) -> bool:
    """A drug bag or a transfusion, charged or not: no fluid beside it is hydration."""
    if case.is_at("hydration.second_site", "no") or row.group == group:
        is_bag = row.kind in DRIPS and row.kind != "hydration"
        return is_bag or row.kind == "transfusion" or ran_all_the_same(row)
    return False


def _count(case: Case, whole: Run, parts: list[int], clockless: list[int]) -> None:
    """Its seconds by the payer's way with parts."""
    least = case.count("hydration.min_minutes") * 60
    if case.is_at("hydration.noncontiguous", "longest_only"):
        whole.seconds = max([0, *parts, *clockless])
    else:
        each_alone = case.at["hydration.noncontiguous"].startswith("each")
        whole.seconds = sum(part for part in parts if part >= least or not each_alone)
        whole.seconds += sum(clockless)
    whole.minutes = whole.seconds // 60


def _is_enough(case: Case, whole: Run) -> bool:
    """Long enough, large enough, and no part of a drug's own hydration for this payer."""
    drugs = [row for row in case.rows if row.kind and not row.is_aside and row.drug.is_toxic]
    if drugs and case.is_at("hydration.with_toxic_drug", "integral"):
        return False
    charted = [(row.given.volume_infused_ml, row.given.volume_ml) for row in whole.rows]
    volumes = [hung if infused is None else infused for infused, hung in charted]
    known = [int(volume * 1000) for volume in volumes if volume is not None]
    if known and sum(known) < case.count("hydration.min_volume_ml") * 1000:
        return False
    return whole.minutes >= case.count("hydration.min_minutes")


def moment_of(run: Run, seconds: int) -> int:
    """When it had been delivered for so many seconds."""
    found = at_seconds(run.spans, seconds)
    return found if found is not None else (run.end or 0)
