"""Which files of a diff a question is about: those that it names, or of a commit that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from headroom.ccr.definition import defined
from headroom.ccr.question.bm25 import Relevance
from headroom.elide.source.outline import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HASH = re.compile(r"(?<![0-9A-Za-z])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?![0-9A-Za-z])", re.ASCII)
_COMMIT = re.compile(r"(?:commit|From) ([0-9a-f]{7,64})(?![0-9A-Za-z])", re.ASCII)
_QUOTED = re.compile(r"`[^`\n]*`")
_BEYOND = re.compile(
    r"(?i)\b(?:why|caus\w+|fail\w*|br[eo]a?k\w*|wrong|regress\w*|crash\w*|problems?|bugs?|affect\w*"
    r"|impact\w*|elsewhere|other|callers?|calls?|us(?:es|ed|ages?|ers?)|depend\w*|compar\w*|besides"
    r"|also|relat\w+)\b"
)
"""A question with one of these words reaches beyond the file that it names."""
_ASKS = re.compile(
    r"\?|^\W*(?i:show|list|quote|give|explain|describe|summari[sz]e|name|tell|find|look|what|which|how|does"
    r"|did|is|are|was|were)\b"
)
_TASK = re.compile(r"(?i)\b(?:can|could|would|will) (?:you|we)\b|\b(?:fix|implement|refactor)\b")
"""To a task, other than to a question, what changes in other files matters as much."""
_LONGEST = 1_000
"""Characters of a question; what is longer is a task."""
_DEFINITIONS = re.compile(
    r"(?i)\b(?:defin\w+|functions?|class(?:es)?|methods?|symbols?|types?|interfaces?|structs?|api"
    r"|names?|signatures?|exports?)\b"
)
_ALSO = re.compile(
    r"\s*(?:error|event|modifier|contract|library|proc|macro|template|typedef)\s+\w+\s*[({;:=]"
    r"|(?:export )?(?:const|let|var) \w+"
)
_ERRORS = re.compile(r"(?i)\b(?:errors?|exceptions?|raise[sd]?|throws?|thrown|panics?)\b")
_RAISES = re.compile(
    r"\b(?:raise|throw|panic|die|abort|revert|bail!?)\b|\bnew \w*(?:Error|Exception)\b"
    r"|errors\.New|Errorf|\bErr\("
)
_USUALLY, _ASKED_FOR = 0.5, 3.0
"""What a line weighs more that defines something, and one of the kind that a question asks for."""


class Worth:
    """How much more changed lines of a kind weigh for a question."""

    def __init__(self, query: str) -> None:
        bare = _QUOTED.sub(" ", query)
        self._defined = _ASKED_FOR if _DEFINITIONS.search(bare) else _USUALLY
        self._raised = _ASKED_FOR if _ERRORS.search(bare) else 0.0

    def of(self, line: str) -> float:
        """Return it for a changed line, with its sign: it may define something, or raise."""
        if self._raised and _RAISES.search(line):
            return self._raised
        return self._defined if defined(line[1:]) or _ALSO.match(line, 1) else 0.0


class Asked(NamedTuple):
    """A part of a diff that changes one file."""

    paths: tuple[str, ...]
    """Its names, before and after."""
    first: int
    """The row on which its header begins."""


class Focus:
    """What of a diff a question is about."""

    def __init__(self, lines: Sequence[str], query: str, files: Iterable[Asked]) -> None:
        files = list(files)
        self._names: tuple[str, ...] = ()
        self.files: set[int] = set()
        """The places of the files that it names; empty if it names none, or all of them."""
        if not _is_narrow(query):
            return
        self.files = {at for at, one in enumerate(files) if _named(one.paths, query)}
        if hashes := _HASH.findall(query):
            self.files |= _of_commits(lines, hashes, files)
        if len(self.files) == len(files):
            self.files = set()
        elif self.files:
            known = {path.rpartition("/")[2] for one in files for path in one.paths}
            self._names = tuple(sorted(name for name in names(query) if name not in known))

    def mentions(self, lines: Iterable[str]) -> bool:
        """Whether an identifier that the question names stands in one of these lines."""
        wanted = self._names
        return bool(wanted) and any(name in line for line in lines for name in wanted)


def _is_narrow(query: str) -> bool:
    """Whether a query asks about what it names, and is no task, survey or question of cause."""
    bare = _QUOTED.sub(" ", query) if len(query) <= _LONGEST else ""
    if not _ASKS.search(bare) or _TASK.search(bare) or _BEYOND.search(bare):
        return False
    return not Relevance(query).survey


def _named(paths: Iterable[str], query: str) -> bool:
    """Whether a question names one of these files, at least by the last part of its path."""
    bases = {path.rpartition("/")[2] for path in paths}
    return any(
        base in query and re.search(rf"(?<![\w.-]){re.escape(base)}(?![\w-])", query)
        for base in bases
        if len(base) > 1
    )


def _of_commits(lines: Sequence[str], hashes: Sequence[str], files: Sequence[Asked]) -> set[int]:
    """Return the places of the files that are changed by commits of which the hash is given."""
    commits = [(row, match[1]) for row, line in enumerate(lines) if (match := _COMMIT.match(line))]
    out: set[int] = set()
    for place, (row, name) in enumerate(commits):
        if any(name.startswith(each) or each.startswith(name) for each in hashes):
            end = commits[place + 1][0] if place + 1 < len(commits) else len(lines)
            out.update(at for at, one in enumerate(files) if row < one.first < end)
    return out
