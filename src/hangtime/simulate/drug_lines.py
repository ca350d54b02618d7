"""What the drugs themselves earn: units by code and date, and what of an opened vial was wasted.

One line for all that was given of a code on a date.  Each dose is rounded up to units by itself;
whole units left in single-dose vials are a line of their own for Medicare, and none left is said.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from hangtime.simulate.arrays import Ints, Mask, Words, group_starts
from hangtime.simulate.block import MEDICARE, SETTINGS, Block
from hangtime.simulate.facts import packaged

_HOSPITAL = SETTINGS.index("facility")


class Supplied(NamedTuple):
    """Doses with a code: columns of one entry an administration, amounts in thousandths."""

    who: Ints
    row: Ints
    day: Ints
    drug: Ints
    dose: Ints
    opened: Ints
    code: Ints
    per: Ints
    is_single: Mask
    marks_route: Mask

    def taken(self, at: Any) -> Supplied:
        """Some of the entries, by place or by truth."""
        columns: list[Any] = [column[at] for column in self]
        return Supplied(*columns)


def opened_vials(block: Block, drugs: Ints, doses: Ints) -> Ints:
    """How many vials each dose takes; 0 where none is charted."""
    vials = np.array([each.vial for each in block.formulary.drugs])[drugs]
    return np.where(vials > 0, -(-doses // np.maximum(vials, 1)), 0)


def owe_drugs(block: Block, is_billed: Mask, days: Ints) -> None:
    """Write what the doses of a block earn among what is owed, those that may be billed."""
    found = _with_codes(block, is_billed, days)
    if not len(found.who):
        return
    order = np.lexsort((found.row, found.day, found.code, found.who))
    found = found.taken(order)
    starts = group_starts(_keys(found))
    each = -(-found.dose // found.per)
    units = np.add.reduceat(each, starts)
    opened = np.add.reduceat(found.opened, starts)
    first = found.taken(starts)
    waste = np.maximum(0, opened // first.per - units)
    plain = _write_waste(block, first, waste)
    members = np.diff(np.append(starts, len(order)))
    block.owed.write(len(order), _columns(found, each, np.repeat(plain, members)))


def _keys(found: Supplied) -> Ints:
    """One number for each visit, code and date."""
    many = int(found.code.max()) + 1
    return (found.who * many + found.code) * 100_000 + found.day


def _with_codes(block: Block, is_billed: Mask, days: Ints) -> Supplied:
    given = block.given
    drugs, doses = given.column("drug"), given.column("dose", 0)
    kept = np.flatnonzero((doses > 0) & is_billed)
    drug, day = drugs[kept], days[kept]
    code, per = np.full(len(kept), -1), np.ones(len(kept), np.int64)
    for each in block.formulary.drugs:
        for product in each.products:
            of_it = (drug == each.place) & (day >= product.first) & (day <= product.last)
            code[of_it] = block.word("code", product.hcpcs)
            per[of_it] = product.per
    vials = np.array([each.vial for each in block.formulary.drugs])[drug]
    found = Supplied(
        who=given.column("who")[kept], row=kept, day=day, drug=drug, dose=doses[kept],
        opened=opened_vials(block, drug, doses[kept]) * vials, code=code, per=per,
        is_single=_fact(block, "is_single_dose")[drug], marks_route=_fact(block, "is_by_route")[drug],
    )  # fmt: skip
    return found.taken(code >= 0)


def _fact(block: Block, name: str) -> Mask:
    return np.array([bool(getattr(each, name)) for each in block.formulary.drugs])


def _write_waste(block: Block, first: Supplied, waste: Ints) -> Ints:
    """Write what is owed for waste; the modifiers of what was given come back."""
    limits, modifiers = block.limits, block.texts.setdefault("modifier", Words())
    is_medicare = block.payer[first.who] == MEDICARE
    is_asked = is_medicare & first.is_single & ~_is_packaged(block, first)
    wasted = is_asked & (waste > 0) & (first.day >= limits.jw_from)
    nothing = is_asked & (waste == 0) & (first.day >= limits.jz_due)
    routed = is_medicare & first.marks_route
    lost = first.taken(wasted)
    beside = _modifier(modifiers, routed[wasted], np.ones(len(lost.who), bool), "JW")
    block.owed.write(len(lost.who), _columns(lost, waste[wasted], beside))
    return _modifier(modifiers, routed, nothing, "JZ")


def _modifier(modifiers: Words, routed: Mask, marked: Mask, mark: str) -> Ints:
    """Words for both, either or none; by vein is the only route of a code that serves two."""
    neither, one = modifiers.number(None), modifiers.number("JA")
    other, both = modifiers.number(mark), modifiers.number(f"JA {mark}")
    return np.where(routed, np.where(marked, both, one), np.where(marked, other, neither))


def _columns(entries: Supplied, units: Ints, modifier: Ints) -> dict[str, Any]:
    return {
        "who": entries.who, "code": entries.code, "modifier": modifier, "units": units,
        "row": entries.row, "day": entries.day, "is_drug": 1,
    }  # fmt: skip


def _is_packaged(block: Block, first: Supplied) -> Mask:
    found = np.zeros(len(first.who), bool)
    in_hospital = block.setting[first.who] == _HOSPITAL
    for number, code in enumerate(block.texts["code"].texts):
        of_it = in_hospital & (first.code == number)
        if of_it.any():
            found[of_it] = packaged(code, first.day[of_it])
    return found
