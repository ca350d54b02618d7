"""Signing in by an organisation's identity provider: by a real one, and by one that lies.

The real one is oidc-provider-mock, a program of its own on this machine.  The other one is ours: it
holds to the protocol, PKCE included, but for the one thing that a test has it do wrong.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from databases import KINDS

pytest.importorskip("authlib")

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from hangtime.accounts import may, session_of
from hangtime.accounts.links import DeadLink, first_link, invite
from hangtime.accounts.logins import (
    UnknownIdentity,
    begin,
    finish,
    link_identity,
    unlink_identities,
)
from hangtime.accounts.people import SYSTEM, RefusedChange, disable
from hangtime.accounts.provider import LoginRefused, Provider, UnusableProvider

on_both = pytest.mark.parametrize("engine", KINDS, indirect=True)
BACK = "http://127.0.0.1:8000/sign-in/returned"
CLIENT = "hangtime"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


# --- A provider that can be made to lie --------------------------------------------------------------


@dataclass
class Liar:
    """`claims` override those of the token; `forge` makes the token itself; `says` bends answers."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any]], str] | None = None
    discovery: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    verifiers: list[str] = field(default_factory=list)

    def consents(self, address: str, **more: str) -> dict[str, str]:
        """What the browser comes back with after somebody signed in there."""
        self.asked = dict(parse_qsl(urlsplit(address).query))
        return {"state": self.asked["state"], "code": "c1", "iss": self.issuer, **more}

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        self.verifiers.append(form["code_verifier"])
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        if (encoded(hashed), "S256") != (
            self.asked["code_challenge"], self.asked["code_challenge_method"],
        ):  # fmt: skip
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "ana@idp", "iat": now, "exp": now + 300,
            "nonce": self.asked["nonce"], **self.claims,
        }  # fmt: skip
        claims = {name: said for name, said in claims.items() if said is not None}
        signed = self.forge(claims) if self.forge else signed_by(KEY)(claims)
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


def signed_by(key: Any, algorithm: str = "RS256") -> Callable[[dict[str, Any]], str]:
    header = {"alg": algorithm, "kid": "k1"}
    return lambda claims: jwt.encode(header, claims, key, algorithms=[algorithm])


def unsigned(claims: dict[str, Any]) -> str:
    return by_hand({"alg": "none"}, claims, b"")


def with_public_key_as_secret(claims: dict[str, Any]) -> str:
    """The old trick: a public key taken for the secret of a symmetric signature."""
    return by_hand({"alg": "HS256", "kid": "k1"}, claims, KEY.as_pem(private=False))


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token that the library refuses to make."""
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    mac = hmac.digest(secret, signed.encode(), "sha256") if secret else b""
    return f"{signed}.{encoded(mac)}"


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@pytest.fixture
def liar() -> Iterator[Liar]:
    state = Liar()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/.well-known/openid-configuration"):
                self.say(
                    {
                        "issuer": state.issuer,
                        "authorization_endpoint": state.issuer + "/authorize",
                        "token_endpoint": state.issuer + "/token",
                        "jwks_uri": state.issuer + "/keys",
                        **state.discovery,
                    }
                )
            else:
                self.say({"keys": [KEY.as_dict(private=False)]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            answer = state.token({name: said[0] for name, said in parse_qs(body).items()})
            self.say(answer or {"error": "invalid_grant"}, 200 if answer else 400)

        def say(self, answer: dict[str, Any], status: int = 200) -> None:
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    state.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def clock():
    """The provider signs by the true time."""
    from hangtime.accounts.register import utc_now

    return utc_now


@pytest.fixture
def ana(register, hired) -> str:
    hired("boss", everywhere=["administrator"])
    return hired("ana", north=["nurse"])


def provider_of(liar: Liar) -> Provider:
    return Provider(liar.issuer, CLIENT, BACK, "a secret")


def sign_in_by(register, liar: Liar, **more: Any):
    begun = begin(register, provider_of(liar), "/board", more.pop("link", None))
    answer = liar.consents(begun.address, **more)
    return finish(register, provider_of(liar), answer, begun.browser_token)


# --- What holds -------------------------------------------------------------------------------------


@on_both
def test_somebody_whose_identity_was_linked_gets_in_with_the_roles_given_here(
    register, liar, ana
) -> None:
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)
    liar.claims = {"roles": ["administrator"], "groups": ["administrator"], "amr": ["pwd", "mfa"]}

    returned = sign_in_by(register, liar)

    person = session_of(register, returned.signed_in.token)
    assert person.account_id == ana
    assert person.roles_by_site == {"north": frozenset({"nurse"})}
    assert not may(person, "manage_accounts")
    assert returned.return_to == "/board"


@on_both
def test_an_invitation_links_the_identity_that_comes_back_and_is_used_up(
    register, liar, ana, kinds
) -> None:
    token = invite(register, ana, SYSTEM)

    returned = sign_in_by(register, liar, link=token)

    assert session_of(register, returned.signed_in.token).account_id == ana
    assert "identity_linked" in kinds(ana)
    with pytest.raises(DeadLink):
        sign_in_by(register, liar, link=token)
    assert sign_in_by(register, liar).signed_in.account_id == ana


def test_an_identity_that_nobody_linked_gets_no_account(register, liar, ana) -> None:
    liar.claims = {"email": "ana@north.example", "preferred_username": "ana"}

    with pytest.raises(UnknownIdentity):
        sign_in_by(register, liar)


def test_the_link_of_the_first_administrator_is_for_a_local_account(register, liar) -> None:
    with pytest.raises(DeadLink):
        begin(register, provider_of(liar), "/", first_link(register))


def test_an_identity_is_one_accounts_and_can_be_unlinked(register, liar, ana, hired) -> None:
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)
    bo = hired("bo", north=["nurse"])
    with pytest.raises(RefusedChange):
        link_identity(register, bo, liar.issuer, "ana@idp", SYSTEM)
    with pytest.raises(LoginRefused):
        sign_in_by(register, liar, link=invite(register, bo, SYSTEM))

    token = sign_in_by(register, liar).signed_in.token
    assert unlink_identities(register, ana, SYSTEM) == 1
    assert session_of(register, token) is None
    with pytest.raises(UnknownIdentity):
        sign_in_by(register, liar)


def test_a_shut_account_stays_shut(register, liar, ana) -> None:
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)
    disable(register, ana, SYSTEM)

    with pytest.raises(UnknownIdentity):
        sign_in_by(register, liar)


@pytest.mark.parametrize(
    ("means", "lacks"),
    [
        (["pwd", "mfa"], None),
        (["pwd"], "second_factor"),
        ("mfa", "second_factor"),
        (None, "second_factor"),
    ],
)
def test_only_two_factors_there_count_as_two_factors_here(
    register_with, liar, ana, means, lacks
) -> None:
    register = register_with(second_factor={"roles": ["nurse"]})
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)
    liar.claims = {"amr": means}

    assert session_of(register, sign_in_by(register, liar).signed_in.token).lacks == lacks


# --- What is refused --------------------------------------------------------------------------------

LIES = {
    "another nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "another audience": {"claims": {"aud": "another"}},
    "another client": {"claims": {"aud": [CLIENT, "other"], "azp": "other"}},
    "ended": {"claims": {"exp": 1_700_000_000}},
    "no end": {"claims": {"exp": None}},
    "from the future": {"claims": {"iat": 4_000_000_000}},
    "nobody": {"claims": {"sub": ""}},
    "no subject": {"claims": {"sub": None}},
    "a subject too long": {"claims": {"sub": "x" * 256}},
    "unsigned": {"forge": unsigned},
    "a key of its own": {"forge": signed_by(FOREIGN_KEY)},
    "the public key as secret": {"forge": with_public_key_as_secret},
    "no token": {"forge": lambda _: ""},
    "another name": {"discovery": {"issuer": "https://evil.example"}},
    "keys from nowhere": {"discovery": {"jwks_uri": "file:///etc/passwd"}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_does_not_hold_signs_nobody_in(register, liar, ana, lie, kinds) -> None:
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)
    for name, bent in LIES[lie].items():
        if name == "discovery":
            begun = begin(register, provider_of(liar), "/")
            answer = liar.consents(begun.address)
            liar.discovery = bent
            with pytest.raises(LoginRefused):
                finish(register, provider_of(liar), answer, begun.browser_token)
        else:
            setattr(liar, name, bent)
            with pytest.raises(LoginRefused):
                sign_in_by(register, liar)

    assert "signed_in" not in kinds(ana)


@pytest.mark.parametrize(
    "bent",
    [
        {"state": "another"},
        {"iss": "https://evil.example"},
        {"error": "access_denied"},
        {"code": ""},
    ],
)
def test_an_answer_that_is_not_to_this_login_signs_nobody_in(register, liar, ana, bent) -> None:
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)

    with pytest.raises(LoginRefused):
        sign_in_by(register, liar, **bent)


def test_a_login_comes_back_to_the_browser_that_began_it_once_and_soon(register, liar, ana) -> None:
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)
    provider = provider_of(liar)
    mine, theirs = begin(register, provider, "/"), begin(register, provider, "/")

    answer = liar.consents(theirs.address)
    for browser in (mine.browser_token, None):
        with pytest.raises(LoginRefused):
            finish(register, provider, answer, browser)
    answer = liar.consents(mine.address)
    finish(register, provider, answer, mine.browser_token)
    with pytest.raises(LoginRefused):
        finish(register, provider, answer, mine.browser_token)


def test_a_code_that_was_stolen_is_worth_nothing_without_its_verifier(register, liar, ana) -> None:
    link_identity(register, ana, liar.issuer, "ana@idp", SYSTEM)
    begun, other = begin(register, provider_of(liar), "/"), begin(register, provider_of(liar), "/")
    answer = liar.consents(begun.address)
    stolen_into = dict(parse_qsl(urlsplit(other.address).query))["state"]

    with pytest.raises(LoginRefused):
        finish(register, provider_of(liar), {**answer, "state": stolen_into}, other.browser_token)
    assert len(liar.verifiers) == 1


@pytest.mark.parametrize(
    "issuer", ["http://idp.example", "ftp://idp.example", "https://", "https://idp.example?x=1", ""]
)
def test_a_provider_is_reached_by_https(issuer) -> None:
    with pytest.raises(UnusableProvider):
        Provider(issuer, CLIENT, BACK)


def test_a_provider_that_does_not_answer_is_told_without_its_words(register) -> None:
    with pytest.raises(LoginRefused, match="cannot be reached"):
        begin(register, Provider("http://127.0.0.1:9", CLIENT, BACK), "/")


# --- A real provider --------------------------------------------------------------------------------


@pytest.fixture
def real_issuer(require) -> Iterator[str]:
    require("oidc_provider_mock")
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", "0", "--user", "ana@idp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in server.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found.group()
                break
        else:
            pytest.fail("the identity provider did not start")
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()


def test_a_real_provider_lets_somebody_in(register, ana, real_issuer) -> None:
    provider = Provider(real_issuer, CLIENT, BACK, "a secret")
    link_identity(register, ana, real_issuer, "ana@idp", SYSTEM)
    begun = begin(register, provider, "/board")

    consent = httpx.post(begun.address, data={"sub": "ana@idp"})
    back = consent.headers["location"]
    assert back.startswith(BACK)
    answer = dict(parse_qsl(urlsplit(back).query))
    returned = finish(register, provider, answer, begun.browser_token)

    assert session_of(register, returned.signed_in.token).account_id == ana
    assert urlencode({"code_challenge_method": "S256"}) in begun.address
