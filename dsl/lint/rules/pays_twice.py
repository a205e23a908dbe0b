"""Rules that give points for the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.pairs import Payer, implies, may_add_up, payers, truths
from scorelang.lint.logic.rule import LogicRule


class PaysTwice(LogicRule):
    """Two rules whose conditions are true of the same leads: one fact pays twice.

    `if employees >= 200` and `if not employees < 200` look like two reasons and are one, and the points add up. Mostly
    somebody added the second without having seen the first, in other words or under another name.

    Take one of them out, and give the other the points of both. It is proved for all leads. Compared are rules and
    branches of one category or persona, those of two categories that are not both graded, and those outside all.
    What is only narrower than another is let be: `employees >= 1_000` above `employees >= 200` are steps, and
    `funded and demo` beside `demo` is a bonus. Of texts, `narrower-text` tells.
    """

    name = "pays-twice"
    code = "SL404"
    is_long = True
    bad = 'if employees >= 200 then +10 because "large"\nif not employees < 200 then +5 because "no small fry"'
    good = 'if employees >= 200 then +10 because "large"\nif employees >= 1_000 then +5 because "very large"'

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every rule that says the same as one above it."""
        logic.samples.begin()
        alike: dict[object, list[Payer]] = defaultdict(list)
        for payer in payers(logic.model):
            bits = truths(logic, payer)
            if bits:
                alike[bits, payer.rule.form, payer.rule.modifiers.during].append(payer)
        for same in alike.values():
            yield from self._among(logic, same)

    def _among(self, logic: Logic, same: Sequence[Payer]) -> Iterator[Finding]:
        for at, payer in enumerate(same):
            if not self.is_here(payer.rule.place):
                continue
            for other in same[:at]:
                if may_add_up(logic.model, payer, other) and self._is_same(logic, payer, other):
                    yield self._found(payer, other)
                    break

    def _is_same(self, logic: Logic, one: Payer, other: Payer) -> bool:
        if logic.shapes.of(one.condition) == logic.shapes.of(other.condition):
            return True
        return implies(logic, self.name, one, other) and implies(logic, self.name, other, one)

    def _found(self, payer: Payer, other: Payer) -> Finding:
        where = self.subject.where(other.rule.place)
        return self.report(
            self.line(payer.rule.place),
            "this rule is true of the same leads as another: one fact pays twice",
            f"as `{other.rule.text}` on {where}",
        )
