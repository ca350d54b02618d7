"""The package as source text, read once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "src" / "hangtime"


@dataclass(frozen=True)
class Module:
    """One source file: `name` is its path below the package."""

    name: str
    text: str
    tree: ast.Module

    def docstrings(self) -> set[int]:
        """Identities of the constants that are docstrings, of names as well as of functions."""
        found: set[int] = set()
        for node in ast.walk(self.tree):
            body = getattr(node, "body", None)
            for statement in body if isinstance(body, list) else ():
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    found.add(id(statement.value))
        return found


@cache
def modules(under: str = "") -> tuple[Module, ...]:
    """Every module whose path below the package starts with `under`, in order."""
    found = [
        Module(
            path.relative_to(PACKAGE).as_posix(), text := path.read_text("utf-8"), ast.parse(text)
        )
        for path in sorted(PACKAGE.rglob("*.py"))
    ]
    return tuple(each for each in found if each.name.startswith(under))
