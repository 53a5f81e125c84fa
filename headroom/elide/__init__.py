"""Elision: which parts of a text a reader needs most, and how the rest is left out by ranges.

A room for each way in which texts are read: `source` by functions, `lines` line by line, `rows`
by records, `prose` by sentences (and `page`, what a web page says), `diff` by hunks. In each,
`by_NAME.py` leaves out, and the modules beside it say what matters.

Owns: weights of lines and records, the choice under a budget, the text with gaps. Does not own:
the store of originals, and whether eliding is allowed at all.
"""
