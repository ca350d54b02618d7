"""What a browser, another site, a flood and a thief meet at the door of the service."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi")

from hangtime.store import reading, reads
from hangtime.web.security.addresses import network_of, peer
from hangtime.web.security.headers import POLICY
from hangtime.web.security.leading import within

PROBLEM = "application/problem+json"
OPEN_PATHS = ("/healthz", "/sign-in", "/welcome", "/api/v1/session", "/nowhere", "/api/v1/visits")


# --- The session's cookie ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base_url", "name", "flags"),
    [
        ("https://infusion.example", "__Host-hangtime", {"secure", "httponly"}),
        (None, "hangtime", {"httponly"}),
    ],
)
def test_the_cookie_is_out_of_reach_of_scripts_and_other_hosts(
    serving, password, hire, base_url, name, flags
) -> None:
    service = serving(base_url=base_url)
    hire(service, "ana", {"demo": ["nurse"]})

    typed = {"sign_in_name": "ana", "password": password}
    cookie = service.nobody.post("/api/v1/session", json=typed).headers["set-cookie"]

    first, *others = (part.strip() for part in cookie.split(";"))
    assert first.startswith(f"{name}=hts_")
    assert {each.lower() for each in others} == {*flags, "samesite=lax", "path=/"}


def status_with(browser, token: str) -> int:
    """What the session's own address answers a browser that holds a token."""
    return browser(cookie=f"hangtime={token}").get("/api/v1/session").status_code


def test_a_planted_cookie_is_replaced_when_somebody_signs_in(
    hired, signed_in, browser, password
) -> None:
    hired("eve", demo=["nurse"])
    hired("ana", demo=["nurse"])
    eve = signed_in("eve")
    planted = eve.cookies["hangtime"]

    eve.post("/api/v1/session", json={"sign_in_name": "ana", "password": password})

    assert eve.cookies["hangtime"] != planted
    assert eve.get("/api/v1/session").json()["name"] == "Ana"
    assert status_with(browser, planted) == 401


def test_whoever_signs_out_leaves_nothing_that_opens(hired, signed_in, browser) -> None:
    hired("ana", demo=["nurse"])
    ana = signed_in("ana")
    stolen = ana.cookies["hangtime"]

    answer = ana.delete("/api/v1/session")

    assert answer.headers["clear-site-data"] == '"cache"'
    assert "hangtime" not in ana.cookies
    assert status_with(browser, stolen) == 401


def test_a_session_can_be_seen_and_ended_from_another_device(hired, signed_in) -> None:
    hired("ana", demo=["nurse"])
    tablet, desk = signed_in("ana", **{"user-agent": "Tablet"}), signed_in("ana")
    listed = desk.get("/api/v1/sessions").json()["sessions"]
    tablets = [each["session_id"] for each in listed if each["label"] == "Tablet"]

    assert desk.delete(f"/api/v1/sessions/{tablets[0]}").status_code == 204

    assert tablet.get("/api/v1/session").status_code == 401
    assert desk.get("/api/v1/session").status_code == 200


def test_a_token_in_the_address_opens_nothing(hired, signed_in, browser) -> None:
    hired("ana", demo=["nurse"])
    token = signed_in("ana").cookies["hangtime"]

    for query in (f"?token={token}", f"?access_token={token}", f"?hangtime={token}"):
        assert (
            browser().get("/api/v1/session" + query, headers={"accept": "*/*"}).status_code == 401
        )


# --- Another site in the same browser ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "made-up"}, False),
        ({"sec-fetch-site": "", "origin": "http://testserver"}, True),
        ({"sec-fetch-site": "", "origin": "https://evil.example"}, False),
        ({"sec-fetch-site": "", "origin": "null"}, False),
        ({"sec-fetch-site": ""}, False),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/sign-out"), ("DELETE", "/api/v1/session")])
def test_another_site_changes_nothing_in_a_signed_in_browser(
    hired, signed_in, method, path, headers, is_let_in
) -> None:
    hired("ana", demo=["nurse"])
    ana = signed_in("ana")

    answer = ana.request(method, path, headers=headers)

    assert (answer.status_code in {204, 303}) is is_let_in
    if not is_let_in:
        assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)
        assert ana.get("/api/v1/session").status_code == 200


def test_another_site_signs_nobody_in(hired, browser, password) -> None:
    hired("eve", demo=["nurse"])

    answer = browser(**{"sec-fetch-site": "cross-site"}).post(
        "/sign-in", data={"sign_in_name": "eve", "password": password}
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


# --- Headers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OPEN_PATHS)
def test_every_answer_says_what_a_page_may_never_do(service, path) -> None:
    headers = service.nobody.get(path).headers

    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"].startswith("no-store")
    assert "strict-transport-security" not in headers
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers
    assert "x-powered-by" not in headers


def test_nothing_runs_inline_and_nothing_is_loaded_from_elsewhere() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY
    assert POLICY.startswith("default-src 'none'; object-src 'none'; ")
    assert "base-uri 'none'" in POLICY
    assert "frame-ancestors 'none'" in POLICY


def test_a_refusal_of_the_guards_has_the_headers_too(service) -> None:
    answer = service.nobody.post("/sign-in", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert answer.headers["content-security-policy"] == POLICY


def test_behind_https_a_browser_is_told_to_stay_there(serving) -> None:
    answer = serving(base_url="https://infusion.example").nobody.get("/sign-in")

    age, subdomains = answer.headers["strict-transport-security"].split("; ")
    assert int(age.removeprefix("max-age=")) >= 365 * 24 * 3600
    assert subdomains == "includeSubDomains"


# --- Floods -----------------------------------------------------------------------------------------


def test_beyond_its_rate_an_address_waits_to_sign_in(serving) -> None:
    service = serving('[rate]\nsign_in_of_an_address = "5/minute"\n')
    typed = {"sign_in_name": "zoe", "password": "wrong"}
    answers = [service.nobody.post("/api/v1/session", json=typed) for _ in range(8)]

    assert [each.status_code for each in answers] == [401] * 5 + [429] * 3
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["content-type"] == PROBLEM
    assert service.nobody.get("/healthz").status_code == 200


def test_a_session_that_floods_is_slowed_and_others_are_not(serving, hire, password) -> None:
    service = serving('[rate]\nof_a_session = "20/minute"\n')
    flood, calm = service.as_("nurse"), service.as_("coder")

    statuses = {flood.get("/session").status_code for _ in range(30)}

    assert statuses == {200, 429}
    assert calm.get("/session").status_code == 200


def test_guessing_at_a_password_is_told_when_to_come_back(service, hired) -> None:
    hired("ana", demo=["nurse"])
    wrong = {"sign_in_name": "ana", "password": "wrong"}
    for _ in range(5):
        assert service.nobody.post("/api/v1/session", json=wrong).status_code == 401

    answer = service.nobody.post("/api/v1/session", json=wrong)
    assert answer.status_code == 429
    assert 28 <= int(answer.headers["retry-after"]) <= 30


@pytest.mark.parametrize(
    ("client", "forwarded", "trusted", "found"),
    [
        ("192.0.2.1", None, [], "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", [], "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", ["10.0.0.0/8"], "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", ["10.0.0.1"], "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", ["10.0.0.1"], "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.7"),
        ("10.0.0.1", "not an address", ["10.0.0.1"], "10.0.0.1"),
        ("10.0.0.1", "", ["10.0.0.1"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", ["10.0.0.0/8"], "10.0.0.2"),
        (None, "198.51.100.7", [], "unknown"),
    ],
)
def test_an_address_is_taken_from_trusted_proxies_alone(client, forwarded, trusted, found) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"type": "http", "client": client and (client, 1), "headers": headers}

    assert peer(scope, trusted) == found


def test_the_addresses_of_one_customer_count_as_one() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1")
    assert network_of("2001:db8:1:2::4") != network_of("2001:db8:1:3::4")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"


# --- Pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "led_to"),
    [
        ("/board", "/board"),
        ("/visits/1?x=2", "/visits/1?x=2"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("board", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_after_signing_in_one_is_led_within_this_service_only(path, led_to) -> None:
    assert within(path) == led_to


def test_a_page_leads_to_signing_in_and_back(hired, browser, password) -> None:
    hired("ana", demo=["nurse"])
    ana = browser()
    sent = ana.get("/account/second-factor")
    assert (sent.status_code, sent.headers["location"]) == (
        303, "/sign-in?next=/account/second-factor",
    )  # fmt: skip
    assert 'name="next" value="/account/second-factor"' in ana.get(sent.headers["location"]).text

    typed = {"sign_in_name": "ana", "password": password, "next": "//evil.example"}
    assert ana.post("/sign-in", data=typed).headers["location"] == "/"
    typed["next"] = "/account/second-factor"
    assert ana.post("/sign-in", data=typed).headers["location"] == "/account/second-factor"


def test_part_of_a_page_makes_the_whole_page_go_to_signing_in(browser) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/board?unit=1"}

    answer = browser().get("/api/v1/session", headers=headers)

    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/sign-in?next=/board")


def test_a_program_is_answered_with_a_problem_and_no_page(service) -> None:
    answer = service.nobody.get("/api/v1/session")

    assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_password_is_a_page_that_repeats_nothing(hired, browser, password) -> None:
    hired("ana", demo=["nurse"])
    texts = []
    for name in ("ana", "zoe"):
        answer = browser().post("/sign-in", data={"sign_in_name": name, "password": "swordfish"})
        assert answer.status_code == 401
        texts.append(answer.text)

    assert texts[0] == texts[1]
    assert "swordfish" not in texts[0]


# --- Emergencies and the log of reads ---------------------------------------------------------------


def test_a_visit_of_another_site_is_as_if_it_were_not_there_until_glass_is_broken(service) -> None:
    visit_id = service.as_("nurse", "elsewhere").opens(site_id="elsewhere")
    nurse, auditor = service.as_("nurse"), service.as_("auditor", "elsewhere")
    missing = nurse.get("/visits/00000000-0000-4000-8000-000000000000")
    refused = nurse.get(f"/visits/{visit_id}")
    without_id = [{**each.json(), "request_id": ""} for each in (missing, refused)]
    assert without_id[0] == without_id[1]

    reason = {"reason": "Anaphylaxis in the lobby"}
    assert nurse.post(f"/break-glass/{visit_id}", reason).status_code == 201

    assert nurse.get(f"/visits/{visit_id}").status_code == 200
    assert nurse.get("/visits?site=elsewhere").json()["visits"] == []
    with reading(service.register.engine) as connection:
        read = [each for each in reads(connection, visit_id=visit_id) if each.reason]
    assert [each.reason for each in read] == [reason["reason"]]
    (opening,) = auditor.get("/break-glass").json()["openings"]
    assert service.as_("auditor").get("/break-glass").json()["openings"] == []
    finding = {"finding": "Justified."}
    assert auditor.post(f"/break-glass/{opening['entry_id']}/review", finding).status_code == 204
    assert auditor.get("/break-glass").json()["openings"] == []


def test_neither_a_refused_read_nor_a_missing_visit_is_logged_as_read(service) -> None:
    visit_id = service.as_("nurse", "elsewhere").opens(site_id="elsewhere")
    with reading(service.register.engine) as connection:
        before = reads(connection)
    service.as_("nurse").get(f"/visits/{visit_id}")
    service.as_("administrator").get(f"/visits/{visit_id}")

    with reading(service.register.engine) as connection:
        assert reads(connection) == before


def test_a_refusal_is_told_to_the_log_with_who_was_refused(service, capsys) -> None:
    import json

    service.as_("coder").post("/accounts", {"sign_in_name": "mallory", "name": "Mallory"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (line,) = [each for each in lines if each.get("route") == "/api/v1/accounts"]

    assert (line["status"], line["method"]) == (403, "POST")
    assert len(line["account_id"]) == 36
    assert "mallory" not in json.dumps(lines).lower()
