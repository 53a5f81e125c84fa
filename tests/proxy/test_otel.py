"""Traces and metrics of requests, where the user has them."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

import headroom
from headroom.config.telemetry import wanted_signals
from headroom.proxy import otel
from headroom.proxy.otel import Telemetry, telemetry
from tests.proxy.conversation import OUTPUTS, chat
from tests.proxy.standin import Answer, play, running

pytest.importorskip("opentelemetry.sdk", reason="telemetry is NOT TESTED here")

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
USAGE = {
    "prompt_tokens": 5000,
    "completion_tokens": 9,
    "prompt_tokens_details": {"cached_tokens": 1024},
}


def told(
    script=lambda _: Answer(chunks=[json.dumps({"usage": USAGE}).encode()]),
    headers=(),
    path="/v1/chat/completions",
    body=None,
):
    """Return the spans by name, and the points of metrics by name, of one request."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracing = TracerProvider(shutdown_on_exit=False)
    tracing.add_span_processor(SimpleSpanProcessor(exporter))
    metering = MeterProvider([reader], shutdown_on_exit=False)
    points = {}

    class Kept(Telemetry):
        def close(self):
            data = json.loads(reader.get_metrics_data().to_json())
            for metric in data["resource_metrics"][0]["scope_metrics"][0]["metrics"]:
                points[metric["name"]] = metric["data"]["data_points"]
            super().close()

    async def test():
        async with running(script, observers=[Kept(tracing, metering)]) as world:
            await world.post(path, body or chat(1), headers)
            await world.send("GET", "/health")

    play(test())
    return {span.name: span for span in exporter.get_finished_spans()}, points


def test_a_request_is_a_span_with_its_stages_and_what_it_used():
    spans, _ = told()
    assert set(spans) == {
        "chat gpt-4o",
        "headroom.receive",
        "headroom.prepare",
        "headroom.upstream",
        "headroom.relay",
    }
    whole = spans.pop("chat gpt-4o")
    said = dict(whole.attributes)
    assert said["gen_ai.system"] == said["gen_ai.provider.name"] == "openai"
    assert said["gen_ai.request.model"] == "gpt-4o"
    assert said["gen_ai.usage.input_tokens"] == 5000
    assert said["gen_ai.usage.cache_read.input_tokens"] == 1024
    assert said["gen_ai.usage.output_tokens"] == 9
    assert said["http.response.status_code"] == 200
    assert said["headroom.tokens.before"] > said["headroom.tokens.after"]
    assert "error.type" not in said
    stages = sorted(spans.values(), key=lambda span: span.start_time)
    assert [each.parent.span_id for each in stages] == [whole.context.span_id] * 4
    assert stages[0].start_time == whole.start_time
    assert stages[-1].end_time == whole.end_time
    assert all(a.end_time == b.start_time for a, b in itertools.pairwise(stages))


CLAUDE = "publishers/anthropic/models"


@pytest.mark.parametrize(
    ("path", "headers", "system", "operation"),
    [
        ("/v1/chat/completions", [], "openai", "chat"),
        ("/v1/responses", [], "openai", "chat"),
        ("/v1/responses", [("chatgpt-account-id", "a")], "openai", "chat"),
        ("/v1/chat/completions", [("api-key", "k")], "azure.ai.openai", "chat"),
        ("/v1/messages", [], "anthropic", "chat"),
        (f"/v1/projects/p/locations/global/{CLAUDE}/m:rawPredict", [], "gcp.vertex_ai", "chat"),
        ("/model/anthropic.m/invoke", [], "aws.bedrock", "chat"),
        ("/model/amazon.m/converse", [], "aws.bedrock", "chat"),
        ("/v1beta/models/m:generateContent", [], "gcp.gemini", "generate_content"),
        ("/v1internal:generateContent", [], "gcp.gen_ai", "generate_content"),
        ("/v1/messages/count_tokens", [], "anthropic", "count_tokens"),
        ("/v1/responses/input_tokens", [], "openai", "count_tokens"),
        ("/v1beta/models/m:countTokens", [], "gcp.gemini", "count_tokens"),
        ("/v1internal:countTokens", [], "gcp.gen_ai", "count_tokens"),
        ("/v1/embeddings", [], "openai", None),
    ],
)
def test_upstreams_and_operations_have_the_names_of_the_conventions(
    path, headers, system, operation
):
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}], "input": "hello"}
    spans, points = told(headers=headers, path=path, body=body)
    [whole] = [span for span in spans.values() if "gen_ai.system" in span.attributes]
    [point] = points["gen_ai.client.operation.duration"]
    for said in (whole.attributes, point["attributes"]):
        assert said["gen_ai.system"] == said["gen_ai.provider.name"] == system
        assert said.get("gen_ai.operation.name") == operation
    assert whole.name.startswith(operation or "POST")


def test_a_span_continues_the_trace_of_the_client():
    spans, _ = told(headers=[("traceparent", f"00-{TRACE}-{PARENT}-01")])
    whole = spans["chat gpt-4o"]
    assert f"{whole.context.trace_id:032x}" == TRACE
    assert f"{whole.parent.span_id:016x}" == PARENT


@pytest.mark.parametrize("parent", ["", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_trace_that_makes_no_sense_is_none(parent):
    spans, _ = told(headers=[("traceparent", parent)])
    assert spans["chat gpt-4o"].parent is None


def test_an_error_of_the_upstream_is_one_of_the_span():
    spans, points = told(lambda _: Answer(529))
    whole = spans["chat gpt-4o"]
    assert (whole.status.status_code.name, whole.attributes["error.type"]) == ("ERROR", "529")
    [point] = points["gen_ai.client.operation.duration"]
    assert point["attributes"]["error.type"] == "529"


def test_metrics_measure_time_and_tokens():
    _, points = told()
    by_kind = {p["attributes"]["gen_ai.token.type"]: p for p in points["gen_ai.client.token.usage"]}
    assert (by_kind["input"]["sum"], by_kind["output"]["sum"]) == (5000, 9)
    ways = {p["attributes"]["headroom.way"]: p["value"] for p in points["headroom.tokens"]}
    assert ways["before"] > ways["after"] > 0
    assert points["headroom.request.added"][0]["count"] == 1
    assert points["gen_ai.client.operation.duration"][0]["count"] == 1


def test_no_content_is_told():
    spans, points = told(headers=[("authorization", "Bearer sk-secret")])
    text = "".join(span.to_json() for span in spans.values()) + json.dumps(points)
    assert not any(part in text for part in (OUTPUTS[0][:20], "Which job", "sk-secret"))


@pytest.mark.parametrize(
    ("variables", "signals"),
    [
        ({}, ()),
        ({ENDPOINT: "http://127.0.0.1:1"}, ("traces", "metrics")),
        ({ENDPOINT: "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "True"}, ()),
        ({ENDPOINT: "http://127.0.0.1:1", "OTEL_METRICS_EXPORTER": "none"}, ("traces",)),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:1/v1/metrics"}, ("metrics",)),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, ()),
        ({ENDPOINT: "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ()),
    ],
)
def test_without_an_endpoint_there_is_none(monkeypatch, variables, signals):
    for name in (ENDPOINT, "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wanted_signals() == signals
    if not signals:
        assert telemetry() is None


def test_without_the_package_there_is_none(monkeypatch):
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    monkeypatch.setattr("headroom.proxy.otel.import_module", missing)
    assert telemetry() is None


def missing(name):
    raise ModuleNotFoundError(f"No module named {name!r}")


def test_what_is_held_back_goes_to_the_endpoint_at_the_end(monkeypatch):
    got = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((self.path, self.headers["x-tenant"], body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(otel, "_PATIENCE", 30.0)  # However busy the machine is.
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=us")
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
        observer = telemetry()

        async def test():
            async with running(observers=[observer]) as world:
                await world.post("/v1/chat/completions", chat(1))

        play(test())
        server.shutdown()
    assert sorted({path for path, _, _ in got}) == ["/v1/metrics", "/v1/traces"]
    assert {tenant for _, tenant, _ in got} == {"us"}
    assert all(b"headroom" in body and b"deployment.environment" in body for *_, body in got)


def test_nobody_who_wants_none_loads_it():
    code = (
        "import sys\n"
        "from headroom.proxy.serving.blueprint import Blueprint\n"
        "from headroom.proxy.settings import Settings\n"
        "Blueprint(Settings(), 'memory:', 'memory:').build()\n"
        "print([m for m in sys.modules if m.startswith('opentelemetry')])\n"
    )
    root = Path(headroom.__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout == "[]\n"
