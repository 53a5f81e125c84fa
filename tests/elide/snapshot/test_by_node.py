"""Snapshots of pages: what can be clicked stays where it is, with what it belongs to."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import compress
from headroom.detect.snapshot import is_snapshot, nodes
from headroom.elide.snapshot.by_node import by_node

TOWNS = ["Aalborg", "Bergen", "Cuxhaven", "Dunedin", "Espoo", "Faro", "Gdynia", "Haugesund"]


def aria(role, name="", *, at, text="", deep=0, marks=""):
    """Return a node as Playwright's server prints it."""
    said = f' "{name}"' if name else ""
    return f"{'  ' * deep}- {role}{said}{marks} [ref=e{at}]{f': {text}' if text else ''}"


def panel(rows):
    """Return a page with a menu, a form, and a table with two buttons in each row."""
    out = [
        aria("generic", at=1, marks=" [active]") + ":",
        aria("banner", at=2, deep=1) + ":",
        aria("navigation", "Main", at=3, deep=2) + ":",
        aria("list", at=4, deep=3) + ":",
        *(
            line
            for n, name in enumerate(("Ports", "Ships", "Crews"))
            for line in (
                aria("listitem", at=10 + n, deep=4) + ":",
                aria("link", name, at=20 + n, deep=5, marks=" [cursor=pointer]") + ":",
                f"{'  ' * 6}- /url: /{name.lower()}",
            )
        ),
        aria("main", at=5, deep=1) + ":",
        aria("heading", "Berths", at=6, deep=2, marks=" [level=1]"),
        aria("textbox", "Find a berth", at=7, deep=2),
        aria("alert", at=8, deep=2, text="The tide table is out of date."),
        aria("table", "Berths by town", at=9, deep=2) + ":",
        aria("rowgroup", at=30, deep=3) + ":",
    ]
    for n in range(rows):
        town, at = f"{TOWNS[n % 8]} {n // 8}", 100 + 10 * n
        out += [
            aria("row", f"{town} berth {n} Edit Delete", at=at, deep=4) + ":",
            aria("cell", town, at=at + 1, deep=5),
            aria("cell", f"berth {n}", at=at + 2, deep=5),
            aria("cell", "Edit Delete", at=at + 3, deep=5) + ":",
            aria("button", "Edit", at=at + 4, deep=6, marks=" [cursor=pointer]"),
            aria("button", "Delete", at=at + 5, deep=6, marks=" [cursor=pointer]"),
        ]
    return "\n".join(out)


def tools(rows):
    """Return a page as the DevTools of Chrome print it."""
    out = ['uid=1_0 RootWebArea "Berths" url="http://127.0.0.1/"', '  uid=1_1 generic ""']
    for n in range(rows):
        out += [
            f'  uid=1_{9 * n + 2} row "{TOWNS[n % 8]} {n}"',
            f'    uid=1_{9 * n + 3} StaticText "{TOWNS[n % 8]} {n}"',
            f'    uid=1_{9 * n + 4} button "Edit"',
        ]
    return "\n".join(out)


def shop(things):
    """Return a page of a shop as the DevTools of Chrome print it: texts have no role."""
    out = ['uid=3_0 RootWebArea "Lamps" url="http://127.0.0.1/lamps"', "  uid=3_1 main"]
    out += ['    uid=3_2 "Wattage "', '    uid=3_3 spinbutton "Wattage" value="40"']
    for n in range(things):
        at = 10 * n + 10
        out += [
            f'    uid=3_{at} link "Lamp {TOWNS[n % 8]} {n}" url="http://127.0.0.1/lamps/{n}"',
            f'      uid=3_{at + 1} heading "Lamp {TOWNS[n % 8]} {n}" level="3"',
            f'    uid=3_{at + 2} "{n * 7 % 60 + 5} W, {n * 37 % 900 + 20} lumen, warm white"',
            f'    uid=3_{at + 3} "€{n * 13 % 90 + 9}.95"',
            f'    uid=3_{at + 4} button "Add Lamp {TOWNS[n % 8]} {n} to the cart"',
        ]
    return "\n".join(out)


def gym(rows):
    """Return a page as BrowserGym prints it."""
    out = ["RootWebArea 'Berths', focused"]
    for n in range(rows):
        out += [
            f"\t[a{9 * n + 2}] row '{TOWNS[n % 8]} {n}'",
            f"\t\t[a{9 * n + 3}] gridcell '{TOWNS[n % 8]} {n}'",
            f"\t\t[a{9 * n + 4}] button 'Edit', clickable",
        ]
    return "\n".join(out)


def shown(body, size):
    """Return which lines a body shows, as it numbers those that it does not."""
    at, found = 0, []
    for line in body.split("\n"):
        if gap := re.fullmatch(r"… (\d+)(?:-(\d+))?", line):
            assert int(gap[1]) == at + 1
            at = int(gap[2] or gap[1])
        else:
            found.append((at, line))
            at += 1
    assert at == size
    return found


def test_of_a_page_of_things_to_choose_from_all_that_is_said_of_each_stays():
    text = shop(30)
    made = by_node(text, "Which lamp is the cheapest?", 0.36)
    for n in range(30):
        assert f"€{n * 13 % 90 + 9}.95" in made.body
        assert f'button "Add Lamp {TOWNS[n % 8]} {n} to the cart"' in made.body
    assert "heading" not in made.body
    assert '"Wattage "' not in made.body
    assert 'spinbutton "Wattage"' in made.body


def test_of_a_long_page_of_things_those_that_stay_are_whole():
    text = shop(600)
    body = by_node(text, "Put the lamp Faro 325 into the cart", 0.2).body
    assert 'button "Add Lamp Faro 325 to the cart"' in body
    assert len(body) < 0.35 * len(text)
    kept = {int(n) for n in re.findall(r'link "Lamp \w+ (\d+)"', body)}
    assert kept
    for n in kept:
        assert f'button "Add Lamp {TOWNS[n % 8]} {n} to the cart"' in body
        assert f'uid=3_{10 * n + 13} "€' in body


@pytest.mark.parametrize("page", [panel, tools, gym])
def test_all_that_can_be_clicked_on_a_page_of_usual_size_stays_with_its_row(page):
    text = page(16)
    made = by_node(text, "", 0.36)
    assert made.body.count("Edit") >= text.count('button "Edit"') + text.count("button 'Edit'")
    kept = [line for _, line in shown(made.body, text.count("\n") + 1)]
    for at, line in enumerate(kept):
        if re.search(r"button ['\"]Edit", line):
            assert re.search(r"\brow ['\"]\w+ \d", "\n".join(kept[:at]).rpartition("button")[2])
    assert "cell" not in made.body
    assert "StaticText" not in made.body


def test_fields_alerts_headings_and_where_links_lead_stay():
    body = by_node(panel(16), "", 0.36).body
    for part in ("Find a berth", "out of date", '"Berths"', "/url: /ships", '"Berths by town"'):
        assert part in body
    assert "listitem" not in body


@given(
    st.integers(4, 60), st.sampled_from([panel, tools, gym, shop]), st.sampled_from(["", "Faro 3"])
)
def test_every_line_stays_as_it_was_or_is_counted(rows, page, query):
    text = page(rows)
    made = by_node(text, query, 0.36)
    if made is None:
        return
    lines = text.split("\n")
    kept = shown(made.body, len(lines))
    assert all(lines[at] == line for at, line in kept)
    told = sum(
        int(n.replace(",", "")) for n in re.findall(r"([\d,]+) (?:x [\w/]|others)", made.summary)
    )
    unread = len(lines) - len(nodes(text))  # what is no node always stays
    assert told == len(lines) - len(kept)
    assert len(kept) >= unread


def test_of_a_very_long_page_what_the_question_is_about_stays_with_its_handles():
    text = panel(900)
    made = by_node(text, "Please delete the berth of Gdynia 77", 0.2)
    assert len(made.body) < 0.3 * len(text)
    at = text.split("\n").index(
        next(line for line in text.split("\n") if "- row" in line and "Gdynia 77" in line)
    )
    kept = dict(shown(made.body, text.count("\n") + 1))
    assert {at, at + 4, at + 5} <= set(kept)
    assert "Find a berth" in made.body


def test_what_stands_around_a_snapshot_stays():
    text = f"### Page state\n- Page URL: http://127.0.0.1/berths\n```yaml\n{panel(16)}\n```"
    body = by_node(text, "", 0.36).body
    assert body.startswith("### Page state\n- Page URL: http://127.0.0.1/berths\n```yaml\n")
    assert body.endswith("```")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b\n" * 20,
        "\n".join(f"- name: x{n}\n  ref: e{n}" for n in range(40)),
        "\n".join(f"[{n}] see the book of {n} [ref=e{n}]" for n in range(40)),
        "\n".join(f"uid={n} gid={n} groups={n}" for n in range(40)),
        json.dumps({"a": ["[ref=e1]"] * 30}),
        panel(2)[:150],
    ],
)
def test_what_only_looks_a_little_like_a_snapshot_is_none(text):
    assert not is_snapshot(text)
    assert by_node(text, "", 0.3) is None


@given(st.text(max_size=300), st.text(max_size=40))
def test_no_text_raises(text, query):
    by_node(text + "\n" + panel(3) + text, query, 0.3)


def test_an_agent_that_steers_a_browser_can_click_what_it_saw():
    messages = [
        {"role": "user", "content": "Delete the berth of Faro."},
        {"role": "tool", "tool_call_id": "a", "content": panel(16)},
        {"role": "assistant", "content": "I look again."},
    ]
    result = compress(messages, model="gpt-4o")
    body = result.messages[1]["content"]
    assert body.count('button "Delete"') == 16
    assert result.tokens_after < 0.8 * result.tokens_before


@pytest.mark.parametrize(("page", "name"), [(panel, "Faro 4"), (shop, "Faro 5")])
def test_a_budget_is_kept(page, name):
    messages = [{"role": "user", "content": name}, {"role": "tool", "content": page(40)}]
    result = compress(messages, model="gpt-4o", target_tokens=900)
    assert result.tokens_after <= 900
    assert name in result.messages[1]["content"]
