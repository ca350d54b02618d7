"""`hangtime ledger`, `backup` and `restore`, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from databases import fresh_url
from hangtime import store
from hangtime.cli import hangtime
from hangtime.errors import UserError
from ledgers import entry, filled


class Operator:
    """A folder with a key pair and checkpoints in it, and a database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.run("ledger", "key", "new", "--out", "ledger.pem")

    def run(self, *words: str, status: int = 0) -> Result:
        ran = CliRunner().invoke(hangtime, list(words), env={"HANGTIME_DATABASE": self.url})
        if isinstance(ran.exception, UserError):
            raise ran.exception
        assert ran.exit_code == status, ran.output
        return ran

    def checkpoint(self, status: int = 0) -> str:
        words = ("ledger", "checkpoint", "--key", "ledger.pem", "--publish", "published")
        return self.run(*words, status=status).output

    def verify(self, *words: str, status: int = 0) -> str:
        words = ("ledger", "verify", "--key", "ledger.public.pem", *words)
        return self.run(*words, status=status).output


@pytest.fixture
def operator(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Operator]:
    monkeypatch.chdir(tmp_path)
    filled(engine, 9)
    return Operator(engine.url.render_as_string(hide_password=False), tmp_path)


def shown(output: str) -> dict[str, str]:
    """The first table of what was printed."""
    lines = output.partition("\n\n")[0].splitlines()
    return {
        name.strip(): rest.strip() for name, _, rest in (line.partition("  ") for line in lines)
    }


def test_a_ledger_is_signed_and_verified_and_what_is_not_covered_is_said(
    operator: Operator, engine: sa.Engine
) -> None:
    assert "Signed: 9 entries, published/checkpoint-000000000009.json" in operator.checkpoint()
    assert "Nothing is new" in operator.checkpoint()
    store.Ledger(engine).append(None, entry(9))

    told = shown(operator.verify("--published", "published"))
    plain = json.loads(operator.verify("--json"))

    assert told["covered"].startswith("1 to 9, signed 20")
    assert told["not yet covered"].startswith("10, recorded since 20")
    assert told["found"] == "nothing wrong"
    assert (plain["entries"], plain["covered"], plain["is_sound"]) == (10, 9, True)


def test_tampering_is_told_with_its_place_and_a_status_and_is_not_signed(
    operator: Operator, engine: sa.Engine
) -> None:
    operator.checkpoint()
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER ledger_entry_refuses_delete")
        else:
            connection.exec_driver_sql("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        connection.exec_driver_sql("DELETE FROM ledger_entry WHERE seq = 4")

    output = operator.verify(status=1)
    faults = json.loads(operator.verify("--json", status=1))["faults"]

    assert "dropped  4        entry 4 was dropped." in output
    assert [(each["kind"], each["first"], each["last"]) for each in faults] == [("dropped", 4, 4)]
    assert "Nothing was signed" in operator.checkpoint(status=1)


def test_a_key_is_its_owners_and_is_never_written_over(operator: Operator) -> None:
    private = operator.folder / "ledger.pem"
    content = private.read_bytes()

    assert private.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UserError, match="not written over"):
        operator.run("ledger", "key", "new", "--out", "ledger.pem")
    (operator.folder / "ledger.public.pem").unlink()
    with pytest.raises(UserError, match="not written over"):
        operator.run("ledger", "key", "new", "--out", "ledger.pem")
    assert private.read_bytes() == content
    private.chmod(0o640)
    with pytest.raises(UserError, match="others can read it"):
        operator.checkpoint()


def test_what_is_needed_and_missing_is_said(operator: Operator) -> None:
    with pytest.raises(UserError, match="give --key FILE, or --chain-only"):
        operator.run("ledger", "verify")
    assert "NO SIGNATURE CHECKED" in operator.run("ledger", "verify", "--chain-only").output
    with pytest.raises(UserError, match=r"absent\.pem: no public Ed25519 key"):
        operator.run("ledger", "verify", "--key", "absent.pem")
    (operator.folder / "ledger.public.pem").chmod(0o600)
    words = ("--key", "ledger.public.pem", "--publish", "published")
    with pytest.raises(UserError, match=r"ledger\.public\.pem: no private Ed25519 key"):
        operator.run("ledger", "checkpoint", *words)
    with pytest.raises(UserError, match="cannot be read"):
        operator.verify("--published", "absent.json")
    with pytest.raises(UserError, match="no entry about this subject"):
        operator.run("ledger", "packet", "visit-7", "-o", "packet.json")


def test_the_service_may_sign_in_as_a_role_that_owns_nothing(
    operator: Operator, engine: sa.Engine
) -> None:
    role = f"service_{uuid4().hex}"
    if engine.dialect.name == "sqlite":
        with pytest.raises(UserError, match="no roles"):
            operator.run("ledger", "prepare", "--grant", role)
        return
    with pytest.raises(UserError, match="no such role"):
        operator.run("ledger", "prepare", "--grant", role)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
    assert store.head_revision() in operator.run("ledger", "prepare", "--grant", role).output

    service = store.connect(engine.url.set(username=role).render_as_string(hide_password=False))
    store.migrate(service)
    assert store.Ledger(service).append(None, entry(9)).seq == 10
    with service.begin() as connection:
        store.log_read(connection, "account", "visit-1", "visit.read")
        connection.exec_driver_sql("DELETE FROM visit")
    for attack in (
        "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
        "SET session_replication_role = replica",
        "UPDATE ledger_entry SET seq = seq",
        "DELETE FROM read_log",
        "TRUNCATE checkpoint",
        "DROP TABLE ledger_entry",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        with pytest.raises(sa.exc.ProgrammingError), service.begin() as connection:
            connection.exec_driver_sql(attack)
    service.dispose()


def test_a_packet_and_the_program_that_checks_it_are_given_out(operator: Operator) -> None:
    from hangtime.store import verifier

    operator.checkpoint()
    operator.run("ledger", "packet", "visit-1", "-o", "packet.json")
    operator.run("ledger", "verifier", "-o", "verifier.py")

    packet = operator.folder / "packet.json"
    assert packet.stat().st_mode & 0o777 == 0o600
    assert (operator.folder / "verifier.py").read_text() == Path(verifier.__file__).read_text()
    assert verifier.main([str(packet), "--key", "ledger.public.pem"]) == verifier.HOLDS
    assert verifier.main([str(packet), "--key", "absent.pem"]) == verifier.UNREADABLE
    with pytest.raises(UserError, match="not written over"):
        operator.run("ledger", "packet", "visit-1", "-o", "packet.json")


@pytest.mark.parametrize("name", ["kept.jsonl", "kept.jsonl.gz"])
def test_a_backup_is_restored_and_verified_elsewhere(
    operator: Operator, name: str, request: pytest.FixtureRequest, engine: sa.Engine
) -> None:
    operator.checkpoint()
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[engine.dialect.name]
    url = fresh_url(other, operator.folder, request)

    operator.run("backup", operator.url, name)
    told = operator.run("restore", name, url, "--key", "ledger.public.pem").output

    assert shown(told)["ledger_entry"] == "9 rows"
    assert "covered          1 to 9, signed" in told
    assert [each.stat().st_mode & 0o777 for each in operator.folder.glob("kept*")] == [0o600]
    with pytest.raises(UserError, match="not written over"):
        operator.run("backup", operator.url, name)
    with pytest.raises(UserError, match="not empty"):
        operator.run("restore", name, url)


def test_a_backup_goes_through_a_pipe(operator: Operator) -> None:
    written = operator.run("backup", operator.url, "-").stdout_bytes
    ran = CliRunner().invoke(hangtime, ["restore", "-", "piped.db"], input=written)

    assert ran.exit_code == 0, ran.output
    assert "NO SIGNATURE CHECKED" in ran.output


def test_a_file_that_is_no_backup_is_refused(operator: Operator) -> None:
    Path("broken.gz").write_bytes(b"\x1f\x8bnothing of the kind")

    for name in ("broken.gz", "absent.jsonl", "ledger.public.pem"):
        with pytest.raises(UserError, match="cannot be read"):
            operator.run("restore", name, "new.db")
