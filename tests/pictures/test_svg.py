"""The SVG timeline: well formed, named for every bar, and the same bytes every time."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from drawn_outcomes import ALL, hostile, missing_stops
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension

from hangtime.pictures import captions, svg, svg_file

SVG = "{http://www.w3.org/2000/svg}"
LAYOUTS = (svg.WIDE, svg.MEDIUM, svg.NARROW)


def drawn(name: str, layout: svg.Layout) -> str:
    outcome = ALL[name]()
    return svg.timeline(outcome.timeline, title=captions.title(outcome), layout=layout)


@pytest.mark.parametrize("layout", [svg.WIDE, svg.NARROW], ids=lambda each: each.name)
@pytest.mark.parametrize("name", ALL)
def test_the_encounter_as_a_file(
    name: str, layout: svg.Layout, snapshot: SnapshotAssertion
) -> None:
    golden = snapshot.use_extension(SVGImageSnapshotExtension)
    assert svg_file.render(ALL[name](), layout) == golden


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.name)
@pytest.mark.parametrize("name", ALL)
def test_every_bar_is_a_named_link_with_an_id_of_its_own(name: str, layout: svg.Layout) -> None:
    root = ET.fromstring(drawn(name, layout))
    links = root.findall(f"{SVG}a")
    assert all(link.get("href", "").startswith("#") for link in links)
    assert all(link.get("aria-label") == link.findtext(f"{SVG}title") for link in links)
    ids = [link.get("id") for link in links]
    assert len(ids) == len(set(ids)) >= len(ALL[name]().timeline)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.name)
@pytest.mark.parametrize("name", ALL)
def test_nothing_is_drawn_outside_the_picture(name: str, layout: svg.Layout) -> None:
    root = ET.fromstring(svg_file.render(ALL[name](), layout))
    height = float(root.get("height", "0"))
    for rect in root.iter(f"{SVG}rect"):
        left, top = float(rect.get("x", 0)), float(rect.get("y", 0))
        assert 0 <= left <= layout.width - float(rect.get("width", 0))
        assert 0 <= top <= height - float(rect.get("height", 0))


def test_markup_in_a_charted_name_stays_text() -> None:
    root = ET.fromstring(drawn("hostile", svg.WIDE))
    assert root.find(f".//{SVG}script") is None
    assert any("<script>" in text for text in root.itertext())
    assert "\x1b" not in drawn("hostile", svg.NARROW)
    assert hostile().timeline[0].drug.endswith("\x1b[31m")


def test_nothing_depends_on_colour_alone() -> None:
    picture = drawn("missing_stops", svg.WIDE)
    for words in ("not reported", "no evidence of its end", "∥ vancomycin", "wide-hatch"):
        assert words in picture
    assert len(missing_stops().timeline) == picture.count("aria-label=") - 1


def test_a_bar_says_all_it_shows() -> None:
    bars = missing_stops().timeline
    assert captions.spoken(bars[1], bars) == (
        "sodium chloride 0.9 %, iv infusion, access L forearm, from 2025-02-20 08:00 to 10:10,"
        " 130 minutes, not reported, ran at least until last seen infusing,"
        " concurrent with vancomycin"
    )
