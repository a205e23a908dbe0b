"""Where the points come from: the tree of lines from the score down to single rules and events.

What a rule adds is taken from the interpreter; here it is only taken apart. Every line is the sum of those below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from scorelang import interpret as i
from scorelang import model as m
from scorelang import wording
from scorelang.explain.parts import Kind, Line, Status, where
from scorelang.leads import Fact
from scorelang.trace import Trace, events_found, trace


def score_line(
    model: m.CheckedModel,
    outcome: i.Outcome,
    shown: Mapping[str, str],
    told: Mapping[int, Mapping[str, str]] | None = None,
) -> Line:
    """The score as a tree of lines.

    `shown` is how the data had the lead's fields, `told` how it had the attributes of each event, by its `id()`.
    """
    make = _Lines(model, outcome, shown, told or {})
    parts = [make.group(part) if isinstance(part, m.Group) else make.scoring(part) for part in model.ordered]
    clamp = _bounded(outcome.total, outcome.score, model.least, model.most, {})
    given = wording.bounds(model.least, model.most) or None
    return Line("score", "score", outcome.score, given=given, lines=(*parts, *clamp))


def _adjusted(text: str, hundredths: int) -> tuple[Line, ...]:
    """An adjustment, where it changes anything."""
    return (Line("adjustment", text, hundredths),) if hundredths else ()


def _bounded(
    before: int, after: int, least: int | str | None, most: int | str | None, values: Mapping[str, int]
) -> tuple[Line, ...]:
    """What a bound takes away or adds."""
    bound, word = (most, "cut to at most") if after < before else (least, "raised to at least")
    if isinstance(bound, str):
        return _adjusted(f"{word} {bound}, which is {wording.points(values[bound])}", after - before)
    if after > before and isinstance(most, str) and values[most] == after:
        return _adjusted(f"{word} {most}", after - before)
    return _adjusted(f"{word} {wording.points(bound or 0)}", after - before)


def share_left(share: Fraction) -> str:
    """The share that is left, as far as a person wants to know it."""
    return f"{float(share * 100):.4g}% left"


@frozen
class _Lines:
    model: m.CheckedModel
    outcome: i.Outcome
    shown: Mapping[str, str]
    events: Mapping[int, Mapping[str, str]]

    @property
    def scope(self) -> i.Scope:
        return self.outcome.scope

    def trace(self, expression: m.Expression, scope: i.Scope | None = None) -> Trace:
        return trace(expression, scope or self.scope, self.shown)

    # --- categories and personas ---

    def group(self, group: m.Group) -> Line:
        done = next(done for done in self.outcome.subtotals if done.group is group)
        values = {other.group.name: other.value for other in self.outcome.subtotals}
        lines = [self.scoring(scoring) for scoring in group.scoring]
        lines += _adjusted(self.silence(group), done.after_silence - done.total)
        lines += _bounded(done.after_silence, done.value, group.least, group.most, values)
        lines += _adjusted(_weighed(group, done.value), done.adds - done.value)
        line = Line(
            group.word, group.name, done.adds, where=where(group.place), given=_given(group), lines=tuple(lines)
        )
        return line if group.word == "category" else self.persona(line)

    def persona(self, line: Line) -> Line:
        """Only the lead's own persona counts."""
        own = self.outcome.persona
        if own == line.text:
            return evolve(line, note="the lead's persona")
        why = f"the lead's persona is {own}" if own else "a persona counts with more than 0 points"
        taken = _adjusted(f"does not count: {why}", -line.hundredths)
        return evolve(
            line, hundredths=0, status="passed over", note=why, worth=line.hundredths, lines=(*line.lines, *taken)
        )

    def silence(self, group: m.Group) -> str:
        latest = max((event.at for event in self.scope.facts.events), default=None)
        if group.silence is None or latest is None:
            return ""
        silent = self.scope.facts.as_of - latest
        left = (1 - group.silence.share) ** min(silent // group.silence.every, 1000)
        return f"{wording.decay(group.silence)} of silence: {share_left(left)} after {wording.age(silent)}"

    # --- rules ---

    def scoring(self, scoring: m.Scoring) -> Line:
        match scoring:
            case m.Rule():
                return self.rule(scoring, "each" if scoring.form == "each" else "rule")
            case m.Choice():
                return self.choice(scoring)
            case m.Grid():
                return self.grid(scoring)

    def rule(self, rule: m.Rule, kind: Kind) -> Line:
        line = Line(
            kind, rule.text, 0, where=where(rule.place), id=rule.id, given=given(rule, self.model), reason=rule.reason
        )
        during = rule.modifiers.during
        if during is not None and not during[0] <= self.scope.facts.as_of < during[1]:
            return evolve(line, status="out of time", note=f"only during {wording.during(during, self.scope.zone)}")
        if rule.query is not None:
            return self.each(rule, rule.query, line)
        condition = None if rule.condition is None else self.trace(rule.condition)
        conditions = () if condition is None else (condition,)
        if condition is not None and condition.value is not True:
            return evolve(line, status="unknown" if condition.value is None else "false", conditions=conditions)
        return self.fired(rule, evolve(line, conditions=conditions))

    def fired(self, rule: m.Rule, line: Line) -> Line:
        """A rule whose condition is true: its points, what their age took, and what a bound did."""
        if not isinstance(rule.points, int):
            line = evolve(line, conditions=(*line.conditions, self.trace(rule.points)))
        at = max((event.at for query in rule.dated_by for event in i.matching(query, self.scope)), default=None)
        aged, points = i.aged(rule, self.scope, at), i.rule_points(rule, self.scope)
        if aged is None or points is None:
            return evolve(line, status="no points", note=f"{_lacking(line.conditions[-1])} is missing")
        lines = (
            *self.aged(rule, self.scope, at, aged),
            *_bounded(aged, points, rule.modifiers.least, rule.modifiers.most, {}),
        )
        if lines and lines[0].kind != "points":
            lines = (Line("points", "as written", aged), *lines)
        return evolve(line, hundredths=points, lines=lines)

    def aged(self, rule: m.Rule, scope: i.Scope, at: int | None, aged: int) -> tuple[Line, ...]:
        """What a rule or event gave when it was new, and what its age took; nothing where age took nothing."""
        decays = rule.modifiers.decays
        whole = i.aged(evolve(rule, modifiers=evolve(rule.modifiers, decays=())), scope, at)
        if at is None or whole is None or whole == aged:
            return ()
        age, left = scope.facts.as_of - at, Fraction(1)
        for decay in decays:
            left *= i.share_left(decay, age)
        text = f"{', '.join(map(wording.decay, decays))}: {share_left(left)} after {wording.age(age)}"
        return (Line("points", "when new", whole), *_adjusted(text, aged - whole))

    # --- each ---

    def each(self, rule: m.Rule, query: m.Query, line: Line) -> Line:
        events = sorted(i.matching(query, self.scope), key=lambda event: event.at, reverse=True)
        if not events:
            return evolve(line, status="false", note=events_found(query, self.scope, too_few=True))
        amounts = [(event, i.aged(rule, evolve(self.scope, event=event), event.at)) for event in events]
        points = i.rule_points(rule, self.scope)
        kept = self.kept(rule, [(event.at, amount) for event, amount in amounts if amount is not None])
        lines: list[Line] = []
        for event, amount in amounts:
            counts = amount is not None and kept[event.at, amount] > 0
            if amount is not None and counts:
                kept[event.at, amount] -= 1
            lines.append(self.event(rule, event, amount, counts))
        if points is None:
            return evolve(line, status="no points", note=events_found(query, self.scope), lines=tuple(lines))
        total = sum(found.hundredths for found in lines)
        bound = _bounded(total, points, rule.modifiers.least, rule.modifiers.most, {})
        return evolve(line, hundredths=points, note=events_found(query, self.scope), lines=(*lines, *bound))

    def kept(self, rule: m.Rule, amounts: list[tuple[int, int]]) -> Counter[tuple[int, int]]:
        """How often each time and amount counts: `once a day` and the like keep the latest."""
        frequency = rule.modifiers.frequency
        if frequency is None:
            return Counter(amounts)
        period, zone = frequency.period, self.scope.zone
        return Counter(i.latest_of_each(amounts, frequency.number, lambda at: i.calendar_period(period, at, zone)))

    def event(self, rule: m.Rule, event: Fact, amount: int | None, counts: bool) -> Line:
        scope = evolve(self.scope, event=event)
        conditions: tuple[Trace, ...] = () if isinstance(rule.points, int) else (self.trace(rule.points, scope),)
        line = Line("event", self.told(event), 0, conditions=conditions)
        if amount is None:
            return evolve(line, status="no points", note=f"{_lacking(conditions[-1])} is missing")
        frequency = rule.modifiers.frequency
        if not counts and frequency is not None:
            note = f"only the latest {frequency.number} of each {frequency.period} count"
            return evolve(line, status="passed over", note=note, worth=amount)
        return evolve(line, hundredths=amount, lines=self.aged(rule, scope, event.at, amount))

    def told(self, event: Fact) -> str:
        """An event as a person would tell it."""
        types = {definition.name: definition.type for definition in self.model.kinds[event.kind].attributes}
        given = self.events.get(id(event), {})
        known = [
            f"{name} {given.get(name) or wording.value(types[name], value)}"
            for name, value in event.attributes.items()
            if value is not None
        ]
        ago = wording.age(self.scope.facts.as_of - event.at)
        return f"{event.kind} {ago} ago ({wording.instant(event.at)})" + (f": {', '.join(known)}" if known else "")

    # --- choices and matrices ---

    def choice(self, choice: m.Choice) -> Line:
        chosen = i.choice_points(choice, self.scope)
        lines, passed = [], False
        for branch in choice.branches:
            line = self.rule(branch, "otherwise" if branch.form == "otherwise" else "branch")
            if chosen is not None and line.id == chosen.id:
                passed = True
            elif line.status == "counts" or (passed and not choice.best):
                line = _passed_over(line, choice.best)
            lines.append(line)
        text = "choose best" if choice.best else "choose"
        total = sum(line.hundredths for line in lines)
        status: Status = "counts" if chosen else "false"
        return Line("choose", text, total, status, where(choice.place), lines=tuple(lines))

    def grid(self, grid: m.Grid) -> Line:
        cell = i.grid_cell(grid, self.scope)
        rows, columns = self.tests(grid.rows), self.tests(grid.columns)
        line = Line(
            "matrix",
            wording.grid(grid),
            0,
            where=where(grid.place),
            id=grid.id,
            reason=grid.reason,
            conditions=(*rows, *columns),
        )
        if cell is None:
            first = _reaches(grid.rows, rows)
            tests = columns if first else rows
            status: Status = "unknown" if any(test.value is None for test in tests) else "false"
            return evolve(line, status=status, note=f"no {'column' if first else 'row'} is known to match")
        row, column = cell
        points = grid.points[row][column]
        note = f"row {grid.labels[0][row]}, column {grid.labels[1][column]}"
        return evolve(line, hundredths=points, given=wording.signed(points), note=note)

    def tests(self, tests: Sequence[m.Expression | None]) -> tuple[Trace, ...]:
        """The tests that were made: those up to the first that is true."""
        made: list[Trace] = []
        for test in tests:
            if test is None:
                break
            made.append(self.trace(test))
            if made[-1].value is True:
                break
        return tuple(made)


def _reaches(tests: Sequence[m.Expression | None], made: Sequence[Trace]) -> bool:
    """Whether one of the tests matched: the last one made is true, or `otherwise` stands behind it."""
    return (bool(made) and made[-1].value is True) or len(made) < len(tests)


def _passed_over(line: Line, best: bool) -> Line:
    note = "another line gives more" if best and line.kind != "otherwise" else "a line above is true"
    if line.kind == "otherwise":
        note = "another line is true"
    worth = line.hundredths if line.status == "counts" else None
    return evolve(line, hundredths=0, status="passed over", note=note, worth=worth, lines=())


def _lacking(found: Trace) -> str:
    return " and ".join(found.missing) or found.text


def _weighed(group: m.Group, value: int) -> str:
    if group.weight is None or not isinstance(group.most, int):
        return ""
    return f"{wording.weight(group.weight)}: {wording.points(value)} of {wording.points(group.most)}"


def _given(group: m.Group) -> str | None:
    """A group's bounds, weight and silence."""
    return ", ".join(wording.group_limits(group)) or None


def given(rule: m.Rule, model: m.CheckedModel) -> str:
    """A rule's points and what is done with them: `+2, at most 10`."""
    points = wording.signed(rule.points) if isinstance(rule.points, int) else rule.points.place.text
    return ", ".join(filter(None, (points, wording.modifiers(rule.modifiers, model.zone))))
