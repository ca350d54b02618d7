"""Which passwords may be chosen, and how they are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pwdlib")

from hangtime.accounts.limits import load_limits
from hangtime.accounts.passwords import Passwords, WeakPassword

CHEAP = load_limits(password={"memory_kib": 64, "passes": 1, "lanes": 1}).password
passwords = Passwords(CHEAP)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short and good", "at least 15"),
        ("x" * 257, "at most 256"),
        ("passwordpassword", "many people use"),
        ("Password12345678!!", "many people use"),
        ("qwertyuiop123456", "many people use"),
        ("123456789012345", "many people use"),
        ("abcabcabcabcabcabc", "many people use"),
        ("dragondragondragon99", "many people use"),
        ("maria.ortiz.2026!", "name of yours"),
        ("Hangtime-Infusion-1", "name of yours"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_with_its_reason(password, why) -> None:
    with pytest.raises(WeakPassword, match=why) as refused:
        passwords.check(password, ["Maria Ortiz", "m.ortiz@north.example"])

    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "seven lamps near the ferry",
        "correct battery in a staple of horses",
        "ünïcode pässphrase für vier",
        "314159265358979",
        "  leading and trailing  ",
        "密码必须足够长才能安全使用它们吧",
        "Maria likes 14 purple tractors",
    ],
)
def test_a_long_password_of_any_characters_is_taken(password) -> None:
    passwords.check(password, ["Maria Ortiz", "m.ortiz@north.example"])


def test_it_is_kept_by_argon2id_with_a_salt_of_its_own() -> None:
    first, second = passwords.hash("seven lamps"), passwords.hash("seven lamps")

    assert first.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert first != second


def test_the_default_cost_is_that_of_the_standard() -> None:
    limits = load_limits().password

    # RFC 9106, section 4: the second recommended option.
    assert (limits.memory_kib, limits.passes, limits.lanes) == (64 * 1024, 3, 4)


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_a_password_opens_what_it_closed_and_no_other_does(password, other) -> None:
    kept = passwords.hash(password)

    assert passwords.is_right(password, kept) == (True, None)
    assert passwords.is_right(other, kept)[0] is (other == password)


def test_without_an_account_the_same_work_is_done_for_nothing() -> None:
    assert passwords.is_right("the password of no account", None) == (False, None)


def test_a_hash_of_less_cost_is_renewed_when_it_is_used() -> None:
    dearer = Passwords(load_limits(password={"memory_kib": 128, "passes": 1, "lanes": 1}).password)

    is_right, renewed = dearer.is_right("seven lamps", passwords.hash("seven lamps"))

    assert is_right
    assert renewed is not None
    assert dearer.is_right("seven lamps", renewed) == (True, None)
