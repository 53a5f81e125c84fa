"""The reference pages name what the code has: options, errors, fields, families of models."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

import headroom
from headroom import errors, kompress, registry, stores
from headroom.cli.main import main
from headroom.core.types import Grade
from headroom.decode import CRLF, NUMBERED
from headroom.engine import form
from headroom.engine.source import EARLIER, SAME
from headroom.kompress import model

ROOT = Path(__file__).resolve().parent.parent.parent
API, FORMS, TOKENS, PROXY, README = (
    (ROOT / page).read_text("utf-8")
    for page in ("docs/api.md", "docs/forms.md", "docs/tokens.md", "docs/proxy.md", "README.md")
)


@pytest.mark.parametrize("form", [*registry.FORMS, SAME, EARLIER, CRLF, NUMBERED])
def test_every_form_has_its_section(form):
    headings = re.findall(r"^## (.*)$", FORMS, re.MULTILINE)
    assert any(f"`{form}`" in heading for heading in headings)


def test_what_a_gap_has_to_save_stands_in_the_readme():
    told = re.search(
        r"only where that saves (\d+) tokens \((\d+) of.*?\) and (\d+) %", README, re.DOTALL
    )
    assert [int(each) for each in told.groups()] == [
        form._LEAST_GAIN,
        form._LEAST_ONGOING,
        100 * form._GAIN,
    ]


@pytest.mark.parametrize("grade", list(Grade))
def test_every_grade_is_explained(grade):
    assert f"| {grade} |" in FORMS
    assert f"**{grade}**" in README


def test_every_option_stands_with_its_default():
    for option in dataclasses.fields(headroom.Options):
        row = re.search(rf"^\| `{option.name}` \| `(.*?)` \|", API, re.MULTILINE)
        assert row is not None, option.name
        assert row[1].replace("_", "") == repr(option.default).replace("'", '"').replace("_", "")


def test_every_public_name_stands_in_the_manual():
    assert [name for name in headroom.__all__ if name not in API] == []


def test_every_error_stands_in_the_manual_with_what_it_is_too():
    rows = dict(
        re.findall(r"^\| `(\w+)` \| `?(\w*)`? ?\|.*\|$", API.split("## Errors")[1], re.MULTILINE)
    )
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    also = {each.__name__: [base.__name__ for base in each.__bases__[1:]] for each in classes}
    assert {name: [told] if told else [] for name, told in rows.items()} == also


def test_errors_can_be_caught_by_the_names_of_their_packages():
    assert stores.StoreError is errors.StoreError
    assert kompress.ModelError is model.ModelError is errors.ModelError


def test_every_field_of_a_hand_off_stands_in_the_manual():
    for made in (headroom.ContextEntry, headroom.ContextStats):
        assert [f.name for f in dataclasses.fields(made) if f"`{f.name}`" not in API] == []


def test_every_factor_of_an_estimate_stands_in_the_table():
    table = (ROOT / "headroom" / "tokens" / "models.toml").read_text("utf-8")
    for family in tomllib.loads(table)["family"]:
        shown = [*family.get("factors", {}).values(), *filter(None, [family.get("digits")])]
        assert [factor for factor in shown if f"{factor:.2f}" not in TOKENS] == []
        assert family.get("vocabulary", "o200k_base") in TOKENS


def test_every_option_of_the_command_line_stands_in_the_readme_and_the_other_way_round():
    command = main.get_command(None, "compress")
    there = {name for option in command.params for name in option.opts if name.startswith("-")}
    shown = set(re.findall(r"(?<![\w-])--?[a-z]+(?:-[a-z]+)*(?![\w-])", "\n".join(_commands())))
    assert shown - {"--version"} - there == set()
    assert there - shown - {"--output"} == set()


@pytest.mark.parametrize("name", ["proxy", "stats"])
def test_every_option_of_the_proxy_stands_in_its_manual(name):
    command = main.get_command(None, name)
    shown = [each for each in command.params if not getattr(each, "hidden", False)]
    there = {option for each in shown for option in each.opts}
    assert [option for option in sorted(there) if option not in PROXY] == []


def _commands():
    """Return the README's uses of `headroom compress`, and its sentence on further options."""
    for line in README.split("\n"):
        if line.startswith(("headroom compress", "`--")):
            yield line.partition("#")[0]
