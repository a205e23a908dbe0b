"""The language server: `dsl/editor/` spoken in the Language Server Protocol, by way of pygls.

| part | does | where |
|---|---|---|
| server | starts, agrees on what it can do, keeps the open documents | `server.py` |
| checks | when a whole check is run, and what it found to the client | `checks.py` |
| worker | whole checks in a process of their own | `worker.py` |
| features | a handler a request | `features.py`, `commands.py` |
| words | from our places and answers to the protocol's | `words.py` |

Nothing imports this but `scorelang lsp`: it needs the extra `lsp`.
"""
