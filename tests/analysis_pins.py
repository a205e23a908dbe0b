"""A known lead, told to the formulas of a model: then they must say of it what the interpreter says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import z3

from scorelang.analysis.cells import Kind
from scorelang.analysis.encoding import Encoding
from scorelang.analysis.records import EARLIEST, LATEST, Record
from scorelang.interpret import Outcome, evaluate
from scorelang.leads import Fact
from scorelang.values import Value


class OutsideError(Exception):
    """A lead with an instant that the formulas leave out, or with events whose classes overlap."""


def pins(encoding: Encoding, outcome: Outcome) -> list[Any]:
    """That the lead is the one that was scored."""
    encoding.solver()
    facts = outcome.scope.facts
    if outside(outcome):
        raise OutsideError
    found = [encoding.now == facts.as_of, *_record(encoding.lead, dict(facts.fields))]
    for expression, guess in encoding.conditions.guesses:
        value = evaluate(expression, outcome.scope)
        found += [] if value is None else [guess == z3.BoolVal(bool(value))]
    return found + _events(encoding, facts.events, facts.as_of)


def outside(outcome: Outcome) -> bool:
    """Whether an instant of the lead is one that the formulas leave out."""
    facts = outcome.scope.facts
    values = [*facts.fields.values(), *(value for event in facts.events for value in event.attributes.values())]
    instants = [facts.as_of, *(event.at for event in facts.events), *(each for each in values if type(each) is int)]
    return not all(EARLIEST <= at <= LATEST for at in instants)


def _record(record: Record, values: dict[str, Value]) -> list[Any]:
    found = [known == z3.BoolVal(values.get(name) is not None) for name, known in record._known.items()]
    for name, value in values.items():
        if value is None:
            continue
        if name in record._flags:
            found.append(record._flags[name] == z3.BoolVal(bool(value)))
        if name in record._dates:
            found.append(record._dates[name] == value)
        if name in record._numbers:
            number = record._numbers[name]
            found += [cut == z3.BoolVal(value >= at) for at, cut in number.cuts.items()]
            for worked, _, term in number.linked:
                given = worked(float(value))
                found += [] if given is None else [term == given]
        if name in record._texts:
            tests = record._texts[name].tests
            found += [formula == z3.BoolVal(test.passes(str(value))) for test, formula in tests.items()]
        for text, member in record._members.get(name, {}).items():
            assert isinstance(value, frozenset)
            found.append(member == z3.BoolVal(text in value))
    return found


def _events(encoding: Encoding, events: tuple[Fact, ...], as_of: int) -> list[Any]:
    """How many events there are of each class, and how old the latest of them is."""
    classes = encoding.events.classes
    kinds = {one.kind for one in classes}
    numbers: Counter[int] = Counter()
    ages: dict[int, int] = {}
    for event in events:
        if event.kind not in kinds:
            continue
        kind = encoding.events.kind(event.kind)
        if kind.overlapping or any(cell.vague for cell in kind.cells()):
            raise OutsideError
        fits = _fits(kind, event)
        age = as_of - event.at
        mine = [
            at
            for at, one in enumerate(classes)
            if one.kind == event.kind
            and one.cell.fits == fits
            and one.low <= age <= (age if one.high is None else one.high)
            and (one.since is None or event.at >= one.since)
            and (one.before is None or event.at < one.before)
        ]
        assert len(mine) == 1, f"{event} is in {len(mine)} classes"
        numbers[mine[0]] += 1
        ages[mine[0]] = min(age, ages.get(mine[0], age))
    return [
        *(one.number == numbers[at] for at, one in enumerate(classes)),
        *(classes[at].age == age for at, age in ages.items()),
    ]


def _fits(kind: Kind, event: Fact) -> frozenset[int]:
    """The cell of an event, as z3 works it out from its attributes."""
    solver = z3.Solver()
    solver.add([*kind._facts, *_record(kind._record, dict(event.attributes))])
    marks = [z3.Bool(f"mark {at}") for at in range(len(kind._formulas))]
    solver.add([mark == formula for mark, formula in zip(marks, kind._formulas, strict=True)])
    assert solver.check() == z3.sat, f"{event} cannot be"
    model = solver.model()
    return frozenset(at for at, mark in enumerate(marks) if z3.is_true(model.eval(mark)))
