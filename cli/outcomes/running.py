"""The way of leads to a table: what became of each, when it is scored, and which rows cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from attrs import Factory, define, evolve

from scorelang.api import Model
from scorelang.check.walk import roots_of, walk
from scorelang.cli.console import note, show
from scorelang.cli.errors import CommandError
from scorelang.cli.leads import BadRow, Heard, Lead, Seen, rejects_of
from scorelang.cli.models import called
from scorelang.cli.notes import notes
from scorelang.cli.options import instant
from scorelang.cli.outcomes.scorer import Scorer
from scorelang.cli.rejects import Rejects
from scorelang.data import BadRecord, Reject
from scorelang.model import CheckedModel, DaysSince, InPeriod, Rule, rules_of
from scorelang.outcomes.history import History, history_of
from scorelang.outcomes.reading import BadOutcomeError, Columns, OutcomeIndex, Reader, read_outcomes
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
    given: int | None
    now: int
    needs_time: bool
    rejects: Rejects
    # The outcomes of a file, as far as each is looked at.
    by_id: OutcomeIndex = Factory(OutcomeIndex)
    said: set[Step] = Factory(set)
    undecided: int = 0
    rejected: int = 0
    columns_seen: tuple[str, ...] = ()
    met: set[str] = Factory(set)

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
        return cls(asked, checked, reader, given, instant(model, None), needs_time, rejects)

    def read(self) -> None:
        """Read all outcomes of a file, if there is one. Raises `DataError`."""
        if self.asked.outcomes is not None:
            self.by_id = read_outcomes(self.asked.outcomes, self.reader, folded_identity, timed=self.needs_time)

    @property
    def in_file(self) -> bool:
        """Whether outcomes are in a file of their own, whose leads are found by their identities."""
        return self.asked.outcomes is not None

    def outcome_columns(self) -> Iterator[str]:
        """The columns of the leads that are outcomes themselves."""
        columns = self.reader.columns
        if not self.in_file:
            yield from filter(None, (columns.outcome, columns.at, columns.reason, columns.value))

    @property
    def leave_out(self) -> frozenset[str]:
        """The columns of the leads that say nothing of them before their decision."""
        return frozenset([*self.outcome_columns(), "events"])

    @property
    def moment(self) -> int | None:
        """The one moment at which all leads can be scored; None where each has its own."""
        return self.given if self.given is not None else None if self.needs_time else self.now

    def take_bad_rows(self, events: Iterable[BadRecord]) -> None:
        """Reject outcomes that could not be read, and such events."""
        for record in [*self.by_id.bad, *events]:
            self.rejects.add(Reject.of_bad_record(record))

    def results(self, leads: Iterable[Lead | BadRow]) -> Iterator[tuple[Lead, Result, History]]:
        """Every lead that has an outcome and fits, its result, and what became of it."""
        scorer = Scorer.of(self.checked)
        for lead in leads:
            if isinstance(lead, BadRow):
                self._reject(rejects_of(lead, self.checked, self.asked.leads))
                continue
            self.look_at(tuple(lead.record.values))
            try:
                history = self._history(lead)
                if history is None:
                    self.undecided += 1
                    continue
                lead.as_of = as_of = self._as_of(history)
            except BadOutcomeError as error:
                values = lead.record.values
                self._reject([Reject(self.asked.leads, lead.record.line, str(error), lead.id, record=values)])
                continue
            result = scorer.result(lead, as_of)
            if result is None:
                self._reject(rejects_of(lead, self.checked, self.asked.leads))
            else:
                yield lead, result, history

    def _history(self, lead: Lead) -> History | None:
        """What became of a lead, None where nothing is said. Raises `BadOutcomeError`."""
        if not self.in_file:
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

    def look_at(self, columns: tuple[str, ...]) -> None:
        """Take the columns of the first lead. Raises `CommandError` where one is lacking that was named."""
        if not self.columns_seen:
            self.columns_seen = columns
            for name in self.outcome_columns():
                if name not in columns:
                    raise no_column(name, columns, self.asked.leads)

    def _reject(self, rejects: Iterator[Reject] | Sequence[Reject]) -> None:
        self.rejected += 1
        for reject in rejects:
            self.rejects.add(reject)

    def say(self, all_seen: Seen, heard: Heard | None, strangers: int) -> None:
        """One line on how many rows came to which end, and before it what else a reader should know."""
        # Who needs no identity to be found need not be told that there is none; a second row of one is rejected.
        found_by_id = heard is not None or self.in_file
        seen = evolve(all_seen, repeated=0, nameless=all_seen.nameless if found_by_id else 0)
        for text in notes(self.checked, self.asked.leads, seen, heard):
            note(text)
        if strangers:
            some = plural(strangers, "lead")
            note(f"{called(self.asked.outcomes or '')} has outcomes of {some} not in {called(self.asked.leads)}")
        judged = seen.rows - self.undecided - self.rejected
        counted = f"{judged:,} with an outcome + {self.undecided:,} without one + {self.rejected:,} rejected"
        show(f"{called(self.asked.leads)}: {plural(seen.rows, 'row')} = {counted}", err=True)


def _columns(asked: Asked) -> Columns:
    """Which columns hold what: of a file of outcomes the usual ones, of leads only those that are named."""
    if asked.outcomes is None:
        if asked.lead is not None:
            raise click.UsageError("--outcome-lead names a column of `--outcomes FILE`, which is not given")
        return Columns(asked.outcome or "", asked.at, asked.reason, asked.value)
    usual = Columns()
    return Columns(
        asked.outcome or usual.outcome,
        asked.at or usual.at,
        asked.reason or usual.reason,
        asked.value or usual.value,
        asked.lead or usual.lead,
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
    aged = (isinstance(part, DaysSince | InPeriod) for root in roots_of(model) for part in walk(root))
    return bool(model.kinds) or dated or during or any(aged)


def folded_identity(raw: object) -> str | None:
    """An identity as leads and outcomes are matched by it; None for what identifies nothing. Raises `Unfit`."""
    id_ = identity(raw)
    return None if id_ is None else fold(id_)


def no_column(name: str, seen: Sequence[str], path: str) -> CommandError:
    """The error that a file lacks a column that was named; `seen` are those that it has."""
    near = closest(name, seen)
    hint = f"did this mean `{near}`?" if near else f"columns: {listed(seen, limit=20)}"
    return CommandError(f"{called(path)}: there is no column `{name}`", hint)
