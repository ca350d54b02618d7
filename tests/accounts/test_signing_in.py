"""Signing in by password: what opens, what does not, and what somebody who guesses learns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from databases import KINDS

pytest.importorskip("sqlalchemy")

from hangtime.accounts import Attempt, SignInRefused, session_of, sign_in
from hangtime.accounts.limits import load_limits
from hangtime.accounts.lockout import wait
from hangtime.accounts.names import normalised
from hangtime.accounts.people import SYSTEM, disable, unlock
from hangtime.accounts.tables import account, failed_sign_in, session

LIMITS = load_limits().lockout

on_both = pytest.mark.parametrize("engine", KINDS, indirect=True)


def refusal(register, name: str, password: str = "wrong", **more) -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        sign_in(register, Attempt(name, password, **more))
    return caught.value


@on_both
def test_name_and_password_open_a_session_that_is_the_accounts(register, hired, password) -> None:
    ana = hired("ana", north=["nurse"])

    signed_in = sign_in(register, Attempt(" ANA ", password, address="192.0.2.7"))
    person = session_of(register, signed_in.token)

    assert person is not None
    assert (person.account_id, person.name, person.credential) == (ana, "Ana", "RN")
    assert person.roles_by_site == {"north": frozenset({"nurse"})}
    last = register.ledger.of(ana, "account")[-1]
    assert (last.kind, last.author) == ("signed_in", ana)
    assert b"192.0.2.7" in last.body


def test_who_has_no_account_is_told_what_a_wrong_password_is_told(register, hired) -> None:
    hired("ana", north=["nurse"])

    known, unknown = refusal(register, "ana"), refusal(register, "zoe")

    assert str(known) == str(unknown)
    assert known.retry_at is unknown.retry_at is None


@pytest.mark.parametrize("shut", ["disabled", "program"])
def test_a_shut_account_and_that_of_a_program_take_no_password(
    register, hired, password, shut
) -> None:
    hired("boss", everywhere=["administrator"])
    ana = hired("ana", north=["nurse"])
    if shut == "disabled":
        disable(register, ana, SYSTEM)
    else:
        with register.engine.begin() as connection:
            this = account.update().where(account.c.account_id == ana)
            connection.execute(this.values(is_service=True))

    assert refusal(register, "ana", password).retry_at is None


@on_both
def test_failures_cost_a_wait_that_doubles_whether_or_not_there_is_an_account(
    register, hired, clock
) -> None:
    hired("ana", north=["nurse"])

    def waits(name: str) -> list[float]:
        seconds = []
        for _ in range(9):
            refusal(register, name)
            until = refusal(register, name).retry_at if len(seconds) >= 4 else None
            seconds.append((until - clock.at).total_seconds() if until else 0)
            clock.turn(seconds=seconds[-1])
        return seconds

    assert waits("ana") == waits("zoe") == [0, 0, 0, 0, 30, 60, 120, 240, 480]


def test_the_wait_never_grows_beyond_its_longest() -> None:
    waits = [wait(failures, LIMITS.free_failures, LIMITS) for failures in range(1000)]

    assert waits == sorted(waits)
    assert max(waits) == LIMITS.longest_wait


def test_while_one_waits_even_the_right_password_is_refused_and_costs_nothing_more(
    register, hired, password, clock
) -> None:
    hired("ana", north=["nurse"])
    for _ in range(5):
        refusal(register, "ana")

    first = refusal(register, "ana", password).retry_at
    assert refusal(register, "ana", password).retry_at == first == clock.at + _seconds(30)
    clock.at = first

    assert sign_in(register, Attempt("ana", password)).token


@on_both
def test_a_success_and_an_administrator_start_the_count_anew(
    register, hired, password, clock
) -> None:
    ana = hired("ana", north=["nurse"])
    for _ in range(4):
        refusal(register, "ana")
    sign_in(register, Attempt("ana", password))
    for _ in range(5):
        refusal(register, "ana")
    assert refusal(register, "ana").retry_at is not None

    unlock(register, ana, SYSTEM)

    assert sign_in(register, Attempt("ana", password)).token


def test_guesses_at_many_names_from_one_address_have_to_wait_and_others_do_not(
    register_with, clock
) -> None:
    register = register_with(lockout={"free_failures_of_an_address": 10})
    names = (f"name{n}" for n in count())
    for _ in range(11):
        refusal(register, next(names), address="192.0.2.7")

    assert refusal(register, next(names), address="192.0.2.7").retry_at is not None
    assert refusal(register, next(names), address="192.0.2.8").retry_at is None
    clock.turn(hours=1)
    assert refusal(register, next(names), address="192.0.2.7").retry_at is None


@on_both
def test_guesses_made_at_once_are_no_more_than_guesses_made_in_turn(register, hired) -> None:
    hired("ana", north=["nurse"])

    def guess(_: int) -> bool:
        return refusal(register, "ana").retry_at is None

    with ThreadPoolExecutor(8) as pool:
        judged = sum(pool.map(guess, range(16)))

    assert judged == LIMITS.free_failures + 1


def test_an_unknown_name_costs_the_whole_hash_of_a_wrong_password(
    register, hired, monkeypatch
) -> None:
    """Each is hashed to the end, once, at one cost, so that time does not tell who has an account."""
    from argon2 import PasswordHasher, extract_parameters
    from argon2.exceptions import VerifyMismatchError

    hired("ana", north=["nurse"])
    verify, hashed = PasswordHasher.verify, []

    def recorded(self, kept, typed):
        try:
            return verify(self, kept, typed)
        except VerifyMismatchError:
            hashed.append((extract_parameters(kept), typed))
            raise

    monkeypatch.setattr(PasswordHasher, "verify", recorded)
    for name in ("ana", "zoe"):
        refusal(register, name)

    known, unknown = hashed
    assert known == unknown


def test_whoever_signs_in_gets_a_session_of_his_own_and_the_browsers_old_one_ends(
    register, hired, password
) -> None:
    hired("ana", north=["nurse"])
    hired("bo", north=["nurse"])
    planted = sign_in(register, Attempt("bo", password)).token

    mine = sign_in(register, Attempt("ana", password, old_token=planted)).token

    assert mine != planted
    assert session_of(register, planted) is None
    assert session_of(register, mine).name == "Ana"


def test_neither_password_nor_token_stands_in_the_database_or_the_ledger(
    register, hired, password
) -> None:
    ana = hired("ana", north=["nurse"])
    token = sign_in(register, Attempt("ana", password)).token
    refusal(register, "ana", "not the password")
    with register.engine.connect() as connection:
        rows = [
            *connection.execute(account.select()),
            *connection.execute(session.select()),
            *connection.execute(failed_sign_in.select()),
        ]
    kept = repr([tuple(row) for row in rows])
    kept += repr([each.body for each in register.ledger.of(ana)])

    for secret in (password, token, "not the password"):
        assert secret not in kept
    assert password not in repr(Attempt("ana", password))


@on_both
def test_any_name_is_only_a_name(register) -> None:
    for name in ("", "a\x00b", "\ud7ff", "x" * 10_000, "ＡＮＡ", "' or 1=1 --"):
        assert refusal(register, name).retry_at is None


def test_one_name_has_one_spelling() -> None:
    assert normalised("ＡＮＡ\x00 ") == "ana"
    assert normalised("STRASSE") == normalised("straße")


def _seconds(number: int):
    from datetime import timedelta

    return timedelta(seconds=number)
