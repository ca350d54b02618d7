"""What the nurse of the story does: a whole infliximab visit, with a reaction and a pause."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from web.chairside.driving import Nurse
from web.chairside.test_barcode import WHOLE
from web.story.clinic import Person
from web.story.tour import Tour

CHICAGO = ZoneInfo("America/Chicago")
DRUG = "infliximab-dyyb"


def opens_a_visit(nurse: Person, tour: Tour, patient: str) -> None:
    page = nurse.page
    page.goto("/board")
    page.wait_for_selector(".liveness:not(.is-lost):not([hidden])")
    tour.halts(page, "board")
    page.get_by_role("link", name="New patient in chair N4").click()
    page.get_by_label("Patient name").fill(patient)
    page.get_by_label("Medical record number").fill("SIM-2001")
    page.get_by_label("Date of birth").fill("1970-02-03")
    tour.sees(page, "new_patient")
    page.get_by_role("button", name="Open the visit").click()
    page.wait_for_url("**/visits/*")
    nurse.is_ready()


def prepares(nurse: Person, tour: Tour) -> None:
    """The steps before the start, each from the card on top."""
    page = nurse.page
    nurse.sees("Verify the order")
    assert_steps_stand_in_order(page)
    tour.sees(page, "first_step")
    nurse.goes_on()
    nurse.fills(drug=DRUG, dose="400", dose_unit="mg", route="iv_infusion", indication="K50.90")
    nurse.fills(
        volume_ml="250", rate_ml_per_h="125", duration_minutes="120", prescriber="Dr. Okafor"
    )
    nurse.fills(supervising_practitioner="Dr. Lind", is_signed=True)
    tour.halts(page, "order")
    nurse.sends()

    nurse.sees("Identify")
    nurse.goes_on()
    nurse.fills(identifiers=["name", "birth_date"], consent="signed", weight_kg="78")
    nurse.fills(
        is_allergy_reviewed=True, is_contraindication_reviewed=True, is_history_reviewed=True
    )
    tour.sees(page, "identify")
    nurse.sends()

    nurse.sees("Choose and prepare the site")
    nurse.goes_on()
    nurse.fills(antiseptic="chlorhexidine_alcohol", site="forearm", side="left")
    nurse.charts(is_hand_hygiene_done=True, is_left_to_dry=True)

    nurse.sees("Establish the access")
    nurse.goes_on()
    nurse.fills(device="peripheral", site="forearm", side="left", gauge="22", attempts="1")
    nurse.fills(has_blood_return="yes")
    tour.sees(page, "access")
    nurse.sends()

    nurse.sees("Prepare the drug")
    nurse.goes_on()
    code = page.locator("dialog[open] [data-code]")
    code.fill(WHOLE.replace("\x1d", "␝"))
    code.press("Enter")
    page.locator("dialog[open]").get_by_role("button", name="61414-4170-01").click()
    nurse.fills(containers__0__count="4", containers__0__size="100", discarded="0")
    nurse.fills(containers__0__is_single_dose=True)
    tour.halts(page, "drug")
    nurse.sends()

    nurse.offers("Prime the line")
    nurse.goes_on()
    nurse.charts(solution="sodium chloride 0.9 %", pump="stationary")
    nurse.sees("Connect and start")
    tour.sees(page, "ready")


def assert_steps_stand_in_order(page: Any) -> None:
    """Ten, each below the one before it: a step that is to come is where it belongs, too."""
    tops = page.evaluate(
        "() => [...document.querySelectorAll('.steps > li')].map(e => e.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 10
    assert tops == sorted(tops)


def watches_until_a_reaction(nurse: Person, tour: Tour) -> None:
    page = nurse.page
    nurse.sees(DRUG)
    nurse.passes(15)
    nurse.sees("Vital signs")
    nurse.goes_on()
    nurse.fills(vitals__systolic="124", vitals__diastolic="76", vitals__pulse="72")
    nurse.fills(is_free_of_symptoms=True, was_continuous=True, sites__0__score="0")
    tour.sees(page, "vital_signs")
    nurse.sends()
    nurse.passes(8)
    nurse.sees(DRUG)
    tour.halts(page, "running")
    nurse.opens("Reaction")
    nurse.fills(reaction="infusion_related", grade="1", signs=["flushing", "itching"])
    tour.sees(page, "reaction_sheet")
    nurse.sends()
    nurse.sees("Reaction: infusion-related reaction, grade 1")


def pauses_and_goes_on(nurse: Person, tour: Tour) -> datetime:
    """When the drug for the reaction was given, which is not charted yet."""
    page = nurse.page
    nurse.opens("Pause", ".clock")
    nurse.charts(reason="reaction")
    page.wait_for_selector(".timer.is-paused")
    nurse.goes_on()
    nurse.charts(action="antihistamine", detail="diphenhydramine", dose="25", dose_unit="mg")
    nurse.opens("Notify the provider", "[data-now-card]")
    nurse.charts(
        provider="Dr. Lind", response="Diphenhydramine 25 mg. Resume slower when it has settled."
    )
    page.wait_for_function(
        "() => !document.querySelector('[data-now-card] .words').textContent.includes('who was notified')"
    )
    tour.halts(page, "reaction")

    nurse.passes(2)
    given = nurse.host.clock()
    nurse.passes(8)
    nurse.opens("How the reaction ended", "[data-now-card]")
    nurse.charts(outcome="resolved", afterwards="resumed_slower")
    nurse.sees("Vital signs")
    nurse.opens("Resume", ".clock")
    nurse.charts(rate_ml_per_h="100")
    page.wait_for_selector(".timer:not(.is-paused)")
    _looks_after_them(nurse)
    return given


def stops(nurse: Person, tour: Tour) -> int:
    """The looks that are due, then two taps and the volume; how many taps the stop took."""
    page = nurse.page
    for minutes in (14, 15, 29, 29):
        nurse.passes(minutes)
        nurse.sees("Vital signs")
        _looks_after_them(nurse)
        nurse.sees(DRUG)
    nurse.passes(34.5)
    nurse.sees("has it ended?")
    tour.halts(page, "stop")
    taps = nurse.twice(f"Stop {DRUG}")
    nurse.sees("Vital signs")
    _looks_after_them(nurse)
    nurse.sees("how much went in?")
    page.get_by_label("Volume infused").first.fill("250")
    tour.halts(page, "volume")
    nurse.presses("Add the volume")
    nurse.is_ready()
    return taps


def _looks_after_them(nurse: Nurse) -> None:
    nurse.goes_on()
    nurse.charts(
        vitals__systolic="122", vitals__diastolic="75", vitals__pulse="74",
        is_free_of_symptoms=True, sites__0__score="0",
    )  # fmt: skip


def finishes(nurse: Person, tour: Tour) -> None:
    page = nurse.page
    nurse.sees("Flush")
    nurse.goes_on()
    nurse.charts(solution="saline", volume_ml="10")
    nurse.sees("Remove or leave in")
    nurse.goes_on()
    nurse.charts(is_intact=True, is_dressed=True)
    nurse.offers("Discharge teaching")
    nurse.goes_on()
    nurse.charts(topics="signs of a late reaction, whom to call", is_understood=True)
    nurse.offers("Post-infusion observation")
    tour.sees(page, "watched")
    nurse.passes(30)
    nurse.goes_on()
    nurse.charts(vitals__systolic="120", vitals__diastolic="75", vitals__pulse="70")
    nurse.sees("The patient can leave")
    nurse.goes_on()
    nurse.charts(destination="home")
    nurse.sees("The visit is closed")
    tour.sees(page, "closed")


def record_of(nurse: Person) -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    """The visit's status and entries as the API tells them, and what its page says it shows."""
    visit = f"/api/v1/visits/{nurse.page.url.rpartition('/')[2]}"
    asked = nurse.context.request
    entries = asked.get(f"{visit}/entries").json()["entries"]
    shown = nurse.page.locator(".supported").inner_text()
    return asked.get(visit).json()["status"], [each["entry"] for each in entries], shown


def answers(
    nurse: Person, tour: Tour, patient: str, asked: tuple[str, str], given: datetime
) -> None:
    """What was left out is charted late, with the time it was; then the coder has her answer."""
    page, (question, answer) = nurse.page, asked
    page.goto("/queries")
    card = page.get_by_role("article").filter(has_text=patient)
    card.get_by_text(question).wait_for()
    tour.halts(page, "question")
    card.get_by_role("link", name="Open the record").click()
    nurse.is_ready()
    dose = {"dose": "25", "dose_unit": "mg"}
    order = {"drug": "diphenhydramine", "route": "iv_push", "indication": "flushing and itching"}
    _opens_late(nurse, "Verify the order", given)
    nurse.fills(**dose, **order, supervising_practitioner="Dr. Lind", is_signed=True)
    tour.sees(page, "late_order")
    _sends_late(nurse, "Order verified: diphenhydramine")
    _opens_late(nurse, "Give the push: diphenhydramine", given)
    nurse.fills(**dose, minutes="2")
    tour.sees(page, "late_push")
    _sends_late(nurse, "Push given: diphenhydramine")
    tour.sees(page, "late")
    page.get_by_label("Your answer").fill(answer)
    nurse.presses("Send the answer")


def _opens_late(nurse: Person, words: str, at: datetime) -> None:
    nurse.page.locator("details.more summary", has_text="charted late").click()
    nurse.opens(words, ".all")
    when = f"{at.astimezone(CHICAGO):%Y-%m-%dT%H:%M}"
    nurse.page.locator('dialog[open] [name="at"]').fill(when)


def _sends_late(nurse: Person, told: str) -> None:
    nurse.sends()
    nurse.page.locator(".history").get_by_text(told).first.wait_for()
    nurse.looks()
