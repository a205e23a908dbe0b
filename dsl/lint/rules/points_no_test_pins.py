"""Points that could be anything, as far as the tests go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scorelang import model as m
from scorelang.check.walk import walk
from scorelang.interpret import Outcome
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.testing.run import cases_of, expectations, run_test


class PointsNoTestPins(Rule):
    """A rule whose points no test looks at.

    Somebody types 50 for 5, all tests pass, and sales calls the wrong people. No lead of a test makes the rule fire
    while the test expects a number of `score` or of the rule's category, so no test can notice.

    Add a test with a lead on which the rule fires, and expect the category's points. `scorelang test --mutate` is the
    thorough answer: it changes every number and runs the tests. Models without any test are told of that alone
    (`no-tests`); of a matrix one cell is enough.
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
        pinned = set().union(*runs)
        for rule in subject.rules:
            if rule.id not in pinned and subject.is_here(rule.place) and not _is_nothing(rule):
                what = "no cell of this matrix is" if isinstance(rule, m.Grid) else "the points of this rule are not"
                yield self.report(
                    subject.first_line(rule.place.span),
                    f"{what} held by any test",
                    help=("add a test on which it fires, and expect the points of its category or the score",),
                )

    def _runs(self) -> Iterator[set[str]]:
        """What each run of a test pins: the identities of rules, numbers of equal ones included."""
        own = self.subject.source.text
        for model in (self.subject.model, *self.subject.testers):
            group_of = {rule.id: rule.group for rule in m.rules_of((*model.groups, *model.scoring))}
            for test in model.tests:
                if model is not self.subject.model and test.place.source.text == own:
                    continue  # the model's own, which its test file brings along
                for row in cases_of(test):
                    looked_at = _looked_at(test, row)
                    outcome = run_test(model, test, row).outcome if looked_at else None
                    yield _pinned(outcome, looked_at, group_of) if outcome is not None else set()


def _looked_at(test: m.TestCase, row: m.TestRow | None) -> set[str]:
    """What a run expects numbers of: `score`, and categories."""
    found = set()
    for expectation in expectations(test, row):
        for one in walk(expectation.condition) if expectation.condition is not None else ():
            if isinstance(one, m.ResultValue) and one.what in ("score", "category"):
                found.add("score" if one.what == "score" else one.name)
    return found


def _pinned(outcome: Outcome, looked_at: set[str], group_of: Mapping[str, str | None]) -> set[str]:
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
