"""Options: declared once, checked in one place.

Owns: the option dataclasses, their defaults, bounds and error texts.
Does not own: what the options make the engine do.
"""

from headroom.config.schema import Options

__all__ = ["Options"]
