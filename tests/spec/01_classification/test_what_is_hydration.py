"""What is hydration, and what is a drug."""

title = "Hydration or drug"


def test_fluid_for_volume_loss_is_hydration(spec):
    """Prepackaged fluid, ordered to treat volume loss, is hydration from its 31st minute."""
    spec(
        """
        drug          | category  | purpose   | start | stop
        normal saline | hydration | hydration | 09:00 | 10:00
        """,
        lines="96360",
        covers="R-CLS-01 R-TIME-03",
    )


def test_fluid_that_keeps_a_vein_open_is_no_hydration(spec):
    """Patency is no treatment, whatever the rate and whatever the fluid is called."""
    spec(
        """
        drug          | category  | purpose   | start | stop  | rate_ml_per_h
        normal saline | hydration | keep_open | 09:00 | 13:00 | 250
        """,
        lines="",
        left_off="r1",
        covers="R-CLS-01 R-TIME-10 C67",
    )


def test_carrier_fluid_is_no_hydration(spec):
    """The fluid that carries a drug belongs to the drug."""
    spec(
        """
        drug          | category    | purpose | start | stop
        ceftriaxone   | therapeutic |         | 09:00 | 09:30
        normal saline | hydration   | carrier | 10:00 | 11:00
        """,
        lines="96365",
        left_off="r2",
        covers="R-CLS-01 R-BND-14 C67",
    )


def test_purpose_flush_wins_over_category(spec):
    """Keep-open, carrier and flush win over what the row is categorised as."""
    spec(
        """
        drug          | category    | purpose | start | stop
        vancomycin    | therapeutic |         | 09:00 | 10:00
        normal saline | therapeutic | flush   | 10:00 | 10:20
        """,
        lines="96365",
        left_off="r2",
        covers="C67 R-TIME-11",
    )


def test_category_wins_over_any_other_purpose(spec):
    """A row categorised as therapeutic is a drug, though its purpose says hydration."""
    spec(
        """
        drug                     | category    | purpose   | start | stop
        thiamine in normal saline | therapeutic | hydration | 09:00 | 10:00
        """,
        lines="96365",
        covers="C67 R-CLS-02",
    )


def test_saline_without_a_category_is_known_to_be_hydration(spec):
    """What a fluid is, the formulary knows."""
    spec(
        """
        drug          | start | stop
        normal saline | 09:00 | 10:00
        """,
        lines="96360",
        covers="R-CLS-01",
    )


def test_potassium_to_correct_the_level_is_a_drug(spec):
    """The same bag is a drug when its aim is the electrolyte."""
    spec(
        """
        drug                                 | indication | start | stop
        potassium chloride in normal saline | E87.6      | 09:00 | 10:00
        """,
        lines="96365",
        covers="R-CLS-02 D12",
    )


def test_potassium_bag_for_volume_is_hydration(spec):
    """The same bag is hydration when its aim is volume."""
    spec(
        """
        drug                                 | indication | start | stop
        potassium chloride in normal saline | E86.0      | 09:00 | 10:00
        """,
        lines="96360",
        covers="R-CLS-02 D12",
    )


def test_magnesium_bag_without_an_aim_is_a_query(spec):
    """An aim that is not charted is asked for, not guessed."""
    spec(
        """
        drug                                | start | stop
        potassium chloride in normal saline | 09:00 | 10:00
        """,
        lines="",
        left_off="r1",
        flags="r1",
        covers="R-CLS-02 D12",
        reading="Ambiguous means held: no line until the aim is charted.",
    )


def test_charted_category_settles_the_aim(spec):
    """Who charts the category has said what the bag is for."""
    spec(
        """
        drug                    | category  | start | stop
        D5 1/2NS with 20 mEq KCl | hydration | 09:00 | 10:15
        """,
        lines="96360",
        covers="R-CLS-02 D12",
    )


def test_albumin_is_a_drug(spec):
    """Albumin, factors and immune globulin are drugs, not transfusions."""
    spec(
        """
        drug            | start | stop
        albumin human 5% | 09:00 | 10:31
        """,
        lines="96365, 96366",
        covers="R-CLS-03",
    )


def test_immune_globulin_is_a_drug(spec):
    """Immune globulin by vein follows the therapeutic curve."""
    spec(
        """
        drug            | start | stop
        immune globulin | 09:00 | 13:00
        """,
        lines="96365, 96366 x3",
        covers="R-CLS-03 R-TIME-01",
    )


def test_unknown_drug_is_therapeutic_and_flagged(spec):
    """A drug no source knows is coded by its route, and someone is told."""
    spec(
        """
        drug          | start | stop
        zzyvorinumide | 09:00 | 10:00
        """,
        lines="96365",
        flags="r1",
        covers="C28",
    )


def test_unknown_injection_is_never_chemotherapy(spec):
    """By its route means: under the skin is an injection of a drug."""
    spec(
        """
        drug          | route | start
        zzyvorinumide | sc    | 09:00
        """,
        lines="96372",
        flags="r1",
        covers="C28 R-CLS-06",
    )


def test_oral_drug_diluent_and_anaesthetic_are_nothing(spec):
    """What is swallowed, what dissolves and what numbs the skin earn no line."""
    spec(
        """
        drug            | route       | category    | start | stop
        acetaminophen   | oral        | oral        | 08:45 |
        sterile water   | iv_infusion | diluent     | 09:00 | 10:00
        lidocaine       | sc          | anesthetic  | 08:55 |
        ceftriaxone     | iv_infusion | therapeutic | 09:00 | 09:30
        """,
        lines="96365",
        left_off="r1 r2 r3",
        covers="R-BND-01 R-CLS-17",
    )


def test_brand_and_ingredient_are_one_drug(spec):
    """A brand pushed after its ingredient is the same drug again, not a new one."""
    spec(
        """
        drug        | route   | start
        ketorolac   | iv_push | 09:00
        Toradol     | iv_push | 09:31
        """,
        lines="96374, 96376",
        covers="C36 R-SEQ-09",
    )


def test_salt_and_ingredient_are_one_drug(spec):
    """Salts and strengths are one ingredient."""
    spec(
        """
        drug                        | route   | start
        ondansetron                 | iv_push | 09:00
        ondansetron HCl 4 mg/2 mL   | iv_push | 09:20
        """,
        lines="96374",
        left_off="r2",
        covers="C36 R-SEQ-09",
    )


def test_biosimilar_suffix_changes_nothing(spec):
    """A biosimilar and its originator are one substance: two bags of it are one run."""
    spec(
        """
        drug            | category | start | stop
        infliximab      | biologic | 09:00 | 10:00
        infliximab-dyyb | biologic | 10:00 | 11:00
        """,
        lines="96413, 96415",
        covers="C36 R-TIME-12",
    )


def test_ways_to_write_saline(spec):
    """One fluid, as charts write it."""
    for drug in ("sodium chloride 0.9%", "0.9% NaCl 1000 mL", "NS", "Lactated Ringer's", "D5W"):
        spec(
            f"""
            drug   | start | stop
            {drug} | 09:00 | 10:00
            """,
            lines="96360",
            covers="R-CLS-01 C36",
        )


def test_brand_and_ingredient_in_one_run(spec):
    """Two bags, charted under two names."""
    spec(
        """
        drug        | start | stop
        Rocephin    | 09:00 | 09:40
        ceftriaxone | 09:40 | 10:31
        """,
        lines="96365, 96366",
        minutes="r1=91",
        covers="C36 R-TIME-12",
    )


def test_name_that_says_keep_open(spec):
    """The charted name states the purpose: no minute of it is reportable."""
    spec(
        """
        drug   | start | stop
        NS KVO | 09:00 | 13:00
        """,
        lines="",
        left_off="r1",
        covers="R-TIME-10",
    )


def test_fluid_with_potassium_where_the_diagnoses_agree(spec):
    """No indication stands on the row; the only diagnosis is dehydration."""
    spec(
        """
        drug                    | start | stop
        D5 1/2NS with 20 mEq KCl | 09:00 | 10:00
        """,
        lines="96360",
        chart={"diagnoses": ("E86.0",)},
        covers="D12 R-CLS-02",
        reading="Without an indication of its own, what all the diagnoses agree on decides.",
    )
