"""What becomes of a request is said to whoever asks: in headers of its answer, and in the log."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys

import pytest

from headroom.engine.engine import Engine
from headroom.errors import RequestRejected
from headroom.events import PipelineStage
from headroom.proxy import otel
from headroom.proxy.money.figures import Figures, view
from headroom.proxy.report import Report
from headroom.proxy.serving import log
from headroom.proxy.work import Prepared
from tests.proxy import test_socket_turn as socket_turn
from tests.proxy.conversation import OUTPUTS, WIRES, chat
from tests.proxy.standin import Answer, play, running, until
from tests.proxy.test_compression import Stuck
from tests.proxy.test_socket_session import ASKED as ASKED_THERE
from tests.proxy.test_socket_session import converse, create
from tests.proxy.test_websocket import sockets

ASKED = [("x-headroom-explain", "1")]
PLAIN = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}


class Watch:
    """Remembers reports."""

    def __init__(self):
        self.reports = []
        self.closed = False

    def finished(self, report):
        self.reports.append(report)

    def close(self):
        self.closed = True


def said(headers):
    return {name[11:]: value for name, value in headers if name.startswith("x-headroom-")}


@pytest.mark.parametrize("name", WIRES)
def test_an_answer_says_what_became_of_its_request_only_where_that_is_asked(name):
    path, build = WIRES[name]
    answer = Answer(headers=[("content-type", "application/json"), ("x-request-id", "r1")])

    async def test():
        async with running(lambda _: answer) as world:
            _, plain, body = await world.post(path, build(2))
            _, headers, same = await world.post(path, build(2), ASKED)
            told = said(headers)
            assert [each for each in headers if not each[0].startswith("x-headroom-")] == plain
            assert (body, said(plain)) == (same, {})
            assert told["wire"].endswith(name)
            assert int(told["saved-tokens"]) > 500
            assert "seen=" in told["texts"]
            assert "passthrough" not in told
            for each in world.provider.received:
                assert not any(name.startswith("x-headroom") for name, _ in each.headers)
            assert len({each.body for each in world.provider.received}) == 1

    play(test())


NESTED = b'{"messages": [{"role": "tool", "content": ' + b"[" * 4_000 + b"]" * 4_000 + b"}]}"
"""JSON, but more deeply nested than a decoder goes."""


@pytest.mark.parametrize(
    ("path", "body", "headers", "why"),
    [
        ("/v1/models", b"{}", [], "no-wire"),
        ("/v1/chat/completions", b"{", [], "not-json"),
        ("/v1/chat/completions", NESTED, [], "deep"),
        ("/v1/chat/completions", b"{}", [("content-encoding", "lzma")], "coding"),
        ("/v1/chat/completions", PLAIN, [("authorization", "AWS4-HMAC-SHA256 x")], "signed"),
        ("/v1/chat/completions", PLAIN, [], "nothing-shortened"),
        ("/v1/chat/completions", b" " * 20_000, [], "large"),
    ],
)
def test_a_request_that_passes_through_is_told_why(path, body, headers, why):
    async def test():
        async with running(max_body=10_000, explain=True) as world:
            _, answered, _ = await world.post(path, body, headers)
            assert said(answered)["passthrough"] == why
            assert re.fullmatch(r"[0-9]+\.[0-9]+", said(answered)["added-ms"])
            _, quiet, _ = await world.post(path, body, [*headers, ("x-headroom-explain", "0")])
            assert said(quiet) == {}

    play(test())


def test_a_body_of_more_values_than_a_model_reads_is_told_from_one_that_is_no_json():
    async def test():
        async with running(explain=True) as world:
            body = b'{"messages": [' + b"[]," * 340_000 + b"[]]}"
            _, answered, _ = await world.post("/v1/chat/completions", body)
            assert said(answered)["passthrough"] == "crowded"
            assert world.provider.received[0].body == body

    play(test())


def test_a_request_was_held_up_from_when_it_was_there_to_when_it_went_on():
    times = iter([10.0, 10.5, 10.5142, 11.0, 12.0])
    report = Report(clock=lambda: next(times))
    assert said(decoded(report))["added-ms"] == "0.0"
    for stage in ("receive", "prepare", "upstream", "relay"):
        report.ended(stage)
    assert said(decoded(report))["added-ms"] == "14.2"
    assert (report.line()["added_ms"], report.line()["total_ms"]) == (14.2, 2000.0)


def decoded(report):
    return [(name.decode(), value.decode()) for name, value in report.headers()]


def test_what_could_not_be_shortened_in_time_is_told():
    async def test():
        engine = Stuck()
        engine.stuck.set()
        async with running(engine=engine, deadline=0.001, explain=True) as world:
            told = said((await world.post("/v1/chat/completions", chat(1)))[1])
            assert "late" in (told.get("passthrough"), told.get("missed"))
            engine.free.set()
        nowhere = {"openai": "http://127.0.0.1:1"}
        async with running(explain=True, upstreams=nowhere) as world:
            status, headers, body = await world.post("/v1/chat/completions", PLAIN)
            assert (status, said(headers)["error"]) == (502, "upstream_unreachable")
            # No TLS is spoken there, so that none is named.
            message = json.loads(body)["error"]["message"]
            assert message == "headroom proxy: cannot connect to 127.0.0.1:1: Connection refused"

    play(test())


def test_a_request_that_an_extension_refuses_is_told_so():
    class Refuse:
        def on_pipeline_event(self, event):
            if event.stage is PipelineStage.INPUT_RECEIVED:
                raise RequestRejected("not today")

    async def test():
        async with running(engine=Engine(extensions=[Refuse()]), explain=True) as world:
            status, headers, _ = await world.post("/v1/chat/completions", PLAIN)
            assert (status, said(headers)["error"]) == (403, "request_rejected")

    play(test())


def test_every_request_for_an_upstream_is_reported_once_it_is_over():
    usage = {"prompt_tokens": 5000, "completion_tokens": 9}
    watch = Watch()

    async def test():
        answer = Answer(chunks=[json.dumps({"usage": usage}).encode()])
        async with running(lambda _: answer, observers=[watch]) as world:
            await world.post("/v1/chat/completions", chat(1), [("traceparent", "00-x-y-01")])
            await world.send("GET", "/health")
            await world.send("GET", "/v1/models")
        assert watch.closed
        one, two = watch.reports
        assert (one.method, one.wire, one.model, one.status) == (
            "POST",
            "openai-chat",
            "gpt-4o",
            200,
        )
        assert one.parent == "00-x-y-01"
        assert one.before > one.after > 0
        assert [each.fresh for each in one.usage] == [5000]
        assert list(one.ends) == ["receive", "prepare", "upstream", "relay"]
        assert list(one.ends.values()) == sorted(one.ends.values())
        assert (two.method, two.wire, two.passed) == ("GET", None, "no-wire")
        assert one.id != two.id

    play(test())


@pytest.mark.parametrize("framing", ["content-length: 9000000", "transfer-encoding: chunked"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/files"])
def test_of_a_client_that_hangs_up_in_its_upload_the_upstream_is_not_blamed(path, framing):
    watch = Watch()

    async def test():
        async with running(observers=[watch], max_body=10_000) as world:
            _, writer = await asyncio.open_connection("127.0.0.1", world.port)
            part = b" " * 50_000
            if "chunked" in framing:
                part = b"%x\r\n%b\r\n" % (len(part), part)
            writer.write(f"POST {path} HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\r\n".encode())
            writer.write(part)
            await writer.drain()
            await until(lambda: world.provider.heads)
            writer.close()
            await until(lambda: watch.reports)
            stats = json.loads((await world.send("GET", "/stats"))[2])
        [report] = watch.reports
        assert (report.status, report.error) == (0, "client_gone")
        assert "unreachable" not in stats["requests"]
        assert "502" not in stats["statuses"]

    play(test())


def test_a_client_that_hangs_up_before_its_answer_is_reported_too():
    watch, waiting = Watch(), asyncio.Event()

    async def test():
        async with running(lambda _: Answer(held=waiting), observers=[watch]) as world:
            _, writer = await world.begun("/v1/chat/completions", json.dumps(chat(1)).encode())
            await until(lambda: world.provider.received)
            writer.close()
            await until(lambda: watch.reports)
        [report] = watch.reports
        assert (report.wire, report.status, report.error) == ("openai-chat", 0, "client_gone")

    play(test())


def test_a_client_that_hangs_up_in_its_answer_has_had_an_answer():
    watch, waiting = Watch(), asyncio.Event()

    async def test():
        answer = Answer(chunks=[b"data: 1\n\n", waiting], length=False)
        async with running(lambda _: answer, observers=[watch]) as world:
            reader, writer = await world.begun("/v1/chat/completions", json.dumps(chat(1)).encode())
            await reader.readuntil(b"data: 1")
            writer.close()
            await until(lambda: watch.reports)
            await until(lambda: world.provider.broken)
            stats = json.loads((await world.send("GET", "/stats"))[2])
        [report] = watch.reports
        assert (report.wire, report.status, report.error) == ("openai-chat", 200, None)
        assert list(report.ends) == ["receive", "prepare", "upstream", "relay"]
        assert "unreachable" not in stats["requests"]

    play(test())


def test_a_log_line_holds_names_and_numbers_and_no_content(caplog):
    async def test():
        async with running(observers=[log.RequestLog()]) as world:
            headers = [("authorization", "Bearer sk-secret")]
            await world.post("/v1/chat/completions", chat(1), headers)

    with caplog.at_level(logging.INFO, "headroom.proxy.request"):
        play(test())
    [record] = [each for each in caplog.records if each.name == "headroom.proxy.request"]
    line = json.loads(log._Json().format(record))
    assert (line["wire"], line["model"], line["status"]) == ("openai-chat", "gpt-4o", 200)
    assert line["tokens_before"] > line["tokens_after"]
    assert line["added_ms"] <= line["total_ms"]
    assert sum(line["texts"].values()) == 3
    for text in (json.dumps(line), log._Text(log._TEXT).format(record)):
        assert "\n" not in text
        assert not any(part in text for part in (OUTPUTS[0][:20], "sk-secret", "Which job"))


def test_of_a_model_whose_name_is_a_text_only_the_beginning_is_told():
    watch = Watch()

    async def test():
        async with running(observers=[watch]) as world:
            body = {**chat(1), "model": "gpt-4o " + "canary " * 10_000}
            await world.post("/v1/chat/completions", body)

    play(test())
    [report] = watch.reports
    assert report.model.startswith("gpt-4o canary")
    assert len(report.model) <= 80
    assert len(json.dumps(report.line())) < 1_000


@pytest.mark.parametrize(
    ("named", "told"),
    [("m" * 81, "m" * 80), ("a\x1b[31m\nb\u202e", "a?[31m?b?"), ("a\ud800b", "a?b"), ("ž", "ž")],
)
def test_a_models_name_is_told_alike_in_reports_measurements_and_figures(named, told):
    report, figures = Report(), Figures()
    report.prepared(Prepared(b"{}", named), b"")
    figures.add({"requests.considered": 1}, named)
    assert report.model == otel._common(report)["gen_ai.request.model"] == told
    assert list(view(figures.all())["models"]) == [told]


def test_of_an_error_it_is_logged_what_it_is_and_where_but_not_what_it_says():
    def shown(error):
        try:
            raise error
        except type(error):
            record = logging.LogRecord("n", 40, "", 0, "it failed", (), sys.exc_info())
        line = json.loads(log._Json().format(record))["error"]
        assert log._Text(log._TEXT).format(record) == f"ERROR n: it failed\n{line}"
        return line

    assert re.fullmatch(
        r"ValueError at proxy/test_report\.py:\d+ \(shown\)", shown(ValueError("said"))
    )
    assert shown(OSError("no space")).endswith("(shown): no space")


def test_a_model_with_an_odd_name_stays_in_one_line():
    record = logging.makeLogRecord({"msg": "request", "levelname": "INFO", "name": "n"})
    record.said = {"model": "a\nERROR b\x1b[31m", "status": 200}
    text = log._Text(log._TEXT).format(record)
    assert text == 'INFO n: request model="a\\nERROR b\\u001b[31m" status=200'


def test_lines_that_nobody_reads_are_dropped_and_hold_nobody_up():
    import queue

    lines = queue.Queue(2)
    handler = log._Handler(lines)
    for _ in range(5):
        handler.handle(logging.makeLogRecord({"msg": "x"}))
    assert lines.qsize() == 2


def test_a_socket_reports_each_of_its_requests_with_what_it_cost():
    watch = Watch()
    sent, frames, _ = play(converse(["make log"], [OUTPUTS[0]], observers=[watch]))
    assert [each.method for each in watch.reports] == ["SOCKET", "SOCKET"]
    one, two = watch.reports
    assert (one.passed, two.passed) == ("nothing-shortened", None)
    assert two.before > two.after > 0
    assert len(frames[1]) < len(sent[1])
    assert [each.fresh for each in one.usage + two.usage] == [100, 1000]
    assert list(two.ends) == ["prepare", "upstream", "relay"]
    assert (one.error, two.error) == (None, None)


def test_a_turn_over_a_socket_is_one_report_however_often_our_tool_is_called():
    watch = Watch()
    model = socket_turn.Model(
        [socket_turn.theirs("c1", q="a")],
        socket_turn.asking(lines="5-6", call_id="o2"),
        [("text", "It is job 7.")],
    )

    async def test():
        async with socket_turn.talking(model, observers=[watch]) as (_, client):
            await client.ask(socket_turn.QUESTION)
            await client.ask(socket_turn.output("c1", socket_turn.LOG))

    play(test())
    assert [len(each.usage) for each in watch.reports] == [1, 2]


def test_what_a_socket_never_answers_is_reported_when_it_closes():
    watch = Watch()

    async def hang(socket):
        await socket.receive()
        await socket.receive()

    async def test():
        async with (
            sockets(hang, shared=True, observers=[watch]) as (world, client),
            client.ws_connect(f"{world.url}/v1/responses") as socket,
        ):
            await socket.send_str(create([ASKED_THERE]))
            await socket.close()
            await until(lambda: watch.reports)
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["money"]["requests_without_usage"] == 1
        [report] = watch.reports
        assert (report.error, report.usage) == ("socket_closed", [])

    play(test())
