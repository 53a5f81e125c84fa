"""Taking our calls out of answers and putting them back into history, piece by piece."""

from __future__ import annotations

import itertools
import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.cache.ledger import MemoryLedger
from headroom.ccr.call import Answer, Call, turn
from headroom.ccr.tool import NAME
from headroom.core.jsonpatch import BytesDocument
from headroom.proxy.turn import history, openai_chat, openai_responses
from headroom.proxy.turn.continuation import goes_on
from headroom.proxy.turn.frame import Events, Items, event
from headroom.proxy.turn.insert import linked, restored
from headroom.proxy.turn.offer import Offer
from headroom.proxy.turn.wire import WIRES, cut
from tests.choices import choices
from tests.proxy.dialogue import SPOKEN, ours, sse, theirs

NAMES = [name for name in SPOKEN if name != "gemini-list"]
words = st.text('ab ž🦄\n"\\{[', min_size=1, max_size=12).filter(str.strip)
texts = st.tuples(st.just("text"), words)
asks = st.builds(lambda n, q: theirs(f"call_{n}", q=q), st.integers(0, 99), words)
lookups = st.builds(lambda n, q: ours(f"call-o{n}", ref=q), st.integers(0, 99), words)


def leg_of(spoken, said):
    _, [raw] = spoken.answer(said, False, 1)
    return WIRES[spoken.name].read(json.loads(raw))


def chunks_of(data, cuts):
    ends = sorted({n % (len(data) + 1) for n in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(ends)]


def streamed(name, answers, cuts):
    """Return what the client gets of the answers of one turn, cut anyhow."""
    framed, stream = cut(SPOKEN[name].name, listed=name == "gemini-list")
    out = b""
    for n, answer in enumerate(answers):
        frames = framed()
        if n:
            stream.go_on()
        for chunk in chunks_of(answer, cuts):
            out += b"".join(map(stream.take, frames.feed(chunk)))
        stream.over()
    return out + stream.released() + stream.rest(frames.rest())


@pytest.mark.parametrize("name", SPOKEN)
@settings(max_examples=200)
@given(
    before=st.lists(texts, max_size=1),
    legs=st.lists(lookups, min_size=0, max_size=2),
    after=texts,
    calls=st.lists(st.one_of(asks, lookups), max_size=4),
    cuts=st.lists(st.integers(0, 5000), max_size=40),
)
def test_any_cut_of_a_stream_gives_the_same_bytes(name, before, legs, after, calls, cuts):
    spoken = SPOKEN[name]
    said = [[*before, each] for each in legs] + [[after, *calls]]
    answers = [b"".join(spoken.answer(each, True, n)[1]) for n, each in enumerate(said)]
    whole = streamed(name, answers, ())
    assert streamed(name, answers, cuts) == whole
    got, _, _ = spoken.read(whole, True)
    assert not any(x[0] == "call" and x[2] == NAME for x in got)
    mine = [x[2:] for x in calls if x[2] != NAME]
    assert [x[2:] for x in got if x[0] == "call"] == mine
    if not legs and len(mine) == len(calls):
        assert whole == answers[0]


@given(choices(192).map(lambda made: made.several(lambda: made.raw(30), 0, 12)), st.booleans())
def test_frames_put_together_are_the_body(chunks, events):
    frames = Events() if events else Items()
    out = b"".join(frame.raw for chunk in chunks for frame in frames.feed(chunk))
    assert out + frames.rest() == b"".join(chunks)


@given(
    choices(384).map(lambda made: made.several(lambda: made.raw(40), 0, 20)),
    st.sampled_from(list(SPOKEN)),
)
def test_whatever_comes_is_taken_and_passed_on(chunks, name):
    framed, stream = cut(SPOKEN[name].name, listed=name == "gemini-list")
    frames = framed()
    data = [b"data: ", *chunks, b"\n\n", b'data: {"choices": 3, "candidates": [7]}\n\n']
    out = b"".join(b"".join(map(stream.take, frames.feed(chunk))) for chunk in data)
    stream.over()
    assert out + stream.released() + stream.rest(frames.rest()) == b"".join(data)


ODD = [
    {"type": "content_block_start", "index": "x", "content_block": 3},
    {"type": "content_block_delta", "index": 0, "delta": []},
    {"type": "content_block_stop"},
    {"type": "message_start", "message": None},
    {"type": "message_delta", "usage": 3},
    {"choices": [{"delta": {"tool_calls": [3, {"index": None}], "content": 7}}]},
    {"choices": [{"delta": {"tool_calls": [{"function": 3}]}}]},
    {"choices": []},
    {"choices": [None]},
    {"candidates": [{"content": {"parts": [3, {"functionCall": 3}]}}]},
    {"candidates": {"content": 3}},
    {"type": "response.output_item.done", "item": 3, "output_index": None},
    {"type": "response.completed", "response": {"output": [3]}},
    {"type": "response.created"},
    {"error": {"message": "no"}},
    3,
    None,
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ODD, ids=str)
def test_odd_events_pass_as_they_are(name, value):
    _, stream = cut(SPOKEN[name].name, listed=False)
    raw = b"data: " + json.dumps(value).encode() + b"\n\n"
    [frame] = Events().feed(raw)
    assert stream.take(frame) + stream.released() == raw
    stream.over()
    assert not stream.leg.calls


def recorded(spoken, answers, talk=()):
    """Keep the answers of a turn; return the ledger, and its offer."""
    offer, ledger = Offer(spoken.name, b"conversation"), MemoryLedger()
    legs = [leg_of(spoken, each) for each in answers]
    asked = []
    for leg in legs:
        calls = [Call(spoken.name, call.call_id, call.arguments) for call in leg.calls]
        said = [Answer(f"answer {n}") for n, _ in enumerate(calls)]
        if calls:
            asked.append(history.Asked.of(leg, turn(calls, said)))
    names = history.names_of(offer, legs, spoken.request(list(talk), False))
    record = history.Record(asked, bool(legs[-1].calls))
    history.keep(ledger, offer, record, names)
    return ledger, offer


def back(spoken, ledger, offer, body, spelling=None):
    document = BytesDocument(json.dumps(body, **spelling or {}).encode())
    found = history.found(document.tree, offer, ledger)
    return restored(document, spoken.name, found)


ENDS = [("user", "Question?")]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=200)
@given(
    legs=st.lists(st.tuples(st.lists(texts, max_size=1), lookups), min_size=1, max_size=3),
    after=texts,
    calls=st.lists(asks, min_size=1, max_size=2, unique_by=lambda x: x[1]),
    spelling=st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":")}]),
)
@example(
    legs=[([("text", "[")], ours("call-o0", ref="x")), ([], ours("call-o1", ref="x"))],
    after=("text", "\n\n["),  # begins as the break does that is put between two answers
    calls=[theirs("call_0", q="x")],
    spelling={},
)
def test_what_the_client_saw_as_one_turn_becomes_what_the_provider_saw(
    name, legs, after, calls, spelling
):
    spoken = SPOKEN[name]
    if name == "gemini":
        calls = calls[:1]
    answers = [[*said, call] for said, call in legs] + [[after, *calls]]
    ledger, offer = recorded(spoken, answers, ENDS)
    seen = [[x for x in each if x[0] != "call" or x[2] != NAME] for each in answers]
    results = [(x[1], x[2], "result") for x in calls]
    talk = [*ENDS, ("said", joined(name, seen)), ("results", results)]
    document = back(spoken, ledger, offer, spoken.request(talk, False), spelling)
    expected = [*ENDS]
    for said, call in legs:
        expected += [("said", [*said, call]), ("results", [(call[1], NAME, "answer 0")])]
    expected += [("said", answers[-1]), ("results", results)]
    assert plain(spoken, document.tree) == plain(spoken, spoken.request(expected, False))
    again = back(spoken, ledger, offer, spoken.request([*talk, ("user", "Žluť")], False), spelling)
    for before, after_ in zip(document.tree[key(name)], again.tree[key(name)], strict=False):
        assert before == after_


def key(name):
    return {"responses": "input", "gemini": "contents"}.get(name, "messages")


def joined(name, answers):
    """Put what is seen of several answers together as a client of the wire would."""
    said = [x for each in answers for x in each]
    if name in ("anthropic", "responses"):
        return said
    text = ""
    for each in (x[1] for x in said if x[0] == "text"):
        text += f"\n\n{each}" if text and not text[-1].isspace() else each
    return [("text", text), *(x for x in said if x[0] == "call")]


def plain(spoken, body):
    """Return a conversation without what clients do not keep."""
    return [
        (kind, [tuple(x) for x in what] if kind != "user" else what)
        for kind, what in spoken.talk(body)
    ]


TURN = [[("think", "1"), ("text", "One."), ours("toolu_o1", ref="x")]]
TURN += [[("think", "2"), ("text", "Two."), theirs("toolu_c1", q="a")]]


def seen_by_anthropic():
    spoken = SPOKEN["anthropic"]
    said = [*TURN[0][:2], *TURN[1]]
    talk = [*ENDS, ("said", said), ("results", [("toolu_c1", "lookup", "r")])]
    return spoken, *recorded(spoken, TURN, ENDS), spoken.request(talk, False)


def test_bytes_of_the_client_are_moved_and_not_written_anew():
    _, ledger, offer, body = seen_by_anthropic()
    blocks = body["messages"][1]["content"]
    blocks[1]["text"] = "One."
    blocks[-1]["cache_control"] = {"type": "ephemeral"}
    body["messages"][1] = {"content": blocks, "role": "assistant", "x": 1.0}
    raw = json.dumps(body, indent=1).replace('"One."', '"\\u004fne."')
    found = history.found(json.loads(raw), offer, ledger)
    text = restored(BytesDocument(raw.encode()), "anthropic", found).raw.decode()
    assert '"\\u004fne."' in text
    assert '"x": 1.0' in text
    [_, one, two, three, _] = json.loads(text)["messages"]
    assert [x["type"] for x in one["content"]] == ["thinking", "text", "tool_use"]
    assert [x["type"] for x in two["content"]] == ["tool_result"]
    assert [x["type"] for x in three["content"]] == ["thinking", "text", "tool_use"]
    assert three["x"] == 1.0


VARIANTS = {
    "ids written anew": lambda b: [
        {**x, "id": x["id"].replace("_", "")} if "id" in x else x for x in b
    ],
    "ids made up": lambda b: [{**x, "id": "bash-1"} if "id" in x else x for x in b],
    "thoughts dropped": lambda b: [x for x in b if x["type"] != "thinking"],
    "first thought dropped": lambda b: b[1:],
    "texts trimmed": lambda b: [{**x, "text": f"{x['text']} \n"} if "text" in x else x for x in b],
    "texts joined": lambda b: [b[0], {"type": "text", "text": "One.Two."}, b[-1]],
    "more in blocks": lambda b: [{**x, "cache_control": {"type": "ephemeral"}} for x in b],
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_turn_is_known_however_its_client_keeps_it(variant):
    spoken, ledger, offer, body = seen_by_anthropic()
    body["messages"][1]["content"] = VARIANTS[variant](body["messages"][1]["content"])
    messages = back(spoken, ledger, offer, body).tree["messages"]
    assert len(messages) == 5
    assert messages[1]["content"][-1]["name"] == NAME
    assert messages[1]["content"][-2].get("text", "One.").strip() == "One."
    assert messages[2]["content"][0]["content"] == "answer 0"
    assert messages[3]["content"][-1]["name"] == "lookup"
    assert "One." not in str(messages[3])


def test_a_plain_text_is_cut_in_two():
    spoken = SPOKEN["anthropic"]
    ledger, offer = recorded(spoken, [[*TURN[0][1:]], [("text", "Two.")]], ENDS)
    body = spoken.request(ENDS, False)
    body["messages"].append({"role": "assistant", "content": "One.Two."})
    _, one, two, three = back(spoken, ledger, offer, body).tree["messages"]
    assert one["content"][0] == {"type": "text", "text": "One."}
    assert two["content"][0]["type"] == "tool_result"
    assert three == {"role": "assistant", "content": "Two."}


def test_a_turn_that_is_not_known_is_left_as_it_is():
    spoken, ledger, offer, body = seen_by_anthropic()
    body["messages"][1]["content"] = [{"type": "text", "text": "Something else."}]
    assert back(spoken, ledger, offer, body).tree == body
    body["messages"][1]["content"] = "One."
    assert back(spoken, ledger, offer, body).tree == body
    _, _, _, body = seen_by_anthropic()
    assert back(spoken, ledger, Offer("anthropic", b"another"), body).tree == body


def mixed():
    both = [("text", "Both."), ours("o1", ref="x"), theirs("c1", q="a"), theirs("c2", q="b")]
    return both, [*both[:1], *both[2:]]


def test_calls_that_a_client_makes_messages_of_get_ours_once():
    spoken = SPOKEN["chat"]
    both, seen = mixed()
    ledger, offer = recorded(spoken, [both], ENDS)
    talk = [*ENDS]
    for n, call in enumerate(seen[1:]):
        talk += [("said", [*seen[:1], call] if not n else [call]), ("results", [(*call[1:3], "r")])]
    messages = back(spoken, ledger, offer, spoken.request(talk, False)).tree["messages"]
    made = [call["id"] for m in messages for call in m.get("tool_calls", ())]
    assert made == ["o1", "c1", "c2"]
    assert [m["tool_call_id"] for m in messages if m["role"] == "tool"] == made


def test_content_in_parts_is_left_to_the_client():
    spoken = SPOKEN["chat"]
    legs = [[("text", "One."), ours("o1", ref="x")], [("text", "Two.")]]
    ledger, offer = recorded(spoken, legs, ENDS)
    body = spoken.request([*ENDS, ("said", [("text", "?")])], False)
    body["messages"][-1]["content"] = [{"type": "text", "text": "One.\n\nTwo."}]
    *_, one, _, last = back(spoken, ledger, offer, body).tree["messages"]
    assert one["content"] == "One."
    assert last["content"] == [{"type": "text", "text": "Two."}]


def test_a_text_that_its_client_cut_into_parts_is_not_said_twice():
    spoken = SPOKEN["chat"]
    legs = [[("text", "One."), ours("o1", ref="x")], [("text", "Two.")]]
    ledger, offer = recorded(spoken, legs, ENDS)
    body = spoken.request([*ENDS, ("said", [("text", "?")])], False)
    parts = [{"type": "text", "text": text} for text in ("One.", "\n\nTwo.")]
    body["messages"][-1]["content"] = parts
    assert back(spoken, ledger, offer, body).tree == body


def test_outputs_between_calls_of_a_client_do_not_hide_a_turn():
    spoken = SPOKEN["responses"]
    both, seen = mixed()
    ledger, offer = recorded(spoken, [both], ENDS)
    items = spoken.request([*ENDS, ("said", seen)], False)["input"]
    out = [{"type": "function_call_output", "call_id": c, "output": "r"} for c in ("c1", "c2")]
    body = {"input": [*items[:-1], out[0], items[-1], out[1]], "tools": []}
    made = back(spoken, ledger, offer, body).tree["input"]
    assert [x.get("call_id") for x in made] == [None, None, "o1", "o1", "c1", "c1", "c2", "c2"]


@pytest.mark.parametrize("given_", ["Hi", [], [{"role": "user", "content": "Hi"}]])
@pytest.mark.parametrize("items", [[], [{"type": "function_call_output", "call_id": "o1"}]])
def test_a_request_goes_on_from_the_answer_that_the_provider_knows(given_, items):
    ledger, offer = MemoryLedger(), Offer("openai-responses", b"conversation")
    history.keep_answer(ledger, offer, "resp_1", "resp_2", items)
    body = {"previous_response_id": "resp_1", "input": given_}
    made = linked(BytesDocument(json.dumps(body).encode()), ledger).tree
    assert made["previous_response_id"] == "resp_2"
    if items and given_:
        assert made["input"] == [*items, {"role": "user", "content": "Hi"}]
    else:
        assert made["input"] == given_
    other = BytesDocument(b'{"previous_response_id": "resp_9", "input": "x"}')
    assert linked(other, ledger) is other


def test_the_same_turn_twice_is_two_turns():
    spoken = SPOKEN["gemini"]
    say = [ours(None, ref="x"), theirs(None, q="a")]
    offer, ledger = Offer("gemini", b"conversation"), MemoryLedger()
    talk = [*ENDS, ("said", [theirs(None, q="a")]), ("results", [(None, "lookup", "plain")])]
    leg = leg_of(spoken, say)
    asked = history.Asked.of(leg, turn([Call("gemini", None, {})], [Answer("mine")]))
    names = history.names_of(offer, [leg], spoken.request(talk, False))
    history.keep(ledger, offer, history.Record([asked], True), names)
    talk += [("said", [theirs(None, q="a")]), ("results", [(None, "lookup", "again")])]
    contents = back(spoken, ledger, offer, spoken.request(talk, False)).tree["contents"]
    assert [len(each["parts"]) for each in contents] == [1, 1, 1, 2, 2]


@pytest.mark.parametrize("name", NAMES)
def test_a_call_behind_other_texts_is_not_the_one_that_was_asked_beside(name):
    spoken = SPOKEN[name]
    monday = [("said", [theirs("c0", q="a")]), ("results", [("c0", "lookup", "of Monday")])]
    tuesday = [monday[0], ("results", [("c0", "lookup", "of Tuesday")])]
    then = [("said", [theirs("c1", q="b")]), ("results", [("c1", "lookup", "r")])]
    more = [("said", [("text", "Done.")]), ("user", "And now?")]
    both = [ours("o1", ref="x"), theirs("c1", q="b")]
    for told, others in (
        (monday, [tuesday, [*monday, *more]]),
        ([*monday, *more], [monday, [*monday, more[0], ("user", "And then?")]]),
    ):
        ledger, offer = recorded(spoken, [both], [*ENDS, *told])
        body = spoken.request([*ENDS, *told, *then], False)
        assert NAME in str(back(spoken, ledger, offer, body).tree)
        for other in others:
            body = spoken.request([*ENDS, *other, *then], False)
            assert back(spoken, ledger, offer, body).tree == body


def deltas(*calls):
    """Return chunks of Chat Completions with parts of calls, and the end."""
    chunks = [{"choices": [{"index": 0, "delta": {"tool_calls": [each]}}]} for each in calls]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    return b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in chunks)


def part(index, call_id, name, arguments="{}"):
    where = {} if index is None else {"index": index}
    more = {} if call_id is None else {"id": call_id, "type": "function"}
    return {**where, **more, "function": {"name": name, "arguments": arguments}}


HOSTS = {
    "one index for all": [part(0, "o1", NAME), part(0, "c1", "lookup"), part(0, "o2", NAME)],
    "no index": [part(None, "o1", NAME), part(None, "c1", "lookup"), part(None, "o2", NAME)],
    "no name in what follows": [
        part(0, "o1", NAME, "{"),
        part(0, None, "", "}"),
        part(1, "c1", "lookup", "{"),
        part(1, "", None, "}"),
        part(2, "o2", NAME),
    ],
    "one after the other": [
        part(1, "c1", "lookup", "{"),
        part(0, "o1", NAME, "{"),
        part(1, None, None, "}"),
        part(0, None, None, "}"),
        part(2, "o2", NAME),
    ],
}


@pytest.mark.parametrize("host", HOSTS)
def test_calls_are_told_apart_as_each_host_sends_them(host):
    _, stream = cut("openai-chat", listed=False)
    out = b"".join(map(stream.take, Events().feed(deltas(*HOSTS[host]))))
    stream.over()
    assert [call.call_id for call in stream.leg.calls] == ["o1", "o2"]
    assert [call.arguments for call in stream.leg.calls] == ["{}", "{}"]
    assert stream.leg.asked
    assert stream.leg.whole
    assert NAME.encode() not in out
    parts = [json.loads(f.data)["choices"][0]["delta"]["tool_calls"] for f in Events().feed(out)]
    assert "".join(x["function"]["arguments"] for [x] in parts) == "{}"
    assert len({x.get("index") for [x] in parts}) == 1


def test_ids_that_a_client_makes_up_hide_nothing():
    spoken = SPOKEN["gemini"]
    legs = [[ours(None, ref="x")], [ours(None, ref="y"), theirs(None, q="b")]]
    ledger, offer = recorded(spoken, legs, ENDS)
    talk = [*ENDS, ("said", [theirs(None, q="b")]), ("results", [(None, "lookup", "r")])]
    body = spoken.request(talk, False)
    body["contents"][1]["parts"][0]["functionCall"]["id"] = "lookup_1795267599509_0"
    contents = back(spoken, ledger, offer, body).tree["contents"]
    made = [list(part) for content in contents for part in content["parts"]]
    assert [len(content["parts"]) for content in contents] == [1, 1, 1, 2, 2]
    assert [part[0] for part in made[1:3]] == ["functionCall", "functionResponse"]


def test_what_a_client_put_into_the_middle_of_a_turn_leaves_it_as_it_is():
    spoken = SPOKEN["anthropic"]
    both, seen = mixed()
    ledger, offer = recorded(spoken, [both], ENDS)
    talk = [*ENDS, ("said", seen[:1]), ("user", "The clock says noon."), ("said", seen[1:])]
    talk.append(("results", [("c1", "lookup", "r"), ("c2", "lookup", "r")]))
    body = spoken.request(talk, False)
    assert back(spoken, ledger, offer, body).tree == body


@pytest.mark.parametrize("made", [Events, Items])
def test_a_long_text_in_small_pieces_takes_no_longer_than_its_bytes(made):
    value = {"image": 'x"\\\n' * 400_000}
    body = event(value) if made is Events else b"[" + json.dumps(value).encode() + b"]"
    frames, before = made(), time.process_time()
    found = [each for n in range(0, len(body), 1000) for each in frames.feed(body[n : n + 1000])]
    assert [each.value for each in found] == [value]
    assert time.process_time() - before < 5


def test_comments_and_other_lines_pass_as_they_are():
    raw = b': waiting\n\nretry: 10\nid: 7\n\ndata: {"x":\ndata: 1}\n\ndata:{"type":"ping"}\r\n\r\n'
    for name in NAMES:
        for size in (1, 2, 3, len(raw)):
            framed, stream = cut(SPOKEN[name].name, listed=False)
            frames = framed()
            chunks = [raw[n : n + size] for n in range(0, len(raw), size)]
            assert b"".join(stream.take(f) for c in chunks for f in frames.feed(c)) == raw


def test_an_event_of_several_lines_is_written_anew_as_one():
    [frame] = Events().feed(b'id: 7\nevent: a\ndata: {"x":\ndata: 1}\n\n')
    assert frame.value == {"x": 1}
    assert frame.saying({"x": 2}) == b'id: 7\nevent: a\ndata: {"x":2}\n\n'


@pytest.mark.parametrize("frames", [Events(), Items()])
def test_a_frame_without_end_is_not_held(frames, monkeypatch):
    monkeypatch.setattr("headroom.proxy.turn.frame.MOST", 1000)
    chunks = [b'[{"a": "' if isinstance(frames, Items) else b"data: ", *[b"x" * 100] * 30]
    out = b"".join(frame.raw for chunk in chunks for frame in frames.feed(chunk))
    assert len(out) > 1000
    assert out + frames.rest() == b"".join(chunks)


def test_thoughts_and_empty_texts_are_not_sent_back():
    kept = {"text": "", "thoughtSignature": "s"}
    parts = [{"text": "Hm.", "thought": True}, {"text": ""}, kept]
    call = {"functionCall": {"name": NAME, "args": {}}}
    content = {"role": "model", "parts": [*parts, call]}
    leg = WIRES["gemini"].read({"candidates": [{"content": content, "finishReason": "STOP"}]})
    [made] = WIRES["gemini"].resent({}, leg, [])
    assert made == {"role": "model", "parts": [kept, call]}


def test_reasoning_that_a_host_wants_back_goes_back():
    said = [{"reasoning_content": "Hm"}, {"reasoning_content": "m."}, {"reasoning_details": [1]}]
    said += [{"reasoning_details": [2]}, {"tool_calls": [part(0, "o1", NAME)]}]
    chunks = [{"choices": [{"index": 0, "delta": each}]} for each in said]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    raw = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in chunks)
    _, stream = cut("openai-chat", listed=False)
    out = b"".join(map(stream.take, Events().feed(raw)))
    stream.over()
    assert out.count(b"reasoning") == 4
    [made] = WIRES["openai-chat"].resent({}, stream.leg, [])
    assert made["reasoning_content"] == "Hmm."
    assert made["reasoning_details"] == [1, 2]
    asked = history.Asked.of(stream.leg, [])
    record = history.Record.parse(history.Record([asked], False).text())
    assert record.asked[0].extra == {"reasoning_content": "Hmm.", "reasoning_details": [1, 2]}


def test_a_turn_on_a_question_that_was_a_text_is_found_behind_the_message_of_it():
    spoken = SPOKEN["responses"]
    leg = leg_of(spoken, [ours("o1", ref="x"), theirs("c1", q="a")])
    offer, ledger = Offer(spoken.name, b"conversation"), MemoryLedger()
    asked = history.Asked.of(leg, turn([Call(spoken.name, "o1", {})], [Answer("mine")]))
    names = history.names_of(offer, [leg], {"input": "Question?"})
    history.keep(ledger, offer, history.Record([asked], open=True), names)
    then = [("said", [theirs("c1", q="a")]), ("results", [("c1", "lookup", "r")])]
    body = spoken.request([*ENDS, *then], False)
    assert NAME in str(back(spoken, ledger, offer, body).tree)


def test_an_input_that_is_a_text_becomes_a_list_when_it_goes_on():
    leg = leg_of(SPOKEN["responses"], [ours("o1", ref="x")])
    document = BytesDocument('{"input": "Žluť", "x": 1.0}'.encode())
    made = WIRES["openai-responses"].extended(document, leg, [{"type": "function_call_output"}])
    assert made.raw.endswith(b', "x": 1.0}')
    items = made.tree["input"]
    assert items[0] == {"role": "user", "content": "Žluť"}
    assert [item.get("type") for item in items[1:]] == ["function_call", "function_call_output"]


def test_a_message_whose_text_is_all_from_before_keeps_its_calls():
    spoken = SPOKEN["chat"]
    answers = [[("text", "One."), ours("o1", ref="x")], [theirs("c1", q="a")]]
    ledger, offer = recorded(spoken, answers, ENDS)
    talk = [
        *ENDS,
        ("said", [("text", "One."), answers[1][0]]),
        ("results", [("c1", "lookup", "r")]),
    ]
    *_, one, given_, last, _ = back(spoken, ledger, offer, spoken.request(talk, False)).tree[
        "messages"
    ]
    assert one["content"] == "One."
    assert given_["content"] == "answer 0"
    assert last["content"] is None
    assert last["tool_calls"][0]["id"] == "c1"


def test_sources_of_a_text_go_back_with_it():
    spoken = SPOKEN["anthropic"]
    _, chunks = spoken.answer([("text", "One."), ours("o1", ref="x")], True, 0)
    source = {"type": "citations_delta", "citation": {"url": "u"}}
    delta = {"type": "content_block_delta", "index": 0, "delta": source}
    place = next(n for n, chunk in enumerate(chunks) if b"content_block_stop" in chunk)
    chunks.insert(place, b"data: " + json.dumps(delta).encode() + b"\n\n")
    _, stream = cut("anthropic", listed=False)
    for chunk in chunks:
        for frame in Events().feed(chunk):
            stream.take(frame)
    stream.over()
    [made] = WIRES["anthropic"].resent({}, stream.leg, [])
    assert made["content"][0] == {"type": "text", "text": "One.", "citations": [{"url": "u"}]}


SEARCH = {"type": "web_search_call", "id": "ws_1", "status": "completed"}


def test_what_the_provider_ran_itself_does_not_hide_the_beginning_of_a_turn():
    spoken = SPOKEN["responses"]
    think, ask = spoken.item(("think", "1")), spoken.item(ours("o1", ref="x"))
    again, say = spoken.item(("think", "2")), spoken.item(("text", "So."))
    legs = [
        openai_responses.read({"output": each}) for each in ([think, ask], [again, SEARCH, say])
    ]
    offer, ledger = Offer(spoken.name, b"conversation"), MemoryLedger()
    answers = turn([Call(spoken.name, "o1", "{}")], [Answer("mine")])
    record = history.Record([history.Asked.of(legs[0], answers)], open=False)
    body = {"input": [{"role": "user", "content": "Question?"}], "tools": []}
    history.keep(ledger, offer, record, history.names_of(offer, legs, body))
    body["input"] += [think, again, SEARCH, say]
    made = back(spoken, ledger, offer, body).tree["input"]
    kinds = ["reasoning", "function_call", "function_call_output", "reasoning"]
    assert [item.get("type") for item in made[1:]] == [*kinds, "web_search_call", "message"]


@pytest.mark.parametrize("kind", ["computer_call", "mcp_approval_request"])
def test_whatever_the_client_has_to_answer_ends_the_turn(kind):
    theirs_ = {"type": kind, "id": "x1", "call_id": "c1"}
    leg = openai_responses.read(
        {"output": [SPOKEN["responses"].item(ours("o1", ref="x")), theirs_]}
    )
    assert leg.asked
    assert not goes_on(leg)


def taken(name, chunks):
    """Return a stream that has taken an answer to its end, and what its client got of it."""
    frames, stream = cut(name, listed=False)
    made = frames()
    out = b"".join(stream.take(frame) for chunk in chunks for frame in made.feed(chunk))
    stream.over()
    return stream, out


def test_blocks_that_grow_in_a_way_of_their_own_go_back_whole():
    begun = {"type": "content_block_start", "index": 0}
    more = {"type": "content_block_delta", "index": 0}
    values = [{**begun, "content_block": {"type": "compaction", "content": None}}]
    values += [
        {**more, "delta": {"type": "compaction_delta", "content": text}} for text in ("So ", "far.")
    ]
    values.append({"type": "content_block_stop", "index": 0})
    stream, _ = taken("anthropic", [sse(each) for each in values])
    assert stream.leg.shown == [{"type": "compaction", "content": "So far."}]


def test_a_first_chunk_that_names_no_completion_does_not_name_the_others():
    first = {"id": "", "created": 0, "choices": [], "prompt_filter_results": []}
    chunk = {"id": "chatcmpl-1", "created": 7, "choices": [{"delta": {"content": "Hm."}}]}
    stream, _ = taken("openai-chat", [sse(first), sse(chunk)])
    stream.go_on()
    [frame] = Events().feed(sse({**chunk, "id": "chatcmpl-2", "created": 9}))
    said = json.loads(Events().feed(stream.take(frame))[0].data)
    assert (said["id"], said["created"]) == ("chatcmpl-1", 7)


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_mark_of_the_order_of_bytes_hides_no_event(size):
    raw = b"\xef\xbb\xbf" + sse({"a": 1}) + sse({"b": 2})
    frames = Events()
    cuts = [raw[n : n + size] for n in range(0, len(raw), size)]
    found = [frame for each in cuts for frame in frames.feed(each)]
    assert [frame.value for frame in found] == [{"a": 1}, {"b": 2}]
    assert b"".join(frame.raw for frame in found) == raw


@pytest.mark.parametrize("name", ["anthropic", "chat", "responses", "gemini"])
def test_a_mark_in_front_of_a_later_answer_does_not_stand_in_the_middle_of_the_clients(name):
    said = [ours("call-o1", ref="x")], [("text", "Done.")]
    plain = [b"".join(SPOKEN[name].answer(each, True, n)[1]) for n, each in enumerate(said)]
    marked = [b"\xef\xbb\xbf" + each for each in plain]
    got = streamed(name, marked, [])
    wanted = streamed(name, plain, [])
    assert got.removeprefix(b"\xef\xbb\xbf") == wanted


def test_reasoning_that_a_host_wants_back_stands_beside_ours_and_the_clients_calls():
    spoken = SPOKEN["chat"]
    message = spoken.message([ours("o1", ref="x"), theirs("c1", q="a")])
    message["reasoning_content"] = "Hm."
    leg = openai_chat.read({"choices": [{"message": message, "finish_reason": "tool_calls"}]})
    offer, ledger = Offer(spoken.name, b"conversation"), MemoryLedger()
    asked = history.Asked.of(leg, turn([Call(spoken.name, "o1", {})], [Answer("mine")]))
    body = spoken.request(ENDS, False)
    names = history.names_of(offer, [leg], body)
    history.keep(ledger, offer, history.Record([asked], open=True), names)
    kept = spoken.message([theirs("c1", q="a")]) | {"reasoning_content": "Hm."}
    body["messages"] += [kept, {"role": "tool", "tool_call_id": "c1", "content": "r"}]
    *_, first, _, second, _ = back(spoken, ledger, offer, body).tree["messages"]
    assert first["tool_calls"][0]["id"] == "o1"
    assert first["reasoning_content"] == second["reasoning_content"] == "Hm."


@pytest.mark.parametrize("given_", ["", '{"ref": ', "[1]", None, '{"ref": "x"}'])
def test_arguments_that_are_no_object_go_back_as_an_empty_one(given_):
    sound = given_ if given_ == '{"ref": "x"}' else "{}"
    call = {"id": "o1", "type": "function", "function": {"name": NAME, "arguments": given_}}
    choice = {"message": {"tool_calls": [call]}, "finish_reason": "tool_calls"}
    leg = openai_chat.read({"choices": [choice]})
    [made] = openai_chat.resent({}, leg, [])
    assert made["tool_calls"][0]["function"]["arguments"] == sound
    assert leg.calls[0].arguments == given_
    item = {"type": "function_call", "call_id": "o1", "name": NAME, "arguments": given_}
    leg = openai_responses.read({"output": [item]})
    [made] = openai_responses.resent({}, leg, [])
    assert made["arguments"] == sound
    assert leg.calls[0].arguments == given_


def part_of_a_call(**more):
    return {"choices": [{"delta": {"tool_calls": [{"index": 0, **more}]}}]}


UNTOLD = {
    "responses": [
        {"type": "response.output_item.added", "output_index": None, "item": "OURS"},
        {"type": "response.output_item.done", "output_index": 1, "item": {"type": ["x"]}},
        {"type": "response.completed", "response": {"id": 7}},
    ],
    "anthropic": [
        {"type": "content_block_start", "index": [], "content_block": {"type": "text"}},
        {"type": "content_block_delta", "index": {}, "delta": {"text": 7}},
    ],
    "chat": [
        part_of_a_call(function={"name": {}}),
        part_of_a_call(function={"arguments": "x"}),
        part_of_a_call(function=7, id=[]),
        part_of_a_call(function={"arguments": "x"}),
    ],
    "gemini": [{"candidates": [{"content": {"parts": [{"text": "a"}, ["x"], 7, {"text": []}]}}]}],
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", UNTOLD)
def test_shapes_that_nobody_has_described_end_no_stream(name, shape):
    text = json.dumps(UNTOLD[shape]).replace(
        '"OURS"', json.dumps(SPOKEN["responses"].item(ours("o", a=1)))
    )
    stream, out = taken(SPOKEN[name].name, [sse(each) for each in json.loads(text)])
    assert not stream.leg.whole
    assert b"data: " in out + stream.released() or name == "responses"


def test_a_call_that_its_host_gives_no_number_is_not_shown():
    item = SPOKEN["responses"].item(ours("o1", ref="x"))
    begun = {"type": "response.created", "response": {"id": "resp_1"}}
    added, done = ({"type": f"response.output_item.{x}", "item": item} for x in ("added", "done"))
    delta = {"type": "response.function_call_arguments.delta", "item_id": item["id"], "delta": "x"}
    end = {"type": "response.completed", "response": {"id": "resp_1", "output": [item]}}
    stream, out = taken("openai-responses", [sse(x) for x in (begun, added, delta, done, end)])
    assert goes_on(stream.leg)
    assert b"arguments" not in out
    assert b"resp_1" in out
