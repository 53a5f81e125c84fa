"""The spans into which prose and Markdown are cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide.prose.sentence import split

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "Dr. Smith met J. R. Low. ",
            "It cost 3.14 dollars! ",
            "# Heading\n",
            "- item one. Two.\n",
            "```py\na. B\n",
            "```\n",
            "~~~~\n",
            "`a. B` ",
            "``",
            "<p>",
            "</p>",
            "<tr><td>x. Y</td></tr>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<pre>",
            "这是一句。",
            "それは「本。」です！",
            "\n\n",
            "\r\n",
            "\x00",
            "\ud800",
            " ",
            "====\n",
            "| a | b |\n",
            "<",
            ">",
            "...",
            '"title": "X",\n',
        ]
    ),
    max_size=30,
).map("".join)


def parts(text):
    return [text[start:end] for start, end in split(text)]


@given(st.one_of(st.text(max_size=300), FRAGMENTS))
def test_spans_are_ordered_not_empty_and_leave_only_white_space_between(text):
    cursor = 0
    for start, end in split(text):
        assert cursor <= start < end <= len(text)
        assert not text[cursor:start].strip()
        cursor = end
    assert not text[cursor:].strip()


@given(FRAGMENTS)
def test_spans_and_gaps_join_to_the_text(text):
    out, cursor = [], 0
    for start, end in split(text):
        out += [text[cursor:start], text[start:end]]
        cursor = end
    assert "".join([*out, text[cursor:]]) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two left! Why? So.", ["One came.", "Two left!", "Why?", "So."]),
        ("Dr. Hall saw J. Low. He ran.", ["Dr. Hall saw J. Low.", "He ran."]),
        ("Use e.g. Vim. Or not.", ["Use e.g. Vim.", "Or not."]),
        ("Pi is 3.14 or so. See v. 2.", ["Pi is 3.14 or so.", "See v. 2."]),
        ("See https://a.org/b?c=d. Then go.", ["See https://a.org/b?c=d.", "Then go."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("wrapped\nhere. Next\none.", ["wrapped\nhere.", "Next\none."]),
        ("Am 3. Oktober kam er. Gut.", ["Am 3. Oktober kam er.", "Gut."]),
        ("Bis ins 19. Jahrhundert. Ja.", ["Bis ins 19. Jahrhundert.", "Ja."]),
        ("Das gilt z.B. Morgen. Ja.", ["Das gilt z.B. Morgen.", "Ja."]),
        ("В 1998 г. Москва росла. Да.", ["В 1998 г. Москва росла.", "Да."]),
        ("第一句。第二句！第三句？", ["第一句。", "第二句！", "第三句？"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("यह एक है। वह दो है।", ["यह एक है।", "वह दो है।"]),
    ],
)
def test_sentences_of_several_languages_are_told_apart(text, expected):
    assert parts(text) == expected


def test_headings_list_items_and_paragraphs_are_units_of_their_own():
    text = "# Top\nIntro one. Intro two.\n- first. Again.\n- second\n  wrapped\n\n1. third\n"
    assert parts(text) == [
        "# Top",
        "Intro one.",
        "Intro two.",
        "- first. Again.",
        "- second\n  wrapped",
        "1. third",
    ]


def test_an_underlined_heading_is_one_unit():
    assert parts("Title\n=====\n\nText here.\n\nSub\n~~~\nMore.") == [
        "Title\n=====",
        "Text here.",
        "Sub\n~~~",
        "More.",
    ]


def test_fenced_code_is_never_split():
    code = "```python\n# A. B\nx = 1. \n\nY = 2\n```"
    assert parts(f"Before. Now:\n\n{code}\n\nAfter.") == ["Before.", "Now:", code, "After."]


def test_a_fence_that_never_closes_is_ordinary_text():
    assert len(parts("```\nOne. Two.\n\nThree.")) > 2


def test_code_spans_are_never_split():
    assert parts("Call `a. B` first. Then ``c. `D` e``. End.") == [
        "Call `a. B` first.",
        "Then ``c. `D` e``.",
        "End.",
    ]


def test_a_role_after_a_full_stop_stays_with_its_sentence():
    assert parts("Fixed in 3.6.0. :issue:`40`\n") == ["Fixed in 3.6.0. :issue:`40`"]


def test_tags_belong_to_the_span_they_open_or_close():
    text = "<div>\n<p>One <b>bold.</b> Two.</p>\n</div>\n<ul>\n<li>Item</li>\n</ul>"
    assert parts(text) == [
        "<div>\n<p>One <b>bold.</b>",
        "Two.</p>\n</div>",
        "<ul>\n<li>Item</li>\n</ul>",
    ]


def test_table_rows_scripts_and_preformatted_text_stay_whole():
    row = "<tr><td>Reg. Season</td><td>1st. Win</td></tr>"
    script = "<script>a. B</script>"
    listing = "<pre>x. Y\n\nz</pre>"
    assert parts(f"{row}\n{row}\nText.\n{script}\n{listing}") == [
        row,
        row,
        "Text.",
        script,
        listing,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "." * 1_000_000,
        ". " * 500_000,
        "\n" * 1_000_000,
        "`" * 500_000,
        "<" * 1_000_000,
        "<script>" * 50_000,
        "<p>" * 100_000,
        "</p>" * 100_000,
        "<!--" * 50_000,
        "".join("`" * size + "\n" for size in range(3, 700)),
        "```\n" * 99_999,
        "。" * 500_000,
        "- x\n" * 200_000,
        "A. " * 300_000,
        "'" * 500_000 + " A",
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_text_takes_linear_time(text):
    started = time.process_time()
    split(text)
    assert time.process_time() - started < 30  # a bound on complexity, not on speed


def test_items_with_letters_keep_their_label():
    text = "n. New variable set by\n   `bind -x'.\n\ncc. There is a name. It is new.\n\nDo it or let\nit. Then go.\n"
    assert [text[a:b] for a, b in split(text)] == [
        "n. New variable set by\n   `bind -x'.",
        "cc. There is a name. It is new.",
        "Do it or let\nit.",
        "Then go.",
    ]
