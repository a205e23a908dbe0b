"""From a checked model to functions that score step by step: events become tallies, tallies a result.

`take(events)` reads events into records: the number of their kind, their time in microseconds and the attributes that
the model looks at, the others None; `take_exactly` does so for values of any type. `note(adders, records)` hands what
records give to the tallies. `told(id, values)` is what scoring needs of a lead's fields. `finish(fields, slots, as_of)`
scores, from that and the values of the tallies; `since_of(fields, slots, as_of)` finds the instant up to which all is
forgotten.

A reference to events whose condition looks at nothing but the event has a tally. Another one (its condition looks at
the lead, at `as of`, or counts other events) is gone through in `finish`, over the records of its kind.
"""

from __future__ import annotations

from typing import Literal

from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.codegen.events import Context, Each, Pass, Shared
from scorelang.codegen.lower import RESULT, Lowering, dispatch, indented, numbers_of, text_of
from scorelang.codegen.points import Points
from scorelang.codegen.reading import Reading
from scorelang.codegen.rows import look_up, parts_of
from scorelang.codegen.tables import tables_of
from scorelang.codegen.writer import Constants, Writer


@frozen
class Tally:
    """What is gathered of the events of one reference, and the locals that `finish` has for its values.

    `instants`: how many, and when the latest was. `numbers`: an attribute's values. `points`: what a rule gives over
    its events, and whether there was one.
    """

    form: Literal["instants", "numbers", "points"]
    names: tuple[str, ...]
    period: m.Period | None
    decays: tuple[m.Losing | m.Fading, ...] = ()
    frequency: n.Frequency | None = None


@frozen
class Kept:
    """The records of a kind that are gone through one by one; those older than `horizon` microseconds not any more."""

    kind: str
    horizon: int | None


@frozen
class Gathered:
    """What one pass over events gathers, in the order of the slots."""

    tallies: tuple[Tally, ...]
    kept: tuple[Kept, ...]


@frozen
class Steps:
    """The texts of the functions, the constants that they refer to, and what stands in the slots.

    `resets` are the slots of `since_of`, `counted` those of `finish`, which are followed by the time of the latest
    event and that of the latest start over. `lasting` says that what is forgotten stays so as time goes on.
    """

    shared: str
    functions: str
    constants: Constants
    resets: Gathered
    counted: Gathered
    starting_over: bool
    lasting: bool


class Settled(Shared):
    """Asks of conditions that have tallies that they always give the same for the same event."""

    beyond = (m.ResultValue, m.FieldValue, m.InPeriod, m.DaysSince)


@define
class Tallied(Pass):
    """Notes the events of each reference in a tally of its own, whatever period they are asked for in."""

    tallies: list[Tally] = Factory(list)

    def asked(self, query: m.Query) -> m.Query:
        """What is asked of an event before it is noted: all but when it was."""
        return evolve(query, period=None)

    def _case(self, query: m.Query) -> int | None:
        return None

    def accumulator(self, query: m.Query, what: str, attribute: str = "") -> str:
        """The local with a value of a reference's tally."""
        part = self.part(query)
        form: Literal["instants", "numbers"] = "numbers" if what == "numbers" else "instants"
        name = part.names.get((form, attribute))
        if name is None:
            name = part.names[form, attribute] = self.shared.local("c")
            names = (name,) if form == "numbers" else (name, f"{name}_last")
            self.tallies.append(Tally(form, names, query.period))
            if form == "numbers":
                value = self.shared.attribute(query.kind, attribute).text
                part.lines.line(f"if {value} is not None: {name}(at, {value})")
            else:
                part.lines.line(f"{name}(at)")
        return f"{name}_last" if what == "latest" else name

    def points(self, rule: m.Rule, query: m.Query) -> Each:
        """The locals with what a rule gives over its events."""
        part = self.part(query)
        each = Each(self.shared.local("e"), self.shared.local("n"))
        modifiers = rule.modifiers
        self.tallies.append(
            Tally("points", (each.total, each.fired), query.period, modifiers.decays, modifiers.frequency)
        )
        outer = Context(self.shared, self).logic(self.before)
        logic = Context(self.shared, self, query.kind, outer).logic(part.lines)
        whole = logic.value(rule.points) if isinstance(rule.points, m.Expression) else None
        held = " and ".join(whole.guards) if whole is not None and whole.guards else "True"
        points = f"hundredths({whole.text})" if whole is not None else rule.points
        part.lines.line(f"if {held}: {each.total}(at, {points})")
        return each

    def gathered(self) -> Gathered:
        """All that it gathers."""
        return Gathered(tuple(self.tallies), tuple(Kept(kind, self._horizon(kind)) for kind in self.kept))

    def _horizon(self, kind: str) -> int | None:
        ages = [query.period.most_age if query.period else None for query in self.loops if query.kind == kind]
        known = [age for age in ages if age is not None]
        return max(known, default=None) if len(known) == len(ages) else None

    def slots(self) -> str:
        """The names of all slots, each followed by a comma."""
        names = [name for tally in self.tallies for name in tally.names]
        return "".join(f"{name}, " for name in [*names, *(self.kept_events(kind) for kind in self.kept)])


class TalliedPoints(Points):
    """Lowers rules whose points over events stand in tallies."""

    def _each(self, rule: m.Rule, query: m.Query) -> Each:
        counted = isinstance(rule.points, int) and not rule.modifiers.decays and rule.modifiers.frequency is None
        points = None if isinstance(rule.points, int) else rule.points
        alone = self.shared.stands_alone(query.where) and self.shared.stands_alone(points)
        if counted or not alone or not isinstance(self.gathered, Tallied):
            return super()._each(rule, query)
        each = self.shared.each.get(rule.id)
        if each is None:
            each = self.shared.each[rule.id] = self.gathered.points(rule, query)
        return each


@define
class Stepwise(Lowering):
    """One model on its way to the text of its functions."""

    @property
    def passes(self) -> tuple[Tallied, Tallied]:
        """What is gathered to find what is forgotten, and what is gathered of the rest."""
        assert isinstance(self.every, Tallied)
        assert isinstance(self.kept, Tallied)
        return self.every, self.kept

    def steps(self) -> Steps:
        """The texts of all functions, and what stands in their slots."""
        shared, start_over = self.shared, self.shared.model.start_over
        shared.tables = tables_of(shared.model)
        rows = self._rows()
        self._reset()
        scoring = self._scoring(record=True)
        taking = [*self._take("take", exact=False), *self._take("take_exactly", exact=True)]
        functions = [*taking, *self._note(), *self._told(), *self._since(), *self._finish(scoring)]
        return Steps(
            text_of([*rows, *shared.memories.values()]),
            text_of(functions),
            shared.constants,
            self.passes[0].gathered(),
            self.passes[1].gathered(),
            start_over is not None,
            start_over is not None
            and shared.stands_alone(start_over.where)
            and (start_over.period is None or start_over.period.most_age is None),
        )

    # --- events -----------------------------------------------------------------------------------------------------

    def _take(self, name: str, *, exact: bool) -> list[str]:
        reading = Reading(self.shared, exact=exact)
        writer = Writer("j", depth=1)
        writer.line("taken = []")
        writer.line(f"upto = {LATEST}")
        with writer.block("for event in events:"):
            reading.event(writer, dated=False)
            blocks = [(at, self._record(reading, at, kind)) for at, kind in enumerate(self.shared.model.kinds)]
            dispatch(writer, "number", blocks)
        return [f"def {name}(events):", *writer.lines, "    return taken"]

    def _record(self, reading: Reading, at: int, kind: str) -> Writer:
        block = Writer(f"y{at}_")
        used = self.shared.attributes.get(kind, {})
        values = []
        for index, attribute in enumerate(self.shared.model.kinds[kind].attributes):
            needed = attribute.name in used
            reading.attribute(block, attribute, f"a{index}", kind, used=needed, cases={})
            values.append(f"a{index}" if needed else "None")
        block.line(f"taken.append(({', '.join(['number', 'at', *values])}))")
        return block

    def _note(self) -> list[str]:
        writer = Writer("j", depth=1)
        blocks = [(at, self._noted(at, kind)) for at, kind in enumerate(self.shared.model.kinds)]
        adders = [tally.names[0] for pass_ in self.passes for tally in pass_.tallies]
        adders += [_keeper(pass_, at) for pass_ in self.passes for at, _ in enumerate(pass_.kept)]
        with writer.block("for event in taken:"):
            writer.line("last(event[1])")
            writer.line("number = event[0]")
            dispatch(writer, "number", [(at, block) for at, block in blocks if block.lines])
        names = "".join(f"{name}, " for name in [*adders, "last"])
        return ["def note(adders, taken):", f"    ({names}) = adders", *indented(self.before.lines), *writer.lines]

    def _noted(self, at: int, kind: str) -> Writer:
        block = Writer(f"z{at}_")
        lines = Writer("z")
        for pass_ in self.passes:
            self._gathering(lines, pass_, kind)
        if lines.lines:
            block.line(f"_, {self.shared.unpacked(kind)}= event")
            block.add(lines)
        for pass_ in self.passes:
            if kind in pass_.kept:
                block.line(f"{_keeper(pass_, list(pass_.kept).index(kind))}(event[1:])")
        return block

    # --- the lead, and its result -----------------------------------------------------------------------------------

    def _told(self) -> list[str]:
        """The lines of the function from a lead's identity and fields to all that scoring needs of them."""
        writer = Writer("i", depth=1)
        names = [self.shared.field(field.name).text for field in self.shared.model.fields]
        writer.line(f"({''.join(f'{name}, ' for name in names)}) = values")
        for table in self.shared.tables.values():
            local = self.shared.field(table.field.name).text
            if table.field.type.is_text:
                points, fired = parts_of(local, table)
                writer.line(f"{', '.join([local, *points, fired])} = row_{local}({local})")
            else:
                look_up(self.shared, writer, table, exact=False)
        return ["def told(id, values):", *writer.lines, f"    return ({self._fields()})"]

    def _fields(self) -> str:
        names = ["id", *(self.shared.field(field.name).text for field in self.shared.model.fields)]
        for name, table in self.shared.tables.items():
            points, fired = parts_of(self.shared.field(name).text, table)
            names += [*points, fired]
        return "".join(f"{name}, " for name in names)

    def _since(self) -> list[str]:
        if self.shared.model.start_over is None:
            return []
        return [
            "def since_of(fields, slots, as_of):",
            *self._unpacked(self.passes[0].slots()),
            *(line.replace("micros(at)", "at") for line in indented(self.reset.lines)),
            "    return since",
        ]

    def _finish(self, scoring: Writer) -> list[str]:
        return [
            "def finish(fields, slots, as_of):",
            *self._unpacked(f"{self.passes[1].slots()}last, since, "),
            *(line.replace("micros(at)", "at") for line in scoring.lines),
            f"    return ({RESULT}, {self._values()}, {self.noted})",
        ]

    def _unpacked(self, slots: str) -> list[str]:
        windows = indented(self.shared.windows.in_microseconds())
        return [f"    ({self._fields()}) = fields", f"    ({slots}) = slots", *windows]


def _keeper(pass_: Tallied, at: int) -> str:
    return f"keep{pass_.mark}_{at}"


# After every instant that can be told.
LATEST = 1 << 62


def steps_of(model: m.CheckedModel) -> Steps:
    """The texts of the functions that score leads of a model step by step."""
    shared = Settled(model, Constants())
    before = Writer("d")
    passes = (Tallied(shared, "p", before), Tallied(shared, "", before))
    return Stepwise(shared, before, *passes, Writer("s"), numbers_of(model), None, TalliedPoints).steps()
