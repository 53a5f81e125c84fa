"""Changes without the heads of a diff, as `rustfmt --check` and other formatters print them.

Diff in src/cart.rs:103:
     let total = sum(items);
-    show(total, "coins");
+    show(total, "copper coins");
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from headroom.core.split import lines_of
from headroom.elide.lines.by_line import marked

if TYPE_CHECKING:
    from headroom.elide.gapped import Gapped

_CHANGED = re.compile(r"[+-](?![-+=|]|\s*[\d.]+\s*$)")
"""A line that comes or goes; no rule, no border of a table, no number."""
_HUNK = re.compile(r"@@ -\d")
_LEAST, _SHARE = 2, 0.15
"""Lines of either sign in such a text at least, and the share of its lines that both have."""
_MOST_OTHER = 0.3
"""Share of the lines that may be neither changed nor set in beside what is."""
_NEAR = 1
"""Lines around changed ones that stay."""


def is_change(text: str) -> bool:
    """Whether most of a text are lines with their changes marked, without heads of hunks."""
    if "\n+" not in text or "\n-" not in text or _HUNK.search(text):
        return False
    lines = [line for line in lines_of(text) if line and not line.isspace()]
    signs = [line[0] for line in lines if _CHANGED.match(line)]
    if min(signs.count("+"), signs.count("-")) < _LEAST or len(signs) < _SHARE * len(lines):
        return False
    other = sum(line[0] not in "+- \t" for line in lines)
    return other <= _MOST_OTHER * len(lines)


def by_change(text: str) -> Gapped | None:
    """Return the lines that come and go with the ones beside them, and what is at the margin."""
    lines = lines_of(text)
    changed = [at for at, line in enumerate(lines) if _CHANGED.match(line)]
    kept = {near for at in changed for near in range(at - _NEAR, at + _NEAR + 1)}
    kept |= {at for at, line in enumerate(lines) if line and line[0] not in " \t"}
    return marked(lines, sorted(at for at in kept if 0 <= at < len(lines)))
