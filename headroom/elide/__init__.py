"""Elision: which parts of a text a reader needs most, and how the rest is left out by ranges.

Owns: weights of lines and records, the choice under a budget, the text with gaps. Does not own:
the store of originals, and whether eliding is allowed at all.
"""
