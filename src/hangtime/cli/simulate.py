"""`hangtime simulate`: a hospital's year with known answers."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from hangtime.errors import UserError

if TYPE_CHECKING:
    from hangtime.simulate.running import Made

_LIBRARIES = ("pyarrow", "numpy")
_MANY = 50_000  # visits from which starting processes pays


@click.command(name="simulate")
@click.option(
    "--encounters", type=click.IntRange(1), default=10_000, show_default=True,
    help="How many visits.",
)  # fmt: skip
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The same seed, the same files.",
)
@click.option("--year", type=int, default=2025, show_default=True, help="The year they fall in.")
@click.option(
    "-o", "--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write into.",
)  # fmt: skip
@click.option(
    "--format", "forms", multiple=True, type=click.Choice(["parquet", "csv", "jsonl"]),
    default=("parquet",), show_default=True, help="Form of the charts; may be given several times.",
)  # fmt: skip
@click.option(
    "--rate", "rates", multiple=True, metavar="KIND=SHARE",
    help="The share of visits with a kind of gap, or of claims with a kind of error.",
)  # fmt: skip
@click.option("--clean", is_flag=True, help="No gap and no error but those given a --rate.")
@click.option(
    "--jobs", type=click.IntRange(1), help="Processes to use; by itself all, for many visits."
)
def command(
    encounters: int,
    seed: int,
    year: int,
    folder: Path,
    forms: tuple[Literal["parquet", "csv", "jsonl"], ...],
    rates: tuple[str, ...],
    clean: bool,
    jobs: int | None,
) -> None:
    """Simulate a hospital's year: charts, the claims that were sent, and the truth beside them.

    Charts lack things and claims have errors, of each kind at its rate; every one is recorded under
    truth/.  No rule and no engine has a part in it, so that theirs can be held against it.
    """
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise UserError(
            f"a simulated year needs {', '.join(missing)}: install hangtime with its extra `batch`."
        )
    from hangtime.simulate.running import Plan, simulate

    plan = Plan(encounters, seed, year, dict(_rate(each) for each in rates), is_clean=clean)
    made = simulate(plan, folder, tuple(dict.fromkeys(forms)), jobs or _fitting_jobs(encounters))
    for path in made.files:
        click.echo(path)
    click.echo(_account(made), err=True)


def _rate(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name.strip(), float(share)
    except ValueError:
        raise click.BadParameter(
            "a rate is KIND=SHARE, such as missing_stop=0.05.", param_hint="--rate"
        ) from None


def _fitting_jobs(encounters: int) -> int:
    return (os.cpu_count() or 1) if encounters >= _MANY else 1


def _account(made: Made) -> str:
    """How many, how fast, by which seed, and the share of each gap and error that came of it."""
    plan = made.plan
    visits, speed = plan.encounters, plan.encounters / made.seconds
    lines = [
        f"{visits} encounters, {made.rows['encounters']} administrations",
        f"{made.rows['truth/lines']} lines earned, {made.rows['claims']} billed",
        f"seed {plan.seed}, year {plan.year}",
        f"{made.seconds:.1f} s, {speed:,.0f} encounters a second",
    ]
    for what, counts in (("gaps", made.gaps), ("errors", made.errors)):
        shares = [f"{name} {counts[name] / visits:.2%}" for name in sorted(counts)]
        lines.append(f"{what}: {', '.join(shares) or 'none'}")
    return "\n".join(lines)
