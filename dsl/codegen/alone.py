"""A model as one Python module that needs nothing but the standard library.

The module holds the parts of the run time as they are written here, the model's constants as literals, and its
functions.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from types import ModuleType
from typing import Any

from scorelang import model as m
from scorelang import values
from scorelang.codegen import facade, raw, runtime
from scorelang.codegen.lower import lower
from scorelang.codegen.writer import Constants, Made
from scorelang.diagnostics import ScorelangError
from scorelang.operators import operators

# A lead, its events, `as of` and the result, each as JSON.
Case = tuple[str, str, str, str]

TAIL = '''
PLAN = {plan}
CASES = {cases}


def score(lead, events=None, as_of=None):
    """A lead's result in JSON's types.

    `lead` is a mapping, or an object with attributes; `events` are such with `type`, `at` and their attributes, and
    default to the lead's own `events`. `as_of` (default: now) is a datetime, a date or ISO 8601 text. Raises
    `LeadError` (a `ValueError`) for a value that does not fit its type.
    """
    return score_alone(PLAN, (recording, exact), lead, events, as_of)


if __name__ == "__main__":
    sys.exit(main(score, CASES, __doc__))
'''


class AloneError(ScorelangError):
    """A model that cannot be compiled into a module of its own; the message says why."""


def module_of(model: m.CheckedModel, cases: Iterable[Case]) -> str:
    """The text of the module; `cases` are what it tests itself with. Raises `AloneError`."""
    texts = lower(model)
    imports: dict[str, None] = {}
    parts = [_source(module, imports) for module in (values, raw, runtime, facade)]
    body = [*parts, *_constants(texts.constants), texts.shared, texts.recording, texts.exact]
    tail = TAIL.format(plan=_literal(plan_of(model)), cases=_cases(cases))
    return "\n".join([_head(model), "from __future__ import annotations\n", *imports, "", *body, tail])


def plan_of(model: m.CheckedModel) -> dict[str, Any]:
    """What the functions' numbers stand for in results."""
    personas = {group.name for group in model.groups if group.word == "persona"}
    key = next((field.column for field in model.fields if field.name == model.key), None)
    return {
        "model": {"name": model.name, "version": model.version, "fingerprint": model.fingerprint},
        "timezone": model.timezone,
        "key": (model.key, key),
        "categories": tuple(group.name for group in model.groups if group.word == "category"),
        "grades": tuple(grade.what for grade in model.grades),
        "gates": tuple((gate.id, gate.reason or gate.condition.place.text) for gate in model.gates),
        "rules": tuple((rule.id, rule.group if rule.group in personas else None) for rule in m.rules_of(model.ordered)),
    }


def _head(model: m.CheckedModel) -> str:
    name = " ".join(str(model.name or "a model").split()).replace("\\", "/").replace('"', "'")
    text = f"Lead scoring by {name} ({model.fingerprint}), compiled by scorelang: change the model, not this file."
    return f'"""{text.encode("ascii", "replace").decode()}"""\n'


def _source(module: ModuleType, imports: dict[str, None]) -> str:
    """The source of a module without its docstring, imports and `__all__`; its imports of the library are noted."""
    source = inspect.getsource(module)
    lines = source.splitlines()
    for node in ast.parse(source).body:
        imported = isinstance(node, ast.Import | ast.ImportFrom)
        if not (imported or _is_left_out(node)):
            continue
        if imported and not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("scorelang", "__f"))):
            imports[ast.unparse(node)] = None
        for at in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[at] = ""
    return "\n".join(lines).strip() + "\n\n"


def _is_left_out(node: ast.stmt) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")


def _constants(constants: Constants) -> list[str]:
    """The lines that make the constants."""
    lines = []
    for name, value in constants.by_name.items():
        if isinstance(value, Made) and value.helper == "operator":
            lines.append(_operator(name, value.arguments[0]))
        else:
            lines.append(f"{name} = {_literal(value)}")
    return lines


def _operator(name: str, operator: str) -> str:
    """The lines of an operator's function, as it is written in its row's module."""
    reference = operators()[operator].reference
    try:
        source = inspect.getsource(reference)
    except (TypeError, OSError):
        source = ""
    if not source.startswith("def "):
        raise AloneError(f"the operator `{operator}` cannot stand in a module of its own: it is no plain function")
    return f"{source}\n{name} = {reference.__name__}"


def _literal(value: Any) -> str:
    """A constant as Python writes it, in ASCII."""
    match value:
        case Made(helper=helper, arguments=arguments):
            return f"{helper}({', '.join(map(_literal, arguments))})"
        case Fraction():
            return f"Fraction({value.numerator}, {value.denominator})"
        case timedelta():
            return f"timedelta(microseconds={value // timedelta(microseconds=1)})"
        case tuple():
            return f"({''.join(f'{_literal(item)}, ' for item in value)})"
        case frozenset():
            return f"frozenset([{', '.join(sorted(map(_literal, value)))}])"
        case dict():
            return f"{{{', '.join(f'{_literal(key)}: {_literal(item)}' for key, item in value.items())}}}"
    return ascii(value)


def _cases(cases: Iterable[Case]) -> str:
    lines = [f"    {case!a},\n" for case in cases]
    return f"(\n{''.join(lines)})"
