"""Why a lead is not in a higher stage, and the least that would help.

Every hint is tried out: the lead is changed, scored again by the interpreter, and what is shown is the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from attrs import define, field, frozen

from scorelang import model as m
from scorelang import wording
from scorelang.explain.changes import AddEvents, Change, Changes, Solver, changed, merged
from scorelang.explain.parts import GateLine, Hint, StageLine, WhyNot
from scorelang.interpret import Outcome, evaluate, grid_cell, interpret, rule_points
from scorelang.leads import Facts
from scorelang.trace import Trace

# How many ways are found for one rule or gate, how many changes one hint may hold, and how many hints are shown.
MOST_WAYS = 3
MOST_TOGETHER = 6
MOST_SHOWN = 3
# How many changes are found and tried out: fewer where the interpreter has many rules and events to go through.
MOST_FOUND = 500
MOST_TRIED = 150
LEAST_TRIED = 9
MOST_WORK = 300_000


@frozen
class Candidate:
    """A change to try out, what it is for, and the hundredths that it promises (None for gates and stages)."""

    changes: Changes
    rule: str
    worth: int | None


@frozen
class Trial:
    """A change that was tried out, what it was for, and what came of it."""

    changes: Changes
    rule: str
    gain: int
    score: int
    stage: int


def why_not(
    model: m.CheckedModel,
    facts: Facts,
    outcome: Outcome,
    shown: Mapping[str, str],
    gates: tuple[GateLine, ...],
    stages: tuple[StageLine, ...],
) -> tuple[WhyNot, ...]:
    """What keeps the lead from each stage above its own."""
    search = Search(model, facts, outcome, shown)
    reached = search.rank(outcome)
    return tuple(search.missing(at, gates, stages) for at in range(reached + 1, len(stages)))


@define
class Search:
    """The search for what would help one lead; `left` is how many changes may still be tried out."""

    model: m.CheckedModel
    facts: Facts
    outcome: Outcome
    shown: Mapping[str, str]
    solver: Solver = field(init=False)
    left: int = field(init=False)
    _trials: list[Trial] | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self.solver = Solver(self.model)
        work = (len(list(m.rules_of(self.model.ordered))) + 1) * (len(self.facts.events) + 1)
        self.left = max(LEAST_TRIED, min(MOST_TRIED, MOST_WORK // work))

    def rank(self, outcome: Outcome) -> int:
        """The place of the lead's stage, from 0; -1 for none."""
        return next((at for at, stage in enumerate(self.model.stages) if stage.name == outcome.stage), -1)

    def missing(self, at: int, gates: tuple[GateLine, ...], stages: tuple[StageLine, ...]) -> WhyNot:
        """What keeps the lead from a stage."""
        stage = stages[at]
        below = {known.name for known in stages[: at + 1]}
        in_the_way = tuple(gate for gate in gates if gate.blocks and (gate.stage is None or gate.stage in below))
        conditions: tuple[Trace, ...] = ()
        if stage.when is not None and stage.when.value is not True:
            conditions = (stage.when,)
        return WhyNot(
            stage=stage.name,
            short=stage.short,
            gates=in_the_way,
            conditions=conditions,
            shortcuts=() if stage.holds else stage.or_when,
            hints=tuple(self.hints(at, stage)),
        )

    # --- hints ---

    def hints(self, at: int, stage: StageLine) -> Iterator[Hint]:
        """The nearest changes that help towards a stage; if no single one reaches it, first some that do together."""
        helpful = [trial for trial in self.trials() if trial.stage >= at or (stage.short and trial.gain > 0)]
        helpful.sort(key=lambda trial: self.order(trial, at, stage))
        if not any(trial.stage >= at for trial in helpful):
            together = self.together(at, helpful)
            if together is not None:
                yield self.hint(together, at, stage)
                helpful = helpful[: MOST_SHOWN - 1]
        for trial in helpful[:MOST_SHOWN]:
            yield self.hint(trial, at, stage)

    def order(self, trial: Trial, at: int, stage: StageLine) -> tuple[object, ...]:
        """Fewest changes first; then what closes the gap, what reaches the stage, what asks for least."""
        short = stage.threshold is not None and trial.score < stage.threshold
        return _size(trial.changes), short, trial.stage < at, self.effort_of(trial.changes), -trial.gain

    def effort_of(self, changes: Changes) -> int:
        """The effort of all changes together."""
        return sum(self.effort(change) for change in changes)

    def effort(self, change: Change) -> int:
        """What happens to a lead is nearer than what is missing, and that is nearer than what it is."""
        if isinstance(change, AddEvents):
            return 0
        return 1 if self.facts.fields.get(change.name) is None else 2

    def hint(self, trial: Trial, at: int, stage: StageLine) -> Hint:
        """A trial as it is told for a stage."""
        return Hint(
            changes=tuple(self.said(change) for change in trial.changes),
            hundredths=trial.gain,
            closes=stage.threshold is None or trial.score >= stage.threshold,
            reaches=trial.stage >= at,
            rule=trial.rule,
        )

    def said(self, change: Change) -> str:
        """A change in the words of a test's `given`, with what the lead has now."""
        if isinstance(change, AddEvents):
            return f"{change.number} more {change.said}"
        now = self.shown.get(change.name) or wording.value(change.type, self.facts.fields.get(change.name))
        return f"{change.name} {change.said} (now {now})"

    # --- trials ---

    def tried(self, changes: Changes, rule: str) -> Trial:
        """Score the changed lead."""
        self.left -= 1
        outcome = interpret(self.model, changed(self.facts, changes))
        return Trial(changes, rule, outcome.score - self.outcome.score, outcome.score, self.rank(outcome))

    def trials(self) -> list[Trial]:
        """The most promising changes, tried out once, so that some tries are left for changes together."""
        if self._trials is None:
            found: dict[Changes, Candidate] = {}
            for candidate in islice(self.candidates(), MOST_FOUND):
                if len(candidate.changes) <= MOST_TOGETHER:
                    found.setdefault(candidate.changes, candidate)
            chosen = self.promising(list(found.values()))[: self.left * 2 // 3]
            self._trials = [self.tried(candidate.changes, candidate.rule) for candidate in chosen]
        return self._trials

    def promising(self, found: list[Candidate]) -> list[Candidate]:
        """What gates and stages ask for; then, by turns, the least change and the most points."""
        near = sorted(found, key=lambda one: (_size(one.changes), self.effort_of(one.changes), -(one.worth or 0)))
        rich = sorted(near, key=lambda one: -(one.worth or 0))
        asked = [one for one in near if one.worth is None]
        by_turns = (one for pair in zip(near, rich, strict=True) for one in pair)
        return list({one.changes: one for one in (*asked, *by_turns)}.values())

    def candidates(self) -> Iterator[Candidate]:
        """Changes for the stages' own conditions, for gates, and for every rule in the order of the text."""
        scope = self.outcome.scope
        for stage in self.model.stages:
            for condition in (*((stage.when,) if stage.when else ()), *stage.or_when):
                for changes in islice(self.solver.ways(condition, True, scope), MOST_WAYS):
                    yield Candidate(changes, stage.name, None)
        for gate in self.model.gates:
            for changes in islice(self.solver.ways(gate.condition, gate.word == "require", scope), MOST_WAYS):
                yield Candidate(changes, gate.id, None)
        for rule in m.rules_of(self.model.ordered):
            worth = rule.points if isinstance(rule, m.Rule) and isinstance(rule.points, int) else 0
            ways = self.of_grid(rule) if isinstance(rule, m.Grid) else self.of_rule(rule)
            for changes in islice(ways, MOST_WAYS):
                yield Candidate(changes, rule.id, worth)

    def of_rule(self, rule: m.Rule) -> Iterator[Changes]:
        """Ways to make a silent rule fire, an `each` once more, or an aged one new again."""
        scope = self.outcome.scope
        if isinstance(rule.points, int) and rule.points <= 0:
            return
        if rule.query is not None or (rule.modifiers.decays and rule_points(rule, scope) is not None):
            for query in (rule.query,) if rule.query is not None else rule.dated_by:
                event = self.solver.event(query, scope)
                if event is not None:
                    yield (event,)
        elif rule.condition is not None and evaluate(rule.condition, scope) is not True:
            yield from self.solver.ways(rule.condition, True, scope)

    def of_grid(self, grid: m.Grid) -> Iterator[Changes]:
        """Ways to the cells with more points than the lead's, beginning with those in its row or column."""
        scope = self.outcome.scope
        here = grid_cell(grid, scope)
        points = grid.points[here[0]][here[1]] if here else 0
        for row, tests in enumerate(grid.points):
            for column, cell in enumerate(tests):
                wanted = [test for test in (grid.rows[row], grid.columns[column]) if test is not None]
                if cell > points and wanted:
                    place = wanted[0].place
                    both = m.AllOf(wanted[0].type, place, tuple(wanted))
                    yield from self.solver.ways(both, True, scope)

    # --- several changes together ---

    def together(self, at: int, helpful: list[Trial]) -> Trial | None:
        """Changes that reach a stage only together: for what is in the way, then for points; none of them in vain."""
        done: Changes = ()
        for changes in self.steps_to(at, helpful):
            done = merged([*done, *changes], max)
            if not changes or len(done) > MOST_TOGETHER or self.left <= 0:
                return None
            trial = self.tried(done, self.model.stages[at].name)
            if trial.stage >= at:
                return self.pruned(trial, at)
        return None

    def steps_to(self, at: int, helpful: list[Trial]) -> Iterator[Changes]:
        """What to change one after the other; no changes for a gate in the way for which none are known."""
        stage = self.model.stages[at]
        below = {known.name for known in self.model.stages[: at + 1]}
        scope = self.outcome.scope
        for gate in self.model.gates:
            required = gate.word == "require"
            in_the_way = (evaluate(gate.condition, scope) is True) is not required
            if in_the_way and (gate.stage is None or gate.stage in below):
                yield next(self.solver.ways(gate.condition, required, scope), ())
        if stage.when is not None and evaluate(stage.when, scope) is not True:
            # What asks for points, such as `Behaviour >= 10`, may be true once there are more of them.
            yield from islice(self.solver.ways(stage.when, True, scope), 1)
        for trial in sorted(helpful, key=lambda trial: -trial.gain):
            if trial.gain > 0:
                yield trial.changes

    def pruned(self, trial: Trial, at: int) -> Trial:
        """The trial without the changes that it does not need."""
        for change in trial.changes:
            fewer = tuple(other for other in trial.changes if other is not change)
            without = self.tried(fewer, trial.rule) if fewer and self.left > 0 else None
            if without is not None and without.stage >= at:
                trial = without
        return trial


def _size(changes: Changes) -> int:
    """How many things would have to happen."""
    return sum(change.number if isinstance(change, AddEvents) else 1 for change in changes)
