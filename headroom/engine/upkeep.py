"""`Uses`: has originals last as long as the conversations whose texts name them."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from headroom.core.result import Action
from headroom.stores import failing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headroom.core.protocols import Clock, OriginalStore
    from headroom.core.result import SegmentOutcome

_KEEP = 3600
"""Seconds after which a use of an original is noted again."""
PLACES = 1 << 14
"""Originals of which it is known when a use was noted, at most."""
_NEVER = -_KEEP


class Uses:
    """Says of which originals a use is to be noted in their store.

    Args:
        store: where originals lie.
        clock: seconds.
    """

    def __init__(self, store: OriginalStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._notes = Notes()
        self._failed, self._replaced = False, 0

    def due(self, outcomes: Sequence[SegmentOutcome]) -> list[str]:
        """Return the refs of which a use is to be noted; from then on it counts as noted."""
        self._look()
        now = int(self._clock())
        return [
            ref
            for outcome in outcomes
            for ref in outcome.refs
            # What is new has just been stored.
            if self._notes.is_due(hash(ref), now) and outcome.action is Action.REPLAYED
        ]

    def _look(self) -> None:
        """Have everything noted anew where a store may have lost something.

        That is where it serves again after it failed, or another file has taken its place.
        """
        fails = bool(failing(self._store))
        replaced: int = getattr(self._store, "replaced", 0)
        if (self._failed and not fails) or replaced != self._replaced:
            self._notes.clear()
        self._failed, self._replaced = fails, replaced


class Notes:
    """When a use of each original was noted, as far as there are places: two for each, by its hash.

    An original that finds both taken gets the one noted longer ago; the one that stood there is
    noted once more when it is used next. All places together take 200 kB, however many are used.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._refs = array("q", [0]) * PLACES
        self._times = array("i", [_NEVER]) * PLACES

    def is_due(self, ref: int, now: int) -> bool:
        """Whether a use is to be noted; from then on it counts as noted.

        Args:
            ref: hash of the ref.
            now: seconds.
        """
        refs, times = self._refs, self._times
        first, second = ref % PLACES, ref // PLACES % PLACES
        place = next((each for each in (first, second) if refs[each] == ref), None)
        if place is None:
            place = min(first, second, key=times.__getitem__)
        elif now - times[place] < _KEEP:
            return False
        refs[place], times[place] = ref, now
        return True


def note(
    store: OriginalStore, refs: Sequence[str], again: Callable[[Sequence[str]], object]
) -> None:
    """Note that originals are used, and have them stored again where the store lost one.

    A store may have lost one meanwhile: a server that came back empty, a damaged file. The request
    still holds the text.

    Args:
        store: where originals lie.
        refs: theirs.
        again: stores the originals under some refs once more, from the request.
    """
    lost = [ref for ref in refs if store.get(ref) is None]
    if lost and not failing(store):
        again(lost)
