"""Lark's LALR parser in a loop of our own: its tables, its terminals and its callbacks, in half of the time.

Whatever this loop cannot read is read once more by Lark's, which says where it stopped and what could have followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lark import Token
from lark.grammar import Rule, Symbol
from lark.lexer import LexerThread
from lark.parse_tree_builder import ExpandSingleChild
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_parser import LALR_Parser
from lark.utils import TextSlice

END = "$END"


class Reduction(NamedTuple):
    """A rule of the grammar whose parts are complete: how many they are, what is made of them, and the rule's name.

    Nothing is made of a part that stands alone in a rule such as `?sum`. In trees the rule is called `label`; it is
    `bare` if its only part stands for it, and `groups` if a rule among its parts is only there to group others.
    """

    size: int
    made_by: Callable[[list[Any]], Any] | None
    name: str
    label: str
    bare: bool
    groups: bool


Step = Token | Reduction


@dataclass(frozen=True)
class Followed(TextSlice[str]):
    """A part of a text, and how it was read: its words, and behind them the rules whose parts they complete."""

    steps: list[Step] = field(default_factory=list)


class _State(NamedTuple):
    """A state of the parser: the patterns of the words that may follow, and what each of them leads to."""

    patterns: tuple[re.Pattern[str], ...]
    ignored: frozenset[str]
    keywords: Mapping[str, Callable[[Token], Token]]
    reductions: Mapping[str, Reduction]
    following: Mapping[str, int]


class _UnreadableError(Exception):
    """The text is not in the language, as far as this loop can tell."""


class QuickParser(LALR_Parser):
    """The parser that is plugged into Lark."""

    def parse(self, lexer: LexerThread, start: str, on_error: Any = None) -> Any:
        """What the callbacks make of a text. Raises what Lark raises for one that cannot be read."""
        try:
            return self._read(lexer, start)
        except _UnreadableError:
            return super().parse(lexer, start, on_error)  # type: ignore[no-untyped-call]

    def _read(self, thread: LexerThread, start: str) -> Any:
        assert thread.state is not None
        text, at, end = thread.state.text.text, thread.state.text.start, thread.state.text.end
        states = self._states(thread)
        steps = thread.state.text.steps if isinstance(thread.state.text, Followed) else None
        last: Any = self._parse_table.end_states[start]
        number: Any = self._parse_table.start_states[start]
        stack, values = [number], list[Any]()
        while True:
            state = states[number]
            token, kind = None, END
            while at < end and token is None:
                for pattern in state.patterns:
                    if (match := pattern.match(text, at, end)) is not None:
                        break
                else:
                    raise _UnreadableError
                begin, at, kind = at, match.end(), match.lastgroup or ""
                if kind not in state.ignored:
                    token = _token(kind, text[begin:at], begin, at)
                    if kind in state.keywords:
                        token = state.keywords[kind](token)
                    kind = token.type
            if token is None:
                kind = END
            while (reduction := state.reductions.get(kind)) is not None:
                size, made_by, name, *_ = reduction
                if steps is not None:
                    steps.append(reduction)
                if made_by is None:
                    stack.pop()
                elif size:
                    parts = values[-size:]
                    del stack[-size:], values[-size:]
                    values.append(made_by(parts))
                else:
                    values.append(made_by([]))
                number = states[stack[-1]].following[name]
                if number == last and token is None:
                    return values[-1]
                stack.append(number)
                state = states[number]
            if kind not in state.following:
                raise _UnreadableError
            number = state.following[kind]
            stack.append(number)
            values.append(token)
            if steps is not None and token is not None:
                steps.append(token)

    def _states(self, thread: LexerThread) -> _States:
        # Lark makes a parser from its cache without calling `__init__`.
        if "known" not in self.__dict__:
            self.known = _States(self._parse_table.states, self.parser.callbacks, thread.lexer)
        return self.known


class _States(dict[int, _State]):
    """The states of a parser by their numbers, each taken over from Lark when it is first asked for."""

    def __init__(self, table: Mapping[Any, Mapping[str, tuple[Any, Any]]], callbacks: Any, lexer: Any) -> None:
        super().__init__()
        self.table, self.callbacks, self.lexer = table, callbacks, lexer

    def __missing__(self, number: int) -> _State:
        reductions, following = {}, {}
        for name, (action, what) in self.table[number].items():
            if action is Shift:
                following[name] = what
            else:
                reductions[name] = _reduction(what, self.callbacks[what])
        words = self.lexer.lexers[number]
        # The scanner first: it is what finds the keywords.
        patterns = tuple(words.scanner._mres)
        state = self[number] = _State(patterns, words.ignore_types, words.callback, reductions, following)
        return state


def _reduction(rule: Rule, made_by: Callable[[list[Any]], Any]) -> Reduction:
    only, name, options = len(rule.expansion) == 1, rule.origin.name, rule.options
    return Reduction(
        size=len(rule.expansion),
        made_by=None if only and isinstance(made_by, ExpandSingleChild) else made_by,
        name=name,
        label=rule.alias or options.template_source or name,
        bare=options.expand1 and rule.alias is None,
        groups=any(_is_group(part) for part in rule.expansion),
    )


def _is_group(part: Symbol) -> bool:
    """Whether a part of a rule is one that trees do without: its own parts stand in its place."""
    return not part.is_term and part.name.startswith("_")


def _token(kind: str, text: str, start: int, end: int) -> Token:
    """A token without its line and column, which `Source` tells where anybody asks."""
    # Made by hand, because making one of its arguments takes three calls.
    token = str.__new__(Token, text)
    token.type, token.value, token.start_pos, token.end_pos = kind, text, start, end
    token.line = token.column = token.end_line = token.end_column = None
    return token
