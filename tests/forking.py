"""Starts the real server again and again, each time in a process of its own that can be killed.

Run as a program it loads everything once, and then forks a server for every line it reads, telling
its process id and its address: a restart costs what a restart costs, without the loading.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Servers:
    """`start()` gives (pid, address) of a new server over the settings told."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._program = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait(20)

    def start(self) -> tuple[int, str]:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write("start\n")
        self._program.stdin.flush()
        started: dict[str, Any] = json.loads(self._program.stdout.readline())
        return started["pid"], started["address"]


def main() -> None:
    from hangtime.visits.coding import warm
    from hangtime.web import serving
    from hangtime.web.settings import from_environment

    warm()
    children: list[int] = []
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.close(0)
            settings = from_environment()
            serving.prepare(settings).dispose()
            serving.serve(settings, serving.Listening("127.0.0.1", 0), on_start=tell)
            os._exit(0)
        children.append(pid)
    for pid in children:
        end(pid)


def tell(address: str) -> None:
    sys.stdout.write(json.dumps({"pid": os.getpid(), "address": address}) + "\n")
    sys.stdout.flush()


def end(pid: int) -> None:
    """End a child of this program, if it is there still."""
    import signal

    gone, _ = os.waitpid(pid, os.WNOHANG)
    if not gone:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
