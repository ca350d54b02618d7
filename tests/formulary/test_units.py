"""Amounts are what UCUM says they are, exactly; a unit that is unknown is not guessed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.formulary import units
from hangtime.formulary.units import (
    LARGEST,
    MILLION,
    WORDS,
    Amount,
    Concentration,
    Unit,
    amount,
    concentration,
    in_measure,
    in_words,
    per_weight,
    unit,
)
from hangtime.rules.words import Measure

COUNTED = units.EACH  # a thing counted whole has no unit in UCUM
words = st.sampled_from(WORDS)
values = st.decimals(0, 100_000, places=3, allow_nan=False, allow_infinity=False)


def of(word: str) -> Unit:
    found = unit(word)
    assert found is not None
    return found


def base(measure: Measure) -> str:
    """The unit of which an amount of the measure holds millionths."""
    (word,) = (word for word in WORDS if of(word) == (word, measure, MILLION))
    return word


@pytest.fixture(scope="module")
def registry(require: Callable[[str], None]) -> Any:
    """The units of UCUM as ucumvert has them; reading them takes seconds."""
    require("ucumvert")
    import ucumvert

    return ucumvert.PintUcumRegistry()


@pytest.mark.parametrize("word", [word for word in WORDS if word != COUNTED])
def test_every_unit_is_the_multiple_that_ucum_gives_it(word: str, registry: Any) -> None:
    """Of the unit that its measure counts in."""
    known = of(word)
    other = registry.from_ucum(word).to(registry.from_ucum(base(known.measure)).units)
    assert float(other.magnitude) == pytest.approx(known.scale / MILLION, rel=1e-12)


def test_units_of_two_measures_are_two_dimensions_in_ucum(registry: Any) -> None:
    """But for amounts of substance and of charge, which product codes tell apart."""
    dimensions: dict[str, set[Measure]] = {}
    for word in WORDS:
        if word != COUNTED:
            found = str(registry.from_ucum(word).dimensionality)
            dimensions.setdefault(found, set()).add(of(word).measure)
    assert {frozenset(each) for each in dimensions.values() if len(each) > 1} == {
        frozenset({Measure.EQUIVALENT, Measure.SUBSTANCE})
    }


@pytest.mark.parametrize(
    ("charted", "word"),
    [
        ("mcg", "ug"), ("µg", "ug"), ("μg", "ug"), ("MCG", "ug"), ("Grams", "g"), ("gm", "g"),
        ("units", "[iU]"), ("U", "[iU]"), ("IU", "[iU]"), ("International  Units", "[iU]"),
        ("million units", "M[iU]"), ("MU", "M[iU]"), ("mU", "m[iU]"), ("mEq", "meq"),
        ("cc", "mL"), ("ML", "mL"), ("l", "L"), ("vial", "{each}"), ("mg PE", "mg"),
        ("mg/dose", "mg"),
    ],
)  # fmt: skip
def test_charted_spellings_are_one_unit(charted: str, word: str) -> None:
    """Case tells nothing but milli from mega."""
    assert of(charted).word == word


@pytest.mark.parametrize("charted", ["", "mg/mL", "drops", "mg/kg", "mg/h", "%", "m", "puff"])
def test_what_is_no_amount_is_unknown(charted: str) -> None:
    """A rate, a share and a made-up unit alike."""
    assert unit(charted) is None
    assert amount(Decimal(1), charted) is None


@given(values, words)
def test_an_amount_is_exact_to_the_millionth(value: Decimal, word: str) -> None:
    """It is off by half a millionth of its measure's unit at most, and 0.1 + 0.2 is 0.3."""
    found = amount(value, word)
    assert found is not None
    assert abs(found.value - value * of(word).scale) <= Decimal("0.5")
    assert found.measure is of(word).measure


@given(st.integers(0, 10**15), words)
def test_words_of_an_amount_read_back_as_the_amount(value: int, word: str) -> None:
    """What a reason says is what was counted."""
    known = of(word)
    said, _, name = in_words(value, known.scale, WORDS.index(word)).partition(" ")
    assert "E" not in said
    assert amount(Decimal(said), name or COUNTED) == Amount(known.measure, value)


@given(values, values)
def test_amounts_of_one_unit_add_up(first: Decimal, second: Decimal) -> None:
    """Thousandths of a milligram are whole millionths, so nothing is lost in adding."""
    parts = [amount(each, "mg") for each in (first, second, first + second)]
    assert all(parts)
    assert parts[0].value + parts[1].value == parts[2].value


def test_amounts_beyond_any_chart_are_not_read() -> None:
    """Nor is a negative one."""
    assert amount(Decimal(LARGEST), "kg") is None
    assert amount(Decimal(-1), "mg") is None


@given(values, st.integers(1, 2000), st.integers(1, 100))
def test_a_volume_of_a_known_concentration_is_its_share(
    volume: Decimal, strength: int, held: int
) -> None:
    """To the nearest millionth; the whole volume holds the whole amount."""
    known = concentration(f"{strength} mg/{held} mL")
    assert known == Concentration(
        Amount(Measure.MASS, strength * MILLION), Amount(Measure.VOLUME, held * MILLION)
    )
    given_volume = amount(volume, "mL")
    assert given_volume is not None
    found = in_measure(given_volume, Measure.MASS, known)
    assert found is not None
    assert abs(found.value - given_volume.value * Decimal(strength) / held) <= Decimal("0.5")
    assert in_measure(known.volume, Measure.MASS, known) == known.amount


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ondansetron 2 mg/mL", (2, 1)),
        ("vancomycin 1,250 mg/250 mL", (1250, 250)),
        ("ondansetron 4 mg (2 mg/mL)", (2, 1)),
        ("heparin 25,000 units/500 mL", (25_000, 500)),
    ],
)
def test_a_strength_in_a_name_is_read(text: str, said: tuple[int, int]) -> None:
    """Thousands are written with a comma."""
    known = concentration(text)
    assert known is not None
    assert (known.amount.value, known.volume.value) == (said[0] * MILLION, said[1] * MILLION)


@pytest.mark.parametrize(
    "text",
    [
        "vancomycin 1 g in 0.9% sodium chloride", "cefazolin 2 g dextrose 5% 50 mL",
"calcium gluconate 10% (50 mg/mL)",
        "TPN 1:1", "lidocaine with epinephrine 1:200,000", "ondansetron", "ondansetron 4 mg", "D5W 50 mL/h", "10 mg/mL and 20 mg/mL",
        "5 mg/0 mL",
    ],
)  # fmt: skip
def test_two_strengths_or_none_are_not_a_strength(text: str) -> None:
    """Nor is a rate."""
    assert concentration(text) is None


@pytest.mark.parametrize(
    ("text", "milligrams"),
    [
        ("calcium gluconate 10%", "100"),
        ("calcium gluconate 10 % (100 mg/mL)", "100"),
        ("magnesium sulfate 50%", "500"),
        ("Octagam 10%", "100"),
        ("lidocaine 0.5%", "5"),
        ("lidocaine 1% with epinephrine 1:100,000", "10"),
        ("epinephrine 1:1000", "1"),
        ("epinephrine 1:1,000 (1 mg/mL)", "1"),
        ("epinephrine 1:10,000", "0.1"),
        ("fosphenytoin 500 mg PE/10 mL", "50"),
        ("rituximab 500 mg/50 mL (10 mg/mL)", "10"),
    ],
)
def test_a_strength_as_a_share_is_grams_in_a_hundred_millilitres(
    text: str, milligrams: str
) -> None:
    """A ratio is one gram in so many; two ways to say one strength are one."""
    held = in_measure(Amount(Measure.VOLUME, MILLION), Measure.MASS, concentration(text))
    assert held == amount(Decimal(milligrams), "mg")


def test_without_a_concentration_a_volume_is_no_mass() -> None:
    """Nothing is guessed; another measure's concentration does not help."""
    volume = Amount(Measure.VOLUME, 2 * MILLION)
    assert in_measure(volume, Measure.MASS, None) is None
    assert in_measure(volume, Measure.MASS, concentration("5 units/mL")) is None
    assert in_measure(Amount(Measure.MASS, 1), Measure.ACTIVITY, None) is None


def test_a_dose_by_weight_names_what_is_given_by_the_kilogram() -> None:
    """By body surface it does not."""
    assert per_weight("mg/kg") == "mg"
    assert per_weight("Units/KG") == "Units"
    assert per_weight("mg/kg/dose") == "mg"
    assert per_weight("mg PE/kg") == "mg PE"
    assert per_weight("mg/m2/dose") is None
    assert per_weight("mg/m2") is None
    assert per_weight("mg/kg/h") is None
    assert per_weight("mg") is None
