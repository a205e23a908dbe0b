"""What rules look at: one file, the model that it is, and what is known of the files around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check.walk import walk
from scorelang.layout import Layout
from scorelang.lint.data import Data
from scorelang.lint.walking import below, descend, parents_of
from scorelang.source import Source, Span

N = TypeVar("N", bound=n.Node)

# A file of so many rules at most is no model in earnest, if nothing else speaks for it.
SKETCH = 10
# Statements that work something out; a file without any only declares names for others.
WORKING = (n.RuleNode, n.Category, n.Require, n.Disqualify, n.Stage, n.Grade, n.Route)


class Subject:
    """One file under lint.

    `model` is what the file checks to; for a file that says `use model` it is the model tested. `testers` are the
    checked models of the files whose tests are of this model, `is_used` whether another file takes names from this one.
    """

    def __init__(
        self,
        source: Source,
        file: n.File,
        layout: Layout,
        model: m.CheckedModel,
        *,
        testers: Sequence[m.CheckedModel] = (),
        is_used: bool = False,
        data: Data | None = None,
    ) -> None:
        self.source = source
        self.file = file
        self.layout = layout
        self.model = model
        self.testers = tuple(testers)
        self.is_used = is_used
        self.data = data

    # --- what the file is

    @cached_property
    def is_test_file(self) -> bool:
        """Whether the file only tests another model."""
        return any(
            isinstance(node, n.Use) and [name.name for name in node.names] == ["model"] for node in self.file.statements
        )

    @property
    def is_library(self) -> bool:
        """Whether the file is there for others: one of them uses it, or it works nothing out."""
        return self.is_used or not any(isinstance(node, WORKING) for node in self.file.statements)

    @cached_property
    def is_sketch(self) -> bool:
        """Whether the file is but a few rules: it does not call itself a model, and does not say what leads have."""
        declares = any(isinstance(node, n.Header | n.Lead) for node in self.file.statements)
        return not declares and len(self.rules) <= SKETCH

    @cached_property
    def head(self) -> Span:
        """Where findings about the whole file stand: at the word `model`, else at the first statement's first word."""
        header = next((node for node in self.file.statements if isinstance(node, n.Header)), None)
        first = header or next(iter(self.file.statements), None)
        start = first.span.start if first is not None else 0
        end = start
        while end < len(self.source.text) and self.source.text[end].isalnum():
            end += 1
        return Span(start, max(end, start + 1))

    # --- its nodes

    @cached_property
    def nodes(self) -> tuple[n.Node, ...]:
        """Every node of the file, in the order of the text."""
        return tuple(descend(self.file))

    @cached_property
    def _by_kind(self) -> Mapping[type[n.Node], list[n.Node]]:
        found: dict[type[n.Node], list[n.Node]] = {}
        for node in self.nodes:
            found.setdefault(type(node), []).append(node)
        return found

    def each(self, kind: type[N]) -> Iterator[N]:
        """Every node of one kind."""
        yield from self._by_kind.get(kind, ())  # type: ignore[misc]

    @cached_property
    def _parents(self) -> Mapping[int, n.Node]:
        return parents_of(self.file)

    def around(self, node: n.Node) -> Iterator[n.Node]:
        """What a node stands in, from the inside out."""
        parent = self._parents.get(id(node))
        while parent is not None:
            yield parent
            parent = self._parents.get(id(parent))

    # --- its names

    @cached_property
    def used_names(self) -> frozenset[str]:
        """Every name that something in the file refers to: not where it is declared, nor where a test gives a value."""
        used: set[str] = set()
        for statement in self.file.statements:
            for node in _looking(statement):
                used.add(node.name)
        return frozenset(used)

    @cached_property
    def expressions(self) -> tuple[m.Expression, ...]:
        """Every expression of the checked model that works something out, those below included, each define once."""
        roots: list[m.Expression] = []
        for rule in self.rules:
            if isinstance(rule, m.Grid):
                roots += [test for test in (*rule.rows, *rule.columns) if test is not None]
                continue
            where = rule.query.where if rule.query is not None else None
            roots += [one for one in (rule.condition, rule.points, where) if isinstance(one, m.Expression)]
        model = self.model
        roots += [gate.condition for gate in model.gates]
        for stage in model.stages:
            roots += [one for one in (stage.when, *stage.or_when) if one is not None]
        roots += [line.condition for line in model.route if line.condition is not None]
        roots += [invariant.condition for invariant in model.invariants]
        if model.start_over is not None and model.start_over.where is not None:
            roots.append(model.start_over.where)
        seen: dict[int, m.Expression] = {}
        for root in roots:
            seen.update((id(found), found) for found in walk(root))
        return tuple(seen.values())

    @cached_property
    def rules(self) -> tuple[m.Rule | m.Grid, ...]:
        """Every rule and grid of the model, those that it brings in included."""
        return tuple(m.rules_of((*self.model.groups, *self.model.scoring)))

    def is_here(self, place: m.Place) -> bool:
        """Whether a place of the checked model is in this file."""
        return place.source.name == self.source.name

    def first_line(self, span: Span) -> Span:
        """A span as far as its first line goes, without what is no part of it at the end."""
        text = self.source.text
        end = text.find("\n", span.start, span.end)
        return span if end < 0 else Span(span.start, span.start + len(text[span.start : end].rstrip()))

    def names_identity(self, node: n.Node) -> bool:
        """Whether the text of a node is part of what a rule or gate is known by: it gives no reason of its own."""
        for outer in self.around(node):
            if isinstance(outer, n.Rule | n.Matrix | n.Require | n.Disqualify):
                return outer.reason is None or isinstance(outer, n.Matrix)
            if isinstance(outer, n.Choose):
                return True
        return False


def _looking(statement: n.Node) -> Iterator[n.Name]:
    """The names in a statement that refer to something."""
    stack: list[n.Node] = [statement]
    while stack:
        node = stack.pop()
        match node:
            case n.Name():
                yield node
            case n.Use() | n.Event() | n.Header():
                continue
            case n.Lead(key=key):
                if key is not None:
                    yield key
            case n.Define(expression=expression):
                stack.append(expression)
            case n.NamedList() | n.Decay():
                continue
            case n.Category(bounds=bounds, silence=silence, rules=rules):
                stack.extend((*bounds, *([silence] if silence is not None else []), *rules))
            case n.Given(attributes=attributes, value=value):
                # A test that gives a field a value, or makes an event, is no use of either.
                stack.extend(inner for _, inner in attributes)
                if value is not None:
                    stack.append(value)
            case n.Test(lines=lines):
                rows = [line for line in lines if isinstance(line, n.Row)]
                stack.extend((*(line for line in lines if not isinstance(line, n.Row)), *rows[1:]))
            case _:
                stack.extend(below(node))
