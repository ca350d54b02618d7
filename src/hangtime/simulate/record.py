"""A block when everything has happened: rows in the order of the clock, lines as a claim lists them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hangtime.simulate.arrays import NO_WORD, NONE, Ints, Mask, group_starts, place_in_group
from hangtime.simulate.block import Block
from hangtime.simulate.drug_lines import opened_vials, owe_drugs
from hangtime.simulate.facts import claim_order

TEXTS = (
    "route", "access", "bag", "purpose", "indication", "pump", "supplied_by",
)  # fmt: skip
NUMBERS = (
    "who", "drug", "start", "stop", "dose", "pause", "paused_for", "order", "volume_ml",
    "primary_reason", "continues_off_site", "is_inpatient", "rate_ml_per_h", "rate_changed_at",
    "rate_changed_to",
)  # fmt: skip


@dataclass(slots=True)
class Record:
    """What was given and earned, in columns.

    `rows` has an entry for each administration, by visit and clock; `number` is its place within
    the visit.  `lines` has one for each line that was earned, merged as a claim would; the rows it
    rests on are `resting[line_from[i]:line_from[i + 1]]`.
    """

    block: Block
    rows: dict[str, Ints]
    lines: dict[str, Ints]
    resting: Ints
    line_from: Ints


def record(block: Block) -> Record:
    """Put a filled block in order, with what its drugs earned."""
    given = block.given
    rows = {name: given.column(name) for name in NUMBERS}
    rows |= {name: given.column(name, NO_WORD) for name in TEXTS}
    days = block.year.day(rows["start"])
    is_billed = (rows["supplied_by"] == NO_WORD) & (rows["is_inpatient"] == NONE)
    owe_drugs(block, is_billed, days)
    order = np.lexsort((np.arange(given.length), rows["start"], rows["who"]))
    place = np.empty(given.length, np.int64)
    place[order] = np.arange(given.length)
    ordered = {name: column[order] for name, column in rows.items()}
    ordered["order"] = place[ordered["order"]]
    ordered["day"] = days[order]
    ordered["number"] = place_in_group(ordered["who"])
    _chart_vials(block, ordered)
    return _with_lines(block, ordered, place)


def _chart_vials(block: Block, rows: dict[str, Ints]) -> None:
    """Vials opened, what of them was thrown away, when it was ordered and when it was saved."""
    rng, count = block.rng, len(rows["who"])
    doses = np.where(rows["dose"] == NONE, 0, rows["dose"])
    rows["vials"] = opened_vials(block, rows["drug"], doses)
    vial = np.array([each.vial for each in block.formulary.drugs])[rows["drug"]]
    left = rows["vials"] * vial - doses
    rows["discarded"] = np.where(left > 0, left, NONE)
    rows["dose"] = np.where(doses > 0, doses, NONE)
    ordered_at = rows["start"] - 60 * rng.integers(5, 80, count)
    rows["ordered_at"] = ordered_at[rows["order"]]
    ended = np.maximum(rows["start"], rows["stop"])
    rows["recorded_at"] = ended + 60 * rng.integers(0, 12, count)
    rows["is_signed"] = np.ones(count, np.int64)


def _with_lines(block: Block, rows: dict[str, Ints], place: Ints) -> Record:
    """Units of one code, date and modifier are one line."""
    names = ("who", "code", "modifier", "units", "row", "day")
    owed = {name: block.owed.column(name) for name in names}
    owed["row"] = place[owed["row"]]
    owed["is_drug"] = block.owed.column("is_drug", 0)
    rank = np.array([claim_order().get(text, 1_000) for text in block.texts["code"].texts])
    order = np.lexsort(
        (owed["row"], owed["modifier"], owed["day"], owed["code"], rank[owed["code"]], owed["who"])
    )
    owed = {name: column[order] for name, column in owed.items()}
    starts = np.flatnonzero(_differs(owed, ("who", "code", "day", "modifier")))
    lines = {name: column[starts] for name, column in owed.items() if name != "row"}
    lines["units"] = np.add.reduceat(owed["units"], starts) if len(starts) else starts
    lines["number"] = place_in_group(lines["who"])
    line_of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    once = _first_of_each(line_of, owed["row"])
    resting, line_of = owed["row"][once], line_of[once]
    line_from = np.append(group_starts(line_of), len(line_of))
    return Record(block, rows, lines, resting, line_from)


def _differs(columns: dict[str, Ints], names: tuple[str, ...]) -> Mask:
    """Where an entry differs from the one before in any of the columns."""
    length = len(columns[names[0]])
    found = np.zeros(length, bool)
    found[:1] = True
    for name in names:
        found[1:] |= columns[name][1:] != columns[name][:-1]
    return found


def _first_of_each(line_of: Ints, rows: Ints) -> Mask:
    """Each row once within a line, rows of a line being in order."""
    return _differs({"line": line_of, "row": rows}, ("line", "row"))
