"""Where a model is looked for; a folder of one's own, or the hub's cache at pinned revisions."""

import pytest

from headroom.kompress import location
from headroom.kompress.location import FULL, SMALL
from headroom.kompress.model import ModelError, load


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("HEADROOM_MODEL", "HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def put(cache, name=FULL):
    for repository, revision, file in (
        (location.MODEL_REPOSITORY, location.MODEL_REVISION, name),
        (location.TOKENIZER_REPOSITORY, location.TOKENIZER_REVISION, location.TOKENIZER),
    ):
        path = location.snapshot(cache, repository, revision) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


@pytest.mark.parametrize(
    ("variable", "folder"),
    [("HF_HUB_CACHE", ""), ("HF_HOME", "hub"), ("XDG_CACHE_HOME", "huggingface/hub")],
)
def test_the_cache_of_the_hub_is_where_its_variables_say(home, monkeypatch, variable, folder):
    put(home / "there" / folder)
    assert location.found() == []
    monkeypatch.setenv(variable, str(home / "there"))
    (place,) = location.found()
    assert place.model.is_relative_to(
        home / "there" / folder / "models--chopratejas--kompress-v2-base"
    )


def test_without_variables_it_is_in_the_home_folder_and_the_small_model_comes_first(home):
    for name in (FULL, SMALL):
        put(home / ".cache" / "huggingface" / "hub", name)
    assert [place.model.name for place in location.found()] == [
        "kompress-int8-wo.onnx",
        "kompress-fp32.onnx",
    ]


def test_another_revision_is_not_taken(home):
    put(home / ".cache/huggingface/hub")
    (found,) = location.found()
    found.model.parent.parent.rename(found.model.parent.parent.with_name("0" * 40))
    assert location.found() == []


def test_a_folder_of_ones_own_replaces_the_cache(home, monkeypatch):
    put(home / ".cache/huggingface/hub")
    monkeypatch.setenv("HEADROOM_MODEL", "~/mine")
    assert location.found() == []
    (home / "mine").mkdir()
    for name in ("b.onnx", "a.onnx", "kompress-fp32.onnx"):
        (home / "mine" / name).write_bytes(b"")
    assert location.found() == []
    assert location.places()[0].missing == (home / "mine" / "tokenizer.json",)
    (home / "mine" / "tokenizer.json").write_bytes(b"")
    assert [place.model.name for place in location.found()] == [
        "kompress-fp32.onnx",
        "a.onnx",
        "b.onnx",
    ]


def test_what_is_missing_is_said_with_the_command_that_brings_it(home, monkeypatch):
    with pytest.raises(ModelError, match="`headroom model fetch` downloads it once"):
        load()
    monkeypatch.setenv("HEADROOM_MODEL", str(home / "nowhere"))
    with pytest.raises(ModelError, match=r"HEADROOM_MODEL names .*nowhere"):
        load()
