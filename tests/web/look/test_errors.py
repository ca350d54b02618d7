"""The page of an error keeps the ways on and out for whoever is signed in, and says its own number."""

from __future__ import annotations

import re

import pytest

from serving import Served
from web.desk.pages import Reader


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("nurse", "/worklist", 403),
        ("nurse", "/visits/00000000-0000-4000-8000-000000000000", 404),
        ("coder", "/worklist?after=nothing", 422),
        ("auditor", "/analytics?weeks=0", 422),
    ],
)
def test_who_is_signed_in_keeps_the_places_and_the_way_out(
    service: Served, role: str, path: str, status: int
) -> None:
    page = Reader(service, role).get(path)

    assert page.status_code == status
    assert f'<p class="eyebrow">{status}</p>' in page.text
    assert 'action="/sign-out"' in page.text
    assert re.search(r'<nav aria-label="Places">', page.text)
    assert "give this number" not in page.text


def test_who_is_not_is_shown_no_place(service: Served) -> None:
    page = service.nobody.get("/nothing", headers={"accept": "text/html"})

    assert page.status_code == 404
    assert "Places" not in page.text
    assert "/sign-out" not in page.text


def test_a_fault_names_the_number_that_stands_in_the_log(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("a fault that a test made")

    visit_id = service.as_("nurse").opens()
    nurse = Reader(service, "nurse")
    monkeypatch.setattr(service.clinic.records, "current", fails)

    page = nurse.get(f"/visits/{visit_id}")

    assert page.status_code == 500
    assert page.headers["x-request-id"] in page.text
    assert "a fault that a test made" not in page.text
    assert 'action="/sign-out"' in page.text
