"""What of a source text stays for a question in plain words."""

from sources import PYTHON

from headroom.elide.source.block import remark
from headroom.elide.source.by_code import by_code
from headroom.elide.source.code import read, weigh
from headroom.elide.source.plain import unnamed

FILLER = "\n".join(
    f"def job_{n}(task):\n" + "".join(f"    part_{k} = take(task, {k})\n" for k in range(12))
    for n in range(30)
)
SESSION = (
    "def signed_in(user):\n    store = open_store(user)\n    checked = store.check(user)\n"
    "    lifetime = user.lifetime or 5400\n    store.keep(user, lifetime)\n"
    "    return Session(user, checked)\n"
)


def test_rows_that_look_like_an_answer_weigh_more_than_those_beside_them():
    lines = (FILLER + "\n" + SESSION).split("\n")
    found = dict(zip(lines, weigh(lines, "How many seconds may a session last?"), strict=True))
    assert (
        found["    lifetime = user.lifetime or 5400"]
        > found["    checked = store.check(user)"]
        > found["    part_7 = take(task, 7)"]
    )


def test_a_body_has_some_of_what_its_signature_has():
    lines = (FILLER + "\n\ndef expire_sessions(now):\n" + "    step(now)\n" * 20).split("\n")
    found = weigh(lines, "When does a session expire?")
    assert found[-3] > found[5]


def test_a_question_that_names_something_may_ask_for_more_beside_it():
    query = "Which value ends `withdraw`, and after how many seconds does a session end?"
    assert unnamed(query, {"withdraw"}) == "after how many seconds does a session end"
    assert unnamed("What does `withdraw` return?", {"withdraw"}) == ""
    placed = "What does `withdraw` do? Which commit of shop/bank.py came after it, by whom?"
    assert unnamed(placed, {"withdraw"}) == ""
    assert unnamed("Fix withdraw. " * 200 + "What is a session?", {"withdraw"}) == ""
    made = by_code(PYTHON + FILLER + "\n" + SESSION, query, 0.2)
    assert "    lifetime = user.lifetime or 5400" in made.body
    assert "    def withdraw(self, amount: int) -> int:\n        " in made.body


def test_a_name_that_is_asked_for_is_not_lowered_by_what_stands_beside_it():
    query = "What does `withdraw` return, and how many seconds does a session last?"
    lines = (PYTHON + SESSION).split("\n")
    assert weigh(lines, query)[lines.index("        self.balance = self._book(-amount)")] >= 0.9


def test_an_overview_is_not_vague():
    assert not read(PYTHON.split("\n"), "Summarise this file.")[0].vague
    assert read(PYTHON.split("\n"), "When is the bank told?")[0].vague


def test_of_a_long_remark_the_part_that_is_asked_for_stays_alone():
    remarks = "".join(
        f"    :param part_{n}: takes what number {n} of the parts gives to the others,\n"
        f"        or nothing at all if it is left out by whoever calls it here\n"
        for n in range(20)
    ).replace("number 13 of the parts gives", "the umbrella gives when it rains")
    text = (
        f'class Weather:\n    """Tell the weather.\n\n{remarks}    """\n\n    sky = 1\n\n{FILLER}'
    )
    made = by_code(text, "Which argument is about an umbrella?", 0.1)
    assert "the umbrella gives when it rains" in made.body
    assert "what number 2 of the parts" not in made.body


def test_properties_of_a_style_sheet_are_no_comments():
    sheet = [
        ":root {",
        *(f"  --gap-{n}: {n}px;" for n in range(9)),
        "}",
        "select {",
        "  a: b;",
        "}",
    ]
    assert remark(sheet) == "//"
    assert remark(["-- Names of people.", "select name from people"]) == "--"
    assert remark(["select name from people;", "select place from towns;"]) == "--"


def test_where_little_may_stay_signatures_far_from_the_question_go_and_named_ones_stay():
    text = f"{PYTHON}\n{FILLER}\n{SESSION}"
    query = "How many seconds does a session last?"
    assert "def job_9(task):" in by_code(text, query, 0.5).body
    tight = by_code(text, query, 0.05).body
    assert "    lifetime = user.lifetime or 5400" in tight
    assert tight.count("def job_") < 30
    both = by_code(text, f"What does `job_9` do? {query}", 0.05).body
    assert "def job_9(task):" in both
