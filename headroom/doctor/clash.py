"""Checks of what gets in the way: variables that reroute this machine's own traffic, leftovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.doctor.finding import Finding, Level
from headroom.edits import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headroom.doctor.finding import World

AREA = "clash"
_FORWARDERS = ("http_proxy", "all_proxy")
"""What sends plain HTTP elsewhere, as that to a local proxy is."""
_LOCAL = {"*", "127.0.0.1", "127.0.0.0/8", "127.0.0.1/32"}
"""Exceptions that cover a local proxy's address."""
_OURS = ("HEADROOM_STORE", "HEADROOM_LEDGER", "HEADROOM_PROXY_TOKEN")


def check(world: World) -> Iterator[Finding]:
    """Yield what gets in the way, or that nothing does."""
    found = [*_forwarded(world), *_leftovers()]
    yield from found
    named = [each for each in _OURS if world.environ.get(each)]
    if named:
        yield Finding(
            AREA, Level.OK, f"set in this shell, and maybe nowhere else: {', '.join(named)}"
        )
    if not found:
        yield Finding(AREA, Level.OK, "nothing gets in the way")


def _forwarded(world: World) -> Iterator[Finding]:
    """Yield that agents would send what is meant for a local proxy through one elsewhere."""
    lower = {name.lower(): value for name, value in world.environ.items() if value}
    forwarder = next((each for each in _FORWARDERS if each in lower), None)
    if forwarder is None:
        return
    excepted = {each.strip() for each in lower.get("no_proxy", "").split(",")}
    if excepted & _LOCAL:
        return
    before = f"{lower['no_proxy']}," if lower.get("no_proxy") else ""
    yield Finding(
        AREA,
        Level.WARN,
        f"{forwarder.upper()} is set and NO_PROXY leaves 127.0.0.1 out: agents may send what is "
        "meant for the local proxy elsewhere",
        f"export NO_PROXY={before}127.0.0.1,localhost",
    )


def _leftovers() -> Iterator[Finding]:
    """Yield edits of settings that cannot be undone, or were not although their files are gone."""
    journal = Journal.of_user()
    for broken in journal.unreadable():
        whose = f"what {broken.owner or 'somebody'} changed in {broken.file or 'a file'}"
        said = f"{whose} cannot be undone: {broken.path} cannot be used: {broken.why}"
        yield Finding(AREA, Level.FAIL, said, broken.remedy)
    for each in journal.records():
        if not each.file.exists():
            said = f"{each.file}, which {each.owner} had changed, is gone"
            yield Finding(AREA, Level.WARN, said, f"headroom {_undoing(each.owner)}")


def _undoing(owner: str) -> str:
    kind, _, name = owner.partition(" ")
    return f"mcp uninstall {name}" if kind == "mcp" else f"unwrap {name}"
