"""Random line pairs of the family, judged here and by the CMS files read with DuckDB alone.

No table of ours is asked for what is expected: only the published files, as they lie in ../shared.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hangtime.codesets.tables import ids
from hangtime.edits import ClaimFinding, ClaimLine, Scrubber
from hangtime.edits.reference import rows

PAIRS_EACH = 34_000  # of line pairs a table: over a hundred thousand in all
NEVER, WITH_MODIFIER, DELETED = 0, 1, 9
BY_PAIR = {
    "SCR-PAIR-NEVER": NEVER,
    "SCR-PAIR-MODIFIER": WITH_MODIFIER,
    "SCR-VISIT-25": WITH_MODIFIER,
}
NONE_PAID = 0  # a ceiling of no unit, whatever its mode
BY_CEILING = {
    "SCR-UNITS-NONE": NONE_PAID,
    "SCR-UNITS-LINE": 1,
    "SCR-UNITS-ABSOLUTE": 2,
    "SCR-UNITS-DATE": 3,
}


class Published(NamedTuple):
    """The files of one setting and quarter, and a day in it; "" where there is no such file."""

    setting: str
    day: date
    pairs: str
    ceilings: str
    addons: str


QUARTERS = (
    Published(
        "facility", date(2024, 8, 14), "ptp_outpatient_hospital_2024Q3.parquet",
        "mue_outpatient_2024Q3.csv", "aoc_2024.csv",
    ),
    Published(
        "professional", date(2024, 8, 14), "ptp_practitioner_2024Q3.parquet",
        "mue_practitioner_2024Q3.csv", "aoc_2024.csv",
    ),
    Published(
        "professional", date(2026, 8, 12), "ptp_practitioner_2026Q3_active.parquet",
        "", "aoc_2026Q3.csv",
    ),
    Published("professional", date(2026, 5, 6), "", "mue_practitioner_2026Q2.csv", ""),
)  # fmt: skip
COLUMNS = {
    "mue_practitioner_2026Q2.csv": ("code", "mue_value", "mai"),
    "aoc_2024.csv": ("add_on_code", "primary_code", "aoc_edit_type"),
    "aoc_2026Q3.csv": ("addon_code", "primary_code", "aoc_type"),
}
MUE = ("hcpcs_code", "mue_units", "mue_mai")
Expected = set[tuple[int, str, str, int]]


@pytest.fixture(scope="module")
def published(shared: Path, require: Any) -> Any:
    require("duckdb")
    import duckdb

    database = duckdb.connect()
    database.execute(f"set file_search_path = '{shared / 'data' / 'ncci'}'")
    database.execute("create table family as select unnest(?) code", [sorted(ids())])
    return database


def codes_of(database: Any, quarter: Published, chance: random.Random) -> list[tuple[str, str]]:
    """Half of them any two codes of the family or its drugs, half pairs that a published row is about."""
    drugs = sorted({code for row in rows("drug_pairs.csv") for code in row[1:3]})
    known = [*sorted(ids()), *chance.sample(drugs, 40)]
    chosen = [tuple(chance.sample(known, 2)) for _ in range(PAIRS_EACH // 2)]
    listed: list[list[tuple[str, str]]] = []
    if quarter.pairs:
        for indicator in (NEVER, WITH_MODIFIER, DELETED):
            found = database.execute(
                f"select column1, column2 from '{quarter.pairs}' where modifier_indicator = ?"
                " and column1 in (from family) and column2 in (from family) order by all",
                [indicator],
            ).fetchall()
            listed += [found] if found else []
    while len(chosen) < PAIRS_EACH:
        pair = list(chance.choice(chance.choice(listed)) if listed else chance.sample(known, 2))
        chance.shuffle(pair)
        chosen.append(tuple(pair))
    return chosen


def claims_of(quarter: Published, pairs: list[tuple[str, str]], chance: random.Random) -> list[Any]:
    return [
        [
            ClaimLine(
                str(claim), number, quarter.setting, quarter.day, code,
                Decimal(chance.choice((1, 1, 1, 2, 3, 9, 400))), payer="medicare",
            )
            for number, code in enumerate(pair, 1)
        ]
        for claim, pair in enumerate(pairs)
    ]  # fmt: skip


def lines_table(database: Any, claims: list[Any]) -> None:
    import pyarrow as pa

    flat = [line for lines in claims for line in lines]
    table = pa.table(
        {
            "claim": [int(line.claim_id) for line in flat],
            "code": [line.code for line in flat],
            "units": [int(line.units) for line in flat],
        }
    )
    database.register("lines", table)


def expected_pairs(database: Any, quarter: Published) -> Expected:
    has_dates = "active" not in quarter.pairs
    still = (
        f"and (p.deletion_date is null or p.deletion_date >= '{quarter.day}')" if has_dates else ""
    )
    return set(
        database.execute(
            f"""select distinct a.claim, p.column1, p.column2, p.modifier_indicator
            from lines a join lines b on a.claim = b.claim and a.code <> b.code
            join '{quarter.pairs}' p on p.column1 = a.code and p.column2 = b.code
            where p.modifier_indicator in (0, 1) {still}"""
        ).fetchall()
    )


def expected_ceilings(database: Any, quarter: Published) -> set[tuple[int, str, int]]:
    code, units, mode = COLUMNS.get(quarter.ceilings, MUE)
    return set(
        database.execute(
            f"""select l.claim, l.code,
                any_value(case when m.{units} = '0' then {NONE_PAID} else m.{mode}::int end)
            from lines l join read_csv('{quarter.ceilings}', all_varchar = true) m on m.{code} = l.code
            group by l.claim, l.code, m.{units} having sum(l.units) > m.{units}::int"""
        ).fetchall()
    )


def expected_addons(database: Any, quarter: Published) -> set[tuple[int, str]]:
    """Add-ons of type I on whose claim none of the listed primaries stands."""
    addon, primary, type_ = COLUMNS[quarter.addons]
    return set(
        database.execute(
            f"""with listed as (
                select {addon} addon, {primary} needed from read_csv('{quarter.addons}', all_varchar = true)
                where {type_} = '1'
            )
            select distinct l.claim, l.code from lines l where l.code in (select addon from listed)
            and not exists (
                select 1 from lines o join listed p on p.needed = o.code
                where o.claim = l.claim and p.addon = l.code
            )"""
        ).fetchall()
    )


def reported(found: list[ClaimFinding], claims: list[Any]) -> tuple[Expected, Any, Any]:
    """What was found, in the form of what is expected: pairs, ceilings, add-ons."""
    pairs: Expected = set()
    ceilings: set[tuple[int, str, int]] = set()
    addons: set[tuple[int, str]] = set()
    for each in found:
        claim, code = int(each.claim_id), str(each.code)
        if each.rule in BY_PAIR and each.table:
            other = claims[claim][(each.other_line or 0) - 1].code
            pairs.add((claim, other, code, BY_PAIR[each.rule]))
        elif each.rule in BY_CEILING:
            ceilings.add((claim, code, BY_CEILING[each.rule]))
        elif each.rule == "SCR-ADDON-ALONE":
            addons.add((claim, code))
    return pairs, ceilings, addons


@pytest.mark.parametrize("quarter", QUARTERS, ids=lambda q: f"{q.setting}-{q.day}")
def test_what_is_reported_is_what_cms_published(quarter: Published, published: Any) -> None:
    chance = random.Random(f"{quarter.setting}{quarter.day}")
    chosen = codes_of(published, quarter, chance)
    claims = claims_of(quarter, chosen, chance)
    lines_table(published, claims)
    scrubber = Scrubber()
    found = [each for lines in claims for each in scrubber.scrub(lines)]
    pairs, ceilings, addons = reported(found, claims)
    unknown = [each for each in found if each.rule == "SCR-NO-TABLE"]

    if quarter.pairs:
        expected = expected_pairs(published, quarter)
        assert pairs == expected
        hits = Counter(indicator for *_, indicator in expected)
        assert min(hits[NEVER], hits[WITH_MODIFIER]) >= 1_000
    else:
        assert not pairs
        assert len(unknown) == len(claims)
    if quarter.ceilings:
        expected_units = expected_ceilings(published, quarter)
        assert ceilings == expected_units
        modes = Counter(mode for *_, mode in expected_units)
        assert min(modes[2], modes[3]) >= 1_000
    else:
        assert not ceilings
        assert len(unknown) == len(claims)
    if quarter.addons:
        expected_alone = expected_addons(published, quarter)
        assert addons == expected_alone
        assert len(expected_alone) >= 1_000


def test_a_deleted_edit_is_not_reported(published: Any) -> None:
    """Rows with indicator 9 say that there is no edit; a thousand draws and more of each setting."""
    for quarter in QUARTERS[:2]:
        chance = random.Random(9)
        chosen = published.execute(
            f"select column1, column2 from '{quarter.pairs}' where modifier_indicator = 9"
            " and column1 in (from family) and column2 in (from family) order by all"
        ).fetchall()
        active = set(
            published.execute(
                f"select column1, column2 from '{quarter.pairs}' where modifier_indicator <> 9"
                " and deletion_date is null and column1 in (from family) and column2 in (from family)"
            ).fetchall()
        )
        chosen = [pair for pair in chosen if not {pair, pair[::-1]} & active]
        claims = claims_of(quarter, [chance.choice(chosen) for _ in range(1_000)], chance)
        found = [each for lines in claims for each in Scrubber().scrub(lines)]

        assert reported(found, claims)[0] == set()


@pytest.mark.parametrize("day", [date(2024, 6, 30), date(2024, 10, 1), date(2026, 10, 1)])
@pytest.mark.parametrize("setting", ["facility", "professional"])
def test_any_other_date_is_unknown_and_never_clean(day: date, setting: str) -> None:
    chance = random.Random(4)
    quarter = Published(setting, day, "", "", "")
    known = sorted(ids())
    claims = claims_of(quarter, [tuple(chance.sample(known, 2)) for _ in range(500)], chance)
    scrubber = Scrubber()
    for lines in claims:
        told = {each.rule for each in scrubber.scrub(lines)}

        assert "SCR-NO-TABLE" in told
        assert not told & {*BY_CEILING, "SCR-PAIR-NEVER", "SCR-PAIR-MODIFIER", "SCR-ADDON-ALONE"}
