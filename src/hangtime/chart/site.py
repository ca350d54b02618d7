"""A site: its units and chairs, and the clinical texts it owns.

Texts and schedules are configuration with a named owner and a date.  What a site does not say is
what is shipped; the product itself decides no treatment.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hangtime import clock
from hangtime.chart.bodies.words import SiteScale
from hangtime.chart.tables import FOLDER
from hangtime.chart.templates import Schedule, Template, schedules, substance, templates
from hangtime.errors import UserError
from hangtime.model import Setting

__all__ = [
    "EMERGENCY",
    "Protocol",
    "Site",
    "TwoPeople",
    "Unit",
    "UnusableSite",
    "demo_site",
    "load_site",
]

EMERGENCY = "anaphylaxis"  # the protocol whose steps an anaphylaxis pattern raises
Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
TwoPeople = Literal["never", "overrides", "always"]


class UnusableSite(UserError):
    """A site's file that cannot be used; says which field, and what is wrong with it."""


class Unit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A room with chairs."""

    unit_id: str
    name: str
    chairs: tuple[str, ...]


class Protocol(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clinical text of the site: its steps in order, who answers for it, and since when."""

    protocol: str
    title: str
    steps: tuple[str, ...]
    owner: str
    dated: date


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One place where infusions are given.

    `late_after_minutes`: an entry recorded longer after it happened is marked late.
    `observation_grace_minutes`: how long a due observation may wait before it is overdue.
    `high_alert`: drugs that need a second check here, beside those of the templates.
    `two_people`: when the coder who decided may not also release; None: as the service has it.
    """

    site_id: str
    name: str
    time_zone: str
    setting: Setting
    units: tuple[Unit, ...]
    payer: str | None = None
    place_of_service: str | None = None
    is_simulated: bool = False
    late_after_minutes: Minutes = 60
    observation_grace_minutes: Minutes = 5
    site_scale: SiteScale = "vip"
    protocols: tuple[Protocol, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    templates: tuple[Template, ...] = ()
    high_alert: tuple[str, ...] = ()
    two_people: TwoPeople | None = None

    def protocol(self, name: str) -> Protocol | None:
        """The site's text of one name."""
        return next((each for each in self.protocols if each.protocol == name), None)

    @cached_property
    def all_schedules(self) -> dict[str, Schedule]:
        """Shipped schedules, with the site's own over them."""
        return schedules() | {each.schedule: each for each in self.schedules}

    @cached_property
    def all_templates(self) -> dict[str, Template]:
        """Shipped templates, with the site's own over them."""
        return templates() | {each.template: each for each in self.templates}

    @cached_property
    def _by_substance(self) -> dict[str, Template]:
        """The first template of each substance, the site's before the shipped."""
        ordered = [*self.templates, *templates().values()]
        return {substance(each.drug): each for each in reversed(ordered)}

    @cached_property
    def _high_alert(self) -> frozenset[str]:
        return frozenset(substance(each) for each in self.high_alert)

    def template(self, drug: str, name: str | None = None) -> Template | None:
        """The template named by the order, else that of the drug's substance."""
        named = self.all_templates.get(name) if name else None
        return named or self._by_substance.get(substance(drug))

    def is_high_alert(self, drug: str, name: str | None = None) -> bool:
        """Whether a second person checks the drug before it is given."""
        found = self.template(drug, name)
        return substance(drug) in self._high_alert or (found is not None and found.is_high_alert)


def load_site(path: Path) -> Site:
    """The site a TOML file describes; UnusableSite names the field that is wrong."""
    try:
        site = msgspec.toml.decode(path.read_bytes(), type=Site)
    except OSError:
        raise UnusableSite(f"{path.name}: cannot be read") from None
    except msgspec.ValidationError as fault:
        raise UnusableSite(f"{path.name}: {fault}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as fault:
        raise UnusableSite(f"{path.name}: not TOML: {fault}") from None
    _check(site, path.name)
    return site


def _check(site: Site, name: str) -> None:
    if clock.zone(site.time_zone) is None:
        raise UnusableSite(f"{name}: time_zone: no zone of that name; use an IANA name")
    ids = [each.unit_id for each in site.units]
    if not ids or len(set(ids)) < len(ids):
        raise UnusableSite(f"{name}: units: one or more, each with a unit_id of its own")
    for index, schedule in enumerate(site.schedules):
        if not schedule.every or any(each.minutes < 1 for each in schedule.every):
            raise UnusableSite(
                f"{name}: schedules[{index}].every: one band or more, of a minute or more"
            )
    for index, template in enumerate(site.templates):
        if template.schedule not in site.all_schedules:
            raise UnusableSite(f"{name}: templates[{index}].schedule: no schedule of that name")


def demo_site() -> Site:
    """The shipped example: a made-up centre for trying things out."""
    return load_site(FOLDER / "sites" / "demo.toml")
