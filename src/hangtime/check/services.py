"""What each delivery is among the others, and the codes and units it supports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hangtime.check.case import Case, Run, numbers
from hangtime.check.deliveries import moment_of
from hangtime.check.moments import together

INFUSIONS = ("infusion", "complex_infusion")
PUSHES = ("push", "complex_push")
ORDER = ("complex_infusion", "complex_push", "infusion", "push", "hydration")  # a facility's
BY_THEIR_START = frozenset(
    {"complex_pump", "prolonged_pump", "arterial_complex_pump", "arterial_complex_infusion",
     "arterial_unlisted", "sc_infusion"}
)  # fmt: skip


def competes(run: Run) -> bool:
    """It can be initial: of a family that has one, begun here, not dropped."""
    return run.kind in ORDER and not run.on_arrival and run.role != "dropped"


def is_earlier(run: Run, other: Run) -> bool:
    """Begun earlier; as charted where a clock is missing or both begin together."""
    if run.is_timed and other.is_timed and run.begin != other.begin:
        return (run.begin or 0) < (other.begin or 0)
    return run.first.n < other.first.n


def lost_by(winner: Run, loser: Run) -> str:
    """On what a run stands behind another in the facility's order; "" where it does not."""
    if winner.kind != loser.kind:
        return "order" if ORDER.index(winner.kind) < ORDER.index(loser.kind) else ""
    if winner.seconds != loser.seconds and winner.kind not in PUSHES:
        return "length" if winner.seconds > loser.seconds else ""
    if winner.is_timed and loser.is_timed and winner.begin != loser.begin:
        return "start" if is_earlier(winner, loser) else ""
    return "charted order" if is_earlier(winner, loser) else ""


def first_of(runs: list[Run]) -> Run | None:
    """The run that none of the others stands before."""
    best: Run | None = None
    for run in runs:
        if competes(run) and (best is None or lost_by(run, best)):
            best = run
    return best


def choose_initials(case: Case) -> None:
    """One initial service an access; what arrived running never is."""
    first = first_of([run for run in case.runs if run.kind != "hydration"])
    whole = case.hydration
    case.first_group = first.group if first else whole.group if whole else 0
    if whole:
        whole.group = case.first_group
    for group in range(len(case.accesses) + 1):
        here = [run for run in case.runs if run.group == group]
        chosen = first_of(here)
        if chosen and case.setting == "PROFESSIONAL":
            chosen = _main_reason(case, here, chosen)
        if chosen and not case.continues_the_day:
            chosen.role = "initial"
        for run in here:
            if run.on_arrival and run.kind in ORDER and not run.role:
                if chosen is None or case.is_at("arrival_running", "none"):
                    run.role = "dropped"
    for run in case.runs:
        if run.on_arrival and not run.role and run.kind in BY_THEIR_START:
            run.role = "dropped"


def _main_reason(case: Case, here: list[Run], ordered: Run) -> Run | None:
    """A practitioner's initial: the charted reason of the visit, unless a complex service stands."""
    able = [run for run in here if run.is_primary and competes(run)]
    able = [run for run in able if run.kind not in PUSHES or not is_also_infused(case, run)]
    reason = first_of(able)
    if reason is None:
        elsewhere = any(run.is_primary and run not in here for run in case.runs)
        rivals = [run for run in here if competes(run)]
        if len(rivals) > 1 and not elsewhere:
            if case.is_at("initial.professional_tiebreak", "query"):
                for run in rivals:
                    run.role = "dropped"
                return None
        return ordered
    if ordered.kind in ORDER[:2] and reason.kind != ordered.kind:
        return ordered
    return reason


def is_also_infused(case: Case, run: Run) -> bool:
    """Every drug of a push is infused at its access too."""
    infused = {
        row.drug.name
        for other in case.runs
        if other is not run and other.group == run.group and other.kind in INFUSIONS
        for row in other.rows
    }
    return all(row.drug.name in infused for row in run.rows)


def first_date(case: Case, run: Run) -> date | None:
    """The date of a run's first unit."""
    at = run.first.begin
    if run.is_timed and case.is_at("midnight.line_date", "completion_date"):
        at = at if run.how == "off_site" else run.end
    return case.day if at is None else case.clock.day(at, run.first.offset)


def _hour_date(case: Case, run: Run, hour: int) -> date | None:
    """The date of a run's hour, counted from 0: of the minute from which it counts."""
    position = case.at["midnight.line_date"]
    if not run.is_timed or position == "start_date":
        begin = run.first.begin
        return case.day if begin is None else case.clock.day(begin, run.first.offset)
    minutes = case.limits.hour * hour + case.limits.hour_after - 1
    at = run.end if position == "completion_date" else moment_of(run, minutes * 60)
    return case.clock.day(at or 0, run.first.offset)


def hours_beyond_first(case: Case, minutes: int) -> int:
    """Hours past the first of which more than half an hour has run."""
    return max(0, (minutes - case.limits.hour_after) // case.limits.hour)


def _hours_alone(case: Case, minutes: int) -> int:
    """Hours where no other code stands for the first."""
    enough = minutes >= case.limits.hour_after
    return hours_beyond_first(case, minutes) + 1 if enough else 0


def charge_hours(case: Case, run: Run, word: str, units: int, first: int) -> None:
    """Charge hours, each on its own date; `first` is the number of the first, from 0."""
    for hour in range(first, first + units):
        day = _hour_date(case, run, hour)
        if hour > first and case.charges[-1].day == day:
            case.charges[-1].units += 1
        else:
            case.charge(word, 1, day, run)


def place_infusions(case: Case) -> None:
    """Relate every infusion to those placed before it."""
    infusions = [run for run in case.runs if run.kind in INFUSIONS and run.role != "dropped"]
    for run in infusions:
        run.is_again = run.role != "initial" and any(
            other is not run and other.first.drugs == run.first.drugs and other.group == run.group
            and (other.role == "initial" or is_earlier(other, run))
            for other in infusions
        )  # fmt: skip
    if case.is_at("same_drug_repeat.method", "sum_times"):
        for run in infusions:
            if not run.is_again:
                run.seconds += sum(
                    each.seconds for each in infusions
                    if each.is_again and (each.group, each.kind, each.first.drugs)
                    == (run.group, run.kind, run.first.drugs)
                )  # fmt: skip
                run.minutes = run.seconds // 60
    for run in case.runs:
        run.is_placed = run.kind in ("complex_pump", "prolonged_pump")
    for run in _in_order(infusions, _is_placed_before):
        _place(case, run)
        run.is_placed = True


def _in_order(runs: list[Run], comes_first: Callable[[Run, Run], bool]) -> list[Run]:
    """The runs in an order, equal ones as they stand."""
    ordered: list[Run] = []
    for run in runs:
        place = len(ordered)
        while place and comes_first(run, ordered[place - 1]):
            place -= 1
        ordered.insert(place, run)
    return ordered


def _is_placed_before(run: Run, other: Run) -> bool:
    """The initial, complex runs, then by start, the longer first, then as charted."""
    if (run.role == "initial") != (other.role == "initial"):
        return run.role == "initial"
    if run.kind != other.kind:
        return run.kind == "complex_infusion"
    if run.is_timed != other.is_timed:
        return run.is_timed
    if run.is_timed and run.begin != other.begin:
        return is_earlier(run, other)
    if run.is_timed and run.seconds != other.seconds and run.is_again == other.is_again:
        return run.seconds > other.seconds
    return run.first.n < other.first.n


def _place(case: Case, run: Run) -> None:
    complex_ = run.kind == "complex_infusion"
    first = "COMPLEX_INITIAL" if complex_ else "INFUSION_INITIAL"
    hour = "COMPLEX_HOUR" if complex_ else "INFUSION_HOUR"
    day = first_date(case, run)
    if run.role == "initial":
        case.charge(first, 1, day, run)
        charge_hours(case, run, hour, hours_beyond_first(case, run.minutes), 1)
        return
    placed = [each for each in case.runs if each.is_placed and each.group == run.group]
    if any(each.kind in INFUSIONS and each.first.drugs == run.first.drugs for each in placed):
        _repeat(case, run, hour, day)
        return
    hours_only = run.on_arrival and case.is_at("arrival_running", "additional_only")
    if not hours_only and _has_company(case, run, placed):
        if complex_ and case.is_at("complex.concurrent", "unlisted"):
            run.role = "concurrent"
            case.charge("COMPLEX_UNLISTED", 1, day, run)
            return
        beside = run.beside.spans if run.beside else []
        alone = run.minutes - together(run.spans, beside) // 60
        solo = case.at["concurrent.partial_overlap"] != "concurrent"
        if not complex_ and (not solo or alone < case.limits.infusion_from):
            _concurrent(case, run, day)
            return
        run.minutes = run.minutes if complex_ else alone
    run.role = "sequential"
    if not hours_only:
        sequential = "COMPLEX_SEQUENTIAL" if complex_ else "INFUSION_SEQUENTIAL"
        case.charge(sequential, 1, day, run)
    charge_hours(case, run, hour, hours_beyond_first(case, run.minutes), 1)


def _has_company(case: Case, run: Run, placed: list[Run]) -> bool:
    """It ran long enough together with one placed before it."""
    shared = [(together(run.spans, each.spans), each) for each in placed]
    best = max((seconds for seconds, _ in shared), default=0)
    if best:
        run.beside = next(each for seconds, each in shared if seconds == best)
    run.overlap = best // 60
    return run.overlap >= case.count("concurrent.min_overlap_minutes")


def _concurrent(case: Case, run: Run, day: date | None) -> None:
    """Once a date; nothing for a second one."""
    run.role = "concurrent"
    code = numbers()["INFUSION_CONCURRENT"]
    if not any(each.day == day and each.code == code for each in case.charges):
        case.charge("INFUSION_CONCURRENT", 1, day, run)


def _repeat(case: Case, run: Run, hour: str, day: date | None) -> None:
    """The same drug again, judged alone."""
    run.role = "repeat"
    if not case.at["same_drug_repeat.method"].startswith("each_alone"):
        return
    if run.minutes < case.count("same_drug_repeat.min_minutes"):
        return
    if run.minutes < case.limits.hour_after:
        case.charge(hour, 1, day, run)
    else:
        charge_hours(case, run, hour, _hours_alone(case, run.minutes), 0)


def place_pushes(case: Case) -> None:
    """Relate every push to those reported before it, in the order of time."""
    pushes = [run for run in case.runs if run.kind in PUSHES and run.role != "dropped"]
    pushes = _in_order(pushes, _is_pushed_before)
    for n, run in enumerate(pushes):
        complex_ = "COMPLEX_" if run.kind == "complex_push" else ""
        if run.role == "initial":
            case.charge(f"{complex_}PUSH_INITIAL", 1, first_date(case, run), run)
            continue
        earlier = [each for each in pushes[:n] if each.is_reported and each.group == run.group]
        same = [each for each in earlier if _is_held(run, each)]
        if same or is_also_infused(case, run):
            run.role = "repeat_push"
            if not complex_ and case.is_facility and _may_repeat(case, run, same):
                case.charge("PUSH_REPEAT", 1, first_date(case, run), run)
            continue
        run.role = "new_push"
        word = "COMPLEX_PUSH" if complex_ else "PUSH_NEW_DRUG"
        case.charge(word, 1, first_date(case, run), run)


def _is_pushed_before(run: Run, other: Run) -> bool:
    if (run.role == "initial") != (other.role == "initial"):
        return run.role == "initial"
    return is_earlier(run, other)


def _is_held(run: Run, other: Run) -> bool:
    """Every drug of a push was in another push."""
    drugs = {row.drug.name for row in other.rows}
    return run.first.drugs == other.first.drugs or all(row.drug.name in drugs for row in run.rows)


def _may_repeat(case: Case, run: Run, same: list[Run]) -> bool:
    """Far enough, start to start, from the last reported push of the drug."""
    if not same:
        return not case.is_at("bolus_same_drug", "none")
    if not (run.is_timed and same[-1].is_timed):
        return False
    run.since = abs((run.begin or 0) - (same[-1].begin or 0)) // 60
    return run.since >= case.count("push.repeat_min_gap_minutes")


def place_hydration(case: Case) -> None:
    """Its first service and hours where it is initial, else hours alone."""
    run = case.hydration
    if run is None or run.role == "dropped":
        return
    before = len(case.charges)
    if run.role == "initial":
        case.charge("HYDRATION_INITIAL", 1, first_date(case, run), run)
        charge_hours(case, run, "HYDRATION_HOUR", hours_beyond_first(case, run.minutes), 1)
        return
    run.role = "hydration"
    charge_hours(case, run, "HYDRATION_HOUR", max(1, _hours_alone(case, run.minutes)), 0)
    if run.first.group != case.first_group and not case.is_at("hydration.second_site", "no"):
        for each in case.charges[before:]:
            each.mark("59")
