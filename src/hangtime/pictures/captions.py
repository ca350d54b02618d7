"""What is said of a bar, in every picture alike, and which lines a bar belongs to."""

from __future__ import annotations

from datetime import datetime

from hangtime.explain import code_in_words, in_words
from hangtime.model import Bar, Line, Outcome
from hangtime.pictures.timeline import is_instant

NOT_REPORTED = "not reported"
NO_CLOCK = "no clock times"
_TABLES = {
    "ptp": "NCCI PTP", "mue": "NCCI MUE", "addon": "NCCI add-on", "products": "Product codes",
    "status": "OPPS status", "ndc": "NDC crosswalk", "facts": "Facts",
}  # fmt: skip
_ENDS = {
    "stop": "stop charted",
    "pause": "paused and not resumed",
    "minutes": "length from charted minutes",
    "volume": "stop computed from charted volume and rate",
    "observed": "ran at least until last seen infusing",
    "disconnected": "stop taken from the disconnection",
    "off_site": "left running when the patient went home",
    "inpatient": "counted to the inpatient order",
    "none": "no evidence of its end",
}
_SHORT_ENDS = {
    "volume": "stop computed from volume and rate",
    "observed": "at least until last seen infusing",
    "disconnected": "stop from the disconnection",
    "off_site": "went home running",
    "inpatient": "counted to the inpatient order",
    "none": "no evidence of its end",
    "pause": "paused, not resumed",
}


def title(outcome: Outcome) -> str:
    """The encounter and the days it ran over."""
    return " · ".join(each for each in (name(outcome), days(outcome)) if each)


def name(outcome: Outcome) -> str:
    """The encounter by its id."""
    return f"Encounter {outcome.encounter_id}" if outcome.encounter_id else "Encounter without id"


def days(outcome: Outcome) -> str:
    """The day it ran on, or its first and last; nothing where no day is known."""
    moments = [moment for bar in outcome.timeline for moment in (bar.start, bar.stop) if moment]
    found = {str(moment.date()) for moment in moments}
    found |= {str(line.date_of_service) for line in outcome.lines if line.date_of_service}
    if len(found) < 2:
        return "".join(found)
    return f"{min(found)} to {max(found)}"


def table_name(key: str) -> str:
    """The name of a table an outcome rests on."""
    return _TABLES.get(key, key)


def lane_name(lane: str) -> str:
    """The heading of a lane."""
    if not lane:
        return "Access not charted"
    is_named = lane.lower().startswith("access")  # as the pages at the chair name them
    return lane[:1].upper() + lane[1:] if is_named else f"Access {lane}"


def clock(moment: datetime) -> str:
    """A clock time, with seconds only where there are some."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def times(bar: Bar) -> str:
    """Start and stop: "09:00–10:31", "23:05–02:20 +1" into the next day, "09:00–?" without stop."""
    if bar.start is None and bar.stop is None:
        return ""
    if bar.start is not None and is_instant(bar):
        return clock(bar.start)
    start = clock(bar.start) if bar.start else "?"
    if bar.stop is None or bar.end == "none":
        return f"{start}–?"
    nights = (bar.stop.date() - bar.start.date()).days if bar.start else 0
    return f"{start}–{clock(bar.stop)}" + (f" +{nights}" if nights else "")


def minutes(bar: Bar) -> str:
    """Its minutes, or nothing where there are none to count."""
    if bar.minutes is None or (is_instant(bar) and not bar.minutes):
        return ""
    return f"{bar.minutes} min"


def codes(bar: Bar) -> str:
    """The codes it led to, or that it is not reported."""
    return ", ".join(bar.codes) if bar.codes else NOT_REPORTED


def end(bar: Bar) -> str:
    """How its end is known, where a short remark is due; else nothing."""
    return "" if is_instant(bar) else _SHORT_ENDS.get(bar.end, "")


def gaps(bar: Bar) -> list[tuple[str, str]]:
    """The times that do not count, by the clock; touching ones as one."""
    joined: list[tuple[datetime, datetime]] = []
    for start, stop in bar.gaps:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return [(clock(start), clock(stop)) for start, stop in joined]


def spoken(bar: Bar, bars: tuple[Bar, ...]) -> str:
    """The whole bar in one sentence, for a screen reader and for the pointer."""
    parts = [bar.drug, bar.route.replace("_", " "), _spoken_lane(bar), _spoken_times(bar)]
    if minutes(bar):
        parts.append(f"{bar.minutes} minutes")
    parts.append(in_words(bar.codes) if bar.codes else NOT_REPORTED)
    if not is_instant(bar) and bar.end in _ENDS:
        parts.append(_ENDS[bar.end])
    if bar.gaps:
        parts.append(f"not counted: {in_words([f'{a} to {b}' for a, b in gaps(bar)])}")
    if others := beside(bar, bars):
        parts.append(f"concurrent with {others}")
    return ", ".join(part for part in parts if part)


def beside(bar: Bar, bars: tuple[Bar, ...]) -> str:
    """The drugs it ran concurrently with."""
    others = [bars[index].drug for index in bar.concurrent_with if index < len(bars)]
    return in_words(list(dict.fromkeys(others))) if others else ""


def named(administrations: tuple[str, ...], bars: tuple[Bar, ...]) -> str:
    """Administrations by drug with their ids: "morphine (a2, a5), ketorolac (a3)"."""
    drugs: dict[str, list[str]] = {}
    for each in administrations:
        drug = next((bar.drug for bar in bars if each in bar.administrations), "")
        drugs.setdefault(drug, []).append(each)
    return ", ".join(_named(drug, ids) for drug, ids in drugs.items())


def one_named(administration: str | None, bars: tuple[Bar, ...]) -> str | None:
    """One administration as "drug, id"; the id alone where no bar has it."""
    drug = next((bar.drug for bar in bars if administration in bar.administrations), "")
    return f"{drug}, {administration}" if drug and drug != administration else administration


def legend(bars: tuple[Bar, ...]) -> dict[str, bool]:
    """The kinds of mark a picture may need, and whether these bars need them."""
    uncertain = ("", _SHORT_ENDS["pause"], _SHORT_ENDS["inpatient"])
    return {
        "counted": any(bar.codes and not is_instant(bar) for bar in bars),
        "push or injection": any(is_instant(bar) for bar in bars),
        "end uncertain": any(end(bar) not in uncertain for bar in bars),
        "not counted": any(bar.gaps for bar in bars),
        "not reported": any(not bar.codes for bar in bars),
        "concurrent": any(bar.concurrent_with for bar in bars),
    }


def bars_of(administrations: tuple[str, ...], bars: tuple[Bar, ...]) -> list[int]:
    """Indices of the bars that any of these administrations belong to."""
    wanted = set(administrations)
    return [n for n, bar in enumerate(bars) if wanted.intersection(bar.administrations)]


def lines_of(bar: Bar, lines: tuple[Line, ...]) -> list[int]:
    """Indices of the lines the bar led to, its own codes first named first."""
    mine = set(bar.administrations)
    found = [n for n, line in enumerate(lines) if mine.intersection(line.administrations)]
    return sorted(found, key=lambda n: (lines[n].code not in bar.codes, n))


def line_code(line: Line) -> str:
    """A line's code with modifiers and its units, always named."""
    return f"{code_in_words(line.code, 1, line.modifiers)} × {line.units}"


def _spoken_times(bar: Bar) -> str:
    if bar.start is None and bar.stop is None:
        return NO_CLOCK
    if bar.start is not None and is_instant(bar):
        return f"at {_dated(bar.start)}"
    start = _dated(bar.start) if bar.start else "no start"
    if bar.stop is None or bar.end == "none":
        return f"from {start}, no stop"
    same_day = bar.start is not None and bar.start.date() == bar.stop.date()
    return f"from {start} to {clock(bar.stop) if same_day else _dated(bar.stop)}"


def _dated(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d} {clock(moment)}"


def _spoken_lane(bar: Bar) -> str:
    return f"access {bar.lane}" if bar.lane else "access not charted"


def _named(drug: str, ids: list[str]) -> str:
    if not drug or ids == [drug]:
        return ", ".join(ids)
    return f"{drug} ({', '.join(ids)})"
