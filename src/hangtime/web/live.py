"""What was just appended to the ledger, passed on to whoever watches.

One task of the process follows the ledger's head and wakes every watcher.  It reads the database,
so what another process appended is seen as well; what this process appended it is told at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager, suppress
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from hangtime.store import reading
from hangtime.store.tables import ledger_entry

SECONDS = 1.0  # between looks at what other processes appended
PAUSE = 1.0  # in which changes gather, so that a busy hour is not sent one entry at a time


class TooManyWatchers(Exception):
    """As many watch already as may."""


class Watchers:
    """How many streams each session has open in this process."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._turn = Lock()

    @contextmanager
    def one_more(self, session_id: str, most: int) -> Generator[None]:
        """Counted while it lasts.  Raises TooManyWatchers where there are `most`."""
        with self._turn:
            if self._open[session_id] >= most:
                raise TooManyWatchers
            self._open[session_id] += 1
        try:
            yield
        finally:
            with self._turn:
                self._open[session_id] -= 1
                if not self._open[session_id]:
                    del self._open[session_id]

    def open_of(self, session_id: str) -> int:
        """How many streams a session has open."""
        return self._open.get(session_id, 0)


class Following:
    """The number of the ledger's last entry, and waiting for the next."""

    def __init__(self, engine: Engine, seconds: float = SECONDS) -> None:
        self._engine = engine
        self._seconds = seconds
        self._changed = asyncio.Condition()
        self._nudged = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.head = 0
        self.is_stopping = False

    async def start(self) -> None:
        """Follow from the entry that is last now."""
        self._loop = asyncio.get_running_loop()
        self.head = await run_in_threadpool(self._look)
        self._task = asyncio.create_task(self._follow())

    def let_go(self) -> None:
        """Every watcher is to end; callable from any thread."""
        self.is_stopping = True
        self.nudge()

    async def stop(self) -> None:
        """Let every watcher go, and look no more."""
        self.is_stopping = True
        await self._wake()
        self._nudged.set()
        if self._task is not None:
            await self._task

    def nudge(self) -> None:
        """Something was appended by this process; callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._nudged.set)

    async def heads(self, after: int, seconds: float) -> AsyncIterator[int]:
        """The head each time it has moved beyond `after`; at least every `seconds`, moved or not."""
        while not self.is_stopping:
            async with self._changed:
                if self.head <= after:
                    # Python 3.11's `wait_for` may swallow that it is cancelled; this does not.
                    with suppress(TimeoutError):
                        async with asyncio.timeout(seconds):
                            await self._changed.wait()
            if self.is_stopping:
                return
            after = max(after, self.head)
            yield after
            await asyncio.sleep(PAUSE)

    async def _follow(self) -> None:
        while not self.is_stopping:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._nudged.wait()
            self._nudged.clear()
            head = await run_in_threadpool(self._look)
            if head > self.head or self.is_stopping:
                self.head = max(head, self.head)
                await self._wake()
        await self._wake()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _look(self) -> int:
        try:
            with reading(self._engine) as connection:
                return connection.scalar(sa.select(sa.func.max(ledger_entry.c.seq))) or 0
        except DBAPIError:  # the database is away for a moment: look again at the next turn
            return self.head
