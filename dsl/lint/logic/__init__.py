"""What the logic rules ask of a model, and how it is found out.

| step | from → to | where |
|---|---|---|
| try | generated leads → what is shown to be possible, and how | `samples.py` |
| reckon | points and bounds → limits of every number | `ranges.py` |
| ask | what no lead has shown → z3, in the time that is left | `asking.py`, `budget.py` |
| say why | a condition that can never be true → the fewest parts of it that cannot be so together | `causes.py` |
| mix | leads → leads that reach further | `mixing.py` |
| leave out | a lead and a rule → what becomes of it without the rule | `without.py`, `watched.py` |
| keep | findings → the next run on the same files | `kept.py` |

A healthy model is shown to be one by leads alone: then z3 is not even loaded.
"""
