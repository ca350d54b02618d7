"""Builds `docs/reference/speed.md` and its picture from what the last `make bench` measured.

Every figure is read from `benchmarks/results/latest.json`; none is written here.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "latest.json"
KINDS = {
    "ours": "this package",
    "limit": "the limit: read, find encounters, write as many rows",
    "part": "does a part of the job",
}
NAMES = {
    "compiled": "compiled rules",
    "one thread": "compiled rules, one thread",
    "in no order": "compiled rules, rows in no order",
    "interpreted": "interpreted rules, one thread",
    "Sail": "Sail, the whole command",
    "Spark local[2]": "Spark in two threads, the whole command",
    "duckdb": "DuckDB",
    "polars": "Polars",
    "pyarrow": "pyarrow",
    "sorting": "sorting alone, DuckDB, in a gigabyte",
    "SQL by the clock": "SQL in DuckDB: codes by minutes",
    "msdrg": "msdrg: groups a stay by diagnoses",
    "zen-engine": "zen-engine: one row looked up in a decision table",
    "pyoce": "pyoce: edits and groups a finished claim",
}
LEFT_OUT = """\
The SQL takes each administration by itself.
It leaves out bags that are one run, concurrent infusions, second accesses, missing stops, what is part of another service, modifiers, drug lines, possible lines, findings, reasons, payers and editions.
The other three do not read administrations at all: they show what a call of a program in that trade costs.
"""
PAGE = """\
# Speed and memory

Measured on {date} by `make bench`, in one run of {minutes:.0f} minutes: {machine}.
Compare figures of one run with each other; those of another machine differ.

![Seconds against administrations, both growing tenfold a step](speed.svg)

The limit reads the same file with every column, finds where encounters begin, and writes as many rows of the same tables in the same compression, and nothing else.
It is whichever of DuckDB, Polars and pyarrow was fastest in that size; it writes the tables of up to a million administrations from memory, as often as it takes.

## Ratios

{ratios}
## All runs

Each in a process of its own, starting up left out but where *the whole command* says otherwise.
Memory is the most that the process, and all it started, held at once.
{left}

{runs}
{left_out}
## One encounter, and starting

{costs}
## Versions

{versions}.
"""


class Line(NamedTuple):
    """One line of the picture: its name, its color, and (administrations, seconds) of each point."""

    name: str
    color: str
    points: list[tuple[int, float]]


def pages() -> dict[str, str]:
    """The page and its picture by their paths below `docs/reference`."""
    found = json.loads(RESULTS.read_text("utf-8"))
    return {"speed.md": page(found), "speed.svg": picture(list(lines(found["runs"])))}


def page(found: dict[str, Any]) -> str:
    """The page, in Markdown."""
    on = found["machine"]
    return PAGE.format(
        date=found["date"][:10],
        minutes=found["minutes"],
        machine=(
            f"{on['processor']}, {on['cores']} processors, {on['memory GB']} GB, {on['system']},"
            f" Python {on['python']}"
        ),
        ratios=table(
            ["Ratio", "Times"], ([name, f"{of:.2f}"] for name, of in found["ratios"].items())
        ),
        left=left(found["runs"]),
        runs="\n".join(sections(found["runs"])),
        left_out=LEFT_OUT,
        costs=table(
            ["What", "Measured"],
            ([name, f"{value:,.2f}"] for name, value in found["costs"].items()),
        ),
        versions=", ".join(f"{name} {number}" for name, number in found["versions"].items()),
    )


def left(runs: list[dict[str, Any]]) -> str:
    """How many encounters the compiled rules did not code themselves."""
    compiled = [each for each in runs if each["kind"] == "ours" and "interpreted" in each]
    encounters, interpreted = (
        sum(each[name] for each in compiled) for name in ("encounters", "interpreted")
    )
    return f"Of {encounters:,} encounters in all runs of the compiled rules {interpreted:,} were left to the interpreted ones."


def sections(runs: list[dict[str, Any]]) -> Iterator[str]:
    """A table for each size, the largest first, then what has none."""
    for rows in sorted({each["rows"] for each in runs}, reverse=True):
        yield f"### {rows:,} administrations" if rows else "### Parts of the job"
        yield ""
        of_size = [each for each in runs if each["rows"] == rows]
        header = ["Run", "What it is", "Seconds", "A second", "MB of memory", "MB written"]
        yield table(header, map(row, of_size), words=2)


def row(run: dict[str, Any]) -> list[str]:
    """One measurement."""
    kind = "the limit for rows in no order" if run["what"] == "sorting" else KINDS[run["kind"]]
    named = [NAMES.get(run["what"], run["what"]), kind]
    if "seconds" not in run:
        return [*named, f"not measured: {run['not measured']}", "", "", ""]
    done = run["rows"] or run["items"]
    written = f"{run['bytes'] / 1e6:,.0f}" if "bytes" in run else ""
    rate = done / run["seconds"]
    return [*named, f"{run['seconds']:,.2f}", f"{rate:,.0f}", f"{run['megabytes']:,.0f}", written]


def table(header: list[str], rows: Any, words: int = 1) -> str:
    """A table in Markdown; the columns behind the first `words` are numbers."""
    made = [header, [*["---"] * words, *["---:"] * (len(header) - words)], *rows]
    return "".join(f"| {' | '.join(each.replace('|', '/') for each in line)} |\n" for line in made)


def lines(runs: list[dict[str, Any]]) -> Iterator[Line]:
    """What is drawn: this package, the fastest limit, and the SQL, as far as they were measured."""
    done = [each for each in runs if "seconds" in each and each["rows"]]
    limits: dict[int, float] = {}
    for each in done:
        if each["kind"] == "limit" and each["what"] != "sorting":
            limits[each["rows"]] = min(each["seconds"], limits.get(each["rows"], math.inf))
    yield Line("compiled rules", "#00695c", of(done, "compiled"))
    yield Line("the limit", "#8e5a00", sorted(limits.items()))
    yield Line("SQL by the clock", "#5e35b1", of(done, "SQL by the clock"))
    for name, color in (
        ("interpreted", "#b71c1c"), ("Sail", "#1565c0"), ("Spark local[2]", "#ad1457"),
    ):  # fmt: skip
        yield Line(name, color, of(done, name))


def of(runs: list[dict[str, Any]], what: str) -> list[tuple[int, float]]:
    """Points of one series."""
    return sorted((each["rows"], each["seconds"]) for each in runs if each["what"] == what)


# --- The picture ---------------------------------------------------------------------------------

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 20, 60
STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#222;paint-order:stroke;stroke:#fff;stroke-width:5px}.grid{stroke:#ccc}.back{fill:#fff}"
    "path{fill:none;stroke-width:2.5}"
)


class Scale(NamedTuple):
    """Powers of ten from `low` to `high` between two pixels."""

    low: int
    high: int
    begin: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + part * (self.end - self.begin)

    @property
    def powers(self) -> range:
        """Where lines of the grid are."""
        return range(self.low, self.high + 1)


def picture(drawn: list[Line]) -> str:
    """Seconds against administrations, a line for each series with its name at its end."""
    drawn = [each for each in drawn if each.points]
    points = [point for each in drawn for point in each.points]
    across = scale([rows for rows, _ in points], LEFT, WIDTH - RIGHT)
    up = scale([seconds for _, seconds in points], HEIGHT - BOTTOM, TOP)
    ends: dict[str, float] = {}
    for rows in {each.points[-1][0] for each in drawn}:
        here = [each for each in drawn if each.points[-1][0] == rows]
        heights = spread([up.at(each.points[-1][1]) for each in here])
        ends |= {each.name: y for each, y in zip(here, heights, strict=True)}
    body = [*grid(across, up)]
    for each in drawn:
        body += series(each, across, up, ends[each.name])
    said = "; ".join(f"{each.name}: {each.points[-1][1]:.1f} s" for each in drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-labelledby="title said">\n<title id="title">Seconds against administrations</title>\n'
        f'<desc id="said">At the last point: {escape(said)}</desc>\n<style>{STYLE}</style>\n'
        f'<rect class="back" width="{WIDTH}" height="{HEIGHT}"/>\n' + "\n".join(body) + "\n</svg>"
    )


def scale(values: list[float] | list[int], begin: float, end: float) -> Scale:
    """The powers of ten that hold all values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return Scale(low, max(high, low + 1), begin, end)


def grid(across: Scale, up: Scale) -> Iterator[str]:
    """Lines at the powers of ten with their numbers, and what the axes are."""
    for power in across.powers:
        x = across.at(10**power)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{short(power)}</text>'
    for power in up.powers:
        y = up.at(10.0**power)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{10.0**power:g} s</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">administrations</text>'


def short(power: int) -> str:
    """A power of ten in words of the axis: 10,000, 1 million."""
    return f"{10**power:,}" if power < 6 else f"{10 ** (power - 6):,} million"


def series(line: Line, across: Scale, up: Scale, y: float) -> Iterator[str]:
    """The line, its points, and its name beside the last of them."""
    places = [(across.at(rows), up.at(seconds)) for rows, seconds in line.points]
    way = " L".join(f"{x:.1f} {at:.1f}" for x, at in places)
    yield f'<path d="M{way}" style="stroke:{line.color}"/>'
    for x, at in places:
        yield f'<circle cx="{x:.1f}" cy="{at:.1f}" r="4" style="fill:{line.color}"/>'
    x, name = places[-1][0], escape(line.name)
    # What ends well before the right edge has other lines there, and room on its left.
    is_within = (LEFT + WIDTH - RIGHT) / 2 < x < WIDTH - RIGHT - 50
    place = f'x="{x - 10:.1f}" text-anchor="end"' if is_within else f'x="{x + 10:.1f}"'
    yield f'<text {place} y="{y + 5:.1f}" style="fill:{line.color}">{name}</text>'


def spread(wanted: list[float], apart: float = 17) -> list[float]:
    """Heights near those wanted, no two closer than a line of text."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    made = list(wanted)
    for before, after in itertools.pairwise(order):
        made[after] = max(made[after], made[before] + apart)
    return made
