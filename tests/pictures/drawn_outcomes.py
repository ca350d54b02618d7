"""Coded encounters drawn by hand, one for each thing a picture must be able to show."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hangtime import explain
from hangtime.model import Bar, Basis, Finding, Line, Need, NotReported, Outcome, Possible, Reason

explain.register_faults(
    {
        "SAMPLE-INITIAL": "{drug} is the service of the highest rank at access {access}: initial.",
        "SAMPLE-HOURS": "{minutes} minutes reach past minute {past}: {hours} further hour(s).",
        "SAMPLE-ALONE": "{drug} ran beside no drug placed before it: sequential.",
        "SAMPLE-BESIDE": "{drug} ran {overlap} minutes together with {other}: concurrent.",
        "SAMPLE-PUSH": "{drug} was given in {minutes} min, under {floor}: a push.",
        "SAMPLE-LEFT": "{drug} is part of another service and is not reported.",
        "SAMPLE-NO-END": "No evidence shows when {drug} ended, so its minutes are not counted.",
        "SAMPLE-STOP": "The stop of {drug} is missing; the chart has a rate and a volume for it.",
    }
)

BASIS = Basis(
    profile="facility/medicare",
    rules="3f9a1c07b2d4e5f6",
    edition="2025-01-01",
    tables={"NCCI PTP": "2025 Q1", "MUE": "2025 Q1"},
)


def at(text: str, zone: str | None = None) -> datetime:
    """A moment written "2025-03-12 09:00"."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment


def bar(
    id: str,
    drug: str,
    start: str | None = None,
    stop: str | None = None,
    *codes: str,
    minutes: int | None = None,
    lane: str = "A",
    route: str = "iv_infusion",
    end: str = "stop",
    beside: tuple[int, ...] = (),
    gaps: tuple[tuple[str, str], ...] = (),
    zone: str | None = None,
) -> Bar:
    """One bar; its minutes are the clock's where not given."""
    begin, finish = (at(text, zone) if text else None for text in (start, stop))
    if minutes is None and begin and finish:
        minutes = int((finish.timestamp() - begin.timestamp()) // 60)
    return Bar(
        administrations=(id,),
        drug=drug,
        lane=lane,
        route=route,
        start=begin,
        stop=finish,
        minutes=minutes,
        end=end,
        codes=codes,
        concurrent_with=beside,
        gaps=tuple((at(a, zone), at(b, zone)) for a, b in gaps),
    )


def push(id: str, drug: str, when: str | None, *codes: str, lane: str = "A") -> Bar:
    """A push or injection."""
    return bar(id, drug, when, None, *codes, lane=lane, route="iv_push", end="instant")


def line(
    code: str, units: int, day: str | None, *ids: str, rule: str = "", **facts: object
) -> Line:
    """One line with one reason."""
    on = date.fromisoformat(day) if day else None
    rules = (Reason(rule, dict(facts)),) if rule else ()
    return Line(code=code, units=units, date_of_service=on, administrations=ids, rules=rules)


def infliximab() -> Outcome:
    """An infusion of two hours after three premedications, with a pause for a reaction."""
    day = "2025-03-12"
    return Outcome(
        encounter_id="RA-1042",
        lines=(
            line("96413", 1, day, "i4", rule="SAMPLE-INITIAL", drug="infliximab", access="A"),
            line(
                "96415", 1, day, "i4", rule="SAMPLE-HOURS", minutes=125, past=90, hours=1
            ),
            line("96375", 2, day, "i2", "i3", rule="SAMPLE-PUSH", drug="diphenhydramine",
                 minutes=2, floor=16),
        ),
        not_reported=(
            NotReported(
                what="i1",
                reason=Reason("SAMPLE-LEFT", {"drug": "acetaminophen"}),
                administrations=("i1",),
            ),
            NotReported(
                what="i5",
                reason=Reason("SAMPLE-LEFT", {"drug": "sodium chloride 0.9 %"}),
                administrations=("i5",),
            ),
        ),
        possible=(
            Possible(code="96415", units=1, need=Need(field="stop", value="11:46",
                                                      administration="i4")),
        ),
        findings=(
            Finding(severity="info", reason=Reason("SAMPLE-LEFT", {"drug": "flush"}),
                    administrations=("i5",)),
        ),
        timeline=(
            bar("i1", "acetaminophen", f"{day} 08:40", route="oral", end="instant"),
            push("i2", "diphenhydramine", f"{day} 08:44", "96375"),
            push("i3", "methylprednisolone", f"{day} 08:47", "96375"),
            bar("i4", "infliximab", f"{day} 09:05", f"{day} 11:25", "96413", "96415", minutes=125,
                gaps=((f"{day} 09:40", f"{day} 09:55"),)),
            push("i5", "sodium chloride 0.9 %", f"{day} 11:26"),
        ),
        policy=BASIS,
    )  # fmt: skip


def observation() -> Outcome:
    """Hydration, pushes and an antibiotic over midnight, over the November change of clocks."""
    zone, one, two = "America/Chicago", "2025-11-01", "2025-11-02"
    bars = (
        bar("o1", "sodium chloride 0.9 %", f"{one} 21:10", f"{one} 23:00", "96361", zone=zone),
        bar("o2", "ceftriaxone", f"{one} 22:05", f"{one} 22:41", "96365", zone=zone),
        bar("o3", "ondansetron", f"{one} 21:20", None, "96375", route="iv_push", end="instant",
            zone=zone),
        bar("o4", "sodium chloride 0.9 %", f"{one} 23:05", f"{two} 02:20", "96361", zone=zone,
            beside=(4,)),
        bar("o5", "magnesium sulfate", f"{two} 00:30", f"{two} 01:35", "96368", zone=zone,
            beside=(3,)),
        bar("o6", "morphine", f"{one} 21:42", None, "96375", route="iv_push", end="instant",
            zone=zone),
        bar("o7", "morphine", f"{two} 03:10", None, "96376", route="iv_push", end="instant",
            zone=zone),
        bar("o8", "ketorolac", f"{two} 03:15", None, "96372", route="im", end="instant", zone=zone),
    )  # fmt: skip
    return Outcome(
        encounter_id="OBS-77",
        lines=(
            line("96365", 1, one, "o2", rule="SAMPLE-INITIAL", drug="ceftriaxone", access="A"),
            line("96361", 5, one, "o1", "o4", rule="SAMPLE-HOURS", minutes=329, past=60, hours=5),
            line("96368", 1, two, "o5", rule="SAMPLE-BESIDE", drug="magnesium sulfate",
                 overlap=65, other="sodium chloride 0.9 %"),
            line("96375", 2, one, "o3", "o6", rule="SAMPLE-PUSH", drug="ondansetron", minutes=1,
                 floor=16),
            line("96376", 1, two, "o7", rule="SAMPLE-PUSH", drug="morphine", minutes=1, floor=16),
            line("96372", 1, two, "o8"),
        ),
        timeline=bars,
        policy=BASIS,
    )  # fmt: skip


def pump_going_home() -> Outcome:
    """FOLFOX: oxaliplatin with leucovorin beside it, a push, and a pump that leaves running."""
    day = "2025-06-03"
    return Outcome(
        encounter_id="FOLFOX-3",
        lines=(
            line("96413", 1, day, "f3", rule="SAMPLE-INITIAL", drug="oxaliplatin", access="port"),
            line("96415", 1, day, "f3", rule="SAMPLE-HOURS", minutes=120, past=90, hours=1),
            line("96416", 1, day, "f6", rule="SAMPLE-INITIAL", drug="fluorouracil", access="port"),
            line("96411", 1, day, "f5", rule="SAMPLE-PUSH", drug="fluorouracil", minutes=4,
                 floor=16),
            line("96367", 1, day, "f2", rule="SAMPLE-ALONE", drug="dexamethasone"),
            line("96368", 1, day, "f4", rule="SAMPLE-BESIDE", drug="leucovorin", overlap=118,
                 other="oxaliplatin"),
            line("96375", 1, day, "f1", rule="SAMPLE-PUSH", drug="palonosetron", minutes=1,
                 floor=16),
        ),
        timeline=(
            push("f1", "palonosetron", f"{day} 08:50", "96375", lane="port"),
            bar("f2", "dexamethasone", f"{day} 08:55", f"{day} 09:20", "96367", lane="port"),
            bar("f3", "oxaliplatin", f"{day} 09:30", f"{day} 11:30", "96413", "96415", lane="port",
                beside=(3,)),
            bar("f4", "leucovorin", f"{day} 09:32", f"{day} 11:30", "96368", lane="port",
                beside=(2,)),
            push("f5", "fluorouracil", f"{day} 11:40", "96411", lane="port"),
            bar("f6", "fluorouracil", f"{day} 11:50", f"{day} 12:05", "96416", lane="port",
                end="off_site", minutes=None),
        ),
        policy=BASIS,
    )  # fmt: skip


def missing_stops() -> Outcome:
    """Two accesses, every kind of uncertain end, and a drug that no evidence ends."""
    day = "2025-02-20"
    return Outcome(
        encounter_id="ED-9",
        lines=(
            line("96365", 1, day, "m1", rule="SAMPLE-STOP", drug="vancomycin"),
            Line(code="96365", units=1, date_of_service=date(2025, 2, 20), modifiers=("XS",),
                 administrations=("m4",), rules=(
                     Reason("SAMPLE-INITIAL", {"drug": "heparin", "access": "R hand"}),)),
        ),
        not_reported=(
            NotReported(what="m3", reason=Reason("SAMPLE-NO-END", {"drug": "potassium chloride"}),
                        administrations=("m3",)),
        ),
        possible=(
            Possible(code="96366", units=1,
                     need=Need(field="stop", value="10:31", administration="m3")),
            Possible(code="96365", units=1, modifiers=("XS",),
                     need=Need(field="reason_code", value="incompatible_drugs",
                               administration="R hand")),
        ),
        findings=(
            Finding(severity="warning", reason=Reason("SAMPLE-STOP", {"drug": "vancomycin"}),
                    administrations=("m1",)),
            Finding(severity="error", reason=Reason("SAMPLE-NO-END",
                                                    {"drug": "potassium chloride"}),
                    administrations=("m3",)),
        ),
        timeline=(
            bar("m1", "vancomycin", f"{day} 08:00", f"{day} 09:34", "96365", lane="L forearm",
                end="volume"),
            bar("m2", "sodium chloride 0.9 %", f"{day} 08:00", f"{day} 10:10", lane="L forearm",
                end="observed", beside=(0,)),
            bar("m3", "potassium chloride", f"{day} 09:00", lane="R hand", end="none"),
            bar("m4", "heparin", f"{day} 09:10", f"{day} 10:40", "96365-XS", lane="R hand",
                end="disconnected"),
        ),
        policy=BASIS,
    )  # fmt: skip


def four_days() -> Outcome:
    """Sixty administrations over four days."""
    drugs = ("piperacillin/tazobactam", "vancomycin", "pantoprazole", "morphine", "ondansetron")
    begin = datetime(2025, 4, 7, 6, 15)
    bars: list[Bar] = []
    for n in range(60):
        start = begin + timedelta(minutes=87 * n)
        drug = drugs[n % len(drugs)]
        stop = start + timedelta(minutes=(35, 95, 20, 0, 0)[n % 5])
        text = (start.isoformat(" "), stop.isoformat(" "))
        if n % 5 < 3:
            code = "96365" if n == 0 else "96367" if n < 5 else "96366"
            bars.append(bar(f"d{n}", drug, *text, code, lane="AB"[n % 2]))
        else:
            bars.append(push(f"d{n}", drug, text[0], *(("96375",) if n < 5 else ())))
    return Outcome(
        encounter_id="LONG-60",
        lines=(
            line("96365", 1, "2025-04-07", "d0", rule="SAMPLE-INITIAL", drug=drugs[0], access="A"),
            line("96375", 2, "2025-04-07", "d3", "d4"),
        ),
        timeline=tuple(bars),
        policy=BASIS,
    )


def without_clock() -> Outcome:
    """Nothing but charted minutes and an order of rows."""
    day = "2025-05-05"
    return Outcome(
        encounter_id="PAPER-4",
        lines=(
            line("96365", 1, day, "c2", rule="SAMPLE-INITIAL", drug="iron sucrose", access="A"),
            line("96375", 1, day, "c1"),
        ),
        timeline=(
            push("c1", "famotidine", None, "96375"),
            bar("c2", "iron sucrose", None, None, "96365", minutes=45, end="minutes"),
            bar("c3", "sodium chloride 0.9 %", None, None, end="none"),
        ),
        policy=BASIS,
    )  # fmt: skip


def hostile() -> Outcome:
    """Markup and control characters where a chart has names."""
    drug, day = "<script>alert(1)</script>\x1b[31m", "2025-01-02"
    return Outcome(
        encounter_id='"><img src=x>',
        lines=(line("96374", 1, day, "a&b", rule="SAMPLE-ALONE", drug=drug),),
        timeline=(
            bar("a&b", drug, f"{day} 09:00", f"{day} 09:40", "96374", lane="<b>'\"", beside=(0,)),
        ),
    )


def empty() -> Outcome:
    """Nothing was given."""
    return Outcome(encounter_id="NONE-0")


ALL = {
    "infliximab": infliximab,
    "observation": observation,
    "pump_going_home": pump_going_home,
    "missing_stops": missing_stops,
    "four_days": four_days,
    "without_clock": without_clock,
    "hostile": hostile,
    "empty": empty,
}
