"""Shortened source: verbatim, in order, addressed by line numbers, and it still parses."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources import JAVA, JAVASCRIPT, PYTHON, SHELL, SOURCES, C

from headroom.elide.source import code, grammar
from headroom.elide.source.by_code import by_code, may_be_code

MARK = re.compile(r"\s*(?:\.\.\.  )?(?:#|//|--|%|;;|')? ?…([0-9]+)(?:-([0-9]+))?(?: \(.*)?")
SHARES = (0.5, 0.3, 0.1, 0.0)
QUERIES = ("", "Summarise this file.", "What does `withdraw` do?", "where is the total computed?")


def left_out(body, lines):
    """Return the rows under marks, and check that the others stand in order and verbatim."""
    rows, at = set(), 0
    for line in body.split("\n"):
        match = MARK.fullmatch(line)
        if match and not (at < len(lines) and lines[at] == line):
            first, last = int(match[1]) - 1, int(match[2] or match[1]) - 1
            assert at == first <= last
            rows.update(range(first, last + 1))
            at = last + 1
        else:
            assert lines[at] == line
            at += 1
    assert at == len(lines)
    return rows


def errors(name, text):
    """Return how many places of a text its grammar cannot read."""
    (one,) = (one for one in grammar.grammars() if one.name == name)
    parsed = one.parse(text.encode("utf-8", "replace"))
    return 0 if parsed is None or not parsed.root.has_error else max(1, parsed.loose)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("query", QUERIES)
def test_what_is_left_parses_and_is_verbatim(name, share, query):
    text = SOURCES[name] * 3
    made = by_code(text, query, share)
    assert made is not None
    assert left_out(made.body, text.split("\n"))
    assert errors(name, made.body) <= errors(name, text)


def test_bodies_go_as_wholes_and_the_outline_stays():
    made = by_code(PYTHON, "", 0.4)
    assert made is not None
    assert "    def _book(self, amount: int) -> int:\n        ...  # …46-51\n" in made.body
    for line in ("import decimal", "LIMIT: Final = 250", "    fee = 3", "    @cached"):
        assert line in made.body.split("\n")


def test_names_of_what_is_left_out_are_told_unless_the_question_names_one():
    parts = [f"int part_{n}(int value) {{\n    return value * {n};\n}}\n" for n in range(200)]
    made = by_code("\n".join(parts), "What is defined in this file?", 0.3)
    shown = set(re.findall(r"int (part_\d+)", made.body))
    names, _, more = made.summary.removeprefix("left out: ").partition(" and ")
    told = names.split(", ")
    assert len(told) > 5
    assert shown.isdisjoint(told)
    assert len(shown) + len(told) + int(more.removesuffix(" more") or 0) == 200
    assert len(made.summary) < 0.06 * len(made.body)
    assert by_code("\n".join(parts), "What does `part_7` do?", 0.5).summary == ""


def test_what_the_question_names_stays_whole_and_so_does_what_it_calls():
    other = "\n\ndef other(value):\n" + "    value = value * 31 + 7\n" * 40
    made = by_code(PYTHON + other, "What does `withdraw` do?", 0.6)
    assert made is not None
    assert 'raise ValueError("not enough money")' in made.body
    assert "total += step" in made.body
    assert "account.withdraw(LIMIT)" in made.body
    assert "def other(value):\n    ...  # …" in made.body


def test_marks_stand_between_the_brackets_of_a_body():
    text = JAVA.replace("        int sum = 0;\n", "        int sum = 0;\n" * 6)
    made = by_code(text, "", 0.5)
    assert made is not None
    assert re.search(r"BankException \{\n        // …[0-9]+-[0-9]+\n    \}\n\}", made.body)


def test_long_comments_keep_their_first_words():
    text = JAVASCRIPT.replace(" * @param", " * A word on what it does not do.\n * @param")
    made = by_code(text, "", 0.4)
    assert made is not None
    assert "/**\n * Joins parts.\n …5-7\n */" in made.body


def test_long_data_keeps_its_first_elements():
    rows = "".join(f"    'key{at}': {at * 31},\n" for at in range(60))
    text = PYTHON.replace('    "a": 1,\n', rows)
    made = by_code(text, "", 0.3)
    assert made is not None
    assert re.search(
        r"'key1': 31,\n(?:    'key[0-9]': [0-9]+,\n)*    # …[0-9]+-7[0-9]\n", made.body
    )


@pytest.mark.parametrize(
    "query", ["the crash is at line 47", 'File "bank.py", line 48, in _book', "see bank.py:49"]
)
def test_a_place_that_the_question_gives_by_its_number_stays(query):
    made = by_code(PYTHON, query, 0.4)
    assert made is not None
    assert "for step in range(amount):" in made.body


def test_numbered_lines_keep_their_numbers_and_marks_say_both():
    lines = [f"{at:6}\t{line}" for at, line in enumerate(PYTHON.split("\n"), 101)]
    made = by_code("\n".join(lines), "", 0.4)
    assert made is not None
    assert "   145\t    def _book(self, amount: int) -> int:" in made.body
    assert "        ...  # …46-51 (146-151 of the file)" in made.body
    left_out(made.body, lines)


def test_a_body_of_remarks_alone_still_is_a_body():
    text = "import os\n" + "".join(
        f"def f{at}():\n    # a remark that is long enough to be worth leaving out, and then some\n"
        f"    # another one of the same sort, with as many words, for the same reason\n"
        f"    value = os.getpid() + {at} * 1000 + 12345\n    return value * 12345 + 67890\n\n"
        for at in range(9)
    )
    for share in (0.6, 0.4, 0.2, 0.1):
        made = by_code(text, "f3", share)
        assert made is not None
        assert errors("python", made.body) == 0


def test_languages_without_a_grammar_are_read_by_their_indentation():
    text = "\n".join(
        ["# frozen_string_literal: true", "", "require 'set'", "", "module Bank", "  class Account"]
        + [
            row
            for at in range(12)
            for row in (
                f"    def step_{at}(amount)",
                "      total = amount * 2 + balance_of(amount)",
                "      total += fees_for(total) if total > limit_of(amount)",
                "      total",
                "    end",
                "",
            )
        ]
        + ["  end", "end"]
    )
    made = by_code(text, "What does `step_7` do?", 0.5)
    assert made is not None
    gone = left_out(made.body, text.split("\n"))
    assert all(f"    def step_{at}(amount)\n" in made.body for at in range(12))
    assert "    def step_7(amount)\n      total = amount" in made.body
    assert "    def step_8(amount)\n      # …56-58\n    end" in made.body
    assert len(gone) > 25


CSHARP = (
    "using System;\n\nnamespace Bank\n{\n    /// <summary>What is booked.</summary>\n"
    "    public class Ledger\n    {\n        private readonly int limit;\n\n"
    + "".join(
        f"        [Checked]\n        protected internal async Task<int> Book{at}(int amount)\n"
        "        {\n            var total = amount * 2 + Fees(amount);\n"
        "            if (total > limit)\n            {\n"
        f'                throw new Error("too much {at}");\n            }}\n'
        "            return total;\n        }\n\n"
        for at in range(12)
    )
    + "    }\n}\n"
)
PHP = CSHARP.replace("using System;", "<?php\nuse Bank\\Fees;").replace(
    "protected internal async Task<int> Book", "private static function book"
)


@pytest.mark.parametrize(("text", "name"), [(CSHARP, "Book7"), (PHP, "book7")])
def test_members_of_a_class_with_brackets_on_rows_of_their_own_are_found(text, name):
    made = by_code(text, f"Which error does `{name}` raise?", 0.4)
    assert made is not None
    left_out(made.body, text.split("\n"))
    lines = made.body.split("\n")
    for at in range(12):
        assert any(f"ook{at}(int amount)" in line for line in lines)
        assert (f'                throw new Error("too much {at}");' in lines) == (at == 7)
    assert "        {\n            // …" in made.body


def test_a_body_that_is_most_of_a_text_is_looked_into():
    steps = "".join(
        f"  step('{at}', () -> {{\n    first = load({at});\n    second = first * {at};\n"
        "    save(second, first);\n  });\n"
        for at in range(30)
    )
    text = f"import steps;\n\nfunction all() {{\n{steps}}}\n\nfunction other() {{\n  a();\n}}\n"
    made = layout_only(text, "")
    assert "  step('29', () -> {\n    // …" in made.body


def layout_only(text, query, share=0.4):
    """Cut a text that no grammar fits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "parsed", lambda _lines, _source: None)
        made = by_code(text, query, share)
    assert made is not None
    left_out(made.body, text.split("\n"))
    return made


def test_documentation_that_names_a_function_does_not_displace_it():
    remarks = "".join(f"-- Row {at} of what is to be said of book and so on.\n" for at in range(30))
    body = "".join(f"  total = total + fee({at})\n" for at in range(12))
    other = "".join(f"function other{at}(a)\n{body}end\n\n" for at in range(4))
    text = f"local bank = require 'bank'\n\n{other}{remarks}function book(a)\n{body}end\n"
    made = layout_only(text, "How does `book` work?", 0.3)
    assert f"function book(a)\n{body}end" in made.body


@pytest.mark.parametrize("text", [PYTHON, SHELL * 3, CSHARP, PHP, JAVA, C])
def test_source_is_told_by_a_few_lines(text):
    assert may_be_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n" * 400,
        "The class of the import was public. It is for those who return.\n" * 90,
        "2026-01-01 12:00:00 INFO started the import of class A\n" * 90,
        'openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3\n' * 90,
        " " * 500_000 + "x",
    ],
)
def test_other_texts_are_told_by_a_few_lines(text):
    assert not may_be_code(text)


def test_a_line_of_thousands_of_characters_is_cut_within():
    text = JAVASCRIPT.replace("'use strict';", "const blob = '" + "x" * 60_000 + "';")
    made = by_code(text, "", 0.9)
    assert made is not None
    assert re.search(r"… 59,5[0-9]+ characters of line 1 …", made.body)
    assert len(made.body) < 3000


def test_shell_functions_lose_their_bodies():
    text = SHELL.replace("  make all\n", "  make all\n" + "  rsync -a ./more host:more\n" * 8)
    made = by_code(text, "", 0.4)
    assert made is not None
    assert "build() {\n  # …4-13\n}\n" in made.body


@pytest.mark.parametrize(
    "text", ["", "a\n" * 50, "{" * 5000, "\n" * 3000, "word " * 400 + "\n" * 20]
)
def test_other_texts_are_declined(text):
    assert by_code(text, "", 0.4) is None


PIECES = st.sampled_from(
    sorted({line for text in [*SOURCES.values(), SHELL] for line in text.split("\n")})
)


@given(st.lists(PIECES, max_size=60), st.sampled_from(SHARES), st.sampled_from(QUERIES))
@settings(deadline=None, max_examples=settings.default.max_examples // 5)
def test_any_lines_stay_verbatim_or_are_under_marks(lines, share, query):
    made = by_code("\n".join(lines), query, share)
    if made is not None:
        left_out(made.body, lines)


@given(st.lists(st.text(alphabet="{}()[]\"'#/*:;,=\\\n \té…\0\ud800ab", max_size=12), max_size=30))
@settings(deadline=None, max_examples=settings.default.max_examples // 5)
def test_no_text_raises(pieces):
    by_code(C + "\n".join(pieces) + PYTHON, "what?", 0.3)
    by_code("\n".join(pieces) + JAVA, "", 0.1)


@pytest.mark.slow
def test_the_standard_library_still_parses():
    folder = Path(sysconfig.get_path("stdlib"))
    read = 0
    for path in sorted(folder.glob("*.py"))[::3]:
        text = path.read_text("utf-8", "replace")
        found = code.read(text.split("\n"), "")
        if found is None or found[1] is None or errors("python", text):
            continue
        read += 1
        for share in SHARES:
            made = by_code(text, "What does run() do?", share)
            if made is not None:
                left_out(made.body, text.split("\n"))
                assert errors("python", made.body) == 0, path
    assert read > 20


def test_a_name_within_nested_blocks_of_declarations_survives():
    from_node = "".join(
        f"    /**\n     * Says {at}.\n     * {'and more ' * 9}\n     */\n"
        f"    function say{at}(id: number): void;\n"
        for at in range(40)
    )
    text = 'declare module "said" {\n  global {\n' + from_node + "  }\n}\n"
    made = by_code(text, "Give the signature of `say31`.", 0.27)
    assert made is not None
    assert "function say31(id: number): void;" in made.body
    assert len(made.body) < 0.5 * len(text)


TEMPLATE = (
    "    template <typename T>\n    class Till {\n    public:\n        void push(const T& coin);\n"
    "        virtual ~Till() = default;\n    private:\n        std::vector<T> coins_;\n    };\n\n"
)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("namespace { namespace shop {\n\n", "} }\n"),
        ("namespace shop { struct Till;\n", "}\n"),
        ("namespace shop {\n", "struct Till { int drawer;\n    int coins; }; }\n"),
    ],
)
def test_what_shares_a_row_with_the_bracket_of_its_block_does_not_hide_the_rest(opening, closing):
    functions = "".join(
        f"    int price_{at}(const std::vector<int>& table, int count) {{\n"
        + "".join(f"        count += table.at(count * {at} + {row});\n" for row in range(12))
        + "        return count;\n    }\n\n"
        for at in range(9)
    )
    text = f"#include <vector>\n\n{opening}{TEMPLATE}{functions}{closing}"
    made = by_code(text, "Summarise this file.", 0.3)
    assert made is not None
    assert all(f"    int price_{at}(const std" in made.body for at in range(9))
    assert "void push(const T& coin);" in made.body
    assert len(made.body) < 0.6 * len(text)
    assert errors("cpp", made.body) <= errors("cpp", text)


def test_names_of_tcl_in_namespaces_are_read():
    rows = "".join(
        f"proc ::shop::add{at} {{x}} {{\n"
        + "".join(f"    set y{n} [expr {{$x + {n}}}]\n" for n in range(6))
        + "    return $y3\n}\n\n"
        for at in range(20)
    )
    made = by_code("namespace eval ::shop {}\n\n" + rows, "Explain `::shop::add7`.", 0.3)
    assert made is not None
    assert rows.split("\n\n")[7] in made.body
    assert "proc ::shop::add12 {x} {" in made.body


def test_a_remark_behind_the_documentation_of_a_class_does_not_hide_its_methods():
    members = "".join(
        f"    def step_{at}(self) -> int:\n"
        + "".join(f"        self.total_{row} = self.rate * {row} + {at}\n" for row in range(12))
        + f"        return self.total_{at}\n\n"
        for at in range(8)
    )
    text = f'import os\n\nLIMIT = 9\n\n\nclass Meter:\n    """Counts."""  # noqa: D203\n\n{members}'
    made = by_code(text, "What does `step_5` do?", 0.2)
    assert made is not None
    assert "        self.total_7 = self.rate * 7 + 5\n" in made.body
    assert "        self.total_7 = self.rate * 7 + 2\n" not in made.body


def lexers():
    rules = "".join(
        f"            (r'^(\\\\s*)part{n}\\\\b.*', Keyword),\n            'more-{n}',\n"
        for n in range(9)
    )
    return "".join(
        f"\n\nclass Lexer{at}(RegexLexer):\n    name = 'number {at}'\n    tokens = {{\n"
        f"        'root': [\n{rules}        ],\n    }}\n\n    def weigh(text):\n"
        f"        found = {{}}\n        found.update(text=1)\n        found.pop('a')\n        return {at}"
        for at in range(8)
    )


def checks():
    return "from shop import count\n\n" + "".join(
        f"\ndef test_part_{at}():\n"
        + "".join(f"    check(count({n}), {n + at})\n" for n in range(12))
        for at in range(12)
    )


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("make", [lexers, checks])
def test_source_that_hardly_tells_its_language_still_parses(make, share):
    text = make()
    made = by_code(text, "What does this do?", share)
    assert made is not None
    left_out(made.body, text.split("\n"))
    assert errors("python", made.body) == 0
    compile(made.body, "what is left", "exec")


def test_without_a_grammar_a_block_of_python_is_not_left_to_a_comment(monkeypatch):
    monkeypatch.setattr(code, "parsed", lambda *_: None)
    monkeypatch.setattr(code, "sparsely", lambda *_: None)
    monkeypatch.setattr(code._parsed, "__defaults__", (lambda *_: None,))
    head = "from shop import (\n    add, remove,\n    weigh, count, sort_of_a_long_name, another)\n"
    text = head + "".join(
        f"\ndef part_{at}(\n        first, second):\n"
        + "".join(f"    first += second * {n}\n" for n in range(12))
        for at in range(12)
    )
    for share in SHARES:
        made = by_code(text, "What does this do?", share)
        assert made is not None
        left_out(made.body, text.split("\n"))
        compile(made.body, "what is left", "exec")


def test_strings_at_the_beginning_of_lines_are_no_comments():
    entries = "".join(f"    'name {n}',\n" for n in range(20))
    text = "".join(
        f"function part{at}($given)\n{{\n    # weighs\n    $names = array(\n{entries}    );\n"
        f"    return $names[{at}];\n}}\n\n"
        for at in range(9)
    )
    made = by_code(text, "", 0.1)
    assert made is not None
    assert not re.search(r"' ?…", made.body)


def test_the_lines_of_a_file_are_counted_as_people_count_them():
    rows = "".join(f"        self.total_{row} = self.rate * {row}\n" for row in range(13))
    steps = "".join(f"    def step_{at}(self) -> int:\n{rows}\n" for at in range(8))
    text = f"import os\n\n\nclass Meter:\n{steps}".removesuffix("\n")
    made = by_code(text, "", 0.3)
    assert " of 123 lines, " in made.kept
    assert re.search(r"…\d+-123\n$", made.body)


def test_a_long_file_keeps_a_smaller_share_where_something_is_asked_but_not_in_an_overview():
    def text(functions):
        body = "".join(f"    step_{n} = take({n})\n" for n in range(8))
        return "import os\n" + "".join(f"\n\ndef work_{n}(x):\n{body}" for n in range(functions))

    def share(functions, query):
        return len(by_code(text(functions), query, 0.5).body) / len(text(functions))

    assert share(600, "What does `work_7` do?") < 0.8 * share(60, "What does `work_7` do?")
    overview = "Give me an overview of the module."
    assert share(600, overview) > 0.95 * share(60, overview)


def test_of_a_schema_every_table_is_named_though_its_columns_go():
    lines = ["-- The schema of a shop."]
    for n in range(24):
        lines += [f"CREATE TABLE Part{n} (", f"   Part{n}Id INTEGER UNSIGNED NOT NULL,"]
        lines += [f"   Column{k} TINYBLOB DEFAULT {k}," for k in range(4 + n % 5)]
        lines += [f"   PRIMARY KEY(Part{n}Id)", "   );", ""]
    made = by_code("\n".join(lines), "Which tables are there? Give me an overview.", 0.4)
    assert all(f"CREATE TABLE Part{n} (" in made.body for n in range(24))


@pytest.mark.parametrize(
    "head", [["class Pool"], ["#include <vector>", "", "template <class C>", "class Pool"]]
)
def test_remarks_between_a_signature_and_its_body_give_way_to_other_signatures(head):
    result = "std::size_t" if len(head) > 1 else "int"
    lines = [*head, "\t/// A pool of things.", "{", "public:"]
    for n in range(30):
        lines += [f"\t{result} part{n}(int value)", f"\t\t/// Returns part {n}."]
        lines += [f"\t\t/// It goes on about part {n} at length, in words {k}." for k in range(4)]
        lines += ["\t{", f"\t\treturn value + {n};", "\t}", ""]
    lines += ["};"]
    made = by_code("\n".join(lines), "Describe the structure of this source file.", 0.5)
    assert all(f"{result} part{n}(int value)" in made.body for n in range(30))
    assert "/// Returns part 3." in made.body
