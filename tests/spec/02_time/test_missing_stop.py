"""A stop that is not charted: what may show the end, in order."""

title = "Evidence of the end"


def test_stop_is_best(spec):
    """The clock wins over everything else, and a contradiction is flagged."""
    spec(
        """
        drug       | start | stop  | minutes | last_observed_infusing
        vancomycin | 09:00 | 10:00 | 120     | 11:30
        """,
        lines="96365",
        minutes="r1=60",
        flags="r1",
        covers="C50 R-TIME-15",
    )


def test_charted_minutes_come_before_volume(spec):
    """91 minutes charted, 60 derived from the pump."""
    spec(
        """
        drug       | start | minutes | volume_infused_ml | rate_ml_per_h
        vancomycin | 09:00 | 91      | 250               | 250
        """,
        lines="96365, 96366",
        covers="C50",
    )


def test_volume_and_rate_come_before_the_last_observation(spec):
    """250 mL at 250 mL/h are an hour, though someone saw it running at 10:31."""
    spec(
        """
        drug       | start | volume_infused_ml | rate_ml_per_h | last_observed_infusing
        vancomycin | 09:00 | 250               | 250           | 10:31
        """,
        lines="96365",
        minutes="r1=60",
        covers="C50 R-TIME-15 R-TIME-16 D01",
    )


def test_last_observation_comes_before_disconnection(spec):
    """A lower bound, flagged: at 10:31 it still ran."""
    spec(
        """
        drug       | start | last_observed_infusing | disconnected_at
        vancomycin | 09:00 | 10:31                  | 12:00
        """,
        lines="96365, 96366",
        minutes="r1=91",
        flags="r1",
        covers="C50 R-TIME-15 D03",
    )


def test_disconnection_is_the_last_resort(spec):
    """Disconnected after 60 minutes."""
    spec(
        """
        drug       | start | disconnected_at
        vancomycin | 09:00 | 10:00
        """,
        lines="96365",
        minutes="r1=60",
        covers="C50 R-TIME-15 R-TIME-18",
    )


def test_end_of_the_encounter_is_never_a_stop(spec):
    """Nothing shows how long it ran: nothing is reported, and the missing fact is named."""
    spec(
        """
        drug       | start
        vancomycin | 09:00
        """,
        lines="",
        left_off="r1",
        flags="r1",
        possible="96365 stop 09:16",
        chart={"ended_at": "12:00"},
        covers="C50 C70 R-TIME-15 R-TIME-18 D01",
    )


def test_time_of_charting_is_never_a_stop(spec):
    """When it was typed says nothing."""
    spec(
        """
        drug       | start | recorded_at
        vancomycin | 09:00 | 11:00
        """,
        lines="",
        left_off="r1",
        covers="C50",
    )


def test_volume_hung_counts_as_infused_unless_it_went_home(spec):
    """500 mL at 125 mL/h are four hours."""
    spec(
        """
        drug       | start | volume_ml | rate_ml_per_h
        vancomycin | 09:00 | 500       | 125
        """,
        lines="96365, 96366 x3",
        minutes="r1=240",
        covers="C38 R-TIME-16",
    )


def test_volume_infused_comes_before_volume_hung(spec):
    """Only 100 of 500 mL went in."""
    spec(
        """
        drug       | start | volume_ml | volume_infused_ml | rate_ml_per_h
        vancomycin | 09:00 | 500       | 100               | 125
        """,
        lines="96365",
        minutes="r1=48",
        covers="C38",
    )


def test_bag_hung_that_left_with_the_patient_proves_nothing(spec):
    """It continues off site; how much went in here is unknown."""
    spec(
        """
        drug       | start | volume_ml | rate_ml_per_h | continues_off_site
        vancomycin | 09:00 | 500       | 125           | yes
        """,
        lines="",
        left_off="r1",
        flags="r1",
        covers="C38 R-TIME-18",
    )


def test_volume_without_a_rate_is_not_enough(spec):
    """250 mL, at what rate?"""
    spec(
        """
        drug       | start | volume_infused_ml
        vancomycin | 09:00 | 250
        """,
        lines="",
        left_off="r1",
        flags="r1",
        covers="R-TIME-16 C70",
    )


def test_rate_without_a_volume_is_not_enough(spec):
    """250 mL/h, for how long?"""
    spec(
        """
        drug       | start | rate_ml_per_h
        vancomycin | 09:00 | 250
        """,
        lines="",
        left_off="r1",
        covers="R-TIME-16 C70",
    )


def test_rate_changes_are_followed(spec):
    """100 mL in the first hour, 200 in the second."""
    spec(
        """
        drug            | start | volume_infused_ml | rate_ml_per_h | rates
        immune globulin | 09:00 | 300               | 100           | 10:00 200
        """,
        lines="96365, 96366",
        minutes="r1=120",
        covers="R-TIME-16",
    )


def test_derived_minutes_are_floored(spec):
    """100 mL at 66 mL/h are 90.9 minutes."""
    spec(
        """
        drug       | start | volume_infused_ml | rate_ml_per_h
        vancomycin | 09:00 | 100               | 66
        """,
        lines="96365",
        minutes="r1=90",
        covers="C18",
    )


def test_derived_minutes_need_no_clock(spec):
    """Volume and rate give a duration even where no time is charted."""
    spec(
        """
        drug       | volume_infused_ml | rate_ml_per_h
        vancomycin | 250               | 250
        """,
        lines="96365",
        minutes="r1=60",
        covers="R-TIME-16 C42",
    )


def test_hydration_is_computed_too(spec):
    """500 mL at 500 mL/h."""
    spec(
        """
        drug          | category  | start | volume_infused_ml | rate_ml_per_h
        normal saline | hydration | 09:00 | 500               | 500
        """,
        lines="96360",
        covers="R-TIME-15 D02",
    )


def test_hydration_without_evidence_is_nothing(spec):
    """Never a push."""
    spec(
        """
        drug          | category  | start
        normal saline | hydration | 09:00
        """,
        lines="",
        left_off="r1",
        possible="96360 stop 09:31",
        covers="R-TIME-15 D02",
    )


def test_infusion_without_an_end_leaves_the_others_their_places(spec):
    """It is removed before the initial is chosen."""
    spec(
        """
        drug       | start | stop
        vancomycin | 08:00 |
        cefepime   | 09:00 | 09:30
        """,
        lines="96365",
        left_off="r1",
        possible="96367 stop",
        covers="C70 R-INI-10",
    )


def test_order_without_administration_times_is_no_evidence(spec):
    """A signed order with its time says nothing of the end."""
    spec(
        """
        drug       | order_id | order_signed | ordered_at | start
        vancomycin | O1       | yes          | 08:00      | 09:00
        """,
        lines="",
        left_off="r1",
        covers="R-TIME-15",
    )


def test_rate_of_nothing_is_no_time(spec):
    """The pump stood still for ten minutes: 30 and 30 were delivered."""
    spec(
        """
        drug            | start | volume_infused_ml | rate_ml_per_h | rates
        immune globulin | 09:00 | 100               | 100           | 09:30 0, 09:40 100
        """,
        lines="96365",
        minutes="r1=60",
        covers="R-TIME-16",
    )


def test_rate_change_after_the_bag_was_empty_changes_nothing(spec):
    """100 mL were in after an hour."""
    spec(
        """
        drug            | start | volume_infused_ml | rate_ml_per_h | rates
        immune globulin | 09:00 | 100               | 100           | 10:30 200
        """,
        lines="96365",
        minutes="r1=60",
        covers="R-TIME-16",
    )


def test_hydration_frames_of_a_computed_drug(spec):
    """The drug ran until 10:00 by volume and rate: the fluid after it is certain."""
    spec(
        """
        drug          | category  | start | stop  | volume_infused_ml | rate_ml_per_h
        vancomycin    |           | 09:00 |       | 250               | 250
        normal saline | hydration | 09:00 | 10:31 |                   |
        """,
        lines="96365, 96361",
        covers="R-TIME-16 C40 C17",
    )


def test_infusion_with_neither_start_nor_duration_is_nothing(spec):
    """Only that it was given is charted; a duration would do."""
    spec(
        """
        drug       | route       | start | stop
        vancomycin | iv_infusion |       |
        """,
        lines="",
        left_off="r1",
        flags="r1",
        possible="96365 minutes 16",
        because="TIME-NO-START",
        covers="R-DOC-05 R-TIME-15 C50",
    )


def test_charted_stop_is_not_argued_with(spec):
    """Ninety minutes are charted: that a minute more would pay is nobody's missing fact."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:30
        """,
        lines="96365",
        possible="!",
        covers="R-TIME-01",
    )
