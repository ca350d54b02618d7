"""A hospital's initial service: a fixed order, whatever came first."""

title = "The facility's order"


def test_infusion_comes_before_a_push_given_first(spec):
    """Therapeutic infusion over therapeutic push."""
    spec(
        """
        drug        | route       | start | stop
        morphine    | iv_push     | 08:00 |
        ceftriaxone | iv_infusion | 09:00 | 09:30
        """,
        lines="96365, 96375",
        covers="R-INI-03 R-INI-01",
    )


def test_push_comes_before_hydration(spec):
    """Two hours of fluid stay secondary to one push."""
    spec(
        """
        drug          | route       | category  | start | stop
        normal saline | iv_infusion | hydration | 08:00 | 10:00
        ondansetron   | iv_push     |           | 10:00 |
        """,
        lines="96374, 96361 x2",
        covers="R-INI-03 R-TIME-04",
    )


def test_complex_push_comes_before_a_therapeutic_infusion(spec):
    """The kind of drug outranks the method."""
    spec(
        """
        drug        | route       | category     | start | stop
        ceftriaxone | iv_infusion |              | 08:00 | 09:00
        doxorubicin | iv_push     | chemotherapy | 09:30 |
        """,
        lines="96409, 96367",
        covers="R-INI-03 R-SEQ-01",
    )


def test_complex_infusion_comes_before_a_complex_push(spec):
    """Within the complex family, infusion over push."""
    spec(
        """
        drug             | route       | category     | start | stop
        doxorubicin      | iv_push     | chemotherapy | 09:00 |
        cyclophosphamide | iv_infusion | chemotherapy | 09:15 | 09:45
        """,
        lines="96413, 96411",
        covers="R-INI-03 R-SEQ-11",
    )


def test_complex_infusion_comes_before_a_longer_therapeutic_one(spec):
    """Time decides only inside a rank."""
    spec(
        """
        drug       | category     | start | stop
        vancomycin |              | 08:00 | 12:00
        paclitaxel | chemotherapy | 12:00 | 12:30
        """,
        lines="96413, 96367, 96366 x3",
        covers="R-INI-03 R-SEQ-02",
    )


def test_reason_for_the_visit_does_not_matter(spec):
    """A hospital's order is fixed."""
    spec(
        """
        drug        | route       | primary_reason | start | stop
        morphine    | iv_push     | yes            | 08:00 |
        ceftriaxone | iv_infusion |                | 09:00 | 09:30
        """,
        lines="96365, 96375",
        covers="R-INI-03",
    )


def test_longest_of_two_concurrent_drugs_is_initial(spec):
    """Its hours would be lost otherwise."""
    spec(
        """
        drug       | start | stop
        cefepime   | 09:00 | 10:00
        vancomycin | 09:00 | 11:00
        """,
        lines="96365, 96366, 96368",
        covers="R-INI-03 C02",
    )


def test_longest_is_initial_though_it_came_last(spec):
    """A concurrent infusion reports no hours: the longer one takes the slot."""
    spec(
        """
        drug       | start | stop
        cefepime   | 08:30 | 09:30
        vancomycin | 09:00 | 10:31
        """,
        lines="96365, 96366, 96368",
        covers="C02",
    )


def test_earliest_start_decides_between_equal_lengths(spec):
    """Both run 60 minutes; the first day's is initial."""
    spec(
        """
        drug       | start    | stop
        cefepime   | +1 09:00 | +1 10:00
        vancomycin | 09:00    | 10:00
        """,
        lines="96365 @+0, 96367 @+1",
        covers="C02",
    )


def test_injection_does_not_take_the_slot(spec):
    """An injection outranks hydration on paper and hosts nothing: the fluid keeps its own initial."""
    spec(
        """
        drug          | route       | category  | start | stop
        ketorolac     | im          |           | 09:00 |
        normal saline | iv_infusion | hydration | 09:10 | 10:10
        """,
        lines="96360, 96372-59",
        covers="R-INI-04 R-NCC-02 C10",
    )


def test_complex_injection_does_not_take_the_slot(spec):
    """An antineoplastic under the skin beside a push."""
    spec(
        """
        drug        | route   | category     | start
        azacitidine | sc      | chemotherapy | 09:00
        ondansetron | iv_push |              | 09:10
        """,
        lines="96401, 96374",
        covers="R-INI-04 R-SEQ-12",
    )


def test_subcutaneous_infusion_does_not_take_the_slot(spec):
    """Infusion under the skin beside one by vein: both, and flagged."""
    spec(
        """
        drug            | route       | start | stop
        immune globulin | sc_infusion | 09:00 | 10:00
        ceftriaxone     | iv_infusion | 09:00 | 09:30
        """,
        lines="96369, 96365",
        flags="any",
        covers="R-INI-01 R-SEQ-12",
    )


def test_one_initial_for_an_access(spec):
    """Three pushes and an infusion: one initial."""
    spec(
        """
        drug        | route       | start | stop
        morphine    | iv_push     | 08:00 |
        ondansetron | iv_push     | 08:05 |
        ketorolac   | iv_push     | 08:10 |
        ceftriaxone | iv_infusion | 09:00 | 09:30
        """,
        lines="96365, 96375 x3",
        covers="R-INI-01",
    )


def test_two_lumens_are_one_access(spec):
    """Two drugs through two lumens of one catheter run concurrently."""
    spec(
        """
        drug       | access | start | stop
        cefepime   | A      | 09:00 | 10:00
        vancomycin | A      | 09:00 | 10:00
        """,
        lines="96365, 96368",
        accesses="A picc",
        covers="R-INI-09 R-SEQ-03",
    )


def test_restart_does_not_reopen_the_initial(spec):
    """A new cannula later in the stay, for another drug."""
    spec(
        """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 09:30
        vancomycin  | B      | 14:00 | 15:00
        """,
        lines="96365, 96367",
        accesses="A peripheral; B peripheral restart",
        covers="R-INI-05 R-INI-08 D17 C12",
    )


def test_unsupported_initial_leaves_its_place(spec):
    """The infusion has no end: the push is initial, and no 96367 is left without a primary."""
    spec(
        """
        drug       | route       | start | stop
        vancomycin | iv_infusion | 08:00 |
        morphine   | iv_push     | 09:00 |
        """,
        lines="96374",
        left_off="r1",
        covers="R-INI-10 C70",
    )


def test_unsigned_initial_leaves_its_place(spec):
    """A blocked infusion does not hold the slot."""
    spec(
        """
        drug       | route       | order_signed | start | stop
        paclitaxel | iv_infusion | no           | 08:00 | 09:00
        morphine   | iv_push     | yes          | 09:30 |
        """,
        lines="96374",
        left_off="r1",
        covers="R-INI-10 R-DOC-01 C11",
    )


def test_hydration_beside_a_complex_injection_keeps_its_initial(spec):
    """The injection hosts nothing."""
    spec(
        """
        drug          | route       | category     | start | stop
        azacitidine   | sc          | chemotherapy | 09:00 |
        normal saline | iv_infusion | hydration    | 09:10 | 10:41
        """,
        lines="96401, 96360, 96361",
        covers="R-INI-04 R-SEQ-12",
    )


def test_hydration_beside_a_subcutaneous_infusion_keeps_its_initial(spec):
    """Nor does a pump under the skin; the fluid ran before it."""
    spec(
        """
        drug            | route       | category    | start | stop
        normal saline   | iv_infusion | hydration   | 08:00 | 09:00
        immune globulin | sc_infusion | therapeutic | 09:00 | 10:00
        """,
        lines="96369, 96360",
        covers="R-INI-04 R-SEQ-12",
    )


def test_hydration_before_a_prolonged_pump_keeps_its_initial(spec):
    """The pump does not compete and hosts no hydration."""
    spec(
        """
        drug          | category  | pump     | start | stop
        normal saline | hydration |          | 06:00 | 07:00
        milrinone     |           | portable | 08:00 | 17:00
        """,
        lines="C8957, 96360",
        flags="C22",
        covers="C59 R-SEQ-12 C22",
    )
