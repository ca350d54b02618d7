"""The board's live updates over a real connection, and how a server that stops lets go of them."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forking import Servers
from hangtime.accounts import sign_out
from hangtime.accounts.sessions import session_of
from hangtime.web.settings import as_environment
from serving import SITE, Served, listening, settings_for

httpx = pytest.importorskip("httpx")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Served, str]]:
    with listening(tmp_path, f"sqlite:///{tmp_path / 'live.db'}") as running:
        yield running


class Watcher(threading.Thread):
    """A page that watches a board: the cards it was sent, and the last id it saw."""

    def __init__(self, address: str, token: str, **headers: str) -> None:
        super().__init__(daemon=True)
        self.url = f"{address}/api/v1/board/events?site={SITE}"
        self.headers = {"Authorization": f"Bearer {token}", **headers}
        self.cards: list[dict[str, Any]] = []
        self.last_id = ""
        self.is_watching = threading.Event()
        self.start()
        assert self.is_watching.wait(15)

    def run(self) -> None:
        with httpx.stream("GET", self.url, headers=self.headers, timeout=40) as answer:
            assert answer.status_code == 200
            self.is_watching.set()
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    self.last_id = value
                elif name == "data":
                    self.cards.append(json.loads(value))


def until(is_so: Any, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def test_what_one_nurse_charts_is_on_anothers_board_and_a_cut_stream_goes_on(
    live: tuple[Served, str],
) -> None:
    service, address = live
    nurse = service.as_("nurse")
    watcher = Watcher(address, service.token("charge_nurse"))

    visit_id = nurse.opens()
    until(lambda: watcher.cards)
    seen = watcher.last_id
    nurse.charts(visit_id, "patient_identified", identifiers=["name", "birth_date"])
    until(lambda: len(watcher.cards) > 1)
    again = Watcher(address, service.token("charge_nurse"), **{"Last-Event-ID": seen})
    until(lambda: again.cards)

    first, second = watcher.cards[:2]
    missing = {"step": "identify_and_screen", "what": "two identifiers"}
    assert first["visit_id"] == second["visit_id"] == visit_id
    assert missing in first["missing"]
    assert missing not in second["missing"]
    assert again.cards[0]["seq"] == second["seq"]
    reads = service.as_("auditor").get("/reads").json()["reads"]
    assert [each["what"] for each in reads].count("board") == 1


def test_a_stream_ends_with_the_session_that_opened_it(live: tuple[Served, str]) -> None:
    service, address = live
    watcher = Watcher(address, service.token("nurse"))
    who = session_of(service.register, service.token("nurse"))
    assert who is not None

    sign_out(service.register, who)
    service.as_("charge_nurse").opens()

    watcher.join(15)
    assert not watcher.is_alive()
    assert watcher.cards == []


def test_a_server_told_to_stop_lets_its_watchers_go_and_is_gone_at_once(tmp_path: Path) -> None:
    from hangtime import store
    from hangtime.web.security import register_of
    from serving import token_for

    url = f"sqlite:///{tmp_path / 'stop.db'}"
    engine = store.connect(url)
    store.migrate(engine)
    settings = settings_for(tmp_path, url)
    token = token_for(register_of(settings, engine), "nurse")
    with Servers(as_environment(settings)) as servers:
        pid, address = servers.start()
        watcher = Watcher(address, token)
        os.kill(pid, signal.SIGTERM)
        watcher.join(8)
        assert not watcher.is_alive(), "well before the time after which the server would break off"
    engine.dispose()
