"""The server is killed in the middle of charting; what it acknowledged is there, once, in a chain."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from databases import KINDS, fresh_url
from forking import Servers
from hangtime import store
from hangtime.store.tables import ledger_entry
from hangtime.store.verifying import verify
from hangtime.web.security import register_of
from hangtime.web.settings import as_environment
from serving import settings_for, token_for, told

httpx = pytest.importorskip("httpx")
NURSES = 4


class Nurse(threading.Thread):
    """Charts one note after the other into a visit, each until it is acknowledged."""

    def __init__(self, token: str) -> None:
        super().__init__(daemon=True)
        bearer = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(headers=bearer, timeout=10, verify=False)
        self.visit_id = str(uuid.uuid4())
        self.address = ""
        self.acknowledged: list[str] = []
        self.sent_again = 0
        self.is_over = threading.Event()

    def run(self) -> None:
        for path, entry in self.entries():
            while not self.is_over.is_set() and not self.sends(path, entry):
                self.sent_again += 1
                time.sleep(0.02)
            if self.is_over.is_set():
                return

    def entries(self) -> Iterator[tuple[str, dict[str, object]]]:
        patient = {"patient_id": "P-1", "name": "Ada Example"}
        opening = {"site_id": "demo", "unit_id": "north", "patient": patient}
        yield "/visits", opening | {"entry_id": self.visit_id, "happened_at": told(None)}
        while True:
            body = {"kind": "note", "text": "seen"}
            yield (
                f"/visits/{self.visit_id}/entries",
                {
                    "entry_id": str(uuid.uuid4()),
                    "happened_at": told(None),
                    "body": body,
                },
            )

    def sends(self, path: str, entry: dict[str, object]) -> bool:
        """Whether it was acknowledged; the same entry is sent again if not."""
        url = f"{self.address}/api/v1{path}"
        try:
            answer = self.client.post(url, json=entry)
        except httpx.HTTPError:
            return False
        assert answer.status_code in {200, 201}, answer.text
        self.acknowledged.append(str(entry["entry_id"]))
        return True


def kill_again_and_again(url: str, folder: Path, times: int) -> None:
    engine = store.connect(url)
    store.migrate(engine)
    settings = settings_for(folder, url)
    register = register_of(settings, engine)
    nurses = [Nurse(token_for(register, "nurse", name=f"Nurse {n}")) for n in range(NURSES)]
    chance = random.Random(times)
    with Servers(as_environment(settings)) as servers:
        pid, address = servers.start()
        for nurse in nurses:
            nurse.address = address
            nurse.start()
        for _ in range(times):
            wait_until_all_chart(nurses)
            time.sleep(chance.uniform(0.0, 0.3))
            os.kill(pid, signal.SIGKILL)
            before = [list(nurse.acknowledged) for nurse in nurses]
            pid, address = servers.start()
            assert_there(engine, before)
            for nurse in nurses:
                nurse.address = address
        wait_until_all_chart(nurses)
        for nurse in nurses:
            nurse.is_over.set()
        for nurse in nurses:
            nurse.join(15)
        os.kill(pid, signal.SIGTERM)
    assert_there(engine, [nurse.acknowledged for nurse in nurses])
    assert all(len(nurse.acknowledged) > times for nurse in nurses), "it was charted all the time"
    assert all(nurse.sent_again for nurse in nurses), "it was killed while it was charted"
    engine.dispose()


def wait_until_all_chart(nurses: list[Nurse]) -> None:
    """Until every nurse was acknowledged once more, however slow the machine is today."""
    before = [len(nurse.acknowledged) for nurse in nurses]
    end = time.monotonic() + 60
    while any(len(n.acknowledged) <= b for n, b in zip(nurses, before, strict=True)):
        assert time.monotonic() < end, "nobody is answered"
        time.sleep(0.01)


def assert_there(engine: sa.Engine, acknowledged: list[list[str]]) -> None:
    """Every acknowledged entry is in the ledger, in its order, and the chain verifies."""
    report = verify(engine)
    assert report.faults == []
    with store.reading(engine) as connection:
        query = sa.select(ledger_entry.c.entry_id).order_by(ledger_entry.c.seq)
        there = {entry_id: place for place, entry_id in enumerate(connection.scalars(query))}
    for ids in acknowledged:
        places = [there[each] for each in ids]
        assert places == sorted(places)


def assert_verified_by_command(url: str) -> None:
    program = [
        sys.executable,
        "-m",
        "hangtime.cli",
        "ledger",
        "verify",
        "--chain-only",
        "--database",
        url,
    ]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_ten_kills_lose_nothing_that_was_acknowledged(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = fresh_url(kind, tmp_path, request)
    kill_again_and_again(url, tmp_path, 10)
    assert_verified_by_command(url)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_kills_lose_nothing_that_was_acknowledged(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = fresh_url(kind, tmp_path, request)
    kill_again_and_again(url, tmp_path, 100)
    assert_verified_by_command(url)
