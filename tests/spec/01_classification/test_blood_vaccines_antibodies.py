"""Blood, vaccines and antibodies."""

title = "Blood, vaccines and antibodies"


def test_transfusion_is_once_a_day_however_many_bags(spec):
    """Two bags of red cells in one session."""
    spec(
        """
        drug      | category | start | stop
        red cells | blood    | 09:00 | 11:00
        red cells | blood    | 11:30 | 13:30
        """,
        lines="36430",
        covers="R-CLS-13",
    )


def test_transfusions_on_two_days_are_two(spec):
    """Once per date means once on each."""
    spec(
        """
        drug      | category | start    | stop
        red cells | blood    | 20:00    | 22:00
        red cells | blood    | +1 06:00 | +1 08:00
        """,
        lines="36430 @+0, 36430 @+1",
        covers="R-CLS-13",
    )


def test_premedication_for_a_transfusion_is_coded(spec):
    """A push before blood is a push."""
    spec(
        """
        drug            | route       | category    | start | stop
        diphenhydramine | iv_push     | therapeutic | 08:45 |
        platelets       | iv_infusion | blood       | 09:00 | 09:40
        """,
        lines="36430, 96374",
        covers="R-CLS-13",
    )


def test_saline_of_the_blood_line_is_not_hydration(spec):
    """Saline that keeps the blood line clear between bags."""
    spec(
        """
        drug          | category  | purpose | start | stop
        red cells     | blood     |         | 09:00 | 11:00
        normal saline | hydration | flush   | 11:00 | 11:40
        red cells     | blood     |         | 11:40 | 13:40
        """,
        lines="36430",
        left_off="r2",
        covers="R-CLS-13 C67",
    )


def test_hydration_after_blood_is_its_own_service(spec):
    """Medically needed fluid afterwards; no edit pair, so no modifier."""
    spec(
        """
        drug          | category  | purpose   | indication | start | stop
        red cells     | blood     |           | D64.9      | 09:00 | 11:00
        normal saline | hydration | hydration | E86.0      | 11:30 | 12:30
        """,
        lines="36430, 96360",
        covers="C03 R-CLS-13",
    )


def test_hydration_under_blood_does_not_count(spec):
    """Minutes beside a transfusion are taken out: 30 of 60 are left, one too few."""
    spec(
        """
        drug          | category  | purpose   | start | stop
        red cells     | blood     |           | 09:00 | 11:00
        normal saline | hydration | hydration | 10:30 | 11:30
        """,
        lines="36430",
        left_off="r2",
        covers="R-CLS-13 C17 R-TIME-13",
    )


def test_influenza_vaccine_for_medicare(spec):
    """Medicare has its own administration code."""
    spec(
        """
        drug              | route | category | start
        influenza vaccine | im    | vaccine  | 09:00
        """,
        lines="G0008",
        payer="medicare",
        covers="R-CLS-14",
    )


def test_influenza_vaccine_for_a_commercial_payer(spec):
    """Elsewhere the general code."""
    spec(
        """
        drug              | route | category | start
        influenza vaccine | im    | vaccine  | 09:00
        """,
        lines="90471",
        payer="commercial",
        covers="R-CLS-14",
    )


def test_second_injected_vaccine_is_an_add_on(spec):
    """First and further."""
    spec(
        """
        drug                          | route | category | start
        influenza vaccine             | im    | vaccine  | 09:00
        tetanus and diphtheria toxoid | im    | vaccine  | 09:05
        """,
        lines="90471, 90472",
        payer="commercial",
        covers="R-CLS-14",
    )


def test_three_vaccines_medicare_names(spec):
    """Influenza, pneumococcal and hepatitis B each have a code of their own."""
    spec(
        """
        drug                 | route | category | start
        influenza vaccine    | im    | vaccine  | 09:00
        pneumococcal vaccine | im    | vaccine  | 09:05
        hepatitis B vaccine  | im    | vaccine  | 09:10
        """,
        lines="G0008, G0009, G0010",
        payer="medicare",
        covers="R-CLS-14",
    )


def test_covid_vaccine_has_one_code_for_every_payer(spec):
    """COVID-19 vaccine."""
    spec(
        """
        drug             | route | category | start
        COVID-19 vaccine | im    | vaccine  | 09:00
        """,
        lines="90480",
        payer="commercial",
        covers="R-CLS-14",
    )


def test_oral_vaccine(spec):
    """By mouth."""
    spec(
        """
        drug              | route | category | start
        rotavirus vaccine | oral  | vaccine  | 09:00
        """,
        lines="90473",
        payer="commercial",
        covers="R-CLS-14",
    )


def test_vaccine_is_never_a_drug_injection_and_needs_no_modifier_beside_one(spec):
    """Vaccine and drug injection have no edit between them."""
    spec(
        """
        drug             | route | category    | start
        COVID-19 vaccine | im    | vaccine     | 09:00
        ketorolac        | im    | therapeutic | 09:10
        """,
        lines="90480, 96372",
        covers="R-CLS-14",
    )


def test_immune_globulin_injection_is_a_drug(spec):
    """An antibody against rabies is no vaccine."""
    spec(
        """
        drug                   | route | start
        rabies immune globulin | im    | 09:00
        """,
        lines="96372",
        covers="R-CLS-14",
    )


def test_palivizumab_stays_a_plain_injection(spec):
    """The older antibody against RSV."""
    spec(
        """
        drug        | route | start
        palivizumab | im    | 09:00
        """,
        lines="96372",
        covers="R-CLS-14",
    )


def test_nirsevimab_with_counselling(spec):
    """The practitioner counselled."""
    spec(
        """
        drug       | route | counselling | start
        nirsevimab | im    | yes         | 09:00
        """,
        lines="96380",
        covers="R-CLS-14 C49",
    )


def test_nirsevimab_without_counselling_charted(spec):
    """Counselling that is not charted was not given."""
    spec(
        """
        drug       | route | start
        nirsevimab | im    | 09:00
        """,
        lines="96381",
        possible="96380 counselling",
        covers="R-CLS-14 C49",
    )


def test_nirsevimab_before_its_code_was_valid(spec):
    """Before 2023-10-06 it was an injection like any other."""
    spec(
        """
        drug       | route | counselling | start
        nirsevimab | im    | yes         | 09:00
        """,
        lines="96372",
        day="2023-09-20",
        covers="R-CLS-14 C71",
        reading="An antibody injection whose own code is not yet valid is a plain injection.",
    )


def test_covid_antibody_has_a_product_code(spec):
    """Monitoring is in the product's own administration code; hours add nothing."""
    spec(
        """
        drug       | start | stop
        pemivibart | 09:00 | 11:00
        """,
        lines="M0224",
        covers="R-CLS-14",
    )


def test_covid_antibody_from_two_bags_is_one(spec):
    """One infusion of one product."""
    spec(
        """
        drug       | order_id | start | stop
        pemivibart | o        | 11:20 | 11:35
        pemivibart | o        | 11:35 | 12:20
        """,
        lines="M0224",
        covers="R-CLS-14 R-TIME-12",
    )


def test_covid_antibody_after_its_code_ended(spec):
    """The code ended with 2024-12-12; what would take its place is a question."""
    spec(
        """
        drug          | start | stop
        bebtelovimab  | 10:00 | 11:00
        """,
        lines="",
        left_off="M0222",
        flags="r1",
        day="2025-06-01",
        because="EDT-CODE-NOT-IN-FORCE",
        covers="C71 R-CLS-14",
    )
