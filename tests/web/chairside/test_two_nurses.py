"""Two nurses on one visit, each at a device that hears nothing of the other: nothing is lost, both are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from browsing import expect
from web.chairside.driving import Host, Nurse
from web.chairside.test_in_browser import running


def hears_nothing(nurse: Nurse, visit_id: str) -> None:
    """The page is open, and no change reaches it until it is told to look again."""
    nurse.page.route("**/board/events*", lambda route: route.abort())
    nurse.page.route("**/live", lambda route: route.abort())
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.is_ready()


def hears_again(nurse: Nurse, *said: str) -> None:
    """What was charted has arrived, and the page says so when it is looked at again."""
    nurse.waits_for_queue(0)
    nurse.page.unroute_all(behavior="ignoreErrors")
    nurse.looks()
    for words in said:
        expect(nurse.page.locator("main")).to_contain_text(words, use_inner_text=True)


def kept(host: Host, visit_id: str) -> list[tuple[str, str, Any]]:
    """Kind, author and words of every entry, in order."""
    assert host.service is not None
    entries = host.service.as_("nurse").get(f"/visits/{visit_id}/entries").json()["entries"]
    return [
        (each["entry"]["body"]["kind"], each["entry"]["author_name"], each["entry"]["body"])
        for each in entries
    ]


def test_both_stop_it_and_both_see_that_it_was_stopped_twice_and_by_whom(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    assert host.service is not None
    visit_id = running(host.service.as_("nurse"), "N2", 30)
    ada, ben = at_chair(name="Ada Nurse"), at_chair(name="Ben Nurse")
    for nurse in (ada, ben):
        hears_nothing(nurse, visit_id)

    ada.twice("Stop infliximab-dyyb")
    ada.page.wait_for_selector("#toasts >> text=Stopped infliximab-dyyb")
    ben.twice("Stop infliximab-dyyb")
    ben.page.wait_for_selector("#toasts >> text=Stopped infliximab-dyyb")

    for nurse in (ada, ben):
        hears_again(nurse, "One infusion was stopped twice", "by Ada Nurse", "by Ben Nurse")
    stops = [author for kind, author, _ in kept(host, visit_id) if kind == "infusion_stopped"]
    assert sorted(stops) == ["Ada Nurse", "Ben Nurse"]


def test_what_both_chart_in_one_moment_is_kept_of_both_and_shown_to_both(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    assert host.service is not None
    visit_id = running(host.service.as_("nurse"), "N2", 30)
    ada, ben = at_chair(name="Ada Nurse"), at_chair(name="Ben Nurse")
    for nurse, systolic in ((ada, "124"), (ben, "131")):
        hears_nothing(nurse, visit_id)
        nurse.opens("Vital signs")
        nurse.fills(vitals__systolic=systolic)

    for nurse in (ada, ben):  # both sheets were open before either was sent
        nurse.sends()

    for nurse in (ada, ben):
        hears_again(nurse, "Systolic 124", "Systolic 131")
    seen = {
        author: body["vitals"]["systolic"]
        for kind, author, body in kept(host, visit_id)
        if kind == "observed"
    }
    assert seen == {"Ada Nurse": 124, "Ben Nurse": 131}
