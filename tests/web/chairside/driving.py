"""A nurse at a tablet: the real service on a port, a real browser, and a clock both go by."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from browsing import WAIT
from hangtime import store
from hangtime.web.app import create_app
from serving import LIMITS, Served, settings_for

TABLET, PHONE, DESKTOP = (800, 1280), (360, 780), (1280, 800)
SERIOUS = ("serious", "critical")


class Clock:
    """The time of the service, which a test moves on."""

    def __init__(self) -> None:
        self.passed = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


class Host:
    """The service on one port over one database: it can be stopped, and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        (folder / "long.toml").write_text(f"{LIMITS}\n[session]\nidle = 36000\n", "utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.service: Served | None = None

    def start(self) -> Served:
        import uvicorn
        from fastapi.testclient import TestClient

        engine = store.connect(f"sqlite:///{self.folder / 'hangtime.db'}")
        store.migrate(engine)
        settings = settings_for(
            self.folder, str(engine.url), limits=self.folder / "long.toml", base_url=self.address
        )
        app = create_app(settings, engine=engine)
        app.state.clinic.now = app.state.clinic.ledger._now = self.clock
        self._app = app
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=self.port, log_config=None, access_log=False)
        )
        self._thread = Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        before, self.service = self.service, Served(app, TestClient(app))
        if before is not None:
            self.service._tokens = before._tokens
        return self.service

    def stop(self) -> None:
        self._app.state.following.let_go()
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    host = Host(folder)
    host.start()
    try:
        yield host
    finally:
        if host._thread.is_alive():
            host.stop()


class Nurse:
    """Someone who charts at a page; every message of the browser is kept in `said`."""

    def __init__(self, context: Any, host: Host) -> None:
        self.context, self.host = context, host
        self.context.set_default_timeout(WAIT)
        self.said: list[str] = []
        self.page = self.new_page()

    @classmethod
    def signed_in(
        cls,
        browser: Any,
        host: Host,
        size: tuple[int, int],
        token: str,
        zone: str = "America/Chicago",
    ) -> Nurse:
        """Someone with a browser of her own, whose device has a zone."""
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=host.address,
            timezone_id=zone,
            has_touch=True,
        )
        context.add_cookies([{"name": "hangtime", "value": token, "url": host.address}])
        return cls(context, host)

    def new_page(self) -> Any:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    # --- on the page -------------------------------------------------------------------------------

    def sees(self, title: str) -> None:
        """Waits until this is what is to be done now."""
        self.page.wait_for_function(
            "title => document.getElementById('now-title')?.textContent.includes(title)", arg=title
        )

    def offers(self, words: str) -> None:
        """Waits until the first button of the card on top says so."""
        self.page.wait_for_function(
            "words => document.querySelector('[data-now-card] .row a')?.textContent.includes(words)",
            arg=words,
        )

    def goes_on(self) -> None:
        """The first button of the card on top."""
        self.page.locator("[data-now-card] a:visible").first.click()

    def fills(self, **fields: str | bool | list[str]) -> None:
        """Fills the sheet that is open; a name has __ for a dot and lacks its kind."""
        sheet = self.page.locator("dialog[open] form")
        for name, value in fields.items():
            field = sheet.locator(f'[name$=".{name.replace("__", ".")}"]')
            if value is True:
                field.check()
            elif isinstance(value, list):
                for each in value:
                    sheet.locator(f'[name$=".{name}"][value="{each}"]').check()
            elif field.first.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            elif field.first.get_attribute("type") == "radio":
                sheet.locator(f'[name$=".{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def sends(self) -> None:
        """Sends the sheet that is open."""
        sheet = self.page.locator("dialog[open]")
        sheet.locator(".send button").click()
        sheet.wait_for(state="hidden")

    def charts(self, **fields: str | bool | list[str]) -> None:
        self.fills(**fields)
        self.sends()

    def opens(self, words: str, within: str = ".thumb-bar") -> None:
        self.page.locator(f"{within}:visible").get_by_role("link", name=words).first.click()

    def twice(self, words: str) -> int:
        """Taps a button that asks itself until it has sent; how many taps it took."""
        button = self.page.locator(f'[data-two-step]:visible:has-text("{words}")').first
        button.click()
        self.page.wait_for_timeout(400)  # a double tap by accident does not count
        self.page.locator(".is-armed").click()
        return 2

    def passes(self, minutes: float) -> None:
        """Time goes on, for the service and for the page."""
        self.host.clock.passed += timedelta(minutes=minutes)
        self.page.clock.fast_forward(int(minutes * 60_000))
        self.looks()

    def looks(self) -> None:
        """The page as it is now."""
        self.page.reload()
        self.is_ready()

    def is_ready(self) -> None:
        """Waits until the page keeps what is charted."""
        self.page.wait_for_selector("html[data-keeps]")

    def waits_for_queue(self, count: int) -> None:
        self.page.wait_for_function(
            "count => document.querySelectorAll('[data-queue-list] li').length === count", arg=count
        )


def serious(page: Any) -> list[Any]:
    """What axe finds that is serious."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"]])
        for each in found
        if each["impact"] in SERIOUS
    ]


def is_too_wide(page: Any) -> bool:
    """Whether it scrolls sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
