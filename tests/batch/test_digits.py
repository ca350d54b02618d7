"""Numbers are written as Python writes them, up to the largest that 64 bits hold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numpy")

from hangtime.batch.digits import write_amount, write_number
from hangtime.batch.results import in_bytes, overlapping

LARGEST = 2**63 - 1
near_powers = st.builds(lambda power, by: 10**power + by, st.integers(0, 18), st.integers(-1, 1))


@given(value=st.integers(-LARGEST, LARGEST) | near_powers, at=st.integers(0, 9))
def test_a_whole_number_is_written_as_python_writes_it(value: int, at: int) -> None:
    text = overlapping(32)
    end = int(write_number(value, text, at))
    assert in_bytes(text, end)[at:].tobytes().decode() == str(value)


@given(value=st.integers(0, LARGEST), scale=st.sampled_from([1, 10, 1000, 1_000_000]))
def test_an_amount_is_the_decimal_without_needless_zeros(value: int, scale: int) -> None:
    text = overlapping(32)
    end = int(write_amount(value, scale, text, 0))
    written = in_bytes(text, end).tobytes().decode()
    assert Decimal(written) == Decimal(value) / scale
    assert "." not in written or not written.endswith("0")


def test_what_is_written_leaves_what_stands_before_it() -> None:
    text = overlapping(64)
    end = 0
    for value in (0, 7, 1000, 999, 12345678901, -3):
        end = int(write_number(value, text, end))
    assert in_bytes(text, end).tobytes() == b"07100099912345678901-3"
