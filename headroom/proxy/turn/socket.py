"""`SocketTurn`: one turn over a socket of the Responses API, event by event.

There each event is a frame, and the provider goes on from its newest answer, whether it stores
answers or not: what answers our calls is all that is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headroom.core.jsonpatch import BytesDocument
from headroom.proxy.turn.continuation import Continuation, goes_on
from headroom.proxy.turn.frame import Events, Frame, spelled
from headroom.proxy.turn.openai_responses import OpenAIResponsesStream

if TYPE_CHECKING:
    from headroom.core.types import Json
    from headroom.proxy.turn.continuation import Host, Offered
    from headroom.proxy.turn.leg import Leg

_ERROR = '"error"'


class SocketTurn(Continuation):
    """One turn.

    Args:
        host: the proxy; what it asks goes up the same socket.
        offered: the request.
        most: times that the provider is asked to go on.
        patience: seconds after which it is not asked any more.
    """

    def __init__(self, host: Host, offered: Offered, *, most: int, patience: float) -> None:
        super().__init__(host, offered, most=most, patience=patience)
        self._stream = OpenAIResponsesStream()
        self._stream.waits = True
        self.over = False
        """Whether nothing more comes that belongs to the turn."""

    async def take(self, text: str) -> list[str]:
        """Return the frames that the client gets for one of the upstream's."""
        raw = text.encode("utf-8", "surrogatepass")
        frame, stream = Frame(raw, raw), self._stream
        taken = stream.take(frame)
        shown = [taken.decode("utf-8", "surrogatepass")] if taken else []
        if _ERROR in text and isinstance(frame.value, dict) and frame.value.get("type") == "error":
            self.over = True
        if not stream.ended:
            return shown
        stream.over()
        if goes_on(stream.leg):
            following = await self._following(stream)
            if not isinstance(following, bytes):
                stream.go_on()
                return shown
            self.over = True
            return [*shown, *(each.data.decode() for each in Events().feed(following))]
        await self._kept([*stream.legs, stream.leg], known_by_first=True)
        self.over = True
        held = stream.released()
        return [*shown, held.decode("utf-8", "surrogatepass")] if held else shown

    def _extended(self, leg: Leg, answers: list[Json]) -> BytesDocument:
        body = {**self._document.tree, "previous_response_id": leg.answer_id, "input": answers}
        return BytesDocument(spelled(body))

    @property
    def _is_stored(self) -> bool:
        return True
