"""What is numbered, indented, quoted or fenced is shortened as what it is: tables, JSON, logs."""

from __future__ import annotations

import json

import pytest

from headroom import compress, expand, retrieve
from headroom.decode import expand_text
from headroom.lines.numbered import counted

CITIES = ["city,region,people"]
CITIES += [f"place-{n},{'north' if n % 3 else 'south'},{n * 7919 % 10007}" for n in range(400)]
ITEMS = [
    {"id": n, "state": "failed" if n == 33 else "done", "owner": f"u{n % 4}"} for n in range(900)
]
LOG = [
    f"2026-03-04 10:{n // 60:02}:{n % 60:02} INFO step {n % 7} of job is done" for n in range(500)
]
LOG[311] = "2026-03-04 10:05:11 ERROR disk quota exceeded on /srv/data"
CODE = [f"def part_{n}(value):\n    return value * {n}\n" for n in range(120)]


def numbered(lines):
    return "\n".join(counted(lines, "     1\t"))


def sent(text, query, **options):
    messages = [
        {"role": "user", "content": query},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "fetch", "arguments": '{"what": "data"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": text},
    ]
    made = compress(messages, model="gpt-4o", **options)
    return made, made.messages[-1]["content"]


@pytest.mark.parametrize("lines", [CITIES, LOG], ids=["table", "log"])
def test_a_numbered_file_folds_as_what_stands_behind_the_numbers(lines):
    made, text = sent(numbered(lines), "What is in there?", profile="lossless")
    assert text.startswith("[headroom:numbered ")
    assert len(text) < 0.75 * len(numbered(lines))
    assert expand(made.messages)[-1]["content"] == numbered(lines)


def test_a_numbered_table_is_cut_by_rows_and_says_that_its_numbers_are_left_out():
    _, text = sent(numbered(CITIES), "Which place has the most people?")
    head = text.split("\n")[0]
    assert "their numbers left out" in head
    most = max(CITIES[1:], key=lambda row: int(row.rpartition(",")[2]))
    assert most.partition(",")[0] in text
    assert "region" in text.split("\n")[-1]
    assert len(text) < 0.4 * len(numbered(CITIES))


def test_where_a_read_begins_further_down_its_first_number_is_said():
    text = "\n".join(counted(LOG, "   801→"))
    _, made = sent(text, "What went wrong?")
    assert "their numbers, from 801 on, left out" in made.split("\n")[0]
    assert "disk quota exceeded" in made


def test_where_a_question_asks_for_lines_they_keep_their_numbers():
    _, text = sent(numbered(LOG), "On which line is the quota exceeded?")
    assert "   312\t2026-03-04 10:05:11 ERROR" in text


def test_source_keeps_its_numbers():
    text = numbered("\n".join(CODE).split("\n"))
    _, made = sent(text, "What does part_70 return?", profile="lossless")
    assert "[headroom:numbered" not in made
    _, made = sent(text, "What does `part_70` return?")
    assert "numbers left out" not in made.split("\n")[0]


def test_rows_and_paths_of_a_numbered_original_are_those_behind_the_numbers():
    text = numbered(json.dumps({"items": ITEMS}, indent=1).split("\n"))
    made, shown = sent(text, "Which item failed, and whose is it?")
    assert "failed" in shown
    (ref,) = made.refs
    assert '"id":33' in retrieve(ref, rows="33").text.replace(" ", "")
    assert retrieve(ref, path="items[33].owner").text.strip('"') == "u1"
    assert "failed" in retrieve(ref, query="failed").text
    assert "     3\t  {" in retrieve(ref, lines="3").text


def test_numbers_inside_numbers_are_refused():
    inner = '[headroom:numbered 1 line; lines numbered from "1\\t" on]\nx'
    outer = f'[headroom:numbered 2 lines; lines numbered from "1\\t" on]\n{inner}'
    assert expand_text(inner) == "1\tx"
    with pytest.raises(ValueError, match="numbered inside numbered"):
        expand_text(outer)


ENCLOSED = {
    "quoted": lambda lines: [f"> {line}" for line in lines],
    "indented": lambda lines: [f"    {line}" for line in lines],
    "fenced": lambda lines: ["```", *lines, "```"],
    "timed": lambda lines: [
        f"2026-11-02T10:00:{n % 60:02}.{n * 7919 % 10**7:07}Z {line}"
        for n, line in enumerate(lines)
    ],
    "mailed": lambda lines: ["Bob wrote:", "", *(f"> {line}" for line in lines), "", "Thanks"],
}


@pytest.mark.parametrize("way", ENCLOSED)
def test_an_enclosed_table_is_cut_by_rows_and_says_what_is_left_out(way):
    lines = ENCLOSED[way](CITIES)
    made, text = sent("\n".join(lines), "Which place has the most people?")
    said = {"quoted": '"> " before', "indented": '"    " before', "mailed": '"> " before'}
    said["timed"] = "their times left out"
    assert said.get(way, "```\n[headroom:excerpt") in text
    most = max(CITIES[1:], key=lambda row: int(row.rpartition(",")[2]))
    assert most.partition(",")[0] in text
    assert len(text) < 0.5 * len("\n".join(lines))
    assert expand(made.messages)[-1]["content"] == "\n".join(lines)


@pytest.mark.parametrize("way", ENCLOSED)
def test_rows_of_an_enclosed_original_are_those_inside(way):
    text = "\n".join(ENCLOSED[way](json.dumps({"items": ITEMS}, indent=1).split("\n")))
    made, shown = sent(text, "Which item failed, and whose is it?")
    assert "failed" in shown
    (ref,) = made.refs
    assert '"id":33' in retrieve(ref, rows="33").text.replace(" ", "")
    assert retrieve(ref, path="items[33].owner").text.strip('"') == "u1"
    assert retrieve(ref).text in text
    assert not shown.startswith("```") or shown.endswith("\n```")


@pytest.mark.parametrize("way", ["quoted", "indented"])
def test_lines_with_a_margin_fold_as_what_stands_behind_it(way):
    text = "\n".join([*ENCLOSED[way](CITIES), ""])
    made, shown = sent(text, "What is in there?", profile="lossless")
    assert shown.startswith("[headroom:margin ")
    assert expand(made.messages)[-1]["content"] == text


def test_lines_of_which_most_end_in_cr_are_read_without_it():
    lines = ["city,region,people", *(f"{row}\r" for row in CITIES[1:])]
    made, text = sent("\n".join(lines), "Which place has the most people?")
    assert "\r" not in text
    assert expand(made.messages)[-1]["content"] == "\n".join(lines)
