"""What the leads of a model are made of; long lists of words are looked through quickly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import Factory, define

from scorelang import model as m
from scorelang.testing.fitting import Aim, Material
from scorelang.testing.leads import material_of
from scorelang.values import Value

Part = m.FieldValue | m.AttributeValue
Test = Callable[[Value], Value]


@define(eq=False)
class QuickMaterial(Material):
    """The same material. Whether a text mentions one of many words is found by the words of the text."""

    _tests: dict[int, Test | None] = Factory(dict)

    def truths_of(self, condition: m.Expression, part: Part, kind: str | None) -> dict[Value, Value]:
        """What a condition is for each value, and for a missing one."""
        key, test = (kind, id(condition)), self._test_of(condition)
        if key not in self._truths and test is not None:
            self._truths[key] = {value: test(value) for value in (*self.known(part, kind), None)}
        return super().truths_of(condition, part, kind)

    def meets(self, value: Value, aims: Sequence[Aim], part: Part, kind: str | None) -> bool:
        """Whether every condition is as wanted of a lead, or an event of that kind, that has nothing but one value."""
        slow: list[Aim] = []
        for condition, wanted in aims:
            test = self._test_of(condition)
            if test is None:
                slow.append((condition, wanted))
            elif test(value) is not wanted:
                return False
        return not slow or super().meets(value, slow, part, kind)

    def _test_of(self, condition: m.Expression) -> Test | None:
        """What tells of a value whether it mentions one of the words; None for any other condition."""
        if id(condition) not in self._tests:
            self._tests[id(condition)] = _test_of(condition)
        return self._tests[id(condition)]


def _test_of(condition: m.Expression) -> Test | None:
    match condition:
        case m.Apply(operator="mentions", operands=(m.FieldValue() | m.AttributeValue(), m.Items(values=words))):
            from scorelang.codegen.runtime import mentions_any

            mentions = mentions_any(tuple(map(str, words)))
            return lambda value: None if value is None else mentions(str(value))
    return None


def quick_material_of(model: m.CheckedModel) -> QuickMaterial:
    """What leads for a model are made from."""
    plain = material_of(model)
    return QuickMaterial(plain.model, plain.words, plain.goals)


__all__ = ["QuickMaterial", "quick_material_of"]
