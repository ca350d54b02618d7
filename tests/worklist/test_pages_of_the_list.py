"""Pages of the list: every item once and in order, by an index, however long the list is."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
import sqlalchemy as sa

from hangtime import store, worklist
from hangtime.worklist import CONFIDENCES, STATES, UNKNOWN, Item, Order, Wanted, figures, work_item
from hangtime.worklist.figures import together
from hangtime.worklist.finding import page_query
from hangtime.worklist.items import week_of

SITES, UNITS, PAYERS = ("demo", "elsewhere"), ("north", "south"), ("medicare", "aetna", "")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MANY = 5_000


def made(count: int, seed: int = 7) -> list[Item]:
    draw = random.Random(seed)
    return [_item(n, draw) for n in range(count)]


def _item(n: int, draw: random.Random) -> Item:
    day = date(2026, 6, 1) - timedelta(days=draw.randrange(120))
    infusions, state = draw.randrange(3), draw.choice(STATES)
    return Item(
        visit_id=f"v{n:06}",
        site_id=draw.choice(SITES),
        unit_id=draw.choice(UNITS),
        state=state,
        confidence=draw.choice(CONFIDENCES),
        patient_id=f"P-{n}",
        patient_name=f"Record P-{n}",
        payer=draw.choice(PAYERS),
        day=day,
        week=week_of(day),
        since=NOW - timedelta(minutes=draw.randrange(5_000)),
        stake=draw.choice((UNKNOWN, 0, 100, 12_345)),
        amount=draw.choice((UNKNOWN, 20_000)),
        queries=draw.randrange(2),
        open_queries=int(state == "queried"),
        answered=draw.randrange(2),
        infusions=infusions,
        stops=draw.randint(0, infusions),
        released_at=NOW if state == "released" else None,
        lag_seconds=draw.randrange(90_000) if state == "released" else 0,
    )


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from databases import migrated_url

    url = migrated_url(request.param, tmp_path_factory.mktemp("list"), request)
    engine = store.connect(url)
    items = made(MANY)
    with engine.begin() as connection:
        connection.execute(sa.insert(work_item), [each._asdict() for each in items])
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("ANALYZE")
    yield engine, items
    engine.dispose()


WANTED = [
    Wanted(site_ids=("demo",)),
    Wanted(site_ids=SITES, states=("coded", "held")),
    Wanted(site_ids=("demo",), states=("coded",), confidences=("gap",)),
    Wanted(site_ids=("demo",), unit_id="south", payer="aetna"),
    Wanted(site_ids=("elsewhere",), is_answered=True),
    Wanted(site_ids=("nowhere",)),
]


def fits(item: Item, wanted: Wanted) -> bool:
    return (
        item.site_id in wanted.site_ids
        and (not wanted.states or item.state in wanted.states)
        and (not wanted.confidences or item.confidence in wanted.confidences)
        and wanted.unit_id in ("", item.unit_id)
        and wanted.payer in ("", item.payer)
        and (not wanted.is_answered or item.answered > 0)
    )


def walked(engine: Any, wanted: Wanted, by: Order) -> list[Item]:
    found: list[Item] = []
    cursor: str | None = None
    while True:
        page = worklist.find_items(engine, wanted, by=by, limit=199, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        *((each, WANTED[2]) for each in get_args(Order)),
        *(("-stake", each) for each in (*WANTED[:2], *WANTED[3:])),
    ],
    ids=str,
)
def test_walking_the_pages_shows_each_item_that_fits_once_and_in_order(
    filled: Any, wanted: Wanted, by: Order
) -> None:
    engine, items = filled
    is_age = by.endswith("age")
    expected = sorted(
        (each for each in items if fits(each, wanted)),
        key=lambda each: ((each.since if is_age else each.stake), each.visit_id),
        reverse=by.startswith("-"),
    )

    found = walked(engine, wanted, by)

    assert [each.visit_id for each in found] == [each.visit_id for each in expected]
    assert found == expected


def test_the_counts_are_those_of_the_items(filled: Any) -> None:
    engine, items = filled
    for wanted in WANTED[:4]:
        counted = worklist.count_items(engine, wanted)
        fitting = [each for each in items if fits(each, wanted)]
        assert counted.total == len(fitting)
        for state, sure in itertools.product(STATES, CONFIDENCES):
            there = [x for x in fitting if (x.state, x.confidence) == (state, sure)]
            assert counted.of(state, sure) == len(there)


def test_payers_and_questions_are_found_by_site(filled: Any) -> None:
    engine, items = filled
    asked = [each for each in items if each.site_id == "demo" and each.open_queries]

    found = worklist.items_with_queries(engine, ("demo",), limit=MANY)

    assert worklist.payers(engine, ("demo",)) == ("aetna", "medicare")
    assert {each.visit_id for each in found} == {each.visit_id for each in asked}
    assert [each.since for each in found] == sorted(each.since for each in found)


def test_figures_are_the_sums_of_their_items(filled: Any) -> None:
    engine, items = filled
    since = "2026-W15"
    of_site = [each for each in items if each.site_id == "demo" and each.week >= since]

    found = figures(engine, ("demo",), since)
    everything = together(found)

    assert everything.visits == len(of_site)
    assert everything.stops == sum(each.stops for each in of_site)
    assert everything.released == sum(each.state == "released" for each in of_site)
    assert everything.lag_seconds == sum(each.lag_seconds for each in of_site)
    held = [each for each in of_site if each.state != "released"]
    assert everything.held == sum(each.amount for each in held if each.amount != UNKNOWN)
    assert everything.unpriced == sum(each.amount == UNKNOWN for each in held)
    keys = [(each.week, each.unit_id) for each in found]
    assert keys == sorted(set(keys))
    one = next(each for each in found if each.unit_id == "south")
    there = [x for x in of_site if (x.week, x.unit_id) == (one.week, "south")]
    assert (one.visits, one.queries) == (len(there), sum(each.queries for each in there))


@pytest.mark.parametrize("by", get_args(Order))
def test_a_page_is_read_from_an_index_in_its_order_and_nothing_is_sorted(
    filled: Any, by: Order
) -> None:
    engine, items = filled
    after = (items[0].since if by.endswith("age") else 100, "v000001")
    wanted = Wanted(site_ids=("demo",), unit_id="south")
    for ended in (None, after):
        query = page_query(wanted, ("demo", "coded", "gap"), by, 51, ended)
        plan = explained(engine, query)
        assert f"ix_work_item_{by.removeprefix('-')}" in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "Sort" not in plan, plan
        assert "Seq Scan" not in plan, plan


def explained(engine: Any, query: sa.Select[Any]) -> str:
    how = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    text = query.compile(engine, compile_kwargs={"literal_binds": True}).string
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # Of so small a table all would be read at once; with a hundred thousand rows it is not.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        rows = connection.exec_driver_sql(f"{how} {text}".replace("%", "%%"))
        return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize("cursor", ["x", "bm90IGEgdGltZQ", "MjAyNi0wMS0wMVQwMDowMDowMCB2", "////"])
def test_a_cursor_that_no_page_gave_is_refused(filled: Any, cursor: str) -> None:
    engine, _ = filled
    with pytest.raises(worklist.UnknownCursor):
        worklist.find_items(engine, WANTED[0], cursor=cursor)
