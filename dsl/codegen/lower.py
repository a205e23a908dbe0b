"""From a checked model to the text of its functions.

`plain(lead, events, as_of)` reads a lead and scores it. It gives `(id, score, persona, stage, blocked, route, values
of the categories, grades, state)`; points are hundredths. `again(state)` gives the rules that fired, each as its number
and its points, in several lists. `recording` notes them while it scores, and gives these lists in place of the state.
`exact` does the same for what the others leave to it: instants outside the calendar, numbers past all doubles, values
that have no hash.
"""

from __future__ import annotations

from attrs import define, frozen

from scorelang import model as m
from scorelang.codegen.after import After
from scorelang.codegen.events import Context, Pass, Shared
from scorelang.codegen.points import Points
from scorelang.codegen.reading import Reading, reader_of
from scorelang.codegen.rows import parts_of, row_function
from scorelang.codegen.slots import Slots
from scorelang.codegen.tables import tables_of
from scorelang.codegen.writer import Constants, Writer


@frozen
class Texts:
    """The texts of a model's functions, of what they share, and the constants that they refer to."""

    shared: str
    plain: str
    recording: str
    exact: str
    again: str
    constants: Constants


@define
class Lowering:
    """One model on its way to text."""

    shared: Shared
    before: Writer
    every: Pass
    kept: Pass
    reset: Writer
    numbers: dict[str, int]
    slots: Slots | None
    # What lowers the rules.
    rules: type[Points] = Points
    # The text of the lists of rules that fired.
    noted: str = "[]"

    def texts(self) -> Texts:
        """The texts of all functions."""
        self.shared.tables = tables_of(self.shared.model)
        rows = self._rows()
        self._reset()
        plain, recording = self._scoring(record=False), self._scoring(record=True)
        again, state = self._fired_again()
        for writer in (plain, recording, again, self.reset):
            writer.lines = [line.replace("micros(at)", "at") for line in writer.lines]
        in_calendar = all(instant.in_calendar for instant in self.shared.loop_windows.names)
        reading, exactly = Reading(self.shared, slots=self.slots), Reading(self.shared, exact=True)
        dated = self._events(reading, dated=in_calendar and self.shared.model.start_over is None)
        undated = self._events(exactly, dated=False)
        needed = frozenset(self.shared.fields)
        usual, exact = Writer("i", depth=1), Writer("i", depth=1)
        reading.lead(usual, needed)
        exactly.lead(exact, needed)
        windows = indented(self.shared.windows.in_microseconds())
        values = f"    return ({RESULT}, {self._values()}"
        shared = [*rows, *self.shared.memories.values(), *self._instants()]
        start = [*usual.lines, *windows]
        noted_again = f"    return {self.noted}"
        noted = [*recording.lines, f"{values}, {self.noted})"]
        return Texts(
            text_of(shared),
            text_of(["def plain(lead, events, as_of):", *start, *dated, *plain.lines, f"{values}, ({state}))"]),
            text_of(["def recording(lead, events, as_of):", *start, *dated, *noted]),
            text_of(["def exact(lead, events, as_of):", *exact.lines, *windows, *undated, *noted]),
            text_of(["def again(state):", f"    ({state}) = state", *windows, *again.lines, noted_again]),
            self.shared.constants,
        )

    def _instants(self) -> list[str]:
        """The lines of the function that works out the instants for the loop over events, once for each `as_of`."""
        windows = self.shared.loop_windows.names
        if not all(instant.in_calendar for instant in windows):
            return []
        texts = "".join(f"{instant.as_datetime(self.shared.constants)}, " for instant in windows)
        return [
            "instants_of = {}",
            "def instants(as_of):",
            "    upto = moment_of(as_of)",
            f"    return (upto, {texts})",
        ]

    def _rows(self) -> list[str]:
        """The lines of every table."""
        lines: list[str] = []
        for table in self.shared.tables.values():
            read = reader_of(self.shared, table.field, None)
            lines += row_function(self.shared, self.kept, table, self.numbers, read)
        self.shared.state.clear()
        return lines

    def _values(self) -> str:
        groups = self.shared.model.groups
        values = "".join(f"g{at}, " for at, group in enumerate(groups) if group.word == "category")
        grades = "".join(f"grade{at}, " for at, _ in enumerate(self.shared.model.grades))
        return f"({values}), ({grades})"

    # --- points and what follows ------------------------------------------------------------------------------------

    def _scoring(self, *, record: bool) -> Writer:
        model = self.shared.model
        writer = Writer("r" if record else "t", depth=1)
        tabled = frozenset(id(unit) for table in self.shared.tables.values() for unit, _ in table.units)
        points = self.rules(self.shared, self.kept, writer, record, self.numbers, tabled=tabled)
        if record:
            self._noting(writer)
        adds: list[str] = []
        personas: list[str] = []
        for at, group in enumerate(model.groups):
            value, added = points.group(group, at)
            if group.word == "category":
                adds.append(added)
            else:
                personas.append(value)
        if model.scoring:
            points.all_of(model.scoring, "score")
            adds.insert(0, "score")
        self._persona(writer, personas)
        adds += ["best"] if personas else []
        writer.line(f"score = {writer.sum_of(adds)}")
        points.bound("score", model.least, model.most)
        After(self.shared, points.logic, points.values).all()
        return writer

    def _fired_again(self) -> tuple[Writer, str]:
        """The lines that note once more which rules fired, and the names of all that they need of the lead."""
        writer = Writer("r", depth=1)
        self.shared.state.clear()
        self._noting(writer)
        tabled = frozenset(id(unit) for table in self.shared.tables.values() for unit, _ in table.units)
        points = Points(self.shared, self.kept, writer, True, self.numbers, tabled=tabled)
        for at, group in enumerate(self.shared.model.groups):
            points.all_of(group.scoring, f"g{at}", tables=False)
        points.all_of(self.shared.model.scoring, "score", tables=False)
        return writer, "".join(f"{name}, " for name in ("as_of", *self.shared.state))

    def _noting(self, writer: Writer) -> None:
        fired = [parts_of(self.shared.field(name).text, table)[1] for name, table in self.shared.tables.items()]
        self.shared.state.update(dict.fromkeys(fired))
        self.noted = f"[{', '.join(['fired', *fired])}]"
        writer.line("fired = []")
        writer.line("fire = fired.append")

    def _persona(self, writer: Writer, values: list[str]) -> None:
        writer.line("persona = None")
        if values:
            writer.line("best = 0")
        names = [group.name for group in self.shared.model.groups if group.word == "persona"]
        for name, value in zip(names, values, strict=True):
            writer.line(f"if {value} > best: best, persona = {value}, {self.shared.constants.name(name)}")

    # --- events -----------------------------------------------------------------------------------------------------

    def _reset(self) -> None:
        """The lines that find the instant up to which all is forgotten."""
        start_over = self.shared.model.start_over
        if start_over is not None:
            latest = Context(self.shared, self.every).logic(self.reset).facts.latest(start_over)
            self.reset.line(f"since = {latest}")

    def _events(self, reading: Reading, *, dated: bool) -> list[str]:
        """The lines from the list of events to all that is gathered of them; `dated` compares datetimes in the loop."""
        model, kept = self.shared.model, self.kept
        writer = Writer("j", depth=1)
        starting_over = model.start_over is not None
        for kind in model.kinds if starting_over else ():
            kept.kept_events(kind)
        starts = [*self.every.starts, *kept.starts, *(["last = NEVER"] if kept.last else [])]
        starts += [f"{kept.kept_events(kind)} = []" for kind in kept.kept]
        for start in starts:
            writer.line(start.replace("NEVER", "LONG_AGO") if dated else start)
        if not dated:
            for line in ["upto = as_of", *self.shared.loop_windows.in_microseconds()]:
                writer.line(line)
        writer.lines += indented(self.before.lines)
        with writer.block("if events:"):
            if dated:
                names = "".join(f"{name}, " for name in ("upto", *self.shared.loop_windows.names.values()))
                writer.line(f"{names}= instants_of.get(as_of) or noted(instants_of, as_of, instants)")
            with writer.block("for event in events:"):
                reading.event(writer, dated=dated)
                if kept.last and not starting_over:
                    writer.line("if at > last: last = at")
                self._kinds(reading, writer, starting_over)
        if dated:
            for name in [*kept.instants, *(["last"] if kept.last else [])]:
                writer.line(f"{name} = NEVER if {name} is LONG_AGO else micros({name})")
        if starting_over:
            self._again(writer, self.every)
            writer.lines += indented(self.reset.lines)
            self._again(writer, kept)
        return writer.lines if dated else [line.replace("micros(at)", "at") for line in writer.lines]

    def _kinds(self, reading: Reading, writer: Writer, starting_over: bool) -> None:
        """The lines for an event of each kind: read its attributes, and gather or keep it."""
        blocks = [self._kind(reading, at, kind, starting_over) for at, kind in enumerate(self.shared.model.kinds)]
        filled = [(at, block) for at, block in enumerate(blocks) if block.lines]
        dispatch(writer, "number", filled)

    def _kind(self, reading: Reading, at: int, kind: str, starting_over: bool) -> Writer:
        block = Writer(f"y{at}_")
        used = self.shared.attributes.get(kind, {})
        for index, attribute in enumerate(self.shared.model.kinds[kind].attributes):
            cases = {} if index else self.kept.cases.get(kind, {})
            reading.attribute(block, attribute, f"a{index}", kind, used=attribute.name in used, cases=cases)
        if not starting_over:
            self._gathering(block, self.kept, kind)
        if kind in self.kept.kept:
            block.line(
                f"{self.kept.kept_events(kind)}.append((micros({self.shared.unpacked(kind).replace(',', '),', 1)}))"
            )
        return block

    def _gathering(self, block: Writer, gathered: Pass, kind: str) -> None:
        cases: dict[int, Writer] = {}
        for part in gathered.parts.values():
            if part.query.kind == kind and part.lines.lines:
                place = block if part.case is None else cases.setdefault(part.case, Writer("c"))
                place.add(part.lines)
        if cases:
            with block.block("if case:"):
                dispatch(block, "case", sorted(cases.items(), key=lambda item: item[0]))

    def _again(self, writer: Writer, gathered: Pass) -> None:
        """A pass over events that were kept, kind by kind."""
        for kind in self.shared.model.kinds:
            inner = Writer("z")
            self._gathering(inner, gathered, kind)
            if gathered.last:
                inner.line("if at > last: last = at")
            if not inner.lines:
                continue
            with writer.block(f"for {self.shared.unpacked(kind)}in {self.kept.kept_events(kind)}:"):
                if gathered.since:
                    writer.line(f"if at <= {gathered.since}: continue")
                writer.add(inner)


def dispatch(writer: Writer, local: str, blocks: list[tuple[int, Writer]]) -> None:
    """The lines of the block whose number a local holds: few are told apart one after the other, many by halves."""
    if len(blocks) > MANY:
        middle = len(blocks) // 2
        with writer.block(f"if {local} < {blocks[middle][0]}:"):
            dispatch(writer, local, blocks[:middle])
        with writer.block("else:"):
            dispatch(writer, local, blocks[middle:])
        return
    for place, (at, block) in enumerate(blocks):
        with writer.block(f"{'elif' if place else 'if'} {local} == {at}:"):
            writer.add(block)


RESULT = "id, score, persona, stage, blocked, route"
MANY = 6


def lower(model: m.CheckedModel, slots: Slots | None = None) -> Texts:
    """The texts of a model's functions; with `slots` they read decoded leads, and `exact` any."""
    shared = Shared(model, Constants())
    before = Writer("d")
    passes = (Pass(shared, "p", before), Pass(shared, "", before))
    return Lowering(shared, before, *passes, Writer("s"), numbers_of(model), slots).texts()


def numbers_of(model: m.CheckedModel) -> dict[str, int]:
    """The rules' numbers by their identity."""
    return {rule.id: at for at, rule in enumerate(m.rules_of(model.ordered))}


def indented(lines: list[str]) -> list[str]:
    """The lines of a function's body."""
    return [f"    {line}" for line in lines]


def text_of(lines: list[str]) -> str:
    """The text of lines."""
    return "\n".join([*lines, ""])
