"""What rules look at: one file, the model that it is, and what is known of the files around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from scorelang import model as m
from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics
from scorelang.layout import Layout, read_layout
from scorelang.lint.data import Data
from scorelang.lint.logic.asking import Logic
from scorelang.lint.project import Others
from scorelang.lint.reading import expressions_of, fields_in, names_in
from scorelang.modules import Loader, Module
from scorelang.source import Source, Span
from scorelang.values import Value

N = TypeVar("N", bound=n.Node)

# Statements that work something out; a file without any only declares names for others.
WORKING = (n.RuleNode, n.Category, n.Require, n.Disqualify, n.Stage, n.Grade, n.Route)


class Subject:
    """One file under lint.

    `model` is what the file checks to; for a file that says `use model` it is the model tested. `others` are the files
    around it that have to do with it, once they are told, `folder` is where its paths begin, `logic` may be asked what
    is true of any lead.
    """

    def __init__(
        self,
        source: Source,
        file: n.File,
        model: m.CheckedModel,
        *,
        data: Data | None = None,
        folder: Path | None = None,
        logic: Logic | None = None,
    ) -> None:
        self.source = source
        self.file = file
        self.model = model
        self.others = Others()
        self.data = data
        self.folder = folder
        self.logic = logic or Logic(model)
        self._files: dict[int, tuple[str, ...]] = {}

    # --- what the file is

    @cached_property
    def layout(self) -> Layout:
        """The lines and comments of the file."""
        return read_layout(self.source, Diagnostics())

    @cached_property
    def is_test_file(self) -> bool:
        """Whether the file only tests another model."""
        return any(
            isinstance(node, n.Use) and [name.name for name in node.names] == ["model"] for node in self.file.statements
        )

    @cached_property
    def is_library(self) -> bool:
        """Whether the file holds nothing but declarations for others: it works nothing out."""
        return not any(isinstance(node, WORKING) for node in self.file.statements)

    @property
    def may_be_used(self) -> bool:
        """Whether what nothing here uses may still be used elsewhere, as far as is known."""
        return not self.is_test_file and (not self.others.is_known or (self.is_library and not self.others.is_used))

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

    @cached_property
    def score_bounds(self) -> Span | None:
        """Where the file bounds the score, if it does."""
        return next((node.span for node in self.file.statements if isinstance(node, n.ScoreBounds)), None)

    # --- its nodes

    @cached_property
    def nodes(self) -> tuple[n.Node, ...]:
        """Every node of the file, in the order of the text."""
        return tuple(n.descend(self.file))

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
        """What every node of the file stands in, by the node's `id`."""
        return {id(inner): node for node in self.nodes for inner in n.below(node)}

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
        return names_in(self.file)

    @cached_property
    def said_names(self) -> frozenset[str]:
        """Those names, with the ones that tests in other files refer to, and files that take names from this one."""
        return self.used_names | self.others.names

    @cached_property
    def read_fields(self) -> frozenset[str]:
        """The fields of leads that this file reads, what it brings in, or a file that has to do with it."""
        return fields_in(self.model) | names_in(self.file, of_events=False) | self.others.fields

    @cached_property
    def expressions(self) -> tuple[m.Expression, ...]:
        """Every expression of the checked model that works something out, those below included, each define once."""
        return expressions_of(self.model)

    @cached_property
    def items_at(self) -> Mapping[Span, tuple[Value, ...]]:
        """The values of the list that each comparison with one in this file is made with, by the comparison's span."""
        found: dict[Span, tuple[Value, ...]] = {}
        for one in self.expressions:
            if isinstance(one, m.Apply) and isinstance(one.operands[-1], m.Items) and self.is_here(one.place):
                found[one.place.span] = one.operands[-1].values
        return found

    def values_of(self, node: n.NamedList) -> tuple[str, ...]:
        """The values of a list that stands in a CSV file, as they are there; none for another list."""
        if node.path is None:
            return ()
        if id(node) not in self._files:
            module = Module(self.source.name.replace("\\", "/").rpartition("/")[2], self.source, self.file)
            self._files[id(node)] = tuple(Loader(Diagnostics(), self.folder).read_list(module, node) or ())
        return self._files[id(node)]

    @cached_property
    def rules(self) -> tuple[m.Rule | m.Grid, ...]:
        """Every rule and grid of the model, those that it brings in included."""
        return tuple(m.rules_of((*self.model.groups, *self.model.scoring)))

    def is_here(self, place: m.Place) -> bool:
        """Whether a place of the checked model is in this file."""
        return place.source.name == self.source.name

    def path_of(self, source: Source) -> str:
        """The path of a file that the model uses, from where this one's path begins."""
        # What explains tests takes time to load, and is seldom asked.
        from scorelang.testing.places import Named

        return Named(self.source.name, self.source.text).name(source.name)

    def where(self, place: m.Place) -> str:
        """`line 12` of this file, or `lists.score:12` of another one."""
        return f"line {place.line}" if self.is_here(place) else f"{self.path_of(place.source)}:{place.line}"

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
