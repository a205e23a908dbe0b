"""Cells of one kind of event: which of the references to it an event's attributes can fit together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

import z3
from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.analysis.clock import Clock, checked
from scorelang.analysis.conditions import Conditions, ElsewhereError
from scorelang.analysis.logic import NO, YES, Formula, both, either, no
from scorelang.analysis.numbers import after
from scorelang.analysis.records import Record
from scorelang.analysis.shapes import Shapes
from scorelang.analysis.text_tests import Test, UndecidedError
from scorelang.values import Type, Value, has_glob

# With more cells than these, they may overlap, and an event may be counted in several.
MOST_CELLS = 64
# With no more tests of one text than these, machines tell the cells sooner than z3.
FEW_TESTS = 6
# So many overlapping cells are compared with each other.
MOST_COMPARED = 40
# Where nobody sets a limit, one question about an event may take so many seconds.
LONGEST = 600.0


@frozen
class Static:
    """What a reference asks of an event's attributes, whenever it was: `number` tells those of a kind apart."""

    kind: str
    number: int


@frozen(eq=False)
class Cell:
    """Attributes that fit the same references: the numbers of their `Static`, and an event's attributes.

    It is vague when an event may be in it or not, one cannot say which.
    """

    fits: frozenset[int]
    attributes: Mapping[str, Value] | None
    vague: bool = False


Ring = tuple[int, int | None, int | None, int | None]


@define(eq=False)
class Kind:
    """A kind of event, and all that is asked of its attributes."""

    model: m.CheckedModel
    definition: m.KindDefinition
    shapes: Shapes
    clock: Clock
    statics: dict[object, Static] = Factory(dict)
    # Whether cells overlap, and then for each which others it lies within, and from which it is apart.
    overlapping: bool = False
    within: dict[int, list[int]] = Factory(dict)
    apart: dict[int, list[int]] = Factory(dict)
    _formulas: list[Formula] = Factory(list)
    _ages: dict[int, set[int]] = Factory(dict)
    _dates: dict[int, set[int]] = Factory(dict)
    _facts: list[Formula] = Factory(list)
    _conditions: Conditions = field(init=False)
    _record: Record = field(init=False)
    _vague: set[int] = Factory(set)
    # The references that ask nothing but a test of a text, by their numbers.
    _tests: dict[int, tuple[str, Test]] = Factory(dict)
    # The cells that were found, and for how many references.
    _cells: tuple[int, list[Cell]] = Factory(lambda: (0, []))

    def __attrs_post_init__(self) -> None:
        attributes = {each.name: each for each in self.definition.attributes}
        self._record = Record(f"{self.name}.", attributes, self._facts, self.clock)
        self._conditions = Conditions(self.model, self._facts, self.shapes, attributes=self._record)
        # What every event of the kind fits.
        self._add(("every",), YES)

    @property
    def name(self) -> str:
        """The name of the kind."""
        return self.definition.name

    @property
    def every(self) -> Static:
        """What any event of the kind fits."""
        return self.statics["every",]

    def _add(self, key: object, formula: Formula) -> Static:
        self.statics[key] = Static(self.name, len(self.statics))
        self._formulas.append(formula)
        return self.statics[key]

    def static(self, query: m.Query, attribute: str | None, test: tuple[str, float] | None) -> Static:
        """What a reference asks, and perhaps that an attribute is known and passes a test."""
        first = (query.first, query.pattern, query.members) if query.first is not None else None
        where = self.shapes.of(query.where) if query.where is not None else None
        if first is None and where is None and attribute is None:
            return self.every
        key = (first, where, attribute, test)
        if key not in self.statics:
            bare = query.members is None and where is None and attribute is None
            if bare and query.first is not None and query.pattern is not None:
                self._tests[len(self.statics)] = (query.first, _test_of(query.pattern))
            self._add(key, both(self._first(query), self._where(query), self._more(attribute, test)))
        return self.statics[key]

    def _first(self, query: m.Query) -> Formula:
        if query.first is None:
            return YES
        type_ = self._record.definitions[query.first].type
        parts = [self._record.known(query.first)]
        if query.pattern is not None:
            test = _test_of(query.pattern)
            parts.append(self._record.text(query.first).holds(test) if type_.is_text else self._unsure())
        if query.members is not None:
            parts.append(either(*self._members(query.first, type_, query.members)))
        return both(*parts)

    def _members(self, name: str, type_: Type, members: frozenset[Value]) -> Iterator[Formula]:
        """That an attribute is one of a list."""
        record = self._record
        if type_.is_text:
            texts = frozenset(member for member in members if isinstance(member, str))
            yield record.text(name).holds(Test("is", texts)) if texts else NO
            return
        for member in members:
            if type_ is Type.NUMBER and isinstance(member, float):
                number = record.number(name)
                yield both(number.at_least(member), no(number.at_least(after(member))))
            elif type_ is Type.FLAG:
                yield record.flag(name) if member else no(record.flag(name))
            elif type_ is Type.DATE:
                yield record.date(name) == member
            else:
                yield self._unsure()

    def _where(self, query: m.Query) -> Formula:
        if query.where is None:
            return YES
        before = len(self._conditions.loose)
        try:
            true = self._conditions.truth(query.where).true
        except ElsewhereError:
            return self._unsure()
        if len(self._conditions.loose) != before:
            self._vague.add(len(self.statics))
        return true

    def _more(self, attribute: str | None, test: tuple[str, float] | None) -> Formula:
        if attribute is None:
            return YES
        known = self._record.known(attribute)
        if test is None:
            return known
        if self._record.definitions[attribute].type is not Type.NUMBER:
            return both(known, self._unsure())
        reached = self._record.number(attribute).at_least(test[1])
        return both(known, reached if test[0] == ">=" else no(reached))

    def _unsure(self) -> Formula:
        self._vague.add(len(self.statics))
        return z3.Bool(f"{self.name} unsure {len(self.statics)}")

    # --- times ---

    def cut(self, static: Static, ages: set[int], dates: set[int]) -> bool:
        """Part what fits a reference at ages and dates; whether that is new."""
        known_ages = self._ages.setdefault(static.number, set())
        known_dates = self._dates.setdefault(static.number, set())
        new = not (ages <= known_ages and dates <= known_dates)
        known_ages |= ages
        known_dates |= dates
        return new

    def rings(self, cell: Cell) -> Iterator[Ring]:
        """The rings of ages and dates into which the events of a cell are parted."""
        every = range(len(self.statics)) if self.overlapping else cell.fits
        ages = sorted(set().union(*(self._ages.get(number, set()) for number in every)) | {0})
        dates = sorted(set().union(*(self._dates.get(number, set()) for number in every)))
        for low, next_ in zip(ages, [*ages[1:], None], strict=True):
            for since, before in zip([None, *dates], [*dates, None], strict=True):
                yield low, None if next_ is None else next_ - 1, since, before

    # --- cells ---

    def cells(self) -> list[Cell]:
        """Every cell that an event can be in; where there are too many, one for each reference."""
        if self._cells[0] != len(self._formulas):
            self._cells = (len(self._formulas), self._found())
        return self._cells[1]

    def _found(self) -> list[Cell]:
        self.overlapping = False
        with suppress(UndecidedError):
            if (simple := self._of_one_text()) is not None:
                return simple
        self._record.relate()
        solver = z3.Solver()
        marks = [z3.Bool(f"{self.name} fits {number}") for number in range(len(self._formulas))]
        solver.add([mark == formula for mark, formula in zip(marks, self._formulas, strict=True)])
        found: list[Cell] = []
        solver.push()
        for cell in self._walk(solver, marks):
            found.append(cell)
            if len(found) > MOST_CELLS:
                solver.pop()
                self.overlapping = True
                return list(self._overlapping(solver, marks))
        return found

    def _of_one_text(self) -> list[Cell] | None:
        """Every cell where one text of an event is all that is asked of it; None where it is not, or there are many."""
        names = {name for name, _ in self._tests.values()}
        if len(names) != 1 or not len(self.statics) - 1 == len(self._tests) <= FEW_TESTS:
            return None
        name = names.pop()
        if not self._record.definitions[name].type.is_text:
            return None
        every = self.every.number
        # Without the text, an event fits what any event does.
        texts: dict[frozenset[int], str | None] = {frozenset([every]): None}
        for passed, text in self._record.text(name).ways():
            fits = (number for number, (_, test) in self._tests.items() if test in passed)
            texts[frozenset([every, *fits])] = text
        return [Cell(fits, {name: text}) for fits, text in texts.items()] if len(texts) <= MOST_CELLS else None

    def _walk(self, solver: z3.Solver, marks: list[Formula]) -> Iterator[Cell]:
        told = 0
        while True:
            solver.add(self._facts[told:])
            told = len(self._facts)
            if not self._can(solver):
                return
            model = solver.model()
            cell = self._cell(model, marks)
            if cell is not None:
                yield cell
                solver.add(either(*(no(mark) if at in cell.fits else mark for at, mark in enumerate(marks))))

    def _can(self, solver: z3.Solver, *goals: Formula) -> bool:
        """Whether there is such an event. Raises `OutOfTimeError` when that takes longer than there is time."""
        until = self.clock.until
        return checked(solver, time.monotonic() + LONGEST if until is None else until, *goals)

    def _cell(self, model: z3.ModelRef, marks: list[Formula]) -> Cell | None:
        """The cell that a model of z3 is in; None when there is no such event after all."""
        fits = frozenset(number for number, mark in enumerate(marks) if z3.is_true(model.eval(mark)))
        found = self._record.values(model)
        if found is None:
            return None
        values, rough = found
        return Cell(fits, values, vague=rough or bool(self._vague))

    def _overlapping(self, solver: z3.Solver, marks: list[Formula]) -> Iterator[Cell]:
        """A cell for each reference, the first being that to every event of the kind."""
        solver.add(self._facts)
        self.within, self.apart = {}, {}
        compared = range(1, min(len(marks), MOST_COMPARED))
        for number in compared:
            self.apart[number] = [
                each for each in compared if each < number and not self._can(solver, marks[number], marks[each])
            ]
            self.within[number] = [
                each for each in compared if each != number and not self._can(solver, marks[number], no(marks[each]))
            ]
        for number, mark in enumerate(marks):
            inside = {number, *self.within.get(number, ())}
            alone = [no(other) for at, other in enumerate(marks) if at and at not in inside]
            if not self._can(solver, mark, *alone) and not self._can(solver, mark):
                yield Cell(frozenset(), None, vague=True)
                continue
            cell = self._cell(solver.model(), marks)
            yield Cell(frozenset([number]), cell.attributes if cell is not None else None, vague=True)


def _test_of(pattern: str) -> Test:
    return Test("like" if has_glob(pattern) or "\\" in pattern else "is", frozenset([pattern]))
