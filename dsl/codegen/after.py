"""What is worked out after the score: gates, stages, grades, the route."""

from __future__ import annotations

from attrs import define

from scorelang import model as m
from scorelang.codegen.events import Shared
from scorelang.codegen.logic import Known, Logic
from scorelang.codegen.writer import Writer
from scorelang.values import fold


@define
class After:
    """Lowers what comes after the points, in the order in which it may look at what was worked out before."""

    shared: Shared
    logic: Logic
    values: dict[str, str]

    @property
    def writer(self) -> Writer:
        """Where the lines go."""
        return self.logic.writer

    def all(self) -> None:
        """Every line from the score on."""
        model = self.shared.model
        results = self.shared.results
        results["score", "score"] = Known("(score / 100)")
        none = self.shared.constants.name("none")
        results["persona", "persona"] = Known(f"(persona or {none})")
        for group in model.groups:
            if group.word == "category":
                results["category", group.name] = Known(f"({self.values[group.name]} / 100)")
        self.writer.line("blocked = ()")
        for at, gate in enumerate(model.gates):
            if gate.stage is None:
                self._gate(at, gate)
        self.writer.line("qualified = not blocked")
        results["qualified", "qualified"] = Known("qualified")
        self.writer.line(f"stage = {none}")
        if model.stages:
            self._stages(model)
        results["stage", "stage"] = Known("stage")
        for at, grade in enumerate(model.grades):
            self._grade(f"grade{at}", grade)
        for at, grade in enumerate(model.grades):
            results["grade", grade.what] = Known(f"grade{at}")
        self._route(model.route)

    def _gate(self, at: int, gate: m.Gate) -> None:
        constants = self.shared.constants
        true = self.logic.true(gate.condition)
        if gate.word == "disqualify":
            with self.writer.block(f"if {true}:"):
                self.writer.line(f"blocked += {constants.name(((at, 'true'),))}")
            return
        with self.writer.block(f"if not ({true}):"):
            false = self.logic.false(gate.condition)
            was = [constants.name(((at, word),)) for word in ("false", "unknown")]
            self.writer.line(f"blocked += {was[0]} if {false} else {was[1]}")

    def _stages(self, model: m.CheckedModel) -> None:
        with self.writer.block("if qualified:"), self.writer.block("for _ in ONCE:"):
            for stage in model.stages:
                for gate in model.gates:
                    if gate.stage == stage.name:
                        self.writer.line(f"if not ({self.logic.true(gate.condition)}): break")
                holds = [f"({self.logic.true(condition)})" for condition in stage.or_when]
                own = [f"score >= {stage.threshold}"] if stage.threshold is not None else []
                own += [f"({self.logic.true(stage.when)})"] if stage.when is not None else []
                holds += [" and ".join(own)] if own else []
                if holds:
                    name = self.shared.constants.name(stage.name)
                    self.writer.line(f"if {' or '.join(holds)}: stage = {name}")

    def _grade(self, name: str, grade: m.Grade) -> None:
        points = "score" if grade.what == "score" else self.values[grade.what]
        constants = self.shared.constants
        cases = [(f"{points} >= {least}", [f"{name} = {constants.name(label)}"]) for label, least in grade.bands]
        # Set first, so that a chain of any length may leave it as it is.
        self.writer.line(f"{name} = {constants.name(grade.otherwise)}")
        self.writer.choose(cases, [])

    def _route(self, route: tuple[m.Destination, ...]) -> None:
        constants = self.shared.constants
        cases = []
        for to in route:
            condition = "True" if to.condition is None else self.logic.true(to.condition)
            cases.append((condition, [f"route = {constants.name(to.text)}"]))
            if to.condition is None:
                break
        self.writer.line("route = None")
        self.writer.choose(cases, [])
        folded = {text: fold(text) for text in (to.text for to in route)}
        self.shared.results["route", "route"] = Known(
            f"{constants.name(folded)}.get(route)", ("route is not None",), plain=False
        )
