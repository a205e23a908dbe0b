"""How far apart two versions can be as far as the rules alone say that differ: no other rule is written out.

Sums, bounds, silence and the score's own bounds bring two numbers no further apart than they were. Where the versions
differ in rules only, no score therefore rises by more than the sums of their categories do, taken together; and a lead
for which they rise so much often shows it.
"""

from __future__ import annotations

from collections.abc import Callable

import z3

from scorelang import model as m
from scorelang.analysis.later import Later
from scorelang.analysis.logic import Term, total
from scorelang.analysis.shown import Both
from scorelang.interpret import Outcome


def is_near(later: Later) -> bool:
    """Whether two versions differ in nothing but rules, as far as the score goes, and those are of no persona.

    There are no weights, and no category is bounded by another, whose difference it could pass on.
    """
    old, new = later.earlier.model, later.model
    if (old.least, old.most) != (new.least, new.most) or len(old.groups) != len(new.groups):
        return False
    return all(_is_near(later, group) for group in new.groups)


def _is_near(later: Later, group: m.Group) -> bool:
    before = later.before(group)
    if before is None or group.weight is not None:
        return False
    if group.word == "persona" and later.difference(before.scoring, group.scoring) is not None:
        return False
    same = (group.least, group.most, group.silence, None) == (before.least, before.most, before.silence, before.weight)
    heard = group.silence is None or set(later.model.kinds) == set(later.earlier.model.kinds)
    return same and heard and not isinstance(group.least, str) and not isinstance(group.most, str)


def apart(later: Later, *, up: bool) -> Term:
    """By how much the sums of categories, and of the rules outside them, rise or fall, each on its own."""
    pairs = [(later.before(group), group) for group in later.model.groups]
    sums = [later.difference(() if one is None else one.scoring, other.scoring) for one, other in pairs]
    sums.append(later.difference(later.earlier.model.scoring, later.model.scoring))
    return total(_only(term, up=up) for term in sums if term is not None)


def _only(term: Term, *, up: bool) -> Term:
    return z3.If(term > 0 if up else term < 0, term, 0)


def measured(later: Later, *, up: bool) -> Callable[[Both], int]:
    """The same of a lead that was scored."""
    places = dict(later.groups)

    def value(outcome: Both) -> int:
        pairs = [(outcome.old.subtotals[was].total, outcome.new.subtotals[at].total) for at, was in places.items()]
        pairs.append((_loose(outcome.old), _loose(outcome.new)))
        return sum(max(0, new - old) if up else min(0, new - old) for old, new in pairs)

    return value


def _loose(outcome: Outcome) -> int:
    return sum(amount.points for amount in outcome.loose)
