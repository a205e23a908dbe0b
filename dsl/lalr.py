"""Lark's LALR parser in a loop of our own: its tables, its terminals and its callbacks, in half of the time.

Whatever this loop cannot read is read once more by Lark's, which says where it stopped and what could have followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import Any, Literal, NamedTuple

from lark import Token
from lark.grammar import Rule, Symbol, Terminal
from lark.lexer import BasicLexer, Lexer, LexerThread, TerminalDef, _create_unless
from lark.parse_tree_builder import ExpandSingleChild
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_parser import LALR_Parser

END = "$END"

# What a pattern is made of: escapes, classes of characters, brackets, signs, single characters.
PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\??|\{[\d,]*\}|.", re.DOTALL)
# A piece that is one character, or a class of them.
ONE = re.compile(r"\\[sdw]|\\\W|\[.+\]|[^\\\[\](){}?*+|.^$]", re.DOTALL)

Match = Callable[..., re.Match[str] | None]


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
    alone: Literal["", "same", "grouped", "out"]


Step = Token | Reduction


class Unreadable(Exception):  # noqa: N818
    """The text is not in the language, as far as the loop here can tell."""


class QuickParser(LALR_Parser):
    """The parser that is plugged into Lark."""

    def parse(self, lexer: LexerThread, start: str, on_error: Any = None) -> Any:
        """What the callbacks make of a text. Raises what Lark raises for one that cannot be read."""
        assert lexer.state is not None
        text = lexer.state.text
        try:
            return self.read(lexer.lexer, text.text, text.start, text.end, start)
        except Unreadable:
            return super().parse(lexer, start, on_error)  # type: ignore[no-untyped-call]

    def read(self, lexer: Lexer, text: str, at: int, end: int, start: str, steps: list[Step] | None = None) -> Any:
        """What the callbacks make of the characters of a text from `at` up to `end`.

        `steps` takes down how they were read: the words, and behind them the rules whose parts they complete, but for
        rules that change nothing of a part that stands alone. Raises `Unreadable`, and what the callbacks raise.
        """
        states = self._states(lexer)
        last: Any = self._parse_table.end_states[start]
        number: Any = self._parse_table.start_states[start]
        state, stack, values = states[number], [number], list[Any]()
        while True:
            token, kind = None, END
            while at < end:
                for name, match in state.words[text[at]]:
                    if (found := match(text, at, end)) is not None:
                        begin, at, kind = at, found.end(), name
                        break
                else:
                    raise Unreadable
                if kind not in state.ignored:
                    token = _token(kind, text[begin:at], begin, at)
                    if kind in state.keywords:
                        token = state.keywords[kind](token)
                        kind = token.type
                    break
                kind = END
            while kind in state.reductions:
                reduction = state.reductions[kind]
                if reduction.alone and (beyond := states.beyond(stack[-2], number, kind, last)) is not None:
                    stack[-1] = number = beyond
                else:
                    size, made_by = reduction.size, reduction.made_by
                    if size:
                        parts = values[-size:]
                        del stack[-size:], values[-size:]
                        values.append(made_by(parts))
                    else:
                        values.append(made_by([]))
                    number = states[stack[-1]].following[reduction.name]
                    stack.append(number)
                    if steps is not None:
                        steps.append(reduction)
                if number == last and token is None:
                    return values[-1]
                state = states[number]
            if kind not in state.following:
                raise Unreadable
            number = state.following[kind]
            state = states[number]
            stack.append(number)
            values.append(token)
            if steps is not None and token is not None:
                steps.append(token)

    def _states(self, lexer: Lexer) -> _States:
        # Lark makes a parser from its cache without calling `__init__`.
        if "known" not in self.__dict__:
            self.known = _States(self._parse_table.states, self.parser.callbacks, lexer)
        return self.known


class _State(NamedTuple):
    """A state of the parser: the words that may follow, and what each of them leads to."""

    words: _Words
    ignored: frozenset[str]
    keywords: Mapping[str, Callable[[Token], Token]]
    reductions: Mapping[str, Reduction]
    following: Mapping[str, int]


class _States(dict[int, _State]):
    """The states of a parser by their numbers, each taken over from Lark when it is first asked for."""

    def __init__(self, table: Mapping[Any, Mapping[str, tuple[Any, Any]]], callbacks: Any, lexer: Any) -> None:
        super().__init__()
        self.table, self.callbacks, self.lexer = table, callbacks, lexer
        self.terminals: dict[str, _Terminal] = {}
        self.words: dict[int, tuple[_Words, Mapping[str, Callable[[Token], Token]]]] = {}
        self.ways: dict[tuple[int, int, str], int | None] = {}

    def __missing__(self, number: int) -> _State:
        reductions, following = {}, {}
        for name, (action, what) in self.table[number].items():
            if action is Shift:
                following[name] = what
            else:
                reductions[name] = _reduction(what, self.callbacks[what])
        lexer = self.lexer.lexers[number]
        # Several states share a lexer: there are as many as there are sets of words that may follow.
        if id(lexer) not in self.words:
            self.words[id(lexer)] = self._words(lexer)
        words, keywords = self.words[id(lexer)]
        state = self[number] = _State(words, lexer.ignore_types, keywords, reductions, following)
        return state

    def _words(self, lexer: BasicLexer) -> tuple[_Words, Mapping[str, Callable[[Token], Token]]]:
        """The words of a lexer, and what finds keywords among words that are spelled like them."""
        terminals, keywords = _create_unless(lexer.terminals, 0, re, False)  # type: ignore[no-untyped-call]
        for one in terminals:
            if one.name not in self.terminals:
                self.terminals[one.name] = _Terminal(one)
        return _Words(self.terminals[one.name] for one in terminals), keywords

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

    def __init__(self, definition: TerminalDef) -> None:
        self.name, self.pattern = definition.name, definition.pattern.to_regexp()
        self.beginnings = beginnings(self.pattern)

    @cached_property
    def match(self) -> Match:
        """What matches it at a place of a text."""
        return re.compile(self.pattern).match

    def may_begin(self, character: str) -> bool:
        """Whether it can begin with a character, as far as its pattern shows."""
        if self.beginnings is None:
            return True
        return any(one == character if len(one) == 1 else re.match(one, character) for one in self.beginnings)


def beginnings(pattern: str) -> tuple[str, ...] | None:
    """Characters, and classes of them, that what a pattern matches begins with; None where that does not show."""
    found: list[str] = []
    # Whether nothing stands before a piece in its alternative, the same of every open bracket, and of what came last.
    first, brackets, last = True, list[bool](), False
    for piece in PIECE.findall(pattern):
        if piece in ("|", ")") and first:
            return None  # nothing at all is an alternative
        if piece == "|":
            first, last = not brackets or brackets[-1], False
        elif piece == ")":
            first, last = False, brackets.pop()
        elif piece in ("?", "*") or piece.startswith(("{0", "{,")):
            if last:
                return None  # it can be left out
        elif piece == "(?:":
            brackets.append(first)
        elif not first:
            last = False
            brackets += [False] if piece.startswith("(") else []
        elif ONE.fullmatch(piece):
            # An escaped sign is the sign.
            found.append(piece[1] if piece[0] == "\\" and not piece[1].isalnum() else piece)
            first, last = False, True
        else:
            return None
    return None if first else tuple(dict.fromkeys(found))


def _reduction(rule: Rule, made_by: Callable[[list[Any]], Any]) -> Reduction:
    name, options = rule.origin.name, rule.options
    return Reduction(
        size=len(rule.expansion),
        made_by=made_by,
        name=name,
        label=rule.alias or options.template_source or name,
        bare=options.expand1 and rule.alias is None,
        groups=any(_is_group(part) for part in rule.expansion),
        alone=_alone(rule, made_by),
    )


def _alone(rule: Rule, made_by: Any) -> Literal["", "same", "grouped", "out"]:
    part = rule.expansion[0] if len(rule.expansion) == 1 else None
    if part is None or (isinstance(part, Terminal) and part.filter_out):
        return ""
    if _is_group(part):
        made_by = made_by.node_builder  # what is handed the parts of the group
    if isinstance(made_by, ExpandSingleChild):
        return "out" if _is_group(part) else "same"
    return "grouped" if _is_group(rule.origin) and isinstance(made_by, partial) else ""


def _is_group(part: Symbol) -> bool:
    """Whether a part of a rule is one that trees do without: its own parts stand in its place."""
    return not part.is_term and part.name.startswith("_")


class _Word(Token):
    """A token without its line and column, which `Source` tells where anybody asks."""

    __slots__ = ()

    line = column = end_line = end_column = None


def _token(kind: str, text: str, start: int, end: int) -> Token:
    # Made by hand, because making one of its arguments takes three calls.
    token = str.__new__(_Word, text)
    token.type, token.value, token.start_pos, token.end_pos = kind, text, start, end
    return token
