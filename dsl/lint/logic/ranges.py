"""How few and how many points rules, categories and the score can come to, reckoned from the points alone.

What a model can really come to lies within these limits: they are bounds, and sound ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor

from attrs import Factory, define, frozen

from scorelang import model as m


@frozen
class Range:
    """From the least to the greatest, in hundredths; None where there is no end."""

    least: int | None
    most: int | None

    def within(self, least: int | None, most: int | None) -> Range:
        """What bounds leave of it; the upper one holds where they contradict each other."""
        low, high = (
            _greater(self.least, least),
            self.most if self.most is None or least is None else max(self.most, least),
        )
        return Range(low if low is None or most is None else min(low, most), _smaller(high, most))

    def with_nothing(self) -> Range:
        """And 0."""
        return Range(_under(self.least, 0), _over(self.most, 0))


NOTHING = Range(0, 0)


@define(eq=False)
class Ranges:
    """The limits of a model's numbers, each worked out once."""

    model: m.CheckedModel
    _groups: dict[int, tuple[Range, Range]] = Factory(dict)

    def of(self, scoring: m.Scoring) -> Range:
        """What a rule, choice or grid adds, nothing included."""
        match scoring:
            case m.Choice(branches=branches):
                return _hull(self.of(branch) for branch in branches)
            case m.Grid(points=points):
                cells = [cell for row in points for cell in row]
                return Range(min(cells, default=0), max(cells, default=0)).with_nothing()
        return _rule(scoring)

    def before_bounds(self, group: m.Group | None) -> Range:
        """What a category or persona comes to before it is bounded, or (None) the score."""
        return self._total() if group is None else self._group(group)[0]

    def after_bounds(self, group: m.Group | None) -> Range:
        """What it comes to."""
        if group is None:
            return self._total().within(self.model.least, self.model.most)
        return self._group(group)[1]

    def _group(self, group: m.Group) -> tuple[Range, Range]:
        if id(group) not in self._groups:
            before = _sum(self.of(scoring) for scoring in group.scoring)
            least, most = (self._bound(bound) for bound in (group.least, group.most))
            after = before.within(least.least, None).within(None, most.most)
            if isinstance(group.least, str):
                after = Range(before.least, _over(before.most, least.most) if least.most is not None else None)
                after = after.within(None, most.most)
            if isinstance(group.most, str):
                after = Range(_under(after.least, most.least) if most.least is not None else None, after.most)
            self._groups[id(group)] = (before, after)
        return self._groups[id(group)]

    def _bound(self, bound: int | str | None) -> Range:
        if isinstance(bound, str):
            return self._group(next(g for g in self.model.groups if (g.name, g.word) == (bound, "category")))[1]
        return Range(bound, bound)

    def _total(self) -> Range:
        parts = [self.of(scoring) for scoring in self.model.scoring]
        for group in self.model.groups:
            if group.word == "category":
                parts.append(_weighed(group, self.after_bounds(group)))
        personas = [self.after_bounds(group) for group in self.model.groups if group.word == "persona"]
        # Only one of them counts, and only with points above 0.
        parts.append(_hull([NOTHING, *(Range(0, range_.most) for range_ in personas)]))
        return _sum(parts)


def _rule(rule: m.Rule) -> Range:
    modifiers = rule.modifiers
    if not isinstance(rule.points, int):
        found = Range(None, None)
    elif rule.query is not None:
        found = Range(None if rule.points < 0 else 0, None if rule.points > 0 else 0)
    elif modifiers.decays:
        found = Range(rule.points, rule.points).with_nothing()
    else:
        found = Range(rule.points, rule.points)
    return found.within(modifiers.least, modifiers.most).with_nothing()


def _weighed(group: m.Group, range_: Range) -> Range:
    if group.weight is None or not isinstance(group.most, int):
        return range_
    factor = group.weight * 100 / group.most
    least, most = range_.least, range_.most
    return Range(None if least is None else floor(least * factor), None if most is None else ceil(most * factor))


def _sum(ranges: Iterable[Range]) -> Range:
    least: int | None = 0
    most: int | None = 0
    for one in ranges:
        least = None if least is None or one.least is None else least + one.least
        most = None if most is None or one.most is None else most + one.most
    return Range(least, most)


def _hull(ranges: Iterable[Range]) -> Range:
    least: int | None = 0
    most: int | None = 0
    for one in ranges:
        least, most = _under(least, one.least), _over(most, one.most)
    return Range(least, most)


def _under(one: int | None, other: int | None) -> int | None:
    """The lower of two lower ends."""
    return None if one is None or other is None else min(one, other)


def _over(one: int | None, other: int | None) -> int | None:
    """The higher of two upper ends."""
    return None if one is None or other is None else max(one, other)


def _greater(end: int | None, bound: int | None) -> int | None:
    """A lower end under a lower bound."""
    return bound if end is None else end if bound is None else max(end, bound)


def _smaller(end: int | None, bound: int | None) -> int | None:
    """An upper end under an upper bound."""
    return bound if end is None else end if bound is None else min(end, bound)
