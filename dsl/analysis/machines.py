"""Machines that read a text from left to right and say at its end whether it passes a test."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from scorelang.analysis.text_tests import Test, UndecidedError, pieces_of
from scorelang.values import SPACES

# A list with so many members is long.
LONG_LIST = 24
# No text that begins like this passes; every text that begins like this does.
DEAD, DONE = "dead", "done"
State = Hashable


class Machine:
    """Reads a text; its states are values that compare."""

    start: State = DEAD
    chars: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._steps: dict[tuple[State, str], State] = {}

    def step(self, state: State, char: str) -> State:
        """The state after one more character."""
        if state in (DEAD, DONE):
            return state
        key = (state, char)
        if key not in self._steps:
            self._steps[key] = self._step(state, char)
        return self._steps[key]

    def _step(self, state: Any, char: str) -> State:
        raise NotImplementedError

    def passes(self, state: Any) -> bool:
        """Whether a text that ends in this state passes."""
        return bool(state == DONE)


@lru_cache(maxsize=4_000)
def machine_of(test: Test) -> Machine:
    """The machine of a test."""
    if test.of_domain:
        return _OfDomain(machine_of(Test(test.how, test.values, test.number)))
    if test.how == "at least":
        return _AtLeast(test.number)
    if test.how == "known":
        return _AtLeast(1)
    return _Globs(test.values) if test.how == "like" else _Words(test.how, test.values)


def passes(test: Test, text: str) -> bool:
    """Whether a text passes a test; of long lists its machine is asked, which reads the text once."""
    if len(test.values) < LONG_LIST or test.how == "is":
        return test.passes(text)
    machine = machine_of(test)
    state = machine.start
    for char in text:
        state = machine.step(state, char)
    return machine.passes(state)


class _AtLeast(Machine):
    """Counts characters."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.start = 0 if number > 0 else DONE

    def _step(self, state: Any, char: str) -> State:
        return DONE if state + 1 >= self.number else state + 1


class _Words(Machine):
    """Looks for words of a list: its state is where in their trie it may be.

    For `mentions` it remembers besides whether the last character was a letter or digit, and whether a word has just
    ended that the next one would cut.
    """

    def __init__(self, how: str, words: frozenset[str]) -> None:
        super().__init__()
        self.how = how
        self.chars = frozenset().union(*words) if words else frozenset()
        self.children: list[dict[str, int]] = [{}]
        self.ends: set[int] = set()
        for word in words:
            self._add(word)
        empty = 0 in self.ends
        self.start = DONE if empty and how in ("starts with", "contains") else (frozenset((0,)), False, empty)
        # An empty word stands wherever a text could be cut; the machine has no way to say that.
        self.vague = empty and how == "mentions"

    def _add(self, word: str) -> None:
        node = 0
        for char in word:
            if char not in self.children[node]:
                self.children[node][char] = len(self.children)
                self.children.append({})
            node = self.children[node][char]
        self.ends.add(node)

    def _step(self, state: Any, char: str) -> State:
        active, joins, pending = state
        if self.vague:
            raise UndecidedError
        if self.how == "mentions":
            if pending and not char.isalnum():
                return DONE
            if not (joins and char.isalnum()):
                active |= {0}
        elif self.how in ("contains", "ends with"):
            active |= {0}
        moved = frozenset(self.children[node][char] for node in active if char in self.children[node])
        ended = any(node in self.ends for node in moved)
        if ended and self.how in ("starts with", "contains"):
            return DONE
        if ended and self.how == "mentions" and not char.isalnum():
            return DONE
        if not moved and self.how in ("starts with", "is"):
            return DEAD
        return (moved, self.how == "mentions" and char.isalnum(), ended)

    def passes(self, state: Any) -> bool:
        return bool(state == DONE or (state != DEAD and state[2]))


class _Globs(Machine):
    """Whether a text matches any of some patterns: its state is where in them it may be."""

    def __init__(self, patterns: frozenset[str]) -> None:
        super().__init__()
        self.patterns = [pieces_of(pattern) for pattern in sorted(patterns)]
        self.chars = frozenset(char for pattern in self.patterns for sort, char in pattern if sort == "char")
        self.start = self._spread({(number, 0) for number in range(len(self.patterns))})

    def _spread(self, places: set[tuple[int, int]]) -> State:
        """With the places behind every run, which may be empty; `DONE` behind a run that ends its pattern."""
        stack = list(places)
        while stack:
            number, at = stack.pop()
            pieces = self.patterns[number]
            if at < len(pieces) and pieces[at][0] == "run":
                if at == len(pieces) - 1:
                    return DONE
                if (number, at + 1) not in places:
                    places.add((number, at + 1))
                    stack.append((number, at + 1))
        return frozenset(places) if places else DEAD

    def _step(self, state: Any, char: str) -> State:
        moved: set[tuple[int, int]] = set()
        for number, at in state:
            pieces = self.patterns[number]
            if at < len(pieces):
                sort, wanted = pieces[at]
                if sort == "run":
                    moved.add((number, at))
                elif sort == "one" or wanted == char:
                    moved.add((number, at + 1))
        return self._spread(moved)

    def passes(self, state: Any) -> bool:
        if state in (DONE, DEAD):
            return bool(state == DONE)
        return any(at == len(self.patterns[number]) for number, at in state)


class _OfDomain(Machine):
    """What follows the last `@`, less the white space before it, is read by another machine."""

    def __init__(self, inner: Machine) -> None:
        super().__init__()
        self.inner = inner
        self.chars = inner.chars | {"@"}
        # Whether there was an `@`, whether anything follows it, and how far the other machine has come.
        self.start = (False, False, inner.start)

    def _step(self, state: Any, char: str) -> State:
        had, any_, inside = state
        if char == "@":
            return (True, False, self.inner.start)
        if not had or (not any_ and char in SPACES):
            return (had, False, inside)
        return (True, True, self.inner.step(inside, char))

    def passes(self, state: Any) -> bool:
        had, any_, inside = state
        return had and any_ and self.inner.passes(inside)
