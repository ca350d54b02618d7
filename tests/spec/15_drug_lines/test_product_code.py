"""Which product code a drug has on its date: as charted, by brand, by substance, or none.

Code numbers and the dates between which they hold are of the HCPCS file of October 2025.
"""

title = "The product code"

STEROID = """
    drug               | route   | dose | dose_unit | start
    methylprednisolone | iv_push | 125  | mg        | 09:00
    """
STEROID_BY_CODE = """
    drug               | route   | hcpcs | dose | dose_unit | start
    methylprednisolone | iv_push | J2930 | 125  | mg        | 09:00
    """
CALCIUM_BY_CODE = """
    drug              | route   | hcpcs | dose | dose_unit | start
    calcium gluconate | iv_push | J0610 | 10   | mL        | 09:00
    """
ONE_VISIT = """
    drug               | route       | dose | dose_unit | containers | start | stop
    methylprednisolone | iv_push     | 125  | mg        | 1 x 125 mg | 08:50 |
    infliximab         | iv_infusion | 300  | mg        | 3 x 100 mg | 09:00 | 11:00
    bevacizumab        | iv_infusion | 305  | mg        | 4 x 100 mg | 11:00 | 12:00
    """


def test_charted_code_in_force_is_the_code(spec):
    """The chart named the product; its unit is 10 mg."""
    spec(
        """
        drug       | hcpcs | dose | dose_unit | start | stop
        infliximab | J1745 | 300  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        because="DRG-CODE-CHARTED",
        covers="R-DRG-11 R-DRG-01",
    )


def test_name_of_the_substance_is_the_code_open_to_any_maker(spec):
    """Five codes list infliximab; four of them are for one maker's product."""
    spec(
        """
        drug       | dose | dose_unit | start | stop
        infliximab | 300  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        because="DRG-CODE-BY-SUBSTANCE",
        covers="R-DRG-11 C36",
    )


def test_brand_and_suffix_name_one_product_of_a_substance(spec):
    """A biosimilar is the same substance for the rules and another line on the claim."""
    spec(
        """
        drug      | dose | dose_unit | start | stop
        Inflectra | 300  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="Q5103 x30",
        because="DRG-CODE-BY-BRAND",
        covers="R-DRG-11 C36",
    )
    spec(
        """
        drug            | dose | dose_unit | start | stop
        infliximab-dyyb | 300  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="Q5103 x30",
        because="DRG-CODE-BY-BRAND",
        covers="R-DRG-11 C36",
    )


def test_form_under_the_skin_has_its_own_code(spec):
    """J9311 is rituximab with hyaluronidase, J9312 rituximab; one substance, two products."""
    spec(
        """
        drug           | route | category | dose | dose_unit | start
        Rituxan Hycela | sc    | biologic | 1400 | mg        | 09:00
        """,
        lines="96401",
        drugs="J9311 x140",
        covers="C61 R-DRG-11",
    )
    spec(
        """
        drug      | dose | dose_unit | start | stop
        rituximab | 700  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J9312 x70",
        covers="C61 R-DRG-11",
    )


def test_last_day_of_a_code_and_the_day_after(spec):
    """J2930 held up to 2024-03-31, any part of 125 mg a unit; then J2919, 5 mg a unit."""
    spec(
        STEROID,
        day="2024-03-31",
        lines="96374",
        drugs="J2930",
        covers="R-DRG-11",
    )
    spec(
        STEROID,
        day="2024-04-01",
        lines="96374",
        drugs="J2919 x25",
        covers="R-DRG-11",
    )


def test_dose_chooses_between_two_sizes_of_a_code(spec):
    """Up to 2024-03-31: the code of 40 mg for what it holds, above it the code of 125 mg."""
    spec(
        """
        drug               | route   | dose | dose_unit | start
        methylprednisolone | iv_push | 40   | mg        | 09:00
        """,
        day="2024-03-31",
        lines="96374",
        drugs="J2920",
        covers="R-DRG-11 R-DRG-01",
    )
    spec(
        """
        drug               | route   | dose | dose_unit | start
        methylprednisolone | iv_push | 41   | mg        | 09:00
        """,
        day="2024-03-31",
        lines="96374",
        drugs="J2930",
        covers="R-DRG-11 R-DRG-01",
    )


def test_ended_code_that_is_charted_gives_way_to_the_one_in_force(spec):
    """The chart's pick list is older than the code set: the line is right, and someone is told."""
    spec(
        STEROID_BY_CODE,
        day="2024-03-31",
        lines="96374",
        drugs="J2930",
        because="DRG-CODE-CHARTED",
        covers="R-DRG-11",
    )
    spec(
        STEROID_BY_CODE,
        day="2024-04-01",
        lines="96374",
        drugs="J2919 x25",
        flags="r1",
        because="DRG-CODE-REPLACED DRG-CODE-NOT-IN-FORCE",
        covers="R-DRG-11",
    )


def test_code_that_follows_may_count_in_another_unit(spec):
    """J0610 was 10 mL up to 2023-03-31; J0612 counts 10 mg, and no strength is charted."""
    spec(CALCIUM_BY_CODE, day="2023-03-31", lines="96374", drugs="J0610", covers="R-DRG-11")
    spec(
        CALCIUM_BY_CODE,
        day="2023-04-01",
        lines="96374",
        drugs="",
        flags="r1",
        because="DRG-CODE-NOT-IN-FORCE DRG-DOSE-MEASURE",
        covers="R-DRG-11",
    )


def test_one_visit_on_four_dates_has_the_drug_lines_of_each(spec):
    """JW from 2017, JZ from 2023-07-01, the steroid's new code from 2024-04-01."""
    for day, drugs in (
        ("2022-08-12", "J2930, J1745 x30, J9035 x31, J9035-JW x9"),
        ("2023-03-12", "J2930, J1745 x30, J9035 x31, J9035-JW x9"),
        ("2023-08-12", "J2930-JZ, J1745-JZ x30, J9035 x31, J9035-JW x9"),
        ("2024-05-12", "J2919-JZ x25, J1745-JZ x30, J9035 x31, J9035-JW x9"),
    ):
        spec(
            ONE_VISIT,
            setting="professional",
            day=day,
            lines="96413, 96415, 96417, 96375",
            drugs=drugs,
            covers="R-DRG-11 R-DRG-04 R-DRG-02 R-DRG-03",
        )


def test_drug_that_no_code_lists_is_one_unit_with_a_narrative(spec):
    """Name, dose, route and NDC tell the payer what it was; the dose makes no units."""
    spec(
        """
        drug     | route   | dose | dose_unit | ndc           | start
        ketamine | iv_push | 20   | mg        | 00143-9508-10 | 09:00
        """,
        lines="96374",
        drugs="J3490",
        ndc="J3490 00143950810",
        narrative="ketamine, 20 mg, iv push, NDC 00143950810",
        flags="r1",
        because="DRG-UNLISTED DRG-UNLISTED-REVIEW",
        covers="R-DRG-09",
    )


def test_biologic_that_no_code_lists_has_the_code_of_biologics(spec):
    """The unlisted code follows the kind of drug."""
    spec(
        """
        drug         | dose | dose_unit | start | stop
        catumaxomab  | 0.01 | mg        | 09:00 | 12:00
        """,
        lines="96413, 96415 x2",
        drugs="J3590",
        narrative="catumaxomab, 0.01 mg, iv infusion",
        because="DRG-UNLISTED",
        covers="R-DRG-09",
    )


def test_unlisted_code_that_is_charted_stands(spec):
    """A new drug in a hospital, whose containers make no waste line; a compounded one."""
    spec(
        """
        drug       | category | hcpcs | dose | dose_unit | containers | start | stop
        examplimab | biologic | C9399 | 305  | mg        | 4 x 100 mg | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="C9399",
        narrative="examplimab, 305 mg, iv infusion",
        because="DRG-UNLISTED-CHARTED DRG-UNLISTED-REVIEW",
        covers="R-DRG-09 R-DRG-05",
    )
    spec(
        """
        drug           | category    | route | hcpcs | dose | dose_unit | start
        examplin mixed | therapeutic | im    | J7999 | 2    | mL        | 09:00
        """,
        setting="professional",
        lines="96372",
        drugs="J7999",
        narrative="examplin mixed, 2 mL, im",
        because="DRG-UNLISTED-CHARTED",
        covers="R-DRG-09",
    )


def test_several_codes_and_nothing_that_says_which_is_a_question(spec):
    """Immune globulin is as many codes as makers; the brand tells."""
    spec(
        """
        drug            | dose | dose_unit | start | stop
        immune globulin | 30   | g         | 09:00 | 12:00
        """,
        lines="96365, 96366 x2",
        drugs="",
        flags="r1",
        because="DRG-SEVERAL-CODES",
        covers="R-DRG-11 R-DRG-13",
    )
    spec(
        """
        drug     | dose | dose_unit | start | stop
        Privigen | 30   | g         | 09:00 | 12:00
        """,
        lines="96365, 96366 x2",
        drugs="J1459 x60",
        covers="R-DRG-11",
    )


def test_fluid_that_no_code_lists_has_no_drug_line(spec):
    """There is a code for dextrose 5 % and none for dextrose 10 %."""
    spec(
        """
        drug         | purpose   | indication | dose | dose_unit | start | stop
        dextrose 10% | hydration | E86.0      | 500  | mL        | 09:00 | 11:00
        """,
        lines="96360, 96361",
        drugs="",
        left_off="r1",
        because="DRG-NO-CODE",
        covers="R-DRG-13 R-BND-14",
    )


def test_fluid_by_size_of_the_bag(spec):
    """Three codes list normal saline: the smallest that holds the volume, else the largest."""
    for volume, drugs in (
        ("250", "J7050"),
        ("400", "J7040"),
        ("1000", "J7030"),
        ("1500", "J7030 x2"),
    ):
        spec(
            f"""
            drug          | purpose   | indication | dose     | dose_unit | start | stop
            normal saline | hydration | E86.0      | {volume} | mL        | 09:00 | 11:00
            """,
            lines="96360, 96361",
            drugs=drugs,
            covers="R-DRG-11 R-DRG-01",
        )


def test_brand_with_a_slip_of_the_pen_is_still_the_brands_code(spec):
    """Never the originator's: the mended name is read as any other."""
    spec(
        """
        drug       | dose | dose_unit | start | stop
        Inflectraa | 400  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="Q5103 x40",
        flags="r1",
        because="DRG-CODE-BY-BRAND DRG-NAME-RESPELLED",
        covers="C36 R-DRG-11",
    )


def test_insulin_of_any_kind_has_the_one_code(spec):
    """Codes of one brand are that brand's."""
    for drug in ("Humalog", "insulin glargine", "regular insulin"):
        spec(
            f"""
            drug   | route | dose | dose_unit | start
            {drug} | sc    | 12   | units     | 09:00
            """,
            day="2025-11-12",
            lines="96372",
            drugs="J1815 x3",
            covers="R-DRG-11",
        )


def test_biosimilar_before_its_code_is_never_the_reference_product(spec):
    """Avsola had no code of its own before 2020-07-01."""
    spec(
        """
        drug   | dose | dose_unit | start | stop
        Avsola | 300  | mg        | 09:00 | 11:00
        """,
        day="2020-03-02",
        lines="96413, 96415",
        drugs="J3590",
        narrative="Avsola, 300 mg, iv infusion",
        flags="r1",
        because="DRG-UNLISTED",
        covers="C36 R-DRG-09",
    )


def test_brand_against_the_code_of_another_product_is_a_question(spec):
    """The commonest slip of a charge master."""
    spec(
        """
        drug      | hcpcs | dose | dose_unit | start | stop
        Inflectra | J1745 | 400  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="",
        flags="r1",
        because="DRG-NAME-AGAINST-CODE",
        covers="C36 R-DRG-13",
    )


def test_antibody_under_the_skin_is_not_the_product_for_the_vein(spec):
    """The form made for the skin where there is one; else a question."""
    spec(
        """
        drug      | route | dose | dose_unit | start
        rituximab | sc    | 1400 | mg        | 09:00
        """,
        lines="96401",
        drugs="J9311 x140",
        covers="C61 R-DRG-11",
    )
    spec(
        """
        drug        | route | dose | dose_unit | start
        vedolizumab | sc    | 108  | mg        | 09:00
        """,
        lines="96401",
        drugs="",
        flags="r1",
        because="DRG-OTHER-ROUTE",
        covers="C61 R-DRG-11",
    )


def test_code_that_nobody_knows_is_said_and_the_name_decides(spec):
    """A slip in the code."""
    spec(
        """
        drug        | hcpcs | route   | dose | dose_unit | start
        ondansetron | J2450 | iv_push | 4    | mg        | 09:00
        """,
        lines="96374",
        drugs="J2405 x4",
        flags="r1",
        because="DRG-CODE-UNKNOWN",
        covers="R-DRG-11",
    )


def test_unlisted_code_gives_way_to_the_code_that_lists_the_drug(spec):
    """It is for drugs that no code lists."""
    spec(
        """
        drug        | hcpcs | route   | dose | dose_unit | start
        ondansetron | J3490 | iv_push | 4    | mg        | 09:00
        """,
        lines="96374",
        drugs="J2405 x4",
        flags="r1",
        because="DRG-UNLISTED-OVERRULED",
        covers="R-DRG-09",
    )
