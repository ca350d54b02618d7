"""Accounts and one-time links: who makes them, who gets in by them, and who may not."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from databases import KINDS

pytest.importorskip("sqlalchemy")

from hangtime.accounts import Attempt, Person, first_link, may, session_of, sign_in, use_link
from hangtime.accounts.links import Chosen, DeadLink, invite, purpose_of, use_up
from hangtime.accounts.people import (
    SYSTEM,
    NewAccount,
    NoSuchAccount,
    NotYours,
    RefusedChange,
    accounts,
    create,
    disable,
    enable,
    get,
    make_token,
    set_roles,
    unlock,
)
from hangtime.accounts.tokens import digest

on_both = pytest.mark.parametrize("engine", KINDS, indirect=True)
BOSS = Chosen("seven lamps near the ferry", "boss", "The Boss")
NURSE = {"north": ("nurse",)}


def administrator(*sites: str) -> Person:
    roles = dict.fromkeys(sites, frozenset({"administrator"}))
    return Person("adm", "Adm", None, roles, "s")


@pytest.fixture
def ana(register, hired):
    hired("boss", everywhere=["administrator"])
    return create(register, NewAccount("Ana", "Ana Ruiz", "RN", roles_by_site=NURSE), SYSTEM)


@on_both
def test_the_first_administrator_gets_in_by_a_link_that_is_used_once(register) -> None:
    token = first_link(register)
    assert purpose_of(register, token) == "first_administrator"

    def used(n: int) -> bool:
        try:
            use_link(register, token, replace(BOSS, sign_in_name=f"boss{n}"))
        except DeadLink:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(used, range(4))) == 1
    assert first_link(register) is None
    with pytest.raises(DeadLink):
        purpose_of(register, token)


def test_no_account_and_no_password_come_with_the_software(register) -> None:
    assert accounts(register, SYSTEM) == ()


def test_the_first_administrator_manages_accounts_and_reads_no_record(register) -> None:
    person = session_of(register, use_link(register, first_link(register), BOSS).token)

    assert may(person, "manage_accounts", "any")
    assert not may(person, "read_visit")


def test_a_newer_first_link_puts_the_older_out_of_use(register) -> None:
    old, new = first_link(register), first_link(register)

    with pytest.raises(DeadLink):
        use_link(register, old, BOSS)
    assert use_link(register, new, BOSS).token


@pytest.mark.parametrize("end", ["time", "made up"])
def test_a_link_that_has_ended_or_never_was_opens_nothing(register, clock, end) -> None:
    token = first_link(register)
    if end == "time":
        clock.turn(hours=1)
    else:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")

    with pytest.raises(DeadLink):
        use_link(register, token, BOSS)


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        (Chosen("short", "boss", "The Boss"), "password"),
        (Chosen("the boss is the boss", "boss", "The Boss"), "password"),
        (replace(BOSS, name=""), "name"),
        (replace(BOSS, sign_in_name=" "), "sign_in_name"),
        (replace(BOSS, name="x" * 101), "name"),
    ],
)
def test_what_is_refused_leaves_the_link_as_it_was(register, chosen, field) -> None:
    token = first_link(register)
    with pytest.raises(RefusedChange) as refused:
        use_link(register, token, chosen)

    assert refused.value.field == field
    assert use_link(register, token, BOSS).token


def test_an_invited_nurse_chooses_her_password_and_a_reset_ends_her_sessions(
    register, ana, kinds
) -> None:
    invitation = invite(register, ana.account_id, SYSTEM)
    assert purpose_of(register, invitation) == "invitation"
    session = use_link(register, invitation, Chosen("eleven boats under a bridge")).token
    assert session_of(register, session).account_id == ana.account_id

    reset = invite(register, ana.account_id, SYSTEM)
    assert purpose_of(register, reset) == "password_reset"
    use_link(register, reset, Chosen("nineteen quiet orchards"))

    assert session_of(register, session) is None
    assert sign_in(register, Attempt("ana", "nineteen quiet orchards")).token
    assert kinds(ana.account_id).count("password_set") == 2


@on_both
def test_an_invitation_is_used_once_even_by_those_who_come_at_once(register, ana) -> None:
    token = invite(register, ana.account_id, SYSTEM)

    def used(n: int) -> bool:
        try:
            use_link(register, token, Chosen(f"eleven boats under {n} bridges"))
        except DeadLink:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(used, range(4))) == 1
    # Whoever looked at it before it was used up comes too late as well.
    with register.engine.begin() as connection, pytest.raises(DeadLink):
        use_up(connection, register, digest(token))


def test_a_shut_account_and_a_program_get_no_link(register, ana) -> None:
    feed = create(register, NewAccount("feed", "Feed", is_service=True), SYSTEM)
    disable(register, ana.account_id, SYSTEM)

    for account_id in (feed.account_id, ana.account_id):
        with pytest.raises(RefusedChange):
            invite(register, account_id, SYSTEM)


@on_both
def test_a_name_is_one_accounts_however_it_is_spelt(register, ana) -> None:
    with pytest.raises(RefusedChange, match="sign_in_name"):
        create(register, NewAccount(" ＡＮＡ ", "Another"), SYSTEM)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewAccount("", "Bo"), "sign_in_name"),
        (NewAccount("bo", "B\x00o"), "name"),
        (NewAccount("bo", "Bo", "R\nN"), "credential"),
        (NewAccount("bo", "Bo", roles_by_site={"north": ["doctor"]}), "roles_by_site"),
        (NewAccount("bo", "Bo", roles_by_site={"x" * 65: ["nurse"]}), "roles_by_site"),
        (NewAccount("bo", "Bo", None, True, {"*": ["administrator"]}), "roles_by_site"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_its_field(register, new, field) -> None:
    with pytest.raises(RefusedChange) as refused:
        create(register, new, SYSTEM)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "roles", [{"south": ["nurse"]}, {"*": ["nurse"]}, {"*": ["administrator"]}]
)
def test_an_administrator_of_one_site_gives_no_role_elsewhere(register, ana, roles) -> None:
    north = administrator("north")

    with pytest.raises(NotYours):
        set_roles(register, ana.account_id, roles, north)
    with pytest.raises(NotYours):
        create(register, NewAccount("bo", "Bo", roles_by_site=roles), north)
    with pytest.raises(RefusedChange):
        create(register, NewAccount("bo", "Bo"), north)


def test_an_administrator_of_another_site_sees_and_changes_nothing(register, ana) -> None:
    south = administrator("south")
    id = ana.account_id

    assert accounts(register, south) == ()
    for act in (
        lambda: get(register, id, south),
        lambda: set_roles(register, id, {"south": ["nurse"]}, south),
        lambda: disable(register, id, south),
        lambda: enable(register, id, south),
        lambda: unlock(register, id, south),
        lambda: invite(register, id, south),
        lambda: make_token(register, id, "x", south),
    ):
        with pytest.raises(NotYours):
            act()
    with pytest.raises(NoSuchAccount):
        get(register, "nobody", SYSTEM)


def test_whoever_works_at_two_sites_is_let_in_by_who_manages_both(register, ana) -> None:
    set_roles(register, ana.account_id, {**NURSE, "south": ["coder"]}, SYSTEM)
    north = administrator("north")

    # A way in to the account is a way in to the other site as well.
    for act in (invite, disable):
        with pytest.raises(NotYours):
            act(register, ana.account_id, north)
    assert invite(register, ana.account_id, administrator("north", "south"))


def test_a_link_made_before_a_site_was_added_lets_nobody_in(register, ana) -> None:
    north = administrator("north")
    kept = invite(register, ana.account_id, north)
    set_roles(register, ana.account_id, {"north": ["charge_nurse"]}, north)
    assert purpose_of(register, kept) == "invitation"

    set_roles(register, ana.account_id, {**NURSE, "south": ["coder"]}, SYSTEM)

    with pytest.raises(DeadLink):
        use_link(register, kept, Chosen("seven lamps near the ferry"))


def test_roles_at_other_sites_stay_when_one_sites_administrator_sets_roles(register, ana) -> None:
    set_roles(register, ana.account_id, {**NURSE, "south": ["coder"]}, SYSTEM)

    changed = set_roles(register, ana.account_id, {"north": ["auditor"]}, administrator("north"))

    assert changed.roles_by_site == {"north": ("auditor",), "south": ("coder",)}


def test_somebody_stays_administrator_of_all_sites(register, hired) -> None:
    boss = hired("boss", everywhere=["administrator"])

    with pytest.raises(RefusedChange):
        disable(register, boss, SYSTEM)
    with pytest.raises(RefusedChange):
        set_roles(register, boss, {"north": ["administrator"]}, SYSTEM)
    other = hired("other", everywhere=["administrator"])
    assert disable(register, boss, SYSTEM).disabled_at is not None
    assert get(register, other, SYSTEM).disabled_at is None


def test_every_change_is_an_entry_with_its_author_and_what_was_before(register, ana, kinds) -> None:
    by = administrator("north")
    set_roles(register, ana.account_id, {"north": ["charge_nurse"]}, by)
    disable(register, ana.account_id, by)
    enable(register, ana.account_id, by)

    assert kinds(ana.account_id) == [
        "account_created", "roles_set", "account_disabled", "account_enabled",
    ]  # fmt: skip
    entry = register.ledger.of(ana.account_id)[1]
    said = json.loads(entry.body)
    assert entry.author == by.account_id
    assert (said["before"], said["after"]) == ({"north": ["nurse"]}, {"north": ["charge_nurse"]})


def test_accounts_come_in_pages_by_name(register, hired) -> None:
    for name in ("cy", "ana", "bo"):
        hired(name, north=["nurse"])

    first = accounts(register, administrator("north"), limit=2)
    rest = accounts(register, administrator("north"), after=first[-1].sign_in_name)

    assert [each.sign_in_name for each in (*first, *rest)] == ["ana", "bo", "cy"]
