"""zen-engine looks one administration after the other up in one decision table: minutes to a code.

Takes a file of JSON with `rows`, conditions on minutes and kind with the code each gives, and
`administrations`, minutes and kind of each.
"""

import json
import sys
import time
from pathlib import Path

import zen


def main(asked: str) -> None:
    """Look up; print how long it took."""
    said = json.loads(Path(asked).read_text("utf-8"))
    engine = zen.ZenEngine(
        {"loader": {"type": "static", "content": {"codes": table(said["rows"])}}}
    )
    given = said["administrations"]
    engine.evaluate("codes", given[0])
    began = time.perf_counter()
    found = sum("code" in engine.evaluate("codes", each)["result"] for each in given)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "items": len(given), "answered": found}))


def table(rows: list[list[str]]) -> dict:
    """A decision of one table, as the engine's editor would write it."""
    rules = [
        {"_id": str(number), "minutes": minutes, "kind": json.dumps(kind), "code": json.dumps(code)}
        for number, (minutes, kind, code) in enumerate(rows)
    ]
    columns = {
        "hitPolicy": "first",
        "inputs": [{"id": each, "name": each, "field": each} for each in ("minutes", "kind")],
        "outputs": [{"id": "code", "name": "code", "field": "code"}],
        "rules": rules,
    }
    names = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes = [
        {"id": id, "name": id, "type": kind, "position": {"x": 0, "y": 0}}
        | ({"content": columns} if id == "table" else {})
        for id, kind in names.items()
    ]
    ways = [("in", "table"), ("table", "out")]
    edges = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in ways]
    return {"nodes": nodes, "edges": edges}


if __name__ == "__main__":
    main(*sys.argv[1:])
