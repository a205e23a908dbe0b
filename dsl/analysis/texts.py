"""A text that is not known: a Boolean for each test that anything asks of it, and what these say about each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import z3
from attrs import Factory, define, field

from scorelang.analysis.clock import Clock
from scorelang.analysis.logic import Formula, either, no
from scorelang.analysis.machines import passes
from scorelang.analysis.some_text import found
from scorelang.analysis.text_tests import Test, UndecidedError, fits

# With more tests on one text, only what a model of z3 gets wrong is told.
MOST_PAIRED = 150
# So many steps are taken to find out what two tests say about each other; it may be found out later.
PAIR_STEPS = 20_000


@define(eq=False)
class Text:
    """One text. `facts` are what always holds of its tests; they grow as tests and models come."""

    name: str
    page: bool = False
    never: frozenset[str] = frozenset()
    facts: list[Formula] = Factory(list)
    tests: dict[Test, Formula] = Factory(dict)
    # Texts that are known, and for each test a bit for each of them that passes.
    _pool: list[str] = Factory(list)
    _passes: dict[Test, int] = Factory(dict)
    _paired: int = field(default=0, init=False)

    def holds(self, test: Test) -> Formula:
        """That the text passes a test."""
        if test not in self.tests:
            self.tests[test] = z3.Bool(
                f"{self.name} {test.how}{' of domain' if test.of_domain else ''} {len(self.tests)}"
            )
            self._passes[test] = sum(passes(test, text) << at for at, text in enumerate(self._pool))
            for example in test.examples():
                for text in (example, f"{example}x", f"x{example}"):
                    self._try(text)
        return self.tests[test]

    def _try(self, text: str) -> None:
        if fits(text, self.page) and text not in self.never and text not in self._pool:
            bit = 1 << len(self._pool)
            self._pool.append(text)
            for test in self._passes:
                self._passes[test] |= bit if passes(test, text) else 0

    def relate(self, clock: Clock) -> None:
        """Note what every two tests say about each other, as far as that is not noted."""
        tests = list(self.tests)
        for at in range(self._paired, len(tests)):
            test = tests[at]
            clock.check()
            if not (self._can({test: True}) and self._can({test: False})):
                continue
            for other in tests[:at] if at < MOST_PAIRED else ():
                for want in (True, False):
                    for other_want in (True, False):
                        self._can({test: want, other: other_want})
        self._paired = len(tests)

    def _can(self, wanted: dict[Test, bool]) -> bool:
        """Whether a text can do what is wanted; if not, that is a fact from now on."""
        texts = (1 << len(self._pool)) - 1
        for test, want in wanted.items():
            texts &= self._passes[test] if want else ~self._passes[test]
        if texts:
            return True
        try:
            text = found(wanted, self.page, self.never, PAIR_STEPS)
        except UndecidedError:
            return True
        if text is not None:
            self._try(text)
            return True
        self.facts.append(
            either(*(no(self.tests[test]) if want else self.tests[test] for test, want in wanted.items()))
        )
        return False

    def ways(self) -> Iterator[tuple[frozenset[Test], str]]:
        """Every way in which all tests can come out: those that a text passes together, and the text.

        Raises `UndecidedError` where that takes too long to find out.
        """
        yield from self._ways({}, list(self.tests))

    def _ways(self, wanted: dict[Test, bool], left: list[Test]) -> Iterator[tuple[frozenset[Test], str]]:
        text = self._known(wanted) or found(wanted, self.page, self.never, PAIR_STEPS)
        if text is not None and left:
            self._try(text)
            for want in (True, False):
                yield from self._ways({**wanted, left[0]: want}, left[1:])
        elif text is not None:
            yield frozenset(test for test, want in wanted.items() if want), text

    def _known(self, wanted: Mapping[Test, bool]) -> str | None:
        """The shortest of the texts that are known, of those that do what is wanted."""
        texts = (1 << len(self._pool)) - 1
        for test, want in wanted.items():
            texts &= self._passes[test] if want else ~self._passes[test]
        fitting = (text for at, text in enumerate(self._pool) if texts >> at & 1)
        return min(fitting, key=lambda text: (len(text), text), default=None)

    def value(self, model: z3.ModelRef) -> str | None:
        """A text as a model of z3 has it; None when there is none, which is then a fact.

        Raises `UndecidedError` where that takes too long to find out.
        """
        wanted = dict(self._wanted(model))
        known = self._known(wanted)
        if known is not None:
            return known
        text = found(wanted, self.page, self.never)
        if text is None:
            self._learn(wanted)
        return text

    def _wanted(self, model: z3.ModelRef) -> Iterator[tuple[Test, bool]]:
        for test, formula in self.tests.items():
            value = model.eval(formula)
            if z3.is_true(value) or z3.is_false(value):
                yield test, z3.is_true(value)

    def _learn(self, wanted: dict[Test, bool]) -> None:
        """Note as few of the tests as cannot all be so."""
        core = dict(wanted)
        for test in wanted:
            fewer = {each: want for each, want in core.items() if each is not test}
            try:
                if found(fewer, self.page, self.never) is None:
                    core = fewer
            except UndecidedError:
                continue
        self.facts.append(either(*(no(self.tests[test]) if want else self.tests[test] for test, want in core.items())))
