"""Leads scored many at a time, into whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from attrs import define, field, frozen

from scorelang.diagnostics import LeadError
from scorelang.engines import Python, Reference, engine_of
from scorelang.model import CheckedModel
from scorelang.outcomes.reading import number_reader
from scorelang.outcomes.scores import Gatherer, Scores
from scorelang.result import Result

# Leads that are scored together.
BATCH = 2_000

# A lead's data, its events as data has them, and when it is scored, in microseconds.
Job: TypeAlias = tuple[Mapping[str, object], object, int]


@frozen(eq=False)
class Scored:
    """The results of some jobs; `misfits` are the numbers of those without one, for their data does not fit.

    `results` are those of the others in full, where the scorer keeps them.
    """

    scores: Scores
    misfits: frozenset[int]
    results: Sequence[Result] = ()


@define(eq=False)
class Scorer:
    """Scores leads with a model; `keeps` is whether all of their results is of use, and not only the scores."""

    model: CheckedModel
    keeps: bool = False
    _engine: Python | Reference = field(init=False)
    _read: Callable[[Mapping[str, object]], Mapping[str, object]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._engine, self._read = engine_of(self.model, "auto"), number_reader(self.model)

    def scored(self, jobs: Iterable[Job]) -> Scored:
        """The results of jobs, in their order."""
        gatherer, misfits, results = Gatherer(self.model), set[int](), list[Result]()
        engine, read = self._engine, self._read
        for number, (values, events, as_of) in enumerate(jobs):
            try:
                result = engine.score(read(values), events, as_of, True)
            except LeadError:
                misfits.add(number)
                continue
            gatherer.add(result)
            if self.keeps:
                results.append(result)
        return Scored(gatherer.scores, frozenset(misfits), results)
