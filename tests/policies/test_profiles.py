"""A payer is a file that says where some switches stand; the rest comes from what it extends."""

from datetime import date
from pathlib import Path

import pytest

from hangtime.errors import UnknownPolicy
from hangtime.policies.policy import diff, payers, profile, profiles, switches
from hangtime.rules.records import Policy


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_base_settings_payers_and_their_six_combinations_are_shipped() -> None:
    combinations = {f"{s}-{p}" for s in ("facility", "professional") for p in payers()}
    singles = {"base", "facility", "professional", *payers()}
    assert set(payers()) == {"medicare", "medicaid", "commercial", "commercial-amerihealth"}
    assert set(profiles()) == singles | combinations - {
        "facility-commercial-amerihealth",
        "professional-commercial-amerihealth",
    }


def test_without_a_payer_it_is_medicares_profile_of_the_setting() -> None:
    assert profile("facility", None).name == profile("facility", "medicare").name
    assert profile("professional").name == "professional-medicare"
    assert profile("facility", "  ").name == "facility-medicare"
    assert profile("facility", "Medicaid").name == "facility-medicaid"


def test_a_policy_that_nobody_filled_in_is_medicares_in_a_hospital() -> None:
    assert profile("facility", "medicare").switches == Policy()


def test_settings_differ_in_dates_and_in_the_bolus() -> None:
    for payer in payers():
        assert [
            name for name, *_ in diff(profile("facility", payer), profile("professional", payer))
        ] == [
            "midnight.line_date",
            "bolus_same_drug",
        ]


def test_payers_differ_as_the_specification_says() -> None:
    medicare, medicaid, commercial = (
        profile("facility", payer) for payer in ("medicare", "medicaid", "commercial")
    )
    assert diff(medicare, medicaid) == [
        ("modifier.distinct", "x_modifiers", "59"),
        ("home.family", "medicare", "hourly"),
        ("vaccine.codes", "medicare", "general"),
        ("waste.modifiers", "JW_JZ", "none"),
        ("drug.route_modifiers", "shared_codes", "none"),
    ]
    assert diff(medicaid, commercial) == [
        ("modifier.distinct_96372", "yes", "no"),
        ("ncci.follows", "yes", "no"),
    ]
    assert (medicare.follows_ncci, medicaid.follows_ncci, commercial.follows_ncci) == (
        True,
        True,
        False,
    )
    assert diff(medicare, medicare) == []


def test_layers_stand_from_the_general_to_the_particular() -> None:
    own = profile("professional", "commercial-amerihealth")
    assert own.layers == ("base", "professional", "commercial", "commercial-amerihealth")
    assert own.set_by["ncci.follows"] == "commercial"
    assert own.set_by["midnight.line_date"] == "professional"
    assert "hydration.min_minutes" not in own.set_by


def test_every_profile_has_a_position_for_every_switch() -> None:
    for setting in ("facility", "professional"):
        for payer in payers():
            positions = profile(setting, payer).positions
            assert list(positions) == [switch.name for switch in switches()]


def test_a_payers_list_of_therapeutic_drugs_begins_on_its_date() -> None:
    own = profile("facility", "commercial-amerihealth")
    assert own.is_held_therapeutic("j0897", date(2022, 4, 26))
    assert not own.is_held_therapeutic("J0897", date(2022, 4, 25))
    assert not own.is_held_therapeutic("J1745", date(2024, 1, 1))
    assert not profile("facility", "commercial").is_held_therapeutic("J0897", date(2024, 1, 1))


def test_a_users_file_is_laid_over_the_setting_and_follows_ncci_unless_it_says_no(
    tmp_path: Path,
) -> None:
    acme = _file(
        tmp_path, "acme", "[switches]\nhydration.min_minutes = 16\nresume.max_gap_minutes = 90\n"
    )
    own = profile("professional", "ACME", (acme,))
    assert own.name == "professional-acme"
    assert own.layers == ("base", "professional", "acme")
    assert (own.switches.hydration_min_minutes, own.switches.resume_max_gap_minutes) == (16, 90)
    assert own.follows_ncci
    assert own.positions["midnight.line_date"] == "start_date"


def test_a_folder_stands_for_the_files_in_it_and_a_file_for_one_setting_wins(
    tmp_path: Path,
) -> None:
    _file(
        tmp_path, "acme", 'extends = "commercial"\n[switches.modifier]\ndistinct = "x_modifiers"\n'
    )
    _file(tmp_path, "facility-acme", 'extends = ["acme"]\n[switches]\nbolus_same_drug = "none"\n')
    hospital, office = (profile(s, "acme", (tmp_path,)) for s in ("facility", "professional"))
    assert hospital.layers == ("base", "facility", "commercial", "acme", "facility-acme")
    assert hospital.positions["bolus_same_drug"] == "none"
    assert office.layers == ("base", "professional", "commercial", "acme")
    assert not hospital.follows_ncci
    assert "acme" in payers((tmp_path,))


def test_equal_positions_have_equal_digests_and_one_change_another(tmp_path: Path) -> None:
    same = _file(tmp_path, "same", 'extends = ["medicare"]\n')
    other = _file(tmp_path, "other", 'extends = ["medicare"]\n[complex]\ntherapeutic = ["J1745"]\n')
    medicare = profile("facility", "medicare").digest
    assert profile("facility", "same", (same,)).digest == medicare
    assert profile("facility", "other", (other,)).digest != medicare


def test_a_payers_list_of_diagnoses_stands_beside_its_profile_over_that_of_what_it_extends(
    tmp_path: Path,
) -> None:
    for name in ("group", "acme"):
        (tmp_path / f"{name}.csv").write_text("drug,first,role\n", encoding="utf-8")
    _file(tmp_path, "group", '[necessity]\nlist = "group.csv"\n')
    _file(
        tmp_path,
        "acme",
        'extends = ["group"]\n[switches]\nnecessity.not_listed = "block"\n'
        '[necessity]\nlist = "acme.csv"\n',
    )

    own = profile("facility", "acme", (tmp_path,))

    assert own.diagnoses == (tmp_path / "group.csv", tmp_path / "acme.csv")
    assert own.positions["necessity.not_listed"] == "block"
    assert profile("facility", "group", (tmp_path,)).positions["necessity.not_listed"] == "finding"


def test_another_list_of_diagnoses_is_another_digest(tmp_path: Path) -> None:
    digests: set[str] = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "list.csv").write_text(f"drug,first,role\n# {name}\n", encoding="utf-8")
        file = _file(folder, "acme", '[necessity]\nlist = "list.csv"\n')
        digests.add(profile("facility", "acme", (file,)).digest)

    assert len(digests) == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[switches]\nmidnight.line = 'start_date'\n", "no switch midnight.line"),
        ("[switches]\nmidnight.line_date = 'noon'\n", "no position noon.*start_date"),
        ("[switches]\nresume.max_gap_minutes = 9999\n", "whole number 0 to 1440"),
        ("[switches]\nhour.remainder = 30\n", "cannot be set; it is not a choice"),
        ("switches = 3\n", "`switches` is a table"),
        ("[swiches]\n", "unknown entry swiches"),
        ("extends = ['acmee']\n", "extends acmee, which is no profile"),
        ("extends = ['acme']\n", "extends itself"),
        ("extends = 3\n", "`extends` is a list"),
        ("extends = ['facility-medicare']\n", "cannot serve professional claims"),
        ("[complex]\ntherapeutic = 'J1745'\n", "needs `therapeutic`"),
        ("[complex]\ntherapeutic = []\nfrom = 'May'\n", "`from` is a date"),
        ("[necessity]\nlist = 3\n", "the name of a CSV file"),
        ("[necessity]\nlist = 'a.csv'\nfrom = 2026-01-01\n", "and no more"),
        ("[necessity]\nlist = 'absent.csv'\n", "names a file that cannot be read"),
        ("[switches]\nnecessity.not_listed = 'deny'\n", "no position deny.*finding, block"),
        ("not toml", "not a readable TOML file"),
    ],
)
def test_a_faulty_file_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = _file(tmp_path, "acme", text)
    with pytest.raises(UnknownPolicy, match=f"acme.toml: .*{complaint}"):
        profile("professional", "acme", (path,))


def test_a_users_file_cannot_take_a_shipped_name_or_be_absent(tmp_path: Path) -> None:
    path = _file(tmp_path, "medicare", "")
    with pytest.raises(UnknownPolicy, match="already a profile named medicare"):
        profile("facility", "medicare", (path,))
    with pytest.raises(UnknownPolicy, match="no such profile file"):
        profile("facility", None, (tmp_path / "absent.toml",))


def test_an_unknown_payer_is_told_the_known_ones_and_not_repeated() -> None:
    with pytest.raises(UnknownPolicy, match=r"commercial, .*medicaid, medicare") as caught:
        profile("facility", "Jane Doe, 1950")
    assert "Jane" not in str(caught.value)
    for no_payer in ("base", "facility", "professional", "switches"):
        with pytest.raises(UnknownPolicy):
            profile("facility", no_payer)
    with pytest.raises(UnknownPolicy, match="facility or professional"):
        profile("home", "medicare")
