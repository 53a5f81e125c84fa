"""What a text says again of one that was cut: what is new stays whole, the rest says where."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import compress, registry, retrieve
from headroom.config import Options
from headroom.engine.again import stood
from headroom.engine.engine import Call, Engine
from headroom.engine.source import Source
from tests.elide.snapshot.test_by_node import panel

ASKED = {"role": "user", "content": "Delete the berth of Faro."}


def tool(text, call="c"):
    return {"role": "tool", "tool_call_id": call, "content": text}


def sent(*messages):
    result = compress([*messages, {"role": "assistant", "content": "Next."}], model="gpt-4o")
    return [message["content"] for message in result.messages[:-1]], result


def clicked(page, said):
    """Return a page as it is after a click: a dialog more, one line changed."""
    lines = page.split("\n")
    lines[14] = lines[14].replace("Berths", "Berths (edited)")
    return "\n".join([*lines[:40], *said, *lines[40:]])


DIALOG = [
    '  - dialog "Delete berth" [ref=e9001]:',
    '    - button "Yes, delete" [ref=e9002] [cursor=pointer]',
    '    - button "Cancel" [ref=e9003] [cursor=pointer]',
]


def test_of_a_page_that_is_looked_at_again_what_is_new_stays_whole():
    page = panel(30)
    after = clicked(page, DIALOG)
    (_, first, second), result = sent(ASKED, tool(page), tool(after, "d"))
    assert first.startswith("[headroom:excerpt ")
    assert all(line in second.split("\n") for line in DIALOG)
    assert "Berths (edited)" in second
    assert len(second) < 0.2 * len(first)
    assert set(re.findall(r": as in (message \d+)\n", second)) == {"message 2"}
    shown = [line for line in second.split("\n")[1:] if ": as in" not in line]
    assert all(line in after.split("\n") for line in shown)
    assert str(retrieve(result.refs[-1])) == after


def test_marks_name_the_lines_that_stood_there():
    page = panel(30)
    after = clicked(page, DIALOG)
    (_, _, second), _ = sent(ASKED, tool(page), tool(after, "d"))
    lines, at = after.split("\n"), 0
    for line in second.split("\n")[1:]:
        if gap := re.fullmatch(r"… (\d+)-(\d+): as in message 2", line):
            assert int(gap[1]) == at + 1
            assert all(each in page.split("\n") for each in lines[at : int(gap[2])])
            at = int(gap[2])
        else:
            assert lines[at] == line
            at += 1
    assert at == len(lines)


def test_all_of_them_point_at_the_one_that_shows_most():
    page = panel(30)
    more = [tool(clicked(page, [*DIALOG, f'- text: "{n}"']), f"d{n}") for n in range(12)]
    (_, _, *others), _ = sent(ASKED, tool(page), *more)
    assert all(set(re.findall(r"as in (message \d+)\n", each)) == {"message 2"} for each in others)


def test_what_was_left_out_for_another_question_is_cut_for_this_one():
    page = panel(300)
    asked = {"role": "user", "content": "And where is the berth of Gdynia 29?"}
    (_, _, _, second, _, third, last), _ = sent(
        *(ASKED, tool(page), asked, tool(clicked(page, DIALOG), "d")),
        *(asked, tool(page, "e"), tool(page, "f")),
    )
    assert ": as in message" not in second
    assert "identical to message 6" in last
    assert "Gdynia 29" in second
    assert "Gdynia 29" in third
    assert "identical" not in third


def test_what_was_new_for_another_question_is_cut_for_this_one():
    page = panel(300)
    after = clicked(page, DIALOG)
    asked = {"role": "user", "content": "Which berths does Gdynia have?"}
    (_, _, second, _, third), _ = sent(ASKED, tool(page), tool(after, "d"), asked, tool(after, "e"))
    assert ": as in message 2" in second
    assert "identical" not in third
    assert "Gdynia 29" in third


def test_of_a_listing_with_numbers_no_lines_are_said_to_stand_there():
    lines = [f"2025-03-01 10:00:{n % 60:02} request {n * 37 % 91} is done" for n in range(300)]
    listing = "\n".join(f"{n:>6}\t{line}" for n, line in enumerate(lines, 1))
    bare = Source(1, 1, "\n".join(lines), "\n".join(lines))
    assert stood(bare.text, [bare])
    assert not stood(bare.text, [Source(1, 1, listing, listing)])


def test_a_mark_that_names_a_message_is_not_sent_where_that_message_is_another():
    page = panel(30)
    after = tool(clicked(page, DIALOG), "d")
    engine = Engine()

    def forwarded(*messages):
        document = engine.history.document(json.dumps({"messages": messages}).encode())
        call = Call("gpt-4o", ongoing=True)
        wire = registry.provider("openai-chat")
        return engine.run(document, wire, Options(), call).document.tree["messages"]

    assert ": as in message 2" in forwarded(ASKED, tool(page), after)[2]["content"]
    summed = {"role": "user", "content": "Summary: the berth of Faro is to be deleted."}
    going_on = [{"role": "assistant", "content": "Next."}, {"role": "user", "content": "Go on."}]
    assert forwarded(summed, after, *going_on)[1] == after


def test_what_a_program_says_in_the_users_place_asks_nothing():
    page = panel(30)
    told = {"role": "user", "content": "<system-reminder>The list is empty.</system-reminder>"}
    (_, _, _, second), _ = sent(ASKED, tool(page), told, tool(clicked(page, DIALOG), "d"))
    assert ": as in message 2" in second


def test_what_a_client_wraps_around_a_question_leaves_it_one():
    page = panel(30)
    asked = {"role": "user", "content": "<user_query>What has changed?</user_query>"}
    (_, _, _, second), _ = sent(ASKED, tool(page), asked, tool(clicked(page, DIALOG), "d"))
    assert ": as in message 2" not in second


def test_another_page_is_cut_like_the_first():
    other = panel(30).replace("berth", "crane").replace("Berth", "Crane").replace("ref=e", "ref=f")
    (_, _, second), _ = sent(ASKED, tool(panel(30)), tool(other, "d"))
    assert ": as in message" not in second


def test_a_run_of_tests_tells_each_time_what_failed():
    runs = [
        "\n".join(
            [
                *(f"tests/test_port.py::test_berth_{n} PASSED" for n in range(150)),
                "tests/test_port.py::test_tide FAILED",
                "=================== FAILURES ===================",
                "___________________ test_tide ___________________",
                "    def test_tide():",
                ">       assert tide(3) == 4",
                "E       assert 5 == 4",
                "tests/test_port.py:88: AssertionError",
                f"============ 1 failed, 150 passed in 0.{n}3s ============",
            ]
        )
        for n in range(2)
    ]
    (_, *shown), _ = sent(ASKED, tool(runs[0]), tool(runs[1], "d"))
    assert all("assert 5 == 4" in each for each in shown)


def test_what_was_sent_before_stays_as_it_was():
    page = panel(30)
    before, _ = sent(ASKED, tool(page), tool(clicked(page, DIALOG), "d"))
    after, _ = sent(
        ASKED, tool(page), tool(clicked(page, DIALOG), "d"), tool(clicked(page, []), "e")
    )
    assert after[: len(before)] == before


LINES = st.lists(
    st.sampled_from([f"row {n} of the list that is long" for n in range(40)]), max_size=120
)


@settings(max_examples=60)
@given(st.lists(LINES, min_size=1, max_size=3), LINES)
def test_runs_are_in_order_and_stood_in_the_text_they_name(earlier, lines):
    texts = ["\n".join(each) for each in earlier]
    sources = [Source(n + 1, 1, text, text) for n, text in enumerate(texts)]
    text = "\n".join(lines)
    end = 0
    for start, stop, source in stood(text, sources):
        assert end <= start < stop <= len(text.split("\n"))
        assert "\n".join(text.split("\n")[start:stop]) in source.text
        end = stop


@pytest.mark.parametrize("sign", ["\x1b[1m", "\r", "… 3-9"])
def test_texts_that_marks_could_not_be_told_from_are_declined(sign):
    text = "\n".join(f"row {n} of the list that is long" for n in range(90))
    source = Source(1, 1, text, text)
    assert stood(text, [source])
    assert not stood(f"{text}\n{sign}\n", [source])
