"""Records of the published edit tables: pairs and ceilings; ints only, as in `records`."""

from dataclasses import dataclass


@dataclass(slots=True)
class EditTable:
    """One quarter's edits of one setting: a slice of the pairs or of the ceilings."""

    setting: int = 0
    from_day: int = 0
    until_day: int = 0
    first: int = 0
    last: int = 0


@dataclass(slots=True)
class PairEdit:
    """`pair` is column-1 code * 4096 + column-2 code, ascending in its table."""

    pair: int = 0
    indicator: int = 0


@dataclass(slots=True)
class Ceiling:
    """Units a day or line of one code; `code` ascending in its table."""

    code: int = 0
    units: int = 0
    mai: int = 0
