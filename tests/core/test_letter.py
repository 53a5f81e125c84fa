"""Letters: the long strings of a JSON text, opened and closed without touching anything else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.letter import closed, escapes, letters, sealed
from headroom.decode import expand_text
from tests.choices import choices

LOG = "\n".join(f"2026-01-01T00:00:{n % 60:02} INFO wörker {n} says “done”" for n in range(60))


def _shut(text: str) -> str:
    found = letters(text)
    return closed(text, found, [each.text for each in found], escape=escapes(text, found))


@pytest.mark.parametrize("ascii_", [True, False])
def test_what_a_command_printed_is_found_in_either_spelling(ascii_: bool) -> None:
    text = json.dumps({"exit_code": 0, "output": LOG}, ensure_ascii=ascii_)
    (letter,) = letters(text)
    assert letter.text == LOG
    assert _shut(text) == text


RECORDS = json.dumps([{"id": n} for n in range(90)], separators=(",", ":"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps([{"query": "a", "result": LOG}, {"result": LOG[::-1]}]), [LOG, LOG[::-1]]),
        ("Warning: cut\nTotal lines: 1\n\n" + json.dumps({"output": LOG}), [LOG]),
        (json.dumps([{"type": "text", "text": LOG}], indent=1), [LOG]),
        (json.dumps({"result": RECORDS, "isError": False}), [RECORDS]),
    ],
    ids=["two", "behind a warning", "blocks", "JSON again"],
)
def test_several_strings_lines_in_front_and_json_are_understood(text: str, said: list[str]) -> None:
    assert [each.text for each in letters(text)] == said
    assert _shut(text) == text


ARTICLE = " ".join(
    f"In year {n} the fleet of {n * 7} ships left for port {n % 9}." for n in range(60)
)


def test_an_article_in_one_paragraph_is_a_letter_where_it_is_nearly_all() -> None:
    text = json.dumps({"title": "Fleet", "url": "https://example.org/fleet", "content": ARTICLE})
    (letter,) = letters(text)
    assert letter.text == ARTICLE
    assert _shut(text) == text
    assert letters(json.dumps([{"n": n, "content": ARTICLE} for n in range(3)])) == []
    assert letters(json.dumps({"key": "a" * 4000})) == []


def test_a_string_cut_in_the_middle_of_an_escape_counts_as_two() -> None:
    whole = json.dumps({"output": "\n".join(f'{{"id": {n}}}' for n in range(400))})
    at = whole.index('\\"', 3000) + 1
    text = f"{whole[:at]}…900 tokens truncated…{whole[at + 901 :]}"
    assert len(letters(text)) == 2
    assert _shut(text) == text


@pytest.mark.parametrize(
    "text",
    [
        LOG,
        json.dumps({"rows": [{"id": n, "note": "a\nb"} for n in range(300)]}),
        json.dumps({"output": "x" * 5000}),
        json.dumps({"output": LOG, "rows": list(range(4000))}),
        'print("' + LOG.replace("\n", "\\n") + '")',
        "{'output': \"" + LOG.replace("\n", "\\n") + '"} and so on',
        json.dumps({"output": LOG}).replace("\\n", "\\u000a"),
        '{"output": "' + "a\\n" * 900,
    ],
    ids=[
        "log",
        "records",
        "no lines",
        "more than that",
        "source",
        "repr",
        "other spelling",
        "open",
    ],
)
def test_other_texts_hold_no_letters(text: str) -> None:
    assert letters(text) == []


OTHERS = choices(128).map(lambda made: made.several(lambda: made.text(20), 0, 3))


@given(st.text(), st.booleans(), OTHERS)
def test_whatever_a_string_says_closing_gives_the_text_back(
    said: str, ascii_: bool, others: list[str]
) -> None:
    text = json.dumps({"a": others, "out": f"{said}\n" * 400}, ensure_ascii=ascii_)
    assert _shut(text) == text


@pytest.mark.parametrize("ascii_", [True, False])
def test_the_sign_for_delete_is_spelled_as_it_was(ascii_: bool) -> None:
    text = json.dumps({"output": f"{LOG}\x7f\n".replace("ö", "o")}, ensure_ascii=ascii_)
    assert letters(text)
    assert _shut(text) == text
    plain = json.dumps({"output": "\x7f done\n" * 400}, ensure_ascii=ascii_)
    assert bool(letters(plain)) is ascii_
    assert _shut(plain) == plain


@pytest.mark.parametrize("end", ["", '"', '", "exit_code": 0'])
def test_a_long_string_that_was_cut_takes_no_time(end: str) -> None:
    """Each of its escaped quotes was taken for the beginning of another string."""
    text = '{"output": "<p class=\\"a\\">\\n' + '<b id=\\"x\\">' * 60_000 + end
    assert letters(text) == []


@given(st.text(alphabet='{["\\n…é:,}]a', max_size=3000))
def test_any_text_can_be_asked(text: str) -> None:
    assert _shut(text) == text
    assert all(each.text for each in sealed(text))


def test_folded_text_inside_a_string_is_found_and_undone() -> None:
    text = '{"code": 0, "output": "[headroom:crlf 2 lines; x]\\na\\nb"}'
    assert [each.text for each in sealed(text)] == ["[headroom:crlf 2 lines; x]\na\nb"]
    assert expand_text(text) == '{"code": 0, "output": "a\\r\\nb"}'
