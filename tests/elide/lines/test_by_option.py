"""Help of commands: which option does something is told whatever else goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress
from headroom.elide.lines.by_option import by_option

WORDS = [
    "archive",
    "buffer",
    "cache",
    "device",
    "entry",
    "filter",
    "group",
    "header",
    "index",
    "journal",
]


def told(n, *, more=4):
    detail = [
        f"It also says {n}.{k} of the {WORDS[(n + k) % 10]} in the store." for k in range(more)
    ]
    return [f"Set the {WORDS[n % 10]} of worker {n}.", *detail]


def beside(n, **how):
    """As most programs write it: behind the option, and on below that."""
    first, *rest = told(n, **how)
    return [
        f"  --set-{WORDS[n % 10]}-{n}=N".ljust(32) + first,
        *(" " * 32 + x for x in rest),
    ]


def below(n, **how):
    """As pages of a manual have it."""
    return [f"       --set-{WORDS[n % 10]}-{n}", *(" " * 11 + x for x in told(n, **how)), ""]


def tabbed(n, **how):
    return [f"    --set-{WORDS[n % 10]}-{n}=none:", *("\t" + x for x in told(n, **how)), ""]


def page(form, count=40, **how):
    lines = ["usage: tool [options] FILE", "", "Options:"]
    for n in range(count):
        lines += form(n, **how)
    return "\n".join([*lines, "", "Report bugs to nobody."])


@pytest.mark.parametrize("form", [beside, below, tabbed])
@pytest.mark.parametrize("query", ["", "Make the store faster.", "Why did the build fail?"])
def test_every_option_stays_with_the_first_thing_that_is_said_of_it(form, query):
    made = by_option(page(form), query)
    for n in range(40):
        assert f"--set-{WORDS[n % 10]}-{n}" in made.body
        assert f"Set the {WORDS[n % 10]} of worker {n}." in made.body
    assert "usage: tool [options] FILE" in made.body
    assert len(made.body) < 0.6 * len(page(form))
    assert made.summary == ""


@pytest.mark.parametrize("form", [beside, below, tabbed])
def test_where_one_option_is_asked_for_it_stays_whole_and_the_others_are_named(form):
    made = by_option(page(form), "Which option sets the group of worker 26?")
    assert all(line in made.body for line in form(26))
    assert "of worker 11." not in made.body
    assert "--set-buffer-11" in made.summary


def test_what_says_little_of_each_option_stays_whole():
    text = page(beside, more=0)
    messages = [{"role": "user", "content": "Go on."}, {"role": "tool", "content": text}]
    assert compress(messages).messages[1]["content"] == text


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"-rw-r--r-- 1 root root {n} a{n}" for n in range(60)),
        "\n".join(f"  - item {n} of a list" for n in range(60)),
        "\n".join(f"2026-01-01 10:00:{n:02} INFO   started -x{n}" for n in range(60)),
        "\n".join(f"-removed {n}\n+added {n}" for n in range(60)),
        "",
    ],
)
def test_what_only_begins_like_options_is_no_help(text):
    assert by_option(text, "") is None


LINE = st.text(st.sampled_from("-a =xyz.\t "), max_size=30)


@given(st.lists(st.one_of(LINE, st.builds("  --{} does {}. More.".format, LINE, LINE))), st.text())
def test_kept_lines_are_verbatim_and_kept_and_named_lines_are_the_original(lines, query):
    text = "\n".join(lines)
    made = by_option(text, query)
    if made is None:
        return
    original, at = text.split("\n"), 0
    for line in made.body.split("\n"):
        if line.startswith("… "):
            first, _, last = line[2:].partition("-")
            assert int(first) == at + 1
            at = int(last or first)
        else:
            assert line == original[at]
            at += 1
    assert at == len(original)


def test_a_question_in_two_parts_leaves_no_option_out():
    text = "\n".join(
        f"  -f{name}-{n}   turn {name} {n} on" for n in range(40) for name in ("loop", "call")
    )
    whole = by_option(text, "Is loop 7 turned on, and does it also turn call 9 on?")
    assert all(f"-floop-{n}" in whole.body for n in range(40))
