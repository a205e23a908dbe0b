"""Running a model's `test` blocks on the reference interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from scorelang import model as m
from scorelang.interpret import Outcome, evaluate, interpret
from scorelang.leads import Fact, Facts
from scorelang.result import fired_amounts
from scorelang.testing.narrowed import narrowed
from scorelang.values import Value


@frozen
class TestRun:
    """One run of a test, or of one row of its table: what the lead came to, and which expectations do not hold."""

    # Not a test of pytest's, though its name begins like one.
    __test__ = False

    test: m.TestCase
    row: m.TestRow | None
    facts: Facts
    outcome: Outcome
    failures: tuple[m.Expectation, ...]

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return not self.failures


def cases_of(test: m.TestCase) -> tuple[m.TestRow | None, ...]:
    """What a test is run with: each row of its table, or nothing once."""
    return test.rows or (None,)


def run_tests(model: m.CheckedModel) -> Iterator[TestRun]:
    """Every test of a model, a table's rows one by one."""
    score = narrowed(model).score
    for test in model.tests:
        for row in cases_of(test):
            yield run_test(model, test, row, score)


def run_test(
    model: m.CheckedModel,
    test: m.TestCase,
    row: m.TestRow | None = None,
    score: Callable[[Facts], Outcome] | None = None,
) -> TestRun:
    """One test, or one row of its table. Who runs many hands over what scores the leads of this model."""
    facts = facts_of(model, test, row)
    outcome = interpret(model, facts) if score is None else score(facts)
    failures = tuple(each for each in expectations(test, row) if not holds(model, each, outcome))
    return TestRun(test, row, facts, outcome, failures)


def expectations(test: m.TestCase, row: m.TestRow | None) -> tuple[m.Expectation, ...]:
    """What one run of a test expects: what stands above the table, and then what the row adds."""
    return (*test.expectations, *(row.expectations if row is not None else ()))


def facts_of(model: m.CheckedModel, test: m.TestCase, row: m.TestRow | None = None) -> Facts:
    """The lead that a test makes; fields that it does not mention are missing, and what means missing in data is."""
    given: Mapping[str, Value] = {**test.fields, **(row.fields if row is not None else {})}
    fields = {field.name: _as_data(field, given.get(field.name)) for field in model.fields}
    return Facts(None, fields, tuple(_events(model, test)), test.as_of)


def _events(model: m.CheckedModel, test: m.TestCase) -> Iterator[Fact]:
    for event in test.events:
        kind = model.kinds[event.kind]
        attributes = {each.name: _as_data(each, event.attributes.get(each.name)) for each in kind.attributes}
        at = test.as_of - event.age if event.age is not None else event.at
        assert at is not None
        for _ in range(event.times):
            yield Fact(event.kind, at, attributes)


def _as_data(definition: m.FieldDefinition, value: Value) -> Value:
    """A value as a lead of data has it: None for one that its `missing` names."""
    missing = definition.missing
    if missing and isinstance(value, frozenset):
        return value - missing or None
    return None if missing and value in missing else value


def holds(model: m.CheckedModel, expectation: m.Expectation, outcome: Outcome) -> bool:
    """Whether an expectation is met: its condition is known true, or its rule or gate did what it says."""
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
