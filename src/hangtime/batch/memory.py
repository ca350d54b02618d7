"""Memory during a run: what Arrow takes is given back, and circles of objects are sought rarely."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import gc
from collections.abc import Generator
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
