"""Counts and existence of events, packed: many references in one aggregate, worked out only for events of their kind.

A word of existence has a bit for each reference and is OR-ed over the events; a word of counts has three numbers of 20
bits and is added up. A lead with so many events that a number could overflow is left to the reference.

What an event gives to a word is one mask for each of its columns, AND-ed: a mask has the bits of those references that
ask nothing of the column, or what the column answers. So a value is compared once however many references ask for it,
and windows of time are one search among their ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import Factory, define, frozen
from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.spell import Sql

BITS = 60  # of a word that says whether
WIDTH, NUMBERS = 20, 3  # bits of a count, and counts of a word


@frozen
class Asked:
    """What a reference asks of an event of its kind: from when to when (both inclusive), and what else."""

    since: int | None
    until: int | None
    asks: tuple[Sql, ...]


@define
class Words:
    """The words of one pass over the events. A slot is one reference: its kind, and its test within that kind."""

    slots: dict[str, list[tuple[str, Asked]]] = Factory(dict)
    counted: dict[str, bool] = Factory(dict)

    def room(self, *, count: bool) -> str | None:
        """The word that has room for one more; None when a new one is needed."""
        most = NUMBERS if count else BITS
        found = [word for word, slots in self.slots.items() if self.counted[word] is count and len(slots) < most]
        return found[-1] if found else None

    def open(self, word: str, *, count: bool) -> None:
        """A new word, under the name of its column."""
        self.slots[word], self.counted[word] = [], count

    def add(self, word: str, column: Sql, kind: str, test: Asked) -> Sql:
        """Put a reference into a word; gives how a lead reads it in the column of the word, which is never NULL."""
        at = len(self.slots[word])
        self.slots[word].append((kind, test))
        if not self.counted[word]:
            return exp.Paren(this=exp.NEQ(this=_and(column, s.whole(1 << at)), expression=s.whole(0)))
        shifted = exp.Paren(this=exp.BitwiseRightShift(this=column, expression=s.whole(WIDTH * at)))
        return _and(shifted if at else column, s.whole((1 << WIDTH) - 1))

    def aggregates(self) -> Iterator[tuple[str, Sql]]:
        """Every word as an aggregate over the events, under the name of its column."""
        for word, slots in self.slots.items():
            width = WIDTH if self.counted[word] else 1
            of_kinds: dict[str, list[tuple[int, Asked]]] = {}
            for at, (kind, test) in enumerate(slots):
                of_kinds.setdefault(kind, []).append((1 << (width * at), test))
            dispatch = [(s.text(kind), _given(tests)) for kind, tests in of_kinds.items()]
            function = "SUM" if self.counted[word] else "BIT_OR"
            yield word, s.cast(s.call(function, s.switch(s.col("kind"), dispatch, s.long(0))), "BIGINT")


def _given(tests: Sequence[tuple[int, Asked]]) -> Sql:
    """What an event of a kind gives to a word."""
    masks: list[Sql] = []
    if any(test.since is not None or test.until is not None for _, test in tests):
        masks.append(_mask_of_time(tests))
    asked: dict[frozenset[str], dict[Sql, int]] = {}
    for bit, test in tests:
        for ask in test.asks:
            columns = frozenset(column.name for column in ask.find_all(exp.Column))
            same = asked.setdefault(columns, {})
            same[ask] = same.get(ask, 0) | bit
    masks += [_mask(columns, answers, tests) for columns, answers in asked.items()]
    every = sum(bit for bit, _ in tests)
    return s.tree(_and, masks) if masks else s.long(every)


def _mask(columns: frozenset[str], answers: dict[Sql, int], tests: Sequence[tuple[int, Asked]]) -> Sql:
    """The bits of the references that ask nothing of these columns, and of those that get the answer they ask for.

    A reference that asks twice of the same columns needs both answers, and so has a mask for the second.
    """
    free = sum(bit for bit, _ in tests)
    for bits in answers.values():
        free &= ~bits
    first: list[tuple[Sql, int]] = []
    later: dict[Sql, int] = {}
    taken = 0
    for ask, bits in answers.items():
        if bits & ~taken:
            first.append((ask, bits & ~taken))
        if bits & taken:
            later[ask] = bits & taken
        taken |= bits
    equal = [(ask, bits) for ask, bits in first if _is_equality(ask)]
    parts = [s.case([(ask, s.long(bits))], s.long(0)) for ask, bits in first if not _is_equality(ask)]
    if equal:
        # No value equals two literals: the first that is met is the only one.
        branches = [(ask.args["expression"], s.long(bits)) for ask, bits in equal]
        parts.append(s.switch(equal[0][0].this, branches, s.long(0)))
    parts += [s.long(free)] if free else []
    mask = s.tree(lambda left, right: exp.Paren(this=exp.BitwiseOr(this=left, expression=right)), parts)
    return _and(mask, _mask(columns, later, tests)) if later else mask


def _is_equality(ask: Sql) -> bool:
    return isinstance(ask, exp.EQ) and isinstance(ask.this, exp.Column) and isinstance(ask.expression, exp.Literal)


def _mask_of_time(tests: Sequence[tuple[int, Asked]]) -> Sql:
    """The bits of the references whose time an event is in: found by halves among the instants at which one changes."""
    cuts = {test.since for _, test in tests} | {None if test.until is None else test.until + 1 for _, test in tests}
    instants = sorted(cut for cut in cuts if cut is not None)
    bits = [_bits_at(tests, instants[0] - 1), *(_bits_at(tests, instant) for instant in instants)]

    def search(low: int, high: int) -> Sql:
        """The bits among those from `low` to before `high`; those at place n hold until the instant of that place."""
        if high - low == 1:
            return s.long(bits[low])
        middle = (low + high) // 2
        return s.case([(s.lt(s.col("at"), s.whole(instants[middle - 1])), search(low, middle))], search(middle, high))

    return search(0, len(bits))


def _bits_at(tests: Sequence[tuple[int, Asked]], instant: int) -> int:
    return sum(
        bit
        for bit, test in tests
        if (test.since is None or test.since <= instant) and (test.until is None or instant <= test.until)
    )


def _and(left: Sql, right: Sql) -> Sql:
    return exp.Paren(this=exp.BitwiseAnd(this=left, expression=right))
