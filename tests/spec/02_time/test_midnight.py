"""Midnight and stays of several days: units once, dates by the minute."""

title = "Midnight"


def test_units_are_computed_once_over_the_run(spec):
    """22:00 to 06:30 is 510 minutes, not 120 and 390."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 22:00 | +1 06:30
        """,
        lines="96360 @+0, 96361 @+0, 96361 x6 @+1",
        covers="R-TIME-17 C19 D08",
    )


def test_hour_is_dated_by_its_thirty_first_minute(spec):
    """The first further hour at 23:30, the second at 00:30."""
    spec(
        """
        drug       | start | stop
        vancomycin | 22:00 | +1 00:31
        """,
        lines="96365 @+0, 96366 @+0, 96366 @+1",
        covers="C19 D08",
    )


def test_minute_before_midnight(spec):
    """The ninety-first minute is the last of the day."""
    spec(
        """
        drug       | start | stop
        vancomycin | 22:29 | +1 00:10
        """,
        lines="96365 @+0, 96366 @+0",
        covers="C19",
    )


def test_minute_after_midnight(spec):
    """The ninety-first minute is the first of the next day."""
    spec(
        """
        drug       | start | stop
        vancomycin | 22:30 | +1 00:10
        """,
        lines="96365 @+0, 96366 @+1",
        covers="C19",
    )


def test_minutes_of_the_date_are_delivered_minutes(spec):
    """Half an hour of pause moves the ninety-first delivered minute past midnight."""
    spec(
        """
        drug       | start | stop     | pauses
        vancomycin | 22:20 | +1 00:21 | 23:00-23:30
        """,
        lines="96365 @+0, 96366 @+1",
        minutes="r1=91",
        covers="C53 C19",
    )


def test_office_dates_everything_by_the_start(spec):
    """A practitioner's claim carries the day the infusion began."""
    spec(
        """
        drug       | start | stop
        vancomycin | 22:00 | +1 00:31
        """,
        lines="96365 @+0, 96366 x2 @+0",
        setting="professional",
        covers="D08",
    )


def test_secondary_hydration_hours_are_dated_by_their_thirty_first_minute(spec):
    """Two before midnight, six after."""
    spec(
        """
        drug          | route       | category    | start | stop
        morphine      | iv_push     | therapeutic | 22:20 |
        normal saline | iv_infusion | hydration   | 22:00 | +1 06:30
        """,
        lines="96374 @+0, 96361 x2 @+0, 96361 x6 @+1",
        covers="C19 D08 R-TIME-04",
    )


def test_three_days_of_hydration_are_one_run(spec):
    """20:00 to 02:00 two days on: 1,800 minutes."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 20:00 | +2 02:00
        """,
        lines="96360 @+0, 96361 x3 @+0, 96361 x24 @+1, 96361 x2 @+2",
        flags="r1",
        covers="R-TIME-17 C19 C20",
    )


def test_one_initial_for_all_days(spec):
    """The second day has no initial of its own."""
    spec(
        """
        drug        | start    | stop
        ceftriaxone | 20:00    | 20:30
        vancomycin  | +1 08:00 | +1 08:30
        """,
        lines="96365 @+0, 96367 @+1",
        covers="R-INI-07 R-TIME-17",
    )


def test_repeat_of_a_short_dose_is_dated_by_its_start(spec):
    """23:50 to 00:10, a dose already given that day."""
    spec(
        """
        drug      | order_id | dose | start | stop
        cefazolin | O1       | 1    | 15:50 | 16:10
        cefazolin | O1       | 1    | 23:50 | +1 00:10
        """,
        lines="96365 @+0, 96366 @+0",
        covers="C19 R-SEQ-06",
    )


def test_sequential_drug_across_midnight(spec):
    """Its first unit by its start, its hour by the minute."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 18:00 | 21:00
        vancomycin  | 22:45 | +1 00:20
        """,
        lines="96365 @+0, 96366 x2 @+0, 96367 @+0, 96366 @+1",
        covers="C19 R-TIME-05",
    )


def test_push_is_dated_by_its_time(spec):
    """A push after midnight is the next day's."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 23:50
        morphine | iv_push | +1 00:30
        """,
        lines="96374 @+0, 96376 @+1",
        covers="R-TIME-14 R-SEQ-09",
    )


def test_row_without_a_clock_takes_the_date_of_service(spec):
    """No time is charted: the encounter's date."""
    spec(
        """
        drug       | minutes
        vancomycin | 91
        """,
        lines="96365 @+0, 96366 @+0",
        covers="R-TIME-17 C42",
    )
