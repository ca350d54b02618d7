"""A whole infliximab visit at the chair, with a reaction and a pause, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hangtime.visits import outcome
from web.chairside.driving import DESKTOP, PHONE, TABLET, Host, Nurse, is_too_wide
from web.chairside.test_barcode import WHOLE

# Where pictures of the walk are kept, for whoever wants to look at them.
SHOTS = os.environ.get("HANGTIME_SHOTS")


def shot(nurse: Nurse, name: str) -> None:
    width = nurse.page.viewport_size["width"]
    assert not is_too_wide(nurse.page), name
    if SHOTS:
        nurse.page.wait_for_timeout(200)
        nurse.page.screenshot(path=str(Path(SHOTS) / f"chair_{width}_{name}.png"))


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(TABLET, id="tablet"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.slow),
        pytest.param(DESKTOP, id="desktop", marks=pytest.mark.slow),
    ],
)
def test_a_nurse_charts_a_whole_visit(
    at_chair: Callable[..., Nurse], host: Host, size: tuple[int, int]
) -> None:
    nurse = at_chair(size)
    nurse.page.clock.install()

    visit_id = prepares(nurse)
    started = nurse.twice("Start infliximab-dyyb")
    nurse.sees("infliximab-dyyb")
    shot(nurse, "running")
    reacts(nurse)
    stopped = ends(nurse)

    assert (started, stopped) == (2, 2)
    assert host.service is not None
    client = host.service.as_("nurse")
    found = client.get(f"/visits/{visit_id}").json()["status"]
    entries = client.get(f"/visits/{visit_id}/entries").json()["entries"]
    assert [each["state"] for each in found["steps"]] == ["done"] * 10
    assert found["conflicts"] == []
    assert len({each["entry"]["entry_id"] for each in entries}) == len(entries) == 29
    record = host.service.clinic.records.current(visit_id)
    assert record is not None
    bar = next(each for each in outcome(record).timeline if each.drug == "infliximab-dyyb")
    assert (bar.minutes, bar.end) == (minutes_of(entries), "stop")


def minutes_of(entries: list[Any]) -> int:
    """From start to stop without the pause, by the entries as they were charted."""
    at = {
        e["entry"]["body"]["kind"]: datetime.fromisoformat(e["entry"]["happened_at"])
        for e in entries
    }
    ran = at["infusion_stopped"] - at["infusion_started"]
    paused = at["infusion_resumed"] - at["infusion_paused"]
    return int((ran - paused).total_seconds() // 60)


def prepares(nurse: Nurse) -> str:
    """Everything up to the start; the visit's id."""
    page = nurse.page
    page.goto("/board?unit=north")
    shot(nurse, "board_empty")
    page.get_by_role("link", name="Give this chair").nth(1).click()
    page.fill('[name="visit_opened.patient.name"]', "Ada Example")
    page.fill('[name="visit_opened.patient.patient_id"]', "P-77")
    page.fill('[name="visit_opened.patient.birth_date"]', "1970-02-03")
    shot(nurse, "new_patient")
    page.get_by_role("button", name="Give the chair").click()
    page.wait_for_url("**/visits/*")
    nurse.is_ready()

    nurse.sees("Verify the order")
    shot(nurse, "verify_the_order")
    nurse.goes_on()
    nurse.fills(drug="infliximab-dyyb", dose="400", dose_unit="mg", route="iv_infusion")
    nurse.fills(volume_ml="250", rate_ml_per_h="125", duration_minutes="120", indication="K50.90")
    nurse.fills(supervising_practitioner="Dr. Lind", is_signed=True)
    shot(nurse, "order")
    nurse.sends()

    nurse.sees("Identify")
    nurse.goes_on()
    nurse.fills(identifiers=["name", "birth_date"], consent="signed", weight_kg="78")
    nurse.charts(
        is_allergy_reviewed=True, is_contraindication_reviewed=True, is_history_reviewed=True
    )

    nurse.sees("Choose and prepare the site")
    nurse.goes_on()
    nurse.fills(antiseptic="chlorhexidine_alcohol", site="forearm", side="left")
    nurse.charts(is_hand_hygiene_done=True, is_left_to_dry=True)

    nurse.sees("Establish the access")
    nurse.goes_on()
    nurse.fills(device="peripheral", site="forearm", side="left", gauge="22", attempts="1")
    nurse.charts(has_blood_return="yes")

    nurse.sees("Prepare the drug")
    nurse.goes_on()
    code = page.locator("dialog[open] [data-code]")
    code.fill(WHOLE.replace("\x1d", "␝"))
    code.press("Enter")
    page.locator("dialog[open]").get_by_role("button", name="61414-4170-01").click()
    nurse.fills(containers__0__count="4", containers__0__size="100", discarded="0")
    nurse.fills(containers__0__is_single_dose=True)
    shot(nurse, "drug")
    nurse.sends()

    nurse.offers("Prime the line")
    nurse.goes_on()
    nurse.charts(solution="sodium chloride 0.9 %", pump="stationary")
    nurse.sees("Connect and start")
    shot(nurse, "ready")
    return page.url.rpartition("/")[2]


def reacts(nurse: Nurse) -> None:
    """The first look, a reaction, a pause, and on again more slowly."""
    nurse.passes(15)
    nurse.sees("Vital signs")
    nurse.goes_on()
    nurse.fills(vitals__systolic="124", vitals__diastolic="76", vitals__pulse="72")
    nurse.fills(is_free_of_symptoms=True, was_continuous=True)
    shot(nurse, "vital_signs")
    nurse.sends()

    nurse.passes(8)
    nurse.opens("Reaction")
    nurse.fills(reaction="infusion_related", grade="1", signs=["flushing", "itching"])
    shot(nurse, "reaction")
    nurse.sends()
    nurse.sees("Reaction: infusion-related reaction, grade 1")
    shot(nurse, "reaction_open")
    nurse.opens("Pause", ".clock")
    nurse.charts(reason="reaction")
    nurse.page.wait_for_selector(".timer.is-paused")
    nurse.goes_on()
    nurse.charts(action="antihistamine", dose="25", dose_unit="mg")
    nurse.opens("Tell the practitioner", "[data-now-card]")
    nurse.charts(provider="Dr. Lind", response="Go on slower when it has settled.")

    nurse.passes(10)
    nurse.opens("How the reaction ended", "[data-now-card]")
    nurse.charts(outcome="resolved", afterwards="resumed_slower")
    nurse.sees("Vital signs")
    nurse.opens("Go on", ".clock")
    nurse.charts(rate_ml_per_h="100")
    nurse.page.wait_for_selector(".timer:not(.is-paused)")
    nurse.goes_on()
    nurse.charts(
        vitals__systolic="120", vitals__diastolic="74", vitals__pulse="78",
        is_free_of_symptoms=True, sites__0__score="0",
    )  # fmt: skip
    nurse.sees("infliximab-dyyb")


def ends(nurse: Nurse) -> int:
    """The looks that are due, the stop, and everything after it; the taps the stop took."""
    page = nurse.page
    for minutes in (14, 15, 29, 29):
        nurse.passes(minutes)
        nurse.sees("Vital signs")
        nurse.goes_on()
        nurse.charts(
            vitals__systolic="122", vitals__diastolic="75", vitals__pulse="74",
            is_free_of_symptoms=True,
        )  # fmt: skip
        nurse.sees("infliximab-dyyb")
    nurse.passes(34.5)
    nurse.sees("has it ended?")
    shot(nurse, "stop_now")
    taps = nurse.twice("Stop infliximab-dyyb")

    nurse.sees("Vital signs")
    nurse.goes_on()
    nurse.charts(vitals__systolic="122", vitals__diastolic="74", vitals__pulse="71")
    nurse.sees("Chart the stop")
    shot(nurse, "volume_missing")
    nurse.goes_on()
    page.fill('[name="infusion_stopped.volume_infused_ml"]', "250")
    shot(nurse, "correct")
    page.get_by_role("button", name="Correct it").click()
    nurse.is_ready()
    nurse.sees("Flush")
    nurse.goes_on()
    nurse.charts(volume_ml="10")
    nurse.sees("Remove or leave in")
    nurse.goes_on()
    nurse.charts(is_intact=True, is_dressed=True)
    nurse.offers("Teach")
    nurse.goes_on()
    nurse.charts(topics="signs of a late reaction, whom to call", is_understood=True)
    nurse.offers("Watch after the drug")
    nurse.passes(30)
    nurse.goes_on()
    nurse.charts(vitals__systolic="120", vitals__diastolic="75", vitals__pulse="70")
    nurse.sees("The patient can leave")
    shot(nurse, "can_leave")
    nurse.goes_on()
    nurse.charts(destination="home")
    nurse.sees("The visit is closed")
    shot(nurse, "closed")
    return taps
