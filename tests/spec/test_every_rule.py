"""Every rule of the engine has a case in which it is used."""

from pathlib import Path

from _case import collect, outcomes_rules, profiled
from _engines import outcome_of

from hangtime.rules._card import CARDS

NEED_AN_IMPORT = {
    "DRG-CODE-BY-NDC": "needs an imported crosswalk: tests/formulary/test_choice.py",
}


def test_every_rule_is_used_by_a_case(tmp_path: Path) -> None:
    """A rule that no drawn chart reaches is untested and has no page."""
    used: set[str] = set()
    for number, case in enumerate(collect(Path(__file__).parent)):
        drawn, folder = profiled(case, tmp_path / str(number))
        used |= outcomes_rules(outcome_of(drawn, "interpreted", folder))
    unused = [card.id for card in CARDS if card.id not in used]
    assert [id for id in unused if id not in NEED_AN_IMPORT] == []
    assert used & NEED_AN_IMPORT.keys() == set()
