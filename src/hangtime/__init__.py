"""Hangtime: from a charted infusion to codes anyone can check.

    >>> from hangtime import Administration, Encounter, code_encounter, explain_line

Everything public stands here; the rest of the package may change without notice.  Names are loaded
when they are first used, so that `import hangtime` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hangtime.engine import Coder, code_encounter
    from hangtime.errors import UserError
    from hangtime.explain import explain_finding, explain_line, explain_not_reported
    from hangtime.formats import read
    from hangtime.model import Access, Administration, Encounter, Finding, Outcome

__version__ = "0.1.0"

__all__ = [
    "Access",
    "Administration",
    "Coder",
    "Encounter",
    "Finding",
    "Outcome",
    "UserError",
    "code_encounter",
    "explain_finding",
    "explain_line",
    "explain_not_reported",
    "read",
]

_HOMES = {
    "hangtime.engine": ("Coder", "code_encounter"),
    "hangtime.errors": ("UserError",),
    "hangtime.explain": ("explain_finding", "explain_line", "explain_not_reported"),
    "hangtime.formats": ("read",),
    "hangtime.model": ("Access", "Administration", "Encounter", "Finding", "Outcome"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
