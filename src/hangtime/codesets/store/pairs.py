"""Code pairs, packed so that one of millions is found in microseconds and nothing is loaded.

A code is a number of base 36; a pair is one number, column 1 above column 2.  The numbers lie
ascending in a file that is mapped into memory, and are halved through; beside them lie the
indicator, the first and the last day in force.  Reading needs no library.  Little-endian.
"""

# numpy and pyarrow are used to write only; nothing untyped leaves this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import sys
from bisect import bisect_left
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Literal, NamedTuple

RADIX = 36
CODES = RADIX**5
FILES = {"Q": "pairs.keys", "B": "pairs.indicators", "i": "pairs.days"}
ALWAYS = (-(2**31), 2**31 - 1)  # first and last day of a pair without dates


class Pair(NamedTuple):
    """What the edit says: its indicator, and the days (since 1970-01-01) it holds from and to."""

    indicator: int
    first: int
    last: int


class Pairs:
    """The pairs of one table in a folder."""

    def __init__(self, folder: Path) -> None:
        self._keys = _mapped(folder, "Q")
        self._indicators = _mapped(folder, "B")
        self._days = _mapped(folder, "i")

    def __len__(self) -> int:
        return len(self._keys)

    def on(self, column1: str, column2: str, day: int) -> Pair | None:
        """The edit of the pair in force on a day, or None where there is none."""
        key = key_of(column1, column2)
        at = bisect_left(self._keys, key)
        while at < len(self._keys) and self._keys[at] == key:
            if self._days[2 * at] <= day <= self._days[2 * at + 1]:
                return Pair(self._indicators[at], self._days[2 * at], self._days[2 * at + 1])
            at += 1
        return None


def key_of(column1: str, column2: str) -> int:
    """The number of a pair of five-character codes."""
    return int(column1, RADIX) * CODES + int(column2, RADIX)


def write(folder: Path, rows: Any) -> None:
    """Pack a pyarrow table with `column1`, `column2`, `indicator`, `effective`, `deletion`.

    `column1` and `column2` are codes; the dates may be none.  The rows come sorted by the pair.
    """
    import numpy as np

    keys = codes_as_numbers(rows["column1"]) * np.uint64(CODES) + codes_as_numbers(rows["column2"])
    days = np.empty((len(keys), 2), "<i4")
    for at, (name, always) in enumerate(zip(("effective", "deletion"), ALWAYS, strict=True)):
        days[:, at] = _days(rows[name], always) if name in rows.column_names else always
    indicators = rows["indicator"].to_numpy().astype("u1")
    for mark, values in (("Q", keys.astype("<u8")), ("B", indicators), ("i", days)):
        values.tofile(folder / FILES[mark])


def codes_as_numbers(codes: Any) -> Any:
    """A column of five-character codes as an array of numbers, uint64."""
    import numpy as np
    import pyarrow as pa

    digits = np.zeros(256, "u8")
    for number, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        digits[ord(character)] = number
    parts = [np.zeros(0, "u8")]
    for chunk in codes.cast(pa.string()).chunks:
        text = np.frombuffer(chunk.buffers()[2] or b"", "u1")[5 * chunk.offset :]
        whole = digits[text[: 5 * len(chunk)].reshape(-1, 5)]
        parts.append(whole @ np.array([RADIX**4, RADIX**3, RADIX**2, RADIX, 1], "u8"))
    return np.concatenate(parts)


def _days(column: Any, always: int) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.fill_null(column.cast(pa.int32()), always).to_numpy()


def _mapped(folder: Path, mark: Literal["Q", "B", "i"]) -> memoryview[Any]:
    assert sys.byteorder == "little", "the packed pairs are little-endian"
    with (folder / FILES[mark]).open("rb") as file:
        if not file.read(1):
            return memoryview(b"").cast(mark)
        return memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)).cast(mark)
