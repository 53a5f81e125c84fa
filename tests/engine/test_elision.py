"""The lossy profiles: what matters stays, the rest is one call away."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import headroom
from benchmarks.corpus import KINDS, generate
from headroom import registry
from headroom.config import Options
from headroom.core.document import TreeDocument
from headroom.engine import cut, form
from headroom.engine.engine import Call, Engine
from headroom.stores import StoreError, open_store

LOG = "\n".join(
    f"2025-03-01 10:{n // 60:02}:{n % 60:02} INFO web: request {n} took {n * 37 % 91} ms for user {n * 7919}"
    for n in range(400)
)
QUERY = "Which request failed?"


def tool(text):
    return [
        {"role": "user", "content": QUERY},
        {"role": "tool", "tool_call_id": "c", "content": text},
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", ["balanced", "aggressive"])
def test_every_original_is_one_call_away(kind, profile):
    text = generate(kind, 12_000)
    result = headroom.compress(tool(text), profile=profile)
    outcome = result.outcomes[1]
    assert result.tokens_after <= result.tokens_before
    assert headroom.expand(result.messages)[1]["content"] == text or outcome.grade in (
        "value-exact",
        "display-exact",
    )
    if outcome.reason == "elided":
        assert result.refs == (outcome.ref,)
        assert f'headroom_retrieve("{outcome.ref}"' in result.messages[1]["content"]
        assert str(headroom.retrieve(outcome.ref)) == text


def test_what_was_sent_under_the_former_name_comes_back_too():
    text = generate("application log", 12_000)
    (said,) = headroom.compress(tool(text)).messages[1:]
    assert said["content"].startswith("[headroom:excerpt ")
    former = said | {"content": said["content"].replace("headroom:excerpt", "headroom:cut", 1)}
    assert headroom.expand([former])[0]["content"] == text


def test_a_failure_stays_wherever_it_stands():
    lines = LOG.split("\n")
    for at in (3, 200, 399):
        lines.insert(at, "2025-03-01 10:09:09 ERROR web: shard nine is on fire")
        shown = headroom.compress(tool("\n".join(lines)), profile="balanced").messages[1]["content"]
        assert "shard nine is on fire" in shown
        del lines[at]


@pytest.mark.parametrize("profile", ["balanced", "aggressive"])
def test_a_failure_stays_among_what_else_a_chain_of_commands_printed(profile):
    lines = generate("mixed", 14_000).split("\n")
    for at in (8, 172, 240, len(lines) - 9):
        for fault in ("FATAL shard nine", "10:00:01 ERROR web: shard nine", "IOError: shard nine"):
            text = "\n".join([*lines[:at], fault, *lines[at:]])
            made = headroom.compress(tool(text), profile=profile, query="Go on, please.")
            assert made.refs
            assert "shard nine" in made.messages[1]["content"]


def test_aggressive_leaves_less_out_where_nothing_is_named_by_which_to_fetch_it():
    def saved(question, profile):
        messages = tool(generate("prose", 12_000))
        messages[0]["content"] = question
        return headroom.compress(messages, profile=profile).savings_percent

    named, broad = "What is said of the harbour?", "Summarise this."
    assert saved(broad, "balanced") < saved(broad, "aggressive") < saved(named, "aggressive")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("application log", True),
        ("source", True),
        ("prose", True),
        ("HTML", True),
        ("grep -rn", True),
        ("CSV", False),
        ("pytest -v", False),
    ],
)
def test_aggressive_leaves_out_more_but_for_tables_and_runs_of_tests(kind, more):
    messages = [{"role": "tool", "content": generate(kind, 40_000)}]
    usual, hard = (
        headroom.compress(messages, profile=each).tokens_after
        for each in ("balanced", "aggressive")
    )
    assert hard < usual if more else hard == usual


def test_gaps_say_which_lines_they_stand_for():
    text = LOG
    shown = headroom.compress(tool(text), profile="balanced").messages[1]["content"]
    ref = re.search(r'headroom_retrieve\("(\w+)"', shown)[1]
    first, last = map(int, re.search(r"^… ([0-9]+)-([0-9]+)$", shown, re.MULTILINE).groups())
    missing = str(headroom.retrieve(ref, lines=f"{first}-{last}"))
    assert text.split("\n")[first - 1] in missing
    assert text.split("\n")[last - 1] in missing


def test_records_that_are_asked_for_stay():
    rows = [
        {"id": n, "name": f"part {n}", "price": 10 + n * 7 % 13, "stock": n * 31 % 17}
        for n in range(200)
    ]
    messages = tool(json.dumps(rows))
    messages[0]["content"] = "What is the stock of the part with `id` = 137?"
    shown = headroom.compress(messages, profile="balanced").messages[1]["content"]
    assert "part 137" in shown
    assert "rows 0" in shown
    assert " of 0-199" in shown


def test_of_long_json_a_smaller_share_stays_where_something_is_asked():
    def share(records, query):
        rows = [
            {"name": f"thing {n * 7919 % 10_007}", "told": f"{n * 104_729 % 99_991} of {n % 97}"}
            for n in range(records)
        ]
        text = json.dumps({"head": {f"key{n}": {"of": row} for n, row in enumerate(rows)}})
        made = headroom.compress(tool(text), query=query)
        return len(made.messages[1]["content"]) / len(text)

    asked = "Which things are told of 13?"
    assert share(4_000, asked) < 0.9 * share(400, asked)


def test_small_outputs_stay_whole():
    result = headroom.compress(
        tool("\n".join(LOG.split("\n")[:8])), profile="aggressive", min_tokens=0
    )
    assert result.outcomes[1].reason != "elided"


def test_the_same_request_gets_the_same_bytes():
    first = headroom.compress(tool(LOG), profile="balanced").messages
    Engine.default.cache_clear()
    assert headroom.compress(tool(LOG), profile="balanced").messages == first


def test_a_replayed_text_still_names_its_original():
    headroom.compress(tool(LOG), profile="balanced")
    again = headroom.compress(
        [*tool(LOG), {"role": "user", "content": "and?"}], query=None, profile="balanced"
    )
    assert again.outcomes[1].ref is not None


class Broken:
    def put(self, ref, original):
        raise StoreError("no room")

    def get(self, ref):
        return None

    def sweep(self):
        return 0

    def close(self):
        pass


def test_nothing_is_cut_that_cannot_be_stored():
    from headroom.compress import compress_document
    from headroom.core.document import TreeDocument
    from headroom.engine.engine import Call

    result = compress_document(
        TreeDocument(tool(LOG)),
        Call("gpt-4o"),
        {"profile": "balanced"},
        engine=Engine(store=Broken()),
    )
    assert result.refs == ()
    assert headroom.expand(result.messages) == tool(LOG)


def test_each_part_of_a_mixed_text_is_cut_in_its_own_way():
    records = json.dumps(
        [{"id": n, "team": f"team {n * 31 % 17}", "load": n * 7 % 101} for n in range(200)]
    )
    text = f"{LOG}\n{records}\n{LOG[:200]}"
    result = headroom.compress(tool(text), profile="balanced")
    shown = result.messages[1]["content"]
    log, rows = result.refs
    assert str(headroom.retrieve(log)) == LOG
    assert str(headroom.retrieve(rows, rows="7")).endswith('"load":49}')
    assert shown.count("[headroom:excerpt ") == 2
    assert "rows 0-" in shown
    assert headroom.expand(result.messages) == tool(text)


PIECES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "2025-03-01 10:00:00 INFO web: request 12 took 8 ms",
            "ERROR: connection refused",
            "src/app.py:12:    return 1",
            "def run(self, value):",
            "    return value + 1",
            '{"id": 7, "state": "ok", "note": null}',
            "a,b,c",
            "1,2,3",
            "| a | b |",
            "@@ -1,2 +1,3 @@",
            "+added line",
            "-removed line",
            "diff --git a/x b/x",
            "# Heading",
            "The pump was replaced, but the valve must not be opened before noon.",
            "<p>Some <b>text</b></p>",
            "Traceback (most recent call last):",
            '  File "a.py", line 3, in f',
            "=== RUN   TestParse",
            "--- FAIL: TestParse (0.00s)",
            "",
        ]
    ),
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(PIECES, st.integers(1, 60)), max_size=12),
    st.sampled_from(["", "Which request failed?", "What does `run` return?", "Summarise this."]),
    st.sampled_from([{}, {"profile": "aggressive"}, {"target_ratio": 0.2}, {"target_tokens": 50}]),
)
def test_any_text_gets_no_longer_and_comes_back(pieces, query, options):
    text = "\n".join(line.replace("7", str(n)) for line, count in pieces for n in range(count))
    messages = [{"role": "tool", "tool_call_id": "c", "content": text}]
    result = headroom.compress(messages, query=query, min_tokens=0, **options)
    assert result.tokens_after <= result.tokens_before
    again = headroom.compress(messages, query=query, min_tokens=0, **options)
    assert again.messages == result.messages
    shown = result.messages[0]["content"]
    assert len(shown.encode("utf-8", "surrogatepass")) <= len(text.encode("utf-8", "surrogatepass"))
    grade = result.outcomes[0].grade
    if shown != text and grade not in ("value-exact", "display-exact"):
        assert headroom.expand(shown) == text


@pytest.mark.parametrize(
    ("part", "command"),
    [
        ('lines="A-B"', 'headroom retrieve abc --lines A-B or --query "..."'),
        (
            'rows="A-B" or lines="A-B"',
            'headroom retrieve abc --rows A-B or --lines A-B or --query "..."',
        ),
        (
            'rows="A-B" or path="bins[N]"',
            "headroom retrieve abc --rows A-B or --path 'bins[N]' or --query \"...\"",
        ),
    ],
)
def test_every_way_to_ask_has_its_option_in_a_shell(part, command):
    assert cut._call("abc", part, "headroom retrieve") == command


def test_a_list_of_paths_that_folds_to_less_than_a_cut_of_it_is_folded():
    root = "/srv/buildfarm/workspaces/nightly/lib/python3.11/site-packages/warehouse"
    words = ("alpha", "reader", "store", "parser", "column", "in", "list")
    names = [f"{words[n * 5 % 7]}_{words[n * 3 % 5]}{n}.py" for n in range(340)]
    paths = "\n".join(
        f"{root}/area{n % 20}/{names[n]}" for n in sorted(range(340), key=lambda n: n % 20)
    )
    result = headroom.compress(tool(paths))
    assert result.outcomes[1].grade == "exact"
    assert result.messages == headroom.compress(tool(paths), profile="lossless").messages


def test_coloured_output_is_cut_as_what_a_terminal_shows_of_it():
    plain = ["diff --git a/shop.py b/shop.py", "--- a/shop.py", "+++ b/shop.py"]
    for n in range(60):
        plain += [f"@@ -{n * 20 + 1},4 +{n * 20 + 1},4 @@ def part_{n}(crate):"]
        plain += [f"     first = weigh(crate, {n})", f"-    old_{n} = stack(first)"]
        plain += [f"+    new_{n} = stack(first, hall={n})", f"     return first + {n}", "     "]
    signs = {"@": "36", "+": "32", "-": "31", "d": "1"}
    coloured = "\n".join(
        f"\x1b[{signs[line[0]]}m{line}\x1b[m" if line[:1] in signs else line for line in plain
    )
    query = "What is new in part_41?"
    asked = [{"role": "user", "content": query}]
    shown, bare = (
        headroom.compress([*asked, {"role": "tool", "tool_call_id": "c", "content": text}])
        for text in (coloured, "\n".join(plain))
    )
    assert "+    new_41 = stack(first, hall=41)" in shown.messages[1]["content"]
    assert (
        shown.messages[1]["content"].split("\n")[1:] == bare.messages[1]["content"].split("\n")[1:]
    )
    assert str(headroom.retrieve(shown.refs[0])) == coloured


@pytest.mark.parametrize(
    "head",
    [
        "\x1b[1mchecking\x1b[0m the fleet",
        "  3%\r 50%\r100%",
        '{"a":   1,\n "b": {"c":[1,2,\n3]}}',
    ],
)
def test_what_is_not_cut_of_a_mixed_text_comes_back_too(head):
    records = generate("JSON records", 9_000)
    text = "\n".join([head, generate("syslog", 6_000), records, head])
    for each in (text, text.replace("\r", "").replace("\n", "\r\n")):
        result = headroom.compress(tool(each))
        assert len(result.refs) > 1
        assert result.outcomes[1].grade == "stored"
        assert headroom.expand(result.messages) == tool(each)


@pytest.mark.parametrize(
    "line",
    [
        *("… 12-40", "    … 7", "# …88-104", "...  # …40-52 (140-152 of the file)"),
        *("… 3:1201-48000", "… 4-24: binary", "… 10 more hits in a.py: 56-224 [236-245]"),
    ],
)
def test_nothing_is_left_out_where_a_line_could_be_taken_for_a_mark(line):
    lines = LOG.split("\n")
    text = "\n".join([*lines[:200], line, *lines[200:]])
    for each in (text, text.replace("\n", "\r\n")):
        result = headroom.compress(tool(each))
        assert result.outcomes[1].reason == "folded"
        assert headroom.expand(result.messages) == tool(each)
    remark = text.replace(line, "and so on … 12 of them … 7 times, please")
    assert headroom.compress(tool(remark)).outcomes[1].reason == "elided"


def test_a_fault_in_leaving_out_costs_what_it_would_have_saved_and_is_said(monkeypatch, caplog):
    def broken(*_):
        raise IndexError("of ours")

    monkeypatch.setattr(form, "elide", broken)
    texts = [
        "\n".join(f"{seed} the job {n * 7919 % 1000 + seed} is done" for n in range(400))
        for seed in range(4)
    ]
    engine = Engine()
    for text in texts:
        document = TreeDocument({"messages": tool(text)})
        result = engine.run(document, registry.provider("openai-chat"))
        assert headroom.expand(result.document.tree["messages"])[1]["content"] == text
    assert engine.disabled == ("elide",)
    assert caplog.text.count("elide raised") == 3
    assert "off now" in caplog.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_whose_lines_end_in_cr_lf_is_cut_like_any_other(kind):
    text = generate(kind, 12_000).replace("\r", "")
    windows = text.replace("\n", "\r\n")
    usual, made = (headroom.compress(tool(each), profile="balanced") for each in (text, windows))
    assert bool(made.refs) is bool(usual.refs)
    if not made.refs:
        return
    shown = made.messages[1]["content"]
    assert "\r" not in shown
    for there, here in zip(made.refs, usual.refs, strict=True):
        shown = shown.replace(there, here)
    assert shown == usual.messages[1]["content"]
    assert headroom.expand(made.messages)[1]["content"] == windows


def test_a_read_stays_whole_although_another_command_printed_the_same_in_a_conversation_alike():
    def turn(command):
        arguments = json.dumps({"command": command})
        call = {"id": "c", "type": "function", "function": {"name": "bash", "arguments": arguments}}
        return [
            {"role": "user", "content": "Fix what is slow."},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": LOG},
        ]

    printed = headroom.compress(turn("git show HEAD:app.py"), editing=True)
    assert printed.refs
    assert (
        headroom.compress(turn("git show HEAD:app.py"), editing=True).messages == printed.messages
    )
    read = headroom.compress(turn("cat app.py"), editing=True)
    assert read.messages[2]["content"] == LOG


def test_a_list_that_folds_to_little_stays_whole_where_nothing_says_what_is_asked_for():
    rows = [
        {"code": f"X{n * 37 % 991:03}", "label": f"thing {n}", "a_long_name_for_a_state": "regular"}
        for n in range(120)
    ]
    text = json.dumps(rows, indent=4)
    vague = headroom.compress(tool(text), query="Are precious metals among them?")
    assert vague.outcomes[1].reason == "folded"
    asked = f"What is {rows[70]['code']}?"
    clear = headroom.compress(tool(json.dumps(rows, indent=2)), query=asked)
    assert clear.outcomes[1].reason == "elided"


def test_what_tests_print_is_read_as_their_report_though_it_looks_like_source():
    dump = "".join(
        f"(till.Drawer) () {{\n\tcoins{n}: (till.Coins) () {{\n\t\tdata: (uintptr) () <nil>\n\t}},\n"
        f"\tKeys: (map[interface {{}}]interface {{}}) (len=1) {{\n\t\t(string) (len={n}) "
        '"one": (bool) () true\n\t}\n}\n'
        for n in range(60)
    )
    text = "".join(f"=== RUN   TestFine{n}\n--- PASS: TestFine{n} (0.00s)\n" for n in range(6))
    text += f"=== RUN   TestDump\n    dump_test.go:12: Dumps differ:\n{dump}--- FAIL: TestDump (0.00s)\n"
    text += (
        f"=== RUN   TestKeys\n    keys_test.go:31: Keys differ:\n{dump}--- FAIL: TestKeys (0.00s)\n"
    )
    text += "FAIL\nFAIL\ttill\t0.01s\n"
    shown = headroom.compress(tool(text), profile="balanced").messages[1]["content"]
    for said in ("dump_test.go:12: Dumps", "TestDump", "keys_test.go:31: Keys", "TestKeys"):
        assert said in shown
    assert len(shown) < 0.1 * len(text)


def test_sections_with_dates_in_their_headings_are_a_document_and_no_log():
    words = ("drawer", "receipt", "ledger", "counter", "scale", "voucher", "basket", "invoice")
    text = "# Changelog\n\n" + "".join(
        f"## {n}.{n % 4}.{n % 3} — 2023-0{n % 9 + 1}-1{n % 9}\n\n### Fixes\n\n"
        f"- Let the `{words[n % 8]}{n}` of a till hold more coins than it did before.\n"
        f"- Say in the books of a shop how much the {words[n % 7]} of its neighbour holds, and why.\n"
        f"- Count the {words[n % 5]} again when the last customer of a day has left the shop.\n\n"
        for n in range(60, 0, -1)
    )
    query = "In which release did something change about `scale20`, and what changed?"
    messages = [{"role": "user", "content": query}, *tool(text)[1:]]
    shown = headroom.compress(messages, profile="balanced").messages[1]["content"].split("\n")
    (change,) = (line for line in shown if "scale20" in line)
    above = [line for line in shown[: shown.index(change)] if line.startswith("## ")]
    assert above[-1] == "## 20.0.2 — 2023-03-12"
    assert len("\n".join(shown)) < 0.7 * len(text)


def test_what_was_looked_up_stays_whole_where_it_folds_to_little():
    def order(items):
        return json.dumps(
            {
                "order": "W7550610",
                "items": [
                    {"name": f"Thing {n * 37 % 101}", "item_id": str(n * 7919 + 10**8), "price": n}
                    for n in range(items)
                ],
            }
        )

    def outcome(text, *, ongoing):
        document, options = TreeDocument({"messages": tool(text)}), Options()
        call = Call("gpt-4o", ongoing=ongoing)
        provider = registry.provider("openai-chat")
        return (
            Engine(store=open_store("memory:")).run(document, provider, options, call).outcomes[1]
        )

    for ongoing in (True, False):
        assert outcome(order(36), ongoing=ongoing).reason == "folded"
        assert outcome(order(160), ongoing=ongoing).reason == "elided"


def answered(asked, name, arguments, text):
    """Return what became of a tool's answer in a conversation that goes on."""
    call = {"name": name, "arguments": json.dumps(arguments)}
    messages = [
        {"role": "user", "content": asked},
        {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": call}]},
        {"role": "tool", "tool_call_id": "c", "content": text},
    ]
    document, provider = TreeDocument({"messages": messages}), registry.provider("openai-chat")
    engine = Engine(store=open_store("memory:"))
    result = engine.run(document, provider, Options(), Call("gpt-4o", ongoing=True))
    return next(each for each in result.outcomes if each.path[1] == 2)


@pytest.mark.parametrize(
    ("command", "whole"),
    [("ls; wc -l src/*", True), ("make sizes | tail -80", True), ("make sizes", False)],
)
def test_what_an_agent_sees_that_looks_around_or_filters_stays_whole_where_it_is_short(
    command, whole
):
    names = [f"part_{n * 37 % 101}.c" for n in range(40)]
    counts = [f"{n * 7919 % 997:6} src/part_{n * 37 % 101}.c" for n in range(40)]
    asked, text = "Find out why loading is slow.", "\n".join([*names, *counts])
    outcome = answered(asked, "bash", {"command": command}, text)
    assert 400 < outcome.tokens_before < 800
    assert (outcome.reason != "elided") is whole


@pytest.mark.parametrize(
    ("name", "arguments", "whole"),
    [
        ("get_file_contents", {"path": "fit.py", "start_line": 40, "end_line": 130}, True),
        ("get_file_contents", {"path": "fit.py"}, False),
        ("bash", {"command": "sort days.log | uniq -c"}, True),
    ],
)
def test_lines_that_were_asked_for_and_sums_stay_whole_in_a_conversation(name, arguments, whole):
    text = "\n".join(
        f"def part_{n}(value, scale):\n    total = value * {n}\n    for each in range({n}):\n"
        f"        total += each * scale\n    return total + {n * 7919}\n"
        for n in range(24)
    )
    asked = "Review what changed in the scaling of columns."
    outcome = answered(asked, name, arguments, text)
    assert 800 < outcome.tokens_before < 1_200
    assert (outcome.reason != "elided") is whole


def test_what_a_failure_came_to_is_not_told_by_numbers_of_lines_above():
    failures = [
        [
            f"____ test_case_{n} ____",
            f"    def test_case_{n}():",
            f">       order = {word}(total={n * 37}, owner={n * 7919 % 97})",
            "    def __init__(self, total, owner=None, style=PLAIN, limit=None):",
            ">           self.style = style()",
            "E           TypeError: 'Plain' object is not callable",
            "src/shop/order.py:265: TypeError",
        ]
        for n, word in enumerate(("Order", "Offer", "Return", "Invoice"))
    ]
    names = [f"FAILED tests/test_shop.py::test_case_{n} - TypeError" for n in range(4)]
    lines = [f"tests/test_{n}.py " + "." * 60 for n in range(60)]
    lines += [line for each in failures for line in each] + [*names, "4 failed, 900 passed in 3s"]
    shown = headroom.compress(tool("\n".join(lines)), profile="balanced").messages[1]["content"]
    assert "headroom:excerpt" in shown
    assert shown.count("E           TypeError: 'Plain' object is not callable") == 4
