"""Tests written for a model: the simplest leads that reach what no test reaches, and those at the edges of its rules.

What they expect is what the model says today: golden answers, to be read by somebody before they are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from attrs import define, field

from scorelang import model as m
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.interpret import interpret
from scorelang.leads import Facts
from scorelang.source import source_of
from scorelang.testing.coverage import Recorder
from scorelang.testing.golden import expected
from scorelang.testing.leads import generated, material_of
from scorelang.testing.mutate import confirmed, mutate
from scorelang.testing.run import facts_of, run_test
from scorelang.testing.shrink import simplest
from scorelang.testing.suite import Suite, items_of
from scorelang.testing.writing import as_test, givens

LONGEST_NAME = 70
# So often all changes are tried, each time with the tests that were written before.
MOST_ROUNDS = 4
Tick = Callable[[int, int], None]


def generate(suites: Sequence[Suite], tick: Tick) -> list[str]:
    """Blocks of tests that a model lacks, each checked to hold.

    `suites` are the model's own tests and those of files that test it, `tick` is told how far the search has come.
    """
    first = next((suite for suite in suites if suite.model.source.name == suite.path), suites[0])
    writer = _Writer(first, list(suites))
    writer.reach()
    writer.notice(tick)
    return writer.that_hold()


@define
class _Writer:
    suite: Suite
    suites: list[Suite]
    recorder: Recorder = field(init=False)
    folder: Path = field(init=False)
    blocks: list[str] = field(init=False, factory=list)
    names: set[str] = field(init=False, factory=set)
    # The leads of the blocks, with what is expected of each besides its results.
    added: list[tuple[Facts, list[str]]] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.recorder = Recorder(self.suite.model_path, self.suite.model)
        self.folder = Path(self.suite.model_path).parent

    @property
    def model(self) -> m.CheckedModel:
        return self.suite.model

    # --- what no test reaches ---

    def reach(self) -> None:
        """For every outcome that no test reaches and some generated lead does: the simplest lead that does."""
        model, settings = self.model, self.suite.search
        seen = self.reached_by(self.given())
        random, material = Random(settings.seed), material_of(model)
        for _ in range(settings.examples):
            facts = generated(material, random)
            for one in sorted(self.reached_by([facts]) - seen):
                if one not in seen:
                    simple = simplest(material, facts, lambda each, one=one: one in self.reached_by([each]))  # type: ignore[misc]
                    self.add(simple)
                    seen |= self.reached_by([simple])

    def given(self) -> Iterator[Facts]:
        """The leads of the tests that there are."""
        for suite in self.suites:
            for item in suite.items:
                if item.test is not None:
                    yield facts_of(suite.model, item.test, item.row)

    def reached_by(self, leads: Sequence[Facts] | Iterator[Facts]) -> set[tuple[int, str]]:
        """Which outcomes leads reach: the number of the spot, and the outcome."""
        return {one for facts in leads for one in self.recorder.reached(interpret(self.model, facts))}

    # --- what no test notices ---

    def notice(self, tick: Tick) -> None:
        """For every change of the model that no test notices, these included: the simplest lead that shows it.

        The fewer changes are left, the more leads are tried for each: so what is left is looked at again.
        """
        for _ in range(MOST_ROUNDS):
            if not self.noticing(tick):
                break

    def noticing(self, tick: Tick) -> int:
        """Once over all changes; how many tests were added."""
        model = self.with_blocks()
        if model is None:
            return 0
        own = Suite(self.suite.path, model, items_of(model, model.source.name), self.suite.search)
        others = (suite for suite in self.suites if suite.path != model.source.name)
        found = mutate([own, *others], tick, most=None)
        single = ("fires", "not fires", "blocked by", "not blocked by")
        told = [(each.facts, [text for text in each.expects if text.startswith(single)]) for each in found.missed]
        new = [each for each in told if each not in self.added]
        for facts, more in new:
            self.add(facts, more)
        return len(new)

    def with_blocks(self) -> m.CheckedModel | None:
        source = self.model.source
        text = "\n\n".join([source.text.rstrip(), *self.blocks]) + "\n"
        return check_source(source_of(source.name, text), self.folder, Diagnostics())

    # --- writing ---

    def add(self, facts: Facts, more: Sequence[str] = ()) -> None:
        """A test with this lead and what the model makes of it; `more` is expected besides."""
        self.added.append((facts, list(more)))
        outcome = interpret(self.model, facts)
        told = [line.removeprefix("given ") for line in givens(self.model, facts)]
        name = self.name(", ".join(told).replace('"', "") or "a lead that nothing is known of")
        self.blocks.append(as_test(self.model, name, facts, [*expected(self.model, outcome), *more]))

    def that_hold(self) -> list[str]:
        """The blocks whose tests hold as they are written."""
        if not self.blocks:
            return []
        model = self.with_blocks()
        if model is None:
            # A lead may need an event that only another file of the model can name.
            self.blocks = [block for block in self.blocks if confirmed(self.model, block, self.folder)]
            return self.blocks
        tests = model.tests[-len(self.blocks) :]
        return [block for block, test in zip(self.blocks, tests, strict=True) if run_test(model, test).passed]

    def name(self, text: str) -> str:
        short = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
        name, number = short, 1
        while name in self.names:
            number += 1
            name = f"{short} ({number})"
        self.names.add(name)
        return name


__all__ = ["generate"]
