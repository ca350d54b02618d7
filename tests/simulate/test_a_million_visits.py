"""A million simulated visits through `hangtime code`, each held against the truth beside its chart."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("numpy")

from hangtime.engine import Coder
from hangtime.simulate.gaps import KINDS
from hangtime.simulate.running import Plan, simulate
from simulate.known_answers import wrong_answer

VISITS, SEED = 1_000_000, 2025


@pytest.mark.slow
def test_a_million_visits_get_the_lines_they_earned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], require: Callable[[str], None]
) -> None:
    """Whole charts exactly; of the others nothing too much, and what is missing is told of."""
    require("numba")
    require("duckdb")
    import duckdb

    from hangtime.batch.local import Interpreting, code_files
    from hangtime.cli._coding import Account, code_read
    from hangtime.formats import read

    made = simulate(Plan(VISITS, seed=SEED, year=2025), tmp_path, jobs=2)
    account, begun = Account(), time.perf_counter()
    done = code_files(
        [tmp_path / "encounters.parquet"], tmp_path / "coded", "parquet", account,
        Interpreting(Coder, code_read, read),
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    with duckdb.connect() as connection:
        year = Year(connection, tmp_path)
        differing, compared = year.of_whole_charts()
        gaps, wrong = year.of_charts_with_gaps()

    with capsys.disabled():
        print(
            f"\n{VISITS:,} visits, seed {SEED}: simulated at {VISITS / made.seconds:,.0f} a second,"
        )
        print(f"coded at {account.rows / seconds:,.0f} administrations a second,")
        print(f"{done.compiled:,} compiled, {done.interpreted:,} interpreted {dict(done.left)},")
        print(f"{compared:,} lines of whole charts and {gaps.total():,} charts with gaps compared")
    assert differing == []
    assert wrong == []
    assert account.encounters == done.compiled == VISITS
    assert account.set_aside == 0
    assert compared > 2 * VISITS
    assert set(gaps) == {each.name for each in KINDS}


class Year:
    """The truth of a simulated year beside what the engine made of it."""

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        for name in ("gaps", "lines"):
            self._view(f"true_{name}", folder / "truth" / f"{name}.parquet")
        for name in ("lines", "possible", "not_reported", "findings"):
            self._view(name, folder / "coded" / f"{name}.parquet")

    def _view(self, name: str, path: Path) -> None:
        self._connection.sql(f"create view {name} as from read_parquet('{path}')")

    def of_whole_charts(self) -> tuple[list[Any], int]:
        """Some lines that one has and the other has not, and how many were earned."""
        lines = (
            "select encounter_id, code, date_of_service, list_sort(modifiers) as modifiers,"
            " sum(units) as units from {} anti join true_gaps using (encounter_id) group by all"
        )
        given, earned = lines.format("lines"), lines.format("true_lines")
        wrong = self._connection.sql(
            f"({given} except {earned}) union all ({earned} except {given}) limit 20"
        ).fetchall()
        ((count,),) = self._connection.sql(f"select count(*) from ({earned})").fetchall()
        return wrong, count

    def of_charts_with_gaps(self) -> tuple[Counter[str], list[Any]]:
        """How many charts have each gap, and those that were answered wrongly."""
        given, earned, told = self._units("lines"), self._units("true_lines"), self._told()
        gaps: Counter[str] = Counter()
        wrong: list[Any] = []
        for id, administration, gap in self._connection.sql(
            "select encounter_id, administration_id, gap from true_gaps"
        ).fetchall():
            gaps[gap] += 1
            found = wrong_answer(gap, administration, given[id], earned[id], told[id])
            if found:
                wrong.append((found, gap, id))
        return gaps, wrong

    def _units(self, lines: str) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for id, code, units in self._connection.sql(
            f"select encounter_id, code, sum(units)::int from {lines}"
            " semi join true_gaps using (encounter_id) group by all"
        ).fetchall():
            found[id][code] = units
        return found

    def _told(self) -> dict[str, set[str]]:
        """Codes and administrations that stand beside the lines."""
        beside = (
            "select encounter_id, what as told from not_reported"
            " union all select encounter_id, code from possible"
            " union all select encounter_id, administration from possible"
            " union all select encounter_id, unnest(administrations) from not_reported"
            " union all select encounter_id, unnest(administrations) from findings"
        )
        return defaultdict(
            set,
            {
                id: set(told)
                for id, told in self._connection.sql(
                    f"select encounter_id, list(told) from ({beside})"
                    " semi join true_gaps using (encounter_id) where told is not null group by all"
                ).fetchall()
            },
        )
