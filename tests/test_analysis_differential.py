"""The formulas say of a known lead what the interpreter says: generated models × leads × events, every rule.

`make differential N=20` tries twenty times the examples and prints the seed that repeats the run.
"""

from __future__ import annotations

from typing import Any

import z3
from hypothesis import given

from scorelang import model as m
from scorelang.analysis.bounds import Range, bounds
from scorelang.analysis.encoding import Encoding
from scorelang.analysis.logic import both, either, no
from scorelang.analysis.questions import Questions
from scorelang.analysis.spans import Span, score_span, spans_of
from scorelang.interpret import Outcome, evaluate, rule_points

from .analysis_pins import OutsideError, outside, pins
from .generators import examples
from .generators.cases import Case, cases, outcome_of

# A solver that takes longer has not found out; that is no disagreement.
MOST_MILLISECONDS = 1_000


def assert_agrees(model: m.CheckedModel, outcome: Outcome) -> None:
    """Every rule, gate and stage, the score and all that follows from it."""
    encoding = Encoding(model)
    asked: list[tuple[str, Any]] = []
    for rule in m.rules_of(model.ordered):
        if isinstance(rule, m.Rule):
            fires = rule_points(rule, outcome.scope) is not None
            formula = encoding.points.amount(rule).fires
            asked.append((rule.text, formula if fires else no(formula)))
    for gate in model.gates:
        true = encoding.conditions.truth(gate.condition)
        value = evaluate(gate.condition, outcome.scope)
        told = no(true.known) if value is None else true.true if value else true.false
        asked.append((gate.id, told))
    results = encoding.results
    for done in outcome.subtotals:
        sums = results.sums(done.group.name, done.group.word)
        asked.append(
            (done.group.name, both(sums.total == done.total, sums.value == done.value, sums.adds == done.adds))
        )
    asked.append(("score", results.score == outcome.score))
    for what, name, value in (("stage", "stage", outcome.stage), ("persona", "persona", outcome.persona or "none")):
        asked.append((what, either(*(holds for label, holds in results.named_labels(what, name) if label == value))))
    for name, label in outcome.grades.items():
        asked.append((name, either(*(holds for each, holds in results.named_labels("grade", name) if each == label))))
    solver = encoding.solver()
    solver.set("timeout", MOST_MILLISECONDS)
    told = pins(encoding, outcome)
    solver = encoding.solver()
    solver.add(told)
    assert solver.check() != z3.unsat, "the formulas leave out this lead"
    for name, formula in asked:
        assert solver.check(formula) != z3.unsat, f"{name}: the formulas say something else"
    solver.add(no(either(*encoding.loose)))
    if solver.check() == z3.sat:
        for name, formula in asked:
            assert solver.check(no(formula)) != z3.sat, f"{name}: the formulas say too little"


@examples(25)
@given(cases(number=2))
def test_the_formulas_say_of_a_lead_what_the_interpreter_says(case: Case) -> None:
    for history in case.histories:
        try:
            assert_agrees(case.model.checked, outcome_of(case.model, history))
        except OutsideError:
            continue


@examples(12)
@given(cases(number=3))
def test_no_lead_goes_beyond_what_rules_add_up_to(case: Case) -> None:
    model = case.model.checked
    spans = spans_of(model)
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        for done in outcome.subtotals:
            assert_within(done.value, spans[done.group.word, done.group.name][0])
            assert_within(done.adds, spans[done.group.word, done.group.name][1])
        assert_within(outcome.total, score_span(model)[0])
        assert_within(outcome.score, score_span(model)[1])


def assert_within(points: int, span: Span) -> None:
    assert span.low is None or points >= span.low
    assert span.high is None or points <= span.high
    assert points == 0 or (span.grain and points % span.grain == 0)


@examples(8)
@given(cases(number=3))
def test_what_can_never_fire_fires_for_no_lead(case: Case) -> None:
    """Every lead that is found besides was scored: a disagreement would be raised."""
    asked = Questions(case.model.checked, seconds=1)
    asked.prepare()
    rules = [rule for rule in m.rules_of(case.model.checked.ordered) if isinstance(rule, m.Rule)]
    never = [rule for rule in rules if asked.can_fire(rule).no]
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        if not outside(outcome):
            assert not [rule.text for rule in never if rule_points(rule, outcome.scope) is not None]


@examples(4)
@given(cases(number=3))
def test_no_lead_goes_beyond_the_ends_that_are_told(case: Case) -> None:
    """The leads that reach the ends were scored: a disagreement would be raised."""
    found = bounds(case.model.checked, 1.0)
    ends = {(one.word, one.name): one for one in found.ranges}
    for history in case.histories:
        outcome = outcome_of(case.model, history)
        if not outside(outcome):
            values = {("score", "score"): outcome.score}
            values |= {(done.group.word, done.group.name): done.value for done in outcome.subtotals}
            for key, value in values.items():
                assert_between(value, ends[key])


def assert_between(value: int, ends: Range) -> None:
    """No further than what is reached where that is exact, nor than the limit where one is told."""
    for sign, one in ((-1, ends.least), (1, ends.greatest)):
        limit = one.reached if one.exact else one.limit
        assert limit is None or one.unlimited or sign * value <= sign * limit
