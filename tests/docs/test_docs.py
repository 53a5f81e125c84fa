"""What the documents say is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import headroom
from headroom import registry
from headroom.cli.main import COMMANDS, main
from headroom.core.types import Context
from headroom.tokens import tokenizer_for

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
EXAMPLES = [
    pytest.param(code, id=f"{page.name}-{n}")
    for page in PAGES
    for n, code in enumerate(re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
]
FORMS = (ROOT / "docs" / "forms.md").read_text("utf-8")
PAIRS = re.findall(
    r"Before:\n\n```text\n(.*?)\n```\n\nAfter:\n\n```text\n(.*?)\n```", FORMS, re.DOTALL
)


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_example_runs(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "<example>", "exec"), {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_section_leads_to_one_section(page):
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text("utf-8")):
        there = anchors(page.parent / target if target else page)
        assert there.count(anchor) == 1, f"{target}#{anchor}"


def test_what_the_documents_name_of_the_package_is_there():
    for page in PAGES:
        for path in re.findall(r"`(headroom/[\w./]*\w/?)`", page.read_text("utf-8")):
            assert (ROOT / path).exists() or "NAME" in path, f"{page.name}: {path}"


def test_a_function_that_the_documents_send_readers_to_is_there():
    named = [
        each
        for page in PAGES
        for each in re.findall(
            r"`(\w+)`(?: \w+)? (?:in|of) `(headroom/[\w/]+\.py)`", page.read_text("utf-8")
        )
    ]
    assert ("_chosen", "headroom/engine/elision.py") in named
    for name, path in named:
        code = (ROOT / path).read_text("utf-8")
        assert re.search(rf"^(?:def {name}\(|class {name}\b|{name}\b.* = )", code, re.MULTILINE), (
            name
        )


def test_every_room_of_what_leaves_out_is_named_to_contributors():
    rooms = [each.parent.name for each in ROOT.glob("headroom/elide/*/__init__.py")]
    for page in ("CONTRIBUTING.md", "docs/architecture.md"):
        text = (ROOT / page).read_text("utf-8")
        assert [room for room in rooms if f"`{room}`" not in text] == [], page


def test_there_is_an_example_for_every_form():
    assert {after.split()[0].removeprefix("[headroom:") for _, after in PAIRS} == set(
        registry.FORMS
    )


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_folded_example_decodes(before, after):
    assert headroom.expand(after) == before


def test_every_command_in_the_readme_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in re.findall(r"(?:^|\| )headroom (\w+)", readme, re.MULTILINE):
        assert name in COMMANDS
        assert main.get_command(None, name) is not None
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for page in PAGES:
        for name in re.findall(r"^make (\w+)|`make (\w+)`", page.read_text("utf-8"), re.MULTILINE):
            assert f"\n{''.join(name)}:" in makefile


def test_the_reasons_in_the_manual_are_all_there_are():
    from headroom.core.result import Reason

    manual = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert all(f"`{reason}`" in manual for reason in Reason)


def test_the_forms_in_the_readme_are_what_the_code_writes():
    readme = (ROOT / "README.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", readme, re.DOTALL)[1]
    names = {}
    exec(compile(code, "<example>", "exec"), names)
    shown = re.search(r"```text\n(.*?)```", readme, re.DOTALL)[1]
    assert names["result"].messages[1]["content"].startswith(shown.rstrip("\n"))


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_folded_example_is_what_the_code_writes(before, after):
    form = after.split()[0].removeprefix("[headroom:")
    compressor = registry.compressor(registry.FORMS[form])
    assert compressor.compress(before, Context(tokenizer_for("gpt-4o").count)).text == after
