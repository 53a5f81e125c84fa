"""What requests cost, what they would have cost, and who is left alone because of it."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.decode import expand_text
from headroom.proxy.http.coding import encode
from headroom.proxy.money.account import Accounts, Saved
from headroom.proxy.money.price import in_dollars, price_of
from headroom.proxy.money.usage import Usage, UsageReader, usage_of
from tests.choices import choices
from tests.proxy.conversation import OUTPUTS, WIRES, outputs_of
from tests.proxy.standin import Answer, play, running

SSE = [(b"content-type", b"text/event-stream; charset=utf-8")]
JSON = [(b"content-type", b"application/json")]
ANTHROPIC = {
    "input_tokens": 3,
    "cache_read_input_tokens": 100,
    "cache_creation_input_tokens": 50,
    "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 10},
    "output_tokens": 1,
}
CHAT = {
    "prompt_tokens": 150,
    "completion_tokens": 7,
    "prompt_tokens_details": {"cached_tokens": 128},
}
RESPONSES = {
    "input_tokens": 150,
    "output_tokens": 7,
    "input_tokens_details": {"cached_tokens": 128},
}
GEMINI = {
    "promptTokenCount": 150,
    "cachedContentTokenCount": 128,
    "candidatesTokenCount": 4,
    "thoughtsTokenCount": 3,
}
OPENAI = Usage(fresh=22, read=128, output=7)
CLAUDE = Usage(3, 100, 40, 10, 9)


BEDROCK = [(b"content-type", b"application/vnd.amazon.eventstream")]


def frame(payload, headers=b"\x0b:event-type\x07\x00\x05chunk"):
    """Return a message of Bedrock's framing."""
    size = 16 + len(headers) + len(payload)
    head = size.to_bytes(4, "big") + len(headers).to_bytes(4, "big")
    head += crc32(head).to_bytes(4, "big")
    body = head + headers + payload
    return body + crc32(body).to_bytes(4, "big")


def message(event):
    text = base64.b64encode(json.dumps(event).encode()).decode()
    return frame(json.dumps({"bytes": text, "p": "abcd"}).encode())


CONVERSE = {
    "inputTokens": 3,
    "outputTokens": 9,
    "totalTokens": 162,
    "cacheReadInputTokens": 100,
    "cacheWriteInputTokens": 50,
    "cacheDetails": [{"ttl": "1h", "inputTokens": 10}, {"ttl": "5m", "inputTokens": 40}],
}


def events(*values):
    return b"".join(b"event: x\ndata: " + json.dumps(each).encode() + b"\n\n" for each in values)


ANSWERS = {
    "anthropic": (JSON, json.dumps({"usage": {**ANTHROPIC, "output_tokens": 9}}).encode(), CLAUDE),
    "anthropic-stream": (
        SSE,
        events(
            {"type": "message_start", "message": {"usage": ANTHROPIC}},
            {"type": "content_block_delta", "delta": {"text": '"usage" 🦄'}},
            {"type": "message_delta", "usage": {"output_tokens": 9}},
        ),
        CLAUDE,
    ),
    "chat": (JSON, json.dumps({"choices": [], "usage": CHAT}).encode(), OPENAI),
    "chat-stream": (
        SSE,
        events({"choices": [], "usage": None}, {"choices": [], "usage": CHAT})
        + b"data: [DONE]\n\n",
        OPENAI,
    ),
    "responses": (JSON, json.dumps({"output": [], "usage": RESPONSES}).encode(), OPENAI),
    "responses-stream": (
        SSE,
        events({"type": "response.completed", "response": {"usage": RESPONSES}}),
        OPENAI,
    ),
    "gemini": (JSON, json.dumps([{"candidates": []}, {"usageMetadata": GEMINI}]).encode(), OPENAI),
    "gemini-stream": (SSE, events({"usageMetadata": {}}, {"usageMetadata": GEMINI}), OPENAI),
    "code-assist": (SSE, events({"response": {"usageMetadata": GEMINI}, "traceId": "x"}), OPENAI),
    "bedrock-stream": (
        BEDROCK,
        message({"type": "message_start", "message": {"usage": ANTHROPIC}})
        + message({"type": "ping"})
        + frame(b'{"message": "no bytes"}')
        + frame(b"\xff")
        + message({"type": "message_delta", "usage": {"output_tokens": 9}}),
        CLAUDE,
    ),
    "converse": (JSON, json.dumps({"output": {}, "usage": CONVERSE}).encode(), CLAUDE),
    "converse-stream": (
        BEDROCK,
        frame(b'{"contentBlockIndex":0,"delta":{"text":"\\"usage\\""},"p":"abc"}')
        + frame(b'{"stopReason":"end_turn"}')
        + frame(json.dumps({"metrics": {"latencyMs": 3}, "usage": CONVERSE, "p": "ab"}).encode()),
        CLAUDE,
    ),
    "crlf": (SSE, events({"usage": CHAT}).replace(b"\n", b"\r\n"), OPENAI),
    "none": (JSON, b'{"choices": []}', None),
    "odd": (JSON, b'{"usage": 3, "usage', None),
    "odd-stream": (SSE, b'data: {"usage": [}\n\ndata: "usage"\n\n' + b"x" * 999, None),
}


@pytest.mark.parametrize(
    ("reported", "usage"),
    [
        ({"prompt_tokens": 9, "prompt_cache_hit_tokens": 6}, Usage(fresh=3, read=6)),
        ({"prompt_tokens": 9, "cached_tokens": 6}, Usage(fresh=3, read=6)),
        (
            {
                "prompt_tokens": 9,
                "prompt_tokens_details": {"cached_tokens": 4},
                "cache_creation_input_tokens": 3,
            },
            Usage(2, 4, 3),
        ),
        (
            {
                "prompt_tokens": 9,
                "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 5},
            },
            Usage(0, 4, 5),
        ),
        ({"prompt_tokens": 9.0, "completion_tokens": True}, Usage(fresh=9, output=1)),
        ({"prompt_tokens": -9, "completion_tokens": "7"}, Usage()),
        ({"prompt_tokens": 10**400, "completion_tokens": 1e999}, Usage()),
        ({"prompt_tokens": None, "prompt_tokens_details": [], "cached_tokens": {}}, Usage()),
        ({"input_tokens": 5, "cache_read_input_tokens": "x", "cache_creation": 3}, Usage(fresh=5)),
    ],
)
def test_usage_is_read_as_hosts_and_routers_report_it(reported, usage):
    assert usage_of({"usage": reported}) == usage
    assert usage_of({"x_groq": {"usage": reported}}) == usage
    accounts = Accounts()
    accounts.record("claude-sonnet-4-5", Saved(b"c", 5, 5), usage_of({"usage": reported}))
    assert accounts.view()["requests"] == 1


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("coding", [None, "gzip", "deflate", "zstd", "br"])
def test_usage_is_read_from_every_wire_in_any_chunks(name, size, coding):
    headers, body, usage = ANSWERS[name]
    reader = UsageReader([*headers, (b"content-encoding", (coding or "identity").encode())])
    packed = encode(body, coding)
    for start in range(0, len(packed), size):
        reader.feed(packed[start : start + size])
    assert reader.finish() == usage


@given(
    choices(256).map(lambda made: made.several(lambda: made.raw(60), 0, 9)),
    st.sampled_from([SSE, JSON, BEDROCK]),
)
def test_any_bytes_are_taken(chunks, headers):
    for coding in (b"identity", b"gzip", b"br", b"lzma"):
        reader = UsageReader([*headers, (b"content-encoding", coding)])
        for chunk in [b'data: {"usage', *chunks]:
            reader.feed(chunk)
        assert reader.finish() is None or isinstance(reader.finish(), Usage)


def test_a_stream_of_messages_that_is_none_is_read_no_further():
    reader = UsageReader(BEDROCK)
    reader.feed(b"\xff" * 1000)
    reader.feed(message({"type": "message_delta", "usage": {"output_tokens": 9}}))
    assert reader.finish() is None


def test_a_line_without_end_is_not_held():
    reader = UsageReader(SSE)
    for _ in range(100):
        reader.feed(b"data: " + b"x" * 100_000)
    assert len(reader._rest) < 5_000_000
    reader.feed(b"\n" + events({"usage": CHAT}))
    assert reader.finish() == OPENAI


@pytest.mark.parametrize(
    ("model", "cost", "dollars"),
    [
        ("claude-sonnet-4-5-20250929", 3 + 10 + 50 + 20 + 45, 3.0),
        ("anthropic/claude-opus-4-5", 3 + 10 + 50 + 20 + 45, 5.0),
        ("claude-opus-4-1", 3 + 10 + 50 + 20 + 45, 15.0),
        ("claude-next", 3 + 10 + 50 + 20, None),
        ("no-such-model", 3 + 100 + 40 + 10, None),
        (None, 153, None),
    ],
)
def test_costs_follow_the_table(model, cost, dollars):
    price = price_of(model)
    assert price.cost(CLAUDE) == pytest.approx(cost)
    expected = None if dollars is None else cost * dollars / 1e6
    assert in_dollars(price, price.cost(CLAUDE)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("usage", "worth"),
    [
        (Usage(fresh=10), 1000 + 100),
        (Usage(read=10, written_5m=1), 100 + 125),
        (Usage(written_5m=1), 1250 + 125),
        (Usage(read=10, written_1h=1), 100 + 200),
        (Usage(read=10, fresh=1), 100 + 100),
    ],
)
def test_tokens_saved_are_worth_what_they_would_have_cost_where_they_stood(usage, worth):
    assert price_of("claude-sonnet-4-5").worth(usage, 1000, 100) == pytest.approx(worth)


def test_a_conversation_that_saves_goes_on():
    accounts = Accounts()
    for _ in range(5):
        accounts.record("gpt-4o", Saved(b"a", old=100, new=10), Usage(fresh=500, read=500))
        assert not accounts.stands_down(b"a")
    figures = accounts.view()
    assert figures["input_token_equivalents"]["saved"] == 5 * (50 + 10)
    assert figures["dollars"]["saved"] == pytest.approx(300 * 2.5 / 1e6)


def test_a_conversation_that_costs_more_is_left_alone_for_good_and_others_are_not():
    accounts = Accounts()
    usage = Usage(fresh=10, read=1000, output=10)
    accounts.record("gpt-4o", Saved(b"a", new=100), usage)
    accounts.record("gpt-4o", Saved(b"b", new=100), usage)
    accounts.record("gpt-4o", Saved(b"a", retrieved=90), usage)
    assert accounts.stands_down(b"a")
    assert not accounts.stands_down(b"b")
    for _ in range(99):
        accounts.record("gpt-4o", Saved(b"a", old=10_000), usage)
    assert accounts.stands_down(b"a")
    assert accounts.view()["conversations_stood_down"] == 1


def test_losses_are_shown_as_losses():
    accounts = Accounts()
    accounts.record("claude-sonnet-4-5", Saved(b"a", retrieved=90), Usage(fresh=100))
    accounts.record("claude-sonnet-4-5", Saved(b"a"), None)
    figures = accounts.view()
    assert figures["input_token_equivalents"] == {"direct": 0, "through": 100, "saved": -100}
    assert figures["requests_without_usage"] == 1


def test_a_conversation_without_reported_usage_is_guarded_by_the_sizes_of_its_requests():
    accounts = Accounts()
    accounts.record("gpt-4o", Saved(b"a", new=500, sent=8_000), None)
    accounts.record("gpt-4o", Saved(b"b", new=500, sent=8_000), None)
    for _ in range(3):
        accounts.record("gpt-4o", Saved(b"a", old=500, retrieved=900, sent=20_000), None)
        accounts.record("gpt-4o", Saved(b"b", old=500, sent=20_000), None)
    assert accounts.stands_down(b"a")
    assert not accounts.stands_down(b"b")
    figures = accounts.view()
    assert (figures["requests"], figures["requests_without_usage"]) == (0, 8)
    assert figures["input_token_equivalents"] == {"direct": 0, "through": 0, "saved": 0}


def test_what_was_sent_before_is_supposed_to_be_in_a_cache_where_it_is_long_enough():
    accounts = Accounts()
    for sent in (4_000, 8_000, 8_000):
        accounts.record("gpt-4o", Saved(b"a", sent=sent), None)
    # 1,000 and 2,000 fresh, since 1,000 are too few for a cache; then 2,000 read.
    assert accounts.unsaved() == {}
    assert accounts._known.get(b"a")[0].through == 1_000 + 2_000 + 0.5 * 2_000


def test_what_was_brought_back_weighs_on_the_conversation_from_then_on():
    accounts = Accounts()
    accounts.record("gpt-4o", Saved(b"a", retrieved=100), Usage(fresh=1))
    accounts.record("gpt-4o", Saved(b"a", old=30), Usage(read=1000))
    assert accounts.view()["input_token_equivalents"]["saved"] == round(-1 + 0.5 * (30 - 100))


@pytest.mark.parametrize("packed", [False, True])
def test_stats_show_wire_new_input_and_money(packed):
    path, build = WIRES["anthropic"]
    body = json.dumps({"usage": {**ANTHROPIC, "output_tokens": 9}}).encode()
    headers = [("content-type", "application/json")]
    if packed:
        body, headers = gzip.compress(body), [*headers, ("content-encoding", "gzip")]

    async def test():
        async with running(lambda _: Answer(200, headers, [body])) as world:
            await world.post(path, build(1))
            await world.post(path, build(2))
            stats = json.loads((await world.send("GET", "/stats"))[2])
            tokens, money = stats["tokens"], stats["money"]
            assert tokens["wire_before"] > tokens["new_before"] > tokens["new_after"] > 0
            assert money["requests"] == 2
            assert money["dollars"]["saved"] > 0
            assert stats["requests"] == {"considered": 2}

    play(test())


@pytest.mark.parametrize("name", ["chat", "anthropic"])
def test_what_a_provider_did_not_take_is_no_saving_and_new_once_it_does(name):
    path, build = WIRES[name]
    used = {"chat": CHAT, "anthropic": ANTHROPIC}[name]
    fine = Answer(chunks=[json.dumps({"usage": used}).encode()])
    refusals = [Answer(429), Answer(400), Answer(529), Answer(raw=b"garbage\r\n\r\n")]

    async def told(answers, turns):
        left = iter(answers)
        async with running(lambda _: next(left)) as world:
            for turn in turns:
                await world.post(path, build(turn))
            stats = json.loads((await world.send("GET", "/stats"))[2])
            return stats["tokens"], stats["money"]

    async def test():
        tokens, money = await told([fine, fine], [1, 2])
        assert money["input_token_equivalents"]["saved"] > 0
        answers = [*refusals, fine, *refusals, fine]
        assert await told(answers, [1] * 5 + [2] * 5) == (tokens, money)
        assert (await told(refusals, [1] * 4))[0] == {}
        # Of what was refused the client has dropped a part.
        tokens, _ = await told([fine, Answer(400), fine], [1, 3, 2])
        assert tokens["new_before"] <= tokens["wire_before"]

    play(test())


def test_after_a_loss_nothing_more_is_left_out_and_nothing_old_changes():
    path, build = WIRES["chat"]
    usage = {"prompt_tokens": 50_000, "completion_tokens": 7}

    async def test():
        async with running(
            lambda _: Answer(chunks=[json.dumps({"usage": usage}).encode()])
        ) as world:
            await world.post(path, build(1))
            fetching = build(2)
            call = fetching["messages"][4]["tool_calls"][0]["function"]
            call["arguments"] = json.dumps({"command": "headroom retrieve 0123456789"})
            await world.post(path, fetching)
            later = build(3)
            later["messages"][4] = fetching["messages"][4]
            await world.post(path, later)
            first, *_ = outputs_of("chat", world.provider.received[0].json)
            last = outputs_of("chat", world.provider.received[2].json)
            assert last[:2] == [first, OUTPUTS[1]]
            assert "[headroom:excerpt" in first
            assert "[headroom:excerpt" not in last[2]
            assert len(last[2]) < len(OUTPUTS[2])
            assert expand_text(last[2]) == OUTPUTS[2]
            stats = json.loads((await world.send("GET", "/stats"))[2])
            assert stats["money"]["conversations_stood_down"] == 1
            assert stats["texts"]["folded"] == 1
            assert stats["money"]["input_token_equivalents"]["saved"] < 0

    play(test())


def test_after_a_loss_no_text_points_at_another_and_none_that_has_to_be_cut_changes():
    path, build = WIRES["chat"]
    prose = "\n\n".join(
        f"The {n}th hall of the old house was {n * 7 % 90} feet." for n in range(200)
    )

    async def test():
        async with running() as world:
            accounts = world.app._services.compression.accounts
            accounts.stands_down = lambda _: True
            body = build(3)
            for n, text in enumerate((prose, OUTPUTS[0], OUTPUTS[0])):
                body["messages"][3 + 2 * n]["content"] = text
                await world.post(path, {**body, "messages": body["messages"][: 4 + 2 * n]})
            one, two, three = outputs_of("chat", world.provider.received[-1].json)
            assert (one, two) == (prose, three)
            assert expand_text(two) == OUTPUTS[0] != two
            assert json.loads((await world.send("GET", "/stats"))[2])["texts"]["dearer"] == 1

    play(test())


@dataclass(frozen=True)
class Turn:
    """One result in a conversation: its tokens, folded and cut, and what the agent does then."""

    whole: int
    folds: float
    cuts: float
    fetches: int = 0
    """How often it is asked for, if it was cut."""
    older: int = 0
    """How often the last text that was cut before it is asked for."""
    late: bool = False
    """Whether what the provider had cached has expired before it."""


TURNS = st.lists(
    st.builds(
        Turn,
        st.integers(100, 20_000),
        st.floats(0.3, 1.0),
        st.floats(0.05, 1.0),
        st.integers(0, 3),
        st.integers(0, 2),
        st.booleans(),
    ),
    max_size=12,
)


def bills(turns, model, policy):
    """Return what a session cost through the proxy, and direct.

    Args:
        turns: what happens.
        model: whose prices hold.
        policy: what becomes of texts after a loss: "fold" or "leave" them for good, or "resume" when
            savings have made up for it.
    """
    accounts, price = Accounts(), price_of(model)
    through = direct = 0.0
    sent, whole, cut = 3_000, 3_000, 0

    def cost(before, new, late):
        if late:
            return Usage(written_5m=before + new)
        return Usage(read=before, written_5m=new)

    for turn in turns:
        closed = accounts.stands_down(b"a")
        if policy == "resume":
            closed = through > direct
        kept = turn.folds if policy == "fold" else 1.0
        short = int(turn.whole * (kept if closed else turn.cuts))
        fetched = [cut] * (turn.older if cut else 0)
        if not closed:
            cut = turn.whole - short
            fetched += [cut] * (turn.fetches if cut else 0)
        usage = cost(sent, short, turn.late)
        accounts.record(model, Saved(b"a", old=whole - sent, new=turn.whole - short), usage)
        through += price.cost(usage)
        direct += price.cost(cost(whole, turn.whole, turn.late))
        sent, whole = sent + short, whole + turn.whole
        for text in fetched:
            usage = cost(sent, text, late=False)
            accounts.record(model, Saved(b"a", whole - sent, retrieved=text), usage)
            through += price.cost(usage)
            sent += text
    return through, direct


@settings(max_examples=settings.default.max_examples // 4)  # Prices are a matter of judgement.
@given(TURNS, st.sampled_from(["claude-sonnet-4-5", "gpt-4o", "gpt-5", "unknown"]))
def test_to_fold_after_a_loss_never_makes_a_session_dearer_than_to_leave_all_as_it_is(turns, model):
    folded, direct = bills(turns, model, "fold")
    untouched, same = bills(turns, model, "leave")
    assert direct == same
    assert folded <= untouched + 1e-6


def test_to_leave_out_more_when_a_loss_is_made_up_for_can_end_a_session_dearer():
    long, saving, lost = Turn(100_000, 1.0, 1.0), Turn(4_000, 1.0, 0.1), Turn(1_000, 1.0, 0.1, 1)
    turns = [long, saving, lost, *[Turn(100, 1.0, 1.0)] * 30, Turn(20_000, 1.0, 0.1, 2)]
    resumed, direct = bills(turns, "claude-sonnet-4-5", "resume")
    closed, _ = bills(turns, "claude-sonnet-4-5", "leave")
    assert closed < direct < resumed
