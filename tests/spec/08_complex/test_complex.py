"""Chemotherapy and complex biologics."""

title = "Chemotherapy and complex biologics"


def test_second_complex_infusion(spec):
    """Sequential in its own family."""
    spec(
        """
        drug        | category     | start | stop
        paclitaxel  | chemotherapy | 09:00 | 12:00
        carboplatin | chemotherapy | 12:00 | 12:30
        ceftriaxone |              | 12:30 | 13:00
        """,
        lines="96413, 96415 x2, 96417, 96367",
        covers="R-SEQ-11 R-TIME-02",
    )


def test_hours_of_the_second_complex_infusion(spec):
    """Both run 120 minutes."""
    spec(
        """
        drug        | category     | start | stop
        paclitaxel  | chemotherapy | 09:00 | 11:00
        carboplatin | chemotherapy | 11:00 | 13:00
        """,
        lines="96413, 96415 x2, 96417",
        covers="R-TIME-05 R-SEQ-11",
    )


def test_second_complex_infusion_of_fifteen_minutes_is_a_push(spec):
    """The floor."""
    spec(
        """
        drug        | category     | start | stop
        paclitaxel  | chemotherapy | 09:00 | 10:00
        carboplatin | chemotherapy | 10:00 | 10:15
        """,
        lines="96413, 96411",
        covers="R-SEQ-11 R-TIME-02",
    )


def test_complex_infusion_under_a_complex_push_takes_the_slot(spec):
    """So that it has no need of a primary."""
    spec(
        """
        drug        | route       | category     | start | stop
        vincristine | iv_push     | chemotherapy | 09:00 |
        rituximab   | iv_infusion | biologic     | 09:30 | 13:30
        """,
        lines="96413, 96415 x3, 96411",
        covers="R-INI-03 R-SEQ-11",
    )


def test_premedication_of_a_biologic(spec):
    """Push and short infusion before four hours of rituximab; the tablet is nothing."""
    spec(
        """
        drug               | route       | category | start | stop
        acetaminophen      | oral        | oral     | 08:15 |
        diphenhydramine    | iv_push     |          | 08:20 |
        methylprednisolone | iv_infusion |          | 08:30 | 09:00
        rituximab          | iv_infusion | biologic | 09:00 | 13:00
        """,
        lines="96413, 96415 x3, 96367, 96375",
        covers="R-SEQ-11 R-CLS-07 R-CLS-08",
    )


def test_bolus_before_a_home_pump_of_the_same_agent(spec):
    """The pump does not make it already infused: the bolus is a push of its own."""
    spec(
        """
        drug         | route       | category     | pump     | continues_off_site | start | stop
        oxaliplatin  | iv_infusion | chemotherapy |          |                    | 09:00 | 11:00
        fluorouracil | iv_push     | chemotherapy |          |                    | 11:05 |
        fluorouracil | iv_infusion | chemotherapy | portable | yes                | 11:15 |
        """,
        lines="96413, 96415, 96411, 96416",
        covers="C07 R-TIME-07",
    )


def test_bolus_before_a_prolonged_hospital_pump(spec):
    """The same outside chemotherapy."""
    spec(
        """
        drug    | route       | pump     | start | stop
        heparin | iv_push     |          | 07:55 |
        heparin | iv_infusion | portable | 08:00 | 16:30
        """,
        lines="C8957, 96374",
        covers="C07 C59",
    )


def test_prolonged_hospital_pump_replaces_first_hour_and_hours(spec):
    """Nine hours are one code."""
    spec(
        """
        drug      | pump     | start | stop
        milrinone | portable | 08:00 | 17:00
        """,
        lines="C8957",
        covers="C26",
    )


def test_prolonged_hospital_pump_does_not_compete(spec):
    """A drug beside it keeps its own initial, even while the pump runs."""
    spec(
        """
        drug        | pump     | start | stop
        milrinone   | portable | 08:00 | 17:00
        ceftriaxone |          | 09:00 | 09:30
        """,
        lines="C8957, 96365",
        flags="C22",
        covers="C59 C68 C22",
        reading="C68 rules out 96368 here though C8957 is among its listed primaries.",
    )


def test_disconnecting_a_pump_is_nothing(spec):
    """The visit at which the pump comes off."""
    spec(
        """
        drug         | category     | pump     | running_on_arrival | start | stop
        fluorouracil | chemotherapy | portable | yes                | 10:00 | 10:05
        """,
        lines="",
        left_off="r1",
        covers="C25 R-TIME-18",
    )


def test_flush_at_the_disconnection_is_nothing(spec):
    """Nor is the flush of the port then."""
    spec(
        """
        drug          | route       | category     | pump     | running_on_arrival | start | stop
        fluorouracil  | iv_infusion | chemotherapy | portable | yes                | 10:00 | 10:05
        heparin flush | iv_push     | flush        |          |                    | 10:06 |
        """,
        lines="",
        left_off="r1 r2",
        covers="C25 R-CLS-12",
    )


def test_clinic_started_community_finished_pump_where_the_payer_wants_it(spec):
    """One carrier-priced code, and not the prolonged one with it."""
    spec(
        """
        drug         | category     | pump     | continues_off_site | start
        fluorouracil | chemotherapy | portable | yes                | 11:15
        """,
        lines="G0498",
        setting="professional",
        policy={"pump.community": "carrier_priced"},
        covers="R-CLS-11",
    )


def test_clinic_started_pump_by_default(spec):
    """The prolonged code."""
    spec(
        """
        drug         | category     | pump     | continues_off_site | start
        fluorouracil | chemotherapy | portable | yes                | 11:15
        """,
        lines="96416",
        setting="professional",
        covers="R-CLS-11",
    )


def test_prolonged_pump_beside_an_infusion_of_another_agent(spec):
    """The two coexist."""
    spec(
        """
        drug         | category     | pump     | continues_off_site | start | stop
        irinotecan   | chemotherapy |          |                    | 09:00 | 10:30
        fluorouracil | chemotherapy | portable | yes                | 11:00 |
        """,
        lines="96413, 96416",
        covers="R-INI-01 R-SEQ-12",
    )


def test_payer_that_calls_a_biologic_therapeutic(spec):
    """The class of a drug is the payer's too: no complex line where its list says so."""
    spec(
        """
        drug      | category | start | stop
        vedolizumab | therapeutic | 09:00 | 09:30
        """,
        lines="96365",
        covers="R-CLS-08",
    )


def test_complex_infusion_that_stopped_early_is_coded_as_it_ran(spec):
    """Ten minutes, then a reaction: a push; the rescue drugs are pushes and an injection."""
    spec(
        """
        drug            | route       | category | start | stop  | pauses
        rituximab       | iv_infusion | biologic | 09:00 |       | 09:10-
        diphenhydramine | iv_push     |          | 09:12 |       |
        famotidine      | iv_push     |          | 09:13 |       |
        epinephrine     | im          |          | 09:11 |       |
        """,
        lines="96409, 96375 x2, 96372-59",
        covers="R-TIME-09 R-TIME-02 C10",
    )


def test_bolus_infusion_and_then_the_pump_goes_home(spec):
    """One drug, two services: twenty minutes in the chair, then two days on the pump."""
    spec(
        """
        drug         | pump     | continues_off_site | start | stop
        fluorouracil |          |                    | 10:00 | 10:20
        fluorouracil | portable | yes                | 10:30 |
        """,
        lines="96413, 96416",
        covers="R-CLS-09 R-TIME-07 C07",
        reading="A run on a pump and one that is not are never one run.",
    )


def test_subcutaneous_pump_of_a_complex_agent_from_two_bags(spec):
    """One infusion by pump, whatever bags it took."""
    spec(
        """
        drug       | route       | order_id | start | stop
        bortezomib | sc_infusion | o        | 10:00 | 10:31
        bortezomib | sc_infusion | o        | 10:31 | 12:17
        """,
        lines="96401",
        covers="C69",
    )


def test_pump_that_goes_home_without_any_time(spec):
    """The start of the pump is the service; it is dated by the encounter."""
    spec(
        """
        drug         | pump     | continues_off_site | start | stop
        fluorouracil | portable | yes                |       |
        """,
        lines="96416",
        covers="R-CLS-09 C06 R-TIME-07",
    )


def test_into_the_central_nervous_system_is_to_be_confirmed(spec):
    """A reservoir is what the code is for; a lumbar puncture has another."""
    spec(
        """
        drug         | route       | start
        methotrexate | intrathecal | 09:00
        """,
        lines="96542",
        flags="r1",
        because="CPX-CONFIRM-RESERVOIR",
        covers="R-CLS-09",
    )
