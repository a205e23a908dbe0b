"""Why a lead moved: the rules that give it other points, and what else of its result is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from scorelang.result import Result


@frozen
class Cause:
    """Something that differs for a lead: a rule (`rule`), a subtotal (`category`) or a gate (`gate`), before and after.

    `before` and `after` are points; None where the rule did not fire. Of a gate they are 1 while it is in the way.
    """

    what: str
    name: str
    before: float | None
    after: float | None


def causes(old: Result, new: Result, identities: Mapping[str, str]) -> tuple[Cause, ...]:
    """What differs, the rules first and by how much; `identities` are the new ones of rules and gates by the old."""
    rules = sorted(_rules(old, new, identities), key=lambda cause: -abs((cause.after or 0) - (cause.before or 0)))
    return (*rules, *_categories(old, new), *_gates(old, new, identities))


def _rules(old: Result, new: Result, identities: Mapping[str, str]) -> Iterator[Cause]:
    before = {identities.get(fired.rule, fired.rule): fired.points for fired in old.fired}
    after = {fired.rule: fired.points for fired in new.fired}
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) != after.get(name):
            yield Cause("rule", name, before.get(name), after.get(name))


def _categories(old: Result, new: Result) -> Iterator[Cause]:
    for name in dict.fromkeys([*new.categories, *old.categories]):
        if old.categories.get(name) != new.categories.get(name):
            yield Cause("category", name, old.categories.get(name), new.categories.get(name))


def _gates(old: Result, new: Result, identities: Mapping[str, str]) -> Iterator[Cause]:
    before = {identities.get(gate.rule, gate.rule) for gate in old.blocked_by}
    after = {gate.rule for gate in new.blocked_by}
    for name in sorted(before ^ after):
        yield Cause("gate", name, float(name in before), float(name in after))
