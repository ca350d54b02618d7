"""Outcomes on the terminal: each encounter with its reasons, or tables over many."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from hangtime.batch.accounting import KEPT, Faults, field_of
from hangtime.cli._coding import Account
from hangtime.explain import (
    citations,
    explain_finding,
    explain_not_reported,
    explain_possible,
    line_in_words,
    product_in_words,
    sentence,
)
from hangtime.model import Allowed, Finding, Line, Outcome, Possible, Reason, Total

if TYPE_CHECKING:
    from pathlib import Path

_FILES_NAMED = 5  # files in which a kind of fault stands
_LINES_NAMED = KEPT - 1  # further lines in which a kind of fault stands; --out has them all


def accounting(account: Account) -> str:
    """One sentence in which the rows add up."""
    return (
        f"{account.rows} rows read = {account.coded} coded + {account.merged} merged"
        f" + {account.set_aside} set aside"
    )


def one_encounter(outcome: Outcome) -> str:
    """An encounter's lines with reasons and numbered sources, and all else that was found."""
    sources: dict[str, int] = {}
    parts = [f"Encounter {outcome.encounter_id or '(without a readable id)'}"]
    for line in outcome.lines:
        parts += _line(line, sources)
    if not outcome.lines:
        parts.append("  Nothing is reported.")
    if outcome.total is not None:
        parts.append(f"  Medicare would allow in all: {_total(outcome.total)}")
    parts += _section("Not reported", map(explain_not_reported, outcome.not_reported))
    parts += _section("One more fact in the chart", map(_possible, outcome.possible))
    findings = (f"{each.severity}: {explain_finding(each)}{_of(each)}" for each in outcome.findings)
    parts += _section("Findings", findings)
    parts += _section("Sources", (f"[{number}] {name}" for name, number in sources.items()))
    return "\n".join(parts)


def many_encounters(account: Account, out: Path | None = None) -> str:
    """Tables by code and by finding; `out` is where the tables of the run stand."""
    header = ("code", "lines", "units", *(("amount", "unknown") if account.amounts else ()))
    codes = [
        (code, str(count), str(account.units[code]), *_amounts(account, code))
        for code, count in sorted(account.lines.items())
    ]
    findings = [
        (severity, rule, str(count))
        for (severity, rule), count in sorted(account.findings.items(), key=lambda each: -each[1])
    ]
    encounters = f"{account.encounters} encounters"
    where = f"The tables in {out}" if out else "--json and --out FOLDER"
    return "\n".join(
        [
            f"{encounters}, {sum(account.lines.values())} lines, {accounting(account)}",
            "",
            *_table(header, codes),
            *_allowed(account),
            "",
            *_table(("severity", "finding", "count"), findings),
            *_faults(account),
            "",
            f"{where} name the encounter and the rows of each; explain draws one.",
        ]
    )


def _amounts(account: Account, code: str) -> tuple[str, ...]:
    """What the lines of a code come to, and how many have no known amount, where they are priced."""
    if code not in account.amounts:
        return ()
    return f"{account.amounts[code]:,.2f}", str(account.unknown[code])


def _allowed(account: Account) -> Iterator[str]:
    """What all lines come to, and the tables that would tell the rest."""
    if account.amounts:
        total = Total(sum(account.amounts.values(), Decimal()), account.unknown.total())
        missing = ", ".join(f"{name} ({count})" for name, count in sorted(account.missing.items()))
        said = f"Medicare would allow in all: {_total(total)}"
        yield ""
        yield _wrapped(f"{said}; missing: {missing}" if missing else said, "")


def _total(total: Total) -> str:
    from hangtime.payment import total_in_words

    return total_in_words(total)


def _faults(account: Account) -> Iterator[str]:
    """Each kind of fault once for each of some files, with lines where it stands."""
    if account.faults:
        yield from ("", "Found in the input")
    kinds: dict[tuple[str, str], list[Faults]] = {}
    for faults in account.faults.values():
        kind = faults.first.reason.rule, field_of(faults.first)
        kinds.setdefault(kind, []).append(faults)
    for same in kinds.values():
        yield from map(_fault, same[:_FILES_NAMED])
        more = len(same) - _FILES_NAMED
        if more > 0:
            files = "one more file" if more == 1 else f"{more} more files"
            yield _wrapped(f"The same in {files}; the findings name each.", "    ")


def _fault(faults: Faults) -> str:
    facts, said = faults.first.reason.facts, explain_finding(faults.first)
    others = [each for each in faults.lines if each != facts.get("line", 1)]
    more = [str(line) for line in others[:_LINES_NAMED]]
    left = faults.count - 1 - len(more)
    also = f" Also in line{'s' if len(more) > 1 else ''} {', '.join(more)}" if more else ""
    also += f" and {left} more" if left else ""
    where = "" if str(facts["file"]) in said else f"{facts['file']}, line {facts['line']}: "
    sentence = f"{faults.first.severity}: {where}{said}"
    return _wrapped(f"{sentence}{also}{'.' if also else ''}", "  ")


def _line(line: Line, sources: dict[str, int]) -> Iterator[str]:
    """A line and its sentences, each with the numbers of its sources; new sources are numbered."""
    about = f" ({', '.join(line.administrations)})" if line.administrations else ""
    amount = f": {_amount(line.allowed)}" if line.allowed else ""
    yield _wrapped(line_in_words(line) + about + amount, "  ")
    if product_in_words(line):
        yield _wrapped(product_in_words(line))
    for reason in dict.fromkeys((each.rule, sentence(each)) for each in line.rules):
        cited = citations(Reason(reason[0]))
        numbers = [sources.setdefault(each, len(sources) + 1) for each in cited]
        yield _wrapped(f"{reason[1]} {_bracketed(numbers)}".rstrip())
    if line.allowed:
        yield from _sum(line.allowed, sources)


def _sum(allowed: Allowed, sources: dict[str, int]) -> Iterator[str]:
    """How an amount comes about, with the numbers of its tables."""
    from hangtime.payment import table_in_words

    tables = map(table_in_words, allowed.tables)
    numbers = [sources.setdefault(each, len(sources) + 1) for each in tables]
    yield _wrapped(f"{allowed.arithmetic} {_bracketed(numbers)}".rstrip())


def _amount(allowed: Allowed) -> str:
    from hangtime.payment import amount_in_words

    return amount_in_words(allowed)


def _bracketed(numbers: Iterable[int]) -> str:
    return "".join(f"[{each}]" for each in numbers)


def _possible(possible: Possible) -> str:
    """What one more fact would add, and what it is worth where lines are priced."""
    said = explain_possible(possible)
    return f"{said}: worth {_amount(possible.worth)}" if possible.worth else said


def _of(finding: Finding) -> str:
    """The administrations a finding is about."""
    return f" ({', '.join(finding.administrations)})" if finding.administrations else ""


def _section(title: str, texts: Iterable[str]) -> Iterator[str]:
    found = list(dict.fromkeys(texts))
    if found:
        yield f"  {title}"
        yield from (_wrapped(each) for each in found)


def _wrapped(text: str, indent: str = "      ") -> str:
    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 100))
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + "  ")


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as they need; numbers to the right."""
    if not rows:
        return
    widths = [max(len(row[index]) for row in [header, *rows]) for index in range(len(header))]
    for row in [header, *rows]:
        cells = (
            cell.rjust(width) if index and _is_number(rows[0][index]) else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").isdigit()
