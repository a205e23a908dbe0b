"""Rules, choices, matrices and categories: from what was read to points."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import Factory, define, field

from scorelang import model as m
from scorelang import nodes as n
from scorelang.codegen.events import Context, Each, Pass, Shared
from scorelang.codegen.logic import Known, Logic
from scorelang.codegen.runtime import Decay, table_of
from scorelang.codegen.writer import Writer


@define
class Points:
    """Lowers rules. With `record`, every rule that fires is noted in a list, as its number and its points."""

    shared: Shared
    gathered: Pass
    writer: Writer
    record: bool
    numbers: dict[str, int]
    context: Context = field(init=False)
    logic: Logic = field(init=False)
    values: dict[str, str] = Factory(dict)
    # Rules that stand in tables, which add to their totals once for all of them.
    tabled: frozenset[int] = frozenset()

    def __attrs_post_init__(self) -> None:
        self.context = Context(self.shared, self.gathered)
        self.logic = self.context.logic(self.writer)

    # --- categories -------------------------------------------------------------------------------------------------

    def group(self, group: m.Group, index: int) -> tuple[str, str]:
        """The locals with the value of a category or persona, and with what it adds."""
        name = f"g{index}"
        self.all_of(group.scoring, name)
        if group.silence is not None:
            last = self.gathered.latest_of_all()
            losing = self.shared.constants.made("losing", group.silence.share, group.silence.every)
            self.writer.line(f"if {last} != NEVER: {name} = {losing}({name}, as_of - {last})")
        least, most = (self.values[bound] if isinstance(bound, str) else bound for bound in (group.least, group.most))
        self.bound(name, least, most)
        self.values[group.name] = name
        if group.weight is None:
            return name, name
        assert isinstance(group.most, int)
        factor = group.weight * 100 / group.most
        self.writer.line(f"{name}_adds = ratio({name} * {factor.numerator}, {factor.denominator})")
        return name, f"{name}_adds"

    def all_of(self, scoring: tuple[m.Scoring, ...], total: str, *, tables: bool = True) -> None:
        """The lines that set a total to what rules give, in tables (where these are wanted) and one by one."""
        found = self.shared.tables.items() if tables else ()
        points = [f"{self.shared.field(name).text}_{total}" for name, table in found if total in table.totals]
        self.writer.line(f"{total} = {self.writer.sum_of(points)}")
        for one in scoring:
            if id(one) not in self.tabled:
                self.scoring(one, total)

    def bound(self, name: str, least: object, most: object) -> None:
        """Lines that keep a local within bounds; the upper one has the last word."""
        if least is not None:
            self.writer.line(f"if {name} < {least}: {name} = {least}")
        if most is not None:
            self.writer.line(f"if {name} > {most}: {name} = {most}")

    # --- rules ------------------------------------------------------------------------------------------------------

    def scoring(self, scoring: m.Scoring, total: str) -> None:
        """The lines that add what a rule, choice or matrix gives."""
        match scoring:
            case m.Rule():
                self._rule(scoring, lambda points: self._add(total, scoring.id, points))
            case m.Choice():
                self._choice(scoring, total)
            case m.Grid():
                self._grid(scoring, total)

    def _add(self, total: str, rule: str, points: str | int) -> None:
        if points != 0:
            self.writer.line(f"{total} += {points}")
        if self.record:
            self._fired(rule, points)

    def _fired(self, rule: str, points: str | int) -> None:
        number = self.numbers[rule]
        pair = self.shared.constants.name((number, points)) if isinstance(points, int) else f"({number}, {points})"
        self.writer.line(f"fire({pair})")

    def _rule(self, rule: m.Rule, then: Callable[[str | int], None], missed: str = "") -> None:
        """The lines of a rule, and inside its tests those that `then` writes for its points.

        `missed` is a line that follows them where points may be missing although the rule is true.
        """
        tests: list[str] = []
        if rule.modifiers.during is not None:
            start, end = rule.modifiers.during
            tests.append(f"{start} <= as_of < {end}")
        if rule.query is not None:
            each = self._each(rule, rule.query)
            self._inside([*tests, each.fired], lambda: self._bounded(rule, each.total, then))
            return
        if rule.condition is not None:
            condition = self.logic.true(rule.condition)
            tests.append(f"({condition})" if tests else condition)
        if isinstance(rule.points, int) and (not rule.modifiers.decays or not rule.dated_by):
            self._inside(tests, lambda: then(_bounded(rule.points, rule.modifiers)))  # type: ignore[arg-type]
            return
        self._inside(tests, lambda: self._worked_out(rule, then, missed))

    def _inside(self, tests: list[str], write: Callable[[], None]) -> None:
        if not tests:
            write()
            return
        with self.writer.block(f"if {' and '.join(tests)}:"):
            write()

    def _worked_out(self, rule: m.Rule, then: Callable[[str | int], None], missed: str) -> None:
        """Points that an expression or an age tells."""
        whole = self.logic.value(rule.points) if isinstance(rule.points, m.Expression) else None
        with self.writer.block(f"if {_held(whole)}:"):
            points = self.writer.fresh()
            self.writer.line(f"{points} = {f'hundredths({whole.text})' if whole else rule.points}")
            if rule.modifiers.decays and rule.dated_by:
                self._dated(rule, points)
            self._bounded(rule, points, then)
        if missed and whole is not None and whole.guards:
            self.writer.line(missed)

    def _dated(self, rule: m.Rule, points: str) -> None:
        """Lines that take from points what the age of the latest event that the rule asks for takes."""
        latest = list(dict.fromkeys(self.context.latest(query) for query in rule.dated_by))
        at = latest[0] if len(latest) == 1 else self.writer.temporary(f"max({', '.join(latest)})")
        whole = rule.points if isinstance(rule.points, int) else points
        with self.writer.block(f"if {at} != NEVER:"):
            self.writer.line(f"age = as_of - {at}")
            self.writer.line(f"{points} = {aged(self.shared, whole, rule.modifiers.decays)}")

    def _bounded(self, rule: m.Rule, points: str, then: Callable[[str | int], None]) -> None:
        if rule.query is not None and (rule.modifiers.least, rule.modifiers.most) != (None, None):
            # What was gathered may be needed again, as it was.
            points = self.writer.temporary(f"0 + {points}")
        self.bound(points, rule.modifiers.least, rule.modifiers.most)
        then(points)

    # --- once for every event ---------------------------------------------------------------------------------------

    def _each(self, rule: m.Rule, query: m.Query) -> Each:
        """The locals with the points of a rule over its events; a rule may be lowered more than once."""
        if isinstance(rule.points, int) and not rule.modifiers.decays and rule.modifiers.frequency is None:
            count = self.context.count(query)
            return Each(self.writer.temporary(f"{count} * {rule.points}"), count)
        each = self.shared.each.get(rule.id)
        if each is None:
            each = Each(self.shared.local("e"), self.shared.local("n"))
            starts = (f"{each.total} = {'[]' if rule.modifiers.frequency else 0}", f"{each.fired} = False")
            alone = isinstance(rule.points, int) or self.shared.stands_alone(rule.points)
            if self.context.each(query, starts, alone, lambda logic: self._of_one(rule, each, logic)):
                self.shared.each[rule.id] = each
        if rule.id in self.shared.each:
            self.shared.state.update(dict.fromkeys((each.total, each.fired)))
        return each if rule.modifiers.frequency is None else self._limited(each, rule.modifiers.frequency)

    def _limited(self, each: Each, frequency: n.Frequency) -> Each:
        """Only the latest so many of each period count."""
        period = self.shared.constants.made("period_of", frequency.period, self.shared.model.timezone)
        total = self.writer.temporary(f"latest_of_each({each.total}, {frequency.number}, {period})")
        return Each(total, each.fired)

    def _of_one(self, rule: m.Rule, each: Each, logic: Logic) -> None:
        """The lines that add what one event gives."""
        writer = logic.writer
        whole = logic.value(rule.points) if isinstance(rule.points, m.Expression) else None
        with writer.block(f"if {_held(whole)}:"):
            points: str | int = rule.points if isinstance(rule.points, int) else writer.fresh()
            if whole is not None:
                writer.line(f"{points} = hundredths({whole.text})")
            if rule.modifiers.decays:
                writer.line("age = as_of - micros(at)")
                points = writer.temporary(aged(self.shared, points, rule.modifiers.decays))
            many = rule.modifiers.frequency is not None
            writer.line(f"{each.total}.append((micros(at), {points}))" if many else f"{each.total} += {points}")
            writer.line(f"{each.fired} = True")

    # --- choices and matrices ---------------------------------------------------------------------------------------

    def _choice(self, choice: m.Choice, total: str) -> None:
        branches = choice.branches
        others = branches[-1:] if branches and branches[-1].form == "otherwise" else ()
        best = self.writer.fresh()
        self.writer.line(f"{best} = None")
        number = self.writer.fresh() if self.record else ""
        # Whether a branch was true whose points are missing: then `otherwise` gives none.
        worked_out = any(isinstance(branch.points, m.Expression) for branch in branches)
        true = self.writer.fresh() if choice.best and others and worked_out else ""
        if true:
            self.writer.line(f"{true} = False")
        missed = "break" if not choice.best else f"{true} = True" if true else ""
        with self.writer.block("for _ in ONCE:"):
            for branch in branches[: len(branches) - len(others)]:
                self._rule(branch, partial(self._take, choice, branch, best, number), missed)
            for branch in others:
                with self.writer.block(f"if {best} is None{f' and not {true}' if true else ''}:"):
                    self._rule(branch, partial(self._take, choice, branch, best, number))
        with self.writer.block(f"if {best} is not None:"):
            self.writer.line(f"{total} += {best}")
            if self.record:
                self.writer.line(f"fire(({number}, {best}))")

    def _take(self, choice: m.Choice, branch: m.Rule, best: str, number: str, points: str | int) -> None:
        """The lines of a branch that is true: it is chosen, or it is compared with the one chosen so far."""
        lines = [f"{best} = {points}", *([f"{number} = {self.numbers[branch.id]}"] if self.record else [])]
        if choice.best:
            self.writer.choose([(f"{best} is None or {points} > {best}", lines)], [])
            return
        for line in [*lines, "break"]:
            self.writer.line(line)

    def _grid(self, grid: m.Grid, total: str) -> None:
        row, column = self._place(grid.rows), self._place(grid.columns)
        with self.writer.block(f"if {row} is not None and {column} is not None:"):
            table = self.shared.constants.name(grid.points)
            cell = self.writer.fresh()
            self.writer.line(f"{cell} = {table}[{row}][{column}]")
            self._add(total, grid.id, cell)

    def _place(self, tests: tuple[m.Expression | None, ...]) -> str:
        """The local with the number of the first test that is true."""
        name = self.writer.fresh()
        cases: list[tuple[str, list[str]]] = []
        for at, test in enumerate(tests):
            cases.append(("True" if test is None else self.logic.true(test), [f"{name} = {at}"]))
            if test is None:
                break
        self.writer.line(f"{name} = None")
        self.writer.choose(cases, [])
        return name


def _held(whole: Known | None) -> str:
    return " and ".join(whole.guards) if whole is not None and whole.guards else "True"


def _bounded(points: int, modifiers: m.Modifiers) -> int:
    points = points if modifiers.least is None else max(points, modifiers.least)
    return points if modifiers.most is None else min(points, modifiers.most)


def decay_of(decay: m.Losing | m.Fading) -> Decay:
    """A decay as the run time takes it."""
    return (decay.share, decay.every) if isinstance(decay, m.Losing) else (None, decay.over)


def aged(shared: Shared, points: str | int, decays: tuple[m.Losing | m.Fading, ...]) -> str:
    """The text of what the local `age` leaves of points."""
    decay = decays[0]
    if len(decays) == 1 and isinstance(decay, m.Losing):
        table = table_of(points, decay.share) if isinstance(points, int) else None
        if table is None:
            return f"{shared.constants.made('losing', decay.share, decay.every)}({points}, age)"
        name = shared.constants.name(table)
        return f"{name}[age // {decay.every}] if age < {decay.every * len(table)} else 0"
    if len(decays) == 1 and isinstance(decay, m.Fading):
        return f"ratio({points} * ({decay.over} - age), {decay.over}) if age < {decay.over} else 0"
    return f"aged({points}, {shared.constants.name(tuple(decay_of(decay) for decay in decays))}, age)"
