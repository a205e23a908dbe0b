"""Lists: in brackets, by name, or from a file; their members folded for what they are compared with."""

from __future__ import annotations

from scorelang import nodes as n
from scorelang.check.literals import date_value, number_value, quoted_number
from scorelang.check.standard import standard_list
from scorelang.check.state import Around, State, place
from scorelang.diagnostics import Note
from scorelang.model import Items
from scorelang.operators import Operator
from scorelang.resolve import Symbol
from scorelang.suggest import closest, listed
from scorelang.values import SPACES, Type, Value

# docs/language.md lists this limit.
MAX_ITEMS = 1_000_000


def check_items(
    state: State, around: Around, row: Operator, type_: Type, node: n.Node, *, told: Note | None = None
) -> Items | None:
    """The members of a list for an operator whose first operand is of that type; `told` shows where that came from."""
    if isinstance(node, n.ListOf):
        return _literal(state, around, row, type_, node, told)
    assert isinstance(node, n.Name)
    symbol = around.scope.symbols.get(node.name)
    if symbol is None or symbol.what != "list":
        _not_a_list(state, around, node, symbol)
        return None
    state.used.add(id(symbol))
    key = (id(symbol), type_, row.fold)
    if key not in state.lists:
        state.lists[key] = _named(state, around, row, type_, node, symbol)
    items = state.lists[key]
    return None if items is None else Items(items.type, place(around, node.span), items.values)


def _not_a_list(state: State, around: Around, node: n.Name, symbol: Symbol | None) -> None:
    if node.name in around.scope.lost:
        return
    lists = [name for name, known in around.scope.symbols.items() if known.what == "list"]
    near = closest(node.name, lists)
    if symbol is not None or node.name in state.fields:
        what = symbol.what if symbol else "field"
        state.error(
            around,
            node.span,
            "not-a-list",
            f"`{node.name}` is a {what}, not a list",
            f"did this mean `{near}`?" if near else "",
            notes=(symbol.note,) if symbol else (),
        )
        return
    state.error(
        around,
        node.span,
        "unknown-list",
        f"no list is called `{node.name}`",
        f"did this mean `{near}`?" if near else "",
        help=(
            standard_list(node.name, exactly=near is not None),
            f"lists: {listed(lists)}" if lists else None,
            f'declare it: `list {node.name} = ["…", "…"]`',
        ),
    )


def _literal(
    state: State, around: Around, row: Operator, type_: Type, node: n.ListOf, told: Note | None = None
) -> Items | None:
    if not node.items:
        state.error(around, node.span, "empty-list", "this list has no members", "nothing is ever in it")
        return None
    values = [_member(state, around, row, type_, item, told) for item in node.items]
    return None if None in values else Items(type_, place(around, node.span), tuple(dict.fromkeys(values)))


def _member(state: State, around: Around, row: Operator, type_: Type, item: n.Node, told: Note | None) -> Value:
    match item:
        case n.Text(value=text) if type_.is_text:
            if text.strip(SPACES):
                return row.fold(type_, text)
            state.error(
                around, item.span, "empty-text", "an empty text is a missing value", "nothing is ever equal to it"
            )
        case n.Number() if type_ is Type.NUMBER:
            return number_value(state, around, item)
        case n.Date() if type_ is Type.DATE:
            return date_value(state, around, item)
        case n.Flag(value=flag) if type_ is Type.FLAG:
            return flag
        case n.Name():
            state.error(
                around,
                item.span,
                "type-mismatch",
                f"`{item.name}` is a name; the members of a list are texts or numbers",
                "a text stands in quotes",
                help=(f'write `"{item.name}"`',),
            )
        case _:
            hint = f'a text stands in quotes: `"{around.source.slice(item.span)}"`' if type_.is_text else None
            if type_ is Type.NUMBER:
                hint = quoted_number(item)
            state.error(
                around,
                item.span,
                "type-mismatch",
                f"a {type_.value} is compared with this list",
                f"this is no {type_.value}",
                help=(hint,),
                notes=(told,) if told else (),
            )
    return None


# Values of lists that come with us in CSV files, which are long: by module, name, operator and type.
_standard: dict[tuple[str, str, str, Type], tuple[Value, ...]] = {}


def _named(state: State, around: Around, row: Operator, type_: Type, node: n.Name, symbol: Symbol) -> Items | None:
    declared = symbol.node
    assert isinstance(declared, n.NamedList)
    there = Around(symbol.scope, around.step)
    if declared.items is not None:
        return _literal(state, there, row, type_, declared.items)
    if not type_.is_text:
        state.error(
            around,
            node.span,
            "type-mismatch",
            f"a list from a file holds texts, and a {type_.value} is compared with it",
            f"`{node.name}` holds texts",
            notes=(symbol.note,),
        )
        return None
    if id(symbol) not in state.list_texts:
        state.list_texts[id(symbol)] = state.loader.read_list(symbol.scope.module, declared)
    texts = state.list_texts[id(symbol)]
    if texts is None:
        return None
    module = symbol.scope.module
    key = (module.path, declared.name.name, row.name, type_)
    values = _standard.get(key) if module.is_standard else None
    if values is None:
        trimmed = (text.strip(SPACES) for text in texts)
        values = tuple(dict.fromkeys(row.fold(type_, text) for text in trimmed if text))
        if module.is_standard:
            _standard[key] = values
    if len(values) > MAX_ITEMS or not values:
        message = f"this list has more than {MAX_ITEMS:,} members" if values else "this list has no members"
        state.error(there, declared.span, "list-too-long" if values else "empty-list", message, "")
        return None
    return Items(type_, place(around, node.span), values)
