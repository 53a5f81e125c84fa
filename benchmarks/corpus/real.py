"""Real tool outputs of the machine at hand: its interpreter, its standard library, this repository."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_MOST = 300_000
_LIBRARY = Path(sysconfig.get_path("stdlib"))


def library() -> dict[str, str]:
    """Return outputs that need no other program: what a shell would print of the standard library."""
    files = sorted((_LIBRARY / "email").glob("*.py"))
    source = (_LIBRARY / "json" / "decoder.py").read_text("utf-8")
    hits = [
        f"{path}:{number}:{line}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if "raise " in line
    ]
    values = {k: v for k, v in sysconfig.get_config_vars().items() if isinstance(v, (str, int))}
    return {
        "source": source,
        "numbered source": "\n".join(
            f"{n:>6}\t{line}" for n, line in enumerate(source.split("\n"), 1)
        ),
        "search": "\n".join(hits),
        "paths": "\n".join(map(str, files)),
        "settings": json.dumps(values, indent=1),
        "sizes": "\n".join(f"{path.stat().st_size},{path.name},{path.parent}" for path in files),
    }


def real() -> dict[str, str]:
    """Return what could be produced here, by title; what could not is simply missing."""
    package = str(_LIBRARY / "json")
    found = {
        "stdlib source": (_LIBRARY / "json" / "decoder.py").read_text("utf-8"),
        "grep over stdlib": _run(
            "grep", "-rn", "--include=*.py", "raise ValueError", str(_LIBRARY / "email"), package
        ),
        "find stdlib": _run("find", str(_LIBRARY / "email"), "-name", "*.py"),
        "ls -l": _run("ls", "-l", str(_LIBRARY / "email")),
        "pip list": _run(sys.executable, "-m", "pip", "list", "-v"),
        "python -v imports": _run(sys.executable, "-v", "-c", "import json", errors=True),
        "git log --stat, here": _run("git", "log", "--stat", "-n", "40"),
        "git log -p": _run("git", "log", "-p", "-n", "5"),
        "git show": _run("git", "show", "HEAD"),
        "own source": (_ROOT / "headroom" / "compress.py").read_text("utf-8"),
        "ps aux, here": _run("ps", "aux"),
        "sysconfig as JSON": json.dumps(
            {k: v for k, v in sysconfig.get_config_vars().items() if isinstance(v, (str, int))},
            indent=1,
        ),
    }
    return {title: text[:_MOST] for title, text in found.items() if text.strip()}


def _run(*command: str, errors: bool = False) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=False, cwd=_ROOT)
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stderr if errors else done.stdout).decode("utf-8", "replace")
