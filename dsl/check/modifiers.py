"""What is done with points: bounds, how often they count, when, and how they lose with age."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.literals import during_value, fading_value, hundredths, losing_value
from scorelang.check.state import Around, State
from scorelang.model import Fading, Losing, Modifiers
from scorelang.suggest import closest, listed


def check_modifiers(state: State, around: Around, node: n.Rule) -> Modifiers | None:
    """The modifiers of a rule; None where one of them is wrong, which was reported."""
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
