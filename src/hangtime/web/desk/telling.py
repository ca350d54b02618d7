"""What people made of a visit's coding, in words: the same on its page and on its paper."""

from __future__ import annotations

from typing import Any, NamedTuple

from hangtime.visits import decisions
from hangtime.visits.decisions import reasons
from hangtime.visits.work import Decided

__all__ = ["Told", "by", "coded_as", "told"]


class Told(NamedTuple):
    """One thing that was said: about what, what it was, and why."""

    about: str
    what: str
    why: str = ""


def by(step: Decided) -> str:
    """Who said it: "C. Voss, CPC"."""
    return f"{step.author_name}, {step.credential}" if step.credential else step.author_name


def told(step: Decided) -> Told:
    """A decision, question, answer, hold or release in words."""
    body = step.body
    if isinstance(body, decisions.LineAccepted):
        return Told(f"Line {body.line}", "accepted")
    if isinstance(body, decisions.LineOverridden):
        return Told(f"Line {body.line}", f"changed to {_changed(body)}", _why(body))
    if isinstance(body, decisions.LineRemoved):
        return Told(f"Line {body.line}", "left off", _why(body))
    if isinstance(body, decisions.LineAdded):
        added = coded_as({"code": body.code, "modifiers": body.modifiers, "units": body.units})
        return Told(added, f"added on {body.date_of_service}", _why(body))
    if isinstance(body, decisions.QueryAsked):
        about = f"Line {body.line}" if body.line else "Question"
        return Told(about, f"asked: {body.text}")
    if isinstance(body, decisions.QueryAnswered):
        return Told("Question", f"answered: {body.text}")
    return _of_the_whole(body)


def _of_the_whole(body: Any) -> Told:
    if isinstance(body, decisions.Held):
        return Told("Visit", "put on hold", _why(body))
    if isinstance(body, decisions.LetGo):
        return Told("Visit", "let go", body.remark)
    if isinstance(body, decisions.QueryClosed):
        return Told("Question", "closed", body.remark)
    if isinstance(body, decisions.DecisionWithdrawn):
        return Told("Decision", "withdrawn")
    return Told("Visit", f"released with {len(body.lines)} lines")


def coded_as(line: Any) -> str:
    """A line as a coder writes it: "CODE-MOD × 2"."""
    written = "-".join((line["code"], *line.get("modifiers", ())))
    return written if int(line["units"]) == 1 else f"{written} × {line['units']}"


def _changed(body: decisions.LineOverridden) -> str:
    parts = [
        f"code {body.code}" if body.code else "",
        f"{body.units} units" if body.units else "",
        "" if body.modifiers is None else f"modifiers {' '.join(body.modifiers) or 'none'}",
    ]
    return ", ".join(part for part in parts if part)


def _why(body: Any) -> str:
    reason = reasons().get(body.reason_code)
    words = reason.words if reason else body.reason_code
    return f"{words}: {body.remark}" if body.remark else words
