"""Points that could be anything, as far as the tests go."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from scorelang import model as m
from scorelang.check.walk import walk
from scorelang.interpret import Outcome
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.testing.narrowed import narrowed
from scorelang.testing.run import cases_of, expectations, facts_of


class PointsNoTestPins(Rule):
    """A rule whose points no test looks at.

    Somebody types 50 for 5, all tests pass, and sales calls the wrong people. No lead of a test makes the rule fire
    while the test expects a number of `score` or of the rule's category, so no test can notice. `expect score > 0`
    holds no number: any other points would do. A bound does where the number just meets it (`>= 6`, and it is 6).

    Add a test with a lead on which the rule fires, and expect the category's points. `scorelang test --mutate` is
    the thorough answer: it changes every number and runs the tests. Models without any test are told of that alone
    (`no-tests`); of a matrix one cell is enough. Rules that another model brings in are held by its tests too.
    """

    name = "points-no-test-pins"
    code = "SL303"
    bad = 'if a then +1\nif b then +2\ntest "a is one point":\n    given a yes\n    expect score 1'
    good = 'if a then +1\nif b then +2\ntest "both count":\n    given a yes, b yes\n    expect score 3'

    def check(self) -> Iterator[Finding]:
        """Every rule of the file that gives points, and that no run of a test pins."""
        subject = self.subject
        if subject.is_library or subject.is_test_file:
            return
        runs = tuple(self._runs())
        if not runs:
            return
        pinned = set[int]().union(*runs)
        for rule in subject.rules:
            is_pinned = rule.place.span.start in pinned
            if subject.is_here(rule.place) and not is_pinned and not _is_nothing(rule):
                what = "no cell of this matrix is" if isinstance(rule, m.Grid) else "the points of this rule are not"
                yield self.report(
                    subject.first_line(rule.place.span),
                    f"{what} held by any test",
                    help=("add a test on which it fires, and expect the points of its category or the score",),
                )

    def _runs(self) -> Iterator[set[int]]:
        """What each run of a test pins: where the rules of this file begin that it holds."""
        own, others = self.subject.source.text, self.subject.others
        for model in (self.subject.model, *others.testers, *others.users):
            rules = m.rules_of((*model.groups, *model.scoring))
            start_of = {rule.id: rule.place.span.start for rule in rules if rule.place.source.text == own}
            for test, pinned in _runs_of(model):
                # The model's own are passed over where its test file brings them along.
                if model is self.subject.model or test.place.source.text != own:
                    yield {start_of[id_] for id_ in pinned if id_ in start_of}


# What the tests of a model pin is asked for each file that it is made of.
_known: WeakKeyDictionary[m.CheckedModel, tuple[tuple[m.TestCase, set[str]], ...]] = WeakKeyDictionary()


def _runs_of(model: m.CheckedModel) -> tuple[tuple[m.TestCase, set[str]], ...]:
    """Each run of a test of a model, with the rules that it holds, by their identities."""
    if model not in _known:
        score = narrowed(model).score
        runs: list[tuple[m.TestCase, set[str]]] = []
        for test in model.tests:
            for row in cases_of(test):
                outcome = score(facts_of(model, test, row)) if _looks_at_numbers(test, row) else None
                looked_at = _looked_at(test, row, outcome) if outcome is not None else set()
                runs.append((test, _pinned(outcome, looked_at) if outcome is not None else set()))
        _known[model] = tuple(runs)
    return _known[model]


def _looks_at_numbers(test: m.TestCase, row: m.TestRow | None) -> bool:
    return any(_numbers_in(expectation.condition) for expectation in expectations(test, row))


def _numbers_in(condition: m.Expression | None) -> list[tuple[str, m.ResultValue, m.Expression]]:
    """The comparisons of `score` or a category in a condition: the operator, and what is on either side."""
    found = []
    for one in walk(condition) if condition is not None else ():
        if isinstance(one, m.Apply) and one.operator in ("is", "<=", ">=") and len(one.operands) == 2:
            left, right = one.operands
            if isinstance(left, m.ResultValue) and left.what in ("score", "category"):
                found.append((one.operator, left, right))
    return found


def _looked_at(test: m.TestCase, row: m.TestRow | None, outcome: Outcome) -> set[str]:
    """What a run holds to a number: `score`, and categories. A bound does so only where the number just meets it."""
    found = set()
    for expectation in expectations(test, row):
        for operator, what, number in _numbers_in(expectation.condition):
            value = outcome.scope.results.get((what.what, what.name))
            is_met = isinstance(number, m.Constant) and value == number.value
            if operator == "is" or is_met:
                found.add("score" if what.what == "score" else what.name)
    return found


def _pinned(outcome: Outcome, looked_at: set[str]) -> set[str]:
    found = set()
    for subtotal in outcome.subtotals:
        counts = subtotal.group.word == "category" or subtotal.group.name == outcome.persona
        if subtotal.group.name in looked_at or ("score" in looked_at and counts):
            found |= {amount.id for amount in subtotal.amounts if amount.points}
    if "score" in looked_at:
        found |= {amount.id for amount in outcome.loose if amount.points}
    return found


def _is_nothing(rule: m.Rule | m.Grid) -> bool:
    if isinstance(rule, m.Grid):
        return not any(any(row) for row in rule.points)
    return rule.points == 0
