"""Leads that reach far, made of others: many and few points of every category, and ways to stages through gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scorelang.lint.logic.mixes import Mix, Mixes
from scorelang.lint.logic.mixing import PASSES, Unit, combined, needed
from scorelang.lint.logic.parts import ways_to

# So many rules are gone through at most: those with the most points.
MOST_RULES = 200

GoesOn = Callable[[], bool]
Value = Callable[[tuple[int, ...]], int]


def enrich(mixes: Mixes, goes_on: GoesOn) -> None:
    """Add such leads, while it goes on."""
    for group in mixes.model.groups:
        own = [unit for unit in mixes.units if unit.group is group]
        for sign in (1, -1):
            if own and goes_on():
                mixes.scored(_climbed(mixes, own, _sum_at(own[0].place), sign, goes_on))
    ends = [mixes.scored(_climbed(mixes, mixes.units, sum, sign, goes_on)) for sign in (-1, 1) if goes_on()]
    for stage in mixes.model.stages if ends else ():
        for way in ways_to(stage) if goes_on() else ():
            combined(mixes.samples, ends[-1], needed(mixes.model, way))


def _sum_at(place: int) -> Value:
    return lambda sums: sums[place]


def _climbed(mixes: Mixes, units: Iterable[Unit], value: Value, sign: int, goes_on: GoesOn) -> Mix:
    """The lead with the most (or, with -1, fewest) points that taking rule after rule from other leads comes to."""
    sums = mixes.reckoning.sums
    best = mixes.of(max(mixes.samples.found, key=lambda sample: sign * value(sums(sample))))
    donors = [(unit, donor) for unit in units if (donor := unit.donor(mixes.samples, sign)) is not None]
    chosen = sorted(donors, key=lambda each: -sign * each[0].points(each[1]))[:MOST_RULES]
    for _ in range(PASSES):
        for unit, donor in chosen:
            if not goes_on():
                break
            if sign * unit.points(donor) > sign * mixes.points(unit, best.givers, best.as_of):
                [trial] = mixes.taking(best, unit.names, [donor])
                best = trial if sign * value(trial.sums) > sign * value(best.sums) else best
    return best
