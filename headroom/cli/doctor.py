"""`headroom doctor`: what is right and wrong with this installation, and what to do about it."""

from __future__ import annotations

import json
import os
import sys
from itertools import chain
from typing import TYPE_CHECKING

import click

from headroom.cli import stream

if TYPE_CHECKING:
    from headroom.doctor.finding import Finding

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option("--offline", is_flag=True, help="Contact no host but this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(*, offline: bool, as_json: bool) -> None:
    """Check installation, store, proxies, agents, MCP clients and what gets in their way.

    Nothing is changed, and of other machines only the hosts of installed agents are connected to.
    The status is 1 if something does not work.
    """
    from headroom.config.location import home  # noqa: PLC0415 - `--help` is light
    from headroom.doctor.diagnosis import diagnose, reach, surroundings  # noqa: PLC0415
    from headroom.doctor.finding import Level, World  # noqa: PLC0415
    from headroom.wrap.health import health  # noqa: PLC0415

    environment, mistakes = surroundings(os.environ)
    world = World(environment, home(), stream.here(), health, None if offline else reach)
    found = []
    for each in chain(mistakes, diagnose(world)):
        found.append(each)
        if not as_json:
            _tell(each)
    levels = [each.level for each in found]
    if as_json:
        click.echo(json.dumps([each.view() for each in found], indent=2))
    else:
        counts = ", ".join(f"{levels.count(each)} {each}" for each in Level)
        click.echo(counts)
    if Level.FAIL in levels:
        sys.exit(1)


def _tell(finding: Finding) -> None:
    level = f"{finding.level:<4}"
    if stream.coloured(None):
        level = click.style(level, fg=_COLOURS[finding.level])
    click.echo(f"{level}  {finding.area:<8}  {finding.text}")
    if finding.fix:
        click.echo(f"{'':<16}-> {finding.fix}")
