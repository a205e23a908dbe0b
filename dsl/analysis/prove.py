"""`never` and `always` for every lead there can be: proved, refuted by a lead, or not decided in time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import frozen

from scorelang import model as m
from scorelang.analysis.logic import no
from scorelang.analysis.questions import DisagreementError, Questions
from scorelang.interpret import Outcome
from scorelang.testing.invariants import Broken, breaks, broken_by, search
from scorelang.testing.leads import material_of
from scorelang.testing.search import Search

Decision = Literal["proved", "refuted", "unknown"]
# What is proved is tried on so many generated leads all the same, and what is not decided on more.
CHECKED = Search(examples=40)
TRIED = Search(examples=300)


@frozen
class Proof:
    """What came of one invariant: for `refuted` the simplest lead that breaks it."""

    invariant: m.Invariant
    decision: Decision
    seconds: float
    broken: Broken | None = None

    @property
    def passed(self) -> bool:
        """Whether it holds for every lead."""
        return self.decision == "proved"

    def to_dict(self) -> dict[str, object]:
        """The proof in JSON's types."""
        place = self.invariant.place
        told = None
        if self.broken is not None:
            told = self.broken.to_dict()
            del told["after_leads"]
        return {
            "kind": self.invariant.word,
            "name": self.invariant.name,
            "path": place.source.name,
            "line": place.line,
            "decision": self.decision,
            "seconds": round(self.seconds, 6),
            "broken_by": told,
        }


def proofs(
    model: m.CheckedModel,
    invariants: Sequence[m.Invariant],
    seconds: float,
    assumed: Sequence[m.Expression] = (),
) -> Iterator[Proof]:
    """Prove or refute invariants one after the other, each in at most so many seconds.

    Of leads, only those are looked at for which every condition of `assumed` is known true. Raises `DisagreementError`
    when the formulas and the interpreter differ.
    """
    questions = Questions(model, assumed=assumed)
    for invariant in invariants:
        yield prove(questions, invariant, seconds)


def has_lead(model: m.CheckedModel, assumed: Sequence[m.Expression], seconds: float) -> bool:
    """Whether conditions can all be true of a lead, as far as that is found out in so many seconds."""
    return not Questions(model, assumed=assumed).can([], lambda outcome: True, seconds).no


def prove(questions: Questions, invariant: m.Invariant, seconds: float) -> Proof:
    """Prove or refute one invariant, in at most so many seconds."""
    start = time.perf_counter()

    def broken(outcome: Outcome) -> bool:
        return breaks(invariant, outcome)

    true = questions.encoding.conditions.truth(invariant.condition).true
    answer = questions.can([true if invariant.word == "never" else no(true)], broken, seconds)
    found: Broken | None = None
    if answer.facts is not None:
        found = broken_by(material_of(questions.model), invariant, answer.facts, 0, questions.meets)
    elif not questions.assumed:
        found = search(questions.model, [invariant], CHECKED if answer.no else TRIED).get(id(invariant))
        if found is not None and answer.no:
            raise DisagreementError(f"`{invariant.name}` was proved, and {found.facts} breaks it")
    decision: Decision = "refuted" if found is not None else "proved" if answer.no else "unknown"
    return Proof(invariant, decision, time.perf_counter() - start, found)
