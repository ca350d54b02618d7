"""Whatever is wrong with a row is named by file, line and field, and the good rows are read."""

from __future__ import annotations

import json

import pytest

from formats.broken_rows import CHANGED, ENCOUNTER, GOOD, HEADER, NOTHING, ROW, cells, csv_line
from hangtime.errors import UnreadableInput
from hangtime.explain import sentence
from hangtime.formats import _faults, contract, read

FIRST, LAST = csv_line(cells({}, 1)), csv_line(cells({}, 3))


def read_csv(tmp_path, *lines: str | bytes):
    path = tmp_path / "charts.csv"
    path.write_bytes(b"\n".join(x if isinstance(x, bytes) else x.encode() for x in lines) + b"\n")
    return list(read(path))


def told(reads, severity=None):
    return [
        (each.reason.rule, each.reason.facts["line"], each.reason.facts["field"])
        for one in reads
        for each in one.findings
        if severity in (None, each.severity)
    ]


def coded(reads):
    return [one.encounter_id for one in reads if one.to_code]


@pytest.mark.parametrize(
    ("changed", "rule", "field", "loses"), [c[1:] for c in CHANGED], ids=[c[0] for c in CHANGED]
)
def test_a_broken_row_is_named_and_the_others_are_read(tmp_path, changed, rule, field, loses):
    reads = read_csv(tmp_path, HEADER, FIRST, csv_line(cells(changed, 2)), LAST)
    assert told(reads) == [(rule, 3, field)]
    (found,) = [each for one in reads for each in one.findings]
    assert found.reason.facts["file"] == str(tmp_path / "charts.csv")
    assert (found.severity == "error") == (loses in (ROW, ENCOUNTER))
    assert [one.to_code for one in reads] == [1, int(loses == NOTHING), 1]
    assert (reads[1].encounter is None) == (loses == ENCOUNTER)
    assert sum(one.set_aside for one in reads) == int(loses != NOTHING)


SECOND = cells({"administration_id": "a2"}, 1)

# Faults that several rows make together, or that are in the text: the lines after the first row,
# the finding's rule, line and field, and how many rows are coded, merged and set aside.
TOGETHER = (
    ("the same row twice", [FIRST], ("INPUT-DUPLICATE-ROW", 3, "administration_id"), (1, 1, 0)),
    ("one id, two stories", [csv_line(cells({"drug": "morphine"}, 1))],
     ("INPUT-DUPLICATE-ID", 3, "administration_id"), (1, 0, 1)),
    ("two settings for one encounter", [csv_line(SECOND | {"setting": "professional"})],
     ("INPUT-ROWS-DISAGREE", 3, "setting"), (0, 0, 2)),
    ("another encounter between", [LAST, csv_line(SECOND)],
     ("INPUT-ENCOUNTER-SPLIT", 4, "encounter_id"), (3, 0, 0)),
    ("a row with no administration",
     [csv_line({n: v if n in ("encounter_id", "setting") else "" for n, v in SECOND.items()})],
     ("INPUT-ENCOUNTER-ONLY", 3, ""), (1, 1, 0)),
    ("a cell too few", [LAST.rsplit(",", 1)[0]], ("INPUT-RAGGED-ROW", 3, ""), (1, 0, 1)),
    ("a cell too many", [LAST + ","], ("INPUT-RAGGED-ROW", 3, ""), (1, 0, 1)),
    ("only commas", ["," * (len(GOOD) - 1), LAST], ("INPUT-EMPTY-ROW", 3, ""), (2, 0, 1)),
    ("an open quotation mark", [LAST.replace("ceftriaxone", '"ceftriaxone'), csv_line(SECOND)],
     ("INPUT-BAD-QUOTING", 3, ""), (2, 0, 1)),
    ("a byte of another encoding", [LAST.encode().replace(b"ceftriaxone", b"Ceftriax\xf6n")],
     ("INPUT-NOT-UTF8", 3, ""), (2, 0, 0)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected", "account"), [c[1:] for c in TOGETHER], ids=[c[0] for c in TOGETHER]
)
def test_what_rows_do_to_each_other_is_named_and_counted(tmp_path, lines, expected, account):
    reads = read_csv(tmp_path, HEADER, FIRST, *lines)
    assert told(reads) == [expected]
    counts = [sum(getattr(r, name) for r in reads) for name in ("to_code", "merged", "set_aside")]
    assert tuple(counts) == account


def test_an_unknown_column_is_named_once_and_the_rest_is_coded(tmp_path):
    reads = read_csv(tmp_path, f"{HEADER},ward", f"{FIRST},7B", f"{LAST},7B")
    assert told(reads) == [("INPUT-UNKNOWN-COLUMN", 1, "ward")]
    assert coded(reads) == ["simulated-1", "simulated-3"]


def test_a_cell_may_have_line_breaks_and_lines_are_still_counted_right(tmp_path):
    broken = csv_line(cells({"route": "IVPB"}, 2))
    reads = read_csv(tmp_path, HEADER, FIRST.replace("ceftriaxone", '"cef\n\ntriaxone"'), broken)
    assert reads[0].encounter.administrations[0].drug == "cef\n\ntriaxone"
    assert told(reads) == [("INPUT-BAD-ROUTE", 5, "route")]


OK = '{"encounter_id":"good","setting":"facility","administrations":[]}'
ONE = {"administration_id": "a1", "drug": "x", "route": "im"}


def _line(**changed) -> str:
    whole = {"encounter_id": "e", "setting": "facility", "administrations": [ONE]}
    return json.dumps(whole | changed)


IN_JSON = (
    ("a line cut short", _line()[:-3], [("INPUT-NOT-JSON", "")], 1),
    ("two objects in a line", _line() + _line(), [("INPUT-NOT-JSON", "")], 1),
    ("a list in a line", "[1]", [("INPUT-NOT-OBJECT", "the encounter")], 1),
    ("a field twice", _line()[:-1] + ',"setting":"professional"}', [("INPUT-DUPLICATE-KEY", "setting")], 1),
    ("an unknown field in every row", _line(administrations=[ONE | {"shade": 1}, ONE | {"shade": 1, "administration_id": "a2"}]),
     [("INPUT-UNKNOWN-FIELD", "administrations[0].shade")], 0),
    ("a list that is an object", _line(administrations={}), [("INPUT-BAD-LIST", "administrations")], 1),
    ("a row that is a text", _line(administrations=["x", ONE]), [("INPUT-NOT-OBJECT", "administrations[0]")], 1),
    ("an id that is a number", _line(encounter_id=7), [("INPUT-BAD-TEXT", "encounter_id")], 1),
    ("a number in quotes", _line(administrations=[ONE | {"dose": "7"}]), [("INPUT-BAD-NUMBER", "administrations[0].dose")], 1),
    ("a number that is none", _line(administrations=[ONE | {"dose": float("nan")}]), [("INPUT-BAD-NUMBER", "administrations[0].dose")], 1),
    ("1 for true", _line(administrations=[ONE | {"hand_push": 1}]), [("INPUT-BAD-YES-NO", "administrations[0].hand_push")], 1),
    ("half a character", _line(administrations=[ONE | {"drug": "\ud800"}]), [("INPUT-BAD-TEXT", "administrations[0].drug")], 1),
    ("a time of the wrong type", _line(administrations=[ONE | {"start": 20250312}]), [("INPUT-BAD-TIME", "administrations[0].start")], 1),
    ("objects within objects without end", '{"a":' * 100_000, [("INPUT-NOT-JSON", "")], 1),
    ("a number of ten thousand digits", _line().replace('"im"', '"im","dose":' + "9" * 10_000), [("INPUT-NUMBER-TOO-LARGE", "administrations[0].dose")], 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected", "lost"), [c[1:] for c in IN_JSON], ids=[c[0] for c in IN_JSON]
)
def test_a_broken_line_of_json_is_named_and_the_others_are_read(line, expected, lost):
    reads = list(contract.read_bytes(f"{OK}\n\n{line}\n".encode(), "charts.jsonl"))
    assert told(reads) == [(rule, 3, field) for rule, field in expected]
    assert reads[0].encounter_id == "good"
    assert sum(one.set_aside for one in reads) == lost


def test_in_a_document_over_many_lines_the_line_is_that_of_the_field():
    document = """[
      {"encounter_id": "e",
       "setting": "facility",
       "administrations": [
         {"administration_id": "a1", "drug": "x", "route": "im"},
         {"administration_id": "a2", "drug": "x",
          "route": "by mouth"},
         {"administration_id": "a3",
          "route": "im"}
       ]}
    ]"""
    reads = list(contract.read_bytes(document.encode(), "charts.json"))
    assert told(reads) == [
        ("INPUT-BAD-ROUTE", 7, "administrations[1].route"),
        ("INPUT-MISSING-DRUG", 8, "administrations[2].drug"),
    ]


def test_an_encounter_in_several_lines_is_gathered_and_noted():
    parts = [_line(), OK, _line(administrations=[ONE | {"administration_id": "a2"}])]
    reads = list(contract.read_bytes("\n".join(parts).encode(), "charts.jsonl"))
    assert told(reads) == [("INPUT-ENCOUNTER-SPLIT", 3, "encounter_id")]
    assert [each.administration_id for each in reads[1].encounter.administrations] == ["a1", "a2"]


def test_an_id_spelled_with_escapes_is_not_coded_twice():
    disguised = _line().replace('"e"', '"\\u0065"')
    reads = list(contract.read_bytes(f"{_line()}\n{disguised}".encode(), "charts.jsonl"))
    assert told(reads) == [("INPUT-ENCOUNTER-AGAIN", 2, "encounter_id")]
    assert [one.to_code for one in reads] == [1, 0]


UNREADABLE = (
    ("charts.json", b"", "is empty"),
    ("charts.json", b"\xff\xfe{", "UTF-16"),
    ("charts.json", b"{\n'single': 1}", "line 2"),
    ("charts.json", b"[{},\n{]", "line 2"),
    ("charts.json", b"\x1f\x8bnot gzip", "gzip"),
    ("charts.csv", b"id;drug\n1;x\n", "no column encounter_id"),
    ("charts.csv", (HEADER + ",route\n").encode(), "route stands 2 times"),
    ("charts.csv", b'"open\n', "header in line 1"),
    ("charts.parquet", b"PAR1 not really", "not a Parquet file"),
)


@pytest.mark.parametrize(("name", "content", "says"), UNREADABLE)
def test_a_file_that_is_not_what_its_name_says_is_refused_with_the_reason(
    tmp_path, name, content, says
):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableInput, match=says):
        list(read(path))


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    for name in ("none.json", "none.csv", "none.parquet"):
        with pytest.raises(UnreadableInput, match="no such file"):
            list(read(tmp_path / name))


def test_every_fault_has_a_case_here_and_a_sentence_that_names_file_and_line():
    tested = {c[2] for c in CHANGED} | {c[2][0] for c in TOGETHER}
    tested |= {rule for c in IN_JSON for rule, _ in c[2]}
    tested |= {"INPUT-UNKNOWN-COLUMN", "INPUT-ENCOUNTER-AGAIN"}  # the tests above
    tested |= {"INPUT-LINES-WITHOUT-ROWS"}  # the command line's: tests/cli/test_code.py
    tested |= {"INPUT-CUT-SHORT"}  # of damaged files: tests/batch/test_torn.py
    assert tested == set(_faults.FAULTS)
    for fault in _faults.FAULTS.values():
        found = _faults.finding(
            fault.id, _faults.Place("f.csv", 7), "some.field", _faults.ROW_SET_ASIDE
        )
        assert sentence(found.reason).startswith("f.csv, line 7: ")
        assert "{" not in sentence(found.reason)
        assert fault.source.startswith("Encounter contract, ")
