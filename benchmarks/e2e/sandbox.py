"""A network with nothing but the loopback interface, where the system lets us have one."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

INSIDE = "HEADROOM_E2E_INSIDE"
"""Set in the environment of the process that runs in there."""
UNSHARE = ["unshare", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
_GET, _SET, _UP = 0x8913, 0x8914, 0x1


def possible() -> bool:
    """Say whether this system gives us such a network."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def again(module: str, args: list[str], told: str) -> int:
    """Run a module of Python in there, with all its processes gone at its end; return its status.

    Args:
        module: its name.
        args: of its command line.
        told: what `inside` returns in there; not empty.
    """
    command = [*UNSHARE, sys.executable, "-m", module, *args]
    return subprocess.run(command, env=os.environ | {INSIDE: told}, check=False).returncode


def inside() -> str | None:
    """Return what this process was told if it runs in there, else None.

    In there its loopback interface is up afterwards.
    """
    if INSIDE not in os.environ:
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        asked = struct.pack("16sH14s", b"lo", 0, b"")
        name, flags, rest = struct.unpack("16sH14s", fcntl.ioctl(handle, _GET, asked))
        fcntl.ioctl(handle, _SET, struct.pack("16sH14s", name, flags | _UP, rest))
    return os.environ[INSIDE]
