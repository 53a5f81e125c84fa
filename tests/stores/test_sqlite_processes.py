"""A file of originals that several processes use, fork over and are killed at."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

import headroom
from headroom.core.refs import ref_of
from headroom.stores import open_store

ROOT = Path(headroom.__file__).resolve().parents[1]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "originals.db"


FORKS = """
import os, sys
from headroom.stores import open_store

store = open_store(sys.argv[1])
store.put("parent", "text")
child = os.fork()
if child == 0:
    whole = store.get("parent") == "text"
    store.put("child", "text")
    # What the parent opened is neither used here nor closed.
    whole = whole and len(store._inherited) == 1
    os._exit(0 if whole and store.get("child") == "text" else 1)
_, status = os.waitpid(child, 0)
assert status == 0, status
store.put("after", "text")
assert [store.get(ref) for ref in ("parent", "child", "after")] == ["text"] * 3
store.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a platform without fork")
def test_a_child_process_goes_on_with_the_store(path):
    command = [sys.executable, "-c", FORKS, f"sqlite:///{path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with closing(open_store(f"sqlite:///{path}")) as store:
        assert store.get("child") == "text"


WRITES = """
import sys
from headroom.core.refs import ref_of
from headroom.stores import open_store

store = open_store(sys.argv[1])
for number in range(int(sys.argv[3])):
    text = f"writer {sys.argv[2]} put {number} " * (number % 90 + 1)
    store.put(ref_of(text), text)
    print(number, flush=True)
sys.stdin.read()
"""


class Writer:
    """A process that puts `puts` originals, and is killed when `deadline` are reported."""

    def __init__(self, path, name, deadline, puts):
        self.name, self.deadline, self.reported = name, deadline, []
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITES, f"sqlite:///{path}", str(name), str(puts)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            if line.endswith("\n"):
                self.reported.append(int(line))
            if len(self.reported) == self.deadline:
                self.process.kill()

    def join(self):
        self.thread.join()
        self.process.kill()
        self.process.communicate()

    def texts(self):
        for number in self.reported:
            yield f"writer {self.name} put {number} " * (number % 90 + 1)


def test_what_a_killed_process_had_put_is_there(path):
    writers = [Writer(path, *each, puts=250) for each in enumerate((50, 120, 200, 250))]
    for writer in writers:
        writer.join()
    assert [len(w.reported) >= w.deadline for w in writers] == [True] * 4
    with closing(open_store(f"sqlite:///{path}")) as store:
        missing = [t for w in writers for t in w.texts() if store.get(ref_of(t)) != t]
    assert missing == []
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert not Path(f"{path}.corrupt-1").exists()


def test_every_marker_that_was_handed_out_resolves_after_ten_thousand_puts(path):
    # Each is killed in the middle of its puts; what it reported is a marker that is out.
    writers = [Writer(path, name, 2_500, puts=1_000_000) for name in range(4)]
    for writer in writers:
        writer.join()
        assert writer.process.returncode < 0
    texts = [text for writer in writers for text in writer.texts()]
    assert len(texts) >= 10_000
    with closing(open_store(f"sqlite:///{path}")) as store:
        assert [text[:60] for text in texts if store.get(ref_of(text)) != text] == []
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
