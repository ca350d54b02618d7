"""A cluster on this machine for tests: Apache Spark in two threads, and a Sail server."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from generated import PLANS
from hangtime.batch import on_spark
from hangtime.batch.local import Summary
from hangtime.batch.spark_session import session_of
from hangtime.cli._coding import Account
from hangtime.formats.outcomes import TABLES
from whole_runs import rows_of

SPARK = "local[2,4]"  # two at once, and four tries at each task


@contextmanager
def sail_server() -> Generator[str]:
    """The address of a server in this process, as --remote takes it."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    try:
        yield f"sc://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def session(engine: Literal["spark", "sail"]) -> Generator[Any]:
    """A session of Apache Spark itself, or of Sail."""
    if engine == "spark":
        with session_of(master=SPARK) as made:
            yield made
        return
    with sail_server() as address, session_of(remote=address) as made:
        yield made


def run_on(
    session: Any, paths: list[Path], out: Path | None, form: Literal["csv", "parquet"] = "parquet",
    **way: Any,
) -> tuple[Account, Summary]:  # fmt: skip
    """Code the files on the cluster, as `whole_runs.run` does here."""
    account = Account()
    done = on_spark.code_files(session, paths, out, form, account, policies=(PLANS,), **way)
    return account, done


def sorted_rows(out: Path) -> dict[str, list[str]]:
    """Every value of every row of each table, in an order that no engine has a say in."""
    return {name: sorted(map(repr, rows_of(out, name))) for name in TABLES}


def counted(account: Account) -> dict[str, Any]:
    """All that was counted, without an order."""
    said = account.as_json()
    faults = [
        [*what, first["severity"], count, lines] for *what, first, count, lines in said["faults"]
    ]
    return said | {"findings": sorted(said["findings"]), "faults": sorted(faults)}
