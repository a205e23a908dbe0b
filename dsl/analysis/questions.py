"""What can be true of any lead at all: yes with a lead that shows it, no with certainty, or not decided in time.

Questions are asked of a `Questions`, which is made once for a model and keeps what it has learned of it:

    asked = Questions(model.checked)
    asked.prepare()                               # where many questions follow
    asked.can_be(rule.condition)                  # Answer: `yes` with a lead, `no`, or `unknown`
    asked.can_be(gate.condition, False)           # can it be false? (None: unknown)
    asked.implies(one, other)                     # is the other true whenever the one is? a `no` has the lead
    asked.can_fire(rule), asked.can_reach(stage), asked.can_be_graded("Fit", "A")
    asked.can_route(destination), asked.can_bind(group, "most"), asked.can_block(gate)

Every question takes `seconds`, its own limit; without it, what is left of the limit that `Questions` was given. Leads
are those that conform to the model's fields, with any events, at any time. A lead that an answer has was scored by the
reference interpreter, which agreed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Literal

from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.analysis.bounded import Bounded
from scorelang.analysis.encoding import Encoding, OutOfTimeError
from scorelang.analysis.logic import Formula, both, either, no
from scorelang.analysis.solving import Solving
from scorelang.analysis.verdict import Verdict, Verdicted
from scorelang.analysis.witness import Candidate
from scorelang.interpret import Outcome, choice_points, evaluate, grid_cell, interpret, rule_points
from scorelang.leads import Facts
from scorelang.testing.leads import material_of
from scorelang.testing.shrink import simplest
from scorelang.values import fold

# Without a limit of any kind a question would be given this long, in seconds.
USUAL_SECONDS = 30.0
# So many leads are looked for at most, with other guesses each, where the interpreter does not agree.
GUESSES = 4
Holds = Callable[[Outcome], bool]


class DisagreementError(AssertionError):
    """The formulas and the interpreter say different things of a lead: one of them is wrong, and there is no answer."""


@frozen
class Answer(Verdicted):
    """Whether something can be, and for `yes` a lead that shows it."""

    facts: Facts | None = None


@define(eq=False)
class Questions:
    """A model that may be asked. `seconds` is what all questions together may take; None is as long as each takes.

    With `ordinary` it is asked of leads whose fields have ordinary numbers: at most 10^100, and of 15 digits.
    """

    model: m.CheckedModel
    seconds: float | None = None
    assumed: Sequence[m.Expression] = ()
    ordinary: bool = field(default=False, kw_only=True)
    encoding: Encoding = field(init=False)
    _until: float | None = field(init=False)
    # Whether the time of a question was over before there was an answer; what is unknown otherwise stays so.
    late: bool = field(default=False, init=False)
    # Leads that were found, which may show other things too, with what they come to.
    leads: list[tuple[Facts, Outcome]] = Factory(list)

    def __attrs_post_init__(self) -> None:
        self.encoding = Encoding(self.model, ordinary=self.ordinary)
        self._until = None if self.seconds is None else time.monotonic() + self.seconds

    def prepare(self) -> None:
        """Write the whole model out at once: quicker for who is going to ask of all its rules."""
        results = self.encoding.results
        for scoring in m.rules_of(self.model.ordered):
            self.encoding.points.amount(scoring)
        for gate in self.model.gates:
            results.opens(gate)
        for stage in self.model.stages:
            results.holds(stage)
        for what in ("persona", "stage", "route"):
            results.named_labels(what, what)

    # --- what may be asked ---

    def can_be(self, condition: m.Expression, value: bool | None = True, *, seconds: float | None = None) -> Answer:
        """Whether a condition can be true, false, or (None) unknown."""
        truth = self.encoding.conditions.truth(condition)
        goal = no(truth.known) if value is None else truth.true if value else truth.false
        return self.can([goal], lambda outcome: evaluate(condition, outcome.scope) is value, seconds)

    def implies(self, one: m.Expression, other: m.Expression, *, seconds: float | None = None) -> Answer:
        """Whether the other is known true whenever the one is. The lead of a `no` is one for which that is not so."""
        first, second = self.encoding.conditions.truth(one), self.encoding.conditions.truth(other)

        def differs(outcome: Outcome) -> bool:
            return evaluate(one, outcome.scope) is True and evaluate(other, outcome.scope) is not True

        found = self.can([first.true, no(second.true)], differs, seconds)
        return Answer({"yes": "no", "no": "yes", "unknown": "unknown"}[found.verdict], found.facts)  # type: ignore[arg-type]

    def can_fire(self, scoring: m.Scoring, *, seconds: float | None = None) -> Answer:
        """Whether a rule, choice or grid can add anything (0 points are something)."""

        def fires(outcome: Outcome) -> bool:
            match scoring:
                case m.Rule():
                    return rule_points(scoring, outcome.scope) is not None
                case m.Choice():
                    return choice_points(scoring, outcome.scope) is not None
            return grid_cell(scoring, outcome.scope) is not None

        return self.can([self.encoding.points.amount(scoring).fires], fires, seconds)

    def can_be_chosen(self, choice: m.Choice, branch: m.Rule, *, seconds: float | None = None) -> Answer:
        """Whether a branch of `choose` can be the one that counts."""
        goals = self.chosen_goals(choice, branch)

        def is_chosen(outcome: Outcome) -> bool:
            amount = choice_points(choice, outcome.scope)
            return amount is not None and amount.id == branch.id

        return self.can(goals, is_chosen, seconds)

    def chosen_goals(self, choice: m.Choice, branch: m.Rule) -> list[Formula]:
        """That a branch of `choose` is the one that counts."""
        points = self.encoding.points
        amount = points.amount(branch)
        goals = [amount.fires]
        others = [other for other in choice.branches if other is not branch]
        if branch.form == "otherwise":
            goals += [no(points.holds(other)) for other in others]
        elif choice.best:
            rivals = [(other, points.amount(other)) for other in others if other.form != "otherwise"]
            first = choice.branches.index(branch)
            for other, rival in rivals:
                ahead = choice.branches.index(other) < first
                beaten = rival.points < amount.points if ahead else rival.points <= amount.points
                goals.append(
                    either(no(rival.fires), beaten if not isinstance(beaten, bool) else both() if beaten else either())
                )
        else:
            goals += [no(points.holds(other)) for other in choice.branches[: choice.branches.index(branch)]]
        return goals

    def can_match(self, grid: m.Grid, row: int, column: int, *, seconds: float | None = None) -> Answer:
        """Whether a cell of a grid can be the one that counts."""
        goal = self.encoding.points.cell(grid, row, column)
        return self.can([goal], lambda outcome: grid_cell(grid, outcome.scope) == (row, column), seconds)

    def can_block(self, gate: m.Gate, *, seconds: float | None = None) -> Answer:
        """Whether a `require` can be in the way (not known true), or a `disqualify` (known true)."""

        def blocks(outcome: Outcome) -> bool:
            return (evaluate(gate.condition, outcome.scope) is True) is (gate.word == "disqualify")

        return self.can([no(self.encoding.results.opens(gate))], blocks, seconds)

    def can_reach(self, stage: str, *, seconds: float | None = None) -> Answer:
        """Whether a lead's stage can be this one, or `none`."""
        return self._can_label("stage", "stage", stage, lambda outcome: outcome.stage == stage, seconds)

    def can_be_graded(self, what: str, label: str, *, seconds: float | None = None) -> Answer:
        """Whether the grade of a category, or of `score`, can be this one."""
        return self._can_label("grade", what, label, lambda outcome: outcome.grades[what] == label, seconds)

    def can_be_persona(self, name: str, *, seconds: float | None = None) -> Answer:
        """Whether a lead's persona can be this one, or `none`."""
        return self._can_label("persona", "persona", name, lambda outcome: (outcome.persona or "none") == name, seconds)

    def can_route(self, text: str | None, *, seconds: float | None = None) -> Answer:
        """Whether a lead can be routed there; None is nowhere."""
        folded = None if text is None else fold(text)

        def goes(outcome: Outcome) -> bool:
            return (None if outcome.route is None else fold(outcome.route)) == folded

        return self._can_label("route", "route", folded, goes, seconds)

    def _can_label(self, what: str, name: str, label: str | None, holds: Holds, seconds: float | None) -> Answer:
        return self.can(self.label_goals(what, name, label), holds, seconds)

    def label_goals(self, what: str, name: str, label: str | None) -> list[Formula]:
        """That a lead's stage, grade, persona or route is this one; a route's text is folded."""
        labels = self.encoding.results.named_labels(what, name)
        return [either(*(formula for value, formula in labels if value == label))]

    def can_bind(
        self, group: m.Group | None, side: Literal["least", "most"], *, seconds: float | None = None
    ) -> Answer:
        """Whether the bound of a category or persona, or (None) of the score, ever changes anything."""
        owner = self.model if group is None else group
        bound = owner.least if side == "least" else owner.most
        assert bound is not None
        bounded = Bounded(group, bound)
        before, limit = bounded.as_formulas(self.encoding.results)

        def binds(outcome: Outcome) -> bool:
            points, at = bounded.of_lead(outcome.subtotals, outcome.total)
            return points < at if side == "least" else points > at

        return self.can([before < limit if side == "least" else before > limit], binds, seconds)

    # --- how it is found out ---

    @property
    def assumptions(self) -> list[Formula]:
        """That what is assumed is true."""
        return [self.encoding.conditions.truth(each).true for each in self.assumed]

    def meets(self, outcome: Outcome) -> bool:
        """Whether what is assumed is true of a lead that was scored."""
        return all(evaluate(each, outcome.scope) is True for each in self.assumed)

    def noted(self, facts: Facts) -> Outcome | None:
        """What a lead comes to, which is noted; None where what is assumed is not true of it."""
        outcome = interpret(self.model, facts)
        if not self.meets(outcome):
            return None
        self.leads.append((facts, outcome))
        return outcome

    def can(self, goals: Sequence[Formula], holds: Holds, seconds: float | None = None) -> Answer:
        """Whether there is a lead that meets all goals; `holds` says of what the interpreter works out whether it does.

        Raises `DisagreementError` when the two differ.
        """
        for facts, outcome in self.leads:
            if holds(outcome):
                return Answer("yes", facts)
        every = [*goals, *self.assumptions]
        deadline = self._deadline(seconds)
        try:
            return answer_to(self.encoding, every, lambda candidate: self._shown(candidate, holds), deadline)
        except OutOfTimeError:
            self.late = True
            return Answer("unknown")

    def may(self, ways: Sequence[Sequence[Formula]], holds: Holds, seconds: float | None = None) -> Answer:
        """Whether something holds of a lead that cannot hold unless all goals of one of the ways are met.

        As the goals say less than that, a lead that meets them may be none: then the answer is `unknown`.
        """
        deadline = self._deadline(seconds)
        verdict: Verdict = "no"
        try:
            for goals in ways:
                for exactly in (False, True):
                    found = self.encoding.find([*goals, *self.assumptions], deadline, exactly=exactly)
                    if found is None:
                        verdict = "unknown" if exactly else verdict
                        break
                    shown = self._shown(found, holds)
                    if shown is not None:
                        return Answer("yes", shown)
                    verdict = "unknown"
        except OutOfTimeError:
            self.late = True
            return Answer("unknown")
        return Answer(verdict)

    def allows(self, goals: Sequence[Formula], seconds: float | None = None) -> bool:
        """Whether the formulas leave room for a lead that meets all goals; no lead is made of it.

        A no is certain. Raises `OutOfTimeError`.
        """
        return self.encoding.allows([*goals, *self.assumptions], self._deadline(seconds))

    def _deadline(self, seconds: float | None) -> float:
        limits = [self._until] if self._until is not None else []
        limits += [time.monotonic() + seconds] if seconds is not None else []
        return min(limits, default=time.monotonic() + USUAL_SECONDS)

    def _shown(self, found: Candidate, holds: Holds) -> Facts | None:
        """The lead that was looked for, if it is what it should be."""
        for facts in found.leads:
            outcome = self.noted(facts)
            if outcome is not None and holds(outcome):
                return facts
        return None

    def simplest(self, facts: Facts, holds: Holds, until: float = math.inf) -> Facts:
        """The simplest lead for which something holds that holds for this one, of those that are tried by then."""

        def still(each: Facts) -> bool:
            outcome = interpret(self.model, each)
            return self.meets(outcome) and holds(outcome)

        return simplest(material_of(self.model), facts, still, until)


def answer_to(
    encoding: Solving, goals: Sequence[Formula], shown: Callable[[Candidate], Facts | None], deadline: float
) -> Answer:
    """Any lead first, and others where that was guessed wrong; then one of which the formulas say all there is.

    `shown` gives the lead that was looked for, if one of a candidate is. Raises `OutOfTimeError`, and
    `DisagreementError` when the formulas and the interpreter differ.
    """
    others: list[Formula] = []
    for exactly in (*(False,) * GUESSES, True):
        one = encoding.find([*goals, *([] if exactly else others)], deadline, exactly=exactly)
        if one is None:
            if exactly or not others:
                return Answer("unknown" if exactly else "no")
            continue
        facts = shown(one)
        if facts is not None:
            return Answer("yes", facts)
        if exactly and not one.rough:
            raise DisagreementError(f"the formulas are wrong about {one.facts}")
        others.append(no(both(*one.guessed)))
    return Answer("unknown")
