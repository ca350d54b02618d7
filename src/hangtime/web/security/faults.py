"""What can go wrong about accounts, as problem documents.  No answer repeats what was sent."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request
from starlette.responses import Response

from hangtime.accounts import SignInRefused
from hangtime.accounts.emergency import NoSuchOpening
from hangtime.accounts.links import DeadLink
from hangtime.accounts.people import NoSuchAccount, NotYours, RefusedChange
from hangtime.accounts.provider import LoginRefused
from hangtime.accounts.second_factor import WrongCode
from hangtime.web.problems import FieldProblem, Problem, answer
from hangtime.web.security.guard import guard_of

WRONG = "Name, password or code is not right."
DEAD = "The link was used, has ended, or was replaced by a newer one."


def install(app: FastAPI) -> None:
    """Let each leave as a problem document."""
    for kind in _PROBLEMS:
        app.add_exception_handler(kind, _answer)


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds to wait, at least one."""
    return max(1, math.ceil((moment - now).total_seconds()))


def _answer(request: Request, error: Exception) -> Response:
    kind = next(each for each in type(error).__mro__ if each in _PROBLEMS)
    return answer(request, _PROBLEMS[kind](request, error))


def _refused_sign_in(request: Request, error: Exception) -> Problem:
    assert isinstance(error, SignInRefused)
    return _too_many(request, error.retry_at) or Problem("not-signed-in", WRONG)


def _wrong_code(request: Request, error: Exception) -> Problem:
    assert isinstance(error, WrongCode)
    errors = (FieldProblem("code", "is not right, or was used before"),)
    return _too_many(request, error.retry_at) or Problem("refused", errors=errors)


def _too_many(request: Request, retry_at: datetime | None) -> Problem | None:
    if retry_at is None:
        return None
    seconds = seconds_until(retry_at, guard_of(request).register.now())
    return Problem("too-many", headers={"retry-after": str(seconds)})


def _refused_change(_: Request, error: Exception) -> Problem:
    assert isinstance(error, RefusedChange)
    return Problem("refused", errors=(FieldProblem(error.field, error.message),))


_PROBLEMS: dict[type, Callable[[Request, Exception], Problem]] = {
    SignInRefused: _refused_sign_in,
    WrongCode: _wrong_code,
    RefusedChange: _refused_change,
    NotYours: lambda _, __: Problem("not-found"),
    NoSuchAccount: lambda _, __: Problem("not-found"),
    NoSuchOpening: lambda _, __: Problem("not-found"),
    DeadLink: lambda _, __: Problem("not-found", DEAD),
    LoginRefused: lambda _, __: Problem("not-signed-in", "The identity provider did not vouch."),
}
