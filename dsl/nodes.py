"""The syntax nodes: what a `.score` file says, before any name is looked up.

Every node carries the span it was read from, which does not count when nodes are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import field, fields, frozen

from scorelang.source import NOWHERE, Span
from scorelang.values import Type


@frozen(eq=False, repr=False)
class Node:
    """The base of all syntax nodes.

    How nodes are compared and shown is said here once: made for each kind, it takes half of the time of an import.
    """

    span: Span = field(default=NOWHERE, kw_only=True)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        # In a loop, not as tuples: nodes stand in nodes, and so each of them takes one step of recursion alone.
        for name in _said[type(self)]:  # noqa: SIM110
            if getattr(self, name) != getattr(other, name):
                return False
        return True

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in _said[type(self)])))

    def __repr__(self) -> str:
        said = []
        for name in _said[type(self)]:
            said.append(f"{name}={getattr(self, name)!r}")
        return f"{type(self).__name__}({', '.join(said)})"


class _Said(dict[type[Node], tuple[str, ...]]):
    """What nodes of a kind say: all that they hold but where they stand."""

    def __missing__(self, kind: type[Node]) -> tuple[str, ...]:
        said = self[kind] = tuple(each.name for each in fields(kind) if each.name != "span")
        return said


_said = _Said()


# --- expressions ----------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Text(Node):
    """`"CEO"`."""

    value: str


@frozen(eq=False, repr=False)
class Number(Node):
    """`4_999`, `-2.5`: the digits as typed, without underscores; `signed` when a sign was typed."""

    text: str
    signed: bool = False

    @property
    def value(self) -> float:
        """The number as a double."""
        return float(self.text)


@frozen(eq=False, repr=False)
class Flag(Node):
    """`yes` or `no`."""

    value: bool


@frozen(eq=False, repr=False)
class Date(Node):
    """`2026-11-21` or `2026-11-21T14:30Z`, as typed."""

    text: str


@frozen(eq=False, repr=False)
class Name(Node):
    """A field, event, attribute, list, define, category, stage, …: what it is depends on the scope."""

    name: str


@frozen(eq=False, repr=False)
class Dotted(Node):
    """`Fit.grade`."""

    base: Name
    member: Name


@frozen(eq=False, repr=False)
class ListOf(Node):
    """`["SaaS", "Fintech"]`."""

    items: tuple[Node, ...]


@frozen(eq=False, repr=False)
class Call(Node):
    """`domain(email)`."""

    function: Name
    arguments: tuple[Node, ...]


@frozen(eq=False, repr=False)
class Sum(Node):
    """`a + b - c`: terms with their signs."""

    terms: tuple[tuple[Literal["+", "-"], Node], ...]


@frozen(eq=False, repr=False)
class Product(Node):
    """`a * b / c`: factors, each with the operator before it (the first with `*`)."""

    factors: tuple[tuple[Literal["*", "/"], Node], ...]


@frozen(eq=False, repr=False)
class Compare(Node):
    """`a OPERATOR b`, for every operator with two sides; the operator by its row's name (`is`, `<=`, `mentions`)."""

    operator: str
    left: Node
    right: Node


@frozen(eq=False, repr=False)
class Between(Node):
    """`a from 10 to 50`."""

    value: Node
    low: Node
    high: Node


@frozen(eq=False, repr=False)
class Known(Node):
    """`a is known`, or, negated, `a is missing`."""

    value: Node
    negated: bool


@frozen(eq=False, repr=False)
class Not(Node):
    """`not c`."""

    item: Node


@frozen(eq=False, repr=False)
class And(Node):
    """`c1 and c2 and c3`."""

    items: tuple[Node, ...]


@frozen(eq=False, repr=False)
class Or(Node):
    """`c1 or c2 or c3`."""

    items: tuple[Node, ...]


How = Literal["at least", "at most", "exactly", "fewer than", "more than"]


@frozen(eq=False, repr=False)
class Quorum(Node):
    """`at least 2 of (c1, c2, c3)`."""

    how: How
    number: Number
    items: tuple[Node, ...]


@frozen(eq=False, repr=False)
class Duration(Node):
    """`30 days`: a number and a unit in the singular."""

    number: Number
    unit: str


@frozen(eq=False, repr=False)
class Window(Node):
    """A span of time before (or, for `within the next`, after) `as of`.

    `within` and `within next` have a high duration, `more than` a low one, `between` both, `since` and `before` a date.
    """

    form: Literal["within", "within next", "more than", "between", "since", "before"]
    low: Duration | Date | None = None
    high: Duration | Date | None = None


@frozen(eq=False, repr=False)
class Events(Node):
    """`visit "/pricing" where seconds > 30 within 30 days`; `attribute` in `sum of purchase.amount`."""

    kind: Name
    pattern: Text | None = None
    members: Node | None = None
    where: Node | None = None
    window: Window | None = None
    attribute: Name | None = None


@frozen(eq=False, repr=False)
class Times(Node):
    """`at least 3 times`."""

    how: How
    number: Number


@frozen(eq=False, repr=False)
class Occurs(Node):
    """Events as a condition; `date within 30 days` reads the same and is told apart by its name."""

    events: Events
    times: Times | None = None


@frozen(eq=False, repr=False)
class NoEvents(Node):
    """`no visit within 60 days`."""

    events: Events


@frozen(eq=False, repr=False)
class OnlyEvents(Node):
    """`only visit "/careers"`."""

    events: Events


@frozen(eq=False, repr=False)
class Aggregate(Node):
    """`count of …`, `sum of …`, `largest of …`, `smallest of …`, `average of …`."""

    function: str
    events: Events


@frozen(eq=False, repr=False)
class DaysSince(Node):
    """`days since created`."""

    value: Node


@frozen(eq=False, repr=False)
class DaysSinceLast(Node):
    """`days since last visit "/pricing"`."""

    events: Events


# --- rules ----------------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Bound(Node):
    """`at most 10` or `at least -5`; on a category also by another category's name."""

    how: Literal["at least", "at most"]
    limit: Number | Name


@frozen(eq=False, repr=False)
class Frequency(Node):
    """`once a day`, `3 times a week`."""

    number: int
    period: Literal["day", "week", "month"]


@frozen(eq=False, repr=False)
class Losing(Node):
    """`losing 50% every 30 days`; the share as typed."""

    percent: str
    every: Duration


@frozen(eq=False, repr=False)
class Fading(Node):
    """`fading out over 90 days`."""

    over: Duration


@frozen(eq=False, repr=False)
class During(Node):
    """`during 2026-01-01 to 2026-03-31`."""

    start: Date
    end: Date


@frozen(eq=False, repr=False)
class Preset(Node):
    """`half_life_month`: a decay by its name."""

    name: Name


Modifier = Bound | Frequency | Losing | Fading | During | Preset


@frozen(eq=False, repr=False)
class Rule(Node):
    """One line that gives points. `form` tells how it was typed: with `if`, as events, `each` or `otherwise`."""

    form: Literal["if", "events", "each", "otherwise"]
    condition: Node | None
    points: Node
    modifiers: tuple[Modifier, ...] = ()
    reason: Text | None = None


@frozen(eq=False, repr=False)
class Choose(Node):
    """`choose:` or `choose best:` and its branches."""

    best: bool
    branches: tuple[Rule, ...] = ()


@frozen(eq=False, repr=False)
class Cell(Node):
    """A cell of a matrix or table: a test (`< 200`, `in LIST`), a value, `missing`, `otherwise`, or nothing.

    `form` is `empty`, `otherwise`, `missing`, `known`, `value`, `range` (two values), or an operator's name.
    """

    form: str
    values: tuple[Node, ...] = ()


@frozen(eq=False, repr=False)
class Row(Node):
    """A row of a matrix or table."""

    cells: tuple[Cell, ...]


@frozen(eq=False, repr=False)
class Matrix(Node):
    """`matrix by industry and employees:` and its grid; the first row holds the columns' tests."""

    by_row: Node
    by_column: Node
    reason: Text | None = None
    rows: tuple[Row, ...] = ()


RuleNode = Rule | Choose | Matrix


# --- statements -----------------------------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Header(Node):
    """`model "Acme", version 3, owner "…", timezone "…"`: what each word is set to."""

    name: Text | None
    items: tuple[tuple[Name, Text | Number], ...] = ()


@frozen(eq=False, repr=False)
class Use(Node):
    """`use a, b from "std/titles"`; `use model "acme.score"` has the one name `model`."""

    names: tuple[Name, ...]
    path: Text


@frozen(eq=False, repr=False)
class Field(Node):
    """A field of a lead or an attribute of an event."""

    name: Name
    type: Type
    column: Text | None = None
    missing: tuple[Node, ...] = ()


@frozen(eq=False, repr=False)
class Lead(Node):
    """`lead:` and its fields."""

    key: Name | None
    fields: tuple[Field, ...] = ()


@frozen(eq=False, repr=False)
class Event(Node):
    """`event visit(path page, seconds number)`."""

    name: Name
    attributes: tuple[Field, ...] = ()


@frozen(eq=False, repr=False)
class NamedList(Node):
    """`list NAME = [...]` or `list NAME from "file.csv" column "name"`."""

    name: Name
    items: ListOf | None = None
    path: Text | None = None
    column: Text | None = None


@frozen(eq=False, repr=False)
class Define(Node):
    """`define NAME as EXPRESSION`."""

    name: Name
    expression: Node


@frozen(eq=False, repr=False)
class Decay(Node):
    """`decay NAME as losing 50% every 30 days`."""

    name: Name
    decay: Losing | Fading


@frozen(eq=False, repr=False)
class Category(Node):
    """A category or a persona: its rules and what is done with their sum."""

    word: Literal["category", "persona"]
    name: Name
    bounds: tuple[Bound, ...] = ()
    weight: str | None = None
    silence: Losing | Preset | None = None
    rules: tuple[RuleNode, ...] = ()


@frozen(eq=False, repr=False)
class ScoreBounds(Node):
    """`score from 0 to 100`."""

    bounds: tuple[Bound, ...]


@frozen(eq=False, repr=False)
class StartOver(Node):
    """`start over after recycled`."""

    events: Events


@frozen(eq=False, repr=False)
class Require(Node):
    """`require CONDITION for STAGE because "…"`."""

    condition: Node
    stage: Name | None = None
    reason: Text | None = None


@frozen(eq=False, repr=False)
class Disqualify(Node):
    """`disqualify if CONDITION because "…"`."""

    condition: Node
    reason: Text | None = None


@frozen(eq=False, repr=False)
class Stage(Node):
    """`stage SQL from 45 when CONDITION or when CONDITION`."""

    name: Name
    threshold: Number | None = None
    when: Node | None = None
    or_when: tuple[Node, ...] = ()


@frozen(eq=False, repr=False)
class Grade(Node):
    """`grade Fit: A from 40, B from 25, else C`."""

    what: Name
    bands: tuple[tuple[Name, Number], ...]
    otherwise: Name


@frozen(eq=False, repr=False)
class Destination(Node):
    """One line of a route; without a condition it is the `otherwise`."""

    text: Text
    condition: Node | None = None


@frozen(eq=False, repr=False)
class Route(Node):
    """`route:` and its lines."""

    destinations: tuple[Destination, ...] = ()


@frozen(eq=False, repr=False)
class OutcomeWords(Node):
    """`won from "Closed Won", "Won"`."""

    outcome: Name
    words: tuple[Text, ...]


@frozen(eq=False, repr=False)
class Outcomes(Node):
    """`outcomes:` and its lines."""

    lines: tuple[OutcomeWords, ...] = ()


@frozen(eq=False, repr=False)
class Given(Node):
    """`title "CEO"`, `visit "/pricing" with seconds 30 2 days ago, 3 times`.

    `value` None and no age or attributes means only the name was typed; `missing` is a `Known` of the name.
    """

    name: Name
    value: Node | None = None
    attributes: tuple[tuple[Name, Node], ...] = ()
    age: Duration | None = None
    on: Date | None = None
    times: int = 1


@frozen(eq=False, repr=False)
class Expect(Node):
    """One expectation: a value of `what`, a condition, or a reason that fires, does not fire or blocks."""

    form: Literal["value", "condition", "fires", "not fires", "blocked by", "not blocked by"]
    what: Node
    value: Node | None = None


@frozen(eq=False, repr=False)
class AsOf(Node):
    """`as of 2026-11-21`."""

    date: Date


@frozen(eq=False, repr=False)
class GivenLine(Node):
    """`given …, …`."""

    items: tuple[Given, ...]


@frozen(eq=False, repr=False)
class ExpectLine(Node):
    """`expect …, …`."""

    items: tuple[Expect, ...]


@frozen(eq=False, repr=False)
class Test(Node):
    """`test "name":` with its lines in order; rows of a table among them."""

    name: Text
    lines: tuple[GivenLine | ExpectLine | AsOf | Row, ...] = ()


@frozen(eq=False, repr=False)
class Invariant(Node):
    """`never "name": CONDITION` or `always "name": CONDITION`."""

    word: Literal["never", "always"]
    name: Text
    condition: Node


@frozen(eq=False, repr=False)
class File(Node):
    """A whole file: its statements in the order of the text."""

    statements: tuple[Node, ...]


# --- going through them ---------------------------------------------------------------------------------------------


def below(node: Node) -> list[Node]:
    """The nodes directly below one, in the order of its fields."""
    found: list[Node] = []
    for name in _said[type(node)]:
        item = getattr(node, name)
        if isinstance(item, Node):
            found.append(item)
        elif item and isinstance(item, tuple):
            _gather(item, found)
    return found


def _gather(items: tuple[object, ...], found: list[Node]) -> None:
    for item in items:
        if isinstance(item, Node):
            found.append(item)
        elif isinstance(item, tuple):
            _gather(item, found)


def descend(node: Node, stop: tuple[type[Node], ...] = ()) -> Iterator[Node]:
    """A node and all below it, what stands first first; nodes of the kinds in `stop` are left out, and all in them."""
    stack = [node]
    while stack:
        item = stack.pop()
        if not isinstance(item, stop):
            yield item
            stack.extend(reversed(below(item)))
