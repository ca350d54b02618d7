"""Rendering: a misspelt name is an error, charted text stays text, and nobody else keeps the page."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from fastapi import Request
from jinja2 import UndefinedError

from hangtime.accounts.person import Person
from hangtime.chart import steps as chart_steps
from hangtime.visits import work
from hangtime.web import pages
from hangtime.web.frame import Frame, framed


def asked(query: str = "", cookie: str = "", state: dict[str, Any] | None = None) -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/worklist",
            "query_string": query.encode(),
            "headers": [(b"cookie", cookie.encode())] if cookie else [],
            "server": ("localhost", 80),
            "scheme": "http",
            "state": state or {},
        }
    )


def person(name: str = "Maya Ortiz", **roles: str) -> Person:
    held = {site: frozenset({role}) for site, role in roles.items()}
    return Person("a1", name, "RN", held, "s1")  # type: ignore[arg-type]


CONFIRM = {
    "title": "Stop?",
    "words": "",
    "action": "/stop",
    "hidden": {},
    "yes": "Stop",
    "kind": "danger",
}


def test_every_state_of_a_step_and_of_a_visit_has_a_badge() -> None:
    shown = pages.environment().get_template("macros/signs.html").module.states

    assert {*get_args(chart_steps.State), *get_args(work.State)} - set(shown) == set()


def test_a_page_is_kept_by_no_cache() -> None:
    answer = pages.render(asked(), "confirm.html", **CONFIRM, back="/")

    assert answer.headers["cache-control"] == "no-store"


def test_a_fact_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        pages.render(asked(), "confirm.html", **CONFIRM)


def test_what_was_charted_is_never_markup() -> None:
    charted = '"><script>alert(1)</script>'
    facts = CONFIRM | {"title": charted, "hidden": {"reason": charted}}
    text = bytes(pages.render(asked(), "confirm.html", **facts, back="/").body).decode()

    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


@pytest.mark.parametrize(
    ("cookie", "attribute"),
    [
        ("hangtime-theme=dark", 'data-theme="dark"'),
        ("hangtime-theme=light", 'data-theme="light"'),
        ("hangtime-theme=%22onload", ""),
        ("", ""),
    ],
)
def test_a_theme_chosen_by_hand_is_in_the_page_from_its_first_byte(
    cookie: str, attribute: str
) -> None:
    text = bytes(pages.failed(asked(cookie=cookie), 404).body).decode()

    assert (attribute or '<html lang="en">') in text
    assert ("data-theme" in text) == bool(attribute)


def test_a_link_changes_one_parameter_and_keeps_the_others() -> None:
    request = asked("unit=2+East&state=open&state=held&after=x")

    assert pages.query(request, sort="-age", after=None) == (
        "?unit=2+East&state=open&state=held&sort=-age"
    )


@pytest.mark.parametrize(
    ("role", "places"),
    [
        ("nurse", ["Chairs", "Questions"]),
        ("charge_nurse", ["Chairs", "Questions", "Analytics"]),
        ("coder", ["Worklist", "Analytics"]),
        ("auditor", ["Worklist", "Analytics", "Oversight"]),
        ("administrator", ["People", "Oversight"]),
    ],
)
def test_one_sees_the_ways_one_may_go(role: str, places: list[str]) -> None:
    found = framed(person(lakeside=role), "/worklist/v1", site_id="lakeside")

    assert [place.name for place in found.places] == places
    assert found.here == ("/worklist" if "Worklist" in places else "")


def test_nobody_is_shown_the_way_into_a_site_by_a_role_held_at_another() -> None:
    found = framed(person(lakeside="nurse", hilltop="coder"), "/", site_id="hilltop")

    assert [place.name for place in found.places] == ["Worklist", "Analytics"]
    assert found.role == "coder"


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Maya Ortiz, RN", "MO"),
        ("Ana de la Cruz", "AC"),
        ("Prince", "P"),
        ("", ""),
        ("Maya Reyes (simulated), RN", "MR"),
    ],
)
def test_initials_are_of_the_first_and_the_last_name(name: str, initials: str) -> None:
    assert Frame(person=name).initials == initials


def test_the_frame_a_route_left_on_the_request_is_used_and_its_simulation_is_said() -> None:
    frame = Frame(site="Lakeside", person="Maya Ortiz", is_simulated=True)
    text = bytes(pages.failed(asked(state={"frame": frame}), 403).body).decode()

    assert "Lakeside" in text
    assert "No patient here is real" in text
    assert "Sign out" in text


def test_the_page_of_an_error_says_nothing_of_what_was_asked_for() -> None:
    for status in (400, 403, 404, 409, 422, 429, 500, 503):
        answer = pages.failed(asked("patient=Okafor"), status)

        assert answer.status_code == status
        assert b"Okafor" not in bytes(answer.body)
