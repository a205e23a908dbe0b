"""What is shown where the pointer rests: what a name is, what it holds, how many points it can come to."""

from __future__ import annotations

import re

from attrs import frozen

from scorelang import nodes as n
from scorelang.editor import prose, ranges
from scorelang.editor.document import Document, Entry
from scorelang.editor.grammar import word_at
from scorelang.editor.index import Declaration
from scorelang.editor.keyword_docs import keyword_doc
from scorelang.editor.resolving import Occurrence, declaration_of, occurrence_at
from scorelang.editor.summary import Summary
from scorelang.editor.text import Place
from scorelang.editor.workspace import Workspace
from scorelang.modules import STANDARD
from scorelang.operators import Operator, operators
from scorelang.source import Span
from scorelang.suggest import plural
from scorelang.wording import points

WORD = re.compile(r"[^\W\d]\w*|[<>=!]+")
RESULTS = {
    "score": "The lead's points: the sum of all categories, the persona and the rules outside them.",
    "stage": "The last stage that holds for the lead, or `none`.",
    "persona": "The persona with the most points, or nothing when none is above 0.",
    "qualified": "Whether every `require` is known true and no `disqualify` is.",
    "route": "What to do with the lead: the first line of `route:` that holds.",
}
# Words that a rule is told at.
HEADS = ("if", "each", "then", "otherwise")
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


def hover(workspace: Workspace, document: Document, place: Place, model: Summary | None) -> Hover | None:
    """What is at a place; None where there is nothing to say. `model` is the last one that was no error."""
    offset = document.offset(place)
    found = occurrence_at(workspace, document, offset)
    if found is not None:
        return Hover(_about(workspace, found, model), found.span)
    return _word(document, offset, model)


def _about(workspace: Workspace, found: Occurrence, model: Summary | None) -> str:
    target = found.target
    if target.kind == "result":
        more = f"\n\n{ranges.said(model.score)}" if target.name == "score" and model else ""
        return _fenced(target.name) + RESULTS[target.name] + more
    if target.kind == "function":
        return _operator(operators()[target.name])
    declaration = declaration_of(workspace, target, workspace.view(found.document))
    if declaration is None:
        return _undeclared(found, model)
    return described(workspace, declaration, model)


def described(workspace: Workspace, declaration: Declaration, model: Summary | None) -> str:
    """A declaration as Markdown: its line, what it is and where from, its comment, and what it comes to."""
    document, entry = declaration.document, declaration.entry
    what = ARTICLES[declaration.kind] + (f" `{declaration.owner}`" if declaration.owner else "")
    type_ = model.defines.get(declaration.name) if model is not None and declaration.kind == "define" else None
    what += f": a {type_}" if type_ else ""
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
    return f"{plural(prose.different(values), 'value')}: {first}{more}" if values else "It is empty."


def _comes_to(declaration: Declaration, model: Summary | None) -> str:
    """How many points a category or persona can come to, and where a stage begins."""
    if model is None:
        return ""
    span = model.groups.get((declaration.kind, declaration.name))
    if span is not None:
        return ranges.said(span)
    threshold = model.thresholds.get(declaration.name) if declaration.kind == "stage" else None
    if threshold is None:
        return ""
    return f"From {points(threshold)} points on. The score: {ranges.said(model.score)}"


def _undeclared(found: Occurrence, model: Summary | None) -> str:
    """A field, event or attribute that no line declares: what its use tells of it."""
    target = found.target
    known = model.types.get((target.owner, target.name)) if model is not None else None
    owner = f" `{target.owner}`" if target.owner else ""
    line = f"{target.name} {known}" if known and target.kind != "event" else target.name
    return _fenced(line) + f"{ARTICLES[target.kind]}{owner}, as it is used here: no line declares it"


# --- words of the language ------------------------------------------------------------------------------------------


def _word(document: Document, offset: int, model: Summary | None) -> Hover | None:
    """An operator, a keyword, or a rule by the words that are no names."""
    entry = document.entry_at(offset)
    if entry is None:
        return None
    text = document.source.text[entry.at : entry.line.span.end]
    found = word_at(text, entry.place, offset - entry.at)
    if found is not None and found[0] == "STRING":
        return None
    for match in WORD.finditer(text):
        if match.start() <= offset - entry.at <= match.end():
            row = _operator_at(text, match.start(), match.end())
            if row is not None:
                return Hover(_operator(row), entry.span(Span(*match.span())))
            return _keyword(entry, text, Span(*match.span()), model)
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


def _keyword(entry: Entry, text: str, word: Span, model: Summary | None) -> Hover | None:
    """What a word of the language is for, and at the head of a rule what that is called and can add."""
    known = model.called.get(entry.line.span) if model is not None and text[word.start : word.end] in HEADS else None
    rule = f"rule `{known[0]}`: adds {ranges.shown(known[1])} points" if known is not None else ""
    found = word_at(text, entry.place, word.end)
    said = keyword_doc(found[0]) if found is not None else ""
    if not rule and not said:
        return None
    return Hover("\n\n".join(filter(None, (rule, said))), entry.span(found[1] if found is not None else word))


def _fenced(text: str) -> str:
    return f"```score\n{text}\n```\n"
