"""Which rules fired, in the table of results: bits and points, of which lists are made when results are written.

Lists of groups take more memory and time than all the rest of a result. So the table has a bit for each rule, and a
number for each whose points are not always the same; what the bits of four rules say is one of sixteen lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from attrs import frozen

from scorelang import model as m
from scorelang.result import Result
from scorelang.sql import spell as s
from scorelang.sql.lower import Plan
from scorelang.sql.outcomes import Firing
from scorelang.sql.spell import Sql
from scorelang.values import from_hundredths

OF_WORD = 60  # rules of one word of bits, which has 64
OF_DIGIT = 4  # rules that are looked up together: twice as many lists for each more, and half the time of one by one
# The type of an identity: to the database a number, to who reads it a text.
RULE = "fired_rule"
GROUPS = f'STRUCT("rule" "{RULE}", "points" DOUBLE)[]'


@frozen
class Digit:
    """Rules one after the other whose points are always the same, in hundredths, and where their bits begin."""

    word: int
    shift: int
    rules: tuple[tuple[str, int], ...]

    def listed(self, column: str) -> str:
        """The rules that fired, picked by their bits."""
        groups = [
            f"{{'rule': {s.literal(rule)}, 'points': {from_hundredths(points)!r}}}" for rule, points in self.rules
        ]
        lists = (
            f"[{', '.join(group for at, group in enumerate(groups) if bits >> at & 1)}]"
            for bits in range(1 << len(groups))
        )
        bits = f'(({column}."w{self.word}" >> {self.shift}) & {(1 << len(groups)) - 1})'
        return f"([{', '.join(lists)}]::{GROUPS}[])[{bits} + 1]"


@frozen
class Varying:
    """Rules one after the other whose points are not always the same, and which of them the first is."""

    first: int
    rules: tuple[str, ...]

    def listed(self, column: str) -> str:
        """The rules that fired, whose points are known."""
        groups = (
            f"CASE WHEN {points} IS NOT NULL THEN {{'rule': {s.literal(rule)}, 'points': {points}::DOUBLE / 100.0}} END"
            for rule, points in ((rule, f'{column}."p{at}"') for at, rule in enumerate(self.rules, self.first))
        )
        return f"LIST_FILTER([{', '.join(groups)}]::{GROUPS}, lambda one: one IS NOT NULL)"


@frozen
class Packing:
    """How a column says which rules fired: a struct of words of bits `w0` …, and of hundredths `p0` … or NULL."""

    parts: tuple[Digit | Varying, ...]

    @classmethod
    def of(cls, model: m.CheckedModel, plans: Sequence[Plan]) -> Packing:
        """For the rules of a model, lowered for some times."""
        always: dict[str, set[int | None]] = {}
        for plan in plans:
            for firing in plan.outcome.fired:
                always.setdefault(firing.id, set()).add(firing.always)
        fixed = {rule: points.pop() if len(points) == 1 else None for rule, points in always.items()}
        rules = [(rule.id, fixed[rule.id]) for rule in m.rules_of(model.ordered) if rule.id in fixed]
        return cls(tuple(_parts(rules)))

    @property
    def words(self) -> int:
        """How many words there are: one at least, for a struct is never empty."""
        return max((part.word + 1 for part in self.parts if isinstance(part, Digit)), default=1)

    @property
    def rules(self) -> tuple[str, ...]:
        """The identities of the rules, in the order of the model."""
        return tuple(
            rule
            for part in self.parts
            for rule in (part.rules if isinstance(part, Varying) else (rule for rule, _ in part.rules))
        )

    @property
    def varying(self) -> tuple[str, ...]:
        """The identities of the rules whose points are not always the same."""
        return tuple(rule for part in self.parts if isinstance(part, Varying) for rule in part.rules)

    @property
    def type(self) -> str:
        """The type of the column."""
        return f"STRUCT({', '.join(f'{name} BIGINT' for name in self.members)})"

    @property
    def members(self) -> tuple[str, ...]:
        """The names of its members."""
        return (*(f"w{at}" for at in range(self.words)), *(f"p{at}" for at in range(len(self.varying))))

    def packed(self, plan: Plan) -> Sql:
        """The column of a lead."""
        firings = {firing.id: firing for firing in plan.outcome.fired}
        bits: list[list[tuple[Sql, int]]] = [[] for _ in range(self.words)]
        for word, shift, rule, _ in self.bits():
            if rule in firings:
                bits[word].append((firings[rule].there, shift))
        words = {f"w{at}": word_of(some) for at, some in enumerate(bits)}
        points = {f"p{at}": _points(firings.get(rule)) for at, rule in enumerate(self.varying)}
        return s.group(**words, **points)

    def packed_value(self, result: Result) -> dict[str, int | None]:
        """The same of a result."""
        # Not `to_hundredths`, which bounds the points of one event: those of many may be more together.
        points = {fired.rule: round(fired.points * 100) for fired in result.fired}
        found: dict[str, int | None] = {f"w{at}": 0 for at in range(self.words)}
        for word, shift, rule, _ in self.bits():
            found[f"w{word}"] = (found[f"w{word}"] or 0) | ((rule in points) << shift)
        return found | {f"p{at}": points.get(rule) for at, rule in enumerate(self.varying)}

    def listed(self, column: str) -> str:
        """The list of the rules that fired, each with its points, in SQL; needs the type that `declared` makes."""
        return f"FLATTEN([{', '.join(part.listed(column) for part in self.parts)}]::{GROUPS}[])"

    def declared(self) -> str:
        """The statement that makes the type of identities."""
        return f'CREATE OR REPLACE TEMP TYPE "{RULE}" AS ENUM ({", ".join(map(s.literal, self.rules or ("",)))})'

    def bits(self) -> Iterator[tuple[int, int, str, int]]:
        """Of every rule that has a bit: the word, the place in it, the identity, and the points in hundredths."""
        for part in self.parts:
            if isinstance(part, Digit):
                yield from ((part.word, part.shift + at, *rule) for at, rule in enumerate(part.rules))


def word_of(bits: Iterable[tuple[Sql, int]]) -> Sql:
    """The whole number that has a bit at each of these places where its condition is true."""
    given = [s.case([(there, s.long(1 << place))], s.long(0)) for there, place in bits]
    return s.cast(s.total([s.long(0), *given]), "BIGINT")


def _parts(rules: Sequence[tuple[str, int | None]]) -> Iterator[Digit | Varying]:
    """Rules, and what their points always are, in the order in which they are listed."""
    word = shift = varying = 0
    for is_fixed, run in groupby(rules, lambda rule: rule[1] is not None):
        same = list(run)
        if not is_fixed:
            yield Varying(varying, tuple(rule for rule, _ in same))
            varying += len(same)
            continue
        for start in range(0, len(same), OF_DIGIT):
            some = tuple((rule, points or 0) for rule, points in same[start : start + OF_DIGIT])
            if shift + len(some) > OF_WORD:
                word, shift = word + 1, 0
            yield Digit(word, shift, some)
            shift += len(some)


def _points(firing: Firing | None) -> Sql:
    """Hundredths where the rule fired, else NULL."""
    return s.null("BIGINT") if firing is None else s.case([(firing.there, s.cast(firing.points, "BIGINT"))])
