"""What every part of a condition came to for a lead, and why: the tree behind a rule that fired, or did not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import Factory, define, evolve, field, frozen

from scorelang import model as m
from scorelang import wording
from scorelang.check.walk import children, query_of
from scorelang.interpret import Scope, evaluate, in_period, matching
from scorelang.leads import Fact
from scorelang.operators import operators
from scorelang.result import plain
from scorelang.suggest import plural
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
    # The children's values that made an amount (`at least 2 of (…)`) what it is.
    _counted: frozenset[Value] | None = field(default=None, repr=False)

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

    def reasons(self, wanted: bool = True) -> Iterator[Trace]:
        """The smallest parts that made this what it is, and what else keeps it from being `wanted`."""
        deciding = [child for child in self.children if child.type is Type.FLAG and self._is_decided_by(child, wanted)]
        if not deciding:
            yield self
        for child in deciding:
            yield from child.reasons(wanted is not _is_not(self))

    def _is_decided_by(self, child: Trace, wanted: bool) -> bool:
        """Whether the child is one of those because of which this has its value.

        What is false where true is wanted is not mended while another part of it is unknown: that part counts too.
        """
        if self._counted is not None:
            return child.value in self._counted
        if _is_not(self):
            return self.value is not None
        return child.value is self.value or (wanted and self.value is False and child.value is None)


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
            case m.AllOf(items=items) | m.AnyOf(items=items):
                return self.made(expression, tuple(self.trace(item) for item in items))
            case m.AmountOf(items=items):
                found = self.made(expression, tuple(self.trace(item) for item in items))
                return evolve(found, counted=_counted(expression, found.value is True))
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
            return events_found(query, self.scope, too_few=self.too_few(expression))
        if isinstance(expression, m.FieldValue | m.AttributeValue | m.ResultValue | m.Constant):
            return None
        values = [item for item in map(_bare, children(expression)) if not isinstance(item, m.Constant | m.Items)]
        notes = [f"{_name(item)} is {self.value(item)}" for item in values]
        member = self.member(expression)
        return "; ".join([*notes, *([f"matches {member}"] if member else [])]) or None

    def too_few(self, expression: m.Expression) -> bool:
        """Whether more events would make a condition true."""
        match expression:
            case m.Happened(how="at least" | "more than"):
                return evaluate(expression, self.scope) is False
            case m.Happened(how="exactly", query=query, number=number):
                return len(matching(query, self.scope)) < number
        return False

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


# --- events ---------------------------------------------------------------------------------------------------------


def events_found(query: m.Query, scope: Scope, *, too_few: bool = False) -> str:
    """How many events are meant, of how many of their kind, and when the latest of them was.

    When there is none, it says what leaves them out: the pattern, the `where` or the period. With `too_few` of them,
    it says how many more only the period leaves out.
    """
    every = sum(event.kind == query.kind for event in scope.facts.events)
    if not every:
        return f"no {query.kind} at all"
    events = plural(every, f"{query.kind} event")
    found = matching(query, scope)
    if not found:
        return _none_found(query, scope, events)
    told = f"{len(found)} of {events}, the latest {_when(max(event.at for event in found), scope)}"
    outside = _outside(query, scope) if too_few else []
    if outside:
        told += f"; {len(outside)} more not {_period(query)}, {_nearest(query, outside, scope)}"
    return told


def _outside(query: m.Query, scope: Scope) -> list[Fact]:
    """The events that only the period of a reference leaves out."""
    period = query.period
    if period is None:
        return []
    every = matching(evolve(query, period=None), scope)
    return [event for event in every if not in_period(period, event.at, scope.facts.as_of)]


def _none_found(query: m.Query, scope: Scope, events: str) -> str:
    """Which part of a reference leaves all events out."""
    named = matching(evolve(query, where=None, period=None), scope)
    by_name = _selected(evolve(query, where=None))
    if not named:
        return f"none of {events} matches {by_name}"
    chosen = matching(evolve(query, period=None), scope)
    if not chosen:
        where = _selected(evolve(query, first=None))
        none = "not one" if len(named) == 1 else "none of them"
        return f"{_matched(len(named), events, by_name)}, {none} {where}" if by_name else f"none of {events} {where}"
    nearest = _nearest(query, chosen, scope)
    selected = _selected(query)
    if not selected:
        return f"none of {events} {_period(query)}, {nearest}"
    none = "not" if len(chosen) == 1 else "none of them"
    return f"{_matched(len(chosen), events, selected)}, {none} {_period(query)}, {nearest}"


def _matched(count: int, events: str, selected: str) -> str:
    if selected.startswith("where "):
        return f"{count} of {events} {'is one' if count == 1 else 'are ones'} {selected}"
    return f"{count} of {events} {'matches' if count == 1 else 'match'} {selected}"


def _selected(query: m.Query) -> str:
    """What a reference asks of its events but their time, as typed."""
    parts = []
    if query.first is not None:
        parts.append("the list" if query.pattern is None else wording.quoted(query.pattern))
    if query.where is not None:
        parts.append(f"where {query.where.place.text}")
    return " ".join(parts)


def _period(query: m.Query) -> str:
    return query.period.text if query.period is not None else ""


def _nearest(query: m.Query, outside: Collection[Fact], scope: Scope) -> str:
    """When the latest of the events outside a period was; when all of them are too late for it, the earliest."""
    period = query.period
    assert period is not None
    no_end = evolve(period, least_age=None, before=None)
    if all(in_period(no_end, event.at, scope.facts.as_of) for event in outside):
        return f"the earliest {_when(min(event.at for event in outside), scope)}"
    return f"the latest {_when(max(event.at for event in outside), scope)}"


def _when(at: int, scope: Scope) -> str:
    return f"{wording.age(scope.facts.as_of - at)} ago ({wording.instant(at)})"


def _counted(amount: m.AmountOf, holds: bool) -> frozenset[Value]:
    """The values of the parts that made an amount of them true or not: those that were counted, or the others."""
    if amount.how == "exactly":
        return frozenset((True, False, None))
    wants_many = amount.how in ("at least", "more than")
    return frozenset((True,)) if wants_many is holds else frozenset((False, None))


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
