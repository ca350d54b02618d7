"""The same drug again."""

title = "Repeat"


def test_second_dose_is_a_further_hour_line(spec):
    """Never a new initial, never sequential."""
    spec(
        """
        drug      | order_id | dose | start | stop
        cefazolin | O1       | 1    | 08:00 | 09:00
        cefazolin | O1       | 1    | 16:00 | 17:00
        """,
        lines="96365, 96366",
        covers="R-SEQ-06 D04",
    )


def test_long_second_dose_is_one_plus_its_hours(spec):
    """91 minutes are two units."""
    spec(
        """
        drug       | dose | start | stop
        vancomycin | 1    | 08:00 | 09:30
        vancomycin | 1    | 20:00 | 21:31
        """,
        lines="96365, 96366 x2",
        covers="R-SEQ-06",
        reading="The longer run is initial (C02): 91 minutes give 96366 once, the other dose once.",
    )


def test_two_long_doses(spec):
    """Both of 91 minutes: one hour of the first, one and an hour of the second."""
    spec(
        """
        drug       | dose | start | stop
        vancomycin | 1    | 08:00 | 09:31
        vancomycin | 1    | 20:00 | 21:31
        """,
        lines="96365, 96366 x3",
        covers="R-SEQ-06",
    )


def test_second_dose_of_sixteen_minutes_is_flagged(spec):
    """Reported, in the band where authorities differ."""
    spec(
        """
        drug      | dose | start | stop
        cefazolin | 1    | 08:00 | 08:30
        cefazolin | 1    | 16:00 | 16:16
        """,
        lines="96365, 96366",
        flags="r2",
        covers="R-SEQ-06 D05",
    )


def test_second_dose_of_fifteen_minutes_is_a_repeat_push(spec):
    """A hospital has a code for a push of a drug already infused."""
    spec(
        """
        drug      | dose | start | stop
        cefazolin | 1    | 08:00 | 08:30
        cefazolin | 1    | 16:00 | 16:15
        """,
        lines="96365, 96376",
        covers="R-SEQ-06 R-SEQ-09 R-SEQ-10",
    )


def test_second_dose_of_fifteen_minutes_in_an_office(spec):
    """An office has none."""
    spec(
        """
        drug      | dose | primary_reason | start | stop
        cefazolin | 1    | yes            | 08:00 | 08:30
        cefazolin | 1    |                | 16:00 | 16:15
        """,
        lines="96365",
        left_off="r2",
        setting="professional",
        covers="R-SEQ-09 R-SEQ-10",
    )


def test_repeat_of_a_sequential_drug(spec):
    """The second dose of the second drug."""
    spec(
        """
        drug       | dose | start | stop
        vancomycin | 1    | 08:00 | 09:30
        cefepime   | 1    | 10:00 | 10:45
        cefepime   | 1    | 18:00 | 18:45
        """,
        lines="96365, 96367, 96366",
        covers="R-SEQ-06",
    )


def test_repeat_beside_another_drug_is_never_concurrent(spec):
    """The repeat keeps its own line; the drug that starts with it is sequential."""
    spec(
        """
        drug       | dose | start | stop
        vancomycin | 1    | 08:00 | 09:30
        cefepime   | 1    | 12:00 | 13:00
        vancomycin | 1    | 12:00 | 13:00
        """,
        lines="96365, 96367, 96366",
        covers="C15 C64",
    )


def test_new_drug_that_starts_during_a_repeat_is_concurrent(spec):
    """It came later than the repeat."""
    spec(
        """
        drug       | dose | start | stop
        vancomycin | 1    | 08:00 | 09:30
        vancomycin | 1    | 12:00 | 13:00
        cefepime   | 1    | 12:10 | 12:40
        """,
        lines="96365, 96366, 96368",
        covers="C64 C15",
    )


def test_new_drug_charted_after_a_repeat_of_the_same_minute_is_concurrent(spec):
    """Ties by charted order: the repeat stood first."""
    spec(
        """
        drug       | dose | start | stop
        vancomycin | 1    | 08:00 | 09:30
        vancomycin | 1    | 12:00 | 13:00
        cefepime   | 1    | 12:00 | 13:00
        """,
        lines="96365, 96366, 96368",
        covers="C64 C41",
    )


def test_same_drug_twice_without_clock_times_is_a_repeat(spec):
    """Order on the chart is all there is."""
    spec(
        """
        drug      | minutes
        cefazolin | 45
        cefazolin | 45
        """,
        lines="96365, 96366",
        covers="C64 R-SEQ-06",
    )


def test_same_drug_without_clock_times_across_a_replaced_access(spec):
    """One dose went on at the new site: 50 minutes."""
    spec(
        """
        drug      | access | minutes
        cefazolin | A      | 20
        cefazolin | B      | 30
        """,
        lines="96365",
        minutes="r1=50",
        accesses="A peripheral; B peripheral infiltration",
        covers="C64 C62",
    )


def test_repeat_of_a_complex_infusion(spec):
    """The complex hour takes the place of the therapeutic one."""
    spec(
        """
        drug       | category     | dose | start | stop
        cytarabine | chemotherapy | 1    | 08:00 | 09:00
        cytarabine | chemotherapy | 1    | 20:00 | 21:00
        """,
        lines="96413, 96415",
        covers="R-SEQ-06",
        reading="R-SEQ-06 read across to the complex family: a repeat is its hour code.",
    )


def test_repeat_under_an_initial_of_another_family_has_a_primary(spec):
    """Two doses of an antibiotic beside chemotherapy."""
    spec(
        """
        drug       | category     | dose | start | stop
        paclitaxel | chemotherapy | 1    | 10:00 | 11:00
        cefazolin  |              | 1    | 08:00 | 08:45
        cefazolin  |              | 1    | 16:00 | 16:45
        """,
        lines="96413, 96367, 96366",
        covers="R-SEQ-06 R-SEQ-12",
    )


def test_two_orders_of_one_drug_at_one_time(spec):
    """Rows of different orders never join: the second is a repeat, never concurrent."""
    spec(
        """
        drug       | order_id | start | stop
        vancomycin | O1       | 09:00 | 10:00
        vancomycin | O2       | 09:30 | 10:30
        """,
        lines="96365, 96366",
        covers="C37 C15 R-SEQ-06",
    )


def test_three_doses(spec):
    """Each later one is a line of its own."""
    spec(
        """
        drug      | dose | start    | stop
        cefazolin | 1    | 06:00    | 06:45
        cefazolin | 1    | 14:00    | 14:45
        cefazolin | 1    | 22:00    | 22:45
        """,
        lines="96365, 96366 x2",
        covers="R-SEQ-06",
    )


def test_short_drip_and_later_infusion_of_one_drug(spec):
    """The drip is a push of a drug that is also infused."""
    spec(
        """
        drug        | dose | start | stop
        ceftriaxone | 1    | 09:00 | 09:10
        ceftriaxone | 1    | 21:00 | 21:30
        """,
        lines="96365, 96376",
        flags="r1",
        covers="R-SEQ-10 D15 C16",
    )
