"""Keeping a lead's score up to date: what its events add up to is kept, and an event or an hour more is little work.

`session.Session` is what `Model.session` gives. It stands on functions that `scorelang.codegen.stepwise` writes, which
make tallies of events (`tallies`) and a result of tallies. `moving` runs them with an `as of` that tells how long all
they decide stays as it is.
"""
