"""What is known of earlier requests saves work and changes nothing: same bytes, same outcomes."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import registry
from headroom.cache.ledger import MemoryLedger
from headroom.config import Options
from headroom.core.grown import GrownDocument, shared_items
from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable
from headroom.engine import history
from headroom.engine.engine import Call, Engine
from headroom.errors import HeadroomError
from headroom.stores import open_store

WIRES = ("openai-chat", "openai-responses", "anthropic", "gemini")
LOG = "\n".join(f"10:00:{n:02} INFO worker {n % 3} took job {n * 37 % 101}" for n in range(40))
OTHER = "\n".join(f"src/part{n % 4}.py:{n}: value_{n} = compute(value_{n - 1})" for n in range(80))
TEXTS = (
    "short",
    LOG,
    OTHER,
    LOG + "\nthe end of it",
    "head\n" + OTHER[200:],
    "žluťoučký kůň\n" + LOG,
    json.dumps([{"id": n, "name": f"item {n}", "ok": n % 2 == 0} for n in range(40)]),
    "\ud83d alone\n" + LOG,
    "",
    json.dumps({"output": LOG, "exit_code": 0}),
    json.dumps({"output": "head\n" + LOG + "\n" + OTHER, "exit_code": 1}, ensure_ascii=False),
)
KEYS = {"openai-chat": "messages", "openai-responses": "input", "gemini": "contents"}
ODD = (
    "null",
    "7",
    "-0.5",
    '"said"',
    "[]",
    "[[{}]]",
    '{"role":"user"}',
    '{"role":"tool","content":7}',
    '{"role":"user","role":"tool","content":"x"}',
    '{"type":"tool_result","content":{}}',
    '{ "role" : "system", "content" : [ "a", {"type":"text","text":"b"} ] }',
)


def item(wire, kind, text, number):
    """An item of a conversation as this wire's clients write it."""
    call = {"command": f"make {number}"}
    name = ("bash", "Read", "mcp__headroom__headroom_retrieve")[number % 3]
    if wire == "openai-chat":
        function = {"name": name, "arguments": json.dumps(call)}
        return {
            "user": {"role": "user", "content": text},
            "call": {
                "role": "assistant",
                "tool_calls": [{"id": f"c{number}", "function": function}],
            },
            "result": {"role": "tool", "tool_call_id": f"c{number}", "content": text},
        }[kind]
    if wire == "openai-responses":
        return {
            "user": {"role": "user", "content": [{"type": "input_text", "text": text}]},
            "call": {
                "type": "function_call",
                "call_id": f"c{number}",
                "name": name,
                "arguments": json.dumps(call),
            },
            "result": {"type": "function_call_output", "call_id": f"c{number}", "output": text},
        }[kind]
    if wire == "anthropic":
        return {
            "user": {"role": "user", "content": text},
            "call": {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": f"c{number}", "name": name, "input": call}],
            },
            "result": {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": f"c{number}", "content": text}],
            },
        }[kind]
    answer = {"name": name, "response": {"output": text, "more": [text]}}
    return {
        "user": {"role": "user", "parts": [{"text": text}]},
        "call": {"role": "model", "parts": [{"functionCall": {"name": name, "args": call}}]},
        "result": {"role": "user", "parts": [{"functionResponse": answer}]},
    }[kind]


@st.composite
def items(draw, wire):
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(ODD))
    made = item(
        wire,
        draw(st.sampled_from(("user", "call", "result", "result"))),
        draw(st.sampled_from(TEXTS)),
        draw(st.integers(0, 3)),
    )
    if draw(st.booleans()):
        made["cache_control"] = {"type": "ephemeral"}
    spelled = json.dumps(made, ensure_ascii=draw(st.booleans()))
    try:
        spelled.encode()
    except UnicodeEncodeError:
        spelled = json.dumps(made)
    return spelled


HEADS = (
    '{"model":"gpt-4o",',
    "{",
    ' { "model" : "gpt-4o" ,\n "system":"Be brief.", ',
    '{"tools":[],',
)
TAILS = (
    "]}",
    '],"tools":[{"type":"function","function":{"name":"bash"}}]}',
    ' ] , "system":[{"type":"text","text":"Be brief."}],"instructions":"Be."} ',
    '],"tools":[{"name":"Edit"}],"n":1}',
    '],"system":"ž"}',
    '],"messages":[]}',
    '],"model":"other"}',
    "]",
    ",]}",
    '],"x":NaN}',
    "]} x",
)


@st.composite
def conversations(draw):
    """Bodies in the order in which they come: some go on from earlier ones, in many ways."""
    wire = draw(st.sampled_from(WIRES))
    key = KEYS.get(wire, "messages")
    bodies = []
    states = [(draw(st.sampled_from(HEADS)), [draw(items(wire))], 0)]
    for _ in range(draw(st.integers(2, 6))):
        head, listed, tail = draw(st.sampled_from(states))
        listed = list(listed)
        change = draw(st.integers(0, 7))
        if change <= 4:
            listed += draw(st.lists(items(wire), min_size=1, max_size=3))
        if change == 5 and listed:
            listed[draw(st.integers(0, len(listed) - 1))] = draw(items(wire))
        if change == 6:
            listed = listed[: draw(st.integers(0, len(listed)))]
        if change == 7:
            head = draw(st.sampled_from(HEADS))
        if draw(st.integers(0, 3)) == 0:
            tail = draw(st.integers(0, len(TAILS) - 1))
        states.append((head, listed, tail))
        comma = draw(st.sampled_from((",", ", ", " ,\n  ")))
        body = f'{head}"{key}":[{comma.join(listed)}{TAILS[tail]}'
        bodies.append(body.encode())
    return wire, bodies


def passed(engine, wire, raw, *, grown, seed="a"):
    """What one engine makes of a body: its bytes and outcomes, or what it raised."""
    call = Call("gpt-4o", seed=seed, ongoing=True, shell="headroom retrieve")
    try:
        document = engine.history.document(raw) if grown else BytesDocument(raw)
        result = engine.run(document, registry.provider(wire), Options(min_tokens=20), call)
    except (HeadroomError, LookupError) as error:
        return type(error)
    document = result.document
    assert document.tree == json.loads(document.raw)
    return document.raw, result.outcomes, result.conversation


def engines():
    return [Engine(ledger=MemoryLedger(), store=open_store("memory:")) for _ in range(2)]


@pytest.fixture(autouse=True)
def everything_counts(monkeypatch):
    monkeypatch.setattr(history, "_SMALL", 0)


@settings(max_examples=settings.default.max_examples // 5)
@given(conversations())
def test_with_and_without_the_memory_the_same_bytes_go_out(talk):
    wire, bodies = talk
    with_, without = engines()
    for raw in bodies:
        seed = "b" if len(raw) % 5 == 0 else "a"
        made = passed(with_, wire, raw, grown=True, seed=seed)
        assert made == passed(without, wire, raw, grown=False, seed=seed)


def body(count, tail="]}", spell=json.dumps):
    listed = [item("openai-chat", "user", "Which job?", 0)]
    for n in range(count):
        listed.append(item("openai-chat", "call", "", 3 * n))
        listed.append(item("openai-chat", "result", f"run {n}\n{LOG}\n{n}", 3 * n))
    return ('{"model":"gpt-4o","messages":[' + ", ".join(map(spell, listed)) + tail).encode()


def test_messages_that_are_known_are_neither_decoded_nor_located_again(monkeypatch):
    engine, _ = engines()
    passed(engine, "openai-chat", body(4), grown=True)
    first = engine.history._entries[-1].document
    wire = type(registry.provider("openai-chat"))
    turns, before = [], wire.located
    monkeypatch.setattr(
        wire, "located", lambda self, *args: turns.append(args[2]) or before(self, *args)
    )
    passed(engine, "openai-chat", body(5), grown=True)
    second = engine.history._entries[-1].document
    assert turns == [9, 10]
    assert second.same == 9
    assert all(
        a is b for a, b in zip(first.tree["messages"], second.tree["messages"][:9], strict=True)
    )


def test_forms_are_escaped_as_the_whole_of_a_body_is(monkeypatch):
    """A body that was all ASCII is no more: full spelling, also of what went out before."""
    seen = f"čas\n{LOG}\n"
    first = [item("openai-chat", "call", "", 0), item("openai-chat", "result", seen, 0)]
    later = [*first, item("openai-chat", "user", "Tak které?", 0)]
    start = '{"messages":['
    bodies = [
        (start + ",".join(map(json.dumps, first)) + "]}").encode(),
        (
            start
            + ",".join(map(json.dumps, first))
            + ","
            + json.dumps(later[2], ensure_ascii=False)
        ).encode()
        + b"]}",
    ]
    with_, without = engines()
    made = [passed(with_, "openai-chat", raw, grown=True) for raw in bodies]
    assert made == [passed(without, "openai-chat", raw, grown=False) for raw in bodies]
    assert "čas".encode() in made[1][0]
    assert made[1][0] != bodies[1]


def test_a_call_that_was_taken_back_names_nothing_any_more():
    call = item("openai-chat", "call", "", 2)
    result = item("openai-chat", "result", LOG, 2)
    user = item("openai-chat", "user", "Which?", 0)
    bodies = [
        json.dumps({"messages": [user, call, result]}).encode(),
        json.dumps({"messages": [user, result | {"content": OTHER}]}).encode(),
    ]
    with_, without = engines()
    made = [passed(with_, "openai-chat", raw, grown=True) for raw in bodies]
    assert made == [passed(without, "openai-chat", raw, grown=False) for raw in bodies]
    assert made[0][1][-1].reason == "retrieved"
    assert made[1][1][-1].action == "compressed"


def test_the_tail_is_taken_over_where_it_is_the_same():
    tail = '],"tools":[{"name":"x"}]}'
    first = GrownDocument(body(2, tail))
    second = GrownDocument(body(3, tail), first, shared_items(body(3, tail), first))
    assert second.same == 5
    assert second.tree["tools"] is first.tree["tools"]
    third = GrownDocument(body(3), second, shared_items(body(3), second))
    assert "tools" not in third.tree


def test_a_turn_that_goes_on_takes_the_place_of_the_one_before():
    engine, _ = engines()
    for count in range(1, 8):
        passed(engine, "openai-chat", body(count), grown=True)
    assert len({id(each) for each in engine.history._entries}) == len(engine.history) <= 2


def test_the_memory_is_bounded_by_bytes_and_by_bodies(monkeypatch):
    held = history.History(max_bytes=100_000, max_bodies=3)
    engine, _ = engines()
    for n in range(6):
        raw = body(2).replace(b"Which", b"%d" % n)
        passed(engine, "openai-chat", raw, grown=True)
        held.note(engine.history._entries[-1])
    assert len(held) == 3
    tight = history.History(max_bytes=10)
    tight.note(engine.history._entries[-1])
    assert len(tight) == 0


def test_bodies_of_a_conversation_are_not_held_by_one_another():
    engine, _ = engines()
    for count in range(1, 4):
        passed(engine, "openai-chat", body(count), grown=True)
    assert engine.history._entries[-1].document.earlier is None


def test_requests_of_one_conversation_at_the_same_time_get_one_form():
    engine, _ = engines()
    passed(engine, "openai-chat", body(3), grown=True)
    made = []
    threads = [
        threading.Thread(
            target=lambda: made.append(passed(engine, "openai-chat", body(6), grown=True)[0])
        )
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(made)) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"messages":[]}',
        b'{"messages":7}',
        b'{"messages":[1',
        b'{"a":1,"a":2}',
        b"\xff",
    ],
)
def test_what_is_not_a_body_with_messages_is_left_to_the_plain_reading(raw):
    with pytest.raises(NotSpliceable):
        GrownDocument(raw)


def test_an_extension_sees_every_request_the_long_way():
    class Watching:
        def on_pipeline_event(self, event):
            return None

    engine = Engine(ledger=MemoryLedger(), store=open_store("memory:"), extensions=[Watching()])
    passed(engine, "openai-chat", body(3), grown=True)
    assert len(engine.history) == 0


def test_the_ledger_is_asked_for_old_texts_now_and_then_so_that_it_keeps_them():
    asked = []

    class Asked(MemoryLedger):
        def get_all(self, keys):
            asked.append(list(keys))
            return super().get_all(keys)

    engine = Engine(ledger=Asked(), store=open_store("memory:"))
    for count in range(1, 20):
        passed(engine, "openai-chat", body(count), grown=True)
    first = next(keys for keys in asked if keys)[0]
    assert 2 <= sum(first in keys for keys in asked) <= 4


def test_a_body_of_more_values_than_a_model_reads_is_not_decoded():
    with pytest.raises(NotSpliceable, match="more values"):
        history.History().document(b'{"messages":[' + b"[]," * 400_000 + b"[]]}")


def test_a_body_too_large_to_be_held_is_gone_through_all_the_same(monkeypatch):
    monkeypatch.setattr(history, "_LARGE", 100)
    with_, without = engines()
    for count in (2, 3):
        made = passed(with_, "openai-chat", body(count), grown=True)
        assert made == passed(without, "openai-chat", body(count), grown=False)
    assert len(with_.history) == 0


def test_a_change_outside_the_messages_is_made_the_plain_way():
    raw = json.dumps({"system": LOG, "messages": [item("anthropic", "result", LOG, 0)]}).encode()
    engine, _ = engines()
    options = Options(min_tokens=20, compress_system_messages=True)
    call = Call("gpt-4o", ongoing=True)
    document = engine.history.document(raw)
    result = engine.run(document, registry.provider("anthropic"), options, call)
    assert len(engine.history) == 0
    assert result.document.tree["system"] != LOG
