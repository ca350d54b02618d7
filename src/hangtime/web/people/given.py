"""Roles as a form gives them: a box for each role at each site, and those that were shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, NamedTuple, cast

from fastapi import Depends, Request
from starlette.datastructures import FormData

from hangtime.accounts.permissions import ROLES, Role
from hangtime.web.problems import Problem

_MOST_FIELDS = 2_000  # boxes of five roles at some hundred sites
_LONGEST = 4_096  # characters
RolesBySite = dict[str, tuple[Role, ...]]


class Given(NamedTuple):
    """What was sent: texts by field, the boxes that were ticked, and the roles as they were shown."""

    texts: Mapping[str, str]
    roles_by_site: RolesBySite
    seen: RolesBySite | None


async def given(request: Request) -> Given:
    """A dependency: a form with boxes of roles.  Problem where it is none of ours."""
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    texts = {name: text for name, text in form.items() if isinstance(text, str)}
    if any(len(text) > _LONGEST for text in texts.values()):
        raise Problem("invalid")
    return Given(texts, _ticked(form), _seen(texts.get("seen")))


GivenRoles = Annotated[Given, Depends(given)]


def box(role: str, site_id: str) -> str:
    """The value of a box."""
    return f"{role} {site_id}"


def role_options() -> list[tuple[str, str]]:
    """Roles, and what people call them."""
    return [(role, role.replace("_", " ").capitalize()) for role in ROLES]


def as_seen(roles_by_site: Mapping[str, tuple[Role, ...]]) -> str:
    """The roles that are shown, for a hidden field."""
    return json.dumps({site: sorted(held) for site, held in roles_by_site.items()}, sort_keys=True)


def _ticked(form: FormData) -> RolesBySite:
    roles: RolesBySite = {}
    for value in form.getlist("role"):
        role, _, site_id = str(value).partition(" ")
        roles[site_id] = (*roles.get(site_id, ()), _role(role))
    return roles


def _seen(text: str | None) -> RolesBySite | None:
    if text is None:
        return None
    try:
        read: object = json.loads(text)
    except ValueError:
        raise Problem("invalid") from None
    if not isinstance(read, dict):
        raise Problem("invalid")
    sites = cast("dict[str, object]", read)
    return {site: tuple(_role(each) for each in _list(held)) for site, held in sites.items()}


def _list(held: object) -> list[object]:
    if not isinstance(held, list):
        raise Problem("invalid")
    return cast("list[object]", held)


def _role(word: object) -> Role:
    if word not in ROLES:
        raise Problem("invalid")
    return word
