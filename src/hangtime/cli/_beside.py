"""What `hangtime code` is asked to put beside the lines: certificates, prices, medical necessity."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from hangtime.cli._options import LISTS, LOCALITY, SEQUESTRATION

if TYPE_CHECKING:
    from hangtime.engine import Coder, Coding

__all__ = ["Beside", "coder", "coding", "options"]

Command = TypeVar("Command", bound=Callable[..., Any])
_FLAGS = (
    click.option("--certify", is_flag=True, help="With --json: a certificate beside each line."),
    click.option(
        "--prices", is_flag=True,
        help="What Medicare would allow for each line, and what each missing fact is worth.",
    ),
    LOCALITY,
    SEQUESTRATION,
    click.option(
        "--necessity", is_flag=True, help="Whether the diagnoses support the drugs, and why."
    ),
    LISTS,
)  # fmt: skip


class Beside(NamedTuple):
    """The options, by name."""

    certify: bool
    prices: bool
    locality: str | None
    sequestration: bool
    necessity: bool
    lists: tuple[Path, ...]

    @property
    def is_plain(self) -> bool:
        """Nothing is put beside the lines."""
        return not (self.certify or self.prices or self.necessity)

    def refuse_what_says_nothing(self, *, as_json: bool) -> None:
        """Raise a usage error for an option without the one it belongs to."""
        if self.certify and not as_json:
            raise click.UsageError("--certify writes certificates into --json; give both.")
        if not self.prices and (self.locality or self.sequestration):
            raise click.UsageError("--locality and --sequestration go with --prices.")
        if not self.necessity and self.lists:
            raise click.UsageError("--list goes with --necessity.")


def options(command: Command) -> Command:
    """The options of `Beside`, declared on a command."""
    for each in reversed(_FLAGS):
        command = each(command)
    return command


def coder(policies: tuple[Path, ...], payer: str | None) -> Coder:
    """The engine under a user's profiles; UnknownPolicy at once for a payer or a file of no use."""
    from hangtime.engine import Coder

    _refuse_unusable(policies, payer)
    return Coder(policies=policies, payer=payer)


def coding(policies: tuple[Path, ...], payer: str | None, beside: Beside) -> Coding:
    """The engine, with around it what was asked for: what is held back is neither priced nor worth."""
    engine = _certifier(policies, payer) if beside.certify else coder(policies, payer)
    made: Coding = engine
    if beside.necessity:
        from hangtime.necessity import Reviewer

        made = Reviewer(engine, beside.lists)
    if beside.prices:
        from hangtime.payment import Options, Pricer

        made = Pricer(made, options=Options(beside.locality, beside.sequestration))
    return made


def _certifier(policies: tuple[Path, ...], payer: str | None) -> Coder:
    from hangtime.certify import Certifier

    _refuse_unusable(policies, payer)
    return Certifier(policies=policies, payer=payer)


def _refuse_unusable(policies: tuple[Path, ...], payer: str | None) -> None:
    from hangtime.policies.policy import SETTINGS, profile

    for setting in SETTINGS:
        profile(setting, payer, policies)
