"""The parser's tables as they come with the package: Lark takes half a second to make them of the grammar.

There are two: those that lines are read by (`dsl/lalr.py`), and Lark's own, which tell what could have followed.
"""

from __future__ import annotations

import hashlib
import json
import pkgutil
import re
from collections.abc import Mapping
from typing import Any

import lark
from lark import Lark
from lark.grammar import Rule, Symbol, Terminal
from lark.lexer import BasicLexer, TerminalDef, _create_unless
from lark.parsers.lalr_analysis import Shift

# Written by scripts/make_tables.py, beside the grammar. A line each: what they depend on, those of lines, and Lark's.
FILE = "grammar.json"

# What a pattern is made of: escapes, classes of characters, brackets, signs, single characters.
PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\??|\{[\d,]*\}|.", re.DOTALL)
# A piece that is one character, or a class of them.
ONE = re.compile(r"\\[sdw]|\\\W|\[.+\]|[^\\\[\](){}?*+|.^$]", re.DOTALL)


def shipped_lines(grammar: str) -> Mapping[str, Any] | None:
    """The tables that lines are read by, as `line_tables` makes them, from the package.

    None where the tables are of another grammar, or by a Lark whose tables may be others.
    """
    found = _shipped(grammar)
    return None if found is None else json.loads(found[0])


def shipped(grammar: str, **options: Any) -> Lark | None:
    """The parser of a grammar, made of the tables that come with the package.

    `options` are those of Lark that are no part of its tables, such as callbacks. None as for `shipped_lines`.
    """
    found = _shipped(grammar)
    if found is None:
        return None
    tables = json.loads(found[1])
    parser = tables["data"]["parser"]["parser"]
    parser["tokens"] = _numbered(parser["tokens"])
    parser["states"] = {number: _numbered(row) for number, row in _numbered(parser["states"]).items()}
    made: Lark = Lark._load_from_dict(tables["data"], _numbered(tables["memo"]), **options)  # type: ignore[no-untyped-call]
    made.source_grammar = grammar
    return made


def _shipped(grammar: str) -> tuple[bytes, bytes] | None:
    """Both tables."""
    try:
        found = pkgutil.get_data("scorelang", FILE)
    except FileNotFoundError:
        return None
    maker, lines, larks = (found or b"\n\n").splitlines()
    return (lines, larks) if json.loads(maker) == _maker(grammar) else None


def tables_of(made: Lark) -> str:
    """What `FILE` holds, of a parser that was made of its grammar."""
    data, memo = made.memo_serialize([TerminalDef, Rule])
    kept = ("parser", "lexer", "start", "maybe_placeholders", "keep_all_tokens", "priority", "ambiguity", "strict")
    data["options"] = {name: data["options"][name] for name in kept}
    parts = (_maker(made.source_grammar), line_tables(made), {"data": data, "memo": memo})
    return "".join(f"{json.dumps(part, separators=(',', ':'))}\n" for part in parts)


def _maker(grammar: str) -> list[str]:
    """What tables depend on: the grammar, and Lark as far as its versions promise to stay alike."""
    return [hashlib.sha256(grammar.encode()).hexdigest(), ".".join(lark.__version__.split(".")[:2])]


def _numbered(table: Mapping[str, Any]) -> dict[int, Any]:
    """A table with numbers for keys, which are texts in JSON."""
    return {int(key): value for key, value in table.items()}


# --- the tables of lines --------------------------------------------------------------------------------------------


def line_tables(made: Lark) -> dict[str, Any]:
    """What `lalr.Reader` needs of a parser, in JSON's types.

    Of a state the number of its lexer, and then by turns the number of a name and what follows: another state, or below
    0 the rule that is complete, counted from -1.
    """
    parser, lexer = made.parser.parser, made.parser.lexer
    table = parser._parse_table
    names, terminals, lexers, rules = _Numbers(), _Numbers(), _Numbers(), _Numbers()
    states = []
    for number in range(len(table.states)):
        row = [lexers[lexer.lexers[number]]]
        for name, (action, what) in table.states[number].items():
            row += [names[name], what if action is Shift else -1 - rules[what]]
        states.append(row)
    return {
        "starts": {start: [first, table.end_states[start]] for start, first in table.start_states.items()},
        "ignored": sorted(lexer.root_lexer.ignore_types),
        "states": states,
        "names": list(names),
        "rules": [_rule_of(rule) for rule in rules],
        "lexers": [_lexer_of(one, terminals) for one in lexers],
        "terminals": [_terminal_of(made.get_terminal(name)) for name in terminals],
    }


class _Numbers(dict[Any, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, thing: Any) -> int:
        number = self[thing] = len(self)
        return number


def _rule_of(rule: Rule) -> list[Any]:
    """Its size, name and label, whether it is bare, which parts it keeps, and what a part is that is its only one."""
    name, options, parts = rule.origin.name, rule.options, rule.expansion
    picked = [
        (at, _is_group(part)) for at, part in enumerate(parts) if not (isinstance(part, Terminal) and part.filter_out)
    ]
    as_they_are = len(picked) == len(parts) and not any(opened for _, opened in picked)
    lonely = "" if len(parts) != 1 or not picked else "group" if picked[0][1] else "part"
    label, bare = rule.alias or options.template_source or name, options.expand1 and rule.alias is None
    return [len(parts), name, label, bare, None if as_they_are else picked, lonely]


def _lexer_of(lexer: BasicLexer, numbers: Mapping[str, int]) -> list[Any]:
    """The numbers of its terminals, the first tried first, and its keywords: what each is spelled like, and spelled."""
    terminals, callbacks = _create_unless(lexer.terminals, 0, re, False)  # type: ignore[no-untyped-call]
    keywords = [
        (kind, one.pattern.value, one.name) for kind, unless in callbacks.items() for one in unless.scanner.terminals
    ]
    return [[numbers[one.name] for one in terminals], keywords]


def _terminal_of(terminal: TerminalDef) -> list[Any]:
    pattern = terminal.pattern.to_regexp()
    return [terminal.name, pattern, beginnings(pattern)]


def _is_group(part: Symbol) -> bool:
    """Whether a part of a rule is one that trees do without: its own parts stand in its place."""
    return not part.is_term and part.name.startswith("_")


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
