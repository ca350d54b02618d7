"""A different drug after the first."""

title = "Sequential"


def test_second_drug_is_sequential(spec):
    """A different drug after the first, at the same access, is sequential."""
    spec(
        """
        drug        | access | start | stop
        vancomycin  | A      | 09:50 | 11:25
        ceftriaxone | A      | 09:00 | 09:45
        """,
        lines="96365, 96366, 96367",
        covers="R-SEQ-01 R-SEQ-02",
    )


def test_second_drug_of_fifteen_minutes_is_a_push(spec):
    """The floor of an infusion holds for every one of them."""
    spec(
        """
        drug        | start | stop
        vancomycin  | 09:00 | 10:00
        ceftriaxone | 10:00 | 10:15
        """,
        lines="96365, 96375",
        covers="R-SEQ-01 R-TIME-05",
    )


def test_second_drug_of_sixteen_minutes_is_sequential(spec):
    """One minute more."""
    spec(
        """
        drug        | start | stop
        vancomycin  | 09:00 | 10:00
        ceftriaxone | 10:00 | 10:16
        """,
        lines="96365, 96367",
        covers="R-SEQ-01 R-TIME-05",
    )


def test_one_unit_for_each_different_drug(spec):
    """Three further drugs."""
    spec(
        """
        drug         | start | stop
        vancomycin   | 09:00 | 10:30
        cefepime     | 10:30 | 11:00
        metronidazole | 11:00 | 11:30
        fluconazole  | 11:30 | 12:30
        """,
        lines="96365, 96367 x3",
        covers="R-SEQ-01",
    )


def test_sequential_drug_under_chemotherapy(spec):
    """Its hours are those of its own family."""
    spec(
        """
        drug       | category     | start | stop
        paclitaxel | chemotherapy | 09:00 | 10:00
        vancomycin |              | 10:00 | 11:31
        """,
        lines="96413, 96367, 96366",
        covers="R-SEQ-02 R-SEQ-11",
    )


def test_mixed_bag_is_one_infusion(spec):
    """Two drugs in one container."""
    spec(
        """
        drug          | bag | start | stop
        ondansetron   | B1  | 09:00 | 09:45
        dexamethasone | B1  | 09:00 | 09:45
        """,
        lines="96365",
        covers="R-SEQ-05",
    )


def test_two_containers_at_one_time_are_two(spec):
    """The same drugs in two bags run concurrently."""
    spec(
        """
        drug          | bag | start | stop
        ondansetron   | B1  | 09:00 | 09:45
        dexamethasone | B2  | 09:00 | 09:45
        """,
        lines="96365, 96368",
        covers="R-SEQ-05 R-SEQ-03",
    )


def test_short_mixed_bag_is_one_push(spec):
    """Two drugs in one container over 15 minutes."""
    spec(
        """
        drug          | bag | start | stop
        ondansetron   | B1  | 09:00 | 09:15
        dexamethasone | B1  | 09:00 | 09:15
        """,
        lines="96374",
        covers="R-SEQ-05",
    )


def test_mixed_bag_and_one_of_its_drugs_alone_are_different_infusates(spec):
    """A mix is its own infusate."""
    spec(
        """
        drug          | bag | start | stop
        ondansetron   | B1  | 09:00 | 09:45
        dexamethasone | B1  | 09:00 | 09:45
        ondansetron   | B2  | 13:00 | 13:30
        """,
        lines="96365, 96367",
        covers="R-SEQ-05",
        reading="Identity of a mixed bag is its set of ingredients, so one of them alone is new.",
    )


def test_same_mix_again_is_a_repeat(spec):
    """The same ingredients in another bag, hours later."""
    spec(
        """
        drug          | bag | dose | start | stop
        ondansetron   | B1  | 8    | 09:00 | 09:45
        dexamethasone | B1  | 10   | 09:00 | 09:45
        dexamethasone | B2  | 10   | 13:00 | 13:31
        ondansetron   | B2  | 8    | 13:00 | 13:31
        """,
        lines="96365, 96366",
        covers="R-SEQ-05 R-SEQ-06",
    )


def test_class_of_a_bag_is_the_highest_in_it(spec):
    """An antiemetic mixed with chemotherapy is part of the complex infusion."""
    spec(
        """
        drug          | bag | category     | start | stop
        dexamethasone | B1  | therapeutic  | 09:00 | 10:00
        cisplatin     | B1  | chemotherapy | 09:00 | 10:00
        """,
        lines="96413",
        because="CLS-COMPLEX",
        covers="C24",
        reading="The reason is the bag's class, in whatever order its drugs are charted.",
    )


def test_add_on_never_stands_without_its_primary(spec):
    """Prolonged pump start alone hosts no sequential drug: the drug keeps its own initial."""
    spec(
        """
        drug         | category     | pump     | continues_off_site | start | stop
        ceftriaxone  |              |          |                    | 09:00 | 09:30
        fluorouracil | chemotherapy | portable | yes                | 10:00 |
        """,
        lines="96365, 96416",
        covers="R-SEQ-12 C68 R-SEQ-14",
    )


def test_drug_beside_an_arterial_infusion_keeps_its_own_initial(spec):
    """An arterial infusion hosts nothing by vein."""
    spec(
        """
        drug        | route       | category     | start | stop
        floxuridine | ia_infusion | chemotherapy | 09:00 | 10:00
        ondansetron | iv_push     |              | 08:50 |
        """,
        lines="96422, 96374",
        covers="R-SEQ-12",
    )


def test_one_drug_of_a_mixed_bag_without_a_stop(spec):
    """The bag ended when its other row says."""
    spec(
        """
        drug          | bag | start | stop
        ondansetron   | B1  | 09:00 | 09:45
        dexamethasone | B1  | 09:00 |
        """,
        lines="96365",
        minutes="r1=45",
        covers="R-SEQ-05 R-TIME-15",
    )


def test_fluid_of_a_bag_is_no_ingredient(spec):
    """Magnesium in saline and magnesium again are one drug: the second is a repeat."""
    spec(
        """
        drug              | category  | purpose | bag | dose | start | stop
        magnesium sulfate |           |         | B1  | 2    | 09:00 | 10:00
        normal saline     | hydration | carrier | B1  |      | 09:00 | 10:00
        magnesium sulfate |           |         |     | 2    | 14:00 | 15:00
        """,
        lines="96365, 96366",
        covers="R-SEQ-05 R-SEQ-06 R-BND-14",
        reading="A carrier is no drug, so it is not in the set that names the infusate.",
    )
