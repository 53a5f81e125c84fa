"""Answers from records: lists and values of JSON, rows of tables."""
