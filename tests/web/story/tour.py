"""The stops of the tour: each is visited at every width, and has its picture at one."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any, NamedTuple

from web.chairside.driving import DESKTOP, PHONE, TABLET, is_too_wide

HERE = Path(__file__).parent
SIZES = {"tablet": TABLET, "phone": PHONE, "desktop": DESKTOP}
# Where the pictures are written, and where every stop is, for whoever looks at them all.
PICTURES, SHOTS = os.environ.get("HANGTIME_TOUR"), os.environ.get("HANGTIME_SHOTS")
THEME = os.environ.get("HANGTIME_THEME", "light")
COLORS = (64, 48, 32, 24, 16)  # text stays sharp in the fewest, too
MOST_BYTES = 60_000


class Stop(NamedTuple):
    """A stop's picture: at which width it is taken, and how many pixels from the top it shows."""

    width: str
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """Its pixels, across and down."""
        return SIZES[self.width][0], self.height


def stops() -> dict[str, Stop]:
    """Each stop by its name, in the order of the story."""
    text = (HERE / "stops.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["stop"]: Stop(row["width"], int(row["height"])) for row in rows}


class Tour:
    """The stops one story has come to, at one width."""

    def __init__(self, width: str) -> None:
        self.width = width
        self.visited: list[str] = []

    def halts(self, page: Any, stop: str) -> None:
        """A stop of the tour: nothing scrolls sideways, and its picture is taken if this is its width."""
        self.visited.append(stop)
        page.evaluate("scrollTo(0, 0)")
        self.sees(page, stop)
        if PICTURES and (taken := stops()[stop]).width == self.width:
            across, down = taken.size
            clip = {"x": 0, "y": 0, "width": across, "height": down}
            Path(PICTURES, f"{stop}.png").write_bytes(_small(page.screenshot(clip=clip)))

    def sees(self, page: Any, name: str) -> None:
        """A page on the way, which is no stop."""
        assert not is_too_wide(page), f"{name} scrolls sideways"
        if PICTURES or SHOTS:
            page.evaluate("document.querySelectorAll('.toast').forEach(each => each.remove())")
            page.evaluate("document.activeElement.blur()")
            page.mouse.move(0, 0)
            page.wait_for_timeout(200)
        if SHOTS:
            page.screenshot(
                path=str(Path(SHOTS, f"{self.width}_{len(self.visited):02}_{name}.png"))
            )


def _small(png: bytes) -> bytes:
    """The same picture, in as many colors as a small file has room for."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    for colors in COLORS:
        held = io.BytesIO()
        picture.quantize(colors, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
        if held.tell() <= MOST_BYTES:
            return held.getvalue()
    raise AssertionError(f"the picture is larger than {MOST_BYTES} bytes")
