"""Who may do what: `data/permissions.csv`, a table of permissions and roles.

A role is held at a site, or everywhere (`EVERYWHERE`).  What the table does not grant is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast, get_args

Role = Literal["nurse", "charge_nurse", "coder", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
EVERYWHERE = "*"
# Where the role has to be held: at the site of what is asked for, at all sites, or at any.
Scope = Literal["site", "system", "anywhere"]


class Permission(NamedTuple):
    """One row of the table.

    `is_opened_by_glass`: who holds it somewhere holds it for one record of another site while the
    glass is broken.
    """

    name: str
    roles: frozenset[Role]
    scope: Scope
    is_opened_by_glass: bool
    what: str


@cache
def permissions() -> Mapping[str, Permission]:
    """Every permission by its name, in the table's order."""
    text = files("hangtime.accounts").joinpath("data", "permissions.csv").read_text("utf-8")
    return {row["permission"]: _permission(row) for row in csv.DictReader(text.splitlines())}


def permission(name: str) -> Permission:
    """A permission by name; KeyError where there is none, so that a misspelt one never opens."""
    return permissions()[name]


def _permission(row: Mapping[str, str]) -> Permission:
    scope = row["scope"]
    assert scope in get_args(Scope), f"{row['permission']}: no such scope"
    return Permission(
        name=row["permission"],
        roles=frozenset(role for role in ROLES if row[role] == "yes"),
        scope=cast("Scope", scope),
        is_opened_by_glass=row["glass"] == "yes",
        what=row["what"],
    )
