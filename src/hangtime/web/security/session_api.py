"""Signing in and out over HTTP, and what people do with their own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from hangtime.accounts import Attempt, Person, session_of, sign_in, sign_out, use_link
from hangtime.accounts import second_factor as factors
from hangtime.accounts.links import Chosen, purpose_of
from hangtime.accounts.own import change_password
from hangtime.accounts.sessions import revoke, revoke_all, sessions_of
from hangtime.web.api.wire import gives, speaks, takes
from hangtime.web.problems import Problem
from hangtime.web.security import forms
from hangtime.web.security.cookies import drop, keep, token_in
from hangtime.web.security.dependencies import person, public, signed_in
from hangtime.web.security.guard import Guard, guard_of

router = APIRouter(tags=["session"])
SessionId = Annotated[str, Path(pattern=forms.UUID)]


def human(who: Annotated[Person, Depends(signed_in)]) -> Person:
    """Whoever is signed in, if it is no program."""
    if who.is_service:
        raise Problem("not-allowed", "A program has a token, and nothing to change.")
    return who


Human = Annotated[Person, Depends(human)]


@router.post(
    "/session",
    dependencies=[public],
    **speaks(forms.SessionRead, takes=forms.SignIn, status=201),
)
def begin_session(
    request: Request, typed: Annotated[forms.SignIn, Depends(takes(forms.SignIn))]
) -> Response:
    """Sign in; the session is in a cookie that no script reads."""
    guard = guard_of(request)
    attempt = Attempt(
        typed.sign_in_name,
        typed.password,
        typed.code,
        address=guard.network(request.scope),
        label=label_of(request),
        old_token=token_in(request.scope, guard.cookie),
    )
    return begun(guard, sign_in(guard.register, attempt).token)


@router.get("/session", **speaks(forms.SessionRead))
def read_session(request: Request, who: Annotated[Person, Depends(signed_in)]) -> Response:
    """Who is signed in, and what he or she may do where."""
    return gives(forms.session_read(guard_of(request).register, who))


@router.delete("/session", **speaks(None, status=204))
def end_session(request: Request, who: Annotated[Person, Depends(signed_in)]) -> Response:
    """Sign out."""
    guard = guard_of(request)
    sign_out(guard.register, who)
    response = Response(status_code=204)
    drop(response, guard)
    return response


@router.post("/session/code", **speaks(forms.SessionRead, takes=forms.CodeForm))
def show_second_factor(
    request: Request,
    who: Human,
    typed: Annotated[forms.CodeForm, Depends(takes(forms.CodeForm))],
) -> Response:
    """Show the second factor in a session that began without it."""
    guard = guard_of(request)
    return begun(guard, factors.prove(guard.register, who, typed.code), 200)


@router.post("/session/second-factor", **speaks(forms.EnrolmentRead, takes=forms.EnrolForm))
def set_up_second_factor(
    request: Request,
    who: Human,
    typed: Annotated[forms.EnrolForm, Depends(takes(forms.EnrolForm))],
) -> Response:
    """A new seed for an authenticator; it counts once a code of it is confirmed."""
    made = factors.enrol(guard_of(request).register, who, typed.code)
    return gives(forms.EnrolmentRead(made.seed, made.uri))


@router.post("/session/second-factor/confirm", **speaks(forms.RecoveryCodes, takes=forms.CodeForm))
def confirm_second_factor(
    request: Request,
    who: Human,
    typed: Annotated[forms.CodeForm, Depends(takes(forms.CodeForm))],
) -> Response:
    """Take the new seed into use; every other session ends."""
    guard = guard_of(request)
    confirmed = factors.confirm(guard.register, who, typed.code)
    response = gives(forms.RecoveryCodes(confirmed.recovery_codes))
    keep(response, guard, confirmed.token)
    return response


@router.post(
    "/session/recovery-codes",
    dependencies=[Depends(person)],
    **speaks(forms.RecoveryCodes, takes=forms.CodeForm),
)
def make_recovery_codes(
    request: Request,
    who: Human,
    typed: Annotated[forms.CodeForm, Depends(takes(forms.CodeForm))],
) -> Response:
    """New recovery codes in place of the old ones."""
    made = factors.new_recovery_codes(guard_of(request).register, who, typed.code)
    return gives(forms.RecoveryCodes(made))


@router.post(
    "/session/password",
    dependencies=[Depends(person)],
    **speaks(None, takes=forms.ChangePassword, status=204, problems=("refused",)),
)
def change_own_password(
    request: Request,
    who: Human,
    typed: Annotated[forms.ChangePassword, Depends(takes(forms.ChangePassword))],
) -> Response:
    """A new password for the old one; every other session ends."""
    guard = guard_of(request)
    token = change_password(guard.register, who, typed.old_password, typed.new_password)
    response = Response(status_code=204)
    keep(response, guard, token)
    return response


@router.get("/sessions", **speaks(forms.SessionList))
def list_sessions(request: Request, who: Annotated[Person, Depends(person)]) -> Response:
    """One's own open sessions."""
    return gives(forms.SessionList(sessions_of(guard_of(request).register, who.account_id)))


@router.delete("/sessions", **speaks(None, status=204))
def end_other_sessions(request: Request, who: Annotated[Person, Depends(person)]) -> Response:
    """End every session of one's own but this one."""
    register = guard_of(request).register
    with register.engine.begin() as connection:
        revoke_all(connection, register, who.account_id, who.account_id, but=who.session_id)
    return Response(status_code=204)


@router.delete("/sessions/{session_id}", **speaks(None, status=204, problems=("not-found",)))
def end_one_session(
    request: Request, session_id: SessionId, who: Annotated[Person, Depends(person)]
) -> Response:
    """End one session of one's own."""
    register = guard_of(request).register
    with register.engine.begin() as connection:
        if not revoke(connection, register, who.account_id, session_id, who.account_id):
            raise Problem("not-found")
    return Response(status_code=204)


@router.post(
    "/links",
    dependencies=[public],
    **speaks(forms.Purpose, takes=forms.LinkForm, problems=("not-found",)),
)
def read_link(
    request: Request, sent: Annotated[forms.LinkForm, Depends(takes(forms.LinkForm))]
) -> Response:
    """What a one-time link is for; it stays unused."""
    return gives(forms.Purpose(purpose_of(guard_of(request).register, sent.token)))


@router.post(
    "/links/use",
    dependencies=[public],
    **speaks(forms.SessionRead, takes=forms.UseLink, status=201, problems=("not-found", "refused")),
)
def use_one_time_link(
    request: Request, typed: Annotated[forms.UseLink, Depends(takes(forms.UseLink))]
) -> Response:
    """Set a password by a one-time link, and sign in."""
    guard = guard_of(request)
    chosen = Chosen(typed.password, typed.sign_in_name, typed.name)
    signed_in_now = use_link(
        guard.register,
        typed.token,
        chosen,
        label=label_of(request),
        address=guard.network(request.scope),
    )
    return begun(guard, signed_in_now.token)


def begun(guard: Guard, token: str, status: int = 201) -> Response:
    """The answer to whoever has a new token: who he or she is, and the cookie."""
    who = session_of(guard.register, token)
    assert who is not None, "the session was begun just now"
    response = gives(forms.session_read(guard.register, who), status)
    keep(response, guard, token)
    return response


def label_of(request: Request) -> str:
    """The browser, as it names itself."""
    return request.headers.get("user-agent", "")
