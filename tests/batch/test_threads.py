"""Threads beside those that code keep the order, and hide no fault."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing

import pytest

from hangtime.batch.threads import InOrder, ahead


def test_work_is_done_in_its_order_and_in_one_thread() -> None:
    done: list[tuple[int, str]] = []
    work = InOrder()
    for number in range(50):
        work.do(lambda n=number: done.append((n, threading.current_thread().name)))
    work.finish()
    work.drop()
    assert [number for number, _ in done] == list(range(50))
    assert len({name for _, name in done}) == 1


def test_a_fault_comes_out_with_the_next_work_or_at_the_end_and_only_once() -> None:
    work, done = InOrder(), list[int]()
    work.do(lambda: 1 / 0)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ZeroDivisionError):
        work.do(lambda: done.append(1))
    work.do(lambda: 1 / 0)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ZeroDivisionError):
        work.finish()
    work.finish()
    work.drop()
    assert not done


def test_what_waits_for_its_turn_waits_there_and_does_not_pile_up() -> None:
    work, go_on, begun = InOrder(), threading.Event(), threading.Semaphore(0)

    def slow() -> None:
        begun.release()
        go_on.wait(10)

    work.do(slow)
    begun.acquire()
    giving = threading.Thread(target=work.do, args=(slow,))
    giving.start()
    giving.join(0.05)
    assert giving.is_alive()  # there is no room before the first is done
    go_on.set()
    giving.join(10)
    assert not giving.is_alive()
    work.finish()
    work.drop()


def counting(closed: list[bool], fault: bool) -> Generator[int]:
    try:
        yield from range(1, 4)
        if fault:
            raise OSError("no more")
    finally:
        closed.append(True)


def test_items_come_in_their_order_and_a_fault_in_its_place() -> None:
    closed: list[bool] = []
    assert list(ahead(counting(closed, False))) == [1, 2, 3]
    items = ahead(counting(closed, True))
    assert [next(items) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(OSError, match="no more"):
        next(items)
    assert closed == [True, True]


def test_where_no_more_is_wanted_nothing_more_is_made() -> None:
    closed: list[bool] = []
    with closing(ahead(counting(closed, True))) as items:
        assert next(items) == 1
    assert closed == [True]
