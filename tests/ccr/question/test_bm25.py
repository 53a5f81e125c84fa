import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.ccr.passage import passages
from headroom.ccr.question import bm25
from headroom.ccr.question.bm25 import Relevance
from headroom.ccr.question.term import Term

LINES = [
    "service started on port 8080",
    "user 41 logged in from 10.0.0.1",
    "user 42 logged in from 10.0.0.12",
    "TimeoutError: upstream took too long",
    "def parse_header(line):",
    "    return parse_header(line[1:])",
    "myConfigLoader reads the file",
    "貴方の注文は明日届きます",
    "",
]


def top(query, texts=LINES):
    scores = Relevance(query).scores(texts)
    return texts[scores.index(max(scores))] if any(scores) else None


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("who is user 42?", 2),
        ("10.0.0.1", 1),
        ('what does "took too long" belong to', 3),
        ("which loader is there", 6),
        ("configs", 6),
        ("where is `parse_header` defined", 4),
        ("注文", 7),
        ("what TIMED out: timeout", 3),
    ],
)
def test_the_line_that_answers_scores_highest(query, line):
    assert top(query) == LINES[line]


def test_a_number_is_not_found_inside_another():
    scores = Relevance("port 44").scores(["144", "441", "a44b", "44.", "(44)"])
    assert [bool(score) for score in scores] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("98765", "乘客不必支付98765元的费用"),
        ("手数料98765円", "乗客は98765円の手数料を支払う"),
        ("98765원", "승객은 98765원의 수수료를 낸다"),
        ("ERR-4711", "เกิดข้อผิดพลาดERR-4711ที่เซิร์ฟเวอร์"),
        ("config", "请打开config文件"),
    ],
)
def test_what_stands_between_letters_that_know_no_spaces_is_found(query, line):
    others = [
        "乘客不必支付987650元的费用",
        "乗客は198765円を",
        "승객은 9876원을",
        "请打开configuration文件",
    ]
    assert top(query, [*others, line]) == line


def test_rare_words_count_more_than_frequent_ones():
    texts = ["alpha common"] + ["common words"] * 20 + ["common zebra"]
    assert top("common zebra", texts) == "common zebra"


def test_stop_words_alone_find_nothing():
    assert top("what is it and where was that") is None
    assert Relevance("what is the").terms == ()


def test_terms_are_those_of_the_question_and_keep_ids_whole():
    terms = Relevance("Why does fetch_user fail at src/api/users.py:88?").terms
    assert terms[0] in {"fetch_user", "src/api/users.py:88"}
    assert {"fetch_user", "src/api/users.py:88", "fetch", "user"} <= set(terms)
    assert "panic" not in terms


def test_endings_do_not_hide_a_word():
    assert all(Relevance("connections failed").scores(["connection lost", "it fails", "failure"]))


def test_growing_lower_case_does_not_shift_offsets():
    assert top("needle", ["İİİİİİİİ", "İ needle", "hay"]) == "İ needle"


def test_nothing_scores_in_nothing():
    assert Relevance("word").scores([]) == []
    assert Relevance("").scores(["word", ""]) == [0.0, 0.0]


@settings(max_examples=100)
@given(st.text(max_size=80), st.lists(st.text(max_size=60), max_size=20))
def test_any_question_scores_any_texts_and_repeats_itself(query, texts):
    scores = Relevance(query).scores(texts)
    assert len(scores) == len(texts)
    assert all(score >= 0 for score in scores)
    assert scores == Relevance(query).scores(texts)


@pytest.mark.parametrize(
    "texts",
    [
        ["a" * 1_000_000],
        ["(" * 500, "def " * 50_000],
        ["needle" * 100_000],
        ["x:1:" * 100_000 + "needle("] * 2,
    ],
)
def test_hostile_texts_take_linear_time(texts):
    began = time.process_time()
    Relevance("aaaa needle `needle` def why fail").scores(texts)
    passages("<html>" + "<script" * 50_000 + "\n".join(texts), Relevance("needle"))(900)
    assert time.process_time() - began < 30  # a bound on complexity, not on speed


@pytest.mark.parametrize(
    "query",
    ["Find the definition of before", "Where is the method before defined?", "What defines before"],
)
def test_a_name_that_is_asked_to_be_defined_may_be_an_ordinary_word(query):
    texts = [f"# what came before step {n}, before that" for n in range(20)]
    texts += ["  def before(step)", "before = before + 1"]
    scores = Relevance(query).scores(texts)
    assert scores.index(max(scores)) == 20


def test_a_constant_at_the_margin_is_a_definition():
    texts = [f"const shared{n} = merge(DefaultRoute)" for n in range(9)]
    texts += ["a.ts:4:export const DefaultRoute: Route = {", "  const DefaultRoute = x"]
    defined = set()
    Relevance("Which file declares DefaultRoute?").scores(texts, defined)
    assert defined == {9}


def test_a_constant_is_a_definition_where_its_line_is_the_value_of_a_key():
    texts = ['{"text":"const shared = merge(DefaultRoute)"}', '{"text":"let DefaultRoute = x"}']
    defined = set()
    Relevance("Which file declares DefaultRoute?").scores(texts, defined)
    assert defined == {1}


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("which were skipped?", "ok 3 - opens the gate # SKIP"),
        ("was anything not run at all?", "ok 3 - opens the gate # SKIP"),
        ("why was it stopped?", "worker: stop at 10:00"),
        ("what applies to background-size?", "background-size: auto"),
    ],
)
def test_words_are_known_by_their_stems_their_joints_and_what_tools_say_for_them(query, line):
    texts = ["ok 2 - shuts it", "ok 3 - opens the gate # SKIP", "worker: stop at 10:00"]
    texts += ["block-size: the size of the background block", "background-size: auto"]
    assert top(query, texts) == line


@settings(max_examples=100)
@given(
    st.integers(990, 1_020), st.sampled_from(("needle ", "needle\n", "unneedle ", "needle needle "))
)
def test_what_stands_everywhere_tells_nothing_wherever_it_stands(count, piece):
    texts = (piece * count).split("\n")
    many = "".join(texts).count("needle") > 3 * (len(texts) + 1) + 1_000
    wanted = "unneedle" not in piece and not many
    assert any(Relevance("needle").scores(texts)) == wanted


def test_the_file_that_configures_a_program_is_named_after_it():
    assert top("configuration of npm", ["open /root/.npmrc", "open /root/npmrcx", "x"]) == (
        "open /root/.npmrc"
    )


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("When is the 41st run?", "run #41: Monday"),
        ("What is under MIT*?", "knot: MIT*"),
        ("Is any of it C++ at all?", "hull: C++"),
        ("What is *under* MIT", "rope: MIT"),
    ],
)
def test_ordinals_are_numbers_and_signs_belong_to_the_names_that_they_end(query, line):
    lines = ["run #4: Sunday", "run #41: Monday", "rope: MIT", "knot: MIT*", "hull: C++", "deck: C"]
    assert top(query, lines) == line


def test_other_words_speak_for_a_line_less_than_those_of_the_question():
    lines = ["the quota is 40 bags", "the limit is 9 bags", "nothing to see here"]
    bare, wide = Relevance("limit"), Relevance("limit", wide=True)
    assert bare.scores(lines)[0] == 0.0
    first, second, third = wide.scores(lines)
    assert second > first > third == 0.0
    assert wide.terms == bare.terms


def test_an_option_of_one_letter_is_a_name():
    lines = ["-o  writes to a file", "-oh  is nothing", "go on, x-o", "-n  is a dry run"]
    assert top("What is -o for?", lines) == lines[0]
    assert Relevance("What is -o for?").named


def test_what_is_said_not_to_be_so_counts_where_a_question_is_read_widely():
    lines = ["ok 1 - grinds", "ok 2 - sifts", "not ok 3 - bakes", "ok 4 - sells"]
    scores = Relevance("Which are not ok?", wide=True).scores(lines)
    assert max(range(4), key=scores.__getitem__) == 2


def test_words_that_may_be_about_trouble_alarm_only_where_a_question_is_read_widely():
    query = "Which oven made the baker throw his hat?"
    assert not Relevance(query).alarmed
    assert Relevance(query, wide=True).alarmed


def test_a_class_of_status_codes_outweighs_the_words_around_it():
    lines = [f'10.0.0.{n} "GET /barn/client-requests" 200 {n}' for n in range(40)]
    lines += ['10.0.0.7 "POST /hay" 503 7', *lines[:9]]
    assert top("Are there any 5xx? Which requests, from which client?", lines) == lines[40]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("modes", "mode"),
        ("files", "file"),
        ("nodes", "Node"),
        ("rates", "rate"),
        ("boxes", "boxes"),
    ],
)
def test_a_plural_finds_the_word_that_it_is_of(asked, said):
    assert Relevance(f"Which {asked} may I choose?").scores([f"{said}: 7", "other: 7"])[0] > 0


@pytest.mark.parametrize(
    "given",
    [
        "drawer = open_all(shop)",
        "    exports.drawer = open_all(shop);",
        "till.ts:12:    this.drawer: Drawer = open_all(shop);",
        '{"text":"const x = 1\\n  exports.drawer = open_all(shop)"}',
        "drawer := open_all(shop)",
    ],
)
def test_where_a_name_is_given_a_value_says_more_than_where_it_is_used(given):
    texts = [f"count(shop, drawer, {n}) and then go on" for n in range(9)] + [given]
    texts += ["if drawer == open_all(shop)", "drawer => open_all(shop)", "(drawer = 3) => shop"]
    scores = Relevance("Where is `drawer` set?").scores(texts)
    assert max(range(len(texts)), key=scores.__getitem__) == 9


@pytest.mark.parametrize("word", ["extension", "protocol", "mixin", "typealias", "class", "fun"])
def test_languages_define_with_words_of_their_own(word):
    texts = [f"count(Drawer, {n}) and then go on" for n in range(9)] + [f"{word} Drawer: Till, Box"]
    defined = set()
    Relevance("Where is `Drawer` defined?").scores(texts, defined)
    assert defined == {9}


@given(
    st.lists(st.text("0a1-_. Kſ支", max_size=9), min_size=1, max_size=9),
    st.sampled_from(["0", "10", "a", "a0", "-1", "_", ".0", "00"]),
)
def test_a_name_is_found_where_it_stands_alone_however_often_it_is_a_part_of_others(texts, name):
    term, field = Term(name, 3.0, name), bm25._Field(texts)
    usual = field.places(term)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bm25, "_MANY", 0)
        assert field.places(term) == usual


def test_a_number_is_told_from_those_that_it_is_a_part_of():
    rows = [f"10:00:{n:02} part 10{n % 7} took {n * 100} ms" for n in range(300)]
    rows[200] = "10:03:20 part 0 took 7 ms"
    scores = Relevance("Which part 0 is slow?").scores(rows)
    assert max(range(300), key=scores.__getitem__) == 200
