"""Where `hangtime code` puts its tables, in which form, and how a run is taken up again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TextIO, TypeVar

import click

from hangtime.errors import UserError
from hangtime.formats.outcomes import write_tables

if TYPE_CHECKING:
    from hangtime.batch.local import Way
    from hangtime.batch.unfinished import Unfinished
    from hangtime.cli._coding import Account
    from hangtime.model import Outcome

__all__ = ["Output", "Progress", "options"]

Command = TypeVar("Command", bound=Callable[..., Any])
Form = Literal["csv", "parquet"]
_PARQUET = (".parquet", ".pq")
_FLAGS = (
    click.option(
        "--out", "-o", type=click.Path(path_type=Path, file_okay=False),
        help="Write tables here: a folder that is there when all of it is.",
    ),
    click.option(
        "--format", "form", type=click.Choice(["csv", "parquet"]),
        help="Form of the tables; by itself Parquet for Parquet, else CSV.",
    ),
    click.option(
        "--partition", type=click.Choice(["month"]),
        help="Keep the tables by the month of the encounter, in folders month=2025-03.",
    ),
    click.option(
        "--resume", is_flag=True, help="Continue an interrupted run into the same folder."
    ),
    click.option(
        "--part-rows", type=click.IntRange(1), show_default="16000000, with --engine spark 250000",
        help="Rows read for one part of the tables; whole parts survive an interruption.",
    ),
    click.option(
        "--jobs", type=click.IntRange(1),
        help="How many work at once; by itself one a processor for large inputs, of tables at most four.",
    ),
)  # fmt: skip


class Output(NamedTuple):
    """The options, by name."""

    out: Path | None
    form: Form | None
    partition: str | None
    resume: bool
    part_rows: int | None
    jobs: int | None

    def refuse_what_says_nothing(self, *, is_for_tables: bool) -> None:
        """Raise a usage error for an option without the one it belongs to."""
        if self.out is None and (self.partition or self.resume):
            raise click.UsageError("--partition and --resume go with --out.")
        if self.partition and not is_for_tables:
            raise click.UsageError(
                "--partition goes without --json, --sentences, --map, --prices and --necessity."
            )

    def form_for(self, files: Iterable[Path]) -> Form:
        """The form asked for, else that of the inputs."""
        is_parquet = all(each.suffix.lower() in _PARQUET for each in files)
        return self.form or ("parquet" if is_parquet else "csv")

    def wants_batch(self, files: list[Path]) -> bool:
        """Whether the compiled rules are for this; nothing of them is loaded to find that out."""
        from hangtime.batch.local import is_possible, wants

        if not self.partition:
            return wants(files)
        if not is_possible():
            raise UserError(
                "--partition needs numba, duckdb and pyarrow: the extra hangtime[batch]."
            )
        return True

    def way(self) -> Way:
        """How the compiled rules are to run."""
        from hangtime.batch.local import PART, Way

        return Way(
            jobs=self.jobs, by_month=self.partition == "month", part=self.part_rows or PART,
            resume=self.resume, progress=Progress.on(sys.stderr),
        )  # fmt: skip

    @contextmanager
    def tables(
        self, files: list[Path], policies: tuple[Path, ...], payer: str | None, more: dict[str, Any]
    ) -> Generator[Tables]:
        """Where tables of the interpreted engine are written; `more` is what else was asked for."""
        if self.out is None:
            yield Tables()
            return
        from hangtime.batch.manifest import asked_of
        from hangtime.batch.unfinished import unfinished

        form = self.form_for(files)
        asked = asked_of(files, form, policies, payer, self.way())
        asked["options"] |= {name: _plain(said) for name, said in more.items() if said}
        with unfinished(self.out, asked, resume=self.resume) as stage:
            stage.start_anew()  # encounter by encounter there are no parts to take up
            yield Tables(stage, form)


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables as they are written, one outcome after the other; none where no folder was named."""

    stage: Unfinished | None = None
    form: Form = "csv"

    def writing(
        self, outcomes: Iterator[Outcome], *, sentences: bool, prices: bool
    ) -> Iterator[Outcome]:
        """The outcomes, each written as it passes."""
        if self.stage is None:
            return outcomes
        folder = self.stage.folder
        return write_tables(outcomes, folder, self.form, sentences=sentences, prices=prices)

    def finish(self, account: Account, unreadable: list[str]) -> None:
        """Give the folder its name."""
        if self.stage is None:
            return
        from hangtime.batch.local import Summary
        from hangtime.batch.manifest import manifest

        summary = Summary(interpreted=account.encounters, unreadable=unreadable)
        self.stage.keep(1, account.as_json())
        self.stage.finish(manifest(self.stage.asked, account, summary))


def options(command: Command) -> Command:
    """The options of `Output`, declared on a command."""
    for each in reversed(_FLAGS):
        command = each(command)
    return command


class Progress:
    """Rows done, their rate and the time left, on one line of a terminal."""

    EVERY = 0.5  # seconds

    def __init__(self, stream: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._began: tuple[float, int] | None = None
        self._last = 0.0

    @classmethod
    def on(cls, stream: TextIO) -> Progress | None:
        """Progress on a terminal, None where the stream is none."""
        return cls(stream) if stream.isatty() else None

    def __call__(self, rows: int, of: int | None) -> None:
        """Say how far it is, at most twice a second and at the end."""
        now = self._clock()
        if self._began is None:
            self._began = now, rows  # a resumed run begins in the middle
            return
        is_done = rows == of
        if now - self._last < self.EVERY and not is_done:
            return
        self._last = now
        self._stream.write(f"\r\033[K{' '.join(self._parts(now, rows, of))}" + "\n" * is_done)
        self._stream.flush()

    def _parts(self, now: float, rows: int, of: int | None) -> Iterator[str]:
        assert self._began is not None
        began, first = self._began
        rate = (rows - first) / max(now - began, 1e-9)
        yield f"{rows:,} rows" if of is None else f"{rows:,} of {of:,} rows,"
        yield f"{rate:,.0f} a second"
        if of is not None and rate:
            left = round(max(of - rows, 0) / rate)
            yield f"- {left // 60}:{left % 60:02} left"


def _plain(said: bool | str | Iterable[Path]) -> bool | str | list[str]:
    return said if isinstance(said, bool | str) else [str(each) for each in said]
