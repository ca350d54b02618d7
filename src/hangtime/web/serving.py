"""Starting and stopping the server: the database made ready, then processes that answer.

A stop is graceful: no new request is taken, those at work are answered, boards that are watched are
let go, and the database is closed.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import Engine
from uvicorn.supervisors import Multiprocess

from hangtime import __version__
from hangtime.errors import UserError
from hangtime.store import UnusableDatabase, assert_current, connect, migrate
from hangtime.visits import Clinic, rebuild_if_empty
from hangtime.web import logs
from hangtime.web.app import create_app, sites_of
from hangtime.web.settings import Settings, as_environment, from_environment

__all__ = ["Listening", "app_of_worker", "prepare", "serve"]

# A write asks PostgreSQL several times, and after each answer its thread waits for the interpreter;
# ten times shorter turns than the default brought the usual wait of a loaded service from 440 to 43 ms.
SECONDS_A_THREAD = 0.0005
SECONDS_TO_STOP = 10
BACKLOG = 2048
SECONDS_KEPT_OPEN = 65  # unused connections; longer than a proxy does, so that it closes first
# The server's own words: faults of its own, without a request's address in them.
_LOG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": '{"event": "%(message)s", "level": "%(levelname)s"}'}},
    "handlers": {"plain": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"uvicorn": {"handlers": ["plain"], "level": "WARNING", "propagate": False}},
}


class Listening(NamedTuple):
    """Where the server listens, with how many processes, and by which certificate."""

    host: str
    port: int
    workers: int = 1
    certificate: Path | None = None
    key: Path | None = None


def prepare(settings: Settings) -> Engine:
    """The database, made or brought to this version, with the table of visits filled from the ledger."""
    sites = sites_of(settings)
    engine = connect(settings.database)
    try:
        assert_current(engine)
    except UnusableDatabase:
        migrate(engine)
    rebuild_if_empty(Clinic(engine, sites))
    return engine


def serve(settings: Settings, listening: Listening, *, on_start: Callable[[str], None]) -> None:
    """Answer until told to stop; `on_start` is given the address once it is listened on."""
    logs.configure()
    sys.setswitchinterval(SECONDS_A_THREAD)
    listener = _listener(listening)
    address = _address(listening, listener)
    settings = _addressed(settings, listening, address)
    options: dict[str, Any] = {
        "log_config": _LOG,
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "timeout_keep_alive": SECONDS_KEPT_OPEN,
        "timeout_graceful_shutdown": SECONDS_TO_STOP,
        "ssl_certfile": listening.certificate,
        "ssl_keyfile": listening.key,
    }
    logs.log(
        "listening", host=listening.host, port=listener.getsockname()[1],
        version=__version__, workers=listening.workers,
    )  # fmt: skip
    if listening.workers == 1:
        app = create_app(settings)
        config = uvicorn.Config(app, **options)
        _Server(config, app, lambda: on_start(address)).run(sockets=[listener])
    else:
        on_start(address)
        os.environ.update(as_environment(settings))
        options |= {"factory": True, "workers": listening.workers}
        config = uvicorn.Config(f"{__name__}:app_of_worker", **options)
        Multiprocess(config, [listener]).run()


def app_of_worker() -> FastAPI:
    """The app of one process among several, with the settings of the one that started it."""
    return create_app(from_environment())


class _Server(uvicorn.Server):
    """Says when it answers, and lets the watchers go when it is to stop: it would wait for them."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._following = app.state.following
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to stop."""
        self._following.let_go()
        super().handle_exit(sig, frame)


def _listener(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((listening.host, listening.port))
        listener.listen(
            BACKLOG
        )  # who comes before the first process is ready waits, and is answered
    except OSError as error:
        listener.close()
        told = f"{listening.host} port {listening.port}: cannot be listened on"
        raise UserError(f"{told} ({error.strerror}). Choose another with --port.") from None
    return listener


def _addressed(settings: Settings, listening: Listening, address: str) -> Settings:
    """On the machine itself one-time links lead to where it listens, unless somebody said otherwise."""
    is_here = listening.host in {"127.0.0.1", "::1", "localhost"} and listening.certificate is None
    return replace(settings, base_url=address) if is_here and not settings.base_url else settings


def _address(listening: Listening, listener: socket.socket) -> str:
    scheme = "https" if listening.certificate else "http"
    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    return f"{scheme}://{host}:{listener.getsockname()[1]}"
