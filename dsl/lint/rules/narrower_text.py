"""Tests of a text that are part of another test of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.pairs import Payer, implies, may_add_up, payers, truths
from scorelang.lint.logic.parts import bare
from scorelang.lint.logic.rule import LogicRule
from scorelang.values import Type


class NarrowerText(LogicRule):
    """Two rules test the same text, and whoever meets the one meets the other: one fact pays twice.

    `title contains "president"` is also true of every "vice president", so that a rule for vice presidents pays on top
    of it. So does `industry in ["SaaS", "Fintech"]` on top of `industry is "SaaS"`.

    Put both into a `choose:`, the narrower first, if only one is meant to count. Where both are, say so:
    `# lint: ignore[narrower-text] on top of it`. Looked at are rules of the same categories as with `pays-twice`
    that both give, or both take, and whose conditions are one test of the same field. Events, numbers and windows are
    let be, for `employees >= 1_000` beside `employees >= 200` is how steps are written. It is proved for all leads.
    """

    name = "narrower-text"
    code = "SL416"
    is_long = True
    severity = "info"
    bad = 'if title contains "president" then +10\nif title contains "vice president" then +5'
    good = 'choose:\n    if title contains "vice president" then +5\n    if title contains "president" then +10'

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every such rule, with the wider one."""
        logic.samples.begin()
        tests: dict[object, list[Payer]] = defaultdict(list)
        for payer in payers(logic.model):
            field = _field_tested(payer)
            if field is not None and payer.choice is None and payer.sign:
                tests[field, payer.sign, payer.rule.modifiers.during].append(payer)
        for same in tests.values():
            yield from self._among(logic, same)

    def _among(self, logic: Logic, same: Sequence[Payer]) -> Iterator[Finding]:
        met = {id(payer): truths(logic, payer) for payer in same}
        for payer in same:
            if not met[id(payer)] or not self.is_here(payer.rule.place):
                continue
            for other in same:
                is_within = met[id(payer)] & ~met[id(other)] == 0 and met[id(payer)] != met[id(other)]
                if is_within and may_add_up(logic.model, payer, other) and implies(logic, self.name, payer, other):
                    where = self.subject.where(other.rule.place)
                    yield self.report(
                        self.line(payer.rule.place),
                        f"whoever meets this also meets `{other.rule.text}`: one fact pays twice",
                        f"that is on {where}",
                    )
                    break


def _field_tested(payer: Payer) -> str | None:
    """The field that a condition is one test of, where it is a text or a list of them."""
    condition = bare(payer.condition)
    if not isinstance(condition, m.Apply) or not isinstance(condition.operands[-1], m.Constant | m.Items):
        return None
    tested = bare(condition.operands[0])
    if isinstance(tested, m.Apply) and tested.operator == "domain":
        inner = bare(tested.operands[0])
        return inner.name if isinstance(inner, m.FieldValue) else None
    if isinstance(tested, m.FieldValue) and (tested.type.is_text or tested.type is Type.TEXT_LIST):
        return tested.name
    return None
