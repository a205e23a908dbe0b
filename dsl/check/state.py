"""What the checker knows while it goes through a model: the types of names, and where they are looked up."""

from __future__ import annotations

from typing import Literal

from attrs import Factory, define, frozen

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics, Note
from scorelang.model import Defined, FieldDefinition, Items, Place
from scorelang.modules import Loader
from scorelang.resolve import Resolver, Scope, Symbol
from scorelang.source import Source, Span
from scorelang.values import Type

# What is worked out one after the other: an expression may look at what came before its own step.
Step = Literal["rule", "gate", "stage", "grade", "route", "test"]
STEPS: tuple[Step, ...] = ("rule", "gate", "stage", "grade", "route", "test")
# The first step that may look at each result.
SEEN_FROM: dict[str, Step] = {
    "score": "gate", "category": "gate", "persona": "gate",
    "qualified": "stage", "stage": "grade", "grade": "route", "route": "test",
}  # fmt: skip


# After so many errors in a model its others say nothing new, and a hostile file must not keep the checker busy.
MOST_ERRORS = 200


class EnoughError(Exception):
    """So much is wrong with a model that the rest of it is not looked at."""


@frozen
class Around:
    """Where an expression stands: the scope of its file, the step it is worked out in, and the event it looks at."""

    scope: Scope
    step: Step
    event: str | None = None
    depth: int = 0

    @property
    def source(self) -> Source:
        """The file."""
        return self.scope.module.source

    def inside(self, event: str) -> Around:
        """The same place, looking at an event of that kind."""
        return Around(self.scope, self.step, event, self.depth)

    def deeper(self) -> Around:
        """The same place, one expression further in."""
        return Around(self.scope, self.step, self.event, self.depth + 1)


@define
class Slot:
    """The type of a field or attribute: declared, or found from its first use.

    `needed` is whether something asks more of it than whether it is known.
    """

    type: Type | None
    declared: bool
    note: Note | None = None
    definition: FieldDefinition | None = None
    needed: bool = False


@define(eq=False)
class Kind:
    """A kind of event; `open` when attributes that nobody declared may be inferred from use."""

    name: str
    attributes: dict[str, Slot] = Factory(dict)
    open: bool = False


@define(eq=False)
class State:
    """Everything the parts of the checker share.

    A model without a `lead:` block is gone through several times: while `inferring`, types are collected and nothing is
    reported; then once more with all types known. What compares numbers or dates tells neither until nothing else tells
    more; then it is `guessing`, and takes them for numbers. What the model says is settled when its tests are read
    (`testing`): they tell no types, and bring in no fields and no kinds of event.
    """

    found: Diagnostics
    loader: Loader
    resolver: Resolver
    main: Scope
    common: Scope
    zone_name: str = "UTC"
    inferring: bool = False
    guessing: bool = False
    unsure: bool = False
    testing: bool = False
    changed: bool = False
    unknown: bool = False
    """Whether this pass met a name before anything told its type."""
    fields: dict[str, Slot] = Factory(dict)
    declared_fields: bool = False
    kinds: dict[str, Kind] = Factory(dict)
    named_kinds: set[str] = Factory(set)
    event_names: set[str] = Factory(set)
    categories: dict[str, n.Category] = Factory(dict)
    personas: list[str] = Factory(list)
    stages: list[str] = Factory(list)
    grades: dict[str, tuple[str, ...]] = Factory(dict)
    routes: list[str] = Factory(list)
    defines: dict[int, tuple[Defined, Step] | None] = Factory(dict)
    defining: list[Symbol] = Factory(list)
    depths: dict[int, int] = Factory(dict)
    deepest: int = 0
    lists: dict[tuple[object, ...], Items | None] = Factory(dict)
    list_texts: dict[int, list[str] | None] = Factory(dict)
    used: set[int] = Factory(set)
    ids: dict[str, int] = Factory(dict)

    def error(
        self,
        around: Around,
        span: Span,
        code: str,
        message: str,
        label: str = "",
        *,
        help: tuple[str | None, ...] = (),
        notes: tuple[Note, ...] = (),
    ) -> None:
        """Report, unless types are only being collected. Raises `EnoughError` after very many errors."""
        if self.inferring:
            return
        if len(self.found.found) >= MOST_ERRORS:
            told = f"this model has more than {MOST_ERRORS} errors; the others are not told"
            self.found.error(around.source, span, "too-many-errors", told)
            raise EnoughError
        self.found.error(around.source, span, code, message, label, help=help, notes=notes)

    def set_type(self, slot: Slot, type_: Type, note: Note) -> None:
        """Give an undeclared name the type that its use tells."""
        if slot.type is None:
            slot.type, slot.note, self.changed = type_, note, True

    def settle(self) -> None:
        """Give a type to what no use told one: text where one is needed, else anything will do."""
        attributes = (slot for kind in self.kinds.values() for slot in kind.attributes.values())
        for slot in (*self.fields.values(), *attributes):
            if slot.type is None:
                slot.type = Type.TEXT if slot.needed else Type.ANYTHING

    def new_id(self, wanted: str) -> str:
        """A rule's identity that no other one has: from the second of its like on with a number."""
        count = self.ids[wanted] = self.ids.get(wanted, 0) + 1
        if count == 1:
            return wanted
        numbered = f"{wanted}-{count}"
        return self.new_id(numbered) if numbered in self.ids else self._take(numbered)

    def _take(self, identity: str) -> str:
        self.ids[identity] = 1
        return identity


def place(around: Around, span: Span) -> Place:
    """A place in the file around."""
    return Place(around.source, span)
