"""Diffs: changed lines stay, what stands around them and what programs wrote goes."""
