"""Leads on which points decide: with them a stage, grade or route is another than without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random

from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.interpret import evaluate
from scorelang.lint.logic.asking import Logic
from scorelang.lint.logic.mixes import Mix, Mixes
from scorelang.lint.logic.mixing import Unit, about
from scorelang.lint.logic.parts import gates_of, is_open, within
from scorelang.lint.logic.reckoned import Standing, Sums
from scorelang.lint.logic.samples import Holds, Sample, Scored
from scorelang.lint.logic.watched import Cut, Watched, watched
from scorelang.lint.logic.without import Without
from scorelang.testing.vocabulary import USUAL

# Begun is with so many strong and so many plain leads that a rule fires on, and with so many leads for all the rest.
MOST_DONORS = 2
MOST_RESTS = 3
# So often all things of a lead are gone through; each may become that of so many, and so many several things at once.
MOST_ROUNDS = 3
MOST_GIVERS = 60
MOST_SEVERAL = 40
# Where many rules look at a thing together with others, it is tried of fewer: their number times this is about even.
FEWEST_GIVERS = 6
MOST_WORKED_OUT = 2_000
# Farther from a cut than any points are: where they change nothing at all, a bound takes them.
FAR = 10**9
# Where a rule gives nothing.
NOWHERE = 10**15
# So many distances are kept at a time.
MOST_KEPT = 100_000


@frozen(eq=False)
class Base:
    """What a lead must have for a cut to count, and who gives it."""

    names: frozenset[str]
    giver: Sample


@define(eq=False)
class Crossing:
    """Looks for such leads: among those that were made, and by putting leads together until one is at a cut."""

    logic: Logic
    seen: Watched
    mixes: Mixes = field(init=False)
    without: Without = field(init=False)
    # The rules for which a lead was found.
    shown: set[int] = Factory(set)
    bases: tuple[Base, ...] = field(init=False)
    _units: dict[str, Unit] = field(init=False)
    _cuts: tuple[Cut, ...] = field(init=False)
    _choices: Mapping[str, Sequence[Sample]] = field(init=False)
    _several: list[tuple[Unit, Sequence[Sample]]] = field(init=False)
    _gates_look_at_points: bool = field(init=False)
    _random: Random = Factory(lambda: Random(0))
    # How far points are from deciding, by all that this depends on: leads that are put together often come to the same.
    _gaps: dict[tuple[Sums, int | None, int, int, bool], int] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        model, units = self.logic.model, self.logic.units
        self.mixes = self.logic.mixes
        self.without = Without(model)
        self._units = {id_: unit for unit in units for id_ in unit.ids}
        self._cuts = tuple(sorted(self.seen.cuts, key=lambda cut: (cut.what, cut.at)))
        self.bases = tuple(self._found_bases())
        several = ((unit, self._donors(unit)) for unit in units if len(unit.names) > 1)
        self._several = [(unit, donors) for unit, donors in several if donors]
        inner = (one for gate in model.gates for one in within(gate.condition))
        self._gates_look_at_points = any(isinstance(one, m.ResultValue) for one in inner)
        self._choices = {name: tuple(islice(self.mixes.choices(name), self._most(name))) for name in self.mixes.names}
        for sample in self.logic.samples.found:
            self.look_at(sample)

    def _donors(self, unit: Unit) -> list[Sample]:
        """The leads that it gives the most, and takes the most from."""
        donors = (unit.donor(self.logic.samples, sign) for sign in (1, -1))
        return list({id(donor): donor for donor in donors if donor is not None}.values())

    def _most(self, name: str) -> int:
        """From how many a thing is taken: from few where many rules look at it and at something else."""
        return min(MOST_GIVERS, max(FEWEST_GIVERS, MOST_WORKED_OUT // (1 + self.mixes.together(name))))

    def look_at(self, sample: Sample) -> None:
        """Note the rules whose points decide on a lead."""
        given = [(self._units[id_], points) for id_, points in sample.points.items() if points]
        given = [(unit, points) for unit, points in given if id(unit) not in self.shown]
        if not given:
            return
        sums, age = self.mixes.reckoning.sums(sample), self.mixes.age_of(sample)
        with_ = self.mixes.reckoning.standing(sums, age)
        for unit, points in given:
            less = (*sums[: unit.place], sums[unit.place] - points, *sums[unit.place + 1 :])
            without = self.mixes.reckoning.standing(less, age)
            is_near = self._gap(with_, without, qualified=sample.qualified) == 0
            is_near = is_near or (self.seen.persona and with_.persona != without.persona)
            if is_near and self.differs(sample, sums, unit, points):
                self.shown.add(id(unit))

    def is_known(self, unit: Unit) -> bool:
        """Whether there is a lead on which a rule's points decide."""
        return id(unit) in self.shown

    def is_shown(self, unit: Unit) -> bool:
        """The same, or one was found now."""
        return self.is_known(unit) or any(self.is_known(unit) for _ in self.tries(unit))

    def tries(self, unit: Unit, such: Holds | None = None) -> Iterator[Sample]:
        """New leads that a rule gives points, which are brought to where its points may decide.

        With `such` they have, of what it looks at, just what leads have of which that holds.
        """
        for mix, base in self._begun(unit, such):
            fixed = base if such is None else base | unit.about
            if not self.logic.goes_on:
                return
            start = self.mixes.scored(mix)
            self.look_at(start)
            yield start
            found = self._moved(unit, mix, fixed, qualified=start.qualified or self._gates_look_at_points)
            if found is not None:
                sample = self.mixes.scored(found)
                self.look_at(sample)
                yield sample

    def differs(self, outcome: Scored, sums: Sums, unit: Unit, points: int) -> bool:
        """Whether a lead has another stage, grade or route without so many points."""
        facts = outcome.facts if isinstance(outcome, Sample) else outcome.scope.facts
        other = self.without.less(facts, sums, unit.place, points)
        return (outcome.stage, outcome.grades, outcome.route) != (other.stage, other.grades, other.route)

    def _gap(self, with_: Standing, without: Standing, *, qualified: bool) -> int:
        """How far points are from deciding on anything, in hundredths: 0 where they may."""
        at, nearest = self.mixes.reckoning.at, FAR
        for cut in self._cuts:
            if cut.stage is not None and not qualified:
                continue
            one, other = at(cut, with_), at(cut, without)
            if (one >= cut.at) is not (other >= cut.at):
                return 0
            if one != other:
                nearest = min(nearest, abs(cut.at - one), abs(cut.at - other))
        if self.seen.persona and with_.persona != without.persona:
            # Mostly it is leads at a stage whose persona is looked at.
            lowest = min((cut.at for cut in self._cuts if cut.stage is not None), default=with_.score)
            nearest = min(nearest, max(0, lowest - with_.score))
        if any(at(Cut(what, 0), with_) != at(Cut(what, 0), without) for what in self.seen.otherwise):
            return 0
        return nearest

    # --- putting leads together ---

    def _found_bases(self) -> Iterator[Base]:
        """What stages ask for besides points; and nothing, which is enough for grades and the route."""
        known: set[frozenset[str]] = set()
        nothing = Base(frozenset(), self.mixes.nobody)
        for base in (*map(self._base, self.logic.model.stages), nothing):
            if base is not None and base.names not in known:
                known.add(base.names)
                yield base

    def _base(self, stage: m.Stage) -> Base | None:
        """What a stage with a threshold asks for besides; None where no lead was made that has it."""
        if stage.threshold is None:
            return None
        gates = gates_of(self.logic.model, stage)
        conditions = [gate.condition for gate in gates] + ([] if stage.when is None else [stage.when])

        def meets(outcome: Scored) -> bool:
            when = stage.when is None or evaluate(stage.when, outcome.scope) is True
            return when and all(is_open(gate, outcome) for gate in gates)

        giver = self.logic.samples.first(meets)
        return None if giver is None else Base(about(conditions), giver)

    def _begun(self, unit: Unit, such: Holds | None) -> Iterator[tuple[Mix, frozenset[str]]]:
        """Leads on which it fires, with what a cut asks for and little or much else; and what of them must stay."""
        firing = [sample for sample in self.logic.samples.giving(unit.ids) if unit.points(sample)]
        firing = firing if such is None else [sample for sample in firing if such(sample)]
        sums = self.mixes.reckoning.sums
        strong = sorted(firing, key=lambda sample: (not sample.qualified, -abs(unit.points(sample))))[:MOST_DONORS]
        plain = sorted(firing, key=lambda sample: sum(map(abs, sums(sample))))[:MOST_DONORS]
        donors = list({id(donor): donor for donor in (*plain, *strong)}.values())
        for rest in (self.mixes.nobody, None, *self._some(MOST_RESTS)):
            for donor in donors:
                for base in self.bases:
                    other = rest or donor
                    givers = {name: base.giver if name in base.names else other for name in self.mixes.names}
                    givers.update(dict.fromkeys(unit.about, donor))
                    as_of = donor.facts.as_of if unit.is_timed else USUAL
                    yield self.mixes.mix(givers, as_of), base.names

    def _some(self, number: int) -> list[Sample]:
        found = self.logic.samples.found
        return [found[int(self._random.random() * len(found))] for _ in range(number)]

    def _moved(self, unit: Unit, mix: Mix, fixed: frozenset[str], *, qualified: bool) -> Mix | None:
        """A mix that is at a cut, by changing one thing after the other, if that leads there."""
        gap = self._gap_of(mix, unit, qualified=qualified)
        for _ in range(MOST_ROUNDS):
            before = gap
            for names, givers in self._steps(fixed):
                if not gap or not self.logic.goes_on:
                    break
                for trial in self.mixes.taking(mix, names, givers):
                    near = self._gap_of(trial, unit, qualified=qualified)
                    mix, gap = (trial, near) if near < gap else (mix, gap)
                    if not gap:
                        break
            if gap in (0, before):
                break
        return None if gap else mix

    def _steps(self, fixed: frozenset[str]) -> Iterator[tuple[Sequence[str], Sequence[Sample]]]:
        """What to change, in any order, and whose it may become: each thing alone, then what rules ask together."""
        for name in sorted(self.mixes.names, key=lambda _: self._random.random()):
            if name not in fixed:
                yield (name,), self._choices[name]
        several = sorted(self._several, key=lambda _: self._random.random())[:MOST_SEVERAL]
        yield from ((unit.names, givers) for unit, givers in several if not fixed & unit.about)

    def _gap_of(self, mix: Mix, unit: Unit, *, qualified: bool) -> int:
        points = self.mixes.points(unit, mix.givers, mix.as_of)
        if not points:
            return NOWHERE
        key = (mix.sums, mix.age, unit.place, points, qualified)
        if key not in self._gaps:
            if len(self._gaps) >= MOST_KEPT:
                self._gaps.clear()
            self._gaps[key] = self._gap_at(mix, unit.place, points, qualified=qualified)
        return self._gaps[key]

    def _gap_at(self, mix: Mix, place: int, points: int, *, qualified: bool) -> int:
        """How far so many points of a group, by its place, are from deciding on a lead."""
        with_, without = self.mixes.standing(mix), self.mixes.standing(mix, place, points)
        gap = self._gap(with_, without, qualified=qualified)
        if gap < FAR:
            return gap
        # A bound takes the points: that of the category, or that of the score.
        taken = [min(one, other) for one, other in zip(with_.beyond, without.beyond, strict=True)]
        return FAR + taken[place] + taken[-1]


def crossing_of(logic: Logic) -> Crossing:
    """That of a model, which is made once."""
    return logic.once("crossing", logic.model, lambda: Crossing(logic, watched(logic.model)))
