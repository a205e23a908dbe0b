"""What is true of every lead: a model over an unknown lead, asked with z3.

`questions` has what may be asked and how; `prove` is `scorelang prove`, `bounds` is `scorelang bounds`, and
`versions` is `scorelang diff --prove`. Nothing here is loaded until something is asked, as z3 takes its time to load.
"""
