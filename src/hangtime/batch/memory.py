"""Memory during a run: what is freed is given back, and circles of objects are sought rarely."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pyarrow as pa

_BETWEEN = 100_000  # objects made between two searches; a chunk makes many, and none in circles
_APART = 1 << 20  # bytes from which a piece of memory is the system's own, and goes back when freed
_MMAP_THRESHOLD = -3  # how glibc's malloc.h numbers this setting


@contextmanager
def sparing_memory() -> Generator[None]:
    """Have Arrow take memory from jemalloc, where it was built with it, and collect rarely.

    Its usual pool keeps for each thread what that thread once used, and what is made in one thread
    here is written and dropped in another: with it a run holds a third more, and grows.

    malloc takes every large piece from the system, also after the run.  By itself it ceases to once
    one was freed, and then keeps the room of large pieces wherever a small one lies behind them:
    how much a run holds at most would be a matter of luck, and a longer run has more of it.
    """
    _set_large_pieces_apart()
    before, searches = pa.default_memory_pool(), gc.get_threshold()
    try:
        pool = pa.jemalloc_memory_pool()
    except NotImplementedError:
        pool = before
    pa.set_memory_pool(pool)
    gc.set_threshold(_BETWEEN, *searches[1:])
    try:
        yield
    finally:
        gc.set_threshold(*searches)
        pa.set_memory_pool(before)


def _set_large_pieces_apart() -> None:
    mallopt = _of_malloc("mallopt")
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _APART)


def giving_back() -> Callable[[], object]:
    """A function that has malloc give what it keeps of freed memory back to the system.

    Between pieces that are in use it keeps all that was ever used at once, and in every thread's own
    part of it: without this a run holds the more the longer it takes.  Where malloc cannot be asked,
    the function does nothing.
    """
    trim = _of_malloc("malloc_trim")
    return (lambda: 0) if trim is None else (lambda: trim(0))


def _of_malloc(name: str) -> Callable[..., int] | None:
    """A function of glibc's malloc; musl has none of them."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
