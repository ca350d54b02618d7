"""Makes the service's app from its settings: what it holds, what stands around it, what it serves."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from threading import Lock, Thread
from typing import Any

from fastapi import FastAPI
from sqlalchemy.engine import Engine

from hangtime import __version__
from hangtime.chart import Site, demo_site, load_site
from hangtime.errors import UserError
from hangtime.store import assert_current, connect
from hangtime.visits import Clinic
from hangtime.visits.coding import warm
from hangtime.web import assets, logs, problems, security, tracing
from hangtime.web.api import wire
from hangtime.web.api.routes import router as api
from hangtime.web.bodies import LimitedBody
from hangtime.web.chairside.routes import router as chairside
from hangtime.web.compressed import Compressed
from hangtime.web.desk.routes import router as desk
from hangtime.web.heads import Heads
from hangtime.web.live import Following, Watchers
from hangtime.web.metrics import Metrics
from hangtime.web.operation import router as operation
from hangtime.web.people.routes import router as people
from hangtime.web.session_routes import router as session
from hangtime.web.settings import Settings
from hangtime.web.start import router as start
from hangtime.web.watching import Watching

__all__ = ["create_app", "document", "sites_of"]

MOST_BYTES = 1_000_000  # of a request's body: a device's queue of a whole shift is far below
ROUTERS = (operation, session, api)
_DESCRIPTION = (
    "The infusion record: visits, their entries, the board of chairs, coding and its decisions, "
    "the ledger.  Errors are RFC 9457 problem documents."
)


def create_app(settings: Settings, *, engine: Engine | None = None) -> FastAPI:
    """The service over a database that is migrated.  Raises UserError where it cannot be made."""
    logs.configure()
    engine = engine or connect(settings.database)
    assert_current(engine)
    app = FastAPI(
        title="Hangtime",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url=None,  # served by a route of its own, to those who are signed in
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        telemetry=tracing.telemetry(settings.otlp_endpoint),
    )
    _furnish(app, settings, engine)
    _surround(app, settings, engine)
    for router in (operation, session, api, start, people, chairside, desk):
        app.include_router(router)
    app.mount(assets.MOUNTED_AT, assets.app())
    app.openapi = lambda: wire.describe(app)
    return app


def document() -> dict[str, Any]:
    """The OpenAPI document, of a service that need not run."""
    app = FastAPI(title="Hangtime", version=__version__, description=_DESCRIPTION)
    for router in ROUTERS:
        app.include_router(router)
    return wire.describe(app)


def sites_of(settings: Settings) -> tuple[Site, ...]:
    """The sites it serves; those of a demo are simulated."""
    sites = tuple(load_site(path) for path in settings.sites)
    if settings.demo:
        return (*sites, demo_site())
    if not sites:
        raise UserError("there is no site to serve: name its file with --site, or try --demo.")
    return sites


def _furnish(app: FastAPI, settings: Settings, engine: Engine) -> None:
    """What the routes find in `app.state`."""
    app.state.settings = settings
    app.state.clinic = Clinic(
        engine, sites_of(settings), two_people=settings.two_people, is_demo=settings.demo
    )
    app.state.metrics = Metrics()
    app.state.following = Following(engine)
    app.state.watchers = Watchers()
    app.state.cards = {}
    app.state.making_cards = Lock()
    app.state.shown_on_boards = set[tuple[str, str]]()


def _surround(app: FastAPI, settings: Settings, engine: Engine) -> None:
    """What every request passes, the outermost last."""
    clinic: Clinic = app.state.clinic
    app.add_middleware(LimitedBody, most=MOST_BYTES)
    guard = security.Guard(security.register_of(settings, engine), settings, clinic.site_of)
    security.install(app, guard)
    problems.install(app)
    app.add_middleware(Compressed, cookie=guard.cookie)
    app.add_middleware(Heads)
    app.add_middleware(Watching, metrics=app.state.metrics)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Follow the ledger while it runs; let watchers go and the database close when it stops."""
    Thread(target=warm, daemon=True).start()
    await app.state.following.start()
    try:
        yield
    finally:
        await app.state.following.stop()
        app.state.clinic.engine.dispose()
        logs.log("stopped", version=__version__)
