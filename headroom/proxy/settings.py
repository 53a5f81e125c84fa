"""`Settings`: everything about a proxy that its user decides."""

from __future__ import annotations

from dataclasses import dataclass, field

from headroom.config import Options
from headroom.proxy import route


@dataclass(frozen=True, slots=True)
class Settings:
    """What a proxy does; built from the command line or by whoever embeds one."""

    upstreams: dict[str, str] = field(default_factory=lambda: route.upstreams({}))
    """URL of each upstream, by name."""
    options: Options = field(default_factory=Options)
    """How texts are shortened where they may be."""
    token: str | None = None
    """What each request has to name; None where only this machine can connect."""
    hosts: frozenset[str] = frozenset()
    """Names besides those of the loopback interface that a request's Host may be."""
    max_body: int = 64_000_000
    """Bytes of a request, unpacked, up to which it is looked at; larger ones are relayed."""
    deadline: float = 1.0
    """Seconds that shortening a request may take; what is not done by then stays as it is."""
    shared: bool = False
    """Whether the engine's store of originals is one that other processes of this machine read.

    Without it no agent could fetch what is left out of a text."""
    durable: bool = False
    """Whether originals outlive the proxy although nobody else here reads them, as on a server.

    Then the tool that the proxy offers can fetch them, and only that."""
    shell: str | None = "headroom retrieve"
    """Command with which an agent's shell fetches originals; None: agents have no such shell."""
    continuations: int = 8
    """Times that our tool is answered in one turn of the model before that is told to stop."""
    patience: float = 600.0
    """Seconds after which a turn in which our tool was called is continued no more."""
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    """Keys that signed requests go out with, by upstream; see `headroom.proxy.lending`."""
    explain: bool = False
    """Whether answers say in `x-headroom-...` headers what became of their requests.

    A request that has `x-headroom-explain` says so for itself."""
    threads: int = 3
    """Requests that are shortened at the same time."""
