"""`Telemetry`: traces and metrics of requests, by OpenTelemetry; never with content.

It hears of requests when they are over, as the log does. As an extension of the lifecycle it would
see their texts, and every request would be read anew from its beginning because it is watched.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

import headroom
from headroom.config import vendor
from headroom.config.telemetry import wanted_signals
from headroom.proxy import route
from headroom.proxy.money.usage import Usage
from headroom.proxy.report import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.proxy.report import Report

_PATIENCE = 3.0
"""Seconds that are waited at the end for whoever takes what is held back."""
_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_TOKENS = tuple(4.0**n for n in range(14))
_HOLD_UP = (0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_log = logging.getLogger("headroom.proxy")


def telemetry() -> Telemetry | None:
    """Return what the environment asks for; None without an endpoint or the package."""
    signals = wanted_signals()
    if not signals:
        return None
    try:
        return Telemetry(
            _tracing() if "traces" in signals else None,
            _metering() if "metrics" in signals else None,
        )
    except ModuleNotFoundError as error:
        _log.info("no telemetry: %s; install it with: pip install 'headroom[otel]'", error)
        return None


class Telemetry:
    """An `Observer` that makes a span with a child for each stage, and measures.

    Names are those of OpenTelemetry's conventions for generative AI where there are any.

    Args:
        tracing: a `TracerProvider`, or None.
        metering: a `MeterProvider`, or None.
    """

    def __init__(self, tracing: Any = None, metering: Any = None) -> None:
        self._providers = [each for each in (tracing, metering) if each is not None]
        version = headroom.__version__
        self._tracer = tracing and tracing.get_tracer("headroom", version)
        self._trace = import_module("opentelemetry.trace")
        self._propagation = import_module("opentelemetry.trace.propagation.tracecontext")
        self._meters = metering and _Meters(metering.get_meter("headroom", version))

    def finished(self, report: Report) -> None:
        """Take note of a request that is over."""
        if self._tracer:
            self._span(report)
        if self._meters:
            self._meters.measure(report)

    def close(self) -> None:
        """Hand on what is held back; who takes too long for that does not get it."""
        ending = threading.Thread(target=self._shut, name="headroom-otel", daemon=True)
        ending.start()
        ending.join(_PATIENCE)

    def _shut(self) -> None:
        for each in self._providers:
            each.shutdown()

    def _span(self, report: Report) -> None:
        context = None
        if report.parent:
            carrier = {"traceparent": report.parent}
            context = self._propagation.TraceContextTextMapPropagator().extract(carrier)
        common = _common(report)
        model = common.get("gen_ai.request.model")
        operation = common.get("gen_ai.operation.name", report.method)
        span = self._tracer.start_span(
            f"{operation} {model}" if model else operation,
            context=context,
            kind=self._trace.SpanKind.CLIENT,
            attributes=common | _details(report),
            start_time=_nanoseconds(report, 0.0),
        )
        within = self._trace.set_span_in_context(span)
        for name, start, end in _stages(report):
            stage = self._tracer.start_span(
                f"headroom.{name}", context=within, start_time=_nanoseconds(report, start)
            )
            stage.end(end_time=_nanoseconds(report, end))
        if "error.type" in common:
            span.set_status(self._trace.StatusCode.ERROR)
        last = max(report.ends.values(), default=0.0)
        span.end(end_time=_nanoseconds(report, last))


class _Meters:
    def __init__(self, meter: Any) -> None:
        def histogram(name: str, unit: str, text: str, bounds: tuple[float, ...]) -> Any:
            return meter.create_histogram(
                name, unit=unit, description=text, explicit_bucket_boundaries_advisory=bounds
            )

        self._duration = histogram(
            "gen_ai.client.operation.duration", "s", "Time of a request.", _SECONDS
        )
        self._usage = histogram(
            "gen_ai.client.token.usage", "{token}", "Tokens as reported.", _TOKENS
        )
        self._added = histogram(
            "headroom.request.added", "s", "Time for which a request was held up.", _HOLD_UP
        )
        self._tokens = meter.create_counter(
            "headroom.tokens", unit="{token}", description="Counted tokens of located texts."
        )
        self._requests = meter.create_counter(
            "headroom.requests", unit="{request}", description="Requests by what became of them."
        )

    def measure(self, report: Report) -> None:
        common = _common(report)
        self._duration.record(max(report.ends.values(), default=0.0), common)
        self._requests.add(1, common | {"headroom.passthrough": report.passed or ""})
        usage = _usage(report)
        if usage is not None:
            for kind, count in (("input", _input(usage)), ("output", usage.output)):
                self._usage.record(count, common | {"gen_ai.token.type": kind})
        if report.outcomes:
            self._added.record(report.added, common)
            for way, count in (("before", report.before), ("after", report.after)):
                self._tokens.add(count, common | {"headroom.way": way})


def _common(report: Report) -> dict[str, str]:
    """Return what tells requests apart in measurements as well: few values each."""
    system = vendor.systems().get(report.upstream or "")
    error = report.error or (str(report.status) if report.status >= 400 else None)
    said = {
        "gen_ai.operation.name": route.operations().get(report.wire or ""),
        "gen_ai.system": system,
        "gen_ai.provider.name": system,
        "gen_ai.request.model": report.model,
        "error.type": error,
    }
    return {name: value for name, value in said.items() if value is not None}


def _details(report: Report) -> dict[str, Any]:
    said: dict[str, Any] = {
        "http.request.method": report.method,
        "http.response.status_code": report.status or None,
        "headroom.request.id": report.id,
        "headroom.wire": report.wire,
        "headroom.passthrough": report.passed,
        "headroom.missed": report.missed,
    }
    if report.outcomes:
        said["headroom.tokens.before"] = report.before
        said["headroom.tokens.after"] = report.after
        said |= {f"headroom.texts.{name}": count for name, count in report.texts.items()}
    usage = _usage(report)
    if usage is not None:
        said["gen_ai.usage.input_tokens"] = _input(usage)
        said["gen_ai.usage.output_tokens"] = usage.output
        said["gen_ai.usage.cache_read.input_tokens"] = usage.read
        said["gen_ai.usage.cache_creation.input_tokens"] = usage.written_5m + usage.written_1h
    return {name: value for name, value in said.items() if value is not None}


def _stages(report: Report) -> Iterator[tuple[str, float, float]]:
    """Yield each stage with its beginning and end, in seconds after the request's beginning."""
    start = 0.0
    for name in STAGES:
        end = report.ends.get(name)
        if end is not None:
            yield name, start, end
            start = end


def _usage(report: Report) -> Usage | None:
    """Return what all answers of a turn reported together."""
    if not report.usage:
        return None
    names = [field.name for field in fields(Usage)]
    return Usage(**{name: sum(getattr(each, name) for each in report.usage) for name in names})


def _input(usage: Usage) -> int:
    return usage.fresh + usage.read + usage.written_5m + usage.written_1h


def _nanoseconds(report: Report, after: float) -> int:
    return round((report.began + after) * 1e9)


def _resource() -> Any:
    """Return what the environment says of this service; without a name there it has ours."""
    found = import_module("opentelemetry.sdk.resources").Resource.create()
    if not found.attributes.get("service.name", "").startswith("unknown_service"):
        return found
    return found.merge(type(found)({"service.name": "headroom"}))


def _tracing() -> Any:
    sdk = import_module("opentelemetry.sdk.trace")
    export = import_module("opentelemetry.sdk.trace.export")
    otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    provider = sdk.TracerProvider(resource=_resource(), shutdown_on_exit=False)
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    return provider


def _metering() -> Any:
    sdk = import_module("opentelemetry.sdk.metrics")
    export = import_module("opentelemetry.sdk.metrics.export")
    otlp = import_module("opentelemetry.exporter.otlp.proto.http.metric_exporter")
    reader = export.PeriodicExportingMetricReader(otlp.OTLPMetricExporter())
    return sdk.MeterProvider([reader], resource=_resource(), shutdown_on_exit=False)
