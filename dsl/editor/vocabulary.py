"""The names that have a meaning at a place: by the words before it, what is in scope, and the standard library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, get_args

from attrs import frozen

from scorelang import nodes as n
from scorelang import stdlib
from scorelang.editor import prose
from scorelang.editor.document import Document, Entry
from scorelang.editor.grammar import Follows
from scorelang.editor.index import SHARED, Declaration
from scorelang.editor.names import label_owner
from scorelang.editor.workspace import View, Workspace
from scorelang.keywords import functions
from scorelang.model import OutcomeName
from scorelang.modules import COMMON_EVENTS
from scorelang.resolve import RESULTS

Kind = Literal[
    "field", "event", "attribute", "list", "define", "category", "persona", "decay", "stage", "grade", "function",
    "result",
]  # fmt: skip
# What an event follows at once.
BEFORE_EVENTS = ("EACH", "NO", "ONLY", "COUNT_OF", "AGGREGATE_OF", "DAYS_SINCE_LAST", "START_OVER_AFTER")
# What a name of one's own follows.
BEFORE_NEW = ("EVENT", "LIST", "DEFINE", "DECAY", "CATEGORY", "PERSONA", "STAGE")
# What ends the condition on an event.
AFTER_WHERE = ("THEN", "WITHIN", "SINCE", "BEFORE", "BETWEEN", "COMMA", "BECAUSE")
# Statements that are worked out after the score, and may look at it.
LATE = ("REQUIRE", "DISQUALIFY", "STAGE", "NEVER", "ALWAYS", "EXPECT")
# What stands in a list of names.
IN_LIST = {"OPEN_LIST", "NAME", "STRING", "COMMA"}


@frozen
class Suggestion:
    """A name that can stand at a place, and what it is; `module` is what it must be brought in from."""

    name: str
    kind: Kind
    detail: str = ""
    module: str | None = None


def names(
    workspace: Workspace, document: Document, found: Follows, place: str, parent: Entry | None
) -> Iterator[Suggestion]:
    """The names that have a meaning behind the words so far."""
    view = workspace.view(document)
    first = found.before[0][0] if found.before else ""
    if place == "field" or found.last in BEFORE_NEW or (first == "EVENT" and found.last in ("OPEN", "COMMA")):
        return
    if first == "BAR":
        yield from _cell(view, found, parent)
    elif place == "outcome_line":
        yield from (Suggestion(name, "result") for name in get_args(OutcomeName) if not found.before)
    elif first == "USE":
        yield from _of_library(workspace, view, SHARED, of_all=True)
    elif found.last == "DOT":
        yield from _members(view, found)
    elif (labels := _labels(view, found)) is not None:
        yield from labels
    elif first == "LIST" or _is_in_list(found):
        return
    elif found.last in BEFORE_EVENTS:
        yield from _events(view)
    elif first == "GIVEN":
        yield from _given(view, found)
    elif first == "LEAD":
        yield from (Suggestion(one.name, "field", _type(one)) for one in view.index.fields.values())
    elif first == "GRADE":
        yield from _categories(view) if found.last == "GRADE" else ()
    elif found.last == "FOR" and first == "REQUIRE":
        yield from _all(view.stages, "stage")
    elif first in ("CATEGORY", "PERSONA"):
        yield from _decays(workspace, view) if found.last == "COMMA" else _symbols(view, ("category",))
    elif found.last == "COMMA" and found.has("THEN"):
        yield from _decays(workspace, view)
    elif found.last in ("IN", "NOT_IN"):
        yield from _symbols(view, ("list",))
        yield from _of_library(workspace, view, ("list",))
    else:
        yield from _values(workspace, view, found, place, parent)


def _values(workspace: Workspace, view: View, found: Follows, place: str, parent: Entry | None) -> Iterator[Suggestion]:
    """Whatever has a value: fields, defines and the like, and where the score is known, what is worked out of it."""
    event = _event_around(found)
    for attribute in view.attributes_of(event).values() if event else ():
        yield Suggestion(attribute.name, "attribute", _type(attribute))
    if found.last == "WORD_OPERATOR":
        yield from _symbols(view, ("list",))
        yield from _of_library(workspace, view, ("list",))
    yield from _fields(view)
    yield from _symbols(view, ("define",))
    if not event:
        yield from _events(view)
    for name in functions():
        yield Suggestion(name, "function")
    is_late = place in ("destination", "test_line") or (bool(found.before) and found.before[0][0] in LATE)
    if is_late:
        yield from _categories(view)
        for name in RESULTS[1:]:
            yield Suggestion(name, "result")
    yield from _of_library(workspace, view, ("define",))


def _event_around(found: Follows) -> str:
    """The event whose condition, or whose points under `each`, these words are in."""
    names_before = [(at, text) for at, (kind, text) in enumerate(found.before) if kind == "NAME"]
    kinds = [kind for kind, _ in found.before]
    if "WHERE" in kinds and not any(kind in AFTER_WHERE for kind in kinds[_last(kinds, "WHERE") :]):
        here = _last(kinds, "WHERE")
        return next((text for at, text in reversed(names_before) if at < here), "")
    if kinds[:1] == ["EACH"] and "THEN" in kinds and names_before:
        return names_before[0][1]
    return ""


def _last(kinds: list[str], kind: str) -> int:
    return len(kinds) - 1 - kinds[::-1].index(kind)


def _members(view: View, found: Follows) -> Iterator[Suggestion]:
    """What may follow a full stop: an event's attributes where they are summed, else a grade."""
    base = found.before[-2][1].strip('"') if len(found.before) > 1 else ""
    if len(found.before) > 2 and found.before[-3][0] == "AGGREGATE_OF":
        for attribute in view.attributes_of(base).values():
            yield Suggestion(attribute.name, "attribute", _type(attribute))
    elif base in view.grades:
        yield Suggestion("grade", "result", " ".join(view.grades[base]))


def _labels(view: View, found: Follows) -> Iterator[Suggestion] | None:
    """The stages, personas or grades that a comparison is with; None where it is with something else."""
    end = _compared(found)
    if end is None:
        return None
    left = found.before[end - 1][1] if end and found.before[end - 1][0] == "NAME" else ""
    if left == "grade":
        is_grade = end > 2 and found.before[end - 2][0] == "DOT"
        return _labels_of(view, found.before[end - 3][1].strip('"')) if is_grade else None
    return _labels_of(view, left) if left in ("stage", "persona") else None


def _labels_of(view: View, owner: str) -> Iterator[Suggestion] | None:
    """The labels of `stage`, `persona` or a category."""
    if owner == "stage":
        return chain(_all(view.stages, "stage"), [Suggestion("none", "stage", "no stage")])
    if owner == "persona":
        return _all(view.personas, "persona")
    return _all(view.grades[owner], "grade") if owner in view.grades else None


def _compared(found: Follows) -> int | None:
    """How many words stand up to the end of what is compared, where what it is compared with comes next."""
    kinds = [kind for kind, _ in found.before]
    if found.last in ("IS", "IS_NOT"):
        return len(kinds) - 1
    if found.last in ("AT_LEAST", "AT_MOST") and len(kinds) > 1 and kinds[-2] in ("IS", "IS_NOT"):
        return len(kinds) - 2
    if found.last in ("OPEN_LIST", "COMMA"):
        here = max((at for at, kind in enumerate(kinds) if kind in ("IN", "NOT_IN")), default=None)
        inside = kinds[here + 1 :] if here is not None else []
        return here if "OPEN_LIST" in inside and set(inside) <= IN_LIST else None
    return len(kinds) if kinds[:1] == ["EXPECT"] and found.last == "NAME" else None


def _given(view: View, found: Follows) -> Iterator[Suggestion]:
    """What a test can give: fields and events, and behind `with` an event's attributes."""
    here = found.since("GIVEN")
    if any(kind == "WITH" for kind, _ in here):
        events = [text for kind, text in here if kind == "NAME" and view.event(text) is not None]
        for attribute in view.attributes_of(events[-1]).values() if events else ():
            yield Suggestion(attribute.name, "attribute", _type(attribute))
    if found.last not in ("GIVEN", "COMMA"):
        return
    yield from _fields(view)
    yield from _events(view)


def _cell(view: View, found: Follows, parent: Entry | None) -> Iterator[Suggestion]:
    """What a cell of a test's table can hold: at its head what is given and expected, below that labels."""
    if found.last == "IN":
        yield from _symbols(view, ("list",))
        return
    if found.last != "BAR" or parent is None or not isinstance(parent.node, n.Test):
        return
    heads = [row.node for row in parent.inner if isinstance(row.node, n.Row)][:1]
    column = sum(1 for kind, _ in found.before if kind == "BAR") - 1
    if heads and parent.inner[-1].node is not heads[0]:
        values = heads[0].cells[column].values if column < len(heads[0].cells) else ()
        yield from _labels_of(view, label_owner(values[0])) or () if values else ()
        return
    yield from _fields(view)
    yield from _categories(view)
    yield from (Suggestion(name, "result") for name in RESULTS[1:])


# --- what is in scope -----------------------------------------------------------------------------------------------


def _all(declared: dict[str, Declaration], kind: Kind) -> Iterator[Suggestion]:
    yield from (Suggestion(name, kind) for name in declared)


def _symbols(view: View, kinds: Iterable[str]) -> Iterator[Suggestion]:
    for name, found in view.symbols.items():
        if found.kind in kinds:
            yield Suggestion(name, found.kind)


def _categories(view: View) -> Iterator[Suggestion]:
    yield from _symbols(view, ("category",))
    yield Suggestion("score", "result")


def _events(view: View) -> Iterator[Suggestion]:
    seen: set[str] = set()
    for symbols in (view.symbols, view.common.symbols):
        for name, found in symbols.items():
            if isinstance(found.node, n.Event) and name not in seen:
                seen.add(name)
                yield Suggestion(name, "event", prose.signature(found.node))
    yield from (Suggestion(name, "event") for name in sorted(view.events - seen))


def _decays(workspace: Workspace, view: View) -> Iterator[Suggestion]:
    yield from _symbols(view, ("decay",))
    yield from _of_library(workspace, view, ("decay",))


def _is_in_list(found: Follows) -> bool:
    """Whether these words are inside brackets, where values stand and no names."""
    kinds = [kind for kind, _ in found.before]
    return kinds.count("OPEN_LIST") > kinds.count("CLOSE_LIST")


def _fields(view: View) -> Iterator[Suggestion]:
    for declared in view.fields.values():
        yield Suggestion(declared.name, "field", _type(declared))
    if not view.has_lead:
        yield from _used_fields(view, set(view.fields))


def _used_fields(view: View, seen: set[str]) -> Iterator[Suggestion]:
    """Names that are used as fields where no line declares any."""
    taken = {*seen, *RESULTS, *view.symbols, *view.common.symbols, *view.events}
    for entry in view.document.lines:
        for named in entry.reading.names:
            if named.space in ("value", "given") and named.name not in taken:
                taken.add(named.name)
                yield Suggestion(named.name, "field")


def _of_library(
    workspace: Workspace, view: View, kinds: Iterable[str], *, of_all: bool = False
) -> Iterator[Suggestion]:
    """What the standard library has; in a `use` line, it is brought in by that line itself."""
    for module in stdlib.modules():
        document = workspace.standard(module) if module != COMMON_EVENTS else None
        for name, found in workspace.index(document).symbols.items() if document is not None else ():
            if found.kind in kinds and name not in view.symbols:
                doc = prose.comment_above(found.document, found.entry).partition("\n")[0]
                yield Suggestion(name, found.kind, f"{module}: {doc}" if doc else module, None if of_all else module)


def _type(declaration: Declaration) -> str:
    return declaration.node.type.value if isinstance(declaration.node, n.Field) else ""
