"""The tests of one file, one by one: what `scorelang test` and the pytest plugin run.

What explains failures and generates leads is loaded when there is something to explain, or an invariant to search.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.diagnostics import Diagnostic
from scorelang.interpret import Outcome
from scorelang.testing.narrowed import Narrowed, narrowed
from scorelang.testing.run import cases_of, run_test
from scorelang.testing.search import Search

if TYPE_CHECKING:
    from scorelang.explain.parts import Where
    from scorelang.testing.failures import Failure
    from scorelang.testing.invariants import Broken

Kind = Literal["test", "never", "always"]

USE_MODEL = re.compile(r'^use[ \t]+model[ \t]+"(?P<path>[^"\n]*)"', re.MULTILINE)


@frozen(eq=False)
class Item:
    """A test, one row of a test's table (`number`, from 1), or a `never` or `always`."""

    kind: Kind
    name: str
    place: m.Place
    test: m.TestCase | None = None
    row: m.TestRow | None = None
    number: int | None = None
    invariant: m.Invariant | None = None

    @property
    def title(self) -> str:
        """What reports call it: its name, with the kind of an invariant and the number of a row."""
        if self.number is not None:
            return f"{self.name} [row {self.number}]"
        return self.name if self.kind == "test" else f"{self.kind}: {self.name}"

    @property
    def where(self) -> Where:
        """The line on which it stands."""
        from scorelang.explain.parts import where

        return where(self.place)


@frozen
class Report:
    """What came of an item: why it failed, or for an invariant the simplest lead that breaks it; neither is a pass."""

    item: Item
    seconds: float
    failures: tuple[Failure, ...] = ()
    broken: Broken | None = None

    @property
    def passed(self) -> bool:
        """Whether everything that was expected holds."""
        return not self.failures and self.broken is None

    def to_dict(self) -> dict[str, object]:
        """The report in JSON's types."""
        item = self.item
        return {
            "kind": item.kind,
            "name": item.name,
            "row": item.number,
            "path": item.where.path,
            "line": item.where.line,
            "passed": self.passed,
            "seconds": round(self.seconds, 6),
            "failures": [failure.to_dict() for failure in self.failures],
            "broken_by": self.broken.to_dict() if self.broken is not None else None,
        }


@frozen
class FileReport:
    """What came of one file: its tests, or why it has none to run (`wrong`: its diagnostics, or one message)."""

    path: str
    reports: tuple[Report, ...] = ()
    wrong: tuple[Diagnostic | str, ...] = ()


def items_of(model: m.CheckedModel, path: str) -> tuple[Item, ...]:
    """The tests that stand in the file at `path`, in the order of its text, tables row by row.

    A file that says `use model` has the model's tests beside its own: those are the model's file's to run.
    """
    items: list[Item] = []
    for test in model.tests:
        for number, row in enumerate(cases_of(test), 1):
            place = test.place if row is None else row.place
            items.append(Item("test", test.name, place, test, row, None if row is None else number))
    items += [Item(found.word, found.name, found.place, invariant=found) for found in model.invariants]
    own = [item for item in items if item.place.source.name == path]
    return tuple(sorted(own, key=lambda item: item.place.span.start))


@define(eq=False)
class Suite:
    """The items of one file. Invariants are searched together, when the first of them is run.

    `watched` is told what every test came to; leads that are generated for invariants are not its business.
    """

    path: str
    model: m.CheckedModel
    items: Sequence[Item]
    search: Search = Factory(Search)
    watched: Callable[[Outcome], None] | None = None
    # What decides an invariant instead of a search.
    proves: Callable[[Item], Report] | None = None
    _narrowed: Narrowed | None = field(default=None, init=False)
    _broken: dict[int, Broken] | None = field(default=None, init=False)
    _took: float = field(default=0.0, init=False)

    @property
    def model_path(self) -> str:
        """The file of the model that is tested: this one, or the one of which it says `use model`."""
        if self.model.source.name == self.path:
            return self.path
        if self.items:
            text = self.items[0].place.source.text
        else:
            text = Path(self.path).read_text(encoding="utf-8", errors="replace")
        used = USE_MODEL.search(text)
        if used is None:
            return self.path
        return os.path.normpath(Path(self.path).parent / used["path"].replace("\\", "/"))

    def run(self, item: Item) -> Report:
        """Run one of the items."""
        if item.test is not None:
            return self.tested(item, item.test)
        if self.proves is not None:
            return self.proves(item)
        invariants = [each.invariant for each in self.items if each.invariant is not None]
        if self._broken is None:
            from scorelang.testing.invariants import search

            start = time.perf_counter()
            self._broken = search(self.model, invariants, self.search)
            self._took = (time.perf_counter() - start) / len(invariants)
        return Report(item, self._took, broken=self._broken.get(id(item.invariant)))

    def tested(self, item: Item, test: m.TestCase) -> Report:
        """Run a test, or a row of one."""
        start = time.perf_counter()
        if self._narrowed is None:
            self._narrowed = narrowed(self.model)
        run = run_test(self.model, test, item.row, self._narrowed.score)
        if self.watched is not None:
            self.watched(run.outcome)
        took = time.perf_counter() - start
        if run.passed:
            return Report(item, took)
        from scorelang.testing.places import failure_from, path_from
        from scorelang.testing.why import failures_of

        others = (source.name for source in self.model.sources if source.name != self.path)
        path = self.model_path
        names = {name: path_from(path, self.model, name) for name in others}
        return Report(item, took, tuple(failure_from(failure, names) for failure in failures_of(self.model, run)))


__all__ = ["FileReport", "Item", "Kind", "Report", "Suite", "items_of"]
