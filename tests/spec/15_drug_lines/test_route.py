"""JA and JB, and the NDC of a line."""

title = "Route and NDC"

ABATACEPT = """
    drug      | dose | dose_unit | start | stop
    abatacept | 750  | mg        | 09:00 | 09:40
    """
UNDER_THE_SKIN = """
    drug      | route | dose | dose_unit | start
    abatacept | sc    | 125  | mg        | 09:00
    """


def test_code_for_vein_and_skin_says_which(spec):
    """Medicare's contractors ask it of the codes that serve both."""
    spec(
        ABATACEPT,
        lines="96413",
        drugs="J0129-JA x75",
        because="DRG-ROUTE-VEIN",
        covers="R-DRG-12 R-MOD-03",
    )
    spec(
        UNDER_THE_SKIN,
        lines="96401",
        drugs="J0129-JB x13",
        because="DRG-ROUTE-SKIN",
        covers="R-DRG-12 R-MOD-03",
    )


def test_code_for_the_vein_alone_says_nothing(spec):
    """Infliximab of this code is never given under the skin."""
    spec(
        """
        drug       | dose | dose_unit | start | stop
        infliximab | 300  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        covers="R-DRG-12",
    )


def test_payer_that_does_not_ask_gets_no_route(spec):
    """A commercial payer."""
    spec(ABATACEPT, payer="commercial", lines="96413", drugs="J0129 x75", covers="R-DRG-12")


def test_both_routes_on_a_day_are_two_lines(spec):
    """First into the vein, then under the skin."""
    spec(
        """
        drug        | route       | dose | dose_unit | start | stop
        tocilizumab | iv_infusion | 400  | mg        | 09:00 | 10:00
        tocilizumab | sc          | 162  | mg        | 12:00 |
        """,
        lines="96413, 96401",
        drugs="J3262-JA x400, J3262-JB x162",
        covers="R-DRG-12",
    )


def test_route_and_waste_stand_on_one_line(spec):
    """Nothing is left, and it went into the vein."""
    spec(
        """
        drug      | dose | dose_unit | containers | start | stop
        abatacept | 750  | mg        | 3 x 250 mg | 09:00 | 09:40
        """,
        lines="96413",
        drugs="J0129-JA-JZ x75",
        covers="R-DRG-12 R-DRG-03",
    )


def test_ndc_of_any_hyphens_is_eleven_digits(spec):
    """The short part is filled up: 5-4-1, 5-3-2 and 4-4-2 are three places for the nought."""
    for charted, digits in (
        ("57894-0030-01", "57894003001"),
        ("57894-030-01", "57894003001"),
        ("0409-7332-01", "00409733201"),
        ("00409-7332-1", "00409733201"),
    ):
        spec(
            f"""
            drug       | dose | dose_unit | ndc       | containers | start | stop
            infliximab | 300  | mg        | {charted} | 3 x 100 mg | 09:00 | 11:00
            """,
            lines="96413, 96415",
            drugs="J1745-JZ x30",
            ndc=f"J1745-JZ {digits} UN3",
            covers="R-DRG-10",
        )


def test_powder_is_counted_by_the_vial_and_liquid_by_the_millilitre(spec):
    """UN1 for one vial of powder, ML2 for two millilitres; a line of waste repeats only the NDC."""
    spec(
        """
        drug        | dose | dose_unit | ndc           | containers | start | stop
        ceftriaxone | 1    | g         | 00409-7332-01 | 1 x 1 g    | 09:00 | 09:30
        """,
        lines="96365",
        drugs="J0696 x4",
        ndc="J0696 00409733201 UN1",
        covers="R-DRG-10",
    )
    spec(
        """
        drug                | route   | dose | dose_unit | ndc           | start
        ondansetron 2 mg/mL | iv_push | 2    | mL        | 00409-4755-03 | 09:00
        """,
        lines="96374",
        drugs="J2405 x4",
        ndc="J2405 00409475503 ML2",
        covers="R-DRG-10",
    )
    spec(
        """
        drug       | dose | dose_unit | ndc           | containers | start | stop
        infliximab | 305  | mg        | 57894-0030-01 | 4 x 100 mg | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x31, J1745-JW x9",
        ndc="J1745 57894003001 UN3.05, J1745-JW 57894003001 UN0.95",
        covers="R-DRG-10",
    )


def test_ten_digits_without_hyphens_could_be_three_numbers(spec):
    """Where the nought belongs cannot be told, so the line has no NDC."""
    spec(
        """
        drug       | dose | dose_unit | ndc        | start | stop
        infliximab | 300  | mg        | 5789403001 | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        flags="r1",
        because="DRG-NDC-AMBIGUOUS",
        covers="R-DRG-10",
    )


def test_ndc_that_is_none_is_not_billed(spec):
    """Parts of four, three and one digit are no NDC."""
    spec(
        """
        drug       | dose | dose_unit | ndc        | start | stop
        infliximab | 300  | mg        | 5789-403-1 | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        flags="r1",
        because="DRG-NDC-FORM",
        covers="R-DRG-10",
    )


def test_two_ndcs_of_one_code_are_two_lines(spec):
    """A line has one NDC."""
    spec(
        """
        drug       | dose | dose_unit | ndc           | containers | start | stop
        infliximab | 100  | mg        | 57894-0030-01 | 1 x 100 mg | 09:00 | 10:00
        infliximab | 100  | mg        | 57894-0160-01 | 1 x 100 mg | 12:00 | 13:00
        """,
        lines="96413, 96415",
        drugs="J1745-JZ x10, J1745-JZ x10",
        ndc="J1745-JZ 57894003001 UN1, J1745-JZ 57894016001 UN1",
        covers="R-DRG-10",
    )


def test_ndc_that_nobody_could_look_up_is_said(spec):
    """The name decided; the NDC may be of a product with a code of its own."""
    spec(
        """
        drug       | dose | dose_unit | ndc           | start | stop
        infliximab | 300  | mg        | 00069-0809-01 | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        ndc="J1745 00069080901",
        flags="r1",
        because="DRG-NDC-UNUSED",
        covers="R-DRG-10",
    )
