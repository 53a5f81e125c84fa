"""The command line: thin commands over the library.

Owns: arguments, files and pipes, what a person sees. Does not own: any decision.
"""
