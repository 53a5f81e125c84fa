"""Kompress's second engine: a token-classification model says which words of prose matter.

Owns: finding the model on this machine, running it, the choice of words by its scores, and the
worker that does so in the background. Does not own: which texts are prose, whether anything may be
left out, and where the original is stored.
"""

from headroom.errors import ModelError
from headroom.kompress.engine import Kompress, Prepared, prepare

__all__ = ["Kompress", "ModelError", "Prepared", "prepare"]
