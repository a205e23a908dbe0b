"""Ways to stages, and the gates that shut them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from scorelang import model as m
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import Way, aim_at_label, conjoined, gates_of, is_open, ways_to
from scorelang.lint.logic.samples import Scored

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


@frozen(eq=False)
class Shut:
    """A gate that lets nobody through who comes one way to a stage; `by_points` when it is these that fall short.

    With `is_whole` it lets nobody through any other way either.
    """

    gate: m.Gate
    way: Way
    by_points: bool
    is_whole: bool = False

    @property
    def told(self) -> str:
        """What is shut."""
        stage = f"the stage `{self.way.stage.name}`"
        return stage if self.is_whole else f"one way to {stage}"


def shut_gates(logic: Logic, rule: str, stage: m.Stage) -> tuple[Shut, ...]:
    """The gates that alone shut a way to a stage, where both the way and the gate have leads of their own.

    A gate that shuts all of them is there once.
    """
    return tuple(logic.once("shut", stage, lambda: list(_shut(logic, rule, stage))))


def _shut(logic: Logic, rule: str, stage: m.Stage) -> Iterator[Shut]:
    found = list(_shut_ways(logic, rule, stage))
    for gate in gates_of(logic.model, stage):
        shut = [each for each in found if each.gate is gate]
        is_whole = len(shut) == len(list(ways_to(stage)))
        yield from (evolve(each, is_whole=True) for each in shut[:1]) if is_whole else shut


def _shut_ways(logic: Logic, rule: str, stage: m.Stage) -> Iterator[Shut]:
    gates = gates_of(logic.model, stage)
    for way in ways_to(stage):
        if not gates or _is_open(logic, rule, way, gates) or not _is_there(logic, rule, way):
            continue
        for gate in gates:
            if _can_open(logic, rule, gate) and _is_shut(logic, rule, way, gate):
                condition = None if way.condition is None else evolve(way, threshold=None)
                yield Shut(gate, way, condition is None or not _is_shut(logic, rule, condition, gate))


def _is_open(logic: Logic, rule: str, way: Way, gates: Sequence[m.Gate]) -> bool:
    """Whether some lead comes this way through all gates."""

    def comes(outcome: Scored) -> bool:
        return way.holds(outcome) and all(is_open(gate, outcome) for gate in gates)

    aim = aim_at_label(way.stage.place, "stage", "stage", way.stage.name)
    return not logic.can(rule, comes, lambda asked: [*_along(asked, way), *_opened(asked, gates)], aim).no


def _is_there(logic: Logic, rule: str, way: Way) -> bool:
    """Whether some lead comes this way, were there no gates."""
    return logic.can(rule, way.holds, lambda asked: _along(asked, way), way.condition).yes


def _can_open(logic: Logic, rule: str, gate: m.Gate) -> bool:
    asked = logic.can_be_true if gate.word == "require" else logic.can_fail
    return asked(rule, gate.condition).yes


def _is_shut(logic: Logic, rule: str, way: Way, gate: m.Gate) -> bool:
    """Whether no lead comes this way through this gate."""

    def comes(outcome: Scored) -> bool:
        return way.holds(outcome) and is_open(gate, outcome)

    parts = [gate.condition] if gate.word == "require" else []
    parts += [way.condition] if way.condition is not None else []
    aim = conjoined(parts, gate.place) if parts else None
    return logic.can(rule, comes, lambda asked: [*_along(asked, way), *_opened(asked, [gate])], aim).no


def _along(asked: Questions, way: Way) -> list[Formula]:
    goals = [] if way.threshold is None else [asked.encoding.results.score >= way.threshold]
    return goals + ([] if way.condition is None else [asked.encoding.conditions.truth(way.condition).true])


def _opened(asked: Questions, gates: Sequence[m.Gate]) -> list[Formula]:
    return [asked.encoding.results.opens(gate) for gate in gates]
