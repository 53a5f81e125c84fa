"""Lists of records as tables: spelling of JSON, shapes of records, rows and back.

Owns: everything between a JSON value and the lines of a table, both ways.
Does not own: when a table is used (compressors.smart_crusher decides by counted tokens).
"""
