"""What every outcome promises, told from the outcome, the chart and the published tables alone.

Nothing of the engine is asked: add-ons and their primaries are read from the fact file, accesses
and their reasons from the chart.  Each function yields a sentence for each promise broken.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources

from hangtime.drug_lines import AMOUNTS, WORDED
from hangtime.explain import sentence
from hangtime.model import Administration, Encounter, Line, Outcome, Reason
from hangtime.rules._card import CARDS

INITIAL = frozenset({"96360", "96365", "96374", "96409", "96413"})
EDITION_ADDONS = "addon-2026Q3"  # the add-on file the edition of every generated date names
ECHOES = frozenset({"BND-OTHER-SERVICE", "BND-VISIT-25"})
COUNTS = frozenset({"incompatible_drugs", "protocol", "simultaneous_necessity"})
ANOTHER_ZONE = timedelta(days=1)  # an offset may put a time on the neighbouring local day


SAID = {*AMOUNTS, *WORDED}  # facts that are texts: amounts with their unit, names of the formulary


@cache
def primaries() -> dict[str, frozenset[str]]:
    """Primaries of each add-on as the fact file lists them."""
    listed: dict[str, set[str]] = {}
    for row in _facts("addons.csv"):
        if row["table"] == EDITION_ADDONS and row["type"] == "1":
            listed.setdefault(row["addon"], set()).add(row["primary"])
    return {addon: frozenset(codes) for addon, codes in listed.items()}


@cache
def in_force() -> dict[str, tuple[str, str]]:
    """First and last date of each code as ISO text, empty where none is published."""
    return {row["number"]: (row["from"], row["until"]) for row in _facts("codes.csv")}


def _facts(table: str) -> Iterator[dict[str, str]]:
    text = (resources.files("hangtime.codesets") / "data" / table).read_text("utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def broken(encounter: Encounter, outcome: Outcome) -> list[str]:
    """Every promise the outcome breaks, each as a sentence; empty when it keeps them all."""
    return [
        *names_its_administrations(encounter, outcome),
        *loses_nothing(encounter, outcome),
        *has_one_initial_an_access(encounter, outcome),
        *has_primaries(encounter, outcome),
        *is_dated_within_the_stay(encounter, outcome),
        *uses_codes_in_force(outcome),
        *has_each_line_once(outcome),
        *speaks(outcome),
    ]


def reasons(outcome: Outcome) -> Iterator[Reason]:
    """Every reason an outcome gives."""
    for line in outcome.lines:
        yield from line.rules
    yield from (each.reason for each in outcome.not_reported)
    yield from (each.reason for each in outcome.findings)


def is_echo(line: Line) -> bool:
    """A service charted beside the administrations, not derived from them."""
    return any(reason.rule in ECHOES for reason in line.rules)


def names_its_administrations(encounter: Encounter, outcome: Outcome) -> Iterator[str]:
    charted = {each.administration_id for each in encounter.administrations}
    for line in outcome.lines:
        if not line.rules:
            yield f"{line.code} gives no rule"
        if not line.administrations and not is_echo(line):
            yield f"{line.code} names no administration"
        if not set(line.administrations) <= charted:
            yield f"{line.code} names an administration that is not charted"
        if line.units < 1:
            yield f"{line.code} has {line.units} units"


def loses_nothing(encounter: Encounter, outcome: Outcome) -> Iterator[str]:
    """Every administration is in a line, among what was left off, or set aside."""
    seen = {id for line in outcome.lines for id in line.administrations}
    seen |= {id for each in outcome.not_reported for id in each.administrations}
    seen |= {
        id
        for each in outcome.findings
        if each.reason.facts.get("set_aside")
        for id in each.administrations
    }
    for each in encounter.administrations:
        if each.administration_id not in seen:
            yield f"{each.administration_id} ({each.drug} by {each.route}) has vanished"


def own_accesses(encounter: Encounter) -> frozenset[str]:
    """Accesses that count as one of their own: listed first or not, with a reason that counts."""
    return frozenset(
        access.access_id
        for access in encounter.accesses
        if access.reason_code in COUNTS or access.reason is not None
    )


def has_one_initial_an_access(encounter: Encounter, outcome: Outcome) -> Iterator[str]:
    access_of = {each.administration_id: each.access for each in encounter.administrations}
    if encounter.payer == "first-plan":  # a replaced access counts there
        return
    own, initials = own_accesses(encounter), Counter[str]()
    first = encounter.accesses[0].access_id if encounter.accesses else ""
    for line in outcome.lines:
        if line.code in INITIAL and not is_echo(line):
            if line.code == "96360":  # hydration of all accesses belongs to the first
                initials[""] += line.units
                continue
            used = {access_of[id] or first for id in line.administrations}
            for access in {access if access in own else "" for access in used}:
                initials[access] += 1
            initials["*"] += line.units
    for access, count in initials.items():
        if access != "*" and count > 1 and "96360" not in {line.code for line in outcome.lines}:
            yield f"{count} initial services at {access or 'the first access'}"
    if initials["*"] > 1 + len(own):
        yield f"{initials['*']} initial services at {1 + len(own)} accesses"


def has_primaries(encounter: Encounter, outcome: Outcome) -> Iterator[str]:
    if encounter.payer == "first-plan" and (encounter.attendance_of_day or 1) > 1:
        return  # there the day has one initial, at an earlier attendance
    codes = {line.code for line in outcome.lines}
    for line in outcome.lines:
        listed = primaries().get(line.code)
        if listed and not is_echo(line) and not listed & codes:
            yield f"{line.code} has none of its primaries"


def is_dated_within_the_stay(encounter: Encounter, outcome: Outcome) -> Iterator[str]:
    """No line is dated before the first time charted, nor after the last thing could have ended."""
    rows = [each for each in encounter.administrations if each.start or each.stop]
    if not rows or encounter.date_of_service is not None:
        return
    first = min((each.start or each.stop).date() for each in rows) - ANOTHER_ZONE
    last = max(_latest(each).date() for each in rows) + ANOTHER_ZONE
    for line in outcome.lines:
        if line.date_of_service is None:
            yield f"{line.code} has no date"
        elif not first <= line.date_of_service <= last:
            yield f"{line.code} is dated {line.date_of_service}, outside the stay"


def _latest(row: Administration) -> datetime:
    """The latest this row can have ended by anything charted; naive."""
    pauses = [at for each in row.interruptions for at in (each.start, each.stop)]
    times = (row.start, row.stop, row.last_observed_infusing, row.disconnected_at, *pauses)
    latest = max(at.replace(tzinfo=None) for at in times if at is not None)
    hours = float(row.minutes or 0) / 60
    rates = [each.rate_ml_per_h for each in row.rate_changes] + [row.rate_ml_per_h or Decimal(0)]
    slowest = min((rate for rate in rates if rate > 0), default=Decimal(0))
    volume = max(row.volume_infused_ml or Decimal(0), row.volume_ml or Decimal(0))
    if slowest:
        hours = max(hours, float(volume / slowest))
    return latest + timedelta(hours=min(hours, 1e6))


def uses_codes_in_force(outcome: Outcome) -> Iterator[str]:
    """A derived line whose code is not valid on its date is at least found out."""
    doubted = {id for each in outcome.findings for id in each.administrations}
    for line in outcome.lines:
        first, last = in_force().get(line.code, ("", ""))
        day = line.date_of_service.isoformat() if line.date_of_service else first
        if is_echo(line) or (first <= day and (not last or day <= last)):
            continue
        if not set(line.administrations) <= doubted:
            yield f"{line.code} is not in force on {day}"


def has_each_line_once(outcome: Outcome) -> Iterator[str]:
    counted = Counter(
        (line.code, line.date_of_service, line.modifiers, line.ndc)
        for line in outcome.lines
        if not is_echo(line) and line.narrative is None  # unlisted ones are lines of their own
    )
    yield from (f"{key[0]} stands twice on a date" for key, count in counted.items() if count > 1)


def speaks(outcome: Outcome) -> Iterator[str]:
    """Every reason has a card, and its sentence all its facts."""
    known = {card.id for card in CARDS}
    for reason in reasons(outcome):
        if reason.rule not in known:
            yield f"{reason.rule} is no rule"
            continue
        words = sentence(reason)
        if "{" in words or "not charted" in _filled(reason, words):
            yield f"{reason.rule} lacks a fact: {words}"
        for name, value in reason.facts.items():
            if name in SAID:
                if not isinstance(value, str) or not value:
                    yield f"{reason.rule}: the fact {name} says nothing"
            elif not isinstance(value, (int, bool)):
                yield f"{reason.rule}: the fact {name} is a {type(value).__name__}"
            elif value < 0:
                yield f"{reason.rule}: the fact {name} is {value}"


def _filled(reason: Reason, words: str) -> str:
    """What the facts became; a sentence may say of its own that something is not charted."""
    card = next(card for card in CARDS if card.id == reason.rule)
    return words if "not charted" not in card.says else ""


def claim(lines: Iterable[Line]) -> Counter[tuple[object, ...]]:
    """Lines as a payer sees them."""
    return Counter((line.code, line.units, line.modifiers, line.date_of_service) for line in lines)
