"""Where our proxy listens unless somebody says otherwise."""

from __future__ import annotations

PORT = 8787
URL = f"http://127.0.0.1:{PORT}"
