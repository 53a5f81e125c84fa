"""Which lines a log is known by, wherever in a long line or text they stand."""

from __future__ import annotations

import pytest

from headroom.detect.log import claim

BEGUN = (
    "2024-03-01 12:00:01 started",
    "[12:00] started",
    "Mar  1 12:00:01 host app[12]: started",
    "ERROR: it is broken",
    "[warn] it is odd",
    "src/main.c:12: error: expected ';'",
    "src/main.c:12:7: fatal error: no such file",
    "src/main.ts(12,7): error TS2554: Expected 2 arguments, but got 1.",
    "Main.cs(12): warning CS0168: declared but never used",
    "    at com.acme.Main.run(Main.java:12)",
    '  File "main.py", line 3, in run',
    "\x1b[31mred\x1b[0m",
    "==812== Invalid write of size 4",
    "#3  0x00007f11 in serve (fd=4) at web.c:12",
    "#0  total (basket=0x5) at basket.c:40",
    "#4 /srv/shop/Web.php(12): Shop->load()",
    '[pid   812] statfs("/srv", 0x7ff) = -1 ENOENT (No such file or directory)',
    "\tfrom shop.rb:12:in `total'",
    "\t/srv/shop/basket.go:37 +0x1d",
    '  |   File "main.py", line 3, in run',
    'openat(AT_FDCWD, "/etc/shop.conf", O_RDONLY) = 3',
    "[    0.004512] usb 1-1: new high-speed USB device",
    "[0.006s][info][gc,init] Heap Region Size: 1M",
    '     0.000021 access("/etc/shop.d", R_OK) = -1 ENOENT (No such file or directory)',
)
STEPS = (
    "Collecting acme>=2.1",
    "  Downloading acme-2.1-py3-none-any.whl (12 kB)",
    "Requirement already satisfied: acme in /usr/lib/python3/site-packages (2.1)",
    "   Compiling acme v0.3.1",
    "Get:7 http://deb.acme.org stable/main amd64 acme 2.1 [12 kB]",
    "Setting up acme (2.1) ...",
    "go: downloading acme.org/x v1.2.3",
    "Step 3/9 : RUN make",
    "> Task :app:compileJava UP-TO-DATE",
    "[ 12%] Building C object src/acme.o",
    "npm warn deprecated acme@1.0.0: gone",
    "6656 http fetch GET 200 https://registry.acme.org/url.tgz 7580ms (cache miss)",
    "  Found link https://files.acme.org/acme-2.1.tar.gz, version: 2.1",
    "  Skipping link: none of the wheel's tags (cp37) are compatible: https://files.acme.org/a.whl",
)
OTHERS = (
    "",
    "    return value",
    "errors are counted below",
    "#12 total (of a basket) is odd",
    "total = sum(prices) if prices else 0",
    "== Totals ==",
    "information is kept",
    "a ratio of 1:1234 in all",
    "at least one of them",
    "x" * 80 + " 2024-03-01 12:00:01",
    "key: value",
)


@pytest.mark.parametrize("line", BEGUN)
def test_lines_that_begin_like_those_of_logs_make_a_log(line: str) -> None:
    assert list(claim([line] * 8)) == [(0, 8)]


@pytest.mark.parametrize("line", STEPS)
def test_a_third_of_the_lines_are_steps_of_what_builds_or_installs(line: str) -> None:
    lines = [line, "and what", "it says"] * 4
    assert list(claim(lines)) == [(0, 12)]
    assert list(claim([*lines, "besides"])) == []


@pytest.mark.parametrize("line", OTHERS)
def test_other_lines_make_none(line: str) -> None:
    assert list(claim([line] * 8)) == []


def test_one_line_in_six_is_enough_and_blank_lines_do_not_count() -> None:
    lines = [BEGUN[0], *["it goes on"] * 5, ""] * 4
    assert list(claim(lines)) == [(0, len(lines))]
    assert list(claim([*lines, "it goes on"])) == []


def test_fewer_than_four_lines_are_no_log() -> None:
    assert list(claim([BEGUN[0]] * 3)) == []


def test_a_line_with_a_time_and_a_level_counts_once() -> None:
    assert list(claim(["12:00:01 12:00:02 ERROR 2024-03-01"] * 3)) == []
    assert list(claim(["ERROR at 12:00:01", "ERROR at noon", "12:00", "noon"] + [""] * 9)) == []
