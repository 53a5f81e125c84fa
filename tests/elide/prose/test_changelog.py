"""Texts that tell what changed from release to release."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress
from headroom.compress import compress_document
from headroom.core.document import TreeDocument
from headroom.elide.prose.changelog import is_changelog
from headroom.engine.engine import Call, Engine

WORDS = ("drawer", "receipt", "ledger", "counter", "scale", "voucher", "basket", "invoice")


def debian(releases=40):
    return "\n".join(
        f"till (2.{n}-1) unstable; urgency=medium\n\n"
        f"  * Let the {WORDS[n % 8]} print what it holds. (Closes: #{7000 + 13 * n})\n"
        f"  * Bump the policy to 4.{n}.0; no changes are needed for the {WORDS[n % 5]}.\n\n"
        f" -- Ann Till <ann@example.org>  Mon, 0{n % 9 + 1} Jan 2023 10:00:{n:02} +0000\n"
        for n in range(releases, 0, -1)
    )


def cpan(releases=40):
    return "Revision history for Till\n\n" + "\n".join(
        f"1.{n:03} - 2021-0{n % 9 + 1}-11\n  - let the {WORDS[n % 8]} hold {7000 + 13 * n} coins\n"
        f"  - say less about the {WORDS[n % 5]} when it is\n    nearly full\n"
        for n in range(releases, 0, -1)
    )


def gnu(releases=40):
    return "\n".join(
        f"Noteworthy changes in version 1.{n} (2021-0{n % 9 + 1}-11)\n{'-' * 38}\n\n"
        f"  * The {WORDS[n % 8]} takes {7000 + 13 * n} coins.\n"
        f"  * New option --{WORDS[n % 5]}-{n} that says less.\n"
        for n in range(releases, 0, -1)
    )


@pytest.mark.parametrize("text", [debian(), cpan(), gnu()])
def test_releases_with_what_changed_below_them_are_a_changelog(text):
    assert is_changelog(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n".join(f'10.0.0.{n} - - [01/Jan/2023] "GET /{n}" 200' for n in range(90)),
        "\n".join(
            f"2023-01-01 10:00:{n % 60:02} INFO till {n} open\n  at drawer" for n in range(90)
        ),
        "\n".join(f"{n}.{n + 1} is the price of {WORDS[n % 8]}" for n in range(90)),
        "Loading 2.1\n\n" + "\n".join(f"till: {word}\n  opened" for word in WORDS * 9),
    ],
)
def test_numbers_in_front_of_lines_are_no_releases(text):
    assert not is_changelog(text)


@pytest.mark.parametrize("text", [debian(), cpan(), gnu()])
def test_a_change_stays_with_the_release_that_brought_it(text):
    lines = text.split("\n")
    query = "In which release did something change about `7221`, and what changed?"
    made = compress(
        [{"role": "user", "content": query}, {"role": "tool", "content": text}], model="gpt-4o"
    )
    shown = made.messages[1]["content"].split("\n")
    assert len(shown) < 0.8 * len(lines)
    (change,) = (line for line in lines if "7221" in line)
    assert change in shown
    heads = [line for line in lines if line[:1].isalnum() and any(map(str.isdigit, line))]
    above = [line for line in shown[: shown.index(change)] if line in heads]
    assert above[-1] == [line for line in lines[: lines.index(change)] if line in heads][-1]


def test_who_signed_a_release_gives_way_to_what_changed_in_it():
    text = debian()
    messages = [{"role": "user", "content": "Summarise this."}, {"role": "tool", "content": text}]
    shown = compress(messages, model="gpt-4o", target_ratio=0.5).messages[1]["content"]
    signed = shown.count(" -- Ann Till") / text.count(" -- Ann Till")
    told = shown.count("  * Let the") / text.count("  * Let the")
    assert told > signed


@given(st.text(alphabet="v1.2 -(\n=~*ab;", max_size=200))
def test_any_text_can_be_looked_at(text):
    assert is_changelog(text) in (True, False)


def test_many_headings_are_looked_at_in_linear_time():
    assert not is_changelog("1.2\n\n\n\n" * 40_000)
    assert not is_changelog(("=" * 9 + "\n") * 40_000)
    assert not is_changelog("1." + "2." * 400_000)


def test_the_second_engine_for_prose_is_asked_about_changelogs_too():
    asked = []

    def refine(text, query, share):
        asked.append(text)

    text = cpan()
    messages = [{"role": "user", "content": "Summarise this."}, {"role": "tool", "content": text}]
    document = TreeDocument(messages)
    compress_document(document, Call("gpt-4o"), {"engine": "ml"}, engine=Engine(refine=refine))
    assert asked == [text]
