"""Stack traces, whatever language they come from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.core.types import ContentType
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.line import weigh
from headroom.elide.lines.trace import HEAD, traces

NOISE = [
    f"10:{n // 60:02}:{n % 60:02} INFO shop.web: request {n} served in {n % 9} ms"
    for n in range(150)
]

PYTHON = """Traceback (most recent call last):
  File "/srv/shop/store.py", line 14, in load
    return json.loads(raw)
  File "/usr/lib/python3.12/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
  File "/usr/lib/python3.12/json/decoder.py", line 337, in decode
    obj, end = self.raw_decode(s, idx=_w(s, 0).end())
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/shop/web.py", line 88, in handle
    basket = load(key)
  File "/srv/shop/store.py", line 16, in load
    raise StoreError(key) from error
shop.store.StoreError: basket 4711 is unreadable"""
JAVA = (
    """java.lang.IllegalStateException: cannot price basket 4711
\tat shop.Price.of(Price.java:51)
"""
    + "\n".join(
        f"\tat org.springframework.web.Filter{n}.run(Filter{n}.java:{n})" for n in range(40)
    )
    + """
\tat java.lang.Thread.run(Thread.java:840)
Caused by: shop.RateException: no rate for XYZ
\tat shop.Rates.find(Rates.java:19)
\t... 41 more"""
)
GO = (
    """panic: runtime error: index out of range [3] with length 3

goroutine 7 [running]:
main.total(0xc000012345, 0x3)
\t/srv/shop/basket.go:37 +0x1d
main.main()
\t/srv/shop/main.go:12 +0x2a
"""
    + "\n".join(
        f"runtime.step{n}(0x1)\n\t/usr/local/go/src/runtime/proc.go:{n} +0x1" for n in range(20)
    )
    + "\nexit status 2"
)
NODE = (
    """/srv/shop/price.js:12
    throw new TypeError('rate is undefined')
    ^

TypeError: rate is undefined
    at price (/srv/shop/price.js:12:11)
"""
    + "\n".join(
        f"    at Layer.handle{n} (/srv/shop/node_modules/express/lib/l.js:{n}:5)" for n in range(30)
    )
    + "\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"
)
RUST = (
    "thread 'main' panicked at src/price.rs:8:14:\ncalled `Result::unwrap()` on an `Err` value: NoRate\n"
    "stack backtrace:\n"
    + "\n".join(
        f"  {n:2}: core::panicking::step{n}\n             at /rustc/abc/library/core/src/panicking.rs:{n}:5"
        for n in range(20)
    )
    + "\n  20: shop::price::of\n             at ./src/price.rs:8:14"
)
DOTNET = (
    """Unhandled exception. System.InvalidOperationException: no rate for XYZ
   at Shop.Rates.Find(String name) in /srv/shop/Rates.cs:line 19
"""
    + "\n".join(f"   at Microsoft.AspNetCore.Step{n}.Invoke(HttpContext c)" for n in range(30))
    + "\n   at System.Threading.Tasks.Task.Run()"
)
WANTED = {
    "python": (
        PYTHON,
        ["JSONDecodeError: Expecting", 'store.py", line 14', "StoreError: basket 4711", "line 16"],
    ),
    "java": (
        JAVA,
        [
            "IllegalStateException: cannot price",
            "Price.java:51",
            "Caused by: shop.Rate",
            "Rates.java:19",
        ],
    ),
    "go": (GO, ["panic: runtime error", "basket.go:37", "goroutine 7"]),
    "node": (NODE, ["TypeError: rate is undefined", "price.js:12:11"]),
    "rust": (RUST, ["panicked at src/price.rs:8:14", "NoRate"]),
    "dotnet": (DOTNET, ["InvalidOperationException: no rate", "Rates.cs:line 19"]),
}


def shortened(lines, query="", share=0.27):
    made = by_line("\n".join(lines), ContentType.LOG, query, share)
    assert made is not None
    return f"{made.body}\n{made.summary}"


@pytest.mark.parametrize("language", WANTED)
@pytest.mark.parametrize("query", ["", "Why does it crash?"])
def test_head_and_own_frames_stay(language, query):
    text, wanted = WANTED[language]
    out = shortened([*NOISE[:90], *text.split("\n"), *NOISE[90:]], query)
    assert [part for part in wanted if part not in out] == []


@pytest.mark.parametrize("language", ["java", "go", "node", "dotnet"])
def test_the_long_middle_goes(language):
    text, _ = WANTED[language]
    lines = text.split("\n")
    out = shortened([*NOISE[:90], *lines, *NOISE[90:]])
    assert sum(line in out for line in lines) < len(lines) / 2


def test_a_trace_that_stood_before_is_counted_only():
    trace = JAVA.split("\n")
    lines = [*NOISE[:30], *trace, *NOISE[30:60], *trace, *NOISE[60:]]
    found = traces(lines)
    again = [at for at in found.again if lines[at].startswith("\tat shop.Price")]
    assert again == [60 + len(trace) + 1]
    assert shortened(lines).count("Price.java:51") == 1


def test_frames_behind_a_logger_prefix_are_frames():
    lines = [f"2024-05-01 10:00:00.1 ERROR shop.web {line}" for line in PYTHON.split("\n")]
    found = traces([*NOISE, *lines])
    assert len(NOISE) + 1 in found.frames


def test_prose_and_tables_are_no_traces():
    lines = ["We met at noon.", "  at the station", "#1 of 3", "from there on", "  3: three"]
    assert not traces(lines).frames


@given(st.lists(st.text(max_size=40), max_size=30))
def test_any_lines_can_be_searched_for_traces(lines):
    found = traces(lines)
    assert all(0 <= at < len(lines) for at in (*found.weights, *found.frames, *found.again))


def test_what_a_panic_says_below_its_place_is_kept_and_the_frames_of_the_library_are_not():
    library = [
        f"  {n}: 0x5581f{n:05} - std[e28293b1aa0f68bd]::panicking::step{n}" for n in range(30)
    ]
    lines = [
        *NOISE[:60],
        "thread 'worker' (319) panicked at src/ledger.rs:2:70:",
        "attempt to divide by zero",
        "stack backtrace:",
        *library,
        "  30: 0x5581fefa0 - ledger::settle::h28e37b863cfebb59",
        *(
            f"  {n}: 0x5581f{n} - <core::panic::Safe<F> as core::ops::Fn>::call{n}"
            for n in range(31, 50)
        ),
        *NOISE[60:],
    ]
    made = by_line("\n".join(lines), ContentType.LOG, "why does it crash?", 0.1)
    assert "attempt to divide by zero" in made.body
    assert "ledger::settle" in made.body
    assert "step20" not in made.body


def test_what_stands_above_the_frames_of_a_process_is_heavier_than_these():
    lines = [
        "==812== Invalid write of size 4",
        "==812==    at 0x1093F5: fill (grid.c:14)",
        "==812==    by 0x109557: main (grid.c:20)",
        "==812==  Address 0x4a41778 is 0 bytes after a block of size 32 alloc'd",
        "==812==    at 0x48417B4: malloc (in /usr/libexec/valgrind/preload.so)",
        "==812==    by 0x1092BD: make (grid.c:12)",
    ]
    found = traces([*NOISE, *lines, *NOISE])
    first = len(NOISE)
    assert found.frames == {first + n for n in (1, 2, 4, 5)}
    assert found.weights[first] > found.weights[first + 1]
    assert found.weights[first + 3] > found.weights[first + 5]


def test_frames_without_a_word_in_front_are_frames():
    lines = [
        "      stack: |-",
        "        Suite.total (file:///srv/shop/price.mjs:5:95)",
        "        async Suite.start (node:internal/test_runner/test:796:25)",
    ]
    assert traces(lines).frames == {1, 2}


def test_of_many_threads_alike_one_is_shown_and_the_one_that_failed_whole():
    waiting = [
        f"goroutine {n} [{'select' if n % 3 else 'IO wait'}, {n} minutes]:\n"
        f"runtime.gopark(0xc0000{n:02x}, 0x0?)\n\t/usr/local/go/src/runtime/proc.go:398 +0xce\n"
        f"net/http.(*conn).serve(0xc000{n * 7:04x}, {{0x7a2f50, 0x{n:x}}})\n"
        "\t/usr/local/go/src/net/http/server.go:1900 +0x6ac\n"
        "created by net/http.(*Server).Serve in goroutine 1\n"
        "\t/usr/local/go/src/net/http/server.go:3086 +0x4d\n"
        for n in range(20, 58)
    ]
    text = "\n".join([GO.replace("\nexit status 2", "\n"), *waiting, "exit status 2"])
    out = shortened(text.split("\n"), "What crashed, and who called it?", 0.2)
    for part in ("goroutine 7 [running]", "basket.go:37", "main.main()", "main.go:12", "exit stat"):
        assert part in out
    assert out.count("proc.go:398") < 8
    assert out.count("runtime.gopark") < 8


def test_exceptions_of_a_group_are_read_behind_what_is_drawn_before_them():
    lines = [
        "  + Exception Group Traceback (most recent call last):",
        '  |   File "/srv/shop/jobs.py", line 40, in run',
        "  |     raise ExceptionGroup('two jobs', failed)",
        "  | ExceptionGroup: two jobs (2 sub-exceptions)",
        "  +-+---------------- 1 ----------------",
        "    | Traceback (most recent call last):",
        '    |   File "/srv/shop/price.py", line 12, in total',
        "    |     return 1 / count",
        "    |            ~~^~~~~~~",
        "    | ZeroDivisionError: division by zero",
        "    | while pricing basket 4711",
        "    +---------------- 2 ----------------",
        "    | Traceback (most recent call last):",
        '    |   File "/usr/lib/python3.12/asyncio/tasks.py", line 500, in wait_for',
        "    |     return fut.result()",
        "    | TimeoutError",
        "    +------------------------------------",
    ]
    found = traces([*NOISE, *lines, *NOISE])
    first = len(NOISE)
    assert found.frames == {first + at for at in (1, 2, 6, 7, 8, 13, 14)}
    for thrown in (3, 9, 10, 15):
        assert found.weights[first + thrown] > 1.3
    assert found.notes == {first + 10: first + 9}
    assert found.weights[first + 6] > found.weights[first + 14]


def test_a_message_of_several_lines_stays_with_its_first_one():
    message = ["shop.OrderError: 2 faults", "lines.0", "  price has to be a number, is 'x7'"]
    lines = [*PYTHON.split("\n")[:3], *message, "2025-01-01 INFO shop.web: next request"]
    found = traces(lines)
    assert found.notes == {4: 3, 5: 3}
    assert 6 not in found.weights


def test_what_is_thrown_below_or_while_the_first_is_closed_weighs_as_much():
    lines = [
        "shop.OrderException: cannot read order 17",
        "\tat shop.Orders.read(Orders.java:31)",
        "\tat shop.Main.main(Main.java:9)",
        "\tSuppressed: java.io.IOException: still open",
        "\t\tat shop.Feed.close(Feed.java:77)",
        "\t\t... 2 more",
        "Caused by: shop.FormatException: no price",
        "\tat shop.Format.parse(Format.java:12)",
    ]
    found = traces(lines)
    assert found.frames == {1, 2, 4, 7}
    for thrown in (0, 3, 6):
        assert found.weights[thrown] > found.weights[1]


def test_frames_with_numbers_at_the_margin_are_one_trace_for_each_thread():
    def thread(number: int, name: str, lock: int) -> list[str]:
        return [
            f'Thread {number} (Thread 0x7f{number:04x} (LWP {900 + number}) "{name}"):',
            f"#0  futex_wait (private=0, word=0x56{lock:04x} <locks+{lock}>) at ../sysdeps/f.h:146",
            f"#1  0x00007f4c in pthread_mutex_lock (m=0x56{lock:04x}) at ./nptl/lock.c:93",
            "#2  0x00005621 in serve () at web.c:40",
            "No locals.",
            "#3  0x00007f4d in start_thread (arg=<optimized out>) at ./nptl/create.c:442",
            "",
        ]

    lines = [*thread(9, "io_1", 40), *thread(8, "io_2", 80), *thread(7, "io_3", 120)]
    found = traces(lines)
    assert found.frames == {n + 7 * of for of in range(3) for n in range(1, 6)}
    assert found.again == {n for n in found.frames if n > 7}
    assert found.weights[3] > found.weights[2]
    assert all(found.weights[head] > 0.3 for head in (0, 7, 14))


def test_a_call_weighs_what_its_place_below_does():
    lines = GO.split("\n")
    weights = traces(lines).weights
    assert weights[5] == weights[6] > weights[7] == weights[8]


def test_what_stands_between_two_traces_answers_no_question():
    lines = PYTHON.split("\n")
    found = traces(lines)
    assert [lines[at][:9] for at in sorted(found.joints)] == ["Traceback", "The above", "Traceback"]
    asked = weigh(lines, ContentType.LOG, "What was the direct cause of the most recent exception?")
    assert max(asked[at] for at in found.joints) <= min(asked[7], asked[-1])


def test_a_function_that_calls_itself_is_shown_once():
    lines = [
        "PHP Fatal error:  Uncaught DomainException: no price in /srv/shop/Price.php:4",
        "Stack trace:",
        "#0 /srv/shop/Price.php(9): Price->of()",
        *(f"#{n} /srv/shop/Price.php(14): Price->deep()" for n in range(1, 30)),
        "#30 /srv/shop/Web.php(3): Web->run()",
    ]
    weights = traces(lines).weights
    assert weights[3] > 5 * weights[4]
    assert all(weights[at] == weights[4] for at in range(4, 31))
    assert weights[32] > weights[4]


def test_what_was_thrown_within_something_else_is_no_frame():
    lines = [
        "AggregateError: all replicas failed",
        "    at Timeout._onTimeout (/srv/n.js:4:389) {",
        "  [errors]: [",
        "    Error: replica eu-1 timed out after 250ms",
        "        at Timeout._onTimeout (/srv/n.js:4:409)",
        "        at process.processTimers (node:internal/timers:514:7),",
        "    TypeError: fetch failed: certificate has expired",
        "        at node:internal/deps/undici/undici:12345:11",
        "  ]",
        "}",
    ]
    weights = traces(lines).weights
    assert weights[3] == weights[6] == HEAD


def test_a_thread_keeps_its_name_above_its_state():
    lines = [
        '"compactor-2" #15 prio=5 tid=0x00007f waiting for monitor entry',
        "   java.lang.Thread.State: BLOCKED (on object monitor)",
        "\tat shop.Till.lambda$main$1(Till.java:10)",
        "\t- waiting to lock <0x00000007ff> (a java.lang.Class)",
        "\tat shop.Till.run(Till.java:30)",
    ]
    assert traces(lines).weights[0] == HEAD
