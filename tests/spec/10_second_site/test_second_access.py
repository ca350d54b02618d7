"""A second access, a second attendance, and the modifiers that say so."""

title = "Second access and second attendance"

TWO = """
    drug        | access | start | stop
    ceftriaxone | A      | 09:00 | 10:00
    vancomycin  | B      | 09:00 | 10:00
    """


def test_second_access_that_was_needed_has_its_own_initial(spec):
    """Two antibiotics that may not share a line: XS for Medicare."""
    spec(
        TWO,
        lines="96365, 96365-XS",
        accesses="A peripheral; B peripheral incompatible_drugs",
        covers="R-INI-05 R-MOD-01 C10 C12 R-DOC-10",
    )


def test_every_reason_of_the_closed_list_serves(spec):
    """Protocol and simultaneous necessity."""
    spec(TWO, lines="96365, 96365-XS", accesses="A; B protocol", covers="C12 R-INI-05")
    spec(
        TWO, lines="96365, 96365-XS", accesses="A; B simultaneous_necessity", covers="C12 R-INI-05"
    )


def test_convenience_and_the_like_are_no_reason(spec):
    """All accesses count as one: the second drug is concurrent."""
    for reason in ("convenience", "rate", "infiltration", "restart"):
        spec(TWO, lines="96365, 96368", accesses=f"A; B {reason}", covers="C12 R-INI-05 R-SEQ-04")


def test_no_reason_charted_is_no_reason(spec):
    """And the fact that would change it is named."""
    spec(
        TWO,
        lines="96365, 96368",
        possible="96365-XS",
        accesses="A peripheral; B peripheral",
        covers="C12 R-INI-05 R-DOC-10",
    )


def test_free_text_that_matches_the_list_serves(spec):
    """The words of a nurse."""
    spec(
        TWO,
        lines="96365, 96365-XS",
        accesses='A; B "drugs are incompatible in one line"',
        covers="C12",
    )


def test_free_text_that_matches_nothing_is_flagged(spec):
    """Not a reason until someone says which."""
    spec(TWO, lines="96365, 96368", flags="C12", accesses='A; B "see note"', covers="C12")


def test_modifier_of_other_payers(spec):
    """59 where the payer does not take the X modifiers."""
    spec(
        TWO,
        lines="96365, 96365-59",
        accesses="A; B incompatible_drugs",
        payer="commercial",
        covers="C10 R-MOD-01",
    )


def test_no_payer_is_medicare(spec):
    """The profile of the setting, and the output says so."""
    spec(
        TWO,
        lines="96365, 96365-XS",
        accesses="A; B incompatible_drugs",
        payer=None,
        flags="C34",
        covers="C34 C10",
    )


def test_payer_without_a_profile_is_set_aside(spec):
    """Nobody guesses a payer's policy: the encounter waits for a profile of that name."""
    spec(
        TWO,
        lines="",
        accesses="A; B incompatible_drugs",
        payer="nobody-in-particular",
        because="ENC-SET-ASIDE-NO-PROFILE",
        covers="C66",
    )


def test_second_initial_of_an_office_is_over_its_ceiling(spec):
    """One a day on a practitioner's claim: reported and flagged."""
    spec(
        """
        drug        | access | primary_reason | start | stop
        ceftriaxone | A      | yes            | 09:00 | 10:00
        vancomycin  | B      |                | 09:00 | 10:00
        """,
        lines="96365, 96365-XS",
        flags="C23",
        accesses="A; B incompatible_drugs",
        setting="professional",
        covers="C23 R-NCC-03 R-INI-05",
    )


def test_only_the_initial_of_the_second_access_carries_the_modifier(spec):
    """Its hours do not."""
    spec(
        """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 11:31
        vancomycin  | B      | 09:00 | 11:00
        """,
        lines="96365, 96366 x3, 96365-XS",
        accesses="A; B incompatible_drugs",
        covers="C13",
    )


def test_first_access_is_the_one_with_the_highest_service(spec):
    """Whatever the clock: the push at the first-listed access carries the modifier."""
    spec(
        """
        drug        | route       | access | start | stop
        morphine    | iv_push     | A      | 08:00 |
        ceftriaxone | iv_infusion | B      | 09:00 | 10:00
        """,
        lines="96365, 96374-XS",
        accesses="A; B incompatible_drugs",
        covers="C55",
    )


def test_row_without_an_access_belongs_to_the_first_listed(spec):
    """The push is at A, beside the vancomycin at B."""
    spec(
        """
        drug       | route       | access | start | stop
        cefepime   | iv_infusion | A      | 09:00 | 10:00
        vancomycin | iv_infusion | B      | 09:00 | 10:30
        morphine   | iv_push     |        | 09:10 |
        """,
        lines="96365, 96365-XS, 96375",
        accesses="A; B incompatible_drugs",
        covers="C55",
    )


def test_same_drug_is_judged_within_an_access(spec):
    """The same antibiotic at both: no repeat."""
    spec(
        """
        drug       | access | dose | start | stop
        vancomycin | A      | 1    | 09:00 | 10:00
        vancomycin | B      | 1    | 12:00 | 13:00
        """,
        lines="96365, 96365-XS",
        accesses="A; B protocol",
        covers="C55",
    )


def test_different_accesses_are_not_concurrent(spec):
    """A drug at each at one time; a third drug at the first is concurrent there."""
    spec(
        """
        drug          | access | start | stop
        ceftriaxone   | A      | 09:00 | 10:00
        metronidazole | A      | 09:00 | 09:45
        vancomycin    | B      | 09:00 | 10:00
        """,
        lines="96365, 96368, 96365-XS",
        accesses="A; B incompatible_drugs",
        covers="R-SEQ-04",
    )


def test_second_push_initial_is_over_its_ceiling(spec):
    """One a day in both tables: reported and flagged."""
    spec(
        """
        drug      | route   | access | start
        morphine  | iv_push | A      | 09:00
        phenytoin | iv_push | B      | 09:10
        """,
        lines="96374, 96374-XS",
        flags="C23",
        accesses="A; B incompatible_drugs",
        covers="R-NCC-03 C23 R-INI-05",
    )


def test_second_attendance_of_the_day(spec):
    """Its own initial, with XE for Medicare."""
    spec(
        """
        drug      | start | stop
        cefazolin | 20:00 | 20:30
        """,
        lines="96365-XE",
        chart={"attendance_of_day": 2},
        covers="R-INI-06 C10 R-MOD-01 D06",
    )


def test_first_attendance_of_the_day(spec):
    """None."""
    spec(
        """
        drug      | start | stop
        cefazolin | 08:00 | 08:30
        """,
        lines="96365",
        chart={"attendance_of_day": 1},
        covers="R-INI-06",
    )


def test_second_attendance_for_other_payers(spec):
    """59."""
    spec(
        """
        drug      | start | stop
        cefazolin | 20:00 | 21:31
        """,
        lines="96365-59, 96366",
        payer="commercial",
        chart={"attendance_of_day": 2},
        covers="R-INI-06 C10",
    )


def test_second_attendance_with_two_accesses(spec):
    """XE on the first initial, XS on the other."""
    spec(
        TWO,
        lines="96365-XE, 96365-XS",
        accesses="A; B incompatible_drugs",
        chart={"attendance_of_day": 2},
        covers="C65",
    )


def test_second_attendance_for_an_injection(spec):
    """An injection is no initial: nothing to tell apart."""
    spec(
        """
        drug      | route | start
        ketorolac | im    | 20:00
        """,
        lines="96372",
        chart={"attendance_of_day": 2},
        covers="R-INI-06 R-INI-04",
        reading="XE or 59 marks a second initial; 96372 is never one.",
    )


def test_injections_of_a_second_attendance(spec):
    """XE on the initial, 59 on the injections."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 20:00 | 20:30
        ketorolac   | im          | 20:10 |
        vitamin B12 | im          | 20:12 |
        """,
        lines="96365-XE, 96372-59 x2",
        chart={"attendance_of_day": 2},
        covers="R-INI-06 C10 C31",
    )


def test_third_access(spec):
    """Each further initial carries the modifier; three are over the hospital's ceiling of two."""
    spec(
        """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 10:00
        vancomycin  | B      | 09:00 | 10:00
        acyclovir   | C      | 09:00 | 10:00
        """,
        lines="96365, 96365-XS x2",
        flags="C23",
        accesses="A; B incompatible_drugs; C incompatible_drugs",
        covers="R-INI-05 C23 R-NCC-03",
    )


def test_second_access_of_a_complex_and_a_therapeutic_drug(spec):
    """The therapeutic initial at the other access carries the modifier."""
    spec(
        """
        drug       | category     | access | start | stop
        vancomycin |              | A      | 08:00 | 10:00
        paclitaxel | chemotherapy | B      | 09:00 | 10:00
        """,
        lines="96413, 96365-XS, 96366",
        accesses="A; B simultaneous_necessity",
        covers="C55 C13 R-INI-05",
    )


def test_arterial_line_needs_no_reason_of_a_vein(spec):
    """An arterial access does not compete for the initial."""
    spec(
        """
        drug        | route       | category     | access | start | stop
        ceftriaxone | iv_infusion |              | A      | 09:00 | 09:30
        floxuridine | ia_infusion | chemotherapy | H      | 09:00 | 10:00
        """,
        lines="96365, 96422",
        accesses="A peripheral; H arterial",
        covers="R-INI-01 R-SEQ-12",
    )


def test_third_attendance_of_the_day(spec):
    """Any but the first."""
    spec(
        """
        drug      | start | stop
        cefazolin | 22:00 | 22:30
        """,
        lines="96365-XE",
        chart={"attendance_of_day": 3},
        covers="R-INI-06 C10",
    )


def test_reason_at_every_access(spec):
    """Charted on both: still one of them is the first."""
    spec(
        TWO,
        lines="96365, 96365-XS",
        accesses="A protocol; B protocol",
        covers="C12 C55 R-INI-05",
    )
