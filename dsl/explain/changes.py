"""Changes of a lead that make a condition come out true or false: the candidates for what would help it.

The search is small on purpose. It knows the plain conditions, tries the first way of every part, and keeps only
what makes the condition come out as wanted when it is evaluated; for all others it finds nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from operator import add
from typing import Literal

from attrs import define, evolve, field, frozen

from scorelang import interpret as i
from scorelang import model as m
from scorelang import wording
from scorelang.interpret import Scope, evaluate, matching
from scorelang.leads import Fact, Facts
from scorelang.operators import operators
from scorelang.values import DAY, Type, Unfit, Value, coerce, fold, format_instant, has_glob

# No hint asks for more events than this.
MOST_EVENTS = 20
# How many parts of conditions are looked at for one explanation; a define may double at every level.
MOST_STEPS = 2_000


@frozen
class SetValue:
    """A field of the lead, or an attribute of the event that is looked at, gets a value; `said` is how it reads."""

    what: Literal["field", "attribute"]
    name: str
    type: Type
    value: Value
    said: str


@frozen
class AddEvents:
    """So many more of such events, now; `said` reads like a test's `given`."""

    kind: str
    attributes: tuple[tuple[str, Value], ...]
    said: str
    number: int = 1


Change = SetValue | AddEvents
Changes = tuple[Change, ...]


def changed(facts: Facts, changes: Iterable[Change]) -> Facts:
    """The facts of the lead with the changes made."""
    fields, events = dict(facts.fields), list(facts.events)
    for change in changes:
        if isinstance(change, AddEvents):
            events.extend([Fact(change.kind, facts.as_of, dict(change.attributes))] * change.number)
        elif change.what == "field":
            fields[change.name] = change.value
    return evolve(facts, fields=fields, events=tuple(events))


def merged(changes: Iterable[Change], number: Callable[[int, int], int] = add) -> Changes:
    """The changes without repetition: the last value of a field, and `number` of two numbers of the same events."""
    kept: dict[object, Change] = {}
    for change in changes:
        key = (change.kind, change.attributes) if isinstance(change, AddEvents) else (change.what, change.name)
        before = kept.get(key)
        if isinstance(change, AddEvents) and isinstance(before, AddEvents):
            change = evolve(change, number=number(change.number, before.number))
        kept[key] = change
    return tuple(kept.values())


def after(scope: Scope, changes: Iterable[Change]) -> Scope:
    """The scope once the changes are made."""
    event = scope.event
    if event is not None:
        attributes = {change.name: change.value for change in changes if isinstance(change, SetValue)}
        event = evolve(event, attributes={**event.attributes, **attributes})
    return evolve(scope, facts=changed(scope.facts, changes), event=event, defined={})


@define
class Solver:
    """Finds changes for the conditions of one model, until its steps are used up."""

    model: m.CheckedModel
    steps: int = field(default=MOST_STEPS)

    def ways(self, expression: m.Expression, wanted: bool, scope: Scope) -> Iterator[Changes]:
        """Changes after which the expression is known to be what is wanted, each tried out; the plainest first."""
        self.steps -= 1
        if self.steps < 0:
            return
        for changes in self.candidates(expression, wanted, scope):
            if changes and evaluate(expression, after(scope, changes)) is wanted:
                yield changes

    def candidates(self, expression: m.Expression, wanted: bool, scope: Scope) -> Iterator[Changes]:
        """Changes that may do it."""
        match expression:
            case m.Defined(expression=inner):
                yield from self.ways(inner, wanted, scope)
            case m.Negated(item=item):
                yield from self.ways(item, not wanted, scope)
            case m.AllOf(items=items) | m.AnyOf(items=items):
                if isinstance(expression, m.AllOf) is wanted:
                    yield from self.together(expression, items, wanted, scope)
                else:
                    for item in items:
                        yield from self.ways(item, wanted, scope)
            case m.AmountOf(items=items, how="at least" | "more than" | "exactly") if wanted:
                yield from self.together(expression, items, True, scope)
            case m.FieldValue() | m.AttributeValue():
                yield from self.put(expression, wanted, wanted, scope)
            case m.Happened(query=query, how=how, number=number):
                yield from self.more(query, scope, lambda count: i.compares(count, how, number) is wanted)
            case m.OnlyHappened(query=query) if wanted:
                yield from self.more(query, scope, lambda count: count == 1)
            case m.InPeriod(value=value):
                yield from self.put(value, scope.facts.as_of, scope.facts.as_of, scope)
            case m.Apply(operator=operator, operands=(left, right)):
                yield from self.compared(operator, left, right, wanted, scope)

    def together(
        self, expression: m.Expression, items: Iterable[m.Expression], wanted: bool, scope: Scope
    ) -> Iterator[Changes]:
        """The parts one after the other, each in the first way that there is, until the whole is as wanted."""
        done: list[Change] = []
        for item in items:
            current = after(scope, done)
            if evaluate(expression, current) is wanted:
                break
            if evaluate(item, current) is not wanted:
                done.extend(next(self.ways(item, wanted, current), ()))
        yield merged(done)

    # --- comparisons ---

    def compared(
        self, operator: str, left: m.Expression, right: m.Expression, wanted: bool, scope: Scope
    ) -> Iterator[Changes]:
        """A comparison: more events for a count, a value for a field."""
        if isinstance(left, m.CountOf | m.DaysSinceLast) and isinstance(right, m.Constant):
            reference = operators()[operator].reference
            least = 1 if isinstance(left, m.DaysSinceLast) else 0

            def enough(count: int) -> bool:
                number = 0.0 if least else float(count)
                return count >= least and reference(number, right.value) is wanted

            yield from self.more(left.query, scope, enough)
        elif isinstance(right, m.Constant | m.Items):
            given = _given(operator, left, right, wanted)
            if given is not None:
                members = evaluate(left, scope) if left.type is Type.TEXT_LIST else None
                raw = [*members, given] if isinstance(members, frozenset) else given
                yield from self.put(left, raw, given, scope)

    # --- values ---

    def put(self, target: m.Expression, raw: object, said: Value, scope: Scope) -> Iterator[Changes]:
        """A field or attribute gets a value that it does not have yet, if data can say that value."""
        definition = self.definition(target, scope)
        if definition is None:
            return
        value = _read(definition, raw, scope)
        if value is not None and value != evaluate(target, scope):
            what: Literal["field", "attribute"] = "field" if isinstance(target, m.FieldValue) else "attribute"
            type_ = Type.TEXT if target.type is Type.TEXT_LIST else target.type
            yield (SetValue(what, definition.name, target.type, value, wording.value(type_, said)),)

    def definition(self, target: m.Expression, scope: Scope) -> m.FieldDefinition | None:
        """How data gives a field, or an attribute of the event that is looked at."""
        if isinstance(target, m.FieldValue):
            return next((known for known in self.model.fields if known.name == target.name), None)
        if isinstance(target, m.AttributeValue) and scope.event is not None:
            known = self.model.kinds[scope.event.kind].attributes
            return next((attribute for attribute in known if attribute.name == target.name), None)
        return None

    # --- events ---

    def more(self, query: m.Query, scope: Scope, enough: Callable[[int], bool]) -> Iterator[Changes]:
        """As few more of the events as are enough, if adding them is what it takes."""
        event = self.event(query, scope)
        if event is None:
            return
        have = len(matching(query, scope))
        number = next((more for more in range(1, MOST_EVENTS + 1) if enough(have + more)), None)
        if number is not None:
            yield (evolve(event, number=number),)

    def event(self, query: m.Query, scope: Scope) -> AddEvents | None:
        """An event, now, that the query means, with the attributes that it needs and no others."""
        said = query.kind
        definitions = {known.name: known for known in self.model.kinds[query.kind].attributes}
        attributes: dict[str, Value] = dict.fromkeys(definitions)
        if query.first is not None:
            text = _first_text(query)
            attributes[query.first] = _read(definitions[query.first], text, scope)
            said += f" {wording.quoted(text)}" if isinstance(text, str) else f" {text}"
        if query.where is not None:
            looking = evolve(scope, event=Fact(query.kind, scope.facts.as_of, attributes))
            found = () if evaluate(query.where, looking) is True else next(self.ways(query.where, True, looking), None)
            if found is None or any(isinstance(change, AddEvents) or change.what == "field" for change in found):
                return None
            needs = [change for change in found if isinstance(change, SetValue)]
            attributes.update((change.name, change.value) for change in needs)
            said += " with " + ", ".join(f"{change.name} {change.said}" for change in needs) if needs else ""
        made = AddEvents(query.kind, tuple(attributes.items()), said)
        return made if len(matching(query, after(scope, (made,)))) > len(matching(query, scope)) else None


def _first_text(query: m.Query) -> str | float:
    """What the first attribute of a meant event may be: the pattern's own text, or a member of the list."""
    if query.members is not None:
        found = min(query.members, key=lambda member: (_position(str(member), query.place), str(member)))
        return typed(found, query.place) if isinstance(found, str) else float(str(found))
    pattern = typed(query.pattern or "", query.place)
    if has_glob(pattern):
        return pattern.replace("*", "…").replace("?", "…")
    return pattern.replace("\\*", "*").replace("\\?", "?")


def _position(text: str, place: m.Place) -> int:
    """Where a folded text was typed in a place; behind everything when it was not."""
    at = fold(place.text).find(f'"{text}"')
    return at if at >= 0 else len(place.text)


def typed(text: str, place: m.Place) -> str:
    """A folded text as it was typed in a place, if it was."""
    whole = place.text
    at = fold(whole).find(text)
    return whole[at : at + len(text)] if at >= 0 and len(fold(whole)) == len(whole) else text


# --- values ---------------------------------------------------------------------------------------------------------


def _read(definition: m.FieldDefinition, raw: object, scope: Scope) -> Value:
    """A value as the data would give it; None where data that says so means missing, or cannot say it."""
    if definition.type is Type.DATE and isinstance(raw, int):
        raw = format_instant(raw)
    try:
        value = coerce(definition.type, raw, scope.zone)
    except Unfit:
        return None
    members = value if isinstance(value, frozenset) else {value}
    return None if members & definition.missing else value


def _given(operator: str, target: m.Expression, right: m.Constant | m.Items, wanted: bool) -> Value:
    """What a field would have to be for a comparison to come out as wanted: a threshold, a member, the text itself."""
    values = right.values if isinstance(right, m.Items) else (right.value,)
    value = next((value for value in values if not (operator == "like" and has_glob(str(value)))), None)
    if operator in _BEYOND and isinstance(value, int | float):
        return _threshold(operator, value, target.type, wanted)
    if isinstance(value, bool):
        return value is wanted
    if not wanted:
        return None
    return typed(value, right.place) if isinstance(value, str) else value


# What each comparison becomes when it shall be false.
_BEYOND = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _threshold(operator: str, value: float, type_: Type, wanted: bool) -> float:
    """The nearest round value on the wanted side of a threshold: the next whole number, or the next day."""
    operator = operator if wanted else _BEYOND[operator]
    if operator in ("<=", ">="):
        return value
    if type_ is Type.DATE:
        return int(value) + (DAY if operator == ">" else -DAY)
    return float(math.floor(value) + 1 if operator == ">" else math.ceil(value) - 1)
