"""Survey: whether a question asks for an overview of a text, and for which sort of one."""

from __future__ import annotations

import re
from typing import NamedTuple

from headroom.ccr.question.bm25 import Relevance

_ABOUT_IT = r"(?:this|it|these|those|there|here)\b"
_ASKS = re.compile(
    r"(?i)\b(?:gist|recap|synopsis|nutshell|briefly|at a glance|in (?:short|brief)|outliers?"
    r"|topics?|table of contents|section by section|high[- ]level|big picture|bottom line"
    r"|brief (?:me|us)\b|condense|digest of|tl;?dr|rundown|sketch (?:the|this|its)\b|how widely"
    r"|sum(?:s|med)? (?:[\w']+ ){0,4}up\b|status (?:summary|report)|walk me through this"
    r"|(?:main|key|important|major) (?:problems?|findings?|issues?|topics?|parts?|changes?|facts?)"
    rf"|(?:does|do|did) {_ABOUT_IT}(?: [\w-]+){{0,3}} (?:cover|say|show|tell|mean|define|do\b)"
    r"|what(?:'s|’s| is| are| was| were| do we| can we| did)? (?:all )?(?:defined |see )?"
    r"(?:here|(?:in|on) (?:this|the|these) \w+)\s*[?.!]*$"
    r"|what (?:is|are|was|were) (?:this|these)(?: \w+)? (?:all )?about"
    r"|what (?:it|this|that) (?:is|was) (?:all )?about\s*[?.!]*$"
    r"|(?:which|what) (?:\w+ )?(?:sections|headings|chapters|topics|functions|classes|definitions)"
    r" (?:(?:are|is|live|exist|stand)\b )?(?:there|here|in (?:this|the) \w+)\s*[?.!]*$"
    r"|(?:list|name|show|give)(?: me)? (?:what|everything|all)(?: that)?(?: is| are)? "
    r"(?:defined|declared|the (?:definitions|functions|classes|symbols|headings|sections))"
    r"|describe (?:this|the|these) \w+\s*[?.!]*$)"
)
"""Other words for an overview than those that `Relevance` knows. They may mean something else."""
_STRUCTURE = re.compile(
    r"\b(?:outline|topics?|table of contents|sections?|chapters?|headings?|structure|covers?"
    r"|on (?:this|the) page|covered|gliederung|inhaltsverzeichnis|plan du document|índice)\b"
)
_META = re.compile(
    r"(?i)\b(?:summar\w*|overview|outline|review|what stands out|key facts|unusual|commit message"
    r"|this|these|main|short|brief|give me|point out|file|module|text|table|page|article|data"
    r"|brief|condense|sketch|patch|profile|reports|there|live|set|have a look|tell|about"
    r"|results?|diff|points?|happened|anything|write|what|list|gist|recap|in short|briefly"
    r"|sum|up|outliers?|topics?|section by section|covers?|document|defined|here|draft|overall"
    r"|status|problems?|report|see|say|tests?|runs?|builds?|logs?|traces?|output|scan)\b"
)
"""Words of a question that ask for an overview and say nothing of its subject."""
_HOW = re.compile(
    r"(?i)\bhow did\b(?!.*\b(?:go|end|turn out|come out|perform)\b)"
    r"|\bwhat happened (?=(?:to|with|when|after|before|between|at) \S)"
)
"""A question that is none for an overview, though it begins like one."""
_SURE = re.compile(r"(?i)^\W*sum up\b|\bhow (?:does|do|did) (?:this|the|it)(?: [\w-]+){0,3} look\b")
_QUOTED = re.compile(
    r"`[^`\n]*`|(?<!\w)'[^'\n]*'(?!\w)|\"[^\"\n]*\"|“[^”\n]*”|„[^“\n]*“|«[^»\n]*»|「[^」\n]*」"
)
_FEW = 3
"""Words on a subject of its own up to which a question may ask for an overview in other words."""


class Question(NamedTuple):
    """A question, and how it is to be answered."""

    relevance: Relevance
    """How well texts fit it; for an overview how well they fit what it says of a subject."""
    survey: bool = False
    """Whether it asks for an overview."""
    structure: bool = False
    """Whether it asks how a document is built, and so for its headings."""


def of_structure(query: str) -> bool:
    """Whether a question asks how a document is built; most are told without being read."""
    return _STRUCTURE.search(query.lower()) is not None and read(query).survey


def read(query: str) -> Question:
    """Return what a question asks for."""
    spoken = _HOW.sub("how ", query)
    relevance = Relevance(spoken, wide=True)
    if not relevance.survey:
        bare = _META.sub(" ", query)
        if not _SURE.search(query) and (relevance.named or not _ASKS.search(query)):
            return Question(relevance)
        if not _SURE.search(query) and len(Relevance(bare).terms) > _FEW:
            return Question(relevance)
    elif relevance.named and not Relevance(_QUOTED.sub(" ", spoken)).survey:
        return Question(relevance)  # "What is said under 'Summary'?"
    relevance = Relevance(_META.sub(" ", query), survey=True)
    return Question(relevance, survey=True, structure=_STRUCTURE.search(query.lower()) is not None)
