"""Pages of the desk over the real service, for someone who is signed in."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

from hangtime.chart import Site
from hangtime.visits.loading import load_encounters, visit_id_of
from serving import SITE, Served
from worklist.desks import LOADER, encounter


class Reader:
    """Pages as a browser gets them, and its forms sent as they stand."""

    def __init__(self, service: Served, role: str, name: str = "", site_id: str = SITE) -> None:
        person = service.new(role, name, site_id) if name else service.as_(role, site_id)
        self._client, self._headers = service.nobody, person.headers | {"accept": "text/html"}

    def get(self, path: str) -> Any:
        return self._client.get(path, headers=self._headers, follow_redirects=False)

    def post(self, path: str, fields: dict[str, Any], *, follow: bool = False) -> Any:
        return self._client.post(path, data=fields, headers=self._headers, follow_redirects=follow)


def form(page: Any, action: str) -> dict[str, str]:
    """The hidden fields of the first form of an action on a page."""
    found = re.search(
        rf'<form method="post" action="[^"]*/{action}".*?</form>', page.text, re.DOTALL
    )
    assert found, f"the page has no form for {action}"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    return {name: html.unescape(value) for name, value in hidden}


def loaded(service: Served, count: int = 1) -> list[str]:
    """Ids of visits of encounters that were loaded."""
    site: Site = service.clinic.sites["demo"]
    numbers = range(1, count + 1)
    load_encounters(service.clinic, LOADER, site, "north", [encounter(n) for n in numbers])
    return [visit_id_of(site.site_id, f"E-{n}") for n in numbers]


def fresh() -> str:
    return str(uuid.uuid4())
