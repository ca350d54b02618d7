"""What many write first: the codes that go by the clock, in SQL, through DuckDB.

It takes each row by itself: kind of service by route, class of the drug and minutes; one initial
service an encounter; further hours; each further drug once and its repeats.  It leaves out bags that
are one run, concurrent infusions, second accesses, missing stops, what is part of another service,
modifiers, drug lines, possible lines, findings, reasons, policies, payers and editions: every
encounter is billed by the newest limits.  Limits, codes and classes of drugs are the package's.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

import duckdb

from hangtime.codesets.editions import code_number, edition_for, editions
from hangtime.formulary.substances import find
from hangtime.rules.words import Category, Code

FAMILIES = {
    Category.HYDRATION: "fluid", Category.CHEMOTHERAPY: "complex", Category.BIOLOGIC: "complex",
    Category.FLUSH: "none", Category.BLOOD: "none", Category.DILUENT: "none",
}  # fmt: skip
KINDS = {  # kind and family: codes of the first, of a further hour, of a further drug, of a repeat
    ("infusion", "complex"): ("COMPLEX_INITIAL", "COMPLEX_HOUR", "COMPLEX_SEQUENTIAL", "COMPLEX_HOUR"),
    ("push", "complex"): ("COMPLEX_PUSH_INITIAL", "NONE", "COMPLEX_PUSH", "COMPLEX_PUSH"),
    ("infusion", "drug"): (
        "INFUSION_INITIAL", "INFUSION_HOUR", "INFUSION_SEQUENTIAL", "INFUSION_HOUR",
    ),
    ("push", "drug"): ("PUSH_INITIAL", "NONE", "PUSH_NEW_DRUG", "PUSH_REPEAT"),
    ("hydration", "fluid"): (
        "HYDRATION_INITIAL", "HYDRATION_HOUR", "HYDRATION_HOUR", "HYDRATION_HOUR",
    ),
    ("injection", "drug"): ("INJECTION", "NONE", "INJECTION", "INJECTION"),
    ("injection", "complex"): (
        "COMPLEX_INJECTION", "NONE", "COMPLEX_INJECTION", "COMPLEX_INJECTION",
    ),
}  # fmt: skip
CODED = """
with given as (
    select encounter_id, substance, family, "start",
        date_diff('second', "start", "stop") // 60 as minutes,
        case
            when route in ('im', 'sc') then 'injection'
            when route = 'iv_push' then 'push'
            when "stop" is null then null
            when family = 'fluid' then if(minutes >= $hydration_from, 'hydration', null)
            when minutes >= $infusion_from then 'infusion'
            else 'push'
        end as kind
    from read_parquet($charted) join drugs using (drug)
),
placed as (
    select given.*, kinds.*,
        row_number() over (
            partition by encounter_id, kind = 'injection' order by rank, "start"
        ) as place,
        row_number() over (
            partition by encounter_id, kind, given.substance order by rank, "start"
        ) as time_given
    from given join kinds using (kind, family)
),
lines as (
    select encounter_id, "start"::date as date_of_service, 1 as units,
        case when place = 1 then first when time_given = 1 then other else repeated end as code
    from placed
    union all
    select encounter_id, "start"::date, ((minutes - $hour_after) // $hour)::bigint, further
    from placed where further <> '' and minutes >= $hour + $hour_after
)
select encounter_id, code, min(date_of_service) as date_of_service, sum(units) as units
from lines group by encounter_id, code
"""


def main(charted: str, out: str) -> None:
    """Code the file and write the lines; print what it took."""
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    newest = max(each.last for each in editions() if each.kind == "edition")
    (limits,) = edition_for(newest).limits
    began = time.perf_counter()
    named = connection.sql(f"select distinct drug from read_parquet('{charted}')").fetchall()
    connection.execute("create table drugs (drug text, substance text, family text)")
    connection.executemany("insert into drugs values (?, ?, ?)", [drug(each) for (each,) in named])
    connection.execute(
        "create table kinds (kind text, family text, rank int,"
        " first text, further text, other text, repeated text)"
    )
    connection.executemany("insert into kinds values (?, ?, ?, ?, ?, ?, ?)", list(kinds()))
    asked = {
        name: int(getattr(limits, name))
        for name in ("infusion_from", "hydration_from", "hour", "hour_after")
    }
    connection.execute(
        f"copy ({CODED}) to '{out}' (format parquet, compression zstd, compression_level 1)",
        {**asked, "charted": charted},
    )
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (lines,) = connection.sql(f"select count(*) from read_parquet('{out}')").fetchall()[0]
    print(json.dumps({"seconds": seconds, "megabytes": peak, "lines": lines}))


def drug(charted: str) -> tuple[str, str, str]:
    """A charted drug, its substance and its family; what no table knows is a drug of its own."""
    found = find(charted)
    if found is None:
        return charted, charted, "drug"
    return charted, found.name, FAMILIES.get(found.category, "drug")


def kinds() -> Iterator[tuple[Any, ...]]:
    """The table of kinds, in the order in which a facility looks for the initial service."""
    for rank, ((kind, family), names) in enumerate(KINDS.items(), 1):
        codes = [code_number(Code[name]) if name != "NONE" else "" for name in names]
        yield kind, family, rank, *codes


if __name__ == "__main__":
    main(*sys.argv[1:])
