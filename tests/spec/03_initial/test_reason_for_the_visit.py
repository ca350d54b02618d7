"""A practitioner's initial service: the main reason for the visit."""

title = "The reason for the visit"


def test_reason_decides_over_the_facility_order(spec):
    """A push was the reason; the infusion is sequential to it."""
    spec(
        """
        drug        | route       | primary_reason | start | stop
        ceftriaxone | iv_infusion |                | 09:00 | 09:30
        ketorolac   | iv_push     | yes            | 10:00 |
        """,
        lines="96374, 96367",
        setting="professional",
        covers="R-INI-02",
    )


def test_hydration_may_be_the_reason(spec):
    """Then the antibiotic is its add-on."""
    spec(
        """
        drug          | route       | category  | primary_reason | start | stop
        normal saline | iv_infusion | hydration | yes            | 08:00 | 09:00
        ceftriaxone   | iv_infusion |           |                | 09:00 | 09:30
        ondansetron   | iv_push     |           |                | 09:40 |
        """,
        lines="96360, 96367, 96375",
        setting="professional",
        covers="R-INI-02 R-SEQ-01 R-SEQ-08",
    )


def test_reason_keeps_its_hours(spec):
    """The shorter of two sequential drugs is the reason."""
    spec(
        """
        drug       | primary_reason | start | stop
        vancomycin |                | 09:00 | 11:00
        cefepime   | yes            | 11:00 | 11:30
        """,
        lines="96365, 96367, 96366",
        setting="professional",
        covers="R-INI-02 R-SEQ-02",
    )


def test_no_charted_reason_falls_back_to_the_order_and_is_flagged(spec):
    """Someone should chart why the patient came."""
    spec(
        """
        drug        | route       | start | stop
        morphine    | iv_push     | 08:00 |
        ceftriaxone | iv_infusion | 09:00 | 09:30
        """,
        lines="96365, 96375",
        flags="C32",
        setting="professional",
        covers="R-INI-02 C32 D36",
    )


def test_complex_service_is_initial_against_the_charted_reason(spec):
    """A complex add-on would have no primary; flagged."""
    spec(
        """
        drug       | category     | primary_reason | start | stop
        cefepime   |              | yes            | 08:00 | 08:30
        paclitaxel | chemotherapy |                | 09:00 | 10:00
        """,
        lines="96413, 96367",
        flags="C21",
        setting="professional",
        covers="C21",
    )


def test_hours_lost_to_the_reason_are_flagged(spec):
    """The longer drug runs beside the reason, and a concurrent infusion has no hours."""
    spec(
        """
        drug       | primary_reason | start | stop
        cefepime   | yes            | 09:00 | 10:00
        vancomycin |                | 09:00 | 12:00
        """,
        lines="96365, 96368",
        flags="r2",
        setting="professional",
        covers="C21 R-INI-02",
    )


def test_push_of_an_infused_drug_cannot_be_the_reason(spec):
    """It has no line of its own in an office: the infusion is initial."""
    spec(
        """
        drug      | route       | primary_reason | start | stop
        ketorolac | iv_push     | yes            | 09:00 |
        ketorolac | iv_infusion |                | 09:05 | 09:35
        """,
        lines="96365",
        left_off="r1",
        setting="professional",
        covers="C44 R-SEQ-10",
    )


def test_injection_as_the_reason_takes_no_slot(spec):
    """An injection is never initial, in an office either."""
    spec(
        """
        drug          | route       | category  | primary_reason | start | stop
        ketorolac     | im          |           | yes            | 09:00 |
        normal saline | iv_infusion | hydration |                | 09:10 | 10:10
        """,
        lines="96360, 96372-59",
        setting="professional",
        covers="R-INI-04 R-INI-02",
    )


def test_reason_too_short_to_be_reported_cedes_the_slot(spec):
    """20 minutes of hydration were the reason, and earn nothing."""
    spec(
        """
        drug          | route       | category  | primary_reason | start | stop
        normal saline | iv_infusion | hydration | yes            | 09:00 | 09:20
        ondansetron   | iv_push     |           |                | 09:30 |
        """,
        lines="96374",
        left_off="r1",
        setting="professional",
        covers="R-INI-02 R-INI-10",
        reading="A reason that is not reportable cannot be initial; the next in order is.",
    )


def test_reason_charted_on_any_bag_of_a_run(spec):
    """The second bag carries the mark; the run is the reason."""
    spec(
        """
        drug       | primary_reason | start | stop
        cefepime   |                | 09:00 | 09:20
        cefepime   | yes            | 09:20 | 09:40
        vancomycin |                | 10:00 | 12:00
        """,
        lines="96365, 96367, 96366",
        setting="professional",
        covers="R-INI-02 R-TIME-12",
    )


def test_reason_that_cannot_be_initial_is_said_so(spec):
    """It is charted, so nobody may say that it is not."""
    spec(
        """
        drug         | route       | primary_reason | start | stop
        pantoprazole | iv_push     | yes            | 10:00 |
        pantoprazole | iv_infusion |                | 10:10 | 12:40
        cefepime     | iv_infusion |                | 13:00 | 13:30
        """,
        lines="96365, 96366, 96367",
        left_off="r1",
        setting="professional",
        because="INI-REASON-CANNOT",
        covers="C44",
    )
