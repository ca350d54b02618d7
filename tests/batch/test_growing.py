"""A file that is open only while something is put behind its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from hangtime.batch.growing import GrowingFile


def test_what_is_written_stands_in_the_file_once_it_is_flushed_or_closed(tmp_path: Path) -> None:
    file = GrowingFile(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b""
    file.write(b"one ")
    file.flush()
    file.write(memoryview(b"two"))
    assert (tmp_path / "a").read_bytes() == b"one "
    file.close()
    assert (tmp_path / "a").read_bytes() == b"one two"
    with pytest.raises(ValueError, match="closed"):
        file.write(b"three")


def test_a_file_that_was_taken_away_does_not_come_back_and_nothing_is_lost_unsaid(
    tmp_path: Path,
) -> None:
    file = GrowingFile(tmp_path / "a")
    file.write(b"one")
    (tmp_path / "a").unlink()
    with pytest.raises(FileNotFoundError):
        file.flush()
    with pytest.raises(FileNotFoundError):
        file.close()
    assert list(tmp_path.iterdir()) == []
