"""Lowering what is worked out after the points: the score, gates, stage, grades, route, and what a result says."""

from __future__ import annotations

from attrs import frozen

from scorelang import model as m
from scorelang.sql import spell as s
from scorelang.sql.expressions import CannotLower, Expressions
from scorelang.sql.points import Points
from scorelang.sql.spell import Sql


@frozen
class Firing:
    """A rule: whether it fired (perhaps NULL where it did not), its points, and what they always are, if they are."""

    id: str
    there: Sql
    points: Sql
    always: int | None


@frozen
class Outcome:
    """The columns of a result; points in hundredths."""

    score: Sql
    categories: tuple[tuple[str, Sql], ...]
    grades: tuple[tuple[str, Sql], ...]
    persona: Sql
    stage: Sql
    qualified: Sql
    blocked: tuple[tuple[m.Gate, Sql], ...]
    route: Sql
    fired: tuple[Firing, ...]


def outcome(model: m.CheckedModel, points: Points, failed: list[CannotLower]) -> Outcome:
    """Everything that a result says. What cannot be lowered is noted in `failed`."""
    return _Outcomes(model, points, failed).all()


class _Outcomes:
    def __init__(self, model: m.CheckedModel, points: Points, failed: list[CannotLower]) -> None:
        self.model = model
        self.points = points
        self.expressions: Expressions = points.expressions
        self.bind = points.expressions.layers.bind
        self.failed = failed

    def all(self) -> Outcome:
        values, adds = self._groups()
        persona, persona_adds, counts = self._persona(values, adds)
        loose = [part for scoring in self.model.scoring if (part := self._lower(scoring)) is not None]
        counted = [adds[group.name] for group in self.model.groups if group.word == "category"]
        total = self.bind(s.cast(s.total([*counted, *persona_adds, *loose]), "BIGINT"))
        score = self.bind(self.points.bounded(total, self.model.least, self.model.most))
        results = self.expressions.results
        results["score", "score"] = self.bind(_points(score))
        results["persona", "persona"] = self.bind(s.coalesce(persona, s.text("none")))
        categories = [(group.name, values[group.name]) for group in self.model.groups if group.word == "category"]
        results.update({("category", name): self.bind(_points(value)) for name, value in categories})
        blocked = self._blocked()
        qualified = self.bind(s.all_of(s.missing(was) for _, was in blocked))
        results["qualified", "qualified"] = qualified
        stage = results["stage", "stage"] = self.bind(self._stage(score, qualified))
        grades = [(grade.what, self.bind(self._grade(grade, score, values))) for grade in self.model.grades]
        results.update({("grade", what): label for what, label in grades})
        route = self._route()
        results["route", "route"] = s.null("VARCHAR")
        fired = self._fired(counts)
        return Outcome(score, tuple(categories), tuple(grades), persona, stage, qualified, blocked, route, fired)

    def _lower(self, scoring: m.Scoring) -> Sql | None:
        try:
            return self.points.lower(scoring)
        except CannotLower as error:
            self.failed.append(error)
            return None

    def _groups(self) -> tuple[dict[str, Sql], dict[str, Sql]]:
        values: dict[str, Sql] = {}
        adds: dict[str, Sql] = {}
        above: dict[str, Sql] = {}
        for group in self.model.groups:
            try:
                values[group.name], adds[group.name] = self.points.group(group, above)
            except CannotLower as error:
                self.failed.append(error)
                values[group.name] = adds[group.name] = s.long(0)
            if group.word == "category":
                above[group.name] = values[group.name]
        return values, adds

    def _persona(self, values: dict[str, Sql], adds: dict[str, Sql]) -> tuple[Sql, list[Sql], dict[str, Sql]]:
        """The persona's name, what the personas add, and when the rules of each count."""
        personas = [group.name for group in self.model.groups if group.word == "persona"]
        if not personas:
            return s.null("VARCHAR"), [], {}
        most = self.bind(s.call("GREATEST", s.long(0), *(values[name] for name in personas)))
        best = s.case([(s.eq(values[name], most), s.text(name)) for name in personas])
        persona = self.bind(s.case([(s.gt(most, s.long(0)), best)], s.null("VARCHAR")))
        counts = {name: s.is_true(s.eq(persona, s.text(name))) for name in personas}
        return persona, [s.case([(counts[name], adds[name])], s.long(0)) for name in personas], counts

    def _blocked(self) -> tuple[tuple[m.Gate, Sql], ...]:
        """The plain gates, each with what it was when it is in the way, else NULL."""
        found = []
        for gate in self.model.gates:
            if gate.stage is not None:
                continue
            held = self._condition(gate.condition)
            if gate.word == "disqualify":
                was = s.case([(held, s.text("true"))])
            else:
                held = self.bind(held)
                was = s.case([(s.missing(held), s.text("unknown")), (s.negated(held), s.text("false"))])
            found.append((gate, self.bind(was)))
        return tuple(found)

    def _condition(self, condition: m.Expression) -> Sql:
        try:
            return self.expressions.lower(condition)
        except CannotLower as error:
            self.failed.append(error)
            return s.flag(False)

    def _stage(self, score: Sql, qualified: Sql) -> Sql:
        """The last stage that holds, below the first whose own requirements do not."""
        open_: list[Sql] = [qualified]
        branches = []
        for stage in self.model.stages:
            required = [gate for gate in self.model.gates if gate.stage == stage.name]
            if required:
                held = [s.is_true(self._condition(gate.condition)) for gate in required]
                open_ = [self.bind(s.all_of([*open_, *held]))]
            branches.append((s.all_of([*open_, self._holds(stage, score)]), s.text(stage.name)))
        return s.case(branches[::-1], s.text("none"))

    def _holds(self, stage: m.Stage, score: Sql) -> Sql:
        ways = [s.is_true(self._condition(condition)) for condition in stage.or_when]
        if stage.threshold is not None or stage.when is not None:
            tests = [] if stage.threshold is None else [s.ge(score, s.long(stage.threshold))]
            tests += [] if stage.when is None else [s.is_true(self._condition(stage.when))]
            ways.append(s.all_of(tests))
        return s.any_of(ways)

    def _grade(self, grade: m.Grade, score: Sql, values: dict[str, Sql]) -> Sql:
        points = score if grade.what == "score" else values[grade.what]
        bands = [(s.ge(points, s.long(threshold)), s.text(label)) for label, threshold in grade.bands]
        return s.case(bands, s.text(grade.otherwise))

    def _route(self) -> Sql:
        branches = [
            (s.flag(True) if to.condition is None else self._condition(to.condition), s.text(to.text))
            for to in self.model.route
        ]
        return s.case(branches, s.null("VARCHAR")) if branches else s.null("VARCHAR")

    def _fired(self, counts: dict[str, Sql]) -> tuple[Firing, ...]:
        """The points of every rule that counts, in the order of the text; NULL where it did not fire."""
        persona = {
            rule.id: group.name
            for group in self.model.groups
            if group.word == "persona"
            for rule in m.rules_of([group])
        }
        found = []
        for rule in m.rules_of(self.model.ordered):
            points = self.points.amounts.get(rule.id)
            if points is not None:
                there = self.points.holds.get(rule.id, s.known(points))
                name = persona.get(rule.id)
                if name is not None:
                    there, points = s.both(counts[name], there), s.case([(counts[name], points)])
                found.append(Firing(rule.id, there, points, self.points.always.get(rule.id)))
        return tuple(found)


def _points(hundredths: Sql) -> Sql:
    """Whole hundredths as the double nearest to them."""
    return s.over(s.cast(hundredths, "DOUBLE"), s.double(100.0))


__all__ = ["Outcome", "outcome"]
