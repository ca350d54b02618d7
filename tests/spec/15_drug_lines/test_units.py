"""How many billing units a dose is."""

title = "Units"

TWO_SMALL = """
    drug        | route   | dose | dose_unit | start
    ondansetron | iv_push | 0.5  | mg        | 09:00
    ondansetron | iv_push | 0.5  | mg        | 12:00
    """


def test_part_of_a_unit_counts_as_one(spec):
    """10 mg a unit: 300 mg are 30, 305 are 31, and so are 310."""
    for dose, units in (("300", 30), ("305", 31), ("310", 31), ("311", 32)):
        spec(
            f"""
            drug       | dose   | dose_unit | start | stop
            infliximab | {dose} | mg        | 09:00 | 11:00
            """,
            lines="96413, 96415",
            drugs=f"J1745 x{units}",
            because="DRG-UNITS",
            covers="R-DRG-01",
        )


def test_units_are_of_the_descriptor_and_not_of_the_vial(spec):
    """One vial of a gram, 250 mg a unit: four."""
    spec(
        """
        drug        | dose | dose_unit | containers | start | stop
        ceftriaxone | 1    | g         | 1 x 1 g    | 09:00 | 09:30
        """,
        lines="96365",
        drugs="J0696 x4",
        covers="R-DRG-01",
    )


def test_any_part_of_an_up_to_quantity_is_one(spec):
    """Up to 50 mg: 25 is one, 50 is one, 51 is two."""
    for dose, units in (("25", 1), ("50", 1), ("51", 2)):
        spec(
            f"""
            drug            | route   | dose   | dose_unit | start
            diphenhydramine | iv_push | {dose} | mg        | 09:00
            """,
            lines="96374",
            drugs=f"J1200 x{units}",
            covers="R-DRG-01",
        )


def test_each_administration_is_rounded_by_itself(spec):
    """Half a unit twice is two, and one where the payer adds up the date first."""
    spec(
        TWO_SMALL,
        setting="professional",
        lines="96374",
        drugs="J2405 x2",
        because="DRG-UNITS",
        covers="C04 D37 R-DRG-01",
    )
    spec(
        TWO_SMALL,
        setting="professional",
        lines="96374",
        drugs="J2405 x1",
        policy={"drug.round_scope": "per_date"},
        because="DRG-UNITS-OF-DATE",
        covers="C04 D37 R-DRG-01",
    )


def test_two_bags_of_one_order_are_one_dose(spec):
    """95 mg and 95 mg run one after the other are 190, and 19 units; apart they are 10 and 10."""
    spec(
        """
        drug       | order_id | dose | dose_unit | start | stop
        infliximab | o1       | 95   | mg        | 09:00 | 10:00
        infliximab | o1       | 95   | mg        | 10:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x19",
        covers="C04 R-DRG-01",
    )
    spec(
        """
        drug       | order_id | dose | dose_unit | start | stop
        infliximab | o1       | 95   | mg        | 09:00 | 10:00
        infliximab | o2       | 95   | mg        | 13:00 | 14:00
        """,
        lines="96413, 96415",
        drugs="J1745 x20",
        covers="C04 R-DRG-01",
    )


def test_each_date_has_its_own_line(spec):
    """One encounter past midnight."""
    spec(
        """
        drug        | route   | dose | dose_unit | start
        ondansetron | iv_push | 4    | mg        | 22:00
        ondansetron | iv_push | 8    | mg        | +1 06:00
        """,
        lines="96374, 96376",
        drugs="J2405 x4, J2405 x8 @+1",
        covers="R-DRG-01 R-DRG-11",
    )


def test_charted_units_of_mass_are_brought_to_that_of_the_code(spec):
    """25 mcg a unit: 100 mcg is four, and so is 0.1 mg."""
    for dose, charted in (("100", "mcg"), ("0.1", "mg"), ("0.0001", "g")):
        spec(
            f"""
            drug       | route | dose   | dose_unit  | start
            octreotide | sc    | {dose} | {charted}  | 09:00
            """,
            lines="96372",
            payer="commercial",
            drugs="J2354 x4",
            covers="R-DRG-01",
        )


def test_units_of_activity_and_milliequivalents(spec):
    """1,000 units a unit of heparin; 2 mEq a unit of potassium."""
    spec(
        """
        drug    | route   | dose | dose_unit | start
        heparin | iv_push | 5000 | units     | 09:00
        """,
        lines="96374",
        drugs="J1644 x5",
        covers="R-DRG-01",
    )
    spec(
        """
        drug               | category    | dose | dose_unit | start | stop
        potassium chloride | therapeutic | 20   | mEq       | 09:00 | 11:00
        """,
        lines="96365, 96366",
        drugs="J3480 x10",
        covers="R-DRG-01",
    )


def test_dose_by_body_weight_needs_the_weight(spec):
    """5 mg/kg at 60.5 kg is 302.5 mg: 31 units; without a weight no line, and someone is asked."""
    by_weight = """
        drug       | dose | dose_unit | start | stop
        infliximab | 5    | mg/kg     | 09:00 | 11:00
        """
    spec(
        by_weight,
        chart={"weight_kg": "60.5"},
        lines="96413, 96415",
        drugs="J1745 x31",
        covers="R-DRG-01",
    )
    spec(
        by_weight,
        lines="96413, 96415",
        drugs="",
        flags="r1",
        because="DRG-DOSE-NO-WEIGHT",
        covers="R-DRG-01 R-DOC-03",
    )


def test_dose_by_volume_needs_the_concentration(spec):
    """2 mL of 2 mg/mL is 4 mg; 2 mL of nobody says what is no line."""
    spec(
        """
        drug                | route   | dose | dose_unit | start
        ondansetron 2 mg/mL | iv_push | 2    | mL        | 09:00
        """,
        lines="96374",
        drugs="J2405 x4",
        covers="R-DRG-01",
    )
    spec(
        """
        drug        | route   | dose | dose_unit | start
        ondansetron | iv_push | 2    | mL        | 09:00
        """,
        lines="96374",
        drugs="",
        flags="r1",
        because="DRG-DOSE-MEASURE",
        covers="R-DRG-01 R-DOC-03",
    )


def test_dose_without_a_unit_is_not_guessed(spec):
    """Four of what?"""
    spec(
        """
        drug        | route   | dose | start
        ondansetron | iv_push | 4    | 09:00
        """,
        lines="96374",
        drugs="",
        flags="r1",
        because="DRG-DOSE-NO-UNIT",
        covers="R-DRG-01 R-DOC-03",
    )


def test_overfill_is_not_billed(spec):
    """305 mg out of three vials of 100 mg: 300 are billed, all of them used."""
    spec(
        """
        drug       | dose | dose_unit | containers | start | stop
        infliximab | 305  | mg        | 3 x 100 mg | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745-JZ x30",
        flags="r1",
        because="DRG-OVERFILL DRG-MORE-THAN-OPENED",
        covers="R-DRG-05",
    )


def test_dose_cut_short_is_a_question(spec):
    """Stopped at half past for good: the charted dose is billed until someone says what ran in."""
    spec(
        """
        drug       | dose | dose_unit | pauses | start
        infliximab | 300  | mg        | 09:40- | 09:00
        """,
        lines="96413",
        drugs="J1745 x30",
        flags="r1",
        because="DRG-CUT-SHORT",
        covers="R-DRG-08",
    )
    spec(
        """
        drug       | dose | dose_unit | volume_ml | volume_infused_ml | start | stop
        infliximab | 300  | mg        | 250       | 120               | 09:00 | 10:00
        """,
        lines="96413",
        drugs="J1745 x30",
        flags="r1",
        because="DRG-CUT-SHORT",
        covers="R-DRG-08",
    )


def test_units_above_the_ceiling_of_the_code_are_flagged(spec):
    """Heparin lock by the date: an office 100 units, a hospital 150; lines of one code together."""
    for setting, dose, flags in (
        ("professional", "1000", "!R-DRG-14"),
        ("professional", "1010", "R-DRG-14"),
        ("facility", "1500", "!R-DRG-14"),
        ("facility", "1510", "R-DRG-14"),
    ):
        spec(
            f"""
            drug          | category    | route   | dose   | dose_unit | start
            heparin flush | therapeutic | iv_push | {dose} | units     | 09:00
            """,
            setting=setting,
            lines="96374",
            drugs=f"J1642 x{int(dose) // 10}",
            flags=flags,
            covers="R-DRG-14",
        )
    spec(
        """
        drug          | category    | route   | dose | dose_unit | ndc           | start
        heparin flush | therapeutic | iv_push | 600  | units     | 64253-0222-35 | 09:00
        heparin flush | therapeutic | iv_push | 600  | units     | 08290-0365-05 | 12:00
        """,
        setting="professional",
        lines="96374",
        drugs="J1642 x60, J1642 x60",
        ndc="J1642 08290036505, J1642 64253022235",
        flags="R-DRG-14",
        because="DRG-OVER-CEILING",
        covers="R-DRG-14",
    )


def test_rate_or_a_dose_by_body_surface_is_no_amount(spec):
    """Neither says how much was given."""
    for unit in ("mg/m2", "mg/kg/h", "drops"):
        spec(
            f"""
            drug       | dose | dose_unit | start | stop
            paclitaxel | 175  | {unit} | 09:00 | 12:00
            """,
            lines="96413, 96415 x2",
            drugs="",
            flags="r1",
            because="DRG-DOSE-UNKNOWN-UNIT",
            covers="R-DRG-01 R-DOC-03",
        )


def test_waste_beside_more_than_was_opened_proves_nothing(spec):
    """Neither JW nor JZ: a container is missing from the chart, or the dose is wrong."""
    spec(
        """
        drug       | dose | dose_unit | containers | discarded | discarded_unit | start | stop
        infliximab | 305  | mg        | 2 x 100 mg | 95        | mg             | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x31",
        flags="r1",
        because="DRG-MORE-THAN-OPENED",
        covers="R-DRG-05",
    )


def test_dose_of_zero_is_no_line(spec):
    """Nothing was given, or nothing was charted."""
    spec(
        """
        drug        | route   | dose | dose_unit | start
        ondansetron | iv_push | 0    | mg        | 09:00
        """,
        lines="96374",
        drugs="",
        flags="r1",
        because="DRG-DOSE-ZERO",
        covers="R-DRG-13",
    )


def test_what_a_machine_adds_to_a_number_is_not_billed(spec):
    """Ninety milligrams, as a binary number writes them."""
    spec(
        """
        drug      | dose      | dose_unit | start | stop
        alteplase | 90.000001 | mg        | 09:00 | 10:00
        alteplase | 90.01     | mg        | 13:00 | 14:00
        """,
        lines="96365, 96366",
        drugs="J2997 x181",
        flags="r1",
        because="DRG-DOSE-ROUNDED",
        covers="R-DRG-01",
    )
