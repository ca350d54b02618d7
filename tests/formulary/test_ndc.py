"""National Drug Codes in every spelling a chart may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hangtime.formulary.ndc import MalformedNdc, ndc11

DIGITS = "0123456789"


@pytest.mark.parametrize(
    ("charted", "eleven"),
    [
        ("0409-7332-01", "00409733201"),
        ("57894-030-01", "57894003001"),
        ("50242-0051-2", "50242005102"),
        ("50242-0051-21", "50242005121"),
        ("50242005121", "50242005121"),
        (" 0409‑7332‑01 ", "00409733201"),
        ("N457894003001", "57894003001"),
        ("n4 57894-030-01", "57894003001"),
    ],
)
def test_a_code_with_hyphens_or_eleven_digits_has_one_reading(charted, eleven):
    assert ndc11(charted) == (eleven,)


def test_ten_digits_in_one_piece_have_a_reading_for_each_way_they_are_assigned():
    assert ndc11("5024205121") == ("05024205121", "50242005121", "50242051201")


@given(
    st.sampled_from([(4, 4, 2), (5, 3, 2), (5, 4, 1)])
    .flatmap(lambda lengths: st.tuples(*(st.text(DIGITS, min_size=n, max_size=n) for n in lengths)))
    .filter(lambda parts: "".join(parts).strip("0"))
)
def test_what_the_hyphens_say_is_among_the_readings_without_them(parts):
    (eleven,) = ndc11("-".join(parts))

    assert len(eleven) == 11
    assert eleven in ndc11("".join(parts))
    assert ndc11(eleven) == (eleven,)


@pytest.mark.parametrize(
    "charted", ["", "-", "123456789", "123456789012", "123-4567-89", "5024-2051-2", "5o242-051-21",
                "50242-051-21-1", "٥0242-051-21", "N4", "UP57894003001", "00000-0000-00", "0000000000"],
)  # fmt: skip
def test_what_has_not_the_form_of_a_code_is_refused_without_repeating_it(charted):
    with pytest.raises(MalformedNdc) as refused:
        ndc11(charted)

    assert not charted.strip("-") or charted not in str(refused.value)
