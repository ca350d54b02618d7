"""Who may report at all: place, status and sole services."""

title = "Place and status"


def test_practitioner_in_a_facility_reports_nothing(spec):
    """The hospital reports; the practitioner there does not."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:00
        """,
        lines="",
        left_off="r1",
        setting="professional",
        chart={"place_of_service": "22"},
        covers="R-INI-11",
    )


def test_practitioner_in_an_office_reports(spec):
    """Place of service 11 is no facility."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:00
        """,
        lines="96365",
        setting="professional",
        chart={"place_of_service": "11"},
        covers="R-INI-11",
    )


def test_off_campus_department_is_a_facility_for_the_practitioner(spec):
    """Place of service 19."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 09:00
        """,
        lines="",
        left_off="r1",
        setting="professional",
        chart={"place_of_service": "19"},
        covers="R-INI-11",
    )


def test_nothing_after_the_inpatient_order(spec):
    """Outpatient lines end where the inpatient order begins."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 08:00 | 08:30
        morphine    | iv_push     | 09:59 |
        vancomycin  | iv_infusion | 10:00 | 11:30
        """,
        lines="96365, 96375",
        left_off="r3",
        chart={"inpatient_order_at": "10:00"},
        covers="R-CLS-18",
    )


def test_run_is_cut_at_the_inpatient_order(spec):
    """Two hours charted, 90 minutes of them outpatient."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 08:00 | 10:00
        """,
        lines="96365",
        minutes="r1=90",
        chart={"inpatient_order_at": "09:30"},
        covers="R-CLS-18",
        reading="A run that crosses the order counts up to it.",
    )


def test_contrast_belongs_to_the_imaging(spec):
    """Never a push of its own."""
    spec(
        """
        drug       | route   | category | start
        gadobutrol | iv_push | contrast | 09:00
        """,
        lines="",
        left_off="r1",
        covers="R-CLS-17 D32",
    )


def test_contrast_is_no_new_drug_beside_others(spec):
    """And it takes no place among them."""
    spec(
        """
        drug       | route   | category    | start
        gadobutrol | iv_push | contrast    | 09:00
        morphine   | iv_push | therapeutic | 09:10
        """,
        lines="96374",
        left_off="r1",
        covers="R-CLS-17 D32",
    )


def test_port_flush_alone(spec):
    """An implanted port flushed as the only service."""
    spec(
        """
        drug          | route   | category | access | start
        heparin flush | iv_push | flush    | A      | 09:00
        """,
        lines="96523",
        accesses="A port",
        covers="R-CLS-12 C25",
    )


def test_flush_of_an_access_of_unknown_kind_is_flagged(spec):
    """Reported, and someone is asked what was flushed."""
    spec(
        """
        drug          | route   | category | access | start
        heparin flush | iv_push | flush    | A      | 09:00
        """,
        lines="96523",
        flags="C73",
        covers="C73 R-CLS-12",
    )


def test_flush_after_a_drug_is_part_of_it(spec):
    """Anything else that day, and the flush is bundled."""
    spec(
        """
        drug          | route       | category    | access | start | stop
        ceftriaxone   | iv_infusion | therapeutic | A      | 09:00 | 09:30
        heparin flush | iv_push     | flush       | A      | 09:30 |
        """,
        lines="96365",
        left_off="r2",
        accesses="A port",
        covers="R-CLS-12 R-BND-01 R-TIME-11",
    )


def test_flush_of_a_peripheral_lock_is_nothing(spec):
    """A peripheral cannula is no access device of that code."""
    spec(
        """
        drug         | route   | category | access | start
        saline flush | iv_push | flush    | A      | 09:00
        """,
        lines="",
        left_off="r1",
        accesses="A peripheral",
        covers="C25 R-CLS-12",
        reading="A short peripheral cannula is not an 'access device': its flush alone is nothing.",
    )


def test_flush_and_draw_are_the_draw_only(spec):
    """Port flushed and blood drawn: only the draw."""
    spec(
        """
        drug          | route   | category | access | start
        heparin flush | iv_push | flush    | A      | 09:00
        """,
        lines="36591",
        left_off="r1",
        accesses="A port",
        services="36591",
        covers="C25 R-CLS-16 R-BND-06",
    )


def test_draw_alone(spec):
    """A draw from a port when nothing else is done."""
    spec("drug | start", lines="36591", services="36591", covers="R-CLS-16 R-BND-06 C33")


def test_draw_beside_an_infusion_is_nothing(spec):
    """Any other service of the family that day, and the draw is left off."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="36591",
        services="36591",
        setting="professional",
        covers="R-CLS-16 R-BND-06",
    )


def test_declotting_is_reported_beside_an_infusion(spec):
    """Clearing a clotted catheter is separate."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365, 36593",
        services="36593",
        covers="R-CLS-16 R-BND-11 C33",
    )


def test_refill_of_a_portable_pump(spec):
    """Refill and maintenance, nothing else."""
    spec("drug | start", lines="96521", services="96521", covers="R-CLS-12 C33")


def test_refill_beside_the_start_of_a_prolonged_pump_is_nothing(spec):
    """The start of the pump holds the care of it: indicator 0."""
    spec(
        """
        drug         | category     | pump     | continues_off_site | start
        fluorouracil | chemotherapy | portable | yes                | 10:00
        """,
        lines="96416",
        left_off="96521",
        services="96521",
        covers="R-CLS-12 R-NCC-01",
    )


def test_home_infusion_up_to_two_hours(spec):
    """A home visit, payer other than Medicare."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 11:00
        """,
        lines="99601",
        setting="professional",
        payer="commercial",
        chart={"place_of_service": "12"},
        covers="R-CLS-15",
        reading="The visit is measured by what was infused, where nothing else measures it.",
    )


def test_home_infusion_of_three_hours(spec):
    """Every further hour."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 12:00
        """,
        lines="99601, 99602",
        setting="professional",
        payer="commercial",
        chart={"place_of_service": "12"},
        covers="R-CLS-15",
    )


def test_home_infusion_for_medicare_is_not_the_hourly_code(spec):
    """Medicare has its own visit codes, in units of 15 minutes."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:00
        """,
        lines="G0068 x4",
        setting="professional",
        payer="medicare",
        chart={"place_of_service": "12"},
        covers="R-CLS-15",
        reading="A gap of more than 60 days is not shown, so it is not a first visit.",
    )


def test_lysis_for_stroke_is_outside_this_family(spec):
    """A thrombolytic for a stroke has a code elsewhere."""
    spec(
        """
        drug      | indication | start | stop
        alteplase | I63.9      | 09:00 | 10:00
        """,
        lines="",
        left_off="r1",
        covers="C61",
    )


def test_run_cut_short_by_the_inpatient_order_is_a_push(spec):
    """Ten minutes of it were outpatient."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:50 | 10:50
        """,
        lines="96374",
        minutes="r1=10",
        chart={"inpatient_order_at": "10:00"},
        covers="R-CLS-18 R-TIME-01",
        reading="A run that crosses the order counts up to it.",
    )


def test_draw_beside_an_infusion_at_a_hospital(spec):
    """No edit there, but the rule is the same."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 09:00 | 09:30
        """,
        lines="96365",
        left_off="36592",
        services="36592",
        covers="R-CLS-16 R-BND-06",
    )


def test_one_home_visit_a_day_whatever_was_given(spec):
    """The injection is part of the visit; the day is one visit of three hours."""
    spec(
        """
        drug       | route       | start | stop
        vancomycin | iv_infusion | 09:00 | 11:00
        cefepime   | iv_infusion | 11:30 | 12:00
        ketorolac  | im          | 12:00 |
        """,
        lines="99601, 99602",
        left_off="r2 r3",
        setting="professional",
        payer="commercial",
        chart={"place_of_service": "12"},
        because="HOME-IN-THE-VISIT",
        covers="R-CLS-15",
        reading="The visit lasts from the first start to the last stop of its day.",
    )


def test_pump_that_stays_running_after_a_home_visit(spec):
    """How long the visit lasted is not shown: one unit, and a question."""
    spec(
        """
        drug         | pump     | continues_off_site | start | stop
        fluorouracil | portable | yes                | 10:00 |
        """,
        lines="G0070",
        setting="professional",
        payer="medicare",
        chart={"place_of_service": "12"},
        covers="R-CLS-15",
    )
