"""Which certificates the user trusts besides the system's, by variables of other programs."""

from __future__ import annotations

import os
from pathlib import Path

_INSTEAD = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Stand in the place of the system's; the TLS library itself reads them."""
_BESIDES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""What other programs of this user trust, which speak to the same upstreams."""

VARIABLES = (*_INSTEAD, *_BESIDES)
"""All of them."""


def named_certificates() -> list[tuple[str, Path]] | None:
    """Return the files and folders of certificates to trust besides, each with its variable.

    None where the user says nothing of certificates at all.
    """
    environment = os.environ  # noqa: TID251 - this is the place that reads them
    found = [(name, Path(value)) for name in _BESIDES if (value := environment.get(name))]
    return found if found or any(environment.get(name) for name in _INSTEAD) else None
