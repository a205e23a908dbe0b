"""Scoring leads one after the other, as they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

from attrs import define, frozen

from scorelang.cli.console import Ticker
from scorelang.cli.errors import CommandError
from scorelang.cli.leads import BadRow, Heard, Lead, Leads, Seen, heard_of, rejects_of
from scorelang.cli.rejects import Rejects, place_of
from scorelang.data import EventIndex, Reject
from scorelang.diagnostics import LeadError
from scorelang.engines import engine_of
from scorelang.interpret import interpret
from scorelang.leads import read_lead
from scorelang.model import CheckedModel
from scorelang.result import Result, result_of

# What gives the results of a lead, one for each time; None for a lead that does not fit.
Answer = Callable[[Lead], Sequence[Result] | None]


class StrictError(CommandError):
    """The first row that does not fit, where every row has to."""


@frozen
class Gate:
    """Where rejects go: into their file, or under `strict` nowhere, for the first ends the run."""

    rejects: Rejects
    strict: bool

    def reject(self, reject: Reject) -> None:
        """Take one reject. Raises `StrictError`."""
        if self.strict:
            hint = "without `--strict` such rows are set aside, and the others are scored"
            raise StrictError(f"{place_of(reject)}: {reject.message}", hint)
        self.rejects.add(reject)


def answer_of(
    engine: Literal["python", "reference"], model: CheckedModel, instants: Sequence[int], *, detail: bool
) -> Answer:
    """What scores one lead at each of these times (microseconds); `detail` notes at once which rules fired.

    The last of the times is the latest: a lead that does not fit then has no results at all.
    """
    if engine == "reference":
        return lambda lead: [_interpreted(model, lead, instant) for instant in instants] if lead.fits else None
    *earlier, latest = instants
    # A query may leave no lead over: then nothing is compiled.
    scorer = cache(lambda: engine_of(model, "python").score)

    def answer(lead: Lead) -> Sequence[Result] | None:
        if lead.lost:
            return None
        score, values, events = scorer(), lead.record.values, lead.given
        try:
            last = score(values, events, latest, detail)
        except LeadError:
            return None
        return [*(score(values, events, instant, detail) for instant in earlier), last]

    return answer


def _interpreted(model: CheckedModel, lead: Lead, instant: int) -> Result:
    facts = lead.facts
    if instant != lead.as_of:
        facts, _ = read_lead(model, lead.record.values, lead.given, instant)
    return result_of(model, interpret(model, facts))


@define
class Run:
    """The way of all leads through the model, and how many came to which end."""

    leads: Leads
    gate: Gate
    answer: Answer
    scored: int = 0
    rejected: int = 0

    @property
    def seen(self) -> Seen:
        """What is worth knowing of the leads so far."""
        return self.leads.seen

    @property
    def heard(self) -> Heard | None:
        """What is worth knowing of the events of other files, when all leads went by."""
        index = self.leads.events
        return None if index is None else heard_of(index, self.seen.ids)

    def take_bad_events(self, index: EventIndex | None) -> None:
        """Reject the events that could not be read; a lead that they name is rejected with them."""
        self._reject(map(Reject.of_bad_record, index.bad if index else ()))

    def results(self, ticker: Ticker) -> Iterator[tuple[int, Result]]:
        """The results of every lead that fits, with the number of its row."""
        answer = self.answer
        for lead in self.leads:
            results = None if isinstance(lead, BadRow) else answer(lead)
            if results is None:
                self.rejected += 1
                self._reject(rejects_of(lead, self.leads.model, lead.path))
            else:
                self.scored += 1
                for result in results:
                    yield lead.row, result
            ticker.tick(lead.row)

    def _reject(self, rejects: Iterable[Reject]) -> None:
        for reject in rejects:
            self.gate.reject(reject)
