"""`headroom unwrap`: take what `wrap --persist` wrote out of an agent's settings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from headroom.cli import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.edits import Outcome


@click.command()
@click.argument("name", metavar="AGENT")
def unwrap(name: str) -> None:
    """Put AGENT's settings back as they were; what others wrote there since stays."""
    from headroom.config.location import state_folder  # noqa: PLC0415 - `--help` is light
    from headroom.edits import Journal  # noqa: PLC0415
    from headroom.errors import HeadroomError  # noqa: PLC0415
    from headroom.wrap import agent, durable, lease, proxyctl  # noqa: PLC0415

    try:
        spec = agent.load(name)
        lease.sweep(proxyctl.run_folder(state_folder()))
        outcomes = Journal.of_user().undo(durable.owner(spec))
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error
    if not outcomes:
        click.echo(f"nothing of ours is in the settings of {spec.title}")
    if not told(outcomes):
        sys.exit(1)


def told(outcomes: Sequence[Outcome]) -> bool:
    """Say what became of each file; return whether all went well."""
    for outcome in outcomes:
        if outcome.note:
            click.echo(f"{outcome.file} could not be put back: {outcome.note}", err=True)
        elif outcome.after is None and outcome.changed:
            click.echo(f"{outcome.file} is gone, as before")
        else:
            said = "is back as it was" if outcome.changed else "had nothing of ours any more"
            click.echo(f"{outcome.file} {said}")
    return not any(outcome.note for outcome in outcomes)
