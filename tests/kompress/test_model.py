"""The model on this machine: scores with offsets, windows, and what is said when it will not do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import headroom
from headroom.kompress import location
from headroom.kompress.model import OVERLAP, WINDOW, ModelError, TokenModel, load


def never():
    return False


def test_every_token_gets_its_score_and_where_it_stands(build):
    model = TokenModel(build({"the": 0.125, "harbour": 0.75, ".": 1.0}))
    assert model("the harbour.\n the x", never) == [
        (0, 3, 0.125),
        (4, 11, 0.75),
        (11, 12, 1.0),
        (14, 17, 0.125),
        (18, 19, 0.5),
    ]


def test_an_empty_text_has_no_tokens(build):
    assert TokenModel(build({"a": 1.0}))("", never) == []


def test_a_long_text_is_seen_in_windows_that_overlap_and_every_token_is_scored_once(build):
    model = TokenModel(build({"a": 0.25, "b": 0.75}))
    text = "a b b " * 1000
    tokens = model(text, never)
    assert [text[start:end] for start, end, _ in tokens] == text.split()
    assert [score for *_, score in tokens[:3]] == [0.25, 0.75, 0.75]
    assert len({start for start, _, _ in tokens}) == 3000
    assert 0 < OVERLAP < WINDOW


def test_the_score_of_a_token_in_two_windows_is_the_one_with_more_around_it(build, monkeypatch):
    model = TokenModel(build({"a": 1.0}))
    windows = iter(range(9))
    monkeypatch.setattr(model, "_run", lambda window: [float(next(windows))] * len(window.ids))
    scores = [score for *_, score in model("a " * 1200, never)]
    assert scores == sorted(scores)
    inner = WINDOW - 2
    assert scores.count(0.0) == inner - OVERLAP // 2
    assert scores.count(1.0) == inner - OVERLAP


def test_it_stops_between_windows_when_told(build):
    model = TokenModel(build({"a": 1.0}))
    asked = iter([False, True])
    assert 0 < len(model("a " * 9000, lambda: next(asked))) < 9000


@pytest.mark.parametrize(
    "text", ["\0", "\ud800 a \udfff", "a\u200b\u0301", "🙂 a 👩‍👩‍👧", " \n\t "]
)
def test_any_text_is_taken_and_offsets_lie_in_it(build, text):
    tokens = TokenModel(build({"a": 1.0}))(text, never)
    assert all(0 <= start < end <= len(text) for start, end, _ in tokens)


def test_the_same_text_has_the_same_scores(build):
    place = build({"a": 0.1, "b": 0.9})
    text = "a b c d " * 700
    assert TokenModel(place)(text, never) == TokenModel(place)(text, never)


def test_files_that_are_no_such_model_are_refused_with_their_name(build):
    place = build({"a": 1.0})
    place.model.write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"cannot load .*kompress-fp32.onnx"):
        TokenModel(place)
    place = build({"a": 1.0}, inputs=("ids", "attention_mask"))
    with pytest.raises(ModelError, match="takes"):
        TokenModel(place)
    place = build({"a": 1.0})
    place.tokenizer.write_text("{}")
    with pytest.raises(ModelError, match="cannot load"):
        TokenModel(place)


def test_scores_that_are_no_numbers_are_refused(build):
    model = TokenModel(build({"a": float("nan")}))
    with pytest.raises(ModelError, match="no numbers"):
        model("a", never)


def test_a_runtime_that_fails_is_reported(build):
    model = TokenModel(build({"a": 1.0}))
    model._session = None
    with pytest.raises(ModelError, match="failed"):
        model("a", never)


def test_a_runtime_without_the_operation_of_the_small_model_gets_the_full_one(build, monkeypatch):
    small = build({"a": 1.0}, name="onnx/kompress-int8-wo.onnx", gather="MatMulOfTomorrow")
    full = build({"a": 1.0})
    monkeypatch.setenv("HEADROOM_MODEL", str(full.model.parent.parent))
    assert location.found() == [small, full]
    assert load().place == full
    full.model.unlink()
    with pytest.raises(ModelError, match="MatMulOfTomorrow"):
        load()


def test_without_the_extra_the_error_says_how_to_install_it(build, monkeypatch):
    place = build({"a": 1.0})
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelError, match=r"pip install 'headroom\[ml\]'"):
        TokenModel(place)


def test_nothing_heavy_is_imported_before_the_first_text_is_scored():
    code = (
        "import sys; import headroom.kompress, headroom.engine.engine; "
        "assert not {'onnxruntime', 'tokenizers', 'numpy', 'huggingface_hub'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(headroom.__file__).parents[1])


def test_with_every_socket_refused_a_text_is_scored_and_the_hub_is_not_even_imported(build):
    place = build({"harbour": 0.75})
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('a socket was asked for')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from headroom.kompress.model import load\n"
        "assert load()('the harbour', lambda: False)[1] == (4, 11, 0.75)\n"
        "assert 'huggingface_hub' not in sys.modules\n"
    )
    folder = str(place.model.parent.parent)
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=Path(headroom.__file__).parents[1],
        env={**os.environ, "HEADROOM_MODEL": folder},
    )
