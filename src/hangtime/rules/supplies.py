"""The records of drug lines: what a product code says, and all that was given of one on a date.

Ints only, as in `records`, whose `WIDE` names the fields of 64 bits.
"""

from dataclasses import dataclass

from hangtime.rules.records import NOWHERE


@dataclass(slots=True)
class Product:
    """What one product code says of a charted drug between two dates of service.

    `per` is the amount of one billing unit in millionths of its measure; `scale` is how many of
    those make one of the unit the code counts in (`word`, a row of `formulary.units.WORDS`).
    """

    code: int = 0  # number of the code's text
    from_day: int = 0
    until_day: int = 0
    per: int = 0
    scale: int = 1
    word: int = 0
    measure: int = 0  # words.Measure
    doubt: int = 0  # words.ProductDoubt: no code can be told on these dates
    is_unlisted: int = 0
    is_packaged: int = 0  # Known: whether OPPS pays it within another service on these dates
    takes_route: int = 0  # one code for vein and skin: JA and JB tell which
    ceiling_facility: int = NOWHERE  # units a date above which payment edits reject
    ceiling_professional: int = NOWHERE
    why: int = NOWHERE  # how the chart names it: number of the rule
    code_use: int = 0  # words.CodeUse of the code charted with it


@dataclass(slots=True)
class Supply:
    """One drug line in the making: all that was given of one product on one date.

    Amounts are in millionths of the product's measure.  `dose` is what was given, `billed` the part
    that the containers hold, `opened` their contents, `wasted` what was thrown away of them.
    """

    product: int = NOWHERE
    day: int = NOWHERE
    ndc: int = NOWHERE
    row: int = NOWHERE  # its first row
    ndc_row: int = NOWHERE  # its first row with an NDC
    rows: int = 0
    rows_opened: int = 0  # rows with containers
    unread: int = 0  # containers or waste of a row cannot be read
    units: int = 0
    waste_units: int = 0
    dose: int = 0
    billed: int = 0
    per: int = 0
    scale: int = 1
    word: int = 0
    opened: int = NOWHERE
    least: int = NOWHERE
    discarded: int = NOWHERE
    wasted: int = 0
    is_single_dose: int = 0  # Known
    mod_route: int = 0
    mod_waste: int = 0  # JW stands for a line of its own, JZ on the line
    why_units: int = NOWHERE
    why_waste: int = NOWHERE
    why_route: int = NOWHERE
