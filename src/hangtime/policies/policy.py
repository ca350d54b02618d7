"""The profile an encounter is coded under: who bills and who pays, as a set of positions.

A payer is a file, never a condition in a rule.  Without a payer it is Medicare's profile of the
setting; a payer that a user defined is laid over the setting.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from hangtime.errors import UnknownPolicy
from hangtime.policies.catalogue import Position, Switch, switches
from hangtime.policies.layers import Layer, available, layers, shipped
from hangtime.rules.positions import YesNo
from hangtime.rules.records import Policy

__all__ = [
    "Position",
    "Profile",
    "Switch",
    "diff",
    "lists_of_diagnoses",
    "payers",
    "profile",
    "profiles",
    "switches",
]
SETTINGS = ("facility", "professional")
DEFAULT_PAYER = "medicare"


@dataclass(frozen=True, eq=False)
class Profile:
    """Where every switch stands.

    `positions` has every switch of the catalogue by name; `switches` the same as numbers for rules.
    `set_by` names the file that decided each switch that one did.  `therapeutic_hcpcs` are products
    that the payer never pays under the complex family, from `therapeutic_from` on (None: always).
    `diagnoses` are the payer's own lists of diagnoses that support drugs, the later over the earlier.
    `digest` is sha256 over all of it, contents of lists included: equal digests code alike.
    """

    name: str
    title: str
    layers: tuple[str, ...]
    switches: Policy
    positions: Mapping[str, str]
    set_by: Mapping[str, str]
    therapeutic_hcpcs: frozenset[str]
    therapeutic_from: date | None
    digest: str
    diagnoses: tuple[Path, ...] = ()

    @property
    def follows_ncci(self) -> bool:
        """Whether the payer follows the NCCI edits."""
        return self.switches.ncci_follows == YesNo.YES

    def is_held_therapeutic(self, hcpcs: str, day: date) -> bool:
        """Whether the payer's list keeps this product out of the complex family on that date."""
        in_force = self.therapeutic_from is None or self.therapeutic_from <= day
        return in_force and hcpcs.strip().upper() in self.therapeutic_hcpcs


@lru_cache(maxsize=256)
def profile(setting: str, payer: str | None = None, files: tuple[Path, ...] = ()) -> Profile:
    """The profile of a setting (`facility`, `professional`) and a payer; UnknownPolicy if none.

    `files` are a user's own profile files, or folders of them, each named by its file name.

    >>> profile("facility", "medicare").positions["modifier.distinct"]
    'x_modifiers'
    """
    if setting not in SETTINGS:
        raise UnknownPolicy(f"the setting is {' or '.join(SETTINGS)}, not {setting!r}.")
    found = available(files)
    wanted = (payer or "").strip().lower() or DEFAULT_PAYER
    by_folded_name = {name.lower(): name for name in found}
    for name in (f"{setting}-{wanted}", wanted):
        if name in by_folded_name and wanted in _payer_names(found):
            return _profile(setting, by_folded_name[name], found)
    # The name itself stays out of the message: it comes from a patient's record.
    raise UnknownPolicy(
        "no profile has the payer's name. Known payers: "
        f"{', '.join(payers(files))}. Add a profile file of that name to use another."
    )


def profiles() -> tuple[str, ...]:
    """Names of the shipped profiles."""
    return tuple(shipped())


def payers(files: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Names that an encounter's `payer` can have."""
    return tuple(sorted(_payer_names(available(files))))


def lists_of_diagnoses(files: tuple[Path, ...] = ()) -> tuple[Path, ...]:
    """The payers' own lists of diagnoses that any of the profiles names."""
    found = available(files)
    return tuple(each.diagnoses for each in layers(tuple(found), found) if each.diagnoses)


def diff(a: Profile, b: Profile) -> list[tuple[str, str, str]]:
    """Switches on which two profiles differ: name, position of the first, of the second."""
    pairs = (
        (switch.name, a.positions[switch.name], b.positions[switch.name]) for switch in switches()
    )
    return [pair for pair in pairs if pair[1] != pair[2]]


def _payer_names(found: Mapping[str, Path]) -> set[str]:
    """Profile names without a setting before them; the base and the settings are no payers."""
    names = {name.lower() for name in found} - {"base", *SETTINGS}
    for setting in SETTINGS:
        names = {name.removeprefix(f"{setting}-") for name in names}
    return names


def _profile(setting: str, name: str, found: dict[str, Path]) -> Profile:
    stack = layers((setting, name), found)
    _refuse_other_setting(setting, stack)
    chosen = {key: (value, layer.name) for layer in stack for key, value in layer.chosen.items()}
    positions = {s.name: chosen.get(s.name, (s.default, ""))[0] for s in switches()}
    listed = next((layer for layer in reversed(stack) if layer.therapeutic is not None), None)
    therapeutic = (listed and listed.therapeutic) or frozenset[str]()
    since = listed.since if listed else None
    diagnoses = tuple(layer.diagnoses for layer in stack if layer.diagnoses is not None)
    return Profile(
        name=name if name.startswith(setting) else f"{setting}-{name}",
        title=stack[-1].title,
        layers=tuple(layer.name for layer in stack),
        switches=_numbers(positions),
        positions=MappingProxyType(positions),
        set_by=MappingProxyType({key: by for key, (_, by) in chosen.items()}),
        therapeutic_hcpcs=therapeutic,
        therapeutic_from=since,
        digest=_digest(positions, therapeutic, since, diagnoses),
        diagnoses=diagnoses,
    )


def _refuse_other_setting(setting: str, stack: Sequence[Layer]) -> None:
    """A payer's file that extends one setting would undo the other setting beneath it."""
    other = next(each for each in SETTINGS if each != setting)
    if any(layer.name == other for layer in stack):
        raise UnknownPolicy(
            f"{stack[-1].path}: extends a {other} profile and cannot serve {setting} claims."
            f" Let it extend the payer alone, or add {setting}-{stack[-1].name}.toml."
        )


def _numbers(positions: Mapping[str, str]) -> Policy:
    return Policy(**{s.field: s.number(positions[s.name]) for s in switches() if s.field})


def _digest(
    positions: Mapping[str, str], listed: frozenset[str], since: date | None,
    diagnoses: Sequence[Path],
) -> str:  # fmt: skip
    lines = [f"{name} = {value}" for name, value in sorted(positions.items())]
    lines += [f"therapeutic from {since or 'always'}: {' '.join(sorted(listed))}"] if listed else []
    lines += [f"diagnoses {hashlib.sha256(each.read_bytes()).hexdigest()}" for each in diagnoses]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
