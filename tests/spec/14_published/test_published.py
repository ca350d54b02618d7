"""Worked examples that coding authorities published, redrawn.

Where a source gave no duration, 45 minutes stand in.  For the examples that publish drug units
only, the administration lines are this specification's own reading.
"""

title = "Published examples"

DAY = "2025-03-12"


def test_fac_003_infusion_then_push_of_one_drug(spec):
    """AHIMA: two hours of a drug in the emergency room, an hour later the same drug pushed."""
    spec(
        """
        drug   | route       | category    | minutes
        drug A | iv_infusion | therapeutic | 120
        drug A | iv_push     | therapeutic |
        """,
        lines="96365, 96366, 96376",
        day=DAY,
        covers="R-SEQ-10 C16",
    )


def test_fac_004_short_bolus_and_a_push(spec):
    """AHIMA: 20 minutes of saline for hydration, morphine pushed meanwhile."""
    spec(
        """
        drug          | route       | category    | start | stop
        normal saline | iv_infusion | hydration   | 07:00 | 07:20
        morphine      | iv_push     | therapeutic | 07:15 |
        """,
        lines="96374",
        left_off="r1",
        day=DAY,
        covers="R-TIME-03",
    )


def test_fac_007_potassium_to_correct_the_level(spec):
    """Haugen 2022: an hour of fluid with potassium for a low level."""
    spec(
        """
        drug                           | category    | minutes
        potassium chloride in IV fluid | therapeutic | 60
        """,
        lines="96365",
        day=DAY,
        covers="R-CLS-02",
    )


def test_fac_010_seventy_five_minutes(spec):
    """AAPC: one drug over 75 minutes."""
    spec(
        """
        drug   | category    | minutes
        drug A | therapeutic | 75
        """,
        lines="96365",
        setting="professional",
        day=DAY,
        covers="R-TIME-01",
    )


def test_fac_013_antibiotic_before_chemotherapy(spec):
    """AAPC: 30 minutes of antibiotic, then 115 of chemotherapy, at a hospital."""
    spec(
        """
        drug                 | category     | minutes
        antibiotic           | therapeutic  | 30
        chemotherapy agent A | chemotherapy | 115
        """,
        lines="96413, 96415, 96367",
        day=DAY,
        covers="R-INI-03",
    )


def test_fac_017_prepackaged_fluid_with_potassium(spec):
    """AHA Coding Clinic 1Q 2012: 75 minutes for dehydration."""
    spec(
        """
        drug                     | category  | minutes | dose | dose_unit
        D5 1/2NS with 20 mEq KCl | hydration | 75      | 1000 | mL
        """,
        lines="96360",
        payer="medicare",
        day=DAY,
        covers="R-CLS-01 R-CLS-02",
    )


def test_fac_021_push_then_infusion_of_another_drug(spec):
    """HCPro 2013: observation, a push on the first day, an infusion on the second."""
    spec(
        """
        drug   | route       | category    | minutes
        drug A | iv_push     | therapeutic |
        drug B | iv_infusion | therapeutic | 45
        """,
        lines="96365, 96375",
        payer="medicare",
        day=DAY,
        covers="R-INI-03 R-INI-07",
    )


def test_fac_026_infliximab_with_a_premedication(spec):
    """The Rheumatologist: two hours 13 minutes, after a push of diphenhydramine."""
    spec(
        """
        drug            | route       | category    | minutes | dose | dose_unit
        diphenhydramine | iv_push     | therapeutic |         |      |
        infliximab      | iv_infusion | biologic    | 133     | 300  | mg
        """,
        lines="96413, 96415, 96375",
        setting="professional",
        day=DAY,
        covers="C39 C21",
    )


def test_fac_045_thirty_minutes_before_zoledronic_acid(spec):
    """AAPC: 30 minutes of fluid are too few."""
    spec(
        """
        drug            | category    | minutes
        normal saline   | hydration   | 30
        zoledronic acid | therapeutic | 16
        """,
        lines="96365",
        left_off="r1",
        day=DAY,
        covers="R-TIME-03 C42",
    )


def test_fac_046_zoledronic_acid_over_fifteen_minutes(spec):
    """AAPC: a push."""
    spec(
        """
        drug            | category    | minutes
        zoledronic acid | therapeutic | 15
        """,
        lines="96374",
        day=DAY,
        covers="R-TIME-01",
    )


def test_fac_049_two_hours_of_saline_and_one_push(spec):
    """AAPC: dexamethasone for nausea, at a hospital."""
    spec(
        """
        drug          | route       | category    | minutes
        normal saline | iv_infusion | hydration   | 120
        dexamethasone | iv_push     | therapeutic |
        """,
        lines="96374, 96361 x2",
        day=DAY,
        covers="R-INI-03 R-TIME-04",
    )


def test_fac_053_two_units_of_red_cells(spec):
    """AAPC 2010: one session."""
    spec(
        """
        drug      | category | minutes | dose | dose_unit
        red cells | blood    | 45      | 2    | units
        """,
        lines="36430",
        payer="medicare",
        day=DAY,
        covers="R-CLS-13",
    )


def test_fac_067_ceftriaxone_over_fifteen_minutes(spec):
    """MedLearn 2022: a piggyback of 15 minutes or less."""
    spec(
        """
        drug        | category    | minutes
        ceftriaxone | therapeutic | 15
        """,
        lines="96374",
        day=DAY,
        covers="R-CLS-04",
    )


def test_fac_088_port_flush_alone(spec):
    """Nothing else is done that date; the kind of access is not charted, so it is flagged."""
    spec(
        """
        drug                 | route   | category
        saline/heparin flush | iv_push | flush
        """,
        lines="96523",
        flags="C73",
        day=DAY,
        covers="C25 C73",
    )


def test_phy_001_antibiotic_before_the_chemotherapy_of_the_visit(spec):
    """AAPC: the same as at the hospital, in an office."""
    spec(
        """
        drug                 | category     | primary_reason | minutes
        antibiotic           | therapeutic  |                | 30
        chemotherapy agent A | chemotherapy | yes            | 115
        """,
        lines="96413, 96415, 96367",
        setting="professional",
        day=DAY,
        covers="R-INI-02",
    )


def test_phy_015_two_chemotherapy_drugs_of_two_hours(spec):
    """AAPC: one after the other."""
    spec(
        """
        drug                | category     | primary_reason | minutes
        chemotherapy drug A | chemotherapy | yes            | 120
        chemotherapy drug B | chemotherapy |                | 120
        """,
        lines="96413, 96417, 96415 x2",
        setting="professional",
        day=DAY,
        covers="R-SEQ-11 R-TIME-05",
    )


def test_phy_074_three_pushes(spec):
    """Three different drugs in one visit."""
    spec(
        """
        drug   | route   | category
        drug 1 | iv_push | therapeutic
        drug 2 | iv_push | therapeutic
        drug 3 | iv_push | therapeutic
        """,
        lines="96374, 96375 x2",
        setting="professional",
        day=DAY,
        covers="R-SEQ-08",
    )


def test_phy_107_two_chemotherapies_and_another_drug(spec):
    """AAPC: three hours, 30 minutes, 30 minutes."""
    spec(
        """
        drug                 | category     | primary_reason | minutes
        chemotherapy agent 1 | chemotherapy | yes            | 180
        chemotherapy agent 2 | chemotherapy |                | 30
        other drug           | therapeutic  |                | 30
        """,
        lines="96413, 96415 x2, 96417, 96367",
        setting="professional",
        day=DAY,
        covers="R-SEQ-11",
    )


def test_phy_031_trastuzumab(spec):
    """Published for its units."""
    spec(
        """
        drug        | category     | minutes | dose | dose_unit
        trastuzumab | chemotherapy | 45      | 140  | mg
        """,
        lines="96413",
        payer="medicare",
        day=DAY,
        covers="R-TIME-02",
    )


def test_phy_046_infliximab_with_waste(spec):
    """Published for its units."""
    spec(
        """
        drug       | category | minutes | dose | dose_unit | discarded | containers
        infliximab | biologic | 45      | 360  | mg        | 40        | 4 x 100 mg
        """,
        lines="96413",
        setting="professional",
        payer="medicare",
        day="2023-08-12",
        covers="C39",
    )


def test_phy_053_infliximab(spec):
    """Published for its units."""
    spec(
        """
        drug       | category | minutes | dose | dose_unit
        infliximab | biologic | 45      | 500  | mg
        """,
        lines="96413",
        payer="medicare",
        day=DAY,
        covers="C39",
    )


def test_phy_088_ibandronate(spec):
    """Published for its units."""
    spec(
        """
        drug                 | route   | dose | dose_unit
        ibandronate (Boniva) | iv_push | 3    | mg
        """,
        lines="96374",
        setting="professional",
        day="2023-08-12",
        covers="R-CLS-04",
    )


def test_phy_095_immune_globulin(spec):
    """Published for its units; charted as a biologic, known to be a plain drug."""
    spec(
        """
        drug                       | category | minutes | dose | dose_unit
        immune globulin (Privigen) | biologic | 45      | 100  | g
        """,
        lines="96365",
        payer="medicaid",
        day=DAY,
        covers="C39 R-CLS-03",
    )


def test_phy_099_sincalide(spec):
    """Published for its units."""
    spec(
        """
        drug      | route   | dose | dose_unit
        sincalide | iv_push | 5    | mcg
        """,
        lines="96374",
        payer="medicare",
        day=DAY,
        covers="R-CLS-04",
    )
