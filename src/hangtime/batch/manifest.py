"""What a run was asked, and what it says of itself beside its tables.

Nothing in it depends on when or how the run went, so that the same work gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hangtime import __version__
from hangtime.batch.inputs import fingerprint
from hangtime.codesets.imported import MANIFEST as STORED
from hangtime.codesets.imported import place
from hangtime.decode import rules_digest

if TYPE_CHECKING:
    from hangtime.batch.local import Account, Summary, Way


def installed() -> dict[str, Any]:
    """What of this machine decides an answer: the program with its rules, and the code sets."""
    return {
        "program": {"hangtime": __version__, "rules": rules_digest()},
        "code_sets": _digest(place() / STORED),
    }


def asked_of(
    paths: Iterable[Path], form: str, policies: tuple[Path, ...], payer: str | None, way: Way
) -> dict[str, Any]:
    """All that decides what a run writes, as JSON: program, inputs, options, profiles, code sets."""
    here = installed()
    return {
        "program": here["program"],
        "inputs": [fingerprint(each)._asdict() for each in paths if each.is_file()],
        "options": {
            "format": form, "payer": payer, "by_month": way.by_month, "part_rows": way.part
        },
        "profiles": [{"file": str(each), "digest": _digest(each)} for each in policies],
        "code_sets": here["code_sets"],
    }  # fmt: skip


def manifest(asked: dict[str, Any], account: Account, summary: Summary) -> dict[str, Any]:
    """The manifest, without the files; `rows` add up."""
    aside, merged = account.set_aside, account.merged
    return {
        **asked,
        "unreadable": summary.unreadable,
        "encounters": {
            "all": account.encounters, "compiled": summary.compiled,
            "interpreted": summary.interpreted, "left": dict(sorted(summary.left.items())),
        },
        "rows": {
            "read": account.rows, "coded": account.rows - merged - aside, "merged": merged,
            "set_aside": aside,
        },
    }  # fmt: skip


def _digest(path: Path) -> str | None:
    """The digest of a file or of all files of a folder; None where there is nothing."""
    digest = hashlib.sha256()
    for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if each.is_file():
            digest.update(each.name.encode() + b"\0" + each.read_bytes())
    return f"sha256:{digest.hexdigest()}" if path.exists() else None
