"""Rule engines for Python whose rules are expressions in a language of their own.

An engine has two ways to go: `whole`, one expression that adds up all points, and `apart`, a program for each rule
whose answers Python adds up. Both are made once, and give a function from a prepared lead to its points in hundredths.
What is constant (times, lists) is written into the expressions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from peer_rules import MOST_OF_EACH, NAMES, Lead, Rule, Score, Test, added


@dataclass(frozen=True)
class Words:
    """How a language says what the rules need: `{0}` and so on are filled in."""

    both: str
    known: str
    field: str
    item: str
    count: str  # of a list {0}, where {1}
    some: str
    none: str
    least: str

    def condition(self, tests: tuple[Test, ...], place: str) -> str:
        """All the tests, of the lead (`field`) or of an event (`item`)."""
        return self.both.join(self._test(test, place) for test in tests)

    def _test(self, test: Test, place: str) -> str:
        name = place.format(test.field)
        if test.op == "known":
            return self.known.format(name)
        value = json.dumps(test.value)
        said = f"{name} {test.op} {value}"
        return f"{self.known.format(name)}{self.both}{said}" if isinstance(test.value, bool) else said

    def truth(self, rule: Rule) -> str:
        """Whether the rule gives its points."""
        if not rule.kind:
            return self.condition(rule.tests, self.field)
        listed, tests = self.field.format(rule.kind), self.condition(rule.tests, self.item)
        if rule.at_least > 1:
            return f"{self.count.format(listed, tests)} >= {rule.at_least}"
        return (self.some if rule.at_least else self.none).format(listed, tests)

    def number(self, rule: Rule) -> str:
        """The points of a rule with `each`."""
        count = self.count.format(self.field.format(rule.kind), self.condition(rule.tests, self.item))
        product = f"{count} * {rule.points}"
        return self.least.format(product, MOST_OF_EACH) if rule.points > 0 else product

    def points(self, rule: Rule) -> str:
        """The points that the rule adds, 0 where it does not."""
        if rule.gives == "each":
            return f"({self.number(rule)})"
        return f"(({self.truth(rule)}) ? {rule.points} : 0)"

    def sum(self, rules: list[Rule]) -> str:
        """All of them, added in pairs: some engines take no long sums."""
        said = [self.points(rule) for rule in rules]
        while len(said) > 1:
            said = [f"({' + '.join(said[at : at + 2])})" for at in range(0, len(said), 2)]
        return said[0]

    def parts(self, rules: list[Rule]) -> list[tuple[str, int]]:
        """For each rule an expression, and the points that it gives when it is true; 0: it is the points itself."""
        return [(self.number(rule), 0) if rule.gives == "each" else (self.truth(rule), rule.points) for rule in rules]


CEL = Words(
    both=" && ",
    known="{0} != null",
    field="{0}",
    item="e.{0}",
    count="size({0}.filter(e, {1}))",
    some="{0}.exists(e, {1})",
    none="!{0}.exists(e, {1})",
    least="[{0}].map(n, n > {1} ? {1} : n)[0]",
)
# cel-python compares nothing with null: what is missing is left out instead, and asked for.
CEL_HAS = Words(
    both=" && ",
    known="has({0})",
    field="lead.{0}",
    item="e.{0}",
    count=CEL.count,
    some=CEL.some,
    none=CEL.none,
    least=CEL.least,
)
ZEN = Words(
    both=" and ",
    known="{0} != null",
    field="{0}",
    item="#.{0}",
    count="count({0}, {1})",
    some="some({0}, {1})",
    none="none({0}, {1})",
    least="min([{0}, {1}])",
)
RULE_ENGINE = Words(
    both=" and ",
    known="{0} != null",
    field="{0}",
    item='e["{0}"]',
    count="[e for e in {0} if {1}].length",
    some="[e for e in {0} if {1}].length > 0",
    none="[e for e in {0} if {1}].length == 0",
    least="$min([{0}, {1}])",
)


class CommonExpressionLanguage:
    """CEL in Rust."""

    package: ClassVar[str] = "common-expression-language"

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        cel = import_module("cel")
        program = cel.compile(CEL.sum(rules))
        return lambda lead: program.execute(lead)

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        cel = import_module("cel")
        parts = [(cel.compile(text), points) for text, points in CEL.parts(rules)]
        return added(parts, lambda program, context: program.execute(context), cel.Context)


class CelExpr:
    """CEL in C++, from its authors."""

    package: ClassVar[str] = "cel-expr-python"

    def _environment(self) -> Any:
        cel = import_module("cel_expr_python.cel")
        names = (*NAMES, "visit", "email_click", "webinar")
        return cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        environment = self._environment()
        program, activation = environment.compile(CEL.sum(rules)), environment.Activation
        return lambda lead: program.eval(activation(lead)).value()

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        environment = self._environment()
        parts = [(environment.compile(text), points) for text, points in CEL.parts(rules)]
        return added(parts, lambda program, data: program.eval(data).value(), environment.Activation)


class CelPython:
    """CEL in Python, with its interpreter: `CompiledRunner` fails on `has` (0.5.0)."""

    package: ClassVar[str] = "cel-python"

    def _program(self, text: str) -> Any:
        celpy = import_module("celpy")
        environment = celpy.Environment()
        return environment.program(environment.compile(text))

    @staticmethod
    def _read(lead: Lead) -> dict[str, Any]:
        known = {
            name: [_known(event) for event in value] if isinstance(value, list) else value
            for name, value in _known(lead).items()
        }
        return {"lead": import_module("celpy").json_to_cel(known)}

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        program = self._program(CEL_HAS.sum(rules))
        return lambda lead: program.evaluate(self._read(lead))

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        parts = [(self._program(text), points) for text, points in CEL_HAS.parts(rules)]
        return added(parts, lambda program, data: program.evaluate(data), self._read)


def _known(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}


class Zen:
    """The expressions of GoRules' engine, in Rust."""

    package: ClassVar[str] = "zen-engine"

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        program = import_module("zen").compile_expression(ZEN.sum(rules))
        return lambda lead: program.evaluate(lead)

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        compiled = import_module("zen").compile_expression
        parts = [(compiled(text), points) for text, points in ZEN.parts(rules)]
        return added(parts, lambda program, data: program.evaluate(data), lambda lead: lead)


class RuleEngine:
    """Expressions in Python."""

    package: ClassVar[str] = "rule-engine"

    def _rule(self, text: str) -> Any:
        rule_engine = import_module("rule_engine")
        return rule_engine.Rule(text, context=rule_engine.Context(resolver=rule_engine.resolve_item))

    def whole(self, rules: list[Rule]) -> Score:
        """All points in one expression."""
        program = self._rule(RULE_ENGINE.sum(rules))
        return lambda lead: program.evaluate(lead)

    def apart(self, rules: list[Rule]) -> Score:
        """A program for each rule."""
        parts = [(self._rule(text), points) for text, points in RULE_ENGINE.parts(rules)]
        return added(parts, lambda program, data: program.evaluate(data), lambda lead: lead)
