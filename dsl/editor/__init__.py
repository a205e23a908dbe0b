"""What editors ask of a model while it is being typed, as functions on texts: nothing here speaks a protocol.

| step | from → to | where |
|---|---|---|
| text | edits in a client's units → the new text | `text.py` |
| read | text → `Document`: its lines in blocks, each read on its own and remembered | `document.py` |
| names | line → the names in it, and what each may be by where it stands | `names.py` |
| index | `Document` → what it declares and uses | `index.py` |
| resolve | name → what it means, across files | `workspace.py`, `resolving.py` |
| check | text → problems: errors, findings, at once those of the lines that changed | `problems.py`, `quick.py` |
| answers | a place in a text → what editors show and do there | all others |
"""
