"""The base of the rules about what a model's logic rules out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.rule import Rule
from scorelang.source import Span


class LogicRule(Rule):
    """A rule that asks what is true of every lead. Its findings are proved, and it says of none that it may be one.

    What they take of a run's time is limited. Files that only test another model are let be: it is linted itself.
    """

    # Whether it compares each rule with others, or with all: what takes longest is asked last.
    is_long: ClassVar[bool] = False

    def check(self) -> Iterator[Finding]:
        """What is found in the subject's own lines."""
        if self.subject.is_test_file:
            return
        if self.subject.logic.goes_on:
            yield from self.find(self.subject.logic)
        else:
            self.subject.logic.open.add(self.name, "time")

    def find(self, logic: Logic) -> Iterator[Finding]:
        """What is found in a model that may be asked."""
        raise NotImplementedError

    def is_here(self, place: m.Place) -> bool:
        """Whether a place is in the file under lint."""
        return self.subject.is_here(place)

    def line(self, place: m.Place) -> Span:
        """The first line of what stands at a place."""
        return self.subject.first_line(place.span)
