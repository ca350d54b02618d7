"""What lets the pages work without a connection: the service worker, and the key of a device's queue.

What waits on a device is sealed there with a key that comes with the page and is dropped with it at
sign-out.  The key follows from the service's own and the account's id, so the queue opens again when
the same person signs in, and for nobody else.
"""

from __future__ import annotations

import base64

from fastapi import APIRouter, Request, Response

from hangtime.accounts import Person
from hangtime.web import assets
from hangtime.web.security import guard_of, public

__all__ = ["queue_key", "router", "shell_files"]

router = APIRouter(include_in_schema=False)
WORKER = "chairside/worker.js"
SHELL = ("hangtime.css", "icon.svg", "vendor/htmx-4.0.1.min.js")
_PURPOSE = "hangtime device queue v1"


@router.get("/worker.js", dependencies=[public])
def read_worker() -> Response:
    """The service worker; it stands at the root because it may only serve what lies beneath it."""
    text = (assets.FOLDER / WORKER).read_text("utf-8")
    shell = "\n".join(f'  "{each}",' for each in shell_files())
    text = text.replace("  /* the shell */", shell)
    return Response(text, media_type="text/javascript", headers={"cache-control": "no-cache"})


def shell_files() -> tuple[str, ...]:
    """What a page needs beside itself to open: files by the digest of their content, modules by name."""
    folders = (assets.FOLDER / "js", assets.FOLDER / "chairside")
    modules = [each for folder in folders for each in sorted(folder.glob("*.js"))]
    names = [each.relative_to(assets.FOLDER).as_posix() for each in modules]
    imported = tuple(f"{assets.MOUNTED_AT}/{name}" for name in names if name != WORKER)
    return (*imported, *(assets.address(each) for each in (*SHELL, *names) if each != WORKER))


@router.get("/offline", dependencies=[public])
def show_offline(request: Request) -> Response:
    """What is shown in the place of a page that this device has not kept."""
    from hangtime.web import pages

    return pages.render(request, "errors/offline.html")


def queue_key(request: Request, person: Person) -> str:
    """The key of what an account leaves on a device, 256 bits in base64."""
    sealer = guard_of(request).register.sealer
    return base64.b64encode(sealer.derived(_PURPOSE, person.account_id)).decode()
