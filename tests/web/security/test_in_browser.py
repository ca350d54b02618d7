"""The first start in a real browser: from the printed link to a second step, with the policy in force."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import browsing
from hangtime.accounts import first_link


@pytest.fixture
def address(serving) -> Iterator[tuple[Any, str]]:
    """A service that listens, and where."""
    import uvicorn

    service = serving(roles=("administrator",))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(service.app, lifespan="off", log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        yield service, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def page(require) -> Iterator[Any]:
    for component in browsing.COMPONENTS:
        require(component)
    with browsing.launched() as chromium:
        yield chromium.new_page()


def test_the_printed_link_lets_the_first_administrator_in_and_leaves_no_token_behind(
    address, page
) -> None:
    import pyotp

    service, base = address
    token = first_link(service.register)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))

    page.goto(f"{base}/welcome#{token}")
    page.get_by_label("Your name").fill("Bo Lind")
    page.get_by_label("User name").fill("bo")
    page.get_by_label("New password").fill("eleven boats under a bridge")
    page.get_by_role("button", name="Save and sign in").click()
    page.wait_for_url("**/account/second-factor")
    browsing.expect(page.get_by_role("img", name="The same key as a QR code")).to_be_visible()
    uri = page.get_by_role("link", name=re.compile("authenticator")).get_attribute("href")
    page.get_by_label("The code it shows now").fill(pyotp.parse_uri(uri).now())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()

    assert page.evaluate("document.cookie") == ""
    who = page.request.get(f"{base}/api/v1/session").json()

    assert (who["name"], who["lacks"]) == ("Bo Lind", None)
    assert [url for url in asked if token in url.partition("#")[0]] == []
    assert [url for url in asked if not url.startswith(base)] == []
    assert [words for words in complaints if "Content Security Policy" in words] == []
