"""`headroom uninstall`: list everything that was ever written for others, then take it back."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from headroom.cli import stream

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only list it.")
@click.option("--data", is_flag=True, help="Remove originals, forms and all else we keep, too.")
def uninstall(*, yes: bool, dry_run: bool, data: bool) -> None:
    """Undo every edit of other programs' files; what others wrote there since stays.

    The package itself is removed by what installed it, such as pip uninstall headroom.
    """
    from headroom.cli.unwrap import told  # noqa: PLC0415 - `--help` is light
    from headroom.config.location import data_folder, state_folder  # noqa: PLC0415
    from headroom.edits import Journal  # noqa: PLC0415
    from headroom.errors import HeadroomError  # noqa: PLC0415
    from headroom.wrap import lease, proxyctl  # noqa: PLC0415

    run = proxyctl.run_folder(state_folder())
    journal = Journal.of_user()
    try:
        lease.sweep(run)
        records, broken = journal.records(), journal.unreadable()
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error
    rows = [(each.owner, str(each.file), ", ".join(each.keys)) for each in records]
    rows += [(each.owner or "?", str(each.file or each.path), each.why) for each in broken]
    folders = [each for each in (data_folder(), state_folder()) if each.exists()] if data else []
    rows += [("our own", str(folder), "all of it") for folder in folders]
    if rows:
        stream.table(("by", "file", "keys"), rows)
    else:
        click.echo("nothing of ours is in other programs' files")
    for variable in _named() if data else ():
        click.echo(f"what {variable} names is not among it; remove that yourself")
    busy = [(den, found) for den in lease.dens(run) if (found := den.listening())]
    for den, found in busy:
        who = "that was started by hand runs" if den.is_by_hand else "still serves agents"
        end = "stop it yourself" if den.is_by_hand else "it ends with the last of them"
        click.echo(f"a proxy {who} at {found.url}; {end}")
    if not rows or dry_run:
        return
    if folders and busy:
        raise stream.Mistake("end those first; --data would take their originals away")
    if not yes:
        click.confirm("Undo all of this?", abort=True)
    try:
        fine = told(journal.undo())
    except HeadroomError as error:
        raise stream.Mistake(str(error)) from error
    if not fine:
        sys.exit(1)  # The journal is needed to try again.
    _remove(folders)


def _named() -> list[str]:
    """Return the variables that name places of ours elsewhere, which may be others' as well."""
    from headroom.config.location import LEDGER_VARIABLE, STORE_VARIABLE  # noqa: PLC0415 - light

    places = {each: os.environ.get(each) for each in (STORE_VARIABLE, LEDGER_VARIABLE)}
    return [each for each, place in places.items() if place not in (None, "", "memory:")]


def _remove(folders: list[Path]) -> None:
    left = [folder for folder in folders if not _removed(folder)]
    if left:
        names = ", ".join(map(str, left))
        raise stream.Mistake(f"not all of it could be removed; remove {names} by hand")


def _removed(folder: Path) -> bool:
    """Remove a folder of ours, as far as that goes; whether it is gone, which is said."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        return False
    _without_empty(folder.parent)
    click.echo(f"{folder} is removed")
    return True


def _without_empty(folder: Path) -> None:
    """Remove the folders around one that was ours, as far as they are empty: below the home."""
    from headroom.config.location import home  # noqa: PLC0415 - `--help` is light

    with suppress(OSError):
        while folder != home() and folder.is_relative_to(home()):
            folder.rmdir()
            folder = folder.parent
