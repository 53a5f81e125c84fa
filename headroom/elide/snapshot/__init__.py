"""Snapshots of pages as agents that steer browsers read them: trees of roles, names and handles."""
