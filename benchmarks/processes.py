"""A measurement in a process of its own: what it reports, how long it took, and the most memory it held.

The memory is that of the process and of all it started, looked at twenty times a second; where the
system does not tell what a process started (only Linux does, in /proc), it is that of the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

EVERY = 0.05  # seconds between two looks
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Failed(Exception):
    """The process ended with an error, or not in time; the last line that it wrote."""


def in_process(
    command: list[str],
    *,
    within: float | None = None,
    beside: int | None = None,
    **environment: str,
) -> dict[str, Any]:
    """Run the command; `beside` is a further process, such as a server, whose memory counts.

    Returns the JSON object that it prints last, with `whole`, the seconds from start to end, and
    `megabytes`.  Raises Failed.
    """
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as faults:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=said, stderr=faults
        )
        watch = Watch([process.pid, *([beside] if beside else [])])
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            end(process.pid)
            process.wait()
            raise Failed(f"not done after {within:.0f} s") from None
        finally:
            megabytes = watch.stop()
        whole = time.perf_counter() - began
        last = last_line(said)
        if process.returncode:
            raise Failed(last_line(faults) or last or f"exit {process.returncode}")
    found = json.loads(last) if last.startswith("{") else {}
    return {"whole": whole, **found, "megabytes": max(megabytes, found.get("megabytes", 0.0))}


def last_line(stream: Any) -> str:
    """The last line that is not empty."""
    stream.seek(0)
    lines = [line for line in stream.read().splitlines() if line.strip()]
    return lines[-1] if lines else ""


class Watch:
    """Looks at the memory of processes and of all they started until `stop` is called."""

    def __init__(self, roots: list[int]) -> None:
        self._roots, self._most, self._done = roots, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The most that was seen, in megabytes."""
        self._done.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._done.wait(EVERY):
            held = sum(map(resident, family(self._roots)))
            self._most = max(self._most, held / 2**20)


def family(roots: list[int]) -> list[int]:
    """The processes and all that they started."""
    found = list(roots)
    for each in found:
        for listed in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, listed.read_text("utf-8").split())
            except OSError:
                continue  # it ended meanwhile
    return found


def resident(process: int) -> int:
    """Bytes of memory of one process, 0 where it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1]) * PAGE
    except OSError:
        return 0


def end(process: int) -> None:
    """End a process and all that it started."""
    for each in reversed(family([process])):
        try:
            os.kill(each, 15)
        except ProcessLookupError:
            continue
