"""Who is asking, what they may see, and what no other site may make them do.

    from hangtime.web.security import allowed, install, register_of

    install(app, Guard(register_of(settings, engine), settings, site_of_visit))

`allowed("chart_event")` and its like are what routes depend on.
"""

from __future__ import annotations

from fastapi import FastAPI

from hangtime.web.security import faults
from hangtime.web.security.dependencies import (
    Allowed,
    NotSignedIn,
    SecondFactorDue,
    allowed,
    anybody,
    log_reads,
    person,
    public,
    signed_in,
)
from hangtime.web.security.guard import Guard, client_address, guard_of, register_of
from hangtime.web.security.headers import SecureHeaders
from hangtime.web.security.leading import lead
from hangtime.web.security.origins import SameOrigin
from hangtime.web.security.rates import RateLimits

__all__ = [
    "Allowed",
    "Guard",
    "NotSignedIn",
    "SecondFactorDue",
    "allowed",
    "anybody",
    "client_address",
    "guard_of",
    "install",
    "log_reads",
    "person",
    "public",
    "register_of",
    "signed_in",
]


def install(app: FastAPI, guard: Guard) -> None:
    """Put the app under guard; call it before middleware that is to stand further out.

    Raises UserError where the settings of an identity provider cannot be used.
    """
    assert guard.provider is None or guard.provider.issuer
    app.state.guard = guard
    app.add_middleware(SameOrigin, guard)
    app.add_middleware(RateLimits, guard)
    app.add_middleware(SecureHeaders, is_https=guard.settings.is_https)
    app.add_exception_handler(NotSignedIn, lead)
    app.add_exception_handler(SecondFactorDue, lead)
    faults.install(app)
