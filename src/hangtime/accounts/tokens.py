"""Random tokens, of which only the digest is kept.

A token has 256 random bits, so that a plain SHA-256 of it cannot be turned back; what people choose
themselves goes through `passwords` instead.  The prefix lets a scanner find a token that leaked.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal

Kind = Literal["session", "service", "link", "browser"]
PREFIX: dict[Kind, str] = {
    "session": "hts_",
    "service": "htk_",
    "link": "htl_",
    "browser": "htb_",
}
_BYTES = 32
_LONGEST = 128  # characters; what is longer was never ours


def new_token(kind: Kind) -> str:
    """A new token, safe in a header, a cookie and an address."""
    return PREFIX[kind] + secrets.token_urlsafe(_BYTES)


def digest(token: str) -> bytes:
    """The 32 bytes that stand for a token in the database."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def is_of(kind: Kind, token: str) -> bool:
    """Whether a text has the form of such a token."""
    return token.startswith(PREFIX[kind]) and len(token) <= _LONGEST
