"""An infusion already running when the patient came."""

title = "Running on arrival"


def test_minutes_start_at_the_take_over(spec):
    """It cannot be initial, but it is a sequential drug of its own minutes."""
    spec(
        """
        drug        | route       | running_on_arrival | start | stop
        vancomycin  | iv_infusion | yes                | 09:00 | 10:31
        ceftriaxone | iv_infusion |                    | 10:31 | 11:01
        """,
        lines="96365, 96367, 96366",
        covers="R-TIME-19 C57 D26",
    )


def test_alone_it_is_a_query(spec):
    """Nothing else could be initial: nothing is reported until someone says more."""
    spec(
        """
        drug       | running_on_arrival | start | stop
        vancomycin | yes                | 09:00 | 10:31
        """,
        lines="",
        left_off="r1",
        flags="r1",
        covers="C57 D26",
    )


def test_new_container_hung_by_own_staff_makes_it_theirs(spec):
    """One of the run's rows was started here."""
    spec(
        """
        drug       | running_on_arrival | start | stop
        vancomycin | yes                | 09:00 | 09:30
        vancomycin |                    | 09:30 | 10:31
        """,
        lines="96365, 96366",
        minutes="r1=91",
        covers="C57 D26 R-TIME-19",
    )


def test_beside_a_push(spec):
    """The push is initial."""
    spec(
        """
        drug       | route       | running_on_arrival | start | stop
        vancomycin | iv_infusion | yes                | 09:00 | 10:00
        morphine   | iv_push     |                    | 09:10 |
        """,
        lines="96374, 96367",
        covers="C57 R-TIME-19",
    )
