"""What every reader yields: one encounter, what was wrong with it, and where its rows went.

Rows are administrations as they arrived: a row of a table, an entry of a JSON list.  Each is
coded, merged (an exact duplicate, a part of another row's infusion, an encounter's row without an
administration) or set aside with a finding.  The three always add up to the rows read; a `Read`
that does not add up cannot be made.
"""

from __future__ import annotations

from dataclasses import dataclass

from hangtime.model import Encounter, Finding


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file as the user named it, and its line, counted from 1.

    In Parquet, which has no lines, `line` is the row, counted from 1.
    """

    file: str
    line: int

    def at(self, field: str) -> Place:  # noqa: ARG002  (places that move need it)
        """The place of a field here: in a table, and in JSON on one line, the same line."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One encounter as read, or None where the whole encounter was set aside.

    `encounter_id` is known even for an encounter set aside, where it could be read.  `places` are
    those of the encounter's administrations, in their order, where the reader knows them.
    """

    encounter: Encounter | None
    rows: int
    findings: tuple[Finding, ...] = ()
    merged: int = 0
    set_aside: int = 0
    encounter_id: str | None = None
    place: Place | None = None
    places: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        if self.rows != self.to_code + self.merged + self.set_aside:
            raise ValueError("rows read are not the rows to code, merged and set aside")

    def place_of(self, administrations: tuple[str, ...]) -> Place | None:
        """Where the one administration stands; the encounter's place for several or none."""
        if self.encounter is not None and self.places and len(administrations) == 1:
            for each, place in zip(self.encounter.administrations, self.places, strict=True):
                if each.administration_id in administrations:
                    return place
        return self.place

    @property
    def to_code(self) -> int:
        """Rows that go on to be coded."""
        return len(self.encounter.administrations) if self.encounter else 0
