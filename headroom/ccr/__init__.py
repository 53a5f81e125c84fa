"""Getting originals back: whole, by lines, rows or path, or the parts that answer a question.

Owns: what is looked up in an original and how it is presented. Does not own: where originals lie.
"""
