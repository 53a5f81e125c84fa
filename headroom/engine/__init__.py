"""Sequencing and policy: the one path from a request to its shortened form.

Owns: the pipeline, router, policy, guard and the lifecycle's order.
Does not own: codecs, wire formats, the forms' grammar.
"""
