"""Numbers are written as Python writes them, up to the largest that 64 bits hold."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hangtime.batch.digits import write_amount, write_number

LARGEST = 2**63 - 1
near_powers = st.builds(lambda power, by: 10**power + by, st.integers(0, 18), st.integers(-1, 1))


@given(value=st.integers(-LARGEST, LARGEST) | near_powers)
def test_a_whole_number_is_written_as_python_writes_it(value: int) -> None:
    text = [0] * 24
    end = write_number(value, text, 2)
    assert bytes(text[2:end]).decode() == str(value)


@given(value=st.integers(0, LARGEST), scale=st.sampled_from([1, 10, 1000, 1_000_000]))
def test_an_amount_is_the_decimal_without_needless_zeros(value: int, scale: int) -> None:
    text = [0] * 24
    end = write_amount(value, scale, text, 0)
    written = bytes(text[:end]).decode()
    assert Decimal(written) == Decimal(value) / scale
    assert "." not in written or not written.endswith("0")
