"""A writer killed at any moment loses nothing that it was told was written, and breaks no chain.

Two programs write at the same time, so that one is killed while the other waits, reads or writes.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from hangtime import store
from hangtime.store.verifying import verify

PROGRAM = Path(__file__).with_name("writing.py")
LONGEST = 0.12  # seconds a writer lives after its first acknowledgement


def killed(engine: sa.Engine, times: int) -> int:
    """Kill writers of two programs that many times; how many entries were acknowledged."""
    with ThreadPoolExecutor(2) as threads:
        return sum(threads.map(lambda name: killed_one(engine, name, times // 2), "ab"))


def killed_one(engine: sa.Engine, name: str, times: int) -> int:
    """Kill one program's writers, and look at the ledger after each."""
    url = engine.url.render_as_string(hide_password=False)
    path = os.pathsep.join(filter(None, [str(PROGRAM.parents[1]), os.environ.get("PYTHONPATH")]))
    acknowledged = 0
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env=os.environ | {"PYTHONPATH": path},
    ) as program:
        for run in range(times):
            names = one_run(program, f"{name}{run}")
            acknowledged += sum(map(len, names))
            look_at(engine, f"{name}{run}-", names)
        program.stdin.close()
    assert program.returncode == 0
    return acknowledged


def one_run(program: subprocess.Popen[str], run: str) -> list[list[str]]:
    """The transactions that were acknowledged before the kill."""
    program.stdin.write(f"{run}\n")
    writer = int(program.stdout.readline())
    names = [program.stdout.readline().split()]
    time.sleep(random.uniform(0, LONGEST))
    os.kill(writer, signal.SIGKILL)
    while (line := program.stdout.readline()) != "gone\n":
        names.append(line.split())
    return names


def look_at(engine: sa.Engine, run: str, names: list[list[str]]) -> None:
    entries = [each.entry_id for each in every_entry(engine) if each.entry_id.startswith(run)]
    written = [name for part in names for name in part]
    assert entries[: len(written)] == written, "acknowledged and not there, or in another order"
    unacknowledged = entries[len(written) :]
    assert len(unacknowledged) in {0, 1, 3}, "part of a transaction is there"
    assert verify(engine).is_sound


def every_entry(engine: sa.Engine) -> list[store.Stored]:
    ledger, found = store.Ledger(engine), list[store.Stored]()
    while part := ledger.after(found[-1].seq if found else 0):
        found += part
    return found


def test_ten_killed_writers_lose_nothing_that_was_acknowledged(engine: sa.Engine) -> None:
    assert killed(engine, 10) >= 10


@pytest.mark.slow
def test_a_hundred_killed_writers_lose_nothing_that_was_acknowledged(engine: sa.Engine) -> None:
    assert killed(engine, 100) >= 100
