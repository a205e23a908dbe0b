"""`at least 3 of (…)` where three never hold at once, and `at most` where more never do."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.lint.finding import Finding
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.parts import conditions_of, within
from scorelang.lint.logic.rule import LogicRule

# Of `at least` and `more than` it is always fewer.
WHY = {"exactly": "there are always more or fewer that are true"} | dict.fromkeys(
    ("at most", "fewer than"), "there are always more that are true"
)


class ImpossibleAmount(LogicRule):
    """An `at least`, `at most` or `exactly … of` that never holds, or always does.

    Some of its conditions exclude each other: of `country is "DE"` and `country is "FR"` never two are true. So
    `at least 2 of` them never is, and `at most 1 of` them says nothing. Or they go together: of `demo` and
    `demo is yes` there is never `exactly 1`.

    Ask for fewer, or for other conditions. It is proved for all leads. What a rule with such a condition does is not
    told again by `never-fires` or `always-fires`.
    """

    name = "impossible-amount"
    code = "SL411"
    bad = 'if at least 2 of (country is "DE", country is "FR") then +10'
    good = 'if at least 2 of (country is "DE", industry is "SaaS") then +10'

    def find(self, logic: Logic) -> Iterator[Finding]:
        """Every such condition, once."""
        seen: set[int] = set()
        for root in conditions_of(logic.model):
            for one in within(root):
                if isinstance(one, m.AmountOf) and id(one) not in seen and self.is_here(one.place):
                    seen.add(id(one))
                    yield from self._of(logic, one)

    def _of(self, logic: Logic, one: m.AmountOf) -> Iterator[Finding]:
        said = f"`{one.how} {one.number:g} of …`"
        if logic.can_be_true(self.name, one).no:
            why = WHY.get(one.how, "there are always fewer that are true")
            yield self.report(self.line(one.place), f"{said} can never hold", why)
        elif logic.can_fail(self.name, one).no:
            yield self.report(self.line(one.place), f"{said} always holds", "no lead can have it otherwise")
