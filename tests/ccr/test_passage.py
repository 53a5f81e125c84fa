from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.ccr.bound import Bound
from headroom.ccr.passage import best, passages
from headroom.ccr.query import matches
from headroom.ccr.question.bm25 import Relevance
from headroom.ccr.window import choose


def test_passages_show_what_follows_a_heading_and_say_where():
    body = ["intro"] * 40 + ["## Set up", "run make install", "then reboot"] + ["more"] * 40
    shown = passages("\n".join(body), Relevance('the section "Set up"'))(120)
    assert "## Set up\nrun make install" in shown
    assert shown.startswith("lines ")
    assert "83 lines" in shown.split("\n")[-1]


def test_pages_are_shown_without_tags():
    page = "<html><script>let needle = 1</script>\n<p>the <b>needle</b> &amp; thread</p>\n<!-- x\n</html>"
    shown = passages(page, Relevance("needle"))(500)
    assert "the needle & thread" in shown
    assert "let needle" not in shown
    assert "tags are left out" in shown


def test_changes_of_the_named_file_come_first_in_a_diff():
    def part(name):
        return [
            f"diff --git a/{name} b/{name}",
            "@@ -1 +1 @@",
            " x = 1",
            "+    raise ValueError(1)",
        ]

    text = "\n".join(
        [*part("one.py"), *["+pad"] * 60, *part("two.py"), *["+pad"] * 60, *part("six.py")]
    )
    shown = passages(text, Relevance("is a new error raised in two.py?"))(200)
    assert "lines 6" in shown
    assert "raise ValueError" in shown


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.text(max_size=30), st.floats(0, 9)), min_size=1, max_size=40),
    st.integers(0, 400),
)
@example([("", 1.0), ("000", 0.0), ("", 1.0)], 2)
def test_chosen_passages_are_ordered_and_fit(rows, room):
    texts, scores = [text for text, _ in rows], [score for _, score in rows]
    chosen = choose(texts, scores, best(scores), room)
    flat = [edge for run in chosen for edge in run]
    assert flat == sorted(flat)
    assert sum(len(texts[at]) for first, last in chosen for at in range(first, last + 1)) <= room
    assert best(scores) == [at for at in best(scores) if scores[at] > 0]


def test_a_heading_of_a_page_is_preferred_to_its_entry_in_a_menu():
    menu = [
        f"<li><a>{name}</a></li>" for name in ("Intro", "Data Types", "Index", "Search", "About")
    ]
    body = [
        "<h2>Data Types</h2>",
        *[f"<p>Sentence {n} about how the values are kept.</p>" for n in range(9)],
    ]
    page = "\n".join(["<html>", *menu, *["<hr>"] * 40, *body, *menu, "</html>"])
    shown = passages(page, Relevance('the section "Data Types"'))(200)
    assert "Sentence 0 about" in shown


def test_a_few_lines_that_match_alike_are_all_shown():
    lines = [f"  {n}:7  expected something else  rule-{n % 9}" for n in range(300)]
    for at in range(20, 300, 40):
        lines[at] = f"  {at}:3  expected lower case  case-of-names"
    shown = passages("\n".join(lines), Relevance("Where does case-of-names fire?"))(1_200)
    assert all(f"  {at}:3  expected lower case" in shown for at in range(20, 300, 40))


def test_each_part_of_a_question_gets_its_best_line():
    lines = [f"the timeout of pool {n} is {n} seconds" for n in range(300)]
    lines[211] = "retries stop after nine attempts"
    text = "\n".join(lines)
    out = matches(
        text, "What is the timeout of the pool, and when do retries stop?", (), Bound(900, len)
    )
    assert lines[211] in out


def test_words_that_stand_close_together_tell_more_than_far_apart():
    lines = [f"filler {n} of this text" for n in range(400)]
    for at in (50, 120, 200, 330):
        lines[at] = f"the bridge near mile {at}"
    lines[198], lines[202] = "it was painted again", "in the colour of the sea"
    out = matches("\n".join(lines), "In which colour was the bridge painted?", (), Bound(420, len))
    assert lines[200] in out
    assert lines[202] in out


def test_of_a_section_much_of_which_was_shown_the_other_sentences_come_before_its_code():
    code = [f"    add(user_{n}, name_{n});" for n in range(60)]
    told = [
        "This program is part of the distribution, in `tests/example.c`, and you can run",
        "`make example` there to compile it.",
    ]
    shown = [
        "## A complete example",
        "We repeat all the code here to form a working example of it.",
    ]
    lines = ["intro"] * 30 + [*shown, *code, *told, "## Keys", *["a key is a key"] * 30]
    query = 'What does the section "A complete example" say?'
    answer = matches("\n".join(lines), query, ["\n".join(shown)], Bound(200))
    assert all(line in answer for line in told)
    assert "add(user_0, name_0);" in answer
    assert "add(user_59, name_59);" not in answer
