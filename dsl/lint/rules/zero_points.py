"""Rules that give nothing."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class ZeroPoints(Rule):
    """A rule that gives 0 points.

    It never changes a score. Mostly it is what was left when a rule was switched off, or a number that was to be filled
    in later. Points times 0 are 0 as well, and so are `+10, at most 0` and a matrix of nothing but 0.

    Give it points, or delete it. In a `choose:` a branch of 0 points is meant: it keeps the branches below it from
    being reached. So is an `otherwise`, a last branch that says why, and a 0 in a matrix that has other points.
    """

    name = "zero-points"
    code = "SL302"
    bad = 'if title is "CEO" then 0'
    good = 'choose:\n    if title is "CEO" then 0\n    if title is known then +5'

    def check(self) -> Iterator[Finding]:
        """Every rule whose points are always 0, unless it stands in the way of another."""
        inside: set[int] = set()
        for choose in self.subject.each(n.Choose):
            inside.update(id(branch) for branch in choose.branches)
            yield from self._of_branches(choose)
        for node in self.subject.each(n.Rule):
            if id(node) not in inside and _is_nothing(node):
                yield self._found(node)
        for matrix in self.subject.each(n.Matrix):
            cells = [cell for row in matrix.rows[1:] for cell in row.cells[1:]]
            if cells and all(cell.values and _is_zero(cell.values[0]) for cell in cells):
                yield self.report(
                    self.subject.first_line(matrix.span), "this matrix gives no points", "0 changes no score"
                )

    def _of_branches(self, choose: n.Choose) -> Iterator[Finding]:
        """The whole `choose:` where it gives nothing, else a branch that keeps no other from being reached."""
        if choose.branches and all(map(_is_nothing, choose.branches)):
            yield self.report(
                self.subject.first_line(choose.span), "no branch of this `choose` gives points", "0 changes no score"
            )
            return
        if choose.branches and choose.branches[-1].form == "otherwise":
            return
        # Of the best, a 0 counts only beside losses.
        idle = choose.branches[-1:]
        if choose.best:
            idle = choose.branches if all(map(_is_no_loss, choose.branches)) else ()
        yield from (self._found(branch) for branch in idle if _is_nothing(branch) and branch.reason is None)

    def _found(self, node: n.Rule) -> Finding:
        return self.report(
            node.points.span,
            "this rule gives no points",
            "0 changes no score",
            help=("delete the rule, or give it points",),
        )


def _is_nothing(node: n.Rule) -> bool:
    """Whether the points are 0 whatever the lead: as typed, or between bounds that leave nothing."""
    bounds = {one.how: one.limit for one in node.modifiers if isinstance(one, n.Bound)}
    most, least = bounds.get("at most"), bounds.get("at least")
    if _is_zero(node.points) and not (isinstance(least, n.Number) and least.value > 0):
        return True
    limits = [one.value for one in (most, least) if isinstance(one, n.Number)]
    if limits == [0, 0]:
        return True
    points = _constant(node.points)
    return points is not None and (
        (points > 0 and isinstance(most, n.Number) and most.value == 0)
        or (points < 0 and isinstance(least, n.Number) and least.value == 0)
    )


def _is_no_loss(node: n.Rule) -> bool:
    points = _constant(node.points)
    return points is not None and points >= 0


def _constant(node: n.Node) -> float | None:
    """The number of points as typed, with its sign; None for points that are worked out."""
    match node:
        case n.Number(value=value):
            return value
        case n.Sum(terms=((sign, n.Number(value=value)),)):
            return value if sign == "+" else -value
    return None


def _is_zero(node: n.Node) -> bool:
    """Whether an expression is 0 as it is typed: a 0, or a product with one in it."""
    match node:
        case n.Number(value=value):
            return value == 0
        case n.Product(factors=factors):
            return any(operator == "*" and _is_zero(factor) for operator, factor in factors)
        case n.Sum(terms=terms):
            return all(_is_zero(term) for _, term in terms)
    return False
