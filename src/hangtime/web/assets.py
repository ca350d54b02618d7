"""Style sheets, scripts and files of others, served from the package with addresses that change with them.

The style sheet is one file made of a few: the parts in `static/css` in their order, and between
them the style of the timeline, which belongs to `hangtime.pictures`.  An address carries a digest
of what it names, so that a browser may keep it for a year and still never shows an old one.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.staticfiles import StaticFiles

from hangtime.pictures import svg

MOUNTED_AT = "/static"
STYLE_SHEET = "hangtime.css"
FOLDER = Path(str(files("hangtime.web").joinpath("static")))
# The drawing's own style stands before the theme that the switch between light and dark reaches.
PARTS = (
    "tokens",
    "page",
    "controls",
    "signs",
    "tables",
    "chair",
    "timeline",
    "chairside",
    "desk",
    "people",
    "print",
)
_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"  # kept by the browser, and asked for with its ETag


@cache
def style_sheet() -> str:
    """The whole style sheet."""
    parts = [svg.style()] + [(FOLDER / "css" / f"{part}.css").read_text("utf-8") for part in PARTS]
    return "\n".join(parts)


@cache
def address(path: str) -> str:
    """The address of a file below `static/`, with the digest of its content; KeyError if none."""
    return f"{MOUNTED_AT}/{path}?v={digest(path)[:12]}"


@cache
def digest(path: str) -> str:
    """SHA-256 of what is served at a path below `static/`, in hexadecimal; KeyError if nothing is."""
    if path == STYLE_SHEET:
        return sha256(style_sheet().encode()).hexdigest()
    found = FOLDER / path
    if not found.is_file():
        raise KeyError(path)
    return sha256(found.read_bytes()).hexdigest()


def app() -> StaticFiles:
    """What is mounted at `MOUNTED_AT`; it needs no session and holds nothing of a patient."""
    return _Kept(directory=FOLDER)


class _Kept(StaticFiles):
    """Files that say how long they may be kept, and the style sheet among them."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        if path == STYLE_SHEET and scope["method"] in {"GET", "HEAD"}:
            response = Response(style_sheet(), media_type="text/css")
        else:
            response = await super().get_response(path, scope)
        response.headers["cache-control"] = _for_how_long(scope)
        return response


def _for_how_long(scope: MutableMapping[str, Any]) -> str:
    """A year where the address names the content, else until asked again."""
    return _YEAR if scope.get("query_string", b"").startswith(b"v=") else _ASK_AGAIN
