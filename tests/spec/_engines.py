"""The engines every case runs on.

Interpreted, a case is coded when it runs.  Compiled, all cases are drawn once, written as one table
and coded together, as a hospital's export would be; a case then looks up its own outcome.  Two kinds of
case run interpreted under either name: a chart without administrations has no row in a table, and
what the strict reader of tables refuses (INPUT-...) never reaches a rule.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from _case import Case, collect, encounter, profile_text

from hangtime.engine import Coder
from hangtime.model import Encounter, Finding, Line, Need, NotReported, Outcome, Possible, Reason

ENGINES = ("interpreted", "compiled")
HERE = Path(__file__).parent


def outcome_of(case: Case, engine: str, profiles: Path) -> Outcome:
    """What `engine` makes of the chart the case draws; `profiles` holds profiles of our own."""
    if engine == "compiled" and (found := compiled_outcomes().get(key_of(case))):
        return found
    return Coder(policies=(profiles,)).code(encounter(case))


def key_of(case: Case) -> str:
    """What a case draws, without where it stands and under which profile's name."""
    bare = replace(case, chapter="", section="", name="", title="", text="")
    return repr(replace(bare, payer="drawn") if bare.policy else bare)


@cache
def compiled_outcomes() -> dict[str, Outcome]:
    """Every case of the suite through the compiled rules, by what it draws."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        charts, keys = {}, {}
        for number, case in enumerate(collect(HERE)):
            key = key_of(case)
            if key in keys:
                continue
            if case.policy:
                (folder / f"drawn-{number}.toml").write_text(profile_text(case), "utf-8")
                case = replace(case, payer=f"drawn-{number}")
            chart = encounter(case)
            if chart.administrations:
                keys[key] = f"case-{number:05}"
                charts[key] = replace(chart, encounter_id=keys[key])
        tables = coded(list(charts.values()), folder)
    return {key: outcome(id, tables) for key, id in keys.items() if not is_refused(id, tables)}


def is_refused(id: str, tables: dict[str, dict[str, list[dict[str, Any]]]]) -> bool:
    """The reader set a row of the encounter aside before any rule saw it."""
    return any(row["rule"].startswith("INPUT-") for row in tables["findings"][id])


def coded(charts: list[Any], folder: Path) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The tables of the compiled rules over the charts: rows by table and encounter."""
    import pyarrow.parquet as pq

    from hangtime.batch.local import Interpreting, code_files
    from hangtime.cli._coding import Account, code_read
    from hangtime.formats import read
    from hangtime.formats.tabular import write_encounters

    write_encounters(charts, folder / "charts.parquet")
    interpreting = Interpreting(lambda: Coder((folder,)), code_read, read)
    done = code_files(
        [folder / "charts.parquet"], folder / "out", "parquet", Account(), interpreting,
        policies=(folder,),
    )  # fmt: skip
    plain = [chart for chart in charts if not has_containers(chart)]
    assert done.compiled > 0.9 * len(plain), "most cases must go through the compiled rules"
    tables: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name in ("lines", "not_reported", "possible", "findings"):
        rows = defaultdict(list)
        for row in pq.read_table(folder / "out" / f"{name}.parquet").to_pylist():
            rows[row["encounter_id"]].append(row)
        tables[name] = rows
    return tables


def has_containers(chart: Encounter) -> bool:
    """What was opened and thrown away the batch leaves to the interpreted rules."""
    return any(given.containers or given.discarded is not None for given in chart.administrations)


def outcome(id: str, tables: dict[str, dict[str, list[dict[str, Any]]]]) -> Outcome:
    """One encounter's rows as an outcome, as far as tables tell it."""
    return Outcome(
        encounter_id=id,
        lines=tuple(
            Line(
                code=row["code"],
                units=row["units"],
                modifiers=tuple(row["modifiers"]),
                date_of_service=row["date_of_service"],
                administrations=tuple(row["administrations"]),
                rules=tuple(map(Reason, row["rules"])),
                ndc=row["ndc"],
                ndc_unit=row["ndc_unit"],
                ndc_quantity=row["ndc_quantity"],
                narrative=row["narrative"],
            )
            for row in tables["lines"][id]
        ),
        not_reported=tuple(
            NotReported(
                what=row["what"],
                reason=Reason(row["rule"]),
                administrations=tuple(row["administrations"]),
            )
            for row in tables["not_reported"][id]
        ),
        possible=tuple(
            Possible(
                code=row["code"],
                units=row["units"],
                modifiers=tuple(row["modifiers"]),
                need=Need(
                    field=row["field"], value=row["value"], administration=row["administration"]
                ),
            )
            for row in tables["possible"][id]
        ),
        findings=tuple(
            Finding(
                severity=row["severity"],
                reason=Reason(row["rule"], json.loads(row["facts"])[0]),
                administrations=tuple(row["administrations"]),
            )
            for row in tables["findings"][id]
        ),
    )
