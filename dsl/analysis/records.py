"""A lead's fields, or an event's attributes, that are not known: what of each may be asked, and a value for each."""

from __future__ import annotations

from collections.abc import Mapping

import z3
from attrs import Factory, define, field

from scorelang.analysis.clock import Clock
from scorelang.analysis.logic import Formula, Term, no
from scorelang.analysis.numbers import Number
from scorelang.analysis.order import Order
from scorelang.analysis.text_tests import UndecidedError
from scorelang.analysis.texts import Text
from scorelang.model import FieldDefinition
from scorelang.testing.vocabulary import FIRST, LAST
from scorelang.values import Type, Value

# Every instant is one that a `.score` file can say, whatever the time zone: the years 6 to 9891.
EARLIEST, LATEST = FIRST, LAST
SOMETHING = ("something else", "something", "another")


@define(eq=False)
class Record:
    """The fields of a lead or the attributes of a kind of event. What always holds of them is noted in `facts`.

    With `ordinary` its numbers are ordinary ones (`Number`).
    """

    prefix: str
    definitions: Mapping[str, FieldDefinition]
    facts: list[Formula] = Factory(list)
    clock: Clock = Factory(Clock)
    ordinary: bool = False
    _known: dict[str, Formula] = Factory(dict)
    _flags: dict[str, Formula] = Factory(dict)
    _numbers: dict[str, Number] = Factory(dict)
    _texts: dict[str, Text] = Factory(dict)
    _dates: dict[str, Term] = Factory(dict)
    _members: dict[str, dict[str, Formula]] = Factory(dict)
    order: Order = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.order = Order(self.facts)

    def known(self, name: str) -> Formula:
        """That there is a value."""
        if name not in self._known:
            self._known[name] = z3.Bool(f"{self.prefix}{name} is known")
        return self._known[name]

    def flag(self, name: str) -> Formula:
        """That a flag, if known, is yes."""
        if name not in self._flags:
            self._flags[name] = z3.Bool(f"{self.prefix}{name}")
            for value in self.definitions[name].missing:
                if isinstance(value, bool):
                    self.facts.append(no(self._flags[name]) if value else self._flags[name])
                    # Where both mean missing, there is no value left.
                    if not value and True in self.definitions[name].missing:
                        self.facts.append(no(self.known(name)))
        return self._flags[name]

    def number(self, name: str) -> Number:
        """A number, if known."""
        if name not in self._numbers:
            avoided: frozenset[object] = self.definitions[name].missing
            self._numbers[name] = Number(f"{self.prefix}{name}", avoided, self.facts, self.ordinary)
            self._numbers[name].avoid()
        return self._numbers[name]

    def text(self, name: str) -> Text:
        """A text, if known."""
        if name not in self._texts:
            definition = self.definitions[name]
            never = frozenset(value for value in definition.missing if isinstance(value, str))
            self._texts[name] = Text(f"{self.prefix}{name}", definition.type is Type.PAGE, never, self.facts)
        return self._texts[name]

    def date(self, name: str) -> Term:
        """A date in microseconds, if known."""
        if name not in self._dates:
            at = self._dates[name] = z3.Int(f"{self.prefix}{name}")
            self.facts += [at >= EARLIEST, at <= LATEST]
            self.facts += [at != value for value in self.definitions[name].missing if isinstance(value, int)]
        return self._dates[name]

    def member(self, name: str, text: str) -> Formula:
        """That a text list, if known, has a member."""
        members = self._members.setdefault(name, {})
        if text not in members:
            members[text] = z3.Bool(f"{self.prefix}{name} has {len(members)}")
            if text in self.definitions[name].missing or not text or text != text.strip():
                self.facts.append(no(members[text]))
        return members[text]

    def relate(self) -> None:
        """Note what the tests of each text say about each other, and what cuts say of the order of numbers."""
        for text in self._texts.values():
            text.relate(self.clock)
        self.order.relate()

    def values(self, model: z3.ModelRef) -> tuple[dict[str, Value], bool] | None:
        """Values as a model of z3 has them; None when there are none for a text, which is then a fact.

        Fields of which nothing is asked are missing, and so are those whose text takes too long to find; whether there
        are such is told besides.
        """
        values: dict[str, Value] = {}
        rough = False
        for name, definition in self.definitions.items():
            known = name in self._known and z3.is_true(model.eval(self._known[name]))
            try:
                value = self._value(definition, model) if known else None
            except UndecidedError:
                known, value, rough = False, None, True
            if known and value is None:
                return None
            values[name] = value
        numbers = {self._numbers[name].name: value for name, value in values.items() if isinstance(value, float)}
        rough = rough or not self.order.settle(model, numbers)
        own = {number.name: name for name, number in self._numbers.items()}
        return {**values, **{own[name]: value for name, value in numbers.items()}}, rough

    def _value(self, definition: FieldDefinition, model: z3.ModelRef) -> Value:
        name = definition.name
        match definition.type:
            case Type.FLAG:
                return bool(z3.is_true(model.eval(self.flag(name))))
            case Type.NUMBER:
                number = self.number(name).value(model)
                if number is None:
                    self.facts.append(no(self.known(name)))
                return number
            case Type.DATE:
                at = model.eval(self.date(name), model_completion=True)
                return int(at.as_long())
            case Type.TEXT_LIST:
                members = self._members.get(name, {})
                held = frozenset(text for text, formula in members.items() if z3.is_true(model.eval(formula)))
                spare = next(text for text in SOMETHING if text not in members and text not in definition.missing)
                return held or frozenset([spare])
            case Type.TEXT | Type.PAGE:
                return self.text(name).value(model)
        return True
