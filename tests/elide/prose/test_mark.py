"""What is left of prose, and the marks that say where the rest stands."""

from __future__ import annotations

import re
import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from headroom.ccr.query import answer
from headroom.elide.prose.mark import marked
from headroom.elide.prose.sentence import split

MARK = re.compile(r"…(?:(\d+)(?:-(\d+)|:(\d+)-(\d+))?)?(?=[ \n]|$)")
SENTENCES = st.sampled_from(
    [
        "# Bays\n",
        "Owls hunt. ",
        "It rained all day.\n",
        "Not so.\n\n",
        "- one\n",
        "  - two\n",
        "雨。",
    ]
)
TEXTS = st.lists(SENTENCES, max_size=25).map("".join)


def shown(text, *dropped):
    spans = split(text)
    pieces = [text[a:b] for a, b in spans]
    return marked(text, spans, [at for at, piece in enumerate(pieces) if piece not in dropped])


def test_whole_lines_left_out_are_named_on_a_line_of_their_own():
    text = "# A\n\nOne is.\n\nTwo is.\n\nThree is.\n"
    assert shown(text, "One is.", "Two is.") == "# A\n…3-5\nThree is."
    assert shown(text, "# A") == "…1\nOne is.\n\nTwo is.\n\nThree is."
    assert shown(text, "Three is.").endswith("Two is.\n…7")


def test_a_gap_within_a_line_names_it_once():
    text = "One is. Two is. Three is. Four is. Five is.\nSix is. Seven is."
    assert (
        shown(text, "Two is.", "Four is.") == "One is. …1 Three is. … Five is.\nSix is. Seven is."
    )
    assert (
        shown(text, "Two is.", "Six is.") == "One is. …1 Three is. Four is. Five is.\n…2 Seven is."
    )


def test_a_gap_across_lines_names_the_first_and_the_last():
    text = "One is. Two is\nlonger. Three is\nlast. Four."
    assert shown(text, "Two is\nlonger.") == "One is. …1-2\nThree is\nlast. Four."


def test_a_gap_in_a_long_line_names_its_characters():
    text = "x\n\n" + "Ada met Bo here. " * 300 + "The end is near."
    spans = split(text)
    gapped = marked(text, spans, [0, 1, len(spans) - 1])
    mark = re.search(r"…(3:(\d+)-(\d+)) ", gapped)
    line = text.split("\n")[2]
    assert line[int(mark[2]) - 1 : int(mark[3])] == ("Ada met Bo here. " * 299).rstrip()
    assert answer(text, lines=mark[1]).endswith(line[int(mark[2]) - 1 : int(mark[3])])


def test_indentation_stays_with_what_is_kept():
    assert (
        shown("- a list\n- of\n  - some\n  - parts", "- of") == "- a list\n…2\n  - some\n  - parts"
    )


def test_scripts_without_spaces_get_none():
    text = "雨が降った。風も吹いた。雪はない。雷もない。"
    assert shown(text, "風も吹いた。", "雷もない。") == "雨が降った。…1 雪はない。…"


def covered(text, gapped):
    """The lines that marks name, those of whole lines apart."""
    some, whole = set(), set()
    for line in gapped.split("\n"):
        for match in MARK.finditer(line):
            if match[1]:
                named = range(int(match[1]), int(match[2] or match[1]) + 1)
                (whole if match[0] == line else some).update(named)
    return some | whole, whole


@given(TEXTS, st.sets(st.integers(0, 24)))
def test_what_is_kept_is_verbatim_and_marks_name_every_line_of_the_rest(text, dropped):
    spans = split(text)
    kept = [at for at in range(len(spans)) if at not in dropped]
    gapped = marked(text, spans, kept)
    named, _ = covered(text, gapped)
    for at, (start, end) in enumerate(spans):
        if at in dropped:
            lines = range(text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 2)
            assert named.issuperset(lines)
    place = 0
    for at in kept:
        piece = text[slice(*spans[at])]
        assert piece in gapped[place:]
        place = gapped.index(piece, place) + len(piece)
    if kept and len(kept) == len(spans):
        assert gapped.strip() == text.strip()


def test_one_endless_line_takes_linear_time():
    text = " " * 100_000 + "It is so. " * 60_000
    spans = split(text)
    started = time.process_time()
    marked(text, spans, range(0, len(spans), 2))
    assert time.process_time() - started < 30  # a bound on complexity, not on speed


def test_a_bare_mark_is_not_followed_by_digits_that_would_make_it_name_a_line():
    parts = ["1950年开始。", "中间没有什么。", "2012年结束。", "其余的句子。", "1994年又来。"]
    begins = [sum(map(len, parts[:at])) for at in range(len(parts) + 1)]
    spans = list(pairwise(begins))
    gapped = marked("".join(parts), spans, [0, 2, 4])
    assert gapped == "1950年开始。…1 2012年结束。… 1994年又来。"
