"""From checked expressions to the text of Python expressions.

A condition becomes the text of "it is known to be true", or of "it is known to be false" (`not` swaps the two): then
nothing is unknown when the function runs, and only some leaves ask whether a value is there. Such a text never gives
anything that counts as true but `True` itself.
"""

from __future__ import annotations

from typing import Protocol

from attrs import Factory, define, frozen

from scorelang import model as m
from scorelang.codegen.spelling import SPELLINGS
from scorelang.codegen.writer import LONGEST_CHAIN, Constants, Writer
from scorelang.values import DAY, Type, Value

SIGNS = {"<": ("<", ">="), "<=": ("<=", ">"), ">": (">", "<="), ">=": (">=", "<")}
COUNTS = {
    "at least": (">=", "<"), "at most": ("<=", ">"), "exactly": ("==", "!="), "fewer than": ("<", ">="),
    "more than": (">", "<="),
}  # fmt: skip


@frozen
class Known:
    """The text of a value, and what must hold for it to be there; `plain` when it is None where it is not there."""

    text: str
    guards: tuple[str, ...] = ()
    plain: bool = True


@frozen
class Test:
    """The text of a condition: what is asked of single values first, and the rest."""

    guards: tuple[str, ...]
    text: str

    @property
    def whole(self) -> str:
        """All of it."""
        return " and ".join([*self.guards, self.text]) if self.guards else self.text


class Facts(Protocol):
    """What expressions are about."""

    @property
    def scope(self) -> str:
        """What tells the events that are meant from all others."""

    def field(self, name: str) -> Known:
        """A field of the lead."""

    def attribute(self, name: str) -> Known:
        """An attribute of the event that is looked at."""

    def result(self, what: str, name: str) -> Known:
        """What was worked out before."""

    def window(self, period: m.Period) -> tuple[str | None, str | None]:
        """The instant from which a period counts, and that before which it does."""

    def count(self, query: m.Query) -> str:
        """How many events."""

    def every(self, query: m.Query) -> str:
        """How many events of the kind in the same period."""

    def latest(self, query: m.Query) -> str:
        """When the latest event was; `NEVER` without one."""

    def numbers(self, query: m.Query, attribute: str) -> str:
        """The list of an attribute's known values."""


@define
class Logic:
    """Lowers expressions; what has to be worked out first is written at the writer's place."""

    facts: Facts
    constants: Constants
    writer: Writer
    # Where what does not depend on the event is worked out, when this is about an event in a loop.
    outer: Logic | None = None
    values: dict[object, Known] = Factory(dict)

    # --- conditions -------------------------------------------------------------------------------------------------

    def true(self, expression: m.Expression) -> str:
        """The text of "this is known to be true"."""
        return self.writer.shallow(self._test(expression, True).whole)

    def false(self, expression: m.Expression) -> str:
        """The text of "this is known to be false"."""
        return self.writer.shallow(self._test(expression, False).whole)

    def _test(self, expression: m.Expression, wanted: bool) -> Test:
        match expression:
            case m.Negated(item=item):
                return self._test(item, not wanted)
            case m.AllOf(items=items):
                return self._all(items, wanted) if wanted else self._any(items, wanted)
            case m.AnyOf(items=items):
                return self._any(items, wanted) if wanted else self._all(items, wanted)
            case m.Defined():
                return self._define(expression, wanted)
            case m.AmountOf():
                return self._amount(expression, wanted)
            case m.IsKnown(value=value):
                return Test((), self._is_known(self.value(value), wanted))
            case m.InPeriod():
                return self._in_period(expression, wanted)
            case m.Happened(query=query, how=how, number=number):
                return Test((), f"{self.facts.count(query)} {COUNTS[how][not wanted]} {number!r}")
            case m.OnlyHappened(query=query):
                meant, every = self.facts.count(query), self.facts.every(query)
                return Test((), f"{'' if wanted else 'not '}0 < {meant} == {every}")
            case m.Apply():
                return self._apply(expression, wanted)
        return self._flag(self.value(expression), wanted)

    def _flag(self, value: Known, wanted: bool) -> Test:
        if value.plain:
            return Test((), value.text if wanted else f"{value.text} is False")
        return Test(value.guards, value.text if wanted else f"not {value.text}")

    def _all(self, items: tuple[m.Expression, ...], wanted: bool) -> Test:
        tests = [self._test(item, wanted) for item in items]
        guards = dict.fromkeys(guard for test in tests for guard in test.guards)
        texts = dict.fromkeys(f"({test.text})" if _is_loose(test.text) else test.text for test in tests)
        # What takes least to ask comes first.
        ordered = sorted(texts, key=lambda text: not (text.isidentifier() or text.endswith((" is False", " is None"))))
        return Test(tuple(guards), self.writer.shallow(" and ".join(ordered)))

    def _any(self, items: tuple[m.Expression, ...], wanted: bool) -> Test:
        tests = [self._test(item, wanted) for item in items]
        shared = tuple(guard for guard in tests[0].guards if all(guard in test.guards for test in tests))
        texts: dict[str, None] = {}
        for test in tests:
            whole = Test(tuple(guard for guard in test.guards if guard not in shared), test.text).whole
            texts[whole] = None
        return Test(shared, self.writer.shallow(f"({' or '.join(texts)})"))

    def _define(self, defined: m.Defined, wanted: bool) -> Test:
        """A condition with a name is worked out once in a place, and never for each event."""
        if self.outer is not None:
            return self.outer._define(defined, wanted)
        key = (id(defined.expression), wanted, self.facts.scope)
        name = self.writer.recall(key)
        if name is None:
            text = self._test(defined.expression, wanted).whole
            name = self.writer.remember(key, self.writer.temporary(text))
        return Test((), name)

    def _amount(self, amount: m.AmountOf, wanted: bool) -> Test:
        items = [self._test(item, True).whole for item in amount.items]
        count = self.writer.shallow(f"({', '.join(items)},).count(True)")
        return Test((), f"{count} {COUNTS[amount.how][not wanted]} {amount.number!r}")

    def _is_known(self, value: Known, wanted: bool) -> str:
        if not value.guards:
            return str(wanted)
        held = " and ".join(value.guards)
        if wanted:
            return held
        return f"{value.text} is None" if value.plain and len(value.guards) == 1 else f"not ({held})"

    def _in_period(self, test: m.InPeriod, wanted: bool) -> Test:
        value = self.value(test.value)
        low, high = self.facts.window(test.period)
        text = within(value.text, low, high)
        return Test(value.guards, text if wanted else f"not ({text})")

    # --- operators --------------------------------------------------------------------------------------------------

    def _apply(self, apply: m.Apply, wanted: bool) -> Test:
        first, last = apply.operands[0], apply.operands[-1]
        many = last.values if isinstance(last, m.Items) else None
        left = self.value(first)
        if many is None and len(apply.operands) == 2:
            right = self.value(last)
            guards = tuple(dict.fromkeys((*left.guards, *right.guards)))
            if apply.operator in SIGNS:
                return Test(guards, f"{left.text} {SIGNS[apply.operator][not wanted]} {right.text}")
            if apply.operator in ("is", "in"):
                return self._equal(left, right, guards, wanted)
        elif apply.operator == "in" and isinstance(last, m.Items):
            return self._member(left, last, wanted)
        if many is not None and not many:
            return Test(left.guards, str(not wanted))
        spell = SPELLINGS.get(apply.operator)
        rest = [] if many is not None else [self.value(operand) for operand in apply.operands[1:]]
        guards = tuple(dict.fromkeys(guard for value in (left, *rest) for guard in value.guards))
        if spell is not None and len(apply.operands) == 2:
            text = spell(self, left.text, rest[0].text if rest else None, last)
            return Test(guards, text if wanted else f"not {text}" if text.endswith(")") else f"not ({text})")
        name = self.constants.made("operator", apply.operator)
        if many is not None:
            made = self.constants.name(many)
            text = f"any({name}({left.text}, each) for each in {made})"
            return Test(guards, text if wanted else f"not {text}")
        return Test(guards, f"{name}({', '.join(value.text for value in (left, *rest))}) is {wanted}")

    def _equal(self, left: Known, right: Known, guards: tuple[str, ...], wanted: bool) -> Test:
        sign = "==" if wanted else "!="
        if wanted and left.plain and not right.guards:
            guards = tuple(guard for guard in guards if guard not in left.guards)
        return Test(guards, f"{left.text} {sign} {right.text}")

    def _member(self, left: Known, items: m.Items, wanted: bool) -> Test:
        """Of a list without members nothing is one; a value that is not there is in none."""
        word = "in" if wanted else "not in"
        if len(items.members) == 1:
            [only] = items.members
            return self._equal(left, Known(self.constant(only)), left.guards, wanted)
        guards = () if wanted and left.plain else left.guards
        return Test(guards, f"{left.text} {word} {self.constants.name(items.members)}")

    # --- values -----------------------------------------------------------------------------------------------------

    def constant(self, value: Value) -> str:
        """A number or flag as itself, everything else by reference."""
        if value is None or isinstance(value, bool | int | float):
            return f"({value!r})" if isinstance(value, int | float) and value < 0 else repr(value)
        return self.constants.name(value)

    def value(self, expression: m.Expression) -> Known:
        """The text of a value."""
        match expression:
            case m.Constant(value=value):
                return Known(self.constant(value), () if value is not None else ("False",))
            case m.FieldValue(name=name):
                return self.facts.field(name)
            case m.AttributeValue(name=name):
                return self.facts.attribute(name)
            case m.ResultValue(what=what, name=name):
                return self.facts.result(what, name)
            case m.Defined(expression=inner) if expression.type is not Type.FLAG:
                return (self.outer or self)._defined_value(inner)
            case m.Apply(type=type_) if type_ is not Type.FLAG:
                return self._function(expression)
            case m.Added(terms=terms):
                return self._added(terms)
            case m.Multiplied(factors=factors):
                return self._multiplied(factors)
            case m.DaysSince(value=value):
                known = self.value(value)
                return Known(f"((as_of - {known.text}) // {DAY} + 0.0)", known.guards, plain=False)
            case m.CountOf(query=query):
                return Known(f"({self.facts.count(query)} + 0.0)")
            case m.DaysSinceLast(query=query):
                latest = self.facts.latest(query)
                return Known(f"((as_of - {latest}) // {DAY} + 0.0)", (f"{latest} != NEVER",), plain=False)
            case m.Measured():
                return self._measured(expression)
        return self._flag_value(expression)

    def _flag_value(self, expression: m.Expression) -> Known:
        """A condition where a value is needed: True, False, or None when it is unknown."""
        key = ("flag", id(expression), self.facts.scope)
        name = self.writer.recall(key)
        if name is None:
            true = self.writer.temporary(self._test(expression, True).whole)
            false = self._test(expression, False).whole
            name = self.writer.temporary(f"True if {true} else False if {false} else None")
            self.writer.remember(key, name)
        return Known(name, (f"{name} is not None",))

    def _defined_value(self, expression: m.Expression) -> Known:
        """A value with a name is worked out once in a place."""
        key = ("value", id(expression), self.facts.scope)
        found = self.values.get(key)
        if found is None or self.writer.recall(key) is None:
            found = self.values[key] = self.value(expression)
            self.writer.remember(key, found.text)
        return found

    def _nullable(self, text: str) -> Known:
        name = self.writer.temporary(text)
        return Known(name, (f"{name} is not None",))

    def _function(self, apply: m.Apply) -> Known:
        values = [self.value(operand) for operand in apply.operands]
        guards = tuple(dict.fromkeys(guard for value in values for guard in value.guards))
        if apply.operator == "length":
            return Known(f"(len({values[0].text}) + 0.0)", guards, plain=False)
        name = self.constants.made("operator", apply.operator)
        text = f"{name}({', '.join(value.text for value in values)})"
        return self._nullable(f"{text} if {' and '.join(guards)} else None" if guards else text)

    def _added(self, terms: tuple[tuple[int, m.Expression], ...]) -> Known:
        values = [(sign, self.value(term)) for sign, term in terms]
        texts = [f"{'+' if sign > 0 else '-'} {value.text}" for sign, value in values]
        return self._arithmetic("0.0", texts, [value for _, value in values], [])

    def _multiplied(self, factors: tuple[tuple[bool, m.Expression], ...]) -> Known:
        values = [(divides, self.value(factor)) for divides, factor in factors]
        terms = [f"{'/' if divides else '*'} {value.text}" for divides, value in values]
        return self._arithmetic(
            "1.0",
            terms,
            [value for _, value in values],
            [f"{value.text} != 0.0" for divides, value in values if divides],
        )

    def _arithmetic(self, first: str, terms: list[str], values: list[Known], more: list[str]) -> Known:
        guards = list(dict.fromkeys([*(guard for value in values for guard in value.guards), *more]))
        if len(terms) <= LONGEST_CHAIN:
            text = f"finite_or_none({first} {' '.join(terms)})"
            return self._nullable(f"{text} if {' and '.join(guards)} else None" if guards else text)
        # In steps, each only where the one before gave a number.
        name = self.writer.fresh()
        self.writer.line(f"{name} = None")
        with self.writer.block(f"if {' and '.join(guards) or 'True'}:"):
            self.writer.line(f"{name} = finite_or_none({self.writer.chain_of(first, terms)})")
        return Known(name, (f"{name} is not None",))

    def _measured(self, measured: m.Measured) -> Known:
        numbers = self.facts.numbers(measured.query, measured.attribute)
        match measured.function:
            case "sum":
                return self._nullable(f"total_of({numbers})")
            case "average":
                return self._nullable(f"average_of({numbers})")
        word = "max" if measured.function == "largest" else "min"
        return self._nullable(f"{word}({numbers}) + 0.0 if {numbers} else None")


def within(text: str, low: str | None, high: str | None) -> str:
    """The text of an instant being in a window."""
    if low and high:
        return f"{low} <= {text} < {high}"
    return f"{text} >= {low}" if low else f"{text} < {high}" if high else "True"


def _is_loose(text: str) -> bool:
    """Whether a text must be put in brackets before it can stand beside an `and`."""
    return " or " in text or " if " in text
