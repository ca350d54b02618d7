"""What counts: bags, pauses, seconds."""

title = "What counts"


def test_second_bag_joins_within_five_minutes(spec):
    """43 minutes, five to change the bag, 43 minutes: 91 delivered."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 09:43
        vancomycin | 09:48 | 10:31
        """,
        lines="96365, 96366",
        minutes="r1=91 r2=91",
        covers="C05 R-TIME-09 R-TIME-12 D40",
    )


def test_longer_gap_does_not_count(spec):
    """Six minutes: the same dose goes on, the gap is left out; 86."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 09:43
        vancomycin | 09:49 | 10:32
        """,
        lines="96365",
        minutes="r1=86",
        covers="C05 C14 R-TIME-09",
    )


def test_touching_bags_are_one_run(spec):
    """Three bags, no gap."""
    spec(
        """
        drug        | start | stop
        amphotericin | 09:00 | 09:30
        amphotericin | 09:30 | 10:00
        amphotericin | 10:00 | 10:31
        """,
        lines="96365, 96366",
        minutes="r1=91",
        covers="R-TIME-12",
    )


def test_overlapping_segments_of_one_run_count_once(spec):
    """Two rows of one order that overlap: wall-clock minutes, not their sum."""
    spec(
        """
        drug       | order_id | start | stop
        vancomycin | O1       | 09:00 | 10:00
        vancomycin | O1       | 09:30 | 10:30
        """,
        lines="96365",
        minutes="r1=90",
        covers="R-TIME-12 C14",
    )


def test_rows_of_different_orders_never_join(spec):
    """Touching, but two orders: the second is a repeat."""
    spec(
        """
        drug       | order_id | start | stop
        vancomycin | O1       | 09:00 | 09:43
        vancomycin | O2       | 09:43 | 10:26
        """,
        lines="96365, 96366",
        covers="C37 R-SEQ-06",
    )


def test_row_without_an_order_joins(spec):
    """Same order means not carrying two different ones."""
    spec(
        """
        drug       | order_id | start | stop
        vancomycin | O1       | 09:00 | 09:43
        vancomycin |          | 09:43 | 10:26
        """,
        lines="96365",
        minutes="r1=86",
        covers="C37 R-TIME-12",
    )


def test_two_doses_more_than_a_bag_change_apart_are_two(spec):
    """Each row carries its dose."""
    spec(
        """
        drug      | order_id | dose | dose_unit | start | stop
        cefazolin | O1       | 1    | g         | 09:00 | 09:30
        cefazolin | O1       | 1    | g         | 09:36 | 10:06
        """,
        lines="96365, 96366",
        covers="C62 R-SEQ-06",
    )


def test_two_dosed_bags_hung_one_after_the_other_are_one_run(spec):
    """Within the bag-change gap even dosed bags join."""
    spec(
        """
        drug      | order_id | dose | dose_unit | start | stop
        cefazolin | O1       | 1    | g         | 09:00 | 09:30
        cefazolin | O1       | 1    | g         | 09:35 | 10:05
        """,
        lines="96365",
        minutes="r1=65",
        covers="C62 C05",
    )


def test_run_resumed_within_two_hours(spec):
    """The later row carries no dose of its own: the same dose goes on, 60 minutes in all."""
    spec(
        """
        drug       | order_id | start | stop
        vancomycin | O1       | 09:00 | 09:30
        vancomycin | O1       | 11:30 | 12:00
        """,
        lines="96365",
        minutes="r1=60",
        covers="C14 R-TIME-09 D41",
    )


def test_run_not_resumed_within_two_hours_is_a_repeat(spec):
    """121 minutes later it is another infusion."""
    spec(
        """
        drug       | order_id | start | stop
        vancomycin | O1       | 09:00 | 09:30
        vancomycin | O1       | 11:31 | 12:01
        """,
        lines="96365, 96366",
        covers="C14 R-SEQ-06 D41",
    )


def test_line_replaced_during_a_dose(spec):
    """Infiltrated and re-sited: one dose, whatever the rows carry."""
    spec(
        """
        drug       | order_id | dose | dose_unit | access | start | stop
        vancomycin | O1       | 1    | g         | A      | 09:00 | 09:20
        vancomycin | O1       | 1    | g         | B      | 09:40 | 10:10
        """,
        lines="96365",
        minutes="r1=50",
        accesses="A peripheral; B peripheral infiltration",
        covers="C62 R-INI-05 R-INI-08",
    )


def test_pause_is_taken_out(spec):
    """95 minutes less five."""
    spec(
        """
        drug       | start | stop  | pauses
        vancomycin | 09:00 | 10:35 | 09:30-09:35
        """,
        lines="96365",
        minutes="r1=90",
        covers="R-TIME-09 C62",
    )


def test_shortest_pause_never_counts(spec):
    """A pause of a minute is no bag change: 91 less one."""
    spec(
        """
        drug       | start | stop  | pauses
        vancomycin | 09:00 | 10:31 | 09:30-09:31
        """,
        lines="96365",
        minutes="r1=90",
        covers="C62",
    )


def test_overlapping_pauses_come_off_once(spec):
    """09:30 to 09:40 is ten minutes, drawn twice or not."""
    spec(
        """
        drug       | start | stop  | pauses
        vancomycin | 09:00 | 10:41 | 09:30-09:38, 09:35-09:40
        """,
        lines="96365, 96366",
        minutes="r1=91",
        covers="R-TIME-09",
    )


def test_reaction_stop_without_resuming_codes_what_ran(spec):
    """Ten minutes of an intended hour are a push."""
    spec(
        """
        drug       | start | pauses
        vancomycin | 09:00 | 09:10-
        """,
        lines="96374",
        minutes="r1=10",
        covers="R-TIME-09 C50",
    )


def test_open_pause_ends_an_infusion_without_a_stop(spec):
    """40 minutes ran."""
    spec(
        """
        drug       | start | pauses
        vancomycin | 09:00 | 09:40-
        """,
        lines="96365",
        minutes="r1=40",
        covers="C50 R-TIME-09",
    )


def test_pauses_come_off_charted_minutes(spec):
    """95 charted, five of them paused."""
    spec(
        """
        drug       | start | minutes | pauses
        vancomycin | 09:00 | 95      | 09:30-09:35
        """,
        lines="96365",
        minutes="r1=90",
        covers="C50",
    )


def test_seconds_are_floored(spec):
    """15 minutes 59 seconds are 15 minutes."""
    spec(
        """
        drug        | start    | stop
        ceftriaxone | 09:00:00 | 09:15:59
        """,
        lines="96374",
        minutes="r1=15",
        covers="C35",
    )


def test_seconds_of_both_ends_are_kept(spec):
    """09:00:30 to 09:16:30 are 16 minutes."""
    spec(
        """
        drug        | start    | stop
        ceftriaxone | 09:00:30 | 09:16:30
        """,
        lines="96365",
        covers="C35",
    )


def test_seconds_are_floored_once_over_the_run(spec):
    """8:30 and 7:30 make 16 minutes, not 8 and 7."""
    spec(
        """
        drug        | start    | stop
        ceftriaxone | 09:00:00 | 09:08:30
        ceftriaxone | 09:20:00 | 09:27:30
        """,
        lines="96365",
        minutes="r1=16",
        covers="C35 R-TIME-09",
    )


def test_fraction_of_a_charted_minute_is_floored(spec):
    """15.9 minutes are 15."""
    spec(
        """
        drug        | minutes
        ceftriaxone | 15.9
        """,
        lines="96374",
        covers="C35 C50",
    )


def test_flush_after_a_drug_adds_no_minutes(spec):
    """13 minutes of drug, 4 of flush."""
    spec(
        """
        drug          | category    | purpose | order_id | start | stop
        ceftriaxone   | therapeutic |         | O1       | 09:00 | 09:13
        normal saline | flush       | flush   | O1       | 09:13 | 09:17
        """,
        lines="96374",
        left_off="r2",
        covers="R-TIME-11 D28",
    )


def test_keep_open_fluid_fills_no_gap(spec):
    """31 and 31 minutes of hydration around 60 of keep-open are 62 minutes."""
    spec(
        """
        drug          | category  | purpose   | start | stop
        normal saline | hydration | hydration | 09:00 | 09:31
        normal saline | hydration | keep_open | 09:31 | 10:31
        normal saline | hydration | hydration | 10:31 | 11:02
        """,
        lines="96360",
        left_off="r2",
        covers="R-TIME-10 C17",
    )


def test_second_bag_of_a_sequential_drug_is_no_second_infusate(spec):
    """Once per infusate, not per bag."""
    spec(
        """
        drug        | start | stop
        vancomycin  | 08:00 | 10:00
        cefepime    | 10:00 | 10:30
        cefepime    | 10:32 | 11:00
        """,
        lines="96365, 96366, 96367",
        covers="R-TIME-05 R-TIME-12 R-SEQ-01",
    )


def test_pause_outside_the_run_takes_nothing_off(spec):
    """It was over before the drug began."""
    spec(
        """
        drug       | start | stop  | pauses
        vancomycin | 09:00 | 10:31 | 08:40-08:50
        """,
        lines="96365, 96366",
        minutes="r1=91",
        covers="R-TIME-09",
    )


def test_pause_that_reaches_past_the_stop_takes_off_what_lies_within(spec):
    """Paused at 10:30, stopped at 10:31."""
    spec(
        """
        drug       | start | stop  | pauses
        vancomycin | 09:00 | 10:31 | 10:30-10:45
        """,
        lines="96365",
        minutes="r1=90",
        covers="R-TIME-09",
    )


def test_replaced_line_hours_later_is_a_new_dose(spec):
    """A resumed dose goes on within two hours, replaced access or not."""
    spec(
        """
        drug       | order_id | dose | access | start | stop
        vancomycin | O1       | 1    | A      | 08:00 | 09:00
        vancomycin | O1       | 1    | B      | 20:00 | 21:00
        """,
        lines="96365, 96366",
        accesses="A peripheral; B peripheral restart",
        covers="C14 C62 R-INI-08",
    )


def test_resumed_after_a_charted_reaction(spec):
    """Both rows carry the dose, but the first was paused and not finished."""
    spec(
        """
        drug      | category | order_id | dose | start | stop  | pauses
        rituximab | biologic | O1       | 700  | 09:00 |       | 09:30-
        rituximab | biologic | O1       | 700  | 10:00 | 11:01 |
        """,
        lines="96413, 96415",
        minutes="r1=91",
        covers="C62 C14 R-TIME-09",
    )
