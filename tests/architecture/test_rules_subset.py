"""The rules keep to what the interpreter and the compiler both understand.

Ints, bools, small enumerations, records, loops and early returns: no text, no dictionary, no
fraction, no exception, nothing that can be None.  A rule that leaves the subset would still pass
every test when interpreted, so the subset is read off the source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from source_text import Module, modules

WORDS_OF_THE_RULES = frozenset({"rules/__init__.py", "rules/_card.py", "rules/records.py"}) | {
    "rules/positions.py",
    "rules/published.py",
    "rules/sources.py",
    "rules/supplies.py",
    "rules/words.py",
}
COMPILED = [each for each in modules("rules/") if each.name not in WORDS_OF_THE_RULES]
COMPILED += modules("whatif.py")
OUTSIDE_THE_SUBSET: dict[type[ast.AST], str] = {
    ast.AsyncFunctionDef: "an async function",
    ast.Await: "await",
    ast.ClassDef: "a class",
    ast.Delete: "del",
    ast.Dict: "a dictionary",
    ast.DictComp: "a dictionary",
    ast.GeneratorExp: "a generator expression",
    ast.Global: "global",
    ast.JoinedStr: "a text",
    ast.Lambda: "a lambda",
    ast.ListComp: "a list comprehension",
    ast.Match: "match",
    ast.Nonlocal: "nonlocal",
    ast.Raise: "an exception",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.Starred: "a star",
    ast.Try: "try",
    ast.With: "with",
}


def functions(module: Module) -> Iterator[ast.FunctionDef]:
    return (node for node in module.tree.body if isinstance(node, ast.FunctionDef))


def within(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The function and its body; annotations, which the compiler does not read, left out."""
    yield function
    for statement in function.body:
        yield from ast.walk(statement)


def strays(module: Module) -> Iterator[str]:
    """Everything in the module's functions that the compiler could not take."""
    docstrings = module.docstrings()
    for function in functions(module):
        for node in within(function):
            where = f"{module.name}:{getattr(node, 'lineno', '?')} in {function.name}"
            if type(node) in OUTSIDE_THE_SUBSET:
                yield f"{where}: {OUTSIDE_THE_SUBSET[type(node)]}"
            if isinstance(node, ast.FunctionDef) and node is not function:
                yield f"{where}: a function within a function"
            if isinstance(node, ast.Constant) and id(node) not in docstrings:
                if not isinstance(node.value, int):
                    yield f"{where}: {node.value!r} is no whole number"
            if isinstance(node, ast.Div):
                yield f"{where}: a division that gives a fraction"


def imported(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("module", COMPILED, ids=lambda module: module.name)
def test_a_rule_uses_only_what_both_engines_understand(module: Module) -> None:
    assert list(strays(module)) == []


@pytest.mark.parametrize("module", COMPILED, ids=lambda module: module.name)
def test_a_rule_imports_only_other_rules_and_their_words(module: Module) -> None:
    foreign = [name for name in imported(module) if not name.startswith("hangtime.rules")]

    assert set(foreign) <= {"typing"}


def test_the_words_of_the_rules_import_nothing_but_the_standard_library_and_each_other() -> None:
    foreign = [
        f"{module.name} imports {name}"
        for module in modules("rules/")
        for name in imported(module)
        if name.startswith("hangtime") and not name.startswith("hangtime.rules")
    ]

    assert foreign == []


def test_a_function_of_the_rules_has_no_default_that_two_encounters_could_share() -> None:
    shared = [
        f"{module.name}: {function.name}"
        for module in COMPILED
        for function in functions(module)
        if function.args.defaults or function.args.kwarg or function.args.vararg
    ]

    assert shared == []
