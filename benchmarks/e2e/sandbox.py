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


def again(module: str, args: list[str]) -> int:
    """Run a module of Python in there, with all its processes gone at its end; return its status."""
    command = [*UNSHARE, sys.executable, "-m", module, *args]
    return subprocess.run(command, env=os.environ | {INSIDE: "1"}, check=False).returncode


def inside() -> bool:
    """Say whether this process runs in there; if so, its loopback interface is up afterwards."""
    if INSIDE not in os.environ:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        asked = struct.pack("16sH14s", b"lo", 0, b"")
        name, flags, rest = struct.unpack("16sH14s", fcntl.ioctl(handle, _GET, asked))
        fcntl.ioctl(handle, _SET, struct.pack("16sH14s", name, flags | _UP, rest))
    return True
