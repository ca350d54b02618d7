"""Traces by OpenTelemetry, sent only where an operator says, with nothing of a patient in a span.

The framework makes the spans.  An address that was typed may hold anything, so what a span says of
it is its route; path, query and client are blotted out before a span is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hangtime import __version__

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig
    from opentelemetry.sdk.trace.export import SpanExporter

UNSAID = ("url.path", "url.query", "url.full", "client.address", "user_agent.original")


def telemetry(endpoint: str | None, exporter: SpanExporter | None = None) -> TelemetryConfig:
    """The framework's telemetry setting: spans to an OTLP endpoint or exporter, and never its logs."""
    if endpoint is None and exporter is None:
        return {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
    return {
        "tracer_provider": _provider(exporter or _over_http(endpoint)),
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
    }


def _over_http(endpoint: str | None) -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=endpoint)


def _provider(exporter: SpanExporter) -> Any:
    from opentelemetry.context import Context
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    class Blotting(SpanProcessor):
        """Blots out what a span should not say, as soon as it starts."""

        def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002
            """Replace each attribute that could hold a value."""
            for name in UNSAID:
                if span.attributes and name in span.attributes:
                    span.set_attribute(name, "-")

    resource = Resource.create({"service.name": "hangtime", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(Blotting())
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
