"""The real service over a fresh database, with someone signed in for every role.

People are made as an administrator makes them; their sessions are started as a sign-in would start
them, without waiting for the hash of a password.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from hangtime import store
from hangtime.accounts import people, sessions
from hangtime.web.app import create_app
from hangtime.web.settings import Settings

SITE = "demo"
OTHER = "elsewhere"
ROLES = ("nurse", "charge_nurse", "coder", "auditor", "administrator")
LIMITS = """
[password]
memory_kib = 64
passes = 1
lanes = 1

[rate]
sign_in_of_an_address = "10000/minute"
of_a_session = "1000000/minute"
of_an_address = "1000000/minute"
"""


def settings_for(folder: Path, database: str, **others: Any) -> Settings:
    """Settings of a service whose files lie in a folder: the demo's site, and another."""
    limits, site, other = folder / "limits.toml", folder / "demo.toml", folder / "other.toml"
    if not limits.exists():
        limits.write_text(LIMITS, "utf-8")
        text = SITE_FILE.read_text("utf-8")
        site.write_text(text, "utf-8")
        other.write_text(text.replace(f'site_id = "{SITE}"', f'site_id = "{OTHER}"'), "utf-8")
    files = {"limits": limits, "sealing_key": folder / "sealing.key", "sites": (site, other)}
    return Settings(database=database, **(files | others))


def shipped_site() -> Path:
    import hangtime.chart

    return Path(str(hangtime.chart.__file__)).parent / "data" / "sites" / "demo.toml"


SITE_FILE = shipped_site()


def token_for(app_or_register: Any, role: str, site_id: str = SITE, name: str = "") -> str:
    """A session's token of a new person with a role at a site."""
    register = app_or_register
    new = people.NewAccount(
        sign_in_name=f"{role}.{uuid.uuid4().hex[:8]}",
        name=name or f"{role.replace('_', ' ').title()} Example",
        credential="RN" if "nurse" in role else None,
        roles_by_site={site_id: (role,)},
    )
    account = people.create(register, new, people.SYSTEM)
    with register.engine.begin() as connection:
        return sessions.start(
            connection, register, account.account_id, by="password", has_second_factor=True
        ).token


class Served:
    """An app that runs, and clients of it."""

    def __init__(self, app: FastAPI, client: TestClient) -> None:
        self.app = app
        self.nobody = client
        self.clinic = app.state.clinic
        self.register = app.state.guard.register
        self._tokens: dict[tuple[str, str], str] = {}

    def token(self, role: str, site_id: str = SITE) -> str:
        """The token of the person with a role; made when first asked for."""
        if (role, site_id) not in self._tokens:
            self._tokens[role, site_id] = token_for(self.register, role, site_id)
        return self._tokens[role, site_id]

    def as_(self, role: str, site_id: str = SITE) -> Client:
        """A client that is signed in as the person with a role."""
        return Client(self.nobody, self.token(role, site_id))

    def new(self, role: str, name: str, site_id: str = SITE) -> Client:
        """One more person with a role."""
        return Client(self.nobody, token_for(self.register, role, site_id, name))


class Client:
    """Requests of one person to the API; paths below /api/v1 are written without it."""

    def __init__(self, client: TestClient, token: str) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Any:
        return self.ask("POST", path, json=json, **options)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        headers = self.headers | options.pop("headers", {})
        return self._client.request(method, f"/api/v1{path}", headers=headers, **options)

    # --- what a nurse does all day ---------------------------------------------------------------

    def opens(self, *, site_id: str = SITE, at: datetime | None = None, **fields: Any) -> str:
        """The id of a visit that was opened just now, or at a moment."""
        asked = {
            "site_id": site_id,
            "unit_id": "north",
            "chair": "N1",
            "happened_at": told(at),
            "entry_id": str(uuid.uuid4()),
            "patient": {"patient_id": "P-1", "name": "Ada Example", "birth_date": "1970-02-03"},
        } | fields
        answer = self.post("/visits", asked)
        assert answer.status_code == 201, answer.text
        return answer.json()["visit_id"]

    def charts(self, visit_id: str, kind: str, at: datetime | None = None, **body: Any) -> Any:
        """The answer to one entry."""
        return self.post(
            f"/visits/{visit_id}/entries",
            {
                "entry_id": str(uuid.uuid4()),
                "happened_at": told(at),
                "body": {"kind": kind, **body},
            },
        )

    def charts_a_whole_visit(self) -> str:
        """An infliximab visit with a reaction and a pause, closed, as the demonstration has it."""
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=230)
        visit_id = self.opens(at=began)
        for minute, body in script():
            answer = self.charts(visit_id, at=began + timedelta(minutes=minute), **body)
            assert answer.status_code == 201, (body["kind"], answer.text)
        return visit_id


def script() -> Iterator[tuple[int, dict[str, Any]]]:
    text = files("hangtime.visits").joinpath("data", "demo", "infliximab.jsonl").read_text("utf-8")
    for line in text.splitlines():
        minute, body = json.loads(line)
        yield minute, body


def told(at: datetime | None) -> str:
    """A moment as a device tells it; a moment ago where none is given."""
    return (at or datetime.now(UTC) - timedelta(seconds=1)).isoformat()


@contextmanager
def served(folder: Path, database: str, **others: Any) -> Iterator[Served]:
    """The service, started and stopped as a server starts and stops it."""
    engine = store.connect(database)
    store.migrate(engine)
    settings = settings_for(folder, database, **others)
    with TestClient(create_app(settings, engine=engine), raise_server_exceptions=True) as client:
        assert isinstance(client.app, FastAPI)
        yield Served(client.app, client)


@contextmanager
def listening(folder: Path, database: str, **others: Any) -> Iterator[tuple[Served, str]]:
    """The service on a port of this machine, in a thread of the tests; and its address."""
    import uvicorn

    engine = store.connect(database)
    store.migrate(engine)
    app = create_app(settings_for(folder, database, **others), engine=engine)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, log_level="critical")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(app, TestClient(app)), f"http://127.0.0.1:{port}"
    finally:
        app.state.following.let_go()
        server.should_exit = True
        thread.join(15)
