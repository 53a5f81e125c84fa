"""Measurements of Headroom that anybody can run again."""
