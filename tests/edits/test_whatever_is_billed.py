"""Whatever stands in the fields, a claim can be scrubbed, the same way each time and in any order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hangtime.codesets.tables import ids
from hangtime.edits import ClaimLine, Scrubber

known = st.sampled_from([*sorted(ids()), "J1745", "J1569", "J3490", "20610", "C9399"])
odd = st.text(max_size=12)
text = st.none() | odd
number = st.decimals(0, 10**8, allow_nan=False, places=3)
modifiers = st.lists(
    st.sampled_from(["59", "XS", "XE", "25", "JW", "JZ", "JA", "PO", "PN", "jz", "76"]) | odd,
    max_size=5,
)
lines = st.builds(
    ClaimLine,
    claim_id=st.just("C-1"),
    line_number=st.integers(1, 99),
    setting=st.sampled_from(["facility", "professional"]),
    date_of_service=st.dates(date(2024, 7, 1), date(2024, 9, 30)) | st.dates(),
    code=known | odd,
    units=st.integers(0, 60).map(Decimal) | number,
    modifiers=modifiers.map(tuple),
    payer=st.sampled_from([None, "medicare", "medicaid", "commercial"]) | odd,
    place_of_service=text | st.just("22"),
    bill_type=text | st.just("0711"),
    diagnoses=st.lists(st.just("K5090") | odd, max_size=3).map(tuple),
    diagnosis_pointers=st.lists(st.integers(1, 20), max_size=5).map(tuple),
    ndc=text | st.just("57894-030-01"),
    ndc_unit=text,
    ndc_quantity=st.none() | number,
    rendering_npi=text,
    billing_npi=text,
    birth_date=st.none() | st.dates(),
)
scrubber = Scrubber()


@given(st.lists(lines, max_size=6, unique_by=lambda line: line.line_number))
def test_any_claim_is_scrubbed_and_the_order_of_its_rows_does_not_matter(claim: list[ClaimLine]):
    found = scrubber.scrub(claim)

    assert found == scrubber.scrub(claim[::-1]) == Scrubber().scrub(claim)
    numbers = {line.line_number for line in claim}
    for each in found:
        assert each.line_number is None or each.line_number in numbers
        assert each.other_line is None or each.other_line in numbers - {each.line_number}
        assert (each.table is None) == (each.table_date is None)
        assert each.message.endswith((".", "?"))


@given(st.lists(lines, min_size=1, max_size=4, unique_by=lambda line: line.line_number))
def test_no_value_of_the_patient_is_in_a_message(claim: list[ClaimLine]):
    """Ids, diagnoses, birth dates and numbers stay where they were."""
    marked = [
        line._replace(
            patient_id="PATIENT-7", diagnoses=("K50.909",), rendering_npi="99887766", ndc="XYZ-777",
            birth_date=date(1931, 3, 7), encounter_id="VISIT-7",
        )
        for line in claim
    ]  # fmt: skip
    for found in scrubber.scrub(marked):
        for value in ("PATIENT-7", "K50.9", "K50909", "99887766", "XYZ", "1931", "VISIT-7"):
            assert value not in found.message
