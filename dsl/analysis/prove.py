"""`never` and `always` for every lead there can be: proved, refuted by a lead, or not decided."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import evolve, frozen

from scorelang import model as m
from scorelang.analysis.clock import OutOfTimeError
from scorelang.analysis.logic import no
from scorelang.analysis.questions import Answer, Questions
from scorelang.analysis.sketch import is_impossible
from scorelang.interpret import Outcome
from scorelang.testing.invariants import Broken, breaks, broken_by, search
from scorelang.testing.leads import material_of
from scorelang.testing.search import Search

Decision = Literal["proved", "refuted", "unknown"]
# So many leads are made up before anything is asked, and so many times as many where it is not decided.
CHECKED = Search(examples=40)
MOST_TRIES = 8
# z3 has this share of the time, and those leads the rest.
ASKED = 0.9


@frozen
class Proof:
    """What came of one invariant: for `refuted` the simplest lead that breaks it.

    What is `unknown` may be decided in more time where it is `late`, and else not.
    """

    invariant: m.Invariant
    decision: Decision
    seconds: float
    broken: Broken | None = None
    late: bool = False

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
            "late": self.late,
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
    """Prove or refute one invariant, in at most so many seconds.

    A sketch of the model comes first, then leads that are made up, then all of it: the first that decides ends it.
    """
    start = time.perf_counter()
    wanted = [(invariant.condition, invariant.word == "never"), *((each, True) for each in questions.assumed)]
    if is_impossible(questions.model, wanted, seconds):
        return Proof(invariant, "proved", time.perf_counter() - start)
    found = None if questions.assumed else _search(questions, invariant, CHECKED)
    if found is not None:
        return Proof(invariant, "refuted", time.perf_counter() - start, found)
    return _decided(questions, invariant, seconds, start)


def _decided(questions: Questions, invariant: m.Invariant, seconds: float, start: float) -> Proof:
    def broken(outcome: Outcome) -> bool:
        return breaks(invariant, outcome)

    until = time.monotonic() + seconds - (time.perf_counter() - start)
    left = (until - time.monotonic()) * ASKED
    questions.late = False
    try:
        with questions.encoding.clock.set(time.monotonic() + left):
            true = questions.encoding.conditions.truth(invariant.condition).true
            answer = questions.can([true if invariant.word == "never" else no(true)], broken, left)
    except OutOfTimeError:
        questions.late = True
        answer = Answer("unknown")
    found: Broken | None = None
    if answer.facts is not None:
        found = broken_by(material_of(questions.model), invariant, answer.facts, 0, questions.meets, until)
    elif not answer.no and not questions.assumed:
        found = _tried(questions, invariant, until)
    decision: Decision = "refuted" if found is not None else "proved" if answer.no else "unknown"
    late = decision == "unknown" and questions.late
    return Proof(invariant, decision, time.perf_counter() - start, found, late)


def _tried(questions: Questions, invariant: m.Invariant, until: float) -> Broken | None:
    """What breaks an invariant that is not decided: more leads that are made up, as long as there is time."""
    for seed in range(1, 1 + MOST_TRIES):
        if time.monotonic() > until:
            return None
        found = _search(questions, invariant, evolve(CHECKED, seed=seed))
        if found is not None:
            return found
    return None


def _search(questions: Questions, invariant: m.Invariant, settings: Search) -> Broken | None:
    return search(questions.model, [invariant], settings).get(id(invariant))
