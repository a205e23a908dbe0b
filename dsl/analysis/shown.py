"""A lead that two versions of a model scored, as it is shown: what each says of it, why, and a test of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from attrs import evolve, frozen

from scorelang import model as m
from scorelang import wording
from scorelang.analysis.joint import Joint
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.diff.parts import Difference
from scorelang.diff.proof import Shown
from scorelang.diff.why import causes
from scorelang.interpret import Outcome, interpret
from scorelang.leads import Fact, Facts
from scorelang.result import result_of
from scorelang.source import source_of
from scorelang.testing.invariants import in_short
from scorelang.testing.run import run_tests
from scorelang.testing.writing import as_test, givens, uses

NAME = "it is as it was"


@frozen
class Both:
    """What two versions work out for one lead."""

    old: Outcome
    new: Outcome

    @property
    def points(self) -> int:
        """By how many hundredths the score rises."""
        return self.new.score - self.old.score

    def points_of(self) -> int:
        """The same, to be called."""
        return self.points

    def differs_in_score(self) -> bool:
        """Whether it rises or falls."""
        return self.points != 0


def shown(joint: Joint, found: Difference, facts: Facts) -> Shown:
    """A lead as it is shown. The test expects what the old version gives."""
    old, new = joint.old.model, joint.new.model
    before, after = joint.old.of(facts), joint.new.of(facts)
    outcome = Both(interpret(old, before), interpret(new, after))
    test = as_test(new, NAME, after, _expected(joint, found, outcome))
    confirmed = _fails(new, test)
    if not confirmed and _fails(new, uses(new, after) + test):
        test, confirmed = uses(new, after) + test, True
    return Shown(
        in_short(old, outcome.old),
        in_short(new, outcome.new),
        causes(result_of(old, outcome.old), result_of(new, outcome.new), found.identities),
        test,
        tuple(line for line in givens(old, _besides(joint, before)) if line.startswith("given ")),
        confirmed,
    )


def _expected(joint: Joint, found: Difference, outcome: Both) -> list[str]:
    """What the old version gives and the new one does not, as far as the new one has it.

    Where it has nothing of that, what it gives is not expected.
    """
    old, new = outcome.old, outcome.new
    values: list[str] = []
    others: list[str] = []
    if old.score != new.score:
        values.append(f"score {wording.points(old.score).replace(',', '_')}")
    for what, before, after, known in _labels(joint, found, outcome):
        if before != after and before in known:
            values.append(f"{what} {_name(before)}")
        elif before != after:
            others.append(f"{what} is not {_name(after)}")
    if old.qualified != new.qualified:
        values.append(f"qualified {'yes' if old.qualified else 'no'}")
    if old.route != new.route and old.route is not None:
        values.append(f"route {wording.quoted(old.route)}")
    nowhere = ["route is missing"] if old.route is None and new.route is not None else []
    return [*([", ".join(values)] if values else []), *nowhere] or others


def _labels(joint: Joint, found: Difference, outcome: Both) -> Iterator[tuple[str, str, str, Collection[str]]]:
    """What has names: what it is before (by its new name) and after, and which the new version has."""
    old, new, model = outcome.old, outcome.new, joint.new.model
    stages = ["none", *(each.name for each in model.stages)]
    yield "stage", found.renamed("stage").get(old.stage, old.stage), new.stage, stages
    one, other = old.persona or "none", new.persona or "none"
    personas = ["none", *(each.name for each in model.groups if each.word == "persona")]
    yield "persona", found.renamed("persona").get(one, one), other, personas
    for grade in model.grades:
        if grade.what in old.grades:
            labels = [*(label for label, _ in grade.bands), grade.otherwise]
            yield f"{_name(grade.what)}.grade", old.grades[grade.what], new.grades[grade.what], labels


def _name(name: str) -> str:
    return name if name.isidentifier() else wording.quoted(name)


def _besides(joint: Joint, before: Facts) -> Facts:
    """What of a lead only the old version reads."""
    names = {each.name for each in joint.new.model.fields}
    fields = {name: None if joint.old.names[name] in names else value for name, value in before.fields.items()}
    return evolve(before, fields=fields, events=tuple(each for each in before.events if _is_unread(joint, each)))


def _is_unread(joint: Joint, event: Fact) -> bool:
    kind = joint.new.model.kinds.get(event.kind)
    known = () if kind is None else [each.name for each in kind.attributes]
    return kind is None or any(value is not None and name not in known for name, value in event.attributes.items())


def _fails(model: m.CheckedModel, test: str) -> bool:
    """Whether the file of a model with the test below it is a model, and that test fails in it."""
    source = model.source
    longer = source_of(source.name, f"{source.text.rstrip()}\n\n{test}")
    checked = check_source(longer, Path(source.name).parent, Diagnostics())
    if checked is None:
        return False
    *_, last = run_tests(checked)
    return not last.passed
