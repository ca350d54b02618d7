"""A desk to sit at: a clinic over a database, an encounter with three lines, people who say things."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from hangtime.chart import Site, demo_site
from hangtime.model import Administration, Encounter
from hangtime.store import Stored
from hangtime.visits import Clinic, Decided, Record, answer, decide, release
from hangtime.visits import decisions as said
from hangtime.visits.loading import load_encounters, visit_id_of

SITE: Site = demo_site()
BEGAN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class Somebody(NamedTuple):
    account_id: str
    name: str
    credential: str | None = None


PEOPLE = {name: Somebody(name.lower(), name, "CPC") for name in ("Ana", "Ben", "Nina")}
LOADER = Somebody("loader", "Loader")


def encounter(number: int = 1, **changes: Any) -> Encounter:
    """An infusion of ceftriaxone, a push of what the patient brought, and the drug that was bought."""
    began = BEGAN + timedelta(days=number % 60)
    infusion = Administration(
        administration_id="d1",
        drug="ceftriaxone",
        route="iv_infusion",
        start=began,
        stop=began + timedelta(minutes=45),
        dose=Decimal(1),
        dose_unit="g",
        order_signed=True,
    )
    push = replace(
        infusion, administration_id="d2", drug="ondansetron", route="iv_push",
        start=began - timedelta(minutes=5), stop=None, dose=Decimal(4), dose_unit="mg",
        supplied_by="patient",
    )  # fmt: skip
    found = Encounter(
        encounter_id=f"E-{number}",
        patient_id=f"P-{number}",
        setting="facility",
        payer="medicare",
        time_zone="America/Chicago",
        diagnoses=("A41.9",),
        administrations=(infusion, push),
    )
    return replace(found, **changes)


class Desk:
    """One visit and what is said of it."""

    def __init__(self, engine: Any, clinic: Clinic | None = None, number: int = 1) -> None:
        self.clinic = clinic or Clinic(engine, (SITE,))
        load_encounters(self.clinic, LOADER, SITE, "north", [encounter(number)])
        self.visit_id = visit_id_of(SITE.site_id, f"E-{number}")
        self.seen = self.record.seq
        self.refused: list[str] = []

    @property
    def record(self) -> Record:
        found = self.clinic.records.current(self.visit_id)
        assert found is not None
        return found

    def says(self, words: str) -> None:
        """One sentence of the table: who, what, of which line, and whether unseen."""
        name, act, *rest = words.split()
        who, is_unseen = PEOPLE[name], "unseen" in rest
        line = next((int(word) for word in rest if word.isdigit()), 0)
        seen = self.seen if is_unseen else self.record.seq
        done = self._do(who, act, line, seen)
        self.refused += [each.message for each in done.errors]

    def _do(self, who: Somebody, act: str, line: int, seen: int) -> Decided:
        entry_id, work = str(uuid.uuid4()), self.record.work
        assert work.coding is not None
        if act == "releases":
            return release(self.clinic, who, self.visit_id, entry_id)
        if act == "answers":
            query_id = work.queries[0].query_id
            body = said.QueryAnswered(query_id=query_id, text="It ran until ten.")
            return answer(self.clinic, who, self.visit_id, entry_id, body)
        of = {"coding_id": work.coding.coding_id, "seen": seen}
        why = {"reason_code": "not_ours_to_bill"}
        bodies: dict[str, Any] = {
            "accepts": lambda: said.LineAccepted(line=line, **of),
            "overrides": lambda: said.LineOverridden(line=line, units=2, **of, **why),
            "removes": lambda: said.LineRemoved(line=line, **of, **why),
            "withdraws": lambda: said.DecisionWithdrawn(
                withdraws=work.decided[line].entry_id, **of
            ),
            "asks": lambda: said.QueryAsked(query_id=entry_id, text="When did it end?"),
            "closes": lambda: said.QueryClosed(query_id=work.queries[0].query_id),
            "holds": lambda: said.Held(reason_code="waits_for_order"),
            "lets": said.LetGo,
        }
        return decide(self.clinic, who, self.visit_id, entry_id, bodies[act]())


def entries(clinic: Clinic, visit_id: str) -> list[Stored]:
    return clinic.ledger.of(visit_id)
