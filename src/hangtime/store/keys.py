"""Keys that sign checkpoints: Ed25519, in files of their own, never in the database."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from hangtime.errors import UserError
from hangtime.store.verifier import read_key

__all__ = ["UnusableKey", "new_key", "private_key", "public_key", "public_pem"]

PRIVATE, PUBLIC = 0o600, 0o644
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class UnusableKey(UserError):
    """A file that is no key, is open to others, or would be written over."""


def new_key(path: Path) -> Path:
    """Write a new private key, for its owner alone; its public key beside it, whose path is returned.

    Raises UnusableKey where either file is there: a key that is written over signs no more.
    """
    beside = path.with_suffix(f".public{path.suffix or '.pem'}")
    if beside.exists():
        raise UnusableKey(f"{beside}: is there already and is not written over.")
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), PRIVATE)
    _write(beside, public_pem(key.public_key()), PUBLIC)
    return beside


def private_key(path: Path) -> Ed25519PrivateKey:
    """The private key of a PEM file that nobody else can read."""
    if os.name == "posix" and path.is_file() and path.stat().st_mode & OTHERS:
        raise UnusableKey(f"{path}: others can read it. Take that away: chmod 600 {path}")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(f"{path}: no private Ed25519 key. `hangtime ledger key new` makes one.")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key of a PEM file."""
    try:
        return read_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        raise UnusableKey(
            f"{path}: no public Ed25519 key. `hangtime ledger key new` writes one beside the private."
        ) from None


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as it is published."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write(path: Path, content: bytes, mode: int) -> None:
    try:
        opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        raise UnusableKey(f"{path}: is there already and is not written over.") from None
    except OSError as error:
        raise UnusableKey(f"{path}: cannot be written ({error.strerror}).") from None
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
