"""The second factor: set up, asked for, good once, and lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from databases import KINDS

pytest.importorskip("pyotp")

import pyotp

from hangtime.accounts import Attempt, SignInRefused, may, session_of, sign_in
from hangtime.accounts.people import SYSTEM, NotYours, remove_second_factor
from hangtime.accounts.person import Person
from hangtime.accounts.second_factor import (
    WrongCode,
    confirm,
    enrol,
    has_one,
    new_recovery_codes,
    prove,
)
from hangtime.accounts.tables import recovery_code, totp

on_both = pytest.mark.parametrize("engine", KINDS, indirect=True)


@pytest.fixture
def ana(hired):
    return hired("ana", north=["nurse"])


@pytest.fixture
def enrolled(register, ana, password, clock):
    """Seed and recovery codes of Ana, and the token of the session in which she set them up."""
    person = session_of(register, sign_in(register, Attempt("ana", password)).token)
    seed = enrol(register, person).seed
    made = confirm(register, person, pyotp.TOTP(seed).at(clock.at))
    clock.turn(minutes=1)
    return seed, made.recovery_codes, made.token


def code_of(seed: str, clock, **ahead) -> str:
    from datetime import timedelta

    return pyotp.TOTP(seed).at(clock.at + timedelta(**ahead))


def with_code(register, password: str, code: str | None) -> Person | None:
    return session_of(register, sign_in(register, Attempt("ana", password, code)).token)


@on_both
def test_a_code_is_good_once_even_for_those_who_try_it_at_once(
    register, enrolled, password, clock
) -> None:
    code = code_of(enrolled[0], clock)

    def tried(_: int) -> bool:
        try:
            return with_code(register, password, code).lacks is None
        except SignInRefused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tried, range(4))) == 1
    clock.turn(seconds=30)
    assert with_code(register, password, code_of(enrolled[0], clock)).lacks is None


def test_a_code_of_the_step_before_counts_and_an_older_or_a_later_one_does_not(
    register, enrolled, password, clock
) -> None:
    seed = enrolled[0]
    for ahead in (-60, 60):
        with pytest.raises(SignInRefused):
            with_code(register, password, code_of(seed, clock, seconds=ahead))

    assert with_code(register, password, code_of(seed, clock, seconds=-30)).lacks is None


def test_a_code_from_before_the_last_one_used_is_as_if_used(
    register, enrolled, password, clock
) -> None:
    seed = enrolled[0]
    with_code(register, password, code_of(seed, clock, seconds=30))

    with pytest.raises(SignInRefused):
        with_code(register, password, code_of(seed, clock))


@pytest.mark.parametrize("code", ["000000", "abcdef", "١٢٣٤٥٦", "12345", "1" * 40, "é" * 16])
def test_a_made_up_code_is_answered_like_a_wrong_password(
    register, enrolled, password, code
) -> None:
    with pytest.raises(SignInRefused) as by_code:
        with_code(register, password, code)
    with pytest.raises(SignInRefused) as by_password:
        sign_in(register, Attempt("ana", "wrong"))

    assert str(by_code.value) == str(by_password.value)


def test_with_the_password_alone_nothing_may_be_done_until_the_code_is_shown(
    register, enrolled, password, clock
) -> None:
    token = sign_in(register, Attempt("ana", password)).token
    person = session_of(register, token)
    assert person.lacks == "second_factor"
    assert not may(person, "read_visit", "north")

    with pytest.raises(WrongCode):
        prove(register, person, "000000")
    new = prove(register, person, code_of(enrolled[0], clock))

    assert session_of(register, token) is None
    assert may(session_of(register, new), "read_visit", "north")


def test_a_session_that_waits_for_its_code_soon_ends(register, enrolled, password, clock) -> None:
    token = sign_in(register, Attempt("ana", password)).token
    for _ in range(9):
        clock.turn(minutes=1)
        assert session_of(register, token)
    clock.turn(minutes=1)

    assert session_of(register, token) is None


def test_guessing_at_codes_has_to_wait(register, enrolled, password, clock) -> None:
    person = session_of(register, sign_in(register, Attempt("ana", password)).token)
    for _ in range(5):
        with pytest.raises(WrongCode) as caught:
            prove(register, person, "000000")
        assert caught.value.retry_at is None

    with pytest.raises(WrongCode) as caught:
        prove(register, person, code_of(enrolled[0], clock))
    assert caught.value.retry_at is not None


def test_a_role_may_ask_for_a_second_factor_that_is_then_set_up_first(
    register_with, hired, password, clock
) -> None:
    register = register_with(second_factor={"roles": ["coder"]})
    hired("bo", north=["coder"])
    hired("cy", north=["nurse"])
    bo = session_of(register, sign_in(register, Attempt("bo", password)).token)
    cy = session_of(register, sign_in(register, Attempt("cy", password)).token)
    assert (bo.lacks, cy.lacks) == ("second_factor", None)

    seed = enrol(register, bo).seed
    made = confirm(register, bo, pyotp.TOTP(seed).at(clock.at))

    assert may(session_of(register, made.token), "decide_line", "north")


def test_setting_it_up_ends_every_other_session_and_replaces_the_token(
    register, ana, password, clock
) -> None:
    tokens = [sign_in(register, Attempt("ana", password)).token for _ in range(2)]
    person = session_of(register, tokens[0])

    made = confirm(register, person, pyotp.TOTP(enrol(register, person).seed).at(clock.at))

    assert [session_of(register, token) for token in tokens] == [None, None]
    assert session_of(register, made.token).session_id == person.session_id


def test_a_seed_that_was_not_confirmed_is_asked_of_nobody(register, ana, password) -> None:
    person = session_of(register, sign_in(register, Attempt("ana", password)).token)
    enrol(register, person)

    with pytest.raises(WrongCode):
        confirm(register, person, "000000")
    assert not has_one(register, ana)
    assert with_code(register, password, None).lacks is None


def test_replacing_it_takes_a_code_of_the_one_in_use_which_counts_until_then(
    register, enrolled, password, clock
) -> None:
    seed, _, token = enrolled
    person = session_of(register, token)
    with pytest.raises(WrongCode):
        enrol(register, person)
    with pytest.raises(WrongCode):
        enrol(register, person, "000000")

    new = enrol(register, person, code_of(seed, clock)).seed
    clock.turn(minutes=1)
    assert with_code(register, password, code_of(seed, clock)).lacks is None
    confirm(register, person, code_of(new, clock))
    clock.turn(minutes=1)

    with pytest.raises(SignInRefused):
        with_code(register, password, code_of(seed, clock))
    assert with_code(register, password, code_of(new, clock)).lacks is None


@on_both
def test_a_recovery_code_is_good_once_in_any_spelling(register, enrolled, password, ana, kinds):
    codes = enrolled[1]
    spelt = codes[0].lower().replace("-", " ")
    assert len({*codes}) == 10

    assert with_code(register, password, spelt).lacks is None
    with pytest.raises(SignInRefused):
        with_code(register, password, codes[0])
    assert with_code(register, password, codes[1]).lacks is None
    assert kinds(ana).count("recovery_code_used") == 2


def test_new_recovery_codes_put_the_old_ones_out_of_use(
    register, enrolled, password, clock
) -> None:
    seed, old, token = enrolled
    new = new_recovery_codes(register, session_of(register, token), code_of(seed, clock))

    with pytest.raises(SignInRefused):
        with_code(register, password, old[0])
    assert with_code(register, password, new[0]).lacks is None


def test_an_administrator_removes_a_lost_one_and_the_sessions_with_it(
    register, enrolled, ana, password, hired, kinds
) -> None:
    boss = Person("b", "Bo", None, {"south": frozenset({"administrator"})}, "s")
    with pytest.raises(NotYours):
        remove_second_factor(register, ana, boss)

    remove_second_factor(register, ana, SYSTEM)

    assert session_of(register, enrolled[2]) is None
    assert not has_one(register, ana)
    assert "second_factor_removed" in kinds(ana)


def test_neither_seed_nor_recovery_code_stands_in_the_database(register, enrolled, ana) -> None:
    seed, codes, _ = enrolled
    with register.engine.connect() as connection:
        rows = [*connection.execute(totp.select()), *connection.execute(recovery_code.select())]
    kept = repr([tuple(row) for row in rows]) + repr([e.body for e in register.ledger.of(ana)])

    assert seed not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_the_address_for_an_authenticator_names_the_account_and_the_service(
    register, ana, password
) -> None:
    person = session_of(register, sign_in(register, Attempt("ana", password)).token)
    made = enrol(register, person)

    read = pyotp.parse_uri(made.uri)
    assert (read.name, read.issuer, read.secret, read.digits) == ("ana", "Hangtime", made.seed, 6)
    assert len(made.seed) == 32  # 160 bits: RFC 4226, section 4
