"""What `headroom proxy` makes of its options."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

import headroom.proxy.app
import headroom.proxy.serving.allocator
import headroom.proxy.serving.log
import headroom.proxy.serving.server
from headroom.cli.main import main


@pytest.fixture
def started(monkeypatch):
    """Return the settings of each proxy that was started; none really listens."""
    made = []
    monkeypatch.setenv("HEADROOM_LEDGER", "memory:")
    monkeypatch.setenv("HEADROOM_STORE", "memory:")
    create = headroom.proxy.app.create_app

    def created(settings, *rest, **named):
        made.append(settings)
        return create(settings, *rest, **named)

    monkeypatch.setattr(headroom.proxy.app, "create_app", created)
    monkeypatch.setattr(headroom.proxy.serving.server, "serve", lambda *_: None)
    return made


def test_a_place_that_cannot_be_written_is_told_with_both_ways_out(started, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HEADROOM_LEDGER", str(tmp_path / "file" / "forms.sqlite"))
    done = CliRunner().invoke(main, ["proxy"])
    (said,) = done.output.splitlines()
    assert done.exit_code == 2
    assert "forms.sqlite': " in said
    assert "; give it room there" in said
    assert "HEADROOM_LEDGER=memory: HEADROOM_STORE=memory: it needs none" in said
    # What was forwarded is never forgotten unless the user says so.
    assert started == []


def test_a_file_of_another_program_is_told_with_its_own_way_out(started, tmp_path, monkeypatch):
    with closing(sqlite3.connect(tmp_path / "theirs")) as theirs, theirs:
        theirs.execute("CREATE TABLE letters (x)")
    monkeypatch.setenv("HEADROOM_LEDGER", str(tmp_path / "theirs"))
    said = CliRunner().invoke(main, ["proxy"]).output
    assert said.endswith("a database of another program; name another file\n")


def test_how_memory_is_kept_is_said_before_a_thread_begins(started, monkeypatch):
    order = []
    monkeypatch.setattr(headroom.proxy.serving.allocator, "spare", lambda: order.append("heap"))
    monkeypatch.setattr(headroom.proxy.serving.log, "set_up", lambda _: order.append("thread"))
    assert CliRunner().invoke(main, ["proxy"]).exit_code == 0
    assert order == ["heap", "thread"]


def test_a_proxy_goes_by_option_then_variable_then_file(started, tmp_path, monkeypatch):
    ours = "https://ours.example"
    monkeypatch.setattr("headroom.config.upstream.config_folder", lambda: tmp_path)
    monkeypatch.setenv("ANTHROPIC_TARGET_API_URL", "https://variable.example")
    (tmp_path / "config.toml").write_text(
        "".join(
            ["[upstreams]\n", *(f'{n} = "{ours}"\n' for n in ("openai", "anthropic", "gemini"))]
        )
    )
    done = CliRunner().invoke(main, ["proxy", "--upstream", "openai=https://option.example"])
    assert done.exit_code == 0, done.output
    assert started[0].upstreams == {
        "openai": "https://option.example",
        "anthropic": "https://variable.example",
        "gemini": ours,
    }


@pytest.mark.parametrize(
    ("named", "option", "found"),
    [
        ("sqlite:///{folder}/o.sqlite", None, True),
        ("{folder}/o.sqlite", "sqlite:///{folder}/o.sqlite", True),
        ("sqlite:///{folder}/o.sqlite", "{folder}/o.sqlite", True),
        ("sqlite:///o.sqlite", None, False),
        ("sqlite:///~/o.sqlite", None, True),
        ("memory:", None, False),
        ("memory:", "sqlite:///{folder}/o.sqlite", False),
    ],
)
def test_agents_are_named_a_command_only_where_it_finds_the_store(
    started, tmp_path, monkeypatch, named, option, found
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HEADROOM_STORE", named.format(folder=tmp_path))
    more = [] if option is None else ["--store", option.format(folder=tmp_path)]
    done = CliRunner().invoke(main, ["proxy", *more])
    assert done.exit_code == 0, done.output
    assert started[0].shared == found
    assert started[0].durable == ((option or named) != "memory:")


@pytest.mark.parametrize(("arguments", "tokens"), [([], None), (["--long-reads", "4000"], 4000)])
def test_long_reads_are_cut_only_where_the_user_says_so(started, arguments, tokens):
    done = CliRunner().invoke(main, ["proxy", *arguments])
    assert done.exit_code == 0, done.output
    assert [each.options.long_reads for each in started] == [tokens]


@pytest.mark.parametrize("value", ["0", "-5", "many"])
def test_a_bad_number_of_tokens_starts_nothing(started, value):
    assert CliRunner().invoke(main, ["proxy", "--long-reads", value]).exit_code == 2
    assert started == []


@pytest.mark.parametrize(("given", "token"), [("sesame\r\n", "sesame"), (" ", None), ("", None)])
def test_blanks_around_a_token_are_no_part_of_it(started, monkeypatch, given, token):
    monkeypatch.setenv("HEADROOM_PROXY_TOKEN", given)
    elsewhere = CliRunner().invoke(main, ["proxy", "--host", "0.0.0.0"])
    assert ("can be reached from other machines" in elsewhere.output) == (token is None)
    assert CliRunner().invoke(main, ["proxy"]).exit_code == 0
    assert {each.token for each in started} == {token}


def test_a_key_is_lent_only_where_the_user_says_so(started, monkeypatch):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "ABSKlent")
    for arguments in (["--token", "sesame"], ["--token", "sesame", "--lend-key", "bedrock"]):
        done = CliRunner().invoke(main, ["proxy", *arguments])
        assert done.exit_code == 0, done.output
    assert [each.keys for each in started] == [{}, {"bedrock": "ABSKlent"}]


def test_a_key_is_not_lent_to_everybody(started, monkeypatch):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "ABSKlent")
    done = CliRunner().invoke(main, ["proxy", "--lend-key", "bedrock"])
    assert done.exit_code != 0
    assert "--token" in done.output
    assert "ABSK" not in done.output
    assert started == []


def test_without_a_home_folder_it_serves_if_all_places_are_named(started, monkeypatch):
    def unknown():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", unknown)
    for name in ("DATA", "STATE", "CONFIG"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    assert CliRunner().invoke(main, ["proxy"]).exit_code == 0
    assert len(started) == 1


@pytest.mark.parametrize(
    ("arguments", "itself"),
    [
        (["--upstream", "http://localhost:8787/v1"], True),
        (["--upstream", "gemini=http://[::1]:9000", "--port", "9000"], True),
        (["--upstream", "http://127.0.0.1:8788"], False),
        (["--upstream", "https://models.example:8787"], False),
        (["--upstream", "http://localhost:8787", "--port", "0"], False),
    ],
)
def test_a_proxy_is_not_its_own_upstream(started, arguments, itself):
    done = CliRunner().invoke(main, ["proxy", *arguments])
    assert (done.exit_code != 0) is itself, done.output
    assert ("this proxy itself" in done.output) is itself
    assert len(started) == (not itself)


def test_what_the_environment_names_is_no_upstream_of_itself_either(started, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_TARGET_API_URL", "http://127.0.0.1:8787")
    done = CliRunner().invoke(main, ["proxy"])
    assert "upstream anthropic is http://127.0.0.1:8787" in done.output
    assert started == []
