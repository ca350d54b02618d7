"""Run as a program: code charts with one rule spoilt, and write what the engine then says.

python planted.py FILE OLD NEW COUNT FOLDER > outcomes.jsonl
"""

from __future__ import annotations

import json
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

HERE = Path(__file__).parent


def plant(file: str, old: str, new: str) -> None:
    """Have the rule's file read with the change; nothing of the package may be loaded yet."""
    sound, name = SourceFileLoader.get_code, f"hangtime.rules.{Path(file).stem}"

    def spoilt(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        if fullname != name:
            return sound(loader, fullname)
        source = Path(loader.path).read_text("utf-8")
        if old not in source:
            raise SystemExit(f"{file} has no such line: {old}")
        return compile(source.replace(old, new), loader.path, "exec")

    SourceFileLoader.get_code = spoilt  # type: ignore[method-assign]


def main(file: str, old: str, new: str, count: int, folder: Path) -> None:
    plant(file, old, new)
    sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "spec")]

    from coded_charts import PLANS, coded, drawn_charts, generated

    for outcome in coded([*drawn_charts(folder), *generated(count, 9)], (PLANS, folder)):
        sys.stdout.write(f"{json.dumps(outcome)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]), Path(sys.argv[5]))
