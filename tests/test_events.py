"""Events and the chain that shows them to extensions."""

from __future__ import annotations

import importlib.metadata

import pytest

import headroom
from headroom.errors import ConfigurationError, RequestRejected
from headroom.events import ExtensionChain, PipelineEvent, PipelineStage, installed

STAGE = PipelineStage.INPUT_RECEIVED


class Recorder:
    def __init__(self, name, log, answer=None):
        self.name, self.log, self.answer = name, log, answer

    def on_pipeline_event(self, event):
        self.log.append((self.name, event.stage))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_messages_are_copied_when_first_looked_at():
    source = [{"role": "user", "content": "x"}]
    event = PipelineEvent(STAGE, _source=source)
    assert not event.changed
    assert event.messages == source
    assert event.messages is not source
    assert event.messages is event.messages
    assert not event.changed, "looking is no change"


def test_a_change_is_noticed_and_the_source_stays():
    source = [{"role": "user", "content": "x"}]
    event = PipelineEvent(STAGE, _source=source)
    event.messages[0]["content"] = "y"
    assert event.changed
    assert source[0]["content"] == "x"


def test_messages_may_be_replaced_whole():
    event = PipelineEvent(STAGE, _source=[1])
    event.messages = [2]
    assert event.changed
    assert event.messages == [2]


def test_extensions_are_shown_an_event_in_order_of_registration():
    log = []
    chain = ExtensionChain([Recorder("a", log)]).extended([Recorder("b", log), Recorder("c", log)])
    chain.dispatch(PipelineEvent(STAGE))
    assert log == [("a", STAGE), ("b", STAGE), ("c", STAGE)]


def test_an_extended_chain_leaves_the_first_alone():
    log = []
    chain = ExtensionChain()
    assert not chain
    assert chain.extended([Recorder("a", log)])
    assert not chain
    assert chain.extended([]) is chain


def test_a_returned_event_is_what_the_next_extension_sees():
    log = []
    other = PipelineEvent(PipelineStage.PRE_SEND)
    chain = ExtensionChain([Recorder("a", log, other), Recorder("b", log)])
    assert chain.dispatch(PipelineEvent(STAGE)) is other
    assert log[1] == ("b", PipelineStage.PRE_SEND)


@pytest.mark.parametrize("answer", [None, True, 5, "x", {}])
def test_any_other_answer_leaves_the_event_as_it_was(answer):
    event = PipelineEvent(STAGE)
    assert ExtensionChain([Recorder("a", [], answer)]).dispatch(event) is event


def test_a_failing_extension_is_logged_and_the_next_one_still_runs(caplog):
    log = []
    chain = ExtensionChain([Recorder("a", log, ValueError("no")), Recorder("b", log)])
    event = PipelineEvent(STAGE)
    assert chain.dispatch(event) is event
    assert [name for name, _ in log] == ["a", "b"]
    assert "Recorder failed at stage input_received" in caplog.text


def test_a_refusal_stops_the_chain():
    log = []
    chain = ExtensionChain([Recorder("a", log, RequestRejected("no")), Recorder("b", log)])
    with pytest.raises(RequestRejected):
        chain.dispatch(PipelineEvent(STAGE))
    assert [name for name, _ in log] == ["a"]


def test_an_extension_that_is_not_installed_is_a_clear_error():
    with pytest.raises(ConfigurationError, match="no-such-extension"):
        installed("no-such-extension")


class Offered:
    """An extension that an installed package offers."""

    def on_pipeline_event(self, event):
        """Do nothing."""


class Broken:
    def __init__(self):
        raise RuntimeError("no licence")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("tests.test_events:Offered", None),
        ("tests.test_events:Broken", "no licence"),
        ("tests.test_events:Missing", "Missing"),
        ("no_such_package_here:X", "no_such_package_here"),
    ],
)
def test_an_extension_is_loaded_by_the_name_that_its_package_offers_it_under(
    monkeypatch, value, said
):
    point = importlib.metadata.EntryPoint("mine", value, "headroom.pipeline_extension")
    monkeypatch.setattr(
        importlib.metadata,
        "entry_points",
        lambda **asked: [point] if asked["name"] == "mine" else [],
    )
    if said is None:
        seen = []
        monkeypatch.setattr(Offered, "on_pipeline_event", lambda _, event: seen.append(event.stage))
        assert headroom.compress([], extensions=["mine"]).messages == []
        assert PipelineStage.INPUT_COMPRESSED in seen
    else:
        with pytest.raises(ConfigurationError, match=f"'mine'.*{said}"):
            headroom.compress([], extensions=["mine"])
    with pytest.raises(ConfigurationError, match="no installed package offers"):
        headroom.compress([], extensions=["yours"])
