"""Counting takes little memory, in however many threads it is done."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from headroom.tokens import tokenizer_for
from headroom.tokens.bpe import _Counter

_PROGRAM = """
import threading
from pathlib import Path
from headroom.tokens import tokenizer_for

def resident():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])

count = tokenizer_for("gpt-4o").count
count("x")
before, done, end = resident(), threading.Barrier(5), threading.Event()

def work():
    count("a b c")
    done.wait()
    end.wait()

for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
done.wait()
print(resident() - before)
end.set()
"""


class Panic(BaseException):
    """What a native library raises that cannot go on."""


Panic.__name__ = "PanicException"


class Encoding:
    """Stands in for the library's tokenizer and notes what is asked of it, by thread."""

    def __init__(self, error: type[BaseException] | None = None) -> None:
        self.asked: list[tuple[int, str]] = []
        self._error = error

    def count(self, _: str) -> int:
        self.asked.append((threading.get_ident(), "count"))
        return 1

    def count_batch(self, texts: list[str], threads: int, _: bool) -> list[int]:
        self.asked.append((threading.get_ident(), "batch"))
        assert len(texts) == threads
        if self._error is not None:
            raise self._error
        return [1] * len(texts)


def in_a_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell")
def test_four_threads_that_count_take_less_than_the_library_would_give_to_one():
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(ran.stdout) < 16 * 1024


def test_a_table_is_made_before_the_first_count_of_each_thread_and_only_then():
    encoding = Encoding()
    counter = _Counter(encoding)
    counter.count("a")
    counter.count("b")
    in_a_thread(lambda: counter.count("c"))
    assert [what for _, what in encoding.asked] == [
        *("batch", "count", "count", "count"),
        *("batch", "count", "count"),
    ]


def test_no_tables_are_made_without_end():
    encoding = Encoding()
    counter = _Counter(encoding)
    for _ in range(40):
        in_a_thread(lambda: counter.count("a"))
    assert sum(what == "batch" for _, what in encoding.asked) == 24


def test_counting_goes_on_where_no_threads_are_to_be_had():
    assert _Counter(Encoding(Panic)).count("a") == 1


def test_a_text_holds_no_more_than_before_when_it_was_counted():
    text = "Übergrößenträger " * 500
    before = sys.getsizeof(text)
    assert tokenizer_for("gpt-4o").count(text) > 500
    assert sys.getsizeof(text) == before


def test_families_share_what_one_vocabulary_remembers(monkeypatch):
    text = "a line that is long enough to be looked up\n" * 100
    counted = tokenizer_for("gpt-4o").count(text)
    monkeypatch.setattr("headroom.tokens.bpe._ask", lambda *_: pytest.fail("counted again"))
    for model in ("claude-opus-4-1", "gemini-2.5-pro", "o3"):
        assert tokenizer_for(model).measure(text) == counted


def test_an_interruption_is_not_held_back():
    with pytest.raises(KeyboardInterrupt):
        _Counter(Encoding(KeyboardInterrupt)).count("a")
