"""Changing one's own ways in: the password, the second step, the recovery codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import SignInRefused
from hangtime.accounts import second_factor as factors
from hangtime.accounts.own import change_password
from hangtime.accounts.people import RefusedChange
from hangtime.accounts.second_factor import WrongCode
from hangtime.web.people.framing import Owner, said_of
from hangtime.web.people.own import own_page
from hangtime.web.security import faults, guard_of
from hangtime.web.security.cookies import keep
from hangtime.web.security.leading import OWN
from hangtime.web.security.pages import recovery_codes_page, set_up_page, words_of
from hangtime.web.security.typed import typed

router = APIRouter(include_in_schema=False)

Typed = Annotated[Mapping[str, str], Depends(typed)]


@router.post(f"{OWN}/password")
def take_password(request: Request, who: Owner, said: Typed) -> Response:
    """A new password for the one in use; every other session ends."""
    guard = guard_of(request)
    old, new = said.get("old_password", ""), said.get("new_password", "")
    try:
        token = change_password(guard.register, who, old, new)
    except SignInRefused as refused:
        if refused.retry_at is None:
            return own_page(request, who, errors={"old_password": "That is not your password."})
        seconds = faults.seconds_until(refused.retry_at, guard.register.now())
        words = {"old_password": f"Too many attempts. Try again in {seconds} seconds."}
        return own_page(request, who, errors=words, status=429)
    except RefusedChange as refused:
        return own_page(request, who, errors={refused.field: said_of(refused)})
    response = RedirectResponse(f"{OWN}?done=password", 303)
    keep(response, guard, token)
    return response


@router.post(f"{OWN}/second-factor/new")
def replace_second_factor(request: Request, who: Owner, said: Typed) -> Response:
    """A key for another authenticator, for a code of the one in use; a code of the new one confirms it."""
    guard = guard_of(request)
    try:
        made = factors.enrol(guard.register, who, said.get("code", ""))
    except WrongCode as wrong:
        return own_page(request, who, errors={"code": words_of(guard, wrong)})
    return set_up_page(request, made, is_another=True)


@router.post(f"{OWN}/recovery-codes")
def make_recovery_codes(request: Request, who: Owner, said: Typed) -> Response:
    """New recovery codes for a code of the authenticator; they are shown in this answer alone."""
    guard = guard_of(request)
    try:
        codes = factors.new_recovery_codes(guard.register, who, said.get("recovery_code", ""))
    except WrongCode as wrong:
        return own_page(request, who, errors={"recovery_code": words_of(guard, wrong)})
    return recovery_codes_page(request, codes, OWN)
