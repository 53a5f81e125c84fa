from sources import GO, JAVASCRIPT, PYTHON
from weighing import weights

from headroom.elide.source.by_code import by_code
from headroom.elide.source.code import weigh


def test_a_named_function_is_heavy_as_a_whole():
    found = weights(PYTHON, "How does `_book` work?")
    assert min(found["            total += step"], found["        return total"]) >= 0.9
    assert found["        self.owner = owner"] <= 0.2


def test_a_caller_of_a_named_function_is_heavy_where_it_calls():
    found = weights(PYTHON, "Which function calls `withdraw`?")
    assert found["        account.withdraw(LIMIT)"] >= 0.6
    assert found["def monthly(accounts: list[Account]) -> None:"] == 1.0
    assert found["            total += step"] <= 0.35


def test_a_dotted_name_counts_by_its_last_part():
    assert weights(PYTHON, "why is Account._book slow?")["            total += step"] >= 0.9


def test_a_plain_word_counts_when_it_is_the_name_of_a_function():
    assert weights(PYTHON, "what does monthly do")["    for account in accounts:"] >= 0.9
    assert weights(PYTHON, "what is done")["    for account in accounts:"] <= 0.2


def test_a_name_that_is_defined_elsewhere_makes_the_functions_around_it_heavy():
    found = weights(GO, "where is `Println` used?")
    assert found["\tq := &Queue{}"] >= 0.9
    assert found["\tfirst := q.items[0]"] <= 0.2


def test_a_path_in_a_question_names_no_function():
    query = "I need to change `split` in lib/join.js"
    found = weights(JAVASCRIPT, query)
    assert found["  const out = text.split(path.sep);"] >= 0.9
    assert found["  const clean = parts.filter(Boolean);"] <= 0.2


def test_a_doc_comment_of_what_is_named_is_heavy_too():
    found = weights(JAVASCRIPT, "What does `join` throw?")
    assert found[" * @param {string[]} parts"] >= 0.8
    assert found["    throw new TypeError('no parts');"] >= 0.9


def test_of_a_function_too_long_to_stay_whole_what_it_returns_and_raises_stays():
    body = "".join(
        f"    if step_{n} > 3:\n        take(place_{n}, amount_{n})\n" for n in range(60)
    )
    text = f"{PYTHON}\n\ndef settle(account):\n{body}    if not step_3:\n"
    text += '        raise ValueError("the account is closed")\n    return step_4\n'
    made = by_code(text, "Which error does `settle` raise?", 0.4)
    assert 'raise ValueError("the account is closed")' in made.body
    assert "return step_4" in made.body
    assert len(made.body) < 0.6 * len(text)


def test_a_type_that_is_named_is_heavy_with_its_methods():
    assert weights(PYTHON, "Explain `Account`")["            total += step"] >= 0.9


def test_a_query_of_any_length_costs_little():
    lines = PYTHON.split("\n")
    assert weigh(lines, "`withdraw` " + "a_b" * 400_000) is not None
    assert weigh(lines, "x_1 \\ /a `b" * 100_000) is not None
    assert weigh(lines, "(" * 100_000 + "`[`(a") is not None


def test_a_question_in_plain_words_lifts_what_stands_near_them():
    text = PYTHON.replace("total += step", "total += step  # overdraft fee")
    found = weights(text, "When does the bank charge an overdraft fee?")
    assert found["            total += step  # overdraft fee"] >= 0.6
    assert (
        found["            total += step  # overdraft fee"]
        > weights(text, "")["            total += step  # overdraft fee"]
    )


def test_where_nothing_is_named_more_of_the_bodies_stays():
    body = "".join(f"    step_{n} = take({n})\n" for n in range(8))
    text = "import os\n" + "".join(f"\n\ndef work_{n}(x):\n{body}" for n in range(30))
    named = by_code(text, "What does `work_7` do?", 0.5)
    vague = by_code(text, "How long may somebody stay signed in?", 0.5)
    assert len(vague.body) > len(named.body)
    guess = by_code(text, "How long may somebody stay signed in?", 0.5, guess=True)
    assert len(guess.body) < len(vague.body)


def test_a_plain_word_behind_what_it_names_is_a_name():
    text = PYTHON.replace("def monthly(", "def find(")
    for query in (
        "Explain the code of find.",
        "what does the find function do",
        "show function find",
        "How many lines has shop.py, and what find does there?",
        "How is find implemented?",
        "Walk me through find.",
    ):
        assert weights(text, query)["    for account in accounts:"] >= 0.9
    assert weights(text, "find the code")["    for account in accounts:"] < 0.9


def test_a_name_with_hyphens_is_one_name():
    body = '  "Say hello."\n  (message "hello")\n  (point))\n'
    lisp = "".join(
        f"(defun {name} (to)\n{body}\n" for name in ("mail-p", "mail-to-all", "mail-p-all")
    )
    for query in ("Explain `mail-to-all`.", "explain mail-to-all"):
        found = weigh(lisp.split("\n"), query)
        assert found is not None
        assert found[7] >= 0.9
        assert max(found[2], found[12]) <= 0.5
