"""What somebody typed into a form of a page."""

from __future__ import annotations

from fastapi import Request

from hangtime.web.problems import Problem

_FIELDS = 20  # more than any form of these pages has
_LONGEST = 4096  # characters


async def typed(request: Request) -> dict[str, str]:
    """A dependency: texts by the names of their fields; files are not taken."""
    form = await request.form(max_files=0, max_fields=_FIELDS)
    said = {name: text for name, text in form.items() if isinstance(text, str)}
    if any(len(text) > _LONGEST for text in said.values()):
        raise Problem("invalid")
    return said
