"""Which part of a page is its content, and what around and in it is frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

NEVER = frozenset(
    (
        *("script", "style", "template", "svg", "iframe", "object", "embed", "canvas"),
        *("noscript", "audio", "video", "map", "datalist", "head"),
    )
)
"""Elements without text for readers."""
_HIDDEN = (
    "[hidden], .mw-editsection, .mw-jump-link, .headerlink, .sr-only, .visually-hidden, "
    "sup.reference, dialog:not([open]), [aria-modal=true]"
)
_NAMED = (
    "main, [role=main], #mw-content-text, article, #content, #main-content, #main, .markdown-body, "
    ".entry-content, .post-content, .article-body, .document"
)
"""Where authors say that their content is, the surest first."""
_FRAME = (
    "nav, footer, aside, [role=navigation], [role=contentinfo], [role=search], [role=banner], "
    "[class*=navb], [class*=nav-], [class*=menu], [class*=breadcrumb], [class*=sidebar], "
    "[class*=social], [class*=share], [class*=related], [class*=pagination], [class*=footer], "
    "[id*=nav], [id*=menu], [id*=sidebar], [id*=footer], .toc, #toc, .contents, .catlinks"
)
_NOTICE = (
    "[class*=cookie], [id*=cookie], [class*=consent], [id*=consent], [class*=gdpr], "
    "[class*=newsletter], [class*=subscribe], [class*=advert], [class*=promo]"
)
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "cite", "code", "em", "font", "i", "kbd", "label", "mark", "q", "s"),
        *("samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var"),
    )
)
"""Elements inside a line: whatever they are called, a sentence has a hole without them."""
_SAYING = frozenset(
    (
        *("p", "li", "td", "th", "dt", "dd", "blockquote", "caption", "figcaption", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_OF_TABLES = frozenset(("tr", "td", "th", "tbody"))
_TITLED = "h1, h2, h3, h4"
_SHARE = 0.4
"""Part of a page's running text that its main part has at least."""
_MOST = 0.85
"""Part of it that makes an element the main part whatever it is called."""
_NOTICE_SIZE = 1_500
_LINKED = 0.5
"""Part of a block's text in links from which it is a menu."""
_SHORT = 60
_LOOKS = 20
"""How often the text of the main part is looked at in search of frame: it may be nested."""
_DEEPEST = 30
"""Most steps down to the main part; each looks at all of the text."""
_LITTLE = 300
"""Characters of running text below which a page is an app, a list or a form: all of it stays."""


def content(tree: LexborHTMLParser) -> tuple[LexborNode, set[int]] | None:
    """Return the element with the content, and the `mem_id` of what inside it is frame.

    Nothing is taken out of the tree: elements may stand inside others that went before.
    """
    body = tree.body or tree.root
    if body is None:
        return None
    hidden = {node.mem_id for node in tree.css(_HIDDEN)}
    hidden |= {node.mem_id for node in tree.css('a[href^="#"]') if len(_said(node)) < 2}
    running = _running(body)
    if running < _LITTLE:
        return body, hidden
    main = _main(body, running)
    return main, hidden | _frame(main)


def _said(node: LexborNode) -> str:
    """Return the text of an element without white space at its ends."""
    return node.text(strip=True)


def _running(node: LexborNode, least: float = 0.0) -> int:
    """Return how many characters of an element are paragraphs, code and cells, links left aside.

    Where it has too little text for `least` of them, 0: most menus and notices need no look.
    """
    most = len(_said(node))
    if _LOOKS * most < least:
        return 0
    size = 0
    for part in node.css("p, pre, td, dd, li, blockquote"):
        size += len(_said(part))
        if size > _LOOKS * most:
            return most
    return max(0, size - sum(len(_said(link)) for link in node.css("li a, td a")))


def _main(body: LexborNode, running: int) -> LexborNode:
    """Return the element that authors call the main part, or that has nearly all of the text."""
    for selector in _NAMED.split(", "):
        found = body.css(selector)
        # To see how much text runs in an element takes long: it is done once for each.
        least = _SHARE * running
        sizes = [_running(each, least) for each in found] if len(found) < 10 else []
        most = max(sizes, default=0)
        if sizes and most > least:
            return found[sizes.index(most)]
    node = body
    for _ in range(_DEEPEST):
        child = node.child
        while child is not None and (
            child.is_text_node
            or child.tag in {"p", "ul", "ol", "table", "pre", "dl"}
            or _running(child, _MOST * running) < _MOST * running
        ):
            child = child.next
        if child is None or _has_sections_beside(child):
            break
        node = child
    return node


def _has_sections_beside(node: LexborNode) -> bool:
    """Whether what stands next to an element has headings, without being a menu or the like."""
    parent = node.parent
    if parent is None:
        return False
    frame = {each.mem_id for each in parent.css(f"{_FRAME}, {_NOTICE}, header")}
    child = parent.child
    while child is not None:
        if child.mem_id != node.mem_id and child.mem_id not in frame and child.css_first(_TITLED):
            return True
        child = child.next
    return False


def _frame(main: LexborNode) -> set[int]:
    """Return the `mem_id` of menus, notices and footers in the main part."""
    frame: set[int] = set()
    size = len(_said(main))
    room = _LOOKS * size
    for selectors, notice in ((_FRAME, False), (_NOTICE, True)):
        for node in main.css(selectors):
            if room < 0:
                return frame
            own = len(_said(node))
            room -= own
            own -= sum(len(_said(part)) for part in node.css("script, style"))
            if own > size // 2 or node.mem_id == main.mem_id:
                continue
            if node.tag in _OF_TABLES or (node.tag in _INLINE and _is_amid(node)):
                continue
            pressed = node.css("a, button, input")
            linked = sum(len(_said(each)) for each in pressed)
            small = (bool(pressed) and own < _NOTICE_SIZE) if notice else _ends(node, own)
            if linked > _LINKED * own or not own or small:
                frame.add(node.mem_id)
    return frame


def _ends(node: LexborNode, size: int) -> bool:
    """Whether an element is a menu or what a page ends with, and says next to nothing."""
    return size < _SHORT and node.tag in ("nav", "footer")


def _is_amid(node: LexborNode) -> bool:
    """Whether an element inside a line is a part of what a sentence, a cell or an item says."""
    own, around = len(_said(node)), node.parent
    while around is not None and around.tag in _INLINE:
        around = around.parent
    return around is not None and around.tag in _SAYING and len(_said(around)) > own
