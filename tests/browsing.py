"""The browser of the tests: Debian's Chromium, driven by Playwright, asking nobody outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
COMPONENTS = ("chromium", "playwright", "axe_playwright_python")
WAIT = 15_000  # milliseconds, for a machine that is busy


@contextmanager
def launched() -> Iterator[Any]:
    """A browser.  While it lives, its driver's event loop is this thread's: no other may run."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


def expect(shown: Any) -> Any:
    """Playwright's assertions, which wait: a click is done before what it leads to is shown."""
    from playwright.sync_api import expect as waiting

    return waiting(shown)
