"""What is written into an agent's settings for good goes again, byte for byte, whatever happens."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from headroom.edits import Journal
from headroom.edits.disk import Disk
from headroom.errors import AgentError, EditError
from headroom.wrap import agent, durable
from headroom.wrap.child import build
from headroom.wrap.lease import Den
from headroom.wrap.plan import make_plan
from headroom.wrap.source import Surroundings

OURS = "http://127.0.0.1:8787"
BOM = b"\xef\xbb\xbf"

# (agent, file, its texts of several ages; None: it is not there)
JSON = [
    None,
    b"",
    b"{}",
    b"{}\n",
    b'{"model": "opus"}',
    b'{\r\n\t"model": "opus", // best\r\n\t"env": {\r\n\t\t"A": "b"\r\n\t}\r\n}\r\n',
    BOM + b'{"env": {}}\n',
    b'{\n  "env": {\n    "ANTHROPIC_BASE_URL": "https://gw.test/x" /* ours */,\n  },\n}\n',
]
TOML = [
    None,
    b"",
    b'model = "x"\n',
    b'# mine\r\nmodel = "x" # m\r\n\r\n[tui]\r\na = 1\r\n',
    BOM + b"[tui]\na = 1",
    b"openai_base_url = 'https://gw.test/v1' # ours\n[mcp_servers.a]\ncommand = \"c\"\n",
    b'model_provider = "az"\n[model_providers.az]\nname = "n"\nbase_url = "https://az.test/v1"\n',
]
GOOSE = [
    None,
    b"GOOSE_MODEL: m\n",
    b"# mine\r\nGOOSE_PROVIDER: anthropic\r\nextensions:\r\n  a:\r\n    enabled: true\r\n",
    b"ANTHROPIC_HOST: 'https://gw.test' # ours\nGOOSE_PROVIDER: anthropic",
]
AIDER = [
    None,
    b"# mine\nmodel: m\n",
    b"openai-api-base: https://gw.test/v1 # ours\nset-env:\n  - A=b\n",
]
GEMINI = [
    None,
    b"GEMINI_API_KEY=k",
    b"# mine\r\nexport GOOGLE_GEMINI_BASE_URL='https://gw.test/g'\r\n",
]
OPENCODE = [
    None,
    b'{"$schema": "s", "provider": {"lab": {"options": {"baseURL": "http://lab.test/v1"}}}}',
    b'{\n  // mine\n  "provider": {\n    "openai": {}, "x": {"npm": "@ai-sdk/openai"},\n  },\n}\n',
]
CLINE = [
    b'{"providers": {"anthropic": {"settings": {"apiKey": "k"}}, "openai": {"settings": {"baseUrl": "https://or.test"}}}}\n'
]
CONTINUE = [
    b"name: mine\r\nmodels:\r\n  - name: a\r\n    provider: anthropic # best\r\n    model: m\r\n",
    b"models:\n- {name: a, provider: openai, model: m}\n- name: b\n  provider: openai\n  apiBase: https://or.test/v1\n",
]
OPENCLAW = [
    b'{\n  models: {providers: {lab: {baseUrl: "http://lab.test", api: "openai-responses"},}}, // mine\n}\n'
]
VIBE = [
    None,
    b'# mine\nactive_model = "m"\n',
    b'[[providers]]\nname = "lab"\napi_base = "http://lab.test/v1"\n',
    b'[[providers]]\r\nname = "mistral"\r\napi_base = "https://eu.test/v1" # eu\r\n',
]
FILES = {
    "claude": (".claude/settings.json", JSON),
    "codex": (".codex/config.toml", TOML),
    "goose": (".config/goose/config.yaml", GOOSE),
    "aider": (".aider.conf.yml", AIDER),
    "gemini": (".gemini/.env", GEMINI),
    "opencode": (".config/opencode/opencode.json", OPENCODE),
    "cline": (".cline/data/settings/providers.json", CLINE),
    "continue": (".continue/config.yaml", CONTINUE),
    "openclaw": (".openclaw/openclaw.json", OPENCLAW),
    "vibe": (".vibe/config.toml", VIBE),
}
CASES = [
    pytest.param(name, path, text, id=f"{name}-{number}")
    for name, (path, texts) in FILES.items()
    for number, text in enumerate(texts)
]


class KilledError(BaseException):
    """The process ends here."""


class Dying(Disk):
    """Writes until so many steps are done, and dies in the middle of the next."""

    def __init__(self, steps):
        self.left = steps

    def _step(self):
        if self.left == 0:
            raise KilledError
        self.left -= 1

    def write(self, file, content, *, like=None):
        if self.left == 0:
            super().write(file, content[: len(content) // 2], like=like)
        self._step()
        super().write(file, content, like=like)

    def replace(self, source, target):
        self._step()
        super().replace(source, target)

    def unlink(self, file):
        self._step()
        super().unlink(file)

    def mkdir(self, folder):
        self._step()
        super().mkdir(folder)


class World:
    def __init__(self, folder):
        self.home = folder / "home"
        self.state = folder / "state"
        self.project = self.home / "project"
        self.project.mkdir(parents=True)
        self.environment = {"OPENAI_API_KEY": "k"}

    def around(self):
        return Surroundings(self.environment, self.home, self.project)

    def journal(self, disk=None):
        return Journal(self.state / "edits", disk=disk)

    def plan(self, name):
        spec = agent.load(name)
        return make_plan(spec, durable.as_if_undone(spec, self.around(), self.journal()))

    def persist(self, name, disk=None):
        plan = self.plan(name)
        wanted = durable.edits(plan, [OURS, "http://127.0.0.1:8788"][: len(plan.proxies)])
        return plan, wanted, durable.apply(plan, wanted, self.journal(disk))

    def unwrap(self, name):
        outcomes = self.journal().undo(f"wrap {name}")
        assert [each.note for each in outcomes if each.note] == []

    def tree(self):
        return {
            str(path.relative_to(self.home)): path.read_bytes() if path.is_file() else None
            for path in sorted(self.home.rglob("*"))
        }


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def put(world, path, text):
    if text is not None:
        (world.home / path).parent.mkdir(parents=True, exist_ok=True)
        (world.home / path).write_bytes(text)


@pytest.mark.parametrize(("name", "path", "text"), CASES)
def test_settings_of_any_age_point_at_us_and_are_back_as_they_were(world, name, path, text):
    put(world, path, text)
    before = world.tree()
    upstreams = world.plan(name).proxies
    plan, wanted, outcomes = world.persist(name)
    assert all(each.changed for each in outcomes)
    assert OURS in (world.home / path).read_bytes().decode()
    ours = (OURS, "http://127.0.0.1:8788")
    assert durable.elsewhere(plan, world.around(), wanted, world.journal(), ours) == []
    assert world.plan(name).proxies == upstreams, "what the user had goes on being the upstream"
    assert not any(each.changed for each in world.persist(name)[2]), "once more changes nothing"
    world.unwrap(name)
    assert world.tree() == before
    assert not world.state.exists()


@pytest.mark.parametrize(("name", "path", "text"), CASES)
def test_a_process_killed_at_any_step_leaves_nothing_that_unwrap_does_not_undo(
    world, name, path, text
):
    put(world, path, text)
    before = world.tree()
    for steps in range(40):
        try:
            world.persist(name, Dying(steps))
        except KilledError:
            world.unwrap(name)
            assert world.tree() == before, f"killed at step {steps}"
            assert not world.state.exists(), f"killed at step {steps}"
        else:
            break
    assert 2 < steps < 39
    world.unwrap(name)
    assert world.tree() == before


def test_a_process_killed_while_it_undoes_can_be_run_again(world):
    put(world, ".codex/config.toml", TOML[3])
    before = world.tree()
    for steps in range(40):
        world.persist("codex")
        try:
            world.journal(Dying(steps)).undo("wrap codex")
        except KilledError:
            world.unwrap("codex")
            assert world.tree() == before
        else:
            break
    assert steps > 2
    assert world.tree() == before


EDITED = {
    "claude": lambda text: text.replace(b'"env"', b'"theme": "dark", "env"'),
    "codex": lambda text: b"# new\n" + text + b"\n[new]\nb = 2\n",
    "goose": lambda text: text + b"\nGOOSE_MODE: auto\n",
    "gemini": lambda text: b"A=b\n" + text,
    "opencode": lambda text: text.replace(b'"provider"', b'"theme": "dark", "provider"'),
    "cline": lambda text: text.replace(b'"apiKey": "k"', b'"apiKey": "k2"'),
    "continue": lambda text: text.replace(b"model: m", b"model: other"),
    "openclaw": lambda text: text.replace(b"// mine", b"// still mine"),
    "vibe": lambda text: b"# new\n" + text,
}


@pytest.mark.parametrize("name", EDITED)
def test_what_the_user_wrote_meanwhile_stays_and_ours_goes(world, name):
    path, texts = FILES[name]
    text = next(text for text in reversed(texts) if text and b"\r" not in text)
    put(world, path, text)
    world.persist(name)
    file = world.home / path
    edited = EDITED[name](file.read_bytes())
    assert edited != file.read_bytes()
    file.write_bytes(edited)
    world.unwrap(name)
    assert file.read_bytes() == EDITED[name](text)


def test_for_good_claude_is_told_all_that_it_is_told_for_a_run(world):
    run = build(world.plan("claude"), (OURS,), "")
    world.persist("claude")
    kept = json.loads((world.home / ".claude/settings.json").read_text())
    assert kept["env"] == run.environment
    assert len(run.environment) == 3


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        (
            {"ENABLE_TOOL_SEARCH": "auto:5"},
            {"ENABLE_TOOL_SEARCH": "auto:5", "_CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL": "1"},
        ),
        ({"ANTHROPIC_BASE_URL": "https://gw.test/x"}, {}),
    ],
)
def test_for_good_neither_a_value_of_the_users_goes_nor_is_a_gateway_taken_for_the_vendor(
    world, own, kept
):
    put(world, ".claude/settings.json", json.dumps({"env": own}).encode())
    world.persist("claude")
    now = json.loads((world.home / ".claude/settings.json").read_text())["env"]
    assert now.pop("ANTHROPIC_BASE_URL").startswith(OURS)
    assert now == kept


def test_a_url_that_the_user_changed_meanwhile_stays(world):
    put(world, ".claude/settings.json", JSON[7])
    world.persist("claude")
    file = world.home / ".claude/settings.json"
    mine = file.read_bytes().replace(OURS.encode() + b"/x", b"https://new.test")
    file.write_bytes(mine)
    world.unwrap("claude")
    assert file.read_bytes() == mine


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="modes of POSIX")
def test_a_file_that_may_not_be_written_is_left_alone(world):
    put(world, ".codex/config.toml", TOML[2])
    (world.home / ".codex/config.toml").chmod(0o400)
    before = world.tree()
    with pytest.raises(EditError, match="read-only; nothing was changed"):
        world.persist("codex")
    assert world.tree() == before
    assert not world.state.exists()


def test_settings_that_are_broken_are_left_alone(world):
    put(world, ".codex/config.toml", b"model = \n")
    before = world.tree()
    with pytest.raises(AgentError, match="cannot be understood"):
        world.persist("codex")
    assert world.tree() == before


@pytest.mark.parametrize(
    ("name", "said"), [("copilot", "shell's profile"), ("openhands", "LLM_BASE_URL=http")]
)
def test_an_agent_without_such_settings_is_told_what_to_do(world, name, said):
    world.environment |= {
        "LLM_MODEL": "openai/m",
        "COPILOT_PROVIDER_BASE_URL": "https://gw.test/v1",
    }
    with pytest.raises(AgentError, match=said):
        durable.edits(world.plan(name), [OURS])


def test_what_beats_the_settings_is_told(world):
    world.environment["ANTHROPIC_HOST"] = "https://gw.test"
    plan, wanted, _ = world.persist("goose")
    left = durable.elsewhere(plan, world.around(), wanted, world.journal(), (OURS,))
    assert [(use.target.upstream, use.target.source) for use in left] == [
        ("https://gw.test", "env:ANTHROPIC_HOST")
    ]


def test_a_port_that_another_agent_has_for_other_upstreams_is_passed_over(world):
    def ports(name):
        return durable.ports(world.plan(name), world.around(), world.journal(), agent.load, 8787)

    world.persist("codex")
    assert ports("claude") == (8787,), "it needs the same proxy"
    assert ports("vibe") == (8788,)
    assert ports("codex") == (8787,)


def everything(home):
    return {str(path.relative_to(home.folder)) for path in home.folder.rglob("*") if path.is_file()}


def test_the_commands_say_what_they_did(home, shell):
    code, out, _ = shell("wrap", "claude", "--persist", "--dry-run")
    assert (code, everything(home)) == (0, set())
    assert "+++" in out
    assert OURS in out
    code, out, _ = shell("wrap", "claude", "--persist")
    assert code == 0
    assert "settings.json points at the proxy now" in out
    assert "headroom proxy --port 8787" in out
    assert (
        json.loads((home.folder / ".claude/settings.json").read_text())["env"]["ANTHROPIC_BASE_URL"]
        == OURS
    )
    assert "persisted" in shell("wrap")[1]
    code, out, _ = shell("unwrap", "claude")
    assert (code, everything(home)) == (0, set())
    assert "is gone, as before" in out
    assert shell("unwrap", "claude")[1] == "nothing of ours is in the settings of Claude Code\n"


def test_uninstall_lists_everything_and_undoes_it_when_told(home, shell):
    mine = home.folder / ".codex" / "config.toml"
    mine.parent.mkdir()
    mine.write_text('model = "x"\n')
    assert shell("uninstall")[1] == "nothing of ours is in other programs' files\n"
    shell("wrap", "codex", "--persist")
    shell("wrap", "claude", "--persist")
    for arguments, answer, code in ((["--dry-run"], None, 0), ([], "n\n", 1)):
        done, out, _ = shell("uninstall", *arguments, answer=answer)
        assert done == code
        assert "wrap codex" in out
        assert str(mine) in out
        assert "env.ANTHROPIC_BASE_URL" in out
        assert OURS in mine.read_text()
    assert shell("uninstall", answer="y\n")[0] == 0
    assert everything(home) == {".codex/config.toml"}
    assert mine.read_text() == 'model = "x"\n'


def test_what_runs_and_what_is_written_leave_no_folder_whoever_goes_last(home, shell):
    run = home.folder / ".local/state/headroom/run"
    den = Den(run / "abc")
    with den.guard():
        lease = den.take()
    shell("wrap", "claude", "--persist")
    lease.release()
    assert not run.exists()
    assert shell("unwrap", "claude")[0] == 0
    assert not (home.folder / ".local").exists()
    shell("wrap", "claude", "--persist")
    with den.guard():
        lease = den.take()
    assert shell("uninstall", "--yes")[0] == 0
    assert run.exists()
    lease.release()
    assert not (home.folder / ".local").exists()


def test_uninstall_removes_what_we_keep_on_request_only(home, shell):
    kept = home.folder / ".local/share/headroom/originals.sqlite"
    kept.parent.mkdir(parents=True)
    kept.write_text("x")
    assert shell("uninstall", "--yes")[0] == 0
    assert kept.exists()
    code, out, _ = shell("uninstall", "--yes", "--data")
    assert code == 0
    assert str(kept.parent) in out
    assert not (home.folder / ".local").exists()


def test_uninstall_says_what_it_does_not_remove(home, shell):
    environ = {"HEADROOM_STORE": "memory:", "HEADROOM_LEDGER": str(home.folder / "forms")}
    _, out, _ = shell("uninstall", "--dry-run", "--data", **environ)
    assert "what HEADROOM_LEDGER names is not among it" in out
    assert "HEADROOM_STORE" not in out
    assert "HEADROOM" not in shell("uninstall", "--dry-run", **environ)[1]


def test_uninstall_does_not_call_removed_what_is_still_there(home, shell):
    kept = home.folder / ".local/share/headroom"
    kept.parent.mkdir(parents=True)
    kept.write_text("no folder, so that it cannot be removed as one")
    code, out, err = shell("uninstall", "--yes", "--data")
    assert code == 2
    assert "is removed" not in out
    assert f"remove {kept} by hand" in err


def test_a_record_that_cannot_be_used_is_named_and_stops_no_other(home, shell):
    shell("wrap", "codex", "--persist")
    (record,) = (home.folder / ".local/state/headroom/edits").glob("*.json")
    shell("wrap", "claude", "--persist")
    record.write_text(record.read_text()[:200])
    assert str(home.folder / ".codex/config.toml") in shell("uninstall", "--dry-run")[1]
    code, out, err = shell("uninstall", "--yes")
    assert code == 1
    assert "settings.json is gone, as before" in out
    assert f"remove {record}" in err
    assert "config.toml" in err
    code, _, err = shell("unwrap", "codex")
    assert code == 1
    assert f"remove {record}" in err
    assert "persisted" not in shell("wrap")[1]


def test_an_edit_that_cannot_be_undone_is_said_and_kept(home, shell):
    shell("wrap", "codex", "--persist")
    file = Path(home.folder / ".codex/config.toml")
    file.write_text("broken = \n")
    code, _, err = shell("unwrap", "codex")
    assert code == 1
    assert "could not be put back" in err
    file.unlink()
    assert shell("unwrap", "codex")[0] == 0


def test_for_good_a_proxy_of_the_network_is_said_to_need_an_exception(home, shell, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://company.test:3128")
    monkeypatch.setenv("NO_PROXY", "company.test")
    monkeypatch.delenv("no_proxy", raising=False)
    _, _, err = shell("wrap", "claude", "--persist")
    assert "but it needs NO_PROXY=company.test,127.0.0.1,localhost" in err
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    _, _, err = shell("wrap", "claude", "--persist")
    assert "NO_PROXY" not in err
