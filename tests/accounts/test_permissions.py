"""Who may do what: the table, and where a role has to be held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.accounts.permissions import EVERYWHERE, ROLES, permissions
from hangtime.accounts.person import Person, may, may_through_glass, sites_of

NOW = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
OF_PATIENTS = {
    "read_visit",
    "chart_event",
    "correct_event",
    "read_board",
    "read_worklist",
    "export",
}


def person(lacks=None, glass=None, **roles: str) -> Person:
    by_site = {
        site.replace("everywhere", EVERYWHERE): frozenset(held.split())
        for site, held in roles.items()
    }
    return Person("a", "Ana", "RN", by_site, "s", lacks=lacks, glass=glass or {})


def holders(name: str) -> set[str]:
    return set(permissions()[name].roles)


def test_an_administrator_sees_no_patient() -> None:
    assert {name for name in OF_PATIENTS if "administrator" in holders(name)} == set()


def test_whoever_charts_does_not_code_and_whoever_codes_does_not_chart() -> None:
    assert holders("chart_event") & (holders("decide_line") | holders("release")) == set()


def test_whoever_reviews_an_emergency_cannot_open_one() -> None:
    assert holders("review_break_glass") & holders("break_glass") == set()


def test_an_auditor_changes_nothing() -> None:
    held = {each.name for each in permissions().values() if "auditor" in each.roles}

    assert {name.split("_")[0] for name in held} <= {"read", "export", "verify", "review"}


def test_each_permission_is_somebodys_and_nobodys_are_all() -> None:
    assert [name for name in permissions() if not holders(name)] == []
    assert set.intersection(*(holders(name) for name in permissions())) == set()


def test_glass_opens_no_more_than_the_care_of_one_visit() -> None:
    opened = {each.name for each in permissions().values() if each.is_opened_by_glass}

    assert opened == {"read_visit", "chart_event", "correct_event"}


@pytest.mark.parametrize(
    ("roles", "asked", "site", "is_allowed"),
    [
        ({"north": "nurse"}, "chart_event", "north", True),
        ({"north": "nurse"}, "chart_event", "south", False),
        ({"north": "nurse"}, "chart_event", None, True),
        ({"north": "nurse"}, "decide_line", "north", False),
        ({"north": "nurse", "south": "coder"}, "decide_line", "north", False),
        ({"north": "nurse", "south": "coder"}, "decide_line", "south", True),
        ({"everywhere": "coder"}, "decide_line", "south", True),
        ({"north": "auditor"}, "read_ledger", None, False),
        ({"everywhere": "auditor"}, "read_ledger", None, True),
        ({"north": "administrator"}, "manage_sites", None, False),
        ({"north": "administrator"}, "manage_accounts", "north", True),
        ({"north": "administrator"}, "manage_accounts", "south", False),
        ({"north": "nurse"}, "break_glass", "south", True),
        ({}, "break_glass", None, False),
    ],
)
def test_a_role_counts_where_it_is_held(roles, asked, site, is_allowed) -> None:
    assert may(person(**roles), asked, site) is is_allowed


@given(
    held=st.dictionaries(
        st.sampled_from(["north", "south", "everywhere"]),
        st.sets(st.sampled_from(ROLES), min_size=1).map(" ".join),
    ),
    asked=st.sampled_from(sorted(permissions())),
)
def test_without_the_second_factor_that_is_due_nothing_is_allowed(held, asked) -> None:
    due = person(lacks="second_factor", glass={"v": NOW + timedelta(hours=1)}, **held)

    assert not may(due, asked)
    assert not may(due, asked, "north")
    assert sites_of(due, asked) == frozenset()
    assert not may_through_glass(due, asked, "v", NOW)


@given(
    held=st.dictionaries(
        st.sampled_from(["north", "south", "everywhere"]),
        st.sets(st.sampled_from(ROLES), min_size=1).map(" ".join),
    ),
    asked=st.sampled_from(sorted(n for n, p in permissions().items() if p.scope == "site")),
    site=st.sampled_from(["north", "south", "elsewhere"]),
)
def test_a_site_is_among_those_of_a_permission_just_where_it_is_allowed(held, asked, site) -> None:
    sites = sites_of(person(**held), asked)

    assert may(person(**held), asked, site) == (site in sites or EVERYWHERE in sites)


def test_a_misspelt_permission_opens_nothing() -> None:
    with pytest.raises(KeyError):
        may(person(everywhere="nurse"), "read_visits")


def test_broken_glass_opens_one_visit_for_a_while_and_to_whoever_holds_the_right_elsewhere() -> (
    None
):
    until = NOW + timedelta(hours=4)
    nurse = person(north="nurse", glass={"v": until})
    auditor = person(north="auditor", glass={"v": until})

    assert may_through_glass(nurse, "read_visit", "v", NOW)
    assert may_through_glass(nurse, "chart_event", "v", NOW)
    assert not may_through_glass(nurse, "chart_event", "w", NOW)
    assert not may_through_glass(nurse, "chart_event", "v", until)
    assert not may_through_glass(nurse, "close_visit", "v", NOW)
    assert not may_through_glass(auditor, "chart_event", "v", NOW)
