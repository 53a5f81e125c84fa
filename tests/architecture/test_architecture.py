"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import headroom
from headroom.config.port import PORT, URL

PACKAGE = Path(headroom.__file__).resolve().parent
FILES = sorted(PACKAGE.rglob("*.py"))
VAGUE = {"utils", "helpers", "helper", "manager", "common", "misc", "util"}
BROAD = {
    *("engine/health.py", "events.py", "kompress/model.py", "proxy/app.py", "proxy/pool.py"),
    *("proxy/turn/continuation.py", "proxy/work.py", "tokens/bpe.py"),
}
"""Where foreign code (a compressor, an extension, a handler, a model, a native library that panics) is
run and must not break a request, or is taken to where it is raised."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_are_small(path):
    source = path.read_text("utf-8")
    assert source.count("\n") <= 400
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "a module says what it is"
    assert path.stem not in VAGUE
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < 60, node.name
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            assert len([each for each in arguments if each.arg not in ("self", "cls")]) <= 6, (
                node.name
            )
        if isinstance(node, ast.ExceptHandler) and str(path.relative_to(PACKAGE)) not in BROAD:
            names = (
                {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
                if node.type
                else {"Exception"}
            )
            assert not names & {"Exception", "BaseException"}, f"line {node.lineno}"


def test_the_usual_port_of_the_proxy_is_written_once():
    help_text = PACKAGE / "cli" / "proxy.py"
    written = [path for path in FILES if str(PORT) in path.read_text("utf-8")]
    assert written == [help_text, PACKAGE / "config" / "port.py"]
    assert help_text.read_text("utf-8").count("8787") == help_text.read_text("utf-8").count(URL)


def test_the_version_is_that_of_the_distribution():
    built = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    assert built["project"]["version"] == headroom.__version__


def test_importing_the_package_imports_no_one_else():
    code = (
        "import sys; before = set(sys.modules); import headroom; "
        "print('\\n'.join(sorted({m.split('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert set(done.stdout.split()) <= {"headroom"}


def test_the_public_names_exist():
    assert all(getattr(headroom, name) is not None for name in headroom.__all__)
