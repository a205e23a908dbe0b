"""Points that have worn off before the events that they are for can count."""

from __future__ import annotations

from fractions import Fraction

from scorelang import model as m
from scorelang.interpret import share_left
from scorelang.values import rounded


def least_age(rule: m.Rule) -> int:
    """How old, in microseconds, the events that a rule's decay is counted from are at least."""
    queries = rule.dated_by if rule.query is None else (rule.query,)
    return min((_least(query.period, rule.modifiers.during) for query in queries), default=0)


def _least(period: m.Period | None, during: tuple[int, int] | None) -> int:
    if period is None:
        return 0
    age = 0 if period.least_age is None else period.least_age + period.past
    if period.before is not None and during is not None:
        age = max(age, during[0] - period.before + 1)
    return max(age, 0)


def may_wear_off(rule: m.Rule) -> bool:
    """Whether a rule's whole points wear off with the age of events until nothing is left."""
    bounds = rule.modifiers
    kept = (bounds.least is not None and bounds.least > 0) or (bounds.most is not None and bounds.most < 0)
    return bool(bounds.decays and rule.dated_by and isinstance(rule.points, int) and rule.points) and not kept


def is_over_before(rule: m.Rule) -> bool:
    """Whether nothing is left of a rule's points at the least age of its events."""
    decays = rule.modifiers.decays
    if not decays or not (rule.query is not None or rule.dated_by):
        return False
    share = Fraction(1)
    for decay in decays:
        share *= share_left(decay, least_age(rule))
    if not isinstance(rule.points, int):
        return share == 0
    bounds = rule.modifiers
    kept = (bounds.least is not None and bounds.least > 0) or (bounds.most is not None and bounds.most < 0)
    return rule.points != 0 and rounded(rule.points * share) == 0 and not kept
