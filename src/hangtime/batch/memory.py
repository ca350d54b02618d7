"""The memory that Arrow takes during a run: given back when it is done with, so that a long run needs no more."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def sparing_memory() -> Generator[None]:
    """Have Arrow take memory from jemalloc, where it was built with it, until the end.

    Its usual pool keeps for each thread what that thread once used, and what is made in one thread
    here is written and dropped in another: with it a run holds a third more, and grows.
    """
    before = pa.default_memory_pool()
    try:
        pool = pa.jemalloc_memory_pool()
    except NotImplementedError:
        pool = before
    pa.set_memory_pool(pool)
    try:
        yield
    finally:
        pa.set_memory_pool(before)
