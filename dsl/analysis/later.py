"""What the later of two versions works out, told by how it differs from what the earlier one does.

What both have in common is not written twice: a sum is the other's, less what went and more what came. Of two numbers
that the same bounds or the same silence act on, the formulas say that they end no further apart than they began.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import z3
from attrs import define, field

from scorelang import model as m
from scorelang.analysis.logic import Formula, Term, total
from scorelang.analysis.results import Results, Sums
from scorelang.values import Value


@define(eq=False)
class Later(Results):
    """The later version. `groups` are the earlier one's categories and personas (by their places) by its own."""

    earlier: Results = field(kw_only=True)
    groups: Mapping[int, int] = field(kw_only=True)

    def before(self, group: m.Group) -> m.Group | None:
        """What a category or persona was; None for a new one."""
        at = self.groups.get(self.model.groups.index(group))
        return None if at is None else self.earlier.model.groups[at]

    def summed(self, group: m.Group, name: str) -> Term:
        """The sum of a group's rules, under a name."""
        before = self.before(group)
        if before is None:
            return super().summed(group, name)
        was = self.earlier.sums(before.name, before.word).total
        return self._changed(name, was, self.earlier.parts(before.scoring), self.parts(group.scoring))

    def whole_score(self, name: str) -> Term:
        """The score before it is bounded, under a name."""
        return self._changed(name, self.earlier.total, self.earlier.score_parts(), self.score_parts())

    def difference(self, before: Sequence[m.Scoring], after: Sequence[m.Scoring]) -> Term | None:
        """By how much rules add more than others do; None where they add the same."""
        was, now = self.earlier.parts(before), self.parts(after)
        gone, come = _without(was, now), _without(now, was)
        return total(come) - total(gone) if gone or come else None

    def _changed(self, name: str, was: Term, before: Sequence[Term], after: Sequence[Term]) -> Term:
        """A sum, of which another one is known; it is the other where nothing differs."""
        gone, come = _without(before, after), _without(after, before)
        return self.named(name, was + total(come) - total(gone)) if gone or come else was

    def _sum(self, group: m.Group, key: str) -> Sums:
        before = self.before(group)
        if before is None:
            return super()._sum(group, key)
        was = self.earlier.sums(before.name, before.word)
        silent = group.silence == before.silence and (group.silence is None or self._hears(self.earlier))
        bounded = _same(self.limits(group), self.earlier.limits(before))
        weighed = group.weight == before.weight and (group.weight is None or group.most == before.most)
        parts = self.parts(group.scoring), self.earlier.parts(before.scoring)
        if silent and bounded and weighed and not _without(*parts) and not _without(*parts[::-1]):
            return was
        sums = super()._sum(group, key)
        if silent:
            self._near(was.total, sums.total, was.quiet, sums.quiet)
        if bounded:
            self._near(was.quiet, sums.quiet, was.value, sums.value)
        return sums

    def _hears(self, other: Results) -> bool:
        """Whether silence is broken by the same events."""
        return self.events.latest_of_all(self.model.kinds) is other.events.latest_of_all(other.model.kinds)

    def _scores(self) -> tuple[Term, Term]:
        if self._score:
            return self._score[0]
        was, model, other = self.earlier._scores(), self.model, self.earlier.model
        bounded = (model.least, model.most) == (other.least, other.most)
        whole, score = super()._scores()
        if bounded and whole is was[0]:
            self._score[0] = was
        elif bounded:
            self._near(was[0], whole, was[1], score)
        return self._score[0]

    def _near(self, one: Term, other: Term, one_after: Term, other_after: Term) -> None:
        """Two numbers that the same was done to stay in order, and no further apart than they were."""
        if one is one_after and other is other_after:
            return
        apart, after = other - one, other_after - one_after
        self.facts.append(z3.If(apart >= 0, z3.And(after >= 0, after <= apart), z3.And(after <= 0, after >= apart)))

    def first(self, what: str, name: str) -> list[tuple[Value, Formula]]:
        """Every value, and when it is the first that is met."""
        ways, otherwise = self.ways(what, name)
        if what != "grade" or name in [grade.what for grade in self.earlier.model.grades]:
            before, else_ = self.earlier.ways(what, name)
            values = [value for value, _ in ways] == [value for value, _ in before] and otherwise == else_
            if values and _same([met for _, met in ways], [met for _, met in before]):
                return self.earlier.named_labels(what, name)
        return self._first(ways, otherwise)


def _key(term: Term) -> object:
    return ("ast", term.get_id()) if z3.is_ast(term) else term


def _same(some: Sequence[Term | None], others: Sequence[Term | None]) -> bool:
    return [_key(each) for each in some] == [_key(each) for each in others]


def _without(terms: Sequence[Term], others: Sequence[Term]) -> list[Term]:
    """The terms that the others lack, each as often as they lack it."""
    left = Counter(_key(each) for each in others)
    found = []
    for term in terms:
        left[_key(term)] -= 1
        if left[_key(term)] < 0:
            found.append(term)
    return found
