"""What becomes of a visit's coding, drawn: who says what, and where it then stands.

One row after the other is said of one visit with two lines.  `seen` is the row on whose screen it
was decided (nothing: the one before); `must be` the state after it, or why it was refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hangtime import store
from hangtime.chart import TwoPeople, demo_site
from hangtime.chart.bodies import (
    DrugPrepared,
    InfusionStarted,
    InfusionStopped,
    Note,
    Patient,
    VisitClosed,
    VisitOpened,
)
from hangtime.visits import Clinic, Noted, answer, code_visit, decide, open_visit, release
from hangtime.visits.charting import record_entries
from hangtime.visits.decisions import Decision, QueryAnswered

SPEC = Path(__file__).with_name("work.md")


@dataclass(frozen=True)
class Person:
    account_id: str
    name: str
    credential: str | None = None


def tables() -> Iterator[tuple[str, TwoPeople, list[dict[str, str]]]]:
    """Title, policy and rows of each drawn case."""
    for section in SPEC.read_text("utf-8").split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        policy = next(w for w in ("never", "always", "overrides") if f"two people: {w}" in text)
        lines = [each for each in text.splitlines() if each.startswith("|")]
        header, _, *rows = [[cell.strip() for cell in each.strip("|").split("|")] for each in lines]
        yield title, policy, [dict(zip(header, row, strict=True)) for row in rows]


CASES = list(tables())


class Desk:
    """One visit with two lines, and the people around it."""

    def __init__(self, engine: Any, two_people: TwoPeople) -> None:
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)
        self.clinic = Clinic(engine, (demo_site(),), now=lambda: self.now, two_people=two_people)
        self.visit_id = str(uuid.uuid4())
        self.seen: list[int] = []
        self.said: list[str] = []
        self.coding_id = ""
        self.chart()

    def chart(self) -> None:
        began = self.now - timedelta(hours=3)
        patient = Patient(patient_id="P", name="Ada Example")
        opening = VisitOpened(
            site_id="demo", unit_id="north", patient=patient, setting="facility", time_zone="UTC"
        )
        given = DrugPrepared(
            administration_id="d", drug="ceftriaxone", dose=Decimal(1), dose_unit="g"
        )
        nurse = Person("nurse", "Nurse")
        open_visit(self.clinic, nurse, Noted(self.visit_id, began, opening), self.visit_id)
        for minute, body in (
            (5, given),
            (10, InfusionStarted(administration_id="d")),
            (50, InfusionStopped(administration_id="d")),
            (60, VisitClosed()),
        ):
            at = began + timedelta(minutes=minute)
            noted = Noted(str(uuid.uuid4()), at, body)
            done = record_entries(self.clinic, nurse, self.visit_id, (noted,))
            assert done.entries[0].result == "recorded", done

    def says(self, row: dict[str, str]) -> str:
        """The state after somebody has said something, or the words of the refusal."""
        who = Person(row["who"], row["who"].title())
        kind, _, rest = row["says"].partition(" ")
        facts: dict[str, Any] = dict(each.split("=", 1) for each in rest.split())
        if kind == "codes":
            record = code_visit(self.clinic, who, self.visit_id)
            assert record is not None
            assert record.work.coding is not None
            assert len(record.work.coding.lines) == 2
            self.coding_id = record.work.coding.coding_id
        elif kind == "charts":
            noted = Noted(str(uuid.uuid4()), self.now, Note(text="more"))
            record = record_entries(self.clinic, who, self.visit_id, (noted,)).record
            assert record is not None
        else:
            decided = self.decided(who, kind, facts, row["seen"])
            if decided.errors:
                return f"refused: {decided.errors[0].field}"
            record = decided.record
        self.seen.append(record.seq)
        told = record.work_state
        return f"{told}, conflict" if record.work.conflicts else told

    def decided(self, who: Person, kind: str, facts: dict[str, Any], seen: str) -> Any:
        entry_id = str(uuid.uuid4())
        self.said.append(entry_id)
        if kind == "releases":
            return release(self.clinic, who, self.visit_id, entry_id)
        if kind == "query_answered":
            body = msgspec.convert(facts | {"kind": kind}, QueryAnswered)
            return answer(self.clinic, who, self.visit_id, entry_id, body)
        if kind.startswith("line_") or kind == "decision_withdrawn":
            facts["seen"] = self.seen[int(seen) - 1] if seen else self.seen[-1]
            facts.setdefault("coding_id", self.coding_id)
        if "withdraws" in facts:
            facts["withdraws"] = self.said[int(facts["withdraws"]) - 1]
        body = msgspec.convert(facts | {"kind": kind}, Decision, strict=False)
        return decide(self.clinic, who, self.visit_id, entry_id, body)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_the_work_stands_where_its_table_says(case: Any, tmp_path: Path) -> None:
    _, policy, rows = case
    engine = store.connect(f"sqlite:///{tmp_path / 'work.db'}")
    store.migrate(engine)
    desk = Desk(engine, policy)

    came = [desk.says(row) for row in rows]

    assert came == [row["must be"] for row in rows]
    engine.dispose()
