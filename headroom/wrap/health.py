"""Asks who listens at a URL, and whether a proxy of ours is well there."""

from __future__ import annotations

import json
from typing import Any

_PATIENCE = 3.0
_MOST = 100_000
"""Bytes of an answer that are read."""


def health(url: str, patience: float = _PATIENCE) -> dict[str, Any] | None:
    """Return what a proxy of ours says about itself, {} for another program, None for nobody.

    Args:
        url: where it is said to listen.
        patience: seconds in which it has to answer.
    """
    from http.client import HTTPException  # noqa: PLC0415 - proxies load this module and never ask
    from urllib.error import HTTPError, URLError  # noqa: PLC0415
    from urllib.request import ProxyHandler, build_opener  # noqa: PLC0415

    asked = f"{url.rstrip('/')}/health"
    try:
        with build_opener(ProxyHandler({})).open(asked, timeout=patience) as answer:
            said = json.loads(answer.read(_MOST))
    except HTTPError as error:
        error.close()
        return {}
    except (URLError, OSError, HTTPException):
        return None
    except ValueError:
        return {}
    ours = isinstance(said, dict) and {"status", "reasons", "version"} <= said.keys()
    return said if ours else {}
