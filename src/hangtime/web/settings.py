"""What an operator can set of the service, from HANGTIME_* in the environment or by option.

Every setting has one name: `HANGTIME_DATABASE` in the environment is `Settings.database` here and
`--database` on the command line where it has an option.  A setting that cannot be read is refused
by its name; its value is never printed, since a database URL may hold a password.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import urlsplit

from hangtime.chart import TwoPeople
from hangtime.errors import UserError

PREFIX = "HANGTIME_"
_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


class UnusableSetting(UserError):
    """A setting that cannot be read; the message names it and never its value."""

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(f"{PREFIX}{name.upper()}: {wanted}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one service runs; frozen from its start to its stop.

    `database`: an SQLAlchemy URL, of an SQLite file or of PostgreSQL.
    `sites`: the site files it serves; `demo`: simulated patients only, and a site of its own.
    `base_url`: the address people type, such as https://infusion.example.org; behind https the
    cookies are Secure and HSTS is sent.  Without one it is an address of this machine.
    `limits`: a file that overrides how long sessions last, how strong passwords are, and the like.
    `sealing_key`: the file of the key that second factors are sealed with; made on first use.
    `two_people`: when the coder who decided may not also release: never, where a line was changed
    (`overrides`), or always; a site's file may say otherwise for the site.
    `signing_key`: the file of the private key that signs checkpoints, kept outside the database.
    `oidc_*`: the identity provider people may sign in by; none if there is no issuer.
    `trusted_proxies`: addresses whose X-Forwarded-For is believed.
    `otlp_endpoint`: where traces are sent, by OTLP over HTTP; nowhere if there is none.
    """

    database: str = "sqlite:///hangtime.db"
    sites: tuple[Path, ...] = ()
    demo: bool = False
    base_url: str | None = None
    limits: Path | None = None
    sealing_key: Path = Path("hangtime-sealing.key")
    two_people: TwoPeople = "overrides"
    signing_key: Path | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret_file: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    otlp_endpoint: str | None = None

    @property
    def is_https(self) -> bool:
        """People reach it by https, so cookies are Secure."""
        return self.base_url is not None and urlsplit(self.base_url).scheme == "https"


def from_environment(environment: Mapping[str, str] | None = None, **options: Any) -> Settings:
    """The settings of HANGTIME_* variables; an option that is given stands before its variable."""
    variables = os.environ if environment is None else environment
    read: dict[str, Any] = {}
    for each in fields(Settings):
        text = variables.get(PREFIX + each.name.upper())
        if text is not None:
            read[each.name] = _READERS[str(each.type)](each.name, text)
    given = {name: option for name, option in options.items() if option is not None}
    return _checked(replace(Settings(), **(read | given)))


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that say the same, for processes started with them."""
    said = ((each.name, getattr(settings, each.name)) for each in fields(Settings))
    return {PREFIX + name.upper(): _said(value) for name, value in said}


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        several = cast("tuple[Path | str, ...]", value)
        between = os.pathsep if any(isinstance(each, Path) for each in several) else ","
        return between.join(str(each) for each in several)
    return str(value)


def _checked(settings: Settings) -> Settings:
    parts = urlsplit(settings.base_url or "http://localhost")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise UnusableSetting("base_url", "it has to be an address such as https://host.example")
    if settings.two_people not in get_args(TwoPeople):
        raise UnusableSetting("two_people", f"it has to be {', '.join(get_args(TwoPeople))}")
    if settings.oidc_issuer and not settings.oidc_client_id:
        raise UnusableSetting("oidc_client_id", "it is needed beside an issuer")
    return settings


def _text(_: str, text: str) -> str:
    return text


def _text_or_none(_: str, text: str) -> str | None:
    return text or None


def _path(_: str, text: str) -> Path:
    return Path(text)


def _path_or_none(_: str, text: str) -> Path | None:
    return Path(text) if text else None


def _paths(_: str, text: str) -> tuple[Path, ...]:
    return tuple(Path(each) for each in text.split(os.pathsep) if each)


def _texts(_: str, text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _yes_no(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in _YES | _NO:
        raise UnusableSetting(name, "it is neither yes nor no")
    return word in _YES


_READERS: dict[str, Callable[[str, str], Any]] = {
    "str": _text,
    "str | None": _text_or_none,
    "TwoPeople": _text,
    "Path": _path,
    "Path | None": _path_or_none,
    "tuple[Path, ...]": _paths,
    "tuple[str, ...]": _texts,
    "bool": _yes_no,
}
