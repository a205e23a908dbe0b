"""Lowering points: a column for each rule that gives some (NULL when it does not fire), and the sums of the groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction

from attrs import Factory, define, frozen
from sqlglot import exp

from scorelang import model as m
from scorelang import nodes as n
from scorelang.sql import decays
from scorelang.sql import spell as s
from scorelang.sql.events import Events, OverEvents
from scorelang.sql.expressions import CannotLower, Expressions
from scorelang.sql.layers import Joined
from scorelang.sql.spell import Sql
from scorelang.sql.zones import instant_to_local
from scorelang.values import DAY, EPOCH, MOST_POINTS


@frozen
class Ranked:
    """A rule that counts only the latest events of each day, week or month: a part of the query of its own."""

    part: str
    over: OverEvents
    query: m.Query
    points: Sql
    period: Sql
    frequency: n.Frequency
    column: str


@define
class Points:
    """Lowers rules, choices, grids and groups.

    `amounts` are the points of every rule by its identity, `always` those that are the same whenever the rule fires.
    Rules with such points, outside of choices, fire where their condition `holds`.
    """

    expressions: Expressions
    events: Events
    zone: tzinfo
    amounts: dict[str, Sql] = Factory(dict)
    always: dict[str, int] = Factory(dict)
    holds: dict[str, Sql] = Factory(dict)
    ranked: list[Ranked] = Factory(list)
    # By the id() of a rule of `each`: its points, which versions of a model that share a query may have in common.
    _of_each: dict[int, Sql] = Factory(dict)

    def beside(self) -> Points:
        """For another version of the model, in the same query."""
        own = self.expressions
        expressions = Expressions(own.layers, own.as_of, own.fields, own.dialect, own.moved)
        expressions.events = self.events.beside(expressions)
        return Points(expressions, expressions.events, self.zone, ranked=self.ranked, of_each=self._of_each)

    def lower(self, scoring: m.Scoring) -> Sql | None:
        """What a rule, choice or grid adds to the sum (0 when nothing); None when it never does."""
        match scoring:
            case m.Rule():
                found = self.rule(scoring)
                if found is not None and scoring.id in self.always and scoring.condition is not None:
                    return self.fixed(scoring, scoring.condition)
                found = None if found is None else self.note(scoring.id, found)
            case m.Choice():
                return self.choice(scoring)
            case m.Grid():
                found = self.note(scoring.id, self.grid(scoring))
        return None if found is None else s.coalesce(found, s.long(0))

    def fixed(self, rule: m.Rule, condition: m.Expression) -> Sql:
        """What a rule adds whose points are always the same: one choice between two numbers, and no NULL on the way."""
        held = self.holds[rule.id] = self.expressions.layers.bind(self.expressions.lower(condition))
        points = s.long(self.always[rule.id])
        self.amounts[rule.id] = s.case([(held, points)])
        return s.case([(held, points)], s.long(0))

    def note(self, identity: str, points: Sql) -> Sql:
        """Keep a rule's points as a column."""
        column = self.amounts[identity] = self.expressions.layers.bind(points)
        return column

    # --- rules

    def rule(self, rule: m.Rule) -> Sql | None:
        """A rule's points; NULL when it does not fire, None when it cannot at this `as of`."""
        during = self._during(rule)
        if during is False:
            return None
        try:
            if rule.query is not None:
                if id(rule) not in self._of_each:
                    self._of_each[id(rule)] = self._each(rule, rule.query)
                points = self._of_each[id(rule)]
            else:
                points = self._once(rule)
        except decays.TooManySteps:
            raise CannotLower(rule.place, "this decay has too many different values to be written as SQL") from None
        if rule.id in self.always:
            return points
        points = self.bounded(points, rule.modifiers.least, rule.modifiers.most)
        return points if during is True else s.case([(during, points)])

    def _during(self, rule: m.Rule) -> Sql | bool:
        """Whether a rule is in force when leads are scored: known, or what says so where each has its own moment."""
        during, own = rule.modifiers.during, self.expressions
        if during is None:
            return True
        if own.moved is None:
            return during[0] <= own.as_of < during[1]
        moment = s.long(own.as_of)
        return s.both(s.ge(moment, own.said(during[0])), s.lt(moment, own.said(during[1])))

    def _once(self, rule: m.Rule) -> Sql:
        whole = rule.points if isinstance(rule.points, int) else self._hundredths(self.expressions, rule.points)
        points = s.long(whole) if isinstance(whole, int) else whole
        if rule.modifiers.decays and rule.dated_by and self.events.attributes is not None:
            dates = [self.events.latest(query) for query in rule.dated_by]
            latest = dates[0] if len(dates) == 1 else s.call("GREATEST", *dates)
            at = self.expressions.layers.bind(latest)
            bind = self.expressions.layers.bind
            aged = decays.aged(whole, rule.modifiers.decays, at, self.expressions.as_of, bind)
            points = s.case([(s.missing(at), points)], aged)
        elif isinstance(whole, int) and isinstance(self._during(rule), bool):
            least, most = rule.modifiers.least, rule.modifiers.most
            whole = whole if least is None else max(whole, least)
            self.always[rule.id] = whole if most is None else min(whole, most)
            points = s.long(self.always[rule.id])
        if rule.condition is None:
            return points
        return s.case([(self.expressions.lower(rule.condition), points)])

    def _each(self, rule: m.Rule, query: m.Query) -> Sql:
        if self.events.attributes is None:
            return s.null("BIGINT")
        asked = [query.where] if query.where is not None else []
        over = self.events.over(asked if isinstance(rule.points, int) else [*asked, rule.points])
        over.kind = query.kind
        whole = rule.points if isinstance(rule.points, int) else self._hundredths(over, rule.points)
        points = s.long(whole) if isinstance(whole, int) else whole
        if rule.modifiers.decays:
            points = decays.aged(whole, rule.modifiers.decays, s.col("at"), over.as_of, over.layers.bind)
        if rule.modifiers.frequency is None:
            if isinstance(rule.points, int) and not rule.modifiers.decays:
                count = self.events.count(query)
                return s.case([(s.gt(count, s.whole(0)), s.times(s.cast(count, "BIGINT"), points))])
            return s.cast(over.extreme("SUM", query, points), "BIGINT")
        column = self.expressions.layers.reserve(over.found.into)
        part = f"ranked_{len(self.ranked)}"
        meant = over.meant(query)
        frequency = rule.modifiers.frequency
        period = self._period(frequency, over)
        self.ranked.append(Ranked(part, over, query, s.case([(meant, points)]), period, frequency, column))
        return s.col(column)

    @staticmethod
    def _hundredths(expressions: Expressions, expression: m.Expression) -> Sql:
        """A double as whole hundredths, halves away from zero, within the most points there are."""
        number = expressions.layers.bind(expressions.lower(expression))
        size = s.call("LEAST", s.call("ABS", number), s.double(float(MOST_POINTS)))
        scaled = s.times(size, s.double(100.0))
        scaled = expressions.layers.bind(scaled)
        floor = s.call("FLOOR", scaled)
        up = s.case([(s.ge(s.minus(scaled, floor), s.double(0.5)), s.long(1))], s.long(0))
        whole = s.plus(s.cast(floor, "BIGINT"), up)
        return expressions.layers.bind(
            s.case(
                [(s.missing(number), s.null("BIGINT")), (s.lt(number, s.double(0.0)), s.minus(s.long(0), whole))], whole
            )
        )

    def bounded(self, points: Sql, least: int | Sql | None, most: int | Sql | None) -> Sql:
        """Within the bounds, the upper one last; NULL stays NULL."""
        for limit, beyond in ((least, s.lt), (most, s.gt)):
            if limit is not None:
                points = self.expressions.layers.bind(points)
                bound = s.long(limit) if isinstance(limit, int) else limit
                points = s.case([(beyond(points, bound), bound)], points)
        return points

    # --- choices and grids

    def choice(self, choice: m.Choice) -> Sql | None:
        """The first branch that is true, or the one with the most points; `otherwise` only when none is."""
        bind = self.expressions.layers.bind
        lowered = [(branch, self.rule(branch)) for branch in choice.branches]
        branches = [(branch, bind(points)) for branch, points in lowered if points is not None]
        if not branches:
            return None
        ifs = [(branch, points) for branch, points in branches if branch.form != "otherwise"]
        last = [(branch, points) for branch, points in branches if branch.form == "otherwise"]
        if choice.best and len(ifs) > 1:
            most = bind(s.call("GREATEST", *(points for _, points in ifs)))
            tests = [s.eq(points, most) for _, points in ifs]
        else:
            tests = [self._holds(branch, points) for branch, points in ifs]
        cases = [(test, s.whole(at)) for at, test in enumerate(tests)]
        # A branch that is true and has no points keeps `otherwise` from giving some.
        cases += [(self._holds(branch, points), s.whole(-1)) for branch, points in ifs if choice.best and last]
        cases += [(s.known(points), s.whole(len(ifs))) for _, points in last]
        chosen = bind(s.case(cases))
        parts = []
        for at, (branch, points) in enumerate([*ifs, *last]):
            parts.append(self.note(branch.id, s.case([(s.eq(chosen, s.whole(at)), points)])))
        return s.total(s.coalesce(part, s.long(0)) for part in parts)

    def _holds(self, branch: m.Rule, points: Sql) -> Sql:
        """Whether a branch is true, even where its points are missing."""
        if isinstance(branch.points, int) or branch.condition is None:
            return s.known(points)
        held, during = self.expressions.lower(branch.condition), self._during(branch)
        return s.is_true(held if isinstance(during, bool) else s.both(held, during))

    def grid(self, grid: m.Grid) -> Sql:
        """The points by the first row and the first column that match."""
        row, column = (
            self.expressions.layers.bind(
                s.case(
                    (s.flag(True) if test is None else self.expressions.lower(test), s.whole(at))
                    for at, test in enumerate(tests)
                )
            )
            for tests in (grid.rows, grid.columns)
        )
        rows = [
            (s.whole(at), s.switch(column, [(s.whole(to), s.long(points)) for to, points in enumerate(cells)]))
            for at, cells in enumerate(grid.points)
        ]
        return s.switch(row, rows)

    # --- groups

    def group(self, group: m.Group, above: dict[str, Sql]) -> tuple[Sql, Sql]:
        """A group's value after silence and bounds, and what it adds to the score."""
        bind = self.expressions.layers.bind
        parts = [part for scoring in group.scoring if (part := self.lower(scoring)) is not None]
        total = bind(s.cast(s.total(parts), "BIGINT"))
        if group.silence is not None and self.events.attributes is not None:
            latest = self.events.latest_of_all()
            try:
                quiet = decays.aged(total, (group.silence,), latest, self.expressions.as_of, bind)
            except decays.TooManySteps:
                why = "this loss for silence has too many different values to be written as SQL"
                raise CannotLower(group.place, why) from None
            total = s.case([(s.missing(latest), total)], quiet)
        least, most = (above[bound] if isinstance(bound, str) else bound for bound in (group.least, group.most))
        value = bind(self.bounded(total, least, most))
        if group.weight is None:
            return value, value
        assert isinstance(group.most, int)
        share = Fraction(group.weight * 100, group.most)
        over, under = (s.cast(s.whole(part), "HUGEINT") for part in (share.numerator, share.denominator))
        return value, bind(decays.scaled(value, over, under))

    # --- the query

    def build_ranked(self) -> Iterator[tuple[str, exp.Select, int]]:
        """The parts of the query that rank events, and the layer of the leads above which each must stand."""
        for ranked in self.ranked:
            over, layers = ranked.over, ranked.over.layers
            by = self.events.by if layers.base == "events" else "row"
            key = "lead" if layers.base == "events" or self.events.by == "row" else "row"
            amounts = s.select(
                [
                    s.aliased(s.col(key), "of"),
                    s.aliased(s.col("at"), "at"),
                    s.aliased(ranked.points, "points"),
                    s.aliased(ranked.period, "period"),
                ],
                s.table(layers.named(layers.top)),
            )
            order = [exp.Ordered(this=s.col(name), desc=True, nulls_first=False) for name in ("at", "points")]
            rank = exp.Window(
                this=exp.RowNumber(), partition_by=[s.col("of"), s.col("period")], order=exp.Order(expressions=order)
            )
            ranks = s.select(
                [s.col("of"), s.col("points"), s.aliased(rank, "rank")],
                exp.Subquery(this=amounts, alias=exp.TableAlias(this=s.name("amounts"))),
                s.known(s.col("points")),
            )
            kept = s.le(s.col("rank"), s.whole(ranked.frequency.number))
            yield (
                ranked.part,
                s.select(
                    [s.col("of"), s.aliased(s.cast(s.call("SUM", s.col("points")), "BIGINT"), ranked.column)],
                    exp.Subquery(this=ranks, alias=exp.TableAlias(this=s.name("ranks"))),
                    kept,
                    group=s.grouped([s.col("of")]),
                ),
                over.found.into - 1,
            )
            own = self.expressions.layers
            own.join(over.found.into, Joined(ranked.part, ((by, "of"),), (ranked.column,)))

    def _period(self, frequency: n.Frequency, over: OverEvents) -> Sql:
        """The calendar day, ISO week or month of an event, as a whole number."""
        period = frequency.period
        # scorelang.values.local_date keeps away from the ends of the calendar, and so do these.
        first, last = (
            (limit - EPOCH) // timedelta(microseconds=1)
            for limit in (datetime.min + timedelta(2), datetime.max - timedelta(2))
        )
        at: Sql = s.col("at")
        if over.moved is not None:
            at = over.layers.bind(s.minus(at, over.moved))
        if self.zone is UTC:
            at = s.call("LEAST", s.call("GREATEST", at, s.long(first)), s.long(last))
        local = instant_to_local(at, self.zone, over.layers.bind)
        # Days from 1 January of the year 1, a Monday: never negative.
        start = (EPOCH - EPOCH.replace(year=1, month=1, day=1)).days
        day = s.whole_over(s.plus(local, s.long(start * DAY)), s.long(DAY))
        if period == "day":
            return day
        if period == "week":
            return s.whole_over(day, s.long(7))
        if not over.dialect.native:
            return _month(over.layers.bind(day), over.layers.bind)
        stamp = s.call("MAKE_TIMESTAMP", local)
        return s.plus(s.times(s.call("YEAR", stamp), s.long(12)), s.call("MONTH", stamp))


def _month(day: Sql, bind: Callable[[Sql], Sql]) -> Sql:
    """A number for the month of a day, which is counted from 1 January of the year 1.

    Years are taken to begin in March, so that what a leap year adds stands at their end: the months then begin at fixed
    days (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
    """

    def over(left: Sql, right: int) -> Sql:
        return s.whole_over(left, s.whole(right))

    since = bind(s.plus(day, s.whole(306)))
    era = bind(over(since, 146_097))
    of_era = bind(s.minus(since, s.times(era, s.whole(146_097))))
    leaps = s.minus(s.plus(s.minus(of_era, over(of_era, 1_460)), over(of_era, 36_524)), over(of_era, 146_096))
    year = bind(over(leaps, 365))
    past = s.minus(s.plus(s.times(year, s.whole(365)), over(year, 4)), over(year, 100))
    of_year = bind(s.minus(of_era, past))
    month = over(s.plus(s.times(of_year, s.whole(5)), s.whole(2)), 153)
    years = s.plus(s.times(era, s.whole(400)), year)
    return s.plus(s.times(years, s.whole(12)), month)
