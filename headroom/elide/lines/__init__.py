"""Texts that are read line by line: logs, runs of tests, hits of a search, listings."""
