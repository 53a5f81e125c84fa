"""Many small decisions of a generated example in one draw.

What Hypothesis takes longest for is the number of things drawn: a list of forty words is eighty of
them. Bytes are one, are made at once and shrink as lists do, so that decisions are read from bytes.
"""

from __future__ import annotations

from hypothesis import strategies as st


class Choices:
    """Decisions read from bytes, and the first of all options when these are used up."""

    def __init__(self, raw):
        self._raw, self._at = raw, 0

    def __repr__(self):
        return f"Choices({self._raw[self._at :]!r})"

    def below(self, bound):
        """A number from 0 on and below a bound."""
        start, self._at = self._at, self._at + ((bound - 1).bit_length() + 7 >> 3)
        return int.from_bytes(self._raw[start : self._at], "big") % bound

    def one(self, options):
        """One of some options."""
        return options[self.below(len(options))]

    def several(self, make, least, most):
        """What a function returns that is called so many times."""
        return [make() for _ in range(least + self.below(most - least + 1))]

    def raw(self, most):
        """Up to so many bytes."""
        size = self.below(most + 1)
        start, self._at = self._at, self._at + size
        return self._raw[start : self._at]

    def text(self, most):
        """A short text of any characters, plain ones and odd ones about as often."""
        return "".join(self.several(self._character, 0, most))

    def _character(self):
        start, end = self.one(_ALPHABETS)
        return chr(start + self.below(end - start))


_ALPHABETS = ((0x20, 0x7F), (0x20, 0x7F), (0, 0x300), (0x2000, 0xD800), (0xE000, 0x110000))


def choices(size):
    """As many decisions as so many bytes are good for."""
    return st.binary(min_size=size, max_size=size).map(Choices)


def several(options, least=0, most=None):
    """Lists of some of the options, as `st.lists(st.sampled_from(options))`."""
    options = tuple(options)
    assert len(options) <= 256
    return st.binary(min_size=least, max_size=most).map(
        lambda raw: [options[byte % len(options)] for byte in raw]
    )
