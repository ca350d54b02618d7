"""How answers leave, whatever they say: what is kept, what is compressed, what HEAD gets, what is counted."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from hangtime.web.live import TooManyWatchers, Watchers
from serving import Served, listening, served

PAGE = {"accept": "text/html"}
SCRIPTS = {
    "/worker.js"
}  # of the package, at an address that never changes: asked for again each time


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("answers")
    with served(folder, f"sqlite:///{folder / 'answers.db'}") as running:
        yield running


@pytest.fixture(scope="module")
def visit_id(service: Served) -> str:
    return service.as_("nurse").charts_a_whole_visit()


def ask(service: Served, path: str, role: str = "nurse", method: str = "GET", **said: str) -> Any:
    """An answer to somebody whose browser says what is in `said`; underscores are hyphens."""
    headers = {name.replace("_", "-"): text for name, text in said.items()}
    cookie = f"{service.app.state.guard.cookie}={service.token(role)}"
    headers = PAGE | {"cookie": cookie} | headers
    return service.nobody.request(method, path, headers=headers, follow_redirects=False)


def addresses(service: Served, visit_id: str) -> Iterator[str]:
    """Every address that GET answers, streams apart."""
    values = {"visit_id": visit_id, "site_id": "demo"}
    for each in iter_route_contexts(service.app.routes):
        path = str(each.path)
        if isinstance(each.route, APIRoute) and "GET" in (each.methods or ()):
            if not path.endswith("/events"):
                yield re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "1"), path)


def test_nothing_but_files_of_the_package_is_ever_kept_by_a_cache(
    service: Served, visit_id: str
) -> None:
    kept: dict[tuple[str, str], str] = {}
    for path in set(addresses(service, visit_id)) - SCRIPTS:
        for role in ("nurse", "administrator"):
            answer = ask(service, path, role)
            if answer.headers["cache-control"] != "no-store":
                kept[path, role] = answer.headers["cache-control"]

    assert kept == {}


def test_a_file_of_the_package_is_kept_for_a_year_under_the_address_of_its_content(
    service: Served,
) -> None:
    page = ask(service, "/sign-in").text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))

    assert len(files) > 3
    for path in files:
        assert ask(service, path).headers["cache-control"] == "public, max-age=31536000, immutable"
        assert ask(service, path.partition("?")[0]).headers["cache-control"] == "no-cache"


# What the browser says of who asks -> whether the page of a visit is compressed.
SAID = (
    ({"sec_fetch_site": "same-origin"}, True),
    ({"sec_fetch_site": "cross-site"}, False),
    ({"sec_fetch_site": "same-site"}, False),
    ({"sec_fetch_site": "none"}, False),
    ({}, False),
)


@pytest.mark.parametrize(("said", "is_compressed"), SAID, ids=str)
def test_a_page_is_compressed_for_our_own_pages_and_for_no_other_site(
    service: Served, visit_id: str, said: dict[str, str], is_compressed: bool
) -> None:
    answer = ask(service, f"/visits/{visit_id}", accept_encoding="gzip", **said)

    assert answer.status_code == 200
    assert (answer.headers.get("content-encoding") == "gzip") is is_compressed
    if is_compressed:
        assert int(answer.headers["content-length"]) * 4 < len(answer.content)


def test_a_program_and_a_file_of_the_package_are_answered_compressed(
    service: Served, visit_id: str
) -> None:
    program = service.as_("nurse").get(f"/visits/{visit_id}/entries")
    style = ask(
        service, "/static/hangtime.css", accept_encoding="gzip", sec_fetch_site="cross-site"
    )

    assert program.headers["content-encoding"] == "gzip"
    assert style.headers["content-encoding"] == "gzip"
    assert (
        "content-encoding" not in ask(service, "/static/hangtime.css", accept_encoding="").headers
    )


def test_head_is_answered_like_get_without_a_body(service: Served, visit_id: str) -> None:
    differing = {}
    for path in addresses(service, visit_id):
        if path.startswith(("/metrics", "/account/second-factor")):
            continue  # each answer differs from the last
        got, told = ask(service, path), ask(service, path, method="HEAD")
        same = ("content-type", "location", "cache-control", "content-encoding")
        whole = [got.status_code, *(got.headers.get(name) for name in same)]
        if [told.status_code, *(told.headers.get(name) for name in same)] != whole or told.content:
            differing[path] = (whole, told.status_code)

    assert differing == {}


def test_head_over_a_real_server_says_the_length_and_ends_a_stream_at_once(tmp_path: Path) -> None:
    import http.client

    with listening(tmp_path, f"sqlite:///{tmp_path / 'heads.db'}") as (service, address):
        headers = service.as_("nurse").headers
        place = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
        for path, kind in (
            ("/static/vendor/htmx-4.0.1.min.js", "text/javascript"),
            ("/api/v1/sites", "application/json"),
            ("/api/v1/board/events?site=demo", "text/event-stream"),
            ("/healthz/live", "application/json"),
        ):
            place.request("HEAD", path, headers=headers)
            answer = place.getresponse()
            assert (answer.status, answer.read()) == (200, b"")
            assert answer.getheader("content-type", "").startswith(kind)
        assert service.app.state.watchers.open_of("anybody") == 0


def test_each_request_is_told_of_by_its_route_and_its_method(
    service: Served, visit_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(service, f"/visits/{visit_id}", method="HEAD")
    ask(service, "/static/icon.svg")
    ask(service, "/static/no-such-file")
    ask(service, "/no-such-page")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    told = [(each["method"], each["route"], each["status"]) for each in lines]
    assert told == [
        ("HEAD", "/visits/{visit_id}", 200),
        ("GET", "/static", 200),
        ("GET", "/static", 404),
        ("GET", "unmatched", 404),
    ]


def test_a_session_watches_so_many_boards_and_no_more_until_one_is_closed() -> None:
    watchers, refused = Watchers(), []
    turn = threading.Barrier(8)

    def watch() -> None:
        turn.wait()
        try:
            with watchers.one_more("ana", 5):
                turn.wait()
        except TooManyWatchers:
            refused.append(1)
            turn.wait()

    threads = [threading.Thread(target=watch) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)

    assert len(refused) == 3
    assert watchers.open_of("ana") == 0


def test_one_stream_too_many_is_refused_and_a_closed_one_makes_room(tmp_path: Path) -> None:
    import httpx

    limits = tmp_path / "few.toml"
    limits.write_text("[rate]\nstreams_of_a_session = 2\n", "utf-8")
    with listening(tmp_path, f"sqlite:///{tmp_path / 'few.db'}", limits=limits) as (
        service,
        address,
    ):
        ana, ben = service.new("nurse", "Ana").headers, service.new("nurse", "Ben").headers
        url = f"{address}/api/v1/board/events?site=demo"
        with ExitStack() as opened, httpx.Client(timeout=10) as client:
            first = client.send(client.build_request("GET", url, headers=ana), stream=True)
            assert opened.enter_context(client.stream("GET", url, headers=ana)).status_code == 200
            full = client.get(url, headers=ana)
            assert (full.status_code, full.headers["retry-after"]) == (429, "60")
            assert opened.enter_context(client.stream("GET", url, headers=ben)).status_code == 200

            first.close()
            deadline = time.monotonic() + 10
            status = 429
            while status == 429 and time.monotonic() < deadline:
                time.sleep(0.1)
                with client.stream("GET", url, headers=ana) as again:
                    status = again.status_code
            assert status == 200
