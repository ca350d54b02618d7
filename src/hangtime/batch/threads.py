"""Threads beside those that code: items made ahead of their use, work done one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

Item = TypeVar("Item")
_WAITING = 1


def ahead(items: Generator[Item]) -> Generator[Item]:
    """The same items, none of them None; a thread makes the next one while one is in use."""
    with closing(items), ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = thread.submit(next, items, None)
            yield item


class InOrder:
    """Work that is done in a thread of its own, in the order it is given out."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()

    def do(self, work: Callable[[], None]) -> None:
        """Have it done, once there is room to wait; raises what earlier work raised."""
        while len(self._waiting) >= _WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(work))

    def finish(self) -> None:
        """Wait until all is done; raises what work raised."""
        while self._waiting:
            self._waiting.popleft().result()

    def drop(self) -> None:
        """Wait for what is being done, and leave the rest."""
        self._thread.shutdown(cancel_futures=True)
