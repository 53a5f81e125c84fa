"""The weights that say which spans of prose stay."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.elide import prose
from headroom.elide.prose.by_sentence import by_sentence
from headroom.elide.prose.sentence import split

SCRAPS = st.sampled_from(
    [
        "# A\n",
        "The Bay. ",
        "1999 ",
        "<h2>x</h2>",
        "<nav>",
        "</nav>",
        "| a |\n|--|\n",
        "城市 ",
        "\n\n",
        "`k` ",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(SCRAPS, max_size=30).map("".join))


def ranked(text, query):
    spans = split(text)
    weights = prose.weigh(text, spans, query)
    order = sorted(range(len(spans)), key=lambda index: -weights[index])
    return [text[slice(*spans[index])] for index in order]


def weight(text, query, part):
    spans = split(text)
    weights = prose.weigh(text, spans, query)
    return max(w for w, (a, b) in zip(weights, spans, strict=True) if part in text[a:b])


@given(TEXTS, TEXTS)
def test_any_text_gets_a_weight_between_0_and_10_for_each_span(text, query):
    spans = split(text)
    weights = prose.weigh(text, spans, query)
    assert len(weights) == len(spans)
    assert all(0 < value < 10 for value in weights)
    assert weights == prose.weigh(text, spans, query)


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=12), st.text(max_size=20))
def test_any_ordered_spans_are_accepted(text, offsets, query):
    cuts = sorted(offsets)
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    assert len(prose.weigh(text, spans, query)) == len(spans)


FILLER = "\n\n".join(
    f"Paragraph {n} tells of rivers and of hills. The weather in it was mild and the road was long."
    for n in range(20)
)


@pytest.mark.parametrize(
    ("answer", "query"),
    [
        ("The harbour was founded by Ada Quill.", "Who founded the harbour?"),
        ("Harbours were closing in 1931.", "When did the harbour close?"),
        ("Der Hafen wurde 1902 eröffnet.", "Wann wurde der Hafen eröffnet?"),
        ("Los puertos costaron 40 millones.", "¿Cuánto costó el puerto?"),
        ("Le port fut construit par Armand.", "Qui a construit le port ?"),
        ("Порты построил инженер Орлов.", "Кто построил порт?"),
        ("Her fiancée was Berengaria.", "Who was the fiancee?"),
        ("港口由工程师李明建造。", "谁建造了港口？"),
    ],
)
def test_what_answers_the_question_comes_first(answer, query):
    assert ranked(f"{FILLER}\n\n{answer}\n\n{FILLER}", query)[0] == answer


def test_a_quoted_section_keeps_its_heading_and_all_of_its_text():
    text = f"# Guide\n\n{FILLER}\n\n## Large Files\n\nSet the knob to 9. Then restart.\n\n## Other\n\n{FILLER}"
    first = ranked(text, 'What does the section "Large Files" say?')[:4]
    assert set(first) >= {"## Large Files", "Set the knob to 9.", "Then restart."}


def test_the_heading_of_an_answer_is_kept_with_it():
    text = f"2.1.0\n-----\n\n- Fix `frob` for tabs.\n\n2.0.0\n-----\n\n{FILLER}"
    assert set(ranked(text, "In which release did `frob` change?")[:2]) == {
        "2.1.0\n-----",
        "- Fix `frob` for tabs.",
    }


def test_neighbours_of_an_answer_weigh_more_than_distant_text():
    text = f"The otter sleeps by day. It hunts after dusk.\n\n{FILLER}"
    assert weight(text, "otter", "after dusk") > weight(text, "otter", "Paragraph 12")


def test_parts_of_one_document_share_their_relevance():
    text = (
        '<document index="1" title="Tides">\nThe moon pulls the sea.\n</document>\n'
        '<document index="2" title="Roads">\nGravel is laid on them.\n</document>\n'
        '<document index="3" title="Tides">\nGravel is moved by them.\n</document>\n'
    )
    assert weight(text, "moon and sea", "moved by") > weight(text, "moon and sea", "laid on")


def test_without_a_subject_facts_beat_filler():
    text = f"{FILLER}\n\nIn 1887 Ada Quill of Port Lorn sold 40,000 maps to the Crown.\n\n{FILLER}"
    for query in ("", "Summarise this article.", "What are the key facts in this text?"):
        assert "Quill" in ranked(text, query)[0]


def test_repeated_lines_and_boilerplate_weigh_less_than_the_text():
    text = (
        "Read on below\n\nThe cat slept in Rome.\n\nRead on below\n\n"
        "We use cookies in Rome.\n\nRead on below\n"
    )
    spans = split(text)
    weights = prose.weigh(text, spans, "")
    assert weights[1] > weights[3]
    assert weights[0] > weights[2] >= weights[4]


def test_the_frame_of_a_web_page_weighs_less_than_its_article():
    text = (
        '<nav><ul><li><a href="/a">Tides and Moons</a></li></ul></nav>\n'
        "<main><h1>Tides</h1>\n<p>Tides follow the moon. They are high twice a day.</p></main>\n"
        '<footer><p>Tides page by Ada</p></footer>\n<script>var tides = "moon";</script>'
    )
    query = "What do tides follow?"
    article = weight(text, query, "follow the moon")
    for part in ("Tides and Moons", "page by", "var tides"):
        assert weight(text, query, part) < article


def test_the_header_of_a_table_lends_to_its_rows():
    rows = "\n".join(f"<tr><td>{n}</td><td>x{n}</td></tr>" for n in range(5))
    text = f"{FILLER}\n\n<table>\n<tr><th>Yacht</th><th>Length</th></tr>\n{rows}\n</table>"
    assert weight(text, "Which yacht has the greatest length?", "x3") > weight(
        text, "Which yacht has the greatest length?", "Paragraph 7"
    )


def test_indented_comments_of_code_are_no_headings():
    text = "# Title\n\nSay so:\n\n    # otter\n    run()\n\nLast words on it.\n"
    assert prose.weigh(text, split(text), "")[0] == max(prose.weigh(text, split(text), ""))


def test_no_spans_have_no_weights():
    assert prose.weigh("", [], "x") == []


@pytest.mark.parametrize(
    "text",
    [
        "Ada met Bo in 1999. It rained. " * 60_000,
        "x" * 1_000_000,
        "<a " * 300_000,
        "[" * 500_000,
        "[](" * 200_000,
        "http://" * 100_000,
        "# H\n" * 100_000,
        "城" * 500_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_text_takes_linear_time(text):
    started = time.process_time()
    prose.weigh(text, split(text), "Who met Ada in 1999? 城市城市")
    assert time.process_time() - started < 30  # a bound on complexity, not on speed


def test_a_copy_of_an_answer_weighs_less_than_the_first():
    answer = "The harbour of the old town was founded by Ada Quill."
    text = f"{answer}\n\n{FILLER}\n\n{answer}\n\n{FILLER}"
    spans = split(text)
    weights = prose.weigh(text, spans, "Who founded the harbour?")
    first, second = (at for at, (a, b) in enumerate(spans) if text[a:b] == answer)
    assert weights[second] < 0.6 * weights[first]


def test_the_headings_above_what_stays_weigh_as_much():
    text = f"# Atlas\n\n{FILLER}\n\n## North\n\n### Bays\n\nIn 1887 Ada Quill sold 40,000 maps.\n\n{FILLER}"
    for query in ("", "Who sold maps?"):
        assert {"# Atlas", "## North", "### Bays"} <= set(ranked(text, query)[:4])


def test_advice_outweighs_thanks():
    text = (
        f"# Report\n\n## Background\n\n{FILLER}\n\n## Recommendations\n\nBuy the mill at once, please.\n\n"
        f"## Acknowledgements\n\nWe thank Ada Quill and Bo Orlov of Port Lorn.\n"
    )
    assert weight(text, "", "Buy the mill") > weight(text, "", "We thank")


def test_the_stem_of_an_asked_word_is_found_inside_other_words():
    answer = "Das Dorf wurde von Ada Quill gegründet."
    assert ranked(f"{FILLER}\n\n{answer}\n\n{FILLER}", "Wie hieß der Gründer?")[0] == answer


def test_an_overview_begins_with_the_lead():
    lead = "Nothing here has a number or a name in it, but all begins with it."
    text = f"{lead}\n\n{FILLER}"
    assert lead in ranked(text, "Give me the main points of this text.")[:3]


def test_a_term_stays_with_what_defines_it():
    terms = "\n\n".join(
        f"Word {n} at length\n\nA thing of hills and of rivers, mild and long, by number {n}."
        for n in range(30)
    )
    assert set(ranked(terms, "What is number 7?")[:2]) == {
        "Word 7 at length",
        "A thing of hills and of rivers, mild and long, by number 7.",
    }


def test_how_much_of_the_question_is_met_is_told():
    spans = split(FILLER)
    assert prose.rate(FILLER, spans, "Summarise this article.").focus is None
    met = prose.rate(FILLER, spans, "Is the weather mild?").focus
    assert met == 1.0
    assert prose.rate(FILLER, spans, "Is the cheese mild and cheap?").focus < 0.5
    assert prose.rate(FILLER, spans, "Quel fromage ?").focus == 0.0


def test_an_item_of_a_manual_stays_with_what_is_said_of_it():
    items = "\n\n".join(
        f"       --knob-{n}\n           Turns a thing. It was mild there. The number is {n * 7}."
        for n in range(30)
    )
    text = f"TOOL(1)\n\nOPTIONS\n{items}\n"
    assert "--knob-9\n           Turns a thing." in ranked(text, "Which has number 63?")[:4]
    assert weight(text, "Which has number 63?", "TOOL(1)") > 2


def test_comments_in_a_listing_between_fences_are_no_headings():
    def weights(comment):
        head = ["## Otters", "Kept by the river.", "```", comment, "feed --all", "```"]
        lines = [*head, "They sleep at noon.", "## Newts", *FILLER.split("\n\n")]
        ends = [sum(len(line) + 1 for line in lines[: at + 1]) for at in range(len(lines))]
        spans = [(end - len(line) - 1, end - 1) for end, line in zip(ends, lines, strict=True)]
        return prose.weigh("\n".join(lines), spans, 'What does this page say about "Otters"?')

    assert weights("# feed them")[6] == pytest.approx(weights("; feed them")[6])


def test_each_of_several_questions_finds_its_answer():
    filler = " ".join(
        f"The lift of tower {n} of the old mine went to depth {n}." for n in range(40)
    )
    text = (
        f"Guests may keep two dogs in the mine. {filler} Lamps burn for nine hours. {filler[:900]}"
    )
    query = "How deep did the old lift of the mine go, and how long do lamps burn?"
    found = ranked(text, query)[:6]
    assert any("nine hours" in piece for piece in found)


def test_a_release_stays_with_what_changed_in_it():
    releases = "".join(
        f"Changes with Porter 2.{n}                         {n} May 2021\n\n"
        f"    *) Change: the gate number {n} is painted once in every year.\n\n"
        f"    *) Bugfix: the bell of the gate was heard {n} times too often.\n\n\n"
        for n in range(2, 20)
    ).replace("the gate number 7 is painted", "visitors without a ticket are refused")
    query = "Since which version are visitors without a ticket refused?"
    answer = weight(releases, query, "Porter 2.7 "), weight(releases, query, "without a ticket")
    assert min(answer) > weight(releases, query, "the gate number 9")
    assert min(answer) > weight(releases, query, "Porter 2.12")


def test_a_known_weakness_outweighs_other_items():
    text = "Fixes:\n\n" + "".join(
        f"* The colour of door {n} was {colour} where it should have been something else.\n"
        for n, colour in enumerate(("red", "green", "blue", "grey", "pink", "brown"))
    )
    text += "* (CVE-2031-1234) It was possible to open a door without any key from the outside.\n"
    query = "Summarise what was fixed."
    other = text.replace("CVE-", "ABC-")
    assert weight(text, query, "any key") > weight(other, query, "any key") + 0.5


def test_no_gap_swallows_a_heading_where_headings_are_few_words():
    sections = [
        f"## Option{n}\n\nIt takes {n} arguments, and returns what is left of them. "
        f"Most callers need no more than that, as part{n} shows. "
        f"The others are told what to do in the guide, at length and with many words.\n"
        for n in range(40)
    ]
    text = "\n".join(["# Options", "", *sections])
    made = by_sentence(text, "What does part17 show?", 0.4)
    assert all(f"## Option{n}\n" in made.body for n in range(40))
    assert len(made.body) < 0.7 * len(text)
    titles = "\n".join(f"## A title of many words, number {n}\n\nShort." for n in range(80))
    made = by_sentence(titles, "What is number 17?", 0.3)
    assert made.body.count("## ") < 80
