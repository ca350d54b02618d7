"""What is part of another service, and what else was done."""

title = "Bundled and other services"


def test_starting_the_line_is_included(spec):
    """A needle in a vein for the infusion it serves."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="36000",
        services="36000",
        covers="R-BND-01 R-BND-02 C33",
    )


def test_skilled_venipuncture_is_included(spec):
    """Nor one that needed a practitioner."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="36410",
        services="36410",
        covers="R-BND-03",
    )


def test_arterial_access_for_arterial_chemotherapy_is_included(spec):
    """The way in belongs to what goes in."""
    spec(
        """
        drug        | route       | category     | start | stop
        floxuridine | ia_infusion | chemotherapy | 09:00 | 10:00
        """,
        lines="96422",
        left_off="36140",
        services="36140",
        covers="R-BND-04",
    )


def test_picc_placement_is_separate(spec):
    """Placing a central line is reported; the infusion is its column 2, flagged."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="36573, 96365",
        flags="C22",
        services="36573",
        covers="R-BND-05 C22 R-NCC-01",
    )


def test_local_anaesthetic_and_flush_are_included(spec):
    """Numbing the skin and clearing the line."""
    spec(
        """
        drug         | route       | category   | start | stop
        lidocaine    | sc          | anesthetic | 08:55 |
        ceftriaxone  | iv_infusion |            | 09:00 | 09:30
        saline flush | iv_push     | flush      | 09:31 |
        """,
        lines="96365",
        left_off="r1 r3",
        covers="R-BND-01",
    )


def test_device_flush_never_stands_with_another_service(spec):
    """Listed as done beside an infusion."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="96523",
        services="96523",
        covers="R-BND-06 R-NCC-01",
    )


def test_device_flush_alone_is_echoed(spec):
    """The sole service."""
    spec("drug | start", lines="96523", services="96523", covers="R-BND-06 C33 R-CLS-12")


def test_device_flush_beside_an_office_visit(spec):
    """On a practitioner's claim never."""
    spec(
        """
        drug          | route   | category | access | start
        heparin flush | iv_push | flush    | A      | 09:00
        """,
        lines="99213",
        left_off="r1",
        accesses="A port",
        services="99213",
        setting="professional",
        covers="R-BND-06 D23 C33",
    )


def test_heparin_for_the_flush_is_included(spec):
    """On a practitioner's claim its product code is column 2."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="J1642",
        services="J1642",
        setting="professional",
        covers="R-BND-07",
    )


def test_oximetry_is_included(spec):
    """Paid only alone."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 09:00
        """,
        lines="96374",
        left_off="94760",
        services="94760",
        covers="R-BND-08",
    )


def test_oximetry_alone(spec):
    """Nothing else was done."""
    spec("drug | start", lines="94760", services="94760", covers="R-BND-08 C33")


def test_nurse_visit_is_never_reported_with_an_initial_in_an_office(spec):
    """Indicator 0."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="99211",
        services="99211",
        setting="professional",
        covers="R-BND-09 R-NCC-01",
    )


def test_visit_with_work_of_its_own_keeps_its_modifier(spec):
    """25 on the visit, nothing on the drug."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="99213-25, 96365",
        services="99213-25",
        flags="!C22",
        setting="professional",
        covers="R-BND-10 R-MOD-02 C33",
    )


def test_visit_without_the_modifier_is_reported_as_charted_and_flagged(spec):
    """Whether there was work of its own is not ours to decide."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="99213, 96365",
        flags="R-BND-10",
        services="99213",
        setting="professional",
        covers="R-BND-10 R-MOD-02 C22",
        reading="C22 read for visits: without a charted distinct purpose, plain and flagged.",
    )


def test_hospital_clinic_visit_with_its_modifier(spec):
    """The hospital's own visit code."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="G0463-25, 96365",
        services="G0463-25",
        flags="!C22",
        covers="R-BND-09 R-BND-10 R-MOD-02",
    )


def test_emergency_visit_of_a_hospital_has_no_edit(spec):
    """The pair exists on practitioner claims only."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 09:00
        """,
        lines="99284-25, 96374",
        services="99284-25",
        covers="R-BND-10 C33",
    )


def test_ultrasound_for_a_nurses_line_is_nothing(spec):
    """Its access procedure is bundled, so it has none."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="36000 76937",
        services="36000 76937",
        covers="R-BND-12",
    )


def test_supplies_are_not_payable(spec):
    """Tubing and syringes."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="99070",
        services="99070",
        setting="professional",
        covers="R-BND-13 R-BND-01",
    )


def test_transfusion_listed_as_a_service_is_once_a_day(spec):
    """Charted as a row and as a service: one line."""
    spec(
        """
        drug      | category | start | stop
        red cells | blood    | 09:00 | 11:00
        """,
        lines="36430",
        services="36430",
        covers="R-CLS-13 C33",
    )


def test_declotting_needs_no_modifier(spec):
    """No edit pair with any infusion."""
    spec(
        """
        drug       | category     | start | stop
        paclitaxel | chemotherapy | 09:00 | 10:00
        """,
        lines="36593, 96413",
        services="36593",
        covers="R-BND-11",
    )


def test_carrier_is_no_hydration_though_it_ran_an_hour(spec):
    """The bag that carried the drug."""
    spec(
        """
        drug          | category  | purpose | bag | start | stop
        magnesium sulfate | therapeutic | | B1  | 09:00 | 10:00
        normal saline | hydration | carrier | B1  | 09:00 | 10:00
        """,
        lines="96365",
        covers="R-BND-14",
    )


def test_drug_of_an_anaesthetic_is_part_of_it(spec):
    """Sedation and surgery hold the drugs that serve them."""
    spec(
        """
        drug     | route   | category   | start
        propofol | iv_push | anesthetic | 09:00
        """,
        lines="",
        left_off="r1",
        covers="R-BND-15 R-CLS-17",
    )


def test_therapy_on_the_day_of_a_procedure_is_not(spec):
    """Separately ordered, of its own purpose."""
    spec(
        """
        drug        | route   | category    | start
        propofol    | iv_push | anesthetic  | 09:00
        ketorolac   | iv_push | therapeutic | 12:00
        """,
        lines="96374",
        left_off="r1",
        covers="R-BND-15",
    )


def test_pump_refill_as_the_only_service(spec):
    """An implanted pump."""
    spec("drug | start", lines="96522", services="96522", covers="R-CLS-12 C33")


def test_draw_from_another_catheter_with_the_flush(spec):
    """Only the draw."""
    spec(
        "drug | start",
        lines="36592",
        left_off="96523",
        services="36592 96523",
        covers="R-CLS-16 R-BND-06 C25",
    )


def test_pump_refill_beside_an_infusion_is_reported_and_flagged(spec):
    """Indicator 1 without a charted distinct purpose."""
    spec(
        """
        drug       | category     | start | stop
        paclitaxel | chemotherapy | 09:00 | 10:00
        """,
        lines="96413, 96521",
        flags="C22",
        services="96521",
        covers="C22 R-CLS-12 R-NCC-01",
    )


def test_code_no_table_knows_is_echoed_and_flagged(spec):
    """An unknown code is a finding, never silently dropped."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365, 12345",
        flags="C33",
        services="12345",
        because="BND-UNKNOWN-CODE",
        covers="C33",
    )


def test_pair_that_never_goes_together_is_predicted(spec):
    """A chemotherapy hour beside a prolonged pump: the edits decide payment, not the code."""
    spec(
        """
        drug       | category     | pump     | start | stop
        paclitaxel | chemotherapy |          | 06:00 | 07:31
        milrinone  |              | portable | 08:00 | 17:00
        """,
        lines="96413, 96415, C8957",
        flags="R-NCC-01",
        because="EDT-NEVER-TOGETHER",
        covers="R-NCC-01 C59",
    )


def test_draw_beside_an_infusion_nobody_can_charge(spec):
    """The order is unsigned; the infusion was given all the same, so the draw was not alone."""
    spec(
        """
        drug        | order_signed | start | stop
        ceftriaxone | no           | 10:00 | 11:00
        """,
        lines="",
        left_off="r1 36591",
        services="36591",
        covers="R-BND-06 R-CLS-16",
    )


def test_pump_refill_by_a_practitioner_in_a_facility(spec):
    """The facility reports it."""
    spec(
        """
        drug | route | start
        """,
        lines="",
        left_off="96521",
        setting="professional",
        chart={"place_of_service": "22"},
        services="96521",
        covers="R-INI-11",
    )


def test_heparin_of_a_port_flush(spec):
    """The flush is the service; its heparin is part of it."""
    spec(
        """
        drug         | route   | category | access | start
        saline flush | iv_push | flush    | P      | 10:00
        """,
        lines="96523",
        left_off="J1642",
        accesses="P",
        services="J1642",
        covers="R-BND-07 R-CLS-12",
    )


def test_a_charged_drug_whose_dose_is_charted_is_worked_out_and_not_echoed(spec):
    """The line of the dose stands; the charge beside it is the same drug again."""
    spec(
        """
        drug        | route       | start | stop  | dose | dose_unit
        ceftriaxone | iv_infusion | 09:00 | 09:40 | 1    | g
        """,
        lines="96365",
        left_off="J0696",
        services="J0696",
        because="BND-DRUG-DERIVED",
        covers="C33 R-DRG-13",
    )
