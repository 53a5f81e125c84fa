"""The vocabulary that every other package shares: pure types, documents, the fold grammar.

Owns: segments, outcomes, grades, protocols, document editing, the in-text header grammar.
Does not own: I/O, clocks, compressors, providers, policy.
"""
