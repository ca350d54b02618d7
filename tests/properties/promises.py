"""What every outcome promises, told from the outcome, the chart and the published tables alone.

Nothing of the engine is asked: add-ons and their primaries are read from the fact file, accesses
and their reasons from the chart.  Each function yields a sentence for each promise broken.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from importlib import resources

from hangtime.explain import sentence
from hangtime.model import Encounter, Line, Outcome, Reason
from hangtime.rules._card import CARDS

INITIAL = frozenset({"96360", "96365", "96374", "96409", "96413"})
EDITION_ADDONS = "addon-2026Q3"  # the add-on file the edition of every generated date names
ECHOES = frozenset({"BND-OTHER-SERVICE", "BND-VISIT-25"})
COUNTS = frozenset({"incompatible_drugs", "protocol", "simultaneous_necessity"})
OF_ALL_FLUSHES = "BND-FLUSH-ONLY"


@cache
def primaries() -> dict[str, frozenset[str]]:
    """Primaries of each add-on as the fact file lists them."""
    text = (resources.files("hangtime.codesets") / "data" / "addons.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    listed: dict[str, set[str]] = {}
    for row in rows:
        if row["table"] == EDITION_ADDONS and row["type"] == "1":
            listed.setdefault(row["addon"], set()).add(row["primary"])
    return {addon: frozenset(codes) for addon, codes in listed.items()}


def broken(encounter: Encounter, outcome: Outcome) -> list[str]:
    """Every promise the outcome breaks, each as a sentence; empty when it keeps them all."""
    return [
        *names_its_administrations(encounter, outcome),
        *loses_nothing(encounter, outcome),
        *has_one_initial_an_access(encounter, outcome),
        *has_primaries(encounter, outcome),
        *is_dated_within_the_stay(encounter, outcome),
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
    days = [
        at.date()
        for each in encounter.administrations
        for at in (each.start, each.stop, each.disconnected_at, each.last_observed_infusing)
        if at is not None
    ]
    if not days or encounter.date_of_service is not None:
        return
    for line in outcome.lines:
        if line.date_of_service is None:
            yield f"{line.code} has no date"
        elif not min(days) - timedelta(1) <= line.date_of_service <= max(days) + timedelta(1):
            yield f"{line.code} is dated {line.date_of_service}, outside the stay"


def has_each_line_once(outcome: Outcome) -> Iterator[str]:
    counted = Counter(
        (line.code, line.date_of_service, line.modifiers)
        for line in outcome.lines
        if not is_echo(line)
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
            if not isinstance(value, (int, bool)):
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
