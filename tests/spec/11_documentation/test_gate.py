"""The evidence gate: what must be shown before a charge stands."""

title = "The evidence gate"


def test_unsigned_order_blocks_the_charge(spec):
    """A recorded absence."""
    spec(
        """
        drug       | order_signed | start | stop
        vancomycin | no           | 09:00 | 10:00
        """,
        lines="",
        left_off="r1",
        possible="96365 order_signed",
        covers="R-DOC-01 C11",
    )


def test_signed_order_passes(spec):
    """Signed before the start."""
    spec(
        """
        drug       | order_signed | ordered_at | start | stop
        vancomycin | yes          | 08:30      | 09:00 | 10:00
        """,
        lines="96365",
        covers="R-DOC-01",
    )


def test_signature_the_chart_does_not_have_is_not_assessed(spec):
    """A field that is absent says nothing."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:00
        """,
        lines="96365",
        covers="C11",
    )


def test_order_after_the_start_blocks_the_charge(spec):
    """Written when the infusion already ran."""
    spec(
        """
        drug       | ordered_at | start | stop
        vancomycin | 09:01      | 09:00 | 10:00
        """,
        lines="",
        left_off="r1",
        covers="R-DOC-01 C11",
    )


def test_order_at_the_start_passes(spec):
    """Not after it."""
    spec(
        """
        drug       | ordered_at | start | stop
        vancomycin | 09:00      | 09:00 | 10:00
        """,
        lines="96365",
        covers="R-DOC-01 C11",
    )


def test_blocked_drug_leaves_the_others(spec):
    """The second drug becomes the initial."""
    spec(
        """
        drug       | order_signed | start | stop
        vancomycin | no           | 09:00 | 11:00
        cefepime   | yes          | 11:00 | 11:30
        """,
        lines="96365",
        left_off="r1",
        covers="R-DOC-01 R-INI-10 C54",
    )


def test_blocked_injection(spec):
    """An injection needs its order too."""
    spec(
        """
        drug      | route | order_signed | start
        ketorolac | im    | no           | 09:00
        """,
        lines="",
        left_off="r1",
        covers="R-DOC-01",
    )


def test_patients_own_drug_is_still_administered(spec):
    """Who supplied it decides the drug line, not the administration."""
    spec(
        """
        drug       | category | supplied_by | start | stop
        infliximab | biologic | pharmacy    | 09:00 | 11:00
        """,
        lines="96413, 96415",
        covers="C60",
    )


def test_late_entry_is_coded_by_when_it_happened(spec):
    """When it was saved changes nothing."""
    spec(
        """
        drug       | start | stop  | recorded_at
        vancomycin | 09:00 | 10:00 | +1 07:00
        """,
        lines="96365 @+0",
        covers="C50",
    )


def test_missing_indication_blocks_nothing(spec):
    """Only a recorded absence blocks."""
    spec(
        """
        drug          | category  | indication | performer | start | stop
        normal saline | hydration |            |           | 09:00 | 10:00
        """,
        lines="96360",
        covers="C11",
    )


def test_blocked_drug_was_still_no_new_drug_for_its_minutes(spec):
    """Fluid beside a blocked drug is not hydration; before it, it is."""
    spec(
        """
        drug          | category  | order_signed | start | stop
        normal saline | hydration | yes          | 08:00 | 10:00
        vancomycin    |           | no           | 09:00 | 10:00
        """,
        lines="96360",
        left_off="r2",
        covers="C54",
    )
