"""The identity provider of an organisation, spoken to by OpenID Connect: code flow with PKCE.

Everything that comes from it is checked here: that the answer is its own, for us, for this login,
signed and fresh.  Its word is taken for who somebody is and by which means he or she signed in there,
and for nothing else: roles are given here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry, decode

from hangtime.errors import UserError

_DISCOVERY = "/.well-known/openid-configuration"
# Only signatures that a holder of the published keys cannot make.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_SECONDS = 10.0  # for the provider to answer
_LEEWAY = 60  # seconds by which its clock may be off
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class UnusableProvider(UserError):
    """An issuer that is not reached by https, or is none."""


class LoginRefused(Exception):
    """The provider, or what came back from it, did not vouch for anyone.  It names the check."""


class Vouched(NamedTuple):
    """Who somebody is at the provider, and by which means he or she signed in there (RFC 8176)."""

    subject: str
    means: frozenset[str]


@dataclass(frozen=True)
class Provider:
    """`redirect_uri`: our own address, where the provider sends people back to."""

    issuer: str
    client_id: str
    redirect_uri: str
    client_secret: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        is_private = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not (parts.scheme == "https" or is_private) or not parts.hostname or parts.query:
            raise UnusableProvider("the issuer has to be an https address")

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser.  Raises LoginRefused."""
        endpoint = self._discovered()["authorization_endpoint"]
        with self._client() as client:
            url, _ = client.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return url

    def vouched(
        self, answer: Mapping[str, str], nonce: str, verifier: str, now: datetime
    ) -> Vouched:
        """Whom the provider vouches for in what it sent the browser back with.

        `answer`: the query, whose state was checked before.  Raises LoginRefused.
        """
        if "error" in answer or not answer.get("code"):
            raise LoginRefused("the provider refused")
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise LoginRefused("another issuer answered")
        found = self._discovered()
        token = self._token(found["token_endpoint"], answer["code"], verifier)
        keys = _fetched(found["jwks_uri"])
        return self._checked(token, keys, nonce, now)

    def _client(self) -> Any:
        """The library has no types."""
        client: Any = OAuth2Client(
            client_id=self.client_id,
            client_secret=self.client_secret,
            token_endpoint_auth_method="client_secret_basic" if self.client_secret else "none",
            scope="openid",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )
        return client

    def _discovered(self) -> Mapping[str, Any]:
        found = _fetched(self.issuer.rstrip("/") + _DISCOVERY)
        if found.get("issuer") != self.issuer:
            raise LoginRefused("the provider calls itself by another name")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if urlsplit(str(found.get(name))).scheme != urlsplit(self.issuer).scheme:
                raise LoginRefused(f"the provider's {name} is not usable")
        return found

    def _token(self, endpoint: str, code: str, verifier: str) -> str:
        try:
            with self._client() as client:
                token: Mapping[str, Any] = client.fetch_token(
                    endpoint, code=code, code_verifier=verifier, grant_type="authorization_code"
                )
        except (AuthlibBaseError, httpx.HTTPError, ValueError):
            raise LoginRefused("the provider gave no token for the code") from None
        return str(token.get("id_token") or "")

    def _checked(self, token: str, keys: Mapping[str, Any], nonce: str, now: datetime) -> Vouched:
        rules = JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            key_set = KeySet.import_key_set({"keys": list(keys.get("keys", ()))})
            claims = decode(token, key_set, algorithms=list(_ALGORITHMS)).claims
            rules.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise LoginRefused("the identity token does not hold") from None
        if claims.get("azp", self.client_id) != self.client_id:
            raise LoginRefused("the identity token is for another client")
        subject = str(claims["sub"])
        if not 0 < len(subject) <= LONGEST_SUBJECT:
            raise LoginRefused("the identity token names nobody")
        means: Any = claims.get("amr")
        said = cast("list[Any]", means) if isinstance(means, list) else []
        return Vouched(subject, frozenset(str(each) for each in said))


def _fetched(url: str) -> Mapping[str, Any]:
    try:
        response = httpx.get(url, timeout=_SECONDS, follow_redirects=False)
        response.raise_for_status()
        found: Any = response.json()
    except (httpx.HTTPError, ValueError):
        raise LoginRefused("the provider cannot be reached") from None
    if not isinstance(found, dict):
        raise LoginRefused("the provider's answer is not usable")
    return cast("Mapping[str, Any]", found)
