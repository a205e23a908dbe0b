"""What became of many leads at once: what `history_of` says of one, worked out in arrays."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.history import OPPOSITES, with_implied
from scorelang.outcomes.table import BITS, NEVER, TIMED
from scorelang.outcomes.words import STEPS, Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen(eq=False)
class Entries:
    """Outcomes as they were read. All arrays have one value for each.

    `rows` number the outcomes as they were read, `leads` the leads; `steps` are numbers of `STEPS`; `at` is in
    microseconds, `NEVER` where not known; `reasons` are texts, None where there is none; `values` are NaN where there
    is none.
    """

    rows: NDArray[np.int64]
    leads: NDArray[np.int64]
    steps: NDArray[np.int8]
    at: NDArray[np.int64]
    reasons: NDArray[np.object_]
    values: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Entries:
        """Some of the outcomes, or all in another order."""
        return Entries(
            self.rows[chosen],
            self.leads[chosen],
            self.steps[chosen],
            self.at[chosen],
            self.reasons[chosen],
            self.values[chosen],
        )


@frozen(eq=False)
class Histories:
    """What became of leads. All arrays have one value for each, as those of a `Table`; `reasons` are texts or None.

    A lead of which nothing was said has no steps.
    """

    steps: NDArray[np.uint8]
    first: NDArray[np.int64]
    times: dict[Step, NDArray[np.int64]]
    values: NDArray[np.float64]
    reasons: NDArray[np.object_]


def histories(entries: Entries, leads: int) -> Histories:
    """What became of so many leads. Of equally late outcomes the one that was read later is the later one."""
    import numpy as np

    entries = entries.where(np.lexsort((np.where(entries.at == NEVER, -1, entries.at), entries.leads)))
    of, known = entries.leads, entries.at != NEVER

    def earliest(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        # Of several values that are put into one place the last stays.
        found = np.full(leads, NEVER, dtype=np.int64)
        found[of[chosen][::-1]] = entries.at[chosen][::-1]
        return found

    values = np.full(leads, np.nan)
    valued = ~np.isnan(entries.values)
    values[of[valued]] = entries.values[valued]
    reasons = np.full(leads, None, dtype=object)
    told = _is(entries, "rejected", "lost") & (entries.reasons != None)  # noqa: E711
    reasons[of[told]] = entries.reasons[told]
    times = {step: earliest(known & _is(entries, step)) for step in TIMED}
    return Histories(_steps(entries, leads), earliest(known), times, values, reasons)


def _steps(entries: Entries, leads: int) -> NDArray[np.uint8]:
    """The steps that hold of each lead in the end, and those that they imply."""
    import numpy as np

    found = np.zeros(leads, dtype=np.uint8)
    for step, bit in BITS.items():
        found[entries.leads[_is(entries, step)]] |= bit
    for one, other in OPPOSITES:
        either = _is(entries, one, other)
        last = np.zeros(leads, dtype=np.uint8)
        last[entries.leads[either]] = np.left_shift(1, entries.steps[either])
        found = found & ~np.uint8(BITS[one] | BITS[other]) | last
    implied: NDArray[np.uint8] = np.array(_implied(), dtype=np.uint8)[found]
    return implied


@cache
def _implied() -> list[int]:
    """For each set of steps, as bits, the bits of those that hold with them."""
    sets = (frozenset(step for step, bit in BITS.items() if bits & bit) for bits in range(1 << len(STEPS)))
    return [sum(BITS[step] for step in with_implied(steps)) for steps in sets]


def _is(entries: Entries, *steps: Step) -> NDArray[np.bool_]:
    import numpy as np

    return np.isin(entries.steps, [STEPS.index(step) for step in steps])
