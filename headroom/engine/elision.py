"""`elide`: the lossy step; what a reader needs most, the rest left out by ranges.

Pure: whether it may be used, and that the original is stored first, is the pipeline's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from headroom.ccr.question.bm25 import Relevance
from headroom.ccr.rows.fragment import may_be_fragment
from headroom.core.split import lines_of
from headroom.core.types import ContentType, Grade
from headroom.elide.diff.by_change import by_change, is_change
from headroom.elide.diff.by_context import by_context, is_context
from headroom.elide.diff.by_hunk import by_hunk
from headroom.elide.gapped import Gapped
from headroom.elide.lines.by_line import by_line
from headroom.elide.lines.by_option import by_option
from headroom.elide.lines.by_pair import by_pair
from headroom.elide.prose.by_sentence import by_sentence, of_page
from headroom.elide.prose.changelog import is_changelog
from headroom.elide.prose.genre import is_document, is_prose
from headroom.elide.rows.by_element import by_element
from headroom.elide.rows.by_entry import by_entry
from headroom.elide.rows.by_fragment import by_fragment
from headroom.elide.rows.by_page import by_page
from headroom.elide.rows.by_record import WHOLE, by_record
from headroom.elide.rows.loose import loose
from headroom.elide.scale import Scale
from headroom.elide.snapshot.by_node import by_node
from headroom.elide.source.by_code import by_code, may_be_code
from headroom.engine.affordable import MAY_FOLD, guessed_up_to, whole_up_to
from headroom.engine.bare import AS_LINES, bare, in_other_words, stripped
from headroom.engine.blocks import blocks_of, is_broken
from headroom.engine.codec import bytes_of, fold_text
from headroom.engine.cut import Cut, looks_marked, sealed
from headroom.engine.told import of_known, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headroom.core.types import Compressed, Context
    from headroom.engine.codec import Attempts, Folded
    from headroom.engine.guard import Margin
    from headroom.engine.router import ContentRouter

_SHARES = {
    ContentType.JSON: 0.42,
    ContentType.TABLE: 0.70,
    ContentType.LOG: 0.27,
    ContentType.TEST: 0.28,
    ContentType.SEARCH: 0.33,
    ContentType.COLUMNS: 0.45,
    ContentType.LISTING: 0.45,
    ContentType.DIFF: 0.56,
    ContentType.CODE: 0.50,
    ContentType.TEXT: 0.55,
    ContentType.MARKUP: 0.36,
}
_SHARE = 0.6
"""The same of any other kind."""
_SCALE = Scale(24_000, 0.25, 0.6)
"""Of JSON of which something is asked; an overview is of all of it."""
_AS_ENTRIES = {ContentType.TEXT: 0.8, ContentType.LOG: 1.6}
"""What a text gets of its usual share that turns out to be records: as much as columns do."""
_MIN_TOKENS = 400
"""Small outputs stay whole: a gap in them saves little and costs a call."""
_MIN_ASKED = 150
"""The same where the user has set a budget."""
_STEADY = (
    *(ContentType.LOG, ContentType.DIFF, ContentType.TEXT, ContentType.JSON),
    ContentType.TABLE,
)
"""Kinds of which what is left is sure to be of that kind too, so that nobody need look again."""
_UNTOLD = 0.5
"""Taken for how well the whole folds where what is left does not tell."""
_APART = 0.0
"""The same for paths: those that are left stand alone, and a whole list may fold to a fifth."""
_BY_NUMBER, _PATTERNS, _EASED = "text", "log", 0.9
"""Compressors of lines that come again, and of lines of one wording; the share of the tokens of
kept lines down to which the second has to come."""
Fold = Callable[[str], str]


def elide(
    text: str, ctx: Context, router: ContentRouter, margin: Margin, run: Attempts
) -> Cut | Folded | None:
    """Return the text with what matters least left out, or None where that does not pay.

    Where it folds to so little that no cut is better, or no cut pays, it may be returned folded.

    What is returned has fewer bytes too. The context's options say how much may stay: `share` of
    what is usual for the kind of text, or `keep`, a share of the text; and to `guess` what matters
    where it is not clear what is asked for. In a text of long parts of several kinds each is cut by
    itself. `look`, `filtered`, `scripted`, `summed` and `ranged` say that its reader looked around
    for what there is, let through what it wants, had a script of its own print it, had it added up,
    or asked for these very lines.
    """
    if ctx.count(text) < _least(ctx) or looks_marked(text):
        return None
    made = _made(text, ctx, router, margin, run)
    return made if made is not None and bytes_of(made.text) < bytes_of(text) else None


def _made(
    text: str, ctx: Context, router: ContentRouter, margin: Margin, run: Attempts
) -> Cut | Folded | None:
    fold_ = partial(_folded, ctx, router, margin, run)
    try_ = partial(fold_text, text, ctx, router, margin, run)
    # Its kind is told, and its lines are chosen, without the colours of a terminal, and without
    # the CR that ends each of them.
    shown = bare(text)
    shown, fenced, aside = stripped(shown, ctx.query, router)
    if fenced or aside:
        ctx = replace(ctx, options={**ctx.options, "fenced": fenced, "aside": aside})
        fold_ = partial(_folded, ctx, router, margin, run)
    if (other := in_other_words(shown)) is not None:
        ctx = replace(ctx, options={**ctx.options, "retold": other.said})
        return _folded_or_cut(other.text, other.kind, ctx, (fold_, try_), text)
    kind = told(shown)
    if kind is ContentType.TABLE and _lone_rows(shown):
        fold_ = partial(_folded, ctx, router, margin, run, kind=ContentType.TABLE)
    if kind is ContentType.DIFF:
        return _cut(shown, kind, ctx, fold_, text)
    if kind is not None:
        return _folded_or_cut(shown, kind, ctx, (fold_, try_), text)
    parts = router.parts(shown)
    if is_broken(shown, parts):
        return _folded_or_cut(shown, ContentType.TEXT, ctx, (fold_, try_), text)
    blocks = blocks_of(shown, parts)
    if len(blocks) > 1:
        keep = partial(_kept, ctx, router, margin, run)
        return _joined(text, shown, blocks, ctx, (fold_, keep))
    if len(parts) == 1 and parts[0].type in _STEADY and not may_be_fragment(shown):
        fold_ = partial(_folded, ctx, router, margin, run, kind=parts[0].type)
    return _folded_or_cut(shown, blocks[0][2], ctx, (fold_, try_), text)


def _folded_or_cut(
    text: str,
    kind: ContentType,
    ctx: Context,
    folds: tuple[Fold, Callable[[], Folded | None]],
    stored: str,
) -> Cut | Folded | None:
    """Return a text folded where that is short enough, so that no cut of it need be made."""
    fold_, try_ = folds
    whole = whole_up_to(kind, ctx)
    if text is not stored or not whole < ctx.count(text) <= MAY_FOLD * whole:
        return _cut(text, kind, ctx, fold_, stored)
    folded = try_()
    if folded is not None and folded.tokens <= whole:
        return folded
    cut = _cut(text, kind, ctx, fold_, stored)
    return folded if cut is None else replace(cut, folded=folded)


def _lone_rows(text: str) -> bool:
    """Whether each row of a table of quoted cells stands on one line."""
    return text[:1] == '"' and not any(line.count('"') % 2 for line in lines_of(text))


def _least(ctx: Context) -> int:
    return _MIN_TOKENS if ctx.options.get("keep") is None else _MIN_ASKED


def _folded(
    ctx: Context,
    router: ContentRouter,
    margin: Margin,
    run: Attempts,
    text: str,
    *,
    kind: ContentType | None = None,
) -> str:
    """Return what was kept folded, or as it is.

    In what was kept the reader looks for something: no line of it is told by the number of another,
    and patterns, which cost an effort too, have to save more than other forms.
    """

    def attempt(name: str, text: str, ctx: Context, below: int | None) -> Compressed | None:
        return None if name == _BY_NUMBER else run(name, text, ctx, below)

    folded = fold_text(text, ctx, router, margin, attempt, kind=kind)
    if folded is None or (
        _PATTERNS in folded.compressors and folded.tokens > _EASED * ctx.count(text)
    ):
        return text
    return folded.text


def _kept(ctx: Context, router: ContentRouter, margin: Margin, run: Attempts, text: str) -> str:
    """Return a part of a text folded so that all of it comes back, or as it is."""
    folded = fold_text(text, ctx, router, margin, run)
    return text if folded is None or folded.grade is not Grade.EXACT else folded.text


def _joined(
    text: str,
    shown: str,
    blocks: Sequence[tuple[int, int, ContentType]],
    ctx: Context,
    folds: tuple[Fold, Fold],
) -> Cut | None:
    """Return the parts of a mixed text, each cut by itself or, where that does not pay, folded.

    `folds` are for what is left of a part, and for a whole one, which is not stored.
    """
    sent, lines = lines_of(text), lines_of(shown)
    ctx = replace(ctx, options={**ctx.options, "fenced": False})  # it stands among the parts
    out: list[str] = []
    notes: list[str] = []
    originals: dict[str, str] = {}
    for start, below, kind in blocks:
        # The mark of a fence is an empty line in what is shown, and is sent as it is.
        end = max(start + 1, below - (not lines[below - 1] and sent[below - 1] != ""))
        piece = "\n".join(lines[start:end])
        stored = piece if shown is text else "\n".join(sent[start:end])
        cut = None
        if ctx.count(piece) >= _least(ctx):
            cut = _cut(piece, kind, ctx, folds[0], stored)
        out += [folds[1](stored) if cut is None else cut.text, *sent[end:below]]
        if cut is not None:
            notes.append(f"part of lines {start + 1}-{end}: {cut.note}")
            originals.update(cut.originals)
    joined = "\n".join(out)
    return Cut(joined, ctx.count(joined), "; ".join(notes), originals) if originals else None


def _of_records(
    text: str, kind: ContentType, query: str, share: float, *, guess: bool
) -> Gapped | None:
    """Return what is kept of a text that is read as lines and turns out to hold records."""
    found = by_record(text, kind, query, share * _SHARES[ContentType.TABLE], guess=guess)
    if found is not None or kind is ContentType.CODE:
        return found
    share *= _AS_ENTRIES[kind]
    found = by_entry(text, query, share, guess=guess)
    if found is None and kind is ContentType.TEXT and loose(text) is not None:
        found = by_record(text, ContentType.COLUMNS, query, share, guess=guess)
    return None if found is None or may_be_code(text) else found


def _of_sentences(text: str, ctx: Context, share: float) -> Gapped | None:
    """Return what is kept of a document: by the second engine for prose if there is one."""
    refine = ctx.options.get("refine")
    made: Gapped | None = refine(text, ctx.query, share) if refine else None
    exact = ctx.options.get("keep") is not None
    return made or by_sentence(text, ctx.query, share, exact=exact)


def _told(text: str, kind: ContentType, ctx: Context, share: float) -> tuple[Gapped, bool] | None:
    """Return what is kept of a text that is told by its form whatever its kind is, or None."""
    asked = ctx.options.get("keep")
    if kind is not ContentType.JSON and may_be_fragment(text):
        more = 1.0 if asked is not None else _SHARES[ContentType.JSON] / _SHARES.get(kind, _SHARE)
        guess = bool(ctx.options.get("guess"))
        if found := by_fragment(text, ctx.query, share * more, guess=guess):
            return found, False
    if kind not in AS_LINES:
        return None
    usual = asked is None and float(ctx.options.get("share", 1.0)) >= 1.0
    if usual and (options := by_option(text, ctx.query)):
        return options, True
    if pairs := by_pair(text, ctx.query, share):
        return pairs, True
    return (by_change(text) or WHOLE, True) if is_change(text) else None


def _chosen(text: str, kind: ContentType, ctx: Context, share: float) -> tuple[Gapped | None, bool]:
    """Return what is kept of a text by what it turns out to be, and whether that is not folded.

    None where its lines tell no more than lines of its kind do.
    """
    asked, guess = ctx.options.get("keep"), bool(ctx.options.get("guess"))
    if (told := _told(text, kind, ctx, share)) is not None:
        return told
    # Source shall still parse; in sentences hardly anything repeats, and folds make them harder.
    bare = False
    match kind:
        case ContentType.JSON | ContentType.TABLE | ContentType.COLUMNS:
            made = by_record(text, kind, ctx.query, share, fill=asked is not None, guess=guess)
        case ContentType.DIFF:
            shorten = by_context if is_context(text) else by_hunk
            made = shorten(text, ctx.query, share)
        case ContentType.MARKUP:
            made = by_element(text, ctx.query, share, guess=guess)
            made = made or by_node(text, ctx.query, share, exact=asked is not None)
            made = made or by_page(text, ctx.query, share, guess=guess)
            bare = made is None
            made = made or of_page(text, ctx.query, share, exact=asked is not None)
        case ContentType.TEXT | ContentType.CODE | ContentType.LOG if is_changelog(text):
            made = _of_sentences(text, ctx, share)
            bare = made is not None
        case ContentType.TEXT | ContentType.CODE | ContentType.LOG if records := _of_records(
            text, kind, ctx.query, share, guess=guess
        ):
            made = records
        case ContentType.TEXT if (
            may_be_code(text)
            and not is_document(text)
            and (source := by_code(text, ctx.query, share, guess=guess))
        ):
            made, bare = source, True
        case ContentType.TEXT | ContentType.CODE | ContentType.LOG if is_prose(
            text, code=kind is not ContentType.TEXT
        ):
            made = _of_sentences(text, ctx, share)
            bare = made is not None
        case ContentType.CODE:
            made = by_code(text, ctx.query, share, guess=guess)
            bare = made is not None
        case _:
            made = None
    return made, bare


def _cut(text: str, kind: ContentType, ctx: Context, fold_: Fold, stored: str) -> Cut | None:
    """Return a text of one kind with gaps, or None where nothing can be left out.

    `stored` is what it was before colours were taken out of it.
    """
    asked = ctx.options.get("keep")
    whole = whole_up_to(kind, ctx)
    if ctx.count(text) <= whole:
        return _retold(text, ctx, fold_, stored) if ctx.options.get("retold") else None
    share = _share(text, kind, ctx) if asked is None else float(asked)
    known = of_known(text, kind, ctx, share, lambda: _share(text, ContentType.JSON, ctx))
    made, bare = _chosen(text, kind, ctx, share) if known is None else (known, False)
    made = made or by_line(text, kind, ctx.query, share, fill=asked is not None)
    if made is None or made is WHOLE:
        return None
    if aside := ctx.options.get("aside"):
        made = replace(made, kept=f"{made.kept}, {aside}")
    if ctx.options.get("fenced"):
        made = replace(made, kept=f"{made.kept}, without their fence")
    if said := ctx.options.get("retold"):
        made = replace(made, kept=f"{said}: {made.kept}")
    body = made.body if bare else fold_(made.body)
    folding = 1.0 if bare else _UNTOLD
    if kind is ContentType.LISTING:
        folding = _APART
    elif body is not made.body:
        folding = ctx.count(body) / max(ctx.count(made.body), 1)
    if made.records:
        whole = whole_up_to(ContentType.TABLE, ctx)
    if not ctx.options.get("guess") and ctx.count(text) > MAY_FOLD * whole:
        whole = 0  # To try it would take longer than all else.
    affordable = max(whole, guessed_up_to(text, ctx) if made.vague else 0)
    return sealed(made, body, ctx, stored, affordable=affordable, folding=folding)


def _retold(text: str, ctx: Context, fold_: Fold, stored: str) -> Cut | None:
    """Return all of a text in its other notation, which says less of what nobody reads."""
    made = Gapped(text, f"{ctx.options['retold']}: all of it", 'lines="A-B"')
    return sealed(made, fold_(text), ctx, stored, affordable=0, folding=1.0)


def _share(text: str, kind: ContentType, ctx: Context) -> float:
    """Return how much of a text may stay."""
    share = _SHARES.get(kind, _SHARE) * float(ctx.options.get("share", 1.0))
    if kind is ContentType.JSON and ctx.query and not Relevance(ctx.query).survey:
        share *= _SCALE.of(len(text))
    return share
