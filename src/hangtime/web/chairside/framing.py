"""What stands around the pages at the chair."""

from __future__ import annotations

from fastapi import Request

from hangtime.accounts import Person
from hangtime.chart import Site
from hangtime.web.api.visiting import clinic_of
from hangtime.web.frame import Frame, framed
from hangtime.web.security import guard_of

__all__ = ["frame_at"]


def frame_at(request: Request, person: Person, site: Site) -> Frame:
    """The frame of a page at a site, in the density of the chair."""
    path = request.url.path
    return framed(
        person,
        "/board" if path.startswith("/visits/") else path,
        site_id=site.site_id,
        site=site.name,
        density="chair",
        is_simulated=clinic_of(request).is_demo or site.is_simulated,
        idle_seconds=int(guard_of(request).register.limits.session.idle),
        time_zone=site.time_zone,
    )
