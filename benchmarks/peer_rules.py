"""The rules of a workload in a form that every rule engine's language can be written from.

They are read from the function by hand of `one_record_workloads.py`, so that there is one source of them: whatever an
engine is asked, the function by hand answers it too, and the totals are compared.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from one_record_workloads import ATTRIBUTES, FLAGS, NUMBERS, TEXTS, Workload

DAY = 86_400
Value = str | int | bool | None | tuple[str, ...]

Lead = dict[str, Any]
Score = Callable[[Lead], Any]
MOST_OF_EACH = 1000  # hundredths that a rule with `each` adds at most
NAMES = (*TEXTS, *NUMBERS, *FLAGS)


@dataclass(frozen=True)
class Test:
    """A comparison of a field of the lead, or of an attribute of an event.

    `op` is `==`, `in`, `known`, `<`, `<=`, `>` or `>=`. Times of events have become `age`, seconds before `as of`.
    """

    field: str
    op: str
    value: Value = None


@dataclass(frozen=True)
class Rule:
    """Points, in hundredths, for what all the tests say of a lead, or for so many events of a kind that they fit.

    With a `kind` the rule is one about events: `gives` is `if` (points when their number is `at_least` so many, or
    none for `at_least` 0), or `each` (points for every one, at most 1,000 hundredths together).
    """

    tests: tuple[Test, ...]
    points: int
    kind: str = ""
    gives: str = "if"
    at_least: int = 1


def rules_of(work: Workload) -> list[Rule]:
    """The rules of a workload, in its order."""
    function = ast.parse(work.by_hand).body[0]
    assert isinstance(function, ast.FunctionDef)
    counted = {name: of for loop in function.body if isinstance(loop, ast.For) for name, of in _counted(loop)}
    return [_rule(statement, counted) for statement in function.body if _gives_points(statement)]


def _gives_points(statement: ast.stmt) -> bool:
    given = statement.body[0] if isinstance(statement, ast.If) else statement
    return isinstance(given, ast.AugAssign) and isinstance(given.target, ast.Name) and given.target.id == "total"


def _rule(statement: ast.stmt, counted: dict[str, tuple[str, tuple[Test, ...]]]) -> Rule:
    if isinstance(statement, ast.AugAssign):  # total += min(n3 * 500, 1000)
        product = statement.value.args[0]  # type: ignore[attr-defined]
        kind, tests = counted[product.left.id]
        return Rule(tests, ast.literal_eval(product.right), kind, "each")
    assert isinstance(statement, ast.If)
    points = ast.literal_eval(statement.body[0].value)  # type: ignore[attr-defined]
    match statement.test:
        case ast.Name(id=name) if name in counted:  # if n3: total += 500
            kind, tests = counted[name]
            return Rule(tests, points, kind)
        case ast.Compare(left=ast.Name(id=name), comparators=[ast.Constant(value=int(number))]) if name in counted:
            kind, tests = counted[name]
            return Rule(tests, points, kind, at_least=number)
    return Rule(tuple(_tests(statement.test)), points)


def _counted(loop: ast.For) -> Iterator[tuple[str, tuple[str, tuple[Test, ...]]]]:
    """What each counter of the pass over the events counts: a kind, and the tests for it."""
    branch: Any = next(statement for statement in loop.body if isinstance(statement, ast.If) and statement.orelse)
    while branch is not None:
        kind = ast.literal_eval(branch.test.comparators[0])
        for test in branch.body:
            if isinstance(test, ast.If):
                yield test.body[0].target.id, (kind, tuple(_tests(test.test)))  # type: ignore[attr-defined]
        branch = branch.orelse[0] if branch.orelse else None


def _tests(condition: ast.expr) -> Iterator[Test]:
    """The tests that a condition of the function by hand consists of."""
    match condition:
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from _tests(value)
        case ast.Compare(left=ast.Name(id="at"), comparators=[ast.Name(id=since)]):
            yield Test("age", "<=", int(since.removeprefix("since_")) * DAY)
        case ast.Compare(left=ast.Name(id=field), ops=[ast.IsNot()]):
            yield Test(field, "known")
        case ast.Compare(left=ast.Name(id=field), ops=[ast.In()], comparators=[values]):
            yield Test(field, "in", tuple(sorted(ast.literal_eval(values))))
        case ast.Compare(left=ast.Constant(value=low), comparators=[ast.Name(id=field), ast.Constant(value=high)]):
            yield from (Test(field, ">=", low), Test(field, "<=", high))
        case ast.Compare(left=ast.Name(id=field), ops=[op], comparators=[ast.Constant(value=value)]):
            yield Test(field, _SIGNS[type(op)], value)
        case _:
            raise ValueError(f"no test is known for {ast.unparse(condition)}")


_SIGNS = {ast.Eq: "==", ast.Is: "==", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def prepared(lead: dict[str, Any], events: list[dict[str, Any]], as_of: datetime) -> dict[str, Any]:
    """A lead as an engine is given it: texts folded, events in a list for each kind, with their age in seconds.

    That is the part of the function by hand that these engines have no words for; its time counts.
    """
    data: dict[str, Any] = {field: (lead.get(field) or "").strip().lower() for field in TEXTS}
    for field in _PLAIN:
        data[field] = lead.get(field)
    if events:
        for kind in ATTRIBUTES:
            data[kind] = []
        for event in events:
            if event["at"] <= as_of:
                data[event["type"]].append(_event(event, as_of))
    return data


_PLAIN = (*NUMBERS, *FLAGS)


def _event(event: dict[str, Any], as_of: datetime) -> dict[str, Any]:
    age = int((as_of - event["at"]).total_seconds())
    match event["type"]:
        case "visit":
            return {"age": age, "path": (event.get("path") or "").strip().lower()}
        case "email_click":
            return {"age": age, "campaign": (event.get("campaign") or "").strip().lower()}
        case _:
            return {"age": age, "minutes": event.get("minutes")}


class CannotSayError(Exception):
    """The engine's language has no words for a workload; the message is the reason."""


def added(parts: list[tuple[Any, int]], run: Callable[[Any, Any], Any], read: Callable[[Lead], Any]) -> Score:
    """The points of programs: `run` gives the answer of one to what `read` makes of a lead."""

    def score(lead: Lead) -> int:
        data, total = read(lead), 0
        for program, points in parts:
            answer = run(program, data)
            if points:
                if answer:
                    total += points
            else:
                total += int(answer)
        return total

    return score
