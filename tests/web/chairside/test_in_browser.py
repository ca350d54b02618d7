"""Every page and state at the chair in a real browser: axe, width, keyboard, and what others chart."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from browsing import expect
from serving import Client, told
from web.chairside.driving import DESKTOP, PHONE, TABLET, Host, Nurse, hosted, is_too_wide, serious

SHOTS = os.environ.get("HANGTIME_SHOTS")
LONG = "Featherstonehaugh-Wolfeschlegelsteinhausen, Maximiliana Bartholomäa"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, dict[str, str]]]:
    """A room with a visit in every state."""
    with hosted(tmp_path_factory.mktemp("room")) as host:
        assert host.service is not None
        nurse = host.service.as_("nurse")
        yield host, {name: made(nurse) for name, made in STATES.items()}


def opened(
    nurse: Client, chair: str, minutes: int, name: str = "Ada Example"
) -> tuple[str, datetime]:
    began = datetime.now(UTC) - timedelta(minutes=minutes)
    patient = {"patient_id": f"P-{chair}", "name": name, "birth_date": "1970-02-03"}
    return nurse.opens(chair=chair, at=began, patient=patient), began


def running(nurse: Client, chair: str, minutes: int, name: str = "Ada Example") -> str:
    """A drug that began five minutes after the visit, with an order and an access."""
    visit_id, began = opened(nurse, chair, minutes, name)
    said: list[tuple[int, str, dict[str, Any]]] = [
        (0, "order_verified", {"order_id": "o1", "drug": "infliximab-dyyb", "dose": 400,
         "dose_unit": "mg", "route": "iv_infusion", "rate_ml_per_h": 125, "volume_ml": 250}),
        (2, "access_established", {"access_id": "access 1", "device": "peripheral",
         "site": "forearm", "side": "left", "gauge": 22}),
        (3, "drug_prepared", {"administration_id": "o1.1", "order_id": "o1",
         "drug": "infliximab-dyyb", "dose": 400, "dose_unit": "mg"}),
        (5, "infusion_started", {"administration_id": "o1.1", "access_id": "access 1",
         "rate_ml_per_h": 125, "volume_ml": 250}),
    ]  # fmt: skip
    for minute, kind, body in said:
        answer = nurse.charts(visit_id, kind, began + timedelta(minutes=minute), **body)
        assert answer.status_code == 201, answer.text
    return visit_id


def emergency(nurse: Client) -> str:
    visit_id = running(nurse, "N3", 40, LONG)
    nurse.charts(
        visit_id, "reaction_noted", reaction_id="reaction 1", reaction="hypersensitivity",
        signs=["hives", "wheeze"], grade=3, administration_id="o1.1",
    )  # fmt: skip
    nurse.charts(visit_id, "infusion_paused", administration_id="o1.1", reason="reaction")
    return visit_id


def conflict(nurse: Client) -> str:
    visit_id = running(nurse, "N4", 60)
    for minutes in (9, 4):
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        nurse.charts(visit_id, "infusion_stopped", at, administration_id="o1.1")
    return visit_id


def closed(nurse: Client) -> str:
    visit_id, _ = opened(nurse, "N5", 30)
    nurse.charts(visit_id, "visit_closed", destination="home")
    return visit_id


STATES: dict[str, Callable[[Client], str]] = {
    "new": lambda nurse: opened(nurse, "N1", 2)[0],
    "running": lambda nurse: running(nurse, "N2", 30),
    "emergency": emergency,
    "conflict": conflict,
    "past its end": lambda nurse: running(nurse, "N6", 200),
    "closed": closed,
}
# Page or state, and the sheet that is opened on it.
SEEN = (
    ("board", ""), ("opening", ""), ("new", ""), ("new", "order"), ("new", "identify"),
    ("running", ""), ("running", "observe"), ("running", "stop-o1-1"), ("emergency", ""),
    ("emergency", "reaction-reaction-2"), ("emergency", "action-reaction-1"), ("conflict", ""),
    ("past its end", ""), ("closed", ""), ("correcting", ""), ("offline", ""),
)  # fmt: skip
WAYS = ((PHONE, "light"), (DESKTOP, "dark"), (TABLET, "light"), (PHONE, "dark"))


def address(nurse: Client, visits: dict[str, str], name: str) -> str:
    if name in visits:
        return f"/visits/{visits[name]}"
    if name == "correcting":
        entries = nurse.get(f"/visits/{visits['running']}/entries").json()["entries"]
        return f"/visits/{visits['running']}/entries/{entries[3]['entry']['entry_id']}"
    return {"board": "/board", "opening": "/board/open", "offline": "/offline"}[name]


@pytest.mark.parametrize(
    "seen", [SEEN[::3], pytest.param(SEEN, marks=pytest.mark.slow)], ids=["a few", "all"]
)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways_in_any_state(
    browser: Any, room: tuple[Host, dict[str, str]], seen: tuple[tuple[str, str], ...]
) -> None:
    host, visits = room
    assert host.service is not None
    client, token = host.service.as_("nurse"), host.service.token("nurse")
    contexts = {
        size: browser.new_context(
            viewport={"width": size[0], "height": size[1]}, base_url=host.address, bypass_csp=True
        )
        for size in (PHONE, TABLET, DESKTOP)
    }
    found: dict[str, Any] = {}
    for n, (name, sheet) in enumerate(seen):
        size, theme = WAYS[n % len(WAYS)]
        context = contexts[size]
        context.add_cookies([{"name": "hangtime", "value": token, "url": host.address}])
        page = context.new_page()
        page.emulate_media(color_scheme=theme)
        page.goto(address(client, visits, name))
        if sheet:
            page.evaluate("id => document.getElementById(id).showModal()", sheet)
        what = f"{name} {sheet} {size[0]} {theme}"
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"state_{n:02}_{name}_{sheet}_{size[0]}.png"))
        if wrong := serious(page):
            found[what] = wrong
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        if is_too_wide(page):
            found[what + " is too wide"] = True
        page.close()
    for each in contexts.values():
        each.close()

    assert found == {}


def test_everything_is_done_by_keyboard(at_chair: Callable[..., Nurse], host: Host) -> None:
    """From the board to a start, vital signs and a stop, with Tab, Space, Enter and letters."""
    assert host.service is not None
    client = host.service.as_("nurse")
    visit_id, began = opened(client, "N2", 20)
    client.charts(visit_id, "access_established", began, access_id="access 1", device="port")
    client.charts(
        visit_id, "order_verified", began, order_id="o1", drug="iron sucrose", route="iv_infusion",
        rate_ml_per_h=200, volume_ml=100,
    )  # fmt: skip
    client.charts(
        visit_id,
        "drug_prepared",
        began,
        administration_id="o1.1",
        order_id="o1",
        drug="iron sucrose",
    )
    nurse = at_chair(DESKTOP)
    page, keys = nurse.page, nurse.page.keyboard
    page.goto("/board")

    tabs_to(page, "Ada Example")
    keys.press("Enter")
    page.wait_for_url("**/visits/*")
    nurse.is_ready()
    tabs_to(page, "Start iron sucrose")
    keys.press("Enter")
    page.wait_for_timeout(400)
    keys.press("Enter")
    page.wait_for_selector(".timer[data-since]:visible")
    nurse.waits_for_queue(0)  # the clock runs before the start has arrived
    tabs_to(page, "Vital signs")
    client.charts(visit_id, "note", text="Her sister is here")  # at another device
    page.locator(".history").get_by_text("Her sister is here").wait_for()
    keys.press("Enter")  # the focus is where it was
    page.wait_for_selector("dialog[open]")
    tabs_to(page, "Systolic in mmHg")
    keys.type("124")
    keys.press("Enter")
    page.wait_for_selector("dialog[open]", state="hidden")
    page.wait_for_selector("text=Systolic 124")
    tabs_to(page, "Stop iron sucrose")
    keys.press(" ")
    page.wait_for_timeout(400)
    keys.press(" ")
    page.wait_for_selector(".timer[data-since]:visible", state="detached")
    page.locator(".history").get_by_text("Infusion stopped: iron sucrose").first.wait_for()

    entries = client.get(f"/visits/{visit_id}/entries").json()["entries"]
    kinds = [each["entry"]["body"]["kind"] for each in entries]
    assert kinds[-4:] == ["infusion_started", "note", "observed", "infusion_stopped"]


def tabs_to(page: Any, words: str) -> None:
    """Presses Tab until something of that name has the focus, and a ring around it."""
    for _ in range(140):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => { const at = document.activeElement;"
            " if (at === document.body) return '';"  # behind the last, and everything is in it
            " return (at.labels?.[0] ?? at).textContent.replace(/\\s+/g, ' ').trim(); }"
        )
        if words in name:
            ring = page.evaluate(
                "() => [document.activeElement, document.activeElement.closest('.seat')]"
                ".some((each) => each && getComputedStyle(each).outlineStyle !== 'none')"
            )
            assert ring, f"{words} shows no focus"
            return
    pytest.fail(f"Tab never reached {words}")


def test_a_board_and_a_page_show_what_a_colleague_charts_as_it_happens(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    assert host.service is not None
    client, colleague = host.service.as_("nurse"), host.service.new("nurse", "Colleague")
    visit_id = running(client, "N2", 30)
    board, nurse = at_chair(name="Board"), at_chair()
    board.page.goto("/board?unit=north")
    nurse.page.goto(f"/visits/{visit_id}")
    board.page.wait_for_selector("text=Live")
    nurse.is_ready()

    colleague.charts(visit_id, "infusion_stopped", administration_id="o1.1")
    board.page.wait_for_selector(".seat:has-text('Ada Example'):not(:has(.digits))")
    nurse.page.wait_for_selector("[data-two-step]:visible:has-text('Stop')", state="detached")
    colleague.opens(chair="N6", patient={"patient_id": "P-2", "name": "Ben Example"})
    board.page.wait_for_selector("text=Ben Example")

    # What she had before her eyes, tapped in the same moment: both stand, and she is told.
    answer = client.post(
        f"/visits/{visit_id}/entries",
        {"entry_id": "00000000-0000-4000-8000-000000000001", "happened_at": told(None),
         "body": {"kind": "infusion_stopped", "administration_id": "o1.1"}},
    )  # fmt: skip
    assert answer.status_code == 201
    nurse.page.wait_for_selector("text=One infusion was stopped twice")
    expect(nurse.page.locator("main")).to_contain_text("by Colleague", use_inner_text=True)


HELD = """() => {
  const fetched = window.fetch;
  window.fetch = async (path, ...rest) => {
    const answer = await fetched(path, ...rest);
    if (!String(path).endsWith("/live")) return answer;
    window.fetch = fetched;  // the first alone is late
    const text = answer.text.bind(answer);
    answer.text = () => new Promise((resolve) => { window.letsGo = () => resolve(text()); });
    return answer;
  };
}"""


def awaits_a_note(nurse: Nurse, host: Host) -> str:
    """A page whose next answer, with a note charted at another device, is late; the visit's id."""
    assert host.service is not None
    client = host.service.as_("nurse")
    visit_id = running(client, "N2", 30)
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.is_ready()
    nurse.page.evaluate(HELD)
    client.charts(visit_id, "note", text="Her sister is here")
    nurse.page.wait_for_function("() => window.letsGo")
    return visit_id


def test_a_newer_page_that_comes_late_leaves_the_sheet_that_was_opened_meanwhile(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    nurse = at_chair()
    awaits_a_note(nurse, host)
    note = nurse.page.locator(".history").get_by_text("Her sister is here")

    nurse.opens("Vital signs")
    nurse.fills(vitals__pulse="72")
    nurse.page.evaluate("async () => { letsGo(); await new Promise(requestAnimationFrame); }")
    assert nurse.page.locator("dialog[open] [name$='.vitals.pulse']").input_value() == "72"
    expect(note).to_have_count(0)

    nurse.page.keyboard.press("Escape")
    note.wait_for()


def test_an_answer_that_comes_late_takes_nothing_newer_from_the_page(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    assert host.service is not None
    nurse = at_chair()
    visit_id = awaits_a_note(nurse, host)
    second = nurse.page.locator(".history").get_by_text("Her sister has left")

    host.service.as_("nurse").charts(visit_id, "note", text="Her sister has left")
    second.wait_for()
    nurse.page.evaluate("async () => { letsGo(); await new Promise((on) => setTimeout(on, 100)); }")

    expect(second).to_have_count(1)


def test_times_are_by_the_clock_of_the_site_on_a_device_of_another_zone(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    assert host.service is not None
    visit_id = running(host.service.as_("nurse"), "N2", 30)
    nurse = at_chair(zone="Asia/Kolkata")
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.is_ready()

    nurse.twice("Stop infliximab-dyyb")

    said = nurse.page.locator("#toasts").get_by_text("Stopped infliximab-dyyb").inner_text()
    now = datetime.now(ZoneInfo("America/Chicago"))
    times = [f"{now - timedelta(minutes=each):%H:%M}" for each in (0, 1)]
    assert any(each in said for each in times), said


def test_a_picture_of_a_barcode_fills_the_sheet(
    at_chair: Callable[..., Nurse], host: Host, tmp_path: Path
) -> None:
    assert host.service is not None
    client = host.service.as_("nurse")
    visit_id, began = opened(client, "N2", 5)
    client.charts(visit_id, "order_verified", began, order_id="o1", drug="infliximab-dyyb")
    photograph = tmp_path / "package.svg"
    photograph.write_text(drawn(), "utf-8")
    nurse = at_chair()
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.is_ready()
    taken = tmp_path / "package.png"
    camera = nurse.context.new_page()
    camera.set_viewport_size({"width": 900, "height": 700})
    camera.goto(photograph.as_uri())
    camera.screenshot(path=str(taken))
    camera.close()

    nurse.page.evaluate("document.getElementById('drug-o1-1').showModal()")
    sheet = nurse.page.locator("#drug-o1-1")
    sheet.locator("[data-photo] input").set_input_files(str(taken))
    sheet.locator("text=Compare it with the package").wait_for()
    nurse.sends()

    nurse.page.wait_for_selector("text=Lot SIM4417")
    last = client.get(f"/visits/{visit_id}/entries").json()["entries"][-1]["entry"]["body"]
    assert (last["lot"], last["expiry"], last["is_scanned"]) == ("SIM4417", "2030-01-31", True)


def drawn() -> str:
    """The symbol on a package, turned a little, as a picture."""
    import zxingcpp

    made = zxingcpp.create_barcode(
        "(01)00361414417014(17)300131(10)SIM4417(21)S0001", zxingcpp.BarcodeFormat.DataMatrix,
        gs1=True, forceSquare=True,
    )  # fmt: skip
    points = memoryview(made.to_image(scale=1))
    height, width = points.shape
    plain = bytes(points)
    dots = "".join(
        f'<rect x="{n % width}" y="{n // width}" width="1.02" height="1.02"/>'
        for n, point in enumerate(plain)
        if point < 128
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="700" viewBox="-20 -20 {width + 50} {height + 40}">'
        f'<rect x="-50" y="-50" width="300" height="300" fill="#e8e4da"/><g transform="rotate(7)">{dots}</g></svg>'
    )
