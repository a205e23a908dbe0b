"""What an event's attributes are while its pattern or its condition is typed, and what a function takes."""

from __future__ import annotations

import re

from attrs import frozen

from scorelang import nodes as n
from scorelang.editor import prose
from scorelang.editor.document import Document
from scorelang.editor.text import Place
from scorelang.editor.workspace import Workspace
from scorelang.operators import operators

NAME = r"[^\W\d]\w*"
# A name and, behind it, no more than its pattern; or its condition; or in a test what an event has.
PATTERN = re.compile(rf'(?P<event>{NAME})\s+(?:"(?:\\.|[^"\\\n])*)?$')
CONDITION = re.compile(
    rf'(?P<event>{NAME})\s*(?:"(?:\\.|[^"\\\n])*"\s*)?(?P<word>where|with)\b(?P<rest>.*)$', re.DOTALL
)
CALL = re.compile(rf"(?P<function>{NAME})\s*\([^()]*$")
ENDS = re.compile(r"\b(?:then|within|since|before|because)\b")


@frozen
class Signature:
    """What is being typed: its label, the parts of the label that can be typed, and which of them this is."""

    label: str
    parts: tuple[str, ...]
    active: int | None
    doc: str


def signature(workspace: Workspace, document: Document, place: Place) -> Signature | None:
    """The signature of what is typed at a place; None where there is none."""
    offset = document.offset(place)
    text = document.source.text
    entry = document.entry_at(offset)
    start = entry.at if entry is not None else text.rfind("\n", 0, offset) + 1
    before = text[start:offset]
    call = CALL.search(before)
    row = operators().get(call["function"]) if call is not None else None
    if row is not None and row.form == "function":
        kind = " or ".join(type_.value for type_ in row.left)
        return Signature(f"{row.name}({kind})", (kind,), 0, row.doc)
    condition = CONDITION.search(before)
    if condition is not None and not ENDS.search(condition["rest"]):
        return _of_event(workspace, document, condition["event"], condition["rest"])
    pattern = PATTERN.search(before)
    return _of_event(workspace, document, pattern["event"], None) if pattern is not None else None


def _of_event(workspace: Workspace, document: Document, name: str, rest: str | None) -> Signature | None:
    """An event's attributes: the first one is what a pattern is held against."""
    view = workspace.view(document)
    found = view.event(name)
    if found is None or not isinstance(found.node, n.Event) or name in view.fields or not found.node.attributes:
        return None
    attributes = found.node.attributes
    parts = tuple(f"{one.name.name} {one.type.value}" for one in attributes)
    active: int | None = 0
    if rest is not None:
        words = re.findall(NAME, re.sub(r'"(?:\\.|[^"\\\n])*"?', "", rest))
        at = [index for word in words for index, one in enumerate(attributes) if one.name.name == word]
        active = at[-1] if at else None
    return Signature(prose.signature(found.node), parts, active, prose.comment_above(found.document, found.entry))
