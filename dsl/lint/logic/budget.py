"""The time that the logic rules of one run may take, and what they left open."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from attrs import Factory, define

from scorelang.lint.finding import Finding
from scorelang.suggest import plural

# What the logic rules of one run take at most, in seconds, unless settings say otherwise.
USUAL_SECONDS = 10.0
# As good as no limit, and still a number of milliseconds that z3 takes.
NO_LIMIT = 1_000_000.0
# Why a question is open: the run had no time left, it took its own share of the time, or it has no exact formula, so
# that more time would not help.
Why = Literal["time", "share", "formula"]


@define
class Open:
    """The questions about a file that were not decided, by the rule that asked, and by the reason."""

    questions: Counter[str] = Factory(Counter)
    reasons: Counter[Why] = Factory(Counter)

    def add(self, rule: str, why: Why) -> None:
        """One more."""
        self.questions[rule] += 1
        self.reasons[why] += 1

    @property
    def late(self) -> bool:
        """Whether some were open for lack of time."""
        return bool(self.reasons["time"] + self.reasons["share"])

    def told(self, seconds: float | None) -> str:
        """How many, of which rules, and why: `3 questions (no-effect 2, never-fires 1) not decided in 10 s`."""
        rules = ", ".join(f"{rule} {number:,}" for rule, number in sorted(self.questions.items()))
        limit = f"{seconds or 0:g} s"
        texts: dict[Why, str] = {"time": f"in {limit}", "share": f"in a share of {limit}"}
        texts["formula"] = "for want of exact formulas"
        reasons = [(self.reasons[why], text) for why, text in texts.items() if self.reasons[why]]
        parted = ": " + ", ".join(f"{number:,} {text}" for number, text in reasons)
        why = f" {reasons[0][1]}" if len(reasons) == 1 else parted
        return f"{plural(self.questions.total(), 'question')} ({rules}) not decided{why}"

    @property
    def hint(self) -> str:
        """What may decide them, if anything."""
        if self.reasons["time"]:
            return "`--deep` lets them take as long as they need"
        return "`--deep` lets them take longer, which may decide them" if self.reasons["share"] else ""


@define
class Budget:
    """What the logic rules of a run have taken so far, over all its files, and what they left open, by file."""

    spent: float = 0.0
    undecided: dict[str, Finding] = Factory(dict)
    _since: float | None = None

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count the time that is taken inside."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self.spent += time.monotonic() - self._since
            self._since = None

    def left(self, seconds: float | None) -> float:
        """What is left of so many seconds; of None there is always enough left."""
        if seconds is None:
            return NO_LIMIT
        running = 0.0 if self._since is None else time.monotonic() - self._since
        return max(0.0, seconds - self.spent - running)
