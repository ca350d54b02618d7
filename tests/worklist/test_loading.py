"""Encounters of another system come to the worklist through the ledger: once, coded as a file is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import CliRunner

from hangtime import store, worklist
from hangtime.certify import Certifier
from hangtime.cli.worklist import command
from hangtime.errors import UserError
from hangtime.formats.contract import write_encounters
from hangtime.formats.outcomes import outcome_as_json
from hangtime.store.verifying import verify
from hangtime.visits import Clinic, code_visit
from hangtime.visits.coding import encounter_as_json, encounter_of, is_stale
from hangtime.visits.loading import load_encounters, visit_id_of
from hangtime.worklist import Wanted
from worklist.desks import LOADER, PEOPLE, SITE, encounter

MANY = [encounter(n) for n in range(1, 21)]


def loaded(engine: Any, encounters: Any = MANY) -> tuple[Clinic, Any]:
    clinic = Clinic(engine, (SITE,))
    return clinic, load_encounters(clinic, LOADER, SITE, "south", encounters)


def entries_in(engine: Any) -> int:
    with store.reading(engine) as connection:
        return connection.scalar(sa.text("SELECT count(*) FROM ledger_entry")) or 0


def test_each_becomes_an_item_that_is_coded_as_the_file_would_be(engine: Any) -> None:
    clinic, account = loaded(engine)

    page = worklist.find_items(engine, Wanted(site_ids=(SITE.site_id,)), limit=50)

    assert (account.new, len(page.items)) == (20, 20)
    assert {each.unit_id for each in page.items} == {"south"}
    record = clinic.records.current(visit_id_of(SITE.site_id, "E-3"))
    assert record is not None
    assert record.work.coding is not None
    assert record.work.coding.outcome == outcome_as_json(Certifier().code(encounter(3)))
    assert encounter_as_json(encounter_of(record)) == encounter_as_json(encounter(3))
    assert not is_stale(record)
    assert verify(engine).faults == []


def test_loading_twice_doubles_nothing_and_a_change_is_coded_again(engine: Any) -> None:
    loaded(engine)
    before = entries_in(engine)
    shorter = tuple(
        replace(each, stop=None) if each.administration_id == "d1" else each
        for each in MANY[4].administrations
    )

    _, again = loaded(engine)
    assert (again.new, again.again, again.same) == (0, 0, 20)
    assert entries_in(engine) == before

    _, changed = loaded(engine, [*MANY[:4], replace(MANY[4], administrations=shorter)])
    assert (changed.new, changed.again, changed.same) == (0, 1, 4)
    item = worklist.find_item(engine, visit_id_of(SITE.site_id, "E-5"))
    assert item is not None
    assert (item.confidence, item.stops) == ("gap", 0)
    assert entries_in(engine) == before + 1


def test_coding_it_again_takes_the_encounter_as_it_was_loaded(engine: Any) -> None:
    clinic, _ = loaded(engine, MANY[:1])

    record = code_visit(clinic, PEOPLE["Ana"], visit_id_of(SITE.site_id, "E-1"))

    assert record is not None
    assert record.work.codings == 2
    assert len(record.work.coding.lines if record.work.coding else ()) == 3


def test_the_money_is_that_of_the_payment_tables(engine: Any) -> None:
    """The tables of the first quarter of 2026 are shipped; of an hour that lacks its stop they
    give the push it supports and the infusion it would be.
    """
    _, _ = loaded(engine, MANY[:2])
    item = worklist.find_item(engine, visit_id_of(SITE.site_id, "E-1"))

    assert item is not None
    assert (item.confidence, item.stake, item.missing) == ("sure", 0, "")
    assert item.amount > 0


def test_the_command_loads_files_and_accounts_for_every_row(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'record.db'}"
    engine = store.connect(database)
    store.migrate(engine)
    file = tmp_path / "day.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        write_encounters(MANY[:3], stream)
        stream.write("{not json\n")
    asked = ["load", str(file), "--database", database, "--unit"]

    done = CliRunner().invoke(command, [*asked, "south"])

    assert done.exit_code == 1, done.output
    assert "3 loaded, 0 coded again, 0 there already" in done.output
    assert "1 set aside" in done.output
    assert len(worklist.find_items(engine, Wanted(site_ids=("demo",))).items) == 3
    wrong = CliRunner().invoke(command, [*asked, "west"])
    assert isinstance(wrong.exception, UserError)
    assert "has no such unit" in str(wrong.exception)
    engine.dispose()
