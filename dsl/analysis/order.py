"""Which of two numbers of a lead is less, where both may lie between the same cuts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cmp_to_key
from itertools import accumulate, combinations, pairwise, permutations

import z3
from attrs import Factory, define

from scorelang.analysis.logic import Formula, both, either, no
from scorelang.analysis.numbers import LARGEST, Number, after, double, ordinal, plain_between


@define(eq=False)
class _Pair:
    """Two numbers: that the one is less, or that they are the same; and the cuts that were told of both."""

    one: Number
    other: Number
    less: Formula
    same: Formula
    told: set[float] = Factory(set)


@define(eq=False)
class Order:
    """The numbers of a record that are compared with each other. What always holds of them is noted in `facts`."""

    facts: list[Formula]
    _numbers: dict[str, Number] = Factory(dict)
    _pairs: dict[tuple[Number, Number], _Pair] = Factory(dict)

    def less(self, one: Number, other: Number) -> Formula:
        """That a number, if both are known, is less than another one."""
        pair = self._pair(one, other)
        return pair.less if pair.one is one else both(no(pair.less), no(pair.same))

    def same(self, one: Number, other: Number) -> Formula:
        """That a number, if both are known, is another one."""
        return self._pair(one, other).same

    def _pair(self, one: Number, other: Number) -> _Pair:
        for number in (one, other):
            self._take(number)
        return self._pairs[_key(one, other)]

    def _take(self, new: Number) -> None:
        """Compare a number with all others: of three, what is less than one is less than another, or that is less."""
        if new.name in self._numbers:
            return
        others = list(self._numbers.values())
        self._numbers[new.name] = new
        for number in others:
            key = _key(number, new)
            pair = _Pair(*key, z3.Bool(f"{key[0].name} < {key[1].name}"), z3.Bool(f"{key[0].name} = {key[1].name}"))
            self._pairs[key] = pair
            self.facts.append(either(no(pair.less), no(pair.same)))
        for two_of_them in combinations(others, 2):
            for one, two, three in permutations((*two_of_them, new)):
                self.facts.append(either(no(self.less(one, two)), self.less(three, two), self.less(one, three)))

    def relate(self) -> None:
        """Note what the cuts of two numbers say of their order, as far as that is not noted."""
        grows = True
        while grows:
            grows = False
            for pair in self._pairs.values():
                cuts = sorted({*pair.one.cuts, *pair.other.cuts})
                grows = grows or not pair.told.issuperset(cuts)
                for cut in cuts:
                    self._tell(pair, cut)

    def _tell(self, pair: _Pair, cut: float) -> None:
        if cut in pair.told:
            return
        pair.told.add(cut)
        one, other = pair.one.at_least(cut), pair.other.at_least(cut)
        self.facts += [either(one, no(other), pair.less), either(no(one), other, both(no(pair.less), no(pair.same)))]
        for low, high in ((math.nextafter(cut, -math.inf), cut), (cut, after(cut))):
            if low in pair.told and high in pair.told:
                # There is one double between the two.
                inside = [both(number.at_least(low), no(number.at_least(high))) for number in (pair.one, pair.other)]
                self.facts.append(either(*map(no, inside), pair.same))

    def settle(self, model: z3.ModelRef, values: dict[str, float]) -> bool:
        """Put numbers that lie between the same cuts in the order of a model of z3; False where there is no room.

        `values` has the known ones by their names.
        """
        places: dict[tuple[float, float], list[Number]] = {}
        for name in self._numbers.keys() & values.keys():
            places.setdefault(self._numbers[name].bounds(model, whole=True), []).append(self._numbers[name])
        return all(self._put(model, values, numbers, *where) for where, numbers in places.items())

    def _put(
        self, model: z3.ModelRef, values: dict[str, float], numbers: list[Number], low: float, high: float
    ) -> bool:
        numbers.sort(key=cmp_to_key(lambda one, other: self._way(model, one, other)))
        wanted = [self._way(model, *two) for two in pairwise(numbers)]
        if all(low <= values[number.name] < high for number in numbers) and wanted == [
            _way(values[one.name], values[other.name]) for one, other in pairwise(numbers)
        ]:
            return True
        different = 1 + sum(map(bool, wanted))
        for places in (_plain(low, high, different), _spread(low, high, different)):
            chosen = list(places)
            if len(chosen) == different and all(chosen[0] <= each < high for each in chosen):
                at = list(accumulate((0, *map(bool, wanted))))
                found = {number.name: chosen[place] for number, place in zip(numbers, at, strict=True)}
                if not any(number.linked or found[number.name] in number.avoided for number in numbers):
                    values.update(found)
                    return True
        return False

    def _way(self, model: z3.ModelRef, one: Number, other: Number) -> int:
        """Below 0, 0 or above 0: less, the same or more, as a model of z3 has it."""
        pair = self._pairs[_key(one, other)]
        if z3.is_true(model.eval(pair.same, model_completion=True)):
            return 0
        return -1 if z3.is_true(model.eval(self.less(one, other), model_completion=True)) else 1


def _key(one: Number, other: Number) -> tuple[Number, Number]:
    return (one, other) if one.name < other.name else (other, one)


def _way(one: float, other: float) -> int:
    return (one > other) - (one < other)


def _plain(low: float, high: float, many: int) -> Iterator[float]:
    """So many numbers between two, rising, as plain as can be; fewer where that does not lead to so many."""
    value = low if math.isfinite(low) else plain_between(low, high)
    value = value - many if value is not None and not math.isfinite(low) else value
    for _ in range(many):
        if value is not None and low <= value < high:
            yield value
            value = plain_between(after(value), high)


def _spread(low: float, high: float, many: int) -> Iterator[float]:
    """The same, as far apart as can be in the order of doubles."""
    first, last = ordinal(max(low, -LARGEST)), ordinal(math.nextafter(min(high, LARGEST), -math.inf))
    if last - first + 1 >= many:
        yield from (double(first + (last - first) * at // max(1, many - 1)) for at in range(many))
