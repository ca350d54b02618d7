"""What an account keeps of faults does not grow with them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hangtime.batch.accounting import KEPT, Account, field_of
from hangtime.model import Finding, Reason

lines = st.lists(st.integers(1, 10**9), min_size=1, max_size=40)


def fault(line: int) -> Finding:
    facts = {"file": "a.csv", "line": line, "field": "route"}
    return Finding(severity="error", reason=Reason("INPUT-BAD-WORD", facts))


def account_of(found: list[int]) -> Account:
    account = Account()
    for line in found:
        account.add_faults(fault(line), [line])
    return account


@given(lines, lines)
def test_however_faults_are_divided_all_are_counted_and_the_lowest_lines_named(
    here: list[int], there: list[int]
) -> None:
    joined = account_of(here)
    joined.join(account_of(there))
    resumed = Account()
    resumed.restore(json.loads(json.dumps(account_of(here).as_json())))
    at_once = Account()
    at_once.add_faults(fault(here[0]), [*here, *there])

    (kept,) = joined.faults.values()
    assert kept.count == len(here) + len(there) == joined.findings["error", "INPUT-BAD-WORD"]
    assert kept.lines == sorted([*here, *there])[:KEPT]
    (whole,) = at_once.faults.values()
    assert (whole.count, whole.lines) == (kept.count, kept.lines)
    assert resumed == account_of(here)


def test_of_a_million_faults_a_few_lines_are_kept() -> None:
    account = Account()
    for begin in range(0, 10**6, 1000):
        account.add_faults(fault(begin + 1), [*range(begin + 1, begin + 1001)])
    assert len(json.dumps(account.as_json())) < 2000
    (kept,) = account.faults.values()
    assert (kept.count, kept.lines) == (10**6, [*range(1, KEPT + 1)])


def test_a_fault_in_any_place_of_a_list_is_of_one_kind() -> None:
    account = Account()
    for place in range(3):
        facts = {"file": "a.csv", "line": place + 2, "field": f"diagnoses[{place}]"}
        found = Finding(severity="warning", reason=Reason("INPUT-BAD-DIAGNOSIS", facts))
        account.add_faults(found, [place + 2])
        assert field_of(found) == "diagnoses"
    (kept,) = account.faults.values()
    assert kept.count == 3
