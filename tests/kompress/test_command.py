"""`headroom model` and `headroom compress --engine ml`, as a person uses them."""

import re
import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner

from headroom.cli.main import main
from headroom.kompress import location

PROSE = " ".join(
    f"Quite often the keepers of the old house near lamp {n} were rather slowly walking along "
    f"their long and winding road towards some quiet harbour in the evening."
    for n in range(40)
)
MODELS = (location.MODEL_REPOSITORY, location.MODEL_REVISION)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("HEADROOM_MODEL", raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HEADROOM_STORE", f"sqlite:///{tmp_path / 'originals.sqlite'}")
    return tmp_path


def run(*args, stdin=None):
    return CliRunner().invoke(main, args, input=stdin)


@pytest.fixture
def hub(build, monkeypatch):
    """Put a hub in the place of the real one: `files` is what it has, `asked` what it was asked."""
    made = types.ModuleType("huggingface_hub")
    made.errors = types.SimpleNamespace(HTTPError=type("HTTPError", (Exception,), {}))
    made.asked, made.scores, made.broken = [], {"harbour": 0.9}, None

    def download(repository, file, *, revision, cache_dir, token):
        made.asked.append((repository, revision, file, token))
        if made.broken is not None:
            raise made.broken
        path = location.snapshot(cache_dir, repository, revision) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        place = build(made.scores)
        source = place.tokenizer if file == location.TOKENIZER else place.model
        path.write_bytes(source.read_bytes())
        return str(path)

    made.hf_hub_download = download
    monkeypatch.setitem(sys.modules, "huggingface_hub", made)
    return made


def test_status_says_where_it_looked_and_what_to_do(home):
    made = run("model", "status")
    assert made.exit_code == 2
    assert f"cache of the hub: {home / 'hub'}" in made.stdout
    assert made.stdout.count("missing ") == 3
    assert "`headroom model fetch` downloads it once" in made.stderr


def test_status_runs_the_model_that_it_found(build, monkeypatch):
    place = build({"harbour": 0.9})
    monkeypatch.setenv("HEADROOM_MODEL", str(place.model.parent.parent))
    made = run("model", "status")
    assert made.exit_code == 0
    assert f"ready: {place.model}" in made.stdout
    place.model.write_bytes(b"damaged")
    made = run("model", "status")
    assert made.exit_code == 2
    assert "cannot load" in made.stderr


def test_fetch_asks_first_and_no_means_no(hub, home):
    made = run("model", "fetch", stdin="n\n")
    assert made.exit_code == 1
    assert f"Download {location.size(location.SMALL)} into" in made.stderr
    assert f"downloads it once ({location.size(location.SMALL)})" in location.advice()
    manual = Path(__file__).parents[2].joinpath("docs", "ml.md").read_text("utf-8")
    assert all(f"({location.size(each)}" in manual for each in (location.SMALL, location.FULL))
    assert hub.asked == []
    assert not (home / "hub").exists()


def test_fetch_takes_the_pinned_files_and_shows_no_token(hub):
    made = run("model", "fetch", stdin="y\n")
    assert made.exit_code == 0
    assert "ready: " in made.stdout
    assert hub.asked == [
        (*MODELS, location.SMALL, False),
        (location.TOKENIZER_REPOSITORY, location.TOKENIZER_REVISION, "tokenizer.json", False),
    ]
    assert run("model", "status").exit_code == 0


def test_fetch_can_take_the_full_model(hub):
    assert run("model", "fetch", "--full", "--yes").exit_code == 0
    assert hub.asked[0] == (*MODELS, location.FULL, False)


@pytest.mark.parametrize("kind", [OSError, "HTTPError"])
def test_a_hub_that_cannot_be_reached_takes_one_line(hub, kind):
    error = getattr(hub.errors, kind) if isinstance(kind, str) else kind
    hub.broken = error("no route to it\nand much more")
    made = run("model", "fetch", "--yes")
    assert made.exit_code == 2
    assert made.stderr.endswith("cannot download onnx/kompress-int8-wo.onnx: no route to it\n")


def test_a_model_that_this_runtime_cannot_run_names_the_other_one(hub):
    hub.scores = {"harbour": float("nan")}
    made = run("model", "fetch", "--yes")
    assert made.exit_code == 2
    assert "`headroom model fetch --full`" in made.stderr


def test_fetch_leaves_a_model_of_ones_own_alone(hub, home, monkeypatch):
    monkeypatch.setenv("HEADROOM_MODEL", str(home))
    assert "unset it first" in run("model", "fetch", "--yes").stderr
    assert hub.asked == []


def test_without_the_extra_fetch_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert "pip install 'headroom[ml]'" in run("model", "fetch", "--yes").stderr


def test_compress_waits_for_the_model(build, monkeypatch):
    place = build({"rather": 0.1, "harbour": 0.9})
    monkeypatch.setenv("HEADROOM_MODEL", str(place.model.parent.parent))
    made = run("compress", "--profile", "balanced", "--engine", "ml", stdin=PROSE)
    assert made.exit_code == 0
    assert "words from" in made.stdout
    assert "without the model" not in made.stderr
    ref = re.search(r"headroom retrieve (\w+) ", made.stdout)[1]
    assert run("retrieve", ref).stdout == PROSE


def test_compress_does_without_a_model_and_says_so():
    made = run("compress", "--profile", "balanced", "--engine", "ml", stdin=PROSE)
    assert made.exit_code == 0
    assert "without the model: no model in" in made.stderr
    plain = run("compress", "--profile", "balanced", stdin=PROSE)
    assert made.stdout == plain.stdout
    assert "words from" not in made.stdout


def test_the_model_needs_a_lossy_profile():
    made = run("compress", "--profile", "lossless", "--engine", "ml", stdin=PROSE)
    assert made.exit_code == 2
    assert "set 'profile' to 'balanced' or 'aggressive'" in made.stderr
