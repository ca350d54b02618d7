"""Sites, their units and texts, and the templates of drugs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from hangtime.accounts import Person, may, permissions
from hangtime.chart import Site
from hangtime.web.api import forms
from hangtime.web.api.visiting import clinic_of
from hangtime.web.api.wire import gives, speaks
from hangtime.web.problems import Problem
from hangtime.web.security import person

router = APIRouter(tags=["sites"])

SiteId = Annotated[str, Path(min_length=1, max_length=80)]
Someone = Annotated[Person, Depends(person)]


@router.get("/sites", **speaks(forms.Sites))
def list_sites(request: Request, who: Someone) -> Response:
    """The sites where the one who asks has a role, with units, chairs and the site's texts."""
    sites = clinic_of(request).sites.values()
    found = tuple(_read(site, who) for site in sites if who.roles_at(site.site_id))
    return gives(forms.Sites(sites=found))


@router.get("/sites/{site_id}", **speaks(forms.SiteRead, problems=("not-found",)))
def read_site(request: Request, site_id: SiteId, who: Someone) -> Response:
    """One site, and what the one who asks may do there."""
    return gives(_read(_site(request, site_id, who), who))


@router.get("/sites/{site_id}/templates", **speaks(forms.Templates, problems=("not-found",)))
def list_templates(request: Request, site_id: SiteId, who: Someone) -> Response:
    """The drugs' templates at a site: facts of the label, and how each is watched."""
    site = _site(request, site_id, who)
    schedules = site.all_schedules
    found = tuple(
        forms.TemplateRead(template=each, schedule=schedules[each.schedule])
        for each in site.all_templates.values()
    )
    return gives(forms.Templates(site_id=site_id, templates=found))


def _site(request: Request, site_id: str, who: Person) -> Site:
    site = clinic_of(request).sites.get(site_id)
    if site is None or not who.roles_at(site_id):
        raise Problem("not-found")
    return site


def _read(site: Site, who: Person) -> forms.SiteRead:
    held = tuple(name for name in permissions() if may(who, name, site.site_id))
    return forms.SiteRead(site=site, permissions=held)
