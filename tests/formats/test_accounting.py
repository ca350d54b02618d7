"""Whatever is done to a file: its rows add up, and no value of a patient comes out in a message."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from formats.broken_rows import GOOD, cells, csv_line
from hangtime.errors import UserError
from hangtime.explain import sentence
from hangtime.formats import contract, read
from strategies import encounters

_HEADER = ",".join(GOOD).encode()

_spoilt = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "\r", "\x00", "\xff", "é", "{", "[1,", "NaN", "-1", "1e99", " "]
).map(lambda text: text.encode("latin-1"))


@st.composite
def damaged_tables(draw: st.DrawFn) -> bytes:
    """A good table of a few encounters into which a few bytes were cut or pasted."""
    rows = [
        csv_line(cells({"administration_id": f"a{row}"}, draw(st.integers(1, 4))))
        for row in range(draw(st.integers(1, 8)))
    ]
    body = "\n".join(rows).encode()
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(_spoilt) + body[at + draw(st.integers(0, 30)) :]
    return _HEADER + b"\n" + body + b"\n"


@settings(max_examples=200, deadline=None)
@given(table=damaged_tables())
def test_no_row_of_a_damaged_table_is_lost_or_invented(table):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "charts.csv"
        path.write_bytes(table)
        reads = list(read(path))
    body = table.split(b"\n")[1:]
    lines_with_text = sum(1 for line in body if line.strip(b"\r"))
    rows = sum(each.rows for each in reads)
    assert rows == sum(each.to_code + each.merged + each.set_aside for each in reads)
    assert rows <= lines_with_text
    with_line_breaks = sum(line.count(b'"') % 2 for line in body) > 0
    assert rows == lines_with_text or with_line_breaks
    errors = [each for one in reads for each in one.findings if each.severity == "error"]
    assert bool(errors) == any(one.set_aside for one in reads)


@st.composite
def damaged_lines(draw: st.DrawFn) -> list[str]:
    """JSON Lines of encounters, some cut or with something after them; the first is whole."""
    lines = ['{"encounter_id":"first","setting":"facility"}']
    for number in range(draw(st.integers(1, 4))):
        stream = io.StringIO()
        contract.write_encounters([draw(encounters(st.just(f"e{number}")))], stream)
        cut = draw(st.sampled_from([0, 0, 0, 1, 17]))
        lines.append(stream.getvalue().strip()[cut:] + draw(st.sampled_from(["", "", "}", "\x00"])))
    return lines


@settings(max_examples=150, deadline=None)
@given(lines=damaged_lines())
def test_each_line_of_json_is_read_whole_or_set_aside(lines):
    reads = list(contract.read_bytes("\n".join(lines).encode(), "charts.jsonl"))
    assert len(reads) == len(lines)
    for one, line in zip(reads, lines, strict=True):
        try:
            rows = len(json.loads(line).get("administrations", []))
        except ValueError:
            assert (one.encounter, one.rows, one.set_aside) == (None, 1, 1)
        else:
            assert (one.rows, one.to_code) == (rows, rows)


_SECRET = st.from_regex(r"Zq[a-z]{4,8}[0-9]{2}", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(secret=_SECRET, column=st.sampled_from(list(GOOD)), as_header=st.booleans())
def test_no_value_of_a_chart_stands_in_a_finding_or_an_error(secret, column, as_header):
    row = cells({}, 1)
    spoilt = dict.fromkeys(row, secret) | {"encounter_id": "e"} if as_header else row
    spoilt = spoilt | {column: f"{secret} 1"}
    stream = io.StringIO()
    writer = csv.writer(stream)
    if not as_header:
        writer.writerow(GOOD)
    writer.writerow(spoilt.values())
    writer.writerow(row.values())
    stray = {f"{secret} 1": secret}  # a value that became a name
    as_json = json.dumps(
        {"encounter_id": "e", "setting": "facility", "administrations": [spoilt | stray], **stray}
    )
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("x.csv", stream.getvalue()), ("x.json", as_json)):
            path = Path(folder) / name
            path.write_text(text)
            try:
                for each in read(path):
                    said += [sentence(found.reason) for found in each.findings]
                    said += [str(found.reason.facts) for found in each.findings]
            except UserError as error:
                said.append(str(error))
    assert said
    assert [each for each in said if secret in each] == []
