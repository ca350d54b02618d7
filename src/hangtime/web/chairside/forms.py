"""What a form of these pages sends, and how its answer is given: as a page, or as words for a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from hangtime.web.api.wire import gives
from hangtime.web.chairside.charting import Sent
from hangtime.web.problems import Problem

__all__ = ["Said", "asks_for_json", "one", "said", "sent_as_json", "to"]

Said = Mapping[str, list[str]]
_FIELDS = 200  # a sheet of signs is the longest
_LONGEST = 4096  # characters


async def said(request: Request) -> Said:
    """A dependency: texts by the names of their fields, several where several can be chosen."""
    form = await request.form(max_files=0, max_fields=_FIELDS)
    found: dict[str, list[str]] = {}
    for name, text in form.multi_items():
        if not isinstance(text, str) or len(text) > _LONGEST or "\x00" in text:
            raise Problem("invalid")
        found.setdefault(name, []).append(text)
    return found


def one(typed: Said, name: str, default: str = "") -> str:
    """The one value of a field."""
    return next((each.strip() for each in typed.get(name, ()) if each.strip()), default)


def asks_for_json(request: Request) -> bool:
    """A script asks, which shows the answer itself."""
    return "application/json" in request.headers.get("accept", "")


def sent_as_json(sent: Sent) -> Response:
    """What became of a form, for the queue of a device."""
    result = "refused" if sent.errors else "was_there" if sent.was_there else "recorded"
    errors = [{"field": field, "message": message} for field, message in sent.errors]
    answer: dict[str, Any] = {"result": result, "errors": errors, "conflicts": sent.conflicts}
    return gives(answer, 422 if sent.errors else 200)


def to(path: str) -> Response:
    """On to a page, which is then read and not sent again."""
    return RedirectResponse(path, 303)
