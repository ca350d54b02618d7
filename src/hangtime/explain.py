"""Reasons in words: what a coder reads of a line, of what was left off, and of what is missing.

The engine gives rule ids with named facts.  Here, and only here, they become sentences and
citations, the same for the terminal, the page, the published output and the audit.  Every
function is total: an outcome that can be built can be explained.

Wording is about documentation.  Nothing here suggests giving, or charting, anything that did not
happen.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hangtime._needs import need_in_words, place_in_words
from hangtime.model import Finding, Line, NotReported, Possible, Reason

__all__ = [
    "citation",
    "citations",
    "code_in_words",
    "explain_finding",
    "explain_line",
    "explain_not_reported",
    "explain_possible",
    "in_words",
    "line_citations",
    "line_in_words",
    "need_in_words",
    "product_in_words",
    "register_cards",
    "register_faults",
    "sentence",
    "sources",
]

if TYPE_CHECKING:
    from hangtime.rules._card import Rule
    from hangtime.rules.sources import Source

_faults: dict[str, str] = {}
_broken: dict[str, str] = {}
_beside: dict[str, Rule] = {}


def register_faults(sentences: Mapping[str, str], broken: Mapping[str, str] | None = None) -> None:
    """Add sentences of ids that are no rules: faults of input, which the readers define.

    A sentence names its facts in braces, as rule cards do.  `broken` names the section of the
    contract that each id breaks.  Registering an id again replaces it.
    """
    _faults.update(sentences)
    _broken.update(broken or {})


def register_cards(cards: Iterable[Rule]) -> None:
    """Add the rules of a part that the engine does not import, with their sentences and sources."""
    _beside.update((card.id, card) for card in cards)


def sentence(reason: Reason) -> str:
    """The sentence of the reason's rule with its facts filled in."""
    template = _template(reason.rule)
    if template is None:
        return _bare(reason)
    facts = _Facts({name: in_words(value) for name, value in reason.facts.items()})
    return template.format_map(facts)


def citations(reason: Reason) -> list[str]:
    """Where the rule stands, as "document, section, date"; of a fault, what it breaks."""
    if reason.rule in _broken:
        return [_broken[reason.rule]]
    return [citation(source) for source in sources(reason)]


def sources(reason: Reason) -> tuple[Source, ...]:
    """The source records the reason's rule cites, in its order."""
    if reason.rule in _faults:
        return ()
    found = _card(reason.rule)
    return found.cites if found else ()


def citation(source: Source) -> str:
    """One source as "document, section, date"."""
    is_named = source.title.startswith(source.publisher)
    document = source.title if is_named else f"{source.publisher} {source.title}"
    parts = (document, source.section, source.date)
    return ", ".join(in_words(part) for part in parts if part)


def line_citations(line: Line) -> list[str]:
    """The citations of all of a line's rules, each once, in order of use."""
    return list(dict.fromkeys(each for reason in line.rules for each in citations(reason)))


def code_in_words(code: str, units: int = 1, modifiers: Iterable[str] = ()) -> str:
    """A code as a coder writes it: the code, its modifiers, and the units where more than one."""
    with_modifiers = "-".join((code, *modifiers))
    return with_modifiers if units == 1 else f"{with_modifiers} × {units}"


def line_in_words(line: Line) -> str:
    """A line's code, modifiers, units and date: "CODE-MOD × 2 on 2025-03-12"."""
    words = f"{'-'.join((line.code, *line.modifiers))} × {line.units}"
    return f"{words} on {line.date_of_service}" if line.date_of_service else words


def product_in_words(line: Line) -> str:
    """What a drug line says of the product: "NDC 57894003001, 4 UN", or the narrative; else ""."""
    quantity = f", {in_words(line.ndc_quantity)} {line.ndc_unit}" if line.ndc_unit else ""
    parts = (line.narrative or "", f"NDC {line.ndc}{quantity}" if line.ndc else "")
    return "; ".join(part for part in parts if part)


def explain_line(line: Line) -> str:
    """One claim line and, in order of use, the sentences of its rules."""
    because = " ".join(dict.fromkeys(_ended(sentence(reason)) for reason in line.rules))
    return f"{line_in_words(line)}: {because}" if because else _ended(line_in_words(line))


def explain_not_reported(left_off: NotReported) -> str:
    """What was considered and left off, and the sentence that says why."""
    return f"{left_off.what} not reported: {_ended(sentence(left_off.reason))}"


def explain_finding(finding: Finding) -> str:
    """The sentence of a finding."""
    return _ended(sentence(finding.reason))


def explain_possible(possible: Possible, about: str | None = None) -> str:
    """What one missing fact would add, for example "a stop at or after 10:31 adds CODE (a2)".

    `about` names the administration or access where its bare id would not be enough.
    """
    adds = code_in_words(possible.code, possible.units, possible.modifiers)
    words = f"{need_in_words(possible.need)} adds {adds}"
    about = about or place_in_words(possible.need)
    return f"{words} ({about})" if about else words


def in_words(value: Any) -> str:
    """A fact as read aloud: clock times without seconds of zero, lists with "and", yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d} {_clock(value.time())}"
    if isinstance(value, time):
        return _clock(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return _listed([in_words(each) for each in value])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return "not charted" if value is None else str(value)


class _Facts(dict[str, str]):
    """Facts of a sentence; one that the engine did not give reads as not charted."""

    def __missing__(self, name: str) -> str:
        return "not charted"


def _clock(value: time) -> str:
    return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _ended(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _template(rule: str) -> str | None:
    if rule in _faults:
        return _faults[rule]
    found = _card(rule)
    return found.says if found else None


def _bare(reason: Reason) -> str:
    """An id nobody described, with its facts: poor, but nothing is hidden."""
    facts = ", ".join(f"{name} {in_words(value)}" for name, value in reason.facts.items())
    return f"{reason.rule} ({facts})" if facts else reason.rule


def _card(rule: str) -> Rule | None:
    return _beside.get(rule) or _engines_card(rule)


@lru_cache(maxsize=1024)
def _engines_card(rule: str) -> Rule | None:
    from hangtime.rules._card import card_by_id

    importlib.import_module("hangtime.rules.walk")  # registers every card
    try:
        return card_by_id(rule)
    except KeyError:
        return None
