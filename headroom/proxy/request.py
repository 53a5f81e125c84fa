"""`ProxyRequest`: a request as handlers see it: a mapping view over the bytes that came in."""

from __future__ import annotations

import copy
import re
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from headroom.core.jsonpatch import BytesDocument
from headroom.core.jsonspan import NotSpliceable
from headroom.proxy.http import coding, header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headroom.proxy.http.header import Pairs
    from headroom.proxy.route import Route

_MODEL = re.compile(
    r"/models?/([^/:]+)(?::\d+(?=/))?(?::\w+|/(?:invoke(?:-with-response-stream)?|converse(?:-stream)?))?$"
)


class ProxyRequest(MutableMapping[str, Any]):
    """A request with a JSON body, readable and writable like a dict.

    Only what is really changed is written back; every other byte goes out as it came in. Nothing is
    decoded before the first key is asked for.

    Args:
        method: of the request.
        route: where it goes.
        query: of its URL, encoded.
        headers: as the client sent them.
        raw: the body as the client sent it.
        limit: bytes that the body may have when unpacked.
    """

    def __init__(
        self, method: str, route: Route, query: str, headers: Pairs, raw: bytes, *, limit: int
    ) -> None:
        self.method, self.route, self.query = method, route, query
        self.headers, self.raw = headers, raw
        self.id = ""
        """What extensions and the log are told that it is called."""
        self.coding = header.value(headers, b"content-encoding")
        self._limit = limit
        self.reads: Callable[[bytes], BytesDocument] = BytesDocument
        """What decodes a body."""
        self._document: BytesDocument | None = None
        self._tree: dict[str, Any] | None = None

    def document(self) -> BytesDocument:
        """Return the body, with the changes that were made through the mapping.

        Raises:
            NotSpliceable: no JSON object, or one that cannot be edited safely.
            CodingError: it cannot be unpacked.
        """
        document = self._opened()
        return document if self._tree is None else document.rewrite(self._tree)

    def body(self) -> bytes:
        """Return the bytes that go out where nothing is shortened: changes of a subclass are kept.

        Raises:
            NotSpliceable: what a subclass changed cannot be written back.
        """
        return self.raw if self._tree is None else self.encoded(self.document())

    def encoded(self, document: BytesDocument) -> bytes:
        """Return a body in the coding of the request: its own bytes where nothing was changed."""
        if document is self._document:
            return self.raw
        return coding.encode(document.raw, self.coding)

    def model(self, body: Any) -> str | None:
        """Return the model that a decoded body or the path names, or None."""
        named = body.get("model") if isinstance(body, dict) else None
        if isinstance(named, str):
            return named
        match = _MODEL.search(self.route.path)
        return unquote(match[1]) if match else None

    def __getitem__(self, key: str) -> Any:
        return self._decoded()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._decoded()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._decoded()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._decoded())

    def __len__(self) -> int:
        return len(self._decoded())

    def _opened(self) -> BytesDocument:
        if self._document is None:
            document = self.reads(coding.decode(self.raw, self.coding, self._limit))
            if not isinstance(document.tree, dict):
                raise NotSpliceable("the body is not a JSON object")
            self._document = document
        return self._document

    def _decoded(self) -> dict[str, Any]:
        if self._tree is None:
            self._tree = copy.deepcopy(self._opened().tree)
        return self._tree
