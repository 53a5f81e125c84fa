"""Lines that resemble each other: how they are cut into words, grouped, written and read back.

Owns: the body of "log" and "text" blocks. Does not own: which text deserves it.
"""
