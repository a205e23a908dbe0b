"""What became of one lead, from all that was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from attrs import frozen

from scorelang.outcomes.reading import Entry
from scorelang.outcomes.words import GOALS, STEPS, Step

# Of these the later one holds: a lead that was rejected may be taken after all, a lost deal be won.
OPPOSITES: tuple[tuple[Step, Step], ...] = (("accepted", "rejected"), ("won", "lost"))


@frozen
class History:
    """What became of one lead.

    `steps` are those that hold in the end, with those that a further one implies. `first` is when the first decision
    fell, and `times` when each step first did, in microseconds, as far as known. `value` is the one that was said
    last, `reason` that of the last rejection or loss that has one.
    """

    steps: frozenset[Step]
    first: int | None
    times: dict[Step, int]
    value: float | None
    reason: str | None


def history_of(entries: Sequence[Entry]) -> History:
    """What became of a lead. Of equally late entries the one that was read later is the later one."""
    if len(entries) == 1:
        [(step, at, why, worth)] = entries
        if at is None and worth is None and why is None:
            return _PLAIN[step]
        why = why if step in ("rejected", "lost") else None
        return History(_ALONE[step], at, {} if at is None else {step: at}, worth, why)
    entries = sorted(entries, key=lambda entry: -1 if entry[1] is None else entry[1])
    steps: set[Step] = set()
    times: dict[Step, int] = {}
    value: float | None = None
    reason: str | None = None
    for step, at, why, worth in entries:
        for pair in OPPOSITES:
            if step in pair:
                steps.difference_update(pair)
        steps.add(step)
        if at is not None:
            times.setdefault(step, at)
        value = worth if worth is not None else value
        reason = why if why is not None and step in ("rejected", "lost") else reason
    return History(with_implied(frozenset(steps)), min(times.values(), default=None), times, value, reason)


@cache
def with_implied(steps: frozenset[Step]) -> frozenset[Step]:
    """The steps and those before them: a deal that was won was an opportunity. Who was lost had been accepted."""
    furthest = max((GOALS.index(step) for step in steps if step in GOALS), default=0)
    implied: set[Step] = {"accepted"} if "lost" in steps else set()
    implied.update(GOALS[:furthest])
    if "rejected" in steps:
        implied.discard("accepted")
    return steps | implied


# What holds of a lead of which one thing is said.
_ALONE = {step: with_implied(frozenset({step})) for step in STEPS}
_PLAIN = {step: History(steps, None, {}, None, None) for step, steps in _ALONE.items()}
