"""Benchmarks that anybody can run: `python -m benchmarks.run`. They write into nobody's home."""

import os

os.environ.setdefault("HEADROOM_STORE", "memory:")
