"""`Refused`: what was new in requests that no provider took is new in the one that is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from headroom.core.ttlmap import BoundedMap
from headroom.proxy.money.tally import Tokens

if TYPE_CHECKING:
    from headroom.proxy.money.tally import Tally
    from headroom.proxy.work import Prepared

_CONVERSATIONS = 1_000


class Refused:
    """Holds, by conversation, what was new in requests that nobody took; for the event loop.

    Args:
        tally: where it is counted what others have.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._held: BoundedMap[bytes, Tokens] = BoundedMap(_CONVERSATIONS)

    def answered(self, prepared: Prepared, *, taken: bool) -> Prepared:
        """Return a request with what counts for it, now that its provider took it, or did not.

        What was refused has its form from then on, so that it is no news when it is sent again.
        """
        saved = prepared.saved
        if prepared.result is None or saved is None:
            return prepared
        tokens = saved.texts
        held = self._held.get(saved.conversation) or Tokens()
        if not taken:
            held = held.with_new(tokens.new_before, tokens.new_after)
            self._held.put(saved.conversation, held)
            return prepared
        if held.new_before:
            self._held.put(saved.conversation, Tokens())
            # A client may have dropped some of it.
            before = min(held.new_before, tokens.wire_before - tokens.new_before)
            after = min(held.new_after, tokens.wire_after - tokens.new_after)
            tokens = tokens.with_new(before, after)
            fewer = max(0, min(before - after, saved.old))
            saved = replace(saved, old=saved.old - fewer, new=saved.new + fewer)
        self._tally.taken(tokens, prepared.model)
        return replace(prepared, saved=saved)
