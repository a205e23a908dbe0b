"""Names in expressions: attributes, results, defines, categories, fields."""

from __future__ import annotations

from collections.abc import Callable

from scorelang import nodes as n
from scorelang.check.declarations import KEYS, KEYS_OF_EVENTS, slots_of
from scorelang.check.slips import instead_of, is_a_name
from scorelang.check.state import SEEN_FROM, STEPS, Around, Slot, State, Step, place
from scorelang.diagnostics import Note
from scorelang.model import AttributeValue, Defined, Expression, FieldValue, ResultValue
from scorelang.resolve import RESULTS, Symbol
from scorelang.suggest import closest, listed
from scorelang.values import Type

Check = Callable[[State, Around, n.Node, Type | None], Expression | None]
RESULT_TYPES = {
    "score": Type.NUMBER, "stage": Type.STAGE, "persona": Type.PERSONA, "qualified": Type.FLAG, "route": Type.TEXT,
}  # fmt: skip
# Conditions nest this deep at most, defines counted; docs/language.md lists the limit.
MAX_DEPTH = 120


def check_name(state: State, around: Around, node: n.Name, want: Type | None, check: Check) -> Expression | None:
    """What a name means that is not an event."""
    name, at = node.name, place(around, node.span)
    if around.event is not None:
        if _is_key(state, around, node):
            return None
        attribute = _attribute(state, around, node, want)
        if attribute is not None:
            return attribute
    if name in RESULTS:
        return _result(state, around, node, name, RESULT_TYPES[name])
    symbol = around.scope.symbols.get(name)
    if symbol is not None:
        return _symbol(state, around, node, symbol, want, check)
    if name in around.scope.lost:
        return None
    slot = state.fields.get(name)
    if slot is None and name in state.categories:
        return _result(state, around, node, "category", Type.NUMBER)
    if slot is None and not state.declared_fields and not state.testing and not _is_closed(state, around):
        if not may_be_inferred(state, around, node, "field"):
            return None
        slot = state.fields[name] = _declared_there(state, around, name) or Slot(None, False)
        state.changed = True
    if slot is None:
        _unknown(state, around, node)
        return None
    _infer(state, around, slot, want, node)
    return FieldValue(_type_of(state, slot), at, name)


def may_be_inferred(state: State, around: Around, node: n.Name, what: str) -> bool:
    """Whether a name that nothing declares may be one all the same; words of conditions are more likely slips."""
    name = node.name
    if is_a_name(name):
        return True
    hint = instead_of(name)
    declare = f"`event {name}(name text)`" if what == "event" else f"`{name} text` in a `lead:` block"
    if what == "field" and around.event is not None:
        what, declare = "attribute", f"`event {around.event}({name} text)`"
    state.error(
        around,
        node.span,
        "unknown-name",
        f"`{name}` stands here as the name of {'a' if what == 'field' else 'an'} {what}",
        f"no {what} is called so",
        help=(hint, f"if one is, declare it: {declare}"),
    )
    return False


def _is_closed(state: State, around: Around) -> bool:
    """Whether the event around was declared: a name in its condition that nothing declares is a slip."""
    return around.event is not None and not state.kinds[around.event].open


def _declared_there(state: State, around: Around, name: str) -> Slot | None:
    """What the file that a define or category comes from says of a field, where the model itself says nothing."""
    lead = around.scope.lead
    fields = [field for field in lead.fields if field.name.name == name] if lead is not None else []
    return slots_of(state, around, fields).get(name)


def _type_of(state: State, slot: Slot) -> Type:
    """The type of a name; while types are being collected, what it will be if nothing ever tells it."""
    state.unknown = state.unknown or slot.type is None
    return slot.type or Type.TEXT


def _infer(state: State, around: Around, slot: Slot, want: Type | None, node: n.Name) -> None:
    slot.needed = slot.needed or want is not Type.ANYTHING
    if (
        slot.type is None
        and want is not None
        and want in (Type.TEXT, Type.NUMBER, Type.FLAG, Type.DATE, Type.TEXT_LIST)
    ):
        article = f"read as a {want.value} from this use"
        state.set_type(slot, want, Note(around.source, node.span, article))


def _attribute(state: State, around: Around, node: n.Name, want: Type | None) -> Expression | None:
    """An attribute of the event around; an undeclared one where the kind is open and nothing else has the name."""
    assert around.event is not None
    kind = state.kinds[around.event]
    slot = kind.attributes.get(node.name)
    if slot is None:
        elsewhere = node.name in around.scope.symbols or (
            node.name in state.fields and state.fields[node.name].declared
        )
        if not kind.open or state.testing or elsewhere or not is_a_name(node.name):
            return None
        slot = kind.attributes[node.name] = Slot(None, False)
        state.changed = True
    _infer(state, around, slot, want, node)
    return AttributeValue(_type_of(state, slot), place(around, node.span), node.name)


def _is_key(state: State, around: Around, node: n.Name) -> bool:
    """Report what an event is, when it was and whose it is, where one of them is asked for as an attribute."""
    assert around.event is not None
    kind = state.kinds[around.event]
    elsewhere = node.name in around.scope.symbols or node.name in kind.attributes
    if not kind.open or elsewhere or node.name not in KEYS_OF_EVENTS:
        return False
    hint = f"write `{kind.name} within 30 days`, or `{kind.name} since 2026-01-01`" if node.name == "at" else None
    state.error(
        around,
        node.span,
        "reserved-name",
        f"an event's attribute cannot be called `{node.name}`",
        KEYS,
        help=(hint,),
    )
    return True


def _result(state: State, around: Around, node: n.Node, what: str, type_: Type) -> Expression | None:
    name = node.name if isinstance(node, n.Name) else node.base.name if isinstance(node, n.Dotted) else ""
    if not _may_look(state, around, node, what, name):
        return None
    return ResultValue(type_, place(around, node.span), what, name)  # type: ignore[arg-type]


def _may_look(state: State, around: Around, node: n.Node, what: str, name: str) -> bool:
    """Whether that result is worked out before the step that looks at it."""
    seen_from = SEEN_FROM[what]
    if STEPS.index(around.step) >= STEPS.index(seen_from):
        return True
    shown = around.source.slice(node.span)
    if around.step == "rule":
        state.error(
            around,
            node.span,
            "looks-ahead",
            f"a rule that gives points may not look at `{shown}`",
            "it is worked out from the rules",
            help=("gates, stages, grades and the route may: they come after the score",),
        )
    else:
        order = "score, then gates, stages, grades and the route"
        state.error(
            around,
            node.span,
            "looks-ahead",
            f"a {around.step} may not look at `{shown}`, which is worked out after it",
            f"the order is {order}",
        )
    return False


def _symbol(
    state: State, around: Around, node: n.Name, symbol: Symbol, want: Type | None, check: Check
) -> Expression | None:
    state.used.add(id(symbol))
    match symbol.what:
        case "define":
            defined = _defined(state, around, node, symbol, check)
            if _is_told(state, around, node, symbol, want):
                return _defined(state, around, node, symbol, check)
            return defined
        case "category":
            return _result(state, around, node, "category", Type.NUMBER)
        case "list":
            hint = f"a list follows `in`: `… in {node.name}`"
        case "decay":
            hint = f"a decay follows points: `then +10, {node.name}`"
        case _:
            hint = f"count them: `count of {node.name}`, or ask for one: `{node.name} within 30 days`"
    article = "an" if symbol.what == "event" else "a"
    state.error(
        around,
        node.span,
        "not-a-value",
        f"`{node.name}` is {article} {symbol.what}, not a value",
        "",
        help=(hint,),
        notes=(symbol.note,),
    )
    return None


def _defined(state: State, around: Around, node: n.Name, symbol: Symbol, check: Check) -> Expression | None:
    key = id(symbol)
    if key not in state.defines or (state.inferring and bare_name(symbol) is not None):
        # While types are being told, another name for a field has the type that the field has by now.
        if symbol in state.defining:
            ring = " → ".join(
                [known.node.name.name for known in state.defining[state.defining.index(symbol) :]] + [node.name]
            )
            state.error(
                around,
                node.span,
                "define-cycle",
                f"`{node.name}` is defined by itself: {ring}",
                "this closes the circle",
                notes=(symbol.note,),
            )
            return None
        state.defines[key] = _check_define(state, around.depth, symbol, check)
    known = state.defines[key]
    if known is None:
        return None
    defined, step = known
    if STEPS.index(around.step) < STEPS.index(step):
        state.error(
            around,
            node.span,
            "looks-ahead",
            f"`{node.name}` looks at what is worked out after this {around.step}",
            "it can be used later only",
            notes=(symbol.note,),
        )
        return None
    if not deep_enough(state, around, node, state.depths.get(key, 0)):
        return None
    return Defined(defined.type, place(around, node.span), defined.name, defined.expression)


def _is_told(state: State, around: Around, node: n.Name, symbol: Symbol, want: Type | None) -> bool:
    """Whether a use of a define that is only another name for a field tells that field its type."""
    name = bare_name(symbol)
    slot = state.fields.get(name) if name is not None else None
    if slot is None or slot.declared or state.testing:
        return False
    open_before = slot.type is None
    _infer(state, around, slot, want, node)
    return open_before and slot.type is not None


def bare_name(symbol: Symbol) -> str | None:
    """The name that a define stands for, by way of other defines too, where it stands for nothing more than that."""
    seen: set[int] = set()
    found: Symbol | None = symbol
    while found is not None and isinstance(found.node, n.Define) and id(found) not in seen:
        seen.add(id(found))
        body, scope = found.node.expression, found.scope
        if not isinstance(body, n.Name):
            return None
        found = scope.symbols.get(body.name)
        if found is None:
            return body.name
    return None


def _check_define(state: State, depth: int, symbol: Symbol, check: Check) -> tuple[Defined, Step] | None:
    """A define's expression, and the first step at which all that it looks at is there."""
    assert isinstance(symbol.node, n.Define)
    outer, state.deepest = state.deepest, depth
    state.defining.append(symbol)
    # It goes on from the depth of its first use, so that no chain of defines is followed too far. What it must be, its
    # uses tell.
    expression = check(state, Around(symbol.scope, "test", depth=depth), symbol.node.expression, Type.ANYTHING)
    state.defining.pop()
    state.depths[id(symbol)], state.deepest = state.deepest - depth, outer
    if expression is None:
        return None
    at = place(Around(symbol.scope, "test"), symbol.node.expression.span)
    return Defined(expression.type, at, symbol.node.name.name, expression), _earliest(expression)


def _earliest(expression: Expression) -> Step:
    """The first step that may look at all of an expression."""
    from scorelang.check.walk import walk

    steps = [SEEN_FROM[found.what] for found in walk(expression) if isinstance(found, ResultValue)]
    return max(steps, key=STEPS.index, default="rule")


def deep_enough(state: State, around: Around, node: n.Node, more: int) -> bool:
    """Whether the nesting stays under the limit here; the deepest place is noted for the define it may be in."""
    depth = around.depth + more
    state.deepest = max(state.deepest, depth)
    if depth <= MAX_DEPTH:
        return True
    state.error(
        around,
        node.span,
        "nesting-too-deep",
        f"conditions are nested more than {MAX_DEPTH} deep here, defines counted",
        "",
        help=("say the same with fewer steps",),
    )
    return False


def _unknown(state: State, around: Around, node: n.Name) -> None:
    name, scope = node.name, around.scope
    attributes = state.kinds[around.event].attributes if around.event else {}
    defines = [known for known, symbol in scope.symbols.items() if symbol.what in ("define", "event")]
    near = closest(name, [*attributes, *state.fields, *defines, *scope.symbols, *state.common.symbols])
    lists = [known for known, symbol in scope.symbols.items() if symbol.what == "list"]
    helps = [f"attributes of {around.event}: {listed(attributes)}" if attributes else None]
    helps.append(f"fields: {listed(state.fields)}" if state.fields else None)
    if near is None and not lists and not name.islower():
        helps.append(f'a text stands in quotes: `"{name}"`')
    state.error(
        around,
        node.span,
        "unknown-name",
        f"no field is called `{name}`",
        f"did this mean `{near}`?" if near else "",
        help=tuple(helps),
    )


# --- grades and quoted names ----------------------------------------------------------------------------------------


def check_grade(state: State, around: Around, node: n.Dotted) -> Expression | None:
    """`Fit.grade`."""
    base, member = node.base.name, node.member.name
    if member != "grade":
        attributes = [kind for kind in state.kinds if member in state.kinds[kind].attributes and kind == base]
        hints = [f"numbers of events are summed: `sum of {base}.{member}`"] if attributes else []
        if not attributes and (base in state.categories or base == "score"):
            hints = [f"write `{base}.grade`"]
        elif not attributes:
            hints = [f"a field stands by its name alone: `{member}`", f'a text stands in quotes: `"{base}.{member}"`']
        state.error(around, node.member.span, "unknown-name", f"there is no `{base}.{member}`", "", help=tuple(hints))
        return None
    if base not in state.grades:
        near = closest(base, state.grades)
        has = f"grades: {listed(f'{what}.grade' for what in state.grades)}" if state.grades else None
        state.error(
            around,
            node.base.span,
            "unknown-grade",
            f"`{base}` has no grades",
            f"did this mean `{near}.grade`?" if near else "",
            help=(has, f"give it some: `grade {base}: A from 40, B from 25, else C`"),
        )
        return None
    return _result(state, around, node, "grade", Type.GRADE)


def check_result_label(state: State, around: Around, node: n.Text) -> Expression | None:
    """A category whose name is quoted, where the step may look at categories; else the text is a text."""
    if node.value not in state.categories or node.value.isidentifier() or around.step == "rule":
        return None
    return ResultValue(Type.NUMBER, place(around, node.span), "category", node.value)
