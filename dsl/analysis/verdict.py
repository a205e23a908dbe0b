"""What an answer about all leads says. Nothing here needs the solver."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Verdict = Literal["yes", "no", "unknown"]


@frozen(eq=False)
class Verdicted:
    """Whether something can be."""

    verdict: Verdict

    @property
    def yes(self) -> bool:
        """It can."""
        return self.verdict == "yes"

    @property
    def no(self) -> bool:
        """It cannot, whatever the lead."""
        return self.verdict == "no"
