"""The page about HTTP is played: each request is sent, and what is shown of its answer stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

from serving import Served, served

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "chart-over-http.md"
BLOCK = re.compile(r"```http\n(.*?)(?:\n\n(.*?))?\n```", re.DOTALL)


def test_each_request_of_the_page_is_answered_as_shown(tmp_path: Path) -> None:
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    assert len(blocks) == 10

    with served(tmp_path, f"sqlite:///{tmp_path / 'hangtime.db'}") as service:
        for (asked, body), (status, shown) in zip(blocks[::2], blocks[1::2], strict=True):
            answer = sent(service, asked, body)
            assert status == f"HTTP/1.1 {answer.status_code}", answer.text
            assert holds(answer.json(), json.loads(shown)), answer.text


def sent(service: Served, asked: str, body: str) -> Any:
    first, *headers = asked.splitlines()
    method, path = first.split()
    told = dict(each.split(": ") for each in headers)
    path = path.removeprefix("/api/v1")
    return service.as_("nurse").ask(method, path, content=body.encode(), headers=told)


def holds(answer: Any, shown: Any) -> bool:
    """What is shown stands in the answer; a list as a whole, an object as far as it is shown."""
    if isinstance(shown, dict):
        told = cast("dict[str, Any]", shown)
        return all(name in answer and holds(answer[name], told[name]) for name in told)
    if isinstance(shown, list):
        each = cast("list[Any]", shown)
        return len(answer) == len(each) and all(map(holds, answer, each))
    return answer == shown
