"""What a coder does on a page, as the decisions of `hangtime.visits`: forms in, bodies out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from hangtime import visits
from hangtime.edits import ClaimFinding
from hangtime.formats._plain import json_text
from hangtime.visits import Clinic, Decided, Record, decisions
from hangtime.visits.claims import claim_rows
from hangtime.web.api.visiting import Asked
from hangtime.web.problems import FieldProblem, field_problem
from hangtime.worklist import scrub_rows

__all__ = [
    "ACTS",
    "DONE",
    "Unusable",
    "accept_all",
    "body_of",
    "certificate",
    "decide",
    "release",
    "scrubbed",
]

ACTS: Mapping[str, type[decisions.Decision]] = {
    "accept": decisions.LineAccepted,
    "override": decisions.LineOverridden,
    "remove": decisions.LineRemoved,
    "add": decisions.LineAdded,
    "withdraw": decisions.DecisionWithdrawn,
    "hold": decisions.Held,
    "let_go": decisions.LetGo,
    "ask": decisions.QueryAsked,
    "close": decisions.QueryClosed,
}
DONE = {
    "accept": "Accepted.",
    "accept_all": "All lines that were open are accepted.",
    "override": "Changed, with your reason.",
    "remove": "Left off, with your reason.",
    "add": "Added, with your reason.",
    "withdraw": "Withdrawn. The line is open again.",
    "hold": "On hold.",
    "let_go": "Let go.",
    "ask": "The nurse is asked.",
    "close": "The question is closed.",
    "coded": "Coded as the record stands now.",
    "released": "Released.",
}


# What a field has to be, in the words of those who fill it in.
_WANTED = {
    "code": "has to be one of CPT or HCPCS, of five signs",
    "units": "has to be a whole number, 1 or more",
    "modifiers": "have to be up to four, each of two signs",
    "date_of_service": "is not a date",
}


class Unusable(ValueError):
    """A form whose field cannot be read."""

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__(problem.field)
        self.problem = problem


def body_of(act: str, said: Mapping[str, str]) -> decisions.Decision:
    """The decision a form makes.  Raises Unusable, which names the field."""
    kind = ACTS.get(act)
    if kind is None:
        raise Unusable(FieldProblem("act", "is none of the things a coder can do"))
    given = {
        name: said[name].strip() for name in kind.__struct_fields__ if said.get(name, "").strip()
    }
    fields: dict[str, Any] = dict(given)
    if "code" in fields:
        fields["code"] = fields["code"].upper()
    if "modifiers" in fields:
        fields["modifiers"] = fields["modifiers"].upper().replace(",", " ").split()
    elif act == "override" and said.get("without_modifiers"):
        fields["modifiers"] = []
    if act == "ask":
        fields["query_id"] = said.get("entry_id", "")
    try:
        return msgspec.convert(fields | {"kind": _tag(kind)}, kind, strict=False)
    except msgspec.ValidationError as error:
        problem = field_problem(str(error))
        field = problem.field.partition("[")[0]
        is_missing = problem.message == "is missing"
        words = problem.message if is_missing else _WANTED.get(field, problem.message)
        raise Unusable(FieldProblem(field, words)) from None


def decide(clinic: Clinic, asked: Asked, entry_id: str, body: decisions.Decision) -> Decided:
    """Record a decision."""
    return visits.decide(clinic, asked.person, asked.record.visit_id, entry_id, body)


def accept_all(clinic: Clinic, asked: Asked, said: Mapping[str, str], entry_id: str) -> Decided:
    """Accept each line that was open on the page; what cannot be stops at its first refusal."""
    done = Decided(asked.record)
    for number in asked.record.work.undecided:
        fields = {**said, "line": str(number)}
        own = str(uuid.uuid5(uuid.UUID(entry_id), str(number)))
        done = decide(clinic, asked, own, body_of("accept", fields))
        if done.errors or done.is_taken:
            break
    return done


def release(clinic: Clinic, asked: Asked, entry_id: str) -> Decided:
    """Release the visit, if nothing stands against it."""
    return visits.release(clinic, asked.person, asked.record.visit_id, entry_id)


def scrubbed(record: Record) -> list[ClaimFinding]:
    """What the lines that would go out will meet at the payer."""
    return scrub_rows(list(claim_rows(record))) if record.work.coding else []


def certificate(record: Record) -> bytes | None:
    """Encounter and outcome with the certificates, as `hangtime check` reads them; None: not coded."""
    coding = record.work.coding
    if coding is None:
        return None
    kept = {"encounter": coding.encounter, "outcome": coding.outcome}
    return json_text(kept).encode()


def _tag(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag)
