"""Packets: checked by a program that has no database and nothing of hangtime."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hangtime import store
from hangtime.store import verifier
from hangtime.store.checkpoints import make_checkpoint
from hangtime.store.packets import NotCovered, packet
from hangtime.store.verifier import Refused, canonical, check
from ledgers import Signer, entry, filled

LONGEST = 300


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Signer]:
    """A packet of six entries, coding results among them, and who signed its checkpoint."""
    folder = tmp_path_factory.mktemp("packet")
    engine = store.connect(f"sqlite:///{folder / 'ledger.db'}")
    store.migrate(engine)
    ledger = filled(engine, 16)
    ledger.append(None, entry(16, "visit-1", stream="release", body='{"by":"Zoë"}'.encode()))
    signer = Signer(folder)
    signer.sign(engine)
    content = packet(engine, "visit-1")
    engine.dispose()
    return content, signer


def run_alone(folder: Path, key: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The verifier as a stranger has it: one copied file, isolated from this environment's paths."""
    alone = folder / "verifier.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    command = [sys.executable, "-I", str(alone), *map(str, arguments), "--key", str(key)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_verifier_is_short_and_needs_nothing_of_this_program() -> None:
    text = Path(verifier.__file__).read_text("utf-8")
    names = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [each.name for each in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip

    assert len(text.splitlines()) < LONGEST
    assert names <= set(sys.stdlib_module_names) | {"cryptography"}


def test_a_packet_and_its_checkpoint_verify_alone(engine: sa.Engine, tmp_path: Path) -> None:
    filled(engine, 20)
    signer = Signer(tmp_path)
    (tmp_path / "first.json").write_bytes(signer.sign(engine))
    filled(engine, 5, first=20)
    (tmp_path / "second.json").write_bytes(signer.sign(engine))
    (tmp_path / "packet.json").write_bytes(packet(engine, "visit-2"))

    files = ("packet.json", "first.json", "second.json")
    ran = run_alone(tmp_path, signer.public_file, *files, "--show")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("holds: ") == 3
    assert "visit-2: all 8 entries" in ran.stdout
    assert "coding visit-2 3 note" in ran.stdout


def test_the_packet_of_a_touched_visit_does_not_verify_and_those_of_others_do(
    engine: sa.Engine, tmp_path: Path
) -> None:
    """Each packet is made from the database as it is after the attack."""
    filled(engine, 20)
    signer = Signer(tmp_path)
    signer.sign(engine)
    where = "WHERE subject = 'visit-2' AND"
    time = "'2020-01-01 00:00:00.000000'"
    attacks = {
        "body": f"UPDATE ledger_entry SET body = previous {where} nth = 3",
        "time": f"UPDATE ledger_entry SET recorded_at = {time} {where} nth = 2",
        "moved": f"UPDATE ledger_entry SET subject = 'visit-9', nth = 1 {where} nth = 6",
        "swapped": f"UPDATE ledger_entry SET nth = -nth {where} nth IN (1, 2)",
        "dropped": f"DELETE FROM ledger_entry {where} nth = 4",
        "cut off": f"DELETE FROM ledger_entry {where} nth > 5",
    }
    with engine.begin() as connection:
        disarm(connection)
    (tmp_path / "earlier.json").write_bytes(packet(engine, "visit-2"))

    for name, attack in attacks.items():
        with engine.begin() as connection:
            connection.exec_driver_sql(attack)
        (tmp_path / f"{name}.json").write_bytes(packet(engine, "visit-2"))
        assert check(packet(engine, "visit-1"), [signer.public])
    (tmp_path / "other.json").write_bytes(packet(engine, "visit-1"))
    names = [*(f"{name}.json" for name in attacks), "earlier.json", "other.json"]
    ran = run_alone(tmp_path, signer.public_file, *names)

    assert ran.returncode == 1
    assert ran.stdout.count("REFUSED") == len(attacks)
    assert "earlier.json: holds" in ran.stdout and "other.json: holds" in ran.stdout


def disarm(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in connection.exec_driver_sql(query).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("ALTER TABLE ledger_entry DISABLE TRIGGER USER")


def test_a_packet_signed_by_another_key_is_refused(
    made: tuple[bytes, Signer], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="another key"):
        check(made[0], [Signer(tmp_path).public])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_a_packet_can_be_another(
    made: tuple[bytes, Signer], data: st.DataObject
) -> None:
    content, signer = made
    place = data.draw(st.integers(0, len(content)))
    is_added = place == len(content) or data.draw(st.booleans())
    byte = data.draw(st.integers(0, 255).filter(lambda b: is_added or b != content[place]))

    with pytest.raises(Refused):
        check(content[:place] + bytes([byte]) + content[place + (not is_added) :], [signer.public])
    with pytest.raises(Refused):
        check(content[: min(place, len(content) - 1)], [signer.public])


@pytest.mark.slow
def test_no_bit_of_a_packet_can_be_another(made: tuple[bytes, Signer]) -> None:
    content, signer = made
    for place, byte in enumerate(content):
        for bit in range(8):
            altered = bytes([byte ^ 1 << bit])
            with pytest.raises(Refused):
                check(content[:place] + altered + content[place + 1 :], [signer.public])


EDITS = {
    "an entry left out in the middle": lambda p: p["entries"].pop(2),
    "the last entry left out": lambda p: p["entries"].pop(),
    "all entries left out": lambda p: p["entries"].clear(),
    "two entries swapped": lambda p: p["entries"].reverse(),
    "an entry twice": lambda p: p["entries"].append(p["entries"][-1]),
    "a field more": lambda p: p.update(comment="reviewed"),
    "a field more in an entry": lambda p: p["entries"][0].update(comment="reviewed"),
    "a body of another kind": lambda p: p["entries"][0].update(body={"text": "1"}),
    "a number that is true": lambda p: p["entries"][0].update(nth=True),
    "another subject's name": lambda p: p.update(subject="visit-2"),
    "another size": lambda p: p["checkpoint"].update(size=16),
    "a signature in capitals": lambda p: p.update(signature=p["signature"].upper()),
    "entries that are no list": lambda p: p.update(entries={"0": p["entries"][0]}),
    "another format": lambda p: p.update(format="hangtime-packet-2"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_packet_that_was_edited_is_refused(made: tuple[bytes, Signer], name: str) -> None:
    content: dict[str, Any] = json.loads(made[0])
    EDITS[name](content)

    with pytest.raises(Refused):
        check(canonical(content), [made[1].public])


def test_a_packet_waits_for_a_checkpoint_that_covers_it(engine: sa.Engine, tmp_path: Path) -> None:
    filled(engine, 6)
    signer = Signer(tmp_path)
    with pytest.raises(NotCovered, match="2 of its 2 entries"):
        packet(engine, "visit-1", is_partial=True)
    signer.sign(engine)
    filled(engine, 3, first=6)

    with pytest.raises(NotCovered, match="no entry"):
        packet(engine, "visit-7")
    with pytest.raises(NotCovered, match="1 of its 3 entries"):
        packet(engine, "visit-1")
    partial = packet(engine, "visit-1", is_partial=True)

    assert "all 2 entries" in check(partial, [signer.public])[0]


@pytest.mark.parametrize("junk", [b"", b"[]", b'{"checkpoint":{}}'])
def test_there_is_no_packet_by_a_checkpoint_that_is_none(engine: sa.Engine, junk: bytes) -> None:
    filled(engine, 2)
    subject = store.Ledger(engine).after(0)[0].subject
    row = {"size": 2, "signed_at": datetime.now(UTC), "hashes": b"", "subjects": b"{}"}
    with engine.begin() as connection:
        table = store.metadata.tables["checkpoint"]
        connection.execute(sa.insert(table), row | {"document": junk})

    with pytest.raises(NotCovered, match="checkpoint is none"):
        packet(engine, subject)


def test_what_does_not_begin_with_the_checkpoint_before_is_refused(
    engine: sa.Engine, tmp_path: Path
) -> None:
    signer = Signer(tmp_path)
    filled(engine, 5)
    signer.sign(engine)
    filled(engine, 4, first=5)
    document = json.loads(signer.sign(engine))

    for change in ({"size": 4}, {"root": "0" * 64}, {"proof": document["since"]["proof"][1:]}):
        altered = document | {"since": document["since"] | change}
        with pytest.raises(Refused, match="does not hold all"):
            check(canonical(altered), [signer.public])


def test_nothing_new_is_not_signed_again(engine: sa.Engine, tmp_path: Path) -> None:
    signer = Signer(tmp_path)
    assert make_checkpoint(engine, signer.private) is None
    filled(engine, 3)

    first = make_checkpoint(engine, signer.private)
    again = make_checkpoint(engine, signer.private)

    assert first.is_new and not again.is_new
    assert first.document == again.document
