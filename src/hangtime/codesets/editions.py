"""Which numbers, codes and edits hold on a date of service.

The date of service picks the edition and nothing else does.  A date that no edition of thresholds
and codes covers is an error; a date without an edit table has none, and says so.
"""

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from hangtime.codesets.facts import Cover, covers, digest, settings, table_digest
from hangtime.codesets.tables import SETTINGS, Edition, build, code_rows, ids
from hangtime.errors import UncoveredDate

__all__ = [
    "NO_TABLE",
    "Edition",
    "EditionInfo",
    "code_id",
    "code_number",
    "digest",
    "edition_for",
    "edition_name",
    "editions",
    "label",
    "tables_for",
]
NO_TABLE = "none"
KINDS = ("ptp", "mue", "addon")


class EditionInfo(NamedTuple):
    """One thing chosen by date: thresholds and codes (kind `edition`) or a published table."""

    name: str
    kind: str
    setting: str  # "" where it concerns both
    first: date
    last: date
    digest: str
    source: str


def edition_for(day: date) -> Edition:
    """Thresholds, codes and edits for a date of service; UncoveredDate where there are none."""
    return _built(_position(day))


def edition_name(day: date) -> str:
    """Name of the edition of thresholds and codes that covers the date of service."""
    name: str = _listed()[_position(day)]["name"]
    return name


def tables_for(day: date, setting: str) -> dict[str, str]:
    """Names of the pair, ceiling and add-on tables in force for `facility` or `professional`.

    Keys are `ptp`, `mue` and `addon`; a value is "none" where no published table was read.  Pairs
    and ceilings are a quarter's; what an add-on may stand beside holds for its whole edition.

    >>> tables_for(date(2024, 8, 1), "facility")["ptp"]
    'ptp-hospital-2024Q3'
    """
    if setting not in SETTINGS:
        raise ValueError(f"setting is one of {', '.join(SETTINGS)}, not {setting!r}")
    named = {kind: _in_force(kind, day, setting) for kind in KINDS}
    editions = (each for each in _listed() if each["from"] <= day <= each["until"])
    return {**named, "addon": next((str(each["addons"]) for each in editions), NO_TABLE)}


def code_number(id: int) -> str:
    """The five characters of the code with this id.

    >>> code_number(3)
    '96365'
    """
    return code_rows()[id].number


def code_id(number: str) -> int:
    """The id of a code number; -1 where no table here knows it."""
    return ids().get(number.strip().upper(), -1)


def label(id: int) -> str:
    """What the code is for, in our own words."""
    return code_rows()[id].label


@cache
def editions() -> tuple[EditionInfo, ...]:
    """Everything that is chosen by date of service, for listings."""
    own = "limits.toml and codes.csv name their sources"
    first = (
        EditionInfo(e["name"], "edition", "", e["from"], e["until"], digest(), own)
        for e in _listed()
    )
    return (*first, *(_published(cover) for cover in covers()))


def _published(cover: Cover) -> EditionInfo:
    return EditionInfo(
        cover.name,
        cover.kind,
        cover.setting,
        cover.first,
        cover.last,
        table_digest(cover.name),
        cover.source,
    )


def _in_force(kind: str, day: date, setting: str) -> str:
    for cover in covers():
        concerns = cover.kind == kind and cover.setting in ("", setting)
        if concerns and cover.first <= day <= cover.last:
            return cover.name
    return NO_TABLE


def _listed() -> list[dict[str, Any]]:
    return settings("limits.toml")["edition"]


def _position(day: date) -> int:
    for position, edition in enumerate(_listed()):
        if edition["from"] <= day <= edition["until"]:
            return position
    spans = ", ".join(f"{edition['from']} to {edition['until']}" for edition in _listed())
    raise UncoveredDate(
        f"no edition of thresholds and codes covers the date of service {day}; covered: {spans}."
        " Check the date, or add an edition to codesets/data/limits.toml."
    )


@cache
def _built(position: int) -> Edition:
    return build(_listed()[position])


def is_line_placement(number: str) -> bool:
    """Whether the code places a central, peripherally inserted or arterial line."""
    return "36555" <= number <= "36573" or number == "36620"
