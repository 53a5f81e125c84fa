"""Processes that serve: one or several, how they start, listen, log and end."""
