"""Where requests go, as the user's file of settings says it where no variable does.

```toml
[upstreams]
anthropic = "https://gateway.example/anthropic"
```
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from headroom.config import vendor
from headroom.config.location import config_folder
from headroom.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_VARIABLE = "HEADROOM_CONFIG"
_TABLE = "upstreams"


def with_file(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with a variable for each upstream that only the file names.

    The file is `config.toml` in the folder for settings, or the one that `HEADROOM_CONFIG` names.

    Raises:
        ConfigurationError: a file that is named is not there, or it says something else.
    """
    made = dict(environment)
    path = _path(environment)
    if path is None:
        return made
    if FILE_VARIABLE in made:
        made[FILE_VARIABLE] = str(path)  # Whoever gets the environment may be in another folder.
    import tomllib  # noqa: PLC0415 - few have such a file

    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} cannot be read: {_why(error)}") from error
    variables = vendor.variables()
    for name, url in _upstreams(path, said, variables).items():
        if not made.get(variables[name]):
            made[variables[name]] = url
    return made


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)


def _path(environment: Mapping[str, str]) -> Path | None:
    """Return the file; None where there is none, nor a folder that it could be in."""
    named = environment.get(FILE_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    try:
        usual = config_folder() / "config.toml"
    except ConfigurationError:
        return None
    return usual if usual.exists() else None


def _upstreams(
    path: Path, said: Mapping[str, object], variables: Mapping[str, str]
) -> dict[str, str]:
    unknown = sorted(said.keys() - {_TABLE})
    table = said.get(_TABLE, {})
    if unknown or not isinstance(table, dict):
        what = f"[{_TABLE}] is no table" if not unknown else f"there is no setting {unknown[0]!r}"
        raise ConfigurationError(f"{path}: {what}; it holds [{_TABLE}] with NAME = URL")
    for name, url in table.items():
        if name not in variables:
            known = ", ".join(variables)
            raise ConfigurationError(f"{path}: no upstream {name!r}; there are {known}")
        if not isinstance(url, str):
            raise ConfigurationError(f"{path}: upstream {name} is {url!r}; it must be a URL")
    return table
