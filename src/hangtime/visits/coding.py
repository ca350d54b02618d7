"""Coding a visit: the encounter its record makes, what that supports, and the result kept.

The same engine answers at the chair, at the desk and for a file, so the answers are the same.  What
is kept in the ledger holds the encounter beside the outcome with its certificates: whoever has the
entry can check the coding with `hangtime check` and needs nothing else.
"""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

from hangtime import chart
from hangtime.certify import Certifier
from hangtime.formats import contract
from hangtime.formats._plain import json_text, plain
from hangtime.formats.outcomes import outcome_as_json
from hangtime.model import Administration, Encounter, Outcome
from hangtime.payment import Rates, amount_as_json, price_outcome, total, total_as_json, worth
from hangtime.store import DifferentEntry, NewEntry
from hangtime.visits import decisions
from hangtime.visits.clinic import Author, Clinic
from hangtime.visits.projecting import project
from hangtime.visits.records import Record
from hangtime.visits.work import Coding

__all__ = [
    "LOADING",
    "PROGRAM",
    "code_visit",
    "coded",
    "encounter_as_json",
    "encounter_of",
    "encounter_of_json",
    "is_stale",
    "outcome",
    "recoded",
    "warm",
]  # fmt: skip

LOADING = "loading"  # how an encounter came that another system charted
_coders = threading.local()  # a coder serves one thread


class _Program:
    """The program itself as the author of what nobody asked for."""

    account_id = "hangtime"
    name = "Hangtime"
    credential = None


PROGRAM = _Program()


def outcome(record: Record) -> Outcome:
    """What the record supports as it stands, with its reasons and what one more fact would add."""
    return _certifier().code(encounter_of(record))


def encounter_of(record: Record) -> Encounter:
    """The encounter a record makes; one that another system charted is as it was loaded."""
    coding = record.work.coding
    if coding is None or coding.coded_by != LOADING:
        return chart.encounter(record.visit)
    return encounter_of_json(coding.encounter)


def encounter_of_json(encounter: dict[str, Any]) -> Encounter:
    """The encounter that `encounter_as_json` wrote."""
    (found,) = contract.read_bytes(json_text(encounter).encode(), "encounter")
    assert found.encounter is not None, "what was written can be read"
    return found.encounter


def recoded(coding: Coding) -> Outcome:
    """A kept coding by today's program: what its pages and papers are drawn from.

    Its lines are those that were kept unless the rules or their tables have changed since.
    """
    return _certifier().code(encounter_of_json(coding.encounter))


def coded(
    encounter: Encounter, record_seq: int, coded_by: str, certifier: Certifier | None = None
) -> decisions.Coded:
    """An encounter coded, certified and priced by today's tables.

    Pricing never changes a line: an amount is unknown where no table at hand gives it.
    """
    certifier = certifier or _certifier()
    found = certifier.code(encounter)
    return decisions.Coded(
        record_seq=record_seq,
        encounter=encounter_as_json(encounter),
        outcome=outcome_as_json(found),
        coded_by=coded_by,
        prices=_prices(encounter, found, certifier),
    )


def _prices(encounter: Encounter, found: Outcome, certifier: Certifier) -> dict[str, Any]:
    rates, prices = _rates(), price_outcome(encounter, found, _rates())
    facts = [worth(each, encounter, found, rates, certifier) for each in found.possible]
    return {
        "lines": [amount_as_json(each) for each in prices],
        "possible": [amount_as_json(each) for each in facts],
        **total_as_json(total(prices)),
    }


def encounter_as_json(encounter: Encounter) -> dict[str, Any]:
    """The encounter as the contract writes it."""
    return plain(encounter)


def warm() -> None:
    """Read the tables of codes and drugs, which the first coding would otherwise wait for."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    given = Administration(
        administration_id="1", drug="infliximab", route="iv_infusion", start=noon, stop=noon
    )
    encounter = Encounter(encounter_id="1", setting="facility", administrations=(given,))
    _certifier().code(encounter)


def is_stale(record: Record) -> bool:
    """Something was charted since the record was coded."""
    coding = record.work.coding
    return coding is not None and coding.record_seq < record.charted_seq


def code_visit(
    clinic: Clinic, author: Author, visit_id: str, *, entry_id: str | None = None
) -> Record | None:
    """Code a visit as it stands and keep the result; None where there is no such visit.

    `entry_id` makes a repeat harmless: under an id that coded this visit nothing is coded again.
    Raises DifferentEntry where the id was used for something else.
    """
    with clinic.writing() as connection:
        record = clinic.records.current(visit_id, connection)
        if record is None:
            return None
        known = clinic.ledger.find(entry_id, connection) if entry_id is not None else None
        if known is not None:
            if (known.subject, known.stream) != (visit_id, decisions.CODING):
                raise DifferentEntry("entry_id: already used by another entry.")
            return record
        new = _entry(record, author, entry_id or str(uuid.uuid4()))
        stored = clinic.ledger.append(connection, new)
        record = clinic.records.with_appended(record, [stored], connection)
        project(connection, record, is_new=False)
    clinic.records.keep(record)
    return record


def _entry(record: Record, author: Author, entry_id: str) -> NewEntry:
    was = record.work.coding
    is_loaded = was is not None and was.coded_by == LOADING
    by = LOADING if is_loaded else "closing" if author is PROGRAM else "person"
    body = coded(encounter_of(record), record.charted_seq, by)
    packed = decisions.Packed(author_name=author.name, credential=author.credential, body=body)
    return NewEntry(
        entry_id=entry_id,
        stream=decisions.CODING,
        subject=record.visit_id,
        kind=decisions.kind_of(body),
        author=author.account_id,
        body=decisions.pack(packed),
    )


def _rates() -> Rates:
    if not hasattr(_coders, "rates"):
        _coders.rates = Rates()
    return _coders.rates


def _certifier() -> Certifier:
    if not hasattr(_coders, "certifier"):
        _coders.certifier = Certifier()
    return _coders.certifier
