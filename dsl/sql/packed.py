"""Counts and existence of events, packed: many references in one aggregate, worked out only for events of their kind.

A word of existence has a bit for each reference and is OR-ed over the events; a word of counts has three numbers of 20
bits and is added up. A lead with so many events that a number could overflow is left to the reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import Factory, define
from sqlglot import exp

from scorelang.sql import spell as s
from scorelang.sql.spell import Sql

BITS = 60  # of a word that says whether
WIDTH, NUMBERS = 20, 3  # bits of a count, and counts of a word


@define
class Words:
    """The words of one pass over the events. A slot is one reference: its kind, and its test within that kind."""

    slots: dict[str, list[tuple[str, Sql]]] = Factory(dict)
    counted: dict[str, bool] = Factory(dict)

    def room(self, *, count: bool) -> str | None:
        """The word that has room for one more; None when a new one is needed."""
        most = NUMBERS if count else BITS
        found = [word for word, slots in self.slots.items() if self.counted[word] is count and len(slots) < most]
        return found[-1] if found else None

    def open(self, word: str, *, count: bool) -> None:
        """A new word, under the name of its column."""
        self.slots[word], self.counted[word] = [], count

    def add(self, word: str, kind: str, test: Sql) -> Sql:
        """Put a reference into a word; gives how a lead reads it there (NULL without events)."""
        at = len(self.slots[word])
        self.slots[word].append((kind, test))
        if not self.counted[word]:
            return exp.NEQ(this=_and(s.col(word), 1 << at), expression=s.whole(0))
        shifted = exp.Paren(this=exp.BitwiseRightShift(this=s.col(word), expression=s.whole(WIDTH * at)))
        return _and(shifted if at else s.col(word), (1 << WIDTH) - 1)

    def aggregates(self) -> Iterator[tuple[str, Sql]]:
        """Every word as an aggregate over the events, under the name of its column."""
        for word, slots in self.slots.items():
            width = WIDTH if self.counted[word] else 1
            by_kind: dict[str, list[Sql]] = {}
            for at, (kind, test) in enumerate(slots):
                bit = s.case([(test, s.whole(1 << (width * at)))], s.whole(0))
                by_kind.setdefault(kind, []).append(s.cast(bit, "BIGINT"))
            dispatch = s.switch(
                s.col("kind"), [(s.text(kind), s.total(bits)) for kind, bits in by_kind.items()], s.long(0)
            )
            function = "SUM" if self.counted[word] else "BIT_OR"
            yield word, s.cast(s.call(function, dispatch), "BIGINT")


def _and(left: Sql, bits: int) -> Sql:
    return exp.Paren(this=exp.BitwiseAnd(this=left, expression=s.whole(bits)))
