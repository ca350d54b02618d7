"""What the security of one app knows: its register of accounts, its settings, where visits are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from fastapi import Request
from sqlalchemy import Engine
from starlette.types import Scope

from hangtime.accounts import Register, load_limits, load_sealer
from hangtime.accounts.provider import Provider
from hangtime.errors import UserError
from hangtime.web.security.addresses import network_of, peer
from hangtime.web.settings import Settings

SiteOfVisit = Callable[[str], str | None]


@dataclass(frozen=True)
class Guard:
    """`site_of_visit`: the site id of a visit id, None where there is no such visit."""

    register: Register
    settings: Settings
    site_of_visit: SiteOfVisit

    @property
    def cookie(self) -> str:
        """Name of the session's cookie.

        `__Host-` binds it to this host and to https; a browser refuses that name over plain http,
        which is for the machine itself alone.
        """
        return "__Host-hangtime" if self.settings.is_https else "hangtime"

    @property
    def base_url(self) -> str:
        """The address people type, without a slash at its end; never taken from a request."""
        return (self.settings.base_url or "http://127.0.0.1:8000").rstrip("/")

    @cached_property
    def provider(self) -> Provider | None:
        """The organisation's identity provider; None where there is none.

        Raises UserError where its settings cannot be used.
        """
        settings = self.settings
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            return None
        path = settings.oidc_client_secret_file
        try:
            secret = path.read_text("utf-8").strip() if path else None
        except OSError as fault:
            raise UserError(f"{path}: the client's secret cannot be read") from fault
        back = f"{self.base_url}/sign-in/returned"
        return Provider(settings.oidc_issuer, settings.oidc_client_id, back, secret)

    def link(self, token: str) -> str:
        """The address of a one-time link.

        The token stands behind #, which a browser sends to nobody: it is in no log of any proxy.
        """
        return f"{self.base_url}/welcome#{token}"

    def address(self, scope: Scope) -> str:
        """Who asks, by network address, past the proxies that are trusted."""
        return peer(scope, self.settings.trusted_proxies)

    def network(self, scope: Scope) -> str:
        """The network that requests are counted by."""
        return network_of(self.address(scope))


def register_of(settings: Settings, engine: Engine) -> Register:
    """The accounts in a database, with the limits and the sealing key that the settings name."""
    return Register(engine, load_sealer(settings.sealing_key), load_limits(settings.limits))


def guard_of(request: Request) -> Guard:
    """The guard that was installed."""
    return request.app.state.guard


def client_address(request: Request) -> str:
    """Who asks, by network address."""
    return guard_of(request).address(request.scope)
