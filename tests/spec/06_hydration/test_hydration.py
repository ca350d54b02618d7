"""Hydration: one service, the union of its minutes, less everything it ran beside."""

title = "Hydration"


def test_minutes_under_a_drug_are_taken_out(spec):
    """16:00 to 19:00 of fluid, an hour of drug in the middle: 120 minutes are left."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 16:00 | 19:00
        ceftriaxone   |           | 17:00 | 18:00
        """,
        lines="96365, 96361 x2",
        covers="R-TIME-13 C17",
    )


def test_hour_before_and_hour_after_a_drug(spec):
    """60 and 60 are 120: two units."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 08:00 | 09:00
        ceftriaxone   |           | 09:00 | 09:30
        normal saline | hydration | 09:30 | 10:30
        """,
        lines="96365, 96361 x2",
        covers="R-TIME-04 R-TIME-13",
    )


def test_short_drip_takes_its_minutes_out_too(spec):
    """45 less 15 are 30: nothing is left to report."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 09:00 | 09:45
        ceftriaxone   |           | 09:20 | 09:35
        """,
        lines="96374",
        left_off="r1",
        covers="C17 R-TIME-13",
    )


def test_hand_push_takes_nothing_out(spec):
    """31 minutes of fluid stay 31."""
    spec(
        """
        drug          | route       | category  | hand_push | start | stop
        normal saline | iv_infusion | hydration |           | 09:00 | 09:31
        morphine      | iv_push     |           | yes       | 09:10 | 09:20
        """,
        lines="96374, 96361",
        covers="C17",
    )


def test_parts_of_thirty_minutes_or_less_are_added_and_flagged(spec):
    """20 before, 20 after."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 08:00 | 08:20
        ceftriaxone   |           | 08:20 | 08:50
        normal saline | hydration | 08:50 | 09:10
        """,
        lines="96365, 96361",
        flags="R-TIME-13",
        covers="R-TIME-13 D07",
    )


def test_parts_that_do_not_reach_the_floor_are_nothing(spec):
    """15 and 15."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 08:00 | 08:15
        ceftriaxone   |           | 08:15 | 08:45
        normal saline | hydration | 08:45 | 09:00
        """,
        lines="96365",
        left_off="r1 r3",
        covers="R-TIME-13 R-TIME-04",
    )


def test_two_fluids_at_one_time_count_once(spec):
    """The union of the wall clock: 09:00 to 10:31."""
    spec(
        """
        drug             | category  | start | stop
        normal saline    | hydration | 09:00 | 10:00
        lactated ringers | hydration | 09:30 | 10:31
        """,
        lines="96360, 96361",
        covers="C17",
    )


def test_different_fluids_are_one_service(spec):
    """40 minutes of one, 51 of another: 91."""
    spec(
        """
        drug             | category  | start | stop
        normal saline    | hydration | 09:00 | 09:40
        lactated ringers | hydration | 11:00 | 11:51
        """,
        lines="96360, 96361",
        covers="C17 R-TIME-13",
    )


def test_minutes_under_a_drug_at_another_access_are_taken_out(spec):
    """Of the patient, not of the line: 25 minutes are left."""
    spec(
        """
        drug          | category  | access | start | stop
        normal saline | hydration | A      | 09:00 | 10:00
        ceftriaxone   |           | B      | 09:15 | 09:50
        """,
        lines="96365",
        left_off="r1",
        accesses="A peripheral; B peripheral simultaneous_necessity",
        covers="C17 D30 R-SEQ-07",
    )


def test_hydration_of_all_accesses_belongs_to_the_first(spec):
    """The second access never has an initial hydration of its own."""
    spec(
        """
        drug          | category  | access | start | stop
        ceftriaxone   |           | A      | 09:00 | 09:30
        normal saline | hydration | B      | 10:00 | 11:00
        """,
        lines="96365, 96361",
        accesses="A peripheral; B peripheral protocol",
        covers="C56",
    )


def test_hydration_at_two_accesses_is_one_service(spec):
    """Two needles, one thirst."""
    spec(
        """
        drug          | category  | access | start | stop
        normal saline | hydration | A      | 09:00 | 10:00
        normal saline | hydration | B      | 10:00 | 11:00
        """,
        lines="96360, 96361",
        accesses="A peripheral; B peripheral protocol",
        covers="C56 C17",
    )


def test_hydration_after_a_drug_without_an_end_is_not_certain(spec):
    """It may have run beside the drug: no line, only what a stop would show."""
    spec(
        """
        drug          | category  | start | stop
        vancomycin    |           | 09:00 |
        normal saline | hydration | 10:00 | 11:00
        """,
        lines="",
        left_off="r1 r2",
        covers="C40 C70",
    )


def test_hydration_before_a_drug_without_an_end_is_certain(spec):
    """45 minutes were over before it began."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 08:00 | 08:45
        vancomycin    |           | 09:00 |
        """,
        lines="96360",
        left_off="r2",
        covers="C40",
    )


def test_hydration_that_the_uncertain_drug_splits(spec):
    """08:00 to 10:00 of fluid; the drug of unknown end began at 08:31: 31 minutes are certain."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 08:00 | 10:00
        vancomycin    |           | 08:31 |
        """,
        lines="96360",
        left_off="r2",
        covers="C40",
    )


def test_lower_bound_of_a_drug_makes_later_hydration_uncertain(spec):
    """Seen running at 09:40; when it ended is not known."""
    spec(
        """
        drug          | category  | start | stop  | last_observed_infusing
        vancomycin    |           | 09:00 |       | 09:40
        normal saline | hydration | 10:00 | 11:00 |
        """,
        lines="96365",
        left_off="r2",
        flags="r1",
        covers="C40 D03",
        reading="A lower bound does not show the end: fluid after the drug's start is uncertain.",
    )


def test_blocked_drug_still_takes_its_minutes_out(spec):
    """It is not reported, but it ran."""
    spec(
        """
        drug          | category  | order_signed | start | stop
        normal saline | hydration | yes          | 09:00 | 10:00
        vancomycin    |           | no           | 09:20 | 10:00
        """,
        lines="",
        left_off="r1 r2",
        covers="C54 C17",
    )


def test_unsigned_hydration_is_nothing(spec):
    """The order has to show it."""
    spec(
        """
        drug          | category  | order_signed | start | stop
        normal saline | hydration | no           | 09:00 | 10:00
        """,
        lines="",
        left_off="r1",
        covers="R-DOC-01 C11",
    )


def test_saline_and_blood_without_times(spec):
    """Saline with a transfusion is the line's, not hydration."""
    spec(
        """
        drug          | category  | minutes
        red cells     | blood     | 120
        normal saline | hydration | 60
        """,
        lines="36430",
        left_off="r2",
        covers="C63",
    )


def test_saline_with_its_own_indication_and_blood_without_times(spec):
    """A need of its own makes it hydration."""
    spec(
        """
        drug          | category  | indication | minutes
        red cells     | blood     | D64.9      | 120
        normal saline | hydration | E86.0      | 60
        """,
        lines="36430, 96360",
        covers="C63 C03",
    )


def test_hydration_and_a_drug_without_times_are_read_one_after_the_other(spec):
    """In charted order, so neither takes minutes from the other."""
    spec(
        """
        drug            | category  | minutes
        normal saline   | hydration | 45
        zoledronic acid |           | 16
        """,
        lines="96365, 96361",
        covers="C42",
    )


def test_hydration_around_a_toxic_drug_with_its_own_reason(spec):
    """Ordered and needed in itself."""
    spec(
        """
        drug          | category     | indication | start | stop
        normal saline | hydration    | E86.0      | 08:00 | 09:00
        cisplatin     | chemotherapy | C34.90     | 09:00 | 10:00
        """,
        lines="96413, 96361",
        covers="D11",
    )


def test_hydration_around_a_toxic_drug_in_a_profile_that_calls_it_integral(spec):
    """The labelling asks for it: part of the drug."""
    spec(
        """
        drug          | category     | indication | start | stop
        normal saline | hydration    | E86.0      | 08:00 | 09:00
        cisplatin     | chemotherapy | C34.90     | 09:00 | 10:00
        """,
        lines="96413",
        left_off="r1",
        policy={"hydration.with_toxic_drug": "integral"},
        covers="D11",
    )


def test_integral_hydration_does_not_touch_other_drugs(spec):
    """Ceftriaxone asks for no fluid."""
    spec(
        """
        drug          | category  | indication | start | stop
        normal saline | hydration | E86.0      | 08:00 | 09:00
        ceftriaxone   |           | N10        | 09:00 | 10:00
        """,
        lines="96365, 96361",
        policy={"hydration.with_toxic_drug": "integral"},
        covers="D11",
    )


def test_fluid_paused_is_not_running(spec):
    """60 less 30."""
    spec(
        """
        drug          | category  | start | stop  | pauses
        normal saline | hydration | 09:00 | 10:00 | 09:10-09:40
        """,
        lines="",
        left_off="r1",
        covers="R-TIME-09 R-TIME-03",
    )


def test_pause_of_the_drug_gives_the_minutes_back(spec):
    """The drug ran 20 of its 60 minutes; fluid beside the pause counts."""
    spec(
        """
        drug          | category  | start | stop  | pauses
        vancomycin    |           | 09:00 | 10:00 | 09:10-09:50
        normal saline | hydration | 09:00 | 10:00 |
        """,
        lines="96365, 96361",
        covers="R-TIME-13 C17",
        reading="Minutes under a drug bag are minutes in which it ran.",
    )


def test_timed_push_takes_nothing_out(spec):
    """Ten charted minutes of a push are no bag."""
    spec(
        """
        drug          | route       | category  | start | stop
        normal saline | iv_infusion | hydration | 09:00 | 09:31
        furosemide    | iv_push     |           | 09:10 | 09:20
        """,
        lines="96374, 96361",
        covers="C17",
    )


def test_long_push_that_counts_as_an_infusion_takes_its_minutes_out(spec):
    """20 minutes without presence: an infusion, and 30 minutes of fluid are left."""
    spec(
        """
        drug          | route       | category  | start | stop
        normal saline | iv_infusion | hydration | 09:00 | 09:50
        furosemide    | iv_push     |           | 09:10 | 09:30
        """,
        lines="96365",
        left_off="r1",
        covers="C17 C01",
    )


def test_fluid_under_the_prolonged_pump_is_not_hydration(spec):
    """A pump that runs is a drug bag too."""
    spec(
        """
        drug          | category  | pump     | start | stop
        milrinone     |           | portable | 08:00 | 17:00
        normal saline | hydration |          | 10:00 | 11:00
        """,
        lines="C8957",
        left_off="r2",
        covers="C17 R-SEQ-07",
    )


def test_hydration_crossing_the_inpatient_order(spec):
    """90 of its 180 minutes were outpatient."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 09:00 | 12:00
        """,
        lines="96360",
        chart={"inpatient_order_at": "10:30"},
        covers="R-CLS-18 R-TIME-03",
        reading="A run that crosses the order counts up to it.",
    )


def test_fluid_beside_a_lysis_that_is_reported_elsewhere(spec):
    """It has its code in another family; it ran all the same."""
    spec(
        """
        drug          | category  | indication | start | stop
        alteplase     |           | I63.9      | 10:00 | 11:00
        normal saline | hydration |            | 10:00 | 11:00
        """,
        lines="",
        left_off="r1 r2",
        covers="C17 R-TIME-13",
    )


def test_fluid_around_a_toxic_drug_without_a_need_of_its_own(spec):
    """Reportable when its own need is charted: here it is not, and that is said."""
    spec(
        """
        drug          | category     | start | stop
        cisplatin     | chemotherapy | 10:00 | 11:00
        normal saline | hydration    | 11:00 | 12:00
        """,
        lines="96413, 96361",
        because="HYD-NEED-OF-ITS-OWN",
        covers="D11",
    )


def test_lines_beside_a_row_that_was_set_aside_say_so(spec):
    """The drug's row cannot be read; the fluid stands for now, and everyone is told."""
    spec(
        """
        drug          | category  | start    | stop
        ceftriaxone   |           | +1 01:30 | +1 03:00
        normal saline | hydration | 09:00    | 10:00
        """,
        lines="96360",
        left_off="r1",
        day="2025-11-01",
        chart={"time_zone": "America/Chicago"},
        because="DOC-LINES-WITHOUT-ROWS",
        covers="C51 C20",
    )
