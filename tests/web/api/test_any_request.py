"""Whatever a client sends, the service answers by its own description, and never fails.

Requests are drawn from the OpenAPI document, for every route and every role, about a visit that is
there as often as about one that is not; some fit the document and some do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving import ROLES, SITE, Served, listening

schemathesis = pytest.importorskip("schemathesis")

from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks as conforms

load_all_checks()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    conforms.status_code_conformance,
    conforms.content_type_conformance,
    conforms.response_headers_conformance,
    conforms.response_schema_conformance,
]
ENDS_SESSIONS = ("/session", "/sessions")
WITHOUT_END = {"GET /api/v1/board/events"}  # a stream; it has a test of its own
HERE = ("nobody", *ROLES)


class Live(NamedTuple):
    """The running service, its address, its operations by name, and two visits that are there."""

    service: Served
    address: str
    operations: dict[str, Any]
    visits: tuple[str, str]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("any")
    with listening(folder, f"sqlite:///{folder / 'any.db'}") as (service, address):
        schema = schemathesis.openapi.from_dict(service.app.openapi())
        operations = {each.ok().label: each.ok() for each in schema.get_all_operations()}
        nurse = service.as_("nurse")
        visits = nurse.opens(), nurse.charts_a_whole_visit()
        yield Live(service, address, operations, visits)


def search(live: Live, examples: int) -> int:
    """Requests of every kind; how many operations were asked."""
    for label, operation in live.operations.items():
        if label not in WITHOUT_END:
            of_operation(live, operation, examples)
    return len(live.operations) - len(WITHOUT_END)


def of_operation(live: Live, operation: Any, examples: int) -> None:
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, role=st.sampled_from(HERE), visit_id=st.sampled_from(("", *live.visits)))
    def asked(case: Any, role: str, visit_id: str) -> None:
        ask(live, case, role, visit_id)

    asked()


def ask(live: Live, case: Any, role: str, visit_id: str) -> None:
    if visit_id:
        known = {"visit_id": visit_id, "opened_visit_id": visit_id, "site_id": SITE}
        named = case.path_parameters or {}
        case.path_parameters = named | {name: known[name] for name in named if name in known}
        if isinstance(case.query, dict) and "site" in case.query:
            case.query["site"] = SITE
    answer = case.call(base_url=live.address, headers=headers_of(live, case, role), timeout=20)
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.json()["status"] == answer.status_code


def headers_of(live: Live, case: Any, role: str) -> dict[str, str]:
    """Whose request it is; a session that may be ended by it is one of its own."""
    if role == "nobody":
        return {}
    is_ended = case.path.removeprefix("/api/v1").startswith(ENDS_SESSIONS)
    known = live.service.new(role, "Passing") if is_ended else live.service.as_(role)
    return known.headers


def test_every_answer_is_as_described_and_none_is_a_fault(live: Live) -> None:
    assert search(live, 4) > 50


@pytest.mark.slow
def test_a_deep_search_finds_no_fault_either(live: Live) -> None:
    assert search(live, 300) > 50
