"""Which values of one field or attribute meet conditions on it: looked for once for a model, and then known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import Factory, define

from scorelang import model as m
from scorelang.interpret import Scope, evaluate
from scorelang.leads import Fact, Facts
from scorelang.testing.vocabulary import LONGEST, Vocabulary
from scorelang.values import Value

# A condition on one field or attribute, and what it is to be.
Aim = tuple[m.Expression, bool | None]
# So long may a text get that is made of two.
LONGEST_JOINED = 2 * LONGEST


@define(eq=False)
class Material:
    """A model, its vocabulary, its conditions to aim at, and what was found out about them."""

    model: m.CheckedModel
    words: Vocabulary
    goals: tuple[m.Expression, ...]
    fitting: dict[object, tuple[Value, ...]] = Factory(dict)
    _truths: dict[object, dict[Value, Value]] = Factory(dict)

    def known(self, part: m.FieldValue | m.AttributeValue, kind: str | None) -> tuple[Value, ...]:
        """The values that a field, or an attribute of a kind of event, may get: those of the vocabulary."""
        return self.words.values[None if isinstance(part, m.FieldValue) else kind, part.name]

    def of(self, aims: Sequence[Aim], part: m.FieldValue | m.AttributeValue, kind: str | None) -> tuple[Value, ...]:
        """The values, or None for a missing one, with which every condition on it alone is as wanted."""
        key = (kind, *((id(condition), wanted) for condition, wanted in aims))
        if key not in self.fitting:
            condition, wanted = aims[-1]
            truths = self.truths_of(condition, part, kind)
            known = self.of(aims[:-1], part, kind) if len(aims) > 1 else truths
            self.fitting[key] = tuple(value for value in known if truths[value] is wanted)
        return self.fitting[key]

    def truths_of(
        self, condition: m.Expression, part: m.FieldValue | m.AttributeValue, kind: str | None
    ) -> dict[Value, Value]:
        """What a condition is for each value, and for a missing one."""
        key = (kind, id(condition))
        if key not in self._truths:
            truths = self._truths[key] = {}
            # One lead, whose one value changes: there are thousands of them.
            one: dict[str, Value] = {}
            scope = self._only(one, kind)
            for value in (*self.known(part, kind), None):
                one[part.name] = value
                scope.defined.clear()
                truths[value] = evaluate(condition, scope)
        return self._truths[key]

    def meets(self, value: Value, aims: Sequence[Aim], part: m.FieldValue | m.AttributeValue, kind: str | None) -> bool:
        """Whether every condition is as wanted of a lead, or an event of that kind, that has nothing but one value."""
        scope = self._only({part.name: value}, kind)
        return all(evaluate(condition, scope) is wanted for condition, wanted in aims)

    def _only(self, one: Mapping[str, Value], kind: str | None) -> Scope:
        """A lead, or an event of that kind, that has nothing but one value."""
        event = None if kind is None else Fact(kind, 0, one)
        return Scope(Facts(None, one, (), 0), self.model.zone, event)


def joined(one: Value, other: Value) -> Iterator[Value]:
    """Values that are both of two texts or lists; a text of nothing but `x` is as long as the result is to be."""
    match one, other:
        case frozenset(), frozenset():
            yield one | other
        case str(), str() if len(one) + len(other) < LONGEST_JOINED:
            for text, length in ((one, other), (other, one)):
                filler = "x" * (len(length) - len(text) - 1)
                if filler and not length.strip("x"):
                    yield from (f"{text} {filler}", f"{filler} {text}")
            words = one.split(" ")
            yield from (" ".join((*words[:at], other, *words[at:])) for at in range(len(words), -1, -1))


__all__ = ["Aim", "Material", "joined"]
