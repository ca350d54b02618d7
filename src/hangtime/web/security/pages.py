"""The pages around signing in: password, second step, one-time link, the organisation's provider."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from hangtime.accounts import (
    Attempt,
    Person,
    SignInRefused,
    session_of,
    sign_in,
    sign_out,
    use_link,
)
from hangtime.accounts import second_factor as factors
from hangtime.accounts.links import Chosen, DeadLink, purpose_of
from hangtime.accounts.logins import UnknownIdentity, begin, finish
from hangtime.accounts.people import RefusedChange
from hangtime.accounts.provider import LoginRefused
from hangtime.accounts.second_factor import Enrolment, WrongCode
from hangtime.web.frame import Frame
from hangtime.web.pages import render
from hangtime.web.problems import Problem
from hangtime.web.security import faults
from hangtime.web.security.cookies import drop, keep, keep_login, login_in, token_in
from hangtime.web.security.dependencies import public, signed_in
from hangtime.web.security.guard import Guard, guard_of
from hangtime.web.security.leading import OWN, SECOND_STEP, SIGN_IN, START, with_next, within
from hangtime.web.security.qr import drawn
from hangtime.web.security.session_api import human, label_of
from hangtime.web.security.typed import typed

router = APIRouter(include_in_schema=False)
SET_UP = "/account/second-factor"
ORGANISATION, RETURNED = "/sign-in/organisation", "/sign-in/returned"
Typed = Annotated[dict[str, str], Depends(typed)]
Human = Annotated[Person, Depends(human)]
Next = Annotated[str, Query(alias="next", max_length=2000)]
_NOT_VOUCHED = "Your organization did not vouch for you. Try again, or ask an administrator."
_UNKNOWN = "Your organization knows you, but you have no account here. Ask an administrator."
_DEAD = faults.DEAD + " Ask for a new one."


@router.get(SIGN_IN, dependencies=[public])
def show_sign_in(request: Request, where: Next = START, reason: str = "") -> Response:
    """Where one signs in."""
    return _sign_in_page(request, where, reason=reason)


@router.post(SIGN_IN, dependencies=[public])
def take_sign_in(request: Request, said: Typed) -> Response:
    """Sign in by name and password."""
    guard = guard_of(request)
    attempt = Attempt(
        said.get("sign_in_name", ""),
        said.get("password", ""),
        address=guard.network(request.scope),
        label=label_of(request),
        old_token=token_in(request.scope, guard.cookie),
    )
    try:
        token = sign_in(guard.register, attempt).token
    except SignInRefused as refused:
        words, headers = faults.WRONG, {}
        if refused.retry_at is not None:
            seconds = faults.seconds_until(refused.retry_at, guard.register.now())
            words = f"Too many attempts. Try again in {seconds} seconds."
            headers = {"retry-after": str(seconds)}
        where, status = said.get("next", START), 429 if headers else 401
        return _sign_in_page(request, where, error=words, status=status, headers=headers)
    return _entered(guard, token, said.get("next"))


@router.get(SECOND_STEP)
def show_second_step(request: Request, who: Human, where: Next = START) -> Response:
    """Where the code of an authenticator is typed."""
    if who.lacks is None:
        return _go(within(where))
    if not factors.has_one(guard_of(request).register, who.account_id):
        return _go(SET_UP)
    return _second_step(request, where)


@router.post(SECOND_STEP)
def take_second_step(request: Request, who: Human, said: Typed) -> Response:
    """Show the second factor."""
    guard = guard_of(request)
    where = said.get("next", START)
    try:
        token = factors.prove(guard.register, who, said.get("code", ""))
    except WrongCode as wrong:
        return _second_step(request, where, words_of(guard, wrong))
    return _entered(guard, token, where)


@router.get(SET_UP)
def show_set_up(request: Request, who: Human) -> Response:
    """A seed for an authenticator, where none is in use."""
    register = guard_of(request).register
    if factors.has_one(register, who.account_id):
        return _go(SECOND_STEP if who.lacks else OWN)
    return set_up_page(request, factors.enrol(register, who))


@router.post(SET_UP)
def take_set_up(request: Request, who: Human, said: Typed) -> Response:
    """Take the seed into use; the recovery codes are shown once."""
    guard = guard_of(request)
    try:
        confirmed = factors.confirm(guard.register, who, said.get("code", ""))
    except WrongCode as wrong:
        pending = factors.pending(guard.register, who)
        if pending is None:
            return _go(SET_UP)
        is_another = factors.has_one(guard.register, who.account_id)
        return set_up_page(request, pending, words_of(guard, wrong), is_another=is_another)
    response = recovery_codes_page(request, confirmed.recovery_codes, START)
    keep(response, guard, confirmed.token)
    return response


@router.post("/sign-out")
def take_sign_out(request: Request, who: Annotated[Person, Depends(signed_in)]) -> Response:
    """End the session."""
    guard = guard_of(request)
    sign_out(guard.register, who)
    response = _go(f"{SIGN_IN}?reason=signed_out")
    drop(response, guard)
    return response


@router.get("/welcome", dependencies=[public])
def show_welcome(request: Request) -> Response:
    """Where a one-time link leads: a script moves the token from behind # into the form."""
    return render(request, "welcome.html", frame=_frame(guard_of(request)), error="")


@router.post("/welcome", dependencies=[public])
def take_link(request: Request, said: Typed) -> Response:
    """Ask for what the link needs: a password, and of the first administrator a name."""
    guard, token = guard_of(request), said.get("token", "").rpartition("#")[2].strip()
    try:
        purpose = purpose_of(guard.register, token)
    except DeadLink:
        return _dead(request)
    return _one_time_link(request, token, purpose == "first_administrator")


@router.post("/welcome/password", dependencies=[public])
def take_first_password(request: Request, said: Typed) -> Response:
    """Set the password, and sign in."""
    guard, token = guard_of(request), said.get("token", "")
    chosen = Chosen(said.get("password", ""), said.get("sign_in_name", ""), said.get("name", ""))
    where = {"label": label_of(request), "address": guard.network(request.scope)}
    try:
        made = use_link(guard.register, token, chosen, **where)
    except DeadLink:
        return _dead(request)
    except RefusedChange as refused:
        errors = {refused.field: refused.message[:1].upper() + refused.message[1:] + "."}
        is_first = purpose_of(guard.register, token) == "first_administrator"
        return _one_time_link(request, token, is_first, said, errors)
    return _entered(guard, made.token, START)


@router.get(ORGANISATION, dependencies=[public])
def go_to_organisation(request: Request, where: Next = START) -> Response:
    """Go to the organisation's identity provider."""
    return _to_provider(request, where)


@router.post(ORGANISATION, dependencies=[public])
def link_organisation(request: Request, said: Typed) -> Response:
    """Go there with an invitation, to be known by that identity from now on."""
    return _to_provider(request, START, said.get("token", ""))


@router.get(RETURNED, dependencies=[public])
def come_back(request: Request) -> Response:
    """Sign in whoever the provider vouches for."""
    guard = guard_of(request)
    if guard.provider is None:
        raise Problem("not-found")
    try:
        returned = finish(
            guard.register,
            guard.provider,
            dict(request.query_params),
            login_in(request.scope, guard),
            label=label_of(request),
            address=guard.network(request.scope),
            old_token=token_in(request.scope, guard.cookie),
        )
    except UnknownIdentity:
        return _sign_in_page(request, START, error=_UNKNOWN, status=403)
    except DeadLink:
        return _dead(request)
    except LoginRefused:
        return _sign_in_page(request, START, error=_NOT_VOUCHED, status=401)
    return _entered(guard, returned.signed_in.token, returned.return_to)


def _to_provider(request: Request, where: str, link: str | None = None) -> Response:
    guard = guard_of(request)
    if guard.provider is None:
        raise Problem("not-found")
    try:
        begun = begin(guard.register, guard.provider, within(where), link)
    except DeadLink:
        return _dead(request)
    except LoginRefused:
        return _sign_in_page(request, where, error=_NOT_VOUCHED, status=503)
    response = _go(begun.address)
    keep_login(response, guard, begun.browser_token, guard.register.limits.link.login)
    return response


def _entered(guard: Guard, token: str, where: str | None) -> Response:
    """On to where one wanted to go, by way of the second step where that is due."""
    who = session_of(guard.register, token)
    assert who is not None, "the session was begun just now"
    target = within(where)
    if who.lacks is not None:
        has_one = factors.has_one(guard.register, who.account_id)
        target = with_next(SECOND_STEP, target) if has_one else SET_UP
    response = _go(target)
    keep(response, guard, token)
    return response


def _go(address: str) -> Response:
    return RedirectResponse(address, 303)


def _frame(guard: Guard) -> Frame:
    return Frame(is_simulated=guard.settings.demo)


def words_of(guard: Guard, wrong: WrongCode) -> str:
    """Why a code was not taken."""
    if wrong.retry_at is None:
        return "The code is not right, or was used before."
    return f"Wait {faults.seconds_until(wrong.retry_at, guard.register.now())} seconds."


def _sign_in_page(
    request: Request,
    where: str,
    *,
    reason: str = "",
    error: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    guard, onward = guard_of(request), within(where)
    return render(
        request,
        "sign_in.html",
        status=status,
        headers=headers,
        frame=_frame(guard),
        action=SIGN_IN,
        next="" if onward == START else onward,
        error=error,
        reason=reason if reason in {"ended", "signed_out"} else "",
        has_provider=guard.provider is not None,
        provider_href=with_next(ORGANISATION, onward),
    )


def _second_step(request: Request, where: str, error: str = "") -> Response:
    return render(
        request,
        "second_factor.html",
        status=422 if error else 200,
        frame=_frame(guard_of(request)),
        action=SECOND_STEP,
        next=within(where),
        error=error,
    )


def recovery_codes_page(request: Request, codes: tuple[str, ...], onward: str) -> Response:
    """New recovery codes, shown once."""
    frame = _frame(guard_of(request))
    return render(request, "recovery_codes.html", frame=frame, codes=codes, next=onward)


def set_up_page(
    request: Request, made: Enrolment, error: str = "", *, is_another: bool = False
) -> Response:
    """A key for an authenticator; `is_another`: one is in use until this one is confirmed."""
    return render(
        request,
        "second_factor_setup.html",
        status=422 if error else 200,
        frame=_frame(guard_of(request)),
        action=SET_UP,
        secret=made.seed,
        uri=made.uri,
        picture=drawn(made.uri, "The same key as a QR code"),
        back=OWN if is_another else "",
        error=error,
    )


def _one_time_link(
    request: Request,
    token: str,
    is_first: bool,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    guard = guard_of(request)
    return render(
        request,
        "one_time_link.html",
        status=422 if errors else 200,
        frame=_frame(guard),
        action="/welcome/password",
        token=token,
        is_first=is_first,
        values=values or {},
        errors=errors or {},
        shortest=guard.register.limits.password.shortest,
        provider_action=ORGANISATION if guard.provider and not is_first else "",
    )


def _dead(request: Request) -> Response:
    return render(request, "welcome.html", status=404, frame=_frame(guard_of(request)), error=_DEAD)
