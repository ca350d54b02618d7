"""A service in every state a page can be in: three sites, one empty, one ordinary, one very full.

Who works at the full site has forty chairs in use, a visit of a hundred and fifty entries and twelve
drugs, a worklist of five thousand, a visit of sixty lines, two hundred open questions, a hundred
visits to release, thirty openings to review and ten thousand logged reads.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyotp
import sqlalchemy as sa

from hangtime.accounts import Role, people, second_factor, sessions
from hangtime.store.tables import read_log
from hangtime.visits import decide
from hangtime.visits import decisions as said
from hangtime.visits.loading import load_encounters, visit_id_of
from hangtime.worklist import CONFIDENCES, STATES, work_item
from hangtime.worklist.items import week_of
from serving import SITE_FILE, Client, Served, script
from worklist.desks import LOADER, PEOPLE, encounter

__all__ = ["SITES", "Crowd", "site_files"]

EMPTY, ORDINARY, FULL = SITES = ("elsewhere", "demo", "crowded")
LONG = "Featherstonehaugh-Wolfeschlegelsteinhausen, Maximiliana Bartholomäa"
CHAIRS, DRUGS, ENTRIES = 40, 12, 150
ITEMS, LINES, QUESTIONS, READY, OPENINGS, READS = 5_000, 60, 200, 105, 30, 10_000
PEOPLE_THERE = 150
REASON = "She came by ambulance and could not say what she is allergic to."


def site_files(folder: Path) -> tuple[Path, ...]:
    """The three sites; the full one has forty chairs."""
    text = SITE_FILE.read_text("utf-8")
    chairs = ", ".join(f'"N{n}"' for n in range(1, CHAIRS // 2 + 1))
    full = text.replace('"N1", "N2", "N3", "N4", "N5", "N6"', chairs)
    full = full.replace('"S1", "S2", "S3", "S4"', chairs.replace("N", "S"))
    full = full.replace("Demonstration Infusion Center", "Regional Infusion and Transfusion Center")
    assert full.count('"S20"') == 1
    found = {EMPTY: text.replace("Demonstration", "Lakeside"), ORDINARY: text, FULL: full}
    for site_id, words in found.items():
        named = words.replace('site_id = "demo"', f'site_id = "{site_id}"')
        (folder / f"{site_id}.toml").write_text(named, "utf-8")
    return tuple(folder / f"{site_id}.toml" for site_id in found)


class Crowd:
    """The people and visits of the three sites; `places` are what an address of the table names."""

    def __init__(self, service: Served) -> None:
        self.service, self.clinic = service, service.clinic
        self.places: dict[str, str] = {"nowhere": str(uuid.uuid4())}
        self._ordinary()
        self._board()
        self._long_visit()
        self._desk()
        self._oversight()
        nora = people.NewAccount("nora", LONG, "RN", roles_by_site={ORDINARY: ("nurse",)})
        account = people.create(service.register, nora, people.SYSTEM)
        self.places["person"] = account.account_id
        for n in range(PEOPLE_THERE):
            new = people.NewAccount(
                f"person.{n}", f"Person {n}", "RN", roles_by_site={FULL: ("nurse",)}
            )
            people.create(service.register, new, people.SYSTEM)
        self.places["new"] = service.as_("nurse").opens(chair="N6")
        self._break_one()

    def token(self, who: str, site_id: str) -> str:
        """The token of somebody with a role, or of somebody who is only on the way in."""
        if who == "new coder":
            return self._begun({site_id: ("coder",)})
        if who == "nobody yet":
            return self._begun({})
        if who != "coder with a factor":
            return self.service.token(who, site_id)
        register, token = self.service.register, self._begun({site_id: ("coder",)})
        person = sessions.session_of(register, token)
        assert person is not None
        made = second_factor.enrol(register, person)
        second_factor.confirm(register, person, pyotp.parse_uri(made.uri).now())
        return self._begun({}, person.account_id)

    def _begun(self, roles: dict[str, tuple[Role, ...]], account_id: str = "") -> str:
        """A session that a password began, and no second factor has gone on with."""
        register = self.service.register
        if not account_id:
            name = f"new.{uuid.uuid4().hex[:8]}"
            new = people.NewAccount(name, "Nora New", None, roles_by_site=roles)
            account_id = people.create(register, new, people.SYSTEM).account_id
        with register.engine.begin() as connection:
            return sessions.start(
                connection, register, account_id, by="password", has_second_factor=False
            ).token

    # --- the ordinary site ------------------------------------------------------------------------

    def _ordinary(self) -> None:
        nurse = self.service.as_("nurse", ORDINARY)
        self.places["visit"] = nurse.charts_a_whole_visit()
        entries = nurse.get(f"/visits/{self.places['visit']}/entries").json()["entries"]
        self.places["entry"] = entries[3]["entry"]["entry_id"]
        for chair, name in (("N2", "running"), ("N4", "cut off")):
            self.places[name] = nurse.opens(chair=chair, at=_ago(40))
            self._queue(nurse, self.places[name], _ago(38), list(script())[:10])
        self._load(ORDINARY, [encounter(n) for n in range(1, 31)])
        self.places["item"] = visit_id_of(ORDINARY, "E-1")
        self.places["other item"] = visit_id_of(ORDINARY, "E-2")
        self._asks(ORDINARY, 3, 1)
        for number in range(4, 8):
            self._accepts(ORDINARY, number)
        self._stranger_opens(nurse.opens(chair="N3"))

    # --- the full one -----------------------------------------------------------------------------

    def _board(self) -> None:
        nurse = self.service.as_("nurse", FULL)
        for n in range(CHAIRS):
            unit, chair = ("north", "south")[n % 2], f"{'NS'[n % 2]}{n // 2 + 1}"
            name = LONG if n % 9 == 0 else f"Patient of chair {chair}"
            patient = {"patient_id": f"P-{chair}", "name": name, "birth_date": "1970-02-03"}
            visit = nurse.opens(
                site_id=FULL, unit_id=unit, chair=chair, at=_ago(90 + n), patient=patient
            )
            self._queue(nurse, visit, _ago(88 + n), list(script())[: n % 20])

    def _long_visit(self) -> None:
        """Twelve drugs of twelve entries each, and what stands before and after."""
        nurse, began = self.service.as_("nurse", FULL), _ago(700)
        visit = nurse.opens(site_id=FULL, chair="N1", at=began)
        said_of: list[tuple[int, dict[str, Any]]] = [
            (1, {"kind": "patient_identified", "identifiers": ["name", "birth_date"]}),
            (2, {"kind": "access_established", "access_id": "access 1", "device": "peripheral",
                 "site": "forearm", "side": "left", "gauge": 22}),
        ]  # fmt: skip
        for n in range(DRUGS):
            said_of += [(10 + 55 * n + minute, body) for minute, body in _given(n)]
        self._queue(nurse, visit, began, said_of)
        kept = nurse.get(f"/visits/{visit}/entries").json()["entries"]
        assert len(kept) >= ENTRIES, len(kept)
        self.places["long"] = visit
        self.places["long entry"] = kept[7]["entry"]["entry_id"]

    def _desk(self) -> None:
        asked = range(1, QUESTIONS // 5 + 1)
        ready = range(1_000, 1_000 + READY)
        given = encounter().administrations
        one_line = [encounter(n, administrations=given[1:]) for n in ready]
        self._load(FULL, [*(encounter(n) for n in asked), *one_line, _sixty_lines()])
        for number in asked:
            self._asks(FULL, number, 5)
        for number in ready:
            self._accepts(FULL, number)
        self.places["many lines"] = visit_id_of(FULL, "E-60")
        record = self.clinic.records.current(self.places["many lines"])
        assert record is not None
        assert record.work.coding is not None
        assert len(record.work.coding.lines) >= LINES, len(record.work.coding.lines)
        self._asks(FULL, 60, 3)
        self._fill()

    def _fill(self) -> None:
        """Rows like those that are there, of every state and of two years, until there are enough."""
        today = datetime.now(UTC).date()
        with self.clinic.engine.begin() as connection:
            own = sa.select(work_item).where(work_item.c.site_id == FULL)
            rows = [dict(row._mapping) for row in connection.execute(own)]
            more = [
                rows[n % len(rows)]
                | {
                    "visit_id": f"v{n:05}",
                    "patient_name": LONG if n % 11 == 0 else f"Patient {n}",
                    "state": STATES[n % len(STATES)],
                    "confidence": CONFIDENCES[n % 7 % len(CONFIDENCES)],
                    "unit_id": ("north", "south")[n % 2],
                    "stake": n * 37 % 90_000,
                    "open_queries": 0,
                    "answered": int(n % 40 == 0),
                    "day": today - timedelta(days=n % 700),
                    "week": week_of(today - timedelta(days=n % 700)),
                }
                for n in range(len(rows), ITEMS)
            ]
            connection.execute(sa.insert(work_item), more)

    def _oversight(self) -> None:
        opened = self.service.as_("nurse", FULL).opens(site_id=FULL, chair="S1")
        for _ in range(OPENINGS):
            self._stranger_opens(opened)
        with self.clinic.engine.begin() as connection:
            reads = [
                {"read_at": _ago(n), "account_id": PEOPLE["Ana"].account_id, "visit_id": opened, "what": "visit",
                 "reason": REASON if n % 50 == 0 else None}
                for n in range(READS)
            ]  # fmt: skip
            connection.execute(sa.insert(read_log), reads)

    def _break_one(self) -> None:
        """A visit that the service fails to read, as it would by a fault of its own."""
        broken = self.service.as_("nurse", ORDINARY).opens(chair="N5")
        self.places["broken"] = broken
        known = self.clinic.records.current

        def current(visit_id: str, *others: Any) -> Any:
            if visit_id == broken:
                raise RuntimeError("a fault that a test made")
            return known(visit_id, *others)

        self.clinic.records.current = current

    # --- what each does ---------------------------------------------------------------------------

    def _queue(
        self, nurse: Client, visit: str, began: datetime, said_of: list[tuple[int, dict[str, Any]]]
    ) -> None:
        entries = [
            {"entry_id": str(uuid.uuid4()), "body": body,
             "happened_at": (began + timedelta(minutes=minute)).isoformat()}
            for minute, body in said_of
        ]  # fmt: skip
        if entries:
            answer = nurse.post(f"/visits/{visit}/entries/queue", {"entries": entries})
            assert answer.status_code == 200, answer.text
            errors = [each["errors"] for each in answer.json()["entries"] if each.get("errors")]
            assert errors == []

    def _load(self, site_id: str, encounters: list[Any]) -> None:
        load_encounters(self.clinic, LOADER, self.clinic.sites[site_id], "north", encounters)

    def _asks(self, site_id: str, number: int, times: int) -> None:
        for n in range(times):
            words = f"When did infusion {n + 1} end, and by whose watch? " + "Please say more. " * n
            body = said.QueryAsked(query_id=str(uuid.uuid4()), text=words, about="d1")
            self._decides(site_id, number, body)

    def _accepts(self, site_id: str, number: int) -> None:
        record = self.clinic.records.current(visit_id_of(site_id, f"E-{number}"))
        for line in record.work.undecided:
            of = {"coding_id": record.work.coding.coding_id, "seen": record.seq}
            self._decides(site_id, number, said.LineAccepted(line=line, **of))

    def _decides(self, site_id: str, number: int, body: Any) -> None:
        visit = visit_id_of(site_id, f"E-{number}")
        done = decide(self.clinic, PEOPLE["Ana"], visit, str(uuid.uuid4()), body)
        assert not done.errors, done.errors

    def _stranger_opens(self, visit: str) -> None:
        stranger = self.service.as_("nurse", EMPTY)
        answer = stranger.post(f"/break-glass/{visit}", {"reason": REASON})
        assert answer.status_code == 201, answer.text


def _ago(minutes: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes)


def _given(n: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """An order, its drug, and an infusion watched and stopped: twelve entries and more."""
    drug, given = _names()[n], f"o{n}.1"
    of = {"administration_id": given}
    dose = {"dose": 400, "dose_unit": "mg"}
    yield 0, {"kind": "order_verified", "order_id": f"o{n}", "drug": drug, "route": "iv_infusion",
              "rate_ml_per_h": 250, "volume_ml": 100, **dose}  # fmt: skip
    yield 1, {"kind": "drug_prepared", "order_id": f"o{n}", "drug": drug, **of, **dose}
    yield 5, {"kind": "infusion_started", "access_id": "access 1", "rate_ml_per_h": 125,
              "volume_ml": 100, **of}  # fmt: skip
    for minute in (10, 15, 20, 25, 30, 35, 40):
        yield (
            minute,
            {"kind": "observed", "vitals": {"pulse": 70 + minute}, "is_free_of_symptoms": True},
        )
    yield 45, {"kind": "infusion_stopped", "volume_infused_ml": 100, **of}
    yield 46, {"kind": "flushed", "access_id": "access 1", "volume_ml": 10}
    yield 47, {"kind": "observed", "vitals": {"systolic": 120, "diastolic": 74, "pulse": 70}}


def _names() -> list[str]:
    """Drugs that a program knows, in the order of the alphabet."""
    from hangtime.formulary.products import all_products

    found = [each for each in all_products() if "iv" in each.routes and each.measure == "mg"]
    return sorted({each.ingredient for each in found if each.last is None} - {""})


def _sixty_lines() -> Any:
    """An encounter whose drugs, bought and pushed one after the other, make a line each."""
    (first, push) = encounter().administrations
    assert first.start is not None
    pushes = tuple(
        replace(push, administration_id=f"p{n}", drug=drug, dose=Decimal(10), supplied_by=None,
                start=first.start + timedelta(minutes=50 + 2 * n))
        for n, drug in enumerate(_names()[: LINES * 2])
    )  # fmt: skip
    return encounter(60, administrations=(first, *pushes))
