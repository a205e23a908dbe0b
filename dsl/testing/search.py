"""How leads are generated."""

from __future__ import annotations

from attrs import frozen


@frozen
class Search:
    """A seed and how many leads: the same two give the same leads."""

    seed: int = 0
    examples: int = 300
