"""`hangtime serve` as it is, on a clock that a test moves on.

Run as a program: the first argument names a file that says how many seconds later it is, the others
are those of `hangtime`.  A visit of three hours is charted in a minute; nothing else is changed.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hangtime.accounts import Register
from hangtime.cli import hangtime
from hangtime.visits import Clinic


def main(said: Path, arguments: list[str]) -> None:
    def later() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(said.read_text("ascii")))

    began: Any = Register.__init__

    def on_this_clock(self: Any, *given: Any, **named: Any) -> None:
        began(self, *given, **{"now": later} | named)

    setattr(Register, "__init__", on_this_clock)  # noqa: B010
    (Clinic.__init__.__kwdefaults__ or {})["now"] = later
    hangtime(arguments)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
