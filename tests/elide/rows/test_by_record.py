"""JSON and tables that are cut: what stays is verbatim, what is gone is named."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import compress
from headroom.ccr.query import answer
from headroom.ccr.rows.record import enclosed
from headroom.core.types import ContentType
from headroom.elide.rows.by_record import WHOLE, _may_enclose, by_record
from headroom.elide.rows.tree import shortened


def cut(value, query="", share=0.4):
    text = value if isinstance(value, str) else json.dumps(value)
    return by_record(text, ContentType.JSON, query, share)


def table(text, query="", share=0.4):
    return by_record(text, ContentType.TABLE, query, share)


def numbers(spelled):
    out = []
    for part in spelled.split(", "):
        first, _, last = part.partition("-")
        out += range(int(first), int(last or first) + 1)
    return out


def part(number):
    return {"id": number, "name": f"part {number}", "price": number * 7 % 13, "note": "x" * 20}


PARTS = [part(number) for number in range(80)]


def test_rows_that_are_kept_are_named_by_their_numbers():
    made = cut(PARTS)
    kept = numbers(re.fullmatch(r"rows ([\d, -]+) of 0-79", made.kept)[1])
    assert json.loads(made.body) == [PARTS[at] for at in kept]
    assert made.call == 'rows="A-B"'
    assert made.summary.startswith("all 80 rows: ")


def test_a_list_inside_is_cut_where_it_stands():
    made = cut({"page": 1, "found": {"parts": PARTS}})
    kept = numbers(re.fullmatch(r"rows ([\d, -]+) of 0-79", made.kept)[1])
    assert json.loads(made.body) == {"page": 1, "found": {"parts": [PARTS[at] for at in kept]}}


def test_the_note_of_a_very_long_list_stays_short():
    made = table(
        "id,mood,size\n" + "\n".join(f"{n},{n % 7},{n * 31 % 9_973}" for n in range(20_000))
    )
    assert len(made.kept) < 4_000


def test_lines_of_json_stay_lines():
    lines = [json.dumps(row) for row in PARTS]
    made = cut("\n".join(lines))
    kept = numbers(re.fullmatch(r"rows ([\d, -]+) of 0-79", made.kept)[1])
    assert made.body.split("\n") == [lines[at] for at in kept]


def test_json_with_words_around_it_is_cut_between_them():
    text = f"HTTP/2 200\ncontent-type: application/json\n\n{json.dumps(PARTS)}\ndone in 3 s"
    made = cut(text)
    body = re.fullmatch(r"HTTP.*\n\n(.*)\ndone .*", made.body, re.DOTALL)[1]
    kept = numbers(re.fullmatch(r"of the JSON in lines 4-4: rows ([\d, -]+) of 0-79", made.kept)[1])
    assert json.loads(body) == [PARTS[at] for at in kept]
    assert made.call == 'rows="A-B" or lines="A-B"'


def test_several_lists_are_each_cut_and_named():
    text = json.dumps({"parts": PARTS, "bins": [{"bin": n, "at": f"hall {n}"} for n in range(60)]})
    made = cut(text)
    found = re.fullmatch(
        r"parts: rows ([\d, -]+) of 0-79; bins: items ([\d, -]+) of 0-59", made.kept
    )
    body = json.loads(made.body)
    assert body["parts"] == [PARTS[at] for at in numbers(found[1])]
    assert [row["bin"] for row in body["bins"]] == numbers(found[2])
    assert made.call == 'rows="A-B" or path="bins[N]"'
    assert json.loads(answer(text, path="bins[31]")) == {"bin": 31, "at": "hall 31"}


def test_an_object_of_like_entries_loses_entries_and_names_them():
    value = {"packages": {f"lib-{n}": {"version": f"1.{n}", "hash": "ab" * 20} for n in range(50)}}
    made = cut(value, "Which version has lib-33?")
    kept = json.loads(made.body)["packages"]
    assert kept["lib-33"] == {"version": "1.33", "hash": "ab" * 20}
    assert made.kept == f"packages: {len(kept)} of 50 keys"
    assert f"left out {50 - len(kept)} keys: lib-" in made.summary
    assert made.call == 'path="packages.KEY"'


def test_a_long_list_of_numbers_keeps_what_is_far_off():
    series = [n * 17 % 23 for n in range(500)]
    series[321] = 9_000
    made = cut(series)
    assert 9_000 in json.loads(made.body)
    assert "values 0 to 9000" in made.summary


CONFIG = {
    "server": {
        "host": "example.org",
        "tls": {
            f"option_{n}": f"a text about option {n}, as long as such texts are" for n in range(9)
        },
    },
    "limits": {
        f"limit_{n}": {"value": n, "why": "so that nobody takes more than his share"}
        for n in range(9)
    },
    "owner": {"name": "Ann", "page": "https://example.org/ann"},
}


def test_the_path_that_is_asked_for_stays_and_other_keys_are_named():
    made = cut(CONFIG, "What is limits.limit_7.value?")
    body = json.loads(made.body)
    assert body["limits"]["limit_7"] == CONFIG["limits"]["limit_7"]
    assert re.search(r"\d keys?: .*limit_8", body["limits"]["…"])
    assert made.kept == '"…" names what is left out'
    assert made.call == 'path="a.b[0]"'


def test_the_mark_is_no_key_of_the_original():
    config = {**CONFIG, "…": "mine"}
    made = json.loads(cut(config, 'What is under "…"? What is server.host?', 0.3).body)
    assert made["…"] == "mine" or re.match(r"\d keys?: ", made["…"])
    assert "……" in made or len(made) == len(config)


def plan(depth, table):
    """Return a query plan as databases print them: each node within the one above it."""
    node = {
        "Node Type": f"Step {table}{depth}",
        "Relation Name": f"{table}_{depth}",
        "Parallel Aware": False,
        "Startup Cost": depth * 1.25,
        "Actual Rows": 7_000 - depth * 31,
    }
    node |= {f"{kind} {way} Blocks": 0 for kind in ("Local", "Temp") for way in ("Read", "Hit")}
    return {**node, "Plans": [plan(depth - 1, table)]} if depth else node


def test_of_things_within_things_each_says_which_it_is():
    value = [{"Plan": plan(7, "parts"), "Planning Time": 0.75}]
    made = json.loads(cut(value, "Which table is read in full, in how many blocks?", 0.5).body)
    node, names = made[0]["Plan"], []
    while node:
        names.append(node["Node Type"])
        node = node.get("Plans", [{}])[0]
    assert names == [f"Step parts{n}" for n in range(7, 7 - len(names), -1)]
    assert len(names) > 4


def test_what_is_said_of_the_whole_stays_where_the_question_fits_every_part():
    value = [{"Plan": plan(7, "parts"), "Planning Time": 0.75, "Execution Time": 1.265}]
    made = json.loads(cut(value, "How long did planning and running take?", 0.4).body)
    assert made[0]["Planning Time"] == 0.75
    assert made[0]["Execution Time"] == 1.265


def test_of_what_the_question_names_the_one_that_is_something_stays_before_the_nothings():
    value = [{"Plan": plan(7, "parts")}]
    node = value[0]["Plan"]
    while "Plans" in node:
        node = node["Plans"][0]
    node["Temp Read Blocks"] = 93
    body = cut(value, "How many blocks of local and temp were read?", 0.3).body
    assert '"Temp Read Blocks":93' in body
    assert body.count('"Temp Read Blocks":0') < 4


def found(count, **more):
    """Return what a search of the web brings: where each page is, and a passage of it."""
    words = ["harbour", "crane", "lamp", "pilot", "tide", "rope", "gate", "crew"]
    return {
        "query": "who keeps the crane",
        "results": [
            {
                "title": f"The {words[n % 8]} of the port, part {n}",
                "url": f"https://port.example/{words[n % 8]}/{n}",
                "score": 1 - n / 50,
                "content": f"The {words[n % 8]} is kept by crew {n}. " * 12,
                **more,
            }
            for n in range(count)
        ],
    }


def test_of_what_a_search_found_each_stays_with_where_it_is_and_a_glimpse():
    made = cut(found(8), "Who keeps the crane?")
    value = json.loads(made.body)
    assert len(value["results"]) == 8
    for was, now in zip(found(8)["results"], value["results"], strict=True):
        assert (now["title"], now["url"]) == (was["title"], was["url"])
        assert now["content"].startswith(was["content"][:40])
        assert len(now["content"]) < len(was["content"])
    assert len(made.body) < 0.7 * len(json.dumps(found(8)))


@pytest.mark.parametrize("budget", [300, 600, 1_500])
def test_a_budget_is_kept_where_a_search_found_much(budget):
    messages = [
        {"role": "user", "content": "Who keeps the crane?"},
        {"role": "tool", "content": json.dumps(found(30))},
    ]
    result = compress(messages, model="gpt-4o", target_tokens=budget)
    assert result.tokens_after <= budget
    assert "https://port.example/crane" in result.messages[1]["content"]


@pytest.mark.parametrize(
    "value",
    [
        found(80),
        {"results": [{**one, "url": ""} for one in found(8)["results"]]},
        {"results": [{**one, "content": "short"} for one in found(20)["results"]]},
    ],
)
def test_other_lists_lose_records(value):
    made = json.loads(cut(value, "Who keeps the crane?", 0.2).body)
    assert len(made["results"]) < len(value["results"])


def test_of_a_few_large_records_none_goes_and_each_is_shortened():
    services = ["entry", "quotes", "rates", "store", "mail", "print"]
    series = [
        {
            "metric": {"__name__": "p99_ms", "service": name, "cluster": "north"},
            "values": [
                [1_795_334_400 + 300 * n, str(30_000 + n if n == 17 + at else 200 + n * 37 % 91)]
                for n in range(45)
            ],
        }
        for at, name in enumerate(services)
    ]
    made = json.loads(cut({"status": "success", "data": {"result": series}}, "why slow?").body)
    kept = made["data"]["result"]
    assert [one["metric"]["service"] for one in kept] == services
    for at, one in enumerate(kept):
        assert str(30_017 + at) in {value for _, value in one["values"]}
        assert len(one["values"]) < 30


def test_a_long_text_keeps_its_ends_and_counts_the_rest():
    blob = "".join(chr(97 + n * n % 26) for n in range(20_000))
    body = json.loads(cut({"name": "logo", "bytes": blob}).body)
    head, gone, tail = re.fullmatch(r"(.*) … ([\d,]+) characters … (.*)", body["bytes"]).groups()
    assert blob.startswith(head)
    assert blob.endswith(tail)
    assert len(head) + len(tail) + int(gone.replace(",", "")) == len(blob)


def test_a_long_text_keeps_what_the_question_is_about():
    body = "lorem ipsum " * 900
    note = f"{body}the quorum was lost at noon {body}"
    said = json.loads(cut({"id": 4, "note": note}, "When was the quorum lost?").body)["note"]
    assert "the quorum was lost at noon" in said
    assert len(said) < 2_000


@settings(max_examples=settings.default.max_examples // 5)
@given(
    st.text("abc ", min_size=701, max_size=3_000), st.lists(st.text("abc", min_size=4), max_size=4)
)
def test_a_shortened_text_and_its_counts_are_the_whole(text, terms):
    pieces = re.split(r" … ([\d,]+) characters … ", shortened(text, terms))
    sizes = [
        len(piece) if n % 2 == 0 else int(piece.replace(",", "")) for n, piece in enumerate(pieces)
    ]
    assert sum(sizes) == len(text)
    assert all(piece in text for piece in pieces[::2])


def test_what_names_an_object_stays_with_what_is_kept_of_it():
    tools = [
        {"name": f"tool_{n}", "about": f"does {word} things", "more": {"text": "words " * 60}}
        for n, word in enumerate(["round", "green", "heavy", "quick"])
    ]
    body = json.loads(cut(tools, "Which one does heavy things?").body)
    assert {"tool_2"} <= {item.get("name") for item in body if isinstance(item, dict)}


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_rows_of_a_table_are_named_by_their_lines(mark):
    rows = [f"id{mark}name{mark}size", *(f"{n}{mark}part {n}{mark}{n * 7 % 13}" for n in range(90))]
    made = table("\n".join(rows))
    kept = numbers(re.fullmatch(r"lines ([\d, -]+) of 91", made.kept)[1])
    assert kept[0] == 1
    assert made.body.split("\n") == [rows[line - 1] for line in kept]


def test_a_row_of_several_lines_is_kept_whole_or_not_at_all():
    text = "id,what\n" + "\n".join(f'{n},"first {n}\nsecond {n}"' for n in range(60))
    made = table(text)
    body = made.body.split("\n")[1:]
    assert all(a[:-1].endswith(b[7:-1][:-1]) for a, b in zip(body[::2], body[1::2], strict=True))
    shown = numbers(re.fullmatch(r"lines ([\d, -]+) of 121", made.kept)[1])
    assert made.body.split("\n") == [text.split("\n")[line - 1] for line in shown]


def test_a_markdown_table_keeps_its_head():
    text = "| id | what |\n|----|------|\n" + "\n".join(f"| {n} | part {n} |" for n in range(60))
    assert table(text).body.startswith("| id | what |\n|----|------|\n| 0 | part 0 |")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Which part came right after part 41?", "part 42"),
        ("And the last part?", "part 79"),
        ("Which part has the highest weight?", "part 55"),
        ("Which parts have the same colour as part 17?", "part 60"),
        ('What about `weight` = "17"?', "part 17"),
    ],
)
def test_the_rows_that_a_question_means_stay(query, expected):
    rows = [
        f"part {n},{'teal' if n in (17, 60) else 'grey' if n % 2 else 'red'},{n if n != 55 else 999}"
        for n in range(80)
    ]
    made = table("\n".join(["part,colour,weight", *rows]), query, 0.1)
    assert f"\n{expected}," in made.body


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=4), inner, max_size=9)
    ),
    max_leaves=60,
)


@settings(max_examples=settings.default.max_examples // 5)
@given(json_values, st.text(max_size=30), st.sampled_from([0.1, 0.4, 0.9]))
def test_any_json_is_cut_to_json_or_left_alone(value, query, share):
    made = cut(value, query, share)
    if made is not None and made is not WHOLE:
        json.loads(made.body)
        assert made.kept
        assert made.call


def test_a_list_of_which_nothing_tells_what_is_asked_for_stays_whole():
    assert cut([None, None, [], [], [], []], "0", 0.9) is WHOLE


records = st.lists(
    st.fixed_dictionaries({"a": st.integers(0, 5), "b": st.text("xyz", max_size=9)}),
    min_size=6,
    max_size=40,
)


@settings(max_examples=settings.default.max_examples // 5)
@given(records, st.sampled_from(["", "a", "b = x", "the highest `a`"]))
def test_what_is_kept_and_what_is_named_are_all_of_the_rows(rows, query):
    made = cut(rows, query, 0.3)
    match = made and re.fullmatch(r"rows ([\d, -]+) of 0-(\d+)(; .*)?", made.kept)
    if match and not match[3]:
        assert int(match[2]) == len(rows) - 1
        assert json.loads(made.body) == [rows[at] for at in numbers(match[1])]


@given(
    st.text(st.sampled_from('[]{}",:a1 \n\x00\ud800.'), max_size=60),
    st.sampled_from(list(ContentType)),
)
def test_no_text_raises(text, kind):
    by_record(text, kind, "a", 0.4)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "[NaN]", '{"a":1,"a":2}']
)
def test_json_that_cannot_be_spelled_again_is_declined(text):
    assert cut(text) is None


def drawn(style):
    """A table of ninety rows as a program draws it; row 17 has by far the highest load."""
    rows = [
        (f"node-{n:02}", f"{n % 7}.{n % 10}", "99.5" if n == 17 else f"{n % 5}.25")
        for n in range(90)
    ]
    names = ("name", "age", "load")
    match style:
        case "psql":
            lines = [f" {a:<8} | {b:>5} | {c:>6} " for a, b, c in rows]
            return "\n".join(
                [" name     |  age  |  load  ", "----------+-------+--------", *lines, "(90 rows)"]
            )
        case "mysql":
            rule = "+----------+-------+--------+"
            lines = [f"| {a:<8} | {b:>5} | {c:>6} |" for a, b, c in [names, *rows]]
            return "\n".join([rule, lines[0], rule, *lines[1:], rule, "90 rows in set"])
        case "labelled":
            return "\n".join(f"take: {b:>5} | {c:>6} | {a}" for a, b, c in [names, *rows])
    lines = [f"{a:<10}{b:>7}   {c:>8}" for a, b, c in [("NAME", "AGE", "LOAD"), *rows]]
    return "\n".join(["Nodes of the cluster:", "", *lines])


@pytest.mark.parametrize("style", ["psql", "mysql", "labelled", "aligned"])
def test_a_drawn_table_keeps_the_row_that_is_asked_for_and_the_extreme(style):
    text = drawn(style)
    kind = ContentType.TABLE if style == "mysql" else ContentType.COLUMNS
    made = by_record(text, kind, "What is `load` of node-08?", 0.4)
    lines = text.split("\n")
    kept = made.body.split("\n")
    assert all(line in lines for line in kept)
    assert sum("node-08" in line for line in kept) == sum("99.5" in line for line in kept) == 1
    assert len(kept) < 30
    assert "load" in kept[0].casefold() or "load" in kept[2].casefold()
    assert kept == [
        lines[at - 1] for at in numbers(made.kept.removeprefix("lines ").split(" of ")[0])
    ]
    assert "0.25 to 99.5" in made.summary


def test_rows_fill_the_room_that_is_asked_for():
    text = json.dumps([{"id": n, "name": f"part {n}"} for n in range(400)])
    assert len(by_record(text, ContentType.JSON, "", 0.2).body) < 0.1 * len(text)
    full = by_record(text, ContentType.JSON, "", 0.2, fill=True)
    assert 0.15 * len(text) < len(full.body) < 0.22 * len(text)
    assert max(row["id"] for row in json.loads(full.body)) == 399


def test_the_entry_on_the_path_that_is_asked_for_stays():
    entries = {f"Kind{n}": {"type": "object", "description": f"text {n} " * 20} for n in range(40)}
    text = json.dumps({"version": 1, "schemas": entries})
    made = cut(text, "What is `schemas.Kind23.description`?")
    assert json.loads(made.body)["schemas"]["Kind23"] == entries["Kind23"]
    items = json.dumps({"a": [{"v": n % 3, "w": "word " * 9} for n in range(90)]})
    assert {"v": 1, "w": "word " * 9} in json.loads(cut(items, "the value of a[58].v").body)["a"]


def test_json_inside_a_string_of_json_is_cut_below_what_wraps_it():
    text = json.dumps({"content": [{"type": "text", "text": json.dumps(PARTS)}], "isError": False})
    made = cut(text)
    around, body = made.body.split("\n")
    assert json.loads(around) == {"content": [{"type": "text", "text": "…"}], "isError": False}
    rows = re.fullmatch(r"of the JSON in content\[0\]\.text: rows ([\d, -]+) of 0-79", made.kept)[1]
    assert json.loads(body) == [PARTS[at] for at in numbers(rows)]
    assert made.call == 'rows="A-B"'


NESTED = st.recursive(
    st.one_of(st.text(max_size=40), st.integers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(NESTED, st.booleans())
def test_a_glance_passes_over_no_string_that_is_most_of_the_text(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert _may_enclose(text) or enclosed(json.loads(text), len(text)) is None


STOCK = [{"code": f"C{n:03}", "what": f"ware {n * n}", "kind": "ABCD"[n % 4]} for n in range(80)]


def test_more_stays_where_the_question_names_nothing_that_is_there():
    clear = cut(STOCK, "What is `what` of C041?")
    vague = cut(STOCK, "Are precious metals among them?")
    assert len(clear.body) * 1.3 < len(vague.body) < len(json.dumps(STOCK)) / 2
    assert vague.vague
    assert not clear.vague


def test_one_record_of_each_kind_stays_where_the_question_names_none():
    rows = [{"n": n, "rule": f"R{n % 3}", "text": "x" * 200} for n in range(60)]
    rows[37]["rule"] = "R9"
    rows += [{"n": n, "rule": f"Q{n // 7}", "text": "x" * 200} for n in range(60, 95)]
    made = cut(rows, "Does anything listen on every network card?", 0.5)
    kept = {row["rule"] for row in json.loads(made.body)}
    assert kept == {row["rule"] for row in rows}


def test_what_repeats_and_what_says_no_goes_first_where_nothing_is_named():
    value = {
        f"part{n}": {
            "flags": {f"is_{m}": False for m in range(12)},
            "net": {"gateway": "10.0.0.1", "mask": "255.255.255.0", "domain": "lan.example"},
            "own": {"rights": f"BIND_{n * 71}"},
        }
        for n in range(8)
    }
    made = cut(value, "Who may do what here, honestly?", 0.35)
    assert all(f"BIND_{n * 71}" in made.body for n in range(8))


def test_a_drawn_table_with_rules_between_its_rows_is_a_table():
    rule = "+----+-------+"
    rows = "\n".join(f"| {n:02} | {n * 37 % 101:>5} |\n{rule}" for n in range(60))
    made = table(
        f"{rule}\n| id |  pay  |\n{rule.replace('-', '=')}\n{rows}", "the highest pay", 0.3
    )
    best = max(range(60), key=lambda n: n * 37 % 101)
    assert f"| {best:02} | {best * 37 % 101:>5} |" in made.body
    assert len(made.body) < len(rows) / 2


def test_no_more_stays_where_it_may_be_guessed_what_matters():
    text, query = json.dumps(STOCK), "Are precious metals among them?"
    vague = by_record(text, ContentType.JSON, query, 0.4)
    guessed = by_record(text, ContentType.JSON, query, 0.4, guess=True)
    assert len(guessed.body) < len(vague.body)
    assert not guessed.vague


def test_a_list_of_names_amid_other_values_says_that_it_is_not_all():
    versions = [f"{a}.{b}.{c}" for a in range(4) for b in range(5) for c in range(4)]
    made = cut({"name": "web", "latest": "3.4.3", "versions": versions}, "Which is the latest?")
    kept = json.loads(made.body)["versions"]
    assert set(kept[:-1]) < set(versions)
    assert kept[-1] == f"… {80 - len(kept) + 1} more of 80"
    assert made.kept.startswith("versions: items 0-")


def test_lists_of_names_in_what_has_to_be_shortened_further_are_cut_too():
    files = [f"src/part{n}/file{n * 7}.py" for n in range(80)]
    scripts = {f"run{n}": "some words " * 20 for n in range(40)}
    deep = {"b": {"c": ["x" * 200] * 3, "d": {f"q{n}": n for n in range(50)}}}
    made = cut({"files": files, "scripts": scripts, "a": deep}, "What is file77?")
    kept = json.loads(made.body)
    assert set(kept["files"][:-1]) < set(files)
    assert kept["files"][-1] == f"… {81 - len(kept['files'])} more of 80"
    assert len(kept["scripts"]) < 40


def test_a_record_that_is_far_longer_than_others_does_not_crowd_them_out():
    rows = [{"id": n, "told": f"part {n} was looked at", "status": "passed"} for n in range(40)]
    for n in (11, 12, 13):
        frames = [f"/srv/shop/part{n}/file{k}.rb:{k * 7}:in `call'" for k in range(60)]
        rows[n] |= {"status": "failed", "trace": frames}
    rows[31] |= {"status": "pending", "why": "waits for WMS-2291"}
    text = json.dumps({"examples": rows})
    made = by_record(text, ContentType.JSON, "Which one was put off, and why?", 0.3)
    assert "waits for WMS-2291" in made.body
    assert len(made.body) < 0.5 * len(text)
