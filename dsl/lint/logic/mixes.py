"""Leads put together from others, of which it is known what they come to before they are scored.

Of each field and each kind of event a mix takes what one giver has. What a rule gives depends only on what it looks at,
and mostly that is of one giver: then the points are those that it gave that one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.interpret import Scope
from scorelang.leads import Fact, Facts
from scorelang.lint.logic.mixing import EVENT, Unit, about, moved
from scorelang.lint.logic.parts import conditions_after
from scorelang.lint.logic.reckoned import Reckoning, Standing, Sums
from scorelang.lint.logic.samples import Sample, Samples
from scorelang.lint.logic.together import Together, whole_points
from scorelang.lint.logic.without import given_by
from scorelang.testing.vocabulary import USUAL
from scorelang.values import Value

Givers = Mapping[str, Sample]
# What so many rules gave in mixes is kept at a time.
MOST_KEPT = 200_000


@frozen(eq=False)
class Mix:
    """Who gives what, at which time, and the sums that this comes to; `rest` without the rules on several things.

    `age` is that of its latest event, in microseconds; None without any, and where the model does not look at it.
    """

    givers: Givers
    as_of: int
    sums: Sums
    rest: Sums
    age: int | None


@define(eq=False)
class Mixes:
    """Puts the leads of one model together."""

    model: m.CheckedModel
    samples: Samples
    units: Sequence[Unit]
    reckoning: Reckoning = field(init=False)
    # The lead of which nothing is known, and that did nothing.
    nobody: Sample = field(init=False)
    # Everything that rules, gates, stages and the route look at.
    names: tuple[str, ...] = field(init=False)
    _owners: dict[str, Unit] = field(init=False)
    # Rules on several things: those of which each part looks at one, and the others.
    _together: Together = field(init=False)
    _several: tuple[Unit, ...] = field(init=False)
    _of_name: dict[str, list[Unit]] = field(init=False)
    # By a giver and one thing of it: the sums of the rules that look at nothing else, where they are not 0.
    _parts: dict[int, dict[str, tuple[tuple[int, int], ...]]] = Factory(dict)
    _amounts: dict[int, Mapping[str, int]] = Factory(dict)
    _points: dict[tuple[int, ...], int] = Factory(dict)
    _numbers: dict[tuple[int, str, int], int] = Factory(dict)
    _things: dict[tuple[str, object], int] = Factory(dict)
    _moved: dict[tuple[int, int], Facts] = Factory(dict)
    _ages: dict[tuple[int, str], int | None] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self.reckoning = Reckoning.of(self.model, self.units)
        looked_at = [*(unit.about for unit in self.units), about(conditions_after(self.model))]
        self.names = tuple(sorted(frozenset[str]().union(*looked_at)))
        fields: dict[str, Value] = {each.name: None for each in self.model.fields}
        self.nobody = self.samples.add(Facts(None, fields, (), USUAL))
        self._owners = {id_: unit for unit in self.units for id_ in unit.ids}
        several = [unit for unit in self.units if not unit.is_of_one]
        self._together = Together(several)
        self._several = tuple(unit for unit in several if id(unit) not in self._together.bits)
        self._of_name = defaultdict(list)
        for unit in self._several:
            for name in unit.about:
                self._of_name[name].append(unit)

    # --- mixes ---

    def of(self, sample: Sample) -> Mix:
        """A lead as it is."""
        return self.mix(dict.fromkeys(self.names, sample), sample.facts.as_of)

    def mix(self, givers: Givers, as_of: int) -> Mix:
        """What givers of everything come to."""
        sums = [0] * (len(self.model.groups) + 1)
        for name, giver in givers.items():
            for place, points in self._of(giver, name):
                sums[place] += points
        for unit in self._several:
            sums[unit.place] += self.points(unit, givers, as_of)
        lets, makes = self._together.among(givers)
        return self._mix(givers, as_of, sums, lets | makes, self._youngest(givers))

    def _mix(self, givers: Givers, as_of: int, rest: list[int], fired: int, age: int | None) -> Mix:
        sums = rest.copy()
        for place, points in self._together.sums(fired):
            sums[place] += points
        return Mix(givers, as_of, tuple(sums), tuple(rest), age)

    def changed(self, mix: Mix, name: str, givers: Iterable[Sample]) -> Iterator[Mix]:
        """A mix with one thing from each of other givers."""
        known = {**mix.givers}
        units, as_of = self._of_name.get(name, ()), mix.as_of
        lets, makes = self._together.among(known, name)
        rest = list(mix.rest)
        for place, points in self._of(known[name], name):
            rest[place] -= points
        for unit in units:
            rest[unit.place] -= self.points(unit, known, as_of)
        is_event = name.startswith(EVENT) and self.reckoning.is_silenced
        age = self._youngest(known, name) if is_event else mix.age
        for giver in givers:
            sums = rest.copy()
            for place, points in self._of(giver, name):
                sums[place] += points
            known[name] = giver
            for unit in units:
                sums[unit.place] += self.points(unit, known, as_of)
            own = self._together.masks(name, giver)
            own_age = _younger(age, self._age_of(giver, name)) if is_event else age
            yield self._mix({**known}, as_of, sums, (lets & own[0]) | makes | own[1], own_age)

    def taking(self, mix: Mix, names: Sequence[str], givers: Iterable[Sample]) -> Iterator[Mix]:
        """A mix with several things from each of other givers."""
        if len(names) == 1:
            yield from self.changed(mix, names[0], givers)
            return
        for giver in givers:
            trial = mix
            for name in names:
                [trial] = self.changed(trial, name, [giver])
            yield trial

    def points(self, unit: Unit, givers: Givers, as_of: int) -> int:
        """What a rule gives of what it looks at in a mix."""
        if unit.is_of_one:
            given = self._given(givers[unit.names[0]])
            return sum(given.get(id_, 0) for id_ in unit.ids)
        if id(unit) in self._together.bits:
            return whole_points(unit) if self._together.fires(unit, givers) else 0
        key = (id(unit), as_of, *[self._alike(givers[name], name, as_of) for name in unit.names])
        found = self._points.get(key)
        if found is None:
            if len(self._points) >= MOST_KEPT:
                self._points.clear()
            facts = self._facts({name: givers[name] for name in unit.about}, as_of)
            happened = tuple(event for event in facts.events if event.at <= as_of)
            scope = Scope(Facts(None, facts.fields, happened, as_of), self.model.zone)
            found = self._points[key] = given_by(unit.scoring, scope) or 0
        return found

    def standing(self, mix: Mix, place: int = 0, less: int = 0) -> Standing:
        """What a mix comes to, with so much less in the sum at a place."""
        sums = mix.sums
        if less:
            sums = (*sums[:place], sums[place] - less, *sums[place + 1 :])
        return self.reckoning.standing(sums, mix.age)

    def scored(self, mix: Mix) -> Sample:
        """A mix as a lead."""
        return self.samples.add(self._facts(mix.givers, mix.as_of))

    # --- what they are made of ---

    def _facts(self, givers: Givers, as_of: int) -> Facts:
        fields: dict[str, Value] = {each.name: None for each in self.model.fields}
        events: list[Fact] = []
        for name, giver in givers.items():
            given = self._at(giver, as_of)
            if name.startswith(EVENT):
                events += [event for event in given.events if event.kind == name.removeprefix(EVENT)]
            else:
                fields[name] = given.fields.get(name)
        return Facts(None, fields, tuple(events), as_of)

    def _alike(self, giver: Sample, name: str, as_of: int) -> int:
        """One number for all givers who have the same of a thing: the same value, or such events of the same ages."""
        key = (id(giver), name, as_of)
        if key not in self._numbers:
            facts, kind = self._at(giver, as_of), name.removeprefix(EVENT)
            events = (event for event in facts.events if event.kind == kind)
            thing: object = facts.fields.get(name)
            if kind != name:
                thing = tuple((event.at, tuple(sorted(event.attributes.items()))) for event in events)
            self._numbers[key] = self._things.setdefault((name, thing), len(self._things))
        return self._numbers[key]

    def _at(self, giver: Sample, as_of: int) -> Facts:
        key = (id(giver), as_of)
        if key not in self._moved:
            self._moved[key] = moved(giver.facts, as_of)
        return self._moved[key]

    def _of(self, giver: Sample, name: str) -> Iterable[tuple[int, int]]:
        """The sums of the rules that look at one thing of a giver, and at nothing else."""
        if id(giver) not in self._parts:
            found: dict[str, dict[int, int]] = {}
            for id_, points in self._given(giver).items():
                unit = self._owners[id_]
                if points and unit.is_of_one:
                    sums = found.setdefault(unit.names[0], {})
                    sums[unit.place] = sums.get(unit.place, 0) + points
            self._parts[id(giver)] = {each: tuple(sorted(sums.items())) for each, sums in found.items()}
        return self._parts[id(giver)].get(name, ())

    def _given(self, giver: Sample) -> Mapping[str, int]:
        if id(giver) not in self._amounts:
            self._amounts[id(giver)] = self.reckoning.points(giver)
        return self._amounts[id(giver)]

    def age_of(self, sample: Sample) -> int | None:
        """How old a lead's latest event is, in microseconds; None without any, and where silence costs nothing."""
        return self._youngest({f"{EVENT}{kind}": sample for kind in self.model.kinds})

    def _youngest(self, givers: Givers, left_out: str | None = None) -> int | None:
        """How old the latest event of givers is, one kind left out; None where silence costs nothing."""
        age = None
        for name, giver in givers.items() if self.reckoning.is_silenced else ():
            if name != left_out and name.startswith(EVENT):
                age = _younger(age, self._age_of(giver, name))
        return age

    def _age_of(self, giver: Sample, name: str) -> int | None:
        key = (id(giver), name)
        if key not in self._ages:
            facts, kind = giver.facts, name.removeprefix(EVENT)
            ages = (facts.as_of - event.at for event in facts.events if event.kind == kind)
            self._ages[key] = min((age for age in ages if age >= 0), default=None)
        return self._ages[key]

    def together(self, name: str) -> int:
        """How many rules look at a thing together with something else."""
        return len(self._of_name.get(name, ())) + self._together.number(name)

    def choices(self, name: str) -> Iterator[Sample]:
        """From whom one thing of a lead may be taken: nobody first; of those of whom it gives the same, one."""
        seen: set[object] = set()
        donors = (unit.donor(self.samples, sign) for unit in self.units if name in unit.about for sign in (1, -1))
        for giver in chain([self.nobody], donors, self.samples.found):
            if giver is None:
                continue
            known = (self._of(giver, name), self._together.masks(name, giver))
            key = id(giver) if name in self._of_name else known
            if key not in seen:
                seen.add(key)
                yield giver


def _younger(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
