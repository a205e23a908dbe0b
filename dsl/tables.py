"""The parser's tables as they come with the package: Lark takes half a second to make them of the grammar."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

# Written by scripts/make_tables.py, beside the grammar.
FILE = "grammar.json"


def shipped(grammar: str, **options: Any) -> Lark | None:
    """The parser of a grammar, made of the tables that come with the package.

    `options` are those of Lark that are no part of its tables, such as callbacks. None where the tables are of another
    grammar, or by a Lark whose tables may be others.
    """
    try:
        tables = json.loads(resources.files("scorelang").joinpath(FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if tables["of"] != _maker(grammar):
        return None
    parser = tables["data"]["parser"]["parser"]
    parser["tokens"] = _numbered(parser["tokens"])
    parser["states"] = {number: _numbered(row) for number, row in _numbered(parser["states"]).items()}
    made: Lark = Lark._load_from_dict(tables["data"], _numbered(tables["memo"]), **options)  # type: ignore[no-untyped-call]
    made.source_grammar = grammar
    return made


def tables_of(made: Lark) -> str:
    """What `FILE` holds, of a parser that was made of its grammar."""
    data, memo = made.memo_serialize([TerminalDef, Rule])
    kept = ("parser", "lexer", "start", "maybe_placeholders", "keep_all_tokens", "priority", "ambiguity", "strict")
    data["options"] = {name: data["options"][name] for name in kept}
    told = {"of": _maker(made.source_grammar), "data": data, "memo": memo}
    return json.dumps(told, separators=(",", ":")) + "\n"


def _maker(grammar: str) -> list[str]:
    """What tables depend on: the grammar, and Lark as far as its versions promise to stay alike."""
    return [hashlib.sha256(grammar.encode()).hexdigest(), ".".join(lark.__version__.split(".")[:2])]


def _numbered(table: Mapping[str, Any]) -> dict[int, Any]:
    """A table with numbers for keys, which are texts in JSON."""
    return {int(key): value for key, value in table.items()}
