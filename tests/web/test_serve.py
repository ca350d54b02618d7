"""`hangtime serve` as an operator starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from hangtime import store
from hangtime.cli import hangtime
from serving import settings_for

httpx = pytest.importorskip("httpx")
LISTENS = re.compile(r"listens on (http://\S+)")


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[str, str]]:
    """What it printed, and its address; stopped as an operator stops it."""
    environment = {
        name: os.environ[name] for name in os.environ if not name.startswith("HANGTIME_")
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "hangtime.cli", "serve", "--port", "0", *options],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    said = ""
    for line in running.stdout:
        said += line
        if found := LISTENS.search(line):
            break
    else:
        raise AssertionError(said)
    try:
        yield said, found[1]
    finally:
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=20)
        assert '"stopped"' in log


def test_a_demonstration_has_people_of_every_role_and_visits_that_say_they_are_simulated(
    tmp_path: Path,
) -> None:
    with started(tmp_path, "--demo") as (said, address):
        (password,) = re.findall(r"^  nurse +nurse +(\S+)$", said, re.MULTILINE)
        api = httpx.Client(base_url=f"{address}/api/v1", verify=False)
        signed_in = api.post("/session", json={"sign_in_name": "nurse", "password": password})
        assert signed_in.status_code in {200, 201}, signed_in.text
        board = api.get("/board?site=demo").json()["cards"]
        closed = api.get("/visits?state=closed").json()["visits"]
        denied = api.get("/ledger/entries")
        link = link_for_the_nurse(address, said)

    assert said.startswith("DEMONSTRATION: every person, patient and visit is simulated.")
    assert len(board) >= 5
    assert all(each["is_simulated"] and "(simulated)" in each["patient_name"] for each in board)
    assert any(each["overdue"] for each in board)
    assert {each["work"] for each in closed} == {"coded"}
    assert denied.status_code == 403
    assert link.startswith(f"{address}/welcome#"), "it leads to where this one listens"


def link_for_the_nurse(address: str, said: str) -> str:
    (password,) = re.findall(r"^  administrator +admin +(\S+)$", said, re.MULTILINE)
    api = httpx.Client(base_url=f"{address}/api/v1", verify=False)
    api.post("/session", json={"sign_in_name": "admin", "password": password})
    accounts = api.get("/accounts").json()["accounts"]
    (nurse,) = (each for each in accounts if each["sign_in_name"] == "nurse")
    headers = {"sec-fetch-site": "same-origin"}
    made = api.post(f"/accounts/{nurse['account_id']}/link", headers=headers)
    return made.json().get("link", made.text)


def test_a_demonstration_refuses_a_database_of_real_visits(tmp_path: Path) -> None:
    import sqlalchemy as sa

    from hangtime.visits.demo import RealVisits
    from hangtime.visits.tables import visit
    from hangtime.web.demo import for_demo, set_up

    url = f"sqlite:///{tmp_path / 'real.db'}"
    engine = store.connect(url)
    store.migrate(engine)
    row = {
        "visit_id": "v", "site_id": "s", "unit_id": "u", "patient_key": b"k", "state": "open",
        "work": "charting", "is_simulated": False, "opened_at": moment(), "last_seq": 1,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(visit), row)

    with pytest.raises(RealVisits):
        set_up(for_demo(settings_for(tmp_path, url)), engine)
    engine.dispose()


def moment() -> object:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_a_first_start_prints_a_link_for_the_administrator_and_later_ones_do_while_there_is_none(
    tmp_path: Path,
) -> None:
    site = settings_for(tmp_path, "sqlite:///unused.db").sites[0]
    links = []
    for _ in range(2):
        with started(tmp_path, "--site", str(site), "--database", "sqlite:///new.db") as (said, _):
            links += re.findall(r"/welcome#(\S+)", said)

    assert len(set(links)) == 2


def test_without_a_site_it_says_what_is_missing(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'a.db'}"

    done = CliRunner().invoke(hangtime, ["serve", "--database", database])

    assert done.exit_code != 0
    assert "--site" in str(done.exception)
