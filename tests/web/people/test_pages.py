"""The pages of people and of one's own account over the real service: what is done, refused and never shown."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hangtime.accounts import Attempt, sign_in
from hangtime.accounts.people import SYSTEM, get
from hangtime.web.people.devices import device
from serving import Served, served
from web.people.conftest import PASSWORD, Browser, hire, session_of

ANOTHER = "eleven boats under a bridge"
Enter = Callable[..., Browser]


def text(page: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page.text))


def kinds(service: Served, account_id: str) -> list[str]:
    entries = service.register.ledger.of(account_id, "account")
    return [each.kind for each in entries if each.author != "-"]


# --- An administrator --------------------------------------------------------------------------------


def test_somebody_is_added_and_let_in_by_a_link_that_is_shown_once(
    service: Served, boss: Browser
) -> None:
    page = boss.post(
        "/people",
        name="Maya Reyes",
        credential="RN",
        sign_in_name="M.Reyes",
        kind="person",
        role=["nurse demo", "charge_nurse demo"],
    )
    link = re.search(r"http://127\.0\.0\.1:8000/welcome#(\S+?)<", page.text)
    one = re.search(r"/people/[0-9a-f-]{36}", page.text)

    assert (page.status_code, page.headers["cache-control"]) == (201, "no-store")
    assert link
    assert one
    assert link[1] not in boss.get(one[0]).text
    found = get(service.register, one[0].rpartition("/")[2], SYSTEM)
    assert found.roles_by_site == {"demo": ("charge_nurse", "nurse")}
    typed = {"token": link[1], "password": ANOTHER}
    assert service.nobody.post("/api/v1/links/use", json=typed).status_code == 201
    assert sign_in(service.register, Attempt("m.reyes", ANOTHER)).account_id == found.account_id
    assert kinds(service, found.account_id)[:2] == ["account_created", "link_made"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "", "sign_in_name": "x"}, "needs 1 to 100 printable characters"),
        ({"name": "X", "sign_in_name": "BO"}, "There is an account of that name"),
        ({"name": "X", "sign_in_name": "x", "kind": "program", "role": "administrator demo"},
         "A program is no administrator"),
        ({"name": "X", "sign_in_name": "x", "role": f"nurse {'x' * 65}"}, "A site id has 1 to 64"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    boss: Browser, fields: dict[str, str], says: str
) -> None:
    page = boss.post("/people", **fields, credential="LPN, as typed")

    assert page.status_code == 422
    assert text(page).count(says) == 2, "above the form and at the field"
    assert 'value="LPN, as typed"' in page.text
    assert len(re.findall(r'href="/people/[0-9a-f-]{36}"', boss.get("/people").text)) == 1


def test_a_program_gets_a_token_that_works_and_is_shown_once(
    service: Served, boss: Browser
) -> None:
    made = boss.post("/people", name="Feed", sign_in_name="feed", kind="program", role="nurse demo")
    one = made.headers["location"].partition("?")[0]
    unnamed = boss.post(f"{one}/token", label=" ")
    shown = boss.post(f"{one}/token", label="the feed of north")
    token = re.search(r"(?<=>)ht\w_[\w-]{20,}(?=<)", shown.text)

    assert unnamed.status_code == 422
    assert token
    bearer = {"Authorization": f"Bearer {token[0]}"}
    assert service.nobody.get("/api/v1/session", headers=bearer).json()["is_service"]
    assert token[0] not in boss.get(one).text
    assert boss.post(f"{one}/link").status_code == 422
    boss.post(f"{one}/end-sessions")
    assert service.nobody.get("/api/v1/session", headers=bearer).status_code == 401


# What is done by a page -> what the ledger says of it.
ACTS = (
    ("roles", {"role": "coder demo"}, ["roles_set"]),
    ("name", {"name": "Ana Ruiz", "credential": "RN, CRNI"}, ["account_renamed"]),
    ("link", {}, ["link_made"]),
    ("unlock", {}, ["account_unlocked"]),
    ("end-sessions", {}, ["sessions_ended"]),
    ("remove-second-factor", {}, ["second_factor_removed", "sessions_ended"]),
    ("disable", {}, ["account_disabled", "sessions_ended"]),
    ("enable", {}, ["account_enabled"]),
)


@pytest.mark.parametrize(("act", "fields", "entries"), ACTS, ids=[act for act, _, _ in ACTS])
def test_each_act_is_an_entry_of_the_ledger_by_who_did_it(
    service: Served, boss: Browser, enter: Enter, act: str, fields: Any, entries: list[str]
) -> None:
    ana = enter("ana", demo=["nurse"])
    before = len(service.register.ledger.of(ana.account_id))

    assert boss.post(f"/people/{ana.account_id}/{act}", **fields).status_code in {200, 303}

    new = service.register.ledger.of(ana.account_id)[before:]
    assert [each.kind for each in new] == entries
    assert {each.author for each in new} == {boss.account_id}
    is_ended = "sessions_ended" in entries
    assert ana.get("/account").status_code == (303 if is_ended else 200)


def test_a_name_that_changed_is_the_one_that_is_charted_under_from_now_on(
    service: Served, boss: Browser, enter: Enter
) -> None:
    ana, local = (
        enter("ana", demo=["nurse"], elsewhere=["nurse"]),
        enter("lo", demo=["administrator"]),
    )
    one = f"/people/{ana.account_id}"
    refused = boss.post(f"{one}/name", name=" ", credential="RN")
    done = boss.post(f"{one}/name", name="Ana Ruiz Ortega", credential="CRNI")

    assert refused.status_code == 422
    assert "<details open>" in refused.text
    assert done.headers["location"] == f"{one}?done=name"
    assert "Ana Ruiz Ortega, CRNI" in ana.get("/account").text
    assert local.post(f"{one}/name", name="Not theirs").status_code == 404


def test_the_last_administrator_stays_whatever_is_tried(service: Served, boss: Browser) -> None:
    one = f"/people/{boss.account_id}"
    for page in (
        boss.post(f"{one}/disable"),
        boss.post(f"{one}/roles", role="administrator demo"),
        boss.post(f"{one}/roles"),
    ):
        assert page.status_code == 422
        assert "Somebody who can sign in has to stay administrator of all sites." in text(page)

    assert get(service.register, boss.account_id, SYSTEM).disabled_at is None
    assert boss.get("/people").status_code == 200


def test_what_two_administrators_change_at_once_is_shown_and_not_overwritten(
    service: Served, boss: Browser, enter: Enter
) -> None:
    ana, other = enter("ana", demo=["nurse"]), enter("cy", everywhere=["administrator"])
    one = f"/people/{ana.account_id}"
    seen = html.unescape(re.search(r'name="seen" value="([^"]*)"', boss.get(one).text)[1])  # pyright: ignore[reportOptionalSubscript]

    assert other.post(f"{one}/roles", role="coder demo", seen=seen).status_code == 303
    late = boss.post(f"{one}/roles", role="auditor demo", seen=seen)

    assert late.status_code == 422
    assert "Somebody else changed them meanwhile." in text(late)
    assert 'value="coder demo" checked' in late.text
    assert get(service.register, ana.account_id, SYSTEM).roles_by_site == {"demo": ("coder",)}


def test_an_administrator_of_one_site_sees_and_gives_what_is_of_that_site(
    service: Served, enter: Enter
) -> None:
    local = enter("lo", demo=["administrator"])
    here, both = enter("ana", demo=["nurse"]), enter("cy", demo=["coder"], elsewhere=["nurse"])
    away = enter("di", elsewhere=["nurse"])
    listed = local.get("/people").text

    assert f"/people/{here.account_id}" in listed
    assert f"/people/{away.account_id}" not in listed
    assert local.get(f"/people/{away.account_id}").status_code == 404
    assert local.post(f"/people/{away.account_id}/disable").status_code == 404
    page = local.get(f"/people/{both.account_id}")
    assert "elsewhere" not in re.findall(r'name="role" value="\w+ (\w+)"', page.text)
    assert "Make a one-time link" not in page.text
    assert "Deactivate" not in page.text
    assert local.post(f"/people/{both.account_id}/link").status_code == 404
    assert local.post(f"/people/{here.account_id}/roles", role="coder *").status_code == 404
    assert local.post(f"/people/{both.account_id}/roles", role="auditor demo").status_code == 303
    held = get(service.register, both.account_id, SYSTEM).roles_by_site
    assert held == {"demo": ("auditor",), "elsewhere": ("nurse",)}


def test_the_list_can_be_kept_for_a_review_of_access_and_runs_no_formula(
    service: Served, boss: Browser
) -> None:
    hire(service, "eve", '=HYPERLINK("http://x")', {"demo": ["nurse", "charge_nurse"]})
    kept = boss.get("/people.csv?site=demo")
    rows = list(csv.DictReader(io.StringIO(kept.text)))

    assert [(row["user_name"], row["site"], row["role"]) for row in rows] == [
        ("bo", "*", "administrator"),
        ("eve", "demo", "charge_nurse"),
        ("eve", "demo", "nurse"),
    ]
    assert rows[1]["name"].startswith("'=")
    assert rows[0]["last_sign_in"] != ""


def test_every_permission_stands_in_the_table_of_roles(boss: Browser) -> None:
    from hangtime.accounts import permissions

    page = text(boss.get("/people/roles"))

    assert [
        each.name for each in permissions().values() if each.what.capitalize() not in page
    ] == []


def test_the_organizations_sign_in_is_linked_and_taken_away(tmp_path: Path) -> None:
    issuer = {"oidc_issuer": "https://login.example.org", "oidc_client_id": "hangtime"}
    with served(tmp_path, f"sqlite:///{tmp_path / 'idp.db'}", **issuer) as service:
        boss = Browser(service, hire(service, "bo", "Bo", {"*": ["administrator"]}))
        ana = hire(service, "ana", "Ana", {"demo": ["nurse"]})
        one = f"/people/{ana}"

        assert boss.post(f"{one}/identity", subject=" ").status_code == 422
        assert boss.post(f"{one}/identity", subject="ana@idp").status_code == 303
        assert "leads here" in text(boss.get(one))
        again = boss.post(f"/people/{boss.account_id}/identity", subject="ana@idp")
        assert "That identity is linked already." in text(again)
        assert boss.post(f"{one}/unlink").status_code == 303
        assert "not linked" in text(boss.get(one))


def test_without_a_provider_nothing_is_linked(boss: Browser, enter: Enter) -> None:
    ana = enter("ana", demo=["nurse"])

    assert "identity" not in boss.get(f"/people/{ana.account_id}").text
    assert boss.post(f"/people/{ana.account_id}/identity", subject="x").status_code == 404


@pytest.mark.parametrize(
    "seen", ["x", "[]", '{"demo": 1}', '{"demo": ["doctor"]}', '{"demo": [[]]}']
)
def test_a_form_that_is_none_of_ours_changes_nothing(
    service: Served, boss: Browser, enter: Enter, seen: str
) -> None:
    ana = enter("ana", demo=["nurse"])
    one = f"/people/{ana.account_id}/roles"

    assert boss.post(one, role="auditor demo", seen=seen).status_code == 422
    assert boss.post(one, role="doctor demo").status_code == 422
    assert get(service.register, ana.account_id, SYSTEM).roles_by_site == {"demo": ("nurse",)}


# --- One's own account -------------------------------------------------------------------------------


def test_somebody_sees_and_ends_the_own_sessions_and_nobody_elses(
    service: Served, enter: Enter
) -> None:
    ana, ben = enter("ana", demo=["nurse"]), enter("ben", demo=["nurse"])
    session_of(service, ana.account_id, "Mozilla/5.0 (iPad) Version/18.1 Safari/604", "192.0.2.9")
    page = ana.get("/account")
    ends = re.findall(r'action="(/account/sessions/[0-9a-f-]{36})"', page.text)

    assert "Safari on iPad" in page.text
    assert "192.0.2.9" in page.text
    assert len(ends) == 1, "the one the page is in is left by signing out"
    assert ben.post(ends[0]).status_code == 404
    assert ana.post(ends[0]).headers["location"] == "/account?done=ended#sessions"
    assert ana.post(ends[0]).status_code == 404
    for _ in range(3):
        session_of(service, ana.account_id)
    assert ana.post("/account/sessions/others").status_code == 303
    assert ana.get("/account").text.count('action="/account/sessions/') == 0
    assert ben.get("/account").status_code == 200


def test_a_password_is_changed_by_who_knows_the_old_one_and_other_sessions_end(
    service: Served, enter: Enter
) -> None:
    ana = enter("ana", demo=["nurse"])
    lost = session_of(service, ana.account_id)
    page = ana.get("/account")
    assert "15 characters or more" in page.text
    wrong = ana.post("/account/password", old_password="not this", new_password=ANOTHER)
    weak = ana.post("/account/password", old_password=PASSWORD, new_password="ana ana ana ana")

    assert (wrong.status_code, weak.status_code) == (422, 422)
    assert "That is not your password." in text(wrong)
    assert "ana ana" not in weak.text
    done = ana.post("/account/password", old_password=PASSWORD, new_password=ANOTHER)
    assert done.headers["location"] == "/account?done=password"
    bearer = {"Authorization": f"Bearer {lost}"}
    assert service.nobody.get("/api/v1/session", headers=bearer).status_code == 401
    assert ana.get("/account").status_code == 303, "the old token of this session is dead too"
    ana.token = re.search(r"=(\S+?);", done.headers["set-cookie"])[1]  # pyright: ignore[reportOptionalSubscript]
    assert ana.get("/account?done=password").status_code == 200
    assert sign_in(service.register, Attempt("ana", ANOTHER)).account_id == ana.account_id


def test_who_guesses_the_old_password_has_to_wait(enter: Enter) -> None:
    ana = enter("ana", demo=["nurse"])
    guesses = [
        ana.post("/account/password", old_password=f"guess {n}", new_password=ANOTHER)
        for n in range(6)
    ]

    assert [each.status_code for each in guesses] == [422] * 5 + [429]
    assert "Too many attempts. Try again in 30 seconds." in text(guesses[-1])


def test_a_program_has_no_page_of_its_own(service: Served, boss: Browser) -> None:
    made = boss.post("/people", name="Feed", sign_in_name="feed", kind="program", role="nurse demo")
    token = re.search(
        r">(ht\w_[\w-]{20,})<",
        boss.post(made.headers["location"].partition("?")[0] + "/token", label="x").text,
    )
    assert token
    headers = {"Authorization": f"Bearer {token[1]}", "accept": "text/html"}

    assert service.nobody.get("/account", headers=headers).status_code == 403


def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back(service: Served) -> None:
    for path in ("/people", "/account"):
        answer = service.nobody.get(path, headers={"accept": "text/html"}, follow_redirects=False)
        assert answer.headers["location"] == f"/sign-in?next={path}"


def test_whose_session_has_ended_is_told_so_and_led_back(
    service: Served, boss: Browser, enter: Enter
) -> None:
    ana = enter("ana", demo=["nurse"])
    boss.post(f"/people/{ana.account_id}/end-sessions")
    led = ana.get("/account")

    assert led.headers["location"] == "/sign-in?next=/account&reason=ended"
    assert "You were signed out because" in text(ana.get(led.headers["location"]))


# A browser's own name -> what its owner reads.
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
DEVICES = (
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome on Windows"),
    (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/131.0.0.0", "Edge on Windows"),
    (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36", "Chrome on Chromebook"),
    (f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
    (f"Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 {CHROME}", "Samsung Internet on Android"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.6 Safari/605.1.15", "Safari on Mac"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) CriOS/131 Safari/604", "Chrome on iPhone"),
    ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) FxiOS/133 Safari/605", "Firefox on iPad"),
    ("python-httpx/0.28", "python-httpx/0.28"),
    ("", "A browser that does not say which"),
)  # fmt: skip


@pytest.mark.parametrize(("label", "words"), DEVICES)
def test_a_browser_is_called_by_what_people_call_it(label: str, words: str) -> None:
    assert device(label) == words
