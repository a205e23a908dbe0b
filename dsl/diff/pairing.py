"""Which part of the old version became which of the new one."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")

# Two conditions are one that was changed when so much of their text is the same, and their points are.
ALIKE = 0.6
# Texts are held against each other up to so many pairs; past that nobody reads them one by one.
MOST_COMPARED = 10_000
# What parts identities that would be the same: `named-account-2`.
_NUMBER = re.compile(r"-\d+$")


@frozen
class Entry(Generic[T]):
    """A part of a model: its identity, where it stands, what it says, and numbers of what it means.

    `meaning` is of all that counts, `effect` of what it does once its condition is true; None where that says nothing.
    """

    item: T
    id: str
    group: str | None
    text: str
    meaning: Hashable
    effect: Hashable | None = None


Pair = tuple[Entry[T] | None, Entry[T] | None]
Key = Callable[[Entry[T]], Hashable]


def paired(old: Sequence[Entry[T]], new: Sequence[Entry[T]]) -> list[Pair[T]]:
    """Every entry once, with what it was or became: in the order of the new version, then what was removed.

    An identity says it best, unless entries share a reason and were numbered anew. Then meaning does: the same rule
    under another name. Then a condition that reads the same, or, where the points are the same, much the same.
    """
    keys: tuple[Key[T], ...] = (
        lambda one: (one.id, one.group, one.meaning),
        lambda one: (_NUMBER.sub("", one.id), one.group, one.meaning),
        lambda one: (one.id, one.group),
        lambda one: one.id,
        lambda one: (one.group, one.meaning),
        lambda one: one.meaning,
        lambda one: (one.group, one.text),
    )
    before, after = list(old), list(new)
    found: dict[int, Entry[T]] = {}
    for key in keys:
        _match(before, after, key, found)
    _match_alike(before, after, found)
    return [*((found.get(id(one)), one) for one in new), *((one, None) for one in before)]


def _match(before: list[Entry[T]], after: list[Entry[T]], key: Key[T], found: dict[int, Entry[T]]) -> None:
    """Pair what has the same key, in order, and take it out of both lists."""
    waiting: dict[Hashable, deque[Entry[T]]] = defaultdict(deque)
    for one in before:
        waiting[key(one)].append(one)
    left = []
    for one in after:
        if waiting[key(one)]:
            found[id(one)] = waiting[key(one)].popleft()
        else:
            left.append(one)
    after[:] = left
    taken = {id(one) for one in found.values()}
    before[:] = [one for one in before if id(one) not in taken]


def _match_alike(before: list[Entry[T]], after: list[Entry[T]], found: dict[int, Entry[T]]) -> None:
    if len(before) * len(after) > MOST_COMPARED:
        return
    alike = [
        (_likeness(one, other), at, to)
        for at, one in enumerate(before)
        for to, other in enumerate(after)
        if one.effect is not None and (one.effect, one.group) == (other.effect, other.group)
    ]
    gone: set[Entry[T]] = set()
    for likeness, at, to in sorted(alike, key=lambda each: (-each[0], each[1:])):
        if likeness >= ALIKE and before[at] not in gone and id(after[to]) not in found:
            found[id(after[to])] = before[at]
            gone.add(before[at])
    before[:] = [one for one in before if one not in gone]


def _likeness(one: Entry[T], other: Entry[T]) -> float:
    """How much of two texts is the same, from 0 to 1, word by word; enough where one holds all of the other."""
    words = _words(one.text), _words(other.text)
    matcher = SequenceMatcher(None, *words, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return max(matcher.ratio(), ALIKE) if same == min(map(len, words)) else matcher.ratio()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\S", text)


def in_another_order(old: Sequence[T], new: Sequence[T]) -> bool:
    """Whether what both have stands in another order."""
    kept = [one for one in old if one in new]
    return kept != [one for one in new if one in old]
