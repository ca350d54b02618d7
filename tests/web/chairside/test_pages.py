"""The pages at the chair without a script: links and forms do everything, and nothing is lost."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from hangtime.visits import status
from hangtime.web.chairside.offline import shell_files
from hangtime.web.chairside.places import pointed_at
from serving import OTHER, Client, Served
from web.chairside.test_barcode import WHOLE, picture

HTML = {"accept": "text/html", "sec-fetch-site": "same-origin"}
NOT_DRAWN = re.compile(r"<script.*?</script>|<[^>]+>|\s+", re.DOTALL)


class Browsing:
    """Pages and forms of one person, as a browser without scripts asks for them."""

    def __init__(self, service: Served, client: Client) -> None:
        self._client, self._headers = service.nobody, client.headers | HTML

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(path, headers=self._headers | headers, follow_redirects=False)

    def post(self, path: str, **fields: Any) -> Any:
        headers = self._headers | fields.pop("headers", {})
        said = {name.replace("__", "."): value for name, value in fields.items()}
        return self._client.post(path, data=said, headers=headers, follow_redirects=False)

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.status_code
        return read_out(answer.text)


def read_out(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", NOT_DRAWN.sub(" ", page)))


def order(**more: str) -> dict[str, str]:
    said = {"order_id": "o1", "drug": "infliximab", "dose": "400", "dose_unit": "mg"}
    said |= {"route": "iv_infusion", "rate_ml_per_h": "125", "volume_ml": "250"} | more
    return {f"order_verified__{name}": value for name, value in said.items()}


def running(service: Served, minutes: int = 20) -> tuple[Client, str]:
    """A visit in which a drug has run for some minutes."""
    nurse = service.as_("nurse")
    began = datetime.now(UTC) - timedelta(minutes=minutes + 5)
    visit_id = nurse.opens(at=began)
    nurse.charts(
        visit_id, "access_established", began + timedelta(minutes=1), access_id="access 1",
        device="peripheral", site="forearm", side="left", gauge=22, attempts=1, has_blood_return=True,
    )  # fmt: skip
    nurse.charts(
        visit_id, "infusion_started", began + timedelta(minutes=5), administration_id="o1.1",
        access_id="access 1", drug="infliximab", rate_ml_per_h=125, volume_ml=250,
    )  # fmt: skip
    return nurse, visit_id


def kinds(nurse: Client, visit_id: str) -> list[str]:
    found = nurse.get(f"/visits/{visit_id}/entries").json()["entries"]
    return [each["entry"]["body"]["kind"] for each in found]


def test_a_patient_is_given_a_chair_and_an_order_is_charted(service: Served) -> None:
    page = Browsing(service, service.as_("nurse"))
    opened = page.post(
        "/board/open", site="demo", unit="north", visit_opened__chair="N4",
        visit_opened__patient__name="Ada <Example>", visit_opened__patient__patient_id="P-9",
        entry_id=str(uuid.uuid4()),
    )  # fmt: skip
    here = opened.headers["location"]

    charted = page.post(f"{here}/chart/order", **order())

    assert (opened.status_code, charted.status_code) == (303, 303)
    assert charted.headers["location"] == here
    assert "Identify the patient and screen" in page.text(here)
    assert "Ada &lt;Example&gt;" in page.get("/board").text
    assert "Order verified: infliximab" in page.text(here)


def test_allergies_stand_on_top_and_none_is_said_only_where_somebody_asked(service: Served) -> None:
    nurse, visit_id = running(service)
    page, here = Browsing(service, nurse), f"/visits/{visit_id}"
    asked = {"act": "identify", "patient_identified__identifiers": ["name", "birth_date"]}
    assert "allergies" not in page.get(here).text.partition("<h1")[0]

    page.post(f"{here}/chart/identify", **asked, screening__is_allergy_reviewed="true")
    assert "No known allergies" in page.get(here).text.partition("<h1")[0]

    page.post(
        f"{here}/chart/identify", **asked, screening__is_allergy_reviewed="true",
        screening__allergies__0__substance="penicillin", screening__allergies__0__reaction="hives",
    )  # fmt: skip
    assert "Allergies: penicillin (hives)" in page.get(here).text.partition("<h1")[0]


def test_a_form_that_is_refused_keeps_what_was_typed_and_charts_nothing(service: Served) -> None:
    nurse, visit_id = running(service)
    page = Browsing(service, nurse)

    refused = page.post(
        f"/visits/{visit_id}/chart/observe", act="observe", observed__vitals__pulse="7200",
        observed__remark="looks pale",
    )  # fmt: skip

    assert refused.status_code == 422
    assert "must lie between 0 and 400" in refused.text
    assert "data-reopened" in refused.text
    assert "looks pale" in refused.text
    assert "observed" not in kinds(nurse, visit_id)


def test_a_sheet_of_two_kinds_is_charted_whole_or_not_at_all(service: Served) -> None:
    nurse, visit_id = running(service)
    page = Browsing(service, nurse)
    said: dict[str, Any] = {"patient_identified__identifiers": ["name", "birth_date"]}

    refused = page.post(f"/visits/{visit_id}/chart/identify", **said, screening__weight_kg="7000")
    charted = page.post(f"/visits/{visit_id}/chart/identify", **said, screening__weight_kg="70")

    assert (refused.status_code, charted.status_code) == (422, 303)
    assert kinds(nurse, visit_id)[-2:] == ["patient_identified", "screening"]
    assert len(kinds(nurse, visit_id)) == 5


def test_what_is_sent_twice_stands_once_with_the_time_it_had(service: Served) -> None:
    nurse, visit_id = running(service)
    page = Browsing(service, nurse)
    at = (datetime.now(UTC) - timedelta(minutes=3)).replace(microsecond=0)
    said: dict[str, Any] = {
        "entry_id": str(uuid.uuid4()), "happened_at": at.isoformat(),
        "patient_identified__identifiers": ["name", "birth_date"], "screening__weight_kg": "70",
        "headers": {"accept": "application/json"},
    }  # fmt: skip

    answers = [page.post(f"/visits/{visit_id}/chart/identify", **dict(said)).json() for _ in "ab"]

    assert [each["result"] for each in answers] == ["recorded", "was_there"]
    found = nurse.get(f"/visits/{visit_id}/entries").json()["entries"][-2:]
    assert {datetime.fromisoformat(each["entry"]["happened_at"]) for each in found} == {at}
    assert len(kinds(nurse, visit_id)) == 5


def test_two_nurses_stop_one_infusion_and_both_are_told(service: Served) -> None:
    nurse, visit_id = running(service)
    colleague = service.new("nurse", "Colleague")
    stop = {
        "infusion_stopped__administration_id": "o1.1", "infusion_stopped__reason": "completed",
        "headers": {"accept": "application/json"},
    }  # fmt: skip

    first = Browsing(service, nurse).post(f"/visits/{visit_id}/chart/stop", **dict(stop)).json()
    second = (
        Browsing(service, colleague).post(f"/visits/{visit_id}/chart/stop", **dict(stop)).json()
    )

    page = Browsing(service, nurse).text(f"/visits/{visit_id}")
    assert first["conflicts"] == []
    assert second["conflicts"] == [
        "One infusion was stopped twice: the earlier stop is counted to."
    ]
    assert second["conflicts"][0] in page
    assert "by Colleague" in page
    assert kinds(nurse, visit_id).count("infusion_stopped") == 2


def test_an_entry_is_corrected_struck_and_stays_in_the_history(service: Served) -> None:
    nurse, visit_id = running(service)
    page = Browsing(service, nurse)
    entries = nurse.get(f"/visits/{visit_id}/entries").json()["entries"]
    access, start = (each["entry"]["entry_id"] for each in entries[1:3])
    here = f"/visits/{visit_id}/entries"

    without_reason = page.post(f"{here}/{access}", do="strike")
    fixed = page.post(
        f"{here}/{access}", reason="It was the other arm.", access_established__access_id="access 1",
        access_established__device="peripheral", access_established__side="right",
        at=local_of(entries[1]),
    )  # fmt: skip
    struck = page.post(f"{here}/{start}", reason="It was not started.", do="strike")

    assert (without_reason.status_code, fixed.status_code, struck.status_code) == (422, 303, 303)
    assert "Why it is corrected: is needed" in without_reason.text
    found = page.text(f"/visits/{visit_id}")
    assert "Side right" in found
    assert "Replaced" in found
    assert "Struck" in found
    standing = [each["standing"] for each in nurse.get(here).json()["entries"]]
    assert standing == ["stands", "replaced", "struck", "correction", "correction"]


def test_what_cannot_be_corrected_so_is_refused_with_its_reason(service: Served) -> None:
    nurse, visit_id = running(service)
    page = Browsing(service, nurse)
    entries = nurse.get(f"/visits/{visit_id}/entries").json()["entries"]
    here = f"/visits/{visit_id}/entries"
    opening, access, start = (each["entry"]["entry_id"] for each in entries)

    struck = page.post(f"{here}/{opening}", reason="Never.", do="strike")
    early = page.post(
        f"{here}/{start}", reason="Other rate.", at=local_of(entries[2]),
        infusion_started__administration_id="o1.1", infusion_started__drug="infliximab",
        infusion_started__rate_ml_per_h="99999",
    )  # fmt: skip
    unknown = page.post(f"{here}/{uuid.uuid4()}", reason="x", do="strike")

    assert [each.status_code for each in (struck, early, unknown)] == [422, 422, 404]
    assert "can be replaced" in struck.text or "can only be replaced" in struck.text
    assert "Rate: must lie between 0 and 10000" in early.text
    assert access
    assert len(kinds(nurse, visit_id)) == 3


def local_of(entry: dict[str, Any]) -> str:
    from zoneinfo import ZoneInfo

    at = datetime.fromisoformat(entry["entry"]["happened_at"])
    return at.astimezone(ZoneInfo("America/Chicago")).strftime("%Y-%m-%dT%H:%M")


def test_a_barcode_fills_the_sheet_and_one_that_was_read_wrongly_is_refused(
    service: Served,
) -> None:
    nurse = service.as_("nurse")
    visit_id, page = nurse.opens(), Browsing(service, nurse)
    page.post(f"/visits/{visit_id}/chart/order", **order())
    here = f"/visits/{visit_id}/barcode"

    filled = page.post(here, act="drug-o1-1", drug_prepared__barcode=WHOLE)
    swallowed = page.post(here, act="drug-o1-1", drug_prepared__barcode=WHOLE.replace("\x1d", ""))
    pictured = service.nobody.post(
        f"{here}/picture",
        content=picture("(01)00361414417014(17)300131(10)SIM4417"),
        headers=nurse.headers | HTML,
    )
    charted = page.post(
        f"/visits/{visit_id}/chart/drug", drug_prepared__administration_id="o1.1",
        drug_prepared__drug="infliximab", drug_prepared__barcode=WHOLE,
    )  # fmt: skip

    assert 'value="SIM4417"' in filled.text
    assert "hyphens of the NDC" in read_out(filled.text)
    assert swallowed.status_code == 422
    assert "drops the separator" in swallowed.text
    assert pictured.json()["fields"]["lot"] == "SIM4417"
    assert charted.status_code == 303
    last = nurse.get(f"/visits/{visit_id}/entries").json()["entries"][-1]["entry"]["body"]
    assert (last["lot"], last["expiry"], last["is_scanned"]) == ("SIM4417", "2030-01-31", True)


def test_the_emergency_shows_the_sites_text_and_what_was_done(service: Served) -> None:
    nurse, visit_id = running(service)
    nurse.charts(
        visit_id, "reaction_noted", reaction_id="reaction 1", reaction="anaphylaxis",
        signs=["hives", "wheeze"], administration_id="o1.1",
    )  # fmt: skip
    nurse.charts(visit_id, "reaction_action", reaction_id="reaction 1", action="epinephrine")

    page = Browsing(service, nurse).text(f"/visits/{visit_id}")

    assert "Suspected anaphylaxis" in page
    assert "Call for help by the site's emergency number" in page
    assert "epinephrine" in page
    assert "Reaction: anaphylaxis" in page
    assert "Emergency steps" in Browsing(service, nurse).text("/board")


def test_a_question_of_a_coder_is_answered_at_the_chair(service: Served) -> None:
    nurse, visit_id = running(service)
    query_id = str(uuid.uuid4())
    service.as_("coder").post(
        f"/visits/{visit_id}/decisions",
        {"body": {"kind": "query_asked", "query_id": query_id, "text": "Was it stopped?"},
         "entry_id": str(uuid.uuid4())},
    )  # fmt: skip
    page = Browsing(service, nurse)
    asked = page.text(f"/visits/{visit_id}")

    page.post(f"/visits/{visit_id}/answers/{query_id}", text="Yes, it is charted now.")

    assert "Was it stopped?" in asked
    assert "Was it stopped?" not in page.text(f"/visits/{visit_id}")


def test_who_may_not_chart_sees_the_record_and_no_form(service: Served) -> None:
    _, visit_id = running(service)
    coder, stranger = service.as_("coder"), service.as_("nurse", OTHER)

    seen = Browsing(service, coder).get(f"/visits/{visit_id}")
    charting = Browsing(service, coder).post(f"/visits/{visit_id}/chart/note", note__text="x")
    elsewhere = Browsing(service, stranger).get(f"/visits/{visit_id}")
    board = Browsing(service, coder).get("/board")

    assert seen.status_code == 200
    assert f"/visits/{visit_id}/chart/" not in seen.text
    assert (charting.status_code, elsewhere.status_code, board.status_code) == (403, 404, 403)


def test_what_was_left_out_of_a_closed_visit_is_charted_late_with_its_own_time(
    service: Served,
) -> None:
    nurse, visit_id = running(service)
    page, here = Browsing(service, nurse), f"/visits/{visit_id}"
    page.post(f"{here}/chart/close", visit_closed__destination="home")
    found = page.get(here).text

    two_minutes_ago = datetime.now(ZoneInfo("America/Chicago")) - timedelta(minutes=2)
    at = two_minutes_ago.strftime("%Y-%m-%dT%H:%M")
    stop = {
        "act": "stop-o1-1",
        "infusion_stopped__administration_id": "o1.1",
        "infusion_stopped__volume_infused_ml": "40",
    }
    now = page.post(f"{here}/chart/stop", when="now", **stop)
    late = page.post(f"{here}/chart/stop", when="earlier", at=at, **stop)

    assert "The visit is closed" in found
    assert "data-two-step" not in found
    assert f"{here}/chart/close" not in found
    assert now.status_code == 422
    assert "When: lies after the visit was closed" in now.text
    assert late.status_code in {200, 303}
    assert "infliximab: stop" in found
    assert "infliximab: stop" not in page.get(here).text


def test_the_worker_keeps_files_that_are_there_and_pages_are_of_the_account(
    service: Served,
) -> None:
    worker = service.nobody.get("/worker.js").text

    for each in shell_files():
        assert f'"{each}"' in worker
        assert service.nobody.get(each).status_code == 200
    assert service.nobody.get("/offline").status_code == 200


def test_the_key_of_a_queue_is_the_accounts_own_and_the_same_each_time(service: Served) -> None:
    ann, ben = service.new("nurse", "Ann"), service.new("nurse", "Ben")

    first, again, other = (
        re.findall(r'data-queue-key="([^"]{44})"', Browsing(service, each).get("/board").text)
        for each in (ann, ann, ben)
    )

    assert first == again != other
    assert len(first) == len(other) == 1


def test_the_usual_payer_is_shown_before_it_is_charted_and_is_not_where_it_was_taken_out(
    service: Served,
) -> None:
    page = Browsing(service, service.as_("nurse"))
    shown = page.get("/board/open").text
    opened = page.post(
        "/board/open", site="demo", unit="north", visit_opened__payer="", entry_id=str(uuid.uuid4()),
        visit_opened__patient__name="Ada Example", visit_opened__patient__patient_id="P-9",
    )  # fmt: skip

    assert re.search(r'name="visit_opened\.payer"[^>]*value="medicare"', shown)
    assert "Payer" not in page.text(opened.headers["location"])


def test_a_step_that_lacks_much_names_the_first_and_keeps_the_rest_below(service: Served) -> None:
    nurse, visit_id = running(service)
    record = service.clinic.records.current(visit_id)
    assert record is not None
    step = max(status(service.clinic, record).steps, key=lambda each: len(each.missing))
    lacking = pointed_at(record.visit, step.missing)
    more = len(lacking) - 3
    assert more > 0
    page = Browsing(service, nurse).get(f"/visits/{visit_id}").text
    shown = page[page.index('<ol class="steps"') :].split("<li class")[step.number]
    link, _, below = shown.partition("</a>")

    assert f"{'; '.join(lacking[:3])}; and {more} more" in read_out(link)
    assert [each for each in lacking if f"<li>{each}</li>" not in below] == []


def test_who_reads_a_visit_can_print_it(service: Served) -> None:
    nurse = service.as_("nurse")
    visit_id = nurse.opens()
    page = Browsing(service, nurse)
    (href,) = re.findall(
        r'href="([^"]+)"[^>]*><span>Print the record', page.get(f"/visits/{visit_id}").text
    )

    assert page.get(href).headers["content-type"] == "application/pdf"
