"""A file that is open only while something is put behind its end.

Tables by month are files by the hundred, and a process may not have so many open at once.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any


class GrowingFile(io.RawIOBase):
    """What is written is kept until `flush` or `close` puts it behind the end of the file.

    The file is there, and empty, from the start.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: list[bytes] = []
        path.write_bytes(b"")

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, some: Any) -> int:
        """Keep some bytes; how many."""
        if self.closed:
            raise ValueError("the file is closed")
        self._held.append(bytes(some))
        return len(self._held[-1])

    def flush(self) -> None:
        """Put into the file what was written; raises OSError where there is no room, or no file."""
        if not self._held:
            return
        with self._path.open("r+b") as stream:  # one that was taken away does not come back
            stream.seek(0, io.SEEK_END)
            stream.writelines(self._held)
        self._held.clear()
