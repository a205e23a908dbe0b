"""The operators of the language: a row holds all that the other stages must know of one.

Every module of this package has a tuple `OPERATORS`; the rows are found there, not registered. The grammar takes its
operator words, the checker its signatures, the reference interpreter its functions and the documentation its text from
the rows, so that adding one touches the row and its test.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal

from attrs import field, frozen

from scorelang.values import Type, fold_as


@frozen
class Operator:
    """One operator.

    `name` is what a `.score` file says. `form` is how it stands there: a `comparison` sign, a `word` between two
    operands, or a `function` with its operands in brackets. `left` are the types of its first operand; the second one
    has the type `right`, or that of the first where that is None. With `many` the second may be a list: any of them.
    `reference` defines the meaning; it is only ever called with values that are known, and may return None (missing).
    `fold` brings a literal second operand into the form in which it is compared.
    """

    name: str
    form: Literal["comparison", "word", "function"]
    left: tuple[Type, ...]
    result: Type
    reference: Callable[..., Any]
    doc: str
    example: str
    right: Type | None = None
    many: bool = False
    fold: Callable[[Type, str], str] = field(default=fold_as)


def _found() -> dict[str, Operator]:
    rows: dict[str, Operator] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        for row in import_module(f"{__name__}.{module.name}").OPERATORS:
            rows[row.name] = row
    return rows


_rows: Mapping[str, Operator] | None = None


def operators() -> Mapping[str, Operator]:
    """Every operator by its name."""
    global _rows
    if _rows is None:
        _rows = MappingProxyType(_found())
    return _rows
