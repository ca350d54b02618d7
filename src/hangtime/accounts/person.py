"""Someone who is signed in, with what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from hangtime.accounts.permissions import EVERYWHERE, Permission, Role, permission

Lacking = Literal["second_factor"]


@dataclass(frozen=True)
class Person:
    """An account in one of its sessions.

    `roles_by_site`: roles by site id, `EVERYWHERE` among them.  `glass`: the visits whose record was
    opened in an emergency, with the moment until which it stays open.  `lacks`: what has to be shown
    before anything else is allowed.  `is_service`: a program with a token, not a human being.
    """

    account_id: str
    name: str
    credential: str | None
    roles_by_site: Mapping[str, frozenset[Role]]
    session_id: str
    is_service: bool = False
    lacks: Lacking | None = None
    glass: Mapping[str, datetime] = field(default_factory=dict[str, datetime])

    def roles_at(self, site_id: str) -> frozenset[Role]:
        """Roles held at one site, those held everywhere included."""
        none = frozenset[Role]()
        return self.roles_by_site.get(site_id, none) | self.roles_by_site.get(EVERYWHERE, none)


def may(person: Person, name: str, site_id: str | None = None) -> bool:
    """Whether the person holds a permission at a site; without a site, whether at any.

    KeyError for a permission that is not in the table.
    """
    asked = permission(name)
    if person.lacks is not None:
        return False
    if asked.scope == "system":
        return bool(asked.roles & person.roles_at(EVERYWHERE))
    if asked.scope == "site" and site_id is not None:
        return bool(asked.roles & person.roles_at(site_id))
    return bool(_sites(person, asked))


def may_through_glass(person: Person, name: str, visit_id: str, now: datetime) -> bool:
    """Whether a record of another site is open to the person because of an emergency."""
    until = person.glass.get(visit_id)
    is_open = until is not None and now < until
    return is_open and permission(name).is_opened_by_glass and may(person, name)


def sites_of(person: Person, name: str) -> frozenset[str]:
    """The sites at which a permission is held; `EVERYWHERE` among them stands for all."""
    return frozenset() if person.lacks else _sites(person, permission(name))


def _sites(person: Person, asked: Permission) -> frozenset[str]:
    held = person.roles_by_site.items()
    return frozenset(site for site, roles in held if asked.roles & roles)
