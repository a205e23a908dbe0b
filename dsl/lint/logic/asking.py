"""Asking whether something can be: leads first, and z3 for what none of them shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.analysis.shapes import Shapes
from scorelang.analysis.verdict import Verdicted
from scorelang.interpret import evaluate, interpret, rule_holds, rule_points
from scorelang.lint.logic.budget import Budget, Open, Why
from scorelang.lint.logic.climbing import enrich
from scorelang.lint.logic.mixes import Mixes
from scorelang.lint.logic.mixing import Unit, combined, moved, needs_of, units_of
from scorelang.lint.logic.parts import condition_of
from scorelang.lint.logic.ranges import Ranges
from scorelang.lint.logic.samples import Holds, Sample, Samples, Scored, of_outcome
from scorelang.values import Type

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Answer, Questions

# One question takes at most this share of the time that is left, so that none takes it all; and a little always.
SHARE = 0.2
A_LITTLE = 0.2
FEW_RULES = 100

T = TypeVar("T")
Goals = Callable[["Questions"], Iterable["Formula"]]
Ways = Callable[["Questions"], Iterable[Iterable["Formula"]]]


@frozen(eq=False)
class Reply(Verdicted):
    """Whether something can be, and for `yes` a lead that shows it."""

    sample: Sample | None = None


@define(eq=False)
class Logic:
    """A model that rules ask about, for so many seconds (None: without a limit) of what a run may take.

    What was asked is kept, for one rule mostly asks what another has asked before.
    """

    model: m.CheckedModel
    budget: Budget = Factory(Budget)
    seconds: float | None = None
    samples: Samples = field(init=False)
    ranges: Ranges = field(init=False)
    open: Open = Factory(Open)
    shapes: Shapes = Factory(Shapes)
    _questions: Questions | None = None
    _found: dict[tuple[str, int], Any] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self.samples = Samples(self.model)
        self.ranges = Ranges(self.model)

    # --- what may be asked ---

    def can_be_true(self, rule: str, condition: m.Expression) -> Reply:
        """Whether a condition can be known true."""

        def holds(outcome: Scored) -> bool:
            return evaluate(condition, outcome.scope) is True

        def goals(asked: Questions) -> Iterable[Formula]:
            return [asked.encoding.conditions.truth(condition).true]

        return self.once("true", condition, lambda: self.can(rule, holds, goals, condition))

    def can_fail(self, rule: str, condition: m.Expression) -> Reply:
        """Whether a condition can be anything else than known true."""
        from_ = m.Negated(Type.FLAG, condition.place, condition)

        def holds(outcome: Scored) -> bool:
            return evaluate(condition, outcome.scope) is not True

        def goals(asked: Questions) -> Iterable[Formula]:
            from scorelang.analysis.logic import no

            return [no(asked.encoding.conditions.truth(condition).true)]

        return self.once("fail", condition, lambda: self.can(rule, holds, goals, from_))

    def can_hold(self, name: str, rule: m.Rule) -> Reply:
        """Whether it can be a rule's time and its condition true, or for `each` an event be there."""
        asked_for = condition_of(rule)
        if asked_for is None:
            return Reply("yes")
        condition = asked_for

        def holds(outcome: Scored) -> bool:
            return rule_holds(rule, outcome.scope) and evaluate(condition, outcome.scope) is True

        def goals(asked: Questions) -> Iterable[Formula]:
            return [asked.encoding.points.holds(rule), asked.encoding.conditions.truth(condition).true]

        def reply() -> Reply:
            shown = next(iter(self._giving(rule)), None) or self._in_time(rule, condition)
            return Reply("yes", shown) if shown is not None else self.can(name, holds, goals, condition)

        return self.once("hold", rule, reply)

    def _giving(self, rule: m.Rule) -> list[Sample]:
        """The leads that a rule gave something."""
        self.samples.begin()
        return self.samples.giving([rule.id])

    def _in_time(self, rule: m.Rule, condition: m.Expression) -> Sample | None:
        """A lead that meets a rule's condition, in the time that the rule is for."""
        if rule.modifiers.during is None:
            return None
        base = self.shown(lambda outcome: evaluate(condition, outcome.scope) is True, condition)
        trial = base and self.samples.add(moved(base.facts, rule.modifiers.during[0]))
        return trial if trial is not None and rule.id in trial.points else None

    def can_give(self, name: str, rule: m.Rule) -> Reply:
        """Whether a rule, when its condition is true, can have points: they may always be missing."""

        def holds(outcome: Scored) -> bool:
            return rule_points(rule, outcome.scope) is not None

        def goals(asked: Questions) -> Iterable[Formula]:
            return [asked.encoding.points.amount(rule).fires]

        return self.once("give", rule, lambda: self.can(name, holds, goals, condition_of(rule)))

    def once(self, what: str, thing: object, find: Callable[[], T]) -> T:
        """What was found out about something before, or is now; `thing` has to live as long as the model."""
        key = (what, id(thing))
        if key not in self._found:
            self._found[key] = find()
        found: T = self._found[key]
        return found

    # --- how it is found out ---

    def can(self, rule: str, holds: Holds, goals: Goals, aim: m.Expression | None = None) -> Reply:
        """Whether there is a lead of which something holds, which `goals` say as formulas; `aim` is what to try for.

        What cannot be found out, or not in time, is noted under the rule that asks.
        """
        shown = self.shown(holds, aim)
        return Reply("yes", shown) if shown is not None else self.asked(rule, holds, goals)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The rules, choices and matrices of the model."""
        return self.once("units", self.model, lambda: units_of(self.model))

    @property
    def mixes(self) -> Mixes:
        """Puts leads together."""
        self.samples.begin()
        return self.once("mixes", self.model, lambda: Mixes(self.model, self.samples, self.units))

    def enrich(self) -> None:
        """Make leads that reach far, once: what they show need not be asked."""
        self.once("enriched", self.model, lambda: enrich(self.mixes, lambda: self.goes_on))

    def shown(self, holds: Holds, aim: m.Expression | None = None) -> Sample | None:
        """A lead of which something holds, if one was made, or is when it is aimed at."""
        found = self.samples.first(holds)
        if found is not None or aim is None or not self.left:
            return found
        needs = list(needs_of(aim))
        base = self.samples.first(needs[0][0])
        if base is not None and holds(combined(self.samples, base, needs)):
            return self.samples.found[-1]
        return next((sample for sample in self.samples.aimed(aim) if holds(sample)), None)

    def asked(self, rule: str, holds: Holds, goals: Goals) -> Reply:
        """The same, of z3 alone."""
        return self._reply(rule, lambda asked, time: asked.can(list(goals(asked)), holds, time))

    def may(self, rule: str, holds: Holds, ways: Ways) -> Reply:
        """Whether something holds of a lead that cannot hold unless all goals of one of the ways are met."""
        return self._reply(rule, lambda asked, time: asked.may([list(way) for way in ways(asked)], holds, time))

    def _reply(self, rule: str, answer: Callable[[Questions, float], Answer]) -> Reply:
        """What z3 says in the time that it may take; what it does not decide is noted."""
        why: Why = "time"
        if self.left:
            start, time = monotonic(), self.time
            found = answer(self.questions, time)
            if found.facts is not None:
                return Reply("yes", self.samples.add(found.facts))
            if found.no:
                return Reply("no")
            why = "formula" if monotonic() - start < time else "share" if self.left else "time"
        self.open.add(rule, why)
        return Reply("unknown")

    def leaves_room(self, goals: Goals) -> bool | None:
        """Whether the formulas leave room for such a lead; None when that was not found out."""
        from scorelang.analysis.encoding import OutOfTimeError

        if not self.left:
            return None
        questions = self.questions
        try:
            return questions.allows(list(goals(questions)), self.time)
        except OutOfTimeError:
            return None

    def simplest(self, sample: Sample, holds: Holds) -> Sample:
        """The simplest lead of which something holds that holds of this one."""
        from scorelang.testing.shrink import simplest

        facts = simplest(self.samples.material, sample.facts, lambda each: holds(interpret(self.model, each)))
        return of_outcome(self.model, facts, interpret(self.model, facts))

    @property
    def left(self) -> float:
        """What is left of the time, in seconds."""
        return self.budget.left(self.seconds)

    @property
    def goes_on(self) -> bool:
        """Whether leads may be made: while there is time, and of few rules in any case, where that takes hardly any."""
        return bool(self.left) or len(self.units) <= FEW_RULES

    @property
    def time(self) -> float:
        """What one question may take, in seconds."""
        return min(self.left, max(A_LITTLE, SHARE * self.left))

    @property
    def questions(self) -> Questions:
        """The model as formulas, from when something is first asked of them."""
        if self._questions is None:
            from scorelang.analysis.questions import Questions

            self._questions = Questions(self.model, ordinary=True)
        return self._questions
