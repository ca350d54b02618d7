"""The minute at which the next unit begins."""

title = "Thresholds"


def test_first_further_hour_begins_at_ninety_one(spec):
    """90 minutes are one unit."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:30
        """,
        lines="96365",
        covers="R-TIME-01 D34",
    )


def test_ninety_one_minutes(spec):
    """One minute more."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:31
        """,
        lines="96365, 96366",
        covers="R-TIME-01 D34",
    )


def test_second_further_hour_begins_at_one_hundred_and_fifty_one(spec):
    """Not at 121: 150 minutes are one further hour."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 11:30
        """,
        lines="96365, 96366",
        covers="R-TIME-01",
    )


def test_chemotherapy_follows_the_same_curve(spec):
    """151 minutes of a complex drug."""
    spec(
        """
        drug       | category     | start | stop
        paclitaxel | chemotherapy | 09:00 | 11:31
        """,
        lines="96413, 96415 x2",
        covers="R-TIME-02",
    )


def test_short_chemotherapy_is_a_push(spec):
    """15 minutes."""
    spec(
        """
        drug       | category     | start | stop
        bortezomib | chemotherapy | 09:00 | 09:15
        """,
        lines="96409",
        covers="R-TIME-02",
    )


def test_thirty_minutes_of_hydration_are_nothing(spec):
    """And never a push."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 10:00 | 10:30
        """,
        lines="",
        left_off="r1",
        covers="R-TIME-03",
    )


def test_thirty_one_minutes_of_hydration(spec):
    """The floor."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 10:00 | 10:31
        """,
        lines="96360",
        covers="R-TIME-03",
    )


def test_hydration_hours(spec):
    """90 and 91 minutes."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 10:00 | 11:31
        """,
        lines="96360, 96361",
        covers="R-TIME-03",
    )


def test_hydration_beside_an_initial_push(spec):
    """Secondary hydration has no first hour of its own: 90 minutes are one, 91 two."""
    spec(
        """
        drug          | route       | category    | start | stop
        ondansetron   | iv_push     | therapeutic | 09:00 |
        normal saline | iv_infusion | hydration   | 09:05 | 10:36
        """,
        lines="96374, 96361 x2",
        covers="R-TIME-04",
    )


def test_hydration_beside_an_initial_push_one_minute_less(spec):
    """90 minutes."""
    spec(
        """
        drug          | route       | category    | start | stop
        ondansetron   | iv_push     | therapeutic | 09:00 |
        normal saline | iv_infusion | hydration   | 09:05 | 10:35
        """,
        lines="96374, 96361",
        covers="R-TIME-04",
    )


def test_sequential_hours(spec):
    """A second drug of 91 minutes after a first."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 08:00 | 10:31
        vancomycin  | 10:31 | 12:02
        """,
        lines="96365, 96366 x3, 96367",
        covers="R-TIME-05 R-SEQ-02",
    )


def test_subcutaneous_hours(spec):
    """91 minutes under the skin."""
    spec(
        """
        drug            | route       | start | stop
        immune globulin | sc_infusion | 09:00 | 10:31
        """,
        lines="96369, 96370",
        covers="R-TIME-06",
    )


def test_arterial_chemotherapy_hours(spec):
    """The arterial pair follows the same curve."""
    spec(
        """
        drug        | route       | category     | start | stop
        floxuridine | ia_infusion | chemotherapy | 09:00 | 10:31
        """,
        lines="96422, 96423",
        covers="R-TIME-07",
    )


def test_prolonged_chemotherapy_pump(spec):
    """481 minutes on a portable pump."""
    spec(
        """
        drug         | category     | pump     | start | stop
        fluorouracil | chemotherapy | portable | 08:00 | 16:01
        """,
        lines="96416",
        covers="R-TIME-07",
    )


def test_chemotherapy_pump_of_eight_hours_sharp(spec):
    """480 minutes are hours."""
    spec(
        """
        drug         | category     | pump     | start | stop
        fluorouracil | chemotherapy | portable | 08:00 | 16:00
        """,
        lines="96413, 96415 x7",
        covers="R-TIME-07",
    )


def test_chemotherapy_that_goes_home_on_a_pump(spec):
    """Continuing off site is enough; the end is not seen here."""
    spec(
        """
        drug         | category     | pump     | continues_off_site | start
        fluorouracil | chemotherapy | portable | yes                | 14:00
        """,
        lines="96416",
        covers="R-TIME-07 R-TIME-18 C06",
    )


def test_push_needs_a_time_and_no_stop(spec):
    """A stop time of a push is ignored, even one before its start."""
    spec(
        """
        drug     | route   | hand_push | start | stop
        morphine | iv_push | yes       | 09:00 | 08:59
        """,
        lines="96374",
        covers="R-TIME-14 C08",
    )
