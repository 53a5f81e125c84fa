"""The second engine in a request: never waited for, never changes what was sent, never raises."""

import re
import threading

import pytest

import headroom
from headroom.compress import compress_document
from headroom.core.document import TreeDocument
from headroom.engine.engine import Call, Engine
from headroom.errors import ConfigurationError
from headroom.kompress import Kompress, ModelError, prepare
from headroom.kompress.background import Background
from headroom.retrieval import retrieve_from

PROSE = " ".join(
    f"Quite often the keepers of the old house near the {place} were rather slowly walking along "
    f"their long and winding road towards some quiet harbour with lamp {n}."
    for n, place in enumerate(["river", "hill", "lake", "forest", "bridge", "tower"] * 8)
)
QUERY = "Where did they walk?"


def model(text, stopped):
    """Score long words high."""
    return [(m.start(), m.end(), float(len(m[0]))) for m in re.finditer(r"\S+", text)]


def idle(load=lambda: model):
    """Return a Kompress whose work is done by `background.drain()`."""
    background = Background(load, lambda: 0.0, start=lambda loop: None)
    return Kompress(background=background), background


def conversation(text=PROSE, *more):
    return [
        {"role": "user", "content": QUERY},
        {"role": "tool", "tool_call_id": "c", "content": text},
        *more,
    ]


def run(made, messages, **options):
    chosen = {"profile": "balanced", "engine": "ml", **options}
    return compress_document(TreeDocument(messages), Call("gpt-4o"), chosen, engine=made)


def shown(result):
    return result.messages[1]["content"]


def test_the_first_request_gets_the_extractive_form_and_another_conversation_the_refined_one():
    kompress, background = idle()
    plain = shown(run(Engine(), conversation(), engine="extractive"))
    assert shown(run(Engine(refine=kompress.soon), conversation())) == plain
    background.drain()
    refined = shown(run(Engine(refine=kompress.soon), conversation()))
    assert refined != plain
    assert "words from" in refined


def test_what_was_forwarded_keeps_its_bytes_when_the_scores_arrive_later():
    kompress, background = idle()
    engine = Engine(refine=kompress.soon)
    first = run(engine, conversation())
    background.drain()
    assert background.ask(PROSE) is not None
    more = {"role": "assistant", "content": "Along the road."}, {"role": "user", "content": "And?"}
    second = run(engine, conversation(PROSE, *more))
    assert shown(second) == shown(first)
    assert second.outcomes[1].action == "replayed"


def test_what_was_forwarded_refined_keeps_its_bytes_when_the_scores_are_gone():
    kompress, _ = idle()
    engine = Engine(refine=kompress.soon)
    kompress.prepare([PROSE])
    first = run(engine, conversation())
    engine._parts.refine.__self__._background = idle()[1]
    second = run(engine, conversation(PROSE, {"role": "assistant", "content": "So."}))
    assert "words from" in shown(first)
    assert shown(second) == shown(first)


def test_a_request_returns_while_the_model_is_at_work():
    entered, leave = threading.Event(), threading.Event()

    def slow(text, stopped):
        entered.set()
        leave.wait(20)
        return model(text, stopped)

    kompress = Kompress(lambda: slow)
    engine = Engine(refine=kompress.soon)
    try:
        first = run(engine, conversation())
        assert entered.wait(20)
        other = run(engine, conversation(PROSE + " They were tired then."))
        assert "sentences" in shown(first)
        assert "words from" not in shown(first) + shown(other)
    finally:
        leave.set()
        kompress.close()


@pytest.mark.parametrize("query", ["", "Which lamp is at the tower?"])
def test_scores_serve_every_question_and_profile(query):
    kompress, _ = idle()
    assert kompress.prepare([PROSE, PROSE]).ready == 2
    assert kompress.counts.scored == 1
    for profile in ("balanced", "aggressive"):
        messages = conversation()
        messages[0]["content"] = query
        result = run(Engine(refine=kompress.soon), messages, profile=profile)
        assert "words from" in shown(result)


def test_the_original_of_refined_prose_is_one_call_away():
    kompress, _ = idle()
    engine = Engine(refine=kompress.now)
    result = run(engine, conversation())
    (ref,) = result.refs
    assert f'headroom_retrieve("{ref}"' in shown(result)
    assert retrieve_from(engine.store, ref).text == PROSE
    assert result.outcomes[1].grade == "stored"
    assert result.tokens_after < result.tokens_before


def test_without_a_model_the_extractive_form_is_used_and_the_reason_can_be_read():
    def load():
        raise ModelError("no model; run this")

    plain = shown(run(Engine(), conversation(), engine="extractive"))
    kompress, background = idle(load)
    assert shown(run(Engine(refine=kompress.soon), conversation())) == plain
    background.drain()
    assert kompress.counts.unavailable == "no model; run this"
    assert shown(run(Engine(refine=kompress.now), conversation())) == plain
    assert kompress.reasons == ("no model; run this",)
    assert kompress.prepare([PROSE, "b"]).reasons == ("no model; run this",)


def test_other_kinds_of_text_do_not_reach_the_model():
    kompress, background = idle()
    log = "\n".join(f"10:{n // 60:02}:{n % 60:02} INFO request {n} took 5 ms" for n in range(300))
    run(Engine(refine=kompress.soon), conversation(log))
    assert background.counts.waiting == 0


def test_the_real_thing_end_to_end(build, monkeypatch):
    words = sorted(set(re.findall(r"\w+|[^\w\s]+", PROSE)))
    place = build({word: min(len(word), 9) / 10 for word in words})
    monkeypatch.setenv("HEADROOM_MODEL", str(place.model.parent.parent))
    kompress = Kompress()
    monkeypatch.setattr(Kompress, "default", lambda: kompress)
    assert prepare([PROSE]) == type(prepare([]))(1)
    result = headroom.compress(conversation(), profile="balanced", engine="ml")
    assert "words from" in shown(result)
    assert headroom.retrieve(result.refs[0]).text == PROSE


def test_a_missing_model_costs_a_caller_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADROOM_MODEL", str(tmp_path))
    kompress = Kompress()
    monkeypatch.setattr(Kompress, "default", lambda: kompress)
    assert "lacks a tokenizer.json" in prepare([PROSE]).reasons[0]
    assert headroom.compress(conversation(), profile="balanced", engine="ml").tokens_saved > 0


def test_the_process_has_one_and_stops_it_at_its_end():
    Kompress.default.cache_clear()
    assert Kompress.default() is Kompress.default()
    Kompress.default().close()
    Kompress.default.cache_clear()


def test_the_engine_is_an_option_of_the_lossy_profiles():
    with pytest.raises(ConfigurationError, match="must be one of 'extractive', 'ml'"):
        headroom.compress([], profile="balanced", engine="llm")
    with pytest.raises(ConfigurationError, match="'balanced' or 'aggressive'"):
        headroom.compress([], profile="lossless", engine="ml")
