"""One module (or small package) for each way to shorten one kind of text.

Owns: `compress(text, ctx)` and its inverse `expand(block)`, pure and deterministic.
Does not own: which text goes where (engine.router), whether the result is used (engine.guard).
"""
