"""Edits: pairs that need a modifier, pairs that never go together, and ceilings."""

title = "Edits and modifiers"


def test_injection_beside_an_initial_by_vein(spec):
    """59 on the injection."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 09:00 | 09:30
        ketorolac   | im          | 09:10 |
        """,
        lines="96365, 96372-59",
        flags="!C22",
        covers="R-NCC-02 C10 D29",
    )


def test_injection_alone(spec):
    """Nothing to tell apart."""
    spec(
        """
        drug      | route | start
        ketorolac | im    | 09:10
        """,
        lines="96372",
        covers="R-NCC-02",
    )


def test_injection_beside_an_initial_is_never_xu(spec):
    """Even where its purpose is charted apart."""
    spec(
        """
        drug        | route       | indication | start | stop
        ceftriaxone | iv_infusion | N10        | 09:00 | 09:30
        ketorolac   | im          | M54.50     | 09:10 |
        """,
        lines="96365, 96372-59",
        payer="medicare",
        covers="C72 R-NCC-02",
    )


def test_injection_for_a_payer_outside_the_edits(spec):
    """Many commercial payers want no modifier."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 09:00 | 09:30
        ketorolac   | im          | 09:10 |
        """,
        lines="96365, 96372",
        payer="commercial",
        covers="D29 C10 D42",
    )


def test_injection_on_another_date_than_the_initial(spec):
    """Edits are applied per date."""
    spec(
        """
        drug        | route       | start    | stop
        ceftriaxone | iv_infusion | 20:00    | 20:30
        ketorolac   | im          | +1 08:00 |
        """,
        lines="96365 @+0, 96372 @+1",
        covers="C43 R-NCC-02",
    )


def test_charted_distinct_purpose_takes_the_modifier(spec):
    """The injector is for a need that the chemotherapy row does not have: XU for Medicare."""
    spec(
        """
        drug          | route       | category     | indication | start | stop
        paclitaxel    | iv_infusion | chemotherapy | C50.919    | 09:00 | 10:00
        pegfilgrastim | on_body     |              | D70.1      | 10:30 |
        """,
        lines="96413, 96377-XU",
        payer="medicare",
        flags="!C22",
        covers="C22 C43 R-NCC-01 R-MOD-01",
    )


def test_distinct_purpose_for_medicaid(spec):
    """59."""
    spec(
        """
        drug          | route       | category     | indication | start | stop
        paclitaxel    | iv_infusion | chemotherapy | C50.919    | 09:00 | 10:00
        pegfilgrastim | on_body     |              | D70.1      | 10:30 |
        """,
        lines="96413, 96377-59",
        payer="medicaid",
        covers="C43 D42",
    )


def test_same_purpose_is_reported_without_and_flagged(spec):
    """A modifier without a charted reason is itself a finding: none is given."""
    spec(
        """
        drug          | route       | category     | indication | start | stop
        paclitaxel    | iv_infusion | chemotherapy | C50.919    | 09:00 | 10:00
        pegfilgrastim | on_body     |              | C50.919    | 10:30 |
        """,
        lines="96413, 96377",
        flags="C22",
        covers="C22 R-NCC-01",
    )


def test_distinct_purpose_outside_the_edits_needs_no_modifier(spec):
    """A commercial payer that does not follow them."""
    spec(
        """
        drug          | route       | category     | indication | start | stop
        paclitaxel    | iv_infusion | chemotherapy | C50.919    | 09:00 | 10:00
        pegfilgrastim | on_body     |              | D70.1      | 10:30 |
        """,
        lines="96413, 96377",
        payer="commercial",
        covers="C43 D42",
    )


def test_injection_beside_a_complex_injection(spec):
    """No initial by vein is there, so the pair is judged by its purpose."""
    spec(
        """
        drug        | route | category     | indication | start
        azacitidine | sc    | chemotherapy | C92.00     | 09:00
        ketorolac   | im    |              | M54.50     | 09:10
        """,
        lines="96401, 96372-XU",
        payer="medicare",
        covers="C43 C22",
    )


def test_add_ons_and_initials_have_no_edit(spec):
    """No pair, no modifier."""
    spec(
        """
        drug        | route       | category     | start | stop
        paclitaxel  | iv_infusion | chemotherapy | 09:00 | 12:00
        leucovorin  | iv_infusion |              | 09:00 | 10:00
        ondansetron | iv_push     |              | 08:50 |
        """,
        lines="96413, 96415 x2, 96368, 96375",
        covers="R-NCC-01",
    )


def test_over_a_ceiling_everything_is_reported_and_flagged(spec):
    """Seven further drugs pushed; the ceiling is six."""
    spec(
        """
        drug              | route   | start
        morphine          | iv_push | 09:00
        ondansetron       | iv_push | 09:02
        famotidine        | iv_push | 09:04
        diphenhydramine   | iv_push | 09:06
        ketorolac         | iv_push | 09:08
        metoclopramide    | iv_push | 09:10
        dexamethasone     | iv_push | 09:12
        lorazepam         | iv_push | 09:14
        """,
        lines="96374, 96375 x7",
        flags="C23",
        covers="C23 R-NCC-03",
    )


def test_subcutaneous_hours_over_their_ceiling(spec):
    """Four further hours; the ceiling is three."""
    spec(
        """
        drug            | route       | start | stop
        immune globulin | sc_infusion | 09:00 | 14:00
        """,
        lines="96369, 96370 x4",
        flags="C23",
        covers="C23 R-NCC-03 R-TIME-06",
    )


def test_no_edit_table_for_a_date_is_a_finding(spec):
    """The line stands; what the edits would say is unknown."""
    spec(
        """
        drug       | category     | start | stop
        paclitaxel | chemotherapy | 09:00 | 10:00
        """,
        lines="96413",
        flags="C71",
        day="2012-05-16",
        covers="C71",
    )


def test_no_edition_for_a_date_sets_the_encounter_aside(spec):
    """Before these codes existed."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 10:00
        """,
        lines="",
        flags="C71",
        day="1999-05-05",
        covers="C71",
    )


def test_profile_a_user_defines_follows_the_edits_unless_it_says_otherwise(spec):
    """59 on the injection."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 09:00 | 09:30
        ketorolac   | im          | 09:10 |
        """,
        lines="96365, 96372-59",
        policy={"extends": "base"},
        covers="C66",
    )


def test_over_a_ceiling_that_is_absolute(spec):
    """One RSV antibody a day, and no appeal moves it."""
    spec(
        """
        drug       | route | start
        nirsevimab | im    | 09:00
        nirsevimab | im    | 11:00
        """,
        lines="96381 x2",
        because="EDT-OVER-ABSOLUTE-CEILING",
        covers="R-NCC-03 C23",
    )
