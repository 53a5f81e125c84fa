"""Search results: what stays, and what is said of the rest."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_hit import by_hit
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.hit import rows, sought, weigh

REMARK = re.compile(r"… ([0-9,]+) (?:more )?hits? in (\S+?)(?:: ([0-9,-]+))? \[(in )?([0-9,-]+)\]")


def results(files=6, each=20):
    return [
        f"src/part{f}.py:{10 * n + f}:    total = basket_price(item_{n}, {f})"
        for f in range(files)
        for n in range(1, each + 1)
    ]


def headed(lines):
    out, last = [], None
    for line in lines:
        path, number, text = line.split(":", 2)
        if path != last:
            out += [""] * bool(out) + [path]
            last = path
        out.append(f"{number}:{text}")
    return out


def spread(spelled):
    for part in spelled.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def test_every_hit_is_shown_or_counted_with_its_file_and_lines():
    lines = results()
    made = by_hit(lines, "", 0.3)
    shown = made.body.split("\n")
    assert all(line in lines for line in shown)
    counted = 0
    for count, path, numbers, among, where in REMARK.findall(made.summary):
        left = [line for line in lines if line.startswith(f"{path}:") and line not in shown]
        assert int(count) == len(left)
        counted += int(count)
        if not among:
            assert [lines[n - 1] for n in spread(where)] == left
        first = left[0].split(":")[1]
        assert numbers.startswith(first)
    assert counted + len(shown) == len(lines)


@settings(max_examples=settings.default.max_examples // 5)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 99), st.booleans()), min_size=12, max_size=60
    ),
    st.text(max_size=12),
    st.floats(0.05, 0.9),
)
def test_kept_lines_are_verbatim_and_hits_add_up(found, query, share):
    lines = [f"a{f}.c{':' if hit else '-'}{n}{':' if hit else '-'}x({n})" for f, n, hit in found]
    made = by_hit(lines, query, share)
    if made is None:
        return
    shown = made.body.split("\n") if made.body else []
    rest = iter(lines)
    assert all(line in rest for line in shown)
    total = sum(hit for *_, hit in found if any(h and f == _[0] for f, _n, h in found))
    counted = sum(int(count) for count, *_ in REMARK.findall(made.summary))
    kept = sum(re.match(r"a\d\.c:", line) is not None for line in shown)
    assert kept + counted == total


def test_the_definition_comes_first_without_being_asked_for():
    lines = results()
    lines[77] = "src/part3.py:7:def basket_price(item, rate):"
    made = by_hit(lines, "", 0.05)
    assert lines[77] in made.body


def test_the_one_hit_of_the_file_that_the_question_names_stays():
    lines = results()
    lines[77] = "lib/odd.py:7:    hook(basket_price)"
    made = by_hit(lines, "What does lib/odd.py use `basket_price` for?", 0.05)
    assert lines[77] in made.body


def test_hits_below_a_heading_keep_their_heading():
    lines = headed(results())
    at = next(n for n, line in enumerate(lines) if line.startswith("83:"))
    lines[at] = "83:def basket_price(item, rate):"
    made = by_line("\n".join(lines), ContentType.TEXT, "Where is `basket_price` defined?", 0.1)
    body = made.body.split("\n")
    heading = next(line for line in body[: body.index(lines[at])][::-1] if line.endswith(".py"))
    assert heading == "src/part3.py"


def test_context_lines_belong_to_their_hit():
    lines = []
    for n in range(1, 30):
        lines += [
            f"a/b.c-{9 * n}-before {n}",
            f"a/b.c:{9 * n + 1}:call_{n}()",
            f"a/b.c-{9 * n + 2}-after",
            "--",
        ]
    found = rows(lines)
    assert [row.what for row in found[:4]] == ["context", "hit", "context", "between"]
    made = by_hit(lines, "what is around call_17?", 0.2)
    assert "a/b.c:154:call_17()" in made.body
    assert "a/b.c-153-before 17" in made.body


@pytest.mark.parametrize(
    "lines",
    [
        [f"10:{n:02}:00 INFO a: b" for n in range(40)],
        [f"note {n}: a remark about nothing" for n in range(40)],
        ["plain text"] * 40,
    ],
)
def test_what_is_no_search_is_declined(lines):
    assert by_hit(lines, "", 0.3) is None


def test_errors_of_a_linter_come_before_its_remarks():
    lines = [f"src/a{n % 5}.py:{n}:1: W291 trailing whitespace" for n in range(1, 80)]
    lines[40] = "src/a1.py:41:9: E999 SyntaxError: invalid syntax"
    made = by_hit(lines, "", 0.1)
    assert lines[40] in made.body


def test_what_was_searched_for_is_what_most_hits_share():
    assert (
        sought(["x = basket_price(1)", "basket_price(2)", "from a import basket_price"])
        == "basket_price"
    )
    assert sought(["alpha", "beta"]) == ""


def test_what_was_searched_for_may_be_a_part_of_names():
    texts = ["parse_version()", "old_versions = 3", "conversion", "each_version", "Versioned"]
    assert sought(texts) == "version"
    assert sought([*texts * 9, "cut off: vers"]) == "version"
    assert sought([*texts, "something else"]) == ""


def test_files_with_a_few_hits_in_one_folder_have_one_remark():
    lines = results(2, 30) + [
        f"lib/{folder}/part{f}.py:{n}:    total = basket_price(item_{n}, {f})"
        for folder in ("a", "b")
        for f in range(9)
        for n in (3, 40)
    ]
    made = by_hit(lines, "src/part0.py", 0.25)
    shown = made.body.split("\n")
    together = re.compile(r"… ([0-9]+) (?:more )?hits in (lib/\w/): (.*) \[(?:in )?[0-9,-]+\]")
    found = [match for line in made.summary.split("\n") if (match := together.fullmatch(line))]
    assert found
    for count, folder, files in (match.groups() for match in found):
        told = [
            f"{folder}{name}:{number}:"
            for name, numbers in (each.split(":") for each in files.split("; "))
            for number in numbers.split(",")
        ]
        assert len(told) == int(count)
        assert all(any(line.startswith(place) for line in lines) for place in told)
        assert not any(line.startswith(tuple(told)) for line in shown)
    alone = [path for _, path, *_ in REMARK.findall(made.summary) if path.startswith("src/")]
    assert alone == ["src/part0.py", "src/part1.py"]


def test_hits_without_numbers_are_counted_by_file():
    lines = [f"lib/part{f}.py:    total = basket_price({n})" for f in range(9) for n in range(3)]
    lines += [f"src/main.py:    total = basket_price(item_{n})" for n in range(30)]
    made = by_hit(lines, "src/main.py", 0.25)
    assert re.search(r"hits in lib/: part\d\.py \(\d\); part\d\.py", made.summary)


def test_what_stands_in_every_file_gives_way_to_what_is_said_once():
    lines = [f"src/part{n}.h:2:// Distributed under an open source licence" for n in range(60)]
    lines += [f"src/view.h:{n}:    auto at = source_of(event_{n});" for n in range(10, 30)]
    shown = by_hit(lines, "Summarise these search results.", 0.3).body.split("\n")
    assert sum("source_of" in line for line in shown) > sum("licence" in line for line in shown)


@given(st.lists(st.text(max_size=30), max_size=30), st.text(max_size=10))
def test_any_lines_can_be_read_as_hits(lines, query):
    lines = [line.replace("\n", " ") for line in lines]
    made = by_hit(lines, query, 0.3)
    assert made is None or set(made.body.split("\n")) <= set(lines)


def test_hits_below_the_path_of_their_file_are_hits_though_they_read_like_source():
    lines = []
    for n in range(12):
        lines += [
            f"lib/part{n}.js",
            *(f"{n * 9 + k}:    throw new Error{k}('no')" for k in range(9)),
            "",
        ]
    lines[35] = "77:    throw new ClosedError()"
    made = by_line("\n".join(lines), ContentType.CODE, "Where is `ClosedError` thrown?", 0.3)
    kept = made.body.split("\n")
    above = kept[: kept.index("77:    throw new ClosedError()")]
    assert [line for line in above if line.startswith("lib/")][-1] == "lib/part3.js"


def test_for_a_definition_little_else_is_shown_and_all_is_counted():
    lines = results(files=10, each=20)
    lines[77] = "src/part3.py:990:def basket_price(item, rebate):"
    text = "\n".join(lines)
    query = "Where is `basket_price` defined? Give me file and line."
    made = by_line(text, ContentType.SEARCH, query, 0.4)
    assert lines[77] in made.body.split("\n")
    assert len(made.body) < 0.25 * len(text)
    users = by_line(text, ContentType.SEARCH, "Where is `basket_price` called?", 0.4)
    assert len(users.body) > len(made.body)


def test_hits_in_a_revision_are_hits_of_their_files():
    lines = [f"v1.2:{line}" for line in results()]
    found = rows(lines)
    assert {row.file for row in found} == {f"src/part{f}.py" for f in range(6)}


def test_hits_that_say_line_and_number_below_their_file_keep_the_file():
    lines = ["Found 160 matches"]
    for part in range(20):
        lines.append(f"src/part{part}/view.py:")
        lines += [f"  Line {n * 7 + 3}: render_{part}(value_{n})" for n in range(8)] + [""]
    found = by_hit(lines, "Where is `render_11` used?", 0.2)
    kept = found.body.split("\n")
    assert "src/part11/view.py:" in kept
    assert "  Line 3: render_11(value_0)" in kept
    assert (
        "in src/part3/view.py: 3,10,17,24,31,38,45,52" in found.summary
        or "other files" in found.summary
    )


def test_a_file_that_the_question_names_by_its_path_is_told_before_all_others():
    lines = [
        f"lib/part{f}/view.py:{n}:import pump_{f}_{n}" for f in range(20) for n in range(1, 13)
    ]
    found = by_hit(lines, "How is import used in lib/part7/view.py?", 0.3)
    kept = found.body.split("\n")
    assert [line for line in lines if "part7/" in line] == [x for x in kept if "part7/" in x]
    assert len(kept) < 0.2 * len(lines)


@given(
    st.lists(
        st.sampled_from(("Name", "name", "NAME = Name", "other", "Ωmega ωmega", "")), max_size=9
    )
)
def test_a_name_is_counted_once_a_hit_however_it_is_spelled(texts):
    shared = [sum(word in text.lower() for text in texts) for word in ("name", "other")]
    found = sought(texts).lower()
    assert (found == "name") == (
        texts != [] and 10 * shared[0] >= 6 * len(texts) and shared[0] >= shared[1]
    )


def tagged(count):
    out = [f"{count} matches"]
    for n in range(count):
        said = "def weigh_basket(items):" if n == 31 else f"    total = weigh_basket(item_{n})"
        out += [f'<match path="/srv/shop/part{n}.py" line={n + 7}>', said, "</match>"]
    return out


def test_hits_between_tags_stay_with_what_says_where_they_are():
    lines = tagged(60)
    made = by_hit(lines, "Where does weigh_basket come from?", 0.3)
    at = lines.index("def weigh_basket(items):")
    assert "\n".join(lines[at - 1 : at + 2]) in made.body
    assert "of 60 hits" in made.kept
    assert made.body.count("<match") == made.body.count("</match>")
    assert "part3.py" in made.body + made.summary


def test_findings_of_a_rule_that_is_hardly_ever_met_stay():
    lines = [
        f"src/part{n % 5}.py:{n}:80: E501 line too long ({80 + n % 9} > 79)" for n in range(200)
    ]
    lines[120] = "src/part0.py:120:9: N803 argument name 'baseUrl' should be lowercase"
    made = by_hit(lines, "Is there anything but the lines that are too long?", 0.1)
    assert lines[120] in made.body


def test_of_a_rule_that_is_asked_for_each_place_stays_though_the_words_are_the_same():
    words = ("oak", "elm", "ash", "fir", "yew", "box", "bay")
    woods = [f"{a} {b} {c}" for a in words for b in words for c in words][:200]
    lines = [f"barn/wall.txt:{n}:4: error: saw {wood} first" for n, wood in enumerate(woods)]
    lines[60] = "barn/wall.txt:60:4: error: no beam is bent [beam-straight]"
    lines[150] = "barn/wall.txt:150:4: error: no beam is bent [beam-straight]"
    made = by_hit(lines, "Anything from the rule beam-straight? Where?", 0.1)
    assert lines[60] in made.body
    assert lines[150] in made.body


def test_a_hit_with_a_message_comes_before_one_with_as_many_names():
    lines = [f"shop/page{n}.py:{n * 7}:    raise Refused({400 + n})" for n in range(40)]
    lines[20] = "shop/page20.py:140:    raise Refused(403, of_an_order_that_was_paid)"
    lines[30] = 'shop/page30.py:210:    raise Refused(403, "the order was paid for")'
    weights, _ = weigh(rows(lines), "What happens when somebody sends a form again?")
    assert weights[30] > weights[20]


def test_hits_that_have_few_words_of_a_question_leave_more_of_the_others():
    found = [*results(), "src/lock.py:7:    turn = key(door)"]
    asked = by_hit(found, "Where is the `key` turned?", 0.4)
    vague = by_hit(
        found, "Which door must guests of the hotel take when nobody answers there?", 0.4
    )
    assert asked is not None
    assert vague is not None
    assert "lock.py" in asked.body
    assert "lock.py" in vague.body
    assert len(vague.body) > 1.5 * len(asked.body)


def test_where_what_was_searched_for_gets_its_value_comes_before_its_uses():
    lines = results()
    lines[77] = "src/part3.py:7:basket_price = fast_price or slow_price"
    lines[90] = "src/part4.py:9:        shop.basket_price = lambda item, rate: item"
    made = by_hit(lines, "Summarise these search results.", 0.08)
    assert lines[77] in made.body
    assert lines[90] in made.body


@pytest.mark.parametrize(
    "line", ["extension basket_price: Price {", "override suspend fun basket_price(item: Item) {"]
)
def test_what_other_languages_define_comes_before_its_uses(line):
    lines = results()
    lines[77] = f"src/part3.py:7:{line}"
    made = by_hit(lines, "Summarise these search results.", 0.05)
    assert lines[77] in made.body


def test_how_many_hits_have_what_the_question_names_is_said():
    lines = [f"src/part{n % 9}.py:{n}: value = total(rows, {n})" for n in range(90)]
    lines[40] = "src/part4.py:40: def make_total(rows):"
    made = by_hit(lines, "Where is `make_total` defined?", 0.2)
    assert 'hits (the one with "make_total"), ' in made.kept


def test_functions_that_hits_are_in_are_lines_near_them():
    lines = ["src/a.c"]
    for n in range(1, 30):
        lines += [f"{n * 10}=int part_{n}(void)", f"{n * 10 + 3}:    error = {n};"]
    lines += ["", "src/b.c", "4=static void load(void)", "9:    error(4);"]
    found = rows(lines)
    assert [row.what for row in found[:3]] == ["heading", "context", "hit"]
    assert found[-1].file == "src/b.c"
