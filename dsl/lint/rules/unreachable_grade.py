"""Grades and personas that no lead can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang import wording
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import aim_at_label
from scorelang.lint.logic.ranges import Range
from scorelang.lint.logic.rule import LogicRule
from scorelang.lint.logic.samples import Scored

if TYPE_CHECKING:
    from scorelang.analysis.logic import Formula
    from scorelang.analysis.questions import Questions


class UnreachableGrade(LogicRule):
    """A grade that no lead gets, or a persona that no lead is.

    `grade Fit: A from 40` in a category that comes to 35 at most gives nobody an A, and whatever is done for those with
    an A is done for nobody. A persona whose rules are always beaten is the same.

    Lower the threshold, or take the grade out. It is proved for all leads; "may come to" is a limit reckoned from the
    points alone, and leads may stay below it.
    """

    name = "unreachable-grade"
    code = "SL406"
    bad = "category Fit, at most 30:\n    if funded then +20\n    if demo then +20\ngrade Fit: A from 40, else B"
    good = "category Fit, at most 30:\n    if funded then +20\n    if demo then +20\ngrade Fit: A from 30, else B"

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every label and persona that no lead has."""
        logic.enrich()
        for grade in logic.model.grades:
            if self.is_here(grade.place):
                yield from self._of_grade(logic, grade)
        for group in logic.model.groups:
            if group.word == "persona" and self.is_here(group.place):

                def is_persona(outcome: Scored, name: str = group.name) -> bool:
                    return outcome.persona == name

                def goals(asked: Questions, name: str = group.name) -> Iterable[Formula]:
                    return asked.label_goals("persona", "persona", name)

                aim = aim_at_label(group.place, "persona", "persona", group.name)
                if logic.can(self.name, is_persona, goals, aim).no:
                    told = f"no lead's persona is `{group.name}`"
                    most = logic.ranges.after_bounds(group).most
                    never = most is not None and most <= 0
                    why = "it never has any points" if never else "another persona always has as many points, or more"
                    yield self.report(self.line(group.place), told, why)

    def _of_grade(self, logic: Logic, grade: m.Grade) -> Iterator[Finding]:
        group = next((group for group in logic.model.groups if group.name == grade.what), None)
        range_ = logic.ranges.after_bounds(group if grade.what != "score" else None)
        for label, threshold in (*grade.bands, (grade.otherwise, None)):
            why = _why(range_, threshold)
            if why or not self._is_given(logic, grade, label):
                told = f"no lead is graded `{label}` here"
                rest = "no lead's points are in it" if threshold is not None else "every lead has a better one"
                yield self.report(self.line(grade.place), told, why or rest)

    def _is_given(self, logic: Logic, grade: m.Grade, label: str) -> bool:
        """Whether some lead has the label, or that is not known."""

        def is_graded(outcome: Scored) -> bool:
            return outcome.grades[grade.what] == label

        def goals(asked: Questions) -> Iterable[Formula]:
            return asked.label_goals("grade", grade.what, label)

        aim = aim_at_label(grade.place, "grade", grade.what, label)
        return not logic.can(self.name, is_graded, goals, aim).no


def _why(range_: Range, threshold: int | None) -> str:
    if threshold is None or range_.most is None or range_.most >= threshold:
        return ""
    return f"it begins at {wording.points(threshold)}, and there may be {wording.points(range_.most)} points"
