"""What a generated model declares, and so what its conditions may name."""

from __future__ import annotations

from typing import Literal

from attrs import Factory, define, evolve, frozen

from .words import ATTRIBUTES, FIELDS, KINDS, Words

Step = Literal["rule", "gate", "stage", "route", "test"]
STEPS: tuple[Step, ...] = ("rule", "gate", "stage", "route", "test")
TYPES = ("text", "number", "flag", "date", "page", "text list")
INFERRED = ("text", "number", "flag", "date")
SECOND_FILE = "shared/base.score"

# Some of the events that every model knows, with their attributes (stdlib/events.score).
COMMON: dict[str, dict[str, str]] = {
    "visit": {"path": "page", "seconds": "number"},
    "email_click": {"campaign": "text", "link": "page"},
    "webinar": {"name": "text", "attended": "flag", "minutes": "number"},
    "meeting": {"role": "text", "outcome": "text", "minutes": "number"},
    "form": {"name": "text", "path": "page"},
    "purchase": {"product": "text", "amount": "number"},
    "adjustment": {"reason": "text", "points": "number", "author": "text"},
    "recycled": {"reason": "text"},
}


@frozen
class Here:
    """Where an expression stands: the step it is worked out in, the file, and the kind of event that it looks at."""

    step: Step
    home: str = ""
    kind: str | None = None

    def reached(self, step: Step) -> bool:
        """Whether what is worked out by that step may be looked at."""
        # Beside an event of an open kind, the names of results are attributes.
        return STEPS.index(self.step) >= STEPS.index(step) and (self.kind is None or step == "rule")

    def inside(self, kind: str) -> Here:
        """The same place, looking at an event."""
        return evolve(self, kind=kind)


@frozen
class Kind:
    """A kind of event: its attributes, and the file that declares it (None: known everywhere)."""

    name: str
    attributes: dict[str, str]
    home: str | None = None
    declared: bool = True
    open: bool = False

    @property
    def first(self) -> tuple[str, str] | None:
        """The attribute that a text after the event's name tests, and its type."""
        return next(iter(self.attributes.items()), None)


@frozen
class Named:
    """A list, define or decay: of which type it is, the file that has it, and from which step on it may be used."""

    name: str
    type: str
    home: str
    step: Step = "rule"


@define
class World:
    """Everything that can be named so far, and what the main file must bring in or tell the type of."""

    words: Words
    declared: bool
    fields: dict[str, str] = Factory(dict)
    kinds: dict[str, Kind] = Factory(dict)
    lists: list[Named] = Factory(list)
    defines: list[Named] = Factory(list)
    decays: list[Named] = Factory(list)
    categories: list[str] = Factory(list)
    personas: list[str] = Factory(list)
    stages: list[str] = Factory(list)
    grades: dict[str, list[str]] = Factory(dict)
    routes: list[str] = Factory(list)
    reasons: list[str] = Factory(list)
    uses: dict[str, list[str]] = Factory(dict)
    untold: dict[str, str] = Factory(dict)
    tested: bool = False

    def use(self, name: str, home: str | None, here: Here) -> str:
        """A name of another file, which the file around brings in; a test may ask only for what the model names."""
        if home is None and here.step == "test":
            self.untold.setdefault(name, "event")
        if home is not None and home != here.home:
            brought = self.uses.setdefault(home, [])
            if name not in brought:
                brought.append(name)
        return name

    def visible(self, some: list[Named], here: Here, *types: str) -> list[Named]:
        """Those that may be named here."""
        return [
            named
            for named in some
            if here.home in (named.home, "") and here.reached(named.step) and (not types or named.type in types)
        ]

    def visible_kinds(self, here: Here) -> list[Kind]:
        """The kinds of event that may be named here."""
        return [kind for kind in self.kinds.values() if kind.home is None or here.home in (kind.home, "")]

    def values(self, here: Here, type_: str) -> list[str]:
        """The fields of that type, or attributes where an event is looked at, under the names that mean them here."""
        self.tested |= here.step == "test"
        if here.kind is None:
            return [name for name, known in self.fields.items() if known == type_]
        kind = self.kinds[here.kind]
        own = [name for name, known in kind.attributes.items() if known == type_]
        # Where attributes are inferred, every name that nothing declares is one.
        fields = [] if kind.open else [name for name, known in self.fields.items() if known == type_]
        return own + [name for name in fields if name not in kind.attributes]

    def tell(self, here: Here, name: str, type_: str) -> None:
        """Note that something must tell the type of a field or attribute that is used where nothing does."""
        self.tested |= here.step == "test"
        if here.kind is not None and name in self.kinds[here.kind].attributes:
            if not self.kinds[here.kind].declared:
                self.untold[f"{here.kind}.{name}"] = type_
        elif not self.declared:
            self.untold[name] = type_

    def telling(self) -> list[str]:
        """The defines from which types are told, after everything else was written."""
        if self.tested and not self.declared:
            # A test may ask for nothing that the model itself does not name.
            self.untold |= self.fields
            for kind in self.kinds.values():
                if kind.name in COMMON or kind.declared:
                    continue
                self.untold |= {f"{kind.name}.{name}": type_ for name, type_ in kind.attributes.items()}
        return [f"define told_{at} as {_told(name, type_)}" for at, (name, type_) in enumerate(self.untold.items())]


def _told(name: str, type_: str) -> str:
    kind, _, attribute = name.rpartition(".")
    if type_ == "event":
        return f"no {name}"
    test = {
        "text": f'{attribute} is "told"',
        "number": f"{attribute} > 0",
        "flag": f"{attribute} is yes",
        "date": f"{attribute} < 2026-01-01",
    }[type_]
    return f"no {kind} where ({test})" if kind else test


def new_world(words: Words, *, declared: bool) -> World:
    """A world with fields and kinds of event; the rest is added as it is declared."""
    world = World(words, declared)
    # `title is Z` is taken for a text without quotes, unless a field is declared that is called so.
    fields = [name for name in FIELDS if declared or (name not in COMMON and name == name.lower())]
    names = words.some(fields, 2, 8)
    for name in names:
        # `days since 2026-01-01` is a number, whatever a field is called.
        world.fields[name] = words.pick(TYPES if declared else INFERRED) if name != "days" else "number"
    for name in words.some(list(COMMON), 1, 4):
        world.kinds[name] = Kind(name, dict(COMMON[name]), open=not declared)
    for name in words.some(KINDS, 0, 2):
        world.kinds[name] = Kind(name, {}) if declared else _undeclared_kind(words, name)
    return world


def _undeclared_kind(words: Words, name: str) -> Kind:
    """A kind that only its use declares; a text after its name then tests its attribute `name`."""
    attributes = {"name": "text"}
    for attribute in words.some(ATTRIBUTES, 0, 2):
        attributes[attribute] = words.pick(INFERRED)
    return Kind(name, attributes, declared=False, open=True)
