"""A lost connection in the middle of charting: nothing lost, nothing doubled, times right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from browsing import CHROMIUM, FLAGS, expect
from web.chairside.driving import Host, Nurse

KEPT = """async () => {
  const asked = indexedDB.open("hangtime");
  const database = await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const all = database.transaction("entries").objectStore("entries").getAll();
  const found = await new Promise((resolve) => { all.onsuccess = () => resolve(all.result); });
  database.close();
  return found.map((each) => ({
    account: each.account,
    bytes: String.fromCharCode(...new Uint8Array(each.sealed.data)),
  }));
}"""
PAGES = "async () => (await (await caches.open('hangtime-pages')).keys()).map((each) => each.url)"


def running(host: Host) -> str:
    """A visit in which a drug has run for ten minutes."""
    assert host.service is not None
    nurse, began = host.service.as_("nurse"), datetime.now(UTC) - timedelta(minutes=15)
    visit_id = nurse.opens(at=began)
    said: list[tuple[str, dict[str, Any]]] = [
        ("order_verified", {"order_id": "o1", "drug": "infliximab", "dose": 400, "dose_unit": "mg",
          "route": "iv_infusion", "rate_ml_per_h": 125, "volume_ml": 250}),
        ("access_established", {"access_id": "access 1", "device": "peripheral"}),
        ("drug_prepared", {"administration_id": "o1.1", "order_id": "o1", "drug": "infliximab"}),
    ]  # fmt: skip
    for minute, (kind, body) in enumerate(said):
        assert (
            nurse.charts(visit_id, kind, began + timedelta(minutes=minute), **body).status_code
            == 201
        )
    return visit_id


def opens_page(nurse: Nurse, visit_id: str) -> None:
    """The page, with its worker in charge: it has been looked at once before."""
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    nurse.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    nurse.looks()
    nurse.page.wait_for_function(
        "() => caches.open('hangtime-pages').then((pages) => pages.keys()).then((keys) => keys.length > 0)"
    )


def charted(host: Host, visit_id: str) -> list[dict[str, Any]]:
    assert host.service is not None
    found = host.service.as_("nurse").get(f"/visits/{visit_id}/entries").json()["entries"]
    return [each["entry"] for each in found]


FAILING = """async () => {
  const { Queue } = await import(new URL("queue.js", document.querySelector('script[src*="visit"]').src));
  window.setTimeout = () => 0;  // so no later attempt comes by itself
  const entries = [{ n: 1, entry_id: "one", path: "/one", fields: [] }];
  const store = { all: async () => ({ entries: [...entries], others: 0 }), remove: async () => entries.splice(0) };
  const others = window.fetch;
  window.attempts = [];
  window.fetch = (path, ...rest) => (path !== "/one" ? others(path, ...rest)
    : new Promise((answers, fails) => attempts.push({ answers, fails })));
  new Queue(store).send();
}"""


def test_a_connection_that_is_back_while_an_attempt_still_fails_is_used_at_once(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    nurse = at_chair()
    nurse.page.goto(f"/visits/{running(host)}")
    nurse.is_ready()

    nurse.page.evaluate(FAILING)
    nurse.page.wait_for_function("() => attempts.length === 1")
    nurse.page.evaluate("dispatchEvent(new Event('online'))")
    nurse.page.evaluate("attempts[0].fails(new Error('no connection'))")
    nurse.page.wait_for_function("() => attempts.length === 2")


@pytest.mark.parametrize("way", ["offline", "stopped"])
def test_what_is_charted_without_a_connection_arrives_once_in_order_with_its_own_times(
    at_chair: Callable[..., Nurse], host: Host, way: str
) -> None:
    """The browser is put offline, or the server stopped; the browser is closed and opened again."""
    visit_id = running(host)
    nurse = at_chair()
    opens_page(nurse, visit_id)
    before = len(charted(host, visit_id))

    goes_away(nurse, host, way)
    tapped = [moment()]  # and behind each tap, when it was kept
    nurse.twice("Start infliximab")
    nurse.waits_for_queue(1)
    nurse.page.wait_for_selector("[data-clock]:visible .digits")
    tapped.append(moment())
    nurse.opens("Vital signs")
    nurse.charts(vitals__systolic="124", vitals__diastolic="76", vitals__pulse="72")
    nurse.waits_for_queue(2)
    tapped.append(moment())

    nurse.page.close()
    nurse.page = nurse.new_page()
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.is_ready()
    nurse.waits_for_queue(2)
    says(nurse, "[data-queue]", "2 entries wait to be sent")
    says(nurse, "[data-now-card]", "Ada Example")
    nurse.twice("Stop infliximab")
    nurse.waits_for_queue(3)
    tapped.append(moment())
    sealed = nurse.page.evaluate(KEPT)

    comes_back(nurse, host, way)
    nurse.waits_for_queue(0)
    nurse.page.wait_for_function("() => !document.querySelector('[data-clock]:not([hidden])')")

    found = charted(host, visit_id)[before:]
    assert [each["body"]["kind"] for each in found] == [
        "infusion_started", "observed", "infusion_stopped",
    ]  # fmt: skip
    for entry, (since, until) in zip(found, pairwise(tapped), strict=True):
        at = datetime.fromisoformat(entry["happened_at"])
        assert since <= at <= until, entry["body"]["kind"]
    assert nurse.page.evaluate(KEPT) == []
    assert len(sealed) == 3
    assert not [each for each in sealed if "infusion" in each["bytes"] or "124" in each["bytes"]]


def says(nurse: Nurse, place: str, words: str) -> None:
    expect(nurse.page.locator(place)).to_contain_text(words, use_inner_text=True)


def moment() -> datetime:
    return datetime.now(UTC)


def goes_away(nurse: Nurse, host: Host, way: str) -> None:
    if way == "offline":
        nurse.context.set_offline(True)
    else:
        host.stop()


def comes_back(nurse: Nurse, host: Host, way: str) -> None:
    if way == "offline":
        nurse.context.set_offline(False)  # the browser says so, and the queue is sent by itself
    else:
        host.start()
        nurse.page.get_by_role("button", name="Send now").click()


def test_a_drug_is_ordered_prepared_started_and_stopped_without_a_connection(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    assert host.service is not None
    visit_id = host.service.as_("nurse").opens()
    nurse = at_chair()
    opens_page(nurse, visit_id)
    nurse.context.set_offline(True)

    nurse.goes_on()
    nurse.charts(drug="iron sucrose", route="iv_infusion", rate_ml_per_h="200", volume_ml="100")
    nurse.page.locator("summary", has_text="Everything").click()
    nurse.opens("Establish the access", ".all")
    nurse.charts(device="peripheral", site="hand")
    nurse.opens("Prepare the drug", ".all")
    nurse.charts(drug="iron sucrose", lot="A1")
    nurse.twice("Start the drug just ordered")
    nurse.page.wait_for_selector("[data-clock]:visible .digits")
    nurse.twice("Stop the drug just ordered")
    nurse.waits_for_queue(5)
    nurse.context.set_offline(False)
    nurse.waits_for_queue(0)

    found = [each["body"] for each in charted(host, visit_id)[1:]]
    assert [each["kind"] for each in found] == [
        "order_verified", "access_established", "drug_prepared", "infusion_started",
        "infusion_stopped",
    ]  # fmt: skip
    assert found[3]["access_id"] == "access 1"
    assert host.service.as_("nurse").get(f"/visits/{visit_id}").json()["status"]["conflicts"] == []


def test_the_first_page_a_device_opens_is_kept_and_offered_where_another_is_not(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    visit_id = running(host)
    nurse = at_chair()
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
    nurse.page.wait_for_function(
        "() => caches.open('hangtime-pages').then((pages) => pages.keys()).then((keys) => keys.length > 0)"
    )
    host.stop()

    nurse.page.goto("/queries")
    nurse.page.locator("[data-kept] a").wait_for()
    says(nurse, "main", "No connection")
    says(nurse, "main", "Kept on this device")
    nurse.page.locator("[data-kept] a").click()
    nurse.is_ready()

    expect(nurse.page).to_have_url(re.compile(f"{visit_id}$"))


def test_what_waits_outlives_a_closed_browser_and_an_ended_session(
    browser: Any, host: Host, tmp_path: Path
) -> None:
    assert host.service is not None
    visit_id, token = running(host), host.service.token("nurse")
    first = profile(browser, tmp_path, host)
    first.add_cookies([{"name": "hangtime", "value": token, "url": host.address}])
    nurse = Nurse(first, host)
    opens_page(nurse, visit_id)
    host.stop()
    nurse.twice("Start infliximab")
    nurse.waits_for_queue(1)
    first.close()

    again = profile(browser, tmp_path, host)  # what the browser kept of the session is gone
    nurse = Nurse(again, host)
    nurse.page.goto(f"/visits/{visit_id}")
    nurse.waits_for_queue(1)
    host.start()
    nurse.page.get_by_role("button", name="Send now").click()
    nurse.page.wait_for_selector("text=You are signed out")
    again.add_cookies([{"name": "hangtime", "value": token, "url": host.address}])
    nurse.page.get_by_role("button", name="Send now").click()
    nurse.waits_for_queue(0)
    again.close()

    kinds = [each["body"]["kind"] for each in charted(host, visit_id)]
    assert kinds.count("infusion_started") == 1


def profile(browser: Any, folder: Path, host: Host) -> Any:
    """A browser with a profile on the disk."""
    return browser.browser_type.launch_persistent_context(
        str(folder / "profile"), executable_path=str(CHROMIUM), args=FLAGS, base_url=host.address,
        viewport={"width": 800, "height": 1280},
    )  # fmt: skip


def test_an_answer_that_was_lost_on_its_way_doubles_nothing(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    visit_id = running(host)
    nurse = at_chair()
    opens_page(nurse, visit_id)
    lost: list[int] = []

    def loses(route: Any) -> None:
        lost.append(route.fetch().status)
        route.abort()

    nurse.context.route("**/chart/start", loses, times=1)
    nurse.twice("Start infliximab")
    nurse.page.wait_for_selector(".timer[data-since]:visible")
    nurse.waits_for_queue(0)

    kinds = [each["body"]["kind"] for each in charted(host, visit_id)]
    assert lost == [200]
    assert kinds.count("infusion_started") == 1


def test_what_cannot_be_charted_is_said_and_changed_and_stops_nothing_behind_it(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    visit_id = running(host)
    nurse = at_chair()
    opens_page(nurse, visit_id)
    nurse.context.set_offline(True)
    nurse.opens("Vital signs")
    nurse.charts(vitals__systolic="1240", vitals__pulse="72")
    nurse.opens("Note")
    nurse.charts(text="It is warm here.")
    nurse.waits_for_queue(2)

    nurse.context.set_offline(False)
    nurse.page.wait_for_selector("[data-queue] .is-refused")
    nurse.waits_for_queue(1)
    says(nurse, "[data-queue]", "Not charted: Systolic: must lie between 0 and 350")
    nurse.page.get_by_role("button", name="Change it").click()
    nurse.charts(vitals__systolic="124")
    nurse.waits_for_queue(0)

    entries = charted(host, visit_id)[-2:]
    note, observed = (each["body"] for each in entries)
    assert (note["kind"], observed["kind"]) == ("note", "observed")
    assert observed["vitals"] == {"systolic": 124, "pulse": 72}
    said_at, seen_at = (datetime.fromisoformat(each["happened_at"]) for each in entries)
    assert seen_at <= said_at, "it keeps the time at which it was first charted"


def test_signing_out_warns_while_something_waits_and_leaves_no_patient_behind(
    at_chair: Callable[..., Nurse], host: Host
) -> None:
    visit_id = running(host)
    nurse = at_chair()
    opens_page(nurse, visit_id)
    nurse.context.set_offline(True)
    nurse.opens("Note")
    nurse.charts(text="Said before leaving.")
    nurse.waits_for_queue(1)
    nurse.context.route("**/chart/note", lambda route: route.abort())
    nurse.context.set_offline(False)

    nurse.page.get_by_role("button", name="Sign out").click()
    expect(nurse.page.locator("#queue-waits")).to_be_visible()
    says(nurse, "#queue-waits", "1 entry waits to be sent")
    kept = nurse.page.evaluate(PAGES)
    nurse.page.get_by_role("button", name="Sign out anyway").click()
    nurse.page.wait_for_url("**/sign-in**")
    left = nurse.page.evaluate(PAGES)
    waiting = nurse.page.evaluate(KEPT)

    assert any(url.endswith(visit_id) for url in kept)
    assert left == []
    assert len(waiting) == 1
    assert "leaving" not in json.dumps(waiting)

    nurse.context.unroute("**/chart/note")
    colleague_cannot_send_it(nurse, host)
    signs_in_again(nurse, host)
    with nurse.page.expect_response("**/chart/note"):
        nurse.page.goto("/board")
    expect(nurse.page.locator("[data-queue]")).to_be_hidden()
    notes = [e["body"]["text"] for e in charted(host, visit_id) if e["body"]["kind"] == "note"]
    assert notes == ["Said before leaving."]


def colleague_cannot_send_it(nurse: Nurse, host: Host) -> None:
    assert host.service is not None
    token = host.service.new("nurse", "Colleague").headers["Authorization"].split()[1]
    nurse.context.add_cookies([{"name": "hangtime", "value": token, "url": host.address}])
    nurse.page.goto("/board")
    nurse.page.wait_for_selector("[data-queue]:visible")
    says(nurse, "[data-queue]", "of somebody else")
    assert len(nurse.page.evaluate(KEPT)) == 1


def signs_in_again(nurse: Nurse, host: Host) -> None:
    """A new session of the same account, as signing in makes one."""
    from hangtime.accounts import people, sessions

    assert host.service is not None
    register = host.service.register
    account = next(
        each for each in people.accounts(register, people.SYSTEM) if each.name == "Nurse Example"
    )
    with register.engine.begin() as connection:
        opened = sessions.start(
            connection, register, account.account_id, by="password", has_second_factor=True
        )
    host.service._tokens["nurse", "demo"] = opened.token
    nurse.context.add_cookies([{"name": "hangtime", "value": opened.token, "url": host.address}])
