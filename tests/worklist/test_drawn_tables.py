"""The worklist's rules as drawn tables: what a coding is worth a look, and where a visit stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from hangtime import store, worklist
from hangtime.visits import Clinic, projecting
from hangtime.worklist import UNKNOWN, Item, judge, work_item
from worklist.desks import SITE, Desk

SPEC = Path(__file__).with_name("spec")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a drawn table by its heads."""
    text = (SPEC / f"{name}.md").read_text("utf-8")
    drawn = [line.strip().strip("|") for line in text.splitlines() if line.startswith("|")]
    heads, _, *cells = [[cell.strip() for cell in line.split("|")] for line in drawn]
    return [dict(zip(heads, each, strict=True)) for each in cells]


def listed(text: str, sign: str = ",") -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]


def priced(words: str) -> dict[str, Any]:
    """`A 100.00`, or `A ? opps 2026Q4` where no table gives it."""
    _, amount, *table = words.split()
    if amount == "?":
        return {"amount": None} | ({"missing": " ".join(table)} if table else {})
    return {"amount": amount}


def cents(words: str) -> int:
    return UNKNOWN if words == "unknown" else int(words.replace(".", ""))


@pytest.mark.parametrize("row", rows("confidence"), ids=lambda row: str(list(row.values())[:3]))
def test_a_coding_is_as_sure_and_as_much_hangs_on_it_as_the_table_says(row: dict[str, str]) -> None:
    lines, facts = listed(row["lines"]), listed(row["facts"])
    findings = [each.split() for each in listed(row["findings"])]
    outcome = {
        "lines": [{"administrations": [each.split()[0]]} for each in lines],
        "possible": [
            {"administration": "d", "field": each.split()[0], "value": "1"} for each in facts
        ],
        "findings": [{"severity": each[0], "administrations": [each[1]]} for each in findings],
    }
    prices = {"lines": [*map(priced, lines)], "possible": [*map(priced, facts)]}

    found = judge(outcome, prices)

    assert found == (
        row["confidence"], cents(row["at stake"]), cents(row["amount"]), row["missing table"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    connected = store.connect(f"sqlite:///{tmp_path_factory.mktemp('desk') / 'template.db'}")
    store.migrate(connected)
    yield connected
    connected.dispose()


@pytest.fixture
def desk(engine: Any) -> Desk:
    """A fresh visit; a new coding of it forgets nothing and opens its lines again."""
    return Desk(engine)


@pytest.mark.parametrize("row", rows("states"), ids=lambda row: row["said"] or "nothing")
def test_a_visit_stands_where_the_table_says(row: dict[str, str], tmp_path: Path) -> None:
    engine = store.connect(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate(engine)
    desk = Desk(engine)
    assert len(desk.record.work.undecided) == 3

    for sentence in listed(row["said"], ";"):
        desk.says(sentence)

    item = worklist.find_item(engine, desk.visit_id)
    assert item is not None
    stands = {
        "state": item.state,
        "refused": "; ".join(desk.refused),
        "conflicts": str(item.conflicts),
    }
    assert stands == {name: row[name] for name in stands}
    assert kept_of(engine) == rebuilt(engine, desk)
    engine.dispose()


def kept_of(engine: Any) -> list[Item]:
    with store.reading(engine) as connection:
        columns = [work_item.c[name] for name in Item._fields]
        return [Item(*row) for row in connection.execute(sa.select(*columns))]


def rebuilt(engine: Any, desk: Desk) -> list[Item]:
    """The table as it is made again from the ledger alone."""
    with engine.begin() as connection:
        projecting.rebuild(desk.clinic, connection)
    return kept_of(engine)


def test_everything_that_two_people_say_is_kept(desk: Desk) -> None:
    desk.says("Ana accepts 1")
    desk.says("Ben removes 1 unseen")

    history = [(each.author_name, type(each.body).__name__) for each in desk.record.work.history]
    assert history == [("Ana", "LineAccepted"), ("Ben", "LineRemoved")]
    assert SITE.site_id == desk.record.site_id


@pytest.mark.parametrize(
    ("number", "policy", "of_site", "said", "state"),
    [
        (
            101,
            "never",
            None,
            "Ana accepts 1; Ana overrides 2; Ana accepts 3; Ana releases",
            "released",
        ),
        (102, "always", None, "Ana accepts 1; Ana accepts 2; Ana accepts 3; Ana releases", "ready"),
        (
            103,
            "always",
            None,
            "Ana accepts 1; Ana accepts 2; Ana accepts 3; Ben releases",
            "released",
        ),
        (
            104,
            "never",
            "always",
            "Ana accepts 1; Ana accepts 2; Ana accepts 3; Ana releases",
            "ready",
        ),
        (
            105,
            "always",
            "never",
            "Ana accepts 1; Ana accepts 2; Ana accepts 3; Ana releases",
            "released",
        ),
    ],
)
def test_a_site_or_else_the_service_says_when_two_people_have_to_agree(
    engine: Any, number: int, policy: Any, of_site: Any, said: str, state: str
) -> None:
    site = msgspec.structs.replace(SITE, two_people=of_site)
    desk = Desk(engine, Clinic(engine, (site,), two_people=policy), number)
    for sentence in listed(said, ";"):
        desk.says(sentence)

    assert desk.record.work_state == state
