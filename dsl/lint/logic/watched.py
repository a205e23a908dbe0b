"""The points at which something of a model turns: thresholds of stages and grades, and numbers in conditions."""

from __future__ import annotations

from math import ceil, floor

from attrs import Factory, define, frozen

from scorelang import model as m
from scorelang.lint.logic.parts import bare, conditions_after, within

SCORE = "score"


@frozen
class Cut:
    """Something turns when the score or a category comes to `at` (hundredths); for a `stage`, where no gate is shut."""

    what: str
    at: int
    stage: m.Stage | None = None


@define
class Watched:
    """The cuts of a model, and the numbers (the score, categories) that are looked at in other ways too."""

    cuts: set[Cut] = Factory(set)
    otherwise: set[str] = Factory(set)
    persona: bool = False

    @property
    def score(self) -> bool:
        """Whether anything looks at the score."""
        return SCORE in self.otherwise or any(cut.what == SCORE for cut in self.cuts)


def watched(model: m.CheckedModel) -> Watched:
    """What stages, grades, gates and the route look at."""
    found = Watched()
    found.cuts |= {Cut(SCORE, stage.threshold, stage) for stage in model.stages if stage.threshold is not None}
    found.cuts |= {Cut(grade.what, threshold) for grade in model.grades for _, threshold in grade.bands}
    for condition in conditions_after(model):
        _read(condition, found)
    return found


def _read(condition: m.Expression, found: Watched) -> None:
    read: set[int] = set()
    for one in within(condition):
        compared = _compared(one)
        if compared is not None:
            result, cuts = compared
            read.add(id(result))
            found.cuts |= {Cut(result.name if result.what == "category" else SCORE, at) for at in cuts}
        elif isinstance(one, m.ResultValue) and one.what in ("score", "category") and id(one) not in read:
            found.otherwise.add(one.name if one.what == "category" else SCORE)
        elif isinstance(one, m.ResultValue) and one.what == "persona":
            found.persona = True


def _compared(one: m.Expression) -> tuple[m.ResultValue, tuple[int, ...]] | None:
    """The score or category that is compared with a number, and the hundredths at which that turns."""
    if not isinstance(one, m.Apply) or len(one.operands) != 2:
        return None
    left, right = (bare(operand) for operand in one.operands)
    if not isinstance(left, m.ResultValue) or left.what not in ("score", "category"):
        return None
    if not isinstance(right, m.Constant) or not isinstance(right.value, float) or left is not one.operands[0]:
        return None
    exactly = right.value * 100
    reached, passed = ceil(round(exactly, 6)), floor(round(exactly, 6)) + 1
    cuts = {">=": (reached,), "<": (reached,), ">": (passed,), "<=": (passed,)}
    return left, cuts.get(one.operator, (reached, passed))
