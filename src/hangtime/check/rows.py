"""Each administration by itself: what it is, whether anything speaks against it, when it ran."""

from __future__ import annotations

from datetime import date

from hangtime.check.case import Case, Row
from hangtime.check.moments import NoMoment
from hangtime.codesets.intent import intent_of, is_stroke
from hangtime.formulary.described import describe, plain
from hangtime.model import Administration

VEIN = ("iv_infusion", "iv_push")
TIMED_ROUTES = ("iv_infusion", "sc_infusion", "ia_infusion")
PUMPS = ("portable", "implanted")
DRIPS = frozenset(
    {"infusion", "complex_infusion", "hydration", "sc_infusion", "arterial_complex_infusion",
     "arterial_unlisted"}
)  # fmt: skip


def read_rows(case: Case) -> None:
    """Fill `case.rows`: what each row is, when it ran, and what speaks against it."""
    for n, given in enumerate(case.encounter.administrations):
        case.rows.append(_row(case, n, given))
    _set_doubles_aside(case)
    aims = {intent_of(code).name for code in case.encounter.diagnoses} - {"UNKNOWN"}
    aim = aims.pop() if len(aims) == 1 else "UNKNOWN"
    bags = [row.given.bag for row in case.rows]
    for row in case.rows:
        row.bag = row.given.bag if bags.count(row.given.bag) > 1 else None
        if not row.off:
            _classify(case, row, aim)
        if not row.off and row.given.order_signed is False:
            row.off = "unsigned"
        elif not row.off and row.ordered is not None and row.start is not None:
            row.off = "late order" if row.ordered > row.start else ""
        row.access = case.access_number(row.given.access)
        row.group = case.group_of(row.access)


def _row(case: Case, n: int, given: Administration) -> Row:
    drug = describe(given.drug, given.hcpcs, given.ndc, given.rxnorm)
    row = Row(n, given, drug, given.category or drug.category.name.lower(), given.purpose or "")
    if drug.is_keep_open and not row.purpose:
        row.purpose = "keep_open"
    if row.category == "biologic":
        row.is_complex = _is_complex_biologic(case, row)
    try:
        _read_times(case, row)
    except NoMoment:
        row.off = "aside"
    return row


def _read_times(case: Case, row: Row) -> None:
    given, clock = row.given, case.clock
    offset = row.offset = clock.offset_of(given)
    row.start, row.stop = clock.read(given.start, offset), clock.read(given.stop, offset)
    row.seen = clock.read(given.last_observed_infusing, offset)
    row.disconnected = clock.read(given.disconnected_at, offset)
    row.ordered = clock.read(given.ordered_at, offset)
    pauses: list[tuple[int, int | None]] = []
    for each in given.interruptions:
        begin, end = clock.read(each.start, offset), clock.read(each.stop, offset)
        assert begin is not None
        pauses += [(begin, end)] if end is None or end > begin else []
    steps = [(clock.read(each.at, offset) or 0, each.rate_ml_per_h) for each in given.rate_changes]
    steps = sorted((at, int(rate * 1000)) for at, rate in steps)
    for n, (at, rate) in enumerate(steps):
        if rate > 0:
            row.rates.append((at, rate))
        else:
            pauses.append((at, next((later for later, faster in steps[n:] if faster > 0), None)))
    for begin, end in sorted(pauses, key=lambda each: each[0]):
        last = row.pauses[-1] if row.pauses else None
        if last and last[1] is None:
            break
        if last and last[1] is not None and begin <= last[1]:
            row.pauses[-1] = (last[0], None if end is None else max(last[1], end))
        else:
            row.pauses.append((begin, end))


def _set_doubles_aside(case: Case) -> None:
    """Rows that contradict themselves or an earlier row of the same id; a true double counts once."""
    longest = case.limits.longest_run * 60
    seen: dict[str, Row] = {}
    for row in case.rows:
        given = row.given
        earlier = seen.setdefault(given.administration_id, row)
        if row.off:
            continue
        is_fluid = row.category in ("hydration", "blood") or row.purpose == "hydration"
        is_timed = given.route in TIMED_ROUTES or (given.route == "iv_push" and is_fluid)
        if is_timed and row.start is not None and row.stop is not None:
            if not 0 < row.stop - row.start <= longest:
                row.off = "aside"
                continue
        if given.minutes is not None and int(given.minutes * 60) > longest:
            row.off = "aside"
        elif earlier is not row:
            row.off = "duplicate" if earlier.given == given else "aside"


def _is_complex_biologic(case: Case, row: Row) -> bool:
    """The payer's own list, then what is known of the drug; complex where nothing speaks against."""
    day, drug = case.first_day or date.max, row.drug
    codes = (*([row.given.hcpcs] if row.given.hcpcs else []), *drug.hcpcs)
    if any(case.used.is_held_therapeutic(code, day) for code in codes):
        return False
    if not case.is_at("complex.class_source", "formulary"):
        return True
    if drug.category.name == "THERAPEUTIC":
        return False
    injected = row.given.route in ("im", "sc") and drug.complex_when_injected.name
    return injected != "NO"


def _served_only(row: Row) -> str:
    """What the row only served to give, "" where it is a treatment of its own."""
    if row.category == "vaccine":
        return ""
    if row.purpose in ("keep_open", "carrier", "flush"):
        return row.purpose
    if row.category in ("flush", "diluent"):
        return {"flush": "flush", "diluent": "carrier"}[row.category]
    if row.category in ("anesthetic", "contrast") and not _is_treatment(row):
        return row.category
    return "oral" if "oral" in (row.category, row.given.route) else ""


def _is_treatment(row: Row) -> bool:
    """An anaesthetic or contrast agent by the formulary alone, charted as given for treatment."""
    return row.purpose == "treatment" and row.given.category is None


def _classify(case: Case, row: Row, diagnosed: str) -> None:
    """Give the row its kind, or the reason why it has none."""
    given = row.given
    if case.setting == "PROFESSIONAL_IN_FACILITY":
        row.off = "facility"
    elif case.inpatient is not None and row.start is not None and row.start >= case.inpatient:
        row.off = "inpatient"
    else:
        row.off = _served_only(row)
    if not row.off and row.drug.is_thrombolytic and is_stroke(given.indication or ""):
        row.off = "stroke"
    if row.off:
        return
    if row.category == "electrolyte":
        row.category = _aim(case, row, diagnosed)
    elif row.category in ("anesthetic", "contrast", "unknown"):
        row.category = "therapeutic"
    row.is_complex = row.is_complex or row.category == "chemotherapy"
    if not row.category:
        row.off = "aim"
    elif given.running_on_arrival and given.pump in PUMPS and row.is_complex:
        row.off = "disconnect"
    else:
        row.kind = _kind(case, row)
        row.off = "" if row.kind else "route"


def _aim(case: Case, row: Row, diagnosed: str) -> str:
    """What a fluid with electrolytes was for; "" where the chart does not say."""
    fixed = {"always_hydration": "hydration", "always_therapeutic": "therapeutic"}
    if (position := case.at["electrolyte.intent_rule"]) in fixed:
        return fixed[position]
    said = row.given.indication
    own = "UNKNOWN" if said is None else intent_of(said).name
    if own == "VOLUME" or row.purpose == "hydration":
        return "hydration"
    if own == "ELECTROLYTE" or row.purpose == "treatment":
        return "therapeutic"
    whole = diagnosed if said is None else ""
    return {"VOLUME": "hydration", "ELECTROLYTE": "therapeutic"}.get(whole, "")


def _kind(case: Case, row: Row) -> str:
    """The code family by substance and route, before the clock has its say."""
    route, complex_ = row.given.route, row.is_complex
    if route not in VEIN and row.category in ("hydration", "blood"):
        return ""
    if row.category == "vaccine":
        return "vaccine"
    if row.category == "covid_antibody" and row.drug.administration_code:
        return "covid_antibody"
    if row.category == "antibody" and route in ("im", "sc"):
        return "antibody"
    if route in VEIN:
        return _kind_by_vein(case, row)
    needle = "hormonal_injection" if row.drug.is_hormonal else "complex_injection"
    plain_and_complex = {
        "im": ("injection", needle),
        "sc": ("injection", needle),
        "sc_infusion": ("sc_infusion", "complex_injection"),
        "ia_push": ("arterial_injection", "arterial_complex_push"),
        "ia_infusion": ("arterial_unlisted", "arterial_complex_infusion"),
        "on_body": ("on_body", "on_body"),
        "intrathecal": ("", "cns_complex"),
    }
    return plain_and_complex.get(route, ("", ""))[complex_]


def _kind_by_vein(case: Case, row: Row) -> str:
    if row.category in ("hydration", "blood"):
        return {"hydration": "hydration", "blood": "transfusion"}[row.category]
    given = row.given
    by_hand = given.hand_push and case.is_at("push.over_15_min", "push_if_presence")
    lasted = given.minutes
    if row.start is not None and row.stop is not None:
        lasted = (row.stop - row.start) // 60
    is_long = lasted is not None and int(lasted) >= case.limits.infusion_from
    is_push = by_hand or (given.route == "iv_push" and not is_long)
    return ("complex_" if row.is_complex else "") + ("push" if is_push else "infusion")


def name_of(indication: str | None) -> str | None:
    """An indication as it is compared: without case and idle spaces."""
    return None if indication is None else plain(indication)
