"""What was thrown away: JW with its units, JZ, or neither with the reason.

Infliximab and bevacizumab count 10 mg a unit.  Infliximab is marketed in vials of 100 mg,
bevacizumab in vials of 100 and of 400 mg; the codes hold one dose and are paid by themselves.
"""

title = "Waste"

ALL_USED = """
    drug       | dose | dose_unit | containers | start | stop
    infliximab | 300  | mg        | 3 x 100 mg | 09:00 | 11:00
    """
SOME_LEFT = """
    drug       | dose | dose_unit | containers | start | stop
    infliximab | 305  | mg        | 4 x 100 mg | 09:00 | 11:00
    """
WITHIN_A_UNIT = """
    drug       | dose | dose_unit | containers | start | stop
    infliximab | 295  | mg        | 3 x 100 mg | 09:00 | 11:00
    """
LESS_THAN_A_UNIT = """
    drug        | route | dose | dose_unit | containers | start
    ceftriaxone | im    | 200  | mg        | 1 x 250 mg | 09:00
    """
PACKAGED = """
    drug        | route   | dose | dose_unit | containers | start
    ondansetron | iv_push | 3    | mg        | 1 x 4 mg   | 09:00
    """
INFUSED = "96413, 96415"


def charted(discarded: str, containers: str = "4 x 100 mg") -> str:
    """305 mg, the containers, and what is charted as thrown away, in mg."""
    return f"""
        drug       | dose | dose_unit | containers   | discarded   | discarded_unit | start | stop
        infliximab | 305  | mg        | {containers} | {discarded} | mg             | 09:00 | 11:00
        """


def vials(dose: str, containers: str) -> str:
    """A dose of bevacizumab in mg, and the vials opened for it."""
    return f"""
        drug        | dose   | dose_unit | containers   | start | stop
        bevacizumab | {dose} | mg        | {containers} | 09:00 | 10:00
        """


def test_waste_is_a_line_of_its_own(spec):
    """305 mg of 400: 31 units, in which 5 mg are billed already, and nine with JW."""
    spec(
        charted("95"),
        lines=INFUSED,
        drugs="J1745 x31, J1745-JW x9",
        because="DRG-WASTE",
        flags="!R-DOC-09",
        covers="R-DRG-02 R-MOD-03 C30",
    )


def test_waste_that_is_not_charted_is_computed_and_flagged(spec):
    """The containers prove it; the chart should say it."""
    spec(
        SOME_LEFT,
        lines=INFUSED,
        drugs="J1745 x31, J1745-JW x9",
        flags="r1",
        because="DRG-WASTE DRG-WASTE-NOT-CHARTED",
        covers="C48 R-DRG-02 R-DOC-09",
    )


def test_nothing_left_is_jz(spec):
    """On the line of what was given."""
    spec(
        ALL_USED,
        lines=INFUSED,
        drugs="J1745-JZ x30",
        because="DRG-NO-WASTE",
        covers="R-DRG-03 C30",
    )


def test_jw_is_due_from_2017(spec):
    """The last day before, and the first."""
    spec(SOME_LEFT, day="2016-12-31", setting="professional", lines=INFUSED, drugs="J1745 x31",
         covers="R-DRG-04")  # fmt: skip
    spec(SOME_LEFT, day="2017-01-01", setting="professional", lines=INFUSED,
         drugs="J1745 x31, J1745-JW x9", covers="R-DRG-04")  # fmt: skip


def test_jz_is_due_from_july_2023(spec):
    """The last day before, and the first."""
    spec(ALL_USED, day="2023-06-30", lines=INFUSED, drugs="J1745 x30", covers="R-DRG-04 C29 D39")
    spec(ALL_USED, day="2023-07-01", lines=INFUSED, drugs="J1745-JZ x30", covers="R-DRG-04 C29")


def test_jz_before_july_2023_only_where_the_profile_wants_it(spec):
    """It could be used from 2023-01-01; for waste within a unit it still begins in July."""
    use = {"waste.jz_voluntary": "use"}
    spec(ALL_USED, day="2022-12-31", policy=use, lines=INFUSED, drugs="J1745 x30",
         covers="C29 D39 R-DRG-04")  # fmt: skip
    spec(ALL_USED, day="2023-01-01", policy=use, lines=INFUSED, drugs="J1745-JZ x30",
         covers="C29 D39 R-DRG-04")  # fmt: skip
    spec(WITHIN_A_UNIT, day="2023-06-30", policy=use, lines=INFUSED, drugs="J1745 x30",
         covers="C29 D39 R-DRG-06")  # fmt: skip


def test_waste_within_the_last_unit_is_billed_already(spec):
    """295 mg of 300 are thirty units whole: no JW, and JZ; a payer may want neither."""
    spec(
        WITHIN_A_UNIT,
        lines=INFUSED,
        drugs="J1745-JZ x30",
        because="DRG-WASTE-WITHIN-UNIT",
        covers="R-DRG-06 D19 C29",
    )
    spec(
        WITHIN_A_UNIT,
        lines=INFUSED,
        drugs="J1745 x30",
        policy={"waste.sub_unit_modifier": "none"},
        covers="R-DRG-06 D19",
    )


def test_dose_and_waste_within_one_unit_are_one_unit(spec):
    """200 mg of a vial of 250 mg, 250 mg a unit."""
    spec(
        LESS_THAN_A_UNIT,
        setting="professional",
        lines="96372",
        drugs="J0696-JZ",
        because="DRG-WASTE-WITHIN-UNIT",
        covers="R-DRG-06 D19",
    )
    spec(
        LESS_THAN_A_UNIT,
        setting="professional",
        lines="96372",
        drugs="J0696",
        policy={"waste.sub_unit_modifier": "none"},
        covers="R-DRG-06 D19",
    )


def test_waste_that_other_vials_would_have_avoided_is_not_billed(spec):
    """300 mg: three vials of 100, not one of 400; neither JW nor JZ, and a finding names the mix."""
    spec(
        vials("300", "1 x 400 mg"),
        lines="96413",
        drugs="J9035 x30",
        flags="r1",
        because="DRG-AVOIDABLE-WASTE",
        covers="R-DRG-07 C30",
    )
    spec(vials("300", "3 x 100 mg"), lines="96413", drugs="J9035-JZ x30", covers="R-DRG-07")


def test_waste_is_billed_against_the_mix_that_wastes_least(spec):
    """350 mg out of two vials of 400: one of them would have left 50."""
    spec(
        vials("350", "2 x 400 mg"),
        lines="96413",
        drugs="J9035 x35, J9035-JW x5",
        flags="r1",
        because="DRG-NOT-SMALLEST-WASTE",
        covers="R-DRG-07 C30",
    )
    spec(
        vials("350", "1 x 400 mg"),
        lines="96413",
        drugs="J9035 x35, J9035-JW x5",
        covers="R-DRG-07",
    )


def test_less_charted_than_the_containers_leave_is_what_is_billed(spec):
    """50 mg of 95: with 305 mg given, 35 whole units, of which 31 are billed."""
    spec(
        charted("50"),
        lines=INFUSED,
        drugs="J1745 x31, J1745-JW x4",
        flags="r1",
        because="DRG-WASTE-LESS",
        covers="C48",
    )


def test_none_charted_where_the_containers_leave_some_is_neither(spec):
    """Nothing thrown away and 95 mg left do not go together."""
    spec(
        charted("0"),
        lines=INFUSED,
        drugs="J1745 x31",
        flags="r1",
        because="DRG-WASTE-DENIED",
        covers="C48",
    )


def test_more_charted_than_the_containers_can_have_left_is_not_billed(spec):
    """120 mg of 95: overfill, or a vial that is not charted."""
    spec(
        charted("120"),
        lines=INFUSED,
        drugs="J1745 x31, J1745-JW x9",
        flags="r1",
        because="DRG-WASTE-MORE",
        covers="R-DRG-05 R-DRG-02",
    )


def test_waste_charted_without_containers_is_taken_as_charted(spec):
    """The amount is proof, the vials are not there to hold it to."""
    spec(
        charted("95", ""),
        lines=INFUSED,
        drugs="J1745 x31, J1745-JW x9",
        flags="r1",
        because="DRG-WASTE-WITHOUT-CONTAINERS",
        covers="R-DRG-02 R-DOC-09",
    )


def test_without_containers_and_waste_neither_can_be_told(spec):
    """No modifier; a finding once JZ is due, none before."""
    spec(
        charted("", ""),
        lines=INFUSED,
        drugs="J1745 x31",
        flags="r1 C30",
        because="DRG-NO-CONTAINERS",
        covers="C30 R-DOC-09",
    )
    spec(
        charted("", ""),
        day="2023-06-30",
        lines=INFUSED,
        drugs="J1745 x31",
        flags="!C30",
        covers="C30 R-DRG-04",
    )


def test_multi_dose_containers_have_no_waste(spec):
    """What is left is for the next patient; one such container among others is enough."""
    for containers in ("1 x 400 mg multi-dose", "3 x 100 mg, 1 x 100 mg multi-dose"):
        spec(
            charted("", containers),
            lines=INFUSED,
            drugs="J1745 x31",
            because="DRG-MULTI-DOSE",
            covers="R-DRG-05",
        )


def test_containers_of_unknown_kind_are_a_question(spec):
    """Whether a vial held one dose decides, and the chart does not say."""
    spec(
        charted("", "4 x 100 mg of unknown kind"),
        lines=INFUSED,
        drugs="J1745 x31",
        flags="r1",
        because="DRG-CONTAINER-KIND",
        covers="R-DRG-05 R-DOC-09",
    )


def test_drug_that_opps_packages_has_no_waste_modifier(spec):
    """In a hospital; an office is paid for it and says what was left."""
    spec(
        PACKAGED,
        lines="96374",
        drugs="J2405 x3",
        because="DRG-PACKAGED",
        covers="R-DRG-05 C30",
    )
    spec(
        PACKAGED,
        setting="professional",
        lines="96374",
        drugs="J2405 x3, J2405-JW",
        covers="R-DRG-05 C30",
    )


def test_status_that_no_table_has_is_said(spec):
    """No table of 2019: waste is billed as if the drug were paid by itself, and a finding says so."""
    spec(
        SOME_LEFT,
        day="2019-05-01",
        lines=INFUSED,
        drugs="J1745 x31, J1745-JW x9",
        flags="r1 C71",
        because="DRG-STATUS-UNKNOWN",
        covers="C30 C71 R-DRG-05",
    )


def test_waste_modifiers_are_medicares(spec):
    """Another payer has neither, unless its profile says so; so has a rural clinic's."""
    spec(SOME_LEFT, payer="commercial", lines=INFUSED, drugs="J1745 x31", covers="C30")
    spec(ALL_USED, payer="commercial", lines=INFUSED, drugs="J1745 x30", covers="C30")
    spec(
        SOME_LEFT,
        policy={"extends": "commercial", "waste.modifiers": "JW_JZ"},
        lines=INFUSED,
        drugs="J1745 x31, J1745-JW x9",
        covers="C30",
    )
    spec(
        ALL_USED,
        setting="professional",
        policy={"waste.modifiers": "none"},
        lines=INFUSED,
        drugs="J1745 x30",
        covers="C30 R-DRG-05",
        reading="A rural health clinic or a federally qualified health center is a profile with"
        " `waste.modifiers` at `none`.",
    )


def test_same_drug_twice_a_day_is_one_supply(spec):
    """95 mg out of 100 twice: 20 units are all that was opened."""
    spec(
        """
        drug       | dose | dose_unit | containers | start | stop
        infliximab | 95   | mg        | 1 x 100 mg | 09:00 | 10:00
        infliximab | 95   | mg        | 1 x 100 mg | 13:00 | 14:00
        """,
        lines="96413, 96415",
        drugs="J1745-JZ x20",
        covers="R-DRG-02 R-DRG-03 C04",
    )


def test_container_that_is_not_charted_takes_nothing_off_the_dose(spec):
    """Overfill is a few per cent; a vial missing from the chart is none, and proves no JZ."""
    spec(
        """
        drug       | dose | dose_unit | containers | start | stop
        infliximab | 300  | mg        | 1 x 100 mg | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        flags="r1",
        because="DRG-MORE-THAN-OPENED",
        covers="R-DRG-05 R-DRG-08",
    )


def test_containers_in_a_unit_nobody_can_read(spec):
    """They are charted, so it is not said that they are not."""
    spec(
        """
        drug       | dose | dose_unit | containers  | start | stop
        infliximab | 300  | mg        | 3 x 1 tubes | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        flags="r1",
        because="DRG-WASTE-UNIT",
        covers="C30 R-DOC-09",
    )


def test_jz_gives_way_where_the_code_has_jw_on_the_date(spec):
    """Two NDCs of one code, one with waste."""
    spec(
        """
        drug       | dose | dose_unit | ndc           | containers | discarded | discarded_unit | start | stop
        infliximab | 100  | mg        | 57894-0030-01 | 1 x 100 mg | 0         | mg             | 09:00 | 10:00
        infliximab | 80   | mg        | 57894-0160-01 | 1 x 100 mg | 20        | mg             | 13:00 | 14:00
        """,
        lines="96413, 96415",
        drugs="J1745 x10, J1745 x8, J1745-JW x2",
        ndc="J1745 57894003001 UN1, J1745 57894016001 UN0.8, J1745-JW 57894016001 UN0.2",
        covers="R-DRG-03",
    )


def test_row_without_an_ndc_shares_the_vials_of_the_row_with_one(spec):
    """200 mg opened and 200 mg given: nothing was wasted."""
    spec(
        """
        drug       | dose | dose_unit | ndc           | containers | start | stop
        infliximab | 105  | mg        | 57894-0030-01 | 2 x 100 mg | 09:00 | 10:00
        infliximab | 95   | mg        |               |            | 10:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745-JZ x20",
        ndc="J1745-JZ 57894003001 UN2",
        covers="R-DRG-02",
    )
