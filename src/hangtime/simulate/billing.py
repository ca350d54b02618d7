"""The claims that were sent: what was earned, with errors of each kind planted at its rate.

A claim has one error at most.  Each is recorded with what it makes of the claim: a line that should
be there is *missed*, one that should not is *unsupported*; a wrong code is both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hangtime.simulate.arrays import Ints, Mask
from hangtime.simulate.block import Block
from hangtime.simulate.facts import families, numbers
from hangtime.simulate.gaps import one_of_each
from hangtime.simulate.record import Record

MISSED, UNSUPPORTED = 0, 1
DIRECTIONS = ("missed", "unsupported")
_NAMES = ("who", "code", "modifier", "units", "day", "is_drug")
INITIAL = (
    "COMPLEX_INITIAL", "COMPLEX_PUSH_INITIAL", "INFUSION_INITIAL", "PUSH_INITIAL", "HYDRATION_INITIAL",
)  # fmt: skip
ADDED_TO_INITIAL = (
    "COMPLEX_HOUR", "COMPLEX_PUSH", "COMPLEX_SEQUENTIAL", "INFUSION_HOUR", "INFUSION_SEQUENTIAL",
    "INFUSION_CONCURRENT", "PUSH_NEW_DRUG", "PUSH_REPEAT", "HYDRATION_HOUR",
)  # fmt: skip
_HOURS = ("COMPLEX_HOUR", "INFUSION_HOUR", "HYDRATION_HOUR", "SC_INFUSION_HOUR")
_WRONG_INITIAL = {
    "INFUSION_INITIAL": "COMPLEX_INITIAL", "COMPLEX_INITIAL": "INFUSION_INITIAL",
    "HYDRATION_INITIAL": "INFUSION_INITIAL", "COMPLEX_PUSH_INITIAL": "PUSH_INITIAL",
}  # fmt: skip
_SECOND_INITIAL = {"INFUSION_SEQUENTIAL": "INFUSION_INITIAL", "PUSH_NEW_DRUG": "PUSH_INITIAL"}
_LONGER = {"PUSH_INITIAL": "INFUSION_INITIAL", "PUSH_NEW_DRUG": "INFUSION_SEQUENTIAL"}


class Errors(NamedTuple):
    """One entry an effect of a planted error; `direction` is MISSED or UNSUPPORTED."""

    who: Ints
    kind: Ints
    direction: Ints
    code: Ints
    modifier: Ints
    units: Ints
    day: Ints


class _Claims:
    """Lines as they are sent, while errors are planted in them."""

    def __init__(self, block: Block, lines: dict[str, Ints]) -> None:
        self.block = block
        self.lines = {name: lines[name].copy() for name in _NAMES}
        self.earned = lines
        self.kept = np.ones(len(lines["who"]), bool)
        self.more: list[dict[str, Ints]] = []
        self.errors: list[Errors] = []
        self.kind = 0

    def code(self, name: str) -> int:
        return self.block.word("code", numbers()[name])

    def has(self, names: Iterable[str]) -> Mask:
        """Lines with one of these codes."""
        return np.isin(self.earned["code"], [self.code(name) for name in names])

    def marked(self, *marks: str) -> Mask:
        """Lines with one of these modifiers."""
        words = self.block.texts["modifier"]
        found = [
            number for number, text in enumerate(words.texts) if set(text.split()) & set(marks)
        ]
        return np.isin(self.earned["modifier"], found)

    def is_service(self) -> Mask:
        return self.earned["is_drug"] == 0

    def is_distinct_code(self) -> Mask:
        """One unit, so that a line stands for one service."""
        return self.earned["units"] == 1

    def visits_with(self, lines: Mask) -> Mask:
        """Lines of the visits that have one of these lines."""
        found = np.zeros(self.block.count, bool)
        found[self.earned["who"][lines]] = True
        return found[self.earned["who"]]

    def say(self, at: Ints, direction: int, units: Ints | None = None, **changed: Ints) -> None:
        """Record what an error did."""
        values = {
            name: self.earned[name][at] for name in ("who", "code", "modifier", "units", "day")
        }
        if units is not None:
            values["units"] = units
        values |= changed
        filled = np.full(len(at), self.kind), np.full(len(at), direction)
        self.errors.append(
            Errors(values["who"], *filled, *(values[name] for name in Errors._fields[3:]))
        )


def _drop(claims: _Claims, at: Ints) -> None:
    claims.kept[at] = False
    claims.say(at, MISSED)


def _one_less(claims: _Claims, at: Ints) -> None:
    claims.lines["units"][at] -= 1
    claims.say(at, MISSED, np.ones(len(at), np.int64))


def _one_more(claims: _Claims, at: Ints) -> None:
    claims.lines["units"][at] += 1
    claims.say(at, UNSUPPORTED, np.ones(len(at), np.int64))


def _twice(claims: _Claims, at: Ints) -> None:
    claims.more.append({name: claims.earned[name][at] for name in _NAMES})
    claims.say(at, UNSUPPORTED)


def _instead(wrong: dict[str, str]) -> Callable[[_Claims, Ints], None]:
    def plant(claims: _Claims, at: Ints) -> None:
        for right, billed in wrong.items():
            some = at[claims.earned["code"][at] == claims.code(right)]
            claims.lines["code"][some] = claims.code(billed)
        claims.say(at, MISSED)
        claims.say(at, UNSUPPORTED, code=claims.lines["code"][at])

    return plant


def _beside(name: str) -> Callable[[_Claims, Ints], None]:
    """One more line that nothing supports, on the date of another."""

    def plant(claims: _Claims, at: Ints) -> None:
        line = {each: claims.earned[each][at] for each in ("who", "day", "is_drug")}
        line |= {"code": np.full(len(at), claims.code(name)), "units": np.ones(len(at), np.int64)}
        line["modifier"] = np.full(len(at), claims.block.word("modifier", None))
        claims.more.append(line)
        changed = {each: line[each] for each in ("code", "modifier")}
        claims.say(at, UNSUPPORTED, line["units"], **changed)

    return plant


def _unmark(claims: _Claims, at: Ints) -> None:
    """Leave JZ out, and what else was said stands."""
    words = claims.block.texts["modifier"]
    without = words.numbered(
        " ".join(part for part in text.split() if part != "JZ") or None for text in [*words.texts]
    )
    claims.lines["modifier"][at] = without[claims.earned["modifier"][at]]
    claims.say(at, MISSED)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of error: its share of claims, the lines it can fall on, and what it does."""

    name: str
    share: float
    where: Callable[[_Claims], Mask]
    plant: Callable[[_Claims, Ints], None]


KINDS = (
    Kind("missed_charge", 0.03, lambda c: c.is_service() & ~c.has(INITIAL), _drop),
    Kind("missed_drug", 0.015, lambda c: ~c.is_service() & ~c.marked("JW"), _drop),
    Kind("missed_hour", 0.01, lambda c: c.has(_HOURS) & (c.earned["units"] > 1), _one_less),
    Kind("extra_unit", 0.015, lambda c: c.has(_HOURS) | ~c.is_service(), _one_more),
    Kind("wrong_initial", 0.01, lambda c: c.has(_WRONG_INITIAL), _instead(_WRONG_INITIAL)),
    Kind("second_initial", 0.01, lambda c: c.has(_SECOND_INITIAL) & c.is_distinct_code(),
         _instead(_SECOND_INITIAL)),
    Kind("unsupported_hydration", 0.01, lambda c: c.has(INITIAL) & ~c.visits_with(
        c.has(("HYDRATION_INITIAL", "HYDRATION_HOUR"))), _beside("HYDRATION_HOUR")),
    Kind("push_as_infusion", 0.01, lambda c: c.has(_LONGER) & c.is_distinct_code(),
         _instead(_LONGER)),
    Kind("missing_jw", 0.05, lambda c: c.marked("JW"), _drop),
    Kind("missing_jz", 0.02, lambda c: c.marked("JZ"), _unmark),
    Kind("add_on_alone", 0.005, lambda c: c.has(INITIAL) & c.visits_with(
        c.has(ADDED_TO_INITIAL)), _drop),
    Kind("billed_twice", 0.005, lambda c: c.is_service(), _twice),
    Kind("never_given", 0.005, lambda c: c.is_service() & ~c.visits_with(c.has(("INJECTION",))),
         _beside("INJECTION")),
)  # fmt: skip


def claims_of(
    record: Record, rng: np.random.Generator, shares: dict[str, float]
) -> tuple[dict[str, Ints], Errors]:
    """The lines as billed, in the order of the claim, and the effects of every planted error."""
    claims = _Claims(record.block, record.lines)
    drawn = rng.random(record.block.count)
    bounds = np.cumsum([shares[kind.name] for kind in KINDS])
    chosen = np.searchsorted(bounds, drawn, side="right")[record.lines["who"]]
    keys = rng.random(len(claims.kept))
    for place, kind in enumerate(KINDS):
        claims.kind = place
        can_be = (chosen == place) & kind.where(claims)
        kind.plant(claims, one_of_each(record.lines["who"], can_be, keys))
    return _in_order(claims), Errors(
        *(np.concatenate(columns) for columns in zip(*claims.errors, strict=True))
    )


def _in_order(claims: _Claims) -> dict[str, Ints]:
    parts = [{name: claims.lines[name][claims.kept] for name in _NAMES}, *claims.more]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in _NAMES}
    order = np.argsort(whole["who"], kind="stable")
    return {name: column[order] for name, column in whole.items()}


# By department, as numbered in `year`: emergency, observation, clinic, oncology, clinic.
_DEPARTMENT_CODES = ("0450", "0762", "0260", "0335", "0510")
_FAMILY_CODES = {"complex": "0335", "blood": "0391", "vaccine": "0771"}
_DRUG_CODE = "0636"


def revenue_codes(block: Block, lines: dict[str, Ints]) -> Ints:
    """The hospital's revenue code of each line, as numbers of the column's texts; none in an office."""
    by_department = [block.word("revenue_code", text) for text in _DEPARTMENT_CODES]
    found = np.array(by_department)[block.department[lines["who"]]]
    for number, code in enumerate(block.texts["code"].texts):
        own = _FAMILY_CODES.get(families().get(code, ""))
        if own:
            found[lines["code"] == number] = block.word("revenue_code", own)
    found[lines["is_drug"] == 1] = block.word("revenue_code", _DRUG_CODE)
    found[block.setting[lines["who"]] == 1] = block.word("revenue_code", None)
    return found
