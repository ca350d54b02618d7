"""Nothing in scope is without a case, or without a reason why it is not code."""

from pathlib import Path

import pytest
from _case import collect, drawn_lines, encounter
from scope import CLARIFICATIONS, DISAGREEMENTS, IN_SCOPE, NOT_CODE, RULE_IDS, RULES, ids_in

CASES = collect(Path(__file__).parent)
COVERED = {id for case in CASES for id in case.ids}


def test_every_id_in_scope_has_a_case_or_a_reason() -> None:
    """Rules, clarifications and disagreements alike."""
    assert [id for id in IN_SCOPE if id not in COVERED and id not in NOT_CODE] == []


def test_no_id_has_both_a_case_and_an_excuse() -> None:
    """A reason for not being code is withdrawn when a case arrives."""
    assert COVERED & NOT_CODE.keys() == set()


def test_cases_name_only_ids_that_exist() -> None:
    """A wrong id would cover nothing."""
    assert COVERED - set(IN_SCOPE) == set()


def test_every_case_is_decided_by_something_and_says_so() -> None:
    """An id, a docstring, and lines that can be read."""
    for case in CASES:
        assert case.ids, case.name
        assert case.text, case.name
        drawn_lines(case.lines)
        encounter(case)


def test_titles_of_a_chapter_are_not_used_twice() -> None:
    """Each is an anchor on its page; one test may draw several tables."""
    names = {(case.chapter, case.section, case.name) for case in CASES}
    assert len({(chapter, name) for chapter, _, name in names}) == len(names)


@pytest.mark.shared
def test_scope_is_the_whole_specification() -> None:
    """The list of ids here against the specification itself, where it lies beside the checkout."""
    if not RULES.exists():
        pytest.skip("no ../shared/rules beside the checkout")
    text = (RULES / "RULES.md").read_text()
    families = "CLS|TIME|INI|SEQ|BND|DRG|DOC"
    assert ids_in(text, rf"R-(?:{families})-\d\d") == set(RULE_IDS) - {
        "R-MOD-01", "R-MOD-02", "R-MOD-03", "R-NCC-01", "R-NCC-02", "R-NCC-03",
    }  # fmt: skip
    assert ids_in(text, r"C\d\d") == set(CLARIFICATIONS)
    table = (RULES / "disagreements.csv").read_text()
    assert ids_in(table, r"D\d\d") == set(DISAGREEMENTS)
