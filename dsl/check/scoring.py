"""Rules, choices, matrices, categories and personas."""

from __future__ import annotations

from fractions import Fraction

from scorelang import nodes as n
from scorelang.check.cells import check_cell, points_of_cell
from scorelang.check.events import check_query
from scorelang.check.expressions import condition, number
from scorelang.check.identities import identity_of
from scorelang.check.literals import during_value, fading_value, hundredths, losing_value
from scorelang.check.state import Around, State, place
from scorelang.check.walk import children, dating_queries
from scorelang.model import (
    Choice,
    Defined,
    Expression,
    Fading,
    Grid,
    Group,
    Happened,
    Losing,
    Modifiers,
    OnlyHappened,
    Query,
    Rule,
    Scoring,
)
from scorelang.source import Span
from scorelang.suggest import closest, listed


def check_scoring(
    state: State, around: Around, group: str | None, nodes: tuple[n.RuleNode, ...]
) -> tuple[Scoring, ...]:
    """The rules of a block, those with errors left out."""
    checked = [_scoring(state, around, group, node) for node in nodes]
    return tuple(scoring for scoring in checked if scoring is not None)


def _scoring(state: State, around: Around, group: str | None, node: n.RuleNode) -> Scoring | None:
    match node:
        case n.Choose():
            return _choice(state, around, group, node)
        case n.Matrix():
            return _grid(state, around, group, node)
    if node.form == "otherwise":
        state.error(
            around,
            Span(node.span.start, node.span.start + 9),
            "stray-otherwise",
            "`otherwise` stands here without a `choose:`",
            "it is the last line of a `choose:` block",
            help=("for points that every lead gets, raise the bounds or the stages instead",),
        )
        return None
    return _rule(state, around, group, node)


# --- one rule -------------------------------------------------------------------------------------------------------


def _rule(state: State, around: Around, group: str | None, node: n.Rule, before: str = "") -> Rule | None:
    test: Expression | None = None
    query: Query | None = None
    if node.form == "each":
        assert isinstance(node.condition, n.Events)
        query = check_query(state, around, node.condition, condition)
        if query is None:
            return None
    elif node.condition is not None:
        test = condition(state, around, node.condition)
        if test is not None and node.form == "events":
            _check_events_only(state, around, node, test)
    points = _points(state, around.inside(query.kind) if query else around, node.points)
    modifiers = _modifiers(state, around, node)
    if points is None or modifiers is None or (node.condition is not None and test is None and query is None):
        return None
    dated_by = dating_queries(test) if test is not None else ()
    if modifiers.decays and query is None and not dated_by:
        state.error(
            around,
            node.span,
            "decay-without-event",
            "points lose with the age of an event, and this rule asks for none",
            "",
            help=("points for a field do not age; leave the decay out, or let the category lose for silence",),
        )
        return None
    reason = node.reason.value if node.reason else None
    form: str = "each" if query else "if" if test else "otherwise"
    text = around.source.slice(node.condition.span) if node.condition else f"otherwise {before}"
    identity = state.new_id(identity_of(f"each {text}" if query else text, node.reason))
    return Rule(identity, place(around, node.span), group, form, test, query, points, modifiers, dated_by, reason)  # type: ignore[arg-type]


def _check_events_only(state: State, around: Around, node: n.Rule, test: Expression) -> None:
    """Without `if` a rule is about events: a line that begins with a field's name would not read."""
    if _only_events(test):
        return
    assert node.condition is not None
    text = around.source.slice(node.condition.span)
    state.error(
        around,
        node.condition.span,
        "missing-if",
        "a rule about the lead's fields begins with `if`"
        if not isinstance(test, Defined)
        else "a rule about a `define` begins with `if`",
        "",
        help=(f"write `if {text} then …`",),
    )


def _only_events(test: Expression) -> bool:
    if isinstance(test, Happened | OnlyHappened):
        return True
    below = children(test)
    return bool(below) and not isinstance(test, Defined) and all(_only_events(child) for child in below)


def _points(state: State, around: Around, node: n.Node) -> int | Expression | None:
    """Points in hundredths, or an expression that is worked out for each lead or event."""
    signed = around.source.text[node.span.start : node.span.start + 1] in ("+", "-")
    is_zero = isinstance(node, n.Number) and node.value == 0
    if not signed and not is_zero:
        text = around.source.slice(node.span)
        state.error(
            around,
            node.span,
            "unsigned-points",
            "points carry a sign",
            "more points or fewer?",
            help=(f"write `+{text}` to add, `-{text}` to take away",),
        )
        return None
    if isinstance(node, n.Number):
        return hundredths(state, around, node)
    return number(state, around, node)


def _modifiers(state: State, around: Around, node: n.Rule) -> Modifiers | None:
    least = most = None
    frequency: n.Frequency | None = None
    during: tuple[int, int] | None = None
    decays: list[Losing | Fading] = []
    fine = True
    for modifier in node.modifiers:
        match modifier:
            case n.Bound(how=how, limit=limit):
                value = hundredths(state, around, limit) if isinstance(limit, n.Number) else None
                if not isinstance(limit, n.Number):
                    state.error(around, limit.span, "not-a-number", "a rule's bound is a number of points", "")
                fine = fine and value is not None
                least, most = (value, most) if how == "at least" else (least, value)
            case n.Frequency():
                frequency = modifier
                fine = _check_frequency(state, around, node, modifier) and fine
            case n.During():
                during = during_value(state, around, modifier)
                fine = fine and during is not None
            case _:
                decay = decay_of(state, around, modifier)
                fine = fine and decay is not None
                decays.extend(() if decay is None else (decay,))
    if least is not None and most is not None and least > most:
        state.error(around, node.span, "ends-before-start", "the least that this rule adds is more than the most", "")
        return None
    return Modifiers(least, most, frequency, tuple(decays), during) if fine else None


def _check_frequency(state: State, around: Around, node: n.Rule, modifier: n.Frequency) -> bool:
    if node.form != "each":
        state.error(
            around,
            modifier.span,
            "frequency-without-each",
            "only points for each event can be limited to so many a day",
            "this rule gives its points once",
            help=("begin the rule with `each`",),
        )
        return False
    if modifier.number < 1:
        state.error(around, modifier.span, "not-a-count", "a number of times is a whole number, at least 1", "")
        return False
    return True


def decay_of(state: State, around: Around, node: n.Losing | n.Fading | n.Preset) -> Losing | Fading | None:
    """A decay, written out or by its name."""
    match node:
        case n.Losing():
            return losing_value(state, around, node)
        case n.Fading():
            return fading_value(state, around, node)
    symbol = around.scope.symbols.get(node.name.name)
    if symbol is not None and isinstance(symbol.node, n.Decay):
        state.used.add(id(symbol))
        return decay_of(state, Around(symbol.scope, "rule"), symbol.node.decay)
    if node.name.name not in around.scope.lost:
        known = [name for name, symbol in around.scope.symbols.items() if symbol.what == "decay"]
        near = closest(node.name.name, known)
        state.error(
            around,
            node.span,
            "unknown-decay",
            f"no decay is called `{node.name.name}`",
            f"did this mean `{near}`?" if near else "",
            help=(
                "points are followed by `at most 10`, `losing 50% every 30 days`, `once a day`, `during DATE to DATE`",
                f"decays: {listed(known)}" if known else None,
            ),
        )
    return None


# --- choices and matrices -------------------------------------------------------------------------------------------


def _choice(state: State, around: Around, group: str | None, node: n.Choose) -> Choice | None:
    if not node.branches:
        state.error(around, node.span, "empty-block", "this `choose:` has no lines", "indent its rules below it")
        return None
    branches: list[Rule] = []
    first = ""
    for at, branch in enumerate(node.branches):
        if not isinstance(branch, n.Rule) or branch.form == "each":
            state.error(
                around,
                branch.span,
                "not-a-branch",
                "a `choose:` holds rules with a condition, and `otherwise`",
                "one branch gives points",
                help=("put this outside the `choose:`",),
            )
            continue
        if branch.form == "otherwise" and at != len(node.branches) - 1:
            state.error(
                around,
                Span(branch.span.start, branch.span.start + 9),
                "stray-otherwise",
                "`otherwise` is the last line of a `choose:`",
                "nothing below it could ever be chosen",
            )
            continue
        rule = _rule(state, around, group, branch, first)
        if rule is not None:
            branches.append(rule)
            first = first or rule.text
    return Choice(place(around, node.span), node.best, tuple(branches))


def _grid(state: State, around: Around, group: str | None, node: n.Matrix) -> Grid | None:
    if len(node.rows) < 2 or len(node.rows[0].cells) < 2:
        state.error(
            around,
            node.span,
            "empty-block",
            "this matrix has no points",
            "its first row holds tests, every further one a test and points",
            help=('write rows like `| "Education" | +5 | +10 |` below it',),
        )
        return None
    head, *body = node.rows
    if head.cells[0].form != "empty":
        state.error(
            around, head.cells[0].span, "matrix-corner", "the first cell of a matrix is empty", "leave it blank"
        )
    columns = [check_cell(state, around, node.by_column, cell) for cell in head.cells[1:]]
    rows, points = [], []
    for row in body:
        if len(row.cells) != len(head.cells):
            state.error(
                around,
                row.span,
                "uneven-row",
                f"this row has {len(row.cells)} cells, the first one {len(head.cells)}",
                "every row has a cell for every column",
            )
            continue
        rows.append(check_cell(state, around, node.by_row, row.cells[0]))
        points.append(tuple(points_of_cell(state, around, cell, row) for cell in row.cells[1:]))
    flat = [cell for line in points for cell in line]
    if any(test is False for test in (*columns, *rows)) or None in flat or len(points) != len(body):
        return None
    at = place(around, node.span)
    by = f"matrix {around.source.slice(node.by_row.span)} {around.source.slice(node.by_column.span)}"
    identity = state.new_id(identity_of(by, node.reason))
    labels = (_labels(around, [row.cells[0] for row in body]), _labels(around, list(head.cells[1:])))
    reason = node.reason.value if node.reason else None
    return Grid(identity, at, group, tuple(rows), tuple(columns), tuple(points), reason, labels)  # type: ignore[arg-type]


def _labels(around: Around, cells: list[n.Cell]) -> tuple[str, ...]:
    return tuple(around.source.slice(cell.span) for cell in cells)


# --- categories and personas ----------------------------------------------------------------------------------------


def check_group(state: State, around: Around, node: n.Category, above: list[Group]) -> Group:
    """A category or persona; what is wrong in it was reported."""
    name = node.name.name
    if not node.rules:
        state.error(
            around, node.name.span, "empty-block", f"the {node.word} `{name}` has no rules", "indent its rules below it"
        )
    least = most = None
    for bound in node.bounds:
        limit = _group_bound(state, around, node, bound, above)
        least, most = (limit, most) if bound.how == "at least" else (least, limit)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        state.error(
            around,
            node.span,
            "ends-before-start",
            f"the least of `{name}` is more than its most",
            "the smaller number stands first",
        )
    silence = decay_of(state, around, node.silence) if node.silence is not None else None
    if isinstance(silence, Fading):
        assert node.silence is not None
        state.error(
            around,
            node.silence.span,
            "unknown-decay",
            "a category loses a share for silence, again and again",
            "this one fades out",
            help=("write `losing 25% every 30 days of silence`",),
        )
        silence = None
    weight = Fraction(node.weight) if node.weight is not None else None
    scoring = check_scoring(state, around, name, node.rules)
    return Group(name, node.word, place(around, node.span), least, most, weight, silence, scoring)


def _group_bound(
    state: State, around: Around, node: n.Category, bound: n.Bound, above: list[Group]
) -> int | str | None:
    limit = bound.limit
    if isinstance(limit, n.Number):
        return hundredths(state, around, limit)
    known = [group.name for group in above if group.word == "category"]
    if limit.name in known:
        return limit.name
    if limit.name in around.scope.lost:
        return None
    below = limit.name in state.categories
    near = closest(limit.name, known)
    state.error(
        around,
        limit.span,
        "unknown-category",
        f"`{limit.name}` is not a category above `{node.name.name}`",
        "a category is no bound of itself"
        if limit.name == node.name.name
        else "it is declared below: move it up"
        if below
        else f"did this mean `{near}`?"
        if near
        else "a number or a category above",
        help=(f"categories above: {listed(known)}" if known else None,),
    )
    return None


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def check_weights(state: State, around: Around, groups: list[Group], loose: tuple[Scoring, ...]) -> None:
    """With weights, every category has one and a maximum, they add up to 100%, and no points come from elsewhere."""
    if not any(group.weight is not None for group in groups):
        return
    for group in groups:
        span = group.place.span
        head = Span(span.start, span.start + len(group.word))
        there = Around(around.scope, "rule")
        if group.word == "persona":
            state.error(
                there,
                head,
                "weights",
                "a model with weights has no personas",
                "its points would leave the scale of 100",
            )
        elif group.weight is None:
            state.error(
                there,
                head,
                "weights",
                f"`{group.name}` has no weight, and other categories have one",
                "all or none",
                help=("give every category a share, 100% together: `weight 40%`",),
            )
        elif not isinstance(group.most, int) or group.most <= 0:
            state.error(
                there,
                head,
                "weights",
                f"`{group.name}` has a weight and no maximum above 0",
                "a share is of the most it can be",
                help=(f"write `category {_quoted(group.name)}, 0 to 50, weight …`",),
            )
    total = sum((group.weight or 0 for group in groups), Fraction(0))
    if all(group.weight is not None for group in groups) and total != 100:
        span = groups[-1].place.span
        state.error(
            around,
            Span(span.start, span.start + 8),
            "weights",
            f"the weights add up to {float(total):g}%",
            "together they are 100%",
        )
    for scoring in loose:
        state.error(
            around,
            scoring.place.span,
            "weights",
            "a rule outside the categories has no weight",
            "put it into a category",
        )
