"""What rules add, as terms in hundredths."""

from __future__ import annotations

import math
from collections.abc import Iterable

import z3
from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.analysis.conditions import Conditions, ElsewhereError
from scorelang.analysis.decays import Decays, steps, worn, youngest
from scorelang.analysis.events import ANY_TIME, Class, Events
from scorelang.analysis.logic import NO, YES, Formula, Term, at_least, at_most, both, chosen, either, implied, no, total
from scorelang.analysis.parts import leaves_of
from scorelang.analysis.periods import shortest
from scorelang.values import DAY, MOST_POINTS, to_hundredths

LIMIT = MOST_POINTS * 100
# The longest, where clocks are put back by hours: of events that are a third of a week apart, no more than three are in
# one.
LONGEST = {"day": 26 * DAY // 24, "week": 170 * DAY // 24, "month": 32 * DAY}


@frozen(eq=False)
class Amount:
    """What a rule, choice or grid adds: when it fires, and the points it then gives.

    `or_nothing` says that the points are 0 where it does not fire.
    """

    fires: Formula
    points: Term
    or_nothing: bool = False


@frozen(eq=False)
class Aim:
    """Points that `each` event gives from its own numbers, which come to the term together."""

    rule: m.Rule
    term: Term


@define(eq=False)
class Points:
    """What every rule adds, made when it is asked for.

    Of two versions each has its own, with a `side` of its own; what they have in common is in `alike`.
    """

    model: m.CheckedModel
    conditions: Conditions
    events: Events
    now: Term
    facts: list[Formula]
    side: str = ""
    # What rules add that mean the same, by what they mean.
    alike: dict[int, Amount] = Factory(dict)
    aims: list[Aim] = Factory(list)
    # Classes whose events are best so far apart, in microseconds, so that `once a day` counts each.
    spread: dict[str, int] = Factory(dict)
    _amounts: dict[int, tuple[m.Scoring, Amount]] = Factory(dict)
    _switches: dict[int, Term] = Factory(dict)
    _names: int = field(default=0, init=False)

    def amount(self, scoring: m.Scoring) -> Amount:
        """What it adds, and when it fires."""
        key = id(scoring)
        if key not in self._amounts:
            shape = self.conditions.shapes.of(scoring)
            if shape not in self.alike:
                self.events.clock.check()
                self.alike[shape] = self._amount(scoring)
            self._amounts[key] = (scoring, self.alike[shape])
        return self._amounts[key][1]

    def given(self, scoring: m.Scoring) -> Term:
        """The points that it adds, 0 when it does not fire."""
        amount = self.amount(scoring)
        return amount.points if amount.or_nothing else self.weighed(amount.fires, amount.points)

    def weighed(self, condition: Formula, points: Term) -> Term:
        """Points where a condition holds, and 0 elsewhere: sums of these z3 adds up sooner than choices."""
        if condition is NO or condition is YES or not isinstance(points, int):
            return chosen(condition, points, 0)
        key = condition.get_id()
        if key not in self._switches:
            # As long as the facts have the condition, no other one is called so.
            switch = self._switches[key] = z3.Int(f"one if {key}")
            self.facts += [at_least(switch, 0), at_most(switch, 1), at_least(switch, 1) == condition]
        return points * self._switches[key]

    def term(self, what: str) -> Term:
        """A term that may be any integer."""
        self._names += 1
        return z3.Int(f"{self.side}{what} {self._names}")

    def _amount(self, scoring: m.Scoring) -> Amount:
        match scoring:
            case m.Grid():
                return self._grid(scoring)
            case m.Choice(best=True):
                return self._best(scoring)
            case m.Choice():
                return self._first(scoring)
        return self._rule(scoring)

    # --- choices and grids ---

    def holds(self, rule: m.Rule) -> Formula:
        """That it is a rule's time, and its condition, where it has one, is true."""
        during = rule.modifiers.during
        time = YES if during is None else both(self.now >= during[0], self.now < during[1])
        return time if rule.condition is None else both(time, self.conditions.truth(rule.condition).true)

    def _first(self, choice: m.Choice) -> Amount:
        open_ = YES
        fires: list[Formula] = []
        points: list[Term] = []
        for branch in choice.branches:
            amount = self.amount(branch)
            fires.append(both(open_, amount.fires))
            points.append(self.weighed(fires[-1], amount.points))
            open_ = both(open_, no(self.holds(branch))) if branch.form != "otherwise" else NO
        return Amount(either(*fires), total(points), or_nothing=True)

    def _best(self, choice: m.Choice) -> Amount:
        branches = [branch for branch in choice.branches if branch.form != "otherwise"]
        held = either(*(self.holds(branch) for branch in branches))
        amounts = [self.amount(branch) for branch in branches]
        spare = [self.amount(branch) for branch in choice.branches if branch.form == "otherwise"]
        extra = [Amount(both(no(held), amount.fires), amount.points) for amount in spare]
        best = self.term("best")
        every = [*amounts, *extra]
        fires = either(*(amount.fires for amount in every))
        if all(isinstance(amount.points, int) for amount in every):
            points: Term = 0
            for amount in sorted(every, key=lambda amount: int(amount.points)):
                points = chosen(amount.fires, amount.points, points)
            return Amount(fires, points, or_nothing=True)
        self.facts += [implied(amount.fires, best >= amount.points) for amount in every]
        self.facts.append(implied(fires, either(*(both(amount.fires, best == amount.points) for amount in every))))
        return Amount(fires, best)

    def _grid(self, grid: m.Grid) -> Amount:
        rows, columns = (self._places(tests) for tests in (grid.rows, grid.columns))
        terms = [
            self.weighed(both(row, column), grid.points[at][across])
            for at, row in enumerate(rows)
            for across, column in enumerate(columns)
            if grid.points[at][across]
        ]
        return Amount(both(either(*rows), either(*columns)), total(terms), or_nothing=True)

    def _places(self, tests: Iterable[m.Expression | None]) -> list[Formula]:
        """Which of the tests is the first that matches."""
        found: list[Formula] = []
        open_ = YES
        for test in tests:
            true = YES if test is None else self.conditions.truth(test).true
            found.append(both(open_, true))
            open_ = both(open_, no(true))
        return found

    def cell(self, grid: m.Grid, row: int, column: int) -> Formula:
        """That a cell of a grid is the one that counts."""
        return both(self._places(grid.rows)[row], self._places(grid.columns)[column])

    # --- rules ---

    def _rule(self, rule: m.Rule) -> Amount:
        amount = self._each(rule, rule.query) if rule.query is not None else self._once(rule)
        holds, least, most = self.holds(rule), rule.modifiers.least, rule.modifiers.most
        spans_nothing = (least is None or least <= 0) and (most is None or most >= 0)
        return Amount(
            both(holds, amount.fires),
            self._bounded(amount.points, rule.modifiers),
            or_nothing=amount.or_nothing and holds is YES and spans_nothing,
        )

    def _bounded(self, points: Term, modifiers: m.Modifiers) -> Term:
        if isinstance(points, int):
            points = points if modifiers.least is None else max(points, modifiers.least)
            return points if modifiers.most is None else min(points, modifiers.most)
        points = points if modifiers.least is None else chosen(points < modifiers.least, modifiers.least, points)
        return points if modifiers.most is None else chosen(points > modifiers.most, modifiers.most, points)

    def _once(self, rule: m.Rule) -> Amount:
        decays = rule.modifiers.decays
        if not isinstance(rule.points, int):
            amount = self._expression(rule, rule.points)
            if decays and rule.dated_by:
                return Amount(amount.fires, self._some_of(amount))
            return amount
        if not decays or not rule.dated_by:
            return Amount(YES, rule.points)
        latest = self.events.latest(rule.dated_by)
        return Amount(YES, chosen(latest.any, self._worn(rule, rule.points, latest.age), rule.points))

    def _some_of(self, amount: Amount) -> Term:
        """Points worked out and then worn off: anything between them and nothing."""
        left = self.term("left")
        between = either(both(left >= 0, left <= amount.points), both(left <= 0, left >= amount.points))
        self.facts.append(between)
        self.conditions.loose.append(both(amount.fires, amount.points != 0))
        return left

    def _worn(self, rule: m.Rule, whole: int, age: Term) -> Term:
        """What is left of whole points at an age."""
        decays = rule.modifiers.decays
        if len(decays) == 1 and isinstance(decays[0], m.Fading):
            return self._faded(whole, decays[0], age, worn(whole, decays, youngest(rule.dated_by)))
        ages = steps(whole, decays, None)
        ends = [*(each - 1 for each in ages[1:]), None]
        values = [self._during(whole, decays, age, *each) for each in zip(ages, ends, strict=True)]
        later = list(zip(ages[1:], values, values[1:], strict=False))
        if all(isinstance(value, int) for value in values):
            return total([values[0], *(self.weighed(age >= low, after - before) for low, before, after in later)])
        left = values[0]
        for low, _, after in later:
            left = chosen(age >= low, after, left)
        return left

    def _during(self, whole: int, decays: Decays, age: Term, low: int, high: int | None) -> Term:
        """What is left of whole points as long as an age is between two."""
        value, last = worn(whole, decays, low), worn(whole, decays, high)
        is_even = last == value or (high is None and value == 0)
        return value if is_even else self._between(last, value, age, low, high)

    def _between(self, one: int, other: int, age: Term, low: int, high: int | None) -> Term:
        left = self.term("left")
        self.facts += [left >= min(one, other), left <= max(one, other)]
        self.conditions.loose.append(both(age >= low, YES if high is None else age <= high))
        return left

    def _faded(self, whole: int, fading: m.Fading, age: Term, most: int) -> Term:
        """In a straight line to nothing, and never more than `most`: the nearest hundredth, halves away from zero."""
        left, size, over = self.term("left"), abs(whole), fading.over
        self.facts += [left >= min(0, most), left <= max(0, most)]
        shown = left if whole >= 0 else -left
        line = 2 * size * (over - age)
        near = z3.And(2 * over * shown <= line + over, line + over < 2 * over * (shown + 1))
        self.facts.append(z3.If(age < over, near, left == 0))
        return left

    def _expression(self, rule: m.Rule, points: m.Expression) -> Amount:
        """Points that are worked out from the lead's numbers."""
        given = self.term("points")
        self.facts += [given >= -LIMIT, given <= LIMIT]
        quantity = self.conditions.arithmetic.quantity(points)
        if quantity is None or quantity.number is None:
            known = self.conditions.known(points)
            self.conditions.loose.append(both(self.holds(rule), known))
            return Amount(known, given)
        worked = quantity.worked

        def value(number: float) -> int | None:
            found = number if worked is None else worked(number)
            return None if found is None or not math.isfinite(found) else to_hundredths(found)

        quantity.number.link(value, quantity.rising, given)
        far = both(quantity.known, either(given > 10**9, given < -(10**9)))
        self.conditions.loose.append(far if len(quantity.number.linked) == 1 else quantity.known)
        return Amount(quantity.known, given)

    # --- points for each event ---

    def _each(self, rule: m.Rule, query: m.Query) -> Amount:
        modifiers = rule.modifiers
        any_ = self.events.compares(query, "at least", 1)
        if not isinstance(rule.points, int):
            return self._each_worked(rule, query, any_)
        if not modifiers.decays and modifiers.frequency is None:
            return Amount(any_, rule.points * self.events.count(query), or_nothing=True)
        whole, static, period = rule.points, self.events.static(query), query.period or ANY_TIME
        ages = steps(whole, modifiers.decays, period.most_age) if modifiers.decays else [0]
        self.events.cut(static, period, (age for age in ages if age > 0))
        given = self.term("each")

        def facts() -> list[Formula]:
            return self._each_facts(rule, whole, given, self.events.meant(static, period))

        self.events.later(facts)
        return Amount(any_, given, or_nothing=True)

    def _each_worked(self, rule: m.Rule, query: m.Query, any_: Formula) -> Amount:
        given = self.term("each")
        self.aims.append(Aim(rule, given))
        self.conditions.loose.append(any_)
        assert not isinstance(rule.points, int)
        leaves = leaves_of(rule.points)
        named = [leaf.name for leaf in leaves if isinstance(leaf, m.AttributeValue)]
        try:
            known = both(*(self.conditions.known(leaf) for leaf in leaves if not isinstance(leaf, m.AttributeValue)))
        except ElsewhereError:
            known = YES
        return Amount(both(any_, known, *(self.events.has(query, name, None) for name in named)), given)

    def _each_facts(self, rule: m.Rule, whole: int, given: Term, classes: list[Class]) -> list[Formula]:
        """The sum over classes: so many of each that count, times what one of them gives."""
        frequency, decays = rule.modifiers.frequency, rule.modifiers.decays
        facts: list[Formula] = []
        terms: list[Term] = []
        counted: list[Term] = []
        for one in classes:
            number = one.number
            if frequency is not None:
                number = self.term("counted")
                facts += [number >= 0, number <= one.number]
                facts += [number <= self._most(frequency.number, frequency.period, one)] if one.high is not None else []
                counted.append(number)
                self.events.counted.append(number)
                apart = LONGEST[frequency.period] // frequency.number + 1
                self.spread[str(one.number)] = max(apart, self.spread.get(str(one.number), 0))
            young, old = worn(whole, decays, one.low), worn(whole, decays, one.high) if decays else whole
            if young == old:
                terms.append(young * number)
                continue
            term = self.term("worn")
            facts += [term <= max(young, old) * number, term >= min(young, old) * number]
            self.events.loose.append(one.any)
            terms.append(term)
        facts.append(given == total(terms))
        if frequency is not None and classes:
            every = total([one.number for one in classes])
            some = total(counted)
            # Two of them may fall into one period, or not.
            self.events.loose.append(every >= 2)
            facts.append(either(some >= frequency.number, some == every))
        return facts

    def _most(self, number: int, period: str, one: Class) -> int:
        """No more events of a class count than so many of each period that its ages span."""
        assert one.high is not None
        return number * ((one.high - one.low - 1) // shortest(self.model.timezone)[period] + 2)


__all__ = ["Aim", "Amount", "Points"]
