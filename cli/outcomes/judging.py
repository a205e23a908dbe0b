"""Leads with what became of them, scored as of their decisions: what commands that learn from outcomes begin with."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click
from attrs import Factory, define, evolve, frozen

from scorelang.api import Model
from scorelang.cli.console import Ticker, note, plural, show
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.leads import BadRow, Lead, Leads, heard_of, names_of, read_index, rejects_of
from scorelang.cli.models import STDIN, called, load_model
from scorelang.cli.notes import notes
from scorelang.cli.options import check_inputs, check_overwriting, instant
from scorelang.cli.rejects import Rejects
from scorelang.data import Reject
from scorelang.diagnostics import LeadError
from scorelang.engines import engine_of
from scorelang.model import CheckedModel, Rule, rules_of
from scorelang.outcomes.history import History, history_of
from scorelang.outcomes.learn import require_libraries
from scorelang.outcomes.reading import BadOutcomeError, Columns, OutcomeIndex, Reader, number_reader, read_outcomes
from scorelang.outcomes.table import Goal, Table, TableBuilder, furthest, goal_of
from scorelang.outcomes.words import STEPS, Step, Words
from scorelang.result import Result
from scorelang.suggest import closest, listed
from scorelang.values import Type, fold, format_instant, identity

# --- what the command line asks -------------------------------------------------------------------------------------


@frozen
class Asked:
    """What the options of all these commands say, as typed."""

    model: str
    leads: str
    events: Sequence[str]
    as_of: str | None
    key: str | None
    outcomes: str | None
    outcome: str | None
    words: Mapping[Step, Sequence[str]]
    at: str | None
    reason: str | None
    value: str | None
    goal: Step | None
    rejects: str | None
    output: str | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Asked:
        """From the values of the options, by their names."""
        words = {step: _split(given[f"as_{step}"]) for step in STEPS if given[f"as_{step}"]}
        names = ("model", "leads", "events", "as_of", "key", "outcomes", "outcome", "at", "reason", "value", "goal")
        return cls(**{name: given[name] for name in (*names, "rejects", "output")}, words=words)

    def inputs(self) -> list[str]:
        """Every file that is read."""
        return [self.model, self.leads, *self.events, *([self.outcomes] if self.outcomes else [])]


def _split(given: Sequence[str]) -> list[str]:
    """`--won "yes,Closed Won"`, perhaps several times, as words; a comma in quotes belongs to its word."""
    return [word.strip() for row in csv.reader(given, skipinitialspace=True) for word in row if word.strip()]


# --- leads with outcomes --------------------------------------------------------------------------------------------


@define
class Judged:
    """Leads with outcomes: `rows` of the file, those `undecided`, and how many rows of any file were `rejected`."""

    model: Model
    table: Table
    goal: Goal
    rows: int
    undecided: int
    rejected: int

    @property
    def code(self) -> int:
        """1 when rows were rejected."""
        return FINDINGS if self.rejected else FINE


def judge(
    asked: Asked,
    names: Callable[[CheckedModel], Mapping[str, Sequence[str]] | None] | None = None,
    beside: Callable[[Lead, Result], None] | None = None,
) -> Judged:
    """Read the leads and what became of them, and score each as of its decision; say what was wrong with rows.

    `names` says which columns of the leads to keep (None: all); `beside` is told of each lead of the table, in its
    order. Raises what `exit_code` has words for.
    """
    require_libraries()
    check_inputs(asked.model, asked.leads, asked.events)
    check_overwriting([asked.output, asked.rejects], asked.inputs())
    if asked.inputs().count(STDIN) > 1:
        raise click.UsageError("only one file can be `-`: standard input can be read only once")
    if asked.outcomes is None and asked.outcome is None:
        raise click.UsageError("say what became of the leads: `--outcomes FILE`, or `--outcome COLUMN` of the leads")
    model = load_model(asked.model)
    checked = model.checked if asked.key is None else evolve(model.checked, key=asked.key)
    with Rejects(asked.rejects, named=asked.rejects is not None) as rejects:
        run = _Run.of(asked, model, checked, rejects)
        kept = {} if names is None else names(checked)
        builder = TableBuilder(checked, kept, frozenset([*run.outcome_columns(), "events"]))
        leads = Leads(checked, asked.leads, run.now, read_index(asked.events), key_named=run.by_id is not None)
        run.take_bad_rows(leads)
        with Ticker("scoring", lambda: None, shown=True) as ticker:
            for lead, result, history in run.results(leads):
                builder.add(result, lead.record.values, history, lead.as_of)
                if beside is not None:
                    beside(lead, result)
                ticker.tick(lead.row)
        builder.said |= run.said
    rejects.say()
    run.say(leads)
    table = builder.finished()
    _check_columns(table, run.columns_seen, asked.leads)
    return Judged(model, table, _goal(asked, table), leads.seen.rows, run.undecided, rejects.count)


@define
class _Run:
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
    strangers: set[str] = Factory(set)

    @classmethod
    def of(cls, asked: Asked, model: Model, checked: CheckedModel, rejects: Rejects) -> _Run:
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
        met: set[str] = set()
        for lead in leads:
            if isinstance(lead, BadRow):
                self._reject(rejects_of(lead, self.checked, leads.path))
                continue
            if not self.columns_seen:
                self.columns_seen = tuple(lead.record.values)
                self._check_outcome_column(leads.path)
            try:
                history = self._history(lead, met)
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
            self.strangers = set(self.by_id.by_lead) - met

    def _history(self, lead: Lead, met: set[str]) -> History | None:
        """What became of a lead, None where nothing is said. Raises `BadOutcomeError`."""
        if self.by_id is None:
            entry = self.reader.entry(lead.record.values)
            if entry is not None and self.needs_time and entry[1] is None:
                raise BadOutcomeError(f"the row has no `{self.reader.columns.at}`, so nobody knows when it was decided")
            entries: Sequence[Any] = () if entry is None else (entry,)
        else:
            id_ = None if lead.id is None else fold(lead.id)
            if id_ is not None and id_ in met:
                raise BadOutcomeError(f"an earlier row has the id {lead.id} too, and its outcome counts once")
            entries = () if id_ is None else self.by_id.get(id_)
            met.update(() if id_ is None else (id_,))
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
                raise _no_column(name, self.columns_seen, path)

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


def _goal(asked: Asked, table: Table) -> Goal:
    """What leads are to get to. Raises `CommandError` where no lead has an outcome that can be a goal."""
    where = called(asked.outcomes or asked.leads)
    if not len(table):
        raise CommandError(f"{where}: no lead has an outcome that can be used", "is it the right file?")
    step = asked.goal or furthest(table.said)
    if step is None or (step not in table.said and not table.has(step).any()):
        said = listed(step for step in STEPS if step in table.said)
        wanted = f"no lead was {step}" if asked.goal else "no lead got anywhere"
        raise CommandError(f"{where}: {wanted}; the outcomes there are {said}", "`--won WORD,…` says what means won")
    return goal_of(table, step)


# --- columns of the leads -------------------------------------------------------------------------------------------


def columns_by(names: Sequence[str]) -> Callable[[CheckedModel], dict[str, Sequence[str]]]:
    """Columns by their names in the data, or by the names of fields that have them."""
    return lambda model: {name: fields_of(model).get(name, (name,)) for name in names}


def with_names(table: Table, names: Sequence[str], path: str) -> Table:
    """A table that has all columns of the data, with some also under the names of fields. Raises `CommandError`."""
    found = dict(table.columns)
    for name in names:
        column = next((each for each in fields_of(table.model).get(name, (name,)) if each in found), None)
        if column is None:
            raise _no_column(name, list(table.columns), path)
        found.setdefault(name, found[column])
    return evolve(table, columns=found)


def fields_of(model: CheckedModel) -> dict[str, Sequence[str]]:
    """The fields of the model, with the names under which the data may have them."""
    return {field.name: names_of(field) for field in model.fields}


def _check_columns(table: Table, seen: Sequence[str], path: str) -> None:
    """Raise `CommandError` when a column that was asked for by name is not there."""
    fields = {field.name for field in table.model.fields}
    for name, column in table.columns.items():
        if not column.values and not column.full and name not in seen and name not in fields:
            raise _no_column(name, seen, path)


def _no_column(name: str, seen: Sequence[str], path: str) -> CommandError:
    near = closest(name, seen)
    hint = f"did this mean `{near}`?" if near else f"columns: {listed(seen, limit=20)}"
    return CommandError(f"{called(path)}: there is no column `{name}`", hint)
