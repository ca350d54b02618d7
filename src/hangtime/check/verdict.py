"""Accepting or refusing coded lines: each is held to what the chart supports, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from hangtime.check.case import Case
from hangtime.check.moments import ZERO
from hangtime.check.named import unnamed
from hangtime.check.supported import Plain, supported_lines
from hangtime.errors import UncoveredDate, UnknownPolicy
from hangtime.model import Encounter
from hangtime.policies.policy import Profile, profile

__all__ = ["Checked", "Verdict", "check_coded"]

NAMED = ("code", "date_of_service", "administrations", "modifiers", "units")  # tells lines apart
PRODUCT = ("ndc", "ndc_unit", "ndc_quantity", "narrative")
MOMENTS = frozenset({"begin", "end", "intervals"})
HOLDS_BACK, HELD_BACK = "necessity.not_listed", "NEC-HELD-BACK"
TOLD = frozenset({"code", "units", "modifiers"})  # of which a refusal says what the chart supports


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One coded line, counted from 1: accepted where no reason stands against it."""

    line: int
    code: str
    reasons: tuple[str, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Nothing in the line or its certificate differs from the chart."""
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The verdicts of one encounter; `left_out`: codes the chart supports that no line has, and of what."""

    encounter_id: str
    verdicts: tuple[Verdict, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Every line stands and none is left out."""
        return not self.left_out and all(each.is_accepted for each in self.verdicts)


def check_coded(
    encounter: Encounter, coded: Mapping[str, Any], *, policies: tuple[Path, ...] = (),
    payer: str | None = None,
) -> Checked:  # fmt: skip
    """Check one coded encounter, an object of `hangtime code --json --certify`, from its chart.

    `policies` and `payer` are those it was coded with.
    """
    used = _profile(encounter, policies, payer)
    supported = _supported(encounter, used)
    lines = coded.get("lines")
    found = [_object(line) for line in cast(list[Any], lines if isinstance(lines, list) else [])]
    answers = _matched(found, supported)
    verdicts = [
        Verdict(
            line=n, code=str(line.get("code")), reasons=tuple(_reasons(line, answers.get(n), coded))
        )
        for n, line in enumerate(found, 1)
    ]
    written = {id(each) for each in answers.values()}
    held = set(_held_back(coded, used))
    left_out = tuple(
        named
        for each in supported
        if id(each) not in written
        if (named := f"{each['code']} of {' '.join(each['administrations'])}") not in held
    )
    return Checked(encounter_id=encounter.encounter_id, verdicts=tuple(verdicts), left_out=left_out)


def _profile(encounter: Encounter, policies: tuple[Path, ...], payer: str | None) -> Profile | None:
    """The profile that codes the encounter; none where no profile has the payer's name."""
    try:
        return profile(encounter.setting, payer or encounter.payer, policies)
    except UnknownPolicy:
        if payer is not None:
            raise
        return None


def _supported(encounter: Encounter, used: Profile | None) -> list[Plain]:
    """What the chart supports; nothing where no profile or no edition can code it."""
    try:
        return [] if used is None else supported_lines(Case(encounter, used))
    except UncoveredDate:
        return []


def _held_back(coded: Mapping[str, Any], used: Profile | None) -> Iterator[str]:
    """Lines that were kept off the claim for their diagnosis, where the payer's profile asks for that.

    Whether the diagnosis is on the payer's list is not looked at here.
    """
    if used is None or used.positions[HOLDS_BACK] != "block":
        return
    found = coded.get("not_reported")
    for each in map(_object, cast(list[Any], found if isinstance(found, list) else [])):
        if each.get("rule") == HELD_BACK:
            rows = each.get("administrations")
            named = cast(list[Any], rows if isinstance(rows, list) else [])
            yield f"{each.get('what')} of {' '.join(map(str, named))}"


def _matched(found: list[Plain], supported: list[Plain]) -> dict[int, Plain]:
    """The supported line each coded one must be, by its number; the surest first."""
    likeness = sorted(
        (-_alike(line, each), n, m)
        for n, line in enumerate(found, 1)
        for m, each in enumerate(supported)
    )
    answers: dict[int, Plain] = {}
    taken: set[int] = set()
    for alike, n, m in likeness:
        if alike and n not in answers and m not in taken:
            answers[n] = supported[m]
            taken.add(m)
    return answers


def _alike(line: Plain, supported: Plain) -> int:
    """How many of the things that tell lines apart two lines share, the code first."""
    shared = [not list(_differences(supported[name], line.get(name), name)) for name in NAMED]
    return (len(NAMED) if shared[0] else 0) + sum(shared) if shared[0] or shared[2] else 0


def _reasons(line: Plain, supported: Plain | None, coded: Mapping[str, Any]) -> Iterator[str]:
    """Why a line is refused."""
    if supported is None:
        yield "the chart supports no such line"
        return
    for name in (*NAMED, *PRODUCT):
        yield from _differences(supported.get(name), line.get(name), name)
    claimed = dict(_object(line.get("certificate")))
    if not claimed:
        yield "it has no certificate"
        return
    rules = claimed.pop("rules", None)
    if not rules or rules != line.get("rules"):
        yield "certificate.rules: not the rules of the line"
    named = cast(list[Any], rules if isinstance(rules, list) else [])
    for fact in unnamed(supported["facts"], (str(each) for each in named)):
        yield f"rules: none says {fact}"
    policy, claimed["basis"] = _object(coded.get("policy")), dict(_object(claimed.get("basis")))
    if not policy or claimed["basis"].pop("rules", None) != policy.get("rules"):
        yield "certificate.basis.rules: not the rules the encounter was coded by"
    yield from _differences(supported["certificate"], claimed, "certificate")


def _object(value: Any) -> Plain:
    """A JSON object; an empty one where the value is none."""
    return cast(Plain, value) if isinstance(value, dict) else {}


def _differences(own: Any, found: Any, name: str) -> Iterator[str]:
    """Where what is claimed is not what the chart gives, by the path of the field."""
    if isinstance(own, dict):
        mine, theirs = cast(Plain, own), _object(found)
        for key in (*mine, *(key for key in theirs if key not in mine)):
            yield from _differences(mine.get(key), theirs.get(key), f"{name}.{key}")
    elif isinstance(own, list) and isinstance(found, list):
        mine, theirs = cast(list[Any], own), cast(list[Any], found)
        if len(mine) != len(theirs):
            yield _said(name, mine)
        for n, (one, other) in enumerate(zip(mine, theirs, strict=False)):
            is_moment = name.rpartition(".")[2] in MOMENTS
            yield from _differences(one, other, name if is_moment else f"{name}.{n + 1}")
    elif not _is_same(own, found, name):
        yield _said(name, own)


def _said(name: str, own: Any) -> str:
    if name not in TOLD:
        return f"{name}: not as the chart has it"
    shown = " ".join(cast(list[str], own)) or "none" if isinstance(own, list) else own
    return f"{name}: the chart supports {shown}"


def _is_same(own: Any, found: Any, name: str) -> bool:
    if own is None or found is None or isinstance(own, bool) or isinstance(found, bool):
        return own is found
    if name.rpartition(".")[2] in MOMENTS:
        return own == _moment(found)
    if isinstance(own, date):
        return own.isoformat() == found
    if isinstance(own, int | Decimal):
        return own == _number(found)
    return own == found


def _moment(text: Any) -> int | None:
    """Seconds of universal time; of a local time without offset, as it stands."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    at = at.replace(tzinfo=ZERO.tzinfo) if at.tzinfo is None else at
    return int((at - ZERO).total_seconds())


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
