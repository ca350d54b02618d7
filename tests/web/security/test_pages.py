"""The way in, page by page, as a browser without scripts goes it."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("fastapi")

import pyotp

from hangtime.accounts import first_link
from hangtime.accounts.links import invite
from hangtime.accounts.people import SYSTEM, get

NEW = "eleven boats under a bridge"


def text_of(page) -> str:
    return html.unescape(page.text)


def seed_in(page) -> str:
    return parse_qs(urlsplit(re.search(r'href="(otpauth:[^"]+)"', text_of(page))[1]).query)[
        "secret"
    ][0]


def picture_in(page) -> str:
    """What a phone reads in the picture of the page."""
    import numpy as np
    import zxingcpp

    svg = re.search(r"<svg role=.*?</svg>", page.text, re.DOTALL)[0]
    size = int(re.search(r'width="(\d+)"', svg)[1])
    seen = np.full((size, size), 255, np.uint8)
    for place in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", svg):
        x, y, width, height = map(int, place)
        seen[y : y + height, x : x + width] = 0
    (read,) = zxingcpp.read_barcodes(seen)
    return read.text


def hidden(page, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def test_the_first_administrator_comes_by_a_link_and_nobody_comes_by_it_again(
    service, browser
) -> None:
    token, first = first_link(service.register), browser()
    typed = {"name": "Bo Lind", "sign_in_name": "bo", "password": NEW}

    asked = first.post("/welcome", data={"token": f"http://testserver/welcome#{token}"})
    assert 'name="sign_in_name"' in asked.text
    assert hidden(asked, "token") == token
    weak = first.post("/welcome/password", data={**typed, "token": token, "password": "too short"})
    assert weak.status_code == 422
    assert "At least 15" in weak.text or "at least 15" in weak.text
    assert "too short" not in weak.text
    entered = first.post("/welcome/password", data={**typed, "token": token})

    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert first.get("/api/v1/accounts").json()["accounts"][0]["sign_in_name"] == "bo"
    again = browser().post("/welcome", data={"token": token})
    assert again.status_code == 404
    assert browser().post("/welcome/password", data={**typed, "token": token}).status_code == 404


def test_an_invited_coder_sets_up_a_second_step_before_anything_else(
    service, browser, hired, password
) -> None:
    coder = hired("cy", demo=["coder"])
    cy = browser()
    token = invite(service.register, coder, SYSTEM)
    asked = cy.post("/welcome", data={"token": token})
    assert 'name="sign_in_name"' not in asked.text

    entered = cy.post("/welcome/password", data={"token": token, "password": NEW})
    assert entered.headers["location"] == "/account/second-factor"
    assert cy.get("/api/v1/visits").status_code == 403
    page = cy.get("/account/second-factor")
    seed = seed_in(page)
    assert pyotp.parse_uri(picture_in(page)).secret == seed
    wrong = cy.post("/account/second-factor", data={"code": "000000"})
    assert (wrong.status_code, seed_in(wrong)) == (422, seed)
    shown = cy.post("/account/second-factor", data={"code": pyotp.TOTP(seed).now()})

    assert len(re.findall(r"<li><code>[A-Z2-9-]{29}</code></li>", shown.text)) == 10
    assert cy.get("/api/v1/visits").status_code == 200
    assert cy.get("/account/second-factor").status_code == 303

    later = browser()
    typed = {"sign_in_name": "cy", "password": NEW, "next": "/worklist"}
    step = later.post("/sign-in", data=typed)
    assert step.headers["location"] == "/sign-in/code?next=/worklist"
    assert later.get("/api/v1/visits").status_code == 403
    page = later.get(step.headers["location"])
    code = re.search(r"<li><code>([A-Z2-9-]{29})</code></li>", shown.text)[1]
    where = hidden(page, "next")
    assert later.post("/sign-in/code", data={"code": "wrong", "next": where}).status_code == 422
    done = later.post("/sign-in/code", data={"code": code, "next": where})
    assert done.headers["location"] == "/worklist"
    assert later.get("/api/v1/visits").status_code == 200


def test_signing_out_shows_where_one_signs_in(hired, signed_in) -> None:
    hired("ana", demo=["nurse"])
    ana = signed_in("ana")

    out = ana.post("/sign-out")

    assert out.headers["location"] == "/sign-in?reason=signed_out"
    assert "You are signed out." in ana.get(out.headers["location"]).text
    assert "<script>" not in ana.get("/sign-in?reason=<script>").text


def test_no_page_around_signing_in_runs_anything_inline_or_is_kept(service, browser) -> None:
    for path in ("/sign-in", "/sign-in?next=/board&reason=ended", "/welcome"):
        page = browser().get(path)
        assert page.headers["cache-control"] == "no-store"
        assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|style=|javascript:", page.text) == []
        for typed in re.findall(r'<input[^>]*name="password"[^>]*>', page.text):
            assert 'type="password"' in typed
            assert 'autocomplete="current-password"' in typed


def test_without_a_provider_there_is_no_way_to_one(browser) -> None:
    assert browser().get("/sign-in/organisation").status_code == 404
    assert browser().get("/sign-in/returned?code=x&state=y").status_code == 404


# --- By a real identity provider --------------------------------------------------------------------


@pytest.fixture
def issuer(require) -> Iterator[str]:
    require("oidc_provider_mock")
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", "0", "--user", "ana@idp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        lines = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stdout)
        yield next(found.group() for found in lines if found)
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()


def test_somebody_is_invited_and_comes_back_by_the_organisations_provider(
    serving, hire, issuer, tmp_path
) -> None:
    import httpx
    from fastapi.testclient import TestClient

    secret = tmp_path / "client-secret"
    secret.write_text("a secret of the client\n", "utf-8")
    service = serving(oidc_issuer=issuer, oidc_client_id="hangtime", oidc_client_secret_file=secret)
    ana = hire(service, "ana", {"demo": ["nurse"]})
    own = {"sec-fetch-site": "same-origin", "accept": "text/html"}

    def browser() -> TestClient:
        return TestClient(service.app, headers=own, follow_redirects=False)

    def through(client: TestClient, sent) -> str:
        """From us to the provider, where consent is given, and back; the path one ends at."""
        assert sent.headers["location"].startswith(issuer)
        consent = httpx.post(sent.headers["location"], data={"sub": "ana@idp"})
        back = urlsplit(consent.headers["location"])
        return client.get(f"{back.path}?{back.query}")

    stranger = browser()
    refused = through(stranger, stranger.get("/sign-in/organisation"))
    assert refused.status_code == 403
    assert "no account here" in refused.text

    invited = browser()
    token = invite(service.register, ana, SYSTEM)
    assert "Use your organization" in text_of(invited.post("/welcome", data={"token": token}))
    through(invited, invited.post("/sign-in/organisation", data={"token": token}))
    assert invited.get("/api/v1/session").json()["account_id"] == ana

    later = browser()
    sent = later.get("/sign-in/organisation?next=/board")
    thief = through(browser(), sent)
    assert thief.status_code == 401
    landed = through(later, later.get("/sign-in/organisation?next=/board"))
    assert (landed.status_code, landed.headers["location"]) == (303, "/board")
    assert later.get("/api/v1/session").json()["name"] == "Ana"
    assert get(service.register, ana, SYSTEM).roles_by_site == {"demo": ("nurse",)}
