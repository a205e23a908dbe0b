"""What a document declares and uses, by names alone: it stands while the model around it is half typed."""

from __future__ import annotations

from typing import Literal

from attrs import Factory, define, frozen

from scorelang import nodes as n
from scorelang.editor.document import Document, Entry
from scorelang.source import Span

Kind = Literal[
    "field", "event", "attribute", "list", "define", "category", "persona", "decay", "stage", "grade", "function",
    "result",
]  # fmt: skip
# What other files can bring in by its name.
SHARED = ("list", "define", "event", "decay", "category", "persona")


@frozen(eq=False)
class Declaration:
    """Where something is declared: the line, the name's span in the whole text, and the node that says what it is.

    `owner` is the event of an attribute, or what a grade's label is a grade of.
    """

    kind: Kind
    name: str
    document: Document
    entry: Entry
    span: Span
    node: n.Node
    owner: str = ""


@define(eq=False)
class Index:
    """The declarations of one document."""

    document: Document
    symbols: dict[str, Declaration] = Factory(dict)
    """Lists, defines, events, decays and categories, which share one space of names."""
    personas: dict[str, Declaration] = Factory(dict)
    fields: dict[str, Declaration] = Factory(dict)
    attributes: dict[str, dict[str, Declaration]] = Factory(dict)
    stages: dict[str, Declaration] = Factory(dict)
    grades: dict[str, dict[str, Declaration]] = Factory(dict)
    uses: list[tuple[n.Use, Entry]] = Factory(list)
    lead: Entry | None = None
    tests: list[Entry] = Factory(list)

    @property
    def tested(self) -> str | None:
        """The path of the model that this file tests, where it only does that."""
        return next((use.path.value for use, _ in self.uses if _names_model(use)), None)


def index_of(document: Document) -> Index:
    """What a document declares; of names that are declared twice the first."""
    index = Index(document)
    for entry in document.lines:
        _add(index, entry)
    return index


def _names_model(use: n.Use) -> bool:
    return [name.name for name in use.names] == ["model"]


def _add(index: Index, entry: Entry) -> None:
    node = entry.node
    match node:
        case n.Use():
            index.uses.append((node, entry))
        case n.Lead():
            index.lead = index.lead or entry
        case n.Field(name=name):
            index.fields.setdefault(name.name, _declared(index, entry, "field", name, node))
        case n.Event(name=name, attributes=attributes):
            first = index.symbols.setdefault(name.name, _declared(index, entry, "event", name, node))
            if first.node is node:
                index.attributes[name.name] = {
                    one.name.name: _declared(index, entry, "attribute", one.name, one, name.name) for one in attributes
                }
        case n.NamedList(name=name):
            index.symbols.setdefault(name.name, _declared(index, entry, "list", name, node))
        case n.Define(name=name):
            index.symbols.setdefault(name.name, _declared(index, entry, "define", name, node))
        case n.Decay(name=name):
            index.symbols.setdefault(name.name, _declared(index, entry, "decay", name, node))
        case n.Category(word=word, name=name):
            into = index.personas if word == "persona" else index.symbols
            into.setdefault(name.name, _declared(index, entry, word, name, node))
        case n.Stage(name=name):
            index.stages.setdefault(name.name, _declared(index, entry, "stage", name, node))
        case n.Grade(what=what, bands=bands, otherwise=otherwise):
            labels = index.grades.setdefault(what.name, {})
            for label in (*(label for label, _ in bands), otherwise):
                labels.setdefault(label.name, _declared(index, entry, "grade", label, node, what.name))
        case n.Test():
            index.tests.append(entry)


def _declared(index: Index, entry: Entry, kind: Kind, name: n.Name, node: n.Node, owner: str = "") -> Declaration:
    return Declaration(kind, name.name, index.document, entry, entry.span(name.span), node, owner)
