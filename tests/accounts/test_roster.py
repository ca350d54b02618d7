"""The list of accounts: who is on it, how each stands, and that somebody who can sign in stays administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from databases import KINDS

pytest.importorskip("sqlalchemy")

from hangtime.accounts import Attempt, Person, SignInRefused, sign_in
from hangtime.accounts.links import invite
from hangtime.accounts.logins import link_identity, unlink_identities
from hangtime.accounts.own import ways_in
from hangtime.accounts.people import (
    SYSTEM,
    NewAccount,
    RefusedChange,
    create,
    disable,
    end_sessions,
    get,
    make_token,
    set_roles,
)
from hangtime.accounts.roster import Wanted, listed, standing

on_both = pytest.mark.parametrize("engine", KINDS, indirect=True)

# Whom somebody finds: by | words | role | site | state -> sign-in names.
FOUND = """
*     |        |               |       | open    -> ana bo cy feed
*     | RU     |               |       | open    -> ana
*     | 100%   |               |       | open    ->
*     | _      |               |       | open    ->
*     |        | nurse         |       | open    -> ana cy
*     |        | nurse         | north | open    -> ana
*     |        | nurse         | south | open    -> cy
*     |        | administrator | south | open    -> bo
*     |        | doctor        |       | open    ->
*     |        |               |       | invited -> cy
*     |        |               |       | shut    -> di
*     |        |               |       | all     -> ana bo cy di feed
north |        |               |       | all     -> ana di
south |        |               |       | open    -> cy
"""
ROWS = FOUND.strip().split("\n")


@pytest.fixture
def people(register: Any, hired: Any) -> dict[str, str]:
    """Ana has a password, Cy is only invited, Di is shut, the feed is a program."""
    made = {
        "ana": hired("ana", north=["nurse"]),
        "bo": hired("bo", everywhere=["administrator"]),
        "di": hired("di", north=["coder"]),
    }
    for name, more in (
        ("cy", {"roles_by_site": {"south": ["nurse"], "east": ["coder"]}}),
        ("feed", {"is_service": True}),
    ):
        made[name] = create(register, NewAccount(name, name.title(), **more), SYSTEM).account_id
    with register.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE account SET name = 'Ana Ruiz' WHERE sign_in_name = 'ana'"
        )
    invite(register, made["cy"], SYSTEM)
    disable(register, made["di"], SYSTEM)
    return made


def administrator(site: str) -> Person:
    return Person("adm", "Adm", None, {site: frozenset({"administrator"})}, "s")


@on_both
def test_somebody_finds_whom_he_looks_for_and_only_whom_he_manages(
    register: Any, people: dict[str, str]
) -> None:
    told: list[str] = []
    for row in ROWS:
        asked, _, _ = row.partition("->")
        by, words, role, site, state = (each.strip() for each in asked.split("|"))
        wanted: Any = Wanted(words, role, site, state)  # pyright: ignore[reportArgumentType]
        found = listed(register, administrator(by), wanted)
        names = " ".join(each.account.sign_in_name for each in found)
        told.append(f"{asked}-> {names}".rstrip())

    assert told == [row.rstrip() for row in ROWS]


def test_the_list_goes_on_where_a_page_of_it_ends(register: Any, people: dict[str, str]) -> None:
    pages, after = [], ""
    while page := listed(register, SYSTEM, Wanted(state="all"), after=after, limit=2):
        after = page[-1].account.sign_in_name
        pages.append([each.account.sign_in_name for each in page])

    assert pages == [["ana", "bo"], ["cy", "di"], ["feed"]]


@on_both
def test_an_account_says_when_it_was_last_seen_and_how_long_it_waits(
    register: Any, people: dict[str, str], clock: Any, password: str
) -> None:
    came = clock.at
    sign_in(register, Attempt("ana", password))
    clock.turn(minutes=5)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(register, Attempt("ana", "not this one, surely"))
    make_token(register, people["feed"], "the feed", SYSTEM)

    ana, cy, feed = (standing(register, people[name], SYSTEM) for name in ("ana", "cy", "feed"))

    assert (ana.last_seen_at, ana.sessions) == (came, 1)
    assert ana.waits_until is not None
    assert ana.waits_until > clock.at
    assert (cy.last_seen_at, cy.waits_until, cy.second_factor_since) == (None, None, None)
    assert cy.link_ends_at is not None
    assert (feed.last_seen_at, feed.sessions) == (clock.at, 1)
    end_sessions(register, people["ana"], SYSTEM)
    clock.turn(hours=1)
    ana = standing(register, people["ana"], SYSTEM)
    assert (ana.last_seen_at, ana.sessions, ana.waits_until) == (came, 0, None)


def test_who_was_only_invited_is_not_the_administrator_that_has_to_stay(
    register: Any, people: dict[str, str]
) -> None:
    new = NewAccount("eve", "Eve", roles_by_site={"*": ["administrator"]})
    eve = create(register, new, SYSTEM).account_id
    invite(register, eve, SYSTEM)
    for act in (
        lambda: disable(register, people["bo"], SYSTEM),
        lambda: set_roles(register, people["bo"], {"north": ["administrator"]}, SYSTEM),
    ):
        with pytest.raises(RefusedChange, match="has to stay administrator"):
            act()

    link_identity(register, eve, "https://login.example.org", "eve@idp", SYSTEM)
    assert disable(register, people["bo"], SYSTEM).disabled_at is not None
    with pytest.raises(RefusedChange, match="has to stay administrator"):
        unlink_identities(register, eve, SYSTEM)
    # Whoever is no administrator can leave at any time.
    assert disable(register, people["ana"], SYSTEM).disabled_at is not None


@on_both
def test_two_administrators_who_shut_each_other_out_at_once_leave_one(
    register: Any, hired: Any
) -> None:
    pair = [hired(name, everywhere=["administrator"]) for name in ("ann", "ben")]

    def shut(account_id: str) -> bool:
        try:
            disable(register, account_id, SYSTEM)
        except RefusedChange:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(shut, pair)) == [False, True]
    assert [get(register, id, SYSTEM).disabled_at is None for id in pair].count(True) == 1


def test_roles_that_somebody_else_changed_meanwhile_are_left_as_they_are(
    register: Any, people: dict[str, str]
) -> None:
    ana = people["ana"]
    shown = get(register, ana, SYSTEM).roles_by_site
    set_roles(register, ana, {"north": ["charge_nurse"]}, SYSTEM, seen=shown)

    with pytest.raises(RefusedChange, match="somebody else changed them"):
        set_roles(register, ana, {"north": ["auditor"]}, SYSTEM, seen=shown)

    assert get(register, ana, SYSTEM).roles_by_site == {"north": ("charge_nurse",)}


def test_somebody_is_told_the_own_ways_in(register: Any, people: dict[str, str]) -> None:
    ana = Person(people["ana"], "Ana", None, {}, "s")
    before = ways_in(register, ana)
    link_identity(register, people["ana"], "https://login.example.org", "ana@idp", SYSTEM)

    assert (before.sign_in_name, before.has_password, before.by_provider) == ("ana", True, False)
    assert (before.second_factor_since, before.recovery_codes) == (None, 0)
    assert ways_in(register, ana).by_provider
