"""Short texts are asked about once, long ones are not held."""

from __future__ import annotations

from headroom.core.memo import remembered


def test_only_short_texts_are_remembered_and_only_the_last_few():
    asked = []

    @remembered(2, 4)
    def size(text):
        """How long it is."""
        asked.append(text)
        return len(text)

    assert [size(text) for text in ("a", "a", "long", "long", "b", "a", "c", "b")] == [
        *(1, 1, 4, 4, 1, 1, 1, 1)
    ]
    assert asked == ["a", "long", "long", "b", "c", "b"]
