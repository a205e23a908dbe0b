"""Rule engines for Python whose rules are data: JSONLogic, and business-rules.

`whole` and `apart` are as in `peer_expressions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar

from one_record_workloads import FLAGS, NUMBERS
from peer_rules import MOST_OF_EACH, NAMES, CannotSayError, Lead, Rule, Score, Test, added


def var(name: str) -> dict[str, str]:
    """A field of the lead, or an attribute of the event that a list is gone through at."""
    return {"var": name}


def logic(tests: tuple[Test, ...]) -> dict[str, Any]:
    """All the tests as JSONLogic."""
    said = [
        {"!==": [var(test.field), None]}
        if test.op == "known"
        else {"===" if test.op == "==" else test.op: [var(test.field), _listed(test.value)]}
        for test in tests
    ]
    return said[0] if len(said) == 1 else {"and": said}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class JsonLogic:
    """What the two engines for JSONLogic have in common."""

    package: ClassVar[str]

    def count(self, rule: Rule) -> Any:
        """How many events fit."""
        raise NotImplementedError

    def truth(self, rule: Rule) -> Any:
        """Whether the rule gives its points."""
        if not rule.kind:
            return logic(rule.tests)
        if rule.at_least > 1:
            return {">=": [self.count(rule), rule.at_least]}
        return {"some" if rule.at_least else "none": [var(rule.kind), logic(rule.tests)]}

    def number(self, rule: Rule) -> Any:
        """The points of a rule with `each`."""
        product = {"*": [self.count(rule), rule.points]}
        return {"min": [product, MOST_OF_EACH]} if rule.points > 0 else product

    def points(self, rule: Rule) -> Any:
        """The points that the rule adds."""
        return self.number(rule) if rule.gives == "each" else {"if": [self.truth(rule), rule.points, 0]}

    def sum(self, rules: list[Rule]) -> Any:
        """All of them."""
        return {"+": [self.points(rule) for rule in rules]}

    def parts(self, rules: list[Rule]) -> list[tuple[Any, int]]:
        """For each rule its logic, and the points that it gives when it is true; 0: it is the points itself."""
        return [(self.number(rule), 0) if rule.gives == "each" else (self.truth(rule), rule.points) for rule in rules]


class Datalogic(JsonLogic):
    """JSONLogic in Rust."""

    package: ClassVar[str] = "datalogic-py"

    def count(self, rule: Rule) -> Any:
        """How many events fit."""
        return {"length": [{"filter": [var(rule.kind), logic(rule.tests)]}]}

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        module = import_module("datalogic_py")
        engine = module.Engine()
        program, evaluate, handle = engine.compile(self.sum(rules)), engine.session().evaluate_int, module.DataHandle
        return lambda lead: evaluate(program, handle(lead))

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        module = import_module("datalogic_py")
        engine = module.Engine()
        parts = [(engine.compile(one), points) for one, points in self.parts(rules)]
        return added(parts, engine.session().evaluate_data, module.DataHandle)


class Qubit(JsonLogic):
    """JSONLogic in Python."""

    package: ClassVar[str] = "json-logic-qubit"

    def count(self, rule: Rule) -> Any:
        """How many events fit."""
        fitting = {"filter": [var(rule.kind), logic(rule.tests)]}
        return {"reduce": [fitting, {"+": [1, var("accumulator")]}, 0]}

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        run, program = import_module("json_logic").jsonLogic, self.sum(rules)
        return lambda lead: run(program, lead)

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        return added(self.parts(rules), import_module("json_logic").jsonLogic, lambda lead: lead)


class BusinessRules:
    """Variables are methods, rules compare one each; an action adds the points."""

    package: ClassVar[str] = "business-rules"
    operators: ClassVar[dict[str, str]] = {
        "<": "less_than",
        "<=": "less_than_or_equal_to",
        ">": "greater_than",
        ">=": "greater_than_or_equal_to",
    }

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        raise CannotSayError("an action adds the points of one rule; there is no expression for all")

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        if any(rule.kind for rule in rules):
            raise CannotSayError("a condition compares a variable with a constant; nothing counts events that fit")
        run_all = import_module("business_rules").run_all
        variables, actions = _variables(), _actions()
        said = [
            {"conditions": self._all(rule.tests), "actions": [{"name": "add", "params": {"points": rule.points}}]}
            for rule in rules
        ]

        def score(lead: Lead) -> int:
            doer = actions()
            run_all(said, variables(lead), doer)
            return doer.total

        return score

    def _all(self, tests: tuple[Test, ...]) -> dict[str, Any]:
        return {"all": [condition for test in tests for condition in self._conditions(test)]}

    def _conditions(self, test: Test) -> list[dict[str, Any]]:
        known = {"name": f"{test.field}_known", "operator": "is_true", "value": ""}
        if test.op == "known":
            return [known]
        if isinstance(test.value, bool):
            return [known, {"name": test.field, "operator": "is_true" if test.value else "is_false", "value": ""}]
        if test.op == "in":
            assert isinstance(test.value, tuple)
            return [{"any": [{"name": test.field, "operator": "equal_to", "value": one} for one in test.value]}]
        operator = "equal_to" if test.op == "==" else self.operators[test.op]
        return [{"name": test.field, "operator": operator, "value": test.value}]


def _variables() -> type:
    """The class of variables: one for each field, and whether it is known for what can be missing."""
    module = import_module("business_rules.variables")

    def variable(kind: Any, name: str, read: Callable[[Any], Any]) -> Any:
        read.__name__ = name
        return kind()(read)

    def start(self: Any, lead: Lead) -> None:
        self.lead = lead

    members: dict[str, Any] = {"__init__": start}
    for name in NAMES:
        kind = (
            module.boolean_rule_variable
            if name in FLAGS
            else module.numeric_rule_variable
            if name in NUMBERS
            else module.string_rule_variable
        )
        members[name] = variable(kind, name, lambda self, name=name: self.lead[name])
        members[f"{name}_known"] = variable(
            module.boolean_rule_variable, f"{name}_known", lambda self, name=name: self.lead[name] is not None
        )
    return type("LeadVariables", (module.BaseVariables,), members)


def _actions() -> type:
    module, fields = import_module("business_rules.actions"), import_module("business_rules.fields")

    def start(self: Any) -> None:
        self.total = 0

    @module.rule_action(params={"points": fields.FIELD_NUMERIC})
    def add(self: Any, points: int) -> None:
        self.total += points

    return type("Points", (module.BaseActions,), {"__init__": start, "add": add})
