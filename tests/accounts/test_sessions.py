"""Sessions: how long they last, and that they end at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from databases import KINDS

pytest.importorskip("sqlalchemy")

from hangtime.accounts import Attempt, may, session_of, sign_in, sign_out
from hangtime.accounts.own import change_password
from hangtime.accounts.people import (
    SYSTEM,
    NewAccount,
    RefusedChange,
    create,
    disable,
    end_sessions,
    make_token,
    set_roles,
)
from hangtime.accounts.sessions import revoke, revoke_all, rotate, sessions_of
from hangtime.accounts.signing_in import SignInRefused

on_both = pytest.mark.parametrize("engine", KINDS, indirect=True)


@pytest.fixture
def ana(register, hired):
    hired("boss", everywhere=["administrator"])
    return hired("ana", north=["nurse"])


@pytest.fixture
def token(register, ana, password):
    return sign_in(register, Attempt("ana", password)).token


def test_a_session_that_is_not_used_ends_by_itself(register, token, clock) -> None:
    clock.turn(minutes=14, seconds=59)
    assert session_of(register, token)
    clock.turn(minutes=15)

    assert session_of(register, token) is None


@on_both
def test_a_session_in_use_ends_with_the_shift(register, token, clock) -> None:
    for _ in range(12 * 6 - 1):
        clock.turn(minutes=10)
        assert session_of(register, token)
    clock.turn(minutes=10)

    assert session_of(register, token) is None


def test_a_page_that_asks_by_itself_keeps_no_session_alive(register, token, clock) -> None:
    for _ in range(14):
        clock.turn(minutes=1)
        assert session_of(register, token, is_use=False)
    clock.turn(minutes=1)

    assert session_of(register, token, is_use=False) is None


def test_the_last_use_is_written_once_a_minute_and_no_oftener(register, ana, token, clock) -> None:
    def last_used():
        return sessions_of(register, ana)[0].last_used_at

    began = last_used()
    clock.turn(seconds=59)
    session_of(register, token)
    assert last_used() == began
    clock.turn(seconds=1)
    session_of(register, token)

    assert last_used() == clock.at == began + timedelta(minutes=1)


def test_whoever_signs_out_is_out(register, token) -> None:
    sign_out(register, session_of(register, token))

    assert session_of(register, token) is None


def test_a_token_that_was_replaced_is_nobodys(register, token) -> None:
    person = session_of(register, token)
    with register.engine.begin() as connection:
        new = rotate(connection, register, person.session_id)

    assert session_of(register, token) is None
    assert session_of(register, new) == person


@on_both
def test_one_session_or_all_can_be_ended_and_another_persons_cannot(
    register, hired, ana, password
) -> None:
    bo = hired("bo", north=["nurse"])
    tokens = [sign_in(register, Attempt("ana", password)).token for _ in range(3)]
    mine = [session_of(register, token).session_id for token in tokens]
    with register.engine.begin() as connection:
        assert not revoke(connection, register, bo, mine[0], bo)
        assert revoke(connection, register, ana, mine[0], ana)
        assert not revoke(connection, register, ana, mine[0], ana)
    assert [bool(session_of(register, token)) for token in tokens] == [False, True, True]

    with register.engine.begin() as connection:
        assert revoke_all(connection, register, ana, ana, but=mine[1]) == 1
    assert [bool(session_of(register, token)) for token in tokens] == [False, True, False]


@pytest.mark.parametrize("act", [disable, end_sessions])
def test_an_administrator_ends_them_at_once(register, ana, token, act) -> None:
    act(register, ana, SYSTEM)

    assert session_of(register, token) is None


@on_both
def test_what_may_be_done_changes_within_the_session(register, ana, token) -> None:
    assert may(session_of(register, token), "chart_event", "north")
    set_roles(register, ana, {"south": ["nurse"]}, SYSTEM)

    person = session_of(register, token)
    assert not may(person, "chart_event", "north")
    assert may(person, "chart_event", "south")


def test_a_new_password_ends_the_other_sessions_and_replaces_the_token_of_this_one(
    register, ana, token, password
) -> None:
    other = sign_in(register, Attempt("ana", password)).token
    person = session_of(register, token)

    new = change_password(register, person, password, "eleven boats under the bridge")

    assert [session_of(register, each) for each in (token, other)] == [None, None]
    assert session_of(register, new).session_id == person.session_id
    with pytest.raises(SignInRefused):
        sign_in(register, Attempt("ana", password))
    assert sign_in(register, Attempt("ana", "eleven boats under the bridge")).token


def test_a_password_is_changed_by_whoever_knows_it_and_only_for_a_good_one(
    register, token, password
) -> None:
    person = session_of(register, token)

    with pytest.raises(SignInRefused):
        change_password(register, person, "a guess at the old one", "eleven boats under a bridge")
    with pytest.raises(RefusedChange, match="new_password"):
        change_password(register, person, password, "short")
    for _ in range(6):
        with pytest.raises(SignInRefused) as caught:
            change_password(register, person, "a guess at the old one", password)
    assert caught.value.retry_at is not None


@on_both
def test_of_too_many_sessions_the_oldest_end(register_with, hired, password, clock) -> None:
    register = register_with(session={"most_of_one_account": 2})
    hired("ana", north=["nurse"])
    tokens = []
    for _ in range(3):
        clock.turn(seconds=1)
        tokens.append(sign_in(register, Attempt("ana", password)).token)

    assert [bool(session_of(register, token)) for token in tokens] == [False, True, True]


def test_a_programs_token_lasts_ninety_days_without_use_and_can_be_ended(register, clock) -> None:
    new = NewAccount("feed", "The feed", is_service=True, roles_by_site={"north": ["nurse"]})
    feed = create(register, new, SYSTEM)
    token = make_token(register, feed.account_id, "the feed of north", SYSTEM).token
    clock.turn(days=89)

    person = session_of(register, token)
    assert person.is_service
    assert may(person, "chart_event", "north")
    clock.turn(days=1)
    assert session_of(register, token) is None


@pytest.mark.parametrize("token", ["", "hts_", "hts_" + "A" * 43, "htl_x", "hts_" + "x" * 500, "é"])
def test_a_made_up_token_is_nobodys(register, ana, token) -> None:
    assert session_of(register, token) is None
