"""A zone's table has every change of its clocks, also where two come close together."""

from __future__ import annotations

from functools import partial

import pytest

pytest.importorskip("numpy")

from hangtime import clock
from hangtime.batch.catalogue import DAY, _changes_of
from hangtime.batch.moments import FIRST_MOMENT, LAST_MOMENT


# The zones with the shortest time between two changes, which is a week less an hour.
@pytest.mark.parametrize(
    "name",
    [
        "America/Boa_Vista", "America/Noronha", "America/Recife", "Asia/Gaza", "Asia/Hebron",
        "America/Argentina/Tucuman", "America/New_York", "Australia/Lord_Howe",
    ],
)  # fmt: skip
def test_at_every_noon_the_table_has_the_offset_in_force(name: str) -> None:
    place = clock.zone(name)
    assert place is not None
    in_force = partial(clock.offset_at.__wrapped__, place=place)
    changes = _changes_of(name)
    at, latest = 0, changes[0][1]
    for noon in range(FIRST_MOMENT + DAY // 2, LAST_MOMENT, DAY):
        while at < len(changes) and changes[at][0] <= noon:
            latest = changes[at][1]
            at += 1
        assert latest == in_force(noon), noon
    for moment, offset in changes[1:]:
        assert in_force(moment) == offset != in_force(moment - 1)
