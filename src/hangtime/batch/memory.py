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


@contextmanager
def sparing_memory() -> Generator[None]:
    """Have Arrow take memory from jemalloc, where it was built with it, and collect rarely.

    Its usual pool keeps for each thread what that thread once used, and what is made in one thread
    here is written and dropped in another: with it a run holds a third more, and grows.
    """
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


def giving_back() -> Callable[[], object]:
    """A function that has malloc give what it keeps of freed memory back to the system.

    Between pieces that are in use it keeps all that was ever used at once, and in every thread's own
    part of it: without this a run holds the more the longer it takes.  Where malloc cannot be asked,
    the function does nothing.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
        if trim is not None:
            return lambda: trim(0)
    return lambda: 0
