"""The twenty worked checks of the specification (drug lines are not compared here)."""

title = "Worked checks"


def test_check_01(spec):
    """Ceftriaxone 08:00 to 08:15 at a hospital."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 08:00 | 08:15
        """,
        lines="96374",
        covers="R-TIME-01",
    )


def test_check_02(spec):
    """Ceftriaxone 08:00 to 08:16 at a hospital."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 08:00 | 08:16
        """,
        lines="96365",
        covers="R-TIME-01",
    )


def test_check_03(spec):
    """Vancomycin from 09:00 to 10:30, 10:31, 11:30 and 11:31."""
    for stop, lines in (
        ("10:30", "96365"),
        ("10:31", "96365, 96366"),
        ("11:30", "96365, 96366"),
        ("11:31", "96365, 96366 x2"),
    ):
        spec(
            f"""
            drug       | start | stop
            vancomycin | 09:00 | {stop}
            """,
            lines=lines,
            covers="R-TIME-01",
        )


def test_check_04(spec):
    """Saline 16:00 to 19:00 for dehydration, a drug 17:00 to 18:00."""
    spec(
        """
        drug          | category    | start | stop
        normal saline | hydration   | 16:00 | 19:00
        ceftriaxone   | therapeutic | 17:00 | 18:00
        """,
        lines="96365, 96361 x2",
        covers="R-TIME-13 R-TIME-04",
    )


def test_check_05(spec):
    """Saline 10:00 to 10:30 and nothing else."""
    spec(
        """
        drug          | category  | start | stop
        normal saline | hydration | 10:00 | 10:30
        """,
        lines="",
        covers="R-TIME-03",
    )


def test_check_06(spec):
    """31 minutes of saline and ketorolac by muscle."""
    spec(
        """
        drug          | route       | category  | start | stop
        normal saline | iv_infusion | hydration | 10:00 | 10:31
        ketorolac     | im          |           | 10:40 |
        """,
        lines="96360, 96372-59",
        covers="R-INI-04 R-NCC-02 C10",
    )


MORPHINE = """
    drug     | route   | start
    morphine | iv_push | 10:00
    morphine | iv_push | 10:30
    morphine | iv_push | 10:31
    """


def test_check_07(spec):
    """Morphine at 10:00, 10:30 and 10:31 at a hospital."""
    spec(MORPHINE, lines="96374, 96376", left_off="r2", covers="R-SEQ-09 C16")


def test_check_08(spec):
    """The same in an office."""
    spec(
        MORPHINE,
        lines="96374",
        left_off="r2 r3",
        setting="professional",
        covers="R-SEQ-09 R-INI-02",
    )


def test_check_09(spec):
    """Rituximab for four hours with its premedication."""
    spec(
        """
        drug               | route       | category | start | stop
        rituximab          | iv_infusion | biologic | 09:00 | 13:00
        acetaminophen      | oral        |          | 08:20 |
        diphenhydramine    | iv_push     |          | 08:25 |
        methylprednisolone | iv_infusion |          | 08:30 | 09:00
        """,
        lines="96413, 96415 x3, 96367, 96375",
        covers="R-CLS-08 R-SEQ-11 C39",
    )


def test_check_10(spec):
    """Oxaliplatin and leucovorin in separate bags, 5-FU pushed, then 46 hours on a pump."""
    spec(
        """
        drug         | route       | category     | pump     | start | stop
        oxaliplatin  | iv_infusion | chemotherapy |          | 10:00 | 12:00
        leucovorin   | iv_infusion | therapeutic  |          | 10:00 | 12:00
        fluorouracil | iv_push     | chemotherapy |          | 12:05 |
        fluorouracil | iv_infusion | chemotherapy | portable | 12:15 | +2 10:15
        """,
        lines="96413, 96415, 96368, 96411, 96416",
        covers="R-SEQ-03 R-SEQ-11 R-TIME-07 C07",
    )


def test_check_11(spec):
    """Two drugs mixed in one bag, 45 minutes."""
    spec(
        """
        drug          | bag | start | stop
        ondansetron   | B1  | 09:00 | 09:45
        dexamethasone | B1  | 09:00 | 09:45
        """,
        lines="96365",
        covers="R-SEQ-05",
    )


def test_check_12(spec):
    """Observation: cefazolin for 30 minutes at 08:00, 16:00 and midnight."""
    spec(
        """
        drug      | start    | stop
        cefazolin | 08:00    | 08:30
        cefazolin | 16:00    | 16:30
        cefazolin | +1 00:00 | +1 00:30
        """,
        lines="96365 @+0, 96366 @+0, 96366 @+1",
        flags="r2 r3",
        covers="R-SEQ-06 D05 C19",
    )


def test_check_13(spec):
    """Ondansetron pushed, then 40 minutes of hydration."""
    spec(
        """
        drug          | route       | category  | start | stop
        ondansetron   | iv_push     |           | 09:00 |
        normal saline | iv_infusion | hydration | 09:05 | 09:45
        """,
        lines="96374, 96361",
        covers="R-INI-03 R-TIME-04",
    )


def test_check_14(spec):
    """The line infiltrates at 20 minutes and is re-sited; 30 minutes more."""
    spec(
        """
        drug       | access | start | stop
        vancomycin | A      | 09:00 | 09:20
        vancomycin | B      | 09:35 | 10:05
        """,
        lines="96365",
        minutes="r1=50",
        accesses="A peripheral; B peripheral infiltration",
        covers="R-INI-05 C62",
    )


def test_check_15(spec):
    """Two needed accesses, an antibiotic of an hour in each."""
    spec(
        """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 10:00
        vancomycin  | B      | 09:00 | 10:00
        """,
        lines="96365, 96365-XS",
        accesses="A peripheral; B peripheral incompatible_drugs",
        payer="medicare",
        covers="R-INI-05 C10",
    )


def test_check_16(spec):
    """Zoledronic acid over 15 minutes."""
    spec(
        """
        drug            | start | stop
        zoledronic acid | 09:00 | 09:15
        """,
        lines="96374",
        covers="R-TIME-01",
    )


def test_check_17(spec):
    """Infliximab, 350 mg from four vials of 100 mg: its administration over two hours."""
    spec(
        """
        drug       | category | dose | dose_unit | containers | start | stop
        infliximab | biologic | 350  | mg        | 4 x 100 mg | 09:00 | 11:00
        """,
        lines="96413, 96415",
        covers="R-CLS-08 C39",
    )


def test_check_18(spec):
    """An antibiotic with no stop: 250 mL charted as infused at 250 mL/h."""
    spec(
        """
        drug        | start | volume_infused_ml | rate_ml_per_h
        ceftriaxone | 09:00 | 250               | 250
        """,
        lines="96365",
        minutes="r1=60",
        covers="R-TIME-15 R-TIME-16 D01",
    )


def test_check_19(spec):
    """Port flush and blood draw only: the draw."""
    spec(
        """
        drug          | route   | category | access | start
        heparin flush | iv_push | flush    | A      | 09:00
        """,
        lines="36591",
        left_off="r1",
        accesses="A port",
        services="36591",
        covers="C25 R-BND-06",
    )


def test_check_20(spec):
    """An emergency stay: hydration 22:00 to 06:30, morphine at 22:20 and 02:00."""
    spec(
        """
        drug          | route       | category  | start    | stop
        normal saline | iv_infusion | hydration | 22:00    | +1 06:30
        morphine      | iv_push     |           | 22:20    |
        morphine      | iv_push     |           | +1 02:00 |
        """,
        lines="96374 @+0, 96376 @+1, 96361 x2 @+0, 96361 x6 @+1",
        covers="R-TIME-17 C19 D08 R-SEQ-09",
    )
