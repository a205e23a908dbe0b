"""Categories and personas: their bounds, what silence takes, their weights."""

from __future__ import annotations

from fractions import Fraction

from scorelang import nodes as n
from scorelang.check.literals import hundredths
from scorelang.check.modifiers import decay_of
from scorelang.check.scoring import check_scoring
from scorelang.check.state import Around, State, place
from scorelang.model import Fading, Group, Scoring
from scorelang.source import Span
from scorelang.suggest import closest, listed


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
        _check_weight(state, Around(around.scope, "rule"), group)
    total = sum((group.weight or 0 for group in groups), Fraction(0))
    if all(group.weight is not None for group in groups) and total != 100:
        span = _first(groups[-1], len("category"))
        said = f"the weights add up to {float(total):g}%"
        state.error(around, span, "weights", said, "together they are 100%")
    for scoring in loose:
        said = "a rule outside the categories has no weight"
        state.error(around, scoring.place.span, "weights", said, "put it into a category")


def _check_weight(state: State, around: Around, group: Group) -> None:
    head = _first(group, len(group.word))
    if group.word == "persona":
        said = "a model with weights has no personas"
        state.error(around, head, "weights", said, "its points would leave the scale of 100")
    elif group.weight is None:
        state.error(
            around,
            head,
            "weights",
            f"`{group.name}` has no weight, and other categories have one",
            "all or none",
            help=("give every category a share, 100% together: `weight 40%`",),
        )
    elif not isinstance(group.most, int) or group.most <= 0:
        state.error(
            around,
            head,
            "weights",
            f"`{group.name}` has a weight and no maximum above 0",
            "a share is of the most it can be",
            help=(f"write `category {_quoted(group.name)}, 0 to 50, weight …`",),
        )


def _first(group: Group, length: int) -> Span:
    """The first characters of a group's line."""
    start = group.place.span.start
    return Span(start, start + length)
