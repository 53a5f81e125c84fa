"""The page on retrieval says what the code does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import headroom
from headroom.cli.main import main
from headroom.registry import PROVIDERS

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "retrieval.md").read_text("utf-8")


def test_every_argument_has_its_row():
    arguments = [*inspect.signature(headroom.retrieve).parameters][1:]
    assert [name for name in arguments if f"| `{name}=" not in PAGE] == []


def test_every_wire_is_named():
    assert [wire for wire in PROVIDERS if f"`{wire}`" not in PAGE] == []


def test_a_miss_reads_as_the_page_says():
    said = headroom.retrieve("0000000000").text.replace("0000000000", "w7nzhtt2jc")
    assert f"```text\n{said}\n```" in PAGE


def test_the_mark_on_the_page_is_what_the_code_writes():
    log = "\n".join(
        f"2025-03-01 10:{n // 60:02}:{n % 60:02} INFO web: request {n} took {n * 37 % 91} ms"
        for n in range(600)
    )
    messages = [{"role": "user", "content": "Is it healthy?"}, {"role": "tool", "content": log}]
    shown = headroom.compress(messages, profile="balanced").messages[1]["content"].split("\n")[0]
    example = next(line for line in PAGE.split("\n") if line.startswith("[headroom:excerpt"))
    variable = re.compile(r"(?<=[ \"])[0-9a-z]{10}(?=[:\"])|\d+")
    assert variable.sub("#", example) == variable.sub("#", shown)


def test_the_options_of_the_command_are_those_it_has():
    there = {name for option in main.get_command(None, "retrieve").params for name in option.opts}
    shown = {
        option
        for line in re.findall(r"^headroom retrieve (.*)$", PAGE, re.MULTILINE)
        for option in re.findall(r"--[a-z]+", line)
    }
    assert shown
    assert shown <= there
