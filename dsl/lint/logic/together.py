"""Rules on several things at once, each of which is asked on its own: which of them fire is worked out bit by bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import Factory, define, field

from scorelang import model as m
from scorelang.interpret import evaluate
from scorelang.lint.logic.mixing import Unit, about
from scorelang.lint.logic.parts import bare, conjuncts
from scorelang.lint.logic.samples import Sample

# So many sums are kept at a time.
MOST_KEPT = 20_000
# The rules all of whose parts must be true, as far as one thing goes; and those of which a part is true.
Masks = tuple[int, int]


@define(eq=False)
class Together:
    """Rules that give whole points when all, or any, of their parts are true, each part looking at one thing.

    Each has a bit. Whether a part is true of a giver of the thing is asked once.
    """

    units: Sequence[Unit]
    bits: dict[int, int] = field(init=False)
    _anys: int = field(default=0, init=False)
    _parts: dict[str, list[tuple[int, m.Expression]]] = Factory(dict)
    _masks: dict[tuple[str, int], Masks] = Factory(dict)
    _sums: dict[int, dict[int, int]] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self.units = tuple(unit for unit in self.units if _parts_of(unit))
        self.bits = {id(unit): 1 << at for at, unit in enumerate(self.units)}
        for unit in self.units:
            bit = self.bits[id(unit)]
            self._anys |= bit if _is_any(unit) else 0
            for part in _parts_of(unit):
                [name] = about([part])
                self._parts.setdefault(name, []).append((bit, part))

    def number(self, name: str) -> int:
        """How many parts look at a thing."""
        return len(self._parts.get(name, ()))

    def masks(self, name: str, giver: Sample) -> Masks:
        """Which rules a thing of a giver lets fire, and which it makes fire."""
        key = (name, id(giver))
        if key not in self._masks:
            lets, makes = (1 << len(self.units)) - 1, 0
            for bit, part in self._parts.get(name, ()):
                if evaluate(part, giver.scope) is True:
                    makes |= bit
                else:
                    lets &= ~bit
            self._masks[key] = (lets & ~self._anys, makes & self._anys)
        return self._masks[key]

    def among(self, givers: Mapping[str, Sample], left_out: str | None = None) -> Masks:
        """The same of all things together, one of them left out."""
        lets, makes = (1 << len(self.units)) - 1 & ~self._anys, 0
        for name in self._parts:
            if name != left_out:
                own = self.masks(name, givers[name])
                lets, makes = lets & own[0], makes | own[1]
        return lets, makes

    def fires(self, unit: Unit, givers: Mapping[str, Sample]) -> bool:
        """Whether one of them fires."""
        bit = self.bits[id(unit)]
        masks = (self.masks(name, givers[name]) for name in unit.names)
        if bit & self._anys:
            return any(makes & bit for _, makes in masks)
        return all(lets & bit for lets, _ in masks)

    def sums(self, fired: int) -> Iterable[tuple[int, int]]:
        """What rules give together, by the places of their groups."""
        if fired not in self._sums:
            if len(self._sums) >= MOST_KEPT:
                self._sums.clear()
            found: dict[int, int] = {}
            left = fired
            while left:
                bit = left & -left
                left ^= bit
                unit = self.units[bit.bit_length() - 1]
                found[unit.place] = found.get(unit.place, 0) + whole_points(unit)
            self._sums[fired] = found
        return self._sums[fired].items()


def whole_points(unit: Unit) -> int:
    """What such a rule gives when it fires."""
    rule = unit.scoring
    assert isinstance(rule, m.Rule)
    assert isinstance(rule.points, int)
    least, most = rule.modifiers.least, rule.modifiers.most
    points = rule.points if least is None else max(rule.points, least)
    return points if most is None else min(points, most)


def _is_any(unit: Unit) -> bool:
    return isinstance(unit.scoring, m.Rule) and isinstance(bare(_condition(unit.scoring)), m.AnyOf)


def _condition(rule: m.Rule) -> m.Expression:
    assert rule.condition is not None
    return rule.condition


def _parts_of(unit: Unit) -> tuple[m.Expression, ...]:
    """The parts of a rule's condition, where each looks at one thing and there is nothing else to the rule."""
    rule = unit.scoring
    if not isinstance(rule, m.Rule) or unit.is_timed or rule.query is not None or rule.condition is None:
        return ()
    if not isinstance(rule.points, int) or rule.modifiers.decays:
        return ()
    parts = tuple(_items(rule.condition))
    return parts if all(len(about([part])) == 1 for part in parts) else ()


def _items(condition: m.Expression) -> Iterator[m.Expression]:
    inner = bare(condition)
    if isinstance(inner, m.AnyOf):
        yield from inner.items
    else:
        yield from conjuncts(condition)
