"""Two drugs at one time."""

title = "Concurrent"


def test_two_drugs_at_one_time(spec):
    """Separate containers, same access, same time."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 11:00
        cefepime   | 09:00 | 09:30
        """,
        lines="96365, 96366, 96368",
        covers="R-SEQ-03 R-SEQ-04",
    )


def test_overlap_of_sixteen_minutes(spec):
    """Enough."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:30
        cefepime   | 10:14 | 10:44
        """,
        lines="96365, 96368",
        covers="R-SEQ-04 D09",
    )


def test_overlap_of_fifteen_minutes(spec):
    """Not enough: sequential."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:30
        cefepime   | 10:15 | 10:45
        """,
        lines="96365, 96367",
        covers="R-SEQ-04 D09",
    )


def test_pauses_are_not_time_together(spec):
    """30 minutes side by side, 15 of them paused: 15 together."""
    spec(
        """
        drug       | start | stop  | pauses
        vancomycin | 09:00 | 11:00 |
        cefepime   | 10:30 | 11:15 | 10:35-10:50
        """,
        lines="96365, 96366, 96367",
        covers="R-SEQ-04 R-TIME-09",
        reading="Overlap is of delivered minutes: a pause is time in which nothing ran.",
    )


def test_push_during_an_infusion_is_never_concurrent(spec):
    """Both must be infusions."""
    spec(
        """
        drug       | route       | start | stop
        vancomycin | iv_infusion | 09:00 | 10:00
        cefepime   | iv_infusion | 09:10 | 09:25
        """,
        lines="96365, 96375",
        covers="R-SEQ-04 R-SEQ-08",
    )


def test_third_drug_at_one_time_is_nothing(spec):
    """Once a date, however many bags hang."""
    spec(
        """
        drug          | start | stop
        vancomycin    | 09:00 | 10:30
        cefepime      | 09:00 | 10:00
        metronidazole | 09:00 | 09:45
        """,
        lines="96365, 96368",
        left_off="r3",
        covers="R-SEQ-03",
    )


def test_second_pair_of_the_date_is_nothing(spec):
    """Its second drug earns neither 96368 nor 96367."""
    spec(
        """
        drug          | start | stop
        vancomycin    | 09:00 | 10:30
        cefepime      | 09:00 | 10:00
        fluconazole   | 12:00 | 13:00
        metronidazole | 12:00 | 12:45
        """,
        lines="96365, 96367, 96368",
        left_off="r4",
        covers="C15 R-SEQ-03",
    )


def test_pair_on_the_next_date_is_its_own(spec):
    """Once per date of service."""
    spec(
        """
        drug          | start    | stop
        vancomycin    | 09:00    | 10:30
        cefepime      | 09:00    | 10:00
        fluconazole   | +1 12:00 | +1 13:00
        metronidazole | +1 12:00 | +1 12:45
        """,
        lines="96365 @+0, 96368 @+0, 96367 @+1, 96368 @+1",
        covers="R-SEQ-03 C15",
    )


def test_concurrent_infusion_is_dated_by_its_start(spec):
    """It began before midnight."""
    spec(
        """
        drug       | start | stop
        vancomycin | 22:00 | +1 02:00
        cefepime   | 23:50 | +1 00:50
        """,
        lines="96365 @+0, 96366 @+0, 96366 x2 @+1, 96368 @+0",
        covers="C15 C19",
    )


def test_partial_overlap_is_concurrent(spec):
    """20 minutes together, 60 alone: one code for one infusion."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 12:00
        cefepime   | 11:40 | 13:00
        """,
        lines="96365, 96366 x2, 96368",
        covers="R-SEQ-04 D10",
    )


def test_chain_of_three(spec):
    """Each overlaps the one before: initial, concurrent, nothing."""
    spec(
        """
        drug          | start | stop
        vancomycin    | 09:00 | 10:00
        cefepime      | 09:30 | 10:30
        metronidazole | 10:10 | 11:00
        """,
        lines="96365, 96368",
        left_off="r3",
        covers="C41 R-SEQ-03",
    )


def test_concurrent_with_a_run_that_is_not_the_initial(spec):
    """Two later drugs beside each other: the first is sequential, the second concurrent."""
    spec(
        """
        drug          | start | stop
        vancomycin    | 08:00 | 09:30
        cefepime      | 10:00 | 10:45
        metronidazole | 10:20 | 11:00
        """,
        lines="96365, 96367, 96368",
        covers="C41 R-SEQ-03",
    )


def test_longer_of_two_that_start_together_is_placed_first(spec):
    """So its hour is not lost."""
    spec(
        """
        drug          | start | stop
        vancomycin    | 08:00 | 10:00
        metronidazole | 10:30 | 11:00
        cefepime      | 10:30 | 12:01
        """,
        lines="96365, 96366 x2, 96367, 96368",
        covers="C41",
    )


def test_leucovorin_beside_chemotherapy(spec):
    """A therapeutic drug at the same time as a complex one."""
    spec(
        """
        drug        | category     | start | stop
        oxaliplatin | chemotherapy | 10:00 | 12:00
        leucovorin  |              | 10:00 | 12:00
        """,
        lines="96413, 96415, 96368",
        covers="R-SEQ-03 R-CLS-07",
    )


def test_hydration_is_never_concurrent(spec):
    """Fluid beside a drug earns nothing."""
    spec(
        """
        drug          | category  | start | stop
        vancomycin    |           | 09:00 | 10:30
        normal saline | hydration | 09:00 | 10:30
        """,
        lines="96365",
        left_off="r2",
        covers="R-SEQ-07",
    )


def test_two_drugs_together_under_a_complex_push(spec):
    """The second has no listed primary for a concurrent infusion: dropped and flagged."""
    spec(
        """
        drug          | route       | category     | start | stop
        doxorubicin   | iv_push     | chemotherapy | 08:30 |
        cefepime      | iv_infusion |              | 09:00 | 10:00
        metronidazole | iv_infusion |              | 09:10 | 09:50
        """,
        lines="96409, 96367",
        left_off="r3",
        flags="r3",
        covers="C58 R-SEQ-12",
    )


def test_two_drugs_together_under_a_therapeutic_push(spec):
    """The same in an office, where the push was the reason."""
    spec(
        """
        drug          | route       | primary_reason | start | stop
        ketorolac     | iv_push     | yes            | 08:30 |
        cefepime      | iv_infusion |                | 09:00 | 10:00
        metronidazole | iv_infusion |                | 09:10 | 09:50
        """,
        lines="96374, 96367",
        left_off="r3",
        flags="r3",
        setting="professional",
        covers="C58",
    )


def test_complex_drugs_together_are_sequential(spec):
    """No code exists for a concurrent complex infusion."""
    spec(
        """
        drug        | category     | start | stop
        paclitaxel  | chemotherapy | 09:00 | 12:00
        carboplatin | chemotherapy | 09:00 | 10:00
        """,
        lines="96413, 96415 x2, 96417",
        covers="R-CLS-09 R-SEQ-11",
        reading="The default follows sequential logic; the other position is the unlisted code.",
    )


def test_complex_runs_are_placed_before_the_rest(spec):
    """The antibiotic began first, yet the second complex agent is placed before it."""
    spec(
        """
        drug        | category     | start | stop
        paclitaxel  | chemotherapy | 09:00 | 12:00
        cefepime    |              | 12:30 | 13:30
        carboplatin | chemotherapy | 13:00 | 14:00
        """,
        lines="96413, 96415 x2, 96417, 96368",
        covers="C41",
    )


def test_mixed_bag_beside_another_drug(spec):
    """Two containers: the mix is one of them."""
    spec(
        """
        drug          | bag | start | stop
        ondansetron   | B1  | 09:00 | 09:40
        dexamethasone | B1  | 09:00 | 09:40
        cefepime      | B2  | 09:00 | 09:30
        """,
        lines="96365, 96368",
        covers="R-SEQ-05 R-SEQ-03",
    )


def test_concurrent_drug_has_no_hours(spec):
    """However long it runs beside a longer one."""
    spec(
        """
        drug       | start | stop
        vancomycin | 08:00 | 12:00
        cefepime   | 08:00 | 11:30
        """,
        lines="96365, 96366 x3, 96368",
        covers="R-SEQ-03",
    )
