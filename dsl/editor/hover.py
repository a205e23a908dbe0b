"""What is shown where the pointer rests: what a name is, what it holds, how many points it can come to."""

from __future__ import annotations

import re

from attrs import frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang.analysis.spans import span_of
from scorelang.editor import prose, ranges
from scorelang.editor.document import Document, Entry
from scorelang.editor.index import Declaration
from scorelang.editor.resolving import Occurrence, declaration_of, occurrence_at
from scorelang.editor.text import Place
from scorelang.editor.workspace import Workspace
from scorelang.modules import STANDARD
from scorelang.operators import Operator, operators
from scorelang.source import Span
from scorelang.wording import points

WORD = re.compile(r"[^\W\d]\w*|[<>=!]+")
RESULTS = {
    "score": "The lead's points: the sum of all categories, the persona and the rules outside them.",
    "stage": "The last stage that holds for the lead, or `none`.",
    "persona": "The persona with the most points, or nothing when none is above 0.",
    "qualified": "Whether every `require` is known true and no `disqualify` is.",
    "route": "What to do with the lead: the first line of `route:` that holds.",
}
ARTICLES = {
    "field": "field of the lead", "event": "event", "attribute": "attribute of the event", "list": "list",
    "define": "condition or value with a name", "category": "category", "persona": "persona", "decay": "decay",
    "stage": "stage", "grade": "grade of",
}  # fmt: skip


@frozen
class Hover:
    """Markdown about a span of the text."""

    text: str
    span: Span


def hover(workspace: Workspace, document: Document, place: Place, model: m.CheckedModel | None) -> Hover | None:
    """What is at a place; None where there is nothing to say. `model` is the last one that was no error."""
    offset = document.offset(place)
    found = occurrence_at(workspace, document, offset)
    if found is not None:
        return Hover(_about(workspace, found, model), found.span)
    return _word(document, offset, model)


def _about(workspace: Workspace, found: Occurrence, model: m.CheckedModel | None) -> str:
    target = found.target
    if target.kind == "result":
        more = f"\n\n{ranges.said(ranges.of_score(model))}" if target.name == "score" and model else ""
        return _fenced(target.name) + RESULTS[target.name] + more
    if target.kind == "function":
        return _operator(operators()[target.name])
    declaration = declaration_of(workspace, target, workspace.view(found.document))
    if declaration is None:
        return _undeclared(found, model)
    return described(workspace, declaration, model)


def described(workspace: Workspace, declaration: Declaration, model: m.CheckedModel | None) -> str:
    """A declaration as Markdown: its line, what it is and where from, its comment, and what it comes to."""
    document, entry = declaration.document, declaration.entry
    what = ARTICLES[declaration.kind] + (f" `{declaration.owner}`" if declaration.owner else "")
    where = f", from `{document.key}`" if document.key.startswith(STANDARD) else ""
    comments = prose.comment_above(document, entry) if declaration.kind not in ("attribute", "grade") else ""
    beside = prose.comment_beside(document, entry)
    parts = [f"{what}{where}", comments, beside, _holds(workspace, declaration), _comes_to(declaration, model)]
    line = prose.shown(document, entry)
    if isinstance(declaration.node, n.NamedList) and declaration.node.items is not None:
        line = f"list {declaration.name}"
    return _fenced(line) + "\n\n".join(filter(None, parts))


def _holds(workspace: Workspace, declaration: Declaration) -> str:
    """How many values a list has, and the first of them."""
    if not isinstance(declaration.node, n.NamedList):
        return ""
    values = prose.values_of(declaration, workspace.unsaved())
    if values is None:
        return "Its values cannot be read."
    first = ", ".join(f"`{value}`" for value in values[: prose.MOST_VALUES])
    more = ", …" if len(values) > prose.MOST_VALUES else ""
    count = prose.different(values)
    return f"{count:,} {'value' if count == 1 else 'values'}: {first}{more}" if values else "It is empty."


def _comes_to(declaration: Declaration, model: m.CheckedModel | None) -> str:
    """How many points a category or persona can come to, and where a stage begins."""
    if model is None:
        return ""
    if declaration.kind in ("category", "persona"):
        for group in model.groups:
            if group.name == declaration.name and group.word == declaration.kind:
                return ranges.said(ranges.of_group(model, group))
    for stage in model.stages if declaration.kind == "stage" else ():
        if stage.name == declaration.name and stage.threshold is not None:
            return f"From {points(stage.threshold)} points on. The score: {ranges.said(ranges.of_score(model))}"
    return ""


def _undeclared(found: Occurrence, model: m.CheckedModel | None) -> str:
    """A field, event or attribute that no line declares: what its use tells of it."""
    target = found.target
    fields = model.fields if model is not None else ()
    kinds = model.kinds if model is not None else {}
    if target.kind == "attribute" and target.owner in kinds:
        fields = kinds[target.owner].attributes
    known = next((each.type.value for each in fields if each.name == target.name), None)
    owner = f" `{target.owner}`" if target.owner else ""
    line = f"{target.name} {known}" if known and target.kind != "event" else target.name
    return _fenced(line) + f"{ARTICLES[target.kind]}{owner}, as it is used here: no line declares it"


# --- words of the language ------------------------------------------------------------------------------------------


def _word(document: Document, offset: int, model: m.CheckedModel | None) -> Hover | None:
    """An operator, or a rule by the words that are no names."""
    entry = document.entry_at(offset)
    if entry is None:
        return None
    text = document.source.text[entry.at : entry.line.span.end]
    for match in WORD.finditer(text):
        if match.start() <= offset - entry.at <= match.end():
            row = _operator_at(text, match.start(), match.end())
            if row is not None:
                return Hover(_operator(row), entry.span(Span(*match.span())))
            if match[0] in ("if", "each", "then", "otherwise"):
                return _rule(entry, Span(*match.span()), model)
    return None


def _operator_at(text: str, start: int, end: int) -> Operator | None:
    """The operator whose words these are, or a part of them."""
    for row in sorted(operators().values(), key=lambda row: -len(row.name)):
        words = re.escape(row.name).replace(r"\ ", r"\s+")
        for match in re.finditer(rf"(?<!\w){words}(?!\w)", text):
            if match.start() <= start and end <= match.end():
                return row
    return None


def _operator(row: Operator) -> str:
    return _fenced(row.example) + row.doc


def _rule(entry: Entry, word: Span, model: m.CheckedModel | None) -> Hover | None:
    """What a rule is called in results, and what it can add."""
    for rule in m.rules_of((*model.groups, *model.scoring)) if model is not None else ():
        if rule.place.span == entry.line.span:
            text = f"rule `{rule.id}`: adds {ranges.shown(span_of(rule))} points"
            return Hover(text, entry.span(word))
    return None


def _fenced(text: str) -> str:
    return f"```score\n{text}\n```\n"
