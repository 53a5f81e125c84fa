"""What is known of each agent is right by its own examples, and every mistake in a file is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headroom.config.vendor import hosts
from headroom.errors import AgentError, ConfigurationError
from headroom.wrap import agent, document
from headroom.wrap.child import build
from headroom.wrap.plan import make_plan
from headroom.wrap.source import Surroundings
from headroom.wrap.spec import parse

HOME, PROJECT = Path("/home/ann"), Path("/home/ann/project")
PROXIES = ("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3")
NAMED = ["aider", "claude", "cline", "codex", "continue", "copilot", "cursor", "gemini", "goose"]
NAMED += ["openclaw", "opencode", "openhands", "vibe"]
SPECS = [agent.load(name) for name in NAMED]
EXAMPLES = [
    pytest.param(spec, example, id=f"{spec.name}: {example['about']}")
    for spec in SPECS
    for example in spec.examples
]
KNOWN = {"about", "env", "files", "args", "upstreams", "env_after", "args_after", "file_after"}
KNOWN |= {"refused", "instructed"}


def around(example):
    files = {
        (HOME / path[2:] if path.startswith("~/") else PROJECT / path): text
        for path, text in example.get("files", {}).items()
    }
    return Surroundings(
        example.get("env", {}), HOME, PROJECT, tuple(example.get("args", ())), files.get
    )


def filled(value):
    """Return a value of an example with addresses in the places of their names."""
    text = json.dumps(value)
    for name, address in (("{proxy}", PROXIES[0]), ("{proxy2}", PROXIES[1]), ("{folder}", "/run")):
        text = text.replace(name, address)
    return json.loads(text)


def test_every_agent_is_there():
    assert agent.names() == NAMED


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_agent_has_examples_and_says_how_to_get_it(spec):
    assert spec.examples
    assert spec.install or not spec.command
    assert not {key for example in spec.examples for key in example} - KNOWN


@pytest.mark.parametrize(("spec", "example"), EXAMPLES)
def test_an_agent_does_as_its_example_says(spec, example):
    if "instructed" in example:
        assert not spec.command
        assert example["instructed"] in spec.instructions
        return
    if "refused" in example:
        with pytest.raises(AgentError, match=example["refused"]):
            make_plan(spec, around(example))
        return
    plan = make_plan(spec, around(example))
    child = build(plan, PROXIES, "/run")
    if "upstreams" in example:
        asked = {use.target.wire: plan.proxies[use.proxy][use.target.wire] for use in plan.uses}
        assert asked == example["upstreams"]
    if "env_after" in example:
        assert child.environment == filled(example["env_after"])
    if "args_after" in example:
        assert list(child.arguments) == filled(example["args_after"])
    if "file_after" in example:
        (text,) = child.files.values()
        assert json.loads(text) == filled(example["file_after"])


@pytest.mark.parametrize("spec", [s for s in SPECS if s.routes], ids=lambda spec: spec.name)
def test_no_url_of_a_vendor_is_told_to_an_agent(spec):
    for example in spec.examples:
        if "refused" in example:
            continue
        child = build(make_plan(spec, around(example)), PROXIES, "/run")
        told = [*child.environment.values(), *child.arguments, *child.files.values()]
        assert not [text for text in told for host in hosts().values() if host in text]


def test_an_address_of_ours_is_not_put_behind_another_proxy():
    known = {"http://127.0.0.1:8787": {"anthropic": "https://gw.test"}}
    example = {"env": {"ANTHROPIC_BASE_URL": "http://127.0.0.1:8787/x"}}
    plan = make_plan(agent.load("claude"), around(example), known)
    assert plan.proxies[0]["anthropic"] == "https://gw.test"
    assert build(plan, PROXIES, "/run").environment["ANTHROPIC_BASE_URL"] == PROXIES[0] + "/x"


def test_where_the_users_proxy_sends_things_is_where_they_go():
    example = {"env": {"ANTHROPIC_TARGET_API_URL": "https://gw.test"}}
    plan = make_plan(agent.load("claude"), around(example))
    assert plan.proxies[0]["anthropic"] == "https://gw.test"
    assert "ENABLE_TOOL_SEARCH" not in build(plan, PROXIES, "/run").environment


def test_where_a_provider_of_ones_own_stands_is_told():
    example = {
        "env": {"OPENCODE_CONFIG_CONTENT": '{"model": "lab/m"}'},
        "files": {
            "opencode.json": '{"provider": {"lab": {"options": {"baseURL": "http://a.test"}}}}'
        },
    }
    (use,) = make_plan(agent.load("opencode"), around(example)).entries
    assert use.target.source == "file:opencode.json#provider.lab.options.baseURL"


def test_what_the_user_said_about_a_feature_stands():
    example = {"env": {"ENABLE_TOOL_SEARCH": "false"}}
    child = build(make_plan(agent.load("claude"), around(example)), PROXIES, "/run")
    assert "ENABLE_TOOL_SEARCH" not in child.environment


def test_requests_to_this_machine_stay_off_a_proxy_of_the_network():
    example = {"env": {"HTTP_PROXY": "http://corp:3128", "NO_PROXY": "intern, localhost"}}
    child = build(make_plan(agent.load("claude"), around(example)), PROXIES, "/run")
    assert child.environment["NO_PROXY"] == "intern,localhost,127.0.0.1"
    assert child.environment["no_proxy"] == "127.0.0.1,localhost"
    assert child.arguments[0] == "--settings"


@pytest.mark.parametrize(
    "url", ["ftp://x", "nonsense", "https://me:secret@host", "http://[", "http://h:0"]
)
def test_a_base_url_that_cannot_be_routed_is_refused_with_its_place(url):
    with pytest.raises(AgentError, match="env:ANTHROPIC_BASE_URL"):
        make_plan(agent.load("claude"), around({"env": {"ANTHROPIC_BASE_URL": url}}))


def test_settings_that_cannot_be_understood_are_named():
    example = {"files": {"~/.claude/settings.json": '{"env": '}}
    with pytest.raises(AgentError, match=r"/home/ann/\.claude/settings\.json cannot be understood"):
        make_plan(agent.load("claude"), around(example))


MINIMAL = 'name = "x"\ntitle = "X"\ncommand = "x"\n[[route]]\nwire = "openai"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "x.toml is no TOML"),
        ('title = "X"', "x.toml: 'name' is missing"),
        ("name = 3", "x.toml: 'name' is 3; it must be a text"),
        ('name = "x"\ntitle = "X"', "x.toml: 'command' or 'instructions' is missing"),
        ('name = "x"\ntitle = "X"\ncommand = "x"', "x.toml: 'route' or 'entries' is missing"),
        (
            MINIMAL.replace("openai", "grpc"),
            r"x.toml: route\[0\]: 'wire' is 'grpc'; it must be one of",
        ),
        (MINIMAL + 'colour = "red"', r"x.toml: route\[0\]: 'colour' means nothing here"),
        (MINIMAL + "env = [1]", r"x.toml: route\[0\]: 'env' is \[1\]; it must be a list of texts"),
        (
            MINIMAL + 'own = ["home:X"]',
            r"x.toml: route\[0\]: 'own' is 'home:X'; it must be one of env:",
        ),
        (MINIMAL + 'when = { a = "b" }', "x.toml: 'when' names 'a', which is not in"),
        (MINIMAL + "when = { a = 1 }", r"x.toml: route\[0\]: 'when.a' is 1; it must be a pattern"),
        ("values = 3", "x.toml: 'name' is missing"),
        ('name = "x"\ntitle = "X"\nvalues = 3', "x.toml: 'values' is 3; it must be a table"),
        ('name = "x"\ntitle = "X"\nroute = 3', "x.toml: 'route' is 3; it must be a list of tables"),
        (
            'name = "x"\ntitle = "X"\n[[env]]\nname = "A"\nvalue = "b"\nvendor_only = 1',
            "must be true or false",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_file_and_key(text, said):
    with pytest.raises(ConfigurationError, match=said):
        parse(text, "x.toml")


def test_a_user_may_add_agents(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = agent.config_folder() / "agents"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(MINIMAL)
    (folder / "claude.toml").write_text(MINIMAL)
    assert "mine" in agent.names()
    assert agent.load("mine").command == "x"
    assert agent.load("claude").title == "Claude Code"


def test_an_unknown_agent_is_told_the_known_ones():
    with pytest.raises(AgentError, match="no agent 'clade' is known; there are aider, claude"):
        agent.load("clade")


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("", "a.json", {}),
        ("\ufeff{}", "a.json", {}),
        ('{"a": "//b", /* c */ "d": [1,2,], // e\r\n}', "a.jsonc", {"a": "//b", "d": [1, 2]}),
        ("{a: \"x\", b: {c: 'y'}}", "a.json", {"a": "x", "b": {"c": "y"}}),
        ("a = 1\r\n", "a.toml", {"a": 1}),
        ("a: 1\nb: [x]\n", "a.yaml", {"a": 1, "b": ["x"]}),
        ("# c\nexport A='b c'\nD=e # f\nG=\"h\"\n", ".env", {"A": "b c", "D": "e", "G": "h"}),
    ],
)
def test_settings_are_read_in_their_format(text, name, value):
    assert document.parse(text, name) == value
