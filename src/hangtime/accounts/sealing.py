"""Secrets that must be read again are sealed: AES-256-GCM under a key kept outside the database.

Each seal is bound to what it belongs to, so that a row copied to another account does not open.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hangtime.errors import UserError

KEY_BYTES = 32
_NONCE_BYTES = 12


class UnusableKey(UserError):
    """A key file that cannot be read, is of the wrong length, or is open to others; or another key."""


class Sealer:
    """Seals and opens with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise UnusableKey(f"the sealing key has {len(key)} bytes; it needs {KEY_BYTES}")
        self._cipher = AESGCM(key)
        self._key = key

    def derived(self, purpose: str, owner: str) -> bytes:
        """A key of 32 bytes for one purpose of one owner, from which nothing of this one can be told."""
        info = f"{purpose}\n{owner}".encode()
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(self._key)

    def seal(self, secret: bytes, owner: str) -> bytes:
        """The secret, unreadable without the key and without its owner's id."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """The secret again; UnusableKey where key or owner is another or the bytes were changed."""
        try:
            return self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner.encode()
            )
        except (InvalidTag, ValueError):
            raise UnusableKey("a sealed secret does not open with this sealing key") from None


def load_sealer(path: Path) -> Sealer:
    """The key in a file that only its owner can read; made on first use."""
    if not path.exists():
        _make(path)
    try:
        mode = path.stat().st_mode
        key = path.read_bytes()
    except OSError as fault:
        raise UnusableKey(f"{path}: the sealing key cannot be read") from fault
    if mode & 0o077:
        raise UnusableKey(f"{path}: others can read the sealing key; chmod 600 closes it")
    return Sealer(key)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
