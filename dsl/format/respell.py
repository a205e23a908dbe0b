"""A line's tree with every word in its one spelling, without commas and brackets that nobody needs."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define
from lark import Token, Tree
from lark.exceptions import LarkError
from lark.utils import TextSlice

from scorelang.build import BadText
from scorelang.format import words
from scorelang.format.tree import Child, Words, is_one, tree_of, words_of
from scorelang.lalr import Step
from scorelang.operators import operators
from scorelang.parse import node_of
from scorelang.source import Source, Span
from scorelang.values import Type

EQUAL = {"=", "==", "is"}
EQUALITY = {*EQUAL, "!=", "is not"}
QUANTITIES = {"number", "signed", "unary", "sum", "product", "date", "aggregate", "days_since", "days_since_last"}
LABELS = {"text", "flag"}
# Names that mean the model's own results.
RESULTS = {"score": True, "stage": False, "persona": False, "route": False, "qualified": False}
SIMPLE = {"name", "number", "text", "flag", "date", "dotted", "call"}
VALUES = {"compare", "sum", "product", "unary", "call", "points", "days_since", "between", "known"}


def respelled(source: Source, span: Span, start: str, steps: Sequence[Step]) -> Words:
    """The tree of a line that was read in those steps, respelled.

    It reads as the line does: what would not is left as it was typed.
    """
    tree = tree_of(steps)
    respeller = _Respeller()
    again = respeller.tree(tree)
    if respeller.daring and not _reads_alike(source, span, start, again):
        return _Respeller(careful=True).tree(tree)
    return again


def _reads_alike(source: Source, span: Span, start: str, tree: Words) -> bool:
    typed = node_of(TextSlice(source.text, span.start, span.end), start)
    try:
        read = node_of(" ".join(words_of(tree)), start)
    except (LarkError, BadText):
        return False
    return typed == read


@define
class _Respeller:
    """Respells a tree; `daring` once it did what may, in rare places, change the meaning. A `careful` one never is."""

    careful: bool = False
    daring: bool = False

    def tree(self, tree: Words) -> Words:
        """The tree, respelled."""
        children = [self._child(tree, child) for child in tree.children]
        match tree.data:
            case "header":
                children = _with_commas(children)
            case "header_item":
                children = [_ungrouped(child) for child in children]
            case "list_literal" | "quorum":
                children = _without_comma(children, "CLOSE", "CLOSE_LIST")
            case "grade":
                children = _before_else(children)
            case "if_rule" | "events_rule" | "each_rule" | "otherwise_rule" | "matrix":
                children = _without_comma(children, "because")
            case "event":
                children = _without_empty_brackets(children)
            case "duration" | "window_between" | "times" | "frequency" | "given_times":
                children = _counted(children)
            case "cell" if any(is_one(child, "TO") for child in children):
                children = [child for child in children if not is_one(child, "FROM")]
            case "compare" | "cell" if not self.careful:
                children = self._compared(children)
        return Tree(tree.data, children)

    def _child(self, tree: Words, child: Child) -> Child:
        if isinstance(child, Token):
            spelling = words.spelled(child)
            return child.update(value=spelling) if spelling != child else child
        inner = self.tree(child)
        if self.careful:
            return inner
        freed = _freed(tree.data, inner)
        self.daring |= freed is not inner
        return freed

    # --- comparisons

    def _compared(self, children: list[Child]) -> list[Child]:
        """The operator as what it compares wants it: `is` for texts and flags, `=` for numbers and dates."""
        return [
            self._operator(child, children) if isinstance(child, Token) and child in EQUALITY else child
            for child in children
        ]

    def _operator(self, typed: Token, children: list[Child]) -> Token:
        sides = [_is_quantity(child) for child in children if isinstance(child, Tree)]
        if False in sides:
            spelling = "is" if typed in EQUAL else "is not"
        elif True in sides or typed == "==":
            spelling = "=" if typed in EQUAL else "!="
        else:
            return typed
        self.daring |= spelling != typed
        return typed.update(value=spelling)


def _is_quantity(tree: Words) -> bool | None:
    """Whether an operand is a number or a date; None where only its name is known."""
    match tree.data:
        case "operand" | "bracket":
            return next((_is_quantity(child) for child in tree.children if isinstance(child, Tree)), None)
        case "name":
            return RESULTS.get(str(tree.children[0]))
        case "call":
            row = operators().get(str(words_of(tree)[0]))
            return None if row is None else row.result is Type.NUMBER
        case "dotted":
            return False if words_of(tree)[-1] == "grade" else None
    return True if tree.data in QUANTITIES else False if tree.data in LABELS else None


# --- brackets -------------------------------------------------------------------------------------------------------


def _freed(around: str, tree: Words) -> Words:
    """What stands in brackets, if they can go and help nobody: they stay where `and` stands in an `or`."""
    if tree.data == "bracket" and around in VALUES:
        inner = _inside(tree)
        value = inner.children[0] if inner.data == "operand" else inner
        return value if isinstance(value, Tree) and value.data in SIMPLE else tree
    if tree.data != "operand" or not isinstance(tree.children[0], Tree) or tree.children[0].data != "bracket":
        return tree
    inner = _inside(tree.children[0])
    match around:
        case "or_" | "and_":
            return tree if inner.data in ("or_", "and_") else inner
        case "not_":
            return inner if inner.data == "operand" else tree
    return inner


def _inside(bracket: Words) -> Words:
    inner = bracket.children[1]
    assert isinstance(inner, Tree)
    return inner


# --- commas and units -----------------------------------------------------------------------------------------------


def _comma() -> Token:
    return Token("COMMA", ",")


def _with_commas(children: list[Child]) -> list[Child]:
    """`model "Acme", version 3`: a comma before every item but one right behind `model`."""
    kept = [child for child in children if not is_one(child, "COMMA")]
    commas = [[_comma(), child] if at > 1 else [child] for at, child in enumerate(kept)]
    return [child for pair in commas for child in pair]


def _ungrouped(child: Child) -> Child:
    """A version, which counts nothing, without underscores."""
    if isinstance(child, Token):
        return child
    return Tree(child.data, [word.update(value=word.replace("_", "")) for word in words_of(child)])


def _without_comma(children: list[Child], *before: str) -> list[Child]:
    return [
        child
        for child, after in zip(children, [*children[1:], None], strict=True)
        if not (is_one(child, "COMMA") and after is not None and is_one(after, *before))
    ]


def _before_else(children: list[Child]) -> list[Child]:
    kept = _without_comma(children, "ELSE")
    return [*kept[:-2], _comma(), *kept[-2:]]


def _without_empty_brackets(children: list[Child]) -> list[Child]:
    return children[:-2] if is_one(children[-1], "CLOSE") and is_one(children[-2], "OPEN") else children


def _counted(children: list[Child]) -> list[Child]:
    """Units in the singular after 1; `between 30 and 60 days` names a unit once that both have."""
    counted: list[Child] = []
    for child in children:
        if isinstance(child, Token) and child.type in ("UNIT", "TIMES"):
            child = child.update(value=words.unit(child, str(counted[-1])))
        counted.append(child)
    units = [word.removesuffix("s") for child in counted for word in words_of(child) if word.type == "UNIT"]
    if len(units) == 2 and units[0] == units[1]:
        counted = [child for child in counted if not is_one(child, "UNIT")]
    return counted
