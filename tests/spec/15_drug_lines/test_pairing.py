"""Every administration has its drug and every drug its administration, or a finding says which lacks."""

title = "Drug and administration"

GIVEN = """
    drug       | dose | dose_unit | start | stop
    infliximab | 300  | mg        | 09:00 | 11:00
    """


def test_administration_without_a_dose_has_no_drug_line(spec):
    """It is reported, and someone is asked for the dose."""
    spec(
        """
        drug        | route   | start
        ondansetron | iv_push | 09:00
        """,
        lines="96374",
        drugs="",
        flags="r1",
        because="DRG-NO-DOSE",
        covers="R-DRG-13 R-DOC-03",
    )


def test_each_drug_of_a_mixed_bag_needs_its_dose(spec):
    """One infusion, two drugs: the one whose dose is charted has its line, the other is asked for."""
    spec(
        """
        drug          | bag | dose | dose_unit | start | stop
        ondansetron   | one | 8    | mg        | 09:00 | 09:20
        dexamethasone | one |      |           | 09:00 | 09:20
        """,
        lines="96365",
        drugs="J2405x8",
        flags="r2",
        because="DRG-NO-DOSE",
        covers="R-DRG-13 R-SEQ-05",
    )


def test_fluid_and_blood_need_no_dose(spec):
    """A fluid is charted by its volume, a transfusion by its bag."""
    spec(
        """
        drug          | category  | purpose   | indication | start | stop
        red cells     | blood     |           | D64.9      | 09:00 | 11:00
        normal saline | hydration | hydration | E86.0      | 11:30 | 12:30
        """,
        lines="36430, 96360",
        drugs="",
        flags="!R-DRG-13",
        covers="R-DRG-13",
    )


def test_drug_line_stands_where_its_administration_is_not_reported(spec):
    """The end was not charted, so the infusion waits; what was given is known."""
    spec(
        """
        drug       | dose | dose_unit | start
        infliximab | 300  | mg        | 09:00
        """,
        lines="",
        drugs="J1745 x30",
        left_off="r1",
        covers="C60 R-DRG-13",
    )


def test_repeat_that_is_not_reported_still_has_its_drug(spec):
    """An office reports one push of a drug; both doses were given."""
    spec(
        """
        drug        | route   | dose | dose_unit | start
        ondansetron | iv_push | 4    | mg        | 09:00
        ondansetron | iv_push | 4    | mg        | 12:00
        """,
        setting="professional",
        lines="96374",
        drugs="J2405 x8",
        covers="C60 R-DRG-13",
    )


def test_drug_that_another_supplied_is_not_charged(spec):
    """The patient brought it, or a pharmacy sent it in a white bag: the administration only."""
    for supplied in ("patient", "pharmacy"):
        spec(
            f"""
            drug       | dose | dose_unit | supplied_by | start | stop
            infliximab | 300  | mg        | {supplied}  | 09:00 | 11:00
            """,
            lines="96413, 96415",
            drugs="",
            left_off="r1",
            because="DRG-SUPPLIED",
            covers="R-DRG-13 C60",
        )


def test_what_only_served_to_give_has_no_drug_line(spec):
    """Flush, diluent, contrast, local anaesthetic; carrier and keep-open by their purpose."""
    for drug, route, category, purpose in (
        ("normal saline", "iv_push", "flush", ""),
        ("sterile water", "iv_infusion", "diluent", ""),
        ("iohexol", "iv_push", "contrast", ""),
        ("lidocaine", "sc", "anesthetic", ""),
        ("normal saline", "iv_infusion", "hydration", "carrier"),
        ("normal saline", "iv_infusion", "hydration", "flush"),
    ):
        spec(
            f"""
            drug       | route       | category   | purpose   | dose | dose_unit | start | stop
            infliximab | iv_infusion |            |           | 300  | mg        | 09:00 | 11:00
            {drug}     | {route}     | {category} | {purpose} | 10   | mL        | 09:00 | 09:05
            """,
            lines="96413, 96415",
            drugs="J1745 x30",
            left_off="r2",
            because="DRG-PART-OF-SERVICE",
            covers="C60 R-BND-14 C67",
        )


def test_swallowed_drug_has_no_line_of_this_family(spec):
    """Neither its giving nor the tablet."""
    spec(
        """
        drug          | route       | dose | dose_unit | start | stop
        acetaminophen | oral        | 650  | mg        | 08:50 |
        infliximab    | iv_infusion | 300  | mg        | 09:00 | 11:00
        """,
        lines="96413, 96415",
        drugs="J1745 x30",
        left_off="r1",
        covers="C60",
    )


def test_row_set_aside_gives_no_drug_line(spec):
    """It stopped before it started: nothing of it is taken."""
    spec(
        """
        drug       | dose | dose_unit | start | stop
        infliximab | 300  | mg        | 11:00 | 09:00
        """,
        lines="",
        drugs="",
        flags="r1",
        covers="C67 C60",
    )


def test_drug_that_never_ran_has_no_line(spec):
    """Interrupted from beginning to end."""
    spec(
        """
        drug       | dose | dose_unit | pauses      | start | stop
        infliximab | 300  | mg        | 09:00-11:00 | 09:00 | 11:00
        """,
        lines="",
        drugs="",
        left_off="r1",
        covers="C60 R-DRG-13",
    )


def test_order_without_a_signature_holds_the_drug_too(spec):
    """What was not ordered is charged in no part."""
    spec(
        """
        drug       | dose | dose_unit | order_signed | start | stop
        infliximab | 300  | mg        | no           | 09:00 | 11:00
        """,
        lines="",
        drugs="",
        left_off="r1",
        covers="C60 R-DRG-13",
    )


def test_name_that_no_table_knows_has_no_drug_line(spec):
    """The category is charted, so its administration is coded; what it was is a question."""
    spec(
        """
        drug      | category    | dose | dose_unit | start | stop
        examplinum | therapeutic | 10   | mg        | 09:00 | 10:00
        """,
        lines="96365",
        drugs="",
        flags="r1",
        because="DRG-NO-PRODUCT",
        covers="R-DRG-13",
    )


def test_name_near_two_drugs_is_never_guessed(spec):
    """Dopamine or dobutamine: someone chooses."""
    spec(
        """
        drug    | category    | dose | dose_unit | start | stop
        dopmine | therapeutic | 400  | mg        | 09:00 | 10:00
        """,
        lines="96365",
        drugs="",
        flags="r1",
        because="DRG-UNSURE-NAME",
        covers="R-DRG-13",
    )


def test_slip_of_one_letter_is_read_and_said(spec):
    """No other drug is near, so it is vancomycin."""
    spec(
        """
        drug      | dose | dose_unit | start | stop
        vancomycn | 1    | g         | 09:00 | 10:00
        """,
        lines="96365",
        drugs="J3370 x2",
        flags="r1",
        because="DRG-NAME-RESPELLED",
        covers="R-DRG-13 C36",
    )


def test_name_and_code_of_two_drugs_are_a_question(spec):
    """One of them is wrong, and the program does not say which."""
    spec(
        """
        drug       | hcpcs | dose | dose_unit | start | stop
        vancomycin | J1745 | 1    | g         | 09:00 | 10:00
        """,
        lines="96365",
        drugs="",
        flags="r1",
        because="DRG-NAME-AGAINST-CODE",
        covers="R-DRG-13 C36",
    )


def test_drug_charged_that_nobody_gave_is_a_question(spec):
    """Bevacizumab among the services, and only infliximab on the chart."""
    spec(
        GIVEN,
        services="J9035",
        lines="96413, 96415",
        drugs="J1745 x30, J9035",
        flags="R-DRG-13",
        because="DRG-NO-ADMINISTRATION",
        covers="R-DRG-13",
    )


def test_drug_charged_that_was_given_is_worked_out_from_its_dose(spec):
    """The charge beside the chart is left off: the line has the units of the dose."""
    spec(
        GIVEN,
        services="J1745",
        lines="96413, 96415",
        drugs="J1745 x30",
        left_off="J1745",
        because="BND-DRUG-DERIVED",
        covers="R-DRG-13 C33",
    )


def test_drug_that_another_supplied_is_not_charged_by_its_code_either(spec):
    """The charge beside it is a question."""
    spec(
        """
        drug        | dose | dose_unit | supplied_by | start | stop
        ocrelizumab | 600  | mg        | pharmacy    | 09:00 | 12:00
        """,
        services="J2350",
        lines="96413, 96415 x2",
        drugs="",
        left_off="J2350",
        flags="any",
        because="DRG-CHARGED-NOT-SUPPLIED DRG-SUPPLIED",
        covers="R-DRG-13",
    )


def test_discounted_drugs_are_said_to_need_their_modifier(spec):
    """JG or TB goes by the kind of hospital, which no chart has."""
    spec(
        """
        drug       | dose | dose_unit | start | stop
        infliximab | 300  | mg        | 09:00 | 11:00
        """,
        chart={"drug_discount_340b": True},
        lines="96413, 96415",
        drugs="J1745 x30",
        flags="any",
        because="DRG-340B",
        covers="R-DRG-13",
    )
