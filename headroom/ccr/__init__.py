"""Getting originals back: whole, by lines, rows or path, or the parts that answer a question.

`query` reads what is asked for, `search` finds what answers a question: in `rows`, what answers it
of records; in `passage`, of lines; in `overview`, what stands for a text where no words help.
`question` says what is asked and how well texts answer it, `tool` and `call` how models ask.

Owns: what is looked up in an original and how it is presented. Does not own: where originals lie.
"""
