"""Lark's LALR parser in a loop of our own: its tables, its terminals and its callbacks, in half of the time.

Whatever this loop cannot read is read once more by Lark's, which says where it stopped and what could have followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from lark import Token, Tree

END = "$END"

Match = Callable[..., re.Match[str] | None]
Alone = Literal["", "same", "grouped", "out"]


class Reduction(NamedTuple):
    """A rule of the grammar whose parts are complete: how many they are, what is made of them, and the rule's name.

    In trees the rule is called `label`; it is `bare` if its only part stands for it, and `groups` if a rule among its
    parts is only there to group others. `alone` is what becomes of a part that nothing is made of: it stays the `same`,
    as in `?sum`, is `grouped`, as in `_item`, or comes `out` of its group.
    """

    size: int
    made_by: Callable[[list[Any]], Any]
    name: str
    label: str
    bare: bool
    groups: bool
    alone: Alone


Step = Token | Reduction


class Unreadable(Exception):  # noqa: N818
    """The text is not in the language, as far as the loop here can tell."""


class Reader:
    """Reads lines by tables made of a parser of Lark's (`dsl/tables.py`); what `build` has a method for, that makes."""

    def __init__(self, tables: Mapping[str, Any], build: object) -> None:
        self.starts: Mapping[str, Sequence[int]] = tables["starts"]
        self.states = _States(tables, build)

    def read(self, text: str, at: int, end: int, start: str, steps: list[Step] | None = None) -> Any:
        """What is made of the characters of a text from `at` up to `end`.

        `steps` takes down how they were read: the words, and behind them the rules whose parts they complete, but for
        rules that change nothing of a part that stands alone. Raises `Unreadable`, and what the methods raise.
        """
        states = self.states
        number, last = self.starts[start]
        stack, values = [number], list[Any]()
        # In locals, and so that each round looks at as little as it can: it is run for every word of every file.
        words, keywords, reductions, following = states[number]
        ignored = states.ignored
        while True:
            token, kind = None, END
            while at < end:
                character = text[at]
                if character == " ":  # most of what is ignored
                    at += 1
                    continue
                for name, match in words[character]:
                    if (found := match(text, at, end)) is not None:
                        begin, at, kind = at, found.end(), name
                        break
                else:
                    raise Unreadable
                if kind not in ignored:
                    word = text[begin:at]
                    if keywords:
                        kind = keywords.get((kind, word), kind)
                    token = _token(kind, word, begin, at)
                    break
                kind = END
            while kind in reductions:
                reduction = reductions[kind]
                size, made_by, name, _, _, _, alone = reduction
                if alone and (beyond := states.beyond(stack[-2], number, kind, last)) is not None:
                    stack[-1] = number = beyond
                else:
                    if size:
                        parts = values[-size:]
                        del stack[-size:], values[-size:]
                        values.append(made_by(parts))
                    else:
                        values.append(made_by([]))
                    number = states[stack[-1]].following[name]
                    stack.append(number)
                    if steps is not None:
                        steps.append(reduction)
                if number == last and token is None:
                    return values[-1]
                words, keywords, reductions, following = states[number]
            if kind not in following:
                raise Unreadable
            number = following[kind]
            words, keywords, reductions, following = states[number]
            stack.append(number)
            values.append(token)
            if steps is not None and token is not None:
                steps.append(token)


class _State(NamedTuple):
    """A state of the parser: the words that may follow, and what each of them leads to."""

    words: _Words
    keywords: Mapping[tuple[str, str], str]
    reductions: Mapping[str, Reduction]
    following: Mapping[str, int]


class _States(dict[int, _State]):
    """The states of a parser by their numbers, each unpacked when it is first asked for."""

    def __init__(self, tables: Mapping[str, Any], build: object) -> None:
        super().__init__()
        self.tables, self.build = tables, build
        self.ignored = frozenset[str](tables["ignored"])
        self.terminals: dict[int, _Terminal] = {}
        self.words: dict[int, tuple[_Words, Mapping[tuple[str, str], str]]] = {}
        self.rules: dict[int, Reduction] = {}
        self.ways: dict[tuple[int, int, str], int | None] = {}

    def __missing__(self, number: int) -> _State:
        names = self.tables["names"]
        lexer, *row = self.tables["states"][number]
        reductions, following = {}, {}
        for at in range(0, len(row), 2):
            name, action = names[row[at]], row[at + 1]
            if action < 0:
                reductions[name] = self._rule(-1 - action)
            else:
                following[name] = action
        # Several states share a lexer: there are as many as there are sets of words that may follow.
        if lexer not in self.words:
            self.words[lexer] = self._words(*self.tables["lexers"][lexer])
        words, keywords = self.words[lexer]
        state = self[number] = _State(words, keywords, reductions, following)
        return state

    def _words(
        self, numbers: Sequence[int], keywords: Sequence[Sequence[str]]
    ) -> tuple[_Words, Mapping[tuple[str, str], str]]:
        """The words of a lexer, and what words are keywords that are spelled like them."""
        for number in numbers:
            if number not in self.terminals:
                self.terminals[number] = _Terminal(*self.tables["terminals"][number])
        words = _Words(self.terminals[number] for number in numbers)
        return words, {(kind, word): keyword for kind, word, keyword in keywords}

    def _rule(self, number: int) -> Reduction:
        if number not in self.rules:
            self.rules[number] = _reduction(self.build, *self.tables["rules"][number])
        return self.rules[number]

    def beyond(self, below: int, number: int, kind: str, last: int) -> int | None:
        """The state behind the rules that a part stands alone in and comes out of as it is; None for no such rules.

        `below` is the state under it, `number` its own, `kind` what follows it; at `last` everything is read.
        """
        key = (below, number, kind)
        if key not in self.ways:
            self.ways[key] = self._beyond(*key, last)
        return self.ways[key]

    def _beyond(self, below: int, number: int, kind: str, last: int) -> int | None:
        found = None
        rule = self[number].reductions.get(kind)
        while rule is not None and rule.alone:
            number = self[below].following[rule.name]
            if rule.alone != "grouped":
                found = number
            rule = None if kind == END and number == last else self[number].reductions.get(kind)
        return found


class _Words(dict[str, tuple[tuple[str, Match], ...]]):
    """The words of a lexer by the character that they begin with: each one's name and what matches it, the first first.

    Lark tries all of them at once, by one pattern for each lexer. To compile those takes longer than to read a file.
    """

    def __init__(self, terminals: Iterable[_Terminal]) -> None:
        super().__init__()
        self.terminals = tuple(terminals)

    def __missing__(self, character: str) -> tuple[tuple[str, Match], ...]:
        found = self[character] = tuple((one.name, one.match) for one in self.terminals if one.may_begin(character))
        return found


class _Terminal:
    """A terminal of the grammar, whose pattern is compiled when it is first tried."""

    def __init__(self, name: str, pattern: str, beginnings: Sequence[str] | None) -> None:
        self.name, self.pattern, self.beginnings = name, pattern, beginnings

    @cached_property
    def match(self) -> Match:
        """What matches it at a place of a text."""
        return re.compile(self.pattern).match

    def may_begin(self, character: str) -> bool:
        """Whether it can begin with a character, as far as its pattern shows."""
        if self.beginnings is None:
            return True
        return any(one == character if len(one) == 1 else re.match(one, character) for one in self.beginnings)


def _reduction(
    build: object,
    size: int,
    name: str,
    label: str,
    bare: bool,
    picked: Sequence[tuple[int, bool]] | None,
    lonely: Literal["", "part", "group"],
) -> Reduction:
    """A rule as the tables tell of it, with what makes something of its parts."""
    method: Callable[[list[Any]], Any] | None = getattr(build, label, None)
    made_by = _maker(partial(Tree, label) if method is None else method, size, bare, picked)
    alone: Alone = ""
    if lonely and bare:
        alone = "out" if lonely == "group" else "same"
    elif lonely and method is None and name.startswith("_"):
        alone = "grouped"
    groups = picked is not None and any(opened for _, opened in picked)
    return Reduction(size, made_by, name, label, bare, groups, alone)


def _maker(
    method: Callable[[list[Any]], Any], size: int, bare: bool, picked: Sequence[tuple[int, bool]] | None
) -> Callable[[list[Any]], Any]:
    """What is done with the parts of a rule, as Lark does it: those that are `picked` are handed on, groups opened."""
    if picked is None:
        return itemgetter(0) if bare and size == 1 else method
    if not any(opened for _, opened in picked):
        places = [at for at, _ in picked]
        if bare and len(places) == 1:
            return itemgetter(places[0])
        return lambda parts: method([parts[at] for at in places])

    def made(parts: list[Any]) -> Any:
        given: list[Any] = []
        for at, opened in picked:
            if opened:
                given += parts[at].children
            else:
                given.append(parts[at])
        return given[0] if bare and len(given) == 1 else method(given)

    return made


class _Word(Token):
    """A token without its line and column, which `Source` tells where anybody asks."""

    __slots__ = ()

    line = column = end_line = end_column = None


def _token(kind: str, text: str, start: int, end: int) -> Token:
    # Made by hand, because making one of its arguments takes three calls.
    token = str.__new__(_Word, text)
    token.type, token.value, token.start_pos, token.end_pos = kind, text, start, end
    return token
