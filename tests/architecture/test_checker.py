"""The checker stands alone: it shares facts with the engine and no judgement."""

from __future__ import annotations

import ast

import pytest
from source_text import Module, modules

FACTS = (
    "hangtime.check", "hangtime.model", "hangtime.errors", "hangtime.codesets",
    "hangtime.formulary", "hangtime.policies.policy",
)  # fmt: skip
# What the formulary reasons with rather than knows: the choice of a code, and the mix of vials.
JUDGEMENT = ("hangtime.formulary.choice", "hangtime.formulary.vials", "hangtime.formulary.classes")
LONGEST = 3_000


def imported(module: Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
    return {each for each in names if each.startswith("hangtime")}


@pytest.mark.parametrize("module", modules("check/"), ids=lambda each: each.name)
def test_the_checker_imports_the_model_and_tables_of_facts_and_nothing_of_the_engine(
    module: Module,
) -> None:
    assert imported(module) <= {
        name for name in imported(module) if name.startswith(FACTS) and name not in JUDGEMENT
    }


def test_the_checker_is_read_in_an_afternoon() -> None:
    code = [
        line
        for module in modules("check/")
        for line in module.text.splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]

    assert len(code) < LONGEST
