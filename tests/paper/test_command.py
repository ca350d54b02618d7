"""`hangtime paper`: from a packet, from the API's entries, from an encounter; what is wrong is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from hangtime import store
from hangtime.chart import Entry, demo_site, fold, kind_of, pack
from hangtime.cli import hangtime
from hangtime.errors import UserError
from hangtime.paper import record_pdf
from hangtime.store.packets import packet
from ledgers import Signer
from paper.printed import reader, words


def run(*arguments: object):
    return CliRunner().invoke(hangtime, ["paper", *map(str, arguments)])


@pytest.fixture(scope="module")
def packed(entries: tuple[Entry, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packet of the visit, as a ledger gives it."""
    folder = tmp_path_factory.mktemp("packet")
    engine = store.connect(f"sqlite:///{folder / 'ledger.db'}")
    store.migrate(engine)
    made = [
        store.NewEntry(
            entry_id=each.entry_id,
            stream="visit",
            subject=each.visit_id,
            kind=kind_of(each.body),
            author=each.author,
            body=pack(each),
        )
        for each in entries
    ]
    store.Ledger(engine).append_all(None, made)
    Signer(folder).sign(engine)
    path = folder / "packet.json"
    path.write_bytes(packet(engine, entries[0].visit_id))
    engine.dispose()
    return path


@pytest.fixture
def listed(entries: tuple[Entry, ...], tmp_path: Path, require: Callable[[str], None]) -> Path:
    """The visit's entries, as the API gives them."""
    require("fastapi")
    from hangtime.web.api.forms import EntriesRead, EntryRead
    from hangtime.web.api.wire import gives

    visit = fold(entries)
    read = [
        EntryRead(
            entry=each.entry, standing=each.standing, by=each.by, is_late=each.is_late,
            late_minutes=each.late_minutes,
        )
        for each in visit.history
    ]  # fmt: skip
    path = tmp_path / "entries.json"
    answer = EntriesRead(visit_id=visit.visit_id, seq=len(read), entries=tuple(read))
    path.write_bytes(bytes(gives(answer).body))
    return path


def test_a_packet_is_printed(packed: Path, tmp_path: Path) -> None:
    done = run("record", packed, "-o", tmp_path / "record.pdf", "--size", "a4")
    text = words((tmp_path / "record.pdf").read_bytes())

    assert done.exit_code == 0
    assert "AdaSimulated" in text
    assert "struckoutbyno.22" in text


def test_the_entries_of_the_api_are_the_same_record(
    entries: tuple[Entry, ...], listed: Path, tmp_path: Path
) -> None:
    done = run("record", listed, "-o", tmp_path / "record.pdf")

    assert done.exit_code == 0
    assert (tmp_path / "record.pdf").read_bytes() == record_pdf(fold(entries), demo_site())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: b"\xff not JSON", "entries.json: not JSON"),
        (lambda content: b'{"visit_id": "V-1", "entries": []}', "no charted entry is in it"),
        (lambda content: b'{"some": "thing"}', "missing required field `visit_id`"),
        (lambda content: content.replace(b'"sex"', b'"x"').replace(b'"N3"', b"[3]"), "chair"),
        (lambda content: content.replace(b'"facility"', b'"Ada Simulated"'), "setting"),
        (lambda content: content.replace(b'"account-1"', b"7"), "$.entries[0].entry.author"),
    ],
)
def test_what_cannot_be_read_is_named_without_its_value(
    listed: Path, tmp_path: Path, change, said: str
) -> None:
    listed.write_bytes(change(listed.read_bytes()))
    done = run("record", listed, "-o", tmp_path / "record.pdf")

    assert isinstance(done.exception, UserError)
    assert said in str(done.exception)
    assert "Ada" not in str(done.exception)
    assert not (tmp_path / "record.pdf").exists()


def test_a_site_that_is_not_shipped_has_to_be_given(listed: Path, tmp_path: Path) -> None:
    listed.write_bytes(listed.read_bytes().replace(b'"demo"', b'"elsewhere"'))
    site = tmp_path / "site.toml"
    site.write_text(
        'site_id = "elsewhere"\nname = "Elsewhere"\ntime_zone = "America/New_York"\n'
        'setting = "facility"\nunits = [{unit_id = "north", name = "N", chairs = ["N3"]}]\n'
    )
    without = run("record", listed, "-o", tmp_path / "record.pdf")
    done = run("record", listed, "--site", site, "-o", tmp_path / "record.pdf")

    assert "by --site" in str(without.exception)
    assert done.exit_code == 0
    assert "SiteElsewhere" in words((tmp_path / "record.pdf").read_bytes())
    site.write_text(site.read_text().replace('"elsewhere"', '"third"'))
    wrong = run("record", listed, "--site", site, "-o", tmp_path / "record.pdf")
    assert "of another site" in str(wrong.exception)


def test_one_encounter_of_a_file_is_printed(checkout: Path, tmp_path: Path) -> None:
    file, out = checkout / "examples" / "encounters.jsonl", tmp_path / "summary.pdf"
    several = run("summary", file, "-o", out)
    done = run("summary", file, "--encounter", "SIM-ED-1", "--prices", "-o", out)

    assert "choose one with --encounter" in str(several.exception)
    assert done.exit_code == 0
    assert "Estimate,$" in words(out.read_bytes())
    assert reader(out.read_bytes()).metadata.title == "Coding summary, encounter SIM-ED-1"


def test_rows_that_were_set_aside_are_on_the_paper_and_in_the_status(tmp_path: Path) -> None:
    chart = {
        "encounter_id": "E-1", "setting": "facility", "time_zone": "America/Chicago",
        "administrations": [
            {"administration_id": "a1", "drug": "infliximab", "route": "iv_infusion",
             "start": "2026-03-02T09:00:00", "stop": "2026-03-02T11:05:00"},
            {"administration_id": "a2", "drug": "x", "route": "no such route"},
        ],
    }  # fmt: skip
    file, out = tmp_path / "chart.json", tmp_path / "summary.pdf"
    file.write_text(json.dumps(chart))
    done = run("summary", file, "-o", out)

    assert done.exit_code == 1
    assert "setaside" in words(out.read_bytes()).replace("-", "")


def test_a_folder_that_is_not_there_is_said(checkout: Path, tmp_path: Path) -> None:
    file = checkout / "examples" / "first-encounter.json"
    done = run("summary", file, "-o", tmp_path / "nowhere" / "summary.pdf")

    assert "cannot be written" in str(done.exception)
