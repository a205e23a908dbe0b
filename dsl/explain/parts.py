"""What an explanation is made of: lines of points, gates, stages, grades, destinations, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from scorelang import model as m
from scorelang.result import Result, plain
from scorelang.trace import Trace
from scorelang.values import from_hundredths

Kind = Literal[
    "score", "category", "persona", "rule", "each", "choose", "branch", "otherwise", "matrix", "event", "points",
    "adjustment",
]  # fmt: skip
Status = Literal["counts", "false", "unknown", "passed over", "out of time", "no points"]


@frozen
class Where:
    """A line of a file, from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def where(place: m.Place) -> Where:
    """The line on which something stands."""
    return Where(place.source.name, place.line)


@frozen
class Line:
    """One line of points, and the lines that its points are the sum of, where there are any.

    `text` is the rule's condition as typed, or what an adjustment does. `hundredths` is what the line adds to the one
    above it. `status` is `counts` for what adds its points (0, perhaps), else why it adds none. `given` are the points
    as typed with their limits, `note` what the lead has to do with it. `worth` is what a line that does not count would
    have added, in hundredths. `conditions` are the traces of what was asked.
    """

    kind: Kind
    text: str
    hundredths: int
    status: Status = "counts"
    where: Where | None = None
    id: str | None = None
    given: str | None = None
    reason: str | None = None
    note: str | None = None
    worth: int | None = None
    conditions: tuple[Trace, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def points(self) -> float:
        """What the line adds, exact to the hundredth."""
        return from_hundredths(self.hundredths)

    def leaves(self) -> Iterator[Line]:
        """The lines that are not made of others: their points sum up to this one's."""
        if not self.lines:
            yield self
        for line in self.lines:
            yield from line.leaves()

    def to_dict(self) -> dict[str, object]:
        """The line and those below it in JSON's types."""
        return {
            "kind": self.kind,
            "text": self.text,
            "points": plain(self.points),
            "status": self.status,
            **_placed(self.where),
            "rule": self.id,
            "given": self.given,
            "because": self.reason,
            "note": self.note,
            "worth": None if self.worth is None else plain(from_hundredths(self.worth)),
            "conditions": [trace.to_dict() for trace in self.conditions],
            "lines": [line.to_dict() for line in self.lines],
        }


def _placed(where: Where | None) -> dict[str, object]:
    return {"path": where.path if where else None, "line": where.line if where else None}


@frozen
class GateLine:
    """A `require` or `disqualify`: its condition's value (None: unknown), and whether it is in the way."""

    word: Literal["require", "disqualify"]
    id: str
    text: str
    stage: str | None
    reason: str | None
    value: bool | None
    blocks: bool
    condition: Trace
    where: Where

    def to_dict(self) -> dict[str, object]:
        """The gate in JSON's types."""
        return {
            "gate": self.word, "rule": self.id, "text": self.text, "for": self.stage, "because": self.reason,
            "value": self.value, "blocks": self.blocks, "condition": self.condition.to_dict(), **_placed(self.where),
        }  # fmt: skip


@frozen
class StageLine:
    """A stage: whether its own line holds, and whether it is the lead's.

    `short` is how many hundredths the score lacks. `when` must be true with the points, any of `or_when` is enough.
    """

    name: str
    text: str
    threshold: int | None
    short: int
    holds: bool
    reached: bool
    when: Trace | None
    or_when: tuple[Trace, ...]
    where: Where

    def to_dict(self) -> dict[str, object]:
        """The stage in JSON's types."""
        return {
            "stage": self.name, "text": self.text, "short": plain(from_hundredths(self.short)), "holds": self.holds,
            "reached": self.reached, "when": self.when.to_dict() if self.when else None,
            "or_when": [trace.to_dict() for trace in self.or_when], **_placed(self.where),
        }  # fmt: skip


@frozen
class GradeLine:
    """A grade: of what, from how many hundredths, and the next better one with the hundredths that it lacks."""

    what: str
    grade: str
    hundredths: int
    text: str
    better: str | None
    short: int | None
    where: Where

    def to_dict(self) -> dict[str, object]:
        """The grade in JSON's types."""
        return {
            "of": self.what, "grade": self.grade, "points": plain(from_hundredths(self.hundredths)), "text": self.text,
            "better": self.better, "short": None if self.short is None else plain(from_hundredths(self.short)),
            **_placed(self.where),
        }  # fmt: skip


@frozen
class RouteLine:
    """One destination; `status` is `counts` for the one that was taken, else why it was not."""

    text: str
    status: Status
    condition: Trace | None
    where: Where

    def to_dict(self) -> dict[str, object]:
        """The destination in JSON's types."""
        return {
            "to": self.text, "status": self.status, "condition": self.condition.to_dict() if self.condition else None,
            **_placed(self.where),
        }  # fmt: skip


@frozen
class Hint:
    """A change of the lead that was tried out: what the score then gains (in hundredths), and whether it is enough.

    `changes` read like the `given` lines of a test. `closes` says that the points are then enough for the stage,
    `reaches` that the lead is then in it. `rule` is the identity of the rule or gate that the change is for.
    """

    changes: tuple[str, ...]
    hundredths: int
    closes: bool
    reaches: bool
    rule: str

    def to_dict(self) -> dict[str, object]:
        """The hint in JSON's types."""
        return {
            "changes": list(self.changes), "points": plain(from_hundredths(self.hundredths)), "closes": self.closes,
            "reaches": self.reaches, "rule": self.rule,
        }  # fmt: skip


@frozen
class WhyNot:
    """What keeps a lead from a stage: gates, hundredths that its score lacks, conditions, and what would help."""

    stage: str
    short: int
    gates: tuple[GateLine, ...]
    conditions: tuple[Trace, ...]
    shortcuts: tuple[Trace, ...]
    hints: tuple[Hint, ...]

    def to_dict(self) -> dict[str, object]:
        """What is missing in JSON's types."""
        return {
            "stage": self.stage,
            "short": plain(from_hundredths(self.short)),
            "gates": [gate.id for gate in self.gates],
            "conditions": [trace.to_dict() for trace in self.conditions],
            "shortcuts": [trace.to_dict() for trace in self.shortcuts],
            "hints": [hint.to_dict() for hint in self.hints],
        }


@frozen
class Explanation:
    """A scored lead with the reasons for all that it was given.

    `score` is the tree of points: every line is the sum of those below it, down to single rules and events.
    `events` and `forgotten` count the lead's events that are looked at, and those from before it started over. `path`
    is the model's own file.
    """

    result: Result
    path: str
    score: Line
    events: int
    forgotten: int
    gates: tuple[GateLine, ...]
    stages: tuple[StageLine, ...]
    grades: tuple[GradeLine, ...]
    route: tuple[RouteLine, ...]
    why_not: tuple[WhyNot, ...]

    def to_dict(self) -> dict[str, object]:
        """The explanation in JSON's types; whole numbers are ints, unknown and missing values null."""
        return {
            "result": self.result.to_dict(),
            "path": self.path,
            "score": self.score.to_dict(),
            "events": self.events,
            "forgotten": self.forgotten,
            "gates": [gate.to_dict() for gate in self.gates],
            "stages": [stage.to_dict() for stage in self.stages],
            "grades": [grade.to_dict() for grade in self.grades],
            "route": [line.to_dict() for line in self.route],
            "why_not": [missing.to_dict() for missing in self.why_not],
        }
