"""The tabular list of ICD-10-CM: XML in which codes stand within codes.

A code with others beneath it, or one that a seventh character has to complete, is not billable.
"""

# pyarrow has no type stubs; nothing untyped but arrays leaves this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from hangtime.codesets.store.opening import Piece, Sheet
from hangtime.codesets.store.records import Refused

ROOT = "ICD10CM.tabular"
COLUMNS = ["code", "title", "is_billable"]


def tabular_list(path: Path, name: str) -> Sheet:
    """The codes of the list with their titles.  Raises Refused for other or broken XML."""
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - entities are not expanded from elsewhere
    except ET.ParseError as error:
        raise Refused(f"{name}: the XML is truncated or damaged ({error}).") from None
    if root.tag != ROOT:
        raise Refused(f"{name}: XML of {root.tag}, where {ROOT} is known.")
    rows = [row for diag in root.iterfind("chapter/section/diag") for row in _codes(diag, False)]

    def pieces(after: int, wanted: list[int]) -> Iterator[Piece]:  # noqa: ARG001 - titles are apart
        import pyarrow as pa

        columns = [pa.array([row[i] for row in rows], pa.string()) for i in wanted]
        yield Piece(list(range(1, len(rows) + 1)), columns)

    version = root.findtext("version") or ""
    return Sheet(name, f"{ROOT} {version}", [(0, COLUMNS)], pieces)


def _codes(diag: ET.Element, extended: bool) -> Iterator[tuple[str, str, str]]:
    extended = extended or diag.find("sevenChrDef") is not None
    within = diag.findall("diag")
    billable = not within and not extended
    yield diag.findtext("name") or "", diag.findtext("desc") or "", "yes" if billable else "no"
    for each in within:
        yield from _codes(each, extended)
