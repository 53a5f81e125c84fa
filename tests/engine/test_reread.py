"""A file that is read again: what stands in front of the reader already is pointed at."""

import json

import pytest
from hypothesis import given

from headroom import compress, expand
from headroom.engine.echo import Earlier
from headroom.engine.policy import lasting
from headroom.lines import numbered
from tests.choices import choices

FILE = [
    line
    for n in range(60)
    for line in (f"def function_{n}(argument):", f"    return argument + {n}", "")
]
OPTIONS = {"editing": True}


def conversation(*reads):
    """Return chat messages in which a shell prints each (command, text)."""
    messages = [{"role": "user", "content": "Fix function 3."}]
    for n, (command, text) in enumerate(reads):
        arguments = json.dumps({"command": command})
        call = {"name": "bash", "arguments": arguments}
        calls = [{"id": f"c{n}", "type": "function", "function": call}]
        messages.append({"role": "assistant", "content": None, "tool_calls": calls})
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": text})
    return messages


def shown(messages):
    return [each["content"] for each in messages if each["role"] == "tool"]


def sent(*reads, **options):
    """Return what is sent of the reads; all of it expands to what they were."""
    messages = conversation(*reads)
    result = compress(messages, **OPTIONS | options)
    assert expand(result.messages) == messages
    return shown(result.messages)


def text_of(lines):
    return "\n".join(lines)


def test_the_first_read_of_a_file_stays_exact():
    assert sent(("cat a.py", text_of(FILE))) == [text_of(FILE)]


def test_a_second_read_names_message_and_call():
    first, second = sent(("cat a.py", text_of(FILE)), ("cat a.py", text_of(FILE)))
    assert first == text_of(FILE)
    assert "identical to message 3 (cat a.py)" in second


def test_a_part_is_pointed_at_by_its_lines():
    part = text_of(FILE[30:90])
    _, second = sent(("cat a.py", text_of(FILE)), ("sed -n '31,90p' a.py", part))
    assert second.startswith("[headroom:earlier 0 lines; lines 31-90 of message 3 (cat a.py)")


def test_after_an_edit_only_what_changed_is_sent_again():
    edited = [*FILE[:70], "    CHANGED = True", *FILE[71:]]
    _, second = sent(("cat a.py", text_of(FILE)), ("cat a.py", text_of(edited)))
    first, changed, last = second.split("\n")
    assert changed == "    CHANGED = True"
    assert "lines 1-70 of message 3 (cat a.py)" in first
    assert "lines 72-180 of message 3, from" in last


@pytest.mark.parametrize("first", ["1\t", "     1→", "1: ", "1:", "1 | "])
def test_line_numbers_that_moved_are_told(first):
    old = numbered.counted(FILE, first)
    new = numbered.counted(["import os", *FILE], first)
    _, second = sent(("cat -n a.py", text_of(old)), ("cat -n a.py", text_of(new)))
    head, pointer = second.split("\n")
    assert head == new[0]
    assert f'lines 1-180 of message 3 (cat -n a.py), renumbered from "{new[1][: len(first)]}"' in (
        pointer
    )


def test_a_read_with_numbers_points_at_one_without_and_the_other_way_round():
    counted = text_of(numbered.counted(FILE, "1\t"))
    assert 'numbered from "1\t"' in sent(("cat a.py", text_of(FILE)), ("nl a.py", counted))[1]
    assert "without their numbers" in sent(("nl a.py", counted), ("cat a.py", text_of(FILE)))[1]


def test_a_search_in_what_was_read_points_there_and_tells_hits():
    found = [
        f"{n}{':' if n in (40, 46) else '-'}{line}" for n, line in enumerate(FILE[30:60], start=31)
    ]
    _, second = sent(
        ("cat a.py", text_of(FILE)), ("grep -n -C 9 13 a.py", text_of(["", *found])), min_tokens=20
    )
    assert 'lines 31-60 of message 3 (cat a.py), numbered from "31-", ":" behind 40,46,' in second


def test_all_else_of_a_read_stays_as_it_is():
    fresh = [f"        {{'row': {n}, 'state': 'open'}}," for n in range(80)]
    text = text_of([*fresh, *FILE, *fresh])
    _, second = sent(("cat a.py", text_of(FILE)), ("cat b.py", text))
    before, after = second.split("\n[headroom:earlier ")
    assert before == text_of(fresh)
    assert after.split("]\n", 1)[1] == text_of(fresh)


def test_who_asks_again_gets_the_text_itself_and_then_a_pointer_to_that():
    read = ("cat a.py", text_of(FILE))
    first, second, third, fourth = sent(read, read, read, read)
    assert "message 3" in second
    assert first == third == text_of(FILE)
    assert "identical to" in fourth


def test_a_read_can_point_at_what_is_left_of_one_with_pointers():
    more = [f"class Other{n}: attribute = {n}" for n in range(40)]
    _, second, third = sent(
        ("head -180 a.py", text_of(FILE)),
        ("cat a.py", text_of([*FILE, *more])),
        ("tail -40 a.py", text_of(more)),
    )
    assert second.split("\n")[1:] == more
    assert "lines 2-41 of message 5 (cat a.py)" in third


def test_thinking_is_nothing_to_point_at():
    earlier = Earlier()
    earlier.add(0, text_of(FILE), text_of(FILE), lasting=False)
    assert earlier.same(text_of(FILE)) is None
    assert earlier.spans(text_of(FILE)) == []


def test_a_long_path_is_named_by_its_end_and_a_long_command_by_its_beginning():
    earlier = Earlier()
    earlier.add(0, text_of(FILE), text_of(FILE), "/home/" + "deep/" * 40 + "a.py")
    assert "deep/deep/a.py), which" in earlier.same(text_of(FILE))
    earlier = Earlier()
    earlier.add(0, text_of(FILE), text_of(FILE), "python -c '\n" + "x = 1\n" * 4000)
    assert "(python -c ' x = 1 x = 1" in earlier.same(text_of(FILE))


@pytest.mark.parametrize(
    "more",
    [
        {"previous_response_id": "resp_1"},
        {"conversation": "conv_1"},
        {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}},
        {"context_management": [{"type": "compaction"}]},
    ],
)
def test_nothing_is_pointed_at_where_the_provider_clears_or_keeps_messages(more):
    assert not lasting({"messages": [], **more})


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"messages": []},
        {"context_management": {"edits": [{"type": "clear_thinking_20251015"}]}},
        {"context_management": None},
        {"context_management": {"edits": 3}},
    ],
)
def test_otherwise_messages_last(body):
    assert lasting(body)


LINES = (
    *(f"    value_{n} = compute_something({n})" for n in range(9)),
    *("}", "", "12: else:", "7\tx"),
)


def reads(made):
    """Stretches of one file, now and then with other lines amid them, each numbered in some way."""
    file = made.several(lambda: made.one(LINES), 0, 60)
    out = []
    for _ in range(1 + made.below(5)):
        start = made.below(len(file) + 1)
        lines = file[start : start + made.below(61)]
        if made.below(2):
            at = made.below(len(lines) + 1)
            lines[at : at + made.below(3)] = made.several(lambda: made.one(LINES), 0, 4)
        out.append((lines, made.one(("", "1\t", "  9: ", "5:"))))
    return out


@given(choices(160).map(reads))
def test_any_reads_expand_exactly(reads):
    texts = [text_of(numbered.counted(lines, first) if first else lines) for lines, first in reads]
    for before, after in zip(texts, sent(*(("cat a.py", text) for text in texts)), strict=True):
        kept = [line for line in after.split("\n") if not line.startswith("[headroom:")]
        assert set(kept) <= {*before.split("\n"), ""}
