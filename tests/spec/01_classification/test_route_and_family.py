"""Which family a route and a kind of drug lead to."""

title = "Route and family"


def test_drip_of_sixteen_minutes_is_an_infusion(spec):
    """More than 15 minutes by vein."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 08:00 | 08:16
        """,
        lines="96365",
        covers="R-CLS-03 R-CLS-04 R-TIME-01",
    )


def test_drip_of_fifteen_minutes_is_a_push(spec):
    """15 minutes or less by vein."""
    spec(
        """
        drug        | start | stop
        ceftriaxone | 08:00 | 08:15
        """,
        lines="96374",
        covers="R-CLS-04 R-TIME-01",
    )


def test_charted_hand_push_outranks_the_clock(spec):
    """A hand push of 20 minutes with the clinician present is still a push."""
    spec(
        """
        drug       | route   | hand_push | start | stop
        furosemide | iv_push | yes       | 09:00 | 09:20
        """,
        lines="96374",
        covers="R-CLS-04 C01 D25",
    )


def test_long_push_without_presence_follows_the_clock(spec):
    """Nobody charted a hand on the syringe: 20 minutes are an infusion, flagged."""
    spec(
        """
        drug       | route   | start | stop
        furosemide | iv_push | 09:00 | 09:20
        """,
        lines="96365",
        flags="r1",
        covers="C01 D25",
    )


def test_push_of_exactly_fifteen_minutes_is_a_push(spec):
    """At 15 minutes the clock and the method agree."""
    spec(
        """
        drug       | route   | hand_push | start | stop
        furosemide | iv_push | no        | 09:00 | 09:15
        """,
        lines="96374",
        covers="C01 R-CLS-04",
    )


def test_syringe_pump_is_judged_by_the_clock(spec):
    """A pump is no hand: 10 minutes are a push, 16 an infusion."""
    spec(
        """
        drug       | pump       | start | stop
        cefepime   | stationary | 09:00 | 09:10
        vancomycin | stationary | 09:10 | 09:26
        """,
        lines="96365, 96375",
        covers="R-CLS-04",
    )


def test_subcutaneous_pump_over_fifteen_minutes(spec):
    """A drug under the skin by pump, 16 minutes."""
    spec(
        """
        drug            | route       | start | stop
        immune globulin | sc_infusion | 09:00 | 09:16
        """,
        lines="96369",
        covers="R-CLS-05 R-TIME-06",
    )


def test_subcutaneous_pump_of_fifteen_minutes_is_an_injection(spec):
    """15 minutes or less under the skin."""
    spec(
        """
        drug            | route       | start | stop
        immune globulin | sc_infusion | 09:00 | 09:15
        """,
        lines="96372",
        covers="R-CLS-05",
    )


def test_fluid_under_the_skin_has_no_code(spec):
    """Hypodermoclysis: no code is established."""
    spec(
        """
        drug          | route       | category  | start | stop
        normal saline | sc_infusion | hydration | 09:00 | 11:00
        """,
        lines="",
        left_off="r1",
        covers="R-CLS-05",
        reading="Where no code is established nothing is reported.",
    )


def test_muscle_skin_and_artery_have_their_own_codes(spec):
    """IM and SC are one code, an artery another; none of them is timed."""
    spec(
        """
        drug       | route   | start
        ketorolac  | im      | 09:00
        heparin    | sc      | 09:05
        papaverine | ia_push | 09:10
        """,
        lines="96372 x2, 96373",
        covers="R-CLS-06 C31",
    )


def test_on_body_injector(spec):
    """The injector stuck to the skin has its own code."""
    spec(
        """
        drug          | route   | start
        pegfilgrastim | on_body | 15:00
        """,
        lines="96377",
        covers="R-CLS-06",
    )


def test_chemotherapy_by_vein_and_muscle(spec):
    """Antineoplastics follow their own family, by vein and by muscle."""
    spec(
        """
        drug        | route       | category     | start | stop
        doxorubicin | iv_push     | chemotherapy | 09:00 |
        vinorelbine | iv_infusion | chemotherapy | 09:20 | 09:50
        bleomycin   | im          | chemotherapy | 10:00 |
        """,
        lines="96413, 96411, 96401",
        covers="R-CLS-07 R-CLS-09",
    )


def test_antineoplastic_for_another_disease_stays_in_the_family(spec):
    """Methotrexate for arthritis is still the complex family."""
    spec(
        """
        drug         | route | category     | indication | start
        methotrexate | sc    | chemotherapy | M06.9      | 09:00
        """,
        lines="96401",
        covers="R-CLS-07 R-CLS-09",
    )


def test_drugs_beside_chemotherapy_stay_therapeutic(spec):
    """Antiemetic, steroid and iron beside chemotherapy are sequential drugs, not chemotherapy."""
    spec(
        """
        drug          | route       | category     | start | stop
        ondansetron   | iv_push     |              | 08:30 |
        dexamethasone | iv_infusion |              | 08:35 | 08:55
        paclitaxel    | iv_infusion | chemotherapy | 09:00 | 10:00
        """,
        lines="96413, 96367, 96375",
        covers="R-CLS-07 R-SEQ-11",
    )


def test_hormonal_injection(spec):
    """A hormonal antineoplastic has its own injection code."""
    spec(
        """
        drug        | route | category     | start
        fulvestrant | im    | chemotherapy | 09:00
        """,
        lines="96402",
        covers="R-CLS-09",
    )


def test_infused_biologic_is_complex_unless_a_source_says_otherwise(spec):
    """Infliximab for a Medicare patient."""
    spec(
        """
        drug       | category | start | stop
        infliximab | biologic | 09:00 | 11:13
        """,
        lines="96413, 96415",
        covers="R-CLS-08 C39",
    )


def test_biologic_no_source_knows_is_complex_by_vein(spec):
    """Silence is not a reason to call an infused biologic simple."""
    spec(
        """
        drug          | category | start | stop
        zzyvorinumab  | biologic | 09:00 | 10:00
        """,
        lines="96413",
        covers="C39",
    )


def test_biologic_under_the_skin_where_the_formulary_is_silent(spec):
    """Nothing known of it: the complex injection."""
    spec(
        """
        drug         | route | category | start
        zzyvorinumab | sc    | biologic | 09:00
        """,
        lines="96401",
        covers="C39",
    )


def test_biologic_under_the_skin_follows_the_formulary(spec):
    """Denosumab is a plain injection."""
    spec(
        """
        drug      | route | category | start
        denosumab | sc    | biologic | 09:00
        """,
        lines="96372",
        covers="C39 R-CLS-08",
    )


def test_chemotherapy_into_the_nervous_system(spec):
    """Through a reservoir under the skin."""
    spec(
        """
        drug         | route       | category     | start
        methotrexate | intrathecal | chemotherapy | 09:00
        """,
        lines="96542",
        covers="R-CLS-09",
    )


def test_pump_of_more_than_eight_hours_at_a_hospital(spec):
    """A drug that is not chemotherapy, on a portable pump, 481 minutes."""
    spec(
        """
        drug        | pump     | start | stop
        milrinone   | portable | 08:00 | 16:01
        """,
        lines="C8957",
        covers="R-CLS-10 R-TIME-07 C26",
    )


def test_pump_of_eight_hours_sharp_is_an_infusion(spec):
    """480 minutes are not more than eight hours: the hours are reported."""
    spec(
        """
        drug        | pump     | start | stop
        milrinone   | portable | 08:00 | 16:00
        """,
        lines="96365, 96366 x7",
        covers="R-CLS-10 R-TIME-07",
    )


def test_ten_hours_on_a_bedside_pump_are_hours(spec):
    """The prolonged code needs a portable or implanted pump."""
    spec(
        """
        drug        | pump       | start | stop
        milrinone   | stationary | 08:00 | 18:00
        """,
        lines="96365, 96366 x9",
        covers="R-CLS-10 R-TIME-07",
    )


def test_prolonged_pump_in_an_office_is_hours(spec):
    """The prolonged therapeutic code is a hospital's."""
    spec(
        """
        drug        | pump     | start | stop
        milrinone   | portable | 08:00 | 18:00
        """,
        lines="96365, 96366 x9",
        setting="professional",
        covers="R-CLS-10",
    )


def test_other_route_is_none_of_this_family(spec):
    """By a route no code here knows."""
    spec(
        """
        drug       | route | start
        budesonide | other | 09:00
        """,
        lines="",
        left_off="r1",
        because="CLS-OTHER-ROUTE",
        covers="R-CLS-06",
    )


def test_antineoplastics_are_known_without_a_category(spec):
    """By name and by brand."""
    for drug in ("paclitaxel", "Taxol", "pembrolizumab", "Keytruda", "rituximab", "cisplatin"):
        spec(
            f"""
            drug   | start | stop
            {drug} | 09:00 | 10:00
            """,
            lines="96413",
            covers="R-CLS-07 R-CLS-08 C36",
        )


def test_hormonal_antineoplastics_are_known_without_a_category(spec):
    """Depot injections of the cancer clinic."""
    for drug in ("leuprolide", "Faslodex", "goserelin"):
        spec(
            f"""
            drug   | route | start
            {drug} | im    | 09:00
            """,
            lines="96402",
            covers="R-CLS-09 C36",
        )


def test_supportive_drugs_are_known_to_be_plain(spec):
    """Growth factors and the like, under the skin."""
    for drug in ("filgrastim", "epoetin alfa", "octreotide", "enoxaparin"):
        spec(
            f"""
            drug   | route | start
            {drug} | sc    | 09:00
            """,
            lines="96372",
            flags="!C28",
            covers="R-CLS-06 R-CLS-07",
        )
