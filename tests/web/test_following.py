"""Following the ledger ends when it is told to, whatever was appended in that moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from hangtime import store
from hangtime.web.live import Following


def test_an_entry_in_the_moment_of_stopping_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    engine = store.connect(f"sqlite:///{tmp_path / 'hangtime.db'}")
    store.migrate(engine)

    async def nudged_and_stopped(turns: int) -> None:
        following = Following(engine, seconds=60)
        await following.start()
        for _ in range(3):  # it waits by now
            await asyncio.sleep(0)
        following.nudge()
        for _ in range(turns):
            await asyncio.sleep(0)
        stopped, _ = await asyncio.wait({asyncio.create_task(following.stop())}, timeout=5)
        assert stopped

    for turns in range(4):
        asyncio.run(nudged_and_stopped(turns))
    engine.dispose()
