"""Which changes of a model its tests notice, and for those that they do not, the test that would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random

from attrs import define, evolve, field, frozen

from scorelang import model as m
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.explain.parts import Where
from scorelang.interpret import Outcome, _amounts, interpret
from scorelang.leads import Facts
from scorelang.source import source_of
from scorelang.testing.golden import difference
from scorelang.testing.invariants import breaks
from scorelang.testing.leads import generated, material_of
from scorelang.testing.mutants import Mutant, mutants
from scorelang.testing.places import where_from
from scorelang.testing.rebuild import changed_rules
from scorelang.testing.run import expectations, facts_of, holds, run_test
from scorelang.testing.search import Search
from scorelang.testing.shrink import simplest
from scorelang.testing.suite import Suite
from scorelang.testing.writing import as_test

Rules = Sequence[tuple[m.Scoring, m.Scoring]]

# For changes with which no lead of the first ones comes to another result, so many more are tried, shared among them;
# for one of them, at most so many.
MORE_TRIALS = 20_000
MOST_MORE = 1_500
# So many tests are written for changes that none notices; once they are pasted, the next are.
MOST_TESTS = 25
# An invariant notices a change if it is broken by one of so many leads that the change makes a difference for.
MOST_BREAKING = 30


@frozen
class Missed:
    """A test that would notice changes that none does, and those changes: where each is, and what.

    `facts` are the test's lead, and `expects` what it expects of it.
    """

    test: str
    changes: tuple[tuple[Where, str], ...]
    facts: Facts
    expects: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """The test and its changes in JSON's types."""
        return {"test": self.test, "changes": [_told(*change) for change in self.changes]}


@frozen
class Mutation:
    """What came of all changes of one model.

    `noticed` is how many a test or invariant fails for; `missed` those that none does, by the test that would, and
    `more` those for which none was written; `same` those with which no generated lead comes to another result.
    """

    path: str
    noticed: int
    missed: tuple[Missed, ...]
    more: tuple[tuple[Where, str], ...]
    same: tuple[tuple[Where, str], ...]

    @property
    def unnoticed(self) -> int:
        """How many changes are not noticed, though there is a lead that they change something for."""
        return sum(len(each.changes) for each in self.missed) + len(self.more)

    @property
    def percent(self) -> float:
        """The share that is noticed of the changes that matter to some lead, 0 to 100."""
        total = self.noticed + self.unnoticed
        return 100 * self.noticed / total if total else 100.0

    def to_dict(self) -> dict[str, object]:
        """The outcome in JSON's types."""
        return {
            "path": self.path,
            "percent": round(self.percent, 2),
            "noticed": self.noticed,
            "unnoticed": self.unnoticed,
            "missed": [each.to_dict() for each in self.missed],
            "more": [_told(*change) for change in self.more],
            "same": [_told(*change) for change in self.same],
        }


def _told(at: Where, change: str) -> dict[str, object]:
    return {"path": at.path, "line": at.line, "change": change}


def mutate(suites: Sequence[Suite], tick: Callable[[int, int], None], most: int | None = MOST_TESTS) -> Mutation:
    """Try out every change of a model against its tests and its invariants.

    `suites` are the model's own tests and those of files that test it; all must hold for the model as it is. `tick` is
    told how many changes were tried, of how many; `most` is how many tests are written (None: one for all).
    """
    first = next((suite for suite in suites if suite.model.source.name == suite.path), suites[0])
    trials = _Trials(first.model, first.model_path, first.search, most)
    for suite in suites:
        for item in suite.items:
            if item.test is not None:
                facts = facts_of(suite.model, item.test, item.row)
                trials.runs.append(_Run(item.test, item.row, facts, interpret(first.model, facts)))
            elif item.invariant is not None:
                trials.invariants.append(item.invariant)
    return trials.run(tick)


@frozen(eq=False)
class _Run:
    """A test, or a row of one, with its lead and what that comes to in the model as it is."""

    test: m.TestCase
    row: m.TestRow | None
    facts: Facts
    outcome: Outcome


@frozen(eq=False)
class _Found:
    """A test that was written: its lead, what that comes to, what is expected, and the changes that it notices."""

    facts: Facts
    was: Outcome
    expects: tuple[str, ...]
    text: str
    changes: list[tuple[Where, str]]


@define
class _Trials:
    model: m.CheckedModel
    path: str
    settings: Search
    most: int | None
    runs: list[_Run] = field(init=False, factory=list)
    invariants: list[m.Invariant] = field(init=False, factory=list)
    leads: list[tuple[Facts, Outcome]] = field(init=False, factory=list)

    def run(self, tick: Callable[[int, int], None]) -> Mutation:
        every = list(mutants(self.model))
        survivors: list[Mutant] = []
        for number, mutant in enumerate(every):
            tick(number, len(every))
            if not self.noticed(mutant):
                survivors.append(mutant)
        return self.sorted(survivors, len(every), tick)

    def noticed(self, mutant: Mutant) -> bool:
        """Whether a test fails for the changed model; the one that noticed the last change is tried first."""
        rules = changed_rules(self.model, mutant.model)
        for at, run in enumerate(self.runs):
            if _same(rules, run.outcome):
                continue
            outcome = interpret(mutant.model, run.facts)
            if not all(holds(mutant.model, each, outcome) for each in expectations(run.test, run.row)):
                self.runs.insert(0, self.runs.pop(at))
                return True
        return False

    # --- what was not noticed ---

    def sorted(self, survivors: list[Mutant], total: int, tick: Callable[[int, int], None]) -> Mutation:
        material, random = material_of(self.model), Random(self.settings.seed)
        number = max(self.settings.examples, min(MOST_MORE, MORE_TRIALS // max(1, len(survivors))))
        made = (generated(material, random) for _ in range(number if survivors else 0))
        self.leads = [(facts, interpret(self.model, facts)) for facts in made]
        tests: list[_Found] = []
        more: list[tuple[Where, str]] = []
        same: list[tuple[Where, str]] = []
        by_invariant = 0
        for number, mutant in enumerate(survivors):
            tick(total - len(survivors) + number, total)
            told = (where_from(self.path, self.model, mutant.place), mutant.change)
            rules = changed_rules(self.model, mutant.model)
            known = next((test for test in tests if self.differs(mutant, rules, test.facts, test.was)), None)
            facts, broken = self.telling(mutant)
            if broken:
                by_invariant += 1
            elif facts is None:
                same.append(told)
            elif known is not None:
                known.changes.append(told)
            elif self.most is None or len(tests) < self.most:
                simple = simplest(material, facts, partial(self.differs, mutant, rules))
                tests.append(self.found(mutant, simple, told))
            else:
                more.append(told)
        missed = tuple(Missed(test.text, tuple(test.changes), test.facts, test.expects) for test in tests)
        noticed = total - len(survivors) + by_invariant
        return Mutation(self.path, noticed, missed, tuple(more), tuple(same))

    def telling(self, mutant: Mutant) -> tuple[Facts | None, bool]:
        """A generated lead for which the change makes a difference, and whether it breaks an invariant for any."""
        rules = changed_rules(self.model, mutant.model)
        telling: Facts | None = None
        found = 0
        for number, (facts, outcome) in enumerate(self.leads):
            if telling is not None and number >= self.settings.examples:
                break
            if _same(rules, outcome):
                continue
            other = interpret(mutant.model, facts)
            if not difference(self.model, outcome, other):
                continue
            telling, found = telling or facts, found + 1
            if any(breaks(each, other) and not breaks(each, outcome) for each in self.invariants):
                return facts, True
            if not self.invariants or found == MOST_BREAKING:
                break
        return telling, False

    def differs(self, mutant: Mutant, rules: Rules | None, facts: Facts, was: Outcome | None = None) -> bool:
        """Whether the change makes a difference for a lead, which `was` so without it."""
        was = interpret(self.model, facts) if was is None else was
        return not _same(rules, was) and bool(difference(self.model, was, interpret(mutant.model, facts)))

    def found(self, mutant: Mutant, facts: Facts, told: tuple[Where, str]) -> _Found:
        """A test that holds for the model, and does not once it is changed so."""
        was = interpret(self.model, facts)
        expects = tuple(difference(self.model, was, interpret(mutant.model, facts)))
        name = f"notices {mutant.change} (line {mutant.place.line})"
        return _Found(facts, was, expects, as_test(self.model, name, facts, list(expects)), [told])


def _same(rules: Rules | None, outcome: Outcome) -> bool:
    """Whether changed rules add what they added before, so that nothing that follows can differ."""
    if rules is None:
        return False
    # Values of defines are kept by identity, and a changed model's defines are not those of the model as it is.
    return all(
        _amounts(old, evolve(outcome.scope, defined={})) == _amounts(new, evolve(outcome.scope, defined={}))
        for old, new in rules
    )


def confirmed(model: m.CheckedModel, test: str, folder: Path) -> bool:
    """Whether a test can be pasted into the model's file, which is in that folder, and holds there."""
    source = source_of(model.source.name, f"{model.source.text.rstrip()}\n\n{test}")
    checked = check_source(source, folder, Diagnostics())
    if checked is None or not checked.tests:
        return False
    return run_test(checked, checked.tests[-1]).passed


__all__ = ["Missed", "Mutation", "confirmed", "mutate"]
