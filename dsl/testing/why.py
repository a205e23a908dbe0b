"""Why an expectation of a test does not hold: what was found, which rules made it so, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import define, evolve, field

from scorelang import model as m
from scorelang import wording
from scorelang.check.walk import walk
from scorelang.explain.as_text import reasons
from scorelang.explain.outcomes import gate_lines, route_lines, stage_lines
from scorelang.explain.parts import Line, Where, where
from scorelang.explain.points import score_line
from scorelang.interpret import Outcome, evaluate
from scorelang.testing.failures import (
    Failure,
    Part,
    because_of,
    condition_told,
    fired_parts,
    gate_told,
    not_counted,
    placed,
    rule_lines,
    rule_told,
)
from scorelang.testing.run import TestRun, holds
from scorelang.testing.what_if import Switches, ways_to
from scorelang.trace import trace
from scorelang.values import Type, Value, fold, to_hundredths


def failures_of(model: m.CheckedModel, run: TestRun) -> tuple[Failure, ...]:
    """Every expectation of a run that does not hold, and why."""
    if run.passed:
        return ()
    why = _Why(model, run.outcome, as_typed(run))
    passed_over = tuple(not_counted(model, run.facts, run.outcome))
    found = (why.failure(expectation) for expectation in run.failures)
    return tuple(evolve(failure, notes=(*failure.notes, *passed_over)) for failure in found)


def as_typed(run: TestRun) -> Mapping[str, str]:
    """How the test has the texts of its lead, which the engines see folded."""
    places = (*((run.row.place,) if run.row is not None else ()), run.test.place)
    shown: dict[str, str] = {}
    for name, value in run.facts.fields.items():
        for place in places if isinstance(value, str) else ():
            at = fold(place.text).find(f'"{value}"')
            if at >= 0:
                shown[name] = place.text[at : at + len(str(value)) + 2]
                break
    return shown


@define
class _Why:
    model: m.CheckedModel
    outcome: Outcome
    shown: Mapping[str, str]
    score: Line = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.score = score_line(self.model, self.outcome, self.shown)

    def failure(self, expectation: m.Expectation) -> Failure:
        at = where(expectation.place)
        if expectation.condition is None:
            return self.reason(expectation, at)
        condition = expectation.condition
        subjects = list(dict.fromkeys(_results(condition)))
        expected = self.expected(expectation, subjects)
        actual = ", ".join(self.said(what, name) for what, name in subjects)
        if not subjects:
            found = trace(condition, self.outcome.scope, self.shown)
            return Failure(at, expected, f"this is {found.shown}", notes=tuple(reasons(found)))
        gap = numeric_gap(condition, self.outcome)
        if gap is not None:
            what, name, short = gap
            return Failure(
                at,
                expected,
                f"{self.said(what, name)}, {wording.points(abs(short))} too {'little' if short > 0 else 'much'}",
                difference=-short,
                fired=tuple(self.fired(what, name)),
                remedies=self.remedies(expectation, what, name, short),
                notes=tuple(self.besides(condition, gap=True)),
            )
        notes = list(self.besides(condition, gap=False))
        notes += [note for what, name in subjects for note in self.notes(what, name, condition)]
        fired = [part for what, name in subjects for part in self.made_of(what, name)]
        return Failure(at, expected, actual, fired=tuple(dict.fromkeys(fired)), notes=tuple(dict.fromkeys(notes)))

    def besides(self, condition: m.Expression, *, gap: bool) -> Iterator[str]:
        """What else of a condition does not hold: after its number with a `gap`, or of the lead and not its results."""
        items = condition.items if isinstance(condition, m.AllOf | m.AnyOf) else ()
        parts = [part for part in items if part.place != condition.place]
        failing = [part for part in parts if evaluate(part, self.outcome.scope) is not True]
        for part in failing[1:] if gap else (part for part in failing if not any(_results(part))):
            yield condition_told(trace(part, self.outcome.scope, self.shown))

    # --- what was expected, and what was found ---

    def expected(self, expectation: m.Expectation, subjects: list[tuple[str, str]]) -> str:
        """The expectation as typed; a table's cell with the name of its column."""
        text, source = expectation.place.text, expectation.place.source
        line = source.line(expectation.place.line).lstrip()
        return f"{spelled(*subjects[0])} {text}" if line.startswith("|") and subjects else text

    def said(self, what: str, name: str) -> str:
        return f"{spelled(what, name)} is {self.found(what, name)}"

    def found(self, what: str, name: str) -> str:
        outcome = self.outcome
        match what:
            case "stage":
                return outcome.stage
            case "persona":
                return outcome.persona or "none"
            case "route":
                return "missing" if outcome.route is None else wording.quoted(outcome.route)
            case "grade":
                return outcome.grades[name]
            case "qualified":
                return "yes" if outcome.qualified else "no"
        return wording.value(Type.NUMBER, outcome.scope.results[_key(what, name)])

    # --- what made it so ---

    def fired(self, what: str, name: str) -> Iterator[Part]:
        """What a number is the sum of: rules that fired, and what was done to their sum."""
        lines = self.score.lines if what == "score" else (self.group(name),)
        for line in lines:
            yield from fired_parts(line, several=what == "score")

    def group(self, name: str) -> Line:
        return next(line for line in self.score.lines if line.kind in ("category", "persona") and line.text == name)

    def made_of(self, what: str, name: str) -> Iterator[Part]:
        """What a grade or persona comes from."""
        if what == "grade":
            yield from self.fired("score" if name == "score" else "category", name)
        elif what == "persona":
            for line in self.score.lines:
                if line.kind == "persona":
                    yield from fired_parts(line, several=True, counted=False)

    def remedies(self, expectation: m.Expectation, what: str, name: str, short: int) -> tuple[tuple[Part, ...], ...]:
        def mended(outcome: Outcome) -> bool:
            return holds(self.model, expectation, outcome)

        if any(each not in ("score", "category", "persona") for each, _ in _results(expectation.condition)):
            return ()
        groups: frozenset[str | None] = frozenset([name])
        if what == "score":
            counted = (group.name for group in self.model.groups if group.word == "category")
            groups = frozenset([None, self.outcome.persona, *counted])
        lines = {line.id: line for line in rule_lines(self.score)}
        ways = ways_to(self.model, self.outcome, mended, short, groups)
        return tuple(self.parts(way, lines) for way in ways)

    def parts(self, switches: Switches, lines: Mapping[str | None, Line]) -> tuple[Part, ...]:
        parts: list[Part] = []
        for switch in switches:
            line = lines[switch.id]
            text, because = rule_told(line), tuple(because_of(line)) if switch.fires else ()
            if switch.cell is not None:
                grid = next(rule for rule in m.rules_of(self.model.ordered) if rule.id == switch.id)
                assert isinstance(grid, m.Grid)
                row, column = switch.cell
                text = f"{wording.grid(grid).rstrip(',')}: row {grid.labels[0][row]}, column {grid.labels[1][column]}"
                because = (f"it is {line.note}",) if line.note else ()
            parts.append(Part(text, switch.gain, line.where, line.id, because))
        return tuple(parts)

    # --- what was in the way ---

    def notes(self, what: str, name: str, condition: m.Expression) -> Iterator[str]:
        match what:
            case "stage":
                yield from self.stage_notes(condition)
            case "qualified":
                yield from self.gate_notes(None)
                if self.outcome.qualified:
                    yield "no gate is in the way"
            case "route":
                yield from self.route_notes(condition)
            case "persona":
                yield from self.persona_notes(condition)
            case "grade":
                grade = next(grade for grade in self.model.grades if grade.what == name)
                points = self.outcome.score if name == "score" else self.value(name)
                shown = name if name.isidentifier() else wording.quoted(name)
                yield f"{shown} is {wording.points(points)}; its grades: {wording.grade(grade)}"

    def value(self, name: str) -> int:
        return next(done.value for done in self.outcome.subtotals if done.group.name == name)

    def gate_notes(self, stages: frozenset[str] | None) -> Iterator[str]:
        """The gates in the way: of qualifying, and of those stages."""
        for gate in gate_lines(self.model, self.outcome, self.shown):
            if gate.blocks and (gate.stage is None or (stages is not None and gate.stage in stages)):
                yield gate_told(gate)

    def stage_notes(self, condition: m.Expression) -> Iterator[str]:
        """What keeps the lead from the stages that were expected, or put it into the one that it has."""
        wanted = _constants(condition, "stage")
        names = [stage.name for stage in self.model.stages]
        if isinstance(condition, m.Negated) or (isinstance(condition, m.Apply) and condition.operator == "is not"):
            wanted = {*names, "none"} - wanted
        below = frozenset(name for want in wanted & set(names) for name in names[: names.index(want) + 1])
        if wanted & set(names):
            yield from self.gate_notes(below)
        score = self.outcome.score
        for line in stage_lines(self.model, self.outcome, self.shown):
            if line.name == self.outcome.stage and line.name not in wanted:
                yield f"{line.text} holds with a score of {wording.points(score)} ({line.where})"
            elif line.name in wanted and not line.holds:
                if line.short:
                    short = f"{wording.points(line.short)} points short with a score of {wording.points(score)}"
                    yield f"{line.text}: {short} ({line.where})"
                for part in (*((line.when,) if line.when else ()), *line.or_when):
                    if part.value is not True:
                        yield f"{line.name} when {condition_told(part)} ({line.where})"

    def route_notes(self, condition: m.Expression) -> Iterator[str]:
        """Why the destinations that were expected were not taken, and one above them was."""
        wanted = _constants(condition, "route")
        for line in route_lines(self.model, self.outcome, self.shown):
            to = wording.quoted(line.text)
            if line.status == "counts":
                text = f"{to} if {condition_told(line.condition)}" if line.condition else f"{to} otherwise"
                yield f"taken: {text} ({line.where})"
            elif fold(line.text) in wanted:
                passed = line.status == "passed over"
                text = "a line above it is true" if passed else condition_told(line.condition)
                yield f"not taken: {to}: {text} ({line.where})"

    def persona_notes(self, condition: m.Expression) -> Iterator[str]:
        """What kept the personas that were expected from having the most points: their rules that did not fire."""
        wanted = _constants(condition, "persona")
        for group in self.score.lines:
            if group.kind != "persona" or group.status != "passed over" or group.text not in wanted:
                continue
            yield f"{group.text} has {wording.points(group.worth or 0)}: {group.note}"
            for line in rule_lines(group):
                if line.status in ("false", "unknown"):
                    saw = "; ".join(because_of(line))
                    yield f"{rule_told(line)} is {line.status}{f': {saw}' if saw else ''} ({line.where})"

    # --- rules and gates by their reasons ---

    def reason(self, expectation: m.Expectation, at: Where) -> Failure:
        expected, id_ = expectation.place.text, expectation.reason
        gate = next((gate for gate in gate_lines(self.model, self.outcome, self.shown) if gate.id == id_), None)
        if gate is not None and "block" in expectation.form:
            blocks = gate.blocks and gate.stage is None
            actual = "it is in the way" if blocks else "it is not in the way"
            return Failure(at, expected, actual, notes=(gate_told(gate),))
        line = next((line for line in rule_lines(self.score) if line.id == id_), None)
        if line is None or "block" in expectation.form:
            other = "a gate, which never fires" if gate is not None else "a rule, which is in nobody's way"
            return Failure(at, expected, f"this is {other}")
        if expectation.form == "not fires":
            actual = f"it fired with {wording.signed(line.hundredths)}"
        else:
            actual = {"false": "it did not fire", "unknown": "it did not fire"}.get(line.status, "it does not count")
        silent = line.status in ("false", "unknown")
        text = f"{rule_told(line)}, {line.status} ({line.where})" if silent else placed(line)
        return Failure(at, expected, actual, notes=(text, *because_of(line), *self.other_persona(line)))

    def other_persona(self, line: Line) -> Iterator[str]:
        """Why the rule of a persona does not count although it fired: the lead's persona is another one."""
        for group in self.score.lines if line.status == "counts" else ():
            is_other = group.kind == "persona" and group.status == "passed over"
            if is_other and any(line is below for below in rule_lines(group)):
                yield f"it is {group.text}'s, and {group.note}"


# --- results --------------------------------------------------------------------------------------------------------


def spelled(what: str, name: str) -> str:
    """A result as an expectation names it: `score`, `Fit`, `Fit.grade`."""
    shown = name if name.isidentifier() else wording.quoted(name)
    return f"{shown}.grade" if what == "grade" else shown if what == "category" else what


def _key(what: str, name: str) -> tuple[str, str]:
    return (what, name)


def _results(condition: m.Expression | None) -> Iterator[tuple[str, str]]:
    """The results that a condition looks at."""
    for part in walk(condition) if condition is not None else ():
        if isinstance(part, m.ResultValue):
            yield part.what, part.name


def _constants(condition: m.Expression, what: str) -> set[str]:
    """The stages or routes that a condition compares the lead's with."""
    found: set[Value] = set()
    for part in walk(condition):
        if isinstance(part, m.Apply) and any(what == each for each, _ in _results(part)):
            for operand in part.operands:
                if isinstance(operand, m.Constant):
                    found.add(operand.value)
                elif isinstance(operand, m.Items):
                    # `stage is at least MQL` is met by MQL and all above: MQL is what is nearest.
                    found.update(operand.values[:1])
    return {value for value in found if isinstance(value, str)}


def numeric_gap(condition: m.Expression, outcome: Outcome) -> tuple[str, str, int] | None:
    """Which number a condition is about, and how many hundredths more (or, below 0, fewer) would meet it.

    None when it is not a comparison of one number with a constant, or of one with both ends of a range.
    """
    parts = condition.items if isinstance(condition, m.AllOf) else (condition,)
    failing = next((part for part in parts if evaluate(part, outcome.scope) is not True), None)
    if not isinstance(failing, m.Apply) or len(failing.operands) != 2:
        return None
    result, constant = failing.operands
    if not isinstance(result, m.ResultValue) or not isinstance(constant, m.Constant):
        return None
    target = to_hundredths(constant.value) if isinstance(constant.value, float) else None
    value = evaluate(result, outcome.scope)
    if target is None or not isinstance(value, float) or result.what not in ("score", "category"):
        return None
    beyond = {"<": -1, ">": 1}.get(failing.operator, 0)
    if failing.operator not in ("is", "=", "<", "<=", ">", ">="):
        return None
    return result.what, result.name, target + beyond - round(value * 100)


__all__ = ["as_typed", "failures_of", "numeric_gap", "spelled"]
