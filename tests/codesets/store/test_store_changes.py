"""The store changes all at once or not at all, one command at a time, and can go back."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from hangtime.codesets.store import Refused, Store
from hangtime.codesets.store.checking import checked
from hangtime.codesets.store.folder import locked, read
from hangtime.codesets.store.importing import import_files, last_step, undo

PRICES = "section_508_asp_pricing.csv"
VALUES = "PPRRVU24_JUL.csv"
PAIRS = "ccipra-v302r0.txt"
# A program that dies at the point named, as by a power failure: no handler of its own runs.
DIES_AT = """
import os, signal, sys
from pathlib import Path
from hangtime.codesets.store import folder, importing
def dies(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(folder, sys.argv[1], dies)
importing.import_files([Path(sys.argv[2])], Path(sys.argv[3]), is_replacing=True)
"""


def state(store: Path) -> dict[str, str]:
    return {table.name: table.digest for table in read(store).tables}


def is_whole(store: Path) -> bool:
    return all(not wrong for _, wrong in checked(store))


@pytest.mark.parametrize("point", ["settle", "commit"])
def test_an_import_killed_before_its_end_leaves_the_old_tables_and_is_swept_up(
    published, store: Path, point: str
) -> None:
    import_files([published(PRICES)], store)
    before = state(store)
    changed = published(PRICES, lambda rows: [row.replace("1,234.567", "9.9") for row in rows])
    killed = subprocess.run([sys.executable, "-c", DIES_AT, point, changed, store], check=False)
    left = len([*store.glob("incoming*"), *(store / "tables").iterdir()]) - len(before)
    old = Store(store).table("asp", Store(store).tables()[0].first)

    assert killed.returncode == -signal.SIGKILL
    assert state(store) == before
    assert is_whole(store)
    assert left > 0
    assert old is not None
    import_files([published(VALUES)], store)
    assert not list(store.glob("incoming*"))
    assert len(list((store / "tables").iterdir())) == 2


def test_an_import_killed_at_any_moment_is_done_or_not_done(published, store: Path) -> None:
    import_files([published(PRICES)], store)
    rows = [
        f"{a:05}\t{b:05}\t\t20090101\t*\t1\tOf our own making"
        for a in range(99)
        for b in range(999)
    ]
    big = published(PAIRS, lambda whole: [*whole, *rows])
    program = [sys.executable, "-m", "hangtime.cli", "codesets", "import", str(big)]
    for tenths in range(3, 12, 2):
        before = state(store)
        begun = subprocess.Popen(
            [*program, "--store", str(store)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        time.sleep(tenths / 10)
        begun.send_signal(signal.SIGKILL)
        begun.communicate()
        after = state(store)
        assert is_whole(store)
        assert after in (
            before,
            before | {"ptp-practitioner-2024Q3": after.get("ptp-practitioner-2024Q3")},
        )
        assert state(store)["asp-2024Q3"] == before["asp-2024Q3"]


def test_undo_takes_back_a_whole_command_and_restores_what_it_replaced(
    published, store: Path
) -> None:
    import_files([published(PRICES)], store)
    before = state(store)
    changed = published(PRICES, lambda rows: [row.replace("1,234.567", "9.9") for row in rows])
    import_files([changed, published(VALUES)], store, is_replacing=True)
    assert len(state(store)) == 2
    undo(store)
    assert state(store) == before
    assert is_whole(store)
    undo(store)
    assert state(store) == {}
    assert not list((store / "tables").iterdir())
    with pytest.raises(Refused, match="no import to undo"):
        undo(store)


def test_an_import_of_what_the_store_has_is_no_step_and_undo_says_what_it_takes_back(
    published, store: Path
) -> None:
    import_files([published(PRICES), published(VALUES)], store)
    step = last_step(store)
    import_files([published(PRICES)], store)

    assert last_step(store) == step
    assert step.files == (PRICES, VALUES)
    assert [table.name for table in step.added] == ["asp-2024Q3", "pprrvu-2024Q3"]
    import_files([published(PAIRS)], store)
    with pytest.raises(Refused, match="another command has changed"):
        undo(store, step)


def test_undo_makes_no_store_where_none_is(store: Path) -> None:
    with pytest.raises(Refused, match="no import to undo"):
        undo(store)
    assert not store.exists()


def test_two_commands_do_not_change_a_store_at_once(published, store: Path) -> None:
    with locked(store), pytest.raises(Refused, match="another command"):
        import_files([published(PRICES)], store)
    assert not import_files([published(PRICES)], store)[0].refused


def test_a_file_that_was_changed_or_lost_is_found_by_its_digest(published, store: Path) -> None:
    import_files([published(PRICES), published(PAIRS)], store)
    for table in read(store).tables:
        folder = store / "tables" / table.folder
        (folder / "rows.parquet").write_bytes(b"changed")
        if table.kind == "ptp":
            (folder / "pairs.keys").unlink()

    with pytest.raises(Refused, match="codesets verify"):
        Store(store).price("J9001", date(2024, 8, 1))
    with pytest.raises(Refused, match="codesets verify"):
        Store(store).pair("professional", "96365", "36000", date(2024, 8, 1))
    assert {table.kind: wrong for table, wrong in checked(store)} == {
        "asp": ["rows.parquet: changed since it was stored"],
        "ptp": ["pairs.keys: missing", "rows.parquet: changed since it was stored"],
    }


def test_a_damaged_table_is_mended_by_importing_its_file_again(published, store: Path) -> None:
    import_files([published(PRICES)], store)
    before = read(store).tables
    (store / "tables" / before[0].folder / "rows.parquet").write_bytes(b"changed")
    import_files([published(PRICES)], store)

    assert is_whole(store)
    assert state(store) == {table.name: table.digest for table in before}
    undo(store)
    assert read(store).tables == before
    assert is_whole(store)


def test_the_same_files_in_any_order_make_the_same_tables(published, tmp_path: Path) -> None:
    files = [published(name) for name in (PRICES, VALUES, PAIRS)]
    import_files(files, tmp_path / "a")
    for file in reversed(files):
        import_files([file], tmp_path / "b")

    assert state(tmp_path / "a") == state(tmp_path / "b")
