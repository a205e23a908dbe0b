"""The time that the logic rules of one run may take, and what they left open."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import Factory, define

from scorelang.lint.finding import Finding
from scorelang.suggest import plural

# What the logic rules of one run take at most, in seconds, unless settings say otherwise.
USUAL_SECONDS = 10.0
# As good as no limit, and still a number of milliseconds that z3 takes.
NO_LIMIT = 1_000_000.0


@define
class Open:
    """The questions about a file that were not decided, by the rule that asked.

    `late` when that was for lack of time; others have no exact formula, and more time would not help.
    """

    questions: Counter[str] = Factory(Counter)
    late: bool = False

    def add(self, rule: str, *, late: bool) -> None:
        """One more."""
        self.questions[rule] += 1
        self.late = self.late or late

    @property
    def told(self) -> str:
        """How many, and of which rules: `3 questions (no-effect 2, never-fires 1)`; empty when there is none."""
        count = self.questions.total()
        if not count:
            return ""
        rules = ", ".join(f"{rule} {number:,}" for rule, number in sorted(self.questions.items()))
        return f"{plural(count, 'question')} ({rules})"


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
