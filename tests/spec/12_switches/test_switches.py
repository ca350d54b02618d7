"""Where authorities disagree: each switch, in its positions.

The default position of most switches is drawn in the chapter of its rule; here stands what the
other positions change.
"""

title = "Switches"

NO_STOP = """
    drug        | start
    ceftriaxone | 09:00
    """
COMPUTED = """
    drug        | start | volume_infused_ml | rate_ml_per_h
    ceftriaxone | 09:00 | 250               | 250
    """
SEEN = """
    drug        | start | last_observed_infusing | disconnected_at
    ceftriaxone | 09:00 | 10:00                  | 10:31
    """
TWICE = """
    drug      | dose | start | stop
    cefazolin | 1    | 08:00 | 09:00
    cefazolin | 1    | 16:00 | 17:00
    """
HALF_HOURS = """
    drug      | dose | start | stop
    cefazolin | 1    | 08:00 | 08:30
    cefazolin | 1    | 16:00 | 16:30
    """


def test_missing_stop_is_a_query_by_default(spec):
    """Held until someone says when it ended."""
    spec(NO_STOP, lines="", left_off="r1", flags="r1", covers="D01 R-TIME-15")


def test_missing_stop_as_a_push_for_a_drug_that_may_be_pushed(spec):
    """Computed where it can be, else a push."""
    then_push = {"missing_stop.therapeutic": "compute_then_push"}
    spec(NO_STOP, lines="96374", policy=then_push, covers="D01")
    spec(COMPUTED, lines="96365", policy=then_push, covers="D01")


def test_missing_stop_of_a_drug_that_is_never_pushed(spec):
    """Vancomycin is on no pushable list."""
    spec(
        """
        drug       | start
        vancomycin | 09:00
        """,
        lines="",
        left_off="r1",
        policy={"missing_stop.therapeutic": "compute_then_push"},
        covers="D01",
    )


def test_missing_stop_as_a_push_in_any_case(spec):
    """An infusion not shown to exceed 15 minutes is a push."""
    spec(
        NO_STOP,
        lines="96374",
        because="TIME-NO-STOP-PUSH",
        policy={"missing_stop.therapeutic": "push"},
        covers="D01",
    )


def test_missing_stop_is_never_computed(spec):
    """Charted volume and rate do not help."""
    spec(
        COMPUTED,
        lines="",
        left_off="r1",
        policy={"missing_stop.therapeutic": "none"},
        covers="D01",
        reading="'none' means that only a charted end counts: nothing is computed.",
    )


def test_missing_stop_of_hydration(spec):
    """Computed, or nothing."""
    fluid = """
        drug          | category  | start | volume_infused_ml | rate_ml_per_h
        normal saline | hydration | 09:00 | 500               | 500
        """
    spec(fluid, lines="96360", covers="D02")
    spec(fluid, lines="", left_off="r1", policy={"missing_stop.hydration": "none"}, covers="D02")


def test_last_observation_rejected(spec):
    """The next evidence in order takes its place: 91 minutes, not 60."""
    reject = {"stop.last_observed_infusing": "reject"}
    spec(SEEN, lines="96365", flags="r1", covers="D03 C50")
    spec(SEEN, lines="96365, 96366", policy=reject, covers="D03")


def test_repeat_doses_summed(spec):
    """Two hours in all, or two half hours."""
    summed = {"same_drug_repeat.method": "sum_times"}
    spec(TWICE, lines="96365, 96366", policy=summed, covers="D04")
    spec(HALF_HOURS, lines="96365", policy=summed, covers="D04")


def test_repeat_doses_each_alone(spec):
    """One line for each."""
    spec(TWICE, lines="96365, 96366", covers="D04")
    spec(HALF_HOURS, lines="96365, 96366", covers="D04")


def test_repeat_doses_not_reported(spec):
    """The first only."""
    spec(
        TWICE,
        lines="96365",
        left_off="r2",
        policy={"same_drug_repeat.method": "none"},
        covers="D04",
    )


def test_repeat_dose_needs_thirty_one_minutes(spec):
    """30 minutes are not enough there."""
    least = {"same_drug_repeat.min_minutes": 31}
    spec(HALF_HOURS, lines="96365", left_off="r2", policy=least, covers="D05")
    spec(TWICE, lines="96365, 96366", policy=least, covers="D05")


def test_second_attendance_at_an_indwelling_line(spec):
    """One initial a calendar day: the second attendance has add-ons only."""
    spec(
        """
        drug      | start | stop
        cefazolin | 20:00 | 20:30
        """,
        lines="96367",
        flags="R-INI-06",
        chart={"attendance_of_day": 2},
        policy={"initial.scope": "per_day_access"},
        covers="D06 R-INI-06",
        reading="The day's initial stands on the first attendance; a drug here is sequential to it.",
    )


def test_hydration_parts(spec):
    """61 and 30 minutes around a drug."""
    parts = """
        drug          | category  | start | stop
        normal saline | hydration | 08:00 | 09:01
        ceftriaxone   |           | 09:01 | 09:31
        normal saline | hydration | 09:31 | 10:01
        """
    for position, lines in (
        ("sum_flagged", "96365, 96361 x2"),
        ("each_gt_30", "96365, 96361"),
        ("longest_only", "96365, 96361"),
    ):
        spec(parts, lines=lines, policy={"hydration.noncontiguous": position}, covers="D07")


def test_hydration_parts_both_long_enough(spec):
    """45 and 46 minutes around a drug."""
    parts = """
        drug          | category  | start | stop
        normal saline | hydration | 08:00 | 08:45
        ceftriaxone   |           | 08:45 | 09:15
        normal saline | hydration | 09:15 | 10:01
        """
    for position, lines in (
        ("sum_flagged", "96365, 96361 x2"),
        ("each_gt_30", "96365, 96361 x2"),
        ("longest_only", "96365, 96361"),
    ):
        spec(parts, lines=lines, policy={"hydration.noncontiguous": position}, covers="D07")


def test_dates_of_hours(spec):
    """22:00 to 00:31."""
    night = """
        drug       | start | stop
        vancomycin | 22:00 | +1 00:31
        """
    for position, lines in (
        ("unit_threshold_date", "96365, 96366 @+0, 96366 @+1"),
        ("start_date", "96365, 96366 x2 @+0"),
        ("completion_date", "96365, 96366 x2 @+1"),
    ):
        spec(night, lines=lines, policy={"midnight.line_date": position}, covers="D08")


def test_overlap_of_a_minute(spec):
    """Any true overlap is concurrent there."""
    beside = """
        drug       | start | stop
        vancomycin | 09:00 | 10:30
        cefepime   | 10:29 | 10:59
        """
    spec(beside, lines="96365, 96367", covers="D09")
    spec(beside, lines="96365, 96368", policy={"concurrent.min_overlap_minutes": 1}, covers="D09")


def test_partial_overlap_with_a_tail_alone(spec):
    """20 minutes together, 60 alone: sequential there."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 12:00
        cefepime   | 11:40 | 13:00
        """,
        lines="96365, 96366 x2, 96367",
        policy={"concurrent.partial_overlap": "sequential_if_solo_ge_16"},
        covers="D10",
    )


def test_partial_overlap_with_too_short_a_tail(spec):
    """15 minutes alone: concurrent in both."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 12:00
        cefepime   | 11:40 | 12:15
        """,
        lines="96365, 96366 x2, 96368",
        policy={"concurrent.partial_overlap": "sequential_if_solo_ge_16"},
        covers="D10",
    )


def test_fluid_with_electrolytes(spec):
    """An aim that is not charted, under a profile that does not ask."""
    bag = """
        drug                                | start | stop
        potassium chloride in normal saline | 09:00 | 10:00
        """
    for position, lines in (("always_hydration", "96360"), ("always_therapeutic", "96365")):
        spec(bag, lines=lines, policy={"electrolyte.intent_rule": position}, covers="D12")


def test_small_volume_of_hydration(spec):
    """Under 500 mL: a warning, or nothing where the payer wants as much; 500 mL are enough."""
    small = """
        drug          | category  | volume_infused_ml | start | stop
        normal saline | hydration | 499               | 09:00 | 10:00
        """
    enough = """
        drug          | category  | volume_infused_ml | start | stop
        normal saline | hydration | 500               | 09:00 | 10:00
        """
    least = {"hydration.min_volume_ml": 500}
    spec(small, lines="96360", flags="any", covers="D13")
    spec(small, lines="", left_off="r1", policy=least, covers="D13")
    spec(enough, lines="96360", policy=least, covers="D13")


def test_payers_list_of_drugs_that_are_not_complex(spec):
    """A product on a commercial payer's list stays therapeutic."""
    spec(
        """
        drug      | hcpcs | category | start | stop
        alefacept | J0215 | biologic | 09:00 | 09:30
        """,
        lines="96365",
        payer="commercial-amerihealth",
        covers="D14 R-CLS-08 C39",
    )


def test_bolus_of_the_same_drug_not_reported(spec):
    """A conservative payer, in a hospital."""
    spec(
        """
        drug    | route       | start | stop
        heparin | iv_push     | 09:00 |
        heparin | iv_infusion | 09:05 | 11:05
        """,
        lines="96365, 96366",
        left_off="r1",
        policy={"bolus_same_drug": "none"},
        covers="D15",
    )


def test_split_dose_per_syringe(spec):
    """One for each injection where the payer says so."""
    for route, category, code in (
        ("im", "therapeutic", "96372"),
        ("sc", "chemotherapy", "96401"),
    ):
        spec(
            f"""
            drug        | route   | category   | start
            azacitidine | {route} | {category} | 09:00
            azacitidine | {route} | {category} | 09:02
            """,
            lines=f"{code} x2",
            policy={"injection.split_dose": "per_syringe"},
            covers="D16 C09",
        )


def test_restart_with_a_second_initial(spec):
    """The access was removed and later placed again."""
    spec(
        """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 09:30
        vancomycin  | B      | 14:00 | 15:00
        """,
        lines="96365, 96365-XS",
        accesses="A peripheral; B peripheral restart",
        policy={"initial.restart_same_encounter": "yes_if_removed_and_replaced"},
        covers="D17",
        reading="The second initial of a restart carries the modifier of a second access.",
    )


def test_infiltration_never_has_a_second_initial(spec):
    """Replaced because it failed: not a restart, in either position."""
    spec(
        """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 09:30
        vancomycin  | B      | 09:40 | 10:40
        """,
        lines="96365, 96367",
        accesses="A peripheral; B peripheral infiltration",
        policy={"initial.restart_same_encounter": "yes_if_removed_and_replaced"},
        covers="D17",
    )


def test_repeat_push_after_thirty_minutes(spec):
    """30 minutes are enough there; 29 are not."""
    thirty = {"push.repeat_min_gap_minutes": 30}
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 10:00
        morphine | iv_push | 10:30
        """,
        lines="96374, 96376",
        policy=thirty,
        covers="D18",
    )
    spec(
        """
        drug     | route   | start
        morphine | iv_push | 10:00
        morphine | iv_push | 10:29
        """,
        lines="96374",
        policy=thirty,
        covers="D18",
    )


def test_hydration_from_sixteen_minutes(spec):
    """One payer's policy."""
    sixteen = {"hydration.min_minutes": 16}
    for stop, lines in (("09:15", ""), ("09:16", "96360"), ("10:30", "96360")):
        spec(
            f"""
            drug          | category  | start | stop
            normal saline | hydration | 09:00 | {stop}
            """,
            lines=lines,
            policy=sixteen,
            covers="D20",
        )


def test_distinct_modifier(spec):
    """XS or 59 on a second access."""
    two = """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 10:00
        vancomycin  | B      | 09:00 | 10:00
        """
    for position, lines in (("x_modifiers", "96365, 96365-XS"), ("59", "96365, 96365-59")):
        spec(
            two,
            lines=lines,
            accesses="A; B protocol",
            policy={"modifier.distinct": position},
            covers="D22",
        )


def test_long_push_by_the_clock(spec):
    """The 15-minute line is absolute there."""
    spec(
        """
        drug       | route   | hand_push | start | stop
        furosemide | iv_push | yes       | 09:00 | 09:20
        """,
        lines="96365",
        policy={"push.over_15_min": "infusion"},
        covers="D25",
    )


def test_running_on_arrival(spec):
    """120 minutes from the take-over, beside a drug started here."""
    arrived = """
        drug        | running_on_arrival | start | stop
        vancomycin  | yes                | 09:00 | 11:00
        ceftriaxone |                    | 11:00 | 11:30
        """
    for position, lines in (
        ("count_from_takeover", "96365, 96367, 96366"),
        ("additional_only", "96365, 96366"),
        ("none", "96365"),
    ):
        spec(
            arrived,
            lines=lines,
            policy={"arrival_running": position},
            covers="D26",
            reading="'additional only' gives the hours past the first of its own minutes.",
        )


def test_flush_that_is_part_of_the_dose(spec):
    """13 minutes of drug and 4 of chase, ordered with it."""
    spec(
        """
        drug          | category    | purpose | order_id | start | stop
        ceftriaxone   | therapeutic |         | O1       | 09:00 | 09:13
        normal saline | flush       | flush   | O1       | 09:13 | 09:17
        """,
        lines="96365",
        policy={"time.residual_flush": "include_if_ordered"},
        covers="D28 R-TIME-11",
        reading="A flush row of the drug's own order, touching it, is charted as part of the dose.",
    )


def test_flush_that_is_not_ordered_with_the_drug(spec):
    """No order ties it to the dose."""
    spec(
        """
        drug          | category    | purpose | start | stop
        ceftriaxone   | therapeutic |         | 09:00 | 09:13
        normal saline | flush       | flush   | 09:13 | 09:17
        """,
        lines="96374",
        policy={"time.residual_flush": "include_if_ordered"},
        covers="D28",
    )


def test_injection_without_the_modifier(spec):
    """A payer that wants none."""
    spec(
        """
        drug        | route       | start | stop
        ceftriaxone | iv_infusion | 09:00 | 09:30
        ketorolac   | im          | 09:10 |
        """,
        lines="96365, 96372",
        policy={"modifier.distinct_96372": "no"},
        covers="D29",
    )


def test_hydration_at_a_second_site(spec):
    """Fluid at one access while a drug runs at the other."""
    sites = """
        drug          | category  | access | start | stop
        ceftriaxone   |           | A      | 09:00 | 10:30
        normal saline | hydration | B      | 09:00 | 10:30
        """
    needed = "A; B simultaneous_necessity"
    spec(sites, lines="96365", left_off="r2", accesses=needed, covers="D30")
    spec(
        sites,
        lines="96365, 96361-59",
        accesses=needed,
        policy={"hydration.second_site": "yes_with_59"},
        covers="D30",
    )


def test_second_initial_over_its_ceiling_suppressed(spec):
    """To avoid the denial."""
    spec(
        """
        drug      | route   | access | start
        morphine  | iv_push | A      | 09:00
        phenytoin | iv_push | B      | 09:10
        """,
        lines="96374",
        accesses="A; B incompatible_drugs",
        policy={"mue.mai3_over": "suppress"},
        covers="D31",
    )


def test_hour_on_a_later_date_than_its_initial(spec):
    """Dated as it ran and flagged, or moved to the date of its primary."""
    night = """
        drug       | start | stop
        vancomycin | 22:30 | +1 00:10
        """
    spec(night, lines="96365 @+0, 96366 @+1", flags="R-SEQ-14", covers="D35 R-SEQ-14")
    spec(
        night,
        lines="96365 @+0, 96366 @+0",
        policy={"aoc.cross_date": "shift_to_primary_date"},
        covers="D35",
    )


def test_no_charted_reason_is_asked_for(spec):
    """An office that wants to be asked."""
    spec(
        """
        drug        | route       | start | stop
        morphine    | iv_push     | 08:00 |
        ceftriaxone | iv_infusion | 09:00 | 09:30
        """,
        lines="",
        left_off="r1 r2",
        flags="any",
        setting="professional",
        policy={"initial.professional_tiebreak": "query"},
        covers="D36",
        reading="Asked means held: without an initial none of the drugs has a code.",
    )


def test_all_lines_of_a_second_access(spec):
    """Its hours carry the modifier too."""
    spec(
        """
        drug        | access | start | stop
        ceftriaxone | A      | 09:00 | 11:31
        vancomycin  | B      | 09:00 | 11:00
        """,
        lines="96365, 96366 x2, 96365-XS, 96366-XS",
        accesses="A; B incompatible_drugs",
        policy={"modifier.second_access_lines": "all"},
        covers="D38 C13",
    )


def test_bag_change_that_does_not_count(spec):
    """A strict reading: five minutes are five minutes."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 09:43
        vancomycin | 09:48 | 10:31
        """,
        lines="96365",
        minutes="r1=86",
        policy={"bag_change.max_gap_minutes": 0},
        covers="D40",
    )


def test_any_pause_makes_a_new_dose(spec):
    """A strict reading: ten minutes later it is a repeat."""
    spec(
        """
        drug       | start | stop
        vancomycin | 09:00 | 09:30
        vancomycin | 09:40 | 10:10
        """,
        lines="96365, 96366",
        policy={"resume.max_gap_minutes": 0},
        covers="D41",
    )


def test_payer_that_does_not_follow_the_edits(spec):
    """No modifier for an edit that is not applied."""
    spec(
        """
        drug          | route       | category     | indication | start | stop
        paclitaxel    | iv_infusion | chemotherapy | C50.919    | 09:00 | 10:00
        pegfilgrastim | on_body     |              | D70.1      | 10:30 |
        """,
        lines="96413, 96377",
        policy={"ncci.follows": "no"},
        covers="D42",
    )


def test_complex_drugs_together_as_unlisted(spec):
    """A payer that wants the unlisted code for the second."""
    spec(
        """
        drug        | category     | start | stop
        paclitaxel  | chemotherapy | 09:00 | 12:00
        carboplatin | chemotherapy | 09:00 | 10:00
        """,
        lines="96413, 96415 x2, 96549",
        policy={"complex.concurrent": "unlisted"},
        covers="R-CLS-09",
    )


def test_running_on_arrival_without_a_further_hour(spec):
    """90 minutes from the take-over: additional hours only means none."""
    spec(
        """
        drug        | running_on_arrival | start | stop
        vancomycin  | yes                | 09:00 | 10:30
        ceftriaxone |                    | 11:00 | 11:30
        """,
        lines="96365",
        left_off="r1",
        policy={"arrival_running": "additional_only"},
        because="SEQ-NO-FURTHER-HOUR",
        covers="D26",
        reading="'additional only' gives the hours past the first of its own minutes.",
    )
