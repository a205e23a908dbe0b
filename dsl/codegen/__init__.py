"""The fast engine for one record: a checked model becomes the source text of Python functions.

`lower.lower` writes the texts, `engine.Compiled` runs them, `alone.module_of` makes a module of them. What they mean is
said by `scorelang.interpret`, to which they are equal in every field of every result.
"""
