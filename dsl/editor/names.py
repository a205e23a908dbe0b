"""The names in a line, and what each of them may be by where it stands; what it is, `resolving.py` says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from scorelang import nodes as n
from scorelang.source import Span

# By where it stands a name is: `value` anything with a value, or an event; `event` an event for sure; `attribute` of
# the event `owner`; `within` an attribute or anything with a value; `given` a field or an event that a test makes;
# `label` of what `owner` names; `scored` a category or `score`; `used` something of the file at `owner`; `cell` what a
# column of its table holds, the one of the number `owner`; the rest what they say.
Space = Literal[
    "value", "event", "attribute", "within", "given", "label", "scored", "used", "cell", "list", "field", "define",
    "category", "persona", "stage", "decay", "function",
]  # fmt: skip


@frozen
class Named:
    """A name in a line: where it stands (from the line's start), and whether it is declared there.

    `owner` is the event around it, the category that it is a grade of, or the file that it is used from.
    """

    name: str
    span: Span
    space: Space
    declares: bool = False
    owner: str = ""


def names_of(node: n.Node) -> tuple[Named, ...]:
    """The names in a line, in the order of its text."""
    found = [name for name in _names(node, "") if name.name]
    return tuple(sorted(dict.fromkeys(found), key=lambda name: name.span.start))


def _names(node: n.Node, event: str) -> Iterator[Named]:
    """The names in a node; `event` is the event whose attributes it looks at."""
    match node:
        case n.Name():
            yield Named(node.name, node.span, "within" if event else "value", owner=event)
        case n.Text():
            # A category whose name is quoted; every other text is one only.
            yield Named(node.value, node.span, "scored", owner="text")
        case n.Dotted(base=base):
            yield Named(base.name, base.span, "scored")
        case n.Call(function=function, arguments=arguments):
            yield Named(function.name, function.span, "function")
            for argument in arguments:
                yield from _names(argument, event)
        case n.Compare():
            yield from _compare(node, event)
        case n.Events():
            yield from _events(node)
        case n.Occurs(events=events, times=times):
            bare = not (times or events.pattern or events.members or events.where)
            if bare and events.window is not None:
                # A date in a period reads as events do.
                yield Named(events.kind.name, events.kind.span, "within" if event else "value", owner=event)
            else:
                yield from _events(events)
        case n.Expect(form="value", what=what, value=value):
            yield from _names(what, "")
            if isinstance(value, n.Name):
                yield Named(value.name, value.span, "label", owner=label_owner(what))
        case n.Expect(form="condition", what=what):
            yield from _names(what, "")
        case n.GivenLine(items=items):
            yield from _given(items)
        case n.Row(cells=cells):
            for column, cell in enumerate(cells):
                for value in cell.values:
                    yield from _cell(cell, value, column)
        case n.Expect() | n.Known(value=n.Name(name="")):
            return
        case _:
            yield from _statement(node, event)


def _statement(node: n.Node, event: str) -> Iterator[Named]:
    match node:
        case n.Header():
            return
        case n.Use(names=names, path=path):
            yield from (Named(name.name, name.span, "used", owner=path.value) for name in names)
        case n.Lead(key=key):
            if key is not None:
                yield Named(key.name, key.span, "field")
        case n.Field(name=name):
            yield Named(name.name, name.span, "field", declares=True)
        case n.Event(name=name, attributes=attributes):
            yield Named(name.name, name.span, "event", declares=True)
            for attribute in attributes:
                yield Named(attribute.name.name, attribute.name.span, "attribute", declares=True, owner=name.name)
        case n.NamedList(name=name, items=items):
            yield Named(name.name, name.span, "list", declares=True)
            for item in items.items if items is not None else ():
                if isinstance(item, n.Name):
                    yield Named(item.name, item.span, "list")
        case n.Define(name=name, expression=expression):
            yield Named(name.name, name.span, "define", declares=True)
            yield from _names(expression, "")
        case n.Decay(name=name):
            yield Named(name.name, name.span, "decay", declares=True)
        case n.Category(word=word, name=name, bounds=bounds, silence=silence):
            yield Named(name.name, name.span, word, declares=True)
            for bound in bounds:
                if isinstance(bound.limit, n.Name):
                    yield Named(bound.limit.name, bound.limit.span, "category")
            if isinstance(silence, n.Preset):
                yield Named(silence.name.name, silence.name.span, "decay")
        case n.Preset(name=name):
            yield Named(name.name, name.span, "decay")
        case _:
            yield from _working(node, event)


def _working(node: n.Node, event: str) -> Iterator[Named]:
    """The names in what works something out."""
    match node:
        case n.Rule():
            yield from _rule(node)
        case n.Matrix(by_row=by_row, by_column=by_column):
            yield from _names(by_row, "")
            yield from _names(by_column, "")
        case n.Require(condition=condition, stage=stage):
            yield from _names(condition, "")
            if stage is not None:
                yield Named(stage.name, stage.span, "stage")
        case n.Disqualify(condition=condition) | n.Destination(condition=n.Node() as condition):
            yield from _names(condition, "")
        case n.Stage(name=name, when=when, or_when=or_when):
            yield Named(name.name, name.span, "stage", declares=True)
            for each in (when, *or_when):
                if each is not None:
                    yield from _names(each, "")
        case n.Grade(what=what, bands=bands, otherwise=otherwise):
            yield Named(what.name, what.span, "scored")
            for label in (*(label for label, _ in bands), otherwise):
                yield Named(label.name, label.span, "label", declares=True, owner=what.name)
        case n.Destination() | n.Test() | n.OutcomeWords() | n.AsOf():
            return
        case n.Invariant(condition=condition):
            yield from _names(condition, "")
        case _:
            for inner in n.below(node):
                yield from _names(inner, event)


def _rule(node: n.Rule) -> Iterator[Named]:
    kind = ""
    if isinstance(node.condition, n.Events):
        kind = node.condition.kind.name
    if node.condition is not None:
        yield from _names(node.condition, "")
    yield from _names(node.points, kind if node.form == "each" else "")
    for modifier in node.modifiers:
        if isinstance(modifier, n.Preset):
            yield Named(modifier.name.name, modifier.name.span, "decay")


def _events(node: n.Events) -> Iterator[Named]:
    kind = node.kind.name
    yield Named(kind, node.kind.span, "event")
    if isinstance(node.members, n.Name):
        yield Named(node.members.name, node.members.span, "list")
    if node.where is not None:
        yield from _names(node.where, kind)
    if node.attribute is not None:
        yield Named(node.attribute.name, node.attribute.span, "attribute", owner=kind)


def _compare(node: n.Compare, event: str) -> Iterator[Named]:
    yield from _names(node.left, event)
    owner = label_owner(node.left)
    right = node.right.items if isinstance(node.right, n.ListOf) else (node.right,)
    for item in right:
        if owner and isinstance(item, n.Name):
            yield Named(item.name, item.span, "label", owner=owner)
        elif owner and isinstance(item, n.Text):
            yield Named(item.value, item.span, "label", owner=owner)
        elif isinstance(item, n.Name) and (node.operator in ("in", "not in") or isinstance(node.right, n.ListOf)):
            yield Named(item.name, item.span, "list")
        else:
            yield from _names(item, event)


def _cell(cell: n.Cell, value: n.Node, column: int) -> Iterator[Named]:
    if isinstance(value, n.Name) and cell.form == "in":
        yield Named(value.name, value.span, "list")
    elif isinstance(value, n.Name):
        yield Named(value.name, value.span, "cell", owner=str(column))
    else:
        yield from _names(value, "")


def label_owner(node: n.Node) -> str:
    """What a label beside this is of: `stage`, `persona`, or the category (or `score`) that it is a grade of."""
    match node:
        case n.Name(name="stage" | "persona" as name):
            return name
        case n.Dotted(base=base, member=n.Name(name="grade")):
            return base.name
    return ""


def _given(items: tuple[n.Given, ...]) -> Iterator[Named]:
    event = ""
    for item in items:
        # `with attended yes, minutes 30`: what follows may be one more attribute of the event before it.
        yield Named(item.name.name, item.name.span, "given", owner=event)
        if item.attributes:
            event = item.name.name
        for attribute, _ in item.attributes:
            yield Named(attribute.name, attribute.span, "attribute", owner=item.name.name)
