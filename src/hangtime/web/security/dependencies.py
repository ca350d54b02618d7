"""What a route asks of whoever calls it: to be someone, and to be allowed.

    @router.get("/visits/{visit_id}")
    def visit(visit_id: str, person: Annotated[Person, Depends(allowed("read_visit", reads="visit"))]):

A route without one of these, and not marked `public`, is a fault that a test finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from hangtime import store
from hangtime.accounts import Person, may, may_through_glass, session_of
from hangtime.accounts.emergency import reason_of
from hangtime.accounts.permissions import permission
from hangtime.web.problems import Problem
from hangtime.web.security.cookies import token_in
from hangtime.web.security.guard import Guard, guard_of


class NotSignedIn(Problem):
    """Nobody is signed in, or no longer.  A page leads to signing in, the API answers 401."""

    def __init__(self) -> None:
        super().__init__("not-signed-in", headers={"www-authenticate": "Bearer"})


class SecondFactorDue(Problem):
    """Signed in with a password alone, where a second factor is due."""

    def __init__(self) -> None:
        super().__init__("not-allowed", "A second factor has to be shown, or set up, first.")


def anybody() -> None:
    """Marks a route that anyone may call."""


public = Depends(anybody)


def signed_in(request: Request) -> Person:
    """Whoever is signed in, a second factor still due or not.  Raises NotSignedIn."""
    return _who(request, is_use=True)


def person(request: Request, who: Annotated[Person, Depends(signed_in)]) -> Person:  # noqa: ARG001
    """Whoever is signed in for good.  Raises NotSignedIn, SecondFactorDue."""
    return _complete(who)


@dataclass(frozen=True)
class Allowed:
    """A dependency: the person, if the permission is held where the route's subject is.

    A route with `visit_id` or `site_id` in its path is of that site; another asks that the permission
    be held at any site, and has to look itself at `sites_of`.  A visit of a site where it is not held
    is as if it were not there.  `reads`: what of the patient's record is shown, for the log of reads.
    `is_watching`: the request keeps no session alive.
    """

    permission: str
    reads: str | None = None
    is_watching: bool = False

    def __call__(self, request: Request) -> Person:
        """The person.  Raises NotSignedIn, SecondFactorDue, Problem."""
        who = _complete(_who(request, is_use=not self.is_watching))
        guard = guard_of(request)
        if not may(who, self.permission):
            raise Problem("not-allowed")
        visit_id = request.path_params.get("visit_id")
        if visit_id is not None:
            self._of_visit(guard, who, visit_id)
        elif not may(who, self.permission, request.path_params.get("site_id")):
            raise Problem("not-found")
        return who

    def _of_visit(self, guard: Guard, who: Person, visit_id: str) -> None:
        site_id = guard.site_of_visit(visit_id)
        if site_id is None:
            raise Problem("not-found")
        is_at_home = may(who, self.permission, site_id)
        now = guard.register.now()
        if not (is_at_home or may_through_glass(who, self.permission, visit_id, now)):
            raise Problem("not-found")
        if self.reads is not None:
            _log(guard, who, (visit_id,), self.reads)


def allowed(name: str, *, reads: str | None = None, is_watching: bool = False) -> Allowed:
    """A dependency that asks for a permission of the table; KeyError where it is misspelt."""
    return Allowed(permission(name).name, reads, is_watching)


def log_reads(request: Request, who: Person, visit_ids: Iterable[str], what: str) -> None:
    """Log that a list showed these visits to someone, such as a board or a worklist."""
    _log(guard_of(request), who, visit_ids, what)


def _who(request: Request, *, is_use: bool) -> Person:
    guard = guard_of(request)
    token = token_in(request.scope, guard.cookie)
    who = session_of(guard.register, token, is_use=is_use) if token else None
    if who is None:
        raise NotSignedIn
    request.scope["account_id"] = who.account_id
    request.scope["person"] = who
    return who


def _complete(who: Person) -> Person:
    if who.lacks is not None:
        raise SecondFactorDue
    return who


def _log(guard: Guard, who: Person, visit_ids: Iterable[str], what: str) -> None:
    """One transaction for all; through a broken glass, with the reason that was given."""
    now = guard.register.now()
    with guard.register.engine.begin() as connection:
        shown = (
            (each, reason_of(connection, who, each, now) if each in who.glass else None)
            for each in visit_ids
        )
        store.log_reads(connection, who.account_id, shown, what, now)
