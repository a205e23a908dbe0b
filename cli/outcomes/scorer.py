"""Scoring leads one after the other, each as of a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from scorelang.cli.leads import Lead
from scorelang.diagnostics import LeadError
from scorelang.engines import Python, Reference, engine_of
from scorelang.model import CheckedModel
from scorelang.outcomes.reading import number_reader
from scorelang.result import Result


@frozen
class Scorer:
    """Scores leads of files; a number that is text is read once, however many leads have it."""

    engine: Python | Reference
    read: Callable[[Mapping[str, object]], Mapping[str, object]]

    @classmethod
    def of(cls, model: CheckedModel) -> Scorer:
        """What scores leads of a model."""
        return cls(engine_of(model, "auto"), number_reader(model))

    def result(self, lead: Lead, as_of: int) -> Result | None:
        """The result of a lead, with the rules that fired; None for a lead that does not fit."""
        if lead.lost:
            return None
        try:
            return self.engine.score(self.read(lead.record.values), lead.given, as_of, True)
        except LeadError:
            return None
