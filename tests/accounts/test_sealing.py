"""Secrets that are read again: sealed to their owner, with a key that only its file's owner reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("cryptography")

from hangtime.accounts.sealing import Sealer, UnusableKey, load_sealer


@given(st.binary(max_size=64), st.text(max_size=40))
def test_what_was_sealed_opens_for_its_owner(secret, owner) -> None:
    assert Sealer(bytes(32)).open(Sealer(bytes(32)).seal(secret, owner), owner) == secret


@given(st.integers(min_value=0, max_value=34), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_another_owner_or_another_key_opens_it(at, flip) -> None:
    sealed = bytearray(Sealer(bytes(32)).seal(b"a seed!", "ana"))
    whole = bytes(sealed)
    sealed[at] ^= flip

    for sealer, what, owner in (
        (Sealer(bytes(32)), bytes(sealed), "ana"),
        (Sealer(bytes(32)), whole, "bo"),
        (Sealer(b"k" * 32), whole, "ana"),
    ):
        with pytest.raises(UnusableKey):
            sealer.open(what, owner)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path) -> None:
    path = tmp_path / "keys" / "sealing.key"
    sealed = load_sealer(path).seal(b"seed", "ana")

    assert path.stat().st_mode & 0o777 == 0o600
    assert load_sealer(path).open(sealed, "ana") == b"seed"


def test_a_key_that_others_can_read_is_refused(tmp_path) -> None:
    path = tmp_path / "sealing.key"
    load_sealer(path)
    path.chmod(0o640)

    with pytest.raises(UnusableKey, match="others can read"):
        load_sealer(path)


def test_a_key_of_another_length_is_refused(tmp_path) -> None:
    path = tmp_path / "sealing.key"
    path.touch(0o600)

    with pytest.raises(UnusableKey, match="0 bytes"):
        load_sealer(path)
