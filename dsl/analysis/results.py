"""What a model works out for an unknown lead, as terms and formulas: the score, gates, stages, grades, the route."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import z3
from attrs import Factory, define, frozen

from scorelang import model as m
from scorelang.analysis.conditions import Conditions
from scorelang.analysis.events import Events
from scorelang.analysis.logic import NO, YES, Formula, Term, both, chosen, either, implied, no, shared, total
from scorelang.analysis.points import Amount, Points
from scorelang.interpret import share_left
from scorelang.values import Value, fold

# Silence is followed exactly through so many periods; after them, what is left lies between nothing and that.
MOST_PERIODS = 16


@frozen(eq=False)
class Sums:
    """A category or persona: the sum of its rules, what silence leaves of it, what bounds leave, and what it adds."""

    total: Term
    quiet: Term
    value: Term
    adds: Term


@define(eq=False)
class Results:
    """Everything that is worked out, made when it is asked for; terms are in hundredths.

    Of two versions each has its own, with a `side` of its own.
    """

    model: m.CheckedModel
    conditions: Conditions
    events: Events
    amounts: Points
    facts: list[Formula]
    side: str = ""
    _sums: dict[int, Sums] = Factory(dict)
    _labels: dict[tuple[str, str], list[tuple[Value, Formula]]] = Factory(dict)
    _score: list[tuple[Term, Term]] = Factory(list)
    _qualified: list[Formula] = Factory(list)

    def named(self, name: str, term: Term) -> Term:
        """A term under a name of its own: with a space in it, no field of a lead is called so."""
        variable = z3.Int(f"{self.side}{name}")
        self.facts.append(variable == term)
        return variable

    # --- points ---

    def amount(self, scoring: m.Scoring) -> Amount:
        """What a rule, choice or grid adds, and when it fires."""
        return self.amounts.amount(scoring)

    def points(self, result: m.ResultValue) -> Term:
        """The score, or the value of a category."""
        return self.score if result.what == "score" else self.sums(result.name).value

    def group(self, name: str) -> m.Group:
        """A category or persona by its name."""
        return next(group for group in self.model.groups if group.name == name)

    def sums(self, name: str, word: str = "category") -> Sums:
        """The numbers of a category or persona."""
        at = next(at for at, each in enumerate(self.model.groups) if (each.name, each.word) == (name, word))
        if at not in self._sums:
            # Not by its name, which may hold what z3 cannot.
            self._sums[at] = self._sum(self.model.groups[at], f"{word} {at}")
        return self._sums[at]

    def _sum(self, group: m.Group, key: str) -> Sums:
        whole = self.summed(group, f"{key} total")
        quiet = whole if group.silence is None else self._silenced(group.silence, whole, key)
        least, most = self.limits(group)
        value = quiet if least is None and most is None else self.named(f"{key} bounded", bounded(quiet, least, most))
        adds = value
        if group.weight is not None:
            assert isinstance(group.most, int)
            adds = z3.Int(f"{self.side}{key} adds")
            self.facts.append(shared(value, Fraction(group.weight * 100, group.most), adds))
        return Sums(whole, quiet, value, adds)

    def summed(self, group: m.Group, name: str) -> Term:
        """The sum of a group's rules, under a name."""
        return self.named(name, total(self.parts(group.scoring)))

    def parts(self, scoring: Sequence[m.Scoring]) -> list[Term]:
        """What each of the rules adds."""
        return [self.amounts.given(each) for each in scoring]

    def limits(self, group: m.Group) -> tuple[Term | None, Term | None]:
        """The bounds of a category or persona."""
        least, most = (
            self.sums(bound).value if isinstance(bound, str) else bound for bound in (group.least, group.most)
        )
        return least, most

    def _silenced(self, silence: m.Losing, whole: Term, key: str) -> Term:
        latest = self.events.latest_of_all(self.model.kinds)
        quiet = z3.Int(f"{self.side}{key} after silence")
        self.facts.append(implied(no(latest.any), quiet == whole))
        for period in range(MOST_PERIODS):
            now = both(latest.any, latest.age >= period * silence.every, latest.age < (period + 1) * silence.every)
            self.facts.append(implied(now, shared(whole, share_left(silence, period * silence.every), quiet)))
        past = both(latest.any, latest.age >= MOST_PERIODS * silence.every)
        limit = z3.Int(f"{self.side}{key} after long silence")
        self.facts.append(shared(whole, share_left(silence, MOST_PERIODS * silence.every), limit))
        between = either(both(quiet >= 0, quiet <= limit), both(quiet <= 0, quiet >= limit))
        self.facts.append(implied(past, between))
        self.conditions.loose.append(both(past, limit != 0))
        return quiet

    @property
    def total(self) -> Term:
        """The score before it is bounded."""
        return self._scores()[0]

    @property
    def score(self) -> Term:
        """The score."""
        return self._scores()[1]

    def _scores(self) -> tuple[Term, Term]:
        if not self._score:
            whole = self.whole_score("whole score")
            unbounded = self.model.least is None and self.model.most is None
            score = (
                whole if unbounded else self.named("bounded score", bounded(whole, self.model.least, self.model.most))
            )
            self._score.append((whole, score))
        return self._score[0]

    def whole_score(self, name: str) -> Term:
        """The score before it is bounded, under a name."""
        return self.named(name, total(self.score_parts()))

    def score_parts(self) -> list[Term]:
        """What the score is the sum of."""
        terms: list[Term] = []
        for group in self.model.groups:
            adds = self.sums(group.name, group.word).adds
            terms.append(adds if group.word == "category" else chosen(self._is_persona(group.name), adds, 0))
        return [*terms, *self.parts(self.model.scoring)]

    def _is_persona(self, name: str) -> Formula:
        personas = [group.name for group in self.model.groups if group.word == "persona"]
        at = personas.index(name)
        own = self.sums(name, "persona").value
        before = [self.sums(other, "persona").value < own for other in personas[:at]]
        behind = [self.sums(other, "persona").value <= own for other in personas[at + 1 :]]
        return both(own > 0, *before, *behind)

    # --- what is worked out after the score ---

    @property
    def qualified(self) -> Formula:
        """That no gate is in the way."""
        if not self._qualified:
            gates = [gate for gate in self.model.gates if gate.stage is None]
            self._qualified.append(both(*(self.opens(gate) for gate in gates)))
        return self._qualified[0]

    def opens(self, gate: m.Gate) -> Formula:
        """That a gate is not in the way."""
        true = self.conditions.truth(gate.condition).true
        return true if gate.word == "require" else no(true)

    def holds(self, stage: m.Stage) -> Formula:
        """That a stage's own line holds, whatever gates say."""
        cuts = [self.conditions.truth(condition).true for condition in stage.or_when]
        if stage.threshold is None and stage.when is None:
            return either(*cuts)
        enough = YES if stage.threshold is None else self.score >= stage.threshold
        when = YES if stage.when is None else self.conditions.truth(stage.when).true
        return either(*cuts, both(enough, when))

    @property
    def routed(self) -> Formula:
        """That some line of the route is met."""
        return either(*(holds for value, holds in self.named_labels("route", "route") if value is not None))

    def labels(self, result: m.ResultValue) -> list[tuple[Value, Formula]]:
        """Every value that a stage, grade, persona or route can have, and when it has it."""
        return self.named_labels(result.what, result.name)

    def named_labels(self, what: str, name: str) -> list[tuple[Value, Formula]]:
        """The same for a `stage`, `persona` or `route`, which are named as they are, or a `grade` by what it is of."""
        if (what, name) not in self._labels:
            self._labels[what, name] = self.first(what, name)
        return self._labels[what, name]

    def first(self, what: str, name: str) -> list[tuple[Value, Formula]]:
        """Every value, and when it is the first that is met."""
        return self._first(*self.ways(what, name))

    def ways(self, what: str, name: str) -> tuple[list[tuple[Value, Formula]], Value]:
        """Values in the order in which they are tried, and what it is when none is met.

        A `destination` is the route as it is written, with no regard to how texts compare.
        """
        match what:
            case "stage":
                return self._stages(), "none"
            case "persona":
                names = [group.name for group in self.model.groups if group.word == "persona"]
                return [(each, self._is_persona(each)) for each in names], "none"
            case "route" | "destination":
                return self._routes(folded=what == "route"), None
        return self._grades(name)

    def _first(self, ways: Sequence[tuple[Value, Formula]], otherwise: Value) -> list[tuple[Value, Formula]]:
        """The first that is met, each with a name, so that what comes after it is not written out again."""
        found: dict[Value, list[Formula]] = {}
        open_ = YES
        for number, (value, met) in enumerate(ways):
            found.setdefault(value, []).append(both(open_, met))
            if met is YES:
                open_ = NO
                break
            left = z3.Bool(f"not above {len(self.facts)} {number}")
            self.facts.append(left == both(open_, no(met)))
            open_ = left
        found.setdefault(otherwise, []).append(open_)
        return [(value, either(*formulas)) for value, formulas in found.items()]

    def _stages(self) -> list[tuple[Value, Formula]]:
        """The highest first."""
        open_ = self.qualified
        ways: list[tuple[Value, Formula]] = []
        for stage in self.model.stages:
            gates = [gate for gate in self.model.gates if gate.stage == stage.name]
            open_ = both(open_, *(self.conditions.truth(gate.condition).true for gate in gates))
            ways.insert(0, (stage.name, both(open_, self.holds(stage))))
        return ways

    def _routes(self, *, folded: bool) -> list[tuple[Value, Formula]]:
        return [
            (
                fold(to.text) if folded else to.text,
                YES if to.condition is None else self.conditions.truth(to.condition).true,
            )
            for to in self.model.route
        ]

    def _grades(self, what: str) -> tuple[list[tuple[Value, Formula]], Value]:
        grade = next(grade for grade in self.model.grades if grade.what == what)
        points = self.score if what == "score" else self.sums(what).value
        return [(label, points >= threshold) for label, threshold in grade.bands], grade.otherwise


def bounded(points: Term, least: Term | None, most: Term | None) -> Term:
    """Within the bounds; the upper one holds where they contradict each other."""
    points = points if least is None else chosen(points < least, least, points)
    return points if most is None else chosen(points > most, most, points)
