"""Injections: muscle, skin, artery, and pumps under the skin."""

title = "Injections and infusions not by vein"


def test_several_injections_are_units_of_one_line(spec):
    """Two drugs, two units."""
    spec(
        """
        drug        | route | start
        ketorolac   | im    | 09:00
        ceftriaxone | im    | 09:05
        """,
        lines="96372 x2",
        covers="C31 R-CLS-06",
    )


def test_split_dose_is_one_injection(spec):
    """One drug in two syringes within 15 minutes."""
    spec(
        """
        drug        | route | start
        ceftriaxone | im    | 09:00
        ceftriaxone | im    | 09:15
        """,
        lines="96372",
        covers="C09 C45 D16",
    )


def test_second_injection_after_sixteen_minutes_is_its_own(spec):
    """No longer one dose."""
    spec(
        """
        drug        | route | start
        ceftriaxone | im    | 09:00
        ceftriaxone | im    | 09:16
        """,
        lines="96372 x2",
        covers="C45",
    )


def test_split_dose_is_measured_from_the_first_syringe(spec):
    """09:20 is within 15 minutes of 09:10, not of 09:00."""
    spec(
        """
        drug        | route | start
        ceftriaxone | im    | 09:00
        ceftriaxone | im    | 09:10
        ceftriaxone | im    | 09:20
        """,
        lines="96372 x2",
        covers="C45",
    )


def test_split_dose_without_a_clock_is_one(spec):
    """No time shows two doses."""
    spec(
        """
        drug        | route
        ceftriaxone | im
        ceftriaxone | im
        """,
        lines="96372",
        covers="C45",
    )


def test_other_route_is_another_injection(spec):
    """Same substance *and* route."""
    spec(
        """
        drug    | route | start
        vitamin B12 | im | 09:00
        vitamin B12 | sc | 09:05
        """,
        lines="96372 x2",
        covers="C45",
    )


def test_split_complex_dose_is_one(spec):
    """Azacitidine in two syringes."""
    spec(
        """
        drug        | route | category     | start
        azacitidine | sc    | chemotherapy | 09:00
        azacitidine | sc    | chemotherapy | 09:02
        """,
        lines="96401",
        covers="C09 C45",
    )


def test_split_hormonal_dose_is_one(spec):
    """Fulvestrant in both hips."""
    spec(
        """
        drug        | route | category     | start
        fulvestrant | im    | chemotherapy | 09:00
        fulvestrant | im    | chemotherapy | 09:03
        """,
        lines="96402",
        covers="C09 C45",
    )


def test_injection_has_no_minutes(spec):
    """Its stop is ignored, even before its start."""
    spec(
        """
        drug      | route | start | stop
        ketorolac | im    | 09:00 | 08:00
        """,
        lines="96372",
        covers="C08 R-CLS-06",
    )


def test_arterial_injection(spec):
    """A drug pushed into an artery."""
    spec(
        """
        drug       | route   | start
        papaverine | ia_push | 09:00
        """,
        lines="96373",
        covers="R-CLS-06",
    )


def test_arterial_therapeutic_infusion_is_unlisted(spec):
    """More than 15 minutes have no code."""
    spec(
        """
        drug       | route       | start | stop
        papaverine | ia_infusion | 09:00 | 09:16
        """,
        lines="96379",
        covers="C47",
    )


def test_short_arterial_infusion_is_an_injection(spec):
    """15 minutes."""
    spec(
        """
        drug       | route       | start | stop
        papaverine | ia_infusion | 09:00 | 09:15
        """,
        lines="96373",
        covers="C47 R-CLS-06",
        reading="An arterial drip of 15 minutes or less is the injection, as by vein.",
    )


def test_arterial_complex_push(spec):
    """Chemotherapy pushed into an artery."""
    spec(
        """
        drug        | route   | category     | start
        melphalan   | ia_push | chemotherapy | 09:00
        """,
        lines="96420",
        covers="R-CLS-09 R-TIME-07",
    )


def test_each_further_arterial_complex_infusion_has_its_own_first_hour(spec):
    """Two agents by artery."""
    spec(
        """
        drug        | route       | category     | start | stop
        floxuridine | ia_infusion | chemotherapy | 09:00 | 10:00
        melphalan   | ia_infusion | chemotherapy | 10:00 | 11:00
        """,
        lines="96422 x2",
        covers="C47",
    )


def test_prolonged_arterial_pump(spec):
    """More than eight hours on a pump."""
    spec(
        """
        drug        | route       | category     | pump      | start | stop
        floxuridine | ia_infusion | chemotherapy | implanted | 08:00 | 17:00
        """,
        lines="96425",
        covers="R-TIME-07 R-CLS-09",
    )


def test_several_drugs_by_one_subcutaneous_set_up(spec):
    """One first hour, however many drugs."""
    spec(
        """
        drug            | route       | access | start | stop
        immune globulin | sc_infusion | S      | 09:00 | 10:00
        deferoxamine    | sc_infusion | S      | 10:00 | 11:00
        """,
        lines="96369, 96370",
        accesses="S subcutaneous",
        covers="C69",
        reading="One set-up, so its minutes are counted over the drugs it gave.",
    )


def test_second_subcutaneous_set_up(spec):
    """A new site with a reason; the minutes of both are summed."""
    spec(
        """
        drug            | route       | access | start | stop
        immune globulin | sc_infusion | S      | 09:00 | 10:00
        immune globulin | sc_infusion | T      | 09:00 | 10:00
        """,
        lines="96369, 96370, 96371",
        accesses="S subcutaneous; T subcutaneous protocol",
        covers="C27 R-SEQ-13",
    )


def test_second_subcutaneous_site_without_a_reason(spec):
    """No reason: no further set-up, and the same minutes are not counted twice."""
    spec(
        """
        drug            | route       | access | start | stop
        immune globulin | sc_infusion | S      | 09:00 | 10:00
        immune globulin | sc_infusion | T      | 09:00 | 10:00
        """,
        lines="96369",
        accesses="S subcutaneous; T subcutaneous",
        covers="C27 C12",
        reading="Only set-ups that count are summed; without a reason there is one, and one clock.",
    )


def test_complex_agent_by_subcutaneous_pump(spec):
    """The complex injection, however long."""
    spec(
        """
        drug       | route       | category     | start | stop
        bortezomib | sc_infusion | chemotherapy | 09:00 | 10:31
        """,
        lines="96401",
        covers="C69",
    )


def test_further_subcutaneous_hours_only_under_the_first(spec):
    """Where the first hour is not reached there is no further one."""
    spec(
        """
        drug            | route       | start | stop
        immune globulin | sc_infusion | 09:00 | 09:14
        """,
        lines="96372",
        covers="R-SEQ-13 R-CLS-05",
    )


def test_injection_beside_a_push_of_the_same_drug(spec):
    """Another route is another service."""
    spec(
        """
        drug      | route   | start
        ketorolac | iv_push | 09:00
        ketorolac | im      | 12:00
        """,
        lines="96374, 96372-59",
        covers="R-NCC-02 R-CLS-06",
    )


def test_second_set_up_of_another_drug_with_a_reason(spec):
    """Two drugs, two set-ups: the further set-up once, and 120 minutes in all."""
    spec(
        """
        drug            | route       | access | start | stop
        immune globulin | sc_infusion | S      | 09:00 | 10:00
        deferoxamine    | sc_infusion | T      | 09:00 | 10:00
        """,
        lines="96369, 96370, 96371",
        accesses="S subcutaneous; T subcutaneous incompatible_drugs",
        because="INJ-SC-SECOND-SITE",
        covers="C27 R-SEQ-13",
    )


def test_second_set_up_of_another_drug_without_a_reason(spec):
    """Not reported."""
    spec(
        """
        drug            | route       | access | start | stop
        immune globulin | sc_infusion | S      | 09:00 | 09:45
        deferoxamine    | sc_infusion | T      | 09:00 | 09:45
        """,
        lines="96369",
        left_off="96371",
        accesses="S subcutaneous; T subcutaneous",
        because="INJ-SC-SITE-NO-REASON",
        covers="C27",
    )


def test_biologic_that_the_formulary_holds_therapeutic(spec):
    """Charted as a biologic; the formulary's row says therapeutic, and is not silent."""
    spec(
        """
        drug     | route | category | start
        Neulasta | sc    | biologic | 09:00
        """,
        lines="96372",
        covers="C39",
    )


def test_two_drugs_in_one_syringe_into_one_muscle(spec):
    """All drugs in one container are one administration."""
    spec(
        """
        drug         | route | bag | start
        ketorolac    | im    | s   | 10:00
        promethazine | im    | s   | 10:00
        """,
        lines="96372",
        covers="R-SEQ-05",
    )


def test_subcutaneous_infusion_running_on_arrival(spec):
    """Its set-up was not done here."""
    spec(
        """
        drug            | route       | running_on_arrival | start | stop
        immune globulin | sc_infusion | yes                | 10:00 | 11:00
        """,
        lines="",
        left_off="r1",
        flags="r1",
        covers="R-TIME-19 C57",
    )
