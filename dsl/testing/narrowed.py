"""Scoring many leads by a long model: a rule that asks for what a lead lacks is not looked at for that lead.

The lead of a test says little, and most rules of a long model are about something else: that is seen at a glance.
What comes out is what the interpreter says of the whole model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import Factory, define, evolve, frozen

from scorelang import model as m
from scorelang.check.walk import children
from scorelang.interpret import Outcome, Subtotal, compares, interpret
from scorelang.leads import Facts
from scorelang.values import Value, first_word, first_words, has_glob

# What may be there of a lead: ("field", its name), a word of a field's text ("word", the name, the word), ("event", its
# kind), and an event with a value ("event", its kind, the attribute, the value).
Thing = tuple[str, ...]
Needs = frozenset[Thing]


@frozen(eq=False)
class Narrowed:
    """A model, and for each of its rules, choices and grids, what has to be there of a lead for it to fire.

    One of those things has to be; None where nothing has to. `groups` are those of its groups, in their order.
    """

    model: m.CheckedModel
    groups: tuple[tuple[Needs | None, ...], ...]
    loose: tuple[Needs | None, ...]

    def score(self, facts: Facts) -> Outcome:
        """What the interpreter says of a lead."""
        there = frozenset(_there(facts))
        whole = self.model
        groups = tuple(_able_group(group, needs, there) for group, needs in zip(whole.groups, self.groups, strict=True))
        model = evolve(whole, groups=groups, scoring=_able(whole.scoring, self.loose, there))
        outcome = interpret(model, facts)
        subtotals = (
            Subtotal(group, done.amounts, done.total, done.after_silence, done.value, done.adds)
            for group, done in zip(whole.groups, outcome.subtotals, strict=True)
        )
        return evolve(outcome, subtotals=tuple(subtotals))


def narrowed(model: m.CheckedModel) -> Narrowed:
    """A model of which many leads are scored."""
    reader = _Reader()
    groups = tuple(tuple(map(reader.scoring, group.scoring)) for group in model.groups)
    return Narrowed(model, groups, tuple(map(reader.scoring, model.scoring)))


def _there(facts: Facts) -> Iterator[Thing]:
    """What is there of a lead. Events that are yet to happen are taken along: the interpreter leaves them out."""
    for name, value in facts.fields.items():
        if value is not None:
            yield "field", name
        if isinstance(value, str):
            yield from (("word", name, word) for word in first_words(value))
    for event in facts.events:
        yield "event", event.kind
        for name, value in event.attributes.items():
            yield "event", event.kind, name, str(value)


def _able(scoring: Sequence[m.Scoring], needs: Sequence[Needs | None], there: Needs) -> tuple[m.Scoring, ...]:
    """Those that may fire."""
    return tuple(
        one for one, needed in zip(scoring, needs, strict=True) if needed is None or not there.isdisjoint(needed)
    )


def _able_group(group: m.Group, needs: Sequence[Needs | None], there: Needs) -> m.Group:
    """A category or persona with those of its rules that may fire."""
    able = _able(group.scoring, needs, there)
    return group if len(able) == len(group.scoring) else evolve(group, scoring=able)


# --- what has to be there -------------------------------------------------------------------------------------------


@define
class _Reader:
    """Reads what rules need; what a define needs, once, as it may stand in many."""

    of_defines: dict[tuple[int, bool], Needs | None] = Factory(dict)

    def scoring(self, scoring: m.Scoring) -> Needs | None:
        """One of what has to be there for it to fire; None where nothing has to."""
        match scoring:
            case m.Rule(form="each", query=query) if query is not None:
                return _events(query)
            case m.Rule(condition=condition):
                return None if condition is None else self.true(condition)
            case m.Choice(branches=branches):
                return _any(map(self.scoring, branches))
        return None

    def true(self, condition: m.Expression) -> Needs | None:
        """One of what has to be there for a condition to be true; None where nothing has to."""
        match condition:
            case m.Defined(expression=expression):
                return self.defined(expression, to_be_true=True)
            case m.AllOf(items=items):
                return _fewest(map(self.true, items))
            case m.AnyOf(items=items):
                return _any(map(self.true, items))
            case m.Apply(operator="is" | "in" | "mentions", operands=(m.FieldValue() as field, others)):
                return _words(field, others)
            case m.IsKnown(value=value):
                return self.known(value)
            case m.Happened(query=query, how=how, number=number):
                return None if compares(0, how, number) else _events(query)
            case m.OnlyHappened(query=query):
                return _events(query)
        return self.known(condition)

    def known(self, expression: m.Expression) -> Needs | None:
        """One of what has to be there for an expression to have a value; None where nothing has to."""
        match expression:
            case m.FieldValue(name=name):
                return frozenset((("field", name),))
            case m.Defined(expression=inner):
                return self.defined(inner, to_be_true=False)
            case m.Measured(function=function, query=query):
                return None if function == "sum" else _events(query)
            case m.DaysSinceLast(query=query):
                return _events(query)
            case m.Apply() | m.Added() | m.Multiplied() | m.Negated() | m.InPeriod() | m.DaysSince():
                return _fewest(map(self.known, children(expression)))
        return None

    def defined(self, expression: m.Expression, *, to_be_true: bool) -> Needs | None:
        """What a define stands for."""
        key = (id(expression), to_be_true)
        if key not in self.of_defines:
            self.of_defines[key] = self.true(expression) if to_be_true else self.known(expression)
        return self.of_defines[key]


def _words(field: m.FieldValue, others: m.Expression) -> Needs:
    """The field; where a text is to be one of some texts, or to mention one, it has the first word of one."""
    texts: Iterable[Value] = ()
    if isinstance(others, m.Constant):
        texts = (others.value,)
    elif isinstance(others, m.Items):
        texts = others.values
    if not field.type.is_text or not texts or not all(isinstance(text, str) for text in texts):
        return frozenset((("field", field.name),))
    return frozenset(("word", field.name, first_word(str(text))) for text in texts)


def _events(query: m.Query) -> Needs:
    """Such an event; where it must have one of some texts, one with such a text."""
    texts: Iterable[Value] = ()
    if query.pattern is not None and not has_glob(query.pattern) and "\\" not in query.pattern:
        texts = (query.pattern,)
    elif query.pattern is None and query.members is not None:
        texts = query.members
    if query.first is None or not texts or not all(isinstance(text, str) for text in texts):
        return frozenset((("event", query.kind),))
    return frozenset(("event", query.kind, query.first, str(text)) for text in texts)


def _any(needs: Iterable[Needs | None]) -> Needs | None:
    """What is needed where one of several is enough."""
    found = list(needs)
    return None if None in found else frozenset[Thing]().union(*(one for one in found if one is not None))


def _fewest(needs: Iterable[Needs | None]) -> Needs | None:
    """What is needed where all of several are: what says most of one of them."""
    known = (one for one in needs if one is not None)
    return min(known, key=lambda one: (-min(map(len, one), default=0), len(one)), default=None)
