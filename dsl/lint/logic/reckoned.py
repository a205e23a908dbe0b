"""What rules' points come to: from the sums of categories and personas to their values and the score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import Factory, define, frozen

from scorelang import model as m
from scorelang.interpret import share_left
from scorelang.lint.logic.mixing import Unit
from scorelang.lint.logic.samples import Sample, Scored
from scorelang.lint.logic.watched import SCORE, Cut
from scorelang.values import rounded

# The sum of every category and persona, in hundredths, in the order of the model; last that of rules outside them.
Sums = tuple[int, ...]


@frozen
class Standing:
    """The values of categories and personas in the order of the model, the persona's place, and the score.

    `before` are the same values before they were bounded, and last the score before.
    """

    values: tuple[int, ...]
    persona: int | None
    score: int
    before: tuple[int, ...]

    @property
    def beyond(self) -> tuple[int, ...]:
        """How far each is beyond its bounds."""
        return tuple(abs(one - other) for one, other in zip(self.before, (*self.values, self.score), strict=True))


@define(eq=False)
class Reckoning:
    """Works a model's score out from sums, as the interpreter does: silence, bounds, weights and personas included."""

    model: m.CheckedModel
    # Where each category stands, by its name, and the sum that each rule's points go into, by its identity.
    places: dict[str, int]
    owners: dict[str, int]
    # The bounds of each, and last those of the score; all that there is to it where the model is plain.
    bounds: tuple[tuple[int | None, int | None], ...]
    is_plain: bool
    is_silenced: bool
    # Of a lead that was asked for before; it is kept, so that no other one gets its `id`.
    _known: dict[int, tuple[Sample, Sums]] = Factory(dict)
    # What silence leaves of a value, and what a weight makes of one: of few values, asked for often.
    _left: dict[tuple[int, int, int], int] = Factory(dict)
    _weighed: dict[tuple[int, int], int] = Factory(dict)

    @classmethod
    def of(cls, model: m.CheckedModel, units: Iterable[Unit]) -> Reckoning:
        """That of a model."""
        places = {group.name: at for at, group in enumerate(model.groups) if group.word == "category"}
        owners = {id_: unit.place for unit in units for id_ in unit.ids}
        ends: list[tuple[int | str | None, int | str | None]] = [(each.least, each.most) for each in model.groups]
        ends.append((model.least, model.most))
        bounds = tuple((one, other) for one, other in ends if not isinstance(one, str) and not isinstance(other, str))
        is_plain = len(bounds) == len(ends) and all(_is_plain(group) for group in model.groups)
        is_silenced = any(group.silence is not None for group in model.groups)
        return cls(model, places, owners, bounds, is_plain, is_silenced)

    def sums(self, outcome: Scored) -> Sums:
        """What the rules of each group gave a lead."""
        if not isinstance(outcome, Sample) or self._has_personas:
            return (*(done.total for done in outcome.subtotals), sum(amount.points for amount in outcome.loose))
        if id(outcome) not in self._known:
            sums = [0] * (len(self.model.groups) + 1)
            for id_, points in outcome.points.items():
                sums[self.owners[id_]] += points
            self._known[id(outcome)] = (outcome, tuple(sums))
        return self._known[id(outcome)][1]

    def points(self, sample: Sample) -> Mapping[str, int]:
        """What every rule gave a lead, by its identity."""
        if not self._has_personas:
            return sample.points
        # Of a persona that does not count, only the interpreter tells the points.
        amounts = [*(amount for done in sample.subtotals for amount in done.amounts), *sample.loose]
        return {amount.id: amount.points for amount in amounts}

    @property
    def _has_personas(self) -> bool:
        return any(group.word == "persona" for group in self.model.groups)

    def standing(self, sums: Sums, age: int | None) -> Standing:
        """What sums come to, `age` microseconds after the latest event (None: without any)."""
        if not self.is_plain:
            return self._standing(sums, age)
        values = tuple([_bounded(value, *bounds) for value, bounds in zip(sums[:-1], self.bounds, strict=False)])
        total = sum(values) + sums[-1]
        return Standing(values, None, _bounded(total, *self.bounds[-1]), (*sums[:-1], total))

    def _standing(self, sums: Sums, age: int | None) -> Standing:
        values: list[int] = []
        before: list[int] = []
        total, best, persona = sums[-1], 0, None
        for at, group in enumerate(self.model.groups):
            value, least, most = sums[at], group.least, group.most
            if group.silence is not None and age is not None:
                value = self._silenced(at, group.silence, value, age)
            least = values[self.places[least]] if isinstance(least, str) else least
            most = values[self.places[most]] if isinstance(most, str) else most
            before.append(value)
            value = _bounded(value, least, most)
            values.append(value)
            if group.word == "persona":
                best, persona = (value, at) if value > best else (best, persona)
            elif group.weight is not None and isinstance(group.most, int):
                if (at, value) not in self._weighed:
                    self._weighed[at, value] = rounded(Fraction(value, group.most) * group.weight * 100)
                total += self._weighed[at, value]
            else:
                total += value
        before.append(total + best)
        return Standing(
            tuple(values), persona, _bounded(total + best, self.model.least, self.model.most), tuple(before)
        )

    def _silenced(self, at: int, silence: m.Losing, value: int, age: int) -> int:
        """What is left of the value of the group at a place."""
        periods = age // silence.every
        if (at, value, periods) not in self._left:
            self._left[at, value, periods] = rounded(value * share_left(silence, age))
        return self._left[at, value, periods]

    def at(self, cut: Cut, standing: Standing) -> int:
        """What a cut looks at."""
        return standing.score if cut.what == SCORE else standing.values[self.places[cut.what]]


def _is_plain(group: m.Group) -> bool:
    return group.word == "category" and group.weight is None and group.silence is None


def _bounded(points: int, least: int | None, most: int | None) -> int:
    if least is not None and points < least:
        points = least
    return most if most is not None and points > most else points
