"""A program that appends to a ledger until it is killed, and says what was acknowledged.

Started with a database's URL, it forks a writer for each line it reads, so that what is slow to
start is started once.  A writer prints its process id, then the entries of each transaction as soon
as that is committed.
"""

from __future__ import annotations

import os
import sys
from itertools import count

from hangtime import store
from ledgers import entry

SEVERAL = 3


def write(url: str, run: str) -> None:
    """Append, one entry and three entries by turns, to three visits."""
    ledger = store.Ledger(store.connect(url))
    for number in count():
        several = SEVERAL if number % 2 else 1
        names = [f"{run}-{number}-{part}" for part in range(several)]
        made = [entry(number, f"visit-{run}-{number % 3}") for _ in names]
        new = [
            store.NewEntry(
                entry_id=name, stream=each.stream, subject=each.subject, kind=each.kind,
                author=each.author, body=each.body,
            )
            for name, each in zip(names, made, strict=True)
        ]  # fmt: skip
        ledger.append_all(None, new)
        os.write(1, f"{' '.join(names)}\n".encode())


def main(url: str) -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            os.write(1, f"{os.getpid()}\n".encode())
            write(url, line.strip())
        os.waitpid(child, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main(sys.argv[1])
