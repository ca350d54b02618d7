"""Who asks for a page of the desk, for which sites, and what stands around it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from starlette.responses import Response

from hangtime.accounts import Person, may
from hangtime.chart import Site
from hangtime.web.api.visiting import clinic_of
from hangtime.web.frame import Frame, framed
from hangtime.web.problems import Problem
from hangtime.web.security import guard_of

__all__ = [
    "Word",
    "as_csv",
    "chosen_site",
    "frame_for",
    "site_options",
    "sites_for",
    "unit_options",
    "zone_of",
]


# A word of an address: nothing that a database would choke on.
Word = Annotated[str, Query(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]


def sites_for(request: Request, who: Person, permission: str) -> tuple[Site, ...]:
    """The sites of this service at which a permission is held, by name."""
    sites = clinic_of(request).sites.values()
    return tuple(sorted((each for each in sites if may(who, permission, each.site_id)), key=_name))


def chosen_site(sites: Sequence[Site], site_id: str) -> Site:
    """The site asked for, else the first.  Problem where it is not one of those that may be seen."""
    if not sites:
        raise Problem("not-found")
    found = next((each for each in sites if each.site_id == site_id), None)
    if site_id and found is None:
        raise Problem("not-found")
    return found or sites[0]


def frame_for(request: Request, who: Person, site: Site) -> Frame:
    """What stands around a page about a site."""
    return framed(
        who,
        request.url.path,
        site_id=site.site_id,
        site=site.name,
        is_simulated=site.is_simulated or clinic_of(request).is_demo,
        idle_seconds=guard_of(request).register.limits.session.idle,
        time_zone=site.time_zone,
    )


def site_options(sites: Iterable[Site]) -> list[tuple[str, str]]:
    """Sites to choose from."""
    return [(each.site_id, each.name) for each in sites]


def unit_options(site: Site) -> list[tuple[str, str]]:
    """The units of a site to choose from, or all."""
    return [("", "Every unit"), *((each.unit_id, each.name) for each in site.units)]


def zone_of(site: Site) -> ZoneInfo:
    """The zone of a site's clock."""
    return ZoneInfo(site.time_zone)


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table to keep.  A cell that a spreadsheet would run as a formula is made text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(each) for each in row] for row in rows)
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(text.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN) else value


def _name(site: Site) -> str:
    return site.name
