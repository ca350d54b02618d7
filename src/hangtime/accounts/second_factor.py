"""A second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for when it is lost.

A code is good once.  The seed is sealed in the database and shown once, when it is made.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import sqlalchemy as sa

from hangtime.accounts import lockout, sessions
from hangtime.accounts.lockout import Key
from hangtime.accounts.person import Person
from hangtime.accounts.register import Register
from hangtime.accounts.tables import account, recovery_code, session, totp
from hangtime.store import reading

ISSUER = "Hangtime"
DIGITS = 6
# Characters of base 32, 120 bits altogether: enough for a plain digest (ASVS 5.0, 6.5.2).
_RECOVERY_GROUPS, _RECOVERY_GROUP = 6, 4
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class WrongCode(Exception):
    """A code that is not right, or no longer, or was used before.

    `retry_at`: when another attempt is allowed, where there were too many.
    """

    def __init__(self, retry_at: datetime | None = None) -> None:
        super().__init__("the code is not right, or was used before")
        self.retry_at = retry_at


@dataclass(frozen=True)
class Enrolment:
    """A seed to put into an authenticator: as text, and as an otpauth URI for a QR code."""

    seed: str
    uri: str


@dataclass(frozen=True)
class Confirmed:
    """The session's new token, and the recovery codes: both are said here and never again."""

    token: str
    recovery_codes: tuple[str, ...]


def enrol(register: Register, person: Person, code: str | None = None) -> Enrolment:
    """A new seed, in use once a code of it is confirmed.

    Replacing a seed that is in use takes a code of that one.  Raises WrongCode.
    """
    if has_one(register, person.account_id):
        _guarded(register, person, code or "")
    seed = pyotp.random_base32()
    sealed = register.sealer.seal(seed.encode(), person.account_id)
    with register.engine.begin() as connection:
        name = connection.scalar(
            sa.select(account.c.sign_in_name).where(account.c.account_id == person.account_id)
        )
        is_this = totp.c.account_id == person.account_id
        if not connection.execute(
            sa.update(totp).where(is_this).values(pending_seed=sealed)
        ).rowcount:
            connection.execute(
                sa.insert(totp).values(
                    account_id=person.account_id, pending_seed=sealed, last_step=0
                )
            )
    return _enrolment(seed, str(name))


def pending(register: Register, person: Person) -> Enrolment | None:
    """The seed that waits for its first code, None where none does."""
    asked = sa.select(account.c.sign_in_name, totp.c.pending_seed).join(totp)
    with reading(register.engine) as connection:
        row = connection.execute(asked.where(account.c.account_id == person.account_id)).first()
    if row is None or row.pending_seed is None:
        return None
    seed = register.sealer.open(row.pending_seed, person.account_id).decode()
    return _enrolment(seed, row.sign_in_name)


def confirm(register: Register, person: Person, code: str) -> Confirmed:
    """Take the new seed into use, shown by a code of it; every other session ends.

    Raises WrongCode.
    """
    _count(register, person)
    id = person.account_id
    now = register.now()
    with register.engine.begin() as connection:
        row = _row(connection, id)
        step = _step(register, id, row.pending_seed if row else None, code, 0, now)
        if step is None:
            raise WrongCode
        connection.execute(
            sa.update(totp)
            .where(totp.c.account_id == id)
            .values(
                sealed_seed=totp.c.pending_seed, pending_seed=None, confirmed_at=now, last_step=step
            )
        )
        lockout.forget(connection, Key("code", id))
        codes = _new_recovery_codes(connection, register, id)
        register.enter(connection, "second_factor_set", id, id)
        return Confirmed(_strengthen(connection, register, person), codes)


def prove(register: Register, person: Person, code: str) -> str:
    """Show the second factor in a session that began without it; the session's new token.

    Raises WrongCode.
    """
    _guarded(register, person, code)
    with register.engine.begin() as connection:
        return _strengthen(connection, register, person, ends_others=False)


def new_recovery_codes(register: Register, person: Person, code: str) -> tuple[str, ...]:
    """Recovery codes in place of the old ones, for a code of the authenticator.  Raises WrongCode."""
    _guarded(register, person, code)
    with register.engine.begin() as connection:
        register.enter(connection, "recovery_codes_made", person.account_id, person.account_id)
        return _new_recovery_codes(connection, register, person.account_id)


def remove(connection: sa.Connection, register: Register, account_id: str, by: str) -> None:
    """Take the second factor from an account whose owner lost it; an administrator's act."""
    connection.execute(sa.delete(recovery_code).where(recovery_code.c.account_id == account_id))
    connection.execute(sa.delete(totp).where(totp.c.account_id == account_id))
    register.enter(connection, "second_factor_removed", account_id, by)


def has_one(register: Register, account_id: str) -> bool:
    """Whether a second factor is in use."""
    with reading(register.engine) as connection:
        row = _row(connection, account_id)
    return row is not None and row.confirmed_at is not None


def is_good(
    connection: sa.Connection, register: Register, account_id: str, code: str
) -> bool | None:
    """Whether a code is right, which uses it up; None for an account without a second factor."""
    row = _row(connection, account_id)
    if row is None or row.confirmed_at is None:
        return None
    plain = code.replace(" ", "").replace("-", "")
    if not (plain.isascii() and plain.isdecimal()):
        return _use_recovery_code(connection, register, account_id, plain)
    step = _step(register, account_id, row.sealed_seed, plain, row.last_step, register.now())
    if step is None:
        return False
    is_next = (totp.c.account_id == account_id) & (totp.c.last_step < step)
    return bool(connection.execute(sa.update(totp).where(is_next).values(last_step=step)).rowcount)


def _enrolment(seed: str, name: str) -> Enrolment:
    return Enrolment(seed, pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=ISSUER))


def _guarded(register: Register, person: Person, code: str) -> None:
    """WrongCode unless the code is right; guesses are counted."""
    _count(register, person)
    with register.engine.begin() as connection:
        if not is_good(connection, register, person.account_id, code):
            raise WrongCode
        lockout.forget(connection, Key("code", person.account_id))


def _count(register: Register, person: Person) -> None:
    with register.engine.begin() as connection:
        key = Key("code", person.account_id)
        until = lockout.attempted(connection, (key,), register.now(), register.limits.lockout)
    if until is not None:
        raise WrongCode(until)


def _row(connection: sa.Connection, account_id: str) -> sa.Row[tuple[object, ...]] | None:
    return connection.execute(sa.select(totp).where(totp.c.account_id == account_id)).first()


def _step(
    register: Register, owner: str, sealed: bytes | None, code: str, after: int, now: datetime
) -> int | None:
    """The time step a code belongs to, later than `after` and near the clock; None for another."""
    if sealed is None or len(code) != DIGITS or not code.isascii():
        return None
    generator = pyotp.TOTP(register.sealer.open(sealed, owner).decode())
    current = int(now.timestamp()) // generator.interval
    drift = register.limits.second_factor.drift_steps
    near = range(current - drift, current + drift + 1)
    right = [
        step
        for step in near
        if secrets.compare_digest(generator.at(step * generator.interval), code)
    ]
    return next((step for step in right if step > after), None)


def _strengthen(
    connection: sa.Connection, register: Register, person: Person, *, ends_others: bool = True
) -> str:
    """The session counts as shown by two factors, under a new token."""
    is_this = session.c.session_id == person.session_id
    connection.execute(sa.update(session).where(is_this).values(has_second_factor=True))
    if ends_others:
        id = person.account_id
        sessions.revoke_all(connection, register, id, id, but=person.session_id)
    return sessions.rotate(connection, register, person.session_id)


def _new_recovery_codes(
    connection: sa.Connection, register: Register, account_id: str
) -> tuple[str, ...]:
    connection.execute(sa.delete(recovery_code).where(recovery_code.c.account_id == account_id))
    codes = [_recovery_code() for _ in range(register.limits.second_factor.recovery_codes)]
    rows = [{"account_id": account_id, "code_hash": _hash(account_id, code)} for code in codes]
    connection.execute(sa.insert(recovery_code), rows)
    return tuple(codes)


def _recovery_code() -> str:
    groups = (
        "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_GROUP))
        for _ in range(_RECOVERY_GROUPS)
    )
    return "-".join(groups)


def _use_recovery_code(
    connection: sa.Connection, register: Register, account_id: str, code: str
) -> bool:
    is_unused = (
        (recovery_code.c.account_id == account_id)
        & (recovery_code.c.code_hash == _hash(account_id, code))
        & recovery_code.c.used_at.is_(None)
    )
    used = sa.update(recovery_code).where(is_unused).values(used_at=register.now())
    if not connection.execute(used).rowcount:
        return False
    register.enter(connection, "recovery_code_used", account_id, account_id)
    return True


def _hash(account_id: str, code: str) -> bytes:
    plain = code.replace("-", "").upper()
    return hashlib.sha256(f"{account_id}\0{plain}".encode()).digest()
