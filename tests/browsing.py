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


@contextmanager
def launched() -> Iterator[Any]:
    """A browser.  While it lives, its driver's event loop is this thread's: no other may run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()
