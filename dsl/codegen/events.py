"""Events: what is counted, added up and remembered of them, in one pass.

A reference to events whose condition looks at nothing but the lead and the event itself is gathered in the pass over
all events. Another one (its condition counts other events, or looks at the score) is gathered where it is needed, in a
loop of its own over the events of its kind, which are kept for it.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang.check.walk import query_of, walk
from scorelang.codegen.logic import Known, Logic, within
from scorelang.codegen.tables import Table
from scorelang.codegen.windows import Windows
from scorelang.codegen.writer import Constants, Writer
from scorelang.values import has_glob

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen
class Each:
    """The locals with the points of a rule over its events, and with whether there were any."""

    total: str
    fired: str


@define
class Part:
    """The lines of a reference to events: they stand in the loop over its kind, inside its tests."""

    query: m.Query
    lines: Writer
    # The number of the text that the first attribute must be, where the loop asks for that once for all parts.
    case: int | None = None
    names: dict[Any, str] = Factory(dict)


@define
class Shared:
    """What all parts of one model's lowering share."""

    # What is not known while the events are gone through.
    beyond: ClassVar[tuple[type[m.Expression], ...]] = (m.ResultValue,)
    model: m.CheckedModel
    constants: Constants
    windows: Windows = Factory(lambda: Windows("w"))
    loop_windows: Windows = Factory(lambda: Windows("v"))
    fields: dict[str, str] = Factory(dict)
    attributes: dict[str, dict[str, str]] = Factory(dict)
    results: dict[tuple[str, str], Known] = Factory(dict)
    # The locals that scoring needs of what was read, so that it can be done again without the lead.
    state: dict[str, None] = Factory(dict)
    alone: dict[int, bool] = Factory(dict)
    numbers: count[int] = Factory(count)
    each: dict[str, Each] = Factory(dict)
    tables: dict[str, Table] = Factory(dict)
    # The lines that make memories of texts, by the attribute or field that is read.
    memories: dict[tuple[str | None, str], str] = Factory(dict)

    def local(self, letter: str) -> str:
        """A new local for what is gathered of events."""
        return f"{letter}{next(self.numbers)}"

    def field(self, name: str) -> Known:
        """A field's local."""
        known = self.fields.setdefault(name, f"f{len(self.fields)}")
        return Known(known, (f"{known} is not None",))

    def attribute(self, kind: str, name: str) -> Known:
        """An attribute's local in the loop over the events of its kind."""
        index = [attribute.name for attribute in self.model.kinds[kind].attributes].index(name)
        known = self.attributes.setdefault(kind, {}).setdefault(name, f"a{index}")
        return Known(known, (f"{known} is not None",))

    def stands_alone(self, expression: m.Expression | None) -> bool:
        """Whether an expression looks at nothing but what an event can be met with: at nothing that is `beyond`."""
        if expression is None:
            return True
        key = id(expression)
        if key not in self.alone:
            self.alone[key] = not any(
                isinstance(item, self.beyond) or query_of(item) is not None for item in walk(expression)
            )
        return self.alone[key]

    def unpacked(self, kind: str) -> str:
        """The names of a kept event's parts."""
        return "".join(f"{name}, " for name in ("at", *self.attribute_names(kind)))

    def attribute_names(self, kind: str) -> list[str]:
        """The locals of all attributes of a kind."""
        return [f"a{index}" for index, _ in enumerate(self.model.kinds[kind].attributes)]


@define
class Pass:
    """One pass over events: all of them, or those that are not forgotten."""

    shared: Shared
    mark: str
    before: Writer
    parts: dict[Any, Part] = Factory(dict)
    starts: list[str] = Factory(list)
    kept: dict[str, None] = Factory(dict)
    # Locals with instants, which the loop holds in its own form.
    instants: list[str] = Factory(list)
    cases: dict[str, dict[str, int]] = Factory(dict)
    # References that are gone through in loops of their own.
    loops: list[m.Query] = Factory(list)
    last: bool = False

    @property
    def since(self) -> str | None:
        """The local with the instant up to which all is forgotten."""
        return "since" if self.mark == "" and self.shared.model.start_over is not None else None

    def part(self, query: m.Query) -> Part:
        """The lines of a reference."""
        key = key_of(query)
        if key not in self.parts:
            lines = Writer(f"x{len(self.parts)}{self.mark}_")
            outer = Context(self.shared, self).logic(self.before)
            case = self._case(query)
            lines = opened(self.shared, self, self.asked(query), lines, outer, self.shared.loop_windows, case)
            self.parts[key] = Part(query, lines, case)
        return self.parts[key]

    def asked(self, query: m.Query) -> m.Query:
        """What is asked of an event before it is gathered."""
        return query

    def _case(self, query: m.Query) -> int | None:
        """The number of the text that a reference asks of the first attribute, from 1."""
        if query.pattern is None or not _is_plain(query.pattern) or self.shared.model.start_over is not None:
            return None
        cases = self.cases.setdefault(query.kind, {})
        return cases.setdefault(query.pattern, len(cases) + 1)

    def accumulator(self, query: m.Query, what: str, attribute: str = "") -> str:
        """The local that has gathered something of a reference after the pass."""
        part = self.part(query)
        name = part.names.get((what, attribute))
        if name is None:
            name = part.names[what, attribute] = self.shared.local("c")
            self.starts.append(f"{name} = {START[what]}")
            if what == "latest":
                self.instants.append(name)
            gather(self.shared, query, what, attribute, name, part.lines)
        self.shared.state[name] = None
        return name

    def latest_of_all(self) -> str:
        """When the latest event of any kind was."""
        self.last = True
        self.shared.state["last"] = None
        return "last"

    def kept_events(self, kind: str) -> str:
        """The list of the events of a kind."""
        name = f"kept{list(self.shared.model.kinds).index(kind)}"
        self.kept[kind] = None
        self.shared.state[name] = None
        if self.since:
            self.shared.state["since"] = None
        return name


START = {"count": "0", "latest": "NEVER", "numbers": "[]"}


def gather(shared: Shared, query: m.Query, what: str, attribute: str, name: str, lines: Writer) -> None:
    """The lines that gather something of one event."""
    if what == "count":
        lines.line(f"{name} += 1")
    elif what == "latest":
        lines.line(f"if at > {name}: {name} = at")
    else:
        value = shared.attribute(query.kind, attribute)
        lines.line(f"if {value.text} is not None: {name}.append({value.text})")


def key_of(query: m.Query) -> Any:
    """What two references have in common that mean the same events."""
    period = query.period
    ages = (period.least_age, period.most_age, period.past, period.since, period.before) if period else None
    return query.kind, query.first, query.pattern, query.members, id(query.where) if query.where else 0, ages


def opened(
    shared: Shared, pass_: Pass, query: m.Query, lines: Writer, outer: Logic, windows: Windows, case: int | None = None
) -> Writer:
    """Lines with the tests of a reference written, at the place inside them."""
    logic = Context(shared, pass_, query.kind, outer).logic(lines)
    tests: list[str] = []
    if query.period is not None:
        text = within("at", *windows.bounds(query.period, happened=True))
        tests += [] if text == "True" else [text]
    if query.first is not None and case is not None:
        # It is asked for around these lines.
        shared.attribute(query.kind, query.first)
    elif query.first is not None:
        tests += _first(shared, query, shared.attribute(query.kind, query.first))
    if query.where is not None:
        tests.append(f"({logic.true(query.where)})")
    if tests:
        lines.line(f"if {' and '.join(tests)}:")
        lines.depth += 1
        lines.known.append({})
    return lines


def _first(shared: Shared, query: m.Query, value: Known) -> list[str]:
    tests = []
    pattern = query.pattern
    if pattern is not None and _is_plain(pattern):
        tests.append(f"{value.text} == {shared.constants.name(pattern)}")
    elif pattern is not None:
        tests += [*value.guards, f"{shared.constants.made('like', pattern)}({value.text})"]
    if query.members is not None:
        tests.append(f"{value.text} in {shared.constants.name(query.members)}")
    return tests


def _is_plain(pattern: str) -> bool:
    return not has_glob(pattern) and "\\" not in pattern


@frozen
class Context:
    """What expressions are about: the lead, in the loop of a kind one event, and what is gathered of all events."""

    shared: Shared
    gathered: Pass
    kind: str | None = None
    outer: Logic | None = None
    place: list[Logic] = Factory(list)

    @property
    def scope(self) -> str:
        """What tells the events that are meant from all others."""
        return self.gathered.mark

    def logic(self, writer: Writer) -> Logic:
        """The lowering of expressions with this context, at a writer's place."""
        logic = Logic(self, self.shared.constants, writer, self.outer)
        self.place.append(logic)
        return logic

    def field(self, name: str) -> Known:
        """A field of the lead."""
        known = self.shared.field(name)
        self.shared.state[known.text] = None
        return known

    def attribute(self, name: str) -> Known:
        """An attribute of the event that is looked at; missing where there is no event."""
        return Known("None", ("False",)) if self.kind is None else self.shared.attribute(self.kind, name)

    def result(self, what: str, name: str) -> Known:
        """What was worked out before."""
        return self.shared.results[what, name]

    def window(self, period: m.Period) -> tuple[str | None, str | None]:
        """From when a period counts, and before when."""
        return self.shared.windows.bounds(period, happened=False)

    def count(self, query: m.Query) -> str:
        """How many events."""
        return self._gathered(query, "count")

    def every(self, query: m.Query) -> str:
        """How many events of the kind in the same period."""
        return self.count(evolve(query, first=None, pattern=None, members=None, where=None))

    def latest(self, query: m.Query) -> str:
        """When the latest event was; `NEVER` without one."""
        return self._gathered(query, "latest")

    def numbers(self, query: m.Query, attribute: str) -> str:
        """The list of an attribute's known values."""
        return self._gathered(query, "numbers", attribute)

    def each(self, query: m.Query, starts: tuple[str, ...], alone: bool, write: Callable[[Logic], None]) -> bool:
        """Do something with each event; whether that is done in the pass over all events, once and for all.

        `alone` says that it looks at nothing but the lead and the event.
        """
        if alone and self.shared.stands_alone(query.where):
            part = self.gathered.part(query)
            outer = Context(self.shared, self.gathered).logic(self.gathered.before)
            self.gathered.starts += starts
            write(Context(self.shared, self.gathered, query.kind, outer).logic(part.lines))
            return True
        place = self.place[-1].writer
        for start in starts:
            place.line(start)
        self._loop(query, write)
        return False

    def _gathered(self, query: m.Query, what: str, attribute: str = "") -> str:
        if self.shared.stands_alone(query.where):
            return self.gathered.accumulator(query, what, attribute)
        place = (self.outer or self.place[-1]).writer
        key = ("gathered", self.gathered.mark, key_of(query), what, attribute)
        name = place.recall(key)
        if name is None:
            name = place.fresh()
            place.line(f"{name} = {START[what]}")
            self._loop(query, lambda logic: gather(self.shared, query, what, attribute, name, logic.writer))
            place.remember(key, name)
        return name

    def _loop(self, query: m.Query, write: Callable[[Logic], None]) -> None:
        """A loop of its own over the kept events of a kind."""
        outer = self.outer or self.place[-1]
        inner = outer.writer.inner()
        lines = opened(self.shared, self.gathered, query, inner, outer, self.shared.windows)
        write(Context(self.shared, self.gathered, query.kind, outer).logic(lines))
        kept = self.gathered.kept_events(query.kind)
        self.gathered.loops.append(query)
        with outer.writer.block(f"for {self.shared.unpacked(query.kind)}in {kept}:"):
            if self.gathered.since:
                outer.writer.line(f"if at <= {self.gathered.since}: continue")
            outer.writer.add(inner)
