"""What `hangtime code` is told of the cluster that is to do the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    from hangtime.batch.local import Summary
    from hangtime.cli._coding import Account
    from hangtime.cli._output import Output

__all__ = ["Cluster", "options"]

Command = TypeVar("Command", bound=Callable[..., Any])


def _settings(
    _context: click.Context, _option: click.Parameter, texts: tuple[str, ...]
) -> dict[str, str]:
    if not all(text.partition("=")[0] and "=" in text for text in texts):
        raise click.BadParameter("a setting is NAME=VALUE, as spark.executor.memory=4g.")
    return {name: value for name, _, value in (text.partition("=") for text in texts)}


_FLAGS = (
    click.option(
        "--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
        help="Code here, or on Spark: the same rows in the same tables.",
    ),
    click.option("--master", help="With --engine spark: local[2], spark://HOST:7077, yarn, k8s://…"),
    click.option("--remote", help="With --engine spark: a Spark Connect server, sc://HOST:PORT."),
    click.option(
        "--conf", "settings", multiple=True, callback=_settings, metavar="NAME=VALUE",
        help="With --engine spark: a setting of Spark's own; may be given several times.",
    ),
)  # fmt: skip


class Cluster(NamedTuple):
    """The options, by name."""

    engine: str
    master: str | None
    remote: str | None
    settings: dict[str, str]

    @property
    def is_asked(self) -> bool:
        """Whether a cluster is to do the work."""
        return self.engine == "spark"

    def refuse_what_says_nothing(self, output: Output, *, is_for_tables: bool) -> None:
        """Raise a usage error for an option that goes without a cluster, or without this one."""
        if not self.is_asked:
            if self.master or self.remote or self.settings:
                raise click.UsageError("--master, --remote and --conf go with --engine spark.")
            return
        if self.master and self.remote:
            raise click.UsageError("--master starts Spark, --remote is of a server; give one.")
        if not is_for_tables:
            raise click.UsageError(
                "--engine spark goes without --json, --sentences, --map, --prices and"
                " --necessity. Leave out --engine for these."
            )
        if output.resume:
            raise click.UsageError(
                "--resume goes without --engine spark, which tries again by itself what fails."
                " Run anew."
            )
        if output.jobs:
            raise click.UsageError(
                "--jobs goes without --engine spark. --master says how many: local[2]."
            )

    def refuse_what_is_no_file(self, paths: list[Path]) -> None:
        """Raise a usage error for standard input and for an address."""
        if any(str(path) == "-" for path in paths):
            raise click.UsageError("--engine spark reads files, not standard input.")
        if any(path.parts[0].endswith(":") and len(path.parts[0]) > 2 for path in paths):
            raise click.UsageError(
                "--engine spark reads folders that this machine and all workers share, no"
                " addresses. From Python, hangtime.batch.spark.code takes any DataFrame."
            )

    def code(
        self, paths: list[Path], output: Output, account: Account,
        policies: tuple[Path, ...], payer: str | None,
    ) -> Summary:  # fmt: skip
        """Code files through a session of its own."""
        from hangtime.batch.spark_session import session_of

        with session_of(self.master, self.remote, self.settings) as session:
            from hangtime.batch.on_spark import ROWS, code_files

            return code_files(
                session, paths, output.out, output.form_for(paths), account,
                policies=policies, payer=payer, by_month=output.partition == "month",
                rows=output.part_rows or ROWS,
            )  # fmt: skip


def options(command: Command) -> Command:
    """The options of `Cluster`, declared on a command."""
    for each in reversed(_FLAGS):
        command = each(command)
    return command
