"""A lead's fields as one of two versions of a model reads them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from scorelang.analysis.logic import NO, Formula, Term, both, either, no
from scorelang.analysis.numbers import Number, after
from scorelang.analysis.order import Order
from scorelang.analysis.records import Record
from scorelang.analysis.text_tests import Test
from scorelang.analysis.texts import Text
from scorelang.model import FieldDefinition
from scorelang.values import Type, Value


@frozen(eq=False)
class View:
    """The fields of a record under a version's own names.

    `names` are what the record calls them; `missing` are values that mean missing to this version alone, and `absent`
    the fields that no lead has.
    """

    record: Record
    definitions: Mapping[str, FieldDefinition]
    names: Mapping[str, str]
    missing: Mapping[str, frozenset[Value]]
    absent: frozenset[str]

    @property
    def order(self) -> Order:
        """Which of two numbers is less."""
        return self.record.order

    def known(self, name: str) -> Formula:
        """That there is a value, to this version."""
        if name in self.absent:
            return NO
        missing = self.missing.get(name, frozenset())
        return both(self.record.known(self.names[name]), no(either(*(self._is(name, value) for value in missing))))

    def _is(self, name: str, value: Value) -> Formula:
        """That the record has this value, where it has any."""
        match self.definitions[name].type, value:
            case Type.NUMBER, float():
                number = self.number(name)
                return both(number.at_least(value), no(number.at_least(after(value))))
            case Type.FLAG, bool():
                return self.flag(name) if value else no(self.flag(name))
            case Type.DATE, int():
                return self.date(name) == value
            case Type.TEXT, str():
                return self.text(name).holds(Test("is", frozenset([value])))
        return NO

    def flag(self, name: str) -> Formula:
        """That a flag, if known, is yes."""
        return self.record.flag(self.names[name])

    def number(self, name: str) -> Number:
        """A number, if known."""
        return self.record.number(self.names[name])

    def text(self, name: str) -> Text:
        """A text, if known."""
        return self.record.text(self.names[name])

    def date(self, name: str) -> Term:
        """A date in microseconds, if known."""
        return self.record.date(self.names[name])

    def member(self, name: str, text: str) -> Formula:
        """That a text list, if known, has a member."""
        return self.record.member(self.names[name], text)
