"""What becomes of leads that two versions of a model score: counts, and the leads that moved most."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import Factory, define, field, frozen

from scorelang import model as m
from scorelang.diff.parts import Difference
from scorelang.diff.spread import Spread, spread_of
from scorelang.diff.why import Cause
from scorelang.diff.workload import Weeks, Workload

NONE = "none"
# What is counted besides the grades, each by its own name.
COUNTED = ("anything", "score", "score up", "score down", "stage", "persona", "qualified", "route")


@frozen
class Outcome:
    """What counts of a lead's result: the score in hundredths, and the grades in the model's order."""

    score: int
    stage: str
    qualified: bool
    route: str | None
    persona: str | None
    grades: tuple[str, ...]


@frozen
class Moved:
    """A lead that moved: its row in the data from 1, its identity, what it was and is, and why.

    `data` is what whoever counts the leads wants to find again.
    """

    row: int
    id: str | None
    old: Outcome
    new: Outcome
    causes: tuple[Cause, ...] = ()
    data: object = field(default=None, eq=False, repr=False)

    @property
    def points(self) -> int:
        """By how many hundredths its score changed."""
        return self.new.score - self.old.score


@frozen
class Impact:
    """What a change does to leads.

    `leads` is how many both versions scored; every count is one of these. `changed` are the names of `COUNTED` and, for
    each grade that both versions have, `grade NAME`; `graded` is what either version grades. `flow` counts leads by the
    stage before and after, in the order of `stages`, which begin with none; `reached` are the leads at or above each
    stage, before and after. `only_old` and `only_new` are rows that only that version could read, `refused` those that
    neither could; `dated` leads say when they came.
    """

    leads: int
    only_old: int
    only_new: int
    refused: int
    dated: int
    as_of: int
    changed: Mapping[str, int]
    graded: tuple[tuple[str, ...], tuple[str, ...]]
    stages: tuple[str, ...]
    flow: Mapping[tuple[str, str], int]
    reached: Mapping[str, tuple[int, int]]
    spread: Spread
    workload: Workload | None
    moved: tuple[Moved, ...]


@frozen
class Scale:
    """How the results of two versions are held against each other.

    `renamed` are the new names of stages that were renamed; `ranks` the heights of stages in either version, none 0.
    `graded` is what either version grades, `grades` the places of each grade that both have; `line` is the stage over
    which leads are work, with its height in either version.
    """

    renamed: Mapping[str, str]
    graded: tuple[tuple[str, ...], tuple[str, ...]]
    old_ranks: Mapping[str, int]
    new_ranks: Mapping[str, int]
    grades: tuple[tuple[str, int, int], ...]
    line: str | None
    old_line: int | None
    new_line: int | None

    @classmethod
    def of(cls, old: m.CheckedModel, new: m.CheckedModel, found: Difference, line: str | None) -> Scale:
        """The scale of two versions. `line` is a stage of either; None is the first one."""
        renamed = renamed_stages(found)
        old_ranks = {NONE: 0} | {renamed.get(one.name, one.name): at for at, one in enumerate(old.stages, 1)}
        new_ranks = {NONE: 0} | {one.name: at for at, one in enumerate(new.stages, 1)}
        places = [{one.what: at for at, one in enumerate(model.grades)} for model in (old, new)]
        grades = tuple((what, places[0][what], at) for what, at in places[1].items() if what in places[0])
        line = line if line is not None else next(iter(stages_of(old, new)), None)
        line = renamed.get(line, line) if line is not None and line not in new_ranks else line
        ends = (None, None) if line is None else (old_ranks.get(line), new_ranks.get(line))
        graded = tuple(places[0]), tuple(places[1])
        return cls(renamed, graded, old_ranks, new_ranks, grades, line, *ends)


def renamed_stages(found: Difference) -> dict[str, str]:
    """The new names of stages that were renamed, by the old ones."""
    return found.renamed("stage")


def stages_of(old: m.CheckedModel, new: m.CheckedModel) -> tuple[str, ...]:
    """The stages of both versions, those of the new one first."""
    return tuple(dict.fromkeys(stage.name for model in (new, old) for stage in model.stages))


@define
class Tally:
    """Takes the outcomes of lead after lead, and gives their impact. Keeps the `most` leads that moved most."""

    scale: Scale
    most: int
    leads: int = 0
    only_old: int = 0
    only_new: int = 0
    refused: int = 0
    differences: Counter[int] = Factory(Counter)
    flow: Counter[tuple[str, str]] = Factory(Counter)
    changed: Counter[str] = Factory(Counter)
    weeks: Weeks = Factory(Weeks)
    _heap: list[tuple[tuple[int, int, int], Moved]] = Factory(list)

    def refuse(self, *, by_old: bool, by_new: bool, times: int = 1) -> None:
        """Count a row, or so many, that one of the versions, or both, could not read."""
        if by_old and by_new:
            self.refused += times
        elif by_old:
            self.only_new += times
        else:
            self.only_old += times

    def add(
        self, row: int, id_: str | None, old: Outcome, new: Outcome, day: date | None = None, data: object = None
    ) -> None:
        """Take a lead that both versions scored; `day` is when it came, `data` is kept with a lead that moved far."""
        far = self._count(old, new, day, 1)
        if far is not None:
            self._keep(far, Moved(row, id_, old, new, (), data))

    def add_alike(
        self, first: Iterable[tuple[int, str | None]], old: Outcome, new: Outcome, day: date | None, times: int
    ) -> None:
        """Take so many leads with the same outcomes; of these `first` are the first, as many as are kept, by row."""
        far = self._count(old, new, day, times)
        if far is not None:
            for row, id_ in first:
                self._keep(far, Moved(row, id_, old, new))

    def _count(self, old: Outcome, new: Outcome, day: date | None, times: int) -> tuple[int, int] | None:
        """Count leads; return how far they moved, in hundredths and in stages, or None where nothing is another."""
        scale = self.scale
        self.leads += times
        before = scale.renamed.get(old.stage, old.stage) if scale.renamed else old.stage
        height, higher = scale.old_ranks[before], scale.new_ranks[new.stage]
        self.flow[before, new.stage] += times
        points = new.score - old.score
        self.differences[points] += times
        was = scale.old_line is not None and height >= scale.old_line
        now = scale.new_line is not None and higher >= scale.new_line
        self.weeks.add(day, was, now, times)
        names = list(self._names(points, before, old, new))
        if not names:
            return None
        for name in (*names, "anything"):
            self.changed[name] += times
        return abs(points), abs(higher - height)

    def _names(self, points: int, before: str, old: Outcome, new: Outcome) -> Iterator[str]:
        if points:
            yield "score"
            yield "score up" if points > 0 else "score down"
        if before != new.stage:
            yield "stage"
        if old.persona != new.persona:
            yield "persona"
        if old.qualified is not new.qualified:
            yield "qualified"
        if old.route != new.route:
            yield "route"
        for what, at, to in self.scale.grades:
            if old.grades[at] != new.grades[to]:
                yield f"grade {what}"

    def _keep(self, far: tuple[int, int], moved: Moved) -> None:
        # Of equal ones the first counts as the one that moved furthest.
        place = (*far, -moved.row)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, (place, moved))
        elif self.most and place > self._heap[0][0]:
            heapq.heapreplace(self._heap, (place, moved))

    def impact(self, as_of: int) -> Impact:
        """What became of all leads so far."""
        names = [*COUNTED, *(f"grade {what}" for what, _, _ in self.scale.grades)]
        heights = {**self.scale.old_ranks, **self.scale.new_ranks}
        stages = sorted(heights, key=lambda stage: heights[stage])
        line = self.scale.line
        return Impact(
            leads=self.leads,
            only_old=self.only_old,
            only_new=self.only_new,
            refused=self.refused,
            dated=self.weeks.all.total(),
            as_of=as_of,
            changed={name: self.changed[name] for name in names},
            graded=self.scale.graded,
            stages=tuple(stages),
            flow=dict(self.flow),
            reached={stage: self._reached(stage) for stage in stages if stage != NONE},
            spread=spread_of(self.differences),
            workload=None if line is None else self.weeks.workload(line),
            moved=tuple(moved for _, moved in sorted(self._heap, key=lambda each: each[0], reverse=True)),
        )

    def _reached(self, stage: str) -> tuple[int, int]:
        """The leads at or above a stage before and after; a version that has no such stage has none there."""
        counts = [0, 0]
        for side, ranks in enumerate((self.scale.old_ranks, self.scale.new_ranks)):
            if stage in ranks:
                reached = (leads for key, leads in self.flow.items() if ranks[key[side]] >= ranks[stage])
                counts[side] = sum(reached)
        return counts[0], counts[1]


def totals(flow: Mapping[tuple[str, str], int], stages: Sequence[str], at: int) -> dict[str, int]:
    """How many leads each stage had (`at` 0) or has (`at` 1)."""
    return {stage: sum(leads for key, leads in flow.items() if key[at] == stage) for stage in stages}
