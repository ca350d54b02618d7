"""Reads a drawn visit: what was charted minute by minute, and what must be said of it.

A page of `spec/` is prose with fenced blocks.  `chart` draws entries, one a line:

    09:00 infusion_started a1 access_id="left arm" rate_ml_per_h=125
    11:05 recorded 13:30 infusion_stopped a1 volume_infused_ml=250 #stop

The word after the kind is the first id of the body; `field=value` and `part.field=value` are fields,
a bare word is True and `!word` False, commas part a list, `@name` is who charts it and `#name` the
entry's id.  A line that begins with `unasked` arrives without having been asked about, as from a
device that was offline; one that begins with `refused` must be refused as the text after `->` says,
and is not charted.

`background` draws what every case of the page begins with.  `status HH:MM` says what must be said
at that time: of each topic it mentions, everything and nothing else.  `encounter`, `lines` and
`history` do the same for the contract, for the coded lines, and for the history.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from hangtime import code_encounter
from hangtime.chart import BODIES, Entry, Site, Visit, demo_site, encounter, fold, refusals, status

FENCED = re.compile(r"^```(\w+)(?: ([\d:]+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)
DAY = date(2026, 3, 2)
OFFSET = "-06:00"
KINDS = {str(each.__struct_config__.tag): each for each in BODIES}
FIRST_IDS = ("reaction_id", "administration_id", "access_id", "order_id", "corrects", "step")


@dataclass
class Block:
    kind: str
    at: str | None
    lines: list[str]


@dataclass
class Case:
    title: str
    blocks: list[Block]


def cases(page: Path) -> Iterator[Case]:
    """The cases of a page, each with the page's background before it."""
    text = page.read_text("utf-8")
    head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    background = [each for each in blocks(head) if each.kind == "background"]
    for section in sections:
        title, _, rest = section.partition("\n")
        yield Case(title.strip(), [*background, *blocks(rest)])


def blocks(text: str) -> Iterator[Block]:
    for kind, at, body in FENCED.findall(text):
        lines = [line for line in body.splitlines() if line.strip()]
        yield Block(kind, at or None, lines)


def moment(clock: str) -> datetime:
    """A local time of the drawn day; `24:10` is ten past midnight."""
    hours, minutes = (int(part) for part in clock.split(":"))
    start = datetime.fromisoformat(f"{DAY}T00:00{OFFSET}")
    return start + timedelta(hours=hours, minutes=minutes)


def clock(at: datetime) -> str:
    minutes = (at - moment("00:00")) // timedelta(minutes=1)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class Drawn:
    """A case as it is played: what was charted so far."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.entries: list[Entry] = []

    def play(self, case: Case) -> None:
        for block in case.blocks:
            if block.kind in {"background", "chart"}:
                for line in block.lines:
                    self._line(line, block.kind[0])
            else:
                self._compare(block)

    def _line(self, line: str, prefix: str) -> None:
        drawn, _, expected = line.partition(" -> ")
        words = shlex.split(drawn)
        is_refused, is_unasked = words[0] == "refused", words[0] == "unasked"
        words = words[is_refused or is_unasked :]
        at = recorded = moment(words.pop(0))
        if words[0] == "recorded":
            recorded = moment(words[1])
            words = words[2:]
        number = len(self.entries) + 1
        name = f"{prefix}{number}"
        if words[-1].startswith("#"):
            name = words.pop()[1:]
        author = words.pop()[1:] if words[-1].startswith("@") else "nurse"
        said = body_of(words)
        refused = [f"{r.field}: {r.message}" for r in refusals(self.visit(), said, at, recorded)]
        if is_refused:
            assert refused == expected.split("; "), line
            return
        assert is_unasked or refused == [], line
        self.entries.append(
            Entry(
                entry_id=name,
                visit_id="V-1",
                happened_at=at,
                recorded_at=recorded,
                author=author,
                author_name=author,
                credential="RN",
                body=said,
            )
        )

    def visit(self) -> Visit:
        return fold(self.entries)

    def _compare(self, block: Block) -> None:
        told = list(getattr(self, f"_{block.kind}")(block.at))
        topics = {line.removeprefix("no ").split(" ")[0] for line in block.lines}
        if block.kind == "status":
            steps = {line.split(" ")[1] for line in block.lines if line.startswith("step")}
            told = [
                line
                for line in told
                if line.split(" ")[0] in topics
                and (not line.startswith("step ") or line.split(" ")[1].rstrip(":") in steps)
            ]
        if block.kind == "encounter":
            named = {line.removeprefix("no ").split("=")[0] for line in block.lines}
            told = [line for line in told if line.split("=")[0] in named]
        expected = [line for line in block.lines if not line.startswith("no ")]
        assert sorted(expected) == sorted(told), (block.kind, block.at)

    def _status(self, at: str) -> Iterator[str]:
        told = status(self.visit(), moment(at), self.site)
        for each in told.steps:
            reason = [f"skipped because {each.reason}"] if each.reason else []
            more = "; ".join([*each.missing, *reason])
            yield f"step {each.step} {each.state}" + (f": {more}" if more else "")
        for each in told.due:
            late = " overdue" if each.is_overdue else ""
            yield f"due {each.administration_id} {each.kind} {clock(each.at)}{late}"
        for each in told.gaps:
            yield f"gap {each.administration_id} {clock(each.start)} to {clock(each.stop)}, {each.allowed} allowed"
        for each in told.running:
            paused = ", paused" if each.is_paused else ""
            end = f", ends {clock(each.should_have_ended)}" if each.should_have_ended else ""
            past = ", past its end" if each.is_past_end else ""
            infused = "" if each.infused_ml is None else f", {each.infused_ml:g} mL in"
            yield f"running {each.administration_id} {each.elapsed_minutes} min{infused}{paused}{end}{past}"
        for each in told.open_reactions:
            grade = f" grade {each.grade}" if each.grade else ""
            yield f"reaction {each.reaction_id} {each.reaction}{grade}: missing {', '.join(each.missing)}"
            if each.protocol:
                yield f"protocol {each.reaction_id} {each.protocol.title} by {each.protocol.owner}"
        if told.emergency:
            owner = told.emergency.protocol.owner if told.emergency.protocol else "no protocol"
            done = "".join(f"; {what} {clock(at)}" for at, what in told.emergency.done)
            signs = ", ".join(told.emergency.signs)
            since = clock(told.emergency.raised_at)
            yield f"emergency {told.emergency.criterion} since {since} ({signs}) by {owner}{done}"
        for each in told.conflicts:
            about = f" {each.about}" if each.about else ""
            yield f"conflict {each.kind}{about}: {' '.join(each.entries)}".rstrip()
        for each in told.late:
            yield f"late {each}"
        yield f"complete {'yes' if told.is_complete else 'no'}"

    def _history(self, at: None) -> Iterator[str]:
        for each in self.visit().history:
            if each.entry.entry_id[:1] == "b":
                continue
            by = f" by {each.by}" if each.by else ""
            late = f", {each.late_minutes} min late" if each.is_late else ""
            yield f"{each.entry.entry_id} {each.standing}{by}{late}"

    def _encounter(self, at: None) -> Iterator[str]:
        made = encounter(self.visit())
        for name in made.__dataclass_fields__:
            if name not in {"administrations", "accesses"} and getattr(made, name) not in (
                None,
                (),
            ):
                yield f"{name}={shown(getattr(made, name))}"
        for each in (*made.accesses, *made.administrations):
            id = getattr(each, "administration_id", None) or each.access_id
            for name in each.__dataclass_fields__:
                if getattr(each, name) not in (None, ()):
                    yield f"{id} {name}={shown(getattr(each, name))}"

    def _lines(self, at: None) -> Iterator[str]:
        for line in code_encounter(encounter(self.visit())).lines:
            yield " ".join([line.code, *line.modifiers, f"× {line.units}"])


def shown(value: Any) -> str:
    """A value of the contract as the pages write it: times as clock times."""
    if isinstance(value, datetime):
        return clock(value)
    if isinstance(value, tuple):
        return ", ".join(shown(each) for each in value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if hasattr(value, "__dataclass_fields__"):
        parts = [getattr(value, name) for name in value.__dataclass_fields__]
        return " ".join(shown(each) for each in parts if each not in (None, ()))
    return str(value)


def body_of(words: list[str]) -> Any:
    """The body that some drawn words say, read by the decoder that reads every entry."""
    kind, *rest = words
    fields = KINDS[kind].__struct_fields__
    said: dict[str, Any] = {"kind": kind}
    if "replaced_by" in rest:
        cut = rest.index("replaced_by")
        said["replacement"] = msgspec.to_builtins(body_of(rest[cut + 1 :]))
        rest = rest[:cut]
    for number, word in enumerate(rest):
        name, sign, value = word.partition("=")
        if sign:
            put(said, name.split("."), value, KINDS[kind])
        elif number == 0 and (first := next((e for e in FIRST_IDS if e in fields), None)):
            said[first] = word
        else:
            said[word.lstrip("!")] = not word.startswith("!")
    return msgspec.convert(said, KINDS[kind], strict=False)


def put(said: dict[str, Any], path: list[str], value: str, kind: type) -> None:
    *parts, last = path
    for part in parts:
        said = said.setdefault(part, {})
    said[last] = special(last, value)


def special(name: str, value: str) -> Any:
    if name == "sites":
        keys = ("access_id", "scale", "score")
        return [dict(zip(keys, each.split(":"), strict=True)) for each in value.split(",")]
    if name == "containers":
        sizes = (each.replace("×", " ").split() for each in value.split(","))
        return [
            {"count": n, "size": size, "size_unit": unit, "is_single_dose": True}
            for n, size, unit in sizes
        ]
    if name == "allergies":
        return [{"substance": each} for each in value.split(",")]
    if name in {"signs", "identifiers", "still_infusing", "codes", "topics", "modifiers"}:
        return value.split(",")
    if name in {"happened_at", "ordered_at"}:
        return moment(value).isoformat()
    return value


@cache
def site() -> Site:
    return demo_site()


def play(case: Case) -> Drawn:
    drawn = Drawn(site())
    drawn.play(case)
    return drawn
