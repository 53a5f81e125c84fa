"""`headroom model`: whether a model for prose is here, and the one command that downloads it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from headroom.cli import stream
from headroom.config.location import MODEL_VARIABLE, hub_cache, model_folder
from headroom.errors import ModelError
from headroom.kompress import location
from headroom.kompress.model import TokenModel, load


@click.group()
def model() -> None:
    """The model that `--engine ml` asks which words of prose matter."""


@model.command(short_help="Say what model is here, and whether it runs.")
def status() -> None:
    """Say where a model was looked for, what is there, and whether it runs; downloads nothing."""
    named = model_folder()
    click.echo(f"{MODEL_VARIABLE}: {named or 'not set'}")
    if named is None:
        click.echo(f"cache of the hub: {hub_cache()}")
    paths = [path for place in location.places() for path in (place.model, place.tokenizer)]
    for path in dict.fromkeys(paths):
        click.echo(f"  {'found  ' if path.is_file() else 'missing'} {path}")
    try:
        click.echo(f"ready: {_tried(load())}")
    except ModelError as error:
        raise stream.Mistake(str(error)) from error


@model.command(short_help="Download the model, after asking.")
@click.option("--full", is_flag=True, help="The model with full weights, for any runtime.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def fetch(full: bool, yes: bool) -> None:  # noqa: FBT001 - click hands flags over like this
    """Download the model into the cache of the hub, after asking; nothing else ever does."""
    name = location.FULL if full else location.SMALL
    wanted = (
        (location.MODEL_REPOSITORY, location.MODEL_REVISION, name),
        (location.TOKENIZER_REPOSITORY, location.TOKENIZER_REVISION, location.TOKENIZER),
    )
    if model_folder() is not None:
        raise stream.Mistake(f"{MODEL_VARIABLE} names a model of your own; unset it first")
    hub = _hub()
    for repository, revision, file in wanted:
        click.echo(f"{repository} at {revision[:8]}: {file}", err=True)
    if not yes:
        click.confirm(f"Download {location.size(name)} into {hub_cache()}?", abort=True, err=True)
    paths = [_download(hub, *each) for each in wanted]
    try:
        click.echo(f"ready: {_tried(TokenModel(location.Place(paths[0], paths[1])))}")
    except ModelError as error:
        hint = "" if full else "; `headroom model fetch --full` gets the one for any runtime"
        raise stream.Mistake(f"{error}{hint}") from error


def _hub() -> Any:
    try:
        return importlib.import_module("huggingface_hub")
    except ImportError as error:
        raise stream.Mistake(f"{error}; this needs pip install 'headroom[ml]'") from error


def _download(hub: Any, repository: str, revision: str, file: str) -> Path:
    """Return where a file lies now; the hub's package shows its own progress bar.

    Raises:
        Mistake: the hub cannot be reached, or has no such file.
    """
    named = (getattr(hub.errors, name, OSError) for name in ("HTTPError", "XetDownloadError"))
    known: tuple[type[Exception], ...] = (OSError, ValueError, *named)
    try:
        # Both repositories are public: a token of the user's has no business there.
        made = hub.hf_hub_download(
            repository, file, revision=revision, cache_dir=hub_cache(), token=False
        )
    except known as error:
        raise stream.Mistake(f"cannot download {file}: {_line(error)}") from error
    return Path(made)


def _tried(made: TokenModel) -> Path:
    """Run the model once and return where it lies."""
    made("The harbour lies to the north.", lambda: False)
    return made.place.model


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
