"""A browser, and the service on a port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from web.chairside.driving import TABLET, Host, Nurse, hosted


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with hosted(tmp_path) as running:
        yield running


@pytest.fixture
def at_chair(browser: Any, host: Host) -> Iterator[Callable[..., Nurse]]:
    """Makes a nurse with a browser of her own."""
    made: list[Nurse] = []

    def new(size: tuple[int, int] = TABLET, name: str = "", zone: str = "America/Chicago") -> Nurse:
        assert host.service is not None
        service = host.service
        token = (
            service.new("nurse", name).headers["Authorization"].split()[1]
            if name
            else service.token("nurse")
        )
        made.append(Nurse.signed_in(browser, host, size, token, zone))
        return made[-1]

    yield new
    said = [each.said for each in made if each.said]
    for each in made:
        each.context.close()
    assert not said, said
