"""Passwords: how they are kept, and which are refused.

Argon2id by pwdlib.  Length is what counts: no rule on kinds of characters, no forced change; but no
password that many others have, nor one made of a name that an attacker would try.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from hangtime.accounts.limits import PasswordLimits

_LETTERS = re.compile(r"[^a-z]+")
_SHORTEST_UNIT = 4  # of letters that count as a word
_LONGEST_UNIT = 10  # of a text that is said again: the ten digits in a row are one
_PRODUCT = ("hangtime", "infusion", "password", "passphrase")


class WeakPassword(ValueError):
    """A password that may not be chosen; the message says why, never what it was."""


class Passwords:
    """Hashes and checks passwords with the cost that the limits set; safe to share by threads."""

    def __init__(self, limits: PasswordLimits) -> None:
        self._limits = limits
        hasher = Argon2Hasher(
            time_cost=limits.passes, memory_cost=limits.memory_kib, parallelism=limits.lanes
        )
        self._hasher = PasswordHash((hasher,))
        self._turn = BoundedSemaphore(limits.hashed_at_once)
        self._nobodys = self._hasher.hash("the password of no account")

    def hash(self, password: str) -> str:
        """The argon2id hash with its salt and cost."""
        with self._turn:
            return self._hasher.hash(password)

    def is_right(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """Whether it is the one that was hashed, and a hash at today's cost where that has risen.

        Without a hash the same work is done, so that an account that does not exist, or has no
        password, takes as long.
        """
        if len(password) > self._limits.longest:
            password = ""
        with self._turn:
            is_right, renewed = self._hasher.verify_and_update(password, kept or self._nobodys)
        return (is_right, renewed) if kept is not None else (False, None)

    def check(self, password: str, names: Iterable[str] = ()) -> None:
        """WeakPassword where it may not be chosen; `names`: of the account and of the site."""
        if len(password) < self._limits.shortest:
            raise WeakPassword(f"it needs at least {self._limits.shortest} characters")
        if len(password) > self._limits.longest:
            raise WeakPassword(f"it may have at most {self._limits.longest} characters")
        letters = _letters(password)
        if _is_common(password.casefold(), letters):
            raise WeakPassword("it is one that many people use; three or four unrelated words do")
        words = {word for name in (*names, *_PRODUCT) for word in _words(name)}
        if _rest(letters, words) * 2 < len(password) and any(word in letters for word in words):
            raise WeakPassword("most of it is a name of yours or of this system")


def _letters(password: str) -> str:
    """The letters a to z of it, accents removed."""
    plain = unicodedata.normalize("NFKD", password.casefold())
    return _LETTERS.sub("", plain)


def _words(name: str) -> set[str]:
    parts = _LETTERS.split(unicodedata.normalize("NFKD", name.casefold()))
    return {part for part in parts if len(part) >= _SHORTEST_UNIT}


def _rest(letters: str, words: Iterable[str]) -> int:
    for word in sorted(words, key=len, reverse=True):
        letters = letters.replace(word, "")
    return len(letters)


def _is_common(whole: str, letters: str) -> bool:
    """Itself on the list, or a short text said again and again, whatever digits stand around."""
    common = _common()
    return whole in common or letters in common or _unit(whole) != "" or _unit(letters) in common


def _unit(text: str) -> str:
    """The short text of which this one is a repetition, "" where it is none."""
    lengths = range(1, min(_LONGEST_UNIT, len(text) - 1) + 1)
    return next((text[:n] for n in lengths if text[n:] == text[:-n]), "")


@cache
def _common() -> frozenset[str]:
    packed = files("hangtime.accounts").joinpath("data", "common_passwords.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))
