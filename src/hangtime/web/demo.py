"""A demonstration: made-up people of every role, with passwords drawn anew, and made-up visits."""

from __future__ import annotations

import secrets
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import Engine

from hangtime.accounts import Register, Role, people, use_link
from hangtime.accounts.links import Chosen, invite
from hangtime.accounts.people import SYSTEM, Account, NewAccount
from hangtime.chart import demo_site
from hangtime.store import checkpoints, keys
from hangtime.visits.demo import begins_at, refuse_real_visits, simulate_visits
from hangtime.web.security import register_of
from hangtime.web.settings import Settings

__all__ = ["LetIn", "for_demo", "set_up"]


class LetIn(NamedTuple):
    """How to sign in as one of the made-up people; said once, kept nowhere."""

    role: Role
    sign_in_name: str
    password: str


_PEOPLE: tuple[tuple[Role, str, str, str | None], ...] = (
    ("nurse", "nurse", "Maya Reyes (simulated)", "RN"),
    ("charge_nurse", "charge", "Hugo Sand (simulated)", "RN, CRNI"),
    ("coder", "coder", "Clara Voss (simulated)", "CPC"),
    ("coder", "coder2", "Emil Wolf (simulated)", "CPC"),
    ("auditor", "auditor", "Ida Quist (simulated)", None),
    ("administrator", "admin", "Sol Park (simulated)", None),
)
_WORDS = (
    "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "jetty", "knoll",
    "larch", "maple", "nectar", "opal", "pebble", "quartz", "river", "spruce", "tundra", "umber",
    "violet", "willow", "yarrow", "zephyr",
)  # fmt: skip
_WORDS_OF_A_PASSWORD = 4
SIGNING_KEY = "hangtime-demo-signing.pem"


def for_demo(settings: Settings) -> Settings:
    """The same with the limits and a signing key of a demonstration, where none are named."""
    limits = Path(str(files("hangtime.web").joinpath("data", "demo_limits.toml")))
    signing_key = settings.signing_key or settings.sealing_key.with_name(SIGNING_KEY)
    return replace(settings, demo=True, limits=settings.limits or limits, signing_key=signing_key)


def set_up(settings: Settings, engine: Engine, *, new_passwords: bool = False) -> list[LetIn]:
    """People and visits of the demonstration, made at the first start.

    Raises RealVisits where the database holds real ones.  Whoever is let in has a password that is
    drawn here: at the first start, and whenever new ones are asked for.  At the first start they
    come when the story of the visits begins, so that these are recorded as they happen; and what
    there is then is signed, so that whoever verifies sees a signature that was checked.
    """
    refuse_real_visits(engine)
    register = register_of(settings, engine)
    now = register.now()
    known = {each.sign_in_name: each for each in people.accounts(register, SYSTEM)}
    if not known:
        register = replace(register, now=lambda: begins_at(now))
    site = demo_site()
    let_in: list[LetIn] = []
    for role, sign_in_name, name, credential in _PEOPLE:
        found = known.get(sign_in_name)
        if found is None or new_passwords:
            new = NewAccount(sign_in_name, name, credential, roles_by_site={site.site_id: (role,)})
            made = found or people.create(register, new, SYSTEM)
            known[sign_in_name] = made
            let_in.append(LetIn(role, sign_in_name, _let_in(register, made)))
    key = settings.signing_key
    if key is not None and key.name == SIGNING_KEY and not key.exists():
        keys.new_key(key)
    if simulate_visits(engine, site, known["nurse"], now) and key is not None:
        checkpoints.make_checkpoint(engine, keys.private_key(key))
    return let_in


def _let_in(register: Register, account: Account) -> str:
    """A password drawn at random, set by a one-time link as its owner would."""
    words = [secrets.choice(_WORDS) for _ in range(_WORDS_OF_A_PASSWORD)]
    password = "-".join([*words, f"{secrets.randbelow(10_000):04}"])
    use_link(register, invite(register, account.account_id, SYSTEM), Chosen(password))
    return password
