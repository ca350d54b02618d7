"""Pushes: a new drug once, the same drug by the clock."""

title = "Pushes"


def test_each_different_drug_once(spec):
    """First and further."""
    spec(
        """
        drug        | route   | start
        morphine    | iv_push | 09:00
        ondansetron | iv_push | 09:01
        ketorolac   | iv_push | 09:02
        """,
        lines="96374, 96375 x2",
        covers="R-SEQ-08",
    )


def test_push_during_a_running_infusion(spec):
    """Allowed."""
    spec(
        """
        drug       | route       | start | stop
        vancomycin | iv_infusion | 09:00 | 10:00
        morphine   | iv_push     | 09:30 |
        """,
        lines="96365, 96375",
        covers="R-SEQ-08",
    )


def test_same_drug_after_thirty_minutes_sharp_is_nothing(spec):
    """More than 30 minutes."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 10:00
        morphine | iv_push | 10:30
        """,
        lines="96374",
        left_off="r2",
        covers="R-SEQ-09 D18",
    )


def test_same_drug_after_thirty_one_minutes(spec):
    """One minute more."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 10:00
        morphine | iv_push | 10:31
        """,
        lines="96374, 96376",
        covers="R-SEQ-09 D18",
    )


def test_unreported_push_does_not_restart_the_clock(spec):
    """Counted from 10:00, not from 10:20."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 10:00
        morphine | iv_push | 10:20
        morphine | iv_push | 10:31
        """,
        lines="96374, 96376",
        left_off="r2",
        covers="R-SEQ-09",
    )


def test_reported_push_does(spec):
    """10:31 is reported, so 11:01 is 30 minutes after it and 11:02 is 31."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 10:00
        morphine | iv_push | 10:31
        morphine | iv_push | 11:01
        morphine | iv_push | 11:02
        """,
        lines="96374, 96376 x2",
        left_off="r3",
        covers="R-SEQ-09",
    )


def test_each_drug_has_its_own_clock(spec):
    """Two drugs pushed in turn."""
    spec(
        """
        drug          | route   | start
        morphine      | iv_push | 10:00
        hydromorphone | iv_push | 10:20
        morphine      | iv_push | 10:31
        hydromorphone | iv_push | 10:40
        """,
        lines="96374, 96375, 96376",
        left_off="r4",
        covers="R-SEQ-09 R-SEQ-08",
    )


def test_repeat_push_in_an_office_is_nothing(spec):
    """The code is a hospital's."""
    spec(
        """
        drug     | route   | primary_reason | start
        morphine | iv_push | yes            | 10:00
        morphine | iv_push |                | 12:00
        """,
        lines="96374",
        left_off="r2",
        setting="professional",
        covers="R-SEQ-09",
    )


def test_short_drip_counts_as_a_push(spec):
    """A drip of ten minutes, then a push of the drug 31 minutes after its start."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 10:00 | 10:10
        ceftriaxone | iv_push     | 10:31 |
        """,
        lines="96374, 96376",
        covers="C16",
    )


def test_spacing_is_from_start_to_start(spec):
    """30 minutes after the start is not enough, and the end does not matter."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 10:00 | 10:10
        ceftriaxone | iv_push     | 10:30 |
        """,
        lines="96374",
        left_off="r2",
        covers="C16",
    )


def test_end_of_an_infusion_does_not_start_the_clock(spec):
    """Five minutes after the infusion of the same drug, the push is reported."""
    spec(
        """
        drug       | route       | start | stop
        furosemide | iv_infusion | 09:00 | 10:00
        furosemide | iv_push     | 10:05 |
        """,
        lines="96365, 96376",
        covers="C16 R-SEQ-10",
    )


def test_bolus_then_drip_of_one_drug(spec):
    """Not a new drug: the repeat code, flagged."""
    spec(
        """
        drug    | route       | start | stop
        heparin | iv_push     | 09:00 |
        heparin | iv_infusion | 09:05 | 11:05
        """,
        lines="96365, 96366, 96376",
        flags="r1",
        covers="R-SEQ-10 D15",
    )


def test_bolus_then_drip_in_an_office(spec):
    """Only the infusion."""
    spec(
        """
        drug    | route       | primary_reason | start | stop
        heparin | iv_push     |                | 09:00 |
        heparin | iv_infusion | yes            | 09:05 | 11:05
        """,
        lines="96365, 96366",
        left_off="r1",
        setting="professional",
        covers="R-SEQ-10 D15",
    )


def test_two_drugs_in_one_syringe_are_one_push(spec):
    """Mixed is one administration."""
    spec(
        """
        drug          | route   | bag | start
        ondansetron   | iv_push | S1  | 09:00
        dexamethasone | iv_push | S1  | 09:00
        """,
        lines="96374",
        because="RUN-ONE-BAG",
        covers="R-SEQ-05",
    )


def test_ingredient_of_a_bag_pushed_later_is_a_repeat(spec):
    """Not a new drug."""
    spec(
        """
        drug          | route       | bag | start | stop
        ondansetron   | iv_infusion | B1  | 09:00 | 09:45
        dexamethasone | iv_infusion | B1  | 09:00 | 09:45
        ondansetron   | iv_push     |     | 13:00 |
        """,
        lines="96365, 96376",
        covers="C24",
    )


def test_different_complex_agents(spec):
    """A second complex drug pushed."""
    spec(
        """
        drug        | route   | category     | start
        doxorubicin | iv_push | chemotherapy | 09:00
        vincristine | iv_push | chemotherapy | 09:20
        """,
        lines="96409, 96411",
        covers="R-SEQ-11",
    )


def test_complex_agent_pushed_twice(spec):
    """No code exists for the second."""
    spec(
        """
        drug        | route   | category     | start
        doxorubicin | iv_push | chemotherapy | 09:00
        doxorubicin | iv_push | chemotherapy | 12:00
        """,
        lines="96409",
        left_off="r2",
        covers="C46",
    )


def test_complex_agent_pushed_and_infused(spec):
    """Nor for a push of an agent that is also infused."""
    spec(
        """
        drug         | route       | category     | start | stop
        methotrexate | iv_push     | chemotherapy | 09:00 |
        methotrexate | iv_infusion | chemotherapy | 09:30 | 10:30
        """,
        lines="96413",
        left_off="r1",
        covers="C46",
    )


def test_drug_beside_complex_pushes_is_never_a_complex_add_on(spec):
    """A therapeutic push under a complex one."""
    spec(
        """
        drug        | route   | category     | start
        doxorubicin | iv_push | chemotherapy | 09:00
        ondansetron | iv_push |              | 08:50
        """,
        lines="96409, 96375",
        covers="R-SEQ-11 R-SEQ-08",
    )


def test_repeat_push_under_a_complex_initial(spec):
    """Its primary may be a complex one."""
    spec(
        """
        drug        | route   | category     | start
        doxorubicin | iv_push | chemotherapy | 09:00
        ondansetron | iv_push |              | 08:00
        ondansetron | iv_push |              | 12:00
        """,
        lines="96409, 96375, 96376",
        covers="R-SEQ-09 R-SEQ-12",
    )


def test_pushes_of_one_drug_without_times(spec):
    """Spacing is not shown: only the first is reported."""
    spec(
        """
        drug     | route
        morphine | iv_push
        morphine | iv_push
        """,
        lines="96374",
        left_off="r2",
        covers="R-TIME-14 R-SEQ-09",
        reading="A repeat whose spacing no clock shows is not shown to be more than 30 minutes.",
    )


def test_push_of_an_infused_drug_without_a_time(spec):
    """No earlier push was reported, so there is no spacing to show."""
    spec(
        """
        drug       | route       | minutes
        furosemide | iv_infusion | 120
        furosemide | iv_push     |
        """,
        lines="96365, 96366, 96376",
        covers="C16 R-SEQ-10",
    )


def test_blocked_push_does_not_start_the_clock(spec):
    """Only reported pushes do."""
    spec(
        """
        drug     | route   | order_signed | start
        morphine | iv_push | no           | 10:00
        morphine | iv_push | yes          | 10:20
        """,
        lines="96374",
        left_off="r1",
        covers="R-SEQ-09 R-DOC-01",
    )


def test_short_drip_after_a_push_is_a_repeat_by_its_start(spec):
    """Pushed at 10:00, dripped for ten minutes from 10:31."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_push     | 10:00 |
        ceftriaxone | iv_infusion | 10:31 | 10:41
        """,
        lines="96374, 96376",
        covers="C16 R-SEQ-09",
    )


def test_pushes_at_accesses_that_count_as_one(spec):
    """No reason for the second: the drug's own clock goes on."""
    spec(
        """
        drug     | route   | access | start
        morphine | iv_push | A      | 10:00
        morphine | iv_push | B      | 10:10
        """,
        lines="96374",
        left_off="r2",
        accesses="A peripheral; B peripheral convenience",
        covers="C12 R-SEQ-09",
    )


def test_accesses_named_by_rows_only_count_as_one(spec):
    """Nobody listed them, so nobody gave a reason."""
    spec(
        """
        drug        | route   | access | start
        morphine    | iv_push | left   | 10:00
        ondansetron | iv_push | right  | 10:10
        """,
        lines="96374, 96375",
        covers="C12",
    )


def test_order_of_rows_does_not_matter(spec):
    """The chart lists the later push first."""
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 10:31
        morphine | iv_push | 10:00
        morphine | iv_push | 10:20
        """,
        lines="96374, 96376",
        left_off="r3",
        covers="R-SEQ-09 C16",
    )


def test_ingredient_of_a_mixed_syringe_pushed_again(spec):
    """It is no new drug an hour later."""
    spec(
        """
        drug        | route   | bag | start
        morphine    | iv_push | s   | 10:00
        ondansetron | iv_push | s   | 10:00
        morphine    | iv_push |     | 11:00
        """,
        lines="96374, 96376",
        covers="C24",
    )


def test_one_syringe_two_doses(spec):
    """Pushed an hour apart from one syringe: two pushes."""
    spec(
        """
        drug     | route   | bag | start
        morphine | iv_push | s   | 10:00
        morphine | iv_push | s   | 11:00
        """,
        lines="96374, 96376",
        covers="R-SEQ-09",
    )
