"""What stays of the change of a lock file."""

import re

from headroom.elide.diff.by_hunk import by_hunk

HASH = "sha512-" + "Qx7" * 24 + "=="


def package(name, old, new):
    """Return a hunk of a lock file in which a package changes its version."""
    at = 20 * len(name)
    sides = (
        f'-      "version": "{old}",\n-      "integrity": "{HASH}",\n' if old else "",
        f'+      "version": "{new}",\n+      "integrity": "{HASH}",\n' if new else "",
    )
    sign = " " if old and new else "+" if new else "-"
    counts = [sum(1 for line in part.split("\n") if line) for part in sides]
    body = f'{sign}    "node_modules/{name}": {{\n{sides[0]}{sides[1]}{sign}      "license": "MIT"\n{sign}    }},\n'
    common = 3 if sign == " " else 0
    extra = (3 * (sign == "-"), 3 * (sign == "+"))
    lengths = [count + common + more for count, more in zip(counts, extra, strict=True)]
    return f"@@ -{at},{lengths[0]} +{at},{lengths[1]} @@\n{body}"


def lock(*hunks):
    head = "diff --git a/package-lock.json b/package-lock.json\n"
    return head + "--- a/package-lock.json\n+++ b/package-lock.json\n" + "".join(hunks)


CHANGES = (
    package("paint", "1.2.0", "2.0.1"),
    package("brush-tools", "4.1.0", ""),
    package("easel", "", "0.9.3"),
    *(package(f"{'frame' * n}-kit", f"{n}.0.0", f"{n}.1.0") for n in range(2, 8)),
)
SOURCE = (
    "diff --git a/lib/draw.js b/lib/draw.js\n--- a/lib/draw.js\n+++ b/lib/draw.js\n"
    "@@ -1,3 +1,3 @@\n const canvas = open()\n-canvas.draw(1)\n+canvas.draw(2)\n close(canvas)\n"
)


def test_of_a_lock_file_alone_packages_and_versions_stay_and_hashes_go():
    body = by_hunk(lock(*CHANGES), "Which major version of the colours do we land on?", 0.56).body
    assert '     "node_modules/paint": {' in body
    assert '-      "version": "1.2.0",' in body
    assert '+      "version": "2.0.1",' in body
    assert '-    "node_modules/brush-tools": {' in body
    assert HASH not in body
    assert re.search(r"^… \d", body, re.MULTILINE)


def test_beside_other_files_a_lock_file_is_counted_unless_packages_are_asked_for():
    text = lock(*CHANGES) + SOURCE
    assert "paint" not in by_hunk(text, "What does the canvas draw now?", 0.56).body
    assert '"2.0.1"' in by_hunk(text, "Which packages were upgraded?", 0.56).body
    named = by_hunk(text, "Is brush-tools still there?", 0.56).body
    assert '-    "node_modules/brush-tools": {\n-      "version": "4.1.0",' in named


def test_what_is_named_stays_where_there_is_room_for_little():
    many = lock(*(package(f"oil-{'x' * n}-set", f"{n}.0.0", f"{n}.1.0") for n in range(1, 35)))
    body = by_hunk(many, f"To what did we bump oil-{'x' * 30}-set?", 0.56).body
    assert '+      "version": "30.1.0",' in body
    assert len(body) < 0.5 * len(many)


def test_sums_of_modules_and_entries_of_other_kinds_stay():
    rows = "".join(
        f"-example.org/part{n} v1.{n}.0 h1:{'aZ9' * 15}=\n+example.org/part{n} v1.{n}.1 h1:{'bY8' * 15}=\n"
        for n in range(9)
    )
    text = f"--- a/go.sum\n+++ b/go.sum\n@@ -1,9 +1,9 @@\n{rows}"
    assert "+example.org/part0 v1.0.1 h1:" in by_hunk(text, "What was upgraded?", 0.56).body
    rows = "".join(
        f' [[package]]\n name = "crate{n}"\n-version = "0.{n}.0"\n+version = "0.{n}.1"\n'
        f'-checksum = "{"ab1" * 20}"\n+checksum = "{"cd2" * 20}"\n'
        for n in range(9)
    )
    text = f"--- a/Cargo.lock\n+++ b/Cargo.lock\n@@ -1,36 +1,36 @@\n{rows}"
    body = by_hunk(text, "What was upgraded?", 0.56).body
    assert ' name = "crate0"\n-version = "0.0.0"\n+version = "0.0.1"\n' in body
    assert "checksum" not in body
