"""Who may do what, route by route: a drawn table that is run whole, and no route without a guard."""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount

from hangtime.web.operation import readers_of_metrics
from hangtime.web.security import Allowed, anybody, person, signed_in
from serving import OTHER, ROLES, Client, Served, served

TABLE = Path(__file__).with_name("roles.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
GUARDS = {anybody, person, signed_in, readers_of_metrics}
MOUNTED = {"/static"}  # files of the package, which hold nothing of anyone
PEOPLE = ("/people", "/account")  # pages; those of the chairs and the desk have tables of their own
BEYOND = ("nurse elsewhere", "auditor everywhere")
STATUS = {"no": 403, "not there": 404, "sign in": 401}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("roles")
    with served(folder, f"sqlite:///{folder / 'roles.db'}") as running:
        yield running


@pytest.fixture(scope="module")
def visit_id(service: Served) -> str:
    return service.as_("nurse").opens()


def routes(service: Served) -> Iterator[tuple[str, str, Any]]:
    """Method, address and dependencies of everything the app answers."""
    for each in iter_route_contexts(service.app.routes):
        if isinstance(each.route, Mount):
            assert each.route.path in MOUNTED, "a mount has no guard of its own"
            continue
        assert isinstance(each.route, APIRoute), f"{each.path} is no route with dependencies"
        for method in sorted(each.methods or ()):
            yield method, str(each.path), each.dependant


def calls(dependant: Any) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from calls(each)


def test_every_route_asks_for_a_permission_or_says_that_it_is_public(service: Served) -> None:
    open_doors = [
        f"{method} {path}"
        for method, path, dependant in routes(service)
        if not any(call in GUARDS or isinstance(call, Allowed) for call in calls(dependant))
    ]

    assert open_doors == []


def test_the_table_has_every_route_of_the_api_and_every_page_of_people(service: Served) -> None:
    told = ("/api/", *PEOPLE)
    there = {(method, path) for method, path, _ in routes(service) if path.startswith(told)}

    assert {(row["method"], row["path"]) for row in ROWS} == there


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['method']} {row['path']}")
def test_a_route_answers_the_roles_of_its_row_and_no_other(
    service: Served, visit_id: str, row: dict[str, str]
) -> None:
    answered = {
        who: ask(service, who, visit_id, row) for who in row if who not in {"method", "path"}
    }

    wrong = {
        who: status for who, status in answered.items() if not is_expected(row[who], status, row)
    }

    assert wrong == {}


def ask(service: Served, who: str, visit_id: str, row: dict[str, str]) -> int:
    """The status someone gets who sends nothing of use."""
    values = {"act": "unlock", "visit_id": visit_id, "opened_visit_id": visit_id, "site_id": "demo"}
    path = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], str(uuid.uuid4())), row["path"])
    if path.startswith("/api/v1/board"):
        path += "?site=nowhere"
    sent = "data" if path.startswith(PEOPLE) else "json"
    options: dict[str, Any] = {sent: {}} if row["method"] in {"POST", "PUT", "PATCH"} else {}
    asker = client(service, who, row["method"])
    if path.startswith(PEOPLE):
        options |= {"headers": asker.headers, "follow_redirects": False}
        return service.nobody.request(row["method"], path, **options).status_code
    return asker.ask(row["method"], path.removeprefix("/api/v1"), **options).status_code


def client(service: Served, who: str, method: str) -> Client:
    """Someone new for what changes something: a route may end the session it is called in."""
    if who == "nobody":
        return Client(service.nobody, "")
    role, _, place = who.partition(" ")
    site_id = {"": "demo", "elsewhere": OTHER, "everywhere": "*"}[place]
    return service.as_(role, site_id) if method == "GET" else service.new(role, "Somebody", site_id)


def is_expected(word: str, status: int, row: dict[str, str]) -> bool:
    if word == "yes":
        return status not in {401, 403} and status < 500 and not is_of_visit(row, status)
    return status == STATUS[word]


def is_of_visit(row: dict[str, str], status: int) -> bool:
    """The visit of the address is there for whoever may have it."""
    return status == 404 and row["path"].endswith("{visit_id}")


def test_the_columns_are_the_roles() -> None:
    assert set(ROWS[0]) == {"method", "path", "nobody", *ROLES, *BEYOND}
