"""A session of Apache Spark, or of a server of Spark Connect such as Sail, and what its faults mean.

The one place that starts pyspark.  Whatever a worker raises may quote what it was working on, so of
such a fault no more than its kind is passed on; the worker's own log has the rest.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hangtime.errors import UserError

_HERE = "127.0.0.1"
_SUBMITTED = "PYSPARK_GATEWAY_PORT"  # set by spark-submit
_PATIENCE = 10  # seconds to find out that nobody listens
_KIND = re.compile(r"^(?:[a-z_]\w*\.)*([A-Z]\w*(?:Error|Exception|Exit|Interrupt))\b", re.MULTILINE)


@contextmanager
def session_of(
    master: str | None = None, remote: str | None = None, settings: Mapping[str, str] | None = None
) -> Generator[Any]:
    """A session, stopped behind it: of a `master`, of a `remote` server, or as spark-submit has it.

    `settings` are Spark's own, by name.  Raises UserError where there is none to be had, and where
    the work in it fails.
    """
    if find_spec("pyspark") is None:
        raise UserError("--engine spark needs pyspark: the extra hangtime[spark].")
    from pyspark.errors import PySparkException

    remote = remote or (None if master else os.environ.get("SPARK_REMOTE"))
    if not (master or remote or _SUBMITTED in os.environ):
        raise UserError("--engine spark needs --master or --remote, unless spark-submit runs it.")
    try:
        made = _connected(remote, settings or {}) if remote else _started(master, settings or {})
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001  (Java's faults have no common kind)
        raise UserError(_refused(master, remote, error)) from None
    try:
        yield made
    except PySparkException as error:
        raise UserError(_failed(error)) from None
    finally:
        made.stop()


def _connected(remote: str, settings: Mapping[str, str]) -> Any:
    from pyspark.errors import PySparkException
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession

    try:
        host, _, port = DefaultChannelBuilder(remote).endpoint.rpartition(":")
    except PySparkException:
        raise UserError(
            "--remote is the address of a Spark Connect server, as sc://host:port."
        ) from None
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
    except OSError:
        raise UserError(f"--remote: nobody listens on port {port} of {host}.") from None
    made = SparkSession.builder.remote(remote).create()
    for name, value in settings.items():
        made.conf.set(name, value)
    return made


def _started(master: str | None, settings: Mapping[str, str]) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("hangtime code")
    if master:
        builder = builder.master(master)
    own = _on_this_machine() if (master or "").startswith("local") else {}
    for name, value in {**own, **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _on_this_machine() -> dict[str, str]:
    """This very Python, and neither a page nor a port for others; quiet but for faults."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", _HERE)
    quiet = Path(__file__).with_name("log4j2.properties").as_uri()
    return {
        "spark.driver.bindAddress": _HERE,
        "spark.driver.host": _HERE,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
    }


def _refused(master: str | None, remote: str | None, error: Exception) -> str:
    asked = "--remote" if remote else f"--master {master}"  # an address may hold a token
    java = "" if remote else " Spark needs Java 17 or newer; --remote needs none."
    return f"{asked}: no session could be started ({_kind(error)}).{java}"


def _failed(error: Exception) -> str:
    kind = _kind(error)
    more = (
        "Install hangtime[spark] on every worker."
        if kind == "ModuleNotFoundError"
        else "The log of the worker says more."
    )
    return f"the work failed on the cluster ({kind}). Nothing was written. {more}"


def _kind(error: Exception) -> str:
    """The kind of the innermost fault, without a word of what it says."""
    found = _KIND.findall(str(error))
    return found[-1] if found else type(error).__name__
