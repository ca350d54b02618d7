"""The demonstration as anyone starts it, and the people who work in it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from web.chairside.driving import Nurse
from web.story import later

LISTENS = re.compile(r"listens on (http://\S+)")
PERSON = re.compile(r"^  \w+ +(\w+) +(\S+)$", re.MULTILINE)


class MovedClock:
    """How much later it is in the service than on this machine; the service reads it in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.passed = timedelta(0)

    @property
    def passed(self) -> timedelta:
        return self._passed

    @passed.setter
    def passed(self, passed: timedelta) -> None:
        self._passed = passed
        beside = self._file.with_suffix(".next")
        beside.write_text(str(passed.total_seconds()), "ascii")
        beside.replace(self._file)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


class Demonstration:
    """Where it listens, on which clock, and the passwords it printed, by sign-in name."""

    def __init__(self, address: str, clock: MovedClock, passwords: dict[str, str]) -> None:
        self.address, self.clock, self.passwords = address, clock, passwords


@contextmanager
def demonstration(folder: Path) -> Iterator[Demonstration]:
    """`hangtime serve --demo` in a folder of its own, stopped as an operator stops it."""
    clock = MovedClock(folder / "later")
    environment = {
        name: os.environ[name] for name in os.environ if not name.startswith("HANGTIME_")
    }
    with (folder / "log").open("w", encoding="utf-8") as log:
        running = subprocess.Popen(
            [sys.executable, str(later.__file__), "later", "serve", "--demo", "--port", "0"],
            cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert running.stdout is not None
    said, found = "", None
    for line in running.stdout:
        said += line
        if found := LISTENS.search(line):
            break
    assert found, (folder / "log").read_text("utf-8")[-2000:]
    try:
        yield Demonstration(found[1], clock, dict(PERSON.findall(said)))
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)
        running.stdout.close()
    assert '"stopped"' in (folder / "log").read_text("utf-8")


class Person(Nurse):
    """Someone at a browser of her own, who signs in and out by the pages."""

    @classmethod
    def at(cls, browser: Any, demo: Demonstration, size: tuple[int, int], theme: str) -> Person:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=demo.address,
            timezone_id="America/Chicago",
            locale="en-US",
            color_scheme=theme,
            has_touch=True,
            accept_downloads=True,
        )
        context.clock.install(time=demo.clock())
        return cls(context, demo)

    def signs_in(self, name: str) -> None:
        page = self.page
        page.goto("/sign-in")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(self.host.passwords[name])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()

    def signs_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").click()
        self.page.get_by_text("You are signed out.").wait_for()

    def presses(self, words: str, within: str = "main") -> None:
        """A button that sends a form and comes to another page."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("button", name=words).first.click()
