"""The service's log: one JSON object a line, of fields that cannot hold a patient's value.

A line is built from an allow-list.  A field that is not on it is left out, whoever wrote it, so no
path, query, body, header or exception message can reach the log by accident.  A fault is told by
its type and the places in the code it passed, which are enough to find it.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

# Fields a line may have, and what may stand in each.
FIELDS: Mapping[str, str] = {
    "account_id": "who asked: a random id",
    "database": "kind of database: sqlite or postgresql",
    "error": "type of the exception",
    "event": "what happened, in words of this project",
    "host": "address the service listens on",
    "level": "info, warning or error",
    "method": "HTTP method",
    "milliseconds": "from the request to the start of its answer",
    "port": "port the service listens on",
    "request_id": "random id of the request, also in its answer",
    "route": "template of the address, such as /api/v1/visits/{visit_id}",
    "seq": "number of a ledger entry",
    "status": "HTTP status",
    "timestamp": "UTC",
    "version": "version of the program",
    "where": "places in the code, as file:line function",
    "workers": "processes that answer",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def configure() -> None:
    """Write JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def log(event: str, *, level: str = "info", **fields: Any) -> None:
    """Write a line; `event` is a literal of this project."""
    getattr(structlog.get_logger(), level)(event, **fields)


def only_allowed(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The line with its allowed fields only, and no method but the standard ones."""
    kept = {name: line[name] for name in line if name in FIELDS and line[name] is not None}
    if "method" in kept and kept["method"] not in _METHODS:
        kept["method"] = "other"
    return kept


def places(trace: TracebackType | None) -> list[str]:
    """Where an exception passed, innermost last: file, line and function, and no source or value."""
    return [
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
