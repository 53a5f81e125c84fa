"""Turns in which the model calls our tool: taken out of answers, answered, put back into history.

Pure but for `continuation`: what is read and written here are bytes and decoded JSON.
"""
