"""Provider prompt caches: what was forwarded once stays as it was.

Owns: the lineage of a conversation and the write-once ledger.
Does not own: which form a new text gets (engine).
"""
