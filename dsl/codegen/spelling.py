"""How operators are spelled in generated code. One that is not here is called, by its reference function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scorelang import model as m

if TYPE_CHECKING:
    from scorelang.codegen.logic import Logic

# So few members of a list are tested one after the other.
FEW = 3


def _contains(logic: Logic, left: str, right: str | None, last: m.Expression) -> str:
    if not isinstance(last, m.Items):
        return f"{right} in {left}"
    names = [logic.constant(value) for value in last.values]
    if len(names) <= FEW:
        return f"({' or '.join(f'{name} in {left}' for name in names)})"
    return f"contains_any({left}, {logic.constants.name(tuple(dict.fromkeys(last.values)))})"


def _method(name: str) -> Callable[[Logic, str, str | None, m.Expression], str]:
    def spell(logic: Logic, left: str, right: str | None, last: m.Expression) -> str:
        return f"{left}.{name}({logic.constants.name(last.values) if isinstance(last, m.Items) else right})"

    return spell


def _mentions(logic: Logic, left: str, right: str | None, last: m.Expression) -> str:
    if not isinstance(last, m.Items):
        return f"mentions({left}, {right})"
    if len(last.values) == 1:
        return f"mentions({left}, {logic.constant(last.values[0])})"
    return f"{logic.constants.made('mentions_any', tuple(dict.fromkeys(last.values)))}({left})"


def _like(logic: Logic, left: str, right: str | None, last: m.Expression) -> str:
    if isinstance(last, m.Items):
        return f"{logic.constants.made('like_any', tuple(dict.fromkeys(last.values)))}({left})"
    if isinstance(last, m.Constant):
        return f"{logic.constants.made('like', last.value)}({left})"
    return f"matches({right}, {left})"


SPELLINGS: dict[str, Callable[[Logic, str, str | None, m.Expression], str]] = {
    "contains": _contains,
    "starts with": _method("startswith"),
    "ends with": _method("endswith"),
    "mentions": _mentions,
    "like": _like,
}
