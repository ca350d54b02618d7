"""`hangtime policy`: where a payer's switches stand, who set them, and how two profiles differ."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hangtime.errors import UnknownPolicy

if TYPE_CHECKING:
    from hangtime.policies.policy import Profile

_FILES = click.option(
    "--policy", "files", multiple=True, type=click.Path(path_type=Path),
    help="A profile file of your own; may be given several times.",
)  # fmt: skip


@click.group(name="policy")
def command() -> None:
    """Show a payer's profile, or how two differ."""


@command.command()
@click.argument("name", required=False, metavar="[PROFILE]")
@_FILES
def show(name: str | None, files: tuple[Path, ...]) -> None:
    """Show the switches of PROFILE (such as facility-medicare), or list the profiles."""
    from hangtime.policies.policy import profiles

    if name is None:
        click.echo("\n".join(profiles()))
        return
    click.echo("\n".join(_shown(_profile(name, files))))


@command.command()
@click.argument("a")
@click.argument("b")
@_FILES
def diff(a: str, b: str, files: tuple[Path, ...]) -> None:
    """Show the switches on which profiles A and B differ."""
    from hangtime.policies.policy import diff as differences

    found = differences(_profile(a, files), _profile(b, files))
    rows = [("switch", a, b), *found]
    click.echo("\n".join(_aligned(rows)) if found else f"{a} and {b} set every switch alike.")


def _profile(name: str, files: tuple[Path, ...]) -> Profile:
    """The profile of a name that begins with its setting: professional-medicaid, or facility."""
    from hangtime.policies.policy import SETTINGS, profile

    for setting in SETTINGS:
        if name == setting:
            return profile(setting, None, files)
        if name.startswith(f"{setting}-"):
            return profile(setting, name.removeprefix(f"{setting}-"), files)
    raise UnknownPolicy(
        f"a profile is named by setting and payer, such as {SETTINGS[0]}-medicare. "
        "`hangtime policy show` lists them."
    )


def _shown(profile: Profile) -> Iterable[str]:
    yield f"{profile.name}: {profile.title}"
    yield f"layers: {', '.join(profile.layers)}; digest {profile.digest[:12]}"
    rows = [("switch", "position", "set by")]
    rows += [
        (name, position, profile.set_by.get(name, "default"))
        for name, position in profile.positions.items()
    ]
    yield from _aligned(rows)
    yield from (f"diagnoses that support drugs: {each}" for each in profile.diagnoses)


def _aligned(rows: list[tuple[str, str, str]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
