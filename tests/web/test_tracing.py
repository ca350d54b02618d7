"""Traces say which route took how long, and nothing of what was asked."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

pytest.importorskip("opentelemetry.sdk")

from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
    InMemorySpanExporter,
)

from hangtime.web.tracing import telemetry

MARK = "Xerxes-Unlikely"


def test_a_span_has_the_route_and_no_value_of_a_request() -> None:
    kept = InMemorySpanExporter()
    setting: dict[str, Any] = dict(telemetry(None, kept))
    app = FastAPI(telemetry=setting)

    @app.get("/visits/{visit_id}")
    def read(visit_id: str) -> str:
        if visit_id.endswith("!"):
            raise RuntimeError(visit_id)
        return visit_id

    client = TestClient(app, raise_server_exceptions=False)
    client.get(f"/visits/{MARK}?name={MARK}", headers={"User-Agent": MARK})
    client.get(f"/visits/{MARK}!")
    client.get(f"/{MARK}")
    setting["tracer_provider"].force_flush()

    spans = kept.get_finished_spans()
    assert [dict(each.attributes or {}).get("http.route") for each in spans][:2] == [
        "/visits/{visit_id}",
        "/visits/{visit_id}",
    ]
    assert MARK not in "".join(each.to_json() for each in spans)


def test_without_an_endpoint_nothing_is_traced() -> None:
    assert not any(telemetry(None).values())
