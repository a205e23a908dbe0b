"""`never` and `always`: leads are generated, and the one that breaks an invariant is made as simple as it can be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.explain.as_text import reasons
from scorelang.interpret import Outcome, evaluate, interpret
from scorelang.leads import Facts
from scorelang.result import result_of
from scorelang.source import Source, source_of
from scorelang.testing.leads import Material, generated, material_of
from scorelang.testing.run import run_tests
from scorelang.testing.search import Search
from scorelang.testing.shrink import simplest
from scorelang.testing.writing import as_test, uses
from scorelang.trace import trace

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|#[^\n]*|\s+|[^\s"#]+')


@frozen
class Broken:
    """The simplest lead that was found to break an invariant, after so many leads (0: it was found by proof).

    `was` is what the condition came to: `true` for a `never`, `false` or `unknown` for an `always`; `because` says why,
    a line each. `test` is a `test` block with this lead, to be pasted into the file: it fails as long as the invariant
    is broken (`confirmed`: that was tried).
    """

    facts: Facts
    was: str
    because: tuple[str, ...]
    result: str
    after: int
    test: str
    confirmed: bool

    def to_dict(self) -> dict[str, object]:
        """What broke the invariant in JSON's types."""
        return {
            "was": self.was,
            "because": list(self.because),
            "result": self.result,
            "after_leads": self.after,
            "test": self.test,
            "confirmed": self.confirmed,
        }


def search(model: m.CheckedModel, invariants: Sequence[m.Invariant], settings: Search) -> dict[int, Broken]:
    """What breaks the invariants, by `id(invariant)`; those that no generated lead breaks are not in it.

    The leads do not depend on which of the model's invariants are asked for.
    """
    material, random = material_of(model), Random(settings.seed)
    open_ = list(invariants)
    found: dict[int, Broken] = {}
    for number in range(1, settings.examples + 1):
        if not open_:
            break
        facts = generated(material, random)
        outcome = interpret(model, facts)
        for invariant in [each for each in open_ if breaks(each, outcome)]:
            open_.remove(invariant)
            found[id(invariant)] = broken_by(material, invariant, facts, number)
    return found


def breaks(invariant: m.Invariant, outcome: Outcome) -> bool:
    """Whether a `never` is known true, or an `always` is not."""
    return (evaluate(invariant.condition, outcome.scope) is True) is (invariant.word == "never")


def broken_by(
    material: Material,
    invariant: m.Invariant,
    facts: Facts,
    number: int,
    also: Callable[[Outcome], bool] = lambda outcome: True,
    until: float = math.inf,
) -> Broken:
    """What is told of a lead that breaks an invariant, made as simple as can be by then.

    It was the `number`th that was tried; 0 is one that was found by proof.
    `also` is what must hold of the simpler leads besides.
    """
    model = material.model

    def still(facts: Facts) -> bool:
        outcome = interpret(model, facts)
        return breaks(invariant, outcome) and also(outcome)

    simple = simplest(material, facts, still, until)
    outcome = interpret(model, simple)
    found = trace(invariant.condition, outcome.scope)
    test = _test(model, invariant, simple)
    confirmed = _fails(model, invariant.place.source, test)
    if not confirmed and _fails(model, invariant.place.source, uses(model, simple) + test):
        test, confirmed = uses(model, simple) + test, True
    return Broken(
        facts=simple,
        was=found.shown,
        because=tuple(reasons(found)),
        result=in_short(model, outcome),
        after=number,
        test=test,
        confirmed=confirmed,
    )


def in_short(model: m.CheckedModel, outcome: Outcome) -> str:
    """A result on one line: `score 45, Fit 40, Behaviour 5, stage MQL, route "Call"`."""
    result = result_of(model, outcome)
    parts = [f"score {wording.points(outcome.score)}"]
    parts += [f"{name} {wording.points(round(value * 100))}" for name, value in result.categories.items()]
    if result.persona:
        parts.append(f"persona {result.persona}")
    if model.stages:
        parts.append(f"stage {result.stage}")
    if model.gates and not result.qualified:
        parts.append("not qualified")
    if result.route:
        parts.append(f"route {wording.quoted(result.route)}")
    return ", ".join(parts)


# --- the test that shows it -----------------------------------------------------------------------------------------


def _test(model: m.CheckedModel, invariant: m.Invariant, facts: Facts) -> str:
    condition = on_one_line(invariant.condition.place)
    expected = f"not ({condition})" if invariant.word == "never" else condition
    return as_test(model, f"{invariant.word}: {invariant.name}", facts, [expected], invariant.place.source)


def on_one_line(place: m.Place) -> str:
    """What was written in a place, on one line and without its comments; texts stay as they are."""
    raw = place.source.text[place.span.start : place.span.end]
    words = [""]
    for token in _TOKEN.findall(raw):
        if token.isspace() or token.startswith("#"):
            words.append("")
        else:
            words[-1] += token
    return " ".join(filter(None, words))


def _fails(model: m.CheckedModel, source: Source, test: str) -> bool:
    """Whether the file with the test below it is a model, and that test fails in it."""
    longer = source_of(source.name, f"{source.text.rstrip()}\n\n{test}")
    checked = check_source(longer, Path(source.name).parent, Diagnostics())
    if checked is None:
        return False
    *_, last = run_tests(checked)
    return not last.passed


__all__ = ["Broken", "breaks", "broken_by", "in_short", "on_one_line", "search"]
