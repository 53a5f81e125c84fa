"""Upstreams in the user's file of settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from headroom.cli.main import main
from headroom.config.upstream import with_file
from headroom.errors import ConfigurationError

OURS = "https://ours.example"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The user's folder for settings."""
    monkeypatch.setattr("headroom.config.upstream.config_folder", lambda: tmp_path)
    return tmp_path


def test_without_a_file_the_environment_is_what_it_is(folder):
    assert with_file({"A": "b"}) == {"A": "b"}


def test_the_file_says_what_no_variable_does(folder):
    (folder / "config.toml").write_text(
        f'\ufeff[upstreams]\nopenai = "{OURS}"\ncode-assist = "{OURS}"\ngemini = "{OURS}/g"\n',
        "utf-8",
    )
    environment = {"OPENAI_TARGET_API_URL": "https://theirs", "GEMINI_TARGET_API_URL": ""}
    assert with_file(environment) == {
        "OPENAI_TARGET_API_URL": "https://theirs",
        "GEMINI_TARGET_API_URL": f"{OURS}/g",
        "CODE_ASSIST_TARGET_API_URL": OURS,
    }


def test_another_file_can_be_named(folder, monkeypatch):
    (folder / "config.toml").write_text("nothing to be read")
    (folder / "named.toml").write_text(f'[upstreams]\nazure = "{OURS}"')
    monkeypatch.chdir(folder)
    made = with_file({"HEADROOM_CONFIG": "named.toml"})
    assert made["AZURE_TARGET_API_URL"] == OURS
    assert made["HEADROOM_CONFIG"] == str(folder / "named.toml")


def test_without_a_home_there_is_none(monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert with_file({}) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[upstream]\n", "'upstream'"),
        ("upstreams = 3\n", "no table"),
        ('[upstreams]\nopenia = "https://x"\n', "'openia'"),
        ("[upstreams]\nopenai = 3\n", "must be a URL"),
        ("[upstreams\n", "cannot be read"),
        (None, "cannot be read: No such file or directory$"),
        (b"\xff", "cannot be read: it is not UTF-8$"),
    ],
)
def test_what_it_cannot_mean_is_an_error_that_names_it(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError, match=said) as raised:
        with_file({"HEADROOM_CONFIG": str(path)})
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("command", ["proxy", "wrap", "doctor"])
def test_every_command_says_in_a_line_what_is_wrong_with_it(folder, command):
    (folder / "config.toml").write_text("[upstreams]\nopenia = 'https://x'\n")
    done = CliRunner().invoke(main, [command])
    assert done.exit_code != 0
    assert "openia" in done.output
    assert "Traceback" not in done.output
