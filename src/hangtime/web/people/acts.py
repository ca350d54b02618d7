"""What an administrator does to an account at a tap: each asks first, and each is an entry of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import people
from hangtime.accounts.logins import unlink_identities
from hangtime.accounts.people import RefusedChange
from hangtime.web.pages import render
from hangtime.web.people.framing import PEOPLE, AccountId, Administrator, frame_of, said_of
from hangtime.web.people.one import one_page
from hangtime.web.security import guard_of

router = APIRouter(include_in_schema=False)

Named = Literal["unlock", "end-sessions", "remove-second-factor", "disable", "enable", "unlink"]


class _Act(NamedTuple):
    """One act: what does it, what it is called, and what follows from it."""

    does: Callable[..., Any]
    title: str
    words: str
    yes: str
    kind: str = "danger"


_ACTS: dict[Named, _Act] = {
    "unlock": _Act(
        people.unlock,
        "End the wait of",
        "The next attempt to sign in is taken at once, and counting starts anew.",
        "End the wait",
        "primary",
    ),
    "end-sessions": _Act(
        people.end_sessions,
        "End every session of",
        "Every device has to sign in again, and a program needs a new token.",
        "End every session",
    ),
    "remove-second-factor": _Act(
        people.remove_second_factor,
        "Remove the second step of",
        "For somebody who lost the phone. Make sure first who is asking: from now on the password"
        " alone leads to setting up a new one. Every session ends.",
        "Remove the second step",
    ),
    "disable": _Act(
        people.disable,
        "Deactivate the account of",
        "Nobody signs in by it any more, and every session ends at once. What was charted stays.",
        "Deactivate",
    ),
    "enable": _Act(
        people.enable,
        "Reactivate the account of",
        "Its owner signs in again with the same password and the same roles.",
        "Reactivate",
        "primary",
    ),
    "unlink": _Act(
        unlink_identities,
        "Take the organization's sign-in from",
        "It leads to this account no more, and every session ends.",
        "Take it away",
    ),
}


@router.get(f"{PEOPLE}/{{account_id}}/{{act}}")
def ask(request: Request, who: Administrator, account_id: AccountId, act: Named) -> Response:
    """Ask, where the button could not ask itself."""
    found = people.get(guard_of(request).register, account_id, who)
    asked = _ACTS[act]
    return render(
        request,
        "confirm.html",
        frame=frame_of(request, who),
        title=f"{asked.title} {found.name}?",
        words=asked.words,
        action=f"{PEOPLE}/{account_id}/{act}",
        hidden={},
        yes=asked.yes,
        kind=asked.kind,
        back=f"{PEOPLE}/{account_id}",
    )


@router.post(f"{PEOPLE}/{{account_id}}/{{act}}")
def do(request: Request, who: Administrator, account_id: AccountId, act: Named) -> Response:
    """Do it, and show the account as it stands now."""
    try:
        _ACTS[act].does(guard_of(request).register, account_id, who)
    except RefusedChange as refused:
        return one_page(request, who, account_id, errors={act: said_of(refused)})
    return RedirectResponse(f"{PEOPLE}/{account_id}?done={act}", 303)
