"""Running a model's `test` blocks on the reference interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from scorelang import model as m
from scorelang.interpret import Outcome, evaluate, interpret
from scorelang.leads import Fact, Facts
from scorelang.result import fired_amounts
from scorelang.values import Value


@frozen
class Failure:
    """One expectation that does not hold."""

    expectation: m.Expectation


@frozen
class TestRun:
    """One run of a test, or of one row of its table: what the lead came to, and which expectations do not hold."""

    test: m.TestCase
    row: m.TestRow | None
    outcome: Outcome
    failures: tuple[Failure, ...]

    @property
    def name(self) -> str:
        """The test's name; for a row of its table with the line that the row stands on."""
        return self.test.name if self.row is None else f"{self.test.name} (line {self.row.place.line})"

    @property
    def place(self) -> m.Place:
        """Where it stands."""
        return self.test.place if self.row is None else self.row.place

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return not self.failures


def run_tests(model: m.CheckedModel) -> Iterator[TestRun]:
    """Every test of a model, a table's rows one by one."""
    for test in model.tests:
        for row in test.rows or (None,):
            yield run_test(model, test, row)


def run_test(model: m.CheckedModel, test: m.TestCase, row: m.TestRow | None = None) -> TestRun:
    """One test, or one row of its table."""
    outcome = interpret(model, facts_of(model, test, row))
    expectations = (*test.expectations, *(row.expectations if row is not None else ()))
    failures = tuple(Failure(expectation) for expectation in expectations if not _holds(model, expectation, outcome))
    return TestRun(test, row, outcome, failures)


def facts_of(model: m.CheckedModel, test: m.TestCase, row: m.TestRow | None = None) -> Facts:
    """The lead that a test makes; fields that it does not mention are missing."""
    given: Mapping[str, Value] = {**test.fields, **(row.fields if row is not None else {})}
    fields = {field.name: given.get(field.name) for field in model.fields}
    return Facts(None, fields, tuple(_events(model, test)), test.as_of)


def _events(model: m.CheckedModel, test: m.TestCase) -> Iterator[Fact]:
    for event in test.events:
        kind = model.kinds[event.kind]
        attributes = {attribute.name: event.attributes.get(attribute.name) for attribute in kind.attributes}
        at = test.as_of - event.age if event.age is not None else event.at
        assert at is not None
        for _ in range(event.times):
            yield Fact(event.kind, at, attributes)


def _holds(model: m.CheckedModel, expectation: m.Expectation, outcome: Outcome) -> bool:
    if expectation.condition is not None:
        return evaluate(expectation.condition, outcome.scope) is True
    fired = {amount.id for amount in fired_amounts(model, outcome)}
    blocked = {blocked.gate.id for blocked in outcome.blocked}
    match expectation.form:
        case "fires":
            return expectation.reason in fired
        case "not fires":
            return expectation.reason not in fired
        case "blocked by":
            return expectation.reason in blocked
    return expectation.reason not in blocked
