"""Builds `docs/reference/record/`: what an entry can say, the drugs' templates, and drawn visits.

Kinds and fields are read from the types that read every entry, templates and schedules from the
tables in use, and the drawn visits are the pages the tests run.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import inspect

from hangtime.chart import BODIES
from hangtime.chart.tables import pattern, reaction_kinds, signs
from hangtime.chart.templates import Template, schedules, templates

ROOT = Path(__file__).resolve().parents[1]
DRAWN = ROOT / "tests" / "chart" / "spec"
READING = (
    (
        "Each line of a `chart` is an entry: when it happened, when it was recorded if later, its kind,"
        " its first id, and its fields; a line that begins with `refused` is not recorded, and says why."
    ),
    "What stands below is what must be said: of each topic it names, all of it.",
    "The pages are the test suite: one that is wrong is a test that fails.",
)
INDICATIONS = {
    1: "Acute infection",
    2: "Autoimmune disease",
    3: "Severe migraine",
    4: "Electrolytes and fluid",
    5: "Nausea of an emetogenic treatment",
    6: "Iron deficiency",
    7: "Acute inflammation",
    8: "Osteoporosis",
}


def pages() -> dict[str, str]:
    """Text of each page by its path below `docs/reference`."""
    drawn = {f"record/{path.name}": path.read_text("utf-8") for path in sorted(DRAWN.glob("*.md"))}
    return {
        "record/index.md": "\n".join(index_lines(drawn)),
        "record/entries.md": "\n".join(entry_lines()),
        "record/templates.md": "\n".join(template_lines()),
        **drawn,
    }


def index_lines(drawn: dict[str, str]) -> Iterator[str]:
    yield from ("# The record at the chair", "")
    yield "- [What an entry can say](entries.md)"
    yield "- [Templates and schedules](templates.md)"
    yield from ("", "## Drawn visits", "", *READING, "")
    for name, text in drawn.items():
        yield f"- [{text.partition(chr(10))[0].removeprefix('# ')}]({Path(name).name})"


def entry_lines() -> Iterator[str]:
    """Every kind of body with its fields; then the vocabularies too long for a table's cell."""
    yield from ("# What an entry can say", "")
    yield "An entry is one JSON object; `kind` says which of these it is."
    yield "A field in **bold** is needed; the others are left out where they were not said."
    yield "Quantities are decimal numbers or texts, times RFC 3339 with an offset."
    for each in BODIES:
        told = inspect.type_info(each)
        assert isinstance(told, inspect.StructType)
        yield from ("", f"## `{told.tag}`", "", (each.__doc__ or "").split("\n\n    ")[0], "")
        further = (each.__doc__ or "").partition("\n\n")[2]
        if further.strip():
            yield from (" ".join(further.split()), "")
        if told.fields:
            yield from field_lines(told)
    yield from ("", "## Signs", "", "| Word | Sign | Evidence of |", "|---|---|---|")
    for name, sign in signs().items():
        yield f"| `{name}` | {sign.words} | {sign.group} |"
    yield from ("", "What signs are evidence of is used in the criteria of anaphylaxis:", "")
    yield f"{pattern().source}."
    yield from (
        "",
        "## Reactions",
        "",
        "| Word | Reaction | CTCAE 5.0 term | Grades |",
        "|---|---|---|---|",
    )
    for name, facts in reaction_kinds().items():
        grades = ", ".join(map(str, facts.grades))
        yield f"| `{name}` | {facts.words} | {facts.term} | {grades} |"


def field_lines(told: inspect.StructType) -> Iterator[str]:
    yield "| Field | Holds |"
    yield "|---|---|"
    for each in told.fields:
        name = f"**`{each.encode_name}`**" if each.required else f"`{each.encode_name}`"
        yield f"| {name} | {holds(each.type)} |"


def holds(kind: Any) -> str:
    """A type in words."""
    if isinstance(kind, inspect.UnionType):
        named = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        return "any other body" if len(named) > 2 else " or ".join(map(holds, named))
    if isinstance(kind, inspect.VarTupleType):
        return f"a list: {holds(kind.item_type)}"
    if isinstance(kind, inspect.LiteralType):
        is_long = len(kind.values) > 30
        return "a [sign](#signs)" if is_long else ", ".join(f"`{each}`" for each in kind.values)
    if isinstance(kind, inspect.StructType):
        return "{" + ", ".join(f"`{each.encode_name}`" for each in kind.fields) + "}"
    names = {"StrType": "text", "BoolType": "true or false", "IntType": "whole number"}
    names |= {"DecimalType": "number", "DateTimeType": "time", "DateType": "date"}
    return names[type(kind).__name__]


def template_lines() -> Iterator[str]:
    yield from ("# Templates and schedules", "")
    yield "Facts of the drugs' labeling, and how each is watched; they order nothing."
    yield "A site lays its own over them."
    grouped = itertools.groupby(templates().values(), key=lambda each: each.indication)
    for number, each in grouped:
        yield from ("", f"## {INDICATIONS[number or 0]}", "")
        yield "| Drug | Given by | Minutes | Schedule | Watch after | To know | Source |"
        yield "|---|---|---|---|---|---|---|"
        yield from map(template_line, each)
    yield from ("", "## Schedules", "")
    yield "| Schedule | First minutes, continuous | Then at most every | After | Source |"
    yield "|---|---|---|---|---|"
    for plan in schedules().values():
        bands = ", ".join(f"{b.minutes} min from minute {b.from_minute}" for b in plan.every)
        yield f"| `{plan.schedule}` | {plan.continuous} | {bands} | {plan.after} min | {plan.source} |"


def template_line(each: Template) -> str:
    least, most = each.least_minutes, each.most_minutes
    minutes = f"{least or ''}{f' to {most}' if most else ' or more' if least else ''}"
    facts = (
        each.steps,
        f"filter {each.filter} µm" if each.filter else None,
        each.vein,
        "second check" if each.is_high_alert else None,
        "labeling warns of hypersensitivity" if each.is_sensitizing else None,
        each.remark,
    )
    known = "; ".join(fact for fact in facts if fact)
    after = f"{each.after} min" if each.after else ""
    cells = (each.drug, each.method, minutes, f"`{each.schedule}`", after, known, each.source)
    return f"| {' | '.join(cells)} |"
