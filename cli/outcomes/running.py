"""The way of leads to a table: what became of each, when it is scored, and which rows cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from attrs import Factory, define, evolve

from scorelang.api import Model
from scorelang.cli.console import note, show
from scorelang.cli.errors import CommandError
from scorelang.cli.leads import BadRow, Lead, Leads, heard_of, rejects_of
from scorelang.cli.models import called
from scorelang.cli.notes import notes
from scorelang.cli.options import instant
from scorelang.cli.rejects import Rejects
from scorelang.data import Reject
from scorelang.diagnostics import LeadError
from scorelang.engines import engine_of
from scorelang.model import CheckedModel, Rule, rules_of
from scorelang.outcomes.history import History, history_of
from scorelang.outcomes.reading import BadOutcomeError, Columns, OutcomeIndex, Reader, number_reader, read_outcomes
from scorelang.outcomes.words import Step, Words
from scorelang.result import Result
from scorelang.suggest import closest, listed, plural
from scorelang.values import Type, fold, format_instant, identity

if TYPE_CHECKING:
    from scorelang.cli.outcomes.judging import Asked


@define
class Run:
    """The way of all leads to their results, and how many came to which end."""

    asked: Asked
    checked: CheckedModel
    reader: Reader
    by_id: OutcomeIndex | None
    given: int | None
    now: int
    needs_time: bool
    rejects: Rejects
    said: set[Step] = Factory(set)
    undecided: int = 0
    rejected: int = 0
    columns_seen: tuple[str, ...] = ()
    met: set[str] = Factory(set)
    strangers: set[str] = Factory(set)

    @classmethod
    def of(cls, asked: Asked, model: Model, checked: CheckedModel, rejects: Rejects) -> Run:
        """What is needed to judge leads. Raises for what cannot be meant."""
        reader = Reader(_columns(asked), _words(asked, checked), checked.zone)
        given = None if asked.as_of is None else instant(model, asked.as_of)
        needs_time = given is None and _asks_for_time(checked)
        if needs_time and reader.columns.at is None:
            raise CommandError(
                f"{called(asked.leads)}: the model asks for the time, and nothing says when outcomes fell",
                "`--outcome-at COLUMN` names the column that does, or `--as-of TIME` says when all leads are scored",
            )
        by_id = None
        if asked.outcomes is not None:
            by_id = read_outcomes(asked.outcomes, reader, _folded, timed=needs_time)
        return cls(asked, checked, reader, by_id, given, instant(model, None), needs_time, rejects)

    def outcome_columns(self) -> Iterator[str]:
        """The columns of the leads that are outcomes themselves."""
        columns = self.reader.columns
        if self.by_id is None:
            yield from filter(None, (columns.outcome, columns.at, columns.reason, columns.value))

    def take_bad_rows(self, leads: Leads) -> None:
        """Reject outcomes and events that could not be read."""
        bad = [*(self.by_id.bad if self.by_id else ()), *(leads.events.bad if leads.events else ())]
        for record in bad:
            self.rejects.add(Reject.of_bad_record(record))

    def results(self, leads: Leads) -> Iterator[tuple[Lead, Result, History]]:
        """Every lead that has an outcome and fits, its result, and what became of it."""
        engine, read = engine_of(self.checked, "auto"), number_reader(self.checked)
        for lead in leads:
            if isinstance(lead, BadRow):
                self._reject(rejects_of(lead, self.checked, leads.path))
                continue
            if not self.columns_seen:
                self.columns_seen = tuple(lead.record.values)
                self._check_outcome_column(leads.path)
            try:
                history = self._history(lead)
                if history is None:
                    self.undecided += 1
                    continue
                lead.as_of = as_of = self._as_of(history)
            except BadOutcomeError as error:
                values = lead.record.values
                self._reject([Reject(leads.path, lead.record.line, str(error), lead.id, record=values)])
                continue
            try:
                result = None if lead.lost else engine.score(read(lead.record.values), lead.given, as_of, True)
            except LeadError:
                result = None
            if result is None:
                self._reject(rejects_of(lead, self.checked, leads.path))
            else:
                yield lead, result, history
        if self.by_id is not None:
            self.strangers = set(self.by_id.by_lead) - self.met

    def _history(self, lead: Lead) -> History | None:
        """What became of a lead, None where nothing is said. Raises `BadOutcomeError`."""
        if self.by_id is None:
            entry = self.reader.entry(lead.record.values)
            if entry is not None and self.needs_time and entry[1] is None:
                raise BadOutcomeError(f"the row has no `{self.reader.columns.at}`, so nobody knows when it was decided")
            entries: Sequence[Any] = () if entry is None else (entry,)
        else:
            id_ = None if lead.id is None else fold(lead.id)
            if id_ is not None and id_ in self.met:
                raise BadOutcomeError(f"an earlier row has the id {lead.id} too, and its outcome counts once")
            entries = () if id_ is None else self.by_id.get(id_)
            self.met.update(() if id_ is None else (id_,))
        if not entries:
            return None
        self.said.update([entry[0] for entry in entries])
        return history_of(entries)

    def _as_of(self, history: History) -> int:
        """When a lead is scored: at the time given, else as of its first decision, never later."""
        if self.given is None:
            return self.now if history.first is None else history.first
        if history.first is not None and history.first < self.given:
            raise BadOutcomeError(
                f"it was decided at {format_instant(history.first)}, before `--as-of {self.asked.as_of}`: "
                "scored then, it would be known by what came after"
            )
        return self.given

    def _check_outcome_column(self, path: str) -> None:
        columns = self.reader.columns
        if self.by_id is not None:
            return
        for name in filter(None, (columns.outcome, columns.at, columns.reason, columns.value)):
            if name not in self.columns_seen:
                raise no_column(name, self.columns_seen, path)

    def _reject(self, rejects: Iterator[Reject] | Sequence[Reject]) -> None:
        self.rejected += 1
        for reject in rejects:
            self.rejects.add(reject)

    def say(self, leads: Leads) -> None:
        """One line on how many rows came to which end, and before it what else a reader should know."""
        # Who needs no identity to be found need not be told that there is none; a second row of one is rejected.
        found_by_id = leads.events is not None or self.by_id is not None
        seen = evolve(leads.seen, repeated=0, nameless=leads.seen.nameless if found_by_id else 0)
        heard = None if leads.events is None else heard_of(leads.events, leads.seen.ids)
        for text in notes(self.checked, leads.path, seen, heard):
            note(text)
        if self.strangers:
            some = plural(len(self.strangers), "lead")
            note(f"{called(self.asked.outcomes or '')} has outcomes of {some} not in {called(leads.path)}")
        judged = leads.seen.rows - self.undecided - self.rejected
        counted = f"{judged:,} with an outcome + {self.undecided:,} without one + {self.rejected:,} rejected"
        show(f"{called(leads.path)}: {plural(leads.seen.rows, 'row')} = {counted}", err=True)


def _columns(asked: Asked) -> Columns:
    """Which columns hold what: of a file of outcomes the usual ones, of leads only those that are named."""
    if asked.outcomes is None:
        return Columns(asked.outcome or "", asked.at, asked.reason, asked.value)
    usual = Columns()
    return Columns(
        asked.outcome or usual.outcome,
        asked.at or usual.at,
        asked.reason or usual.reason,
        asked.value or usual.value,
    )


def _words(asked: Asked, model: CheckedModel) -> Words:
    """What words mean: as the call says, and as the model does of those that the call says nothing of.

    Where a column of the leads has words for one side only, all others are the other side.
    """
    other: dict[Step, Step] = {"won": "lost", "lost": "won", "accepted": "rejected", "rejected": "accepted"}
    rest: Step | None = None
    given = {**model.outcomes, **asked.words}
    if asked.outcomes is None and len(given) == 1:
        rest = other.get(next(iter(given)))
    try:
        return Words.of(given, rest=rest)
    except ValueError as error:
        raise click.UsageError(f"{error}: a word means one thing") from None


def _asks_for_time(model: CheckedModel) -> bool:
    """Whether a lead's score depends on when it is scored."""
    dated = any(each.type is Type.DATE for each in model.fields)
    during = any(isinstance(rule, Rule) and rule.modifiers.during for rule in rules_of(model.ordered))
    return bool(model.kinds) or dated or during


def _folded(raw: object) -> str | None:
    id_ = identity(raw)
    return None if id_ is None else fold(id_)


def no_column(name: str, seen: Sequence[str], path: str) -> CommandError:
    """The error that a file lacks a column that was named; `seen` are those that it has."""
    near = closest(name, seen)
    hint = f"did this mean `{near}`?" if near else f"columns: {listed(seen, limit=20)}"
    return CommandError(f"{called(path)}: there is no column `{name}`", hint)
