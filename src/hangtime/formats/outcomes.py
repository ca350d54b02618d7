"""Outcomes as the contract publishes them: one JSON object an encounter, or four tables of many.

Tables hold ids and facts; sentences are rendered from them where asked for, and amounts stand where
lines were priced.  A fifth small table says which profile, rules and tables each encounter rests on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Protocol, TextIO

from hangtime.errors import UserError
from hangtime.explain import (
    citations,
    explain_finding,
    explain_not_reported,
    explain_possible,
    line_citations,
    need_in_words,
    sentence,
)
from hangtime.formats._cells import to_cell
from hangtime.formats._plain import json_text, plain
from hangtime.model import (
    Allowed,
    Basis,
    Finding,
    Line,
    NotReported,
    Outcome,
    Possible,
    Reason,
    Total,
)

_BATCH = 10_000  # outcomes written at a time
_PLACE = ("file", "line", "field")
_PRODUCT = ("ndc", "ndc_unit", "ndc_quantity", "narrative")

# The columns of each table and their kinds.
TABLES: dict[str, dict[str, str]] = {
    "lines": {
        "encounter_id": "text",
        "line": "whole",
        "code": "text",
        "units": "units",
        "modifiers": "texts",
        "date_of_service": "date",
        "administrations": "texts",
        "rules": "texts",
        "ndc": "text",
        "ndc_unit": "text",
        "ndc_quantity": "number",
        "narrative": "text",
        "facts": "text",
    },
    "not_reported": {
        "encounter_id": "text",
        "what": "text",
        "administrations": "texts",
        "rule": "text",
        "facts": "text",
    },
    "possible": {
        "encounter_id": "text",
        "code": "text",
        "units": "units",
        "modifiers": "texts",
        "administration": "text",
        "field": "text",
        "value": "text",
    },
    "findings": {
        "encounter_id": "text",
        "severity": "text",
        "rule": "text",
        "administrations": "texts",
        "file": "text",
        "line": "whole",
        "field": "text",
        "facts": "text",
    },
    "policy": {
        "encounter_id": "text",
        "profile": "text",
        "rules": "text",
        "edition": "text",
        "tables": "text",
    },
}
# Further columns: where lines are priced, and with sentences.
PRICES: dict[str, dict[str, str]] = {
    "lines": {
        "amount": "number",
        "standing": "text",
        "price_tables": "texts",
        "missing": "text",
        "coinsurance": "number",
        "medicare": "number",
    },
    "possible": {"worth": "number", "missing": "text"},
}
SENTENCES: dict[str, dict[str, str]] = {
    "lines": {"explanation": "text", "citations": "texts"},
    "not_reported": {"explanation": "text", "citations": "texts"},
    "possible": {"needs": "text"},
    "findings": {"message": "text"},
    "policy": {},
}


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome as the contract's output object; an encounter without a readable id has null."""
    return {
        "encounter_id": outcome.encounter_id or None,
        "lines": [
            _line(each) | _line_words(each) | _certificate(each) | _amount(each.allowed)
            for each in outcome.lines
        ],
        "not_reported": [
            _not_reported(each) | _not_reported_words(each) for each in outcome.not_reported
        ],
        "possible": [
            _possible(each) | _possible_words(each) | _worth(each) for each in outcome.possible
        ],
        "findings": [_finding(each) | _finding_words(each) for each in outcome.findings],
        "policy": _policy(outcome.policy),
        **_total(outcome.total),
    }


def write_outcomes(outcomes: Iterable[Outcome], stream: TextIO) -> None:
    """Write outcomes as JSON Lines, exactly as the contract says."""
    stream.writelines(f"{json_text(outcome_as_json(each))}\n" for each in outcomes)


def write_tables(
    outcomes: Iterable[Outcome],
    folder: Path,
    form: Literal["csv", "parquet"] = "csv",
    *,
    sentences: bool = False,
    prices: bool = False,
) -> Iterator[Outcome]:
    """Write the tables of outcomes into a folder, and pass each outcome on once it is written.

    `prices` adds the columns of amounts, for outcomes that have them.

    Nothing is written until the result is consumed; it is complete when the result is exhausted.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder}: tables cannot be written there ({error.strerror}). Name another folder."
        ) from None
    further = [PRICES] * prices + [SENTENCES] * sentences
    columns = {name: dict(each) for name, each in TABLES.items()}
    for name, each in columns.items():
        for more in further:
            each |= more.get(name, {})
    writers = {name: _writer(folder / f"{name}.{form}", each) for name, each in columns.items()}
    remaining = iter(outcomes)
    try:
        while batch := list(islice(remaining, _BATCH)):
            for name, writer in writers.items():
                writer.write(_rows(name, batch, sentences))
            yield from batch
    finally:
        for writer in writers.values():
            writer.close()


def _line(line: Line) -> dict[str, Any]:
    product = {name: plain(getattr(line, name)) for name in _PRODUCT}
    return _charge(line) | {name: value for name, value in product.items() if value is not None}


def _certificate(line: Line) -> dict[str, Any]:
    return {"certificate": line.certificate} if line.certificate is not None else {}


def _amount(allowed: Allowed | None) -> dict[str, Any]:
    if allowed is None:
        return {}
    from hangtime.payment import amount_as_json

    return amount_as_json(allowed)


def _worth(possible: Possible) -> dict[str, Any]:
    return {} if possible.worth is None else {"worth": _amount(possible.worth)}


def _total(total: Total | None) -> dict[str, Any]:
    if total is None:
        return {}
    from hangtime.payment import total_as_json

    return total_as_json(total)


def _charge(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "units": line.units,
        "modifiers": list(line.modifiers),
        "date_of_service": plain(line.date_of_service),
        "administrations": list(line.administrations),
        "rules": [reason.rule for reason in line.rules],
    }


def _line_words(line: Line) -> dict[str, Any]:
    sentences = dict.fromkeys(sentence(reason) for reason in line.rules)
    return {"citations": line_citations(line), "explanation": " ".join(sentences)}


def _not_reported(left_off: NotReported) -> dict[str, Any]:
    return {
        "what": left_off.what,
        "administrations": list(left_off.administrations),
        "rule": left_off.reason.rule,
    }


def _not_reported_words(left_off: NotReported) -> dict[str, Any]:
    return {
        "citations": citations(left_off.reason),
        "explanation": explain_not_reported(left_off),
    }


def _possible(possible: Possible) -> dict[str, Any]:
    return {
        "code": possible.code,
        "units": possible.units,
        "modifiers": list(possible.modifiers),
        "administration": possible.need.administration,
        "field": possible.need.field,
        "value": possible.need.value,
    }


def _possible_words(possible: Possible) -> dict[str, Any]:
    return {"needs": need_in_words(possible.need), "explanation": explain_possible(possible)}


def _finding(finding: Finding) -> dict[str, Any]:
    facts = finding.reason.facts
    return {
        "severity": finding.severity,
        "rule": finding.reason.rule,
        "administrations": list(finding.administrations),
        **{name: facts[name] for name in _PLACE if name in facts},
    }


def _finding_words(finding: Finding) -> dict[str, Any]:
    return {"message": explain_finding(finding)}


def _policy(basis: Basis | None) -> dict[str, Any] | None:
    return None if basis is None else plain(basis)


def _facts(*reasons: Reason) -> str:
    return json_text([plain(each.facts) for each in reasons])


Rows = Iterator[dict[str, Any]]


def _line_rows(outcome: Outcome, is_worded: bool) -> Rows:
    for number, each in enumerate(outcome.lines, 1):
        row = {"line": number, "facts": _facts(*each.rules)}
        date = {"date_of_service": each.date_of_service}
        yield _line(each) | row | date | _priced(each) | (_line_words(each) if is_worded else {})


def _priced(line: Line) -> dict[str, Any]:
    """The columns of a line's amount."""
    if line.allowed is None:
        return {}
    return {name: getattr(line.allowed, name, None) for name in PRICES["lines"]} | {
        "price_tables": [table.name for table in line.allowed.tables],
        "missing": line.allowed.missing or None,
    }


def _not_reported_rows(outcome: Outcome, is_worded: bool) -> Rows:
    for each in outcome.not_reported:
        words = _not_reported_words(each) if is_worded else {}
        yield _not_reported(each) | {"facts": _facts(each.reason)} | words


def _possible_rows(outcome: Outcome, is_worded: bool) -> Rows:
    for each in outcome.possible:
        words = _possible_words(each) if is_worded else {}
        worth = {"worth": each.worth.amount, "missing": each.worth.missing} if each.worth else {}
        yield _possible(each) | worth | words


def _finding_rows(outcome: Outcome, is_worded: bool) -> Rows:
    for each in outcome.findings:
        words = _finding_words(each) if is_worded else {}
        yield _finding(each) | {"facts": _facts(each.reason)} | words


def _policy_rows(outcome: Outcome, _: bool) -> Rows:
    if outcome.policy is not None:
        yield plain(outcome.policy) | {"tables": json_text(outcome.policy.tables)}


_ROWS = {
    "lines": _line_rows,
    "not_reported": _not_reported_rows,
    "possible": _possible_rows,
    "findings": _finding_rows,
    "policy": _policy_rows,
}


def _rows(name: str, outcomes: list[Outcome], is_worded: bool) -> Rows:
    for outcome in outcomes:
        for row in _ROWS[name](outcome, is_worded):
            yield row | {"encounter_id": outcome.encounter_id}


class _TableWriter(Protocol):
    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows; a column that a row lacks is empty."""

    def close(self) -> None:
        """Finish the file."""


class _CsvWriter:
    def __init__(self, path: Path, columns: dict[str, str]) -> None:
        self._columns = columns
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream)
        self._writer.writerow(columns)

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows; lists are JSON text."""
        for row in rows:
            self._writer.writerow(
                [to_cell(kind, row.get(name)) for name, kind in self._columns.items()]
            )

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


def _writer(path: Path, columns: dict[str, str]) -> _TableWriter:
    if path.suffix == ".parquet":
        from hangtime.formats._parquet import ParquetWriter

        return ParquetWriter(path, columns)
    return _CsvWriter(path, columns)
