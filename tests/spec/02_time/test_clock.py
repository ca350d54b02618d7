"""Clocks: zones, changes of clocks, and times that cannot be."""

title = "Clocks"

CHICAGO = {"time_zone": "America/Chicago"}


def test_autumn_night_has_one_hour_more(spec):
    """23:05 to 02:20 over the November change in Chicago is 255 minutes."""
    spec(
        """
        drug       | start | stop
        vancomycin | 23:05 | +1 02:20
        """,
        lines="96365, 96366 x3",
        minutes="r1=255",
        day="2024-11-02",
        chart=CHICAGO,
        covers="R-TIME-20 C52",
    )


def test_same_night_elsewhere_has_none(spec):
    """In Phoenix clocks do not change: 195 minutes."""
    spec(
        """
        drug       | start | stop
        vancomycin | 23:05 | +1 02:20
        """,
        lines="96365, 96366 x2",
        minutes="r1=195",
        day="2024-11-02",
        chart={"time_zone": "America/Phoenix"},
        covers="C52",
    )


def test_spring_night_has_one_hour_less(spec):
    """01:30 to 03:30 over the March change is one hour."""
    spec(
        """
        drug       | start | stop
        vancomycin | 01:30 | 03:30
        """,
        lines="96365",
        minutes="r1=60",
        day="2024-03-10",
        chart=CHICAGO,
        covers="R-TIME-20 C52",
    )


def test_skipped_local_time_is_set_aside(spec):
    """02:30 did not exist that night; nothing is guessed."""
    spec(
        """
        drug       | start | stop
        vancomycin | 02:30 | 04:30
        """,
        lines="",
        flags="r1 C20",
        day="2024-03-10",
        chart=CHICAGO,
        covers="C20 R-TIME-20",
    )


def test_repeated_local_time_is_set_aside(spec):
    """01:30 came twice; which one is not known.  The other drug is coded."""
    spec(
        """
        drug       | start | stop
        vancomycin | 01:30 | 04:30
        cefepime   | 05:00 | 05:30
        """,
        lines="96365",
        flags="r1 C20",
        day="2024-11-03",
        chart=CHICAGO,
        covers="C20 R-TIME-20",
    )


def test_repeated_local_time_with_an_offset_is_plain(spec):
    """An offset says which of the two it was: 01:30 to 01:30 is an hour."""
    spec(
        """
        drug       | start                     | stop
        vancomycin | 2024-11-03T01:30:00-05:00 | 2024-11-03T01:30:00-06:00
        """,
        lines="96365",
        minutes="r1=60",
        day="2024-11-03",
        chart=CHICAGO,
        covers="C20 C52",
    )


def test_naive_stop_takes_the_offset_of_its_start(spec):
    """No zone is known: 00:30 to 02:30 is two hours."""
    spec(
        """
        drug       | start                     | stop
        vancomycin | 2024-11-03T00:30:00-05:00 | 02:30
        """,
        lines="96365, 96366",
        minutes="r1=120",
        day="2024-11-03",
        covers="C52",
    )


def test_naive_stop_is_read_in_a_known_zone(spec):
    """Chicago is known: the same stop is an hour later."""
    spec(
        """
        drug       | start                     | stop
        vancomycin | 2024-11-03T00:30:00-05:00 | 02:30
        """,
        lines="96365, 96366 x2",
        minutes="r1=180",
        day="2024-11-03",
        chart=CHICAGO,
        covers="C52",
    )


def test_naive_night_of_a_change_is_flagged(spec):
    """No zone: compared as they stand, and someone is told what night it was."""
    spec(
        """
        drug       | start | stop
        vancomycin | 23:05 | +1 02:20
        """,
        lines="96365, 96366 x2",
        minutes="r1=195",
        flags="C52",
        day="2024-11-02",
        covers="C52",
    )


def test_stop_before_start_is_set_aside(spec):
    """The whole row; the rest is coded."""
    spec(
        """
        drug       | start | stop
        vancomycin | 10:00 | 09:00
        cefepime   | 10:00 | 10:30
        """,
        lines="96365",
        flags="r1 C20",
        covers="C20 R-TIME-20",
    )


def test_stop_at_start_is_set_aside(spec):
    """No minutes at all is a fault of an infusion."""
    spec(
        """
        drug       | start | stop
        vancomycin | 10:00 | 10:00
        """,
        lines="",
        flags="r1 C20",
        covers="C20",
    )


def test_row_set_aside_blocks_no_hydration(spec):
    """Its minutes are not known to have run."""
    spec(
        """
        drug          | category    | start | stop
        vancomycin    | therapeutic | 09:30 | 09:20
        normal saline | hydration   | 09:00 | 10:00
        """,
        lines="96360",
        flags="r1 C20",
        covers="C51 C20",
    )


def test_exact_duplicate_counts_once(spec):
    """The same row twice."""
    spec(
        """
        id | drug     | route   | start
        r1 | morphine | iv_push | 09:00
        r1 | morphine | iv_push | 09:00
        """,
        lines="96374",
        flags="r1 C20",
        covers="C20",
    )


def test_run_of_more_than_a_day_is_coded_and_flagged(spec):
    """25 hours."""
    spec(
        """
        drug    | start | stop
        heparin | 08:00 | +1 09:00
        """,
        lines="96365, 96366 x24",
        flags="r1 C20",
        covers="C20 R-TIME-20",
    )


def test_four_drugs_at_one_minute_are_coded_and_flagged(spec):
    """Identical starts for more than three drugs are doubtful, not wrong."""
    spec(
        """
        drug            | route   | start
        morphine        | iv_push | 09:00
        ondansetron     | iv_push | 09:00
        famotidine      | iv_push | 09:00
        diphenhydramine | iv_push | 09:00
        """,
        lines="96374, 96375 x3",
        flags="r1 C20",
        covers="C20 R-TIME-20",
    )


def test_two_runs_on_one_channel_are_coded_and_flagged(spec):
    """One channel cannot run two bags."""
    spec(
        """
        drug       | pump_channel | start | stop
        vancomycin | 1            | 09:00 | 10:00
        cefepime   | 1            | 09:50 | 10:20
        """,
        lines="96365, 96367",
        flags="r2 C20",
        covers="C20 R-TIME-20",
    )


def test_stop_after_the_end_of_the_encounter_is_coded_and_flagged(spec):
    """The patient had left at 09:45."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:00
        """,
        lines="96365",
        flags="r1 C20",
        chart={"ended_at": "09:45"},
        covers="C20 R-TIME-20",
    )


def test_runs_all_of_exactly_an_hour_are_flagged(spec):
    """A default duration rather than a clock."""
    spec(
        """
        drug       | start | stop
        vancomycin | 08:00 | 09:00
        cefepime   | 09:00 | 10:00
        ampicillin | 10:00 | 11:00
        acyclovir  | 11:00 | 12:00
        """,
        lines="96365, 96367 x3",
        flags="C20",
        covers="C20 R-TIME-20",
    )


def test_rows_without_clocks_are_one_after_the_other(spec):
    """In charted order, never concurrent."""
    spec(
        """
        drug       | minutes
        vancomycin | 60
        cefepime   | 60
        """,
        lines="96365, 96367",
        covers="C42",
    )


def test_pump_that_ends_off_site_may_run_for_days(spec):
    """The 24-hour limit is about bags at the bedside."""
    spec(
        """
        drug         | category     | pump     | continues_off_site | start | stop
        fluorouracil | chemotherapy | portable | yes                | 12:00 | +2 10:00
        """,
        lines="96416",
        flags="!C20",
        covers="C06",
    )


def test_run_of_a_day_sharp_is_not_doubtful(spec):
    """24 hours are not over 24 hours."""
    spec(
        """
        drug    | start | stop
        heparin | 08:00 | +1 08:00
        """,
        lines="96365, 96366 x23",
        flags="!C20",
        covers="C20 R-TIME-20",
    )


def test_three_drugs_at_one_minute_are_not_doubtful(spec):
    """More than three are."""
    spec(
        """
        drug        | route   | start
        morphine    | iv_push | 09:00
        ondansetron | iv_push | 09:00
        famotidine  | iv_push | 09:00
        """,
        lines="96374, 96375 x2",
        flags="!C20",
        covers="C20 R-TIME-20",
    )


def test_zone_gives_the_calendar_day(spec):
    """03:00 in Greenwich is 22:00 the evening before in Chicago."""
    spec(
        """
        drug       | start                | stop
        vancomycin | 2024-08-15T03:00:00Z | 2024-08-15T05:31:00Z
        """,
        lines="96365 @+0, 96366 @+0, 96366 @+1",
        chart=CHICAGO,
        covers="C19 C52",
        reading="The day of a line is the local day of the encounter's zone, where it is known.",
    )


def test_two_offsets_of_one_run_are_one_clock(spec):
    """An hour, though the digits say two."""
    spec(
        """
        drug       | start                     | stop
        vancomycin | 2024-08-14T09:00:00-05:00 | 2024-08-14T11:00:00-04:00
        """,
        lines="96365",
        minutes="r1=60",
        covers="C52",
    )


def test_four_bags_at_one_minute_are_coded_and_flagged(spec):
    """Infusions as well as pushes."""
    spec(
        """
        drug          | start | stop
        vancomycin    | 09:00 | 11:00
        cefepime      | 09:00 | 09:30
        metronidazole | 09:00 | 09:40
        fluconazole   | 09:00 | 09:50
        """,
        lines="96365, 96366, 96368",
        flags="r1 C20",
        covers="C20 R-TIME-20",
    )


def test_naive_time_beside_times_with_an_offset_is_set_aside(spec):
    """No zone says where the naive one lies; the rest is coded."""
    spec(
        """
        drug       | start                     | stop
        vancomycin | 2024-08-14T09:00:00-05:00 | 2024-08-14T10:00:00-05:00
        cefepime   | 11:00                     | 11:30
        """,
        lines="96365",
        left_off="r2",
        because="TIME-SET-ASIDE-MIXED",
        covers="C52",
        reading="Rows that cannot be put on one clock cannot be compared; a guess is not made.",
    )


def test_row_with_the_id_of_another_is_set_aside(spec):
    """Not an exact duplicate: which of the two is meant is not known."""
    spec(
        """
        id | drug        | route   | start
        a  | morphine    | iv_push | 09:00
        a  | ondansetron | iv_push | 09:05
        """,
        lines="96374",
        left_off="a",
        because="DOC-SET-ASIDE-SAME-ID",
        covers="C20",
        reading="The first row of an id stands; a later one that says something else does not.",
    )


def test_no_clock_and_no_date_sets_the_encounter_aside(spec):
    """No edition can be chosen without a day."""
    spec(
        """
        drug       | minutes
        vancomycin | 60
        """,
        lines="",
        flags="C71",
        chart={"date_of_service": None},
        because="ENC-SET-ASIDE-NO-DATE",
        covers="C71",
    )


def test_inpatient_order_in_the_repeated_hour(spec):
    """01:30 occurred twice: the earlier reading cuts less than it might, and it is said."""
    spec(
        """
        drug       | start | stop
        vancomycin | 23:00 | +1 03:00
        """,
        lines="96365, 96366",
        day="2025-11-01",
        chart={"time_zone": "America/Chicago", "inpatient_order_at": "+1 01:30"},
        because="DOC-ENCOUNTER-CLOCK",
        covers="C20 R-CLS-18",
        reading="From the earlier reading on nothing is reported: 150 minutes.",
    )


def test_inpatient_order_in_the_repeated_hour_east_of_greenwich(spec):
    """02:30 occurred twice there too, and the earlier reading is ninety minutes after 01:00."""
    spec(
        """
        drug       | start | stop
        vancomycin | 01:00 | 04:00
        """,
        lines="96365",
        day="2025-10-26",
        chart={"time_zone": "Europe/Berlin", "inpatient_order_at": "02:30"},
        because="DOC-ENCOUNTER-CLOCK",
        covers="C20 R-CLS-18",
        reading="From the earlier reading on nothing is reported: 90 minutes.",
    )


def test_given_after_the_inpatient_order_though_only_its_end_is_charted(spec):
    """Its start is its stop less its minutes, and that lies after the order."""
    spec(
        """
        drug     | minutes | start | stop
        cefepime | 60      |       | 12:00
        """,
        lines="",
        left_off="r1",
        chart={"inpatient_order_at": "10:10"},
        covers="R-CLS-18",
    )


def test_a_wrong_year_is_a_slip(spec):
    """The stop is two centuries away: the row is set aside, and nothing hangs on it."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 10:00 | +65000 11:00
        """,
        lines="",
        left_off="r1",
        because="TIME-SET-ASIDE-TOO-LONG",
        covers="R-TIME-20",
    )
