def test_nothing_ran_between_its_start_and_its_stop(spec):
    """The pause spans the whole of it."""
    spec(
        """
        drug       | start | stop  | pauses
        vancomycin | 10:00 | 11:00 | 10:00-11:00
        """,
        lines="",
        left_off="r1",
        because="TIME-NOTHING-DELIVERED",
        covers="R-TIME-08 R-TIME-09",
    )


def test_one_bag_taken_up_again_hours_later(spec):
    """Five hours are past any pause: another dose, and the hours between do not count."""
    spec(
        """
        drug        | bag | start | stop
        ceftriaxone | b   | 10:00 | 10:30
        ceftriaxone | b   | 15:00 | 15:30
        """,
        lines="96365, 96366",
        covers="R-TIME-08 C05 R-SEQ-05",
    )


def test_one_drug_of_a_bag_has_the_times(spec):
    """What is mixed runs together: the charted stop of one is the stop of the bag."""
    spec(
        """
        drug          | bag | start | stop
        dexamethasone | b   | 10:00 | 10:30
        famotidine    | b   | 10:00 |
        """,
        lines="96365",
        because="RUN-ONE-BAG",
        covers="C24 R-SEQ-05",
    )


def test_overlapping_pauses_count_once_in_a_computed_end(spec):
    """85 mL at 60 mL/h run 85 minutes, whatever the pauses: no hour."""
    spec(
        """
        drug       | volume_infused_ml | rate_ml_per_h | start | stop | pauses
        vancomycin | 85                | 60            | 10:00 |      | 10:30-10:50, 10:40-11:00
        """,
        lines="96365",
        covers="R-TIME-16 R-TIME-09",
    )
