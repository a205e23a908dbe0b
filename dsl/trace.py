"""What every part of a condition came to for a lead, and why: the tree behind a rule that fired, or did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang import wording
from scorelang.check.walk import children, query_of
from scorelang.interpret import Scope, evaluate, matching
from scorelang.operators import operators
from scorelang.result import plain
from scorelang.values import Type, Value


@frozen
class Trace:
    """One part of an expression, as typed, and its value: None when it is unknown or missing.

    `missing` names the fields and attributes because of which it is. `note` says what the lead has: `employees is 120`.
    """

    text: str
    type: Type
    value: Value
    missing: tuple[str, ...] = ()
    note: str | None = None
    children: tuple[Trace, ...] = ()

    @property
    def shown(self) -> str:
        """The value as a person reads it: `true`, `false` or `unknown` for a condition."""
        if self.type is Type.FLAG:
            return "unknown" if self.value is None else "true" if self.value else "false"
        return wording.value(self.type, self.value)

    def to_dict(self) -> dict[str, object]:
        """The tree in JSON's types: dates as ISO 8601, text lists sorted."""
        return {
            "text": self.text,
            "value": _json(self.type, self.value),
            "missing": list(self.missing),
            "note": self.note,
            "children": [child.to_dict() for child in self.children],
        }

    @property
    def because(self) -> str:
        """Why the value is what it is, in a few words: what is missing, or what the lead has."""
        return "; ".join(self.facts)

    @property
    def facts(self) -> tuple[str, ...]:
        """What `because` is made of, each once."""
        if self.missing:
            return (f"{' and '.join(self.missing)} {'is' if len(self.missing) == 1 else 'are'} missing",)
        return tuple(dict.fromkeys(self._facts()))

    def _facts(self) -> Iterator[str]:
        if self.type is Type.FLAG and not self.note and not self.children:
            yield f"{self.text} is {wording.value(self.type, self.value)}"
        if self.type is Type.NUMBER:
            yield f"{self.text.removeprefix('+')} is {wording.about(self.value)}"
        if self.note:
            yield from self.note.split("; ")
        for child in self.children:
            if child.note or child.type is Type.NUMBER:
                yield from child._facts()

    def reasons(self) -> Iterator[Trace]:
        """The smallest parts that made this what it is."""
        deciding = [child for child in self.children if child.type is Type.FLAG and _decides(child, self)]
        if not deciding:
            yield self
        for child in deciding:
            yield from child.reasons()


def _decides(child: Trace, parent: Trace) -> bool:
    """Whether the child is one of those because of which its parent has its value."""
    return child.value is parent.value or (_is_not(parent) and parent.value is not None)


def _is_not(trace: Trace) -> bool:
    return len(trace.children) == 1 and trace.children[0].value is not trace.value


def _json(type_: Type, value: Value) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if type_ is Type.DATE and isinstance(value, int):
        return wording.instant(value)
    return plain(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def trace(expression: m.Expression, scope: Scope, shown: Mapping[str, str] | None = None) -> Trace:
    """The tree of an expression's parts and their values in a scope.

    `shown` tells how the data had a field (`"CEO"` where the engines see `ceo`). A define is taken apart where it
    is first used; after that it stands by its name only, so that the tree grows with the text, not with what it means.
    """
    return _Tracer(scope, shown or {}).trace(expression)


@define
class _Tracer:
    scope: Scope
    shown: Mapping[str, str]
    defines: set[int] = Factory(set)
    lacking: dict[int, tuple[str, ...]] = Factory(dict)

    def trace(self, expression: m.Expression) -> Trace:
        match expression:
            case m.Defined():
                return self.defined(expression)
            case m.Negated(item=item):
                inner = self.trace(item)
                # `industry not in …` is one part to its reader, though it is a `not` around another.
                return self.made(expression, (inner,)) if item.place != expression.place else self.inverted(inner)
            case m.AllOf(items=items) if all(item.place == expression.place for item in items):
                # `employees from 10 to 50` is one part as well.
                return self.made(expression, (), self.noted(items[0]))
            case m.AllOf(items=items) | m.AnyOf(items=items) | m.AmountOf(items=items):
                return self.made(expression, tuple(self.trace(item) for item in items))
        return self.made(expression, self.operands(_bare(expression)), self.noted(expression))

    def made(self, expression: m.Expression, below: tuple[Trace, ...], note: str | None = None) -> Trace:
        value, missing = evaluate(expression, self.scope), self.missing(expression)
        return Trace(expression.place.text, expression.type, value, missing, note, below)

    def inverted(self, inner: Trace) -> Trace:
        return evolve(inner, value=None if inner.value is None else not inner.value)

    def defined(self, defined: m.Defined) -> Trace:
        key = id(defined.expression)
        if key in self.defines:
            return Trace(defined.name, defined.type, evaluate(defined, self.scope), self.missing(defined), "see above")
        self.defines.add(key)
        return evolve(self.made(defined, (self.trace(defined.expression),)), text=defined.name)

    def operands(self, expression: m.Expression) -> tuple[Trace, ...]:
        """What is worked out from other values is shown part by part; what the lead simply has stands in the note."""
        plain_ones = (m.Constant, m.Items, m.FieldValue, m.AttributeValue, m.ResultValue)
        return tuple(self.trace(item) for item in map(_bare, children(expression)) if not isinstance(item, plain_ones))

    # --- notes ---

    def noted(self, expression: m.Expression) -> str | None:
        """What the lead has, where the text alone does not say it."""
        expression = _bare(expression)
        query = query_of(expression)
        if query is not None:
            return events_found(query, self.scope)
        if isinstance(expression, m.FieldValue | m.AttributeValue | m.ResultValue | m.Constant):
            return None
        values = [item for item in map(_bare, children(expression)) if not isinstance(item, m.Constant | m.Items)]
        notes = [f"{_name(item)} is {self.value(item)}" for item in values]
        member = self.member(expression)
        return "; ".join([*notes, *([f"matches {member}"] if member else [])]) or None

    def value(self, expression: m.Expression) -> str:
        found = evaluate(expression, self.scope)
        if isinstance(expression, m.FieldValue):
            return self.shown.get(expression.name) or wording.value(expression.type, found)
        return wording.about(found) if expression.type is Type.NUMBER else wording.value(expression.type, found)

    def member(self, expression: m.Expression) -> str | None:
        """Which member of a list made an operator like `mentions` true."""
        if not isinstance(expression, m.Apply) or expression.operator == "in" or len(expression.operands) != 2:
            return None
        first, items = expression.operands
        found = evaluate(first, self.scope) if isinstance(items, m.Items) else None
        if found is None or not isinstance(items, m.Items):
            return None
        reference = operators()[expression.operator].reference
        return next((wording.value(Type.TEXT, value) for value in items.values if reference(found, value)), None)

    # --- what is missing ---

    def missing(self, expression: m.Expression) -> tuple[str, ...]:
        """The names because of which an expression has no value."""
        if evaluate(expression, self.scope) is not None:
            return ()
        key = id(expression.expression) if isinstance(expression, m.Defined) else id(expression)
        if key not in self.lacking:
            self.lacking[key] = tuple(dict.fromkeys(self.lacked(expression)))
        return self.lacking[key]

    def lacked(self, expression: m.Expression) -> Iterable[str]:
        below = (item for item in children(expression) if not isinstance(item, m.Items))
        names = [name for item in below for name in self.missing(item)]
        return names or [_name(expression)]


def events_found(query: m.Query, scope: Scope) -> str:
    """How many events are meant, of how many of their kind, and when the latest of them was."""
    every = sum(event.kind == query.kind for event in scope.facts.events)
    if not every:
        return f"no {query.kind} at all"
    found = matching(query, scope)
    if not found:
        return f"none of {wording.counted(every, f'{query.kind} event')}"
    latest = max(event.at for event in found)
    ago = wording.age(scope.facts.as_of - latest)
    events = wording.counted(every, f"{query.kind} event")
    return f"{len(found)} of {events}, the latest {ago} ago ({wording.instant(latest)})"


def _bare(expression: m.Expression) -> m.Expression:
    """A value without the plus before it."""
    match expression:
        case m.Added(terms=((1, term),)):
            return _bare(term)
    return expression


def _name(expression: m.Expression) -> str:
    match expression:
        case m.FieldValue(name=name) | m.AttributeValue(name=name) | m.Defined(name=name):
            return name
    return expression.place.text


__all__ = ["Trace", "events_found", "trace"]
