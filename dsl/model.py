"""A checked model: every name bound, every type known, durations in microseconds, points in hundredths.

Expressions are compared by identity: the same define is one object wherever it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from fractions import Fraction
from typing import Literal, get_args

from attrs import Factory, field, fields, frozen

from scorelang import nodes as n
from scorelang.source import Source, Span
from scorelang.values import Type, Value, zone_of


@frozen(eq=False, repr=False)
class Shown:
    """Shows what it holds. Said here once: made for each class, it takes half of the time of an import."""

    def __repr__(self) -> str:
        parts = (part.name for part in fields(type(self)) if part.repr)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in parts)})"


# --- places ---------------------------------------------------------------------------------------------------------


@frozen
class Place:
    """Where something was written."""

    source: Source
    span: Span

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self.source.line_of(self.span.start)

    @property
    def text(self) -> str:
        """What was written there, on one line."""
        return self.source.slice(self.span)


# --- expressions ----------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Expression(Shown):
    """The base of all checked expressions. A condition is an expression of the type flag."""

    type: Type
    place: Place


@frozen(eq=False, repr=False)
class Constant(Expression):
    """A literal, folded as it is compared."""

    value: Value


@frozen(eq=False, repr=False)
class Items(Expression):
    """A list: the values of its members, folded, in the order of the text; `members` finds one among thousands."""

    values: tuple[Value, ...]
    members: frozenset[Value] = field(init=False, repr=False)

    @members.default
    def _members(self) -> frozenset[Value]:
        return frozenset(self.values)


@frozen(eq=False, repr=False)
class FieldValue(Expression):
    """A field of the lead."""

    name: str


@frozen(eq=False, repr=False)
class AttributeValue(Expression):
    """An attribute of the event that is being looked at."""

    name: str


@frozen(eq=False, repr=False)
class ResultValue(Expression):
    """Something worked out before: `score`, `stage`, `persona`, `qualified`, `route`, a `category` or a `grade`."""

    what: Literal["score", "stage", "persona", "qualified", "route", "category", "grade"]
    name: str


@frozen(eq=False, repr=False)
class Defined(Expression):
    """A define, by its name and what it stands for."""

    name: str
    expression: Expression


@frozen(eq=False, repr=False)
class Apply(Expression):
    """An operator of the table on its operands; the last may be `Items`, which means any of them."""

    operator: str
    operands: tuple[Expression, ...]


@frozen(eq=False, repr=False)
class Added(Expression):
    """Terms with their signs (1 or -1), summed from left to right."""

    terms: tuple[tuple[int, Expression], ...]


@frozen(eq=False, repr=False)
class Multiplied(Expression):
    """Factors, each multiplied or (True) divided by, from left to right."""

    factors: tuple[tuple[bool, Expression], ...]


@frozen(eq=False, repr=False)
class IsKnown(Expression):
    """Whether the value is there at all; never unknown."""

    value: Expression


@frozen(eq=False, repr=False)
class Negated(Expression):
    """`not`."""

    item: Expression


@frozen(eq=False, repr=False)
class AllOf(Expression):
    """`and`."""

    items: tuple[Expression, ...]


@frozen(eq=False, repr=False)
class AnyOf(Expression):
    """`or`."""

    items: tuple[Expression, ...]


@frozen(eq=False, repr=False)
class AmountOf(Expression):
    """`at least 2 of (…)`."""

    how: n.How
    number: float
    items: tuple[Expression, ...]


@frozen
class Period:
    """Which instants count. Ages are microseconds before `as of`; `past` asks for more than the least age."""

    text: str
    least_age: int | None = None
    most_age: int | None = None
    past: bool = False
    since: int | None = None
    before: int | None = None


@frozen(eq=False, repr=False)
class InPeriod(Expression):
    """A date of the lead in a period."""

    value: Expression
    period: Period


@frozen(eq=False, repr=False)
class DaysSince(Expression):
    """Whole days from a date to `as of`; below 0 for a date to come."""

    value: Expression


@frozen(eq=False, repr=False)
class Query(Shown):
    """Which events are meant. `first` is the attribute that `pattern` or `members` test."""

    kind: str
    place: Place
    first: str | None = None
    pattern: str | None = None
    members: frozenset[Value] | None = None
    where: Expression | None = None
    period: Period | None = None


@frozen(eq=False, repr=False)
class Happened(Expression):
    """Whether there were so many events."""

    query: Query
    how: n.How
    number: float


@frozen(eq=False, repr=False)
class OnlyHappened(Expression):
    """Whether there was such an event, and in the same period no other of its kind."""

    query: Query


@frozen(eq=False, repr=False)
class CountOf(Expression):
    """How many events."""

    query: Query


@frozen(eq=False, repr=False)
class Measured(Expression):
    """`sum`, `largest`, `smallest` or `average` of an attribute over events."""

    function: str
    query: Query
    attribute: str


@frozen(eq=False, repr=False)
class DaysSinceLast(Expression):
    """Whole days from the latest such event to `as of`; missing without one."""

    query: Query


# --- points ---------------------------------------------------------------------------------------------------------


@frozen
class Losing:
    """After every whole period, that share of what was left is gone."""

    share: Fraction
    every: int


@frozen
class Fading:
    """In a straight line to nothing."""

    over: int


@frozen
class Modifiers:
    """What is done with a rule's points; bounds in hundredths, `during` as instants, the end exclusive."""

    least: int | None = None
    most: int | None = None
    frequency: n.Frequency | None = None
    decays: tuple[Losing | Fading, ...] = ()
    during: tuple[int, int] | None = None


@frozen(eq=False, repr=False)
class Rule(Shown):
    """One rule that gives points.

    `form` is `if` for a condition, `each` for events (then `query` says which) and `otherwise`. `points` are hundredths
    or an expression. `dated_by` are the events whose latest match decays are counted from.
    """

    id: str
    place: Place
    group: str | None
    form: Literal["if", "each", "otherwise"]
    condition: Expression | None
    query: Query | None
    points: int | Expression
    modifiers: Modifiers
    dated_by: tuple[Query, ...]
    reason: str | None

    @property
    def text(self) -> str:
        """When the rule fires, as typed."""
        if self.condition is not None:
            return self.condition.place.text
        return f"each {self.query.place.text}" if self.query else "otherwise"


@frozen(eq=False, repr=False)
class Choice(Shown):
    """`choose:` (the first that is true) or `choose best:` (the most points of those that are true)."""

    place: Place
    best: bool
    branches: tuple[Rule, ...]


@frozen(eq=False, repr=False)
class Grid(Shown):
    """`matrix by …`: points in hundredths by the first row and first column that match; a test None always does."""

    id: str
    place: Place
    group: str | None
    rows: tuple[Expression | None, ...]
    columns: tuple[Expression | None, ...]
    points: tuple[tuple[int, ...], ...]
    reason: str | None
    labels: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def text(self) -> str:
        """What the grid goes by, as typed."""
        return self.place.text.partition(":")[0].rstrip(" ,")


Scoring = Rule | Choice | Grid


@frozen(eq=False, repr=False)
class Group(Shown):
    """A category or persona. A bound is in hundredths, or the name of a category above."""

    name: str
    word: Literal["category", "persona"]
    place: Place
    least: int | str | None
    most: int | str | None
    weight: Fraction | None
    silence: Losing | None
    scoring: tuple[Scoring, ...]


# --- what is worked out after the score -----------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Gate(Shown):
    """A `require` (perhaps for a stage) or a `disqualify`."""

    id: str
    word: Literal["require", "disqualify"]
    place: Place
    condition: Expression
    stage: str | None
    reason: str | None


@frozen(eq=False, repr=False)
class Stage(Shown):
    """Holds from a threshold (hundredths) with all of `when`, or on any of `or_when` alone."""

    name: str
    place: Place
    threshold: int | None
    when: Expression | None
    or_when: tuple[Expression, ...]


@frozen(eq=False, repr=False)
class Grade(Shown):
    """The bands of a category's subtotal or of `score`, from the highest; thresholds in hundredths."""

    what: str
    place: Place
    bands: tuple[tuple[str, int], ...]
    otherwise: str


@frozen(eq=False, repr=False)
class Destination(Shown):
    """One line of the route; a condition None is the otherwise."""

    text: str
    place: Place
    condition: Expression | None


@frozen(eq=False, repr=False)
class Invariant(Shown):
    """What must never, or always, hold."""

    word: Literal["never", "always"]
    name: str
    place: Place
    condition: Expression


# --- data -----------------------------------------------------------------------------------------------------------


@frozen
class FieldDefinition:
    """A field of a lead or an attribute of an event: where data has it and which data means missing."""

    name: str
    type: Type
    column: str | None = None
    missing: frozenset[Value] = frozenset()


@frozen
class KindDefinition:
    """A kind of event and its attributes in order."""

    name: str
    attributes: tuple[FieldDefinition, ...] = ()


# --- tests ----------------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class GivenEvent(Shown):
    """An event that a test makes: its attributes, and when: before `as of`, or at an instant."""

    kind: str
    attributes: Mapping[str, Value]
    age: int | None
    at: int | None
    times: int


@frozen(eq=False, repr=False)
class Expectation(Shown):
    """A condition that must be true, or a rule's or gate's identity or reason that must fire or block."""

    place: Place
    form: Literal["condition", "fires", "not fires", "blocked by", "not blocked by"]
    condition: Expression | None
    reason: str | None


@frozen(eq=False, repr=False)
class TestRow(Shown):
    """One run of a test: the fields and expectations of a table's row, over those of the test."""

    place: Place
    fields: Mapping[str, Value]
    expectations: tuple[Expectation, ...]


@frozen(eq=False, repr=False)
class TestCase(Shown):
    """A `test` block."""

    name: str
    place: Place
    as_of: int
    fields: Mapping[str, Value]
    events: tuple[GivenEvent, ...]
    expectations: tuple[Expectation, ...]
    rows: tuple[TestRow, ...]


# --- the model ------------------------------------------------------------------------------------------------------


OutcomeName = Literal["accepted", "rejected", "reached", "conversation", "opportunity", "won", "lost"]
# What can become of a lead, in the order in which a sale goes on.
OUTCOMES: tuple[OutcomeName, ...] = get_args(OutcomeName)


@frozen(eq=False, repr=False)
class CheckedModel(Shown):
    """A whole model. `scoring` are the rules outside every group; `order` is the order of all of it in the text."""

    source: Source
    name: str | None
    version: float | int | str | None
    owner: str | None
    timezone: str
    key: str
    declared: bool
    fields: tuple[FieldDefinition, ...]
    kinds: Mapping[str, KindDefinition]
    start_over: Query | None
    groups: tuple[Group, ...]
    scoring: tuple[Scoring, ...]
    least: int | None
    most: int | None
    gates: tuple[Gate, ...]
    stages: tuple[Stage, ...]
    grades: tuple[Grade, ...]
    route: tuple[Destination, ...]
    invariants: tuple[Invariant, ...]
    tests: tuple[TestCase, ...]
    fingerprint: str
    sources: tuple[Source, ...] = field(default=())
    outcomes: Mapping[OutcomeName, tuple[str, ...]] = Factory(dict)
    """The words that a CRM has for what became of its leads, by the outcome that they mean."""

    @property
    def zone(self) -> tzinfo:
        """The model's time zone."""
        return zone_of(self.timezone)

    @property
    def weighted(self) -> bool:
        """Whether the categories have weights."""
        return any(group.weight is not None for group in self.groups)

    @property
    def ordered(self) -> tuple[Group | Scoring, ...]:
        """Groups and loose rules in the order of the text; groups from other files stand first."""
        own = [part for part in (*self.groups, *self.scoring) if part.place.source is self.source]
        brought = [group for group in self.groups if group.place.source is not self.source]
        return (*brought, *sorted(own, key=lambda part: part.place.span.start))


def rules_of(parts: Iterable[Group | Scoring]) -> Iterator[Rule | Grid]:
    """Every rule and grid of groups, choices and loose rules, in their order."""
    for part in parts:
        match part:
            case Group():
                yield from rules_of(part.scoring)
            case Choice():
                yield from part.branches
            case _:
                yield part
