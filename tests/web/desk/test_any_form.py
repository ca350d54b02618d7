"""Whatever is typed into a form or an address of the desk: a page, and never a fault."""

from __future__ import annotations

import base64
import string
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hangtime.visits import decisions
from hangtime.web.desk.acts import ACTS, Unusable, body_of
from serving import Served, served
from web.desk.pages import Reader, form, loaded

FIELDS = sorted({name for kind in ACTS.values() for name in kind.__struct_fields__})
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["1", "0", "-1", "99999999999999999999", "96365", "jw rt", "2026-02-30", "\x00"]
    ),
)


@given(
    act=st.sampled_from([*ACTS, "nothing"]),
    said=st.dictionaries(st.sampled_from([*FIELDS, "without_modifiers", "entry_id"]), TEXTS),
)
@settings(max_examples=300, deadline=None)
def test_a_form_becomes_a_decision_of_its_kind_or_names_a_field(
    act: str, said: dict[str, str]
) -> None:
    found = decided(act, said)
    if isinstance(found, Unusable):
        assert found.problem.field in {*FIELDS, "act", ""}
        spoken = [each for each in said.values() if len(each) > 3 and each in found.problem.message]
        assert spoken == []
    else:
        kept = decisions.pack(decisions.Packed(author_name="A", body=found))
        assert decisions.read(kept) is not None


def decided(act: str, said: dict[str, str]) -> decisions.Decision | Unusable:
    try:
        return body_of(act, said)
    except Unusable as unusable:
        return unusable


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    from databases import migrated_url

    folder = tmp_path_factory.mktemp("desk")
    with served(folder, migrated_url(request.param, folder, request)) as running:
        yield running


CURSORS = st.tuples(
    st.sampled_from(["2026-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00",
                     "9999-12-31T23:00:00-14:00", "2026-01-01", "-1", "9" * 40, "x"]),
    st.text(string.printable, max_size=8),
).map(lambda parts: base64.urlsafe_b64encode(" ".join(parts).encode()).decode().rstrip("="))  # fmt: skip


@given(
    path=st.sampled_from(["/worklist", "/worklist.csv", "/analytics", "/analytics.csv"]),
    query=st.fixed_dictionaries(
        {},
        optional={
            "unit": TEXTS, "payer": TEXTS, "weeks": TEXTS, "after": CURSORS,
            "site": st.sampled_from(["demo", "\x00", "elsewhere"]),
            "sort": st.sampled_from(["age", "-stake", "name"]),
            "show": st.sampled_from(["todo", "all", "answered", "x"]),
        },
    ),
)  # fmt: skip
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_address_of_a_list_is_answered(
    service: Served, path: str, query: dict[str, str]
) -> None:
    answer = service.nobody.get(path, params=query, headers=service.as_("coder").headers)

    assert answer.status_code in {200, 404, 422}


@given(
    act=st.sampled_from([*ACTS, "accept_all"]), said=st.dictionaries(st.sampled_from(FIELDS), TEXTS)
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_form_is_answered_and_what_is_kept_can_be_shown(
    service: Served, act: str, said: dict[str, str]
) -> None:
    (visit_id,) = loaded(service)
    coder = Reader(service, "coder")
    known: dict[str, Any] = form(coder.get(f"/worklist/{visit_id}"), "ask") | said

    answer = coder.post(f"/worklist/{visit_id}/{act}", known)

    assert answer.status_code in {303, 409, 422}
    assert coder.get(f"/worklist/{visit_id}").status_code == 200
