"""The one path: steps, stages, ledger, failures."""

import contextlib
import threading

import pytest

from headroom import ConfigurationError, InputError, RequestRejected, compress, expand, registry
from headroom.cache.ledger import MemoryLedger
from headroom.config import Options
from headroom.core.document import TreeDocument
from headroom.core.types import Compressed
from headroom.engine.engine import Call, Engine
from headroom.events import PipelineEvent, PipelineStage

HITS = "\n".join(f"src/app/module.py:{n}:    value_{n} = compute({n})" for n in range(1, 120))
REQUEST = [
    PipelineStage.INPUT_RECEIVED,
    PipelineStage.INPUT_CACHED,
    PipelineStage.INPUT_ROUTED,
    PipelineStage.INPUT_COMPRESSED,
    PipelineStage.INPUT_REMEMBERED,
]


def chat(*outputs):
    messages = [{"role": "user", "content": "What does module.py compute?"}]
    for n, output in enumerate(outputs):
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": output})
    return messages


def run(engine, messages, **options):
    wire = registry.provider("openai-chat")
    return engine.run(
        TreeDocument(messages),
        wire,
        Options.build({"profile": "lossless", **options}),
        Call("gpt-4o"),
    )


class Recorder:
    def __init__(self, act=None):
        self.stages, self.events, self.act = [], [], act

    def on_pipeline_event(self, event):
        self.stages.append(event.stage)
        self.events.append(event)
        return self.act(event) if self.act else None


def test_the_stages_come_in_their_order_and_the_start_only_once():
    seen = Recorder()
    engine = Engine(extensions=[seen])
    run(engine, chat(HITS))
    run(engine, chat(HITS))
    start = [PipelineStage.SETUP, PipelineStage.PRE_START, PipelineStage.POST_START]
    assert seen.stages == [*start, *REQUEST, *REQUEST]


def test_the_front_end_stages_are_emitted_through_the_engine():
    seen = Recorder()
    engine = Engine(extensions=[seen])
    event = PipelineEvent(PipelineStage.PRE_SEND, headers={"a": "b"})
    for emit in (engine.sending, engine.sent, engine.received):
        event = emit(event)
    assert seen.stages[1:] == [
        PipelineStage.PRE_SEND,
        PipelineStage.POST_SEND,
        PipelineStage.RESPONSE_RECEIVED,
    ]


def test_there_are_eleven_stages():
    assert len(PipelineStage) == 11


def test_an_extension_passed_to_compress_sees_the_request():
    seen = Recorder()
    messages = chat(HITS)
    compress(messages, extensions=[seen])
    assert seen.stages[-5:] == REQUEST
    last = seen.events[-1]
    assert last.model == "gpt-4o"
    assert last.provider == "openai-chat"
    assert last.metadata["outcomes"][-1].action == "compressed"
    assert last.request_id.startswith("req-")


def test_an_extension_may_change_messages_before_and_after():
    def act(event):
        if event.stage is PipelineStage.INPUT_RECEIVED:
            event.messages.append({"role": "tool", "tool_call_id": "c9", "content": HITS + "\nx"})
        if event.stage is PipelineStage.INPUT_REMEMBERED:
            event.messages[0]["content"] += " (remember: be brief)"

    messages = chat("short")
    result = compress(messages, extensions=[Recorder(act)])
    assert len(result.messages) == 3
    assert result.outcomes[-1].action == "compressed"
    assert result.messages[0]["content"].endswith("be brief)")
    assert result.messages[1] is messages[1]
    assert len(messages) == 2
    assert messages[0]["content"].endswith("compute?")


def test_an_extension_may_take_a_text_off_the_table():
    def act(event):
        if event.stage is PipelineStage.INPUT_ROUTED:
            for path in event.metadata["routes"]:
                event.metadata["routes"][path] = False

    result = compress(chat(HITS + "\n1"), extensions=[Recorder(act)])
    assert [o.reason for o in result.outcomes] == ["user", "skipped"]


def test_a_replaced_event_takes_the_place_of_the_first():
    def act(event):
        if event.stage is PipelineStage.INPUT_RECEIVED:
            changed = PipelineEvent(event.stage)
            changed._source = event._source
            changed.messages = chat("replaced")
            return changed
        return None

    result = compress(chat(HITS + "\n2"), extensions=[Recorder(act)])
    assert result.messages[1]["content"] == "replaced"


def test_a_failing_extension_changes_nothing(caplog):
    def act(event):
        raise RuntimeError("boom")

    result = compress(chat(HITS + "\n3"), extensions=[Recorder(act)])
    assert result.outcomes[-1].action == "compressed"
    assert "Recorder failed" in caplog.text


def test_a_refusal_reaches_the_caller():
    def act(event):
        raise RequestRejected("not on my watch")

    with pytest.raises(RequestRejected, match="watch"):
        compress(chat(HITS), extensions=[Recorder(act)])


def test_wrong_extensions_are_refused_clearly():
    class Async:
        async def on_pipeline_event(self, event):
            return None

    with pytest.raises(ConfigurationError, match="async"):
        compress(chat(HITS), extensions=[Async()])
    with pytest.raises(ConfigurationError, match="no on_pipeline_event"):
        compress(chat(HITS), extensions=[object()])
    with pytest.raises(ConfigurationError, match="no installed package"):
        compress(chat(HITS), extensions=["nobody"])


def test_what_was_sent_once_is_sent_again_in_the_same_form():
    engine = Engine()
    first = run(engine, chat(HITS))
    second = run(engine, [*chat(HITS), {"role": "assistant", "content": "ok"}], min_tokens=10**6)
    assert [o.action for o in second.outcomes] == ["replayed", "replayed", "kept"]
    assert second.document.tree[:2] == first.document.tree
    assert second.outcomes[1].tokens_after == first.outcomes[1].tokens_after
    assert second.outcomes[1].grade == first.outcomes[1].grade


def test_what_went_out_whole_is_never_shortened_later():
    engine = Engine()
    run(engine, chat(HITS), min_tokens=10**6)
    again = run(engine, chat(HITS, "more"))
    assert again.document.tree[1]["content"] == HITS


def test_a_lineage_of_its_own_is_decided_afresh():
    engine = Engine()
    run(engine, chat(HITS), min_tokens=10**6)
    other = run(engine, [{"role": "system", "content": "You are a sub-agent."}, *chat(HITS)])
    assert other.outcomes[-1].action == "compressed"


def test_the_same_library_call_gives_the_same_bytes_also_with_a_fresh_ledger():
    texts = [run(Engine(ledger=MemoryLedger()), chat(HITS)).document.tree for _ in range(2)]
    assert texts[0] == texts[1]


def test_an_empty_ledger_handed_in_is_used():
    ledger = MemoryLedger()
    run(Engine(ledger=ledger), chat(HITS))
    assert len(ledger) == 2


class Broken:
    name, forms = "search", frozenset({"search"})

    def __init__(self, made=None):
        self.made, self.calls = made, 0

    def compress(self, text, ctx):
        self.calls += 1
        if self.made is None:
            raise RuntimeError("boom")
        return self.made

    def expand(self, block):
        raise ValueError("never")


@pytest.mark.parametrize("made", [None, Compressed("not the same at all")])
def test_three_failures_in_a_row_switch_one_compressor_off_loudly(monkeypatch, caplog, made):
    broken = Broken(made)
    real = registry.compressor
    monkeypatch.setattr(registry, "compressor", lambda n: broken if n == "search" else real(n))
    engine = Engine()
    outcomes = [run(engine, chat(f"{HITS}\nsrc/a.py:{n}:x")).outcomes[-1] for n in range(5)]
    assert broken.calls == 3
    assert engine.disabled == ("search",)
    assert "is off now" in caplog.text
    assert outcomes[0].action == "failed"
    assert outcomes[0].reason == "broken"
    assert outcomes[0].compressor == "search"
    assert outcomes[4].reason == "no-gain"


def test_every_segment_has_one_outcome_with_a_reason():
    messages = [{"role": "system", "content": "S"}, *chat(HITS, "tiny", HITS)]
    result = compress(messages, min_tokens=50, profile="lossless")
    assert [o.reason for o in result.outcomes] == ["system", "user", "folded", "small", "repeated"]
    assert result.tokens_before == sum(o.tokens_before for o in result.outcomes)


@pytest.mark.parametrize("bad", ["text", b"bytes", 7, None, iter([])])
def test_what_is_no_list_of_messages_is_a_clear_error(bad):
    with pytest.raises(InputError, match="list of messages"):
        compress(bad)


def test_wrong_options_are_clear_errors():
    with pytest.raises(ConfigurationError, match="did you mean 'protect_recent'"):
        compress([], protect_recents=1)
    with pytest.raises(ConfigurationError, match="model"):
        compress([], model=3)
    with pytest.raises(ConfigurationError, match="query"):
        compress([], query=3)
    with pytest.raises(ConfigurationError, match="no wire format"):
        compress([], provider="smoke-signals")


ODD = [
    [],
    [None],
    [1, "text", []],
    [{}],
    [{"role": None, "content": {"a": HITS}}],
    [{"role": "tool", "content": [HITS, None, {"type": "text"}, {"type": "text", "text": 5}]}],
    [{"role": "tool", "content": "\ud800" * 5000}],
    {"messages": None},
    {"messages": [[]], "tools": 3},
    {"input": 7},
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_content_is_never_an_error(odd):
    result = compress(odd)
    assert expand(result.messages) == odd


def test_text_that_is_folded_already_is_left_alone():
    once = compress(chat(HITS)).messages
    twice = compress(once)
    assert twice.messages[1] is once[1]
    assert twice.outcomes[1].reason == "marked"


def test_a_result_adds_up():
    result = compress(chat(HITS), profile="lossless")
    assert result.tokens_saved == result.tokens_before - result.tokens_after > 0
    assert result.compression_ratio == result.tokens_saved / result.tokens_before
    assert result.savings_percent == round(100 * result.compression_ratio, 1)
    assert result.transforms_applied == ["search"]
    assert result.refs == ()
    empty = compress([])
    assert (empty.compression_ratio, empty.savings_percent) == (0.0, 0.0)


def test_too_large_a_text_is_not_even_counted():
    result = compress(chat(HITS), max_chars=100)
    assert result.outcomes[1].reason == "large"
    assert result.messages[1]["content"] == HITS


def test_line_ends_of_windows_come_back():
    text = HITS.replace("\n", "\r\n") + "\r\n"
    result = compress(chat(text))
    assert result.tokens_saved > 0
    assert expand(result.messages)[1]["content"] == text


def test_threads_that_come_first_at_once_get_the_same_engine(monkeypatch):
    both = threading.Barrier(2)

    class Slow:
        def __init__(self):
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.2)

    monkeypatch.setattr("headroom.engine.engine.SharedStore", Slow)
    Engine.default.cache_clear()
    made = []
    threads = [threading.Thread(target=lambda: made.append(Engine.default())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made[0] is made[1] is Engine.default()
